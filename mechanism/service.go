package mechanism

import (
	"context"
	"fmt"
	"time"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/party"
)

// Service holds the acts that a person can do on mechanisms.
type Service struct {
	Store Store
	Now   clock.Func
	// Known reports whether a party exists.
	Known func(party.ID) bool
}

// scope is what rights within a mechanism depend on.
func (s *Service) scope(ctx context.Context, actor identity.Actor, mid ID) (identity.Scope, error) {
	if !actor.SignedIn() {
		return identity.Scope{}, fault.Of(fault.Unauthenticated)
	}
	in, err := s.Store.IsMember(ctx, mid, actor.Account)
	return identity.Scope{Member: in}, err
}

// MayConvene reports whether an actor may call meetings and keep the list of actions.
func (s *Service) MayConvene(ctx context.Context, actor identity.Actor, mid ID) (bool, error) {
	sc, err := s.scope(ctx, actor, mid)
	return err == nil && actor.May(identity.ConveneMechanism, sc), err
}

// Keep founds a mechanism, or changes one whose ID is set.
// Denied: the actor is no officer. Conflict: it has changed since. Invalid: with fields.
func (s *Service) Keep(ctx context.Context, actor identity.Actor, m Mechanism) (ID, error) {
	if err := actor.Must(identity.KeepMechanism, identity.Scope{}); err != nil {
		return "", err
	}
	if err := m.Check(s.Known); err != nil {
		return "", err
	}
	now := s.Now()
	if m.ID == "" {
		m.ID, m.Rev = ID(id.New(now)), 0
	}
	m.ChangedAt = now
	return s.Store.PutMechanism(ctx, m, actor.Trace(now, identity.KeepMechanism, "", "mechanism", string(m.ID), nil))
}

// Close ends a mechanism's work, or takes it up again: what it holds stays to be read.
func (s *Service) Close(ctx context.Context, actor identity.Actor, mid ID, closed bool) error {
	if err := actor.Must(identity.KeepMechanism, identity.Scope{}); err != nil {
		return err
	}
	m, err := s.Store.Mechanism(ctx, ReaderOf(actor), mid)
	if err != nil {
		return err
	}
	now := s.Now()
	m.ClosedAt, m.ChangedAt = time.Time{}, now
	if closed {
		m.ClosedAt = now
	}
	_, err = s.Store.PutMechanism(ctx, m, actor.Trace(now, identity.KeepMechanism, "", "mechanism", string(mid), map[string]string{"closed": fmt.Sprint(closed)}))
	return err
}

// Seat gives an account a seat. NotFound: there is no such account, or it is closed.
func (s *Service) Seat(ctx context.Context, actor identity.Actor, mid ID, account string, chair bool) error {
	if err := actor.Must(identity.KeepMechanism, identity.Scope{}); err != nil {
		return err
	}
	now := s.Now()
	return s.Store.PutMember(ctx, mid, account, Member{Chair: chair, Since: now},
		actor.Trace(now, identity.KeepMechanism, "", "mechanism", string(mid), map[string]string{"member": account, "chair": fmt.Sprint(chair)}))
}

// Unseat takes a seat away.
func (s *Service) Unseat(ctx context.Context, actor identity.Actor, mid ID, account string) error {
	if err := actor.Must(identity.KeepMechanism, identity.Scope{}); err != nil {
		return err
	}
	return s.Store.DropMember(ctx, mid, account, actor.Trace(s.Now(), identity.KeepMechanism, "", "mechanism", string(mid), map[string]string{"member_out": account}))
}

// working reads a mechanism in which the actor may convene. NotFound: the actor may not know of it.
// Denied: the actor has no seat. Conflict: it is closed.
func (s *Service) working(ctx context.Context, actor identity.Actor, mid ID) error {
	m, err := s.Store.Mechanism(ctx, ReaderOf(actor), mid)
	if err != nil {
		return err
	}
	sc, err := s.scope(ctx, actor, mid)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.ConveneMechanism, sc); err != nil {
		return err
	}
	if !m.ClosedAt.IsZero() {
		return fault.New(fault.Conflict, "mechanism.error.closed", nil)
	}
	return nil
}

// Meet calls a meeting, or changes one whose ID is set.
func (s *Service) Meet(ctx context.Context, actor identity.Actor, m Meeting) (MeetingID, error) {
	if err := s.working(ctx, actor, m.Mechanism); err != nil {
		return "", err
	}
	if err := m.Check(); err != nil {
		return "", err
	}
	now := s.Now()
	if m.ID == "" {
		m.ID, m.Rev = MeetingID(id.New(now)), 0
	}
	m.ChangedAt = now
	return s.Store.PutMeeting(ctx, m, actor.Trace(now, identity.ConveneMechanism, "", "meeting", string(m.ID), map[string]string{"mechanism": string(m.Mechanism)}))
}

// Agree writes an action down, or changes one whose ID is set.
func (s *Service) Agree(ctx context.Context, actor identity.Actor, a Action) (ActionID, error) {
	if err := s.working(ctx, actor, a.Mechanism); err != nil {
		return "", err
	}
	if a.ID == "" && a.State == "" {
		a.State = ActionOpen
	}
	if err := a.Check(); err != nil {
		return "", err
	}
	now := s.Now()
	if a.ID == "" {
		a.ID, a.Rev = ActionID(id.New(now)), 0
	}
	a.ChangedAt = now
	return a.ID, s.Store.PutAction(ctx, a, actor.Trace(now, identity.ConveneMechanism, "", "action", string(a.ID), map[string]string{"mechanism": string(a.Mechanism), "state": string(a.State)}))
}

// Release lets the members of a mechanism read these submitted answers of the actor's State, and no others
// of that assessment: an answer that is not named any more is taken back. It tells how many stand.
// Denied: the actor does not publish for a State. NotFound: the mechanism does not cover that State.
func (s *Service) Release(ctx context.Context, actor identity.Actor, mid ID, of assessment.ID, answers []assessment.AnswerID) (int, error) {
	if err := actor.Must(identity.ReleaseAnswer, identity.Scope{Party: actor.Party}); err != nil {
		return 0, err
	}
	m, err := s.Store.Mechanism(ctx, ReaderOf(actor), mid)
	if err != nil {
		return 0, err
	}
	if !m.Covers(actor.Party) {
		return 0, fault.Of(fault.NotFound)
	}
	now := s.Now()
	return s.Store.Release(ctx, mid, actor.Party, of, answers, now,
		actor.Trace(now, identity.ReleaseAnswer, actor.Party, "mechanism", string(mid), map[string]string{"assessment": string(of), "answers": fmt.Sprint(len(answers))}))
}
