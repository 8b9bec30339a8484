package web

import (
	"merida/assistance"
	"merida/exchange/table"
	"merida/locale"
	"merida/party"
)

// doingsPage is the table of who does what where: one line for an activity, a State, a provision and a form.
type doingsPage struct {
	Base
	viewAsked
	Lines           []doingLine
	Total           int
	Pager           Pager
	Regions, Themes []choice
	Forms, States   []choice
	ProviderKinds   []choice
	Cooperations    []choice
}

type doingLine struct {
	table.Deed
	Title, Heading           Words
	Who, State, On, FormName string
	From, To                 string
}

func (v *visit) doingsPage() error {
	a, err := v.coordinationAsked()
	if err != nil {
		return err
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	ds, err := v.site.Assistance.Board.Doings(ctx, sight, a.Filter)
	if err != nil {
		return err
	}
	// By the State's name in the reader's language; within a State they stand in the order of the Convention.
	names := map[string]string{}
	locale.Sort(v.p, ds, func(d assistance.Doing) string {
		name, ok := names[string(d.Party)]
		if !ok {
			name = v.stateRow(d.Party).Name
			names[string(d.Party)] = name
		}
		return name
	})
	if v.downloads() {
		t, row := v.tables().Deeds(len(ds))
		return v.table(t, table.Pages(func(limit, offset int) ([]table.Deed, error) {
			if offset >= len(ds) {
				return nil, nil
			}
			return table.Deeds(ctx, v.site.Assistance.Store, sight, ds[offset:min(offset+limit, len(ds))])
		}, row))
	}
	p := doingsPage{Base: v.base("assistance", v.p.T("doing.title", nil)), viewAsked: a, Total: len(ds), Forms: v.formChoices(a.Forms...)}
	p.Styles = []string{"coordination.css"}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("coordination.title", nil), v.href("/coordination")}}
	const limit = 50
	offset := min(v.number("offset", 0, 0, 10_000_000), len(ds))
	p.Pager = v.pager(len(ds), limit, offset)
	deeds, err := table.Deeds(ctx, v.site.Assistance.Store, sight, ds[offset:min(offset+limit, len(ds))])
	if err != nil {
		return err
	}
	b := v.base("", "")
	for _, d := range deeds {
		l := doingLine{Deed: d, Title: v.words(d.Record.Titles), Heading: b.ProvisionHeading(d.Provision), Who: v.activityLine(d.Record).Providers, State: v.stateRow(d.Party).Name, On: b.ProvisionName(d.Provision), From: v.partial(d.Record.From), To: v.partial(d.Record.To)}
		l.FormName = v.p.T("coordination.no_form", nil)
		if d.Form != "" {
			l.FormName = v.formName(d.Form)
		}
		p.Lines = append(p.Lines, l)
	}
	p.Regions = v.regions(a.Region)
	for _, t := range v.site.Conventions.Themes() {
		p.Themes = append(p.Themes, choice{t.Code, t.Name.Pick(v.lang), t.Code == a.Theme})
	}
	p.ProviderKinds = v.providerKinds(a)
	for _, c := range assistance.Cooperations {
		p.Cooperations = append(p.Cooperations, choice{string(c), v.p.T("activity.cooperation."+string(c), nil), c == a.Cooperation})
	}
	var one party.ID
	if len(a.Parties) == 1 {
		one = a.Parties[0]
	}
	p.States = append(v.stateChoices(one), choice{noState, v.p.T("coordination.no_state", nil), len(a.Parties) == 1 && one == assistance.NoState})
	return v.show("doings", p)
}
