package follow

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/library"
	"merida/mechanism"
	"merida/party"
)

// SubjectKind says what kind of thing is followed.
type SubjectKind string

const (
	State     SubjectKind = "state"     // party.ID
	Provision SubjectKind = "provision" // convention.ID, with what lies below it
	Provider  SubjectKind = "provider"  // assistance.Org.Key
	Search    SubjectKind = "search"    // library.SavedID of the follower
	Mechanism SubjectKind = "mechanism" // mechanism.ID, for its members
)

// SubjectKinds lists the kinds in the order in which they are shown.
var SubjectKinds = []SubjectKind{State, Provision, Provider, Search, Mechanism}

// Subject is what is followed.
type Subject struct {
	Kind  SubjectKind
	Value string
}

// Pace says how often a letter tells of it.
type Pace string

const (
	AtOnce Pace = "at_once" // within a minute, and not more than one letter in ten minutes
	Daily  Pace = "daily"
	Weekly Pace = "weekly"
	Quiet  Pace = "quiet" // no letters: shown on the pages alone
)

// Paces lists the paces in the order in which they are offered.
var Paces = []Pace{AtOnce, Daily, Weekly, Quiet}

// ID identifies a subscription.
type ID string

// Subscription is what a person follows. It is that person's alone.
type Subscription struct {
	ID      ID
	Account string
	Subject
	// Label is a provider's name as it stood when it was followed; empty for what has a name of its own.
	Label string
	Pace  Pace
	// Cursor is the number of the outbox up to which letters have told; LookedAt is when that was last looked at.
	Cursor   int64
	LookedAt time.Time
	AddedAt  time.Time
}

// Mark is up to which change a person has seen what is new. The zero Mark has never been set.
type Mark struct {
	Seq int64
	At  time.Time
}

// Store is what subscriptions ask of persistence.
type Store interface {
	News
	// Subscriptions lists those of an account, in the order in which they were made.
	Subscriptions(ctx context.Context, account string) ([]Subscription, error)
	// AddSubscription saves a new one, or sets the pace of the one that the account has of the same subject. It gives the id that stands.
	AddSubscription(ctx context.Context, s Subscription, trace audit.Trace) (ID, error)
	// SetPace changes how often letters come. NotFound: the account has none of this id.
	SetPace(ctx context.Context, account string, id ID, p Pace, lookedAt time.Time, trace audit.Trace) error
	// DropSubscription removes it. NotFound as above.
	DropSubscription(ctx context.Context, account string, id ID, trace audit.Trace) error
	// Mark reads what an account has seen; the zero Mark where it never said.
	Mark(ctx context.Context, account string) (Mark, error)
	// SetMark saves it.
	SetMark(ctx context.Context, account string, m Mark, trace audit.Trace) error
	// Due lists subscriptions of a pace that were looked at before a moment, by account.
	Due(ctx context.Context, p Pace, before time.Time) ([]Subscription, error)
	// Tell moves cursors from where they stood and notes the letter, all of it or nothing. d may be nil: there was nothing
	// to tell. Conflict: a cursor has moved, or a subscription is gone; nothing was changed.
	Tell(ctx context.Context, moves []Subscription, upto int64, lookedAt time.Time, d *Digest, trace audit.Trace) error
	// Digest reads what a letter tells. NotFound: there is none of this id.
	Digest(ctx context.Context, id string) (Digest, error)
	// AddStopLink saves the hash of a link that stops letters.
	AddStopLink(ctx context.Context, hash, account string, at time.Time) error
	// StopAccount tells whose link it is. NotFound: it is unknown.
	StopAccount(ctx context.Context, hash string) (account string, err error)
	// Stop makes every subscription of the account quiet and tells how many were not.
	Stop(ctx context.Context, account string, trace func(n int) audit.Trace) (n int, err error)
	// Forget drops digests and links made before a moment.
	Forget(ctx context.Context, before time.Time) error
}

// Finder finds measures; library.Finder does.
type Finder interface {
	Saved(ctx context.Context, query string, after time.Time, limit int) ([]library.Measure, error)
}

// Service holds the acts on subscriptions. All fields are needed.
type Service struct {
	Store       Store
	Conventions *convention.Catalogue
	Searches    library.SavedStore
	Finder      Finder
	Mechanisms  mechanism.Store
	Known       func(party.ID) bool
	Now         clock.Func
}

// Limits of subscriptions.
const (
	MaxSubscriptions = 200 // of one account
	maxValue         = 300
)

