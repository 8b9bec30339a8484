package web

import (
	"net/url"

	"merida/convention"
	"merida/lang"
	"merida/search"
	"merida/treaty"
)

// treatyText is the official text of a provision as a page shows it.
type treatyText struct {
	treaty.Reading
	Said   string // the authority of the text, in words
	Others []textLink
	Other  bool // not in the language of the page
}

type textLink struct{ Name, Href string }

// treatyText reads the official text of a provision in the language that the address wishes, else in the reader's.
// Nil where the operator has loaded none.
func (v *visit) treatyText(id convention.ID) (*treatyText, error) {
	want := v.lang
	if t := v.query("text"); len(t) <= 35 && t != "" {
		want = lang.Tag(t)
	}
	r, ok, err := v.site.Treaties.Read(v.r.Context(), id, want)
	if err != nil || !ok {
		return nil, err
	}
	t := &treatyText{Reading: r, Said: v.textStatus(r.Text.Status), Other: r.Text.Lang.Base() != v.lang}
	for _, tag := range r.Other {
		u := url.Values{"text": {string(tag)}}
		t.Others = append(t.Others, textLink{v.langName(tag), "?" + u.Encode()})
	}
	return t, nil
}

func (v *visit) textStatus(s lang.Status) string {
	if s == lang.Unofficial {
		return v.p.T("text.unofficial", nil)
	}
	return v.p.T("translation.status."+string(s), nil)
}

// treatyHit is an article of a convention in whose text words were found.
type treatyHit struct {
	ID      convention.ID
	Name    string // "Article 16(1)", with the convention's short name where it is not the Convention against Corruption
	Heading Words
	Lang    lang.Tag
	Other   bool
	Snippet []search.Fragment
}

// treatyHits finds words in the official texts; of narrows to one convention and may be empty.
func (v *visit) treatyHits(words string, of convention.ID, limit int) (out []treatyHit, total int, err error) {
	found, err := v.site.TreatyFinder.Search(v.r.Context(), words, of, v.lang, limit)
	if err != nil {
		return nil, 0, err
	}
	for _, h := range found.Hits {
		x, ok := v.site.Conventions.Get(h.Provision)
		if !ok {
			continue
		}
		l := treatyHit{ID: x.ID, Name: v.name(x), Lang: h.Lang, Other: h.Lang.Base() != v.lang, Snippet: h.Snippet}
		if a, ok := v.site.Conventions.Article(x.ID); ok {
			l.Heading = v.words(a.Heading())
		}
		if c, ok := v.site.Conventions.Convention(x.ID); ok && c.ID != convention.UNCAC {
			l.Name = c.Short + ", " + l.Name
		}
		out = append(out, l)
	}
	return out, found.Total, nil
}
