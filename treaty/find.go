package treaty

import (
	"context"
	"slices"
	"strings"
	"sync"

	"merida/convention"
	"merida/lang"
	"merida/search"
)

// Finder finds provisions by the words of the official texts. Its index holds an article in a language as
// one document, with a section for each passage; it is a copy, built anew when the mark of the texts changes.
type Finder struct {
	Index       search.Index
	Store       Store
	Conventions *convention.Catalogue

	mu    sync.Mutex
	built int64
}

// Hit is an article in whose text words were found.
type Hit struct {
	Article   convention.ID
	Provision convention.ID // of the passage; the article itself where only its title has the words
	Lang      lang.Tag
	Snippet   []search.Fragment
}

// Found are the articles that words find, and how many they are.
type Found struct {
	Total int
	Hits  []Hit
}

// Search finds articles by words, of all conventions or of one. Each article comes once, in the wished language
// where its text there has the words. Only texts that have all the words are found.
// Invalid: the words pass a limit of package search.
func (f *Finder) Search(ctx context.Context, words string, of convention.ID, want lang.Tag, limit int) (out Found, err error) {
	if strings.TrimSpace(words) == "" {
		return out, nil
	}
	if err := f.follow(ctx); err != nil {
		return out, err
	}
	if f.Index.Len() == 0 {
		return out, nil
	}
	q := search.Query{Words: words, Limit: 500, WordsOnly: true}
	if of != "" {
		q.Filter = map[string][]string{"convention": {string(of)}}
	}
	res, err := f.Index.Search(ctx, q)
	if err != nil || res.Relaxed {
		return Found{}, err
	}
	at := map[convention.ID]int{}
	for _, h := range res.Hits {
		id, tag, _ := strings.Cut(h.ID, "#")
		hit := Hit{convention.ID(id), convention.ID(id), lang.Tag(tag), h.Snippet}
		if h.EID != "" {
			hit.Provision = convention.ID(h.EID)
		}
		i, seen := at[hit.Article]
		switch {
		case !seen:
			at[hit.Article] = len(out.Hits)
			out.Hits = append(out.Hits, hit)
		case hit.Lang.Base() == want.Base() && out.Hits[i].Lang.Base() != want.Base():
			out.Hits[i] = hit
		}
	}
	// The reader's own language first; within it the order of the search.
	slices.SortStableFunc(out.Hits, func(a, b Hit) int {
		foreign := func(h Hit) int {
			if h.Lang.Base() == want.Base() {
				return 0
			}
			return 1
		}
		return foreign(a) - foreign(b)
	})
	out.Total = len(out.Hits)
	out.Hits = out.Hits[:min(len(out.Hits), limit)]
	return out, nil
}

// follow builds the index anew where the texts have changed since.
func (f *Finder) follow(ctx context.Context) error {
	mark, err := f.Store.Mark(ctx)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.built == 0 {
		if f.built, err = f.Index.Cursor(ctx); err != nil {
			return err
		}
	}
	if f.built == mark {
		return nil
	}
	texts, err := f.Store.Texts(ctx)
	if err != nil {
		return err
	}
	var docs []search.Document
	keep := map[string]bool{}
	for _, t := range texts {
		ps, err := f.Store.Passages(ctx, t.Convention, t.Lang, nil)
		if err != nil {
			return err
		}
		for _, d := range f.documents(t, ps) {
			docs = append(docs, d)
			keep[d.ID] = true
		}
	}
	// What an earlier building put in and is no longer there goes out, whichever languages it was in.
	var gone []string
	for _, c := range f.Conventions.Conventions() {
		for a := range f.Conventions.Walk(c.ID) {
			for _, tag := range lang.Official {
				if id := string(a.ID) + "#" + string(tag); a.Kind == convention.Article && !keep[id] {
					gone = append(gone, id)
				}
			}
		}
	}
	if err := f.Index.Apply(ctx, docs, gone, mark); err != nil {
		return err
	}
	f.built = mark
	return nil
}

func (f *Finder) documents(t Text, ps []Passage) (out []search.Document) {
	for _, p := range ps {
		a, ok := f.Conventions.Article(p.Provision)
		if !ok {
			continue // what stands before the first article
		}
		id := string(a.ID) + "#" + string(t.Lang)
		if len(out) == 0 || out[len(out)-1].ID != id {
			d := search.Document{ID: id, Lang: t.Lang, Changed: t.LoadedAt, Fields: map[string][]string{"convention": {string(t.Convention)}, "lang": {string(t.Lang)}}}
			if v, ok := a.Titles[t.Lang]; ok {
				d.Titles = lang.Text{t.Lang: v}
			}
			out = append(out, d)
		}
		d := &out[len(out)-1]
		d.Sections = append(d.Sections, search.Section{EID: string(p.Provision), Text: p.Text})
	}
	return out
}
