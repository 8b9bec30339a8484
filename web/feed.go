package web

import (
	"encoding/xml"
	"time"

	"merida/fault"
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
	f := atomFeed{Lang: string(v.lang), Title: v.p.T("measures.title", nil), Author: "Merida"}
	if country != "" {
		query := "?country=" + string(country)
		if _, ok := v.site.Parties.Lookup(string(country)); !ok {
			return fault.Of(fault.NotFound)
		}
		f.Title += " · " + v.partyName(string(country))
		self, list = self+query, v.site.BaseURL+v.href("/parties/%s", country)
	}
	f.ID, f.Links = self, []atomLink{{"self", self}, {"alternate", list}}
	return v.atom(f, ms)
}

// atom sends a feed of measures.
func (v *visit) atom(f atomFeed, ms []library.Measure) error {
	var newest time.Time
	for _, m := range ms {
		at := v.site.BaseURL + v.href("/measures/%s", m.ID)
		f.Entries = append(f.Entries, atomEntry{ID: at, Title: v.measureLine(m).Title.S + " · " + v.partyName(string(m.Country)),
			Published: m.AddedAt.UTC().Format(time.RFC3339), Updated: m.ChangedAt.UTC().Format(time.RFC3339), Link: atomLink{"alternate", at}, Rights: m.Licence})
		if m.ChangedAt.After(newest) {
			newest = m.ChangedAt
		}
	}
	if newest.IsZero() { // RFC 4287 demands a date even of an empty feed
		newest = v.site.Now()
	}
	f.Updated = newest.UTC().Format(time.RFC3339)
	body, err := xml.Marshal(f)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = v.w.Write(append([]byte(xml.Header), body...))
	return err
}
