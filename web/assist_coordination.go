package web

import (
	"fmt"
	"slices"
	"strings"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/exchange/table"
	"merida/fault"
	"merida/locale"
	"merida/party"
)

type coordinationPage struct {
	Base
	Filter   assistance.Filter
	Columns  []string // kinds of columns that one can choose
	Matrix   assistance.Matrix
	Heads    []columnHead
	Groups   []matrixGroup
	Total    assistance.Cell
	Forms    []choice
	Themes   []choice
	Shows    []choice
	Party    string
	PartyID  party.ID
	Cells    []formCell
	Filtered bool
}

type choice struct {
	Code, Name string
	On         bool
}

type columnHead struct {
	Name, Code string
	key, value string // of a cell's address
}

// Cell is the address of a cell's records, with the filters of this page.
func (p coordinationPage) Cell(of any, h columnHead) string {
	q := p.v.r.URL.Query()
	q.Set("party", fmt.Sprint(of))
	q.Set(h.key, h.value)
	return p.Href("/coordination?%s#records", q.Encode())
}

type matrixGroup struct {
	Name string
	Rows []matrixRow
}

type matrixRow struct {
	assistance.Row
	Name string
}

type formCell struct {
	assistance.FormCell
	Name       string
	Heading    Words
	FormName   string
	Needs      []needLine
	Activities []activityLine
	NOverlaps  int
}

func (v *visit) coordinationFilter() (assistance.Filter, error) {
	f := assistance.Filter{Provision: convention.ID(v.query("provision")), Theme: v.query("theme"), Forms: v.values("form"), From: assistance.Day(v.query("from")), To: assistance.Day(v.query("to")),
		Show: assistance.Show(v.query("show")), Columns: assistance.Columns(v.query("columns")), Proposed: v.query("proposed") == "1"}
	for _, p := range v.values("party") {
		f.Parties = append(f.Parties, party.ID(strings.ToUpper(p)))
	}
	var bad fault.List
	if !f.From.Valid() {
		bad.Add("from", "fault.not_a_date", nil)
	}
	if !f.To.Valid() {
		bad.Add("to", "fault.not_a_date", nil)
	}
	if f.Provision != "" && !v.site.Conventions.Known(f.Provision) {
		bad.Add("provision", "need.error.provision", fault.Args{"id": string(f.Provision)})
	}
	if !slices.Contains([]assistance.Columns{"", assistance.ByTheme, assistance.ByChapter, assistance.ByArticle, assistance.ByForm}, f.Columns) {
		bad.Add("columns", "fault.unknown_choice", nil)
	}
	if f.Columns == "" {
		f.Columns = assistance.ByTheme
	}
	if f.Theme != "" {
		if _, ok := v.site.Conventions.Theme(f.Theme); !ok {
			bad.Add("theme", "fault.unknown_choice", nil)
		}
	}
	if v.query("all") == "1" {
		for _, p := range v.site.Parties.StatesParties(v.lang) {
			f.All = append(f.All, p.ID)
		}
	}
	return f, bad.Err()
}

