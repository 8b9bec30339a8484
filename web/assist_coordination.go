package web

import (
	"maps"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/exchange/table"
	"merida/fault"
	"merida/follow"
	"merida/locale"
	"merida/mechanism"
	"merida/party"
)

type coordinationPage struct {
	Base
	viewAsked
	Matrix  assistance.Matrix
	Heads   []columnHead
	Sets    []matrixGroup
	Total   assistance.Cell
	Party   string
	PartyID string // as an address writes it
	Cells   []formCell
	Lines   []coordinationLine // of the table
	NLines  int
	Pager   Pager
	Time    *timelineView

	Views, Levels                                 []workFilter
	Forms, Themes, Shows, ColumnKinds, Regions    []choice
	ProviderKinds, Cooperations, MechanismChoices []choice
	More                                          bool // a filter of the second row is in use
	Clear                                         string
	Follow                                        *followBar
}

type choice struct {
	Code, Name string
	On         bool
}

type columnHead struct {
	Name, Code string
	key, value string // of a cell's address
}

// Defs are the words that the page explains, in their order.
func (coordinationPage) Defs() []coordinationDef {
	return []coordinationDef{{"coordination.count.unmet", "coordination.def.unmet"}, {"coordination.count.being_met", "coordination.def.being_met"}, {"coordination.count.met", "coordination.def.met"},
		{"coordination.count.overlaps", "coordination.def.overlap"}, {"coordination.count.unasked", "coordination.def.unasked"}, {"activity.cooperation.south_south", "coordination.def.south_south"},
		{"activity.cooperation.triangular", "coordination.def.triangular"}, {"coordination.provider.non_state", "coordination.def.non_state"}, {"mechanism.kind", "coordination.def.levels"}, {"coordination.no_state", "coordination.def.no_state"}}
}

// Counted are the counts that the table shows.
func (coordinationPage) Counted() []string {
	return []string{"unmet", "being_met", "met", "planned", "under_way", "completed", "overlaps", "unasked"}
}

// coordinationDef is a word and what it means here: two texts of the catalogue.
type coordinationDef struct{ Word, Means string }

// Cell is the address of a cell's records, with the filters of this page.
func (p coordinationPage) Cell(r matrixRow, h columnHead) string {
	q := p.v.r.URL.Query()
	q.Del("offset")
	q.Del("view")
	q.Set(h.key, h.value)
	hash := "#records"
	if r.Group != "" && r.Group != noState {
		q.Del("level")
		hash = ""
	}
	maps.Copy(q, r.query)
	return p.Href("/coordination?%s%s", q.Encode(), hash)
}

// Row is the address of a row's own page.
func (p coordinationPage) Row(r matrixRow) string {
	q := p.v.r.URL.Query()
	q.Del("offset")
	q.Del("all")
	if r.Group != "" {
		q.Del("level")
	}
	if p.View == "grid" {
		q.Del("view")
	}
	maps.Copy(q, r.query)
	return p.Href("/coordination?%s", q.Encode())
}

// matrixGroup is a heading with the rows under it; no heading where the rows are groups themselves.
type matrixGroup struct {
	Name string
	Rows []matrixRow
}

type matrixRow struct {
	assistance.Row
	groupRow
}

type coordinationLine struct {
	Of   matrixRow
	Head columnHead
	Cell assistance.Cell
}

