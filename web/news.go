package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/follow"
	"merida/party"
)

var newsRoutes = []route{
	{get, "/new", (*visit).newsPage, false, true},
	{get, "/new/feed", (*visit).newsFeed, false, false},
	{post, "/new/seen", (*visit).seenNews, true, false},
}

const (
	newsShown = 50  // records on a page
	newsRead  = 500 // newest records of each kind that are looked at
)

type newsPage struct {
	Base
	Kinds     []workFilter
	State     string
	States    []choice
	Kind      string
	Provision convention.ID
	Provider  string
	Feed      string // address of the same as Atom
	CSV       string
	N         int
	Seen      bool // only what is new to the reader
	SeenHref  string
	Mark      follow.Mark
	Last      int64
	Days      []newsDay
	Pager     Pager
}

// newsDay is what became public on one day.
type newsDay struct {
	On    time.Time
	Ago   string
	Lines []newsLine
}

// newsLine is a change in words.
type newsLine struct {
	follow.Change
	States []newsState
	Of     string // a provision's name, a contact point's role, what was said
	Title  Words
	Href   string
}

type newsState struct {
	Code party.ID
	Name string
}

// mostStates is how many States a line names; an activity can have dozens.
const mostStates = 4

// newsLine says a change in the reader's language.
func (v *visit) newsLine(c follow.Change) newsLine {
	l := newsLine{Change: c, Title: v.words(c.Title), Href: v.href("%s", c.Path())}
	states := c.Parties
	if c.Party != "" && (c.Kind != follow.Statement || len(states) == 0) {
		states = []party.ID{c.Party}
	}
	for _, p := range states[:min(len(states), mostStates)] {
		l.States = append(l.States, newsState{p, v.partyName(string(p))})
	}
	switch c.Kind {
	case follow.Answer:
		if x, ok := v.site.Conventions.Get(c.Provision); ok {
			l.Title, l.Of = v.words(x.Heading()), v.name(x)
		}
	case follow.Contact:
		l.Of = v.p.T("contact.role."+c.Word, nil)
	case follow.Statement:
		l.Of = v.p.T("activity.says."+c.Word, nil)
		if c.Party != "" {
			l.Of = v.partyName(string(c.Party)) + " · " + l.Of
		}
	}
	return l
}

// newsFilter reads what the address asks for: State, provision, provider, kind.
func (v *visit) newsFilter() (follow.Filter, error) {
	f := follow.Filter{Limit: newsRead, Organisation: v.query("organisation")}
	if x, ok := v.site.Parties.Lookup(v.query("country")); ok {
		f.Party = x.ID
	}
	if id := v.query("provision"); id != "" {
		if !v.site.Conventions.Known(convention.ID(id)) {
			return f, fault.Of(fault.NotFound)
		}
		f.Provisions = v.below(id)
	}
	if k := follow.Kind(v.query("kind")); slices.Contains(follow.Kinds, k) {
		f.Kinds = []follow.Kind{k}
	}
	return f, nil
}

