package library

import (
	"context"
	"slices"
	"strconv"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/lang"
	"merida/suggest"
)

// SuggestionState says what became of a suggestion.
type SuggestionState string

// The states of a suggestion.
const (
	Open     SuggestionState = "open"
	Accepted SuggestionState = "accepted" // a mapping was made of it
	Refused  SuggestionState = "refused"  // by a person; it is not offered again
)

// Suggestion is a provision proposed for a section, by the program or by a person who may not map.
type Suggestion struct {
	Measure   ID
	EID       string
	Provision convention.ID
	State     SuggestionState
	Strength  suggest.Strength // empty where a person proposed it
	Score     float64          // 0 to 1; 0 where a person proposed it
	Reasons   []suggest.Reason
	Note      lang.Text
	By        string // account; empty for the program
	At        time.Time
	DecidedBy string
	DecidedAt time.Time
}

// MappingKey names what is mapped to what within a measure.
type MappingKey struct {
	EID       string // empty means the whole measure
	Provision convention.ID
}

// Key names the mapping within its measure.
func (m Mapping) Key() MappingKey { return MappingKey{m.EID, m.Provision} }

// Key names the suggestion within its measure.
func (s Suggestion) Key() MappingKey { return MappingKey{s.EID, s.Provision} }

// MappingChange is what becomes of the mappings and suggestions of a measure, all at once.
type MappingChange struct {
	Measure  ID
	Map      []Mapping    // made or replaced; a suggestion of the same is accepted with it
	Remove   []MappingKey // mappings
	Suggest  []Suggestion // written: proposed, refused or open again
	Validate []Mapping    // status, ValidatedBy and ValidatedAt of mappings that are there
	Seen     []string     // sections that were looked at
	Unseen   []string
	By       string
	At       time.Time
}

// MappingWork is how far the mapping of a measure is.
type MappingWork struct {
	Suggestions []Suggestion // whatever became of them, the strongest first
	Version     int          // of the text for which the program proposed; 0 when it has not yet
	Units       int          // of that text
	ProposedAt  time.Time
	Seen        []string // sections that somebody looked at
}

// Open lists the open suggestions for a section, the strongest first.
func (w MappingWork) Open(eid string) (out []Suggestion) {
	for _, s := range w.Suggestions {
		if s.EID == eid && s.State == Open {
			out = append(out, s)
		}
	}
	return out
}

// WaitingFilter narrows the list of laws that wait for mapping.
type WaitingFilter struct {
	Country string
	All     bool // also those of which every section was looked at
	Limit   int  // 100 when zero, 500 at most
	Offset  int
}

// Waiting is a law with how far its mapping is.
type Waiting struct {
	Measure  Measure
	Sections int // units of its newest text as far as the program has read it, else 0
	Seen     int
	Mapped   int // sections with a mapping
	Open     int // suggestions that wait, of the newest text
	Strong   int // of these, strong ones
	Proposed bool
}

// MayMap reports whether an actor may say which provisions a measure implements.
func MayMap(a identity.Actor, m Measure) bool {
	return a.May(identity.MapMeasure, identity.Scope{Party: m.Owner})
}

// MayValidateMapping reports whether an actor may say for their State that mappings of a measure are right.
func MayValidateMapping(a identity.Actor, m Measure) bool {
	return a.May(identity.ValidateMapping, identity.Scope{Party: m.Country})
}

// MayWorkOnMapping reports whether an actor has anything to do with the mapping of a measure, and so sees what is suggested.
func MayWorkOnMapping(a identity.Actor, m Measure) bool {
	return MayMap(a, m) || MayValidateMapping(a, m) || a.May(identity.SuggestMapping, identity.Scope{Party: m.Owner})
}

// Map says that a section implements a provision, in the actor's capacity:
// editorial for those who keep the repository, a suggestion from others.
// A party maps only what it entered; its mapping is validated when it publishes.
// Conflict: the State validated this very mapping, which stands until the State takes it back.
func (s *Service) Map(ctx context.Context, actor identity.Actor, m Mapping) error {
	return s.MapAll(ctx, actor, m.Measure, []Mapping{m})
}

