package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/mail"
	"merida/publication"
)

// Service holds the acts that a person can do on assessments.
type Service struct {
	Store Store
	Now   clock.Func
}

func needReason(s string) error {
	var bad fault.List
	if s == "" {
		bad.Add("reason", "fault.required", nil)
	} else if len(s) > MaxText {
		bad.Add("reason", "fault.too_long", fault.Args{"limit": MaxText, "length": len(s)})
	}
	return bad.Err()
}

// Blocked names an answer that keeps an assessment from being submitted.
type Blocked struct {
	Answer    AnswerID
	Provision convention.ID
	Keys      []string
}

// Check lists everything that blocks the submission of an assessment, in the order of the questionnaire:
// what Content.Blocks tells, and a returned answer that nobody has touched since.
func Check(answers []Answer, current map[AnswerID]Version) (out []Blocked) {
	for _, a := range answers {
		keys := a.blocks(current[a.ID].Content)
		if a.Owed() {
			keys = append(keys, "assessment.blocks.returned")
		}
		if len(keys) > 0 {
			out = append(out, Blocked{a.ID, a.Provision, keys})
		}
	}
	return out
}

func blockedFault(bs []Blocked) error {
	var bad fault.List
	for _, b := range bs {
		for _, k := range b.Keys {
			bad.Add(string(b.Answer), k, nil)
		}
	}
	return bad.Err()
}

// Propose hands the assessment to the approver. rev is the revision that the actor saw.
// Invalid: something blocks, each answer named as a field. Conflict: rev is stale.
func (s *Service) Propose(ctx context.Context, actor identity.Actor, assessment ID, rev int64) error {
	return s.Store.ChangeAssessment(ctx, assessment, actor.Once(), func(c *AssessmentChange) (audit.Trace, error) {
		if err := actor.Must(identity.ProposeAnswers, identity.Scope{Party: c.Assessment.Party}); err != nil {
			return audit.Trace{}, err
		}
		if err := c.at(rev, Draft, Returned); err != nil {
			return audit.Trace{}, err
		}
		if err := blockedFault(Check(c.Answers, c.Current)); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		c.Assessment.State, c.Assessment.ChangedAt = Proposed, now
		t := actor.Trace(now, identity.ProposeAnswers, c.Assessment.Party, "assessment", string(assessment), nil)
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Proposed, Roles: []string{string(identity.Approver)}, Args: map[string]string{"path": "/assessments/" + string(assessment) + "/check"}}))
		return t, nil
	})
}

// Reopen takes a proposal back to the agencies, by the focal point or the approver.
func (s *Service) Reopen(ctx context.Context, actor identity.Actor, assessment ID, rev int64) error {
	return s.Store.ChangeAssessment(ctx, assessment, actor.Once(), func(c *AssessmentChange) (audit.Trace, error) {
		scope := identity.Scope{Party: c.Assessment.Party}
		if !actor.May(identity.Submit, scope) {
			if err := actor.Must(identity.ProposeAnswers, scope); err != nil {
				return audit.Trace{}, err
			}
		}
		if err := c.at(rev, Proposed); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		c.Assessment.State, c.Assessment.ChangedAt = Draft, now
		if c.Assessment.Submissions > 0 { // after a return only the returned answers are open
			c.Assessment.State = Returned
		}
		return actor.Trace(now, identity.ProposeAnswers, c.Assessment.Party, "assessment", string(assessment), map[string]string{"reopened": "1"}), nil
	})
}

func (c *AssessmentChange) at(rev int64, states ...State) error {
	if rev != c.Assessment.Rev {
		return fault.New(fault.Conflict, "assessment.changed", nil)
	}
	if !slices.Contains(states, c.Assessment.State) {
		return fault.New(fault.Conflict, "assessment.wrong_state", fault.Args{"state": string(c.Assessment.State)})
	}
	return nil
}

// Submit freezes the newest version of every answer and raises it to the
// secretariat; the receipt is the hash of the snapshot.
// Denied: the actor is no approver. Conflict: rev is stale, or nothing was proposed. Invalid: something blocks.
func (s *Service) Submit(ctx context.Context, actor identity.Actor, assessment ID, rev int64) error {
	return s.SubmitTo(ctx, actor, assessment, rev, publication.Secretariat)
}

// SubmitTo is Submit to a wider class: the secretariat alone, or the reviewers with it.
// Invalid, besides: the class is another one.
func (s *Service) SubmitTo(ctx context.Context, actor identity.Actor, assessment ID, rev int64, to publication.Class) error {
	if to != publication.Secretariat && to != publication.Reviewers {
		var bad fault.List
		bad.Add("to", "fault.unknown_choice", nil)
		return bad.Err()
	}
	return s.Store.ChangeAssessment(ctx, assessment, actor.Once(), func(c *AssessmentChange) (audit.Trace, error) {
		if err := actor.Must(identity.Submit, identity.Scope{Party: c.Assessment.Party}); err != nil {
			return audit.Trace{}, err
		}
		if err := c.at(rev, Proposed); err != nil {
			return audit.Trace{}, err
		}
		if err := blockedFault(Check(c.Answers, c.Current)); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		snap := Snapshot{Assessment: assessment, N: c.Assessment.Submissions + 1, By: actor.Account, ByName: actor.Name}
		for i := range c.Answers {
			a := &c.Answers[i]
			v := c.Current[a.ID]
			snap.Lines = append(snap.Lines, SnapshotLine{a.ID, a.Question, a.Provision, v.N, v.Hash})
			a.State, a.Submitted, a.Class, a.ChangedAt = Frozen, v.N, to, now
			if a.Published > 0 {
				a.Class = publication.Public
				if a.Published == v.N {
					a.State = Published
				}
			}
		}
		snap.Hash = snap.hash()
		c.Snapshot = &snap
		c.Assessment.State, c.Assessment.Submissions, c.Assessment.ChangedAt = Submitted, snap.N, now
		c.Assessment.SubmittedAt, c.Assessment.SubmittedBy, c.Assessment.Receipt = now, actor.Name, snap.Hash
		t := actor.Trace(now, identity.Submit, c.Assessment.Party, "assessment", string(assessment), map[string]string{"snapshot": snap.Hash, "n": fmt.Sprint(snap.N)})
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Submitted, Roles: leads, Args: map[string]string{"path": "/assessments/" + string(assessment) + "/receipt"}}))
		return t, nil
	})
}