// newsPage lists what changed last, as everyone sees it; with since=seen what is new to the reader, and then the
// meetings of the reader's mechanisms too.
func (v *visit) newsPage() error {
	p := newsPage{Base: v.base("", v.p.T("new.title", nil)), Provider: v.query("organisation"), Provision: convention.ID(v.query("provision"))}
	p.Description = v.p.T("new.lead", nil)
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	f, err := v.newsFilter()
	if err != nil {
		return err
	}
	if f.Kinds != nil {
		p.Kind = string(f.Kinds[0])
	}
	p.State = string(f.Party)
	if v.query("since") == "seen" && !v.actor.SignedIn() {
		return fault.Of(fault.Unauthenticated) // a letter leads here
	}
	var found []follow.Change
	if p.Seen = v.query("since") == "seen"; p.Seen {
		found, p.Mark, p.Last, err = v.site.Follow.Since(v.r.Context(), v.actor, f)
	} else {
		found, err = v.site.Follow.Store.Changes(v.r.Context(), f)
	}
	if err != nil {
		return err
	}
	p.N = len(found)
	if v.suffix == "csv" {
		return v.newsTable(found)
	}
	if v.suffix != "" {
		return fault.Of(fault.NotFound)
	}
	q := url.Values{}
	for _, name := range []string{"country", "provision", "organisation", "kind"} {
		if x := v.query(name); x != "" {
			q.Set(name, x)
		}
	}
	address := func(path string, with ...string) string {
		q := url.Values(q)
		c := url.Values{}
		for k, x := range q {
			c[k] = x
		}
		for i := 0; i+1 < len(with); i += 2 {
			c.Set(with[i], with[i+1])
			if with[i+1] == "" {
				c.Del(with[i])
			}
		}
		if len(c) == 0 {
			return v.href("%s", path)
		}
		return v.href("%s", path) + "?" + c.Encode()
	}
	since := ""
	if p.Seen {
		since = "seen"
	}
	p.Feed, p.CSV = address("/new/feed"), address("/new.csv", "since", since)
	p.SeenHref = address("/new", "since", map[bool]string{true: "", false: "seen"}[p.Seen])
	p.Alternates = []Alternate{{"application/atom+xml", p.Feed}}
	p.Kinds = append(p.Kinds, workFilter{Label: v.p.T("new.kind.all", nil), Href: address("/new", "kind", "", "since", since), On: p.Kind == ""})
	for _, k := range follow.Kinds {
		p.Kinds = append(p.Kinds, workFilter{Label: v.p.T("new.kind."+string(k), nil), Href: address("/new", "kind", string(k), "since", since), On: p.Kind == string(k)})
	}
	for _, x := range v.site.Parties.All(v.lang) {
		p.States = append(p.States, choice{string(x.ID), x.Name(v.lang), string(x.ID) == p.State})
	}
	offset := v.number("offset", 0, 0, len(newsKindsAll)*newsRead)
	p.Pager = v.pager(len(found), newsShown, offset)
	from := min(offset, len(found))
	for _, c := range found[from:min(from+newsShown, len(found))] {
		day := c.At.UTC().Truncate(24 * time.Hour)
		if n := len(p.Days); n == 0 || !p.Days[n-1].On.Equal(day) {
			p.Days = append(p.Days, newsDay{On: day, Ago: v.ago(c.At)})
		}
		d := &p.Days[len(p.Days)-1]
		d.Lines = append(d.Lines, v.newsLine(c))
	}
	return v.show("new", p)
}

// newsKindsAll are all kinds of changes, those that members of mechanisms alone see included.
var newsKindsAll = append(slices.Clone(follow.Kinds), follow.Meeting, follow.Action)

// newsTable sends changes as a table.
func (v *visit) newsTable(found []follow.Change) error {
	rows := [][]string{{v.p.T("column.date", nil), v.p.T("new.kind", nil), "kind", v.p.T("new.event", nil), "event", v.p.T("column.state", nil), "country", v.p.T("new.about", nil), v.p.T("column.title", nil), "url"}}
	for _, c := range found {
		l := v.newsLine(c)
		var names, codes []string
		for _, s := range l.States {
			names, codes = append(names, s.Name), append(codes, string(s.Code))
		}
		rows = append(rows, []string{c.At.UTC().Format(time.RFC3339), v.p.T("new.kind."+string(c.Kind), nil), string(c.Kind), v.p.T("new.event."+string(c.Event), nil), string(c.Event),
			v.list(names), strings.Join(codes, ","), l.Of, l.Title.S, v.site.BaseURL + l.Href})
	}
	return v.csv("new", rows)
}

// newsFeed is the Atom feed of what changed, with the filters of the page. It reads as the public, whoever asks.
func (v *visit) newsFeed() error {
	f, err := v.newsFilter()
	if err != nil {
		return err
	}
	return v.changesFeed(f, v.p.T("new.title", nil), "/new/feed", "/new")
}

// seenNews notes that the reader has seen what is new, up to what the page showed.
func (v *visit) seenNews() error {
	upto, err := v.formNumber("upto")
	if err != nil {
		return err
	}
	if err := v.site.Follow.Seen(v.r.Context(), v.act(), upto); err != nil {
		return err
	}
	return v.seeTold(v.href("/tasks"), "seen", 0)
}
