package inverted

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"merida/search"
)

// Weights of a word by where it stands and in which form. Title and heading weigh three times as much as text, the
// word itself twice as much as its stem. Okapi BM25 with the usual constants; source: Robertson and Zaragoza 2009.
const (
	exactWeight = 2
	stemWeight  = 1
	headWeight  = 3
	k1          = 1.2
	b           = 0.75
)

// scratch is the memory of one search: a score and a bit for each term, for each section of a segment.
type scratch struct {
	acc     []float32
	has     []uint32
	touched []uint64 // runs of 64 sections that have something
	cursor  cursor
	more    []cursor
	hits    []hit
}

func (sc *scratch) fit(sections int) {
	if len(sc.acc) < sections {
		sc.acc, sc.has = make([]float32, sections), make([]uint32, sections)
		sc.touched = make([]uint64, sections/4096+1)
	}
}

// clear is for a search that broke off.
func (sc *scratch) clear() { *sc = scratch{} }

func (sc *scratch) touch(sec uint32) { sc.touched[sec>>12] |= 1 << (sec >> 6 & 63) }

// key is a term of the dictionary with its weight.
type key struct {
	term   string
	weight float32
}

// query is what is asked, as the segments are asked it.
type query struct {
	st     *state
	terms  []search.Term
	keys   [][]key // of each term that is one word
	idf    []float32
	norms  [256]float32
	prefix map[int]float32 // weight of a beginning
}

// idf is Robertson and Spärck Jones's weight, in the form that is never negative.
func idf(n, all int) float32 {
	return float32(math.Log(1 + (float64(all)-float64(n)+0.5)/(float64(n)+0.5)))
}

func (st *state) frequency(term string) (n int) {
	for _, s := range st.segments {
		n += s.lookup(term).df
	}
	return n
}

func newQuery(st *state, terms []search.Term) *query {
	q := &query{st: st, terms: terms, keys: make([][]key, len(terms)), idf: make([]float32, len(terms)), prefix: map[int]float32{}}
	average := float32(1)
	if st.sections > 0 {
		average = max(1, float32(st.words)/float32(st.sections))
	}
	for i := range q.norms {
		q.norms[i] = k1 * (1 - b + b*lengthOf[i]/average)
	}
	for i, t := range terms {
		if len(t.Exact) > 1 {
			for _, x := range t.Exact {
				w := idf(st.frequency(exactTerm+x), st.sections)
				q.idf[i] = max(q.idf[i], w) + min(q.idf[i], w)/2
			}
			continue
		}
		switch {
		case t.Prefix:
			n := 0
			for _, s := range st.segments {
				s.beginning(exactTerm+t.Exact[0], func(w *walker) bool {
					n += w.df
					return true
				})
			}
			q.prefix[i] = exactWeight * idf(min(n, st.sections), st.sections)
		case t.Fuzzy > 0:
			for _, l := range st.like(t.Exact[0], t.Fuzzy) {
				q.keys[i] = append(q.keys[i], key{exactTerm + l.word, exactWeight * idf(l.df, st.sections) / float32(1+l.distance)})
			}
		default:
			x := exactTerm + t.Exact[0]
			q.keys[i] = append(q.keys[i], key{x, exactWeight * idf(st.frequency(x), st.sections)})
			for _, w := range t.Stems {
				x := stemTerm + w
				if n := st.frequency(x); n > 0 {
					q.keys[i] = append(q.keys[i], key{x, stemWeight * idf(n, st.sections)})
				}
			}
			if len(t.Stems) == 0 { // what has no stem here may stand as one in a text of another language
				if n := st.frequency(stemTerm + t.Exact[0]); n > 0 {
					q.keys[i] = append(q.keys[i], key{stemTerm + t.Exact[0], stemWeight * idf(n, st.sections)})
				}
			}
		}
	}
	return q
}

// gather adds up the scores of all terms in a segment.
func (q *query) gather(s *segment, sc *scratch) {
	sc.fit(s.toc.Sections)
	for i, t := range q.terms {
		bit := uint32(1) << i
		switch {
		case len(t.Exact) > 1:
			q.sequence(s, sc, i, bit)
		case t.Prefix:
			s.beginning(exactTerm+t.Exact[0], func(w *walker) bool {
				q.list(s, sc, w.entry(), bit, q.prefix[i], t)
				return true
			})
		default:
			for _, k := range q.keys[i] {
				q.list(s, sc, s.lookup(k.term), bit, k.weight, t)
			}
		}
	}
}

// list adds one list. The number of times a word occurs counts with diminishing return, less in a long section.
func (q *query) list(s *segment, sc *scratch, e entry, bit uint32, weight float32, t search.Term) {
	if e.df == 0 {
		return
	}
	if t.Not {
		weight = 0
	}
	c := &sc.cursor
	acc, has, norms := sc.acc, sc.has, s.norms
	for c.open(e); c.load(); {
		c.counts()
		for i := range c.n {
			sec := c.secs[i]
			if t.Field != "" && !q.stands(s, t.Field, sec, c.head[i]) {
				continue
			}
			tf := float32(c.head[i])*headWeight + float32(c.body[i])
			acc[sec] += weight * (k1 + 1) * tf / (tf + q.norms[norms[sec]])
			has[sec] |= bit
			sc.touch(sec)
		}
	}
}