// MapAll is Map for several mappings of one measure at once.
func (s *Service) MapAll(ctx context.Context, actor identity.Actor, measure ID, ms []Mapping) error {
	w, err := s.Store.Whole(ctx, actor.Sight(), measure, 0)
	if err != nil {
		return err
	}
	act := identity.MapMeasure
	if !MayMap(actor, w.Measure) {
		act = identity.SuggestMapping
	}
	if err := actor.Must(act, identity.Scope{Party: w.Measure.Owner}); err != nil {
		return err
	}
	check := w
	check.Mappings = ms
	if err := s.Check(&check); err != nil {
		return err
	}
	now := s.Now()
	c := MappingChange{Measure: measure}
	var work MappingWork
	if act == identity.SuggestMapping {
		if work, err = s.Store.MappingWork(ctx, actor.Sight(), measure); err != nil {
			return err
		}
	}
	var keys []MappingKey
	for _, m := range ms {
		if slices.Contains(keys, m.Key()) {
			continue
		}
		if act == identity.SuggestMapping {
			if slices.ContainsFunc(w.Mappings, func(x Mapping) bool { return x.Key() == m.Key() }) ||
				slices.ContainsFunc(work.Suggestions, func(x Suggestion) bool { return x.Key() == m.Key() }) {
				continue // it is so already, it waits already, or it was refused
			}
			c.Suggest = append(c.Suggest, Suggestion{Measure: measure, EID: m.EID, Provision: m.Provision, State: Open, Note: m.Note, By: actor.Account, At: now})
		} else {
			if err := notValidated(w, m.Key()); err != nil {
				return err
			}
			m.ID, m.Measure, m.Status, m.By, m.At = id.New(now), measure, Editorial, actor.Account, now
			c.Map = append(c.Map, m)
		}
		keys = append(keys, m.Key())
	}
	if len(keys) == 0 {
		return nil
	}
	return s.change(ctx, actor, act, w, c, keys)
}

// notValidated refuses to touch what a State holds to be right.
func notValidated(w Whole, keys ...MappingKey) error {
	for _, x := range w.Mappings {
		if x.Status == Validated && slices.Contains(keys, x.Key()) {
			return fault.New(fault.Conflict, "mapping.error.validated", nil)
		}
	}
	return nil
}

// change saves with one audit entry for each mapping that it is about. What the keys name counts as looked at, unless it is offered again.
func (s *Service) change(ctx context.Context, actor identity.Actor, act identity.Act, w Whole, c MappingChange, keys []MappingKey) error {
	now, m := s.Now(), w.Measure
	if act != identity.SuggestMapping {
		units := unitsOf(w.Sections, keys)
		if act == identity.RemoveMapping {
			c.Unseen = slices.DeleteFunc(units, func(eid string) bool {
				return !slices.ContainsFunc(c.Suggest, func(x Suggestion) bool { return x.State == Open })
			})
		} else {
			c.Seen = units
		}
	}
	c.By, c.At = actor.Account, now
	p := m.Owner
	if act == identity.ValidateMapping {
		p = m.Country
	}
	trace := audit.Trace{Once: actor.Once()}
	for _, k := range keys {
		trace.Entries = append(trace.Entries, actor.Trace(now, act, p, "mapping", string(m.ID), map[string]string{"provision": string(k.Provision), "eid": k.EID}).Entries...)
	}
	return s.Store.ChangeMappings(ctx, c, trace)
}

// MostAccepted bounds the suggestions that one act accepts.
const MostAccepted = 2000

// Accept makes mappings of open suggestions: editorial ones, with the reasons that the suggestions had.
// Those that are not open any more are passed over; it gives those that were accepted.
// Denied, NotFound: the actor may not map the measure. TooLarge: more than MostAccepted.
func (s *Service) Accept(ctx context.Context, actor identity.Actor, measure ID, keys []MappingKey) ([]MappingKey, error) {
	if len(keys) > MostAccepted {
		return nil, fault.New(fault.TooLarge, "fault.too_many", fault.Args{"limit": MostAccepted})
	}
	w, work, err := s.work(ctx, actor, identity.MapMeasure, measure)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	c := MappingChange{Measure: measure}
	var done []MappingKey
	for _, x := range work.Suggestions {
		if x.State != Open || !slices.Contains(keys, x.Key()) {
			continue
		}
		if _, ok := w.Section(x.EID); x.EID != "" && !ok {
			continue // of a text that is no longer the newest
		}
		c.Map = append(c.Map, Mapping{ID: id.New(now), Measure: measure, EID: x.EID, Provision: x.Provision, Status: Editorial, Note: x.Note, By: actor.Account, At: now, Reasons: x.Reasons})
		done = append(done, x.Key())
	}
	if len(done) == 0 {
		return nil, nil
	}
	return done, s.change(ctx, actor, identity.MapMeasure, w, c, done)
}

// work reads what an act on mappings needs, after asking whether the actor may do it.
func (s *Service) work(ctx context.Context, actor identity.Actor, act identity.Act, measure ID) (Whole, MappingWork, error) {
	w, err := s.Store.Whole(ctx, actor.Sight(), measure, 0)
	if err != nil {
		return w, MappingWork{}, err
	}
	scope := identity.Scope{Party: w.Measure.Owner}
	if act == identity.ValidateMapping {
		scope.Party = w.Measure.Country
	}
	if err := actor.Must(act, scope); err != nil {
		return w, MappingWork{}, err
	}
	work, err := s.Store.MappingWork(ctx, actor.Sight(), measure)
	return w, work, err
}

// Refuse takes a suggestion off the list for good. NotFound: it is not open. Denied: the actor may not.
func (s *Service) Refuse(ctx context.Context, actor identity.Actor, measure ID, key MappingKey) error {
	w, work, err := s.work(ctx, actor, identity.RefuseMapping, measure)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(work.Suggestions, func(x Suggestion) bool { return x.Key() == key })
	if i < 0 {
		return fault.Of(fault.NotFound)
	}
	x := work.Suggestions[i]
	if x.State != Open {
		return nil // somebody decided already
	}
	x.State, x.DecidedBy, x.DecidedAt = Refused, actor.Account, s.Now()
	return s.change(ctx, actor, identity.RefuseMapping, w, MappingChange{Measure: measure, Suggest: []Suggestion{x}}, []MappingKey{key})
}

