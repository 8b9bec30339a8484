package library

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/search"
	"merida/thesaurus"
)

// Facets are the names by which measures are narrowed, in the order in which pages show them.
var Facets = []string{"provision", "country", "region", "type", "status", "theme", "lang", "source", "year"}

// Finder keeps the search index of the public repository and answers queries from it.
// The index follows the store's outbox; what it finds is read again through the public
// pool, so that a record which is no longer public cannot show, however old the index is.
type Finder struct {
	Index       search.Index
	Store       Store
	Parties     *directory.Parties
	Conventions *convention.Catalogue
	// Thesaurus gives the ways in which other languages say what is asked; nil asks in the words alone.
	Thesaurus *thesaurus.Thesaurus

	following sync.Mutex
	building  atomic.Bool // the index is built anew, which takes a while
	names     stateNames
}

// Document is a measure as the index sees it.
func (f *Finder) Document(w Whole) search.Document {
	m := w.Measure
	d := search.Document{ID: string(m.ID), SourceID: m.SourceID, Lang: m.Lang, Titles: m.Titles, Summary: m.Summary, Date: m.Date, Year: m.Year(), Changed: m.ChangedAt, Fields: map[string][]string{}}
	add := func(name, value string) {
		if value != "" && !slices.Contains(d.Fields[name], value) {
			d.Fields[name] = append(d.Fields[name], value)
		}
	}
	add("country", string(m.Country))
	if p, ok := f.Parties.Get(m.Country); ok {
		add("region", string(p.Group))
	}
	add("type", string(m.Type))
	add("status", string(m.Status))
	add("lang", string(m.Lang.Base()))
	add("source", string(m.Source))
	if d.Year > 0 {
		add("year", strconv.Itoa(d.Year))
	}
	notes := lang.Text{}
	for _, x := range w.Mappings {
		if x.Status == Suggested {
			continue
		}
		add("provision", string(x.Provision))
		if p, ok := f.Conventions.Get(x.Provision); ok {
			for _, t := range p.Themes {
				add("theme", t)
			}
		}
		for _, a := range f.Conventions.Ancestors(x.Provision) {
			add("provision", string(a.ID))
			for _, t := range a.Themes {
				add("theme", t)
			}
		}
		// What people say that a section provides is found as well as the law's own words.
		for tag, v := range x.Note {
			notes[tag] = lang.Value{S: strings.TrimSpace(notes[tag].S + "\n" + v.S)}
		}
	}
	d.Summary = lang.Text{}
	for tag, v := range m.Summary {
		d.Summary[tag] = v
	}
	for tag, v := range notes {
		d.Summary[tag] = lang.Value{S: strings.TrimSpace(d.Summary[tag].S + "\n" + v.S)}
	}
	for _, s := range w.Sections {
		d.Sections = append(d.Sections, search.Section{EID: s.EID, Heading: strings.TrimSpace(s.Num + " " + s.Heading), Text: s.Text})
	}
	return d
}

// withTranslations is Document with the sections of the newest translation in each language. A measure is thus found
// by the words of a translation, which then is what the snippet shows.
func (f *Finder) withTranslations(ctx context.Context, w Whole) (search.Document, error) {
	d := f.Document(w)
	ts, err := f.Store.Translations(ctx, identity.Sight{}, w.Measure.ID)
	if fault.Is(err, fault.NotFound) {
		return d, nil // withdrawn since
	}
	if err != nil {
		return d, err
	}
	for _, t := range Latest(ts) {
		x, err := f.Store.Translated(ctx, identity.Sight{}, w.Measure.ID, t.N, t.Lang)
		if err != nil {
			return d, err
		}
		if t.Title != "" && d.Titles[t.Lang].S == "" {
			titles := maps.Clone(d.Titles)
			if titles == nil {
				titles = lang.Text{}
			}
			titles[t.Lang] = lang.Value{S: t.Title, Status: t.Status}
			d.Titles = titles
		}
		for _, s := range x.Sections {
			d.Sections = append(d.Sections, search.Section{EID: s.EID, Heading: strings.TrimSpace(s.Num + " " + s.Heading), Text: s.Text, Lang: t.Lang})
		}
	}
	return d, nil
}

const followBatch = 50

