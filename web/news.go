package web

import (
	"slices"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/identity"
	"merida/library"
	"merida/party"
)

var newsRoutes = []route{{get, "/new", (*visit).newsPage, false, false}}

// newsKinds are what can become public, in the order in which the page offers them.
var newsKinds = []string{"measure", "answer", "need"}

const (
	newsShown = 50  // records on a page
	newsRead  = 500 // newest records of each kind that are looked at
)

type newsPage struct {
	Base
	Kinds  []workFilter
	State  string
	States []choice
	Kind   string
	Days   []newsDay
	Pager  Pager
}

// newsDay is what became public on one day.
type newsDay struct {
	On    time.Time
	Ago   string
	Lines []newsLine
}

type newsLine struct {
	At    time.Time
	Kind  string
	Code  party.ID
	State string
	Title Words
	Href  string
}

// newsPage lists what became public last: measures, answers and needs, as everyone sees them.
func (v *visit) newsPage() error {
	p := newsPage{Base: v.base("", v.p.T("new.title", nil)), Kind: v.query("kind")}
	p.Description = v.p.T("new.lead", nil)
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	var country party.ID
	if x, ok := v.site.Parties.Lookup(v.query("country")); ok {
		country, p.State = x.ID, string(x.ID)
	}
	if !slices.Contains(newsKinds, p.Kind) {
		p.Kind = ""
	}
	lines, err := v.newsLines(p.Kind, country)
	if err != nil {
		return err
	}
	tail := ""
	if p.State != "" {
		tail = "&country=" + p.State
	}
	p.Kinds = append(p.Kinds, workFilter{Label: v.p.T("new.kind.all", nil), Href: v.href("/new?kind=%s", tail), On: p.Kind == ""})
	for _, k := range newsKinds {
		p.Kinds = append(p.Kinds, workFilter{Label: v.p.T("new.kind."+k, nil), Href: v.href("/new?kind=%s%s", k, tail), On: p.Kind == k})
	}
	for _, x := range v.site.Parties.All(v.lang) {
		p.States = append(p.States, choice{string(x.ID), x.Name(v.lang), string(x.ID) == p.State})
	}
	offset := v.number("offset", 0, 0, 3*newsRead)
	p.Pager = v.pager(len(lines), newsShown, offset)
	from := min(offset, len(lines))
	for _, l := range lines[from:min(from+newsShown, len(lines))] {
		day := l.At.UTC().Truncate(24 * time.Hour)
		if n := len(p.Days); n == 0 || !p.Days[n-1].On.Equal(day) {
			p.Days = append(p.Days, newsDay{On: day, Ago: v.ago(l.At)})
		}
		d := &p.Days[len(p.Days)-1]
		d.Lines = append(d.Lines, l)
	}
	return v.show("new", p)
}

// newsLines reads the newest public records of a kind, or of all kinds where it is empty, newest first.
func (v *visit) newsLines(kind string, country party.ID) (out []newsLine, err error) {
	ctx := v.r.Context()
	add := func(at time.Time, kind string, of party.ID, title Words, href string) {
		out = append(out, newsLine{at, kind, of, v.partyName(string(of)), title, href})
	}
	if kind == "" || kind == "measure" {
		ms, _, err := v.site.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Country: country, Newest: true, Limit: newsRead})
		if err != nil {
			return nil, err
		}
		for _, m := range ms {
			add(m.AddedAt, "measure", m.Country, v.words(m.Titles), v.href("/measures/%s", m.ID))
		}
	}
	if kind == "" || kind == "answer" {
		as, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{Party: country})
		if err != nil {
			return nil, err
		}
		for _, a := range as {
			title := Words{}
			if x, ok := v.site.Conventions.Get(a.Provision); ok {
				title = v.words(x.Heading())
				title.S = v.name(x) + " " + title.S
			}
			add(a.PublishedAt, "answer", a.Party, title, v.href("/answers/%s", a.Answer))
		}
	}
	if (kind == "" || kind == "need") && v.site.Assistance != nil {
		ns, _, err := v.site.Assistance.Store.FindNeeds(ctx, identity.Sight{}, assistance.NeedFilter{Party: country, Limit: newsRead})
		if err != nil {
			return nil, err
		}
		for _, n := range ns {
			add(n.PublishedAt, "need", n.Party, v.words(n.What), v.href("/needs/%s", n.ID))
		}
	}
	slices.SortStableFunc(out, func(a, b newsLine) int { return b.At.Compare(a.At) })
	return out, nil
}
