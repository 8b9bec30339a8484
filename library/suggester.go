package library

import (
	"context"
	"sync"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/suggest"
)

// Suggester proposes provisions for the sections of measures. It learns from what is mapped and public, so that no
// suggestion can tell anything of a text that a State keeps to itself.
type Suggester struct {
	Reference *suggest.Reference
	Store     Store
	// Shipped are examples that the program brings along, by the source id of their law; those of laws that the store has mapped itself are not used.
	Shipped []suggest.Example

	mu     sync.Mutex
	corpus *suggest.Corpus
	mark   string
	at     time.Time
}

// Bounds of what is learnt from: the laws that were mapped last.
const (
	mostLearntLaws = 400
	mostExamples   = 5000
	learnAgain     = time.Minute // at most so often
)

// learn gives the examples, read anew when mappings changed.
func (g *Suggester) learn(ctx context.Context, now time.Time) (*suggest.Corpus, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.corpus != nil && now.Sub(g.at) < learnAgain && !now.Before(g.at) {
		return g.corpus, nil
	}
	ids, mark, err := g.Store.MappedIDs(ctx)
	if err != nil {
		return nil, err
	}
	g.at = now
	if g.corpus != nil && mark == g.mark {
		return g.corpus, nil
	}
	var examples []suggest.Example
	have := map[string]bool{}
	for _, id := range ids[:min(len(ids), mostLearntLaws)] {
		w, err := g.Store.Whole(ctx, identity.Sight{}, id, 0)
		if fault.Is(err, fault.NotFound) {
			continue // withdrawn meanwhile
		}
		if err != nil {
			return nil, err
		}
		examples = append(examples, Examples(w)...)
		if w.Measure.SourceID != "" {
			have[w.Measure.SourceID] = true
		}
		if len(examples) >= mostExamples {
			break
		}
	}
	for _, e := range g.Shipped {
		if !have[e.Law] {
			examples = append(examples, e)
		}
	}
	g.corpus, g.mark = g.Reference.Read(examples), mark
	return g.corpus, nil
}

// propose computes suggestions for a measure's text.
func (g *Suggester) propose(ctx context.Context, w Whole, now time.Time) ([]Suggestion, int, error) {
	corpus, err := g.learn(ctx, now)
	if err != nil {
		return nil, 0, err
	}
	l := LawOf(w)
	own := func(law string) bool {
		return law == string(w.Measure.ID) || w.Measure.SourceID != "" && law == w.Measure.SourceID
	}
	m := g.Reference.Learn(corpus, func(e suggest.Example) bool { return !own(e.Law) })
	var out []Suggestion
	for i, ss := range m.Suggest(l) {
		for _, s := range ss {
			out = append(out, Suggestion{Measure: w.Measure.ID, EID: l.Units[i].EID, Provision: s.Provision, State: Open, Strength: s.Strength, Score: s.Score, Reasons: s.Reasons, At: now})
		}
	}
	return out, len(l.Units), nil
}

// Work reads how far the mapping of a measure is, for those who have a part in it. Where the program has not proposed anything for the
// newest text yet, it does so now.
// NotFound, Denied: the actor has no part in it.
func (s *Service) Work(ctx context.Context, actor identity.Actor, measure ID) (Whole, MappingWork, error) {
	w, err := s.Store.Whole(ctx, actor.Sight(), measure, 0)
	if err != nil {
		return w, MappingWork{}, err
	}
	if !MayWorkOnMapping(actor, w.Measure) {
		return w, MappingWork{}, actor.Must(identity.MapMeasure, identity.Scope{Party: w.Measure.Owner})
	}
	work, err := s.Store.MappingWork(ctx, actor.Sight(), measure)
	if err != nil || s.Suggester == nil || work.Version == w.Version.N {
		return w, work, err
	}
	if err := s.propose(ctx, w); err != nil {
		return w, work, err
	}
	work, err = s.Store.MappingWork(ctx, actor.Sight(), measure)
	return w, work, err
}

func (s *Service) propose(ctx context.Context, w Whole) error {
	now := s.Now()
	ss, units, err := s.Suggester.propose(ctx, w, now)
	if err != nil {
		return err
	}
	if err := s.Store.Propose(ctx, w.Measure.ID, w.Version.N, units, now, ss); err != nil {
		return err
	}
	var keys []MappingKey
	for _, m := range w.Mappings {
		keys = append(keys, m.Key())
	}
	seen := unitsOf(w.Sections, keys) // somebody has mapped these, be it an import
	if len(seen) == 0 {
		return nil
	}
	return s.Store.ChangeMappings(ctx, MappingChange{Measure: w.Measure.ID, Seen: seen, At: now}, audit.Trace{})
}

// ProposeAgain computes the suggestions for a measure anew, with what was mapped since.
// Denied, NotFound: the actor may not map it.
func (s *Service) ProposeAgain(ctx context.Context, actor identity.Actor, measure ID) error {
	w, err := s.Store.Whole(ctx, actor.Sight(), measure, 0)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.MapMeasure, identity.Scope{Party: w.Measure.Owner}); err != nil {
		return err
	}
	if s.Suggester == nil {
		return nil
	}
	s.Suggester.mu.Lock()
	s.Suggester.at = time.Time{}
	s.Suggester.mu.Unlock()
	return s.propose(ctx, w)
}

// WaitingForMapping lists laws whose sections nobody looked at yet, for those who map whatever the State.
// Denied: the actor does not.
func (s *Service) WaitingForMapping(ctx context.Context, actor identity.Actor, f WaitingFilter) ([]Waiting, int, error) {
	if err := actor.Must(identity.MapMeasure, identity.Scope{}); err != nil {
		return nil, 0, err
	}
	return s.Store.Waiting(ctx, actor.Sight(), f)
}
