package report

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/convention"
	"merida/identity"
	"merida/library"
	"merida/party"
)

// Reader reads what is public. All fields are needed.
type Reader struct {
	Conventions *convention.Catalogue
	Library     library.Store
	Assessments assessment.Store
	Board       *assistance.Board
}

// Overview is what is public about a State, article by article.
type Overview struct {
	Party    party.ID
	Chapters []Chapter // those of the Convention against Corruption on which parties report, in printed order; then of others what is not empty
	Answers  int       // provisions on which an answer is public
	Measures int       // measures of the State that are tied to a provision
	First    time.Time // oldest and newest publication of the answers shown; zero when there is none
	Latest   time.Time
	Total    assistance.Cell // needs and activities, each counted once
}

// Chapter is a chapter with its articles.
type Chapter struct {
	Convention convention.ID
	Provision  *convention.Provision // nil in a convention that has no chapters
	Articles   []Article
}

// Article is an article with what stands on it and below it.
type Article struct {
	Provision *convention.Provision
	Lines     []Line
	Measures  []library.Measure // tied to it or below it, each once
	Cell      assistance.Cell   // needs and activities on it or below it
	Latest    time.Time         // of the answers shown
}

// Empty reports whether nothing is public on the article.
func (a Article) Empty() bool {
	return len(a.Measures) == 0 && a.Cell.Empty() && !slices.ContainsFunc(a.Lines, func(l Line) bool { return l.Answer.Answer != "" })
}

// Line is a provision on which parties report.
type Line struct {
	Provision *convention.Provision
	Answer    assessment.Public // of the newest round; zero when none is public
	Earlier   []assessment.Public
	Sections  []library.Mapped // sections and measures tied to this very provision
}

// Overview reads what is public about a State on every convention.
func (r Reader) Overview(ctx context.Context, p party.ID) (Overview, error) {
	out := Overview{Party: p}
	answers, err := r.Assessments.Published(ctx, assessment.PublicFilter{Party: p})
	if err != nil {
		return out, err
	}
	said := map[convention.ID][]assessment.Public{}
	for _, a := range answers { // newest round first
		said[a.Provision] = append(said[a.Provision], a)
	}
	mapped, err := r.Library.MappedIn(ctx, identity.Sight{}, p)
	if err != nil {
		return out, err
	}
	tied := map[convention.ID][]library.Mapped{}
	measures := map[library.ID]bool{}
	for _, m := range mapped {
		if m.Mapping.Status != library.Suggested {
			tied[m.Mapping.Provision] = append(tied[m.Mapping.Provision], m)
			measures[m.Measure.ID] = true
		}
	}
	out.Measures = len(measures)
	cells := map[convention.ID]assistance.Cell{}
	if r.Board != nil {
		m, err := r.Board.Matrix(ctx, identity.Sight{}, assistance.Filter{Parties: []party.ID{p}, Columns: assistance.ByArticle})
		if err != nil {
			return out, err
		}
		for _, row := range m.Rows {
			for i, c := range row.Cells {
				cells[m.Columns[i].Provision] = c
			}
			out.Total = row.Total
		}
	}
	for _, c := range r.Conventions.Conventions() {
		out.Chapters = append(out.Chapters, r.chapters(c.ID, said, tied, cells)...)
	}
	for _, ch := range out.Chapters {
		for _, a := range ch.Articles {
			for _, l := range a.Lines {
				if at := l.Answer.PublishedAt; !at.IsZero() {
					out.Answers++
					if out.First.IsZero() || at.Before(out.First) {
						out.First = at
					}
				}
			}
			if a.Latest.After(out.Latest) {
				out.Latest = a.Latest
			}
		}
	}
	return out, nil
}

// chapters gathers what stands on a convention. Of others than the Convention against Corruption only what is not empty.
func (r Reader) chapters(conv convention.ID, said map[convention.ID][]assessment.Public, tied map[convention.ID][]library.Mapped, cells map[convention.ID]assistance.Cell) (out []Chapter) {
	last := convention.ID("")
	for _, leaf := range r.Conventions.Reported(conv) {
		art, ok := r.Conventions.Article(leaf.ID)
		if !ok || art.ID == last {
			continue
		}
		last = art.ID
		a := r.article(art, said, tied, cells[art.ID])
		if conv != convention.UNCAC && a.Empty() {
			continue
		}
		var top *convention.Provision
		if above := r.Conventions.Ancestors(art.ID); len(above) > 0 {
			top = above[0]
		}
		if n := len(out); n == 0 || out[n-1].Provision != top {
			out = append(out, Chapter{Convention: conv, Provision: top})
		}
		ch := &out[len(out)-1]
		ch.Articles = append(ch.Articles, a)
	}
	return out
}

