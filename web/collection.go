package web

import (
	"net/url"
	"slices"
	"strings"

	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/locale"
)

var collectionRoutes = []route{
	{get, "/collections", (*visit).collectionsPage, false, true},
	{get, "/collections/new", (*visit).newCollection, true, false},
	{post, "/collections/new", (*visit).keepCollection, true, false},
	{get, "/collections/{id}", (*visit).collectionPage, false, true},
	{get, "/collections/{id}/feed", (*visit).collectionFeed, false, false},
	{get, "/collections/{id}/edit", (*visit).editCollection, true, false},
	{post, "/collections/{id}/edit", (*visit).keepCollection, true, false},
	{post, "/collections/{id}/drop", (*visit).dropCollection, true, false},
}

type collectionsPage struct {
	Base
	Lines []collectionLine
	May   bool
}

type collectionLine struct {
	library.Collection
	Title Words
	Lead  Words // the first paragraph of the introduction
}

func (v *visit) collectionLine(c library.Collection) collectionLine {
	l := collectionLine{c, v.words(c.Titles), v.words(c.Intro)}
	l.Lead.S, _, _ = strings.Cut(l.Lead.S, "\n\n")
	return l
}

// collectionsPage lists the collections that the reader may read.
func (v *visit) collectionsPage() error {
	cs, err := v.site.Collections.Find(v.r.Context(), v.actor)
	if err != nil {
		return err
	}
	p := collectionsPage{Base: v.base("search", v.p.T("collection.list", nil)), May: v.site.Collections.MayEdit(v.actor)}
	p.Description = v.p.T("collection.lead", nil)
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	for _, c := range cs {
		p.Lines = append(p.Lines, v.collectionLine(c))
	}
	if v.downloads() {
		t := v.tables().Plain("collections", p.Title, table.Column{Key: "id"}, table.Column{Key: "title", Label: v.p.T("column.title", nil), Width: 40},
			table.Column{Key: "entries", Label: v.p.T("collection.entries_head", nil), Kind: table.Number}, table.Column{Key: "changed_on", Label: v.p.T("collection.changed", nil), Kind: table.Day}, table.Column{Key: "url", Label: v.p.T("table.address", nil), Width: 40})
		return v.table(t, table.Rows(p.Lines, func(l collectionLine) table.Row {
			return table.Row{string(l.ID), l.Title.S, len(l.Items), table.Date(l.ChangedAt), v.site.BaseURL + v.href("/collections/%s", l.ID)}
		}))
	}
	return v.show("collections", p)
}

type collectionPage struct {
	Base
	Line   collectionLine
	Intro  Words
	Items  []collectionEntry
	Hidden int // entries that are no longer public
	States int
	May    bool
}

// collectionEntry is an item with what people call it.
type collectionEntry struct {
	N         int
	Provision *convention.Provision
	Heading   Words
	Measure   measureLine
	Section   string
	Href      string
	Note      Words
}

func (v *visit) collection() (library.Collection, error) {
	return v.site.Collections.Get(v.r.Context(), v.actor, library.CollectionID(v.vars[0]))
}

// entries reads what a collection names, as the public sees it; what is no longer public is counted and left out.
func (v *visit) entries(c library.Collection) (out []collectionEntry, ms []library.Measure, hidden int, err error) {
	ctx := v.r.Context()
	for i, x := range c.Items {
		e := collectionEntry{N: i + 1, Note: v.words(x.Note)}
		if x.Provision != "" {
			p, ok := v.site.Conventions.Get(x.Provision)
			if !ok {
				hidden++
				continue
			}
			e.Provision, e.Heading, e.Href = p, v.words(p.Heading()), v.href("/provisions/%s", p.ID)
			out = append(out, e)
			continue
		}
		m, err := v.site.Library.Store.Measure(ctx, identity.Sight{}, x.Measure)
		if fault.Is(err, fault.NotFound) {
			hidden++
			continue
		}
		if err != nil {
			return nil, nil, 0, err
		}
		e.Measure, e.Href = v.measureLine(m), v.href("/measures/%s", m.ID)
		if x.EID != "" {
			e.Section, e.Href = x.EID, e.Href+"/sections/"+url.PathEscape(x.EID)
			got, err := v.site.Library.Store.Cited(ctx, identity.Sight{}, []library.Citation{{Measure: m.ID, Version: m.Version, EID: x.EID}})
			if err != nil {
				return nil, nil, 0, err
			}
			if len(got) > 0 && got[0].Section.EID != "" {
				e.Section = sectionName(got[0].Section)
			} else {
				e.Href = v.href("/measures/%s", m.ID) // the newest text no longer has the section
			}
		}
		if !slices.ContainsFunc(ms, func(y library.Measure) bool { return y.ID == m.ID }) {
			ms = append(ms, m)
		}
		out = append(out, e)
	}
	return out, ms, hidden, nil
}

