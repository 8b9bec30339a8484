package suggest

import (
	"maps"
	"math"
	"slices"

	"merida/convention"
	"merida/lang"
	"merida/thesaurus"
)

// Reference is what every model stands on: the concepts and the Convention. It is made once.
type Reference struct {
	thesaurus *thesaurus.Thesaurus
	catalogue *convention.Catalogue
	articles  []convention.ID // of the Convention, in order: those that are proposed
	place     map[convention.ID]int
	tied      map[string]map[int]float64 // concept: share of each article it is tied to
	sharp     map[string]float64         // by concept: the greatest of these shares
	titles    map[lang.Tag]*profile
}

// profile is the titles and labels of the articles in one language.
type profile struct {
	articles map[string][]posting     // by word: the articles of whose title and labels, and those of everything below, it is one
	nodes    map[convention.ID]vector // of each provision below an article, as it differs from the others there
}

// NewReference prepares the Convention and the thesaurus.
func NewReference(th *thesaurus.Thesaurus, c *convention.Catalogue) *Reference {
	r := &Reference{thesaurus: th, catalogue: c, place: map[convention.ID]int{}, tied: map[string]map[int]float64{}, sharp: map[string]float64{}, titles: map[lang.Tag]*profile{}}
	// What national law implements: the articles on which parties report, and the definitions.
	articles := []convention.ID{convention.UNCAC + "/art_2"}
	for _, p := range c.Reported(convention.UNCAC) {
		if a, ok := c.Article(p.ID); ok && !slices.Contains(articles, a.ID) {
			articles = append(articles, a.ID)
		}
	}
	for _, a := range articles {
		if c.Known(a) {
			r.place[a] = len(r.articles)
			r.articles = append(r.articles, a)
		}
	}
	for _, x := range th.Concepts() {
		as := map[int]float64{}
		for i, p := range x.Provisions {
			if a, ok := r.article(p); ok {
				as[a] += 1 / float64(i+1) // the provision named first is what the concept is about
			}
		}
		normalise(as)
		r.tied[x.ID] = as
		for _, share := range as {
			r.sharp[x.ID] = max(r.sharp[x.ID], share)
		}
	}
	for _, tag := range lang.Official {
		r.titles[tag] = r.profile(tag)
	}
	return r
}

// ConceptName is what a concept that a reason names is called in a language, or in English; empty for unknown ones.
func (r *Reference) ConceptName(id string, tag lang.Tag) string {
	if c, ok := r.thesaurus.Get(id); ok {
		return c.Name(tag)
	}
	return ""
}

func normalise(m map[int]float64) {
	var sum float64
	for _, k := range slices.Sorted(maps.Keys(m)) {
		sum += m[k]
	}
	for k := range m {
		m[k] /= sum
	}
}

// article gives the place of the article in which a provision lies.
func (r *Reference) article(p convention.ID) (int, bool) {
	a, ok := r.catalogue.Article(p)
	if !ok {
		return 0, false
	}
	i, ok := r.place[a.ID]
	return i, ok
}

func (r *Reference) profile(tag lang.Tag) *profile {
	reader := r.thesaurus.Reader(tag)
	below := make([][]string, len(r.articles))
	out := &profile{articles: map[string][]posting{}, nodes: map[convention.ID]vector{}}
	for i, a := range r.articles {
		own := map[convention.ID][]string{}
		for p := range r.catalogue.Walk(a) {
			ws := reader.Words(p.Heading()[tag].S)
			below[i] = append(below[i], ws...)
			if p.ID != a && !p.Implicit {
				own[p.ID] = ws
			}
		}
		rare := rarity(slices.Collect(maps.Values(own)))
		for id, ws := range own {
			out.nodes[id] = weighted(ws, rare)
		}
	}
	rare := rarity(below)
	for i, ws := range below {
		for _, w := range weighted(ws, rare) {
			out.articles[w.term] = append(out.articles[w.term], posting{i, w.x})
		}
	}
	return out
}

// rarity says of each word how rare it is among texts.
func rarity(texts [][]string) func(string) float64 {
	df := map[string]int{}
	for _, ws := range texts {
		for _, w := range slices.Compact(slices.Sorted(slices.Values(ws))) {
			df[w]++
		}
	}
	return func(w string) float64 { return math.Log(1 + float64(len(texts))/float64(1+df[w])) }
}

func weighted(words []string, rare func(string) float64) vector {
	v := map[string]float64{}
	for _, w := range words {
		v[w]++
	}
	for w, n := range v {
		v[w] = (1 + math.Log(n)) * rare(w)
	}
	return newVector(v)
}

// Model proposes provisions. It is made from examples and does not change; its methods may be called at once.
type Model struct {
	*Reference
	examples  []example
	lexical   map[lang.Tag]map[string][]posting // by language and word
	byConcept map[string][]posting              // by concept
	given     map[string]map[int]float64
	about     map[string][]tie // by concept
	rare      map[lang.Tag]map[string]float64
	common    []float64 // share of the examples of each article
}

type example struct {
	Example
	articles []int
	exact    []convention.ID
}

// posting says of a term how much it weighs in an example or an article.
type posting struct {
	of     int
	weight float64
}

// Corpus is examples that have been read, so that several models can be made of parts of them.
type Corpus struct {
	examples []Example
	read     []*seen
}

// Read prepares examples. Those without a provision of the Convention are left out.
func (r *Reference) Read(examples []Example) *Corpus {
	c := &Corpus{}
	sights := map[string]*sight{}
	for _, e := range examples {
		if !slices.ContainsFunc(e.Provisions, func(p convention.ID) bool { _, ok := r.article(p); return ok }) {
			continue
		}
		key := e.Law + " " + string(e.Lang)
		s := sights[key]
		if s == nil {
			s = newSight(r.thesaurus, e.Lang, e.Title)
			sights[key] = s
		}
		c.examples = append(c.examples, e)
		c.read = append(c.read, s.read(e.Unit))
	}
	return c
}

