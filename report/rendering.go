package report

import (
	"context"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// Rendering is a section of a law in another language, from a translation of its text.
type Rendering struct {
	Text   string
	Lang   lang.Tag
	Status lang.Status
	Stale  bool // the original of the section reads otherwise than the one that was translated
}

// Renderings reads sections in one language. It remembers the texts that it has read, so that many sections of one law cost
// one reading; it is for one request and one goroutine.
type Renderings struct {
	Library library.Store
	Lang    lang.Tag

	seen map[library.ID][]rendered
}

// rendered is a translation of a measure with the text that it renders, by the eId of the original.
type rendered struct {
	n     int
	of    library.Translation
	pairs map[string]library.Pair
}

// Of gives a section of a version (0: the newest) in the language: from the newest translation of that version, else of an older one.
// ok is false where the law is in the language already, or no translation has the section.
func (r *Renderings) Of(ctx context.Context, m library.Measure, s library.Section, version int) (out Rendering, ok bool, err error) {
	if m.Lang.Base() == r.Lang.Base() || s.EID == "" {
		return out, false, nil
	}
	ts, known := r.seen[m.ID]
	if !known {
		if ts, err = r.read(ctx, m.ID); err != nil {
			return out, false, err
		}
		if r.seen == nil {
			r.seen = map[library.ID][]rendered{}
		}
		r.seen[m.ID] = ts
	}
	if version == 0 {
		version = m.Version
	}
	for _, t := range ts {
		if x := t.pairs[s.EID]; t.n <= version && x.Translation.EID != "" {
			return Rendering{x.Translation.Text, t.of.Lang, t.of.Status, x.Original.Text != s.Text}, true, nil
		}
	}
	return out, false, nil
}

func (r *Renderings) read(ctx context.Context, id library.ID) (out []rendered, err error) {
	ts, err := r.Library.Translations(ctx, identity.Sight{}, id) // newest version first
	if fault.Is(err, fault.NotFound) {
		return nil, nil // the measure is not public
	}
	if err != nil {
		return nil, err
	}
	for _, t := range ts {
		if t.Lang.Base() != r.Lang.Base() {
			continue
		}
		x, err := r.Library.Translated(ctx, identity.Sight{}, id, t.N, t.Lang)
		if err != nil {
			return nil, err
		}
		original, err := r.Library.Whole(ctx, identity.Sight{}, id, t.N)
		if err != nil {
			return nil, err
		}
		pairs := map[string]library.Pair{}
		for _, p := range library.SideBySide(original.Sections, x.Sections) {
			if p.Original.EID != "" {
				pairs[p.Original.EID] = p
			}
		}
		out = append(out, rendered{t.N, t, pairs})
	}
	return out, nil
}