// collectionPage shows a collection, or gives its entries as a file.
func (v *visit) collectionPage() error {
	c, err := v.collection()
	if err != nil {
		return err
	}
	p := collectionPage{Base: v.base("search", c.Titles.Pick(v.lang)), Line: v.collectionLine(c), Intro: v.words(c.Intro), May: v.site.Collections.MayEdit(v.actor)}
	p.Description = p.Line.Lead.S
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("collection.list", nil), v.href("/collections")}}
	var ms []library.Measure
	if p.Items, ms, p.Hidden, err = v.entries(c); err != nil {
		return err
	}
	if v.downloads() {
		w := v.tables()
		col := func(key, label string, width int) table.Column {
			return table.Column{Key: key, Label: v.p.T(label, nil), Width: width}
		}
		t := w.Plain("collection-"+string(c.ID), p.Title, table.Column{Key: "number", Kind: table.Number}, col("provision_name", "column.provision", 24), table.Column{Key: "provision"}, col("title", "column.measure", 40),
			table.Column{Key: "measure"}, col("section", "column.section", 30), col("state", "column.state", 24), table.Column{Key: "country"}, col("note", "column.note", 40), col("licence", "column.licence", 12), col("url", "table.address", 40))
		return v.table(t, table.Rows(p.Items, func(e collectionEntry) table.Row {
			if e.Provision != nil {
				return table.Row{e.N, w.Provision(e.Provision.ID), string(e.Provision.ID), "", "", "", "", "", e.Note.S, "", v.site.BaseURL + e.Href}
			}
			return table.Row{e.N, "", "", e.Measure.Title.S, string(e.Measure.ID), e.Section, e.Measure.State, string(e.Measure.Country), e.Note.S, e.Measure.Licence, v.site.BaseURL + e.Href}
		}))
	}
	states := map[string]bool{}
	for _, m := range ms {
		states[string(m.Country)] = true
	}
	p.States = len(states)
	if c.Public {
		p.Alternates = []Alternate{{"application/atom+xml", v.href("/collections/%s/feed", c.ID)}}
	}
	return v.show("collection", p)
}

// collectionFeed is the Atom feed of the measures of a public collection, those changed last first.
func (v *visit) collectionFeed() error {
	c, err := v.site.Collections.Get(v.r.Context(), identity.Actor{}, library.CollectionID(v.vars[0]))
	if err != nil {
		return err
	}
	_, ms, _, err := v.entries(c)
	if err != nil {
		return err
	}
	slices.SortStableFunc(ms, func(a, b library.Measure) int { return b.ChangedAt.Compare(a.ChangedAt) })
	self := v.site.BaseURL + v.href("/collections/%s/feed", c.ID)
	return v.atom(atomFeed{Title: c.Titles.Pick(v.lang), ID: self, Links: []atomLink{{"self", self}, {"alternate", v.site.BaseURL + v.href("/collections/%s", c.ID)}}, Entries: v.measureEntries(ms[:min(len(ms), feedEntries)])})
}

type collectionForm struct {
	Base
	ID     library.CollectionID
	Rev    int64
	Public bool
	Langs  []collectionWords
	Items  string
	Clash  string
}

// collectionWords are title and introduction in one language.
type collectionWords struct {
	Tag          lang.Tag
	Name         string
	Title, Intro string
}

func (v *visit) collectionForm(c library.Collection, items string) collectionForm {
	key := "collection.new"
	if c.ID != "" {
		key = "collection.edit"
	}
	f := collectionForm{Base: v.base("search", v.p.T(key, nil)), ID: c.ID, Rev: c.Rev, Public: c.Public, Items: items}
	f.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("collection.list", nil), v.href("/collections")}}
	for _, t := range append([]lang.Tag{v.lang}, slices.DeleteFunc(slices.Clone(lang.Official), func(t lang.Tag) bool { return t == v.lang })...) {
		f.Langs = append(f.Langs, collectionWords{t, locale.OwnName(t), c.Titles[t].S, c.Intro[t].S})
	}
	return f
}

