package fts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/fault"
	"merida/search"
)

// match writes terms in the language of FTS5. all says whether every group must occur.
func match(ts []search.Term, all bool) string {
	quote := func(words []string) string { return `"` + strings.ReplaceAll(strings.Join(words, " "), `"`, ``) + `"` }
	one := func(t search.Term) string {
		x := `{te be} : ` + quote(t.Exact)
		if t.Prefix {
			x += ` *`
		}
		for _, s := range t.Stems {
			x += ` OR {ts bs} : ` + quote([]string{s})
		}
		return `(` + x + `)`
	}
	heavy := slices.ContainsFunc(ts, func(t search.Term) bool { return !t.Not && !t.Light })
	var groups, members []string
	last := 0
	flush := func() {
		if len(members) > 0 {
			groups = append(groups, `(`+strings.Join(members, ` OR `)+`)`)
		}
		members = nil
	}
	for _, t := range ts {
		if t.Not {
			continue
		}
		if t.Light && heavy && len(t.Exact) == 1 && !t.Prefix {
			continue
		}
		if t.Group != last {
			flush()
			last = t.Group
		}
		members = append(members, one(t))
	}
	flush()
	if len(groups) == 0 {
		return ""
	}
	joiner := ` AND `
	if !all {
		joiner = ` OR `
	}
	return strings.Join(groups, joiner)
}

// excluded writes the terms that must not occur anywhere in a document; empty when there is none.
func excluded(ts []search.Term) string {
	var out []search.Term
	for _, t := range ts {
		if t.Not {
			t.Not, t.Light = false, false
			t.Group = 0
			out = append(out, t)
		}
	}
	for i := range out {
		out[i].Group = i + 1
	}
	return match(out, false)
}

type hit struct {
	doc, sec int64
	score    float64
	n        int
	cover    float64 // share of the query that the document holds, 1 for all
	together bool    // one section holds all of it
	also     *search.Also
}

