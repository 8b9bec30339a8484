package convention

import (
	"bytes"
	"embed"
	"io"
	"io/fs"
	"iter"
	"slices"
	"sync"

	"merida/fault"
)

//go:embed data/*.json
var data embed.FS

// Catalogue holds the conventions that are loaded. It is immutable.
type Catalogue struct {
	trees  []*tree // in the order of loading
	byID   map[ID]*Provision
	roots  map[ID]*tree
	cited  map[string]ID // see Parse
	in     map[ID][]Relation
	themes []Term
	levels []Term
	rels   []Term
}

// tree is a convention with its provisions in printed order, so that whatever lies
// below a provision is the run of nodes from its own place up to its end.
type tree struct {
	convention Convention
	nodes      []*Provision
	end        []int // parallel to nodes: index after the last descendant
	reported   map[ID]bool
	themes     []Term
	levels     []Term
	relations  []Term
}

var shipped = sync.OnceValues(func() (*Catalogue, error) {
	c := &Catalogue{}
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		return nil, err
	}
	// The Convention against Corruption comes first, others by the names of their files.
	first := "data/" + string(UNCAC) + ".json"
	names = slices.Insert(slices.DeleteFunc(names, func(s string) bool { return s == first }), 0, first)
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		t, err := read(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		c.trees = append(c.trees, t)
	}
	return c, c.index()
})

// Load gives the conventions that ship with the program. They are read once, in a few
// milliseconds; later calls return the same catalogue.
func Load() (*Catalogue, error) { return shipped() }

// With gives a new catalogue that also holds the convention in r, a file of the schema
// merida/convention/1 (data/README.md). A convention already there is replaced, provided
// that none of its provisions disappears, since answers and mappings stand on their ids.
// TooLarge: the file passes a limit. Invalid: it breaks a rule; the fields name each place.
func (c *Catalogue) With(r io.Reader) (*Catalogue, error) {
	t, err := read(r)
	if err != nil {
		return nil, err
	}
	n := &Catalogue{trees: slices.Clone(c.trees)}
	if i := slices.IndexFunc(n.trees, func(o *tree) bool { return o.convention.ID == t.convention.ID }); i >= 0 {
		have := make(map[ID]bool, len(t.nodes))
		for _, p := range t.nodes {
			have[p.ID] = true
		}
		r := &reader{}
		for _, p := range n.trees[i].nodes {
			if !have[p.ID] {
				r.fail(string(p.ID), "convention.file.dropped", fault.Args{"id": string(p.ID)})
			}
		}
		if err := r.bad.Err(); err != nil {
			return nil, err
		}
		n.trees[i] = t
	} else {
		n.trees = append(n.trees, t)
	}
	if err := n.index(); err != nil {
		return nil, err
	}
	return n, nil
}

// index fills the look-ups and checks what can only be seen with all conventions at hand.
func (c *Catalogue) index() error {
	total := 0
	for _, t := range c.trees {
		total += len(t.nodes)
	}
	c.byID = make(map[ID]*Provision, total)
	c.roots = make(map[ID]*tree, len(c.trees))
	c.in = make(map[ID][]Relation)
	for _, t := range c.trees {
		c.roots[t.convention.ID] = t
		for _, p := range t.nodes {
			c.byID[p.ID] = p
		}
		c.themes = merge(c.themes, t.themes)
		c.levels = merge(c.levels, t.levels)
		c.rels = merge(c.rels, t.relations)
	}
	known := make(map[string]bool, len(c.themes))
	for _, x := range c.themes {
		known[x.Code] = true
	}
	check := &reader{}
	for _, t := range c.trees {
		for _, p := range t.nodes {
			for _, code := range p.Themes {
				if !known[code] {
					check.fail(string(p.ID)+".themes", "convention.file.unknown", fault.Args{"value": code})
				}
			}
			for _, r := range p.Related {
				if c.byID[r.To] == nil {
					check.fail(string(p.ID)+".related", "convention.file.target", fault.Args{"id": string(r.To)})
					continue
				}
				back := r
				back.To, back.Incoming = p.ID, true
				c.in[r.To] = append(c.in[r.To], back)
			}
		}
	}
	c.cited = citations(c.trees)
	return check.bad.Err()
}

