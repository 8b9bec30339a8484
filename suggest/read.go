package suggest

import (
	"math"
	"slices"
	"strings"

	"merida/lang"
	"merida/thesaurus"
)

// Words of one section beyond which its text is not read: what it deals with is said before.
const mostWords = 4000

// seen is what was read in a section: its words, and the concepts that it names, by place.
type seen struct {
	heading, text []string
	named         map[string]*named // by concept
	near, like    []neighbour       // examples with like words, and with like concepts
	plain         vector            // its words alone
}

// named is how a section names a concept.
type named struct {
	mention thesaurus.Mention
	text    int    // places in the section's own text
	heading bool   // its heading names it
	above   string // the heading above that names it, the nearest one; empty when none does
	title   bool   // the law's title names it
}

// own reports whether the section itself names the concept, not what stands above it.
func (n *named) own() bool { return n.text > 0 || n.heading }

// where a heading that names a concept stands
const (
	inHeading = iota
	inAbove
	inTitle
)

// sight reads the sections of one law. Headings above are read once for all sections below.
type sight struct {
	reader *thesaurus.Reader
	above  map[string][]thesaurus.Mention
	title  []thesaurus.Mention
}

func newSight(th *thesaurus.Thesaurus, tag lang.Tag, title string) *sight {
	r := th.Reader(tag)
	return &sight{reader: r, above: map[string][]thesaurus.Mention{}, title: r.Mentions(r.Words(title))}
}

func (s *sight) read(u Unit) *seen {
	out := &seen{heading: s.reader.Words(u.Heading), text: s.reader.Words(u.Text), named: map[string]*named{}}
	if len(out.text) > mostWords {
		out.text = out.text[:mostWords]
	}
	for _, m := range s.reader.Mentions(out.text) {
		out.named[m.Concept.ID] = &named{mention: m, text: m.Count}
	}
	out.note(s.reader.Mentions(out.heading), inHeading, "")
	for _, h := range u.Above {
		ms, ok := s.above[h]
		if !ok {
			ms = s.reader.Mentions(s.reader.Words(h))
			s.above[h] = ms
		}
		out.note(ms, inAbove, h)
	}
	out.note(s.title, inTitle, "")
	return out
}

func (s *seen) note(ms []thesaurus.Mention, place int, heading string) {
	for _, m := range ms {
		n := s.named[m.Concept.ID]
		if n == nil {
			n = &named{mention: m}
			s.named[m.Concept.ID] = n
		}
		switch place {
		case inHeading:
			n.heading = true
		case inAbove:
			n.above = heading
		case inTitle:
			n.title = true
		}
	}
}

// vector is a text as weights of its terms, of length 1, in the order of the terms, so that sums come out alike every time.
// A term is a word or a concept.
type vector []weight

type weight struct {
	term string
	x    float64
}

// newVector makes a vector of weights, which it may change.
func newVector(of map[string]float64) vector {
	v := make(vector, 0, len(of))
	for k, x := range of {
		v = append(v, weight{k, x})
	}
	slices.SortFunc(v, func(a, b weight) int { return strings.Compare(a.term, b.term) })
	var sum float64
	for _, w := range v {
		sum += w.x * w.x
	}
	if sum > 0 {
		n := math.Sqrt(sum)
		for i := range v {
			v[i].x /= n
		}
	}
	return v
}

// dot is how alike two vectors are, 0 to 1.
func dot(a, b vector) (s float64) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i].term, b[j].term); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			s += a[i].x * b[j].x
			i++
			j++
		}
	}
	return s
}

// words is the vector of the section's words: the logarithm of how often, times how rare.
func (s *seen) words(rare func(string) float64) vector {
	v := make(map[string]float64, len(s.text))
	for _, w := range s.text {
		v[w]++
	}
	for _, w := range s.heading {
		v[w] += 3
	}
	for k, n := range v {
		v[k] = (1 + math.Log(n)) * rare(k)
	}
	return newVector(v)
}

// Units cuts a text into the pieces that are mapped. It is told of each section its depth (1 at the top), whether
// it is an article or, in common law, a section, and its words; it gives the index of each unit with the index after its last part.
func Units(n int, level func(i int) int, article func(i int) bool, size func(i int) int) (out [][2]int) {
	end := make([]int, n)
	holds := make([]bool, n) // an article stands below
	var open []int
	for i := range n {
		for len(open) > 0 && level(open[len(open)-1]) >= level(i) {
			end[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
		if article(i) {
			for _, o := range open {
				holds[o] = true
			}
		}
		open = append(open, i)
	}
	for _, o := range open {
		end[o] = n
	}
	for i := 0; i < n; {
		total := 0
		for j := i; j < end[i]; j++ {
			total += size(j)
		}
		switch {
		case holds[i], !article(i) && total > largeUnit && end[i] > i+1:
			i++ // what stands below is mapped
		case total == 0 && end[i] == i+1 && !article(i):
			i++ // a bare heading
		default:
			out = append(out, [2]int{i, end[i]})
			i = end[i]
		}
	}
	return out
}

// largeUnit is the size in bytes from which a chapter without articles is cut further.
const largeUnit = 6000

// joined is a heading as it is shown: one line.
func joined(s string) string { return strings.Join(strings.Fields(s), " ") }
