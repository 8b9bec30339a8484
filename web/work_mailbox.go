package web

import (
	"merida/fault"
	"merida/identity"
	"merida/mail"
)

type mailboxPage struct {
	Base
	Lines   []letterLine
	Pager   Pager
	Total   int
	Mailed  bool
	Waiting bool
}

type letterLine struct {
	mail.Message
	Who   string
	Role  identity.Role
	State string
	Kind  string
	Mark  workMark
	Why   string // why it did not go out
}

const lettersPerPage = 50

// mailboxPage lists the letters that went out or wait. Their words are there in a
// demonstration alone, where nobody else would ever read them.
func (v *visit) mailboxPage() error {
	if v.site.Mail == nil {
		return fault.Of(fault.NotFound)
	}
	if err := v.actor.Must(identity.ReadMailbox, identity.Scope{}); err != nil {
		return err
	}
	ctx := v.r.Context()
	f := mail.Filter{Waiting: v.query("show") == "waiting", Limit: lettersPerPage, Offset: v.number("offset", 0, 0, 1<<30)}
	if v.downloads() {
		f.Limit, f.Offset = 10000, 0
	}
	found, total, err := v.site.Mail.Messages(ctx, f)
	if err != nil {
		return err
	}
	accounts, err := v.site.Identity.Store.Accounts(ctx, identity.AccountFilter{})
	if err != nil {
		return err
	}
	people := make(map[string]identity.Account, len(accounts))
	for _, a := range accounts {
		people[a.ID] = a
	}
	p := mailboxPage{Base: v.base("tasks", v.p.T("mailbox.title", nil)), Total: total, Mailed: v.site.Mailed, Waiting: f.Waiting, Pager: v.pager(total, lettersPerPage, f.Offset)}
	p.Band = v.ownBand("mailbox")
	for _, m := range found {
		l := letterLine{Message: m, Who: people[m.Account].Name, Role: people[m.Account].Role, Kind: v.p.T("mailbox.kind."+string(m.Kind), nil)}
		if m.Contact != "" {
			l.Who = v.p.T("new.kind.contact_point", nil)
		}
		if m.Party != "" {
			l.State = v.partyName(string(m.Party))
		}
		switch {
		case !m.SentAt.IsZero():
			l.Mark = workMark{"check", "ok", v.p.T("mailbox.sent", nil)}
		case m.GivenUp:
			l.Mark = workMark{"warn", "bad", v.p.T("mailbox.given_up", nil)}
		default:
			l.Mark = workMark{"clock", "", v.p.T("mailbox.waiting", nil)}
		}
		if m.Failed != "" {
			l.Why = v.p.T("mailbox.failed."+m.Failed, nil)
		}
		p.Lines = append(p.Lines, l)
	}
	if !v.downloads() {
		return v.show("work/mailbox", p)
	}
	rows := [][]string{{v.p.T("mailbox.noted", nil), v.p.T("mailbox.to", nil), "account", v.p.T("column.state", nil), v.p.T("mailbox.about", nil), "kind", v.p.T("column.status", nil), v.p.T("mailbox.sent", nil), v.p.T("mailbox.tries", nil)}}
	for _, l := range p.Lines {
		rows = append(rows, []string{iso(l.At), l.Who, l.Account, l.State, l.Kind, string(l.Message.Kind), l.Mark.Word, iso(l.SentAt), itoa(l.Tries)})
	}
	return v.csv("mailbox", rows)
}
