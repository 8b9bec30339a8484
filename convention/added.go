package convention

import (
	"bytes"
	"io"
	"slices"

	"merida/fault"
)

// Difference says what a newer catalogue changes about one convention.
type Difference struct {
	Convention ID
	New        bool // the convention was not there
	Provisions int  // how many it has now
	Added      []ID // provisions that were not there; nil where the whole convention is new
	Changed    []ID // of which the title, the label or another property differs
}

// Ships reports whether a convention comes with the program.
func Ships(id ID) bool {
	c, err := Load()
	return err == nil && c.roots[id] != nil
}

// Add reads a convention file like [Catalogue.With] and says what it changes. The ids of a convention that ships with
// the program are fixed, since questionnaires, answers and exports of every installation stand on them:
// Conflict, where the file adds one. Invalid and TooLarge: as With.
func (c *Catalogue) Add(r io.Reader) (*Catalogue, Difference, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, Difference{}, err
	}
	t, err := read(bytes.NewReader(b))
	if err != nil {
		return nil, Difference{}, err
	}
	next, err := c.With(bytes.NewReader(b))
	if err != nil {
		return nil, Difference{}, err
	}
	id := t.convention.ID
	d := Difference{Convention: id, New: c.roots[id] == nil, Provisions: len(t.nodes)}
	if d.New {
		return next, d, nil
	}
	for _, p := range t.nodes {
		was, ok := c.byID[p.ID]
		switch {
		case !ok && Ships(id):
			return nil, d, fault.New(fault.Conflict, "convention.file.fixed", fault.Args{"id": string(p.ID), "convention": string(id)})
		case !ok:
			d.Added = append(d.Added, p.ID)
		case !same(was, p):
			d.Changed = append(d.Changed, p.ID)
		}
	}
	return next, d, nil
}

func same(a, b *Provision) bool {
	ta, tb := a.Heading(), b.Heading()
	if len(ta) != len(tb) || a.Number != b.Number || a.Citation != b.Citation || a.Obligation.Level != b.Obligation.Level || a.ReviewCycle != b.ReviewCycle ||
		!slices.Equal(a.Themes, b.Themes) || !slices.Equal(a.Related, b.Related) || a.Parent != b.Parent {
		return false
	}
	for tag, v := range ta {
		if tb[tag] != v {
			return false
		}
	}
	return true
}

// File gives the file of a convention that ships with the program, as it was read. NotFound: it does not ship.
func File(id ID) ([]byte, error) {
	if !Ships(id) {
		return nil, fault.Of(fault.NotFound)
	}
	return data.ReadFile("data/" + string(id) + ".json")
}
