package api

import (
	"iter"
	"slices"
	"strings"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/party"
)

// Coordination is the view that sets needs beside assistance.
type Coordination struct {
	Columns []CoordinationColumn `json:"columns"`
	Rows    []CoordinationRow    `json:"rows"` // in the order of the codes of parties; nothing here ranks
	Totals  []CoordinationCell   `json:"totals"`
	AsOf    time.Time            `json:"as_of"`
}

// CoordinationColumn is a theme, a provision or a form of assistance.
type CoordinationColumn struct {
	Kind      string        `json:"kind"`
	Code      string        `json:"code"`
	Provision convention.ID `json:"provision,omitempty"`
}

// CoordinationRow is one State, or a group of them in which a record counts once.
type CoordinationRow struct {
	Party party.ID           `json:"party,omitempty"`
	Group string             `json:"group,omitempty"` // of States: a regional group, "other", "all", or "none" for what names no State
	Cells []CoordinationCell `json:"cells"`
	Total CoordinationCell   `json:"total"`
}

// CoordinationCell counts records; one record can stand in several cells.
type CoordinationCell struct {
	Unmet     int `json:"unmet"`
	BeingMet  int `json:"being_met"`
	Met       int `json:"met"`
	Planned   int `json:"planned"`
	UnderWay  int `json:"under_way"`
	Completed int `json:"completed"`
	Providers int `json:"providers"`
	Overlaps  int `json:"overlaps"`
	Unasked   int `json:"unasked"`
}

func wireCell(c assistance.Cell) CoordinationCell {
	return CoordinationCell{c.Unmet, c.BeingMet, c.Met, c.Planned, c.UnderWay, c.Done, c.Providers, c.Overlaps, c.Unasked}
}

// coordinationFilter reads the filters of the view. Invalid: one that is none, each named.
func (r *request) coordinationFilter() (f assistance.Filter, err error) {
	q := r.URL.Query()
	f = assistance.Filter{Provision: convention.ID(q.Get("provision")), Theme: q.Get("theme"), Forms: r.values("form"), From: assistance.Day(q.Get("from")), To: assistance.Day(q.Get("to")),
		Show: assistance.Show(q.Get("show")), Columns: assistance.Columns(q.Get("columns")), Proposed: q.Get("proposed") == "1", Provider: q.Get("provider"), Cooperation: assistance.Cooperation(q.Get("cooperation"))}
	for _, p := range r.values("party") {
		f.Parties = append(f.Parties, party.ID(strings.ToUpper(p)))
	}
	var bad fault.List
	unless := func(ok bool, name string) {
		if !ok {
			bad.Add(name, "fault.unknown_choice", nil)
		}
	}
	f.Period(&bad)
	if f.Provision != "" && !r.api.Conventions.Known(f.Provision) {
		bad.Add("provision", "need.error.provision", fault.Args{"id": string(f.Provision)})
	}
	unless(slices.Contains([]assistance.Columns{"", assistance.ByTheme, assistance.ByChapter, assistance.ByArticle, assistance.ByProvision, assistance.ByForm}, f.Columns), "columns")
	unless(slices.Contains([]assistance.Show{assistance.ShowAll, assistance.ShowGaps, assistance.ShowOverlaps, assistance.ShowUnasked}, f.Show), "show")
	unless(f.Cooperation == "" || slices.Contains(assistance.Cooperations, f.Cooperation), "cooperation")
	for _, k := range r.values("provider_type") {
		types := assistance.ProviderKind(k).Types()
		if c, ok := r.api.Codes.Get("organisation-type", k); ok {
			types = []string{c.Code}
		}
		unless(types != nil, "provider_type")
		f.ProviderTypes = append(f.ProviderTypes, types...)
	}
	if region := q.Get("region"); region != "" {
		i := slices.IndexFunc(assistance.Regional(r.api.Parties), func(g assistance.Grouping) bool { return g.Code == region && !g.NoState })
		unless(i >= 0, "region")
		if i >= 0 {
			f.Among = assistance.Regional(r.api.Parties)[i].Parties
		}
	}
	switch q.Get("level") {
	case "", "national":
	case "regional":
		f.Groups = assistance.Regional(r.api.Parties)
	case "international":
		f.Groups = []assistance.Grouping{{Code: assistance.EveryState}, {Code: assistance.Nameless, Parties: []party.ID{}, NoState: true}}
	default:
		unless(false, "level")
	}
	if f.Columns == "" {
		f.Columns = assistance.ByTheme
	}
	return f, bad.Err()
}

