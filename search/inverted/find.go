package inverted

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"merida/fault"
	"merida/lang"
	"merida/search"
)

// Search answers a query. Unavailable: the index is damaged; it is being made anew.
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
	if q.Limit <= 0 {
		q.Limit = 20
	}
	from, after := max(0, q.Offset), ""
	if q.After != "" {
		if from, after, err = readNext(q.After); err != nil {
			return out, err
		}
	}
	var sc *scratch
	select {
	case sc = <-ix.seats:
	case <-ctx.Done():
		return out, ctx.Err()
	}
	st, release, err := ix.hold()
	if err != nil {
		ix.seats <- sc
		return out, err
	}
	defer func() {
		if r := recover(); r != nil {
			sc.clear()
			if r != errDamaged {
				if e, ok := r.(error); !ok || !strings.Contains(e.Error(), "out of range") {
					ix.seats <- sc
					release()
					panic(r)
				}
			}
			ix.damaged.Store(true)
			out, err = search.Result{}, fault.Wrap(fault.Unavailable, "fault.stopping", errDamaged)
		}
		release()
		ix.seats <- sc
	}()
	f := &finding{hits: sc.hits[:0], ix: ix, st: st, sc: sc, ctx: ctx, in: q, parsed: parsed, filter: filter}
	defer func() { sc.hits = f.hits[:0] }()
	if err := f.gather(); err != nil {
		sc.clear()
		return out, err
	}
	f.narrow()
	if len(f.ways) > 0 && f.few() {
		f.addOthers((*query).partly)
		f.narrow()
	}
	found, relaxed := f.settle()
	out.Relaxed, out.Missing = relaxed, f.missing
	out.Facets = f.count(found)
	found = slices.DeleteFunc(found, func(h *hit) bool { return h.failed != 0 })
	out.Total = len(found)
	for _, h := range found {
		if !h.onlyOther {
			out.ByWords++
		}
	}
	found = f.arrange(found, min(len(found), max(looked, from+q.Limit+q.Limit)))
	if after != "" {
		// Where the index changed since, the last hit may stand elsewhere; what follows it there follows.
		for i, h := range found[:min(len(found), from+q.Limit)] {
			if st.segments[h.seg].docs[h.doc].ID == after {
				from = i + 1
			}
		}
	}
	from = min(from, len(found))
	page := found[from:min(len(found), from+q.Limit)]
	for _, h := range page {
		out.Hits = append(out.Hits, f.show(h))
	}
	if n := len(page); n > 0 && from+n < len(found) {
		out.Next = writeNext(from+n, out.Hits[n-1].ID)
	}
	out.Took = time.Since(began)
	return out, nil
}

func writeNext(n int, id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(n) + " " + id))
}

func readNext(s string) (n int, id string, err error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	number, id, ok := strings.Cut(string(b), " ")
	if err == nil && ok {
		n, err = strconv.Atoi(number)
	}
	if err != nil || !ok || n < 0 || n > 1<<31 {
		var bad fault.List
		bad.Add("cursor", "search.error.cursor", nil)
		return 0, "", bad.Err()
	}
	return n, id, nil
}

// finding is one search on its way.
type finding struct {
	ix      *Index
	st      *state
	sc      *scratch
	ctx     context.Context
	in      search.Query
	parsed  search.Parsed
	filter  map[string][]string
	asked   bool
	query   *query
	ways    []way
	hits    []hit
	missing []string // words that stand nowhere
	names   []string // of the filters, in the order of their numbers
	live    []*hit   // those that pass all filters but at most one
}

// gather finds the documents that hold some of what is asked.
func (f *finding) gather() error {
	f.asked = f.parsed.Asks()
	if !f.asked && len(f.parsed.Terms) == 0 {
		for i, s := range f.st.segments {
			for d := range s.docs {
				if !f.st.dead[i].has(uint32(d)) {
					f.hits = append(f.hits, hit{seg: int32(i), doc: uint32(d), other: said{way: -1}, sec: s.first[d] + 1, cover: 1, together: true})
				}
			}
		}
		return nil
	}
	f.query = newQuery(f.st, f.parsed.Terms)
	for i := range f.in.Also {
		if w, ok := newWay(f.ix, f.st, &f.in.Also[i]); ok {
			f.ways = append(f.ways, w)
		}
	}
	for i, s := range f.st.segments {
		if err := f.ctx.Err(); err != nil {
			return err
		}
		f.query.gather(s, f.sc)
		stands := f.stands(i)
		had := len(f.hits)
		f.hits = f.query.collect(i, f.sc, &f.parsed.Root, stands, f.hits)
		if stands == nil && f.asked && f.ways == nil {
			continue
		}
		// Documents that none of the words found.
		at := make(map[uint32]int, len(f.hits)-had)
		for k := had; k < len(f.hits); k++ {
			at[f.hits[k].doc] = k
		}
		for d, has := range stands {
			if _, ok := at[uint32(d)]; !ok && has != 0 && !f.st.dead[i].has(uint32(d)) {
				at[uint32(d)] = len(f.hits)
				f.hits = append(f.hits, hit{seg: int32(i), doc: uint32(d), other: said{way: -1}, sec: s.first[d] + 1, has: has, together: f.parsed.Root.Holds(has)})
			}
		}
		if !f.asked { // only what must not occur
			for d := range s.docs {
				if _, ok := at[uint32(d)]; !ok && !f.st.dead[i].has(uint32(d)) {
					f.hits = append(f.hits, hit{seg: int32(i), doc: uint32(d), other: said{way: -1}, sec: s.first[d] + 1, together: true})
				}
			}
		}
	}
	if f.asked {
		var missing []int
		f.hits, missing = weigh(f.hits, &f.parsed.Root, f.st.live)
		for _, t := range missing {
			f.missing = append(f.missing, strings.Join(f.parsed.Terms[t].Exact, " "))
		}
	} else {
		f.hits = slices.DeleteFunc(f.hits, func(h hit) bool { return !f.parsed.Root.Holds(h.has) })
		for i := range f.hits {
			f.hits[i].cover, f.hits[i].sec = 1, f.st.segments[f.hits[i].seg].first[f.hits[i].doc]+1
		}
	}
	if len(f.ways) > 0 {
		f.addOthers((*query).alternatives)
	}
	return nil
}

