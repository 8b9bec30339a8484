package web

import (
	"slices"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

var translationRoutes = []route{
	{get, "/measures/{id}/translations/{lang}", (*visit).translationPage, false, false},
	{get, "/measures/{id}/versions/{n}/translations/{lang}", (*visit).translationPage, false, false},
}

// translationLine is a translation as a list shows it.
type translationLine struct {
	library.Translation
	Name  string // of the language
	Said  string // its authority, in words
	Stale bool
}

func (v *visit) translationLine(m library.Measure, t library.Translation) translationLine {
	return translationLine{t, v.langName(t.Lang), v.p.T("translation.status."+string(t.Status), nil), t.Stale(m)}
}

// translations lists of each language the translation of the newest version that has one.
func (v *visit) translations(m library.Measure) (out []translationLine, err error) {
	ts, err := v.site.Library.Store.Translations(v.r.Context(), v.actor.Sight(), m.ID)
	for _, t := range library.Latest(ts) {
		out = append(out, v.translationLine(m, t))
	}
	return out, err
}

type translationPage struct {
	Base
	Line    measureLine
	Version library.Version
	Newest  bool
	Tr      translationLine
	Pairs   []pairLine
	Pager   Pager
	Others  []translationLine
}

// pairLine is a section with its rendering. Moved: the original reads otherwise in the newest version, or is gone from it.
type pairLine struct {
	library.Pair
	Deep  int // heading level, 2 to 6
	Moved bool
}

// At is the address of a section in the version that is translated.
func (p translationPage) At(eid string) string { return p.v.sectionHref(p.Version, p.Newest, eid) }

// translationPage shows the original and a translation side by side, section by section, in the version that was translated.
func (v *visit) translationPage() error {
	w, n, err := v.whole()
	if err != nil {
		return err
	}
	ctx, sight, tag := v.r.Context(), v.actor.Sight(), lang.Tag(v.vars[len(v.vars)-1])
	others, err := v.translations(w.Measure)
	if err != nil {
		return err
	}
	newest := w.Sections
	if n == 0 {
		i := slices.IndexFunc(others, func(t translationLine) bool { return t.Lang == tag })
		if i < 0 {
			return fault.Of(fault.NotFound)
		}
		n = others[i].N
	}
	t, err := v.site.Library.Store.Translated(ctx, sight, w.Measure.ID, n, tag)
	if err != nil {
		return err
	}
	moved := map[string]bool{}
	if n != w.Version.N || n != w.Measure.Version {
		read := func(n int) (library.Whole, error) { return v.site.Library.Store.Whole(ctx, sight, w.Measure.ID, n) }
		if w.Version.N != n {
			if w, err = read(n); err != nil {
				return err
			}
		} else {
			last, err := read(0)
			if err != nil {
				return err
			}
			newest = last.Sections
		}
		for _, c := range library.Compare(w.Sections, newest) {
			moved[c.Before.EID] = true
		}
	}
	p := translationPage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), Version: w.Version, Newest: n == w.Measure.Version, Tr: v.translationLine(w.Measure, t.Translation)}
	p.Title = v.p.T("translation.title", fault.Args{"language": p.Tr.Name}) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	for _, o := range others {
		if o.Lang != tag {
			p.Others = append(p.Others, o)
		}
	}
	pairs := library.SideBySide(w.Sections, t.Sections)
	offset := v.number("offset", 0, 0, max(0, len(pairs)-1))
	if eid := v.query("section"); eid != "" { // the page on which the section stands
		if i := slices.IndexFunc(pairs, func(x library.Pair) bool { return x.EID() == eid }); i >= 0 {
			offset = i / sectionsPerPage * sectionsPerPage
		}
	}
	p.Pager = v.pager(len(pairs), sectionsPerPage, offset)
	for _, x := range pairs[offset:min(len(pairs), offset+sectionsPerPage)] {
		level := x.Original.Level
		if x.Original.EID == "" {
			level = x.Translation.Level
		}
		p.Pairs = append(p.Pairs, pairLine{x, min(6, max(2, level+1)), x.Original.EID != "" && moved[x.Original.EID]})
	}
	return v.show("translation", p)
}

// inLanguages tells search engines in which languages a text can be read besides its own.
func (v *visit) inLanguages(m library.Measure) (out []map[string]string, err error) {
	ts, err := v.site.Library.Store.Translations(v.r.Context(), identity.Sight{}, m.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	value := map[lang.Status]string{lang.Authentic: "DefinitiveLegalValue", lang.OfficialTr: "OfficialLegalValue", lang.Courtesy: "UnofficialLegalValue", lang.Machine: "UnofficialLegalValue"}
	for _, t := range library.Latest(ts) {
		out = append(out, map[string]string{"@type": "Legislation", "inLanguage": string(t.Lang), "legislationLegalValue": "https://schema.org/" + value[t.Status],
			"url": v.site.BaseURL + v.href("/measures/%s/versions/%d/translations/%s", m.ID, t.N, t.Lang)})
	}
	return out, err
}
