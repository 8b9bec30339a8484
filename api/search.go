package api

import (
	"strconv"

	"merida/convention"
	"merida/fault"
	"merida/library"
	"merida/party"
	"merida/search"
)

// SearchResult is what a query found: measures, each with its best section, and the counts of every facet.
type SearchResult struct {
	Total   int                     `json:"total"`
	TookMS  float64                 `json:"took_ms"`
	Relaxed bool                    `json:"relaxed,omitempty"` // no section had all the words, so some of them, or all in different sections, were enough
	Missing []string                `json:"missing,omitempty"` // words of the query that stand in no measure
	Hits    []SearchHit             `json:"hits"`
	Facets  map[string][]FacetCount `json:"facets"`
	ByWords int                     `json:"by_words"` // how many of them the query's own words found; across=0 asks for these alone
	Next    *string                 `json:"next"`
}

// SearchHit is a measure that was found.
type SearchHit struct {
	ID         library.ID      `json:"id"`
	SourceID   string          `json:"source_id,omitempty"`
	URL        string          `json:"url"`
	Title      string          `json:"title"` // in the reader's language where there is one
	Titles     texts           `json:"titles"`
	Country    party.ID        `json:"country"`
	Lang       string          `json:"lang"`
	Type       string          `json:"type"`
	Status     string          `json:"status"`
	Date       string          `json:"date,omitempty"`
	Snippet    []SnippetPart   `json:"snippet"`
	Section    HitSection      `json:"section"`
	Provisions []convention.ID `json:"provisions"`
	Score      float64         `json:"score"`
	// Translation is the language of the translation in which the words stand; absent where they stand in the text itself.
	Translation string      `json:"translation,omitempty"`
	Through     *HitThrough `json:"through,omitempty"` // by which the hit was found, where the query's own words did not
}

// HitThrough is a concept of the thesaurus and the term of it that stands in the text.
type HitThrough struct {
	Concept string `json:"concept"`
	Name    string `json:"name"`
	Term    string `json:"term"`
	Lang    string `json:"lang"`
}

// SnippetPart is a piece of the text of a hit; Mark says that it matches.
type SnippetPart struct {
	Text string `json:"text"`
	Mark bool   `json:"mark,omitempty"`
}

// HitSection is the best section of a hit; an empty eid is the measure as a whole.
type HitSection struct {
	EID     string `json:"eid"`
	Heading string `json:"heading"`
}

// FacetCount is a value of a facet, its name for the reader and the number of measures.
type FacetCount struct {
	Value string `json:"value"`
	Label string `json:"label"`
	Count int    `json:"count"`
}

// query reads the words, filters and page of a search. Invalid: one of them breaks a rule.
func (r *request) query() (search.Query, error) {
	limit, offset, err := r.page()
	if err != nil {
		return search.Query{}, err
	}
	q := r.URL.Query()
	if q.Get("limit") == "" {
		limit = 20
	}
	in := search.Query{Words: q.Get("q"), Filter: map[string][]string{}, Sort: search.Sort(q.Get("sort")), Limit: limit, Offset: offset, After: q.Get("cursor"), WordsOnly: q.Get("across") == "0", Facets: library.Facets}
	var bad fault.List
	switch in.Sort {
	case search.ByRelevance, search.Newest, search.Oldest, search.ByTitle:
	case "relevance":
		in.Sort = search.ByRelevance
	default:
		bad.Add("sort", "fault.unknown_choice", nil)
	}
	for _, name := range library.Facets {
		if vs := r.values(name); vs != nil {
			in.Filter[name] = vs
		}
	}
	if id, ok := r.api.Conventions.Asks(in.Words); ok && len(in.Filter["provision"]) == 0 && q.Get("as") != "words" { // as the page does
		in.Words, in.Filter["provision"] = "", []string{string(id)}
	}
	for name, into := range map[string]*int{"year_from": &in.YearFrom, "year_to": &in.YearTo} {
		if s := q.Get(name); s != "" {
			n, err := strconv.Atoi(s)
			if err != nil || n < 1 || n > 9999 {
				bad.Add(name, "fault.out_of_bounds", fault.Args{"min": "1", "max": "9999"})
			}
			*into = n
		}
	}
	return in, bad.Err()
}

func (r *request) search() (any, error) {
	in, err := r.query()
	if err != nil {
		return nil, err
	}
	found, err := r.api.Finder.Search(r.Context(), in)
	if err != nil {
		return nil, err
	}
	tag := r.api.tag(r.Request)
	out := SearchResult{Total: found.Total, TookMS: float64(found.Took.Microseconds()) / 1000, Relaxed: found.Relaxed, Missing: found.Missing, ByWords: found.ByWords, Hits: []SearchHit{}, Facets: map[string][]FacetCount{}}
	for _, l := range found.Lines {
		m := l.Measure
		h := SearchHit{ID: m.ID, SourceID: m.SourceID, URL: r.pageURL("/measures/" + string(m.ID)), Title: m.Titles.Pick(tag), Titles: m.Titles.Plain(), Country: m.Country, Lang: string(m.Lang),
			Type: string(m.Type), Status: string(m.Status), Date: m.Date, Section: HitSection{l.EID, l.Heading}, Provisions: l.Provisions, Score: l.Score, Snippet: []SnippetPart{}}
		if h.Provisions == nil {
			h.Provisions = []convention.ID{}
		}
		for _, f := range l.Snippet {
			h.Snippet = append(h.Snippet, SnippetPart(f))
		}
		if l.Translation {
			h.Translation = string(l.Hit.Lang)
		}
		if l.Also != nil && r.api.Finder.Thesaurus != nil {
			if c, ok := r.api.Finder.Thesaurus.Get(l.Also.Key); ok {
				h.Through = &HitThrough{c.ID, c.Name(tag), l.Also.Words, string(l.Also.Lang)}
			}
		}
		out.Hits = append(out.Hits, h)
	}
	for name, counts := range found.Facets {
		list := make([]FacetCount, len(counts))
		for i, c := range counts {
			list[i] = FacetCount{c.Value, r.facetLabel(name, c.Value), c.N}
		}
		out.Facets[name] = list
	}
	if found.Next != "" {
		q := r.URL.Query()
		q.Del("offset")
		q.Set("limit", strconv.Itoa(in.Limit))
		q.Set("cursor", found.Next)
		next := r.api.BaseURL + r.URL.EscapedPath() + "?" + q.Encode()
		out.Next = &next
	}
	return out, nil
}

// facetLabel names a value for the reader; codes of closed lists of the page's own words stay codes.
func (r *request) facetLabel(name, value string) string {
	tag := r.api.tag(r.Request)
	switch name {
	case "provision":
		if p, ok := r.api.Conventions.Get(convention.ID(value)); ok {
			return p.Citation + " " + p.Heading().Pick(tag)
		}
	case "country":
		return r.api.Parties.Name(party.ID(value), tag)
	case "theme":
		if t, ok := r.api.Conventions.Theme(value); ok {
			return t.Name.Pick(tag)
		}
	case "lang":
		return r.api.Codes.Name("language", value, tag)
	case "region":
		for _, g := range r.api.Parties.Groups() {
			if g.Code == value {
				return g.Name.Pick(tag)
			}
		}
	case "type", "status", "source":
		if key := "measure." + name + "." + value; r.api.Locale.Has(key) {
			return r.api.Locale.Printer(tag).T(key, nil)
		}
	}
	return value
}
