package thesaurus

import (
	"slices"
	"strings"

	"merida/lang"
	"merida/search/analysis"
)

// Reader reads long texts of one language, such as the articles of a law, and finds the
// concepts that they name. It remembers the stems of words it has met, so that a law is read
// quickly; it is for one goroutine.
type Reader struct {
	terms *termIndex
	tag   lang.Tag
	stems map[string]string // by the word as written; empty for words that carry grammar alone
}

// Mention is a concept that a text names, in its own language.
type Mention struct {
	Concept *Concept
	Term    string // the longest one that was found, as the data has it
	Words   int    // in that term
	Count   int    // places at which any of the concept's terms stand
}

// termIndex holds the terms of one language, each under that of its words which the fewest terms share.
type termIndex struct {
	byWord map[string][]int // entries, longest first
	terms  []entry
	known  map[string]bool // every word of a term
}

// Reader makes a reader of texts in a language. Where the thesaurus has no terms in it, the
// reader reduces words to stems all the same and mentions nothing.
func (t *Thesaurus) Reader(tag lang.Tag) *Reader {
	x, ok := t.indexes.Load(tag.Base())
	if !ok {
		x, _ = t.indexes.LoadOrStore(tag.Base(), t.termIndex(tag.Base()))
	}
	return &Reader{terms: x.(*termIndex), tag: tag, stems: map[string]string{}}
}

func (t *Thesaurus) termIndex(tag lang.Tag) *termIndex {
	x := &termIndex{byWord: map[string][]int{}, known: map[string]bool{}}
	share := map[string]int{}
	for _, e := range t.entries { // longest first already
		if e.lang != tag {
			continue
		}
		x.terms = append(x.terms, e)
		for _, w := range e.words {
			share[w]++
			x.known[w] = true
		}
	}
	for i, e := range x.terms {
		rare := e.words[0]
		for _, w := range e.words {
			if share[w] < share[rare] {
				rare = w
			}
		}
		x.byWord[rare] = append(x.byWord[rare], i)
	}
	return x
}

// Words are a text's words as the language reduces them, in order, without those that carry grammar alone.
func (r *Reader) Words(text string) (out []string) {
	for tok := range analysis.Tokens(text) {
		w := text[tok.Start:tok.End]
		s, ok := r.stems[w]
		if !ok {
			x := analysis.Fold(w)
			if x != "" && (tok.Pair || !analysis.Light(x)) {
				s = x
				if stem, ok := analysis.Stem(r.tag, w); ok {
					s = stem
				}
			}
			r.stems[strings.Clone(w)] = s
		}
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// near is how many other words may stand among those of a term.
const near = 3

// Mentions finds the concepts that words name, as Words gave them, those named most often first. All words of a term stand near
// each other, in any order; the longest term wins, and a word belongs to one term only.
func (r *Reader) Mentions(words []string) (out []Mention) {
	at := map[string][]int{}
	for i, w := range words {
		if r.terms.known[w] {
			at[w] = append(at[w], i)
		}
	}
	var found []int // terms of which the rarest word stands in the text
	for w := range at {
		found = append(found, r.terms.byWord[w]...)
	}
	slices.Sort(found) // which brings the longest first
	taken := make([]bool, len(words))
	byConcept := map[*Concept]int{}
	var place []int
	for _, i := range found {
		e := r.terms.terms[i]
		for _, from := range at[e.words[0]] {
			if place = around(at, taken, e.words, from, place[:0]); place == nil {
				continue
			}
			for _, p := range place {
				taken[p] = true
			}
			n, ok := byConcept[e.concept]
			if !ok {
				n = len(out)
				byConcept[e.concept] = n
				out = append(out, Mention{Concept: e.concept, Term: e.term, Words: len(e.words)})
			}
			out[n].Count++
		}
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return b.Count - a.Count })
	return out
}

// around finds the other words of a term near the place of its first one; nil when one is missing.
func around(at map[string][]int, taken []bool, term []string, from int, place []int) []int {
	if taken[from] {
		return nil
	}
	place = append(place, from)
	low, high := from, from
	for _, w := range term[1:] {
		best := -1
		for _, p := range at[w] {
			if taken[p] || slices.Contains(place, p) || max(high, p)-min(low, p) > len(term)-1+near {
				continue
			}
			if best < 0 || distance(p, from) < distance(best, from) {
				best = p
			}
		}
		if best < 0 {
			return nil
		}
		place = append(place, best)
		low, high = min(low, best), max(high, best)
	}
	return place
}

func distance(a, b int) int { return max(a-b, b-a) }
