package table

import (
	"context"
	"slices"

	"merida/assistance"
	"merida/identity"
	"merida/party"
)

// CoordinationLine is a cell of the view that sets needs beside assistance. The row is a State, or a group
// whose code and name stand instead.
type CoordinationLine struct {
	Party  party.ID
	Group  string
	Name   string // of the group
	Column assistance.Column
	Cell   assistance.Cell
}

// Lines are the cells of a matrix that hold something, row by row in the order given.
func Lines(m assistance.Matrix, rows []assistance.Row) (out []CoordinationLine) {
	for _, r := range rows {
		for i, c := range r.Cells {
			if !c.Empty() {
				out = append(out, CoordinationLine{Party: r.Party, Group: r.Group, Column: m.Columns[i], Cell: c})
			}
		}
	}
	return out
}

// row names the row of a line: a State, a group, or what names no State.
func (w Words) row(p party.ID, name string) string {
	switch {
	case name != "":
		return name
	case p == assistance.NoState:
		return w.T("coordination.no_state")
	}
	return w.party(p)
}

// counts are the columns of what a cell counts.
func (w Words) counts() (cols []Column) {
	for _, k := range []string{"unmet", "being_met", "met", "planned", "under_way", "completed", "stopped", "providers", "overlaps", "unasked"} {
		cols = append(cols, Column{Key: k, Label: w.T("coordination.count." + k), Kind: Number})
	}
	return cols
}

func countsOf(c assistance.Cell) Row {
	return Row{c.Unmet, c.BeingMet, c.Met, c.Planned, c.UnderWay, c.Done, c.Stopped, c.Providers, c.Overlaps, c.Unasked}
}

// Coordination is the view as a list of its cells. Counts are of records, of which one can stand in several cells.
func (w Words) Coordination(total int) (Table, func(CoordinationLine) Row) {
	cols := append([]Column{{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), code("group"), {Key: "column", Label: w.T("coordination.column"), Width: 30}, code("kind"), {Key: "code", Width: 24}}, w.counts()...)
	return w.table("coordination", w.T("coordination.title"), total, cols...), func(l CoordinationLine) Row {
		name, id := "", l.Column.Code
		switch l.Column.Kind {
		case assistance.ByTheme:
			if t, ok := w.Conventions.Theme(l.Column.Code); ok {
				name = t.Name.Pick(w.Lang)
			}
		case assistance.ByForm:
			name = w.form(l.Column.Code)
		default:
			name, id = w.Provision(l.Column.Provision), string(l.Column.Provision)
		}
		return append(Row{w.row(l.Party, l.Name), l.Party, l.Group, name, string(l.Column.Kind), id}, countsOf(l.Cell)...)
	}
}

// Totals is the view with one line for each State; a record counts once in it.
func (w Words) Totals(total int) (Table, func(assistance.Row) Row) {
	cols := append([]Column{{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), {Key: "group_name", Label: w.T("column.group"), Width: 24}, code("group")}, w.counts()...)
	return w.table("coordination-states", w.T("coordination.title"), total, cols...), func(r assistance.Row) Row {
		name, group := "", ""
		if p, ok := w.States.Get(r.Party); ok && p.Group != "" {
			name, group = w.States.GroupName(p.Group).Pick(w.Lang), string(p.Group)
		}
		return append(Row{w.row(r.Party, ""), r.Party, name, group}, countsOf(r.Total)...)
	}
}

// Month is what goes on in one State in one month.
type Month struct {
	Party             party.ID
	Month             assistance.Day // "2026-01"
	Needs, Activities int
}

// Months are the months of a timeline in which something goes on, State by State.
func Months(t assistance.Timeline) (out []Month) {
	for _, r := range t.Rows {
		for i, m := range t.Months {
			if r.Needs[i]+r.Activities[i] > 0 {
				out = append(out, Month{r.Party, m, r.Needs[i], r.Activities[i]})
			}
		}
	}
	return out
}

// Timeline is the view by State and month.
func (w Words) Timeline(total int) (Table, func(Month) Row) {
	return w.table("coordination-months", w.T("coordination.title"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), Column{Key: "month", Label: w.T("coordination.month")},
			Column{Key: "needs", Label: w.T("coordination.month.needs"), Kind: Number}, Column{Key: "activities", Label: w.T("coordination.month.activities"), Kind: Number}),
		func(m Month) Row { return Row{w.row(m.Party, ""), m.Party, string(m.Month), m.Needs, m.Activities} }
}

