package clearing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"merida/assistance"
	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	sid "merida/internal/id"
	"merida/lang"
	"merida/mechanism"
	"merida/party"
)

// Service holds the acts that a person, or the clock, can do on requests and offers.
type Service struct {
	Store      Store
	Mechanisms mechanism.Store
	Needs      assistance.Store // of which requests are made
	Board      *assistance.Board
	Terms      assistance.Terms
	Now        clock.Func
	// Known reports whether a party exists.
	Known func(party.ID) bool
}

// Draft is what a person states when sending a case.
type Draft struct {
	Kind   Kind
	Need   assistance.NeedID // of which a request is made; empty otherwise
	Circle Circle
	Content
}

// Send brings a request of the actor's State, or an offer of the actor's State or organisation, to the secretariat.
// Sent by the State's contact point it counts as authenticated: that is whom the State named to speak here.
// Denied: the actor speaks for nobody. NotFound: there is no such need. Invalid: each field that breaks a rule.
func (s *Service) Send(ctx context.Context, actor identity.Actor, in Draft) (ID, error) {
	act, scope := identity.SendRequest, identity.Scope{Party: actor.Party}
	if in.Kind == Offer {
		act, scope = identity.SendOffer, identity.Scope{Party: actor.Party, Organisation: actor.Organisation}
	}
	if err := actor.Must(act, scope); err != nil {
		return "", err
	}
	c := Case{Kind: in.Kind, Need: in.Need, Content: in.Content, Circle: in.Circle, By: actor.Account, Rev: 1}
	if actor.Role == identity.Provider {
		c.Organisation = actor.Organisation
	} else {
		c.Party = actor.Party
	}
	if in.Need != "" {
		n, err := s.Needs.Need(ctx, actor.Sight(), in.Need)
		if err != nil {
			return "", err
		}
		if in.Kind != Request || n.Party != actor.Party {
			return "", fault.Of(fault.NotFound)
		}
		if n.Status == assistance.Withdrawn {
			return "", fault.New(fault.Conflict, "need.error.withdrawn", nil)
		}
	}
	if err := s.check(ctx, actor, &c); err != nil {
		return "", err
	}
	var err error
	if c.Schedule, err = s.Store.Schedule(ctx, c.Kind); err != nil {
		return "", err
	}
	d, err := s.days(ctx, c)
	if err != nil {
		return "", err
	}
	now := s.Now()
	c.ID, c.CreatedAt = ID(sid.New(now)), now
	x := Change{Case: c}
	if actor.Role == identity.ContactPoint && c.Party != "" {
		x.event(Sent, actor, nil, now)
		x.begin(Authenticated, WasVerified, actor, nil, d, now)
	} else {
		x.begin(Received, Sent, actor, nil, d, now)
	}
	trace := actor.Trace(now, act, c.Party, string(c.Kind), string(c.ID), map[string]string{"need": string(c.Need), "schedule": fmt.Sprint(c.Schedule.N), "circle": string(c.Circle.Kind)})
	trace.Result = string(c.ID)
	trace.Mail = x.Mail
	return s.Store.Add(ctx, x, trace)
}

const maxAsked = 100

// check brings a case to its stored form.
func (s *Service) check(ctx context.Context, actor identity.Actor, c *Case) error {
	var bad fault.List
	n := c.Content.need()
	n.Status = assistance.Open
	n, err := s.Terms.Check(n)
	if err := join(&bad, err); err != nil {
		return err
	}
	parties := c.Parties
	c.Content = OfNeed(n)
	if c.Kind == Offer {
		c.Parties = slices.Compact(slices.Sorted(slices.Values(parties)))
	} else if len(parties) > 0 {
		bad.Add("parties", "fault.unknown_choice", nil)
	}
	if len(c.Parties) > maxAsked {
		bad.Add("parties", "fault.too_many", fault.Args{"limit": maxAsked})
	}
	for _, p := range c.Parties {
		if !s.Known(p) || p == c.Party {
			bad.Add("parties", "fault.unknown_choice", nil)
			break
		}
	}
	if err := s.checkCircle(ctx, actor, c, &bad); err != nil {
		return err
	}
	return bad.Err()
}

