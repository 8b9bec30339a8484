package web

import (
	"net/url"

	"merida/convention"
	"merida/fault"
	"merida/search"
)

type searchHelpPage struct {
	Base
	Query string
	Rows  []helpRow
}

type helpRow struct {
	Examples []helpExample
	Text     string
}

type helpExample struct{ Words, Href, Dir string }

// searchHelp says how to search: each example is a search that can be tried.
func (v *visit) searchHelp() error {
	p := searchHelpPage{Base: v.base("search", v.p.T("search.help.title", nil))}
	for _, row := range []struct {
		key      string
		examples []string
	}{
		{"words", []string{v.p.T("search.help.example", nil)}},
		{"phrase", []string{`"public official"`, `"public official"~3`}},
		{"prefix", []string{"corrup*"}},
		{"fuzzy", []string{"corruptoin~"}},
		{"without", []string{"bribery -foreign", "bribery NOT foreign"}},
		{"boolean", []string{"gift AND (minister OR judge)"}},
		{"field", []string{"title:procurement", "article:12"}},
		{"number", []string{"Law 12/2004", "\u2116 273-\u0424\u0417", "number:12/2004"}},
		{"filter", []string{"country:KE bribery", "lang:fr provision:uncac/art_9", "year:2004-2010 gift"}},
	} {
		r := helpRow{Text: v.p.T("search.help."+row.key, nil)}
		dir := "ltr" // signs of a query stand as they are typed
		if row.key == "words" {
			dir = v.lang.Dir()
		}
		for _, w := range row.examples {
			r.Examples = append(r.Examples, helpExample{w, v.href("/search") + "?" + url.Values{"q": {w}}.Encode(), dir})
		}
		p.Rows = append(p.Rows, r)
	}
	return v.show("search_help", p)
}

const suggestions = 8

// searchSuggest completes what is being typed. A page without script asks for nothing.
func (v *visit) searchSuggest() error {
	found, err := v.site.Finder.Suggest(v.r.Context(), v.query("q"), v.lang, suggestions)
	if err != nil {
		return err
	}
	if found == nil {
		found = []string{}
	}
	return v.json(200, map[string][]string{"suggestions": found})
}

// reason says by which concept a measure was found.
func (v *visit) reason(a *search.Also) string {
	if a == nil {
		return ""
	}
	c, ok := v.site.Finder.Thesaurus.Get(a.Key)
	if !ok {
		return ""
	}
	term := a.Words
	if p, ok := v.site.Conventions.Get(convention.ID(a.Value)); ok && a.Field == "provision" {
		term = p.CitedIn(v.lang)
	}
	return v.p.T("search.through", fault.Args{"concept": c.Name(v.lang), "term": term})
}