// Deed is a line of who does what where with the record it stands for.
type Deed struct {
	assistance.Doing
	Record assistance.Activity
}

// Deeds reads the records of some lines, as far as the sight reaches them; a record that was withdrawn meanwhile leaves none.
func Deeds(ctx context.Context, st assistance.Store, sight identity.Sight, ds []assistance.Doing) ([]Deed, error) {
	ids := make([]assistance.ActivityID, len(ds))
	for i, d := range ds {
		ids[i] = d.Activity
	}
	slices.Sort(ids)
	as, err := st.ActivitiesByID(ctx, sight, slices.Compact(ids))
	byID := map[assistance.ActivityID]assistance.Activity{}
	for _, a := range as {
		byID[a.ID] = a
	}
	out := make([]Deed, 0, len(ds))
	for _, d := range ds {
		if a, ok := byID[d.Activity]; ok {
			out = append(out, Deed{d, a})
		}
	}
	return out, err
}

// Deeds is the table of who does what where: one line for an activity, a State, a provision and a form of assistance.
func (w Words) Deeds(total int) (Table, func(Deed) Row) {
	return w.table("who-does-what-where", w.T("doing.title"), total,
			Column{Key: "who", Label: w.T("doing.who"), Width: 40}, Column{Key: "who_refs", Kind: List, Width: 24}, Column{Key: "who_types", Label: w.T("organisation.type"), Width: 24}, Column{Key: "who_type_codes", Kind: List},
			Column{Key: "state", Label: w.T("doing.where"), Width: 24}, code("party"), Column{Key: "group_name", Label: w.T("column.group"), Width: 24}, code("group"),
			Column{Key: "provision_name", Label: w.T("column.provision"), Width: 30}, Column{Key: "provision", Width: 24}, Column{Key: "form_name", Label: w.T("need.form"), Width: 30}, code("form"), Column{Key: "mapping_name", Label: w.T("doing.said")}, code("mapping"),
			Column{Key: "title", Label: w.T("column.title"), Width: 50}, Column{Key: "phase_name", Label: w.T("activity.phase")}, code("phase"), Column{Key: "from", Label: w.T("activity.from"), Kind: Day}, Column{Key: "to", Label: w.T("activity.to"), Kind: Day},
			Column{Key: "cooperation_name", Label: w.T("activity.cooperation"), Width: 24}, code("cooperation"), Column{Key: "source_name", Label: w.T("column.source"), Width: 24}, code("source"), Column{Key: "iati_identifier", Width: 30}, Column{Key: "id", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(d Deed) Row {
			a := d.Record
			var who, refs, types, typeCodes []string
			for _, o := range a.Content.Providers() {
				name := o.Name.Pick(w.Lang)
				if name == "" {
					name = o.Ref
				}
				who = append(who, name)
				if o.Ref != "" {
					refs = append(refs, o.Ref)
				}
				if o.Type != "" {
					types, typeCodes = append(types, w.Codes.Name("organisation-type", o.Type, w.Lang)), append(typeCodes, o.Type)
				}
			}
			group, groupCode := "", ""
			if p, ok := w.States.Get(d.Party); ok && p.Group != "" {
				group, groupCode = w.States.GroupName(p.Group).Pick(w.Lang), string(p.Group)
			}
			form, said, cooperation := "", assistance.Confirmed, ""
			if d.Form != "" {
				form = w.form(d.Form)
			}
			if d.Proposed {
				said = assistance.Proposed
			}
			if k := a.Kind(); k != "" {
				cooperation = w.T("activity.cooperation." + string(k))
			}
			return Row{w.list(who), refs, w.list(types), typeCodes, w.row(d.Party, ""), d.Party, group, groupCode, w.Provision(d.Provision), d.Provision, form, d.Form, w.T("activity.mapping." + string(said)), said,
				a.Titles.Pick(w.Lang), w.T("activity.phase." + string(a.Phase())), a.Phase(), string(a.From), string(a.To), cooperation, a.Kind(),
				w.T("activity.source." + string(a.Source)), a.Source, a.IATIIdentifier, a.ID, w.URL("/activities/" + string(a.ID))}
		}
}
