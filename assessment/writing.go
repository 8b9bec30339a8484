package assessment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/library"
	"merida/mail"
)

// Saved acknowledges a save: what the server has committed.
type Saved struct {
	Version int       `json:"version"` // of the answer, or of the proposal
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	// Proposal is where a contribution is kept; empty for the party's own line.
	Proposal ProposalID `json:"proposal,omitempty"`
	Saves    int        `json:"saves,omitempty"`
	// Merged reports that somebody else had changed other parts, which were joined with these.
	Merged bool `json:"merged,omitempty"`
}

// Clash is the Conflict of two texts. Nothing was discarded: the caller's text is kept as Kept.
type Clash struct {
	Theirs Version
	Mine   Content
	Kept   ProposalID
}

// Error is for logs.
func (c *Clash) Error() string { return "assessment: two versions of one answer" }

// Unwrap makes a Clash a fault of kind Conflict.
func (c *Clash) Unwrap() error { return fault.New(fault.Conflict, "assessment.conflict", nil) }

// Save stores a version of the party's own line. base is the version that the
// writer saw (0 for none). The same content again changes nothing.
// Conflict (a *Clash): somebody changed the same part since base; the text is kept beside.
// Denied: the answer is not open for writing, or the actor does not lead the party's answers.
// Invalid: a limit is broken, or a new citation leads to nothing that the actor sees, with fields.
func (s *Service) Save(ctx context.Context, actor identity.Actor, answer AnswerID, base int, content Content) (Saved, error) {
	content, err := content.Clean()
	if err != nil {
		return Saved{}, err
	}
	unfounded, err := s.Store.Unfounded(ctx, actor.Sight(), content.Citations)
	if err != nil {
		return Saved{}, err
	}
	var out Saved
	var clash *Clash
	kept, repeated, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Base: base}, func(c *AnswerChange) (audit.Trace, error) {
		clash = nil
		if err := actor.Must(identity.EditAnswer, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if !c.Answer.Writable(c.Assessment.State) {
			return audit.Trace{}, fault.New(fault.Denied, "assessment.not_open", nil)
		}
		if err := c.holds(unfounded); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		merged := false
		switch {
		case content.Equal(c.Current.Content) && c.Answer.Version > 0:
			out = Saved{Version: c.Answer.Version, At: c.Current.At, By: c.Current.ByName}
			return result(actor.Trace(now, identity.EditAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"same": "1"}), out), nil
		case base != c.Answer.Version:
			m, ok := MergeParts(c.Base.Content, content, c.Current.Content)
			if !ok {
				p := Proposal{ID: ProposalID(id.New(now)), Answer: answer, Base: base, Author: actor.Account, Name: actor.Name, Agency: actor.Agency,
					State: SetAside, Saves: 1, Content: content, At: now}
				c.PutProposal = []Proposal{p}
				clash = &Clash{Theirs: c.Current, Mine: content, Kept: p.ID}
				t := actor.Trace(now, identity.EditAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"kept_beside": string(p.ID)})
				return result(t, Saved{Proposal: p.ID}), nil
			}
			content, merged = m, true
		}
		v := c.append(actor, content, now, Typed, "")
		out = Saved{Version: v.N, At: now, By: actor.Name, Merged: merged}
		return result(actor.Trace(now, identity.EditAnswer, c.Answer.Party, "answer", string(answer), map[string]string{"version": fmt.Sprint(v.N)}), out), nil
	})
	if err != nil {
		return Saved{}, err
	}
	if repeated {
		return again(kept)
	}
	if clash != nil {
		return Saved{}, clash
	}
	return out, nil
}

// result keeps what a repeated request will be told.
func result(t audit.Trace, v Saved) audit.Trace {
	b, _ := json.Marshal(v) // cannot fail: strings, numbers and a time
	t.Result = string(b)
	return t
}

