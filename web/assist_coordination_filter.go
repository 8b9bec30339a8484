package web

import (
	"net/url"
	"slices"
	"strings"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/mechanism"
	"merida/party"
)

// The forms in which the coordination view is shown, and the levels at which its rows stand.
var (
	coordinationViews  = []string{"matrix", "table", "timeline", "grid"}
	coordinationLevels = []string{"national", "regional", "international"}
)

// noState is how an address asks for activities whose record names no State that receives.
const noState = assistance.Nameless

// asked is what an address asks of the coordination view.
type viewAsked struct {
	assistance.Filter
	View, Level, Region string
	Kinds               []string // kinds of providers, or codes of organisation types, as asked for
	Mechanism           mechanism.ID
	All                 bool
	rows                map[string]groupRow // what stands behind the codes of Filter.Groups
}

// groupRow is a row that stands for several States.
type groupRow struct {
	Name  string
	query url.Values // of an address that shows its States one by one
}

// coordinationAsked reads an address. Invalid: a filter that is none, each named. NotFound: a mechanism that the visitor may not know of.
func (v *visit) coordinationAsked() (a viewAsked, err error) {
	a.Filter = assistance.Filter{Provision: convention.ID(v.query("provision")), Theme: v.query("theme"), Forms: v.values("form"), From: assistance.Day(v.query("from")), To: assistance.Day(v.query("to")),
		Show: assistance.Show(v.query("show")), Columns: assistance.Columns(v.query("columns")), Proposed: v.query("proposed") == "1", Provider: v.query("provider"), Cooperation: assistance.Cooperation(v.query("cooperation"))}
	a.View, a.Level, a.Region, a.Kinds, a.All = v.query("view"), v.query("level"), v.query("region"), v.values("provider_type"), v.query("all") == "1"
	for _, p := range v.values("party") {
		if p == noState {
			a.Parties = append(a.Parties, assistance.NoState)
			continue
		}
		a.Parties = append(a.Parties, party.ID(strings.ToUpper(p)))
	}
	var bad fault.List
	unless := func(ok bool, name string) {
		if !ok {
			bad.Add(name, "fault.unknown_choice", nil)
		}
	}
	a.Period(&bad)
	if a.Provision != "" && !v.site.Conventions.Known(a.Provision) {
		bad.Add("provision", "need.error.provision", fault.Args{"id": string(a.Provision)})
	}
	unless(slices.Contains([]assistance.Columns{"", assistance.ByTheme, assistance.ByChapter, assistance.ByArticle, assistance.ByForm, assistance.ByProvision}, a.Columns), "columns")
	unless(slices.Contains([]assistance.Show{assistance.ShowAll, assistance.ShowGaps, assistance.ShowOverlaps, assistance.ShowUnasked}, a.Show), "show")
	unless(a.Cooperation == "" || slices.Contains(assistance.Cooperations, a.Cooperation), "cooperation")
	unless(a.View == "" || slices.Contains(coordinationViews, a.View), "view")
	unless(a.Level == "" || slices.Contains(coordinationLevels, a.Level), "level")
	if a.Theme != "" {
		_, ok := v.site.Conventions.Theme(a.Theme)
		unless(ok, "theme")
	}
	for _, k := range a.Kinds {
		types := assistance.ProviderKind(k).Types()
		if c, ok := v.site.Codes.Get("organisation-type", k); ok {
			types = []string{c.Code}
		}
		unless(types != nil, "provider_type")
		a.ProviderTypes = append(a.ProviderTypes, types...)
	}
	if a.Region != "" {
		i := slices.IndexFunc(assistance.Regional(v.site.Parties), func(g assistance.Grouping) bool { return g.Code == a.Region && !g.NoState })
		unless(i >= 0, "region")
		if i >= 0 {
			a.Among = assistance.Regional(v.site.Parties)[i].Parties
		}
	}
	if err := bad.Err(); err != nil {
		return a, err
	}
	if a.Columns == "" {
		a.Columns = assistance.ByTheme
	}
	if a.View == "" {
		a.View = "matrix"
	}
	if a.Level == "" {
		a.Level = "national"
	}
	// Each paragraph of the whole Convention would make three hundred columns.
	if a.Columns == assistance.ByProvision && a.Provision == "" {
		a.Columns = assistance.ByArticle
	}
	if id := v.query("mechanism"); id != "" {
		m, err := v.mechanisms().Mechanism(v.r.Context(), mechanism.ReaderOf(v.actor), mechanism.ID(id))
		if err != nil {
			return a, err
		}
		a.Mechanism = m.ID
		a.Among = among(a.Among, m.Parties)
	}
	if a.All || a.View == "grid" {
		for _, p := range v.site.Parties.StatesParties(v.lang) {
			a.Filter.All = append(a.Filter.All, p.ID)
		}
	}
	return a, v.coordinationGroups(&a)
}

// among narrows a choice of States by another; nil chooses all.
func among(a, b []party.ID) []party.ID {
	if a == nil {
		return b
	}
	out := []party.ID{}
	for _, p := range a {
		if slices.Contains(b, p) {
			out = append(out, p)
		}
	}
	return out
}

// coordinationGroups makes the rows of the regional and of the international level: regional groups, or the
// mechanisms of which the visitor may know and all States together. Assistance that names no State stands in a row of its own.
func (v *visit) coordinationGroups(a *viewAsked) error {
	if a.Level == "national" || len(a.Parties) > 0 || a.View == "timeline" || a.View == "grid" {
		return nil
	}
	a.rows = map[string]groupRow{}
	add := func(g assistance.Grouping, name string, query url.Values) {
		a.Groups = append(a.Groups, g)
		a.rows[g.Code] = groupRow{name, query}
	}
	nameless := func(g assistance.Grouping) {
		if a.Among == nil { // who asks for some States does not ask for what names none
			add(g, v.p.T("coordination.no_state", nil), url.Values{"party": {noState}})
		}
	}
	if a.Level == "regional" {
		for _, g := range assistance.Regional(v.site.Parties) {
			switch g.Code {
			case assistance.Nameless:
				nameless(g)
			case assistance.OtherStates:
				add(g, v.p.T("parties.no_group", nil), url.Values{"region": {g.Code}})
			default:
				add(g, v.site.Parties.GroupName(directory.Group(g.Code)).Pick(v.lang), url.Values{"region": {g.Code}})
			}
		}
		return nil
	}
	if v.actor.SignedIn() {
		ms, err := v.mechanisms().Mechanisms(v.r.Context(), mechanism.ReaderOf(v.actor))
		if err != nil {
			return err
		}
		for _, m := range ms {
			add(assistance.Grouping{Code: string(m.ID), Parties: m.Parties}, v.words(m.Names).S, url.Values{"mechanism": {string(m.ID)}})
		}
	}
	add(assistance.Grouping{Code: assistance.EveryState}, v.p.T("coordination.every_state", nil), url.Values{})
	nameless(assistance.Grouping{Code: assistance.Nameless, Parties: []party.ID{}, NoState: true})
	return nil
}

// with is this page's address with some of its filters changed; an empty value drops one.
func (v *visit) with(pairs ...string) string {
	q := v.r.URL.Query()
	q.Del("offset")
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if s := q.Encode(); s != "" {
		return v.href("/coordination") + "?" + s
	}
	return v.href("/coordination")
}