// Follow brings the index up to what is committed: measures that changed are indexed again, those that are
// not public are dropped. An empty index is built from the beginning. tell may be nil.
func (f *Finder) Follow(ctx context.Context, tell func(done, total int)) error {
	// While it is built anew a search is served from what is there; the build ends with what changed meanwhile.
	for !f.following.TryLock() {
		if f.building.Load() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	defer f.following.Unlock()
	return f.follow(ctx, tell)
}

func (f *Finder) follow(ctx context.Context, tell func(done, total int)) error {
	cursor, err := f.Index.Cursor(ctx)
	if err != nil {
		return err
	}
	if cursor == 0 {
		return f.build(ctx, tell)
	}
	for {
		ids, last, err := f.Store.Changed(ctx, cursor, followBatch)
		if err != nil || last == cursor {
			return err
		}
		var put []search.Document
		var remove []string
		for _, id := range ids {
			w, err := f.Store.Whole(ctx, identity.Sight{}, id, 0)
			switch {
			case fault.Is(err, fault.NotFound):
				remove = append(remove, string(id))
			case err != nil:
				return err
			default:
				d, err := f.withTranslations(ctx, w)
				if err != nil {
					return err
				}
				put = append(put, d)
			}
		}
		if err := f.Index.Apply(ctx, put, remove, last); err != nil {
			return err
		}
		cursor = last
	}
}

// Reindex indexes every public measure anew while searches go on; what is gone is dropped.
func (f *Finder) Reindex(ctx context.Context, tell func(done, total int)) error {
	f.following.Lock()
	defer f.following.Unlock()
	return f.build(ctx, tell)
}

func (f *Finder) build(ctx context.Context, tell func(done, total int)) error {
	// An index that has nothing to serve makes its first readers wait.
	f.building.Store(f.Index.Len() > 0)
	defer f.building.Store(false)
	_, start, err := f.Store.Changed(ctx, 0, 1)
	if err != nil {
		return err
	}
	if start, err = f.lastChange(ctx, start); err != nil {
		return err
	}
	_, total, err := f.Store.Find(ctx, identity.Sight{}, Filter{Limit: 1})
	if err != nil {
		return err
	}
	// Ids first and texts one by one, so that no transaction is held open over the whole of it.
	var ids []ID
	for offset := 0; ; {
		ms, _, err := f.Store.Find(ctx, identity.Sight{}, Filter{Limit: 500, Offset: offset})
		if err != nil {
			return err
		}
		if len(ms) == 0 {
			break
		}
		for _, m := range ms {
			ids = append(ids, m.ID)
		}
		offset += len(ms)
	}
	keep := make(map[string]bool, len(ids))
	for n, some := range slices.Collect(slices.Chunk(ids, followBatch)) {
		var put []search.Document
		for _, id := range some {
			w, err := f.Store.Whole(ctx, identity.Sight{}, id, 0)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			keep[string(id)] = true
			d, err := f.withTranslations(ctx, w)
			if err != nil {
				return err
			}
			put = append(put, d)
		}
		// The cursor moves at the end only: a build that broke off begins anew.
		if err := f.Index.Apply(ctx, put, nil, 0); err != nil {
			return err
		}
		if tell != nil {
			tell(min(len(ids), (n+1)*followBatch), total)
		}
	}
	if err := f.Index.Apply(ctx, nil, f.gone(ctx, keep), max(start, 1)); err != nil {
		return err
	}
	return f.follow(ctx, nil)
}

// gone lists what the index holds and the repository no longer shows.
func (f *Finder) gone(ctx context.Context, keep map[string]bool) (out []string) {
	for offset := 0; ; offset += 500 {
		r, err := f.Index.Search(ctx, search.Query{Sort: search.ByTitle, Limit: 500, Offset: offset})
		if err != nil || len(r.Hits) == 0 {
			return out
		}
		for _, h := range r.Hits {
			if !keep[h.ID] {
				out = append(out, h.ID)
			}
		}
	}
}

func (f *Finder) lastChange(ctx context.Context, from int64) (int64, error) {
	for {
		_, last, err := f.Store.Changed(ctx, from, 10_000)
		if err != nil || last == from {
			return last, err
		}
		from = last
	}
}

// Found is what a query found.
type Found struct {
	search.Result
	Lines []FoundLine // one per hit that is still public
	// Concepts are those of the thesaurus that the words name, whether or not they were asked for.
	Concepts []*thesaurus.Concept
}

// FoundLine is a hit with its record and the provisions it is mapped to.
type FoundLine struct {
	search.Hit
	Measure    Measure
	Provisions []convention.ID
}

// Search answers a query over what is public. Invalid: a filter names a provision that does not exist, or the words pass a limit.
func (f *Finder) Search(ctx context.Context, q search.Query) (found Found, err error) {
	if err := f.Follow(ctx, nil); err != nil {
		return Found{}, err
	}
	// Who cites an article that was put between two others wants the sections of that number, where there are any.
	if by, ok := asksInserted(q); ok {
		if found, err = f.Search(ctx, by); err != nil || found.Total > 0 {
			return found, err
		}
	}
	filter := map[string][]string{}
	for name, values := range q.Filter {
		for _, v := range values {
			switch name {
			case "provision":
				id := convention.ID(v)
				if !f.Conventions.Known(id) {
					if cited, ok := f.Conventions.Parse(v); ok {
						id = cited
					} else {
						var bad fault.List
						bad.Add("provision", "search.error.provision", fault.Args{"id": v})
						return Found{}, bad.Err()
					}
				}
				v = string(id)
			case "country":
				if p, ok := f.Parties.Lookup(v); ok {
					v = string(p.ID)
				}
			}
			filter[name] = append(filter[name], v)
		}
	}
	q.Filter = filter
	if q.Stands, err = f.states(q.Words); err != nil {
		return Found{}, err
	}
	concepts, also := f.across(q.Words)
	if !q.WordsOnly {
		q.Also = also
	}
	r, err := f.Index.Search(ctx, q)
	if err != nil {
		return Found{}, err
	}
	out := Found{Result: r, Concepts: concepts}
	for _, h := range r.Hits {
		w, err := f.record(ctx, ID(h.ID))
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return Found{}, err
		}
		out.Lines = append(out.Lines, FoundLine{h, w.Measure, Provisions(w.Mappings)})
	}
	return out, nil
}