func again(kept string) (out Saved, err error) {
	if err := json.Unmarshal([]byte(kept), &out); err != nil {
		return out, fmt.Errorf("kept result: %w", err)
	}
	if out.Version == 0 && out.Saves == 0 && out.Proposal != "" {
		return out, &Clash{Kept: out.Proposal}
	}
	return out, nil
}

// holds lets citations stay that the answer made before, whatever has become of the law since,
// and refuses new ones that lead nowhere: to no section, or to one that another State keeps to itself.
// An answer that says yes could else be submitted on a law that nobody can read.
func (c *AnswerChange) holds(unfounded []library.Citation) error {
	for _, x := range unfounded {
		if !slices.Contains(c.Current.Content.Citations, x) && !slices.Contains(c.Base.Content.Citations, x) && !slices.Contains(c.Proposal.Content.Citations, x) {
			var bad fault.List
			bad.Add("citations", "question.error.cite", nil)
			return bad.Err()
		}
	}
	return nil
}

func (c *AnswerChange) append(actor identity.Actor, content Content, now time.Time, src Source, of ProposalID) Version {
	v := Version{Answer: c.Answer.ID, N: c.Answer.Version + 1, Content: content, Hash: content.Hash(), At: now,
		By: actor.Account, ByName: actor.Name, Agency: actor.Agency, Source: src, Of: of}
	c.NewVersion = &v
	c.Answer.Version, c.Answer.ChangedAt = v.N, now
	if c.Answer.State != SentBack {
		c.Answer.State = Drafted
		if content.Empty() {
			c.Answer.State = Empty
		}
	}
	return v
}

// Contribute stores a contributor's text, apart from the party's line. saves is
// the number of the proposal's save that the writer saw, 0 for a new one.
// NotFound: the answer is not assigned to the actor. Conflict: the same account wrote from elsewhere.
// Invalid: as in Save.
func (s *Service) Contribute(ctx context.Context, actor identity.Actor, answer AnswerID, saves int, content Content) (Saved, error) {
	content, err := content.Clean()
	if err != nil {
		return Saved{}, err
	}
	unfounded, err := s.Store.Unfounded(ctx, actor.Sight(), content.Citations)
	if err != nil {
		return Saved{}, err
	}
	var out Saved
	var clash *Clash
	kept, repeated, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Author: actor.Account}, func(c *AnswerChange) (audit.Trace, error) {
		clash = nil
		if err := actor.Must(identity.Contribute, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if !c.Answer.Writable(c.Assessment.State) {
			return audit.Trace{}, fault.New(fault.Denied, "assessment.not_open", nil)
		}
		if err := c.holds(unfounded); err != nil {
			return audit.Trace{}, err
		}
		now := s.Now()
		p := c.Proposal
		if p.ID == "" || !p.Open() {
			p = Proposal{ID: ProposalID(id.New(now)), Answer: answer, Base: c.Answer.Version, Author: actor.Account, State: Writing}
		} else if saves != p.Saves && !content.Equal(p.Content) {
			beside := Proposal{ID: ProposalID(id.New(now)), Answer: answer, Base: p.Base, Author: actor.Account, Name: actor.Name, Agency: actor.Agency, State: SetAside, Saves: 1, Content: content, At: now}
			c.PutProposal = []Proposal{beside}
			clash = &Clash{Theirs: Version{Content: p.Content, At: p.At, ByName: p.Name, Agency: p.Agency}, Mine: content, Kept: beside.ID}
			t := actor.Trace(now, identity.Contribute, c.Answer.Party, "proposal", string(p.ID), map[string]string{"kept_beside": string(beside.ID)})
			return result(t, Saved{Proposal: beside.ID}), nil
		}
		p.Name, p.Agency, p.Content, p.At = actor.Name, actor.Agency, content, now
		p.Saves++
		c.PutProposal = []Proposal{p}
		out = Saved{Version: c.Answer.Version, At: now, By: actor.Name, Proposal: p.ID, Saves: p.Saves}
		return result(actor.Trace(now, identity.Contribute, c.Answer.Party, "proposal", string(p.ID), map[string]string{"save": fmt.Sprint(p.Saves)}), out), nil
	})
	if err != nil {
		return Saved{}, err
	}
	if repeated {
		return again(kept)
	}
	if clash != nil {
		return Saved{}, clash
	}
	return out, nil
}

