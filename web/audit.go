package web

import (
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/directory"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/party"
)

type auditPage struct {
	Base
	Entries      []auditLine
	Query        identity.TrailQuery
	Older, Newer string
	Whole        bool // the reader sees the record of every party
	Kinds        []string
	Parties      []*directory.Party
}

// auditLine is an entry with what people call its parts.
type auditLine struct {
	audit.Entry
	Who  string // name of the account, where it still has one
	Said []auditValue
	Href string // of the record, where it has a page that the reader may open
}

// auditKinds are the kinds of record by which the entries can be narrowed.
var auditKinds = []string{"account", "action", "activity", "answer", "assessment", "batch", "contact_point", "edition", "link", "mapping", "measure", "mechanism", "meeting", "need", "proposal", "round"}

// Act says an act in words; one that has none yet is shown by its code.
func (p auditPage) Act(code string) string { return p.worded("audit.act."+code, code) }

// KindName says what kind of record an entry is about.
func (p auditPage) KindName(code string) string { return p.worded("audit.kind."+code, code) }

// RoleName says the role in which somebody acted; the program itself acts in none.
func (p auditPage) RoleName(code string) string { return p.worded("role."+code, code) }

func (p auditPage) worded(key, otherwise string) string {
	if p.v.site.Locale.Has(key) {
		return p.v.p.T(key, nil)
	}
	return otherwise
}

// auditDetail writes what an entry says besides: names and values in a settled order.
func auditDetail(m map[string]string) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, k+"="+m[k])
	}
	return strings.Join(out, " ")
}

// auditValue is one thing that an entry says besides, in words.
type auditValue struct{ Label, Value string }

// auditLabels are the names of details that people read; the table to download holds all of them.
var auditLabels = []string{"state", "version", "role", "step", "was", "due", "parties", "questions", "answers", "proposals", "parts", "status", "provision", "account", "edition", "hash", "snapshot"}

const shortHash = 12 // digits that people compare by eye

// said puts the details of an entry into words.
func (p auditPage) said(e audit.Entry, names map[string]string) (out []auditValue) {
	for _, k := range auditLabels {
		x := e.Detail[k]
		if x == "" {
			continue
		}
		switch k {
		case "state":
			family := map[string]string{"proposal": "contribution.", "edition": "edition.state."}[e.Kind]
			x = p.worded(family+x, x)
		case "role":
			x = p.RoleName(x)
		case "provision":
			x = p.ProvisionName(x)
		case "account":
			if n := names[x]; n != "" {
				x = n
			}
		case "step":
			x = p.worded("round.step."+x, x)
		case "due", "was":
			x = p.P().Partial(x)
		case "hash", "snapshot":
			x = x[:min(len(x), shortHash)]
		}
		out = append(out, auditValue{p.v.p.T("audit.said."+k, nil), x})
	}
	return out
}

// auditPage reads the record of acts, newest first.
func (v *visit) auditPage() error {
	if v.site.Audit == nil {
		return fault.Of(fault.NotFound)
	}
	const limit, most = 100, 10000
	q := identity.TrailQuery{Party: party.ID(strings.ToUpper(v.query("party"))), Kind: v.query("kind"), Object: v.query("object"), Limit: limit, Offset: v.number("offset", 0, 0, 1<<30)}
	if v.downloads() {
		q.Limit, q.Offset = most, 0
	}
	es, err := v.site.Audit.Entries(v.r.Context(), v.actor, q)
	if err != nil {
		return err
	}
	if v.downloads() {
		var cols []table.Column
		for _, k := range []string{"at", "account", "role", "party", "act", "kind", "object", "detail", "request", "id"} {
			cols = append(cols, table.Column{Key: k, Width: 24})
		}
		return v.table(v.tables().Plain("audit", v.p.T("work.audit", nil), cols...), table.Rows(es, func(e audit.Entry) table.Row {
			return table.Row{e.At.UTC().Format(time.RFC3339Nano), e.Actor, e.Role, e.Party, e.Act, e.Kind, e.Object, auditDetail(e.Detail), e.Request, e.ID}
		}))
	}
	p := auditPage{Base: v.base("tasks", v.p.T("work.audit", nil)), Query: q, Whole: v.actor.May(identity.ReadAudit, identity.Scope{}), Kinds: auditKinds}
	p.Band = v.ownBand("audit")
	if p.Whole {
		p.Parties = v.site.Parties.All(v.lang)
	}
	names, err := v.auditNames(p.Whole)
	if err != nil {
		return err
	}
	for _, e := range es {
		p.Entries = append(p.Entries, auditLine{e, names[e.Actor], p.said(e, names), v.auditHref(e)})
	}
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
	if len(es) == limit {
		p.Older = with("/audit", q.Offset+limit)
	}
	if q.Offset > 0 {
		p.Newer = with("/audit", max(0, q.Offset-limit))
	}
	return v.show("work/audit", p)
}

// auditNames are the names behind the accounts of the entries: of everybody for who
// reads the whole record, of the party's own people for others.
func (v *visit) auditNames(whole bool) (map[string]string, error) {
	f := identity.AccountFilter{Party: v.actor.Party}
	if whole {
		f = identity.AccountFilter{}
	}
	accounts, err := v.site.Identity.Store.Accounts(v.r.Context(), f)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(accounts))
	for _, a := range accounts {
		out[a.ID] = a.Name
	}
	return out, nil
}

// auditHref is the page of what an entry is about, for the party's own people: they see their records in any state.
func (v *visit) auditHref(e audit.Entry) string {
	if v.actor.Party == "" || v.actor.Party != e.Party {
		return ""
	}
	switch e.Kind {
	case "answer":
		return v.href("/questions/%s", e.Object)
	case "assessment", "measure", "need":
		return v.href("/%ss/%s", e.Kind, e.Object)
	}
	return ""
}
