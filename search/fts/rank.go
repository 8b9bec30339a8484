package fts

import (
	"context"
	"math"
	"slices"
	"strings"

	"merida/fault"
	"merida/search"
	"merida/search/analysis"
)

// groups parts the terms that a query insists on into its alternatives.
func groups(ts []search.Term) (out [][]search.Term) {
	heavy := slices.ContainsFunc(ts, func(t search.Term) bool { return !t.Not && !t.Light })
	last := 0
	for _, t := range ts {
		if t.Not || t.Light && heavy && len(t.Exact) == 1 && !t.Prefix {
			continue
		}
		if t.Group != last || len(out) == 0 {
			out = append(out, nil)
			last = t.Group
		}
		out[len(out)-1] = append(out[len(out)-1], t)
	}
	return out
}

// documents lists the documents in one of whose sections a match stands.
func (ix *Index) documents(ctx context.Context, m string) (map[int64]bool, error) {
	rows, err := ix.readers.QueryContext(ctx, `SELECT rowid FROM words WHERE words MATCH $1 LIMIT $2`, m, sectionsMost)
	if err != nil {
		return nil, fault.Wrap(fault.Invalid, "search.error.words", err)
	}
	defer rows.Close()
	out := map[int64]bool{}
	for rows.Next() {
		var rid int64
		if err := rows.Scan(&rid); err != nil {
			return nil, err
		}
		if d, ok := ix.docOf[rid]; ok {
			out[d] = true
		}
	}
	return out, rows.Err()
}

// gather finds the documents that hold any of the terms, each with its best section and with the share of
// the query that it holds, a rare word counting more than a common one. The words may stand in
// different sections: a law names the offence in one article and the penalty in another.
func (ix *Index) gather(ctx context.Context, q search.Query, ts []search.Term, hits map[int64]*hit) error {
	gs := groups(ts)
	if err := ix.find(ctx, match(ts, false), hits); err != nil {
		return err
	}
	if len(gs) == 1 {
		for _, h := range hits {
			h.cover, h.together = 1, true
		}
		if len(q.Stands) == 0 {
			return nil
		}
	}
	all := 0.0
	cover := map[int64]float64{}
	for _, g := range gs {
		flat := slices.Clone(g)
		for i := range flat {
			flat[i].Light = false
		}
		docs, err := ix.documents(ctx, match(flat, false))
		if err != nil {
			return err
		}
		for _, s := range q.Stands {
			if !slices.ContainsFunc(g, func(t search.Term) bool { return len(t.Exact) == 1 && slices.Contains(s.Words, t.Exact[0]) }) {
				continue
			}
			for rid, d := range ix.docs {
				if slices.Contains(d.Fields[s.Field], s.Value) {
					docs[rid] = true
				}
			}
		}
		// Robertson and Spärck Jones's weight, in the form that is never negative.
		n := float64(len(docs))
		w := math.Log(1 + (float64(len(ix.docs))-n+0.5)/(n+0.5))
		all += w
		for rid := range docs {
			cover[rid] += w
		}
	}
	for rid, c := range cover {
		h := hits[rid]
		if h == nil {
			h = &hit{doc: rid}
			hits[rid] = h
		}
		if h.cover = 1.0; c < all-1e-9 {
			h.cover = c / all
		}
	}
	together, err := ix.documents(ctx, match(ts, true))
	if err != nil {
		return err
	}
	for rid := range together {
		if h := hits[rid]; h != nil {
			h.together = true
		}
	}
	return nil
}

// near writes a way of saying something in the language of FTS5: its parts, parted by spaces, close to each other.
func near(a search.Also) string {
	var parts []string
	for part := range strings.FieldsSeq(a.Words) {
		var words []string
		for tok := range analysis.Tokens(part) {
			w := part[tok.Start:tok.End]
			x := analysis.Fold(w)
			if x == "" || analysis.Light(x) && !tok.Pair {
				continue
			}
			if s, ok := analysis.Stem(a.Lang, w); ok {
				x = s
			}
			words = append(words, strings.ReplaceAll(x, `"`, ``))
		}
		if len(words) > 0 {
			parts = append(parts, `"`+strings.Join(words, " ")+`"`)
		}
	}
	switch len(parts) {
	case 0:
		return ""
	case 1:
		return `{ts bs} : ` + parts[0]
	}
	return `{ts bs} : NEAR(` + strings.Join(parts, " ") + `, 12)`
}

// alternatives finds what other ways of saying the same find. Of the ways with one key the best one counts.
func (ix *Index) alternatives(ctx context.Context, ways []search.Also) (map[int64]*hit, error) {
	out := map[int64]*hit{}
	byKey := map[string]map[int64]*hit{}
	var keys []string
	for _, a := range ways {
		m := near(a)
		if m == "" {
			continue
		}
		found := map[int64]*hit{}
		if err := ix.find(ctx, m, found); err != nil {
			return nil, err
		}
		if byKey[a.Key] == nil {
			byKey[a.Key] = map[int64]*hit{}
			keys = append(keys, a.Key)
		}
		for rid, h := range found {
			h.also = &search.Also{Words: a.Words, Lang: a.Lang, Key: a.Key}
			if old := byKey[a.Key][rid]; old == nil || old.score < h.score {
				byKey[a.Key][rid] = h
			}
		}
	}
	for _, k := range keys {
		for rid, h := range byKey[k] {
			old := out[rid]
			if old == nil {
				out[rid] = h
				continue
			}
			sum := old.score + h.score
			if h.score > old.score {
				out[rid] = h
			}
			out[rid].score = sum
		}
	}
	return out, nil
}

// least is the share of a query's weight that a document needs where none holds all of it.
const least = 0.3

// settle decides which of the narrowed hits count, merges those that other ways of saying found, and makes
// scores comparable: what holds all the words stands first, then what another way of saying found, then what holds some.
func settle(found []*hit, also map[int64]*hit) (out []*hit, relaxed bool) {
	// Long codes hold every word somewhere. Only where one section holds them all is the rest left out.
	full := slices.ContainsFunc(found, func(h *hit) bool { return h.together })
	top, topAlso, answered := 1e-9, 1e-9, 0.0
	for _, h := range found {
		top, answered = max(top, h.score), max(answered, h.cover)
		if a := also[h.doc]; a != nil {
			topAlso = max(topAlso, a.score)
		}
	}
	// Other ways of saying count for as much as the query's own words leave unanswered.
	weight := 0.25 + 1 - answered
	for _, h := range found {
		a := also[h.doc]
		switch {
		case h.cover == 1, !full && h.cover >= least:
			relaxed = relaxed || !full
			score := h.cover + h.score/top
			if h.together {
				score += 1.2
			}
			if a != nil {
				score += 0.3 * a.score / topAlso
				if other := weight * (1 + a.score/topAlso); !h.together && other > score {
					h.sec, h.also = a.sec, a.also
					score = other + score/10
				}
			}
			h.score = score
		case a != nil && !full:
			h.sec, h.also = a.sec, a.also
			h.score = weight * (1 + a.score/topAlso)
		default:
			continue
		}
		out = append(out, h)
	}
	return out, relaxed
}
