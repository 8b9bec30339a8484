package web

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/locale"
	"merida/search"
)

var searchRoutes = []route{
	{get, "/search", (*visit).searchPage, false, true},
	{get, "/search/help", (*visit).searchHelp, false, false},
	{get, "/search/suggest", (*visit).searchSuggest, false, false},
}

const (
	searchLimit = 20
	facetShown  = 12 // values of a facet before "show all"
)

type searchPage struct {
	Base
	Query    string
	Result   library.Found
	Lines    []resultLine
	States   int
	Chips    []chipLink
	Facets   []facet
	Years    [2]string
	Sorts    []choice
	Pager    Pager
	ClearAll string
	Address  string // the query of the address, for saving
	SaveName string
	Through  string     // concepts that the words name, in the reader's language
	Switch   string     // the same search with the other setting of the switch
	Only     bool       // the switch is off: the words alone
	Others   int        // measures that only such a concept found
	Drops    []chipLink // where nothing was found: the query without one of its filters
	Read     string     // the provision that the words name, answered as the filter would
	AsWords  string     // the same search with the words as words
	Treaty   []treatyHit
	InTreaty int // articles of conventions whose text has the words
}

type resultLine struct {
	measureLine
	Hit        search.Hit
	Reason     string // by which concept it was found, where the words did not
	Provisions []convention.ID
	In         string // where the words stand in a translation: its language and authority, in words
	Href       string // of the place of the words
}

type chipLink struct{ Label, Href string }

type facet struct {
	Name, Label string
	Open        bool
	Values      []facetValue
	More        []facetValue
}

type facetValue struct {
	Value, Label string
	N            int
	On           bool
}

// searchQuery reads the query of an address.
func searchQuery(u url.Values) search.Query { return library.ParseQuery(u, searchLimit) }

// searchable refuses years that are none: a filter that a reader set and that is left out
// unsaid would show what was not asked for. Invalid: with fields.
func searchable(u url.Values) error {
	var bad fault.List
	for _, name := range []string{"year_from", "year_to"} {
		if s := strings.TrimSpace(u.Get(name)); s != "" {
			if n, err := strconv.Atoi(s); err != nil || n < 1 || n > 9999 {
				bad.Add(name, "fault.out_of_bounds", fault.Args{"min": "1", "max": "9999"})
			}
		}
	}
	return bad.Err()
}

// searchPage finds measures by words and facets.
func (v *visit) searchPage() error { return v.searchWith(v.r.URL.Query(), nil) }

