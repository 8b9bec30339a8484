package library

import (
	"context"
	"slices"
	"strconv"

	"merida/fault"
	"merida/identity"
	"merida/publication"
)

// keeps decides in what capacity an actor may change what a record says of itself: editorial records
// by those who keep the repository; a State's own record by its people while it is their own, and
// once it is published by those who publish for the State.
func keeps(m Measure) (identity.Act, identity.Scope) {
	scope := identity.Scope{Party: m.Owner}
	switch {
	case m.Owner == "":
		return identity.AddEditorial, identity.Scope{}
	case m.Visibility == publication.Public:
		return identity.PublishMeasure, scope
	}
	return identity.AddMeasure, scope
}

// MayKeep reports whether an actor may say when a version of a measure was in force, or add a translation.
func MayKeep(actor identity.Actor, m Measure) bool { return actor.May(keeps(m)) }

// SetLife says what is known of the life of a version; rev is the revision of the record that the caller saw.
// The newest version's status is that of the record as well.
// Denied: the actor may not. NotFound: there is no such version for the actor. Conflict: rev is stale.
// Invalid: a date is none, the end lies before the beginning, the status is unknown or the address none.
func (s *Service) SetLife(ctx context.Context, actor identity.Actor, id ID, n int, life Life, rev int64) error {
	m, err := s.Store.Measure(ctx, actor.Sight(), id)
	if err != nil {
		return err
	}
	act, scope := keeps(m)
	if err := actor.Must(act, scope); err != nil {
		return err
	}
	vs, err := s.Store.Versions(ctx, actor.Sight(), id)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(vs, func(v Version) bool { return v.N == n })
	if i < 0 {
		return fault.Of(fault.NotFound)
	}
	var bad fault.List
	life.check(&bad)
	if err := bad.Err(); err != nil {
		return err
	}
	if n == m.Version {
		m.Status = life.Status
	}
	v := vs[i]
	v.Life = life
	m.Rev, m.ChangedAt = rev, s.Now()
	return s.Store.SetLife(ctx, m, v, actor.Trace(m.ChangedAt, act, m.Owner, "measure", string(id),
		map[string]string{"version": strconv.Itoa(n), "adopted": life.Adopted, "from": life.From, "until": life.Until, "status": string(life.Status)}))
}

// ReadAsOf reads the version of a measure that was in force on a day (YYYY-MM-DD). Where none that is known was,
// or nobody says, AsOf.N is 0 and the newest version is given: the caller says so before showing it.
// Invalid: day is none. NotFound: there is no such measure for the sight.
func ReadAsOf(ctx context.Context, st Store, sight identity.Sight, id ID, day string) (Whole, AsOf, error) {
	vs, err := st.Versions(ctx, sight, id)
	if err != nil {
		return Whole{}, AsOf{}, err
	}
	a, err := InForceOn(vs, day)
	if err != nil {
		return Whole{}, a, err
	}
	w, err := st.Whole(ctx, sight, id, a.N)
	return w, a, err
}
