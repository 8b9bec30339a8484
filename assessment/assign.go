package assessment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/mail"
)

// Assign gives every question below a provision to one contributor, or takes it
// back when account is empty. Denied or NotFound: the actor does not lead the party's answers.
func (s *Service) Assign(ctx context.Context, actor identity.Actor, id ID, below convention.ID, account, agency, due string) error {
	return s.AssignMany(ctx, actor, id, Selection{Below: []convention.ID{below}}, account, agency, due)
}

// Selection names questions of an assessment: those below provisions, and single ones.
type Selection struct {
	Below   []convention.ID // chapters, articles, paragraphs or points
	Answers []AnswerID
}

// Has reports whether the selection names an answer.
func (s Selection) Has(a Answer) bool {
	return slices.Contains(s.Answers, a.ID) || slices.ContainsFunc(s.Below, func(id convention.ID) bool {
		return a.Provision == id || strings.HasPrefix(string(a.Provision), string(id)+"/")
	})
}

// AssignMany gives the selected questions to one contributor, or takes them back when account is empty.
// Denied or NotFound: the actor does not lead the party's answers, or nothing is selected. Invalid: the date is none,
// or the account is closed or not of the party whose answers these are.
func (s *Service) AssignMany(ctx context.Context, actor identity.Actor, id ID, what Selection, account, agency, due string) error {
	return s.Store.ChangeAssessment(ctx, id, actor.Once(), func(c *AssessmentChange) (audit.Trace, error) {
		if err := actor.Must(identity.AssignAnswer, identity.Scope{Party: c.Assessment.Party}); err != nil {
			return audit.Trace{}, err
		}
		if due != "" {
			if _, err := time.Parse(time.DateOnly, due); err != nil {
				var bad fault.List
				bad.Add("due", "fault.not_a_date", nil)
				return audit.Trace{}, bad.Err()
			}
		}
		if account != "" {
			who, err := c.Account(account)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return audit.Trace{}, err
			}
			if err != nil || who.Disabled || who.Party != c.Assessment.Party {
				var bad fault.List
				bad.Add("account", "fault.unknown_choice", nil)
				return audit.Trace{}, bad.Err()
			}
		}
		now, n := s.Now(), 0
		for i := range c.Answers {
			if a := &c.Answers[i]; what.Has(*a) {
				a.Assignee, a.Agency, a.DueOn, a.ChangedAt = account, agency, due, now
				n++
			}
		}
		if n == 0 {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		c.Assessment.ChangedAt = now
		t := actor.Trace(now, identity.AssignAnswer, c.Assessment.Party, "assessment", string(id), map[string]string{"questions": fmt.Sprint(n), "account": account})
		if account != "" {
			t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Assigned, Account: account, Ref: daily("assigned", id, now)}))
		}
		return t, nil
	})
}