// Search answers a query.
func (ix *Index) Search(ctx context.Context, q search.Query) (out search.Result, err error) {
	began := time.Now()
	parsed, err := search.Parse(q.Words)
	if err != nil {
		return out, err
	}
	filter := map[string][]string{}
	for _, f := range []map[string][]string{q.Filter, parsed.Filter} {
		for k, v := range f {
			if len(v) > 0 {
				filter[k] = append(filter[k], v...)
			}
		}
	}
	if y := filter["year"]; len(y) > 0 {
		delete(filter, "year")
		fmt.Sscan(y[0], &q.YearFrom)
		q.YearTo = q.YearFrom
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	hits := map[int64]*hit{}
	var also map[int64]*hit
	asked := match(parsed.Terms, true) != ""
	if asked {
		if err := ix.gather(ctx, q, parsed.Terms, hits); err != nil {
			return out, err
		}
		if also, err = ix.alternatives(ctx, q.Also); err != nil {
			return out, err
		}
		for rid := range also {
			if hits[rid] == nil {
				hits[rid] = &hit{doc: rid}
			}
		}
	} else if !slices.ContainsFunc(parsed.Terms, func(t search.Term) bool { return !t.Not }) {
		for rid := range ix.docs {
			hits[rid] = &hit{doc: rid}
		}
	}
	if m := excluded(parsed.Terms); m != "" {
		out := map[int64]*hit{}
		if err := ix.find(ctx, m, out); err != nil {
			return search.Result{}, err
		}
		for rid := range out {
			delete(hits, rid)
		}
	}
	// A document that fails one filter alone still counts in that filter's facet.
	failed := map[*hit]string{}
	var narrowed, beside []*hit
	for rid, h := range hits {
		d := ix.docs[rid]
		if d == nil || q.YearFrom > 0 && d.Year < q.YearFrom || q.YearTo > 0 && (d.Year > q.YearTo || d.Year == 0) {
			continue
		}
		n, which := 0, ""
		for name, values := range filter {
			if !slices.ContainsFunc(d.Fields[name], func(v string) bool { return slices.Contains(values, v) }) {
				n++
				which = name
			}
		}
		switch n {
		case 0:
			narrowed = append(narrowed, h)
		case 1:
			beside = append(beside, h)
			failed[h] = which
		}
	}
	found := narrowed
	if asked {
		whole := slices.ContainsFunc(narrowed, func(h *hit) bool { return h.together })
		found, out.Relaxed = settle(narrowed, also)
		// What stands beside is counted as what ticking it would add to the present answer.
		beside = slices.DeleteFunc(beside, func(h *hit) bool {
			return h.cover < 1 && (whole || also[h.doc] == nil && (!out.Relaxed || h.cover < least))
		})
	}
	counts := map[string]map[string]int{}
	for _, f := range q.Facets {
		counts[f] = map[string]int{}
	}
	for _, h := range slices.Concat(found, beside) {
		for name, c := range counts {
			if which := failed[h]; which == "" || which == name {
				for _, v := range ix.docs[h.doc].Fields[name] {
					c[v]++
				}
			}
		}
	}
	ix.order(found, q.Sort)
	out.Total = len(found)
	out.Facets = map[string][]search.Count{}
	for name, c := range counts {
		list := make([]search.Count, 0, len(c))
		for v, n := range c {
			list = append(list, search.Count{Value: v, N: n})
		}
		slices.SortFunc(list, func(a, b search.Count) int {
			if a.N != b.N {
				return b.N - a.N
			}
			return strings.Compare(a.Value, b.Value)
		})
		out.Facets[name] = list
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	from := min(max(0, q.Offset), len(found))
	for _, h := range found[from:min(len(found), from+q.Limit)] {
		d := ix.docs[h.doc]
		x := search.Hit{ID: d.ID, SourceID: d.SourceID, Score: h.score, Lang: d.Lang, Also: h.also}
		where, arg := `doc = $1 ORDER BY rid LIMIT 1`, h.doc
		if h.sec != 0 {
			where, arg = `rid = $1`, h.sec
		}
		var text string
		if err := ix.readers.QueryRowContext(ctx, `SELECT eid, heading, body FROM sec WHERE `+where, arg).Scan(&x.EID, &x.Heading, &text); err != nil {
			return out, err
		}
		terms := parsed.Terms
		if h.also != nil {
			terms = append(slices.Clone(terms), h.also.Terms()...)
		}
		x.Snippet = search.Snippet(text, d.Lang, terms)
		out.Hits = append(out.Hits, x)
	}
	out.Took = time.Since(began)
	return out, nil
}

// sectionsMost bounds how many sections of one query are looked at.
const sectionsMost = 500_000

func (ix *Index) find(ctx context.Context, m string, hits map[int64]*hit) error {
	// Weights: an exact word of a title or heading counts most, a stem in the text least.
	rows, err := ix.readers.QueryContext(ctx, `SELECT rowid, bm25(words, 6.0, 3.0, 2.0, 1.0) FROM words WHERE words MATCH $1 LIMIT $2`, m, sectionsMost)
	if err != nil {
		return fault.Wrap(fault.Invalid, "search.error.words", err)
	}
	defer rows.Close()
	for rows.Next() {
		var rid int64
		var score float64
		if err := rows.Scan(&rid, &score); err != nil {
			return err
		}
		score = -score
		d, ok := ix.docOf[rid]
		if !ok {
			continue
		}
		h := hits[d]
		if h == nil {
			h = &hit{doc: d, sec: rid, score: score}
			hits[d] = h
		} else if score > h.score {
			h.sec, h.score = rid, score
		}
		h.n++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	// A record in which many sections match is more likely about the matter; the gain flattens quickly.
	for _, h := range hits {
		h.score *= 1 + 0.05*float64(min(h.n, 8))
	}
	return nil
}

func (ix *Index) order(hs []*hit, s search.Sort) {
	slices.SortFunc(hs, func(a, b *hit) int {
		x, y := ix.docs[a.doc], ix.docs[b.doc]
		c := 0
		switch s {
		case search.Newest:
			c = strings.Compare(y.Date, x.Date)
		case search.Oldest:
			switch {
			case x.Date == "" && y.Date != "":
				c = 1
			case y.Date == "" && x.Date != "":
				c = -1
			default:
				c = strings.Compare(x.Date, y.Date)
			}
		case search.ByTitle:
			c = strings.Compare(x.Title, y.Title)
		default:
			switch {
			case a.score > b.score:
				c = -1
			case a.score < b.score:
				c = 1
			default:
				c = strings.Compare(y.Date, x.Date)
			}
		}
		if c == 0 {
			c = strings.Compare(x.ID, y.ID)
		}
		return c
	})
}
