package library

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"merida/search"
)

// ParseQuery reads the query of an address: q, the facets, sort, across, since, year_from, year_to, limit and offset,
// which are the names of the API too. What is none of its kind is left out.
func ParseQuery(u url.Values, limit int) search.Query {
	number := func(name string, otherwise, most int) int {
		if n, err := strconv.Atoi(strings.TrimSpace(u.Get(name))); err == nil && n >= 0 && n <= most {
			return n
		}
		return otherwise
	}
	q := search.Query{Words: strings.TrimSpace(u.Get("q")), Filter: map[string][]string{}, Sort: search.Sort(u.Get("sort")), Limit: max(1, number("limit", limit, 500)), Offset: number("offset", 0, 10_000_000), Facets: Facets}
	for _, name := range Facets {
		for _, list := range u[name] {
			for x := range strings.SplitSeq(list, ",") {
				if x = strings.TrimSpace(x); x != "" && name != "year" {
					q.Filter[name] = append(q.Filter[name], x)
				}
			}
		}
	}
	q.WordsOnly = u.Get("across") == "0"
	if t, err := time.Parse(time.RFC3339Nano, u.Get("since")); err == nil {
		q.ChangedAfter = t
	}
	q.YearFrom, q.YearTo = number("year_from", 0, 9999), number("year_to", 0, 9999)
	return q
}

// Saved lists the public measures that a saved search finds and that changed after a moment. Invalid: see Search.
func (f *Finder) Saved(ctx context.Context, query string, after time.Time, limit int) ([]Measure, error) {
	u, err := url.ParseQuery(query)
	if err != nil {
		return nil, nil // it was saved by an older program and can no longer be read
	}
	q := ParseQuery(u, limit)
	q.ChangedAfter, q.Limit, q.Offset, q.Facets = after, limit, 0, nil
	found, err := f.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	out := make([]Measure, len(found.Lines))
	for i, l := range found.Lines {
		out[i] = l.Measure
	}
	return out, nil
}
