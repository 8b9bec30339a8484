package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/follow"
	"merida/library"
	"merida/mechanism"
)

var followRoutes = []route{
	{get, "/subscriptions", (*visit).subscriptionsPage, true, true},
	{post, "/subscriptions", (*visit).followSubject, true, false},
	{post, "/subscriptions/{id}/pace", (*visit).setPace, true, false},
	{post, "/subscriptions/{id}/drop", (*visit).unfollow, true, false},
	{get, "/stop/{secret}", (*visit).stopPage, false, false},
	{post, "/stop/{secret}", (*visit).stopLetters, false, false},
}

// followBar is what a page says to who may want to follow what it is about.
type followBar struct {
	Kind, Value, Label string
	Sub                *follow.Subscription // nil where the reader does not follow it
	Paces              []choice
	N                  int // changes since the reader's mark
	Many               bool
	Since              time.Time
	NewHref, AllHref   string
	Feed               string
	Here               string
}

const barRead = 100 // changes of each kind that are counted

// followBar is the bar of a page about a subject. query narrows the list of what is new to the same.
func (v *visit) followBar(kind follow.SubjectKind, value, label, query string, f follow.Filter) (*followBar, error) {
	b := &followBar{Kind: string(kind), Value: value, Label: label, Here: v.r.URL.RequestURI()}
	if query != "" {
		b.AllHref, b.Feed, b.NewHref = v.href("/new?%s", query), v.href("/new/feed?%s", query), v.href("/new?since=seen&%s", query)
	}
	if !v.actor.SignedIn() {
		return b, nil
	}
	subs, err := v.site.Follow.List(v.r.Context(), v.actor)
	if err != nil {
		return nil, err
	}
	for _, x := range subs {
		if x.Kind == kind && x.Value == value {
			b.Sub = &x
		}
	}
	b.Paces = v.paces(follow.Weekly)
	if query == "" {
		return b, nil
	}
	f.Limit = barRead
	found, mark, _, err := v.site.Follow.Since(v.r.Context(), v.actor, f)
	if err != nil {
		return nil, err
	}
	b.N, b.Since, b.Many = len(found), mark.At, len(found) >= barRead
	return b, nil
}

func (v *visit) paces(on follow.Pace) (out []choice) {
	for _, p := range follow.Paces {
		out = append(out, choice{string(p), v.p.T("subscription.pace."+string(p), nil), p == on})
	}
	return out
}

type subscriptionsPage struct {
	Base
	Lines   []subscriptionLine
	Address string // to which letters go
	Mailed  bool
	Total   int
}

type subscriptionLine struct {
	follow.Subscription
	KindWord string
	Name     string
	Href     string
	Paces    []choice
	PaceWord string
}

// subscriptionLines names what the reader follows, by kind and name.
func (v *visit) subscriptionLines() ([]subscriptionLine, error) {
	ctx := v.r.Context()
	subs, err := v.site.Follow.List(ctx, v.actor)
	if err != nil || len(subs) == 0 {
		return nil, err
	}
	var saved []library.Saved
	var bodies []mechanism.Mechanism
	if follows(subs, follow.Search) {
		if saved, err = v.site.Searches.List(ctx, v.actor); err != nil {
			return nil, err
		}
	}
	if follows(subs, follow.Mechanism) {
		if bodies, err = v.mechanisms().Mechanisms(ctx, mechanism.ReaderOf(v.actor)); err != nil {
			return nil, err
		}
	}
	var out []subscriptionLine
	for _, x := range subs {
		l := subscriptionLine{Subscription: x, KindWord: v.p.T("subscription.kind."+string(x.Kind), nil), Name: v.p.T("subscription.gone", nil), Paces: v.paces(x.Pace), PaceWord: v.p.T("subscription.pace."+string(x.Pace), nil)}
		switch x.Kind {
		case follow.State:
			l.Name, l.Href = v.partyName(x.Value), v.href("/parties/%s", x.Value)
		case follow.Provision:
			if p, ok := v.site.Conventions.Get(convention.ID(x.Value)); ok {
				l.Name, l.Href = v.name(p)+" "+v.words(p.Heading()).S, v.href("/provisions/%s", x.Value)
			}
		case follow.Provider:
			l.Name, l.Href = x.Value, v.href("/activities?organisation=%s", url.QueryEscape(x.Value))
			if x.Label != "" {
				l.Name = x.Label
			}
		case follow.Search:
			for _, s := range saved {
				if string(s.ID) == x.Value {
					l.Name, l.Href = s.Name, v.href("/search")+"?"+s.Query
				}
			}
		case follow.Mechanism:
			for _, m := range bodies {
				if string(m.ID) == x.Value {
					l.Name, l.Href = m.Names.Pick(v.lang), v.href("/mechanisms/%s", m.ID)
				}
			}
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b subscriptionLine) int {
		return slices.Index(follow.SubjectKinds, a.Kind) - slices.Index(follow.SubjectKinds, b.Kind)
	})
	return out, nil
}

