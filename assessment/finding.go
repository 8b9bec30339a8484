package assessment

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/mail"
	"merida/party"
)

// FindingID identifies a finding.
type FindingID string

// FindingKind says what a finding asks.
type FindingKind string

const (
	Observation    FindingKind = "observation"    // says how things stand
	Recommendation FindingKind = "recommendation" // asks the State to do something
)

// FindingKinds lists the kinds in the order of a form.
var FindingKinds = []FindingKind{Observation, Recommendation}

// Finding is what a review wrote on a submitted answer. It belongs to the State and
// the provision: the next round shows it beside the question until it is closed.
type Finding struct {
	ID         FindingID
	Answer     AnswerID // on which it was written
	Assessment ID
	Round      RoundID
	Party      party.ID
	Provision  convention.ID
	Kind       FindingKind
	Body       string
	Author     string
	Name       string
	Role       identity.Role
	At         time.Time
	ClosedAt   time.Time // zero while it stands open
	ClosedBy   string
}

// FindingFilter narrows a list of findings; zero fields do not narrow.
type FindingFilter struct {
	Party      party.ID
	Provision  convention.ID
	Assessment ID
	Open       bool
}

// Find writes an observation or a recommendation on a submitted answer.
// Denied: the actor does not review. NotFound: the answer was not submitted.
// Invalid: nothing is said, too much, or of no kind.
func (s *Service) Find(ctx context.Context, actor identity.Actor, answer AnswerID, kind FindingKind, body string) error {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once()}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.RecordFinding, identity.Scope{Party: c.Answer.Party}); err != nil {
			return audit.Trace{}, err
		}
		if c.Answer.Submitted == 0 || !actor.Sight().Sees(c.Answer.Party, c.Answer.Class) {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		var bad fault.List
		if kind != Observation && kind != Recommendation {
			bad.Add("kind", "fault.unknown_choice", nil)
		}
		switch {
		case body == "":
			bad.Add("finding", "fault.required", nil)
		case !utf8.ValidString(body):
			bad.Add("finding", "fault.not_utf8", nil)
		case len(body) > MaxRemark:
			bad.Add("finding", "fault.too_long", fault.Args{"limit": MaxRemark, "length": len(body)})
		}
		if err := bad.Err(); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		c.PutFinding = &Finding{ID: FindingID(id.New(now)), Answer: answer, Assessment: c.Answer.Assessment, Round: c.Assessment.Round, Party: c.Answer.Party, Provision: c.Answer.Provision,
			Kind: kind, Body: body, Author: actor.Account, Name: actor.Name, Role: actor.Role, At: now}
		t := actor.Trace(now, identity.RecordFinding, c.Answer.Party, "answer", string(answer), map[string]string{"finding": string(c.PutFinding.ID), "kind": string(kind)})
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Remarked, Roles: leads, Ref: daily("remarked", ID(answer), now)}))
		return t, nil
	})
	return err
}

// CloseFinding says that a finding has been met, or opens it again.
// NotFound: there is none of that id on the answer.
func (s *Service) CloseFinding(ctx context.Context, actor identity.Actor, answer AnswerID, finding FindingID, closed bool) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Finding: finding}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.RecordFinding, identity.Scope{Party: c.Answer.Party}); err != nil {
			return audit.Trace{}, err
		}
		f := c.Finding
		if f.ID == "" || !actor.Sight().Sees(c.Answer.Party, c.Answer.Class) {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		now := s.Now()
		f.ClosedAt, f.ClosedBy = time.Time{}, ""
		if closed {
			f.ClosedAt, f.ClosedBy = now, actor.Name
		}
		c.PutFinding = &f
		return actor.Trace(now, identity.RecordFinding, c.Answer.Party, "answer", string(answer), map[string]string{"finding": string(f.ID), "closed": map[bool]string{true: "1", false: "0"}[closed]}), nil
	})
	return err
}