// searchWith shows what the query of an address finds; with adds to the page and may be nil.
func (v *visit) searchWith(u url.Values, with func(*searchPage)) error {
	if err := searchable(u); err != nil {
		return err
	}
	q := searchQuery(u)
	p := searchPage{Base: v.base("search", v.p.T("search.title", nil)), Query: q.Words, Only: q.WordsOnly, Address: u.Encode(), SaveName: q.Words}
	if with != nil {
		with(&p)
	}
	// Who types "Article 16" and nothing else wants what stands on it, as by choosing the provision.
	if id, ok := v.site.Conventions.Asks(q.Words); ok && len(q.Filter["provision"]) == 0 && u.Get("as") != "words" {
		q.Words, q.Filter["provision"] = "", []string{string(id)}
		w := maps.Clone(u)
		w.Set("as", "words")
		w.Del("offset")
		p.Read, p.AsWords = string(id), v.href("/search")+"?"+w.Encode()
	}
	if q.Words != "" {
		p.Title = q.Words + " · " + p.Title
	}
	if v.downloads() {
		q.Limit, q.Offset, q.Facets = 1, 0, nil
	}
	found, err := v.site.Finder.Search(v.r.Context(), q)
	if bad := v.fieldErrors(err); bad != nil {
		p.Errors = append(p.Errors, bad...)
		return v.showStatus(422, "search", p)
	}
	if err != nil {
		return err
	}
	if v.downloads() {
		t, row := v.tables().Found(found.Total)
		return v.table(t, table.Pages(func(limit, offset int) ([]library.FoundLine, error) {
			q.Limit, q.Offset = limit, offset
			found, err := v.site.Finder.Search(v.r.Context(), q)
			return found.Lines, err
		}, row))
	}
	feed := v.href("/search/feed")
	if s := v.r.URL.Query().Encode(); s != "" {
		feed += "?" + s
	}
	p.Alternates = []Alternate{{"application/atom+xml", feed}}
	p.Result = found
	for _, l := range found.Lines {
		m := v.measureLine(l.Measure)
		line := resultLine{measureLine: m, Hit: l.Hit, Reason: v.reason(l.Also), Provisions: l.Provisions, Href: v.href("/measures/%s/sections/%s", m.ID, l.EID)}
		if l.Translation {
			if err := v.inTranslation(&line); err != nil {
				return err
			}
		}
		p.Lines = append(p.Lines, line)
	}
	p.States = len(found.Facets["country"])
	if q.Words != "" && q.Offset == 0 {
		if p.Treaty, p.InTreaty, err = v.treatyHits(q.Words, "", 3); err != nil {
			return err
		}
	}
	p.Pager = v.pager(found.Total, q.Limit, q.Offset)
	for _, s := range []search.Sort{search.ByRelevance, search.Newest, search.Oldest, search.ByTitle} {
		p.Sorts = append(p.Sorts, choice{string(s), v.p.T("search.sort."+cmp.Or(string(s), "relevance"), nil), s == q.Sort})
	}
	p.Years = [2]string{u.Get("year_from"), u.Get("year_to")}
	without := func(name, value string) string {
		u := maps.Clone(u)
		u.Del("offset")
		kept := slices.DeleteFunc(slices.Clone(q.Filter[name]), func(x string) bool { return value == "" || x == value })
		u.Del(name)
		for _, x := range kept {
			u.Add(name, x)
		}
		return v.href("/search") + "?" + u.Encode()
	}
	for _, name := range library.Facets {
		if name == "year" {
			continue
		}
		f := facet{Name: name, Label: v.p.T("search.facet."+name, nil), Open: name == "provision" || name == "country" || name == "type"}
		on := q.Filter[name]
		for _, value := range on {
			p.Chips = append(p.Chips, chipLink{v.facetLabel(name, value), without(name, value)})
		}
		var values []facetValue
		for _, c := range found.Facets[name] {
			if name == "provision" && !v.articleLevel(c.Value) && !slices.Contains(on, c.Value) {
				continue
			}
			values = append(values, facetValue{c.Value, v.facetLabel(name, c.Value), c.N, slices.Contains(on, c.Value)})
		}
		for _, x := range on { // a ticked value stays to be unticked, whatever its count
			if !slices.ContainsFunc(values, func(y facetValue) bool { return y.Value == x }) {
				values = append(values, facetValue{x, v.facetLabel(name, x), 0, true})
			}
		}
		f.Values = values
		if len(values) > facetShown {
			f.Values, f.More = values[:facetShown], values[facetShown:]
			locale.Sort(v.p, f.More, func(x facetValue) string { return x.Label })
			f.Open = f.Open || slices.ContainsFunc(f.More, func(x facetValue) bool { return x.On })
		}
		f.Open = f.Open || len(on) > 0
		if len(values) > 0 {
			p.Facets = append(p.Facets, f)
		}
	}
	for _, name := range []string{"year_from", "year_to"} {
		if y := u.Get(name); y != "" {
			p.Chips = append(p.Chips, chipLink{v.p.T("search."+name, nil) + " " + y, without(name, "")})
		}
	}
	if len(found.Concepts) > 0 {
		var names []string
		for _, c := range found.Concepts {
			names = append(names, c.Name(v.lang))
		}
		p.Through, p.Others = strings.Join(names, " · "), found.Total-found.ByWords
		u := maps.Clone(u)
		u.Del("offset")
		u.Del("across")
		if !q.WordsOnly {
			u.Set("across", "0")
		}
		p.Switch = v.href("/search") + "?" + u.Encode()
	}
	if !q.ChangedAfter.IsZero() {
		p.Chips = append(p.Chips, chipLink{v.p.T("search.since", fault.Args{"time": v.p.Moment(q.ChangedAfter)}), without("since", "")})
	}
	p.ClearAll = v.href("/search") + "?" + url.Values{"q": {q.Words}}.Encode()
	if found.Total == 0 {
		p.Drops = p.Chips
	}
	if len(p.Errors) > 0 {
		return v.showStatus(422, "search", p)
	}
	return v.show("search", p)
}

// inTranslation says of a hit in which translation its words stand, and leads there.
func (v *visit) inTranslation(l *resultLine) error {
	l.Href = v.href("/measures/%s/translations/%s", l.ID, l.Hit.Lang) + "?" + url.Values{"section": {l.Hit.EID}}.Encode()
	status := ""
	ts, err := v.site.Library.Store.Translations(v.r.Context(), identity.Sight{}, l.ID)
	if err != nil {
		return ignoreAbsent(err)
	}
	for _, t := range library.Latest(ts) {
		if t.Lang == l.Hit.Lang {
			status = v.textStatus(t.Status)
		}
	}
	l.In = v.p.T("search.in_translation", fault.Args{"language": v.langName(l.Hit.Lang), "status": status})
	return nil
}

// ignoreAbsent passes on every error but that something is not there, or is no longer public.
func ignoreAbsent(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

func (v *visit) articleLevel(id string) bool {
	p, ok := v.site.Conventions.Get(convention.ID(id))
	return ok && p.Kind == convention.Article
}

// facetLabel says a facet's value in the reader's language.
func (v *visit) facetLabel(name, value string) string {
	switch name {
	case "provision":
		if p, ok := v.site.Conventions.Get(convention.ID(value)); ok {
			if p.ID.Convention() != convention.UNCAC {
				return strings.TrimSpace(v.name(p) + " " + v.words(p.Heading()).S)
			}
			return strings.TrimSpace(p.CitedIn(v.lang) + " " + v.words(p.Heading()).S)
		}
	case "country":
		return v.partyName(value)
	case "region":
		for _, g := range v.site.Parties.Groups() {
			if g.Code == value {
				return g.Name.Pick(v.lang)
			}
		}
	case "type", "status", "source":
		if key := "measure." + name + "." + value; v.site.Locale.Has(key) {
			return v.p.T(key, nil)
		}
	case "theme":
		if t, ok := v.site.Conventions.Theme(value); ok {
			return t.Name.Pick(v.lang)
		}
	case "lang":
		return v.site.Codes.Name("language", value, v.lang)
	}
	return value
}
