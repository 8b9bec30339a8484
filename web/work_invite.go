package web

import (
	"net/http"
	"slices"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/mail"
)

// inviteByMail invites an agency's person by address: the account, the letter with the
// link, and the questions. Who has an account in that role already is given the
// questions and another link; the address stays bound to the account.
func (v *visit) inviteByMail(p peoplePage) error {
	ctx, s := v.r.Context(), p.Sheet
	var bad fault.List
	var what assessment.Selection
	if len(v.r.PostForm["question"])+len(v.r.PostForm["provision"]) > 0 && !(len(v.r.PostForm["question"]) == 0 && v.form("provision") == "") {
		what = v.selection(s, &bad)
	}
	note := mail.Note{Kind: mail.Invited, Party: s.Assessment.Party, Args: map[string]string{"round": string(s.Round.ID), "path": "/tasks"}}
	err := bad.Err()
	var a identity.Account
	if err == nil {
		a, err = v.site.Identity.Invite(ctx, v.act(), identity.Account{Name: v.form("name"), Agency: v.form("agency"), Email: v.form("email"), Lang: v.formLang(), Role: identity.Contributor, Party: s.Assessment.Party}, note)
	}
	if err == nil && len(what.Answers) > 0 {
		act := v.actor // the key of the form belongs to the account; assigning twice does no harm
		err = v.site.Assessments.AssignMany(ctx, act, s.Assessment.ID, what, a.ID, a.Agency, v.form("due"))
	}
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/people", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/assessments/%s/people", s.Assessment.ID), "invited", 0)
}

// Agencies are the agencies of the people who can be given questions, each once, with their people.
func (p peoplePage) Agencies() (out []agencyPeople) {
	for _, a := range p.People {
		if a.Disabled {
			continue
		}
		i := slices.IndexFunc(out, func(x agencyPeople) bool { return x.Name == a.Agency })
		if i < 0 {
			out, i = append(out, agencyPeople{Name: a.Agency}), len(out)
		}
		out[i].People = append(out[i].People, a)
	}
	return out
}

type agencyPeople struct {
	Name   string
	People []identity.Account
}
