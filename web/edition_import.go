package web

import (
	"errors"
	"net/http"

	"merida/exchange/xlsform"
	"merida/fault"
	"merida/identity"
	"merida/questionnaire"
)

// editionImportRoutes take an edition out of a file: looked at first, then added as a draft.
var editionImportRoutes = []route{
	{get, "/editions/import", (*visit).editionImportPage, true, false},
	{post, "/editions/import", (*visit).lookAtEdition, true, false},
	{post, "/editions/import/add", (*visit).addImportedEdition, true, false},
}

type editionImportPage struct {
	Base
	Problem string // why a file was not read
	Looked  bool
	Token   string // under which the file is held; empty where it cannot be added
	C       questionnaire.Content
	Name    Words // of the edition
	ID      questionnaire.EditionID
	Count   int
	Update  bool   // a draft of this id is here and gets other words
	Against string // id of an edition
	Counts  []fateCount
	Bad     []formLine
	Left    []formLine
}

// formLine is a line of a file that is at fault or left out.
type formLine struct {
	Place, Name, Text string
}

func (v *visit) editionImport() (p editionImportPage, err error) {
	if err := v.actor.Must(identity.PrepareEdition, identity.Scope{}); err != nil {
		return p, err
	}
	p.Base = v.base("tasks", v.p.T("xlsform.title", nil))
	p.Band = v.ownBand("editions")
	p.Crumbs = []Crumb{{v.p.T("work.editions", nil), v.href("/editions")}}
	return p, nil
}

func (v *visit) editionImportPage() error {
	p, err := v.editionImport()
	if err != nil {
		return err
	}
	return v.show("edition/import", p)
}

// openEdition reads an edition out of a file; a form without a follow-up block gets that of the shipped checklist.
func (v *visit) openEdition(b []byte) (c questionnaire.Content, left, bad []xlsform.Line, err error) {
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return c, nil, nil, err
	}
	return xlsform.Open(b, shipped[0].Block, v.site.Conventions.Known)
}

// lookAtEdition shows what a file holds, and what is wrong with it, before anything is stored.
func (v *visit) lookAtEdition() error {
	p, err := v.editionImport()
	if err != nil {
		return err
	}
	b, err := v.upload("file", xlsform.MaxBytes)
	var left, bad []xlsform.Line
	if err == nil {
		p.C, left, bad, err = v.openEdition(b)
	}
	if kind := fault.KindOf(err); err != nil && (kind == fault.Invalid || kind == fault.TooLarge) && !v.wantsJSON() {
		p.Problem = v.importProblem(err)
		return v.showStatus(status(kind), "edition/import", p)
	}
	if err != nil {
		return err
	}
	p.Looked, p.Name, p.ID, p.Count = true, v.words(p.C.Titles), p.C.ID(), len(p.C.All())
	p.Bad, p.Left = v.formLines(bad), v.formLines(left)
	if err := v.againstBefore(&p); err != nil {
		return err
	}
	if len(p.Bad) == 0 && p.Problem == "" {
		s := &staged{account: v.actor.Account, b: b, format: "edition"}
		if err := v.site.staging.put(s, v.site.Now()); err != nil {
			return err
		}
		p.Token = s.Token
	}
	return v.show("edition/import", p)
}

// againstBefore compares the edition with the one before, and says where it cannot be added.
func (v *visit) againstBefore(p *editionImportPage) error {
	all, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	if err != nil {
		return err
	}
	for i, e := range all {
		if e.Content.Questionnaire != p.C.Questionnaire || e.Content.Edition > p.C.Edition {
			continue
		}
		if e.ID == p.C.ID() {
			p.Update = e.State == questionnaire.Draft
			switch {
			case e.Content.Hash() == p.C.Hash():
				p.Problem = v.p.T("xlsform.same", fault.Args{"edition": string(e.ID)})
			case !p.Update:
				p.Problem = v.p.T("questionnaire.error.exists", nil)
			}
		}
		p.Against, p.Counts = string(e.ID), nil
		n := map[questionnaire.Fate]int{}
		for _, c := range questionnaire.Compare(&all[i].Content, &p.C) {
			n[c.Fate]++
		}
		for _, f := range questionnaire.Fates {
			p.Counts = append(p.Counts, fateCount{f, v.p.T("editions.fate."+string(f), nil), n[f]})
		}
	}
	return nil
}

func (v *visit) formLines(lines []xlsform.Line) (out []formLine) {
	for _, l := range lines {
		x := formLine{Name: l.Name, Text: v.p.T(l.Key, l.Args)}
		if l.Row > 0 {
			x.Place = v.p.T("xlsform.row", fault.Args{"sheet": l.Sheet, "row": itoa(l.Row)})
		}
		out = append(out, x)
	}
	return out
}

// importProblem says a fault as a sentence: that of its first field, where it has one.
func (v *visit) importProblem(err error) string {
	if fields := v.fieldErrors(err); len(fields) > 0 {
		return fields[0].Text
	}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return v.message(f)
	}
	return ""
}

// addImportedEdition adds what was looked at as a draft, or gives the draft of that id these words.
func (v *visit) addImportedEdition() error {
	p, err := v.editionImport()
	if err != nil {
		return err
	}
	s := v.site.staging.get(v.form("token"), v.actor.Account, v.site.Now())
	if s == nil || s.format != "edition" {
		p.Problem = v.p.T("xlsform.gone", nil)
		return v.showStatus(http.StatusConflict, "edition/import", p)
	}
	c, _, bad, err := v.openEdition(s.b)
	if err != nil || len(bad) > 0 {
		return fault.Wrap(fault.Invalid, "xlsform.gone", err)
	}
	_, err = v.site.Questionnaires.Store.Edition(v.r.Context(), c.ID())
	switch {
	case fault.Is(err, fault.NotFound):
		_, err = v.site.Questionnaires.Add(v.r.Context(), v.act(), c)
	case err == nil:
		_, err = v.site.Questionnaires.Revise(v.r.Context(), v.act(), c)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/editions/%s", c.ID()), "edition_added", 0)
}
