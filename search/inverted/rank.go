package inverted

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strings"

	"merida/lang"
	"merida/search"
)

type hit struct {
	score, cover float64 // cover is the share of the query that the document holds, 1 for all
	also         *search.Also
	other        said // what another way of saying found; its way is -1 for nothing
	doc, sec     uint32
	has          uint32
	seg          int32
	n            int32
	failed       int8 // 1 + the number of the one filter that it does not pass, 0 for none
	together     bool // one section holds all of it
	onlyOther    bool // the query's own words did not find it
}

// titleShare is how much of the score of a title goes to each section of its record.
const titleShare = 0.7

// holder asks an expression of many sets of terms; the usual one, that all occur, is a comparison.
type holder struct {
	root *search.Expr
	all  uint32
	only bool // the root says no more than that all occur
}

func newHolder(root *search.Expr) holder {
	h := holder{root: root, only: true}
	for i := range root.Of {
		if root.Of[i].Op != search.Leaf {
			h.only = false
			return h
		}
		h.all |= 1 << root.Of[i].Term
	}
	return h
}

func (h *holder) holds(has uint32) bool {
	if h.only {
		return has&h.all == h.all
	}
	return h.root.Holds(has)
}

// collect makes hits of what the terms found in a segment, and forgets it. stands has the bits that a document's fields
// answer; nil for none.
func (q *query) collect(i int, sc *scratch, root *search.Expr, stands []uint32, out []hit) []hit {
	s, dead := q.st.segments[i], q.st.dead[i]
	whole := newHolder(root)
	const none = ^uint32(0)
	doc := none
	var h hit
	var title, best float32
	var titleHas, first, docBits uint32
	last := uint32(0) // the section after those of the document
	acc, has := sc.acc, sc.has
	for w, runs := range sc.touched {
		if runs == 0 {
			continue
		}
		sc.touched[w] = 0
		for runs != 0 {
			from := uint32(w)<<12 + uint32(bits.TrailingZeros64(runs))<<6
			runs &= runs - 1
			to := min(from+64, uint32(s.toc.Sections))
			for sec := from; sec < to; sec++ {
				have := has[sec]
				if have == 0 {
					continue
				}
				score := acc[sec]
				acc[sec], has[sec] = 0, 0
				if sec >= last || doc == none {
					if doc != none && !dead.has(doc) {
						out = append(out, h.finish(best, titleHas))
					}
					doc = s.docOf[sec]
					first, last = s.first[doc], s.first[doc+1]
					h = hit{seg: int32(i), doc: doc, other: said{way: -1}}
					title, titleHas, best, docBits = 0, 0, 0, 0
					if stands != nil {
						docBits = stands[doc]
					}
				}
				at := sec
				if sec == first {
					title, titleHas = score, have
					at++
				} else {
					score += titleShare * title
					have |= titleHas
				}
				have |= docBits
				h.has |= have
				h.n++
				isWhole := whole.holds(have)
				if score > best || h.n == 1 {
					best = max(best, score)
					if !h.together || isWhole {
						h.sec = at
					}
				}
				if isWhole && !h.together {
					h.together, h.sec = true, at
				}
			}
		}
	}
	if doc != none && !dead.has(doc) {
		out = append(out, h.finish(best, titleHas))
	}
	return out
}

// finish gives the hit its score: a record in which many sections match is more likely about the matter; the gain flattens quickly.
func (h hit) finish(best float32, titleHas uint32) hit {
	if titleHas != 0 {
		h.n = 8 // words of the title belong to every section
	}
	h.score = float64(best) * (1 + 0.05*float64(min(h.n, 8)))
	return h
}

