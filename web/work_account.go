package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/audit"
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
	return v.see(v.href("/accounts"))
}

type auditPage struct {
	Base
	Entries []audit.Entry
	Query   identity.TrailQuery
	Older   string
	Newer   string
	CSV     string
	Whole   bool // the reader sees the record of every party
}

// Detail writes what an entry says besides: names and values in a settled order.
func (p auditPage) Detail(m map[string]string) string { return auditDetail(m) }

func auditDetail(m map[string]string) string {
	names := make([]string, 0, len(m))
	for k := range m {
		names = append(names, k)
	}
	slices.Sort(names)
	for i, k := range names {
		names[i] = k + "=" + m[k]
	}
	return strings.Join(names, " ")
}

// auditPage reads the record of acts, newest first.
func (v *visit) auditPage() error {
	if v.site.Audit == nil {
		return fault.Of(fault.NotFound)
	}
	const limit, most = 100, 10000
	q := identity.TrailQuery{Party: party.ID(strings.ToUpper(v.query("party"))), Kind: v.query("kind"), Object: v.query("object"), Limit: limit, Offset: v.number("offset", 0, 0, 1<<30)}
	if v.suffix == "csv" {
		q.Limit, q.Offset = most, 0
	}
	es, err := v.site.Audit.Entries(v.r.Context(), v.actor, q)
	if err != nil {
		return err
	}
	if v.suffix == "csv" {
		rows := [][]string{{"at", "account", "role", "party", "act", "kind", "object", "detail", "request", "id"}}
		for _, e := range es {
			rows = append(rows, []string{e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Role, string(e.Party), e.Act, e.Kind, e.Object, auditDetail(e.Detail), e.Request, e.ID})
		}
		return v.csv("audit", rows)
	}
	p := auditPage{Base: v.base("tasks", v.p.T("work.audit", nil)), Entries: es, Query: q, Whole: v.actor.May(identity.ReadAudit, identity.Scope{})}
	p.Band = v.ownBand("audit")
	with := func(path string, offset int) string {
		u := url.Values{}
		for _, x := range []struct{ k, v string }{{"party", string(q.Party)}, {"kind", q.Kind}, {"object", q.Object}} {
			if x.v != "" {
				u.Set(x.k, x.v)
			}
		}
		if offset > 0 {
			u.Set("offset", itoa(offset))
		}
		return (&url.URL{Path: v.href("%s", path), RawQuery: u.Encode()}).String()
	}
	p.CSV = with("/audit.csv", 0)
	if len(es) == limit {
		p.Older = with("/audit", q.Offset+limit)
	}
	if q.Offset > 0 {
		p.Newer = with("/audit", max(0, q.Offset-limit))
	}
	return v.show("work/audit", p)
}
