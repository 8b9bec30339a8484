package web

import (
	"merida/library"
	"merida/search"
)

// searchFeed is the Atom feed of a search: the measures that the words and filters of the address leave, latest texts
// first. A feed of a provision or of a State is the feed of the search for it.
func (v *visit) searchFeed() error {
	if err := searchable(v.r.URL.Query()); err != nil {
		return err
	}
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
	f := atomFeed{ID: self, Title: v.p.T("search.title", nil), Links: []atomLink{{"self", self}, {"alternate", v.site.BaseURL + v.href("/search") + tail}}}
	for _, name := range []string{"provision", "country", "theme"} {
		for _, value := range q.Filter[name] {
			f.Title += " · " + v.facetLabel(name, value)
		}
	}
	if q.Words != "" {
		f.Title += " · " + q.Words
	}
	ms := make([]library.Measure, len(found.Lines))
	for i, l := range found.Lines {
		ms[i] = l.Measure
	}
	f.Entries = v.measureEntries(ms)
	return v.atom(f)
}