// Offer hands a contribution to the focal point.
// Invalid: it says nothing yet.
func (s *Service) Offer(ctx context.Context, actor identity.Actor, answer AnswerID) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Author: actor.Account}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.Contribute, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if c.Proposal.ID == "" || !c.Proposal.Open() {
			return audit.Trace{}, fault.New(fault.NotFound, "assessment.no_proposal", nil)
		}
		if c.Proposal.Content.Empty() {
			return audit.Trace{}, fault.New(fault.Invalid, "assessment.nothing_said", nil)
		}
		now := s.Now()
		p := c.Proposal
		p.State, p.At, p.Note = Offered, now, ""
		c.PutProposal = []Proposal{p}
		c.Answer.ChangedAt = now
		t := actor.Trace(now, identity.Contribute, c.Answer.Party, "proposal", string(p.ID), map[string]string{"state": string(Offered)})
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.Offered, Roles: []string{string(identity.FocalPoint)}, Ref: daily("offered", c.Assessment.ID, now), Args: map[string]string{"path": "/tasks"}}))
		return t, nil
	})
	return err
}

// Accept makes a contribution the party's newest version. base is the version that the focal point saw.
// Conflict (a *Clash): the party's line changed the same part since; nothing is lost.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, answer AnswerID, proposal ProposalID, base int) error {
	var clash *Clash
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Base: base, Proposal: proposal}, func(c *AnswerChange) (audit.Trace, error) {
		clash = nil
		if err := actor.Must(identity.ResolveProposal, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		p := c.Proposal
		if p.ID == "" || p.State == Taken || p.State == Transferred {
			return audit.Trace{}, fault.New(fault.NotFound, "assessment.no_proposal", nil)
		}
		if !c.Answer.Writable(c.Assessment.State) {
			return audit.Trace{}, fault.New(fault.Denied, "assessment.not_open", nil)
		}
		if base != c.Answer.Version {
			clash = &Clash{Theirs: c.Current, Mine: p.Content, Kept: p.ID}
			return audit.Trace{}, clash
		}
		now := s.Now()
		v := c.append(actor, p.Content, now, Accepted, p.ID)
		c.NewVersion.Agency = p.Agency
		p.State, p.At = Taken, now
		c.PutProposal = []Proposal{p}
		return actor.Trace(now, identity.ResolveProposal, c.Answer.Party, "proposal", string(p.ID), map[string]string{"state": string(Taken), "version": fmt.Sprint(v.N)}), nil
	})
	return err
}

// HandBack returns a contribution to its author with a reason.
// Invalid: no reason is given.
func (s *Service) HandBack(ctx context.Context, actor identity.Actor, answer AnswerID, proposal ProposalID, note string) error {
	note = strings.TrimSpace(note)
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Proposal: proposal}, func(c *AnswerChange) (audit.Trace, error) {
		if err := actor.Must(identity.ResolveProposal, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if err := needReason(note); err != nil {
			return audit.Trace{}, err
		}
		p := c.Proposal
		if p.ID == "" || p.State != Offered {
			return audit.Trace{}, fault.New(fault.NotFound, "assessment.no_proposal", nil)
		}
		now := s.Now()
		p.State, p.Note, p.At = HandedBack, note, now
		c.PutProposal = []Proposal{p}
		t := actor.Trace(now, identity.ResolveProposal, c.Answer.Party, "proposal", string(p.ID), map[string]string{"state": string(HandedBack)})
		t.Mail = append(t.Mail, c.note(mail.Note{Kind: mail.HandedBack, Account: p.Author}))
		return t, nil
	})
	return err
}
