package web

import (
	"merida/assessment"
	"merida/questionnaire"
)

// editionForm is the blank checklist of an edition, for no State yet.
func (v *visit) editionForm() error {
	e, err := v.edition()
	if err != nil {
		return err
	}
	p := v.paper(e)
	p.form(v.query("fill"))
	p.Blank, p.Status = true, v.p.T("print.state.blank", nil)
	p.Back = v.href("/editions/%s", e.ID)
	p.Running = v.href("/editions/%s/running.css", e.ID) + "?fill=blank"
	keep, err := v.editionPart(e, &p)
	if err != nil {
		return err
	}
	for _, q := range e.Content.All() {
		if keep(q) {
			p.ask(paperQuestion{Question: q})
		}
	}
	return v.showDocument("print/checklist", p)
}

// editionPart reads which chapter or article is wanted. NotFound: the edition has no such part.
func (v *visit) editionPart(e questionnaire.Edition, p *paperPage) (func(questionnaire.Question) bool, error) {
	s := &workSheet{Edition: e}
	for _, q := range e.Content.All() {
		s.Answers = append(s.Answers, emptyAnswer(q))
	}
	keep, err := v.paperPart(s, p)
	if err != nil {
		return nil, err
	}
	return func(q questionnaire.Question) bool { return keep(emptyAnswer(q)) }, nil
}

func emptyAnswer(q questionnaire.Question) assessment.Answer {
	return assessment.Answer{Question: q.ID, Provision: q.Provision}
}

// editionRunning is the style sheet with the lines that run on every sheet of an edition's paper.
func (v *visit) editionRunning() error {
	e, err := v.edition()
	if err != nil {
		return err
	}
	status := v.editionStatus(e)
	if v.query("fill") == "blank" {
		status = v.p.T("print.state.blank", nil)
	}
	return v.running(string(e.ID), status)
}
