package inverted

import (
	"merida/search"
	"merida/search/analysis"
)

// way is another way of saying what is asked: parts that stand close to each other, each a word or a sequence.
type way struct {
	*search.Also
	keys   []string // of all words, in order
	parts  []int    // where each part begins in keys
	weight float32
}

// apart is the number of words within which the parts of a way stand.
const apart = 12

func newWay(st *state, a *search.Also) (w way, ok bool) {
	w.Also = a
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
		n := st.frequency(k)
		if n == 0 {
			return w, false
		}
		w.weight += idf(n, st.sections)
	}
	return w, len(w.keys) > 0
}

// said is what a way found in a document.
type said struct {
	score float32
	sec   uint32
	n     int32
	way   int32 // -1 for none
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
