package library

import (
	"context"
	"strconv"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/publication"
)

// MayValidate reports whether an actor may say for their State that an editorial record about it is right.
func MayValidate(actor identity.Actor, m Measure) bool {
	return m.Owner == "" && m.Visibility == publication.Public && actor.May(identity.ValidateMeasure, identity.Scope{Party: m.Country})
}

// Validate records that the State says an editorial record about it is right: its title, dates, status, source and
// newest text. What is said of provisions is not part of it; a mapping is validated on its own. rev is the revision
// of the record that the caller saw. A later text is not validated until the State looks at it again.
// Denied, NotFound: the actor is no approver of the State. Conflict: rev is stale, or the record is the State's own.
func (s *Service) Validate(ctx context.Context, actor identity.Actor, id ID, rev int64) error {
	return s.validate(ctx, actor, id, rev, true)
}

// WithdrawValidation takes back what Validate recorded, with the same rights and faults.
func (s *Service) WithdrawValidation(ctx context.Context, actor identity.Actor, id ID, rev int64) error {
	return s.validate(ctx, actor, id, rev, false)
}

func (s *Service) validate(ctx context.Context, actor identity.Actor, id ID, rev int64, right bool) error {
	m, err := s.Store.Measure(ctx, actor.Sight(), id)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.ValidateMeasure, identity.Scope{Party: m.Country}); err != nil {
		return err
	}
	if m.Owner != "" { // what a State entered itself is validated when it is published
		return fault.New(fault.Conflict, "measure.error.own_record", nil)
	}
	now := s.Now()
	m.Rev, m.ValidatedAt, m.ValidatedBy, m.ValidatedVersion = rev, now, string(actor.Party), m.Version
	said := "right"
	if !right {
		m.ValidatedAt, m.ValidatedBy, m.ValidatedVersion = time.Time{}, "", 0
		said = "withdrawn"
	}
	m.ChangedAt = now
	return s.Store.Validate(ctx, m, actor.Trace(now, identity.ValidateMeasure, m.Country, "measure", string(id), map[string]string{"version": strconv.Itoa(m.Version), "said": said}))
}