func merge(all, more []Term) []Term {
	for _, m := range more {
		if !slices.ContainsFunc(all, func(a Term) bool { return a.Code == m.Code }) {
			all = append(all, m)
		}
	}
	return all
}

// Conventions lists the conventions, the Convention against Corruption first.
func (c *Catalogue) Conventions() []*Convention {
	out := make([]*Convention, len(c.trees))
	for i, t := range c.trees {
		out[i] = &t.convention
	}
	return out
}

// Convention gives the convention of a provision's id or of its own.
func (c *Catalogue) Convention(id ID) (*Convention, bool) {
	t, ok := c.roots[id.Convention()]
	if !ok {
		return nil, false
	}
	return &t.convention, true
}

// Get gives a provision; ok is false for an unknown id and for that of a whole convention.
func (c *Catalogue) Get(id ID) (p *Provision, ok bool) {
	p, ok = c.byID[id]
	return p, ok
}

// Known reports whether id names a provision or a convention that is loaded.
func (c *Catalogue) Known(id ID) bool { return c.byID[id] != nil || c.roots[id] != nil }

// span gives the nodes at and below id; for a convention, all of them.
func (c *Catalogue) span(id ID) (t *tree, from, to int) {
	if t = c.roots[id]; t != nil {
		return t, 0, len(t.nodes)
	}
	p := c.byID[id]
	if p == nil {
		return nil, 0, 0
	}
	t = c.roots[id.Convention()]
	return t, p.Order - 1, t.end[p.Order-1]
}

// Children gives the provisions right below id in printed order. Of a convention they
// are its chapters or, where it has none here, its articles.
func (c *Catalogue) Children(id ID) []*Provision {
	var out []*Provision
	if t := c.roots[id]; t != nil {
		for i := 0; i < len(t.nodes); i = t.end[i] {
			out = append(out, t.nodes[i])
		}
		return out
	}
	if p := c.byID[id]; p != nil {
		for _, k := range p.Children {
			out = append(out, c.byID[k])
		}
	}
	return out
}

// Ancestors gives what lies above id, outermost first, without id itself.
func (c *Catalogue) Ancestors(id ID) []*Provision {
	var out []*Provision
	for p := c.byID[id]; p != nil && p.Parent != ""; {
		p = c.byID[p.Parent]
		out = append(out, p)
	}
	slices.Reverse(out)
	return out
}

// Article gives the article in which id lies, or id itself where it is one; ok is false
// for chapters and unknown ids.
func (c *Catalogue) Article(id ID) (p *Provision, ok bool) {
	for p = c.byID[id]; p != nil && p.Kind != Article; p = c.byID[p.Parent] {
	}
	return p, p != nil
}

// Descends reports whether id is of, or lies below it. A convention's id holds all its
// provisions. A filter by provision includes its descendants and asks this.
func (c *Catalogue) Descends(id, of ID) bool {
	if id == of {
		return c.Known(id)
	}
	t, from, to := c.span(of)
	p := c.byID[id]
	return t != nil && p != nil && c.roots[id.Convention()] == t && from < p.Order && p.Order <= to
}

// Walk goes over id and everything below it, in printed order; for a convention, over all its provisions.
func (c *Catalogue) Walk(id ID) iter.Seq[*Provision] {
	t, from, to := c.span(id)
	return func(yield func(*Provision) bool) {
		for i := from; i < to; i++ {
			if !yield(t.nodes[i]) {
				return
			}
		}
	}
}

// Below lists the ids at and below id, for a query that filters by provision.
func (c *Catalogue) Below(id ID) []ID {
	var out []ID
	for p := range c.Walk(id) {
		out = append(out, p.ID)
	}
	return out
}

// Leaves lists the provisions at or below id that have nothing below them, in printed order.
func (c *Catalogue) Leaves(id ID) []*Provision {
	var out []*Provision
	for p := range c.Walk(id) {
		if p.Leaf() {
			out = append(out, p)
		}
	}
	return out
}

