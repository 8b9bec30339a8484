package search

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/fault"
	"merida/lang"
	"merida/search/analysis"
)

// Term is one thing that is looked for: a word, the beginning of a word, or words in sequence.
type Term struct {
	Exact  []string // folded words; more than one is a phrase, unless Pairs
	Stems  []string // forms that the word may have been reduced to, of any language; empty for phrases and beginnings
	Prefix bool     // the last of Exact is only the beginning of a word
	Not    bool
	Light  bool // so common that it need not occur
	Group  int  // terms of one group are alternatives ("a OR b")
}

// Parsed is a query's words taken apart.
type Parsed struct {
	Terms  []Term
	Filter map[string][]string // from field:value
}

// fields are the names that may stand before a colon.
var fields = []string{"country", "lang", "type", "status", "provision", "region", "theme", "source", "year"}

var stemLanguages = map[*unicode.RangeTable][]lang.Tag{
	unicode.Latin:    {"en", "fr", "es", "pt", "de", "nl", "ca"},
	unicode.Cyrillic: {"ru"},
	unicode.Arabic:   {"ar"},
}

// Parse reads the syntax: words, "phrases", beginnings*, -without, OR, field:value.
// What is no syntax is taken as words. Invalid: too long, or too many terms.
func Parse(words string) (Parsed, error) {
	p := Parsed{Filter: map[string][]string{}}
	if !utf8.ValidString(words) || utf8.RuneCountInString(words) > MaxRunes {
		var bad fault.List
		bad.Add("q", "search.error.long", fault.Args{"limit": MaxRunes})
		return p, bad.Err()
	}
	group := 0
	or := false
	add := func(t Term) {
		if len(t.Exact) == 0 {
			return
		}
		if !or || len(p.Terms) == 0 {
			group++
		}
		or = false
		t.Group = group
		p.Terms = append(p.Terms, t)
	}
	for i := 0; i < len(words); {
		r, n := utf8.DecodeRuneInString(words[i:])
		if unicode.IsSpace(r) {
			i += n
			continue
		}
		not := false
		if r == '-' && i+n < len(words) && (i == 0 || words[i-1] == ' ') {
			not = true
			i += n
			r, n = utf8.DecodeRuneInString(words[i:])
		}
		if closing, ok := quotes[r]; ok {
			if end := strings.IndexRune(words[i+n:], closing); end >= 0 {
				add(Term{Exact: exact(words[i+n : i+n+end]), Not: not})
				i += n + end + utf8.RuneLen(closing)
				continue
			}
			i += n
			continue
		}
		end := i + strings.IndexFunc(words[i:], unicode.IsSpace)
		if end < i {
			end = len(words)
		}
		word := words[i:end]
		i = end
		if word == "OR" {
			or = len(p.Terms) > 0
			continue
		}
		if name, value, ok := strings.Cut(word, ":"); ok && value != "" && slices.Contains(fields, strings.ToLower(name)) && !not {
			p.Filter[strings.ToLower(name)] = append(p.Filter[strings.ToLower(name)], value)
			continue
		}
		if stem, ok := strings.CutSuffix(word, "*"); ok && stem != "" {
			add(Term{Exact: exact(stem), Prefix: true, Not: not})
			continue
		}
		for tok := range analysis.Tokens(word) {
			w := word[tok.Start:tok.End]
			x := analysis.Fold(w)
			if x == "" {
				continue
			}
			t := Term{Exact: []string{x}, Not: not, Light: analysis.Light(x)}
			for table, tags := range stemLanguages {
				if r, _ := utf8.DecodeRuneInString(w); !unicode.Is(table, r) {
					continue
				}
				for _, tag := range tags {
					if s, ok := analysis.Stem(tag, w); ok && !slices.Contains(t.Stems, s) {
						t.Stems = append(t.Stems, s)
					}
				}
			}
			slices.Sort(t.Stems)
			add(t)
		}
	}
	if len(p.Terms) > MaxTerms {
		var bad fault.List
		bad.Add("q", "search.error.terms", fault.Args{"limit": MaxTerms})
		return p, bad.Err()
	}
	return p, nil
}

var quotes = map[rune]rune{'"': '"', '«': '»', '\u201c': '\u201d', '\u201e': '\u201c', '\u300c': '\u300d'}

func exact(s string) (out []string) {
	for tok := range analysis.Tokens(s) {
		if x := analysis.Fold(s[tok.Start:tok.End]); x != "" {
			out = append(out, x)
		}
	}
	return out
}

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