// across gives the terms of the concepts that the words name. A query that uses syntax says exactly what it wants.
func (f *Finder) across(words string) (concepts []*thesaurus.Concept, out []search.Also) {
	if f.Thesaurus == nil {
		return nil, nil
	}
	if parsed, err := search.Parse(words); err != nil || !parsed.Plain {
		return nil, nil
	}
	for _, m := range f.Thesaurus.Find(words) {
		concepts = append(concepts, m.Concept)
		for _, p := range m.Concept.Provisions {
			out = append(out, search.Also{Words: string(p), Key: m.Concept.ID, Field: "provision", Value: string(p)})
		}
		for _, tag := range slices.Sorted(maps.Keys(m.Concept.Terms)) {
			for _, term := range m.Concept.Terms[tag] {
				if term != m.Term {
					out = append(out, search.Also{Words: term, Lang: tag, Key: m.Concept.ID})
				}
			}
		}
	}
	return concepts, out
}

// Suggest completes what a reader is typing, with terms of the field and titles of measures. Nothing is restricted among them.
func (f *Finder) Suggest(ctx context.Context, typed string, tag lang.Tag, most int) ([]string, error) {
	typed = strings.TrimSpace(typed)
	if n := len([]rune(typed)); n < 2 && !search.Ideographs(typed) || n > 80 {
		return nil, nil
	}
	var out []string
	if f.Thesaurus != nil {
		out = f.Thesaurus.Begin(typed, tag, most*3/5)
	}
	p, err := search.Parse(typed)
	if err != nil || !p.Plain || len(p.Terms) == 0 {
		return out, nil
	}
	r, err := f.Index.Search(ctx, search.Query{Words: "title:(" + strings.NewReplacer("(", " ", ")", " ", "*", " ").Replace(typed) + "*)", Limit: most - len(out)})
	if err != nil {
		return out, err
	}
	for _, h := range r.Hits {
		m, err := f.Store.Measure(ctx, identity.Sight{}, ID(h.ID))
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return out, err
		}
		if title := m.Titles.Pick(tag); !slices.Contains(out, title) && len([]rune(title)) <= 200 {
			out = append(out, title)
		}
	}
	return out, nil
}

func (f *Finder) record(ctx context.Context, id ID) (w Whole, err error) {
	if w.Measure, err = f.Store.Measure(ctx, identity.Sight{}, id); err != nil {
		return w, err
	}
	w.Mappings, err = f.Store.Mappings(ctx, identity.Sight{}, id)
	return w, err
}

// Provisions lists the provisions that mappings name, each once, without what is only suggested.
func Provisions(ms []Mapping) (out []convention.ID) {
	for _, m := range ms {
		if m.Status != Suggested && !slices.Contains(out, m.Provision) {
			out = append(out, m.Provision)
		}
	}
	return out
}
