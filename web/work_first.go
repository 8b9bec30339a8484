package web

import (
	"merida/assessment"
	"merida/assistance"
	"merida/fault"
	"merida/identity"
	"merida/questionnaire"
)

// firstSteps names the next step of a role for whom nothing waits, each with the page where it
// is done. A new house has no rounds and no people; its first page must say how to begin.
func (v *visit) firstSteps(p *tasksPage) error {
	step := func(path, key string, args fault.Args) {
		n := taskNote{Text: v.p.T(key, args)}
		if path != "" {
			n.Href = v.href("%s", path)
		}
		p.Steps = append(p.Steps, n)
	}
	any := identity.Scope{}
	switch {
	case v.actor.May(identity.OpenRound, any):
		return v.officerSteps(p, step)
	case v.actor.May(identity.CreateAccount, any):
		return v.administratorSteps(step)
	case v.actor.Role == identity.Reviewer && len(p.Rounds) == 0:
		step("", "start.reviewer", nil)
	}
	return nil
}

// officerSteps leads from the first edition to the first round.
func (v *visit) officerSteps(p *tasksPage, step func(path, key string, args fault.Args)) error {
	es, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	if err != nil {
		return err
	}
	used := map[string]bool{}
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return err
	}
	for _, r := range rounds {
		used[r.Edition] = true
	}
	if len(es) == 0 {
		step("/editions", "start.edition", nil)
	}
	for _, e := range es {
		args := fault.Args{"title": e.Content.Titles.Pick(v.lang)}
		switch {
		case e.State == questionnaire.Draft:
			step("/editions/"+string(e.ID), "start.table", args)
		case e.State == questionnaire.Tabled:
			step("/editions/"+string(e.ID), "start.approval", args)
		case e.State == questionnaire.Approved && !used[string(e.ID)]:
			step("/rounds/new", "start.round", args)
		}
	}
	return nil
}

// administratorSteps lead to the people without whom nothing begins.
func (v *visit) administratorSteps(step func(path, key string, args fault.Args)) error {
	accounts, err := v.site.Identity.Store.Accounts(v.r.Context(), identity.AccountFilter{})
	if err != nil {
		return err
	}
	have := map[identity.Role]bool{}
	for _, a := range accounts {
		have[a.Role] = have[a.Role] || !a.Disabled
	}
	if !have[identity.Officer] {
		step("/accounts", "start.officer", nil)
	}
	if !have[identity.FocalPoint] {
		step("/accounts", "start.focal_point", nil)
	}
	if !have[identity.Approver] {
		step("/accounts", "start.approver", nil)
	}
	return nil
}

// assignStep asks the focal point to give out questions while most of a new round has no one.
func (v *visit) assignStep(p *tasksPage, s *workSheet) {
	scope := identity.Scope{Party: s.Assessment.Party}
	if s.Assessment.State != assessment.Draft || !v.actor.May(identity.AssignAnswer, scope) {
		return
	}
	n := 0
	for _, a := range s.Answers {
		if a.Assignee == "" && a.State == assessment.Empty {
			n++
		}
	}
	if n > 0 {
		p.Steps = append(p.Steps, taskNote{Href: v.href("/assessments/%s/people", s.Assessment.ID), Text: v.p.T("start.assign", fault.Args{"n": n, "title": s.Round.Titles.Pick(v.lang)})})
	}
}

// approvers names the people who can record the approval of an edition, for who prepared it.
func (v *visit) approvers() (out []string, err error) {
	accounts, err := v.site.Identity.Store.Accounts(v.r.Context(), identity.AccountFilter{Role: identity.Administrator})
	for _, a := range accounts {
		if !a.Disabled {
			out = append(out, a.Name)
		}
	}
	return out, err
}

// oneOrganisation is what a public record calls an organisation, else its key. The header of every
// page asks for one name; organisationName reads them all.
func (v *visit) oneOrganisation(key string) string {
	if v.named == nil {
		v.named = map[string]string{}
	}
	if name, have := v.named[key]; have {
		return name
	}
	as, _, err := v.site.Assistance.Store.FindActivities(v.r.Context(), identity.Sight{}, assistance.ActivityFilter{Organisation: key, Limit: 1})
	if err != nil && v.site.Log != nil { // the page is of use without the name
		v.site.Log.Warn("the name of an organisation could not be read", "error", err)
	}
	v.named[key] = v.providerName(key, as)
	return v.named[key]
}
