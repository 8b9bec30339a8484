package assessment

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/mail"
	"merida/party"
)

// RemarkID identifies a remark.
type RemarkID string

// Audience says who reads a remark.
type Audience string

const (
	Team   Audience = "team"   // the State's own people who work on the answer
	Shared Audience = "shared" // they, the secretariat and the reviewers: questions and replies
	Desk   Audience = "desk"   // the secretariat and the reviewers alone: notes for the review
)

// Remark is what somebody wrote beside an answer.
type Remark struct {
	ID        RemarkID
	Answer    AnswerID
	Party     party.ID
	Version   int // of the answer that its writer read
	Audience  Audience
	Body      string
	Author    string // account
	Name      string // as it stood then
	Role      identity.Role
	Agency    string
	At        time.Time
	SettledAt time.Time // zero while it waits for a reply or a change
	SettledBy string    // name
}

// MaxRemark is the longest remark, in bytes.
const MaxRemark = 20 << 10

// Audiences lists to whom an actor can write beside an answer, the usual one first.
// The State's people share with the secretariat only what was submitted; nobody
// outside the State writes beside what was not.
func Audiences(actor identity.Actor, a Answer) []Audience {
	if !actor.May(identity.CommentAnswer, a.Scope(actor)) {
		return nil
	}
	switch inside := actor.Sight().Party == a.Party; {
	case inside && a.Submitted > 0:
		return []Audience{Team, Shared}
	case inside:
		return []Audience{Team}
	case a.Submitted > 0:
		return []Audience{Shared, Desk}
	}
	return nil
}

// Remark writes beside an answer.
// NotFound: the actor may not know of the answer. Invalid: nothing is said, too
// much, or to an audience that the actor cannot write to.
func (s *Service) Remark(ctx context.Context, actor identity.Actor, answer AnswerID, to Audience, body string) error {
	body = strings.TrimSpace(strings.ReplaceAll(body, "\r\n", "\n"))
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once()}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.CommentAnswer, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		can := Audiences(actor, c.Answer)
		if len(can) == 0 {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		var bad fault.List
		switch {
		case body == "":
			bad.Add("remark", "fault.required", nil)
		case !utf8.ValidString(body):
			bad.Add("remark", "fault.not_utf8", nil)
		case len(body) > MaxRemark:
			bad.Add("remark", "fault.too_long", fault.Args{"limit": MaxRemark, "length": len(body)})
		}
		if !slices.Contains(can, to) {
			bad.Add("audience", "fault.unknown_choice", nil)
		}
		if err := bad.Err(); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		version := c.Answer.Version
		if actor.Sight().Party != c.Answer.Party {
			version = c.Answer.Submitted
		}
		r := Remark{ID: RemarkID(id.New(now)), Answer: answer, Party: c.Answer.Party, Version: version, Audience: to, Body: body,
			Author: actor.Account, Name: actor.Name, Role: actor.Role, Agency: actor.Agency, At: now}
		c.PutRemark = &r
		t := actor.Trace(now, identity.CommentAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"remark": string(r.ID), "audience": string(to)})
		ref := daily("remarked", ID(answer), now)
		switch inside := actor.Sight().Party == c.Answer.Party; {
		case to == Desk:
		case to == Shared && !inside:
			t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Remarked, Roles: leads, Ref: ref}))
		case to == Shared: // the officers follow the review of every State
			n := c.note(mail.Note{Kind: mail.Remarked, Ref: ref})
			n.Officers = true
			t.Mail = append(t.Mail, n)
		case actor.Role == identity.Contributor:
			t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Remarked, Roles: []string{string(identity.FocalPoint)}, Ref: ref}))
		case c.Answer.Assignee != "" && c.Answer.Assignee != actor.Account:
			t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Remarked, Account: c.Answer.Assignee, Ref: ref}))
		}
		return t, nil
	})
	return err
}

// Settle marks a remark as dealt with, or opens it again.
// NotFound: the actor does not read it.
func (s *Service) Settle(ctx context.Context, actor identity.Actor, answer AnswerID, remark RemarkID, settled bool) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Remark: remark}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.CommentAnswer, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		r := c.Remark
		if r.ID == "" || !r.ReadBy(actor.Sight()) {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		now := s.Now()
		r.SettledAt, r.SettledBy = time.Time{}, ""
		if settled {
			r.SettledAt, r.SettledBy = now, actor.Name
		}
		c.PutRemark = &r
		return actor.Trace(now, identity.CommentAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"remark": string(r.ID), "settled": map[bool]string{true: "1", false: "0"}[settled]}), nil
	})
	return err
}

// ReadBy reports whether a reader who sees the answer reads the remark.
func (r Remark) ReadBy(s identity.Sight) bool {
	inside := s.Party != "" && s.Party == r.Party
	switch r.Audience {
	case Team:
		return inside
	case Shared:
		return s.Works(r.Party)
	case Desk:
		return !inside && s.Works(r.Party)
	}
	return false
}