// coordinationPage sets what States need beside what is given: a matrix of States, or one State record by record.
func (v *visit) coordinationPage() error {
	f, err := v.coordinationFilter()
	if err != nil {
		return err
	}
	p := coordinationPage{Base: v.base("assistance", v.p.T("coordination.title", nil)), Filter: f}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	ctx, sight := v.r.Context(), v.actor.Sight()
	if len(f.Parties) == 1 {
		one, ok := v.site.Parties.Get(f.Parties[0])
		if !ok {
			return fault.Of(fault.NotFound)
		}
		p.Party, p.PartyID = one.Name(v.lang), one.ID
		p.Title = p.Party + " · " + p.Title
		p.Crumbs = append(p.Crumbs, Crumb{v.p.T("coordination.title", nil), v.href("/coordination")})
	}
	m, err := v.site.Assistance.Board.Matrix(ctx, sight, f)
	if err != nil {
		return err
	}
	p.Matrix, p.Total = m, m.Total
	for _, c := range m.Columns {
		p.Heads = append(p.Heads, v.columnHead(c))
	}
	rows := make([]matrixRow, 0, len(m.Rows))
	for _, r := range m.Rows {
		rows = append(rows, matrixRow{r, v.partyName(string(r.Party))})
	}
	locale.Sort(v.p, rows, func(r matrixRow) string { return r.Name })
	for _, g := range append(v.site.Parties.Groups(), directory.Term{}) {
		group := matrixGroup{Name: g.Name.Pick(v.lang)}
		if g.Code == "" {
			group.Name = v.p.T("parties.no_group", nil)
		}
		for _, r := range rows {
			x, _ := v.site.Parties.Get(r.Party)
			if code := ""; x != nil && string(x.Group) == g.Code || x == nil && g.Code == code {
				group.Rows = append(group.Rows, r)
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	if v.downloads() {
		sorted := make([]assistance.Row, len(rows))
		for i, r := range rows {
			sorted[i] = r.Row
		}
		lines := table.Lines(m, sorted)
		t, row := v.tables().Coordination(len(lines))
		return v.table(t, table.Rows(lines, row))
	}
	if p.PartyID != "" {
		cells, err := v.site.Assistance.Board.Detail(ctx, sight, f)
		if err != nil {
			return err
		}
		if p.Cells, err = v.formCells(cells); err != nil {
			return err
		}
	}
	forms, _ := v.site.Codes.List("ta-form")
	for _, c := range forms.Active() {
		p.Forms = append(p.Forms, choice{c.Code, c.Name.Pick(v.lang), slices.Contains(f.Forms, c.Code)})
	}
	for _, t := range v.site.Conventions.Themes() {
		p.Themes = append(p.Themes, choice{t.Code, t.Name.Pick(v.lang), t.Code == f.Theme})
	}
	for _, s := range []assistance.Show{assistance.ShowAll, assistance.ShowGaps, assistance.ShowOverlaps, assistance.ShowUnasked} {
		key := string(s)
		if key == "" {
			key = "all"
		}
		p.Shows = append(p.Shows, choice{string(s), v.p.T("coordination.show."+key, nil), s == f.Show})
	}
	p.Columns = []string{"theme", "chapter", "article", "form"}
	return v.show("coordination", p)
}

func (v *visit) columnHead(c assistance.Column) columnHead {
	switch c.Kind {
	case assistance.ByTheme:
		if t, ok := v.site.Conventions.Theme(c.Code); ok {
			return columnHead{t.Name.Pick(v.lang), c.Code, "theme", c.Code}
		}
	case assistance.ByForm:
		return columnHead{v.formName(c.Code), c.Code, "form", c.Code}
	}
	if x, ok := v.site.Conventions.Get(c.Provision); ok {
		name := v.name(x)
		if h := v.words(x.Heading()); h.S != "" && x.Kind == convention.Chapter {
			name += ". " + h.S
		}
		return columnHead{name, string(c.Provision), "provision", string(c.Provision)}
	}
	return columnHead{c.Code, c.Code, "theme", c.Code}
}

func (v *visit) formCells(cells []assistance.FormCell) (out []formCell, err error) {
	ctx, sight := v.r.Context(), v.actor.Sight()
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, c := range cells {
		needs, activities = append(needs, c.Needs...), append(activities, c.Activities...)
	}
	ns, err := v.site.Assistance.Store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	byNeed, byActivity := map[assistance.NeedID]needLine{}, map[assistance.ActivityID]activityLine{}
	for _, n := range ns {
		byNeed[n.ID] = v.needLine(n)
	}
	lines := make([]activityLine, len(as))
	for i, a := range as {
		lines[i] = v.activityLine(a)
	}
	if err := v.standing(lines); err != nil {
		return nil, err
	}
	for _, l := range lines {
		byActivity[l.ID] = l
	}
	for _, c := range cells {
		x := formCell{FormCell: c, FormName: v.formName(c.Form), NOverlaps: len(c.Overlaps)}
		if c.Form == "" {
			x.FormName = v.p.T("coordination.no_form", nil)
		}
		if p, ok := v.site.Conventions.Get(c.Provision); ok {
			x.Name, x.Heading = v.name(p), v.words(p.Heading())
		}
		for _, id := range c.Needs {
			if n, ok := byNeed[id]; ok {
				x.Needs = append(x.Needs, n)
			}
		}
		for _, id := range c.Activities {
			if a, ok := byActivity[id]; ok {
				x.Activities = append(x.Activities, a)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

func uniq[T ~string](in []T) []T {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}
