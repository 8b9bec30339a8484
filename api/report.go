package api

import (
	"iter"
	"strings"
	"time"

	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/party"
	"merida/report"
)

func (r *request) reader() report.Reader {
	a := r.api
	return report.Reader{Conventions: a.Conventions, Library: a.Library, Assessments: a.Assessments, Board: a.Board}
}

// Overview is what is public about a State, article by article. Nothing in it compares States.
type Overview struct {
	Party    party.ID          `json:"party"`
	Answers  int               `json:"answers"`  // provisions on which an answer is public
	Measures int               `json:"measures"` // measures of the State that are tied to a provision
	First    *time.Time        `json:"oldest_publication"`
	Latest   *time.Time        `json:"newest_publication"`
	Total    CoordinationCell  `json:"assistance"`
	Articles []OverviewArticle `json:"articles"`
	Contacts []ContactPoint    `json:"contact_points"`
	URL      string            `json:"url"`
}

// OverviewArticle is an article with what stands on it and below it.
type OverviewArticle struct {
	Provision  convention.ID    `json:"provision"`
	Chapter    convention.ID    `json:"chapter"`
	Answers    []OverviewAnswer `json:"answers"`
	Measures   []library.ID     `json:"measures"`
	Assistance CoordinationCell `json:"assistance"`
}

// OverviewAnswer is what the State published on a provision, without its words.
type OverviewAnswer struct {
	ID             string        `json:"id"`
	Provision      convention.ID `json:"provision"`
	Implementation string        `json:"implementation,omitempty"` // as the State published it; absent where it did not publish that part
	Cited          int           `json:"cited"`
	PublishedAt    time.Time     `json:"published_at"`
	URL            string        `json:"url"`
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (r *request) readOverview() (report.Overview, error) {
	p, ok := r.api.Parties.Lookup(r.path[0])
	if !ok {
		return report.Overview{}, fault.Of(fault.NotFound)
	}
	return r.reader().Overview(r.Context(), p.ID)
}

func (r *request) overview() (any, error) {
	o, err := r.readOverview()
	if err != nil {
		return nil, err
	}
	out := Overview{Party: o.Party, Answers: o.Answers, Measures: o.Measures, First: when(o.First), Latest: when(o.Latest), Total: wireCell(o.Total), Articles: []OverviewArticle{}, Contacts: []ContactPoint{}, URL: r.pageURL("/parties/" + string(o.Party))}
	for _, ch := range o.Chapters {
		for _, a := range ch.Articles {
			x := OverviewArticle{Provision: a.Provision.ID, Answers: []OverviewAnswer{}, Measures: []library.ID{}, Assistance: wireCell(a.Cell)}
			if ch.Provision != nil {
				x.Chapter = ch.Provision.ID
			}
			for _, l := range a.Lines {
				if y := l.Answer; y.Answer != "" {
					x.Answers = append(x.Answers, OverviewAnswer{string(y.Answer), y.Provision, string(y.Content.Implementation), len(y.Content.Citations), y.PublishedAt, r.pageURL("/answers/" + string(y.Answer))})
				}
			}
			for _, m := range a.Measures {
				x.Measures = append(x.Measures, m.ID)
			}
			out.Articles = append(out.Articles, x)
		}
	}
	f := r.contactFilter()
	f.Party = o.Party
	contacts, err := r.api.Contacts.Contacts(r.Context(), identity.Sight{}, f)
	for _, c := range contacts {
		out.Contacts = append(out.Contacts, wireContact(c))
	}
	return out, err
}

func (r *request) overviewTable() (table.Table, iter.Seq2[table.Row, error], error) {
	o, err := r.readOverview()
	if err != nil {
		return table.Table{}, nil, err
	}
	lines := table.OverviewLines(o)
	t, row := r.words().Overview("party-"+string(o.Party), len(lines))
	return t, table.Rows(lines, row), nil
}

// Comparison is one provision over some States.
type Comparison struct {
	Provision convention.ID   `json:"provision"`
	Parties   []party.ID      `json:"parties"`
	Rows      []ComparisonRow `json:"rows"`
}

// ComparisonRow is one place of the Convention, with a cell for each party in the order of parties.
type ComparisonRow struct {
	Provision convention.ID    `json:"provision"`
	Cells     []ComparisonCell `json:"cells"`
}

// ComparisonCell is what one State published on a place, the sections that it cites, and those that are recorded besides.
type ComparisonCell struct {
	Party    party.ID        `json:"party"`
	Answer   *Answer         `json:"answer,omitempty"`
	Cited    []MappedSection `json:"cited,omitempty"`
	Recorded []MappedSection `json:"recorded,omitempty"`
}

// compared reads what is to be compared: "provision" and "state", which repeats or takes commas; without a state, all that have something.
func (r *request) compared() (report.Comparison, error) {
	var bad fault.List
	id, ok := r.api.Conventions.Parse(r.URL.Query().Get("provision"))
	if _, known := r.api.Conventions.Get(id); !ok || !known {
		bad.Add("provision", "compare.error.provision", nil)
	}
	var states []party.ID
	for _, code := range append(r.values("state"), r.values("party")...) {
		if p, ok := r.api.Parties.Lookup(code); ok {
			states = append(states, p.ID)
		} else {
			bad.Add("state", "compare.error.state", fault.Args{"code": code})
		}
	}
	if err := bad.Err(); err != nil {
		return report.Comparison{}, err
	}
	if len(states) == 0 {
		var err error
		if states, err = r.reader().Holders(r.Context(), id); err != nil {
			return report.Comparison{}, err
		}
	}
	return r.reader().Compare(r.Context(), id, states)
}

func (r *request) compare() (any, error) {
	c, err := r.compared()
	if err != nil {
		return nil, err
	}
	out := Comparison{Provision: c.Provision.ID, Parties: c.Parties, Rows: []ComparisonRow{}}
	for _, row := range c.Rows {
		x := ComparisonRow{Provision: row.Provision.ID, Cells: []ComparisonCell{}}
		for _, cell := range row.Cells {
			y := ComparisonCell{Party: cell.Party}
			if cell.Answer.Answer != "" {
				a := r.wireAnswer(cell.Answer)
				y.Answer = &a
			}
			for _, s := range cell.Cited {
				m := MappedSection{Measure: r.wireMeasure(s.Measure), Mapping: Mapping{EID: s.Citation.EID, Provision: row.Provision.ID, Status: "cited", At: cell.Answer.PublishedAt}}
				if s.Section.EID != "" {
					sec := r.wireSection(s.Measure, max(s.Citation.Version, 1), s.Section)
					m.Section = &sec
				}
				y.Cited = append(y.Cited, m)
			}
			for _, s := range cell.Recorded {
				y.Recorded = append(y.Recorded, r.wireMapped(s))
			}
			x.Cells = append(x.Cells, y)
		}
		out.Rows = append(out.Rows, x)
	}
	return out, nil
}

func (r *request) compareTable() (table.Table, iter.Seq2[table.Row, error], error) {
	c, err := r.compared()
	if err != nil {
		return table.Table{}, nil, err
	}
	w := r.words()
	lines := w.ComparisonLines(c)
	if err := w.Render(r.Context(), r.api.Library, lines); err != nil {
		return table.Table{}, nil, err
	}
	t, row := w.Comparison("compare-"+strings.ReplaceAll(string(c.Provision.ID), "/", "-"), len(lines))
	return t, table.Rows(lines, row), nil
}