// weigh sets the share of the query that each hit holds, a rare part counting more than a common one, and leaves out what lacks
// a part that has to be there. A word that stands in no document would be the rarest of all: it counts as much as the rarest that
// does stand somewhere, and its term is told as missing.
func weigh(hits []hit, root *search.Expr, all int) (out []hit, missing []int) {
	var parts []*search.Expr
	for i := range root.Of {
		if root.Of[i].Op != search.Not {
			parts = append(parts, &root.Of[i])
		}
	}
	whole := newHolder(root)
	counts := make([]int, len(parts))
	for i := range hits {
		has := hits[i].has
		for k, e := range parts {
			if e.Op == search.Leaf && has&(1<<e.Term) != 0 || e.Op != search.Leaf && e.Holds(has) {
				counts[k]++
			}
		}
	}
	sum, most := 0.0, 0.0
	weights := make([]float64, len(parts))
	for k, n := range counts {
		if n == 0 && parts[k].Op == search.Leaf {
			missing = append(missing, parts[k].Term)
			continue
		}
		weights[k] = math.Log(1 + (float64(all)-float64(n)+0.5)/(float64(n)+0.5))
		sum, most = sum+weights[k], max(most, weights[k])
	}
	sum += most * float64(len(missing))
	out = hits[:0]
next:
	for _, h := range hits {
		if whole.holds(h.has) {
			h.cover = 1
			h.together = h.together || len(parts) == 1
			out = append(out, h)
			continue
		}
		h.together = false
		for k := range root.Of {
			if e := &root.Of[k]; !e.Soft && !e.Holds(h.has) {
				continue next
			}
		}
		for k, e := range parts {
			if e.Holds(h.has) {
				h.cover += weights[k]
			}
		}
		if h.cover = min(h.cover/sum, 1-1e-9); h.cover > 0 {
			out = append(out, h)
		}
	}
	return out, missing
}

// least is the share of a query's weight that a document needs where none holds all of it.
const least = 0.3

// settle decides which of the hits count and makes their scores comparable: what holds all the words stands first, then what another
// way of saying found, then what holds some. Only hits that pass the filters decide what is enough.
func settle(hits []*hit, ways []way) (out []*hit, relaxed bool) {
	full := false
	top, topOther, answered := 1e-9, 1e-9, 0.0
	for _, h := range hits {
		if h.failed != 0 {
			continue
		}
		// Long codes hold every word somewhere. Only where one section holds them all is the rest left out.
		full = full || h.together
		if !h.onlyOther {
			top, answered = max(top, h.score), max(answered, h.cover)
		}
		if h.other.way >= 0 {
			topOther = max(topOther, float64(h.other.score))
		}
	}
	// Other ways of saying count for as much as the query's own words leave unanswered.
	weight := 0.25 + 1 - answered
	for _, h := range hits {
		other := float64(h.other.score) / topOther
		if h.other.part {
			other = other/2 - 0.5 // behind whatever says all of it
		}
		switch {
		case !h.onlyOther && (h.cover == 1 || !full && h.cover >= least):
			if h.failed == 0 {
				relaxed = relaxed || !full
			}
			score := h.cover + h.score/top
			if h.together {
				score += 1.2
			}
			if h.other.way >= 0 && !h.other.part {
				score += 0.3 * other
				if x := weight * (1 + other); !h.together && x > score {
					h.sec, h.also = h.other.sec, ways[h.other.way].Also
					score = x + score/10
				}
			}
			h.score = score
		case h.other.way >= 0:
			h.sec, h.also, h.onlyOther = h.other.sec, ways[h.other.way].Also, true
			h.score = weight * (1 + other)
		default:
			continue
		}
		out = append(out, h)
	}
	return out, relaxed
}

