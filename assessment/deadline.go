package assessment

import (
	"context"
	"strings"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/mail"
	"merida/party"
)

// Step is a stretch of a round with a date by which it is to be done.
type Step string

const (
	Prepare Step = "prepare" // the agencies hand their answers to the focal point
	Hand    Step = "submit"  // the State submits
	Review  Step = "review"  // reviewers and secretariat have read the answers
	Release Step = "publish" // the State has decided what becomes public
)

// Steps lists the steps in their order.
var Steps = []Step{Prepare, Hand, Review, Release}

// Deadlines are the dates ("2027-03-31") by which the steps of a round are to be
// done. An empty date means that the step has none.
type Deadlines struct {
	Prepare string `json:"prepare,omitempty"`
	Submit  string `json:"submit,omitempty"`
	Review  string `json:"review,omitempty"`
	Publish string `json:"publish,omitempty"`
}

// Due is the deadlines of a round that names a date for the submission alone.
func Due(submit string) Deadlines { return Deadlines{Submit: submit} }

// Of is the date of a step, empty when it has none.
func (d Deadlines) Of(s Step) string {
	if at := d.at(s); at != nil {
		return *at
	}
	return ""
}

func (d *Deadlines) at(s Step) *string {
	switch s {
	case Prepare:
		return &d.Prepare
	case Hand:
		return &d.Submit
	case Review:
		return &d.Review
	case Release:
		return &d.Publish
	}
	return nil
}

// Over gives d with the dates that e sets put over it: what a State was granted over what a round says.
func (d Deadlines) Over(e Deadlines) Deadlines {
	for _, s := range Steps {
		if x := e.Of(s); x != "" {
			*d.at(s) = x
		}
	}
	return d
}

// check notes dates that are none, that lie before today, or that leave the order
// of the steps, each as the field due_prepare and so on.
func (d Deadlines) check(bad *fault.List, today string) {
	last := ""
	for _, s := range Steps {
		x := d.Of(s)
		if x == "" {
			continue
		}
		field := "due_" + string(s)
		switch _, err := time.Parse(time.DateOnly, x); {
		case err != nil:
			bad.Add(field, "fault.not_a_date", nil)
		case x < today:
			bad.Add(field, "round.error.past", nil)
		case x < last:
			bad.Add(field, "round.error.order", nil)
		default:
			last = x
		}
	}
}

// Extension is a later date that one State was granted for one step, with the reason.
type Extension struct {
	ID         string
	Assessment ID
	Party      party.ID
	Step       Step
	Was        string // the date before, empty when there was none
	DueOn      string
	Reason     string
	By         string // account
	ByName     string
	At         time.Time
}

// Deadlines are the dates that hold for this State in the round: what it was granted, else what the round says.
func (a Assessment) Deadlines(r Round) Deadlines { return r.Deadlines.Over(a.Extended) }

// Extend grants one State a later date for a step, with a reason that the State reads.
// Denied: the actor is no officer. Invalid: the step is unknown, the date is none, lies
// before today or is not later than the one that holds, or there is no reason.
func (s *Service) Extend(ctx context.Context, actor identity.Actor, assessment ID, step Step, due, reason string) error {
	reason = strings.TrimSpace(reason)
	return s.Store.Extend(ctx, assessment, actor.Once(), func(a *Assessment, r Round) (*Extension, audit.Trace, error) {
		if err := actor.Must(identity.ExtendDeadline, identity.Scope{}); err != nil {
			return nil, audit.Trace{}, err
		}
		now := s.Now()
		held := a.Deadlines(r).Of(step)
		var bad fault.List
		if _, err := time.Parse(time.DateOnly, due); a.Extended.at(step) == nil {
			bad.Add("step", "fault.unknown_choice", nil)
		} else if err != nil {
			bad.Add("due", "fault.not_a_date", nil)
		} else if due < now.UTC().Format(time.DateOnly) {
			bad.Add("due", "round.error.past", nil)
		} else if due <= held {
			bad.Add("due", "round.error.not_later", fault.Args{"date": held})
		}
		if reason == "" {
			bad.Add("reason", "fault.required", nil)
		} else if len(reason) > MaxText {
			bad.Add("reason", "fault.too_long", fault.Args{"limit": MaxText, "length": len(reason)})
		}
		if err := bad.Err(); err != nil {
			return nil, audit.Trace{}, err
		}
		*a.Extended.at(step) = due
		e := &Extension{ID: id.New(now), Assessment: assessment, Party: a.Party, Step: step, Was: held, DueOn: due, Reason: reason, By: actor.Account, ByName: actor.Name, At: now}
		t := actor.Trace(now, identity.ExtendDeadline, a.Party, "assessment", string(assessment), map[string]string{"step": string(step), "was": held, "due": due})
		t.Mail = append(t.Mail, mail.Note{Kind: mail.Extended, Party: a.Party, Roles: leads, Args: map[string]string{"round": string(r.ID), "step": string(step), "date": due, "path": "/tasks"}})
		return e, t, nil
	})
}
