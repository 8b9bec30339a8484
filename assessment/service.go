package assessment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/mail"
	"merida/party"
	"merida/publication"
)

// Service holds the acts that a person can do on assessments.
type Service struct {
	Store Store
	Now   clock.Func
}

// Question is a question of the edition, as far as opening a round needs it.
type Question struct {
	ID        string
	Provision convention.ID
}

// OpenRound opens an approved edition to parties: each gets an assessment with an
// empty answer per question.
// Denied: the actor is no officer. Invalid: no party, no question, or a deadline
// that is no date, lies before today or leaves the order of the steps.
func (s *Service) OpenRound(ctx context.Context, actor identity.Actor, edition string, titles lang.Text, due Deadlines, questions []Question, parties []party.ID) (RoundID, error) {
	if err := actor.Must(identity.OpenRound, identity.Scope{}); err != nil {
		return "", err
	}
	var bad fault.List
	if len(parties) == 0 {
		bad.Add("party", "round.error.no_party", nil)
	}
	if len(questions) == 0 {
		bad.Add("edition", "round.error.no_question", nil)
	}
	if titles.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	now := s.Now()
	due.check(&bad, now.UTC().Format(time.DateOnly))
	if err := bad.Err(); err != nil {
		return "", err
	}
	r := Round{ID: RoundID(id.New(now)), Edition: edition, Titles: titles, OpenedAt: now, OpenedBy: actor.Account, Deadlines: due}
	var as []Assessment
	var answers []Answer
	for _, p := range parties {
		a := Assessment{ID: ID(id.New(now)), Round: r.ID, Party: p, State: Draft, Rev: 1, ChangedAt: now}
		as = append(as, a)
		for i, q := range questions {
			answers = append(answers, Answer{ID: AnswerID(id.New(now)), Assessment: a.ID, Party: p, Question: q.ID, Provision: q.Provision,
				Order: i + 1, State: Empty, Class: publication.Own, ChangedAt: now})
		}
	}
	trace := actor.Trace(now, identity.OpenRound, "", "round", string(r.ID), map[string]string{"parties": fmt.Sprint(len(parties)), "edition": edition})
	for _, p := range parties {
		trace.Mail = append(trace.Mail, mail.Note{Kind: mail.RoundOpened, Party: p, Roles: leads, Ref: "opened:" + string(r.ID), Args: map[string]string{"round": string(r.ID), "date": due.Submit, "path": "/tasks"}})
	}
	return r.ID, s.Store.AddRound(ctx, r, as, answers, trace)
}

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
// Denied or NotFound: the actor does not lead the party's answers, or nothing is selected. Invalid: the date is none.
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
// Invalid: a limit is broken, with fields.
func (s *Service) Save(ctx context.Context, actor identity.Actor, answer AnswerID, base int, content Content) (Saved, error) {
	content, err := content.Clean()
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
func (s *Service) Contribute(ctx context.Context, actor identity.Actor, answer AnswerID, saves int, content Content) (Saved, error) {
	content, err := content.Clean()
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
		keys := current[a.ID].Content.Blocks()
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
