package web

import (
	"net/http"
	"slices"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/mechanism"
)

// formTime is how browsers write a moment in a form; here it is in UTC.
const formTime = "2006-01-02T15:04"

type meetingFormPage struct {
	Base
	M                      mechanism.Mechanism
	Meeting                meetingLine
	Name                   string // as it stands in the form
	Begins, Ends           string
	Place, Agenda, Outcome string
	MayWrite               bool
	Actions                []actionLine
}

// meetingOf reads the meeting that the address names. NotFound: the visitor does not see it.
func (v *visit) meetingOf(id mechanism.ID, meeting string) (mechanism.Meeting, error) {
	ms, err := v.mechanisms().Meetings(v.r.Context(), mechanism.ReaderOf(v.actor), id)
	if err != nil {
		return mechanism.Meeting{}, err
	}
	i := slices.IndexFunc(ms, func(m mechanism.Meeting) bool { return string(m.ID) == meeting })
	if i < 0 {
		return mechanism.Meeting{}, fault.Of(fault.NotFound)
	}
	return ms[i], nil
}

// convener refuses who has no seat. It gives the mechanism.
func (v *visit) convener() (mechanism.Mechanism, error) {
	m, err := v.mechanism()
	if err != nil {
		return m, err
	}
	in, err := v.site.Mechanisms.MayConvene(v.r.Context(), v.actor, m.ID)
	if err == nil && !in {
		err = fault.New(fault.Denied, "", fault.Args{"act": string(identity.ConveneMechanism)})
	}
	return m, err
}

func (v *visit) meetingForm() error {
	m, err := v.convener()
	if err != nil {
		return err
	}
	var x mechanism.Meeting
	if len(v.vars) > 1 {
		if x, err = v.meetingOf(m.ID, v.vars[1]); err != nil {
			return err
		}
	}
	p, err := v.meetingFormOf(m, x)
	if err != nil {
		return err
	}
	p.Name, p.Place, p.Agenda, p.Outcome = x.Title.Pick(v.lang), x.Place, x.Agenda.Pick(v.lang), x.Outcome.Pick(v.lang)
	if !x.Begins.IsZero() {
		p.Begins, p.Ends = x.Begins.UTC().Format(formTime), x.Ends.UTC().Format(formTime)
	}
	return v.show("mechanism_meeting", p)
}

func (v *visit) meetingFormOf(m mechanism.Mechanism, x mechanism.Meeting) (p meetingFormPage, err error) {
	p = meetingFormPage{Base: v.base("assistance", v.p.T("mechanism.meeting.new", nil)), M: m, MayWrite: m.ClosedAt.IsZero(),
		Meeting: meetingLine{x, v.words(x.Title), v.words(x.Agenda), v.words(x.Outcome), !x.Ends.IsZero() && x.Ends.Before(v.site.Now())}}
	p.Crumbs = v.mechanismCrumbs(m)
	if x.ID == "" {
		return p, nil
	}
	p.Title = x.Title.Pick(v.lang)
	all, err := v.actionLines(m.ID)
	for _, a := range all {
		if a.Meeting == x.ID {
			p.Actions = append(p.Actions, a)
		}
	}
	return p, err
}