// article gathers what stands on an article and below it, in printed order. What names a provision on which nobody reports
// (the article as a whole, say) has a line of its own before those below it.
func (r Reader) article(art *convention.Provision, said map[convention.ID][]assessment.Public, tied map[convention.ID][]library.Mapped, c assistance.Cell) Article {
	out := Article{Provision: art, Cell: c}
	for p := range r.Conventions.Walk(art.ID) {
		l := Line{Provision: p, Sections: tied[p.ID]}
		if as := said[p.ID]; len(as) > 0 {
			l.Answer, l.Earlier = as[0], as[1:]
			if l.Answer.PublishedAt.After(out.Latest) {
				out.Latest = l.Answer.PublishedAt
			}
		}
		for _, m := range l.Sections {
			if !slices.ContainsFunc(out.Measures, func(x library.Measure) bool { return x.ID == m.Measure.ID }) {
				out.Measures = append(out.Measures, m.Measure)
			}
		}
		if p.Leaf() || l.Answer.Answer != "" || len(l.Sections) > 0 {
			out.Lines = append(out.Lines, l)
		}
	}
	slices.SortStableFunc(out.Measures, func(a, b library.Measure) int { return cmp.Or(cmp.Compare(b.Date, a.Date), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Comparison is one provision over some States: a row for each place on which one of them has something.
type Comparison struct {
	Provision *convention.Provision
	Parties   []party.ID // in the order asked for
	Rows      []Row
}

// Row is one place of the Convention, with a cell for each party.
type Row struct {
	Provision *convention.Provision
	Cells     []Cell
}

// Cell is what one State published on one place, and what is recorded about it.
type Cell struct {
	Party    party.ID
	Answer   assessment.Public // of the newest round; zero when none is public
	Cited    []library.CitedSection
	Recorded []library.Mapped // sections tied to the place that the answer does not cite
}

// Empty reports whether the State has nothing here.
func (c Cell) Empty() bool { return c.Answer.Answer == "" && len(c.Recorded) == 0 }

// MostCompared is how many States can be compared at once in a file; a screen shows fewer.
const MostCompared = 200

// Compare reads a provision and everything below it for the parties. Rows on which no party has anything are left out,
// except that of the provision itself where there would be none at all.
func (r Reader) Compare(ctx context.Context, id convention.ID, parties []party.ID) (Comparison, error) {
	p, ok := r.Conventions.Get(id)
	out := Comparison{Provision: p, Parties: parties}
	if !ok {
		return out, nil
	}
	var places []*convention.Provision
	var ids []convention.ID
	for x := range r.Conventions.Walk(id) {
		places, ids = append(places, x), append(ids, x.ID)
	}
	at := map[party.ID]int{}
	for i, p := range parties {
		at[p] = i
	}
	type key struct {
		id convention.ID
		i  int
	}
	cells := map[key]*Cell{}
	cell := func(id convention.ID, p party.ID) *Cell {
		i, ok := at[p]
		if !ok {
			return nil
		}
		if cells[key{id, i}] == nil {
			cells[key{id, i}] = &Cell{Party: p}
		}
		return cells[key{id, i}]
	}
	answers, err := r.Assessments.Published(ctx, assessment.PublicFilter{Provisions: ids})
	if err != nil {
		return out, err
	}
	for _, a := range answers {
		if _, wanted := at[a.Party]; !wanted {
			continue
		}
		c := cell(a.Provision, a.Party)
		if c.Answer.Answer != "" {
			continue // an older round
		}
		c.Answer = a
		if c.Cited, err = r.Library.Cited(ctx, identity.Sight{}, a.Content.Citations); err != nil {
			return out, err
		}
	}
	mapped, err := r.Library.Mapped(ctx, identity.Sight{}, ids)
	if err != nil {
		return out, err
	}
	for _, m := range mapped {
		if m.Mapping.Status == library.Suggested {
			continue
		}
		c := cell(m.Mapping.Provision, m.Measure.Country)
		if c == nil || slices.ContainsFunc(c.Cited, func(x library.CitedSection) bool {
			return x.Measure.ID == m.Measure.ID && x.Section.EID == m.Section.EID
		}) {
			continue
		}
		c.Recorded = append(c.Recorded, m)
	}
	for _, x := range places {
		row := Row{Provision: x, Cells: make([]Cell, len(parties))}
		some := false
		for i, p := range parties {
			row.Cells[i].Party = p
			if c := cells[key{x.ID, i}]; c != nil {
				row.Cells[i], some = *c, true
			}
		}
		if some {
			out.Rows = append(out.Rows, row)
		}
	}
	if len(out.Rows) == 0 {
		row := Row{Provision: p, Cells: make([]Cell, len(parties))}
		for i := range parties {
			row.Cells[i].Party = parties[i]
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// Holders lists the parties that have something public on a provision or below it: an answer or a measure tied to it.
func (r Reader) Holders(ctx context.Context, id convention.ID) ([]party.ID, error) {
	ids := append([]convention.ID{id}, r.Conventions.Below(id)...)
	var out []party.ID
	answers, err := r.Assessments.Published(ctx, assessment.PublicFilter{Provisions: ids})
	if err != nil {
		return nil, err
	}
	for _, a := range answers {
		out = append(out, a.Party)
	}
	mapped, err := r.Library.Mapped(ctx, identity.Sight{}, ids)
	if err != nil {
		return nil, err
	}
	for _, m := range mapped {
		if m.Mapping.Status != library.Suggested {
			out = append(out, m.Measure.Country)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
