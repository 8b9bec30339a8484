package treaty

import (
	"context"
	"slices"

	"merida/convention"
	"merida/lang"
)

// Reading is what a page shows of a text: a provision with what leads to it and what lies below it.
type Reading struct {
	Text  Text // without passages
	Lines []Line
	Other []lang.Tag // further languages in which the convention has a text, the official ones first
}

// Line is a passage as it stands in a reading.
type Line struct {
	Provision convention.ID
	Number    string // as printed; empty where none is printed
	Depth     int    // 0 for the outermost line shown
	Lead      bool   // it stands above the provision that was asked for: the sentence that introduces it
	Text      string
}

// Read gives the text of a provision in the wished language, else in English, else in the first language that has a text.
// ok is false where the convention has no text, or none on the provision. For a chapter nothing is read.
func (s *Service) Read(ctx context.Context, id convention.ID, want lang.Tag) (r Reading, ok bool, err error) {
	ts, err := s.Store.Texts(ctx)
	if err != nil {
		return r, false, err
	}
	var have []Text
	for _, t := range ts {
		if t.Convention == id.Convention() {
			have = append(have, t)
		}
	}
	if len(have) == 0 {
		return r, false, nil
	}
	rank := func(t Text) int {
		switch i := slices.Index(lang.Official, t.Lang); {
		case t.Lang == want || t.Lang.Base() == want.Base():
			return -2
		case t.Lang == "en":
			return -1
		case i >= 0:
			return i
		}
		return len(lang.Official)
	}
	slices.SortStableFunc(have, func(a, b Text) int { return rank(a) - rank(b) })
	x, known := s.Conventions.Get(id)
	if !known || x.Kind == convention.Chapter {
		return r, false, nil
	}
	var above []convention.ID
	for _, a := range s.Conventions.Ancestors(id) {
		if a.Kind != convention.Chapter {
			above = append(above, a.ID)
		}
	}
	for i, t := range have {
		ps, err := s.Store.Passages(ctx, id.Convention(), t.Lang, append(slices.Clone(above), s.Conventions.Below(id)...))
		if err != nil {
			return r, false, err
		}
		if len(ps) == 0 {
			continue
		}
		r.Text = t
		for j, o := range have {
			if j != i {
				r.Other = append(r.Other, o.Lang)
			}
		}
		r.Lines = s.lines(ps, above)
		return r, true, nil
	}
	return r, false, nil
}

// lines gives passages their numbers and depth. The number of an article stands in the page's heading; that of a
// paragraph or point without words of its own stands before the number of the first one below it.
func (s *Service) lines(ps []Passage, above []convention.ID) (out []Line) {
	least := -1
	shown := map[convention.ID]bool{}
	for _, p := range ps {
		l := Line{Provision: p.Provision, Lead: slices.Contains(above, p.Provision), Text: p.Text}
		if x, ok := s.Conventions.Get(p.Provision); ok {
			l.Depth = x.Depth
			shown[x.ID] = true
			if x.Kind != convention.Article {
				l.Number = x.Number
			}
			for _, up := range s.Conventions.Ancestors(x.ID) {
				if !shown[up.ID] && !slices.Contains(above, up.ID) && (up.Kind == convention.Paragraph || up.Kind == convention.Point) && up.Number != "" {
					shown[up.ID] = true
					l.Number = up.Number + " " + l.Number
				}
			}
		}
		if least < 0 || l.Depth < least {
			least = l.Depth
		}
		out = append(out, l)
	}
	for i := range out {
		out[i].Depth -= least
	}
	return out
}

// Languages lists in which languages a convention has a text, and which official ones it lacks, each in the order of [lang.Official].
func (s *Service) Languages(ctx context.Context, c convention.ID) (has, lacks []lang.Tag, err error) {
	ts, err := s.Store.Texts(ctx)
	if err != nil {
		return nil, nil, err
	}
	in := map[lang.Tag]bool{}
	for _, t := range ts {
		if t.Convention == c {
			in[t.Lang] = true
		}
	}
	for _, tag := range lang.Official {
		if in[tag] {
			has = append(has, tag)
		} else {
			lacks = append(lacks, tag)
		}
		delete(in, tag)
	}
	var others []lang.Tag
	for tag := range in {
		others = append(others, tag)
	}
	slices.Sort(others)
	return append(has, others...), lacks, nil
}
