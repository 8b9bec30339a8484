package suggest

import (
	"cmp"
	"maps"
	"slices"

	"merida/convention"
)

// Least that a reason must weigh to be told.
const (
	tellsLeast = 0.15 // chance that a section which names the concept belongs to the article
	likeWords  = 0.12 // likeness of words with a mapped section
	likeSense  = 0.55 // likeness of concepts with a mapped section
	labelLeast = 0.14 // likeness with the words of the article's title and labels
	mostTold   = 3    // concepts
)

// reasons says why an article is proposed, the weightiest first, and whether any of it lies in the
// section itself rather than in what stands above it.
func (m *Model) reasons(l Law, u Unit, s *seen, article int, e evidence) (out []Reason, own bool) {
	type told struct {
		id    string
		named *named
		x     float64
	}
	var ts []told
	for _, id := range slices.Sorted(maps.Keys(s.named)) {
		n := s.named[id]
		if x := to(m.about[id], article); x >= tellsLeast {
			ts = append(ts, told{id, n, x * n.weight()})
		}
	}
	slices.SortStableFunc(ts, func(a, b told) int { return -cmp.Compare(a.x, b.x) })
	for _, t := range ts[:min(len(ts), mostTold)] {
		r := Reason{Kind: ByConcept, Concept: t.id, Term: t.named.mention.Term, Count: t.named.text}
		switch {
		case t.named.heading:
			r.Kind, r.Words, own = ByHeading, short(u.Heading), true
		case t.named.text > 0:
			own = true
		case t.named.above != "":
			r.Kind, r.Words = ByHeading, short(t.named.above)
		default:
			r.Kind, r.Words = ByTitle, short(l.Title)
		}
		out = append(out, r)
	}
	if like, ok := m.nearest(s.near, article, likeWords); ok {
		out, own = append(out, Reason{Kind: BySimilar, Law: like.Law, EID: like.Unit.EID}), true
	} else if like, ok := m.nearest(s.like, article, likeSense); ok {
		out = append(out, Reason{Kind: BySimilar, Law: like.Law, EID: like.Unit.EID})
	}
	if len(out) == 0 && e[byLabels] >= labelLeast {
		out, own = append(out, Reason{Kind: ByLabel}), true
	}
	return out, own
}

func (m *Model) nearest(ns []neighbour, article int, least float64) (Example, bool) {
	for _, n := range ns {
		if x := m.examples[n.example]; n.like >= least && slices.Contains(x.articles, article) {
			return x.Example, true
		}
	}
	return Example{}, false
}

func short(s string) string {
	rs := []rune(joined(s))
	if len(rs) <= 120 {
		return string(rs)
	}
	return string(rs[:120]) + "…"
}

// within chooses the paragraph or point of an article that a section is about, or the article itself where
// nothing tells them apart.
func (m *Model) within(l Law, s *seen, article int) convention.ID {
	score := map[convention.ID]float64{}
	for _, n := range s.near {
		m.voteWithin(score, n, article, 1)
	}
	for _, n := range s.like {
		m.voteWithin(score, n, article, 0.5)
	}
	for _, id := range slices.Sorted(maps.Keys(s.named)) {
		n := s.named[id]
		c, ok := m.thesaurus.Get(id)
		if !ok || !n.own() {
			continue
		}
		for _, p := range c.Provisions {
			if a, ok := m.article(p); ok && a == article && p != m.articles[article] {
				score[p] += 0.25 * min(n.weight(), 3)
			}
		}
	}
	if p := m.titles[l.Lang.Base()]; p != nil {
		for x := range m.catalogue.Walk(m.articles[article]) {
			if v, ok := p.nodes[x.ID]; ok {
				score[x.ID] += withinLabels * dot(s.plain, v)
			}
		}
	}
	var best, second convention.ID
	for x := range m.catalogue.Walk(m.articles[article]) {
		switch v := score[x.ID]; {
		case v > score[best]:
			best, second = x.ID, best
		case v > score[second]:
			second = x.ID
		}
	}
	if score[best] < withinLeast {
		return m.articles[article]
	}
	for score[best] < withinLead*score[second] && best != m.articles[article] && !m.catalogue.Descends(second, best) {
		p, _ := m.catalogue.Get(best)
		best = p.Parent // where two are as likely, what holds both
	}
	if p, ok := m.catalogue.Get(best); ok && p.Implicit {
		return m.articles[article]
	}
	return best
}

// From when one paragraph or point of an article is proposed rather than the article.
const (
	withinLeast  = 0.35
	withinLead   = 1.25
	withinLabels = 4 // weight of a provision's own label
)

func (m *Model) voteWithin(score map[convention.ID]float64, n neighbour, article int, weight float64) {
	for _, p := range m.examples[n.example].exact {
		if a, ok := m.article(p); ok && a == article {
			score[p] += weight * n.like
		}
	}
}
