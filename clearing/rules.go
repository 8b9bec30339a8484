package clearing

import (
	"slices"
	"time"

	"merida/assistance"
	"merida/identity"
	sid "merida/internal/id"
	"merida/lang"
	"merida/mail"
)

// days are the calendars on which the steps of a case are counted.
type days struct {
	author      Calendar // of the State; of the secretariat where an organisation is the author
	secretariat Calendar
}

// begin puts a case into a state from now on, sets the day on which its step is due, and passes over the
// steps that its schedule leaves out. by is who brought it there; the zero actor where the schedule did.
func (c *Change) begin(s State, kind EventKind, by identity.Actor, note lang.Text, d days, now time.Time) {
	c.event(kind, by, note, now)
	c.Case.State, c.Case.Since, c.Case.ChangedAt, c.Case.Due = s, now, now, ""
	p := c.Case.Schedule
	rule := identity.Actor{}
	switch s {
	case Received:
		if p.Authenticate == 0 {
			c.begin(Authenticated, WasVerified, rule, nil, d, now)
			return
		}
		c.Case.Due = d.author.After(now, p.Authenticate)
	case Authenticated:
		if p.Acknowledge == 0 {
			c.begin(Acknowledged, WasSeen, rule, nil, d, now)
			return
		}
		c.Case.Due = d.secretariat.After(now, p.Acknowledge)
	case Acknowledged:
		if p.Object == 0 {
			c.circulate(rule, d, now)
			return
		}
		c.Case.Due = d.author.After(now, p.Object)
	case Circulated:
		if p.Answer == 0 {
			c.begin(Answered, AnswersClosed, rule, nil, d, now)
			return
		}
		// Those who answer keep different days of rest: the secretariat's are the same for all of them.
		c.Case.Due = d.secretariat.After(now, p.Answer)
	case Answered:
		if p.FollowUp == 0 {
			c.begin(Closed, WasFollowed, rule, nil, d, now)
			return
		}
		c.Case.Due = d.author.Months(now, p.FollowUp)
	}
	c.write(mailMoved, "")
}

// circulate brings a case to its circle.
func (c *Change) circulate(by identity.Actor, d days, now time.Time) {
	c.Case.CirculatedAt = now
	c.Seat = c.Case.Circle.Kind == AtTable
	c.begin(Circulated, WasCirculated, by, nil, d, now)
}

func (c *Change) event(kind EventKind, by identity.Actor, note lang.Text, now time.Time) {
	c.Events = append(c.Events, Event{ID: sid.New(now), Case: c.Case.ID, At: now, Kind: kind, Role: by.Role, Addressee: Addressee{by.Party, by.Organisation}, Rule: !by.SignedIn(), Note: note})
}

// Planned is a step to come, with the day on which it would be due if each step before it took all its time.
type Planned struct {
	State State
	Due   assistance.Day
}

// Plan tells what is still to come after the step that waits, as the schedule has it.
func (c Case) Plan(author, secretariat Calendar) (out []Planned) {
	at, err := time.Parse(time.DateOnly, string(c.Due))
	if err != nil || c.State.Over() {
		return nil
	}
	p := c.Schedule
	step := func(from State, n int, cal Calendar) {
		if n == 0 {
			return
		}
		due := cal.After(at, n)
		if from == Answered {
			due = cal.Months(at, n)
		}
		out = append(out, Planned{from, due})
		at, _ = time.Parse(time.DateOnly, string(due))
	}
	switch c.State {
	case Received:
		step(Authenticated, p.Acknowledge, secretariat)
		fallthrough
	case Authenticated:
		step(Acknowledged, p.Object, author)
		fallthrough
	case Acknowledged:
		step(Circulated, p.Answer, secretariat)
		fallthrough
	case Circulated:
		step(Answered, p.FollowUp, author)
	}
	return out
}

// Waits reports whether the step that waits is the actor's to take. answered says that the actor's State or
// organisation has answered already. An outcome is asked for from its due day on, and may be told before.
func (c Case) Waits(actor identity.Actor, answered bool, now time.Time) bool {
	mine := ReaderOf(actor).Inside(c) && (actor.Party != "" && actor.Party == c.Party || actor.Organisation != "" && actor.Organisation == c.Organisation)
	switch c.State {
	case Received:
		return actor.Account != c.By && actor.May(identity.AuthenticateCase, c.Scope()) && (mine || c.Party == "" || c.Overdue(now))
	case Authenticated:
		return actor.May(identity.AcknowledgeCase, c.Scope())
	case Acknowledged, Objected:
		return mine && actor.May(identity.DecideCirculation, c.Scope())
	case Circulated:
		return !mine && !answered && c.asks(actor) && actor.May(identity.AnswerCase, identity.Scope{Party: actor.Party, Organisation: actor.Organisation})
	case Answered:
		return mine && actor.May(identity.ReportOutcome, c.Scope()) && c.Due <= dayOf(now)
	}
	return false
}

