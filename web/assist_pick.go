package web

import (
	"slices"
	"strings"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/lang"
	"merida/locale"
	"merida/party"
)

// picker is the part of a form in which provisions are named: articles are ticked, paragraphs and points
// are typed as people cite them.
type picker struct {
	Chapters []pickChapter
	Typed    string // citations, as typed or of what is stored
	Ticked   int
}

type pickChapter struct {
	Name     string
	Articles []choice
}

// picker offers the articles of the Convention; those of ids that are articles are ticked, the others cited.
func (v *visit) picker(ids []convention.ID, typed string) (p picker) {
	var cites []string
	for _, id := range ids {
		if x, ok := v.site.Conventions.Get(id); !ok || x.Kind != convention.Article || id.Convention() != convention.UNCAC {
			cites = append(cites, v.pinpoint(id))
		}
	}
	if p.Typed = typed; typed == "" {
		p.Typed = strings.Join(cites, "; ")
	}
	for x := range v.site.Conventions.Walk(convention.UNCAC) {
		switch x.Kind {
		case convention.Chapter:
			p.Chapters = append(p.Chapters, pickChapter{Name: v.name(x) + ". " + v.words(x.Heading()).S})
		case convention.Article:
			if len(p.Chapters) == 0 {
				continue
			}
			c := choice{string(x.ID), x.CitedIn(v.lang) + ". " + v.words(x.Heading()).S, slices.Contains(ids, x.ID)}
			if c.On {
				p.Ticked++
			}
			last := &p.Chapters[len(p.Chapters)-1]
			last.Articles = append(last.Articles, c)
		}
	}
	return p
}

// pinpoint is a provision as the picker reads it back: "9(2)(d)", with the convention before it when it is another.
func (v *visit) pinpoint(id convention.ID) string {
	if x, ok := v.site.Conventions.Get(id); ok && x.Kind != convention.Chapter && id.Convention() == convention.UNCAC {
		return x.Citation
	}
	return string(id)
}

// picked reads the provisions of a form. Each citation that means nothing is a fault of the field.
func (v *visit) picked(bad *fault.List) (ids []convention.ID) {
	for _, s := range v.r.PostForm["article"] {
		ids = append(ids, convention.ID(s))
	}
	for _, s := range assistance.Listed(v.form("provision")) {
		if id, ok := v.site.Conventions.Parse(s); ok { // "Article 16, paragraph 1" has a comma of its own
			ids = append(ids, id)
			continue
		}
		for _, one := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",\u060c\u3001\uff0c", r) }) {
			if id, ok := v.site.Conventions.Parse(one); ok {
				ids = append(ids, id)
			} else if strings.TrimSpace(one) != "" {
				bad.Add("provision", "need.error.provision", fault.Args{"id": strings.TrimSpace(one)})
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// formChoices are the forms of assistance that can be chosen.
func (v *visit) formChoices(on ...string) (out []choice) {
	forms, _ := v.site.Codes.List("ta-form")
	for _, c := range forms.Active() {
		out = append(out, choice{c.Code, c.Name.Pick(v.lang), slices.Contains(on, c.Code)})
	}
	return out
}

// codes are the codes of a list by name.
func (v *visit) codes(list codelist.ID, on string) (out []choice) {
	l, _ := v.site.Codes.List(list)
	for _, c := range l.Active() {
		out = append(out, choice{c.Code, c.Name.Pick(v.lang), c.Code == on})
	}
	locale.Sort(v.p, out, func(c choice) string { return c.Name })
	return out
}

// languageChoices are the official languages, then the others by name.
func (v *visit) languageChoices(on lang.Tag) (out []choice) {
	for _, t := range lang.Official {
		out = append(out, choice{string(t), v.langName(t), t == on})
	}
	for _, c := range v.codes("language", string(on)) {
		if !lang.IsOfficial(lang.Tag(c.Code)) {
			out = append(out, c)
		}
	}
	return out
}

// stateChoices are States and areas by name: all that can receive.
func (v *visit) stateChoices(on party.ID) (out []choice) {
	for _, p := range v.site.Parties.All(v.lang) {
		if p.Type != directory.Regional || p.ID == on {
			out = append(out, choice{string(p.ID), p.Name(v.lang), p.ID == on})
		}
	}
	return out
}

// stateNamed finds a State that a person typed: its code, or its name in the language of the page or in English.
func (v *visit) stateNamed(s string) (party.ID, bool) {
	if p, ok := v.site.Parties.Lookup(strings.ToUpper(strings.TrimSpace(s))); ok {
		return p.ID, true
	}
	for _, tag := range []lang.Tag{v.lang, "en"} {
		for _, p := range v.site.Parties.All(tag) {
			if strings.EqualFold(p.Name(tag), strings.TrimSpace(s)) {
				return p.ID, true
			}
		}
	}
	return "", false
}