// few reports whether next to nothing passes the filters.
func (f *finding) few() bool {
	n := 0
	for _, h := range f.live {
		if h.failed == 0 && h.together && !h.onlyOther {
			return false // the query has its answer
		}
		if h.failed == 0 && (h.cover >= least || h.other.way >= 0) {
			n++
		}
	}
	return n < fewHits
}

const fewHits = 5

// addOthers notes what other ways of saying the same find, where nothing was noted before.
func (f *finding) addOthers(find func(*query, *segment, *scratch, []way) map[uint32]said) {
	for i, s := range f.st.segments {
		found := find(f.query, s, f.sc, f.ways)
		for k := range f.hits {
			if h := &f.hits[k]; h.seg == int32(i) {
				if x, ok := found[h.doc]; ok {
					if h.other.way < 0 {
						h.other = x
					}
					delete(found, h.doc)
				}
			}
		}
		docs := make([]uint32, 0, len(found))
		for d := range found {
			docs = append(docs, d)
		}
		slices.Sort(docs)
		for _, d := range docs {
			if !f.st.dead[i].has(d) {
				f.hits = append(f.hits, hit{seg: int32(i), doc: d, other: found[d], onlyOther: true})
			}
		}
	}
}

// stands gives the bits that each document of a segment answers by one of its fields; nil where the query names no such value.
func (f *finding) stands(i int) []uint32 {
	var out []uint32
	s := f.st.segments[i]
	for _, x := range f.in.Stands {
		var bits uint32
		for k, t := range f.parsed.Terms {
			if len(t.Exact) == 1 && !t.Not && t.Field == "" && slices.Contains(x.Words, t.Exact[0]) {
				bits |= 1 << k
			}
		}
		id, ok := f.ix.values.number(x.Field, x.Value)
		c := s.columns.of[x.Field]
		if bits == 0 || !ok || c == nil {
			continue
		}
		if out == nil {
			out = make([]uint32, len(s.docs))
		}
		for d := range out {
			if slices.Contains(c.at(uint32(d)), id) {
				out[d] |= bits
			}
		}
	}
	return out
}

// narrow applies the filters. A document that fails one of them alone still counts in that one's facet.
func (f *finding) narrow() {
	if y := f.filter["year"]; len(y) > 0 && f.in.YearFrom == 0 && f.in.YearTo == 0 && len(y) == 1 && strings.Contains(y[0], "-") {
		delete(f.filter, "year") // year:1990-2000
		a, b, _ := strings.Cut(y[0], "-")
		fmt.Sscan(a, &f.in.YearFrom)
		fmt.Sscan(b, &f.in.YearTo)
	}
	type one struct {
		columns []*column // by segment
		allowed []bool    // by number of the value
	}
	var all []one
	f.names = nil
	for _, name := range slices.Sorted(maps.Keys(f.filter)) {
		o := one{allowed: make([]bool, len(f.ix.values.names(name)))}
		for _, v := range f.filter[name] {
			if id, ok := f.ix.values.number(name, v); ok && int(id) < len(o.allowed) {
				o.allowed[id] = true
			}
		}
		for _, s := range f.st.segments {
			o.columns = append(o.columns, s.columns.of[name])
		}
		all = append(all, o)
		f.names = append(f.names, name)
	}
	f.live = make([]*hit, 0, len(f.hits))
next:
	for i := range f.hits {
		h := &f.hits[i]
		h.failed = 0
		if f.in.YearFrom > 0 || f.in.YearTo > 0 {
			year := f.st.segments[h.seg].docs[h.doc].Year
			if year < f.in.YearFrom || f.in.YearTo > 0 && (year > f.in.YearTo || year == 0) {
				continue
			}
		}
		if !f.in.ChangedAfter.IsZero() && f.st.segments[h.seg].docs[h.doc].Changed <= f.in.ChangedAfter.UnixMicro() {
			continue
		}
		for k := range all {
			passes := false
			for _, v := range all[k].columns[h.seg].at(h.doc) {
				if int(v) < len(all[k].allowed) && all[k].allowed[v] {
					passes = true
					break
				}
			}
			if !passes {
				if h.failed != 0 {
					continue next
				}
				h.failed = int8(k + 1)
			}
		}
		f.live = append(f.live, h)
	}
}

