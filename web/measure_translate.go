package web

import (
	"errors"
	"net/url"
	"strings"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/lang"
	"merida/library"
	"merida/locale"
)

func init() {
	translationRoutes = append(translationRoutes,
		route{get, "/measures/{id}/translate", (*visit).translateForm, true, false},
		route{post, "/measures/{id}/translate", (*visit).translate, true, false})
}

type translatePage struct {
	Base
	Line     measureLine
	Version  library.Version
	Form     url.Values
	Langs    []languageOption
	Statuses []lang.Status
	Looked   bool // what was typed was read; the counts say how it answers the original
	Sections int  // of the original that have words
	Answered int
	Alone    []string // what the translation has besides
	Warnings []string
}

// MayTranslate reports whether the reader may add a translation to the measure.
func (p measurePage) MayTranslate() bool {
	return p.Line.Version > 0 && library.MayKeep(p.v.actor, p.Line.Measure)
}

// translating reads the measure that the visitor may translate. NotFound: there is none, or the visitor does not keep it.
func (v *visit) translating() (library.Whole, translatePage, error) {
	w, err := v.site.Library.Store.Whole(v.r.Context(), v.actor.Sight(), library.ID(v.vars[0]), 0)
	if err != nil {
		return w, translatePage{}, err
	}
	if !library.MayKeep(v.actor, w.Measure) {
		return w, translatePage{}, fault.Of(fault.NotFound)
	}
	p := translatePage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), Version: w.Version, Statuses: library.TranslationStatuses, Form: url.Values{}}
	p.Title = v.p.T("translation.add", nil) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	if l, ok := v.site.Codes.List("language"); ok {
		for _, c := range l.Active() {
			if tag := lang.Tag(c.Code); tag != w.Measure.Lang {
				p.Langs = append(p.Langs, languageOption{tag, c.Name.Pick(v.lang)})
			}
		}
	}
	locale.Sort(v.p, p.Langs, func(o languageOption) string { return o.Name })
	return w, p, nil
}

func (v *visit) translateForm() error {
	w, p, err := v.translating()
	if err != nil {
		return err
	}
	p.Form.Set("lang", v.query("lang"))
	if p.Form.Get("lang") == "" && w.Measure.Lang != v.lang {
		p.Form.Set("lang", string(v.lang))
	}
	p.Form.Set("status", string(lang.Courtesy))
	return v.show("translate", p)
}

// translate looks at what was typed, or stores it. The text is divided as a law that is taken in, so that each section
// stands beside the one of the original with the same number.
func (v *visit) translate() error {
	w, p, err := v.translating()
	if err != nil {
		return err
	}
	for _, name := range []string{"lang", "status", "title", "maker", "source_url", "text"} {
		p.Form.Set(name, strings.ReplaceAll(v.form(name), "\r\n", "\n"))
	}
	t := library.Translated{Translation: library.Translation{Measure: w.Measure.ID, N: w.Version.N, Lang: lang.Tag(p.Form.Get("lang")), Status: lang.Status(p.Form.Get("status")),
		Title: p.Form.Get("title"), Maker: p.Form.Get("maker"), SourceURL: p.Form.Get("source_url"), Format: "typed"}}
	if text := p.Form.Get("text"); text != "" {
		read := v.site.Reader
		if read == nil {
			read = legaltext.InProcess
		}
		ss, notes, err := read(v.r.Context(), legaltext.Markdown, t.Lang, []byte(text))
		if err != nil {
			return v.translateBad(p, "text", err)
		}
		t.Sections = ss
		for _, n := range notes {
			p.Warnings = append(p.Warnings, v.p.T(n.Key, n.Args))
		}
	}
	if v.form("act") != "store" {
		if _, err := v.site.Library.ForeseeTranslation(v.r.Context(), v.act(), t); err != nil {
			return v.translateBad(p, "", err)
		}
		p.Looked = true
		for _, x := range library.SideBySide(w.Sections, t.Sections) {
			switch {
			case x.Original.EID == "":
				p.Alone = append(p.Alone, sectionName(x.Translation))
			case x.Original.Text != "" || x.Original.Heading != "":
				p.Sections++
				if x.Translation.EID != "" {
					p.Answered++
				}
			}
		}
		return v.show("translate", p)
	}
	if _, err := v.site.Library.Translate(v.r.Context(), v.act(), t); err != nil {
		return v.translateBad(p, "", err)
	}
	return v.see(v.href("/measures/%s/versions/%d/translations/%s", w.Measure.ID, w.Version.N, t.Lang))
}

// translateBad shows the form once more with what is wrong; field is that of an error which names none.
func (v *visit) translateBad(p translatePage, field string, err error) error {
	p.Errors = v.fieldErrors(err)
	if f, ok := errors.AsType[*fault.Error](err); ok && len(p.Errors) == 0 && field != "" {
		p.Errors = []FieldError{{Field: field, Text: v.message(f)}}
	}
	if len(p.Errors) == 0 {
		return err
	}
	return v.showStatus(422, "translate", p)
}
