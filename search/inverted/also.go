package inverted

import (
	"cmp"
	"slices"

	"merida/search"
	"merida/search/analysis"
)

// way is another way of saying what is asked: parts that stand close to each other, each a word or a sequence.
type way struct {
	*search.Also
	keys   []string // of all words, in order
	parts  []int    // where each part begins in keys
	weight float32
	each   []float32 // weight of each word
	value  uint32    // of the field, where the way is one
	column bool
}

// apart is the number of words within which the parts of a way stand.
const apart = 12

func newWay(ix *Index, st *state, a *search.Also) (w way, ok bool) {
	w.Also = a
	if a.Field != "" {
		w.value, w.column = ix.values.number(a.Field, a.Value)
		return w, w.column
	}
	for i := 0; i < len(a.Words); {
		j := i
		for j < len(a.Words) && a.Words[j] != ' ' {
			j++
		}
		part := a.Words[i:j]
		i = j + 1
		start := len(w.keys)
		for tok := range analysis.Tokens(part) {
			word := part[tok.Start:tok.End]
			x := analysis.Fold(word)
			if x == "" || analysis.Light(x) && !tok.Pair {
				continue
			}
			if s, ok := analysis.Stem(a.Lang, word); ok {
				x = s
			}
			w.keys = append(w.keys, stemTerm+x)
		}
		if len(w.keys) > start {
			w.parts = append(w.parts, start)
		}
	}
	for _, k := range w.keys {
		x := idf(st.frequency(k), st.sections)
		w.weight += x
		w.each = append(w.each, x)
	}
	return w, len(w.keys) > 0
}

// said is what a way found in a document.
type said struct {
	score float32
	sec   uint32
	n     int32
	way   int32 // -1 for none
	part  bool  // not all of the way was said
}

// alternatives finds what other ways of saying the same find in a segment, by document. Of the ways with one key the best one
// counts; what several keys find adds up.
func (q *query) alternatives(s *segment, sc *scratch, ways []way) map[uint32]said {
	out := map[uint32]said{}
	var lists [][]uint32
	best := map[uint32]said{}
	add := func() {
		for d, x := range best {
			x.score *= 1 + 0.05*float32(min(x.n, 8))
			if old, ok := out[d]; ok {
				if old.score > x.score {
					old, x = x, old
				}
				x.score += old.score
			}
			out[d] = x
		}
		clear(best)
	}
	for i, w := range ways {
		if i > 0 && ways[i-1].Key != w.Key {
			add()
		}
		if w.column {
			// What people mapped to the matter says it, but nothing tells how much: it stands behind what texts say.
			c := s.columns.of[w.Field]
			for d := range s.docs {
				if _, ok := best[uint32(d)]; !ok && slices.Contains(c.at(uint32(d)), w.value) {
					best[uint32(d)] = said{score: mappedScore, sec: s.first[d] + 1, way: int32(i)}
				}
			}
			continue
		}
		sc.together(s, w.keys, func(sec uint32, cs []cursor) {
			tf := float32(0)
			if len(w.keys) == 1 {
				c := &cs[0]
				tf = float32(c.head[c.i])*headWeight + float32(c.body[c.i])
			} else {
				lists = lists[:0]
				for k := range w.parts {
					to := len(w.keys)
					if k+1 < len(w.parts) {
						to = w.parts[k+1]
					}
					l := cs[w.parts[k]].places()
					for j := w.parts[k] + 1; j < to && len(l) > 0; j++ {
						l = follow(l, cs[j].places(), uint32(j-w.parts[k]))
					}
					if len(l) == 0 {
						return
					}
					lists = append(lists, l)
				}
				if narrowest(lists) > apart {
					return
				}
				tf = 1
				if s.first[s.docOf[sec]] == sec {
					tf = headWeight
				}
			}
			score := w.weight * (k1 + 1) * tf / (tf + q.norms[s.norms[sec]])
			d := s.docOf[sec]
			x, ok := best[d]
			if !ok || score > x.score {
				x.score, x.sec, x.way = score, sec, int32(i)
			}
			x.n++
			best[d] = x
		})
	}
	add()
	return out
}

// mappedScore is that of a document which only its mapping connects with the concept.
const mappedScore = 0.5

// enough is the share of a way's weight that its parts need where a search would show next to nothing.
const enough = 0.6

// partly finds what says the most of a way, close together: "to a foreign public official" for bribery of foreign public officials.
// Drivers are the rarest words: whoever has enough of the weight has one of them.
func (q *query) partly(s *segment, sc *scratch, ways []way) map[uint32]said {
	out := map[uint32]said{}
	var lists [][]uint32
	for i, w := range ways {
		if w.column || len(w.keys) < 3 {
			continue
		}
		order := make([]int, len(w.keys))
		for k := range order {
			order[k] = k
		}
		slices.SortFunc(order, func(a, b int) int { return cmp.Compare(w.each[b], w.each[a]) })
		for len(sc.more) < len(w.keys) {
			sc.more = append(sc.more, cursor{})
		}
		cs := sc.more[:len(w.keys)]
		for k := range cs {
			cs[k].open(s.lookup(w.keys[k]))
		}
		drivers, rest := 0, w.weight
		for drivers < len(order) && rest >= enough*w.weight {
			rest -= w.each[order[drivers]]
			drivers++
		}
		for sec := uint32(0); ; sec++ {
			next, found := uint32(0), false
			for _, k := range order[:drivers] {
				if at, ok := cs[k].seek(sec); ok && (!found || at < next) {
					next, found = at, true
				}
			}
			if !found {
				break
			}
			sec = next
			lists = lists[:0]
			have := float32(0)
			for k := range cs {
				if at, ok := cs[k].seek(sec); ok && at == sec {
					cs[k].counts()
					lists = append(lists, cs[k].places())
					have += w.each[k]
				}
			}
			if share := have / w.weight; share >= enough && narrowest(lists) <= apart+uint32(len(w.keys)) {
				score := share * share * w.weight / (1 + q.norms[s.norms[sec]])
				d := s.docOf[sec]
				if x, ok := out[d]; !ok || score > x.score {
					out[d] = said{score: score, sec: sec, n: 1, way: int32(i), part: true}
				}
			}
		}
	}
	return out
}

// follow keeps the places that have a place of the other list so many words further.
func follow(l, next []uint32, by uint32) []uint32 {
	out, j := l[:0], 0
	for _, p := range l {
		for j < len(next) && next[j] < p+by {
			j++
		}
		if j < len(next) && next[j] == p+by {
			out = append(out, p)
		}
	}
	return out
}
