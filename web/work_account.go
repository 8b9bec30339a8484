package web

import (
	"net/http"
	"net/url"
	"slices"

	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/party"
)

type accountsPage struct {
	Base
	Accounts []identity.Account
	Roles    []identity.Role
	Parties  []*directory.Party
	Langs    []langOption
	Form     url.Values
	Link     string // shown once
	LinkName string
}

func (v *visit) accounts() (p accountsPage, err error) {
	if err := v.actor.Must(identity.CreateAccount, identity.Scope{}); err != nil {
		return p, err
	}
	p = accountsPage{Base: v.base("tasks", v.p.T("work.accounts", nil)), Roles: identity.Roles, Parties: v.site.Parties.StatesParties(v.lang), Langs: langOptions(), Form: v.r.PostForm}
	p.Band = v.ownBand("accounts")
	p.Accounts, err = v.site.Identity.Store.Accounts(v.r.Context(), identity.AccountFilter{})
	return p, err
}

// accountsPage lists the accounts and makes new ones.
func (v *visit) accountsPage() error {
	p, err := v.accounts()
	if err != nil {
		return err
	}
	return v.show("work/accounts", p)
}

func (v *visit) addAccount() error {
	p, err := v.accounts()
	if err != nil {
		return err
	}
	a := identity.Account{Name: v.form("name"), Agency: v.form("agency"), Email: v.form("email"), Lang: v.formLang(), Role: identity.Role(v.form("role")), Organisation: v.form("organisation")}
	if code := v.form("party"); code != "" {
		x, ok := v.site.Parties.Get(party.ID(code))
		if !ok {
			var bad fault.List
			bad.Add("party", "fault.unknown_choice", nil)
			return bad.Err()
		}
		a.Party = x.ID
	}
	a, link, err := v.newAccount(a)
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/accounts", p)
	}
	if err != nil {
		return err
	}
	if p, err = v.accounts(); err != nil {
		return err
	}
	p.Form, p.Link, p.LinkName = nil, link, a.Name
	return v.show("work/accounts", p)
}

func (v *visit) linkAccount() error {
	p, err := v.accounts()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.Accounts, func(a identity.Account) bool { return a.ID == v.vars[0] && !a.Disabled })
	if i < 0 {
		return fault.Of(fault.NotFound)
	}
	if p.Link, err = v.newLink(p.Accounts[i]); err != nil {
		return err
	}
	p.LinkName = p.Accounts[i].Name
	return v.show("work/accounts", p)
}

func (v *visit) disableAccount() error {
	if v.vars[0] == v.actor.Account && v.form("disabled") == "1" {
		return fault.New(fault.Conflict, "work.account.self", nil)
	}
	if err := v.site.Identity.Disable(v.r.Context(), v.act(), v.vars[0], v.form("disabled") == "1"); err != nil {
		return err
	}
	word := "enabled"
	if v.form("disabled") == "1" {
		word = "disabled"
	}
	return v.seeTold(v.href("/accounts"), word, 0)
}