// order sorts hits. Where the first n are enough the rest stays as it is.
func (st *state) order(hs []*hit, by search.Sort, n int) {
	doc := func(h *hit) *meta { return &st.segments[h.seg].docs[h.doc] }
	less := func(a, b *hit) int {
		c := 0
		if by == search.ByRelevance {
			switch {
			case a.score > b.score:
				return -1
			case a.score < b.score:
				return 1
			}
		}
		x, y := doc(a), doc(b)
		switch by {
		case search.Oldest:
			switch {
			case x.Date == "" && y.Date != "":
				c = 1
			case y.Date == "" && x.Date != "":
				c = -1
			default:
				c = strings.Compare(x.Date, y.Date)
			}
		case search.ByTitle:
			c = strings.Compare(x.Title, y.Title)
		default:
			c = strings.Compare(y.Date, x.Date)
		}
		return cmp.Or(c, strings.Compare(x.ID, y.ID))
	}
	if n*4 < len(hs) {
		// The worst of the best n stands at the root of a heap.
		heap := hs[:n]
		sift := func(i int) {
			for {
				c := 2*i + 1
				if c >= n {
					return
				}
				if c+1 < n && less(heap[c+1], heap[c]) > 0 {
					c++
				}
				if less(heap[c], heap[i]) <= 0 {
					return
				}
				heap[c], heap[i] = heap[i], heap[c]
				i = c
			}
		}
		for i := n/2 - 1; i >= 0; i-- {
			sift(i)
		}
		for k := n; k < len(hs); k++ {
			if less(hs[k], heap[0]) < 0 {
				heap[0], hs[k] = hs[k], heap[0]
				sift(0)
			}
		}
		hs = heap
	}
	slices.SortFunc(hs, less)
}

// looked is how many of the best hits are looked at for words that stand near one another.
const looked = 100

// near lifts hits whose section has the words close to each other; those of the best that it is asked of stay the best.
func (q *query) near(hs []*hit, sc *scratch) {
	most := 0
	for _, t := range q.terms {
		if len(t.Exact) == 1 && !t.Prefix && !t.Not {
			most++
		}
	}
	if most < 2 {
		return
	}
	bySection := slices.Clone(hs)
	slices.SortFunc(bySection, func(a, b *hit) int { return cmp.Or(int(a.seg-b.seg), cmp.Compare(a.sec, b.sec)) })
	for i, s := range q.st.segments {
		var here []*hit
		for _, h := range bySection {
			if h.seg == int32(i) && !h.onlyOther && h.also == nil {
				here = append(here, h)
			}
		}
		if len(here) == 0 {
			continue
		}
		var lists [][]uint32 // of each hit and term
		words := make([][][]uint32, len(here))
		for k, t := range q.terms {
			if len(t.Exact) != 1 || t.Prefix || t.Not {
				continue
			}
			at := make([][]uint32, len(here))
			for _, key := range q.keys[k] {
				c := &sc.cursor
				c.open(s.lookup(key.term))
				for n, h := range here {
					sec, ok := c.seek(h.sec)
					if !ok {
						break
					}
					if sec == h.sec {
						at[n] = append(at[n], c.places()...)
					}
				}
			}
			for n, l := range at {
				if len(l) > 0 {
					slices.Sort(l)
					words[n] = append(words[n], slices.Compact(l))
				}
			}
		}
		for n, h := range here {
			if lists = words[n]; len(lists) < 2 {
				continue
			}
			width := max(float64(narrowest(lists)), float64(len(lists)-1))
			h.score += 0.4 * float64(len(lists)) / float64(most) * float64(len(lists)-1) / width
		}
	}
}

// mix puts what only other ways of saying found behind the first three that the words found, and then at every third place.
// The languages of the texts take turns, so that the first page shows more than one of them.
func (st *state) mix(own, others []*hit) []*hit {
	if len(own) == 0 || len(others) == 0 {
		return append(own, others...)
	}
	byLang := map[lang.Tag][]*hit{}
	var langs []lang.Tag
	for _, h := range others {
		tag := st.segments[h.seg].docs[h.doc].Lang.Base()
		if byLang[tag] == nil {
			langs = append(langs, tag)
		}
		byLang[tag] = append(byLang[tag], h)
	}
	turns := make([]*hit, 0, len(others))
	for k := 0; len(turns) < len(others); k++ {
		for _, tag := range langs {
			if k < len(byLang[tag]) {
				turns = append(turns, byLang[tag][k])
			}
		}
	}
	out := make([]*hit, 0, len(own)+len(others))
	for i := 0; len(own)+len(turns) > 0; i++ {
		if len(own) == 0 || len(turns) > 0 && i >= 3 && i%3 == 0 {
			out, turns = append(out, turns[0]), turns[1:]
		} else {
			out, own = append(out, own[0]), own[1:]
		}
	}
	return out
}