func (v *visit) keepMeeting() error {
	m, err := v.convener()
	if err != nil {
		return err
	}
	x := mechanism.Meeting{Mechanism: m.ID}
	if len(v.vars) > 1 {
		if x, err = v.meetingOf(m.ID, v.vars[1]); err != nil {
			return err
		}
		if x.Rev, err = v.formNumber("rev"); err != nil {
			return err
		}
	}
	x.Title, x.Agenda, x.Outcome, x.Place = v.typedText(x.Title, "title"), v.typedText(x.Agenda, "agenda"), v.typedText(x.Outcome, "outcome"), v.form("place")
	var bad fault.List
	moment := func(name string, otherwise time.Time) time.Time {
		s := v.form(name)
		if s == "" {
			return otherwise
		}
		t, err := time.Parse(formTime, s)
		if err != nil {
			bad.Add(name, "mechanism.error.not_a_moment", nil)
		}
		return t
	}
	x.Begins = moment("begins", time.Time{})
	x.Ends = moment("ends", x.Begins.Add(2*time.Hour))
	if x.Begins.IsZero() {
		x.Ends = time.Time{}
	}
	switch {
	case v.form("cancelled") != "1":
		x.CancelledAt = time.Time{}
	case x.CancelledAt.IsZero():
		x.CancelledAt = v.site.Now()
	}
	if err = bad.Err(); err == nil {
		_, err = v.site.Mechanisms.Meet(v.r.Context(), v.act(), x)
	}
	if errs := v.fieldErrors(err); errs != nil {
		p, perr := v.meetingFormOf(m, x)
		if perr != nil {
			return perr
		}
		p.Errors, p.Name, p.Begins, p.Ends = errs, v.form("title"), v.form("begins"), v.form("ends")
		p.Place, p.Agenda, p.Outcome = v.form("place"), v.form("agenda"), v.form("outcome")
		return v.showStatus(http.StatusUnprocessableEntity, "mechanism_meeting", p)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=meeting", m.ID))
}

type actionFormPage struct {
	Base
	M             mechanism.Mechanism
	A             mechanism.Action
	What, Outcome string
	States        []choice
	Meetings      []choice
}

// actionOf reads the action that the address names. NotFound: the visitor does not see it.
func (v *visit) actionOf(id mechanism.ID, action string) (mechanism.Action, error) {
	as, err := v.mechanisms().Actions(v.r.Context(), mechanism.ReaderOf(v.actor), id)
	if err != nil {
		return mechanism.Action{}, err
	}
	i := slices.IndexFunc(as, func(a mechanism.Action) bool { return string(a.ID) == action })
	if i < 0 {
		return mechanism.Action{}, fault.Of(fault.NotFound)
	}
	return as[i], nil
}

func (v *visit) actionForm() error {
	m, err := v.convener()
	if err != nil {
		return err
	}
	a := mechanism.Action{Mechanism: m.ID, Meeting: mechanism.MeetingID(v.query("meeting")), State: mechanism.ActionOpen}
	if len(v.vars) > 1 {
		if a, err = v.actionOf(m.ID, v.vars[1]); err != nil {
			return err
		}
	}
	return v.actionFormWith(http.StatusOK, m, a, a.What.Pick(v.lang), a.Outcome.Pick(v.lang), nil)
}

func (v *visit) actionFormWith(status int, m mechanism.Mechanism, a mechanism.Action, what, outcome string, bad []FieldError) error {
	title := v.p.T("mechanism.action.new", nil)
	if a.ID != "" {
		title = v.p.T("mechanism.action.edit", nil)
	}
	p := actionFormPage{Base: v.base("assistance", title), M: m, A: a, What: what, Outcome: outcome}
	p.Crumbs, p.Errors = v.mechanismCrumbs(m), bad
	for _, s := range mechanism.ActionStates {
		p.States = append(p.States, choice{string(s), v.p.T("mechanism.action."+string(s), nil), s == a.State})
	}
	next, past, err := v.meetingLines(m.ID)
	if err != nil {
		return err
	}
	for _, x := range append(past, next...) {
		p.Meetings = append(p.Meetings, choice{string(x.ID), v.p.Date(x.Begins) + " · " + x.Name.S, x.ID == a.Meeting})
	}
	return v.showStatus(status, "mechanism_action", p)
}

func (v *visit) keepAction() error {
	m, err := v.convener()
	if err != nil {
		return err
	}
	a := mechanism.Action{Mechanism: m.ID}
	if len(v.vars) > 1 {
		if a, err = v.actionOf(m.ID, v.vars[1]); err != nil {
			return err
		}
		if a.Rev, err = v.formNumber("rev"); err != nil {
			return err
		}
	}
	a.What, a.Outcome, a.Who, a.DueOn = v.typedText(a.What, "what"), v.typedText(a.Outcome, "outcome"), v.form("who"), v.form("due")
	a.State, a.Meeting = mechanism.ActionState(v.form("status")), ""
	if x := v.form("meeting"); x != "" {
		if _, err := v.meetingOf(m.ID, x); err != nil {
			return err
		}
		a.Meeting = mechanism.MeetingID(x)
	}
	_, err = v.site.Mechanisms.Agree(v.r.Context(), v.act(), a)
	if bad := v.fieldErrors(err); bad != nil {
		return v.actionFormWith(http.StatusUnprocessableEntity, m, a, v.form("what"), v.form("outcome"), bad)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=action#actions", m.ID))
}
