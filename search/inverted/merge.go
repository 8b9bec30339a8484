package inverted

import (
	"bytes"
	"container/heap"
)

// source is a segment that goes into a merge, with what of it goes on living.
type source struct {
	s    *segment
	dead bitset
	to   []uint32 // new number of each section; gone for those of dead documents
}

const gone = ^uint32(0)

type walkers []struct {
	*walker
	src int
}

func (h walkers) Len() int { return len(h) }
func (h walkers) Less(i, j int) bool {
	if c := bytes.Compare(h[i].term, h[j].term); c != 0 {
		return c < 0
	}
	return h[i].src < h[j].src
}
func (h walkers) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *walkers) Push(any)     {}
func (h *walkers) Pop() any {
	*h = (*h)[:len(*h)-1]
	return nil
}

// merge joins segments in their order and leaves dead documents out. stop is asked now and then and ends it with an error.
func merge(sources []*source, values *interner, stop func() error) parts {
	p := parts{}
	next := uint32(0)
	for _, src := range sources {
		s := src.s
		src.to = make([]uint32, s.toc.Sections)
		for d := range s.docs {
			for sec := s.first[d]; sec < s.first[d+1]; sec++ {
				src.to[sec] = gone
				if !src.dead.has(uint32(d)) {
					src.to[sec] = next
					next++
					p.norms = append(p.norms, s.norms[sec])
					p.words += int64(lengthOf[s.norms[sec]])
				}
			}
			if !src.dead.has(uint32(d)) {
				m := s.docs[d]
				m.Fields = values.fieldsOf(s, uint32(d))
				p.docs = append(p.docs, m)
			}
		}
	}
	p.text = func(add func([]byte)) error {
		for _, src := range sources {
			for sec, to := range src.to {
				if to != gone {
					add(src.s.raw(uint32(sec)))
				}
			}
		}
		return stop()
	}
	p.terms = func(add func([]byte, *listWriter)) error {
		var h walkers
		for i, src := range sources {
			w := &walker{s: src.s}
			if w.step() {
				h = append(h, struct {
					*walker
					src int
				}{w, i})
			}
		}
		heap.Init(&h)
		var out listWriter
		var term []byte
		var c cursor
		for n := 0; len(h) > 0; n++ {
			if n%1024 == 0 {
				if err := stop(); err != nil {
					return err
				}
			}
			term = append(term[:0], h[0].term...)
			out.reset()
			for len(h) > 0 && bytes.Equal(h[0].term, term) {
				to := sources[h[0].src].to
				c.open(h[0].entry())
				for c.load() {
					c.counts()
					for i := range c.n {
						if sec := to[c.secs[i]]; sec != gone {
							out.add(sec, uint32(c.head[i]), uint32(c.body[i]), c.raw(i))
						}
					}
				}
				if h[0].step() {
					heap.Fix(&h, 0)
				} else {
					heap.Pop(&h)
				}
			}
			if out.df > 0 {
				add(term, &out)
			}
		}
		return nil
	}
	return p
}

// bitset is a set of small numbers.
type bitset []uint64

func (b bitset) has(n uint32) bool { return int(n>>6) < len(b) && b[n>>6]&(1<<(n&63)) != 0 }

// with is a copy that holds n too.
func (b bitset) with(n uint32) bitset {
	out := make(bitset, max(len(b), int(n>>6)+1))
	copy(out, b)
	out[n>>6] |= 1 << (n & 63)
	return out
}
