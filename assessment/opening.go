package assessment

import (
	"context"
	"fmt"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/lang"
	"merida/mail"
	"merida/party"
	"merida/publication"
)

// Question is a question of the edition, as far as opening a round needs it, with what it takes
// from the round before where answers come along; see [Service.Migrate].
type Question struct {
	ID        string        `json:"id"`
	Provision convention.ID `json:"provision"`
	Fate      Fate          `json:"fate,omitempty"`
	Of        []string      `json:"of,omitempty"`    // questions of the edition before that it comes of
	Takes     []string      `json:"takes,omitempty"` // those of them whose text goes here
}

// Opening is a round with what its States still wait for.
type Opening struct {
	Round     Round
	By        string // account
	ByName    string
	Questions []Question
	Migration *Migration // nil where no answers come along
}

// Entry is one State entering a round, inside an atomic change: what was read, and what fn wants saved.
type Entry struct {
	Opening
	Party party.ID
	// What the State said in the round before; all zero where it was not in it.
	Origin    Assessment // saved back when fn changes it
	Answers   []Answer
	Current   map[AnswerID]Version
	Proposals []Proposal // that are not settled

	Assessment  *Assessment // the new one; nil where the State stays as it is
	NewAnswers  []Answer
	NewVersions []Version
	PutProposal []Proposal
	PutReuse    []Reused
	Carried     []Carried
	Came        *Came
}

// OpenRound opens an approved edition to parties: each gets an assessment with an
// empty answer per question. The round is kept in one step and the States enter one after
// another; what a crash broke off goes on with [Service.Enter].
// Denied: the actor is no officer. Invalid: no party, no question, or a deadline
// that is no date, lies before today or leaves the order of the steps.
func (s *Service) OpenRound(ctx context.Context, actor identity.Actor, edition string, titles lang.Text, due Deadlines, questions []Question, parties []party.ID) (RoundID, error) {
	id, err := s.BeginRound(ctx, actor, edition, titles, due, questions, parties)
	if err != nil {
		return "", err
	}
	_, err = s.Enter(ctx, id, 0)
	return id, err
}

// BeginRound is OpenRound without the States: they wait until [Service.Enter] lets them in.
func (s *Service) BeginRound(ctx context.Context, actor identity.Actor, edition string, titles lang.Text, due Deadlines, questions []Question, parties []party.ID) (RoundID, error) {
	if err := actor.Must(identity.OpenRound, identity.Scope{}); err != nil {
		return "", err
	}
	return s.begin(ctx, actor, identity.OpenRound, Round{Edition: edition, Titles: titles, Deadlines: due}, questions, parties, nil)
}

func (s *Service) begin(ctx context.Context, actor identity.Actor, act identity.Act, r Round, questions []Question, parties []party.ID, m *Migration) (RoundID, error) {
	var bad fault.List
	if len(parties) == 0 {
		bad.Add("party", "round.error.no_party", nil)
	}
	if len(questions) == 0 {
		bad.Add("edition", "round.error.no_question", nil)
	}
	if r.Titles.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	now := s.Now()
	if m == nil || !m.Moves { // the dates of a round that moves stay what they were
		r.Deadlines.check(&bad, now.UTC().Format(time.DateOnly))
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	r.ID, r.OpenedAt, r.OpenedBy = RoundID(id.New(now)), now, actor.Account
	detail := map[string]string{"parties": fmt.Sprint(len(parties)), "edition": r.Edition}
	if m != nil {
		m.Round, m.At, m.By, m.ByName = r.ID, now, actor.Account, actor.Name
		detail["from"], detail["moves"] = string(m.From), fmt.Sprint(m.Moves)
	}
	trace := actor.Trace(now, act, "", "round", string(r.ID), detail)
	trace.Result = string(r.ID)
	return s.Store.AddRound(ctx, Opening{Round: r, By: actor.Account, ByName: actor.Name, Questions: questions, Migration: m}, parties, trace)
}

// Enter lets the States that wait for a round in, each in a change of its own, for about as long as
// budget says; 0 means until none waits. It tells how many still wait. Several may call it at once.
func (s *Service) Enter(ctx context.Context, round RoundID, budget time.Duration) (left int, err error) {
	began := time.Now() // the machine's own clock: it is work that is measured
	for {
		waiting, err := s.Store.Waiting(ctx, round)
		if err != nil || len(waiting) == 0 {
			return 0, err
		}
		for i, p := range waiting {
			if budget > 0 && time.Since(began) > budget {
				return len(waiting) - i, nil
			}
			if err := s.Store.Enter(ctx, round, p, s.enter); err != nil {
				return len(waiting) - i, err
			}
		}
	}
}

// EnterAll goes on with every round for which States wait, for about as long as budget says; see [Service.Enter].
func (s *Service) EnterAll(ctx context.Context, budget time.Duration) error {
	rounds, err := s.Store.WaitingRounds(ctx)
	for _, r := range rounds {
		if err == nil {
			_, err = s.Enter(ctx, r, budget)
		}
	}
	return err
}

// enter decides what a State gets in a round.
func (s *Service) enter(e *Entry) (audit.Trace, error) {
	now := s.Now()
	actor := identity.Actor{Account: e.By, Name: e.ByName, Role: identity.Officer}
	if e.Migration != nil && e.Migration.Moves && !e.Origin.Movable() {
		return audit.Trace{}, nil // it was handed in meanwhile: it stays where it is
	}
	a := Assessment{ID: ID(id.New(now)), Round: e.Round.ID, Party: e.Party, State: Draft, Rev: 1, ChangedAt: now}
	e.Assessment = &a
	for i, q := range e.Questions {
		e.NewAnswers = append(e.NewAnswers, Answer{ID: AnswerID(id.New(now)), Assessment: a.ID, Party: e.Party, Question: q.ID, Provision: q.Provision,
			Order: i + 1, State: Empty, Class: publication.Own, ChangedAt: now})
	}
	act, detail := identity.OpenRound, map[string]string{"round": string(e.Round.ID)}
	note := mail.Note{Kind: mail.RoundOpened, Party: e.Party, Roles: leads, Ref: "opened:" + string(e.Round.ID),
		Args: map[string]string{"round": string(e.Round.ID), "date": e.Round.Deadlines.Submit, "path": "/tasks"}}
	if e.Migration != nil {
		act = identity.MigrateRound
		e.Came = &Came{Assessment: a.ID, Origin: e.Origin.ID, Round: e.Round.ID, From: e.Migration.From, Was: e.Origin.State, Moved: e.Migration.Moves, At: now}
		if e.Origin.ID != "" {
			e.carry(now)
			detail["origin"], detail["answers"] = string(e.Origin.ID), fmt.Sprint(len(e.NewVersions))
		}
		if e.Migration.Moves {
			a.Extended = e.Origin.Extended
		}
	}
	t := actor.Trace(now, act, e.Party, "assessment", string(a.ID), detail)
	t.Mail = append(t.Mail, note)
	return t, nil
}
