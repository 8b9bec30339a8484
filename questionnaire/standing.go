package questionnaire

import (
	"context"
	"fmt"
	"strings"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
)

// StepKind says what was done to an edition.
type StepKind string

const (
	StepAdded    StepKind = "added"    // saved as a draft
	StepRevised  StepKind = "revised"  // a draft got other words
	StepTabled   StepKind = "tabled"   // put before the Conference; from then on its words stand
	StepSeconded StepKind = "seconded" // one of several people recorded the approval, others are still to do so
	StepApproved StepKind = "approved"
	StepRetired  StepKind = "retired"
)

// Step is one act on the standing of an edition. Steps are only ever added.
type Step struct {
	Edition EditionID
	N       int // 1, 2, … within the edition
	Kind    StepKind
	At      time.Time
	By      string // account
	ByName  string // as it stood then
	Symbol  string // of the decision, where the step records one
	On      string // date of the decision
	Hash    string // SHA-256 of the content at that time, hex
}

// Store is what this package asks of persistence.
type Store interface {
	// AddEdition saves a draft with its first step. Conflict: the id is taken.
	AddEdition(ctx context.Context, e Edition, s Step, trace audit.Trace) error
	// Revise gives a draft whose revision is still e.Rev other content. Conflict: it has changed or is no draft.
	Revise(ctx context.Context, e Edition, s Step, trace audit.Trace) error
	// Edition reads one edition. NotFound where there is none.
	Edition(ctx context.Context, id EditionID) (Edition, error)
	// Editions lists all, in the order of their ids.
	Editions(ctx context.Context) ([]Edition, error)
	// Steps lists what was done to an edition, oldest first.
	Steps(ctx context.Context, id EditionID) ([]Step, error)
	// Public reads an edition that was put before the Conference, through the public pool. NotFound: it is a draft, or there is none.
	Public(ctx context.Context, id EditionID) (Edition, error)
	// Publics lists the editions that were put before the Conference, through the public pool, in the order of their ids.
	Publics(ctx context.Context) ([]Edition, error)
	// PublicSteps lists what was done to an edition since it was put before the Conference, without the names
	// of people, through the public pool, oldest first.
	PublicSteps(ctx context.Context, id EditionID) ([]Step, error)
	// SetState moves an edition whose revision is still e.Rev. Conflict: it has changed since.
	SetState(ctx context.Context, e Edition, s Step, trace audit.Trace) error
}

// Service holds the acts on editions.
type Service struct {
	Store Store
	Now   clock.Func
	// Approvers is how many different people must record the same decision before an
	// edition is approved; 0 means one.
	Approvers int
}

// ID is the id that an edition with this content has: "self-assessment-1".
func (c *Content) ID() EditionID { return EditionID(fmt.Sprintf("%s-%d", c.Questionnaire, c.Edition)) }

// Hash is the SHA-256 of the content's JSON as this program writes it, hex.
func (c *Content) Hash() string { return c.hash() }

func (s *Service) step(actor identity.Actor, e Edition, kind StepKind) Step {
	return Step{Edition: e.ID, Kind: kind, At: s.Now(), By: actor.Account, ByName: actor.Name, Hash: e.Content.hash()}
}

// Add saves the content as a draft edition; its id is made of questionnaire and number.
func (s *Service) Add(ctx context.Context, actor identity.Actor, c Content) (EditionID, error) {
	if err := actor.Must(identity.PrepareEdition, identity.Scope{}); err != nil {
		return "", err
	}
	e := Edition{ID: c.ID(), State: Draft, Rev: 1, Content: c}
	return e.ID, s.Store.AddEdition(ctx, e, s.step(actor, e, StepAdded), actor.Trace(s.Now(), identity.PrepareEdition, "", "edition", string(e.ID), nil))
}

