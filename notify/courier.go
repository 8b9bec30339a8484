package notify

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"unicode"

	"merida/assessment"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
	"merida/locale"
	"merida/mail"
	"merida/party"
)

// Courier writes and sends letters. All fields but Sender are needed.
type Courier struct {
	Store    mail.Store
	Accounts *identity.Service
	Rounds   assessment.Store
	Parties  *directory.Parties
	Follow   *follow.Service
	Contacts *directory.Register
	// Conventions name the provisions of what a letter tells.
	Conventions *convention.Catalogue
	Locale      *locale.Catalogue
	Sender      mail.Sender // nil: letters wait, or are kept where Keep says so
	From        string      // address of the sender
	BaseURL     string      // without a slash at the end
	// Keep has letters written into the mailbox with their words. Only a demonstration
	// may: a letter can carry a link with which its reader signs in.
	Keep bool
	Now  clock.Func
	Log  *slog.Logger
}

// batch is how many letters one round of deliveries takes.
const batch = 50

// Deliver sends what waits and tells how many letters went out. The failure of one letter stops no other.
func (c *Courier) Deliver(ctx context.Context) (sent int, err error) {
	if c.Sender == nil && !c.Keep {
		return 0, nil // they wait until a mail server is set
	}
	waiting, err := c.Store.Waiting(ctx, c.Now(), batch)
	if err != nil {
		return 0, err
	}
	for _, m := range waiting {
		if ctx.Err() != nil {
			return sent, nil
		}
		until := mail.Claim(c.Now())
		ok, err := c.Store.Claim(ctx, m, until)
		if err != nil {
			return sent, err
		}
		if !ok {
			continue // another process has it
		}
		m.NextAt = until
		if c.one(ctx, &m) {
			sent++
		}
		if err := c.Store.Mark(ctx, m); err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// errNobody is why a letter is not written: nobody is there to read it.
var errNobody = errors.New("the account is closed or has no address")

// one writes and sends one letter and notes in m what became of it.
func (c *Courier) one(ctx context.Context, m *mail.Message) bool {
	now := c.Now()
	m.Tries++
	if now.Sub(m.At) > mail.Stale && c.Sender != nil {
		m.GivenUp, m.Failed = true, "stale"
		return false
	}
	l, err := c.Compose(ctx, *m)
	if errors.Is(err, errNothing) {
		m.GivenUp, m.Failed = true, "withdrawn"
		return false
	}
	if errors.Is(err, errNobody) || fault.Is(err, fault.Invalid) || fault.Is(err, fault.NotFound) {
		m.GivenUp, m.Failed = true, "unaddressed"
		c.Log.Warn("a letter was not written", "message", m.ID, "kind", string(m.Kind), "error", err)
		return false
	}
	if err == nil && c.Sender != nil {
		err = c.Sender.Send(ctx, l)
	}
	if err != nil {
		m.Failed, m.NextAt = "undelivered", mail.Again(now, m.Tries)
		m.GivenUp = m.Tries >= mail.MaxTries || fault.Is(err, fault.Invalid)
		c.Log.Warn("a letter was not sent", "message", m.ID, "kind", string(m.Kind), "try", m.Tries, "error", err)
		return false
	}
	m.SentAt, m.Failed = now, ""
	if c.Keep {
		m.To, m.Subject, m.Body = l.To, l.Subject, l.Body
	}
	return true
}

// Compose writes the letter of a message in its reader's language.
// Invalid: something in it would begin a header of its own. An error that is no fault: nobody reads it.
func (c *Courier) Compose(ctx context.Context, m mail.Message) (l mail.Letter, err error) {
	if m.Contact != "" {
		return c.still(ctx, m)
	}
	a, err := c.Accounts.Store.Account(ctx, m.Account)
	if err != nil {
		return l, err
	}
	if a.Disabled || a.Email == "" {
		return l, errNobody
	}
	tag := a.Lang
	if !lang.IsOfficial(tag) {
		tag = "en"
	}
	p := c.Locale.Printer(tag)
	args := fault.Args{"name": a.Name, "party": c.partyName(m.Party, tag), "round": "", "date": p.Partial(m.Args["date"]), "step": "", "case_state": "", "n": 0}
	if id := m.Args["round"]; id != "" {
		rounds, err := c.Rounds.Rounds(ctx)
		if err != nil {
			return l, err
		}
		for _, r := range rounds {
			if string(r.ID) == id {
				args["round"] = r.Titles.Pick(tag)
			}
		}
	}
	if m.Party == "" && m.Args["organisation"] != "" {
		args["party"] = m.Args["organisation"]
	}
	if s := m.Args["step"]; s != "" {
		args["step"] = p.T("round.step."+s, nil)
	}
	if s := m.Args["case_state"]; s != "" {
		args["case_state"] = p.T("request.state."+s, nil)
	}
	if n := m.Args["n"]; n != "" {
		var x int
		if _, err := fmt.Sscan(n, &x); err == nil {
			args["n"] = x
		}
	}
	link := c.BaseURL + "/" + string(tag) + m.Args["path"]
	hint := p.T("mail.sign_in_hint", nil)
	if m.Kind == mail.Invited || m.Kind == mail.SignIn {
		secret, err := c.Accounts.NewLink(ctx, identity.OperatorActor(), a, identity.LinkLife, false)
		if err != nil {
			return l, err
		}
		link = c.BaseURL + "/" + string(tag) + "/sign-in/" + secret
		if to := m.Args["path"]; to != "" {
			link += "?to=" + url.QueryEscape("/"+string(tag)+to)
		}
		hint = p.T("mail.link_hint", fault.Args{"n": int(identity.LinkLife.Hours() / 24)})
	}
	if m.Kind == mail.Digest {
		return c.digest(ctx, m, a, p, args)
	}
	words := []string{p.T("mail.greeting", args), p.T("mail."+string(m.Kind)+".body", args), link, hint, p.T("mail.footer", nil)}
	return mail.Letter{ID: m.ID, From: c.From, To: a.Email, ToName: plain(a.Name), Subject: plain(p.T("mail."+string(m.Kind)+".subject", args)),
		Body: strings.Join(words, "\n\n") + "\n", Lang: tag, At: c.Now()}, nil
}

// plain keeps a name that was typed with line breaks, before this was refused, from spoiling a header.
func plain(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }), " ")
	if r := []rune(s); len(r) > mail.MaxSubject {
		s = string(r[:mail.MaxSubject-1]) + "…"
	}
	return s
}

func (c *Courier) partyName(id party.ID, tag lang.Tag) string {
	if p, ok := c.Parties.Lookup(string(id)); ok {
		return p.Name(tag)
	}
	return string(id)
}
