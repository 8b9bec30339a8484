package store

import (
	"context"

	"merida/audit"
	"merida/fault"
	"merida/library"
)

func setLife(ctx context.Context, tx Tx, v library.Version) error {
	n, err := tx.Exec(ctx, `UPDATE measure_version SET adopted = $1, in_from = $2, in_until = $3, status = $4, source_url = $5 WHERE measure = $6 AND n = $7`,
		v.Life.Adopted, v.Life.From, v.Life.Until, string(v.Life.Status), v.Life.Source, string(v.Measure), v.N)
	if err == nil && n != 1 {
		return fault.Of(fault.NotFound)
	}
	return err
}

// revised runs fn when the record still stands at the revision that the caller saw, and moves it on.
func (st Library) revised(ctx context.Context, m library.Measure, trace audit.Trace, fn func(Tx) error) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE measure SET rev = rev + 1, changed_at = $1 WHERE id = $2 AND rev = $3`, Micros(m.ChangedAt), string(m.ID), m.Rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.New(fault.Conflict, "measure.error.changed", nil)
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.Touch(ctx, "measure", string(m.ID))
	})
	return err
}

// SetLife saves what is known of the life of a version.
func (st Library) SetLife(ctx context.Context, m library.Measure, v library.Version, trace audit.Trace) error {
	return st.revised(ctx, m, trace, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE measure SET status = $1 WHERE id = $2`, string(m.Status), string(m.ID)); err != nil {
			return err
		}
		return setLife(ctx, tx, v)
	})
}

// Validate saves who validated a record.
func (st Library) Validate(ctx context.Context, m library.Measure, trace audit.Trace) error {
	return st.revised(ctx, m, trace, func(tx Tx) error {
		_, err := tx.Exec(ctx, `UPDATE measure SET validated_at = $1, validated_by = $2, validated_version = $3 WHERE id = $4`,
			Micros(m.ValidatedAt), m.ValidatedBy, m.ValidatedVersion, string(m.ID))
		return err
	})
}