func (r *request) matrix() (m assistance.Matrix, err error) {
	f, err := r.coordinationFilter()
	if err != nil {
		return m, err
	}
	return r.api.Board.Matrix(r.Context(), identity.Sight{}, f)
}

func (r *request) coordination() (any, error) {
	m, err := r.matrix()
	if err != nil {
		return nil, err
	}
	out := Coordination{Columns: []CoordinationColumn{}, Rows: []CoordinationRow{}, Totals: []CoordinationCell{}, AsOf: m.AsOf}
	for _, c := range m.Columns {
		out.Columns = append(out.Columns, CoordinationColumn{string(c.Kind), c.Code, c.Provision})
	}
	cells := func(cs []assistance.Cell) []CoordinationCell {
		wire := make([]CoordinationCell, len(cs))
		for i, c := range cs {
			wire[i] = wireCell(c)
		}
		return wire
	}
	for _, row := range m.Rows {
		out.Rows = append(out.Rows, CoordinationRow{row.Party, row.Group, cells(row.Cells), wireCell(row.Total)})
	}
	out.Totals = cells(m.Totals)
	return out, nil
}

// Deed is one line of who does what where: an activity for one State, on one provision, in one form of assistance.
type Deed struct {
	Activity       assistance.ActivityID `json:"activity"`
	IATIIdentifier string                `json:"iati_identifier,omitempty"`
	Titles         texts                 `json:"titles"`
	Providers      []Organisation        `json:"providers"`
	Party          party.ID              `json:"party,omitempty"` // absent where the record names no State that receives
	Provision      convention.ID         `json:"provision"`
	Form           string                `json:"form,omitempty"` // absent where it is not known
	Mapping        string                `json:"mapping"`        // "confirmed", or "proposed" by a rule
	Phase          string                `json:"phase"`
	From           string                `json:"from,omitempty"`
	To             string                `json:"to,omitempty"`
	Cooperation    string                `json:"cooperation,omitempty"` // as the record states it
	Source         string                `json:"source"`
	URL            string                `json:"url"`
}

func (r *request) doings() ([]assistance.Doing, error) {
	f, err := r.coordinationFilter()
	if err != nil {
		return nil, err
	}
	f.Groups = nil
	return r.api.Board.Doings(r.Context(), identity.Sight{}, f)
}

func (r *request) deeds() (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	ds, err := r.doings()
	if err != nil {
		return nil, err
	}
	from := min(offset, len(ds))
	records, err := table.Deeds(r.Context(), r.api.Assistance, identity.Sight{}, ds[from:min(from+limit, len(ds))])
	out := make([]Deed, len(records))
	for i, d := range records {
		a := d.Record
		said := assistance.Confirmed
		if d.Proposed {
			said = assistance.Proposed
		}
		out[i] = Deed{Activity: a.ID, IATIIdentifier: a.IATIIdentifier, Titles: a.Titles.Plain(), Providers: []Organisation{}, Party: d.Party, Provision: d.Provision, Form: d.Form, Mapping: string(said), Phase: string(a.Phase()),
			From: string(a.From), To: string(a.To), Cooperation: string(a.Kind()), Source: string(a.Source), URL: r.pageURL("/activities/" + string(a.ID))}
		for _, o := range a.Content.Providers() {
			out[i].Providers = append(out[i].Providers, wireOrg(o))
		}
	}
	return list(r, out, len(ds), limit, offset), err
}

func (r *request) deedsTable() (table.Table, iter.Seq2[table.Row, error], error) {
	ds, err := r.doings()
	t, row := r.words().Deeds(len(ds))
	return t, table.Pages(func(limit, offset int) ([]table.Deed, error) {
		if offset >= len(ds) {
			return nil, nil
		}
		return table.Deeds(r.Context(), r.api.Assistance, identity.Sight{}, ds[offset:min(offset+limit, len(ds))])
	}, row), err
}
