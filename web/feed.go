package web

import (
	"encoding/xml"
	"slices"
	"strings"
	"time"

	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/library"
	"merida/party"
)

// atomFeed and atomEntry are the parts of RFC 4287 that a list of records needs.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  string      `xml:"author>name"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID        string   `xml:"id"`
	Title     string   `xml:"title"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Link      atomLink `xml:"link"`
	Rights    string   `xml:"rights,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Href string `xml:"href,attr"`
}

const feedEntries = 50

// measuresFeed is the Atom feed of the measures recorded last, of one State with
// ?country=. It reads as the public, whoever asks: feed readers pass on what they hold.
func (v *visit) measuresFeed() error {
	country := party.ID(v.query("country"))
	ms, _, err := v.site.Library.Store.Find(v.r.Context(), identity.Sight{}, library.Filter{Country: country, Newest: true, Limit: feedEntries})
	if err != nil {
		return err
	}
	self, list := v.site.BaseURL+v.href("/measures/feed"), v.site.BaseURL+v.href("/measures")
	f := atomFeed{Title: v.p.T("measures.title", nil)}
	if country != "" {
		query := "?country=" + string(country)
		if _, ok := v.site.Parties.Lookup(string(country)); !ok {
			return fault.Of(fault.NotFound)
		}
		f.Title += " · " + v.partyName(string(country))
		self, list = self+query, v.site.BaseURL+v.href("/parties/%s", country)
	}
	f.ID, f.Links = self, []atomLink{{"self", self}, {"alternate", list}}
	f.Entries = v.measureEntries(ms)
	return v.atom(f)
}

func (v *visit) measureEntries(ms []library.Measure) (out []atomEntry) {
	for _, m := range ms {
		at := v.site.BaseURL + v.href("/measures/%s", m.ID)
		out = append(out, atomEntry{ID: at, Title: v.measureLine(m).Title.S + " · " + v.partyName(string(m.Country)),
			Published: m.AddedAt.UTC().Format(time.RFC3339), Updated: m.ChangedAt.UTC().Format(time.RFC3339), Link: atomLink{"alternate", at}, Rights: m.Licence})
	}
	return out
}

// needsFeed and activitiesFeed are the Atom feeds of the needs and activities that changed last: of a State, a
// provision or a provider with ?party=, ?provision= and ?organisation=, as the lists are narrowed.
func (v *visit) needsFeed() error {
	return v.assistanceFeed(follow.Need, v.p.T("need.list", nil), "/needs")
}

func (v *visit) activitiesFeed() error {
	return v.assistanceFeed(follow.Activity, v.p.T("activity.list", nil), "/activities")
}

func (v *visit) assistanceFeed(kind follow.Kind, title, list string) error {
	f, err := v.newsFilter()
	if err != nil {
		return err
	}
	if s := v.query("party"); s != "" {
		x, ok := v.site.Parties.Lookup(strings.ToUpper(s))
		if !ok {
			return fault.Of(fault.NotFound)
		}
		f.Party = x.ID
	}
	f.Kinds = []follow.Kind{kind}
	return v.changesFeed(f, title, list+"/feed", list)
}

// changesFeed sends the changes that a filter leaves. It reads through the public pool.
func (v *visit) changesFeed(f follow.Filter, title, path, list string) error {
	f.Limit = feedEntries
	found, err := v.site.Follow.Store.Changes(v.r.Context(), f)
	if err != nil {
		return err
	}
	tail := ""
	if q := v.r.URL.Query().Encode(); q != "" {
		tail = "?" + q
	}
	self := v.site.BaseURL + v.href("%s", path) + tail
	feed := atomFeed{ID: self, Title: title, Links: []atomLink{{"self", self}, {"alternate", v.site.BaseURL + v.href("%s", list) + tail}}}
	if f.Party != "" {
		feed.Title += " · " + v.partyName(string(f.Party))
	}
	if f.Provisions != nil {
		if x, ok := v.site.Conventions.Get(f.Provisions[0]); ok {
			feed.Title += " · " + v.name(x)
		}
	}
	if f.Organisation != "" {
		feed.Title += " · " + f.Organisation
	}
	for _, c := range found[:min(len(found), feedEntries)] {
		l := v.newsLine(c)
		parts := []string{v.p.T("new.kind."+string(c.Kind), nil), l.Of, l.Title.S}
		for _, s := range l.States {
			parts = append(parts, s.Name)
		}
		at := v.site.BaseURL + l.Href
		id := at
		if c.Kind == follow.Statement { // several may stand on one page
			id += "#" + c.ID
		}
		parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
		feed.Entries = append(feed.Entries, atomEntry{ID: id, Title: strings.Join(parts, " · "), Published: c.At.UTC().Format(time.RFC3339), Updated: c.At.UTC().Format(time.RFC3339), Link: atomLink{"alternate", at}})
	}
	return v.atom(feed)
}

// atom sends a feed; entries stand latest first or not, as they were found.
func (v *visit) atom(f atomFeed) error {
	f.Lang, f.Author = string(v.lang), "Merida"
	for _, e := range f.Entries {
		f.Updated = max(f.Updated, e.Updated)
	}
	if f.Updated == "" { // RFC 4287 demands a date even of an empty feed
		f.Updated = v.site.Now().UTC().Format(time.RFC3339)
	}
	body, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = v.w.Write(append([]byte(xml.Header), body...))
	return err
}
