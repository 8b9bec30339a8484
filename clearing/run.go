package clearing

import (
	"context"
	"fmt"

	"merida/audit"
	"merida/identity"
	"merida/mail"
)

// runPage is how many cases one round of Run looks at; what is left is looked at in the next.
const runPage = 500

// Run does what the clock asks for: it circulates cases whose author let the time to object pass, closes the time to
// answer, and writes to those who must act soon or should have acted. It tells how many cases it moved. It may run at
// any hour, as often as one likes and in several processes at once: each case is looked at again inside its own change.
// Nothing is done before the day has ended everywhere (see Ended).
// Denied: the actor is not the program.
func (s *Service) Run(ctx context.Context, actor identity.Actor) (moved int, err error) {
	if err := actor.Must(identity.RunClocks, identity.Scope{}); err != nil {
		return 0, err
	}
	var notes []mail.Note
	for offset := 0; ; offset += runPage {
		cases, total, err := s.Store.Cases(ctx, Reader{All: true}, Filter{Open: true, Limit: runPage, Offset: offset})
		if err != nil {
			return moved, err
		}
		for _, c := range cases {
			ok, err := s.move(ctx, actor, c)
			if err != nil {
				return moved, fmt.Errorf("%s %s: %w", c.Kind, c.ID, err)
			}
			if ok {
				moved++
				continue
			}
			n, err := s.remind(ctx, c)
			if err != nil {
				return moved, err
			}
			notes = append(notes, n...)
		}
		if offset+runPage >= total {
			break
		}
	}
	if len(notes) == 0 {
		return moved, nil
	}
	now := s.Now()
	_, err = s.Store.AddNotes(ctx, notes, func(n int) audit.Trace {
		return actor.Trace(now, identity.RunClocks, "", "request", "", map[string]string{"letters": fmt.Sprint(n)})
	})
	return moved, err
}

// passes reports whether time alone takes the step that waits, and it has run out.
func (s *Service) passes(c Case) bool {
	return (c.State == Acknowledged || c.State == Circulated) && Ended(c.Due, s.Now())
}

func (s *Service) move(ctx context.Context, actor identity.Actor, c Case) (bool, error) {
	if !s.passes(c) {
		return false, nil
	}
	d, err := s.days(ctx, c)
	if err != nil {
		return false, err
	}
	return s.Store.Change(ctx, c.ID, audit.Once{}, func(x *Change) (audit.Trace, error) {
		if !s.passes(x.Case) { // somebody acted since, or another process was quicker
			return audit.Trace{}, ErrNothing
		}
		now := s.Now()
		detail := map[string]string{"rule": "silence", "due": string(x.Case.Due), "schedule": fmt.Sprint(x.Case.Schedule.N)}
		if x.Case.State == Acknowledged {
			x.circulate(identity.Actor{}, d, now)
		} else {
			detail["rule"] = "answers_due"
			x.begin(Answered, AnswersClosed, identity.Actor{}, nil, d, now)
		}
		detail["state"] = string(x.Case.State)
		trace := actor.Trace(now, identity.RunClocks, x.Case.Party, string(x.Case.Kind), string(x.Case.ID), detail)
		trace.Mail = x.Mail
		return trace, nil
	})
}

// remind lists the letters that a case's day calls for: one before it, one when it has passed.
func (s *Service) remind(ctx context.Context, c Case) ([]mail.Note, error) {
	if c.Due == "" {
		return nil, nil
	}
	d, err := s.days(ctx, c)
	if err != nil {
		return nil, err
	}
	cal := d.author
	if c.State == Authenticated {
		cal = d.secretariat
	}
	now := s.Now()
	ref := string(c.ID) + ":" + string(c.State) + ":" + string(c.Due)
	switch {
	case Ended(c.Due, now):
		return c.actors(mailOverdue, ref+":overdue"), nil
	case c.Schedule.Remind > 0 && dayOf(now) >= cal.Before(c.Due, c.Schedule.Remind):
		return c.actors(mailDue, ref+":due"), nil
	}
	return nil, nil
}