// Remove takes mappings away. With open, those that came from a suggestion are offered again, which is how an
// acceptance is undone; without it they count as refused. A refused suggestion among the keys is opened again with open.
// Conflict: one is validated by the State. NotFound: none of them is there.
func (s *Service) Remove(ctx context.Context, actor identity.Actor, measure ID, keys []MappingKey, open bool) error {
	if len(keys) > MostAccepted {
		return fault.New(fault.TooLarge, "fault.too_many", fault.Args{"limit": MostAccepted})
	}
	w, work, err := s.work(ctx, actor, identity.RemoveMapping, measure)
	if err != nil {
		return err
	}
	if err := notValidated(w, keys...); err != nil {
		return err
	}
	now := s.Now()
	c := MappingChange{Measure: measure}
	var done []MappingKey
	for _, x := range w.Mappings {
		if !slices.Contains(keys, x.Key()) {
			continue
		}
		c.Remove = append(c.Remove, x.Key())
		done = append(done, x.Key())
		if !open && !slices.ContainsFunc(work.Suggestions, func(y Suggestion) bool { return y.Key() == x.Key() }) {
			// What a person took away the program does not offer either.
			c.Suggest = append(c.Suggest, Suggestion{Measure: measure, EID: x.EID, Provision: x.Provision, State: Refused, At: now, DecidedBy: actor.Account, DecidedAt: now})
		}
	}
	for _, x := range work.Suggestions {
		if !slices.Contains(keys, x.Key()) || x.State == Open || x.State == Refused && !open {
			continue
		}
		if open {
			x.State, x.DecidedBy, x.DecidedAt = Open, "", time.Time{}
		} else {
			x.State, x.DecidedBy, x.DecidedAt = Refused, actor.Account, now
		}
		c.Suggest = append(c.Suggest, x)
		if !slices.Contains(done, x.Key()) {
			done = append(done, x.Key())
		}
	}
	if len(done) == 0 {
		return fault.Of(fault.NotFound)
	}
	return s.change(ctx, actor, identity.RemoveMapping, w, c, done)
}

// ValidateMapping records that the State holds a mapping to be right, or takes that back. A suggestion that the State
// holds to be right becomes a validated mapping. Denied, NotFound: the actor is no approver of the State, or there
// is neither mapping nor suggestion.
func (s *Service) ValidateMapping(ctx context.Context, actor identity.Actor, measure ID, key MappingKey, right bool) error {
	w, work, err := s.work(ctx, actor, identity.ValidateMapping, measure)
	if err != nil {
		return err
	}
	now := s.Now()
	c := MappingChange{Measure: measure}
	if i := slices.IndexFunc(w.Mappings, func(x Mapping) bool { return x.Key() == key }); i >= 0 {
		m := w.Mappings[i]
		if right == (m.Status == Validated) {
			return nil
		}
		m.Status, m.ValidatedBy, m.ValidatedAt = Editorial, "", time.Time{}
		if right {
			m.Status, m.ValidatedBy, m.ValidatedAt = Validated, actor.Party, now
		}
		c.Validate = []Mapping{m}
	} else {
		i := slices.IndexFunc(work.Suggestions, func(x Suggestion) bool { return x.Key() == key })
		if _, ok := w.Section(key.EID); i < 0 || !right || key.EID != "" && !ok {
			return fault.Of(fault.NotFound)
		}
		x := work.Suggestions[i]
		c.Map = []Mapping{{ID: id.New(now), Measure: measure, EID: x.EID, Provision: x.Provision, Status: Validated, Note: x.Note, By: actor.Account, At: now,
			ValidatedBy: actor.Party, ValidatedAt: now, Reasons: x.Reasons}}
	}
	return s.change(ctx, actor, identity.ValidateMapping, w, c, []MappingKey{key})
}

// LookedAt notes that somebody looked at sections and found nothing to map, or takes that back.
// Denied, NotFound: the actor may not map the measure.
func (s *Service) LookedAt(ctx context.Context, actor identity.Actor, measure ID, eids []string, seen bool) error {
	w, _, err := s.work(ctx, actor, identity.MapMeasure, measure)
	if err != nil {
		return err
	}
	eids = slices.DeleteFunc(slices.Clone(eids), func(eid string) bool { _, ok := w.Section(eid); return !ok })
	if len(eids) == 0 {
		return fault.Of(fault.NotFound)
	}
	c := MappingChange{Measure: measure, By: actor.Account, At: s.Now()}
	if seen {
		c.Seen = eids
	} else {
		c.Unseen = eids
	}
	return s.Store.ChangeMappings(ctx, c, actor.Trace(c.At, identity.MapMeasure, w.Measure.Owner, "mapping", string(measure), map[string]string{"looked_at": strconv.Itoa(len(eids))}))
}
