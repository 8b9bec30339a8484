package assessment

import (
	"context"
	"fmt"
	"time"

	"merida/audit"
	"merida/identity"
	"merida/mail"
	"merida/party"
)

// reminders are the days before a deadline at which who is asked is reminded, and
// overdue the days after it. Only the one that fits the day best is written: a
// server that stood still for a month does not send three letters at once.
var (
	reminders = []int{1, 7, 30}
	overdue   = []int{30, 14, 1}
)

// Owing is what one contributor has not handed over yet.
type Owing struct {
	Assessment ID
	Party      party.ID
	Account    string
	DueOn      string // of the answers; empty where the round's date for preparing holds
	N          int
}

// occasion tells which letter a date asks for on a day: the kind and a name for the
// occasion that stays the same until the next letter falls due. ok is false when none is.
func occasion(due, today string) (kind mail.Kind, name string, ok bool) {
	d, err := time.Parse(time.DateOnly, due)
	if err != nil {
		return "", "", false
	}
	t, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return "", "", false
	}
	left := int(d.Sub(t).Hours() / 24)
	for _, n := range overdue {
		if -left >= n {
			return mail.Overdue, fmt.Sprintf("%s+%d", due, n), true
		}
	}
	for _, n := range reminders {
		if left >= 0 && left <= n {
			return mail.Reminder, fmt.Sprintf("%s-%d", due, n), true
		}
	}
	return "", "", false
}

// Remind notes a letter to whoever has not done what a deadline asks: to the people
// who lead a State's answers for the submission, to contributors for what was
// assigned to them. It may be called as often as one likes: each reader gets one
// letter for each occasion. It tells how many letters were noted.
// Denied: the actor is neither the program itself nor an officer.
func (s *Service) Remind(ctx context.Context, actor identity.Actor) (n int, err error) {
	if err := actor.Must(identity.RemindParties, identity.Scope{}); err != nil {
		return 0, err
	}
	now := s.Now()
	today := now.UTC().Format(time.DateOnly)
	rounds, err := s.Store.Rounds(ctx)
	if err != nil {
		return 0, err
	}
	by := map[RoundID]Round{}
	for _, r := range rounds {
		by[r.ID] = r
	}
	open := map[ID]Assessment{}
	var notes []mail.Note
	states, err := s.Store.Standing(ctx)
	if err != nil {
		return 0, err
	}
	for _, a := range states {
		r := by[a.Round]
		if a.State == Submitted || a.State == Closed {
			continue
		}
		open[a.ID] = a
		if a.Submissions > 0 {
			continue // answers were returned: there is no date for them
		}
		due := a.Deadlines(r).Submit
		if kind, name, ok := occasion(due, today); ok {
			notes = append(notes, mail.Note{Kind: kind, Party: a.Party, Roles: leads, Ref: "due:" + string(a.ID) + ":" + name,
				Args: map[string]string{"round": string(r.ID), "date": due, "step": string(Hand), "path": "/tasks"}})
		}
	}
	owing, err := s.Store.Owing(ctx)
	if err != nil {
		return 0, err
	}
	for _, o := range owing {
		a, ok := open[o.Assessment]
		if !ok {
			continue
		}
		due := o.DueOn
		if due == "" {
			due = a.Deadlines(by[a.Round]).Prepare
		}
		if kind, name, ok := occasion(due, today); ok {
			notes = append(notes, mail.Note{Kind: kind, Party: a.Party, Account: o.Account, Ref: "owing:" + string(a.ID) + ":" + o.Account + ":" + name,
				Args: map[string]string{"round": string(a.Round), "date": due, "step": string(Prepare), "n": fmt.Sprint(o.N), "path": "/tasks"}})
		}
	}
	return s.Store.AddNotes(ctx, notes, func(n int) audit.Trace {
		return actor.Trace(now, identity.RemindParties, "", "round", "", map[string]string{"letters": fmt.Sprint(n)})
	})
}

// leads are the roles that lead a State's answers.
var leads = []string{string(identity.FocalPoint), string(identity.Approver)}

// daily names an occasion that is worth one letter a day, however often it happens.
func daily(what string, id ID, at time.Time) string {
	return what + ":" + string(id) + ":" + at.UTC().Format(time.DateOnly)
}

// note completes a letter about an assessment: whose it is, which round, and the page to begin at.
func (c *AssessmentChange) note(n mail.Note) mail.Note { return about(n, c.Assessment) }

func (c *AnswerChange) note(n mail.Note) mail.Note {
	if n.Args["path"] == "" {
		n.Args = map[string]string{"path": "/questions/" + string(c.Answer.ID)}
	}
	return about(n, c.Assessment)
}

func about(n mail.Note, a Assessment) mail.Note {
	args := map[string]string{"path": "/tasks", "round": string(a.Round)}
	for k, v := range n.Args {
		args[k] = v
	}
	n.Party, n.Args = a.Party, args
	return n
}
