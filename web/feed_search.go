package web

import (
	"encoding/xml"
	"time"

	"merida/search"
)

// searchFeed is the Atom feed of a search: the measures that the words and filters of the address leave, latest texts
// first. A feed of a provision or of a State is the feed of the search for it.
func (v *visit) searchFeed() error {
	q := searchQuery(v.r.URL.Query())
	if id, ok := v.site.Conventions.Asks(q.Words); ok && len(q.Filter["provision"]) == 0 && v.query("as") != "words" {
		q.Words, q.Filter["provision"] = "", []string{string(id)}
	}
	q.Sort, q.Limit, q.Offset, q.Facets = search.Newest, feedEntries, 0, nil
	found, err := v.site.Finder.Search(v.r.Context(), q)
	if err != nil {
		return err
	}
	tail := ""
	if s := v.r.URL.Query().Encode(); s != "" {
		tail = "?" + s
	}
	self := v.site.BaseURL + v.href("/search/feed") + tail
	f := atomFeed{Lang: string(v.lang), ID: self, Title: v.p.T("search.title", nil), Author: "Merida", Links: []atomLink{{"self", self}, {"alternate", v.site.BaseURL + v.href("/search") + tail}}}
	for _, name := range []string{"provision", "country", "theme"} {
		for _, value := range q.Filter[name] {
			f.Title += " · " + v.facetLabel(name, value)
		}
	}
	if q.Words != "" {
		f.Title += " · " + q.Words
	}
	var newest time.Time
	for _, l := range found.Lines {
		m := l.Measure
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