// itemLines writes items as they are typed: one a line, with the note in the editor's language.
func (v *visit) itemLines(items []library.CollectionItem) string {
	var b strings.Builder
	for _, x := range items {
		switch {
		case x.Provision != "":
			b.WriteString(string(x.Provision))
		case x.EID != "":
			b.WriteString("measures/" + string(x.Measure) + "/sections/" + x.EID)
		default:
			b.WriteString("measures/" + string(x.Measure))
		}
		if n := x.Note[v.lang].S; n != "" {
			b.WriteString(" | " + n)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// readItems reads typed lines: an address of a provision, a measure or a section on this site, or its end; a citation of a provision.
// Notes in other languages stay with what they belong to.
func (v *visit) readItems(s string, had []library.CollectionItem) (out []library.CollectionItem, err error) {
	var bad fault.List
	notes := map[string]lang.Text{}
	for _, x := range had {
		notes[x.Key()] = x.Note
	}
	for n, line := range strings.Split(s, "\n") {
		ref, note, _ := strings.Cut(line, "|")
		ref, note = strings.TrimSpace(ref), strings.TrimSpace(note)
		if ref == "" {
			continue
		}
		x, ok := v.readItem(ref)
		if !ok {
			bad.Add("items", "collection.error.item", fault.Args{"line": n + 1})
			continue
		}
		x.Note = lang.Text{}
		for tag, value := range notes[x.Key()] {
			x.Note[tag] = value
		}
		delete(x.Note, v.lang)
		if note != "" {
			x.Note[v.lang] = lang.Value{S: note}
		}
		out = append(out, x)
	}
	return out, bad.Err()
}

func (v *visit) readItem(ref string) (x library.CollectionItem, ok bool) {
	if u, err := url.Parse(ref); err == nil {
		path := u.Path
		if i := strings.Index(path, "measures/"); i >= 0 {
			id, rest, _ := strings.Cut(strings.Trim(path[i+len("measures/"):], "/"), "/")
			x.Measure = library.ID(id)
			if j := strings.Index("/"+rest, "/sections/"); j >= 0 {
				x.EID = strings.Trim(("/" + rest)[j+len("/sections/"):], "/")
			}
			return x, id != ""
		}
		if i := strings.Index(path, "provisions/"); i >= 0 {
			ref = strings.Trim(path[i+len("provisions/"):], "/")
		}
	}
	id, ok := v.site.Conventions.Parse(ref)
	if _, known := v.site.Conventions.Get(id); !known {
		return x, false
	}
	return library.CollectionItem{Provision: id}, ok
}

func (v *visit) newCollection() error {
	if !v.site.Collections.MayEdit(v.actor) {
		return fault.Of(fault.NotFound)
	}
	return v.show("collection_form", v.collectionForm(library.Collection{}, ""))
}

func (v *visit) editCollection() error {
	if !v.site.Collections.MayEdit(v.actor) {
		return fault.Of(fault.NotFound)
	}
	c, err := v.collection()
	if err != nil {
		return err
	}
	return v.show("collection_form", v.collectionForm(c, v.itemLines(c.Items)))
}

// keepCollection stores a new collection or a changed one; what was typed is shown again where it cannot be stored.
func (v *visit) keepCollection() error {
	if !v.site.Collections.MayEdit(v.actor) {
		return fault.Of(fault.NotFound)
	}
	var c library.Collection
	if len(v.vars) > 0 {
		var err error
		if c, err = v.collection(); err != nil {
			return err
		}
		if c.Rev, err = v.formNumber("rev"); err != nil {
			return err
		}
	}
	c.Titles, c.Intro, c.Public = lang.Text{}, lang.Text{}, v.form("public") == "yes"
	for _, t := range lang.Official {
		if s := v.form("title_" + string(t)); s != "" {
			c.Titles[t] = lang.Value{S: s}
		}
		if s := v.form("intro_" + string(t)); s != "" {
			c.Intro[t] = lang.Value{S: s}
		}
	}
	typed := v.form("items")
	items, err := v.readItems(typed, c.Items)
	c.Items = items
	var id library.CollectionID
	if err == nil {
		id, err = v.site.Collections.Keep(v.r.Context(), v.act(), c)
	}
	if err != nil {
		f := v.collectionForm(c, typed)
		f.Errors = v.fieldErrors(err)
		if fault.Is(err, fault.Conflict) {
			f.Clash = v.p.T("collection.error.changed", nil)
			return v.showStatus(409, "collection_form", f)
		}
		if f.Errors == nil {
			return err
		}
		return v.showStatus(422, "collection_form", f)
	}
	return v.see(v.href("/collections/%s", id))
}

func (v *visit) dropCollection() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Collections.Drop(v.r.Context(), v.act(), library.CollectionID(v.vars[0]), rev); err != nil {
		return err
	}
	return v.see(v.href("/collections"))
}