func (s *Service) checkCircle(ctx context.Context, actor identity.Actor, c *Case, bad *fault.List) error {
	circle := &c.Circle
	if !slices.Contains(CircleKinds, circle.Kind) {
		bad.Add("circle", "fault.unknown_choice", nil)
		return nil
	}
	if circle.Kind != Named {
		circle.Asked = nil
	}
	if circle.Kind != AtTable {
		circle.Mechanism = ""
	}
	switch circle.Kind {
	case AtTable:
		m, err := s.Mechanisms.Mechanism(ctx, mechanism.ReaderOf(actor), circle.Mechanism)
		if fault.Is(err, fault.NotFound) || err == nil && !m.ClosedAt.IsZero() {
			bad.Add("mechanism", "request.error.mechanism", nil)
			return nil
		}
		return err
	case Named:
		known, err := s.Store.Organisations(ctx)
		if err != nil {
			return err
		}
		var asked []Addressee
		for _, a := range circle.Asked {
			ok := a.Organisation == "" && s.Known(a.Party) || a.Party == "" && slices.Contains(known, a.Organisation)
			if !ok || a == c.Author() {
				bad.Add("asked", "request.error.asked", nil)
				return nil
			}
			if !slices.Contains(asked, a) {
				asked = append(asked, a)
			}
		}
		if circle.Asked = asked; len(asked) == 0 {
			bad.Add("asked", "fault.required", nil)
		}
		if len(asked) > maxAsked {
			bad.Add("asked", "fault.too_many", fault.Args{"limit": maxAsked})
		}
	}
	return nil
}

// days reads the calendars on which a case's steps are counted.
func (s *Service) days(ctx context.Context, c Case) (d days, err error) {
	if d.secretariat, err = s.Store.Calendar(ctx, ""); err != nil {
		return d, err
	}
	d.author = d.secretariat
	if c.Party != "" {
		d.author, err = s.Store.Calendar(ctx, c.Party)
	}
	return d, err
}

// Calendars reads the days of a case's author and those of the secretariat.
func (s *Service) Calendars(ctx context.Context, c Case) (author, secretariat Calendar, err error) {
	d, err := s.days(ctx, c)
	return d.author, d.secretariat, err
}

// change runs fn on a case that the actor sees and on which the actor may do the act.
func (s *Service) change(ctx context.Context, actor identity.Actor, id ID, act identity.Act, scope func(Case) identity.Scope, fn func(*Change, days) (map[string]string, error)) error {
	c, err := s.Store.Case(ctx, ReaderOf(actor), id)
	if err != nil {
		return err
	}
	if err := actor.Must(act, scope(c)); fault.Is(err, fault.NotFound) {
		return fault.New(fault.Denied, "", fault.Args{"act": string(act)}) // the actor knows of it already
	} else if err != nil {
		return err
	}
	d, err := s.days(ctx, c)
	if err != nil {
		return err
	}
	_, err = s.Store.Change(ctx, id, actor.Once(), func(x *Change) (audit.Trace, error) {
		detail, err := fn(x, d)
		if err != nil {
			return audit.Trace{}, err
		}
		if detail == nil {
			detail = map[string]string{}
		}
		detail["state"] = string(x.Case.State)
		trace := actor.Trace(s.Now(), act, c.Party, string(c.Kind), string(id), detail)
		trace.Mail = x.Mail
		return trace, nil
	})
	return err
}

// in refuses an act on a case in another state.
func (c Case) in(states ...State) error {
	if !slices.Contains(states, c.State) {
		return fault.New(fault.Conflict, "request.error.state", nil)
	}
	return nil
}

// said brings typed words to their stored form. Invalid: words that must be there are not.
func said(field string, t lang.Text, needed bool) (lang.Text, error) {
	var bad fault.List
	out := lang.Text{}
	for tag, v := range t {
		if len(v.S) > assistance.MaxText {
			bad.Add(field, "fault.too_long", fault.Args{"limit": assistance.MaxText, "length": len(v.S)})
		}
		if v.S = assistance.CleanString(v.S); v.S != "" {
			out[tag] = v
		}
	}
	if needed && out.Empty() {
		bad.Add(field, "fault.required", nil)
	}
	return out, bad.Err()
}

// join adds the fields of a fault to those found already.
func join(bad *fault.List, err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if err != nil && (!ok || len(f.Fields) == 0) {
		return err
	}
	if ok {
		for _, x := range f.Fields {
			bad.Add(x.Name, x.Key, x.Args)
		}
	}
	return bad.Err()
}

