package search

import (
	"slices"
	"strings"

	"merida/lang"
	"merida/search/analysis"
)

// Snippet cuts the piece of a text that holds most of the terms, and marks them.
func Snippet(text string, tag lang.Tag, terms []Term) []Fragment {
	const window = 42 // words
	type word struct {
		start, end int
		term       int // -1 for none
	}
	var ws []word
	for tok := range analysis.Tokens(text) {
		w := text[tok.Start:tok.End]
		ws = append(ws, word{tok.Start, tok.End, matches(w, tag, terms)})
		if len(ws) > 20_000 {
			break
		}
	}
	if len(ws) == 0 {
		return nil
	}
	best, from := -1, 0
	for i := range ws {
		if ws[i].term < 0 && i > 0 {
			continue
		}
		seen := map[int]bool{}
		n := 0
		for _, w := range ws[i:min(len(ws), i+window)] {
			if w.term >= 0 {
				n++
				seen[w.term] = true
			}
		}
		if score := len(seen)*100 + n; score > best {
			best, from = score, i
		}
	}
	from = max(0, from-6)
	to := min(len(ws), from+window)
	var out []Fragment
	at := ws[from].start
	if from > 0 {
		out = append(out, Fragment{Text: "… "})
	}
	put := func(s string, mark bool) {
		if s == "" {
			return
		}
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' }), " ")
		if len(out) > 0 && out[len(out)-1].Mark == mark {
			out[len(out)-1].Text += s
			return
		}
		out = append(out, Fragment{s, mark})
	}
	for _, w := range ws[from:to] {
		if w.term < 0 {
			continue
		}
		if w.start > at {
			put(text[at:w.start], false)
		}
		put(text[max(at, w.start):w.end], true)
		at = w.end
	}
	end := ws[to-1].end
	if end > at {
		put(text[at:end], false)
	}
	if to < len(ws) {
		put(" …", false)
	}
	return out
}

func matches(w string, tag lang.Tag, terms []Term) int {
	x := analysis.Fold(w)
	stem, stemmed := analysis.Stem(tag, w)
	for i, t := range terms {
		if t.Not {
			continue
		}
		for j, e := range t.Exact {
			if e == x || t.Prefix && j == len(t.Exact)-1 && strings.HasPrefix(x, e) {
				return i
			}
		}
		if stemmed && !t.Light && slices.Contains(t.Stems, stem) {
			return i
		}
	}
	return -1
}