// Follow adds a subscription of the actor, or changes its pace where it stands already.
// Denied: nobody is signed in. Invalid: the subject is unknown or not the actor's to know, the pace is none, or there are too many.
func (s *Service) Follow(ctx context.Context, actor identity.Actor, what Subject, label string, pace Pace) (ID, error) {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return "", err
	}
	var bad fault.List
	if !slices.Contains(Paces, pace) {
		bad.Add("pace", "fault.unknown_choice", nil)
	}
	label = strings.Join(strings.Fields(label), " ")
	if !utf8.ValidString(what.Value) || !utf8.ValidString(label) {
		bad.Add("value", "fault.not_utf8", nil)
	}
	if n := max(len(what.Value), len(label)); n > maxValue {
		bad.Add("value", "fault.too_long", fault.Args{"length": n, "limit": maxValue})
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	if ok, err := s.knows(ctx, actor, what); err != nil {
		return "", err
	} else if !ok {
		bad.Add("value", "subscription.error.unknown", nil)
		return "", bad.Err()
	}
	have, err := s.Store.Subscriptions(ctx, actor.Account)
	if err != nil {
		return "", err
	}
	if len(have) >= MaxSubscriptions && !slices.ContainsFunc(have, func(x Subscription) bool { return x.Subject == what }) {
		bad.Add("value", "subscription.error.many", fault.Args{"limit": MaxSubscriptions})
		return "", bad.Err()
	}
	last, err := s.Store.Last(ctx)
	if err != nil {
		return "", err
	}
	now := s.Now()
	if what.Kind != Provider {
		label = ""
	}
	x := Subscription{ID: ID(id.New(now)), Account: actor.Account, Subject: what, Label: label, Pace: pace, Cursor: last, LookedAt: lookedAt(pace, now), AddedAt: now}
	return s.Store.AddSubscription(ctx, x, actor.Trace(now, identity.FollowChanges, "", "subscription", string(x.ID), map[string]string{"kind": string(what.Kind), "pace": string(pace)}))
}

// lookedAt is when a subscription of a pace counts as looked at when it is made: the first letter at once does not wait.
func lookedAt(p Pace, now time.Time) time.Time {
	if p == AtOnce {
		return time.Time{}
	}
	return now
}

// knows reports whether the subject exists and the actor may know of it.
func (s *Service) knows(ctx context.Context, actor identity.Actor, what Subject) (bool, error) {
	switch what.Kind {
	case State:
		return s.Known(party.ID(what.Value)), nil
	case Provision:
		_, ok := s.Conventions.Get(convention.ID(what.Value))
		return ok, nil
	case Provider:
		return what.Value != "" && what.Value == strings.TrimSpace(what.Value), nil
	case Search:
		all, err := s.Searches.SavedSearches(ctx, actor.Account)
		return slices.ContainsFunc(all, func(x library.Saved) bool { return string(x.ID) == what.Value }), err
	case Mechanism:
		return s.Mechanisms.IsMember(ctx, mechanism.ID(what.Value), actor.Account)
	}
	return false, nil
}

// List gives what the actor follows. Denied: nobody is signed in.
func (s *Service) List(ctx context.Context, actor identity.Actor) ([]Subscription, error) {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return nil, err
	}
	return s.Store.Subscriptions(ctx, actor.Account)
}

// SetPace changes how often letters tell of one of the actor's subscriptions. NotFound: it is not the actor's. Invalid: no such pace.
func (s *Service) SetPace(ctx context.Context, actor identity.Actor, sub ID, p Pace) error {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return err
	}
	if !slices.Contains(Paces, p) {
		var bad fault.List
		bad.Add("pace", "fault.unknown_choice", nil)
		return bad.Err()
	}
	now := s.Now()
	return s.Store.SetPace(ctx, actor.Account, sub, p, lookedAt(p, now), actor.Trace(now, identity.FollowChanges, "", "subscription", string(sub), map[string]string{"pace": string(p)}))
}

// Drop ends one of the actor's subscriptions. NotFound: it is not the actor's.
func (s *Service) Drop(ctx context.Context, actor identity.Actor, sub ID) error {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return err
	}
	return s.Store.DropSubscription(ctx, actor.Account, sub, actor.Trace(s.Now(), identity.FollowChanges, "", "subscription", string(sub), map[string]string{"dropped": "yes"}))
}

// Seen notes that the actor has seen what is new up to a number of the outbox, or up to now where it is 0.
func (s *Service) Seen(ctx context.Context, actor identity.Actor, upto int64) error {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return err
	}
	last, err := s.Store.Last(ctx)
	if err != nil {
		return err
	}
	if upto <= 0 || upto > last {
		upto = last
	}
	now := s.Now()
	return s.Store.SetMark(ctx, actor.Account, Mark{upto, now}, actor.Trace(now, identity.FollowChanges, "", "seen", actor.Account, nil))
}