// coordinationPage sets what States need beside what is given: as a matrix, a table, a timeline or a grid of
// States, or one State record by record.
func (v *visit) coordinationPage() error {
	a, err := v.coordinationAsked()
	if err != nil {
		return err
	}
	p := coordinationPage{Base: v.base("assistance", v.p.T("coordination.title", nil)), viewAsked: a}
	p.Styles = []string{"coordination.css"}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	if len(a.Parties) == 1 {
		switch one, ok := v.site.Parties.Get(a.Parties[0]); {
		case a.Parties[0] == assistance.NoState:
			p.Party, p.PartyID = v.p.T("coordination.no_state", nil), noState
		case !ok:
			return fault.Of(fault.NotFound)
		default:
			p.Party, p.PartyID = one.Name(v.lang), string(one.ID)
		}
		p.Title = p.Party + " · " + p.Title
		p.Crumbs = append(p.Crumbs, Crumb{v.p.T("coordination.title", nil), v.href("/coordination")})
	}
	if a.View == "timeline" {
		return v.coordinationTimeline(p)
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	m, err := v.site.Assistance.Board.Matrix(ctx, sight, a.Filter)
	if err != nil {
		return err
	}
	p.Matrix, p.Total = m, m.Total
	for _, c := range m.Columns {
		p.Heads = append(p.Heads, v.columnHead(c))
	}
	rows := v.matrixRows(m, a)
	if v.downloads() {
		if a.View == "grid" {
			t, row := v.tables().Totals(len(rows))
			return v.table(t, table.Rows(plainRows(rows), row))
		}
		lines := table.Lines(m, plainRows(rows))
		for i := range lines {
			if g, ok := a.rows[lines[i].Group]; ok {
				lines[i].Name = g.Name
			}
		}
		t, row := v.tables().Coordination(len(lines))
		return v.table(t, table.Rows(lines, row))
	}
	switch a.View {
	case "table":
		for _, r := range rows {
			for i, c := range r.Cells {
				if !c.Empty() {
					p.Lines = append(p.Lines, coordinationLine{r, p.Heads[i], c})
				}
			}
		}
		p.NLines = len(p.Lines)
		const limit = 100
		offset := min(v.number("offset", 0, 0, 1_000_000), p.NLines)
		p.Lines, p.Pager = p.Lines[offset:min(offset+limit, p.NLines)], v.pager(p.NLines, limit, offset)
	default:
		p.Sets = v.inGroups(rows, a)
	}
	if p.PartyID != "" {
		cells, err := v.site.Assistance.Board.Detail(ctx, sight, a.Filter)
		if err != nil {
			return err
		}
		if p.Cells, err = v.formCells(cells); err != nil {
			return err
		}
	}
	return v.showCoordination(p)
}

func plainRows(rows []matrixRow) []assistance.Row {
	out := make([]assistance.Row, len(rows))
	for i, r := range rows {
		out[i] = r.Row
	}
	return out
}

// matrixRows names the rows: States in the order of the reader's language, groups as they come.
func (v *visit) matrixRows(m assistance.Matrix, a viewAsked) []matrixRow {
	rows := make([]matrixRow, 0, len(m.Rows))
	for _, r := range m.Rows {
		if r.Group != "" {
			rows = append(rows, matrixRow{r, a.rows[r.Group]})
			continue
		}
		rows = append(rows, matrixRow{r, v.stateRow(r.Party)})
	}
	if a.Groups == nil {
		locale.Sort(v.p, rows, func(r matrixRow) string { return r.Name })
	}
	return rows
}

func (v *visit) stateRow(p party.ID) groupRow {
	if p == assistance.NoState {
		return groupRow{v.p.T("coordination.no_state", nil), map[string][]string{"party": {noState}}}
	}
	return groupRow{v.partyName(string(p)), map[string][]string{"party": {string(p)}}}
}

// inGroups puts States under their regional groups.
func (v *visit) inGroups(rows []matrixRow, a viewAsked) (out []matrixGroup) {
	if a.Groups != nil {
		if len(rows) == 0 {
			return nil
		}
		return []matrixGroup{{"", rows}}
	}
	for _, g := range append(v.site.Parties.Groups(), directory.Term{}) {
		group := matrixGroup{Name: g.Name.Pick(v.lang)}
		if g.Code == "" {
			group.Name = v.p.T("parties.no_group", nil)
		}
		for _, r := range rows {
			x, ok := v.site.Parties.Get(r.Party)
			if ok && string(x.Group) == g.Code || !ok && g.Code == "" {
				group.Rows = append(group.Rows, r)
			}
		}
		if len(group.Rows) > 0 {
			out = append(out, group)
		}
	}
	return out
}

// showCoordination completes the page with its filters.
func (v *visit) showCoordination(p coordinationPage) error {
	a := p.viewAsked
	for _, x := range coordinationViews {
		p.Views = append(p.Views, workFilter{Href: v.with("view", x), Label: v.p.T("coordination.view."+x, nil), On: x == a.View})
	}
	if p.PartyID == "" && (a.View == "matrix" || a.View == "table") {
		for _, x := range coordinationLevels {
			p.Levels = append(p.Levels, workFilter{Href: v.with("level", x), Label: v.p.T("mechanism.kind."+x, nil), On: x == a.Level})
		}
	}
	p.Forms = v.formChoices(a.Forms...)
	for _, t := range v.site.Conventions.Themes() {
		p.Themes = append(p.Themes, choice{t.Code, t.Name.Pick(v.lang), t.Code == a.Theme})
	}
	for _, s := range []assistance.Show{assistance.ShowAll, assistance.ShowGaps, assistance.ShowOverlaps, assistance.ShowUnasked} {
		key := string(s)
		if key == "" {
			key = "all"
		}
		p.Shows = append(p.Shows, choice{string(s), v.p.T("coordination.show."+key, nil), s == a.Show})
	}
	kinds := []assistance.Columns{assistance.ByTheme, assistance.ByChapter, assistance.ByArticle, assistance.ByForm}
	if a.Provision != "" {
		kinds = append(kinds, assistance.ByProvision)
	}
	for _, c := range kinds {
		p.ColumnKinds = append(p.ColumnKinds, choice{string(c), v.p.T("coordination.columns."+string(c), nil), c == a.Columns})
	}
	p.Regions = v.regions(a.Region)
	p.ProviderKinds = v.providerKinds(a)
	for _, c := range assistance.Cooperations {
		p.Cooperations = append(p.Cooperations, choice{string(c), v.p.T("activity.cooperation."+string(c), nil), c == a.Cooperation})
	}
	if v.actor.SignedIn() {
		ms, err := v.mechanisms().Mechanisms(v.r.Context(), mechanism.ReaderOf(v.actor))
		if err != nil {
			return err
		}
		for _, m := range ms {
			p.MechanismChoices = append(p.MechanismChoices, choice{string(m.ID), v.words(m.Names).S, m.ID == a.Mechanism})
		}
	}
	p.More = a.Kinds != nil || a.Cooperation != "" || a.Provider != "" || a.Mechanism != "" || a.Proposed || a.Filter.Columns != assistance.ByTheme || a.All
	if v.r.URL.RawQuery != "" {
		p.Clear = v.href("/coordination")
		if p.PartyID != "" {
			p.Clear += "?party=" + p.PartyID
		}
	}
	var err error
	switch {
	case len(a.Parties) == 1:
		p.Follow, err = v.followBar(follow.State, string(a.Parties[0]), "", "country="+string(a.Parties[0]), follow.Filter{Party: a.Parties[0]})
	case len(a.Parties) == 0 && a.Provision != "":
		p.Follow, err = v.followBar(follow.Provision, string(a.Provision), "", "provision="+string(a.Provision), follow.Filter{Provisions: v.below(string(a.Provision))})
	}
	if err != nil {
		return err
	}
	return v.show("coordination", p)
}

// regions offers the regional groups, and who belongs to none.
func (v *visit) regions(on string) (out []choice) {
	for _, g := range v.site.Parties.Groups() {
		out = append(out, choice{g.Code, g.Name.Pick(v.lang), g.Code == on})
	}
	return append(out, choice{assistance.OtherStates, v.p.T("parties.no_group", nil), on == assistance.OtherStates})
}

// providerKinds offers the kinds of providers, then the single types of organisations.
func (v *visit) providerKinds(a viewAsked) (out []choice) {
	on := map[string]bool{}
	for _, k := range a.Kinds {
		on[k] = true
	}
	for _, k := range assistance.ProviderKinds {
		out = append(out, choice{string(k), v.p.T("coordination.provider."+string(k), nil), on[string(k)]})
	}
	for _, c := range v.codes("organisation-type", "") {
		out = append(out, choice{c.Code, c.Name, on[c.Code]})
	}
	return out
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

// Sep stands between names in a list.
func (b Base) Sep() string { return b.v.list([]string{"", ""}) }

// Said says a cell in words, all of it: forms and numbers alone would leave some of it out.
func (b Base) Said(c assistance.Cell) string {
	var out []string
	for _, s := range []string{b.NeedsSaid(c), b.HelpSaid(c)} {
		if s != "" {
			out = append(out, s)
		}
	}
	if c.Overlaps > 0 {
		out = append(out, b.T("coordination.cell.overlap", "n", c.Overlaps))
	}
	if c.Unasked > 0 {
		out = append(out, b.T("coordination.cell.unasked", "n", c.Unasked))
	}
	if len(out) == 0 {
		return b.T("coordination.cell.none")
	}
	return b.List(out)
}
