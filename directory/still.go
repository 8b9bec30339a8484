package directory

import (
	"context"
	"slices"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/mail"
	"merida/publication"
)

// Asked is how far the yearly question of a contact point is: whether it is still right. Dates, "2026-01-31", empty
// where it has not come so far. To the public only UnconfirmedOn is told.
type Asked struct {
	AskedOn       string
	RemindedOn    string
	UnconfirmedOn string // nobody answered, or the contact said that it is no longer theirs
	LeftOn        string // the contact said so, and a successor is to be named
}

// Days between the question, the question put again, and the mark that nobody confirmed it.
const (
	askAgainAfter = 30
	giveUpAfter   = 30
)

// linkLife is how long the link of such a letter answers for its contact point.
const linkLife = 120 * 24 * time.Hour

// next is what a day brings for a contact point whose last confirmation is a year old: the new state and the letter.
// ok is false where the day brings nothing.
func (c ContactPoint) next(today string) (a Asked, kind mail.Kind, ok bool) {
	a = c.Asked
	passed := func(from string, days int) bool {
		t, err := time.Parse(time.DateOnly, from)
		return err == nil && t.AddDate(0, 0, days).Format(time.DateOnly) <= today
	}
	switch {
	case a.LeftOn != "" || a.UnconfirmedOn != "":
		return a, "", false
	case a.AskedOn == "":
		a.AskedOn = today
		return a, mail.StillYou, true
	case a.RemindedOn == "" && passed(a.AskedOn, askAgainAfter):
		a.RemindedOn = today
		return a, mail.StillYouAgain, true
	case a.RemindedOn != "" && passed(a.RemindedOn, giveUpAfter):
		a.UnconfirmedOn = today
		return a, mail.Unconfirmed, true
	}
	return a, "", false
}

// keepers addresses a letter to those who keep a contact point: its State's people, or the secretariat for a provider's desk.
func (c ContactPoint) keepers(kind mail.Kind, today string) mail.Note {
	n := mail.Note{Kind: kind, Party: c.Party, Ref: string(kind) + ":" + string(c.ID) + ":" + today, Args: map[string]string{"path": "/contact-points/" + string(c.ID), "organisation": c.Organisation}}
	if c.Party == "" {
		n.Officers = true
	} else {
		n.Roles = []string{string(identity.ContactPoint), string(identity.FocalPoint), string(identity.Approver)}
	}
	return n
}

// Ask puts the yearly question to every contact point that was last confirmed a year ago: once, once more after thirty
// days, and after thirty more it is marked unconfirmed and its keepers are told. It may be called as often as one
// likes. It tells how many contact points came a step further.
// Denied: the actor is not the program itself.
func (r *Register) Ask(ctx context.Context, actor identity.Actor) (n int, err error) {
	if err := actor.Must(identity.SendDigests, identity.Scope{}); err != nil {
		return 0, err
	}
	now := r.Now()
	today := now.UTC().Format(time.DateOnly)
	all, err := r.Store.Contacts(ctx, identity.Sight{Floor: publication.Own}, ContactFilter{})
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		if !c.Due(now) {
			continue
		}
		a, kind, ok := c.next(today)
		if !ok {
			continue
		}
		t := actor.Trace(now, identity.SendDigests, c.Party, "contact_point", string(c.ID), map[string]string{"question": string(kind)})
		if kind == mail.Unconfirmed || c.Email == "" {
			t.Mail = []mail.Note{c.keepers(kind, today)}
			if kind != mail.Unconfirmed { // there is no address to ask
				t.Mail[0].Kind = mail.ContactDue
			}
		} else {
			t.Mail = []mail.Note{{Kind: kind, Contact: string(c.ID), Party: c.Party, Ref: string(kind) + ":" + string(c.ID) + ":" + today}}
		}
		err := r.Store.AskContact(ctx, c, a, t)
		if fault.Is(err, fault.Conflict) { // somebody confirmed it, or another process asked
			continue
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, r.Store.ForgetContactLinks(ctx, now.Add(-linkLife))
}

// StillLink makes the link of a letter to a contact point and gives its secret, which is kept nowhere.
func (r *Register) StillLink(ctx context.Context, of ContactID) (secret string, err error) {
	secret = id.Secret()
	return secret, r.Store.AddContactLink(ctx, identity.HashSecret(secret), of, r.Now())
}

// Still reads the contact point of a letter's link. NotFound: the link is unknown or too old, or the mandate is over.
func (r *Register) Still(ctx context.Context, secret string) (ContactPoint, error) {
	now := r.Now()
	c, err := r.Store.ContactOfLink(ctx, identity.HashSecret(secret), now.Add(-linkLife))
	if err == nil && !c.Current(now.UTC().Format(time.DateOnly)) {
		err = fault.New(fault.NotFound, "still.error.over", nil)
	}
	return c, err
}

// AnswerStill takes the answer of who has the letter in hand, without signing in: the contact point is still right, or
// it is somebody else's now and the keepers are asked to name a successor. The same answer twice is one. NotFound as Still.
func (r *Register) AnswerStill(ctx context.Context, secret string, still bool, request string) (ContactPoint, error) {
	c, err := r.Still(ctx, secret)
	if err != nil {
		return c, err
	}
	now := r.Now()
	today := now.UTC().Format(time.DateOnly)
	if still && c.ConfirmedOn == today && c.Asked == (Asked{}) || !still && c.LeftOn != "" {
		return c, nil
	}
	who := identity.Actor{Account: "contact:" + string(c.ID), Request: identity.Request{ID: request}}
	detail := map[string]string{"confirmed": today, "by": "link"}
	c.ChangedAt = now
	if still {
		c.ConfirmedOn, c.Asked = today, Asked{}
	} else {
		c.UnconfirmedOn, c.LeftOn = today, today
		detail = map[string]string{"left": today, "by": "link"}
	}
	t := who.Trace(now, identity.KeepContacts, c.Party, "contact_point", string(c.ID), detail)
	if !still {
		t.Mail = []mail.Note{c.keepers(mail.ContactLeft, today)}
	}
	if err := r.Store.PutContact(ctx, c, t); err != nil {
		return c, err
	}
	return c, nil
}

// LetterTo reads a contact point for the letter that is written to it, whatever its class. NotFound: there is none.
func (r *Register) LetterTo(ctx context.Context, of ContactID) (ContactPoint, error) {
	all, err := r.Store.Contacts(ctx, identity.Sight{Floor: publication.Own}, ContactFilter{})
	if err != nil {
		return ContactPoint{}, err
	}
	i := slices.IndexFunc(all, func(c ContactPoint) bool { return c.ID == of })
	if i < 0 {
		return ContactPoint{}, fault.Of(fault.NotFound)
	}
	return all[i], nil
}