// firstLook is how much of what is new is shown to somebody who never said what has been seen.
const firstLook = 30 * 24 * time.Hour

// Since lists what became public since the actor's mark, and for members what changed in their mechanisms, with the
// mark and the newest number of the outbox. Without a mark it lists the last thirty days. Of each kind f.Limit at most.
func (s *Service) Since(ctx context.Context, actor identity.Actor, f Filter) (out []Change, mark Mark, last int64, err error) {
	if err = actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return nil, mark, 0, err
	}
	if last, err = s.Store.Last(ctx); err != nil {
		return nil, mark, 0, err
	}
	if mark, err = s.Store.Mark(ctx, actor.Account); err != nil {
		return nil, mark, 0, err
	}
	if mark.Seq > last { // the outbox began anew after a restore
		mark.Seq = 0
	}
	if mark.At.IsZero() {
		f.Upto = 0
	} else {
		f.After, f.Upto = mark.Seq, last
		if last == mark.Seq {
			return nil, mark, last, nil
		}
	}
	if out, err = s.Store.Changes(ctx, f); err != nil {
		return nil, mark, 0, err
	}
	if f.Party == "" && f.Provisions == nil && f.Organisation == "" && f.Kinds == nil {
		own, err := s.Store.MemberChanges(ctx, actor.Account, "", f)
		if err != nil {
			return nil, mark, 0, err
		}
		out = append(out, own...)
		slices.SortStableFunc(out, func(a, b Change) int { return b.At.Compare(a.At) })
	}
	if mark.At.IsZero() {
		from := s.Now().Add(-firstLook)
		out = slices.DeleteFunc(out, func(c Change) bool { return c.At.Before(from) })
	}
	return out, mark, last, nil
}

// Changes lists what changed of a subject between two numbers of the outbox, for an account: what is public, and of
// its own mechanisms. ids narrows to these records, by Change.Key; nil does not.
func (s *Service) changes(ctx context.Context, account string, what Subject, f Filter) ([]Change, error) {
	switch what.Kind {
	case State:
		f.Party = party.ID(what.Value)
	case Provision:
		x := convention.ID(what.Value)
		f.Provisions = append([]convention.ID{x}, s.Conventions.Below(x)...)
	case Provider:
		f.Organisation = what.Value
	case Mechanism:
		return s.Store.MemberChanges(ctx, account, what.Value, f)
	case Search:
		return s.found(ctx, account, what.Value, f)
	}
	return s.Store.Changes(ctx, f)
}

// found lists the changed measures that a saved search finds.
func (s *Service) found(ctx context.Context, account, search string, f Filter) ([]Change, error) {
	all, err := s.Searches.SavedSearches(ctx, account)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(x library.Saved) bool { return string(x.ID) == search })
	if i < 0 {
		return nil, nil // it was deleted
	}
	f.Kinds = []Kind{Measure}
	changed, err := s.Store.Changes(ctx, f)
	if err != nil || len(changed) == 0 {
		return nil, err
	}
	oldest := changed[len(changed)-1].At
	found, err := s.Finder.Saved(ctx, all[i].Query, oldest.Add(-time.Microsecond), 500)
	if fault.Is(err, fault.Invalid) { // a provision or a sign that is no longer known
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in := make(map[string]bool, len(found))
	for _, m := range found {
		in[string(m.ID)] = true
	}
	return slices.DeleteFunc(changed, func(c Change) bool { return !in[c.ID] }), nil
}

// Stop makes every subscription of the account of a letter's link quiet. It needs no sign-in: who has the letter may
// stop it. NotFound: the link is unknown.
func (s *Service) Stop(ctx context.Context, secret string) (n int, err error) {
	account, err := s.Store.StopAccount(ctx, identity.HashSecret(secret))
	if err != nil {
		return 0, err
	}
	now := s.Now()
	return s.Store.Stop(ctx, account, func(n int) audit.Trace {
		return identity.Actor{Account: account}.Trace(now, identity.FollowChanges, "", "subscription", account, map[string]string{"stopped": "by the link of a letter"})
	})
}

// Stoppable reports whether a link of a letter is known. NotFound: it is not.
func (s *Service) Stoppable(ctx context.Context, secret string) error {
	_, err := s.Store.StopAccount(ctx, identity.HashSecret(secret))
	return err
}

// StopLink makes the link of a letter and gives its secret, which is kept nowhere.
func (s *Service) StopLink(ctx context.Context, account string) (secret string, err error) {
	secret = id.Secret()
	return secret, s.Store.AddStopLink(ctx, identity.HashSecret(secret), account, s.Now())
}