func (q *query) stands(s *segment, f search.Field, sec uint32, head uint16) bool {
	title := s.first[s.docOf[sec]] == sec
	if f == search.InHeading {
		return !title && head > 0
	}
	return title
}

// sequence finds words that follow each other, with at most so many others between them.
func (q *query) sequence(s *segment, sc *scratch, i int, bit uint32) {
	t := q.terms[i]
	weight := exactWeight * q.idf[i]
	if t.Not {
		weight = 0
	}
	keys := make([]string, len(t.Exact))
	for k, x := range t.Exact {
		keys[k] = exactTerm + x
	}
	var lists [][]uint32
	sc.together(s, keys, func(sec uint32, cs []cursor) {
		if t.Field != "" && !q.stands(s, t.Field, sec, cs[0].head[cs[0].i]) {
			return
		}
		lists = lists[:0]
		for k := range cs {
			lists = append(lists, cs[k].places())
		}
		n := inOrder(lists, uint32(t.Slop))
		if n == 0 {
			return
		}
		tf := float32(n)
		if s.first[s.docOf[sec]] == sec {
			tf *= headWeight
		}
		sc.acc[sec] += weight * (k1 + 1) * tf / (tf + q.norms[s.norms[sec]])
		sc.has[sec] |= bit
		sc.touch(sec)
	})
}

// together calls for each section that has all terms. The cursors stand at it.
func (sc *scratch) together(s *segment, keys []string, each func(sec uint32, cs []cursor)) {
	entries := make([]entry, len(keys))
	for i, k := range keys {
		if entries[i] = s.lookup(k); entries[i].df == 0 {
			return
		}
	}
	for len(sc.more) < len(keys) {
		sc.more = append(sc.more, cursor{})
	}
	cs := sc.more[:len(keys)]
	rarest := 0
	for i := range keys {
		cs[i].open(entries[i])
		if entries[i].df < entries[rarest].df {
			rarest = i
		}
	}
	var sec uint32
next:
	for {
		at, ok := cs[rarest].seek(sec)
		if !ok {
			return
		}
		for i := range cs {
			if i == rarest {
				continue
			}
			x, ok := cs[i].seek(at)
			if !ok {
				return
			}
			if x != at {
				sec = x
				continue next
			}
		}
		for i := range cs {
			cs[i].counts()
		}
		each(at, cs)
		sec = at + 1
	}
}

// inOrder counts how often a place of the first list is followed by places of the others, each not more than slop words further than the next place.
func inOrder(lists [][]uint32, slop uint32) (n int) {
	for _, p := range lists[0] {
		at := p
		ok := true
		for _, l := range lists[1:] {
			i, _ := slices.BinarySearch(l, at+1)
			if i == len(l) || l[i] > at+1+slop {
				ok = false
				break
			}
			at = l[i]
		}
		if ok {
			n++
		}
	}
	return n
}

// narrowest gives the smallest number of words from the first to the last of a window that holds a place of each list.
func narrowest(lists [][]uint32) uint32 {
	at := make([]int, len(lists))
	best := ^uint32(0)
	for {
		low, lowest, high := ^uint32(0), 0, uint32(0)
		for i, l := range lists {
			p := l[at[i]]
			if p < low {
				low, lowest = p, i
			}
			high = max(high, p)
		}
		best = min(best, high-low)
		if at[lowest]++; at[lowest] == len(lists[lowest]) {
			return best
		}
	}
}

// similar is a word of the dictionary that is nearly the one that was asked for.
type similar struct {
	word     string
	df       int
	distance int
}

// mostSimilar bounds the words that one fuzzy word stands for.
const mostSimilar = 40

// like finds words that begin with the same letter and differ in at most so many letters, the nearest and most frequent first.
func (st *state) like(word string, most int) (out []similar) {
	want := []rune(word)
	_, n := utf8.DecodeRuneInString(word)
	found := map[string]similar{}
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(want)+1)
	}
	var have []rune
	for _, s := range st.segments {
		s.beginning(exactTerm+word[:n], func(w *walker) bool {
			b := w.term[len(exactTerm):]
			if k := utf8.RuneCount(b); k > len(want)+most || k < len(want)-most {
				return true
			}
			have = have[:0]
			for i := 0; i < len(b); {
				r, n := utf8.DecodeRune(b[i:])
				have = append(have, r)
				i += n
			}
			if d := distance(want, have, most, &rows); d <= most {
				x := found[string(b)]
				found[string(b)] = similar{string(b), x.df + w.df, d}
			}
			return true
		})
	}
	for _, x := range found {
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b similar) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		if a.df != b.df {
			return b.df - a.df
		}
		return strings.Compare(a.word, b.word)
	})
	return out[:min(len(out), mostSimilar)]
}

// distance is the number of letters that are put in, left out, changed or exchanged with their neighbour;
// more than most is most+1. Source: Damerau 1964, in the form in which no letter changes twice.
func distance(a, b []rune, most int, rows *[3][]int) int {
	before, last, row := rows[0], rows[1], rows[2]
	for i := range last {
		last[i] = i
	}
	for j := 1; j <= len(b); j++ {
		row[0] = j
		least := j
		for i := 1; i <= len(a); i++ {
			x := last[i-1]
			if a[i-1] != b[j-1] {
				x = min(x, last[i], row[i-1]) + 1
				if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
					x = min(x, before[i-2]+1)
				}
			}
			row[i] = x
			least = min(least, x)
		}
		if least > most {
			return most + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(a)], most+1)
}