func (f *finding) settle() ([]*hit, bool) {
	if !f.asked {
		return f.live, false
	}
	return settle(f.live, f.ways)
}

// count gives the facets that are wanted.
func (f *finding) count(found []*hit) map[string][]search.Count {
	out := map[string][]search.Count{}
	for _, name := range f.in.Facets {
		names := f.ix.values.names(name)
		counts := make([]int, len(names))
		own := int8(slices.Index(f.names, name) + 1)
		columns := make([]*column, len(f.st.segments))
		for i, s := range f.st.segments {
			columns[i] = s.columns.of[name]
		}
		for _, h := range found {
			if h.failed == 0 || h.failed == own {
				for _, v := range columns[h.seg].at(h.doc) {
					counts[v]++
				}
			}
		}
		list := []search.Count{}
		for v, n := range counts {
			if n > 0 {
				list = append(list, search.Count{Value: names[v], N: n})
			}
		}
		slices.SortFunc(list, func(a, b search.Count) int {
			if a.N != b.N {
				return b.N - a.N
			}
			return strings.Compare(a.Value, b.Value)
		})
		out[name] = list
	}
	return out
}

// arrange puts the hits in order, so far as the first n need it.
func (f *finding) arrange(found []*hit, n int) []*hit {
	if f.in.Sort != search.ByRelevance || !f.asked {
		f.st.order(found, f.in.Sort, n)
		return found
	}
	lift := func(hs []*hit) {
		f.st.order(hs, f.in.Sort, min(n, len(hs)))
		best := hs[:min(looked, len(hs))]
		f.query.near(best, f.sc)
		f.st.order(best, f.in.Sort, len(best))
	}
	if !slices.ContainsFunc(found, func(h *hit) bool { return h.together && !h.onlyOther }) {
		lift(found)
		return found
	}
	var own, others []*hit
	for _, h := range found {
		if h.onlyOther {
			others = append(others, h)
		} else {
			own = append(own, h)
		}
	}
	lift(own)
	f.st.order(others, f.in.Sort, len(others))
	return f.st.mix(own, others)
}

// show makes a hit of what the segment keeps of it.
func (f *finding) show(h *hit) search.Hit {
	s := f.st.segments[h.seg]
	d := s.docs[h.doc]
	if h.sec == s.first[h.doc] {
		h.sec++
	}
	x := search.Hit{ID: d.ID, SourceID: d.SourceID, Score: h.score, Lang: d.Lang, Also: h.also}
	terms := f.parsed.Terms
	if f.query != nil {
		terms = f.query.said()
	}
	if h.also != nil {
		terms = append(slices.Clone(terms), h.also.Terms()...)
	}
	eid, heading, text := s.record(h.sec)
	if h.sec == s.first[h.doc]+1 {
		if text != "" {
			x.Lang, x.Snippet = inLanguage(text, terms)
			return x
		}
		if h.sec+1 < s.first[h.doc+1] {
			eid, heading, text = s.record(h.sec + 1)
		}
	}
	if rest, ok := strings.CutPrefix(eid, languageMark); ok {
		tag, of, _ := strings.Cut(rest, languageMark)
		x.Lang, x.Translation, eid = lang.Tag(tag), true, of
	}
	x.EID, x.Heading = eid, heading
	x.Snippet = search.Snippet(text, x.Lang, terms)
	return x
}

// inLanguage shows what is said of a record in the first language in which most of the terms stand.
func inLanguage(text string, terms []search.Term) (best lang.Tag, out []search.Fragment) {
	most := -1
	parts := strings.Split(text, languageMark)
	for i := 1; i+1 < len(parts); i += 2 {
		tag := lang.Tag(parts[i])
		snippet := search.Snippet(parts[i+1], tag, terms)
		n := 0
		for _, f := range snippet {
			if f.Mark {
				n++
			}
		}
		if n > most {
			most, best, out = n, tag, snippet
		}
	}
	return best, out
}

// said are the terms as a snippet marks them: a fuzzy word is marked in each of its forms.
func (q *query) said() []search.Term {
	out := make([]search.Term, 0, len(q.terms))
	for i, t := range q.terms {
		if t.Fuzzy == 0 {
			out = append(out, t)
			continue
		}
		for _, k := range q.keys[i] {
			out = append(out, search.Term{Exact: []string{strings.TrimPrefix(k.term, exactTerm)}, Not: t.Not})
		}
	}
	return out
}