// Reported lists the leaves at or below id on which parties report. Of the Convention
// against Corruption these are the 310 leaves of articles 5 to 62, chapters II to VI.
// A convention that does not say gives all its leaves.
func (c *Catalogue) Reported(id ID) []*Provision {
	var out []*Provision
	t := c.roots[id.Convention()]
	for _, p := range c.Leaves(id) {
		top := p
		for top.Parent != "" {
			top = c.byID[top.Parent]
		}
		if t.reported == nil || t.reported[top.ID] {
			out = append(out, p)
		}
	}
	return out
}

// Related lists the links of a provision in both directions, by kind and then in the order of
// the conventions. A link of a kind that reads the same both ways appears once, as recorded here
// where both ends record it.
func (c *Catalogue) Related(id ID) []Relation {
	p := c.byID[id]
	if p == nil {
		return nil
	}
	out := slices.Clone(p.Related)
	for _, r := range c.in[id] {
		same := func(o Relation) bool { return o.To == r.To && o.Kind == r.Kind }
		if r.Kind == RefersTo || !slices.ContainsFunc(out, same) {
			r.Detail = "" // it cites the end from which it was recorded, that is id itself
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(a, b Relation) int {
		if d := slices.Index(RelationKinds, a.Kind) - slices.Index(RelationKinds, b.Kind); d != 0 {
			return d
		}
		if a.Incoming != b.Incoming && a.Kind == RefersTo {
			if b.Incoming {
				return -1
			}
			return 1
		}
		if d := c.rank(a.To) - c.rank(b.To); d != 0 {
			return d
		}
		return c.byID[a.To].Order - c.byID[b.To].Order
	})
	return out
}

// rank is the place of an id's convention in the order of loading.
func (c *Catalogue) rank(id ID) int {
	return slices.IndexFunc(c.trees, func(t *tree) bool { return t.convention.ID == id.Convention() })
}

// Parts is what a door needs to name a provision in a sentence of its own language:
// "Article 23, paragraph 1 (b) (ii), of the Convention".
type Parts struct {
	Convention *Convention
	Chapter    string   // roman number; set only for a chapter itself
	Article    string   // number; empty for a chapter
	Paragraph  string   // number; empty above a paragraph and for an implicit one
	Points     []string // with their parentheses, outermost first
}

// Parts takes an id apart; ok is false for unknown ids and for whole conventions.
func (c *Catalogue) Parts(id ID) (parts Parts, ok bool) {
	p, ok := c.byID[id]
	if !ok {
		return Parts{}, false
	}
	parts.Convention = &c.roots[id.Convention()].convention
	for _, p := range append(c.Ancestors(id), p) {
		switch p.Kind {
		case Chapter:
			parts.Chapter = p.Number
		case Article:
			parts.Chapter, parts.Article = "", p.Number
		case Paragraph:
			parts.Paragraph = p.Number
		case Point:
			parts.Points = append(parts.Points, p.Number)
		}
	}
	return parts, true
}

// Themes lists the themes in the order of the Convention's chapters.
func (c *Catalogue) Themes() []Term { return slices.Clone(c.themes) }

// Theme gives a theme by its code.
func (c *Catalogue) Theme(code string) (Term, bool) { return find(c.themes, code) }

// Level gives the name of an obligation level.
func (c *Catalogue) Level(l Level) (Term, bool) { return find(c.levels, string(l)) }

// Relation gives the name of a kind of relation, and its inverse.
func (c *Catalogue) Relation(k RelationKind) (Term, bool) { return find(c.rels, string(k)) }

func find(terms []Term, code string) (Term, bool) {
	i := slices.IndexFunc(terms, func(t Term) bool { return t.Code == code })
	if i < 0 {
		return Term{}, false
	}
	return terms[i], true
}

// WithTheme lists the provisions that carry a theme, in the order of the conventions.
func (c *Catalogue) WithTheme(code string) []*Provision {
	var out []*Provision
	for _, t := range c.trees {
		for _, p := range t.nodes {
			if slices.Contains(p.Themes, code) {
				out = append(out, p)
			}
		}
	}
	return out
}
