package web

import (
	"net/url"
	"strings"
	"time"

	"merida/fault"
	"merida/follow"
	"merida/library"
)

var savedRoutes = []route{
	{get, "/searches", (*visit).savedPage, true, true},
	{post, "/searches", (*visit).saveSearch, true, false},
	{post, "/searches/{id}/open", (*visit).openSaved, true, false},
	{post, "/searches/{id}/drop", (*visit).dropSaved, true, false},
}

type savedPage struct {
	Base
	Lines []savedLine
}

type savedLine struct {
	library.Saved
	Words   string // what is searched for, with its filters
	New     int    // measures that are new or changed since it was looked at
	NewHref string
	Follow  *followBar
}

// savedPage lists the searches that the reader keeps, with what is new in each.
func (v *visit) savedPage() error {
	saved, err := v.site.Searches.List(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	p := savedPage{Base: v.base("search", v.p.T("saved.title", nil))}
	for _, s := range saved {
		l, err := v.savedLine(s)
		if err != nil {
			return err
		}
		if l.Follow, err = v.followBar(follow.Search, string(s.ID), "", "", follow.Filter{}); err != nil {
			return err
		}
		p.Lines = append(p.Lines, l)
	}
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("saved.name", nil), v.p.T("saved.query", nil), v.p.T("saved.new", nil), v.p.T("saved.looked", nil)}}
		for _, l := range p.Lines {
			rows = append(rows, []string{l.Name, l.Words, v.p.Number(l.New), l.LookedAt.UTC().Format(time.RFC3339)})
		}
		return v.csv("searches", rows)
	}
	if v.suffix != "" {
		return fault.Of(fault.NotFound)
	}
	return v.show("saved", p)
}

func (v *visit) savedLine(s library.Saved) (l savedLine, err error) {
	u, err := url.ParseQuery(s.Query)
	if err != nil {
		u = url.Values{}
	}
	l = savedLine{Saved: s}
	q := searchQuery(u)
	parts := []string{}
	if q.Words != "" {
		parts = append(parts, q.Words)
	}
	for _, name := range library.Facets {
		for _, value := range q.Filter[name] {
			parts = append(parts, v.facetLabel(name, value))
		}
	}
	for _, name := range []string{"year_from", "year_to"} {
		if y := u.Get(name); y != "" {
			parts = append(parts, v.p.T("search."+name, nil)+" "+y)
		}
	}
	l.Words = v.list(parts)
	q.ChangedAfter, q.Limit, q.Offset, q.Facets = s.LookedAt, 1, 0, nil
	found, err := v.site.Finder.Search(v.r.Context(), q)
	if fault.Is(err, fault.Invalid) { // a provision or a sign that is no longer known
		return l, nil
	}
	l.New = found.Total
	u.Set("since", s.LookedAt.UTC().Format(time.RFC3339Nano))
	l.NewHref = v.href("/search") + "?" + u.Encode()
	return l, err
}

// saveSearch keeps the search of the form. Only names that a search knows are kept of its address.
func (v *visit) saveSearch() error {
	given, err := url.ParseQuery(v.form("query"))
	if err != nil {
		return fault.Wrap(fault.Invalid, "fault.form", err)
	}
	kept := url.Values{}
	for _, name := range append([]string{"q", "sort", "across", "year_from", "year_to"}, library.Facets...) {
		for _, x := range given[name] {
			if x = strings.TrimSpace(x); x != "" {
				kept.Add(name, x)
			}
		}
	}
	if _, err := v.site.Searches.Keep(v.r.Context(), v.act(), v.form("name"), kept.Encode()); err != nil {
		bad := v.fieldErrors(err)
		if bad == nil {
			return err
		}
		return v.searchWith(kept, func(p *searchPage) { p.Errors, p.SaveName = bad, v.form("name") })
	}
	return v.seeTold(v.href("/searches"), "search_saved", 0)
}

// openSaved goes to the results; what is new is counted from now on.
func (v *visit) openSaved() error {
	s, err := v.site.Searches.Look(v.r.Context(), v.act(), library.SavedID(v.vars[0]))
	if err != nil {
		return err
	}
	return v.see(v.href("/search") + "?" + s.Query)
}

func (v *visit) dropSaved() error {
	if err := v.site.Searches.Drop(v.r.Context(), v.act(), library.SavedID(v.vars[0])); err != nil {
		return err
	}
	return v.seeTold(v.href("/searches"), "search_dropped", 0)
}