// Learn makes a model of those examples of the corpus that keep lets through; nil keeps all.
func (r *Reference) Learn(c *Corpus, keep func(Example) bool) *Model {
	m := &Model{Reference: r, lexical: map[lang.Tag]map[string][]posting{}, byConcept: map[string][]posting{}, given: map[string]map[int]float64{}, rare: map[lang.Tag]map[string]float64{}, common: make([]float64, len(r.articles))}
	var read []*seen
	total := map[lang.Tag]float64{}
	for i, e := range c.examples {
		if keep != nil && !keep(e) {
			continue
		}
		x := example{Example: e}
		for _, p := range e.Provisions {
			if a, ok := r.article(p); ok && !slices.Contains(x.articles, a) {
				x.articles = append(x.articles, a)
			}
			x.exact = append(x.exact, p)
		}
		m.examples = append(m.examples, x)
		read = append(read, c.read[i])
		total[e.Lang.Base()]++
	}
	for i, s := range read {
		tag := m.examples[i].Lang.Base()
		if m.rare[tag] == nil {
			m.rare[tag], m.lexical[tag] = map[string]float64{}, map[string][]posting{}
		}
		for _, w := range s.words(func(string) float64 { return 1 }) {
			m.rare[tag][w.term]++ // first in how many examples
		}
	}
	for tag, of := range m.rare {
		for k, n := range of {
			of[k] = math.Log(1 + total[tag]/n)
		}
	}
	for _, x := range m.examples {
		for _, a := range x.articles {
			m.common[a] += 1 / float64(len(m.examples)*len(x.articles))
		}
	}
	for i, s := range read {
		x := &m.examples[i]
		tag := x.Lang.Base()
		for _, w := range s.words(m.rarity(tag)) {
			m.lexical[tag][w.term] = append(m.lexical[tag][w.term], posting{i, w.x})
		}
		for _, w := range m.concepts(s) {
			m.byConcept[w.term] = append(m.byConcept[w.term], posting{i, w.x})
		}
		for id, n := range s.named {
			if !n.own() {
				continue
			}
			as := m.given[id]
			if as == nil {
				as = map[int]float64{}
				m.given[id] = as
			}
			share := 1 / float64(len(x.articles))
			if x.Note {
				share /= 2 // the law's own words say it again
			}
			for _, a := range x.articles {
				as[a] += share
			}
		}
	}
	m.about = make(map[string][]tie, len(m.tied))
	for id := range m.tied {
		m.about[id] = m.tiesOf(id)
	}
	return m
}

// rarity says how rare a word of a language is among the examples.
func (m *Model) rarity(tag lang.Tag) func(string) float64 {
	of := m.rare[tag]
	return func(k string) float64 {
		if r, ok := of[k]; ok {
			return r
		}
		return 1
	}
}

// prior is how many examples the ties of the thesaurus weigh as much as.
const prior = 4.0

// tie is how likely it is that a section that names a concept belongs to an article.
type tie struct {
	article int
	x       float64
}

// tiesOf weighs what examples say of a concept against what the thesaurus says, the articles in order.
func (m *Model) tiesOf(concept string) []tie {
	out := map[int]float64{}
	var n float64
	for _, a := range slices.Sorted(maps.Keys(m.given[concept])) {
		n += m.given[concept][a]
	}
	for a, x := range m.given[concept] {
		out[a] += x / (n + prior)
	}
	for a, x := range m.tied[concept] {
		out[a] += prior * x / (n + prior)
	}
	ties := make([]tie, 0, len(out))
	for _, a := range slices.Sorted(maps.Keys(out)) {
		ties = append(ties, tie{a, out[a]})
	}
	return ties
}

// to is how likely the article is, 0 when nothing ties the concept to it.
func to(ties []tie, article int) float64 {
	for _, t := range ties {
		if t.article == article {
			return t.x
		}
	}
	return 0
}

// sharpest is how much a concept says about the article: 1 when it always means the same one.
func sharpest(ties []tie) (best float64) {
	for _, t := range ties {
		best = max(best, t.x)
	}
	return best
}

// weight is how strongly a section names a concept.
func (n *named) weight() float64 {
	w := 0.0
	if n.text > 0 {
		w += math.Log2(1 + float64(n.text))
	}
	if n.heading {
		w += 3
	}
	if n.above != "" {
		w += 1.2
	}
	if n.title {
		w += 0.7
	}
	return w * (0.6 + 0.2*float64(min(n.mention.Words, 3)))
}

// concepts is the vector of the concepts that a section names.
func (m *Model) concepts(s *seen) vector {
	v := make(map[string]float64, len(s.named))
	for id, n := range s.named {
		v[id] = n.weight() * m.sharp[id]
	}
	return newVector(v)
}

// neighbour is an example that is like a section.
type neighbour struct {
	example int
	like    float64 // 0 to 1
}

const neighbours = 8

// near gives the examples most like a section, best first.
func (m *Model) near(v vector, in map[string][]posting) (out []neighbour) {
	sum := make([]float64, len(m.examples))
	for _, w := range v {
		for _, p := range in[w.term] {
			sum[p.of] += w.x * p.weight
		}
	}
	for i, x := range sum {
		if x == 0 || len(out) == neighbours && x <= out[neighbours-1].like {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, x, func(n neighbour, x float64) int {
			if n.like >= x {
				return -1
			}
			return 1
		})
		if len(out) == neighbours {
			out = out[:neighbours-1]
		}
		out = slices.Insert(out, at, neighbour{i, x})
	}
	return out
}