// Authenticate says that a case is what it seems: the State's contact point or approver says it of what a colleague
// sent, the secretariat after comparing it with the nomination, which its note names. Nobody authenticates what they
// sent themselves. Denied: the actor sent it. Conflict: it waits for something else. Invalid: an officer names no nomination.
func (s *Service) Authenticate(ctx context.Context, actor identity.Actor, id ID, note lang.Text) error {
	note, err := said("note", note, actor.Party == "")
	if err != nil {
		return err
	}
	return s.change(ctx, actor, id, identity.AuthenticateCase, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Received); err != nil {
			return nil, err
		}
		if x.Case.By == actor.Account {
			return nil, fault.New(fault.Denied, "request.error.own_hand", nil)
		}
		x.begin(Authenticated, WasVerified, actor, note, d, s.Now())
		return nil, nil
	})
}

// Acknowledge tells the author that the secretariat has the case; the time to object begins. Conflict: it waits for something else.
func (s *Service) Acknowledge(ctx context.Context, actor identity.Actor, id ID, note lang.Text) error {
	note, err := said("note", note, false)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, id, identity.AcknowledgeCase, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Authenticated); err != nil {
			return nil, err
		}
		x.begin(Acknowledged, WasSeen, actor, note, d, s.Now())
		return nil, nil
	})
}

// Hold objects to a case's being circulated: it waits until its author lets it go or withdraws it.
// Invalid: no reason. Conflict: it is not acknowledged, or circulated already.
func (s *Service) Hold(ctx context.Context, actor identity.Actor, id ID, reason lang.Text) error {
	reason, err := said("reason", reason, true)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, id, identity.DecideCirculation, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Acknowledged); err != nil {
			return nil, err
		}
		x.begin(Objected, WasRefused, actor, reason, d, s.Now())
		x.Case.Reason = reason
		return nil, nil
	})
}

// LetGo has a case circulated at once: before the time to object is over, or after an objection.
func (s *Service) LetGo(ctx context.Context, actor identity.Actor, id ID) error {
	return s.change(ctx, actor, id, identity.DecideCirculation, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Acknowledged, Objected); err != nil {
			return nil, err
		}
		now := s.Now()
		x.event(WasAllowed, actor, nil, now)
		x.Case.Reason = nil
		x.circulate(actor, d, now)
		return nil, nil
	})
}

// Answer records what the actor's State or organisation says to a case that was circulated to it; a second answer
// takes the place of the first. NotFound: the actor does not see it. Denied: it is the actor's own.
// Conflict: nothing is asked any more. Invalid: an unknown answer, or a refusal without its reason.
func (s *Service) Answer(ctx context.Context, actor identity.Actor, id ID, kind AnswerKind, text lang.Text) error {
	var bad fault.List
	if !slices.Contains(AnswerKinds, kind) {
		bad.Add("answer", "fault.unknown_choice", nil)
	}
	text, err := said("text", text, kind == Declines)
	if err := join(&bad, err); err != nil {
		return err
	}
	me := Addressee{Party: actor.Party}
	if actor.Role == identity.Provider {
		me = Addressee{Organisation: actor.Organisation}
	}
	own := func(Case) identity.Scope { return identity.Scope{Party: actor.Party, Organisation: actor.Organisation} }
	return s.change(ctx, actor, id, identity.AnswerCase, own, func(x *Change, _ days) (map[string]string, error) {
		if x.Case.Author() == me {
			return nil, fault.New(fault.Denied, "request.error.own", nil)
		}
		if err := x.Case.in(Circulated, Answered); err != nil {
			return nil, err
		}
		now := s.Now()
		x.PutAnswer = &Answer{ID: sid.New(now), Case: id, Addressee: me, Kind: kind, Text: text, At: now, By: actor.Account}
		x.write(mailAnswered, string(me.Party)+me.Organisation)
		return map[string]string{"answer": string(kind)}, nil
	})
}

// Conclude ends the time to answer early, once its author or the secretariat has heard enough.
func (s *Service) Conclude(ctx context.Context, actor identity.Actor, id ID) error {
	return s.change(ctx, actor, id, identity.ConcludeAnswers, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Circulated); err != nil {
			return nil, err
		}
		x.begin(Answered, AnswersClosed, actor, nil, d, s.Now())
		return nil, nil
	})
}

