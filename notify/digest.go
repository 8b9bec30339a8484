package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/mail"
	"merida/mechanism"
	"merida/party"
)

// errNothing is why a letter of changes is not written: all that it told is gone, or no longer its reader's to know.
var errNothing = errors.New("nothing is left to tell")

// digest writes the letter of what changed of what its reader follows, as it stands now.
func (c *Courier) digest(ctx context.Context, m mail.Message, a identity.Account, p *locale.Printer, args fault.Args) (l mail.Letter, err error) {
	told, d, err := c.Follow.Read(ctx, a.ID, m.Args["digest"])
	if err != nil {
		return l, err
	}
	n := 0
	var body strings.Builder
	for _, t := range told {
		name, err := c.subject(ctx, a, t.Subscription, p)
		if err != nil {
			return l, err
		}
		fmt.Fprintf(&body, "%s\n", name)
		for _, x := range t.Changes {
			n++
			fmt.Fprintf(&body, "- %s\n  %s/%s%s\n", c.change(x, p), c.BaseURL, p.Lang, x.Path())
		}
		body.WriteString("\n")
	}
	if n == 0 {
		return l, errNothing
	}
	args["n"] = n
	words := []string{p.T("mail.greeting", args), p.T("mail.digest.body", args), strings.TrimRight(body.String(), "\n")}
	page := func(path string) string { return c.BaseURL + "/" + string(p.Lang) + path }
	if more := d.Total - len(d.Lines); more > 0 {
		words = append(words, p.T("mail.digest.more", fault.Args{"n": more})+"\n"+page(m.Args["path"]))
	}
	secret, err := c.Follow.StopLink(ctx, a.ID)
	if err != nil {
		return l, err
	}
	stop := page("/stop/" + secret)
	words = append(words, p.T("mail.digest.manage", nil)+"\n"+page("/subscriptions"), p.T("mail.digest.stop", nil)+"\n"+stop, p.T("mail.footer", nil))
	return mail.Letter{ID: m.ID, From: c.From, To: a.Email, ToName: plain(a.Name), Subject: plain(p.T("mail.digest.subject", args)), Unsubscribe: stop,
		Body: strings.Join(words, "\n\n") + "\n", Lang: p.Lang, At: c.Now()}, nil
}

// subject names what a subscription is about, as its reader may know it now.
func (c *Courier) subject(ctx context.Context, a identity.Account, s follow.Subscription, p *locale.Printer) (string, error) {
	switch s.Kind {
	case follow.State:
		return c.partyName(party.ID(s.Value), p.Lang), nil
	case follow.Provision:
		return c.provision(convention.ID(s.Value), p), nil
	case follow.Search:
		saved, err := c.Follow.Searches.SavedSearches(ctx, a.ID)
		for _, x := range saved {
			if x.ID == library.SavedID(s.Value) {
				return plain(x.Name), nil
			}
		}
		return p.T("subscription.kind.search", nil), err
	case follow.Mechanism:
		x, err := c.Follow.Mechanisms.Mechanism(ctx, mechanism.ReaderOf(a.Actor()), mechanism.ID(s.Value))
		if fault.Is(err, fault.NotFound) {
			return p.T("subscription.kind.mechanism", nil), nil
		}
		return plain(x.Names.Pick(p.Lang)), err
	}
	if s.Label != "" {
		return plain(s.Label), nil
	}
	return plain(s.Value), nil
}

// provision names a provision with its heading.
func (c *Courier) provision(id convention.ID, p *locale.Printer) string {
	x, ok := c.Conventions.Get(id)
	if !ok {
		return string(id)
	}
	name := p.T("provision.article", fault.Args{"citation": x.CitedIn(p.Lang)})
	if x.Kind == convention.Chapter {
		name = p.T("provision.chapter", fault.Args{"number": x.CitedIn(p.Lang)})
	}
	return strings.TrimSpace(name + " " + x.Heading().Pick(p.Lang))
}

// mostStates is how many States a line of a letter names.
const mostStates = 4

// change says one change in a line.
func (c *Courier) change(x follow.Change, p *locale.Printer) string {
	var states []string
	all := x.Parties
	if x.Party != "" && x.Kind != follow.Statement {
		all = []party.ID{x.Party}
	}
	for _, s := range all[:min(len(all), mostStates)] {
		states = append(states, c.partyName(s, p.Lang))
	}
	title := x.Title.Pick(p.Lang)
	switch x.Kind {
	case follow.Answer:
		title = c.provision(x.Provision, p)
	case follow.Contact:
		title = p.T("contact.role."+x.Word, nil) + " · " + title
	case follow.Statement:
		said := p.T("activity.says."+x.Word, nil)
		if x.Party != "" {
			said = c.partyName(x.Party, p.Lang) + " · " + said
		}
		title = said + " · " + title
	}
	parts := []string{p.T("new.kind."+string(x.Kind), nil) + " (" + p.T("new.event."+string(x.Event), nil) + ")", plain(title)}
	if len(states) > 0 {
		parts = append(parts, strings.Join(states, separator(p.Lang)))
	}
	return strings.Join(parts, " · ")
}

// separator stands between names of a list.
func separator(tag lang.Tag) string {
	switch tag {
	case "ar":
		return "\u060c "
	case "zh":
		return "\u3001"
	}
	return ", "
}