// Revise gives a draft other words; changed is false where they are the words it has.
// Conflict: the edition was put before the Conference, or has changed meanwhile.
func (s *Service) Revise(ctx context.Context, actor identity.Actor, c Content) (changed bool, err error) {
	if err := actor.Must(identity.PrepareEdition, identity.Scope{}); err != nil {
		return false, err
	}
	e, err := s.Store.Edition(ctx, c.ID())
	if err != nil {
		return false, err
	}
	if e.Content.hash() == c.hash() {
		return false, nil
	}
	if e.State != Draft {
		return false, fault.New(fault.Conflict, "questionnaire.error.state", fault.Args{"state": string(e.State)})
	}
	e.Content = c
	return true, s.Store.Revise(ctx, e, s.step(actor, e, StepRevised), actor.Trace(s.Now(), identity.PrepareEdition, "", "edition", string(e.ID), map[string]string{"revised": "1", "hash": c.hash()}))
}

// Table puts a draft before the Conference: from now on its words cannot change.
func (s *Service) Table(ctx context.Context, actor identity.Actor, id EditionID) error {
	return s.move(ctx, actor, identity.TableEdition, id, Draft, StepTabled, func(e *Edition, _ *Step) error {
		e.State, e.Hash = Tabled, e.Content.hash()
		return nil
	})
}

// Approve records the Conference's approval of a tabled edition. Where several people
// are needed, each records the same symbol and date, and the last of them approves.
// Invalid: symbol is missing, or on is no date. Conflict: the actor has recorded it
// before, or another person recorded a different decision.
func (s *Service) Approve(ctx context.Context, actor identity.Actor, id EditionID, symbol, on string) error {
	symbol = strings.TrimSpace(symbol)
	steps, err := s.Store.Steps(ctx, id)
	if err != nil {
		return err
	}
	return s.move(ctx, actor, identity.ApproveEdition, id, Tabled, StepApproved, func(e *Edition, st *Step) error {
		var bad fault.List
		if symbol == "" {
			bad.Add("symbol", "fault.required", nil)
		} else if len(symbol) > maxSymbol {
			bad.Add("symbol", "fault.too_long", fault.Args{"limit": maxSymbol, "length": len(symbol)})
		}
		if _, err := time.Parse(time.DateOnly, on); err != nil {
			bad.Add("on", "fault.not_a_date", nil)
		}
		if err := bad.Err(); err != nil {
			return err
		}
		st.Symbol, st.On = symbol, on
		people := 1
		for _, x := range Seconded(steps) {
			switch {
			case x.By == actor.Account:
				return fault.New(fault.Conflict, "edition.error.same_person", nil)
			case x.Symbol != symbol || x.On != on:
				return fault.New(fault.Conflict, "edition.error.other_decision", fault.Args{"symbol": x.Symbol, "date": x.On})
			}
			people++
		}
		if people < s.Approvers {
			st.Kind = StepSeconded
			return nil
		}
		e.State, e.Symbol, e.ApprovedOn = Approved, symbol, on
		return nil
	})
}

// maxSymbol is the length of the symbol of a decision, in bytes.
const maxSymbol = 100

// Seconded are the records of an approval that still waits for other people.
func Seconded(steps []Step) (out []Step) {
	for _, x := range steps {
		switch x.Kind {
		case StepSeconded:
			out = append(out, x)
		default:
			out = nil
		}
	}
	return out
}

// Retire closes an approved edition to new rounds. Open rounds go on.
func (s *Service) Retire(ctx context.Context, actor identity.Actor, id EditionID) error {
	return s.move(ctx, actor, identity.RetireEdition, id, Approved, StepRetired, func(e *Edition, _ *Step) error {
		e.State = Retired
		return nil
	})
}

func (s *Service) move(ctx context.Context, actor identity.Actor, act identity.Act, id EditionID, from State, kind StepKind, change func(*Edition, *Step) error) error {
	if err := actor.Must(act, identity.Scope{}); err != nil {
		return err
	}
	e, err := s.Store.Edition(ctx, id)
	if err != nil {
		return err
	}
	if e.State != from {
		return fault.New(fault.Conflict, "questionnaire.error.state", fault.Args{"state": string(e.State)})
	}
	st := s.step(actor, e, kind)
	if err := change(&e, &st); err != nil {
		return err
	}
	detail := map[string]string{"state": string(e.State), "hash": e.Hash}
	if st.Kind == StepSeconded {
		detail["seconded"] = "1"
	}
	return s.Store.SetState(ctx, e, st, actor.Trace(s.Now(), act, "", "edition", string(id), detail))
}