// hash is the SHA-256 of the snapshot's lines as JSON, hex.
func (s Snapshot) hash() string {
	b, _ := json.Marshal(s.Lines) // cannot fail: strings and numbers
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Return reopens exactly one submitted answer, with a reason that the party reads.
// Invalid: no reason. Conflict: the answer is not with the secretariat.
func (s *Service) Return(ctx context.Context, actor identity.Actor, assessment ID, answer AnswerID, reason string) error {
	reason = strings.TrimSpace(reason)
	return s.Store.ChangeAssessment(ctx, assessment, actor.Once(), func(c *AssessmentChange) (audit.Trace, error) {
		if err := actor.Must(identity.ReturnAnswer, identity.Scope{Party: c.Assessment.Party}); err != nil {
			return audit.Trace{}, err
		}
		if err := needReason(reason); err != nil {
			return audit.Trace{}, err
		}
		i := slices.IndexFunc(c.Answers, func(a Answer) bool { return a.ID == answer })
		if i < 0 {
			return audit.Trace{}, fault.New(fault.NotFound, "", nil)
		}
		a := &c.Answers[i]
		if s := c.Assessment.State; s != Submitted && s != Returned || a.State != Frozen && a.State != Published {
			return audit.Trace{}, fault.New(fault.Conflict, "assessment.not_submitted", nil)
		}
		now := s.Now()
		a.State, a.Reason, a.ReturnedBy, a.ReturnedAt, a.ChangedAt = SentBack, reason, actor.Name, now, now
		c.Assessment.State, c.Assessment.ChangedAt = Returned, now
		t := actor.Trace(now, identity.ReturnAnswer, c.Assessment.Party, "answer", string(answer), nil)
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Returned, Roles: leads, Ref: daily("returned", assessment, now)}))
		return t, nil
	})
}

// Publish makes parts of the submitted version public, with the measures of the
// party that it cites. It replaces what was public of this answer before.
// Denied: the actor is no approver of the party, or edited this version last.
// Invalid: no part is named. Conflict: the version is not the submitted one.
func (s *Service) Publish(ctx context.Context, actor identity.Actor, answer AnswerID, version int, parts []Part) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Base: version}, func(c *AnswerChange) (audit.Trace, error) {
		scope := c.Answer.Scope(actor)
		scope.LastEditor = c.Base.By
		if err := actor.Must(identity.Publish, scope); err != nil {
			return audit.Trace{}, err
		}
		var named []Part
		for _, p := range Parts { // in the order of the questionnaire, each once
			if slices.Contains(parts, p) {
				named = append(named, p)
			}
		}
		if len(named) == 0 || len(named) != len(parts) {
			var bad fault.List
			bad.Add("part", "publication.error.no_part", nil)
			return audit.Trace{}, bad.Err()
		}
		if version == 0 || version != c.Answer.Submitted || c.Base.N != version {
			return audit.Trace{}, fault.New(fault.Conflict, "publication.error.not_submitted", nil)
		}
		now := s.Now()
		content := c.Base.Content.Only(named)
		c.Publish = &Public{Answer: answer, Assessment: c.Answer.Assessment, Round: c.Assessment.Round, Party: c.Answer.Party,
			Question: c.Answer.Question, Provision: c.Answer.Provision, Order: c.Answer.Order, Version: version, Parts: named,
			Content: content, Hash: content.Hash(), PublishedAt: now}
		c.Answer.Published, c.Answer.Class, c.Answer.ChangedAt = version, publication.Public, now
		if c.Answer.State == Frozen {
			c.Answer.State = Published
		}
		names := make([]string, len(named))
		for i, p := range named {
			names[i] = string(p)
		}
		return actor.Trace(now, identity.Publish, c.Answer.Party, "answer", string(answer),
			map[string]string{"version": fmt.Sprint(version), "parts": strings.Join(names, " "), "hash": c.Publish.Hash}), nil
	})
	return err
}

// Withdraw takes a published answer back; its dates stay visible, its content goes.
// Invalid: no reason. NotFound: nothing of the answer is public.
func (s *Service) Withdraw(ctx context.Context, actor identity.Actor, answer AnswerID, reason string) error {
	reason = strings.TrimSpace(reason)
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once()}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.Withdraw, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if err := needReason(reason); err != nil {
			return audit.Trace{}, err
		}
		if c.Answer.Published == 0 {
			return audit.Trace{}, fault.New(fault.NotFound, "publication.error.not_public", nil)
		}
		now := s.Now()
		c.Withdraw = &Public{Answer: answer, WithdrawnAt: now, Reason: reason}
		c.Answer.Published, c.Answer.Class, c.Answer.ChangedAt = 0, publication.Secretariat, now
		if c.Answer.State == Published {
			c.Answer.State = Frozen
		}
		return actor.Trace(now, identity.Withdraw, c.Answer.Party, "answer", string(answer), nil), nil
	})
	return err
}