// Report says what came of a case, in its author's eyes, and closes it. Invalid: an unknown result, or no words.
func (s *Service) Report(ctx context.Context, actor identity.Actor, id ID, result Result, words lang.Text) error {
	var bad fault.List
	if !slices.Contains(Results, result) {
		bad.Add("result", "fault.unknown_choice", nil)
	}
	words, err := said("words", words, true)
	if err := join(&bad, err); err != nil {
		return err
	}
	return s.change(ctx, actor, id, identity.ReportOutcome, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if err := x.Case.in(Circulated, Answered); err != nil {
			return nil, err
		}
		x.Case.Result, x.Case.Outcome = result, words
		x.begin(Closed, WasFollowed, actor, nil, d, s.Now())
		return map[string]string{"result": string(result)}, nil
	})
}

// Publish shows a circulated case to everybody. That is never done by silence: a State's approver does it, or the organisation that offers.
func (s *Service) Publish(ctx context.Context, actor identity.Actor, id ID) error {
	return s.change(ctx, actor, id, identity.PublishCase, Case.Scope, func(x *Change, _ days) (map[string]string, error) {
		if err := x.Case.in(Circulated, Answered, Closed); err != nil {
			return nil, err
		}
		if x.Case.Public {
			return nil, fault.New(fault.Conflict, "request.error.state", nil)
		}
		now := s.Now()
		x.Case.Public, x.Case.ChangedAt, x.Publish = true, now, true
		x.event(WasPublished, actor, nil, now)
		return nil, nil
	})
}

// Withdraw ends a case at any time, with a reason for the secretariat. Those to whom it was circulated see that it was
// withdrawn, and its words no more; a published one leaves a tombstone. Conflict: it is over already.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, id ID, reason lang.Text) error {
	reason, err := said("reason", reason, true)
	if err != nil {
		return err
	}
	return s.change(ctx, actor, id, identity.WithdrawCase, Case.Scope, func(x *Change, d days) (map[string]string, error) {
		if x.Case.State.Over() {
			return nil, fault.New(fault.Conflict, "request.error.state", nil)
		}
		x.Case.Reason = reason
		x.begin(Withdrawn, WasWithdrawn, actor, reason, d, s.Now())
		return nil, nil
	})
}

// KeepSchedule sets the periods of cases to come; those under way keep theirs. n is the number of the schedule that the
// actor saw. Denied: the actor is no officer. Conflict: another was set since. Invalid: a period outside its bounds.
func (s *Service) KeepSchedule(ctx context.Context, actor identity.Actor, in Schedule) error {
	if err := actor.Must(identity.KeepSchedule, identity.Scope{}); err != nil {
		return err
	}
	if in.Kind != Request && in.Kind != Offer {
		return fault.Of(fault.NotFound)
	}
	if err := in.Check(); err != nil {
		return err
	}
	in.At = s.Now()
	return s.Store.PutSchedule(ctx, in, actor.Trace(in.At, identity.KeepSchedule, "", "schedule", string(in.Kind), map[string]string{"n": fmt.Sprint(in.N + 1)}))
}

// KeepCalendar sets the days of rest of the actor's State, or of the secretariat. Days that were computed already stay.
func (s *Service) KeepCalendar(ctx context.Context, actor identity.Actor, c Calendar) error {
	if err := actor.Must(identity.KeepCalendar, identity.Scope{Party: actor.Party}); err != nil {
		return err
	}
	c.Owner = actor.Party
	if actor.May(identity.KeepSchedule, identity.Scope{}) {
		c.Owner = ""
	}
	if err := c.Check(); err != nil {
		return err
	}
	c.ChangedAt = s.Now()
	return s.Store.PutCalendar(ctx, c, actor.Trace(c.ChangedAt, identity.KeepCalendar, c.Owner, "calendar", string(c.Owner), map[string]string{"holidays": fmt.Sprint(len(c.Holidays))}))
}

// Below lists a provision with everything under it, for a Filter.
func (s *Service) Below(id convention.ID) []convention.ID {
	return append([]convention.ID{id}, s.Terms.Conventions.Below(id)...)
}
