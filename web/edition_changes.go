package web

import (
	"merida/fault"
	"merida/questionnaire"
)

type editionChangesPage struct {
	Base
	E       questionnaire.Edition
	Title   Words
	Others  []questionnaire.Edition
	From    questionnaire.Edition // zero where nothing was chosen
	Counts  []fateCount
	Changes []editionChange // all but what was kept
}

type fateCount struct {
	Fate questionnaire.Fate
	Word string
	N    int
}

type editionChange struct {
	Fate     questionnaire.Fate
	Word     string
	Old, New []questionLine
}

type questionLine struct {
	ID, Name string
	Text     Words
}

func (v *visit) questionLines(qs []questionnaire.Question) (out []questionLine) {
	b := v.base("", "")
	for _, q := range qs {
		out = append(out, questionLine{q.ID, b.ProvisionName(q.Provision), v.words(q.Text)})
	}
	return out
}

// editionChanges sets an edition beside an older one: what was kept, reworded, split, merged, dropped and added.
func (v *visit) editionChanges() error {
	e, err := v.edition()
	if err != nil {
		return err
	}
	p := editionChangesPage{Base: v.base("convention", v.p.T("editions.changes", nil)), E: e, Title: v.words(e.Content.Titles)}
	p.Crumbs = []Crumb{{v.p.T("work.editions", nil), v.href("/editions")}, {p.Title.S, v.href("/editions/%s", e.ID)}}
	read := v.site.Questionnaires.Store.Publics
	if v.keepsEditions() {
		p.Band, p.Nav = v.ownBand("editions"), "tasks"
		read = v.site.Questionnaires.Store.Editions
	}
	all, err := read(v.r.Context())
	if err != nil {
		return err
	}
	from := editionID(v.query("from"))
	for _, x := range all {
		if x.ID == e.ID || x.Content.Convention != e.Content.Convention {
			continue
		}
		p.Others = append(p.Others, x)
		older := x.Content.Questionnaire == e.Content.Questionnaire && x.Content.Edition < e.Content.Edition
		if x.ID == from || from == "" && older { // without a wish, the newest of the older ones
			p.From = x
		}
	}
	if from != "" && p.From.ID != from {
		return fault.Of(fault.NotFound)
	}
	if p.From.ID == "" {
		return v.show("edition/changes", p)
	}
	n := map[questionnaire.Fate]int{}
	var csv [][]string
	for _, c := range questionnaire.Compare(&p.From.Content, &e.Content) {
		n[c.Fate]++
		x := editionChange{c.Fate, v.p.T("editions.fate."+string(c.Fate), nil), v.questionLines(c.Old), v.questionLines(c.New)}
		for i := range max(len(x.Old), len(x.New)) {
			row := []string{x.Word, string(c.Fate), "", "", "", "", "", ""}
			if i < len(x.Old) {
				row[2], row[3], row[4] = x.Old[i].ID, string(c.Old[i].Provision), x.Old[i].Text.S
			}
			if i < len(x.New) {
				row[5], row[6], row[7] = x.New[i].ID, string(c.New[i].Provision), x.New[i].Text.S
			}
			csv = append(csv, row)
		}
		if c.Fate != questionnaire.Kept {
			p.Changes = append(p.Changes, x)
		}
	}
	if v.suffix == "csv" {
		head := []string{v.p.T("column.status", nil), "fate", string(p.From.ID), "old_provision", "old_text", string(e.ID), "provision", "text"}
		return v.csv("changes-"+string(e.ID), append([][]string{head}, csv...))
	}
	for _, f := range questionnaire.Fates {
		p.Counts = append(p.Counts, fateCount{f, v.p.T("editions.fate."+string(f), nil), n[f]})
	}
	return v.show("edition/changes", p)
}