func follows(subs []follow.Subscription, k follow.SubjectKind) bool {
	return slices.ContainsFunc(subs, func(x follow.Subscription) bool { return x.Kind == k })
}

// subscriptionsPage lists what the reader follows and how often letters tell of it.
func (v *visit) subscriptionsPage() error {
	p, err := v.subscriptions()
	if err != nil {
		return err
	}
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("subscription.kind", nil), "kind", v.p.T("subscription.name", nil), "id", v.p.T("subscription.pace", nil), "pace", v.p.T("subscription.since", nil)}}
		for _, l := range p.Lines {
			rows = append(rows, []string{l.KindWord, string(l.Kind), l.Name, l.Value, l.PaceWord, string(l.Pace), iso(l.AddedAt)})
		}
		return v.csv("subscriptions", rows)
	}
	if v.suffix != "" {
		return fault.Of(fault.NotFound)
	}
	return v.show("subscriptions", p)
}

func (v *visit) subscriptions() (p subscriptionsPage, err error) {
	p = subscriptionsPage{Base: v.base("tasks", v.p.T("subscription.title", nil)), Address: v.account.Email, Mailed: v.site.Mailed}
	p.Band = v.ownBand("subscriptions")
	p.Lines, err = v.subscriptionLines()
	p.Total = len(p.Lines)
	return p, err
}

// followSubject adds what the page is about to what the reader follows, and goes back there.
func (v *visit) followSubject() error {
	what := follow.Subject{Kind: follow.SubjectKind(v.form("kind")), Value: v.form("value")}
	if _, err := v.site.Follow.Follow(v.r.Context(), v.act(), what, v.form("label"), follow.Pace(v.form("pace"))); err != nil {
		bad := v.fieldErrors(err)
		if bad == nil {
			return err
		}
		p, lerr := v.subscriptions()
		if lerr != nil {
			return lerr
		}
		p.Errors = bad
		return v.showStatus(http.StatusUnprocessableEntity, "subscriptions", p)
	}
	to := v.form("to")
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.Contains(to, `\`) {
		to = v.href("/subscriptions")
	}
	return v.seeTold(to, "followed", 0)
}

func (v *visit) setPace() error {
	if err := v.site.Follow.SetPace(v.r.Context(), v.act(), follow.ID(v.vars[0]), follow.Pace(v.form("pace"))); err != nil {
		return err
	}
	return v.seeTold(v.href("/subscriptions"), "pace_set", 0)
}

func (v *visit) unfollow() error {
	if err := v.site.Follow.Drop(v.r.Context(), v.act(), follow.ID(v.vars[0])); err != nil {
		return err
	}
	return v.seeTold(v.href("/subscriptions"), "unfollowed", 0)
}

type stopPage struct {
	Base
	Secret  string
	Stopped bool
}

// stopPage shows a button: programs that scan mail follow links but press no buttons.
func (v *visit) stopPage() error {
	if err := v.site.Follow.Stoppable(v.r.Context(), v.vars[0]); err != nil {
		return err
	}
	return v.show("stop", stopPage{Base: v.base("", v.p.T("stop.title", nil)), Secret: v.vars[0]})
}

// stopLetters ends the letters of who has one of them in hand, without signing in. Mail programs post here too (RFC 8058).
func (v *visit) stopLetters() error {
	if _, err := v.site.Follow.Stop(v.r.Context(), v.vars[0]); err != nil {
		return err
	}
	return v.show("stop", stopPage{Base: v.base("", v.p.T("stop.title", nil)), Stopped: true})
}

// taskNews is what is new to the reader, on the first page after signing in.
type taskNews struct {
	Lines []newsLine
	N     int
	Many  bool
	Mark  follow.Mark
	Last  int64
}

const taskNewsShown = 6

// newsForTasks fills in what is new to the reader, and what is new in the searches that the reader follows.
func (v *visit) newsForTasks(p *tasksPage) error {
	if v.site.Follow == nil {
		return nil
	}
	found, mark, last, err := v.site.Follow.Since(v.r.Context(), v.actor, follow.Filter{Limit: barRead})
	if err != nil {
		return err
	}
	p.News = &taskNews{N: len(found), Many: len(found) >= barRead, Mark: mark, Last: last}
	for _, c := range found[:min(len(found), taskNewsShown)] {
		p.News.Lines = append(p.News.Lines, v.newsLine(c))
	}
	subs, err := v.site.Follow.List(v.r.Context(), v.actor)
	if err != nil || !follows(subs, follow.Search) {
		return err
	}
	saved, err := v.site.Searches.List(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	for _, s := range saved {
		if !slices.ContainsFunc(subs, func(x follow.Subscription) bool { return x.Kind == follow.Search && x.Value == string(s.ID) }) {
			continue
		}
		l, err := v.savedLine(s)
		if err != nil {
			return err
		}
		if l.New > 0 {
			p.Notes = append(p.Notes, taskNote{Href: l.NewHref, Text: v.p.T("subscription.search_note", fault.Args{"name": s.Name, "n": l.New})})
		}
	}
	return nil
}
