package suggest

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// kinds of evidence for an article, each a number from 0 up.
const (
	byConcepts = iota // the concepts that the section names, as examples and the thesaurus tie them
	byHeading         // of these, those that its heading names
	byContext         // and those that the headings above and the title of the law name
	byWords           // like words in examples of the same language
	byLike            // like concepts in an example of any language: the nearest one
	byLabels          // words of the article's title and labels in the section
	byCommon          // how often examples belong to the article
	evidences
)

// evidence is what speaks for one article.
type evidence [evidences]float64

// weights were fitted once, by the greatest likelihood of what people mapped, on the sections of the demonstration's laws
// (30 laws of 12 States); fitted on eleven States they did as well on the twelfth. See docs/mapping.md.
var weights = evidence{byConcepts: 4.5, byHeading: 1.85, byContext: 1.5, byWords: 1.63, byLike: 3.4, byLabels: 13.4, byCommon: 6.1}

func (e evidence) sum(w evidence) (s float64) {
	for i := range e {
		s += e[i] * w[i]
	}
	return s
}

// weigh gathers the evidence for every article.
func (m *Model) weigh(l Law, s *seen, law *lawView) []evidence {
	out := make([]evidence, len(m.articles))
	var total float64
	for _, id := range slices.Sorted(maps.Keys(s.named)) {
		n := s.named[id]
		about := m.about[id]
		w := n.weight() * law.telling(id) * sharpest(about)
		total += w
		for _, t := range about {
			a, x := t.article, t.x
			out[a][byConcepts] += w * x
			if n.heading {
				out[a][byHeading] = max(out[a][byHeading], x)
			}
			if n.above != "" || n.title {
				out[a][byContext] = max(out[a][byContext], x)
			}
		}
	}
	for i := range out {
		out[i][byConcepts] /= total + 1.5
	}
	for _, n := range s.near {
		for _, a := range m.examples[n.example].articles {
			out[a][byWords] += math.Pow(n.like, 1.5)
		}
	}
	for _, n := range s.like {
		for _, a := range m.examples[n.example].articles {
			out[a][byLike] = max(out[a][byLike], n.like)
		}
	}
	if p := m.titles[l.Lang.Base()]; p != nil {
		s.plain = plain(s)
		for _, w := range s.plain {
			for _, x := range p.articles[w.term] {
				out[x.of][byLabels] += w.x * x.weight
			}
		}
	}
	for i := range out {
		out[i][byCommon] = m.common[i]
	}
	return out
}

// plain is the section's words, those of its heading twice, to be compared with the Convention's.
func plain(s *seen) vector {
	v := make(map[string]float64, len(s.text))
	for _, w := range s.text {
		v[w] = 1
	}
	for _, w := range s.heading {
		v[w] = 2
	}
	return newVector(v)
}

// lawView is what is known of a law as a whole: in how many sections each concept is named.
type lawView struct {
	units int
	names map[string]int
}

// telling is how much a concept tells one section of a law from the others: 1 where few name it.
func (v *lawView) telling(concept string) float64 {
	if v.units < 4 {
		return 1
	}
	return 1 - 0.6*float64(v.names[concept])/float64(v.units)
}

// read reads every section of a law and weighs the evidence for every article.
func (m *Model) read(l Law) ([]*seen, [][]evidence) {
	s := newSight(m.thesaurus, l.Lang, l.Title)
	view := &lawView{units: len(l.Units), names: map[string]int{}}
	read := make([]*seen, len(l.Units))
	for i, u := range l.Units {
		x := s.read(u)
		tag := l.Lang.Base()
		x.near = m.near(x.words(m.rarity(tag)), m.lexical[tag])
		x.like = m.near(m.concepts(x), m.byConcept)
		read[i] = x
		for id, n := range x.named {
			if n.own() {
				view.names[id]++
			}
		}
	}
	out := make([][]evidence, len(l.Units))
	for i := range l.Units {
		out[i] = m.weigh(l, read[i], view)
	}
	return read, out
}

// ranked is an article with how likely it is among all.
type ranked struct {
	article int
	chance  float64
}

// rank orders the articles by the evidence, best first.
func rank(es []evidence, w evidence) []ranked {
	out := make([]ranked, len(es))
	best := math.Inf(-1)
	for a, e := range es {
		out[a] = ranked{a, e.sum(w)}
		best = max(best, out[a].chance)
	}
	var sum float64
	for i := range out {
		out[i].chance = math.Exp(out[i].chance - best)
		sum += out[i].chance
	}
	for i := range out {
		out[i].chance /= sum
	}
	slices.SortStableFunc(out, func(a, b ranked) int { return -cmp.Compare(a.chance, b.chance) })
	return out
}

// Limits below which nothing is suggested, and from which a suggestion counts as likely or strong. Chosen on the
// demonstration's laws, each State held aside; docs/mapping.md says how often each was right.
const (
	leastChance  = 0.08
	leastBare    = 0.5 // where what stands above is all that speaks for it
	likelyChance = 0.4
	strongChance = 0.8
)

// Suggest proposes provisions for each unit of a law, the likeliest first, at most Most of them; of units that
// give no reason it proposes none. What people decided about the law itself should not be among the
// model's examples: they would be repeated, not learnt.
func (m *Model) Suggest(l Law) [][]Suggestion {
	read, weighed := m.read(l)
	return m.propose(l, read, weighed)
}

func (m *Model) propose(l Law, read []*seen, weighed [][]evidence) [][]Suggestion {
	out := make([][]Suggestion, len(l.Units))
	for i, u := range l.Units {
		s := read[i]
		if len(s.text)+len(s.heading) == 0 {
			continue
		}
		for _, r := range rank(weighed[i], weights) {
			if r.chance < leastChance || len(out[i]) == Most {
				break
			}
			reasons, own := m.reasons(l, u, s, r.article, weighed[i][r.article])
			if len(reasons) == 0 || !own && r.chance < leastBare {
				continue
			}
			x := Suggestion{Provision: m.within(l, s, r.article), Score: math.Round(r.chance*1000) / 1000, Strength: Possible, Reasons: reasons}
			switch {
			case own && r.chance >= strongChance:
				x.Strength = Strong
			case own && r.chance >= likelyChance:
				x.Strength = Likely
			}
			out[i] = append(out[i], x)
		}
	}
	return out
}