// asks reports whether the case is put to the actor, and not merely seen: an offer to the States that it names, a case
// for named ones or for a mechanism to those who were asked.
func (c Case) asks(actor identity.Actor) bool {
	r := ReaderOf(actor)
	if c.Kind == Offer && (r.Party == "" || !c.For(r.Party)) {
		return false
	}
	return c.Circle.Kind == All || slices.ContainsFunc(c.Circle.Asked, func(a Addressee) bool {
		return a.Party != "" && a.Party == r.Party || a.Organisation != "" && a.Organisation == r.Organisation
	})
}

// Letters about cases. Their words are in the catalogue: mail.KIND.subject and mail.KIND.body.
const (
	mailMoved    = "moved"    // to the author: the case has come to another state
	mailDue      = "due"      // to whoever must act
	mailWindow   = "window"   // to the author: it will be circulated after a day
	mailAsked    = "asked"    // to the circle
	mailAnswered = "answered" // to the author: an answer came
	mailOverdue  = "overdue"  // to whoever should have acted
)

// speakers are the roles that speak for a State in matters of assistance.
var speakers = []string{string(identity.ContactPoint), string(identity.Approver), string(identity.FocalPoint)}

// note addresses a letter to the author of a case; ref names its occasion.
func (c Case) note(what, ref string) mail.Note {
	n := mail.Note{Kind: mail.Kind(string(c.Kind) + "_" + what), Party: c.Party, Ref: ref,
		Args: map[string]string{"date": string(c.Due), "case_state": string(c.State), "path": "/" + string(c.Kind) + "s/" + string(c.ID)}}
	if c.Party != "" {
		n.Roles = speakers
	} else {
		n.Organisation, n.Roles = c.Organisation, []string{string(identity.Provider)}
	}
	return n
}

// toOfficers addresses a letter to the secretariat instead.
func toOfficers(n mail.Note) mail.Note {
	n.Officers, n.Roles, n.Organisation = true, nil, ""
	return n
}

// actors are the letters to those who must take the step that waits.
func (c Case) actors(what, ref string) []mail.Note {
	n := c.note(what, ref)
	switch c.State {
	case Received:
		if c.Party == "" {
			return []mail.Note{toOfficers(n)}
		}
		n.Roles = []string{string(identity.ContactPoint), string(identity.Approver)}
		return []mail.Note{n}
	case Authenticated:
		return []mail.Note{toOfficers(n)}
	case Acknowledged, Answered:
		return []mail.Note{n}
	}
	return nil
}

// circle are the letters to those to whom a case is circulated.
func (c Case) circle() (out []mail.Note) {
	ref := string(c.ID) + ":asked"
	args := c.note(mailAsked, "").Args
	one := func(n mail.Note) {
		n.Kind, n.Ref, n.Args, n.About = mail.Kind(string(c.Kind)+"_"+mailAsked), ref, args, c.Party
		out = append(out, n)
	}
	switch c.Circle.Kind {
	case All:
		if c.Kind == Offer { // offers are put to States
			if len(c.Parties) == 0 {
				one(mail.Note{Everyone: true, Roles: []string{string(identity.ContactPoint)}, But: c.Party})
			}
			for _, p := range c.Parties {
				one(mail.Note{Party: p, Roles: []string{string(identity.ContactPoint)}})
			}
			break
		}
		one(mail.Note{Everyone: true, Roles: []string{string(identity.Provider), string(identity.ContactPoint)}, But: c.Party, ButOrganisation: c.Organisation})
	case AtTable:
		one(mail.Note{Mechanism: string(c.Circle.Mechanism), But: c.Party, ButOrganisation: c.Organisation})
	default:
		for _, a := range c.Circle.Asked {
			if a.Party != "" {
				one(mail.Note{Party: a.Party, Roles: []string{string(identity.ContactPoint)}})
			} else {
				one(mail.Note{Organisation: a.Organisation, Roles: []string{string(identity.Provider)}})
			}
		}
	}
	return out
}

// write adds the letters that a change calls for.
func (c *Change) write(what, detail string) {
	ref := string(c.Case.ID) + ":" + what + ":" + string(c.Case.State) + ":" + detail
	switch what {
	case mailAnswered:
		c.Mail = append(c.Mail, c.Case.note(what, ref))
	case mailMoved:
		switch c.Case.State {
		case Received, Authenticated:
			c.Mail = append(c.Mail, c.Case.actors(mailDue, ref)...)
		case Acknowledged:
			c.Mail = append(c.Mail, c.Case.note(mailWindow, ref))
		case Circulated:
			c.Mail = append(c.Mail, c.Case.note(mailMoved, ref))
			c.Mail = append(c.Mail, c.Case.circle()...)
		case Answered, Closed:
			c.Mail = append(c.Mail, c.Case.note(mailMoved, ref))
		case Objected, Withdrawn:
			c.Mail = append(c.Mail, toOfficers(c.Case.note(mailMoved, ref)))
		}
	}
}
