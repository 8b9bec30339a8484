package store

import (
	"context"
	"errors"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/follow"
)

// Follows keeps what people follow and what they were told.
type Follows struct {
	DB DB
	News
}

var _ follow.Store = Follows{}

// NewFollows keeps subscriptions in a database.
func NewFollows(db DB) Follows { return Follows{db, News{db}} }

const subscriptionColumns = `id, account, kind, value, label, pace, cursor, looked_at, added_at`

func scanSubscription(s Scanner) (x follow.Subscription, err error) {
	return x, s.Scan(&x.ID, &x.Account, &x.Kind, &x.Value, &x.Label, &x.Pace, &x.Cursor, InTime(&x.LookedAt), InTime(&x.AddedAt))
}

// Subscriptions lists those of an account.
func (st Follows) Subscriptions(ctx context.Context, account string) (out []follow.Subscription, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM subscription WHERE account = $1 ORDER BY id`, account)
		return err
	})
	return out, err
}

// AddSubscription saves a new one, or the pace of the one that stands.
func (st Follows) AddSubscription(ctx context.Context, s follow.Subscription, trace audit.Trace) (follow.ID, error) {
	stands := s.ID
	result, repeated, err := Act(ctx, st.DB, func() audit.Trace { trace.Result = string(stands); return trace }, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO subscription (`+subscriptionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (account, kind, value) DO UPDATE SET pace = excluded.pace`, string(s.ID), s.Account, string(s.Kind), s.Value, s.Label, string(s.Pace), s.Cursor, Micros(s.LookedAt), Micros(s.AddedAt)); err != nil {
			return err
		}
		var err error
		stands, err = One(ctx, tx, Value[follow.ID], `SELECT id FROM subscription WHERE account = $1 AND kind = $2 AND value = $3`, s.Account, string(s.Kind), s.Value)
		return err
	})
	if repeated {
		return follow.ID(result), err
	}
	return stands, err
}

// SetPace changes how often letters come.
func (st Follows) SetPace(ctx context.Context, account string, id follow.ID, p follow.Pace, lookedAt time.Time, trace audit.Trace) error {
	return SavedSearches{st.DB}.one(ctx, trace, `UPDATE subscription SET pace = $3, looked_at = $4 WHERE account = $1 AND id = $2`, account, string(id), string(p), Micros(lookedAt))
}

// DropSubscription removes one.
func (st Follows) DropSubscription(ctx context.Context, account string, id follow.ID, trace audit.Trace) error {
	return SavedSearches{st.DB}.one(ctx, trace, `DELETE FROM subscription WHERE account = $1 AND id = $2`, account, string(id))
}

// Mark reads what an account has seen.
func (st Follows) Mark(ctx context.Context, account string) (m follow.Mark, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		m, err = One(ctx, tx, func(s Scanner) (m follow.Mark, err error) { return m, s.Scan(&m.Seq, InTime(&m.At)) }, `SELECT seq, at FROM seen_mark WHERE account = $1`, account)
		if errors.Is(err, ErrNoRow) {
			m, err = follow.Mark{}, nil
		}
		return err
	})
	return m, err
}

// SetMark saves it.
func (st Follows) SetMark(ctx context.Context, account string, m follow.Mark, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO seen_mark (account, seq, at) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET seq = excluded.seq, at = excluded.at`, account, m.Seq, Micros(m.At))
		return err
	})
	return err
}

// Due lists subscriptions that are due.
func (st Follows) Due(ctx context.Context, p follow.Pace, before time.Time) (out []follow.Subscription, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanSubscription, `SELECT `+subscriptionColumns+` FROM subscription WHERE pace = $1 AND looked_at < $2 ORDER BY account, id`, string(p), Micros(before))
		return err
	})
	return out, err
}

// Tell moves cursors and notes the letter.
func (st Follows) Tell(ctx context.Context, moves []follow.Subscription, upto int64, lookedAt time.Time, d *follow.Digest, trace audit.Trace) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		for _, x := range moves {
			n, err := tx.Exec(ctx, `UPDATE subscription SET cursor = $1, looked_at = $2 WHERE id = $3 AND cursor = $4 AND looked_at = $5 AND pace = $6`,
				upto, Micros(lookedAt), string(x.ID), x.Cursor, Micros(x.LookedAt), string(x.Pace))
			if err != nil {
				return err
			}
			if n != 1 {
				return fault.Of(fault.Conflict)
			}
		}
		if d == nil {
			return nil // nothing was told: the record of acts need not hold each look
		}
		if _, err := tx.Exec(ctx, `INSERT INTO digest (id, account, pace, lines, total, at) VALUES ($1, $2, $3, $4, $5, $6)`, d.ID, d.Account, string(d.Pace), JSON(d.Lines), d.Total, Micros(d.At)); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace)
	})
}

// Digest reads what a letter tells.
func (st Follows) Digest(ctx context.Context, id string) (d follow.Digest, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		d, err = One(ctx, tx, func(s Scanner) (d follow.Digest, err error) {
			return d, s.Scan(&d.ID, &d.Account, &d.Pace, FromJSON(&d.Lines), &d.Total, InTime(&d.At))
		}, `SELECT id, account, pace, lines, total, at FROM digest WHERE id = $1`, id)
		return Found(err, "")
	})
	return d, err
}

// AddStopLink saves the hash of a link that stops letters.
func (st Follows) AddStopLink(ctx context.Context, hash, account string, at time.Time) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO stop_link (hash, account, made_at) VALUES ($1, $2, $3)`, hash, account, Micros(at))
		return err
	})
}

// StopAccount tells whose link it is.
func (st Follows) StopAccount(ctx context.Context, hash string) (account string, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		account, err = One(ctx, tx, Value[string], `SELECT account FROM stop_link WHERE hash = $1`, hash)
		return Found(err, "subscription.error.link")
	})
	return account, err
}

// Stop makes every subscription of an account quiet.
func (st Follows) Stop(ctx context.Context, account string, trace func(n int) audit.Trace) (n int, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		changed, err := tx.Exec(ctx, `UPDATE subscription SET pace = 'quiet' WHERE account = $1 AND pace <> 'quiet'`, account)
		if n = int(changed); err != nil || n == 0 {
			return err
		}
		return SaveTrace(ctx, tx, trace(n))
	})
	return n, err
}

// Forget drops old digests and links.
func (st Follows) Forget(ctx context.Context, before time.Time) error {
	var n int64
	if err := st.DB.Read(ctx, func(tx Tx) (err error) {
		n, err = One(ctx, tx, Value[int64], `SELECT (SELECT COUNT(*) FROM digest WHERE at < $1) + (SELECT COUNT(*) FROM stop_link WHERE made_at < $1)`, Micros(before))
		return err
	}); err != nil || n == 0 {
		return err
	}
	return st.DB.Bulk(ctx, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM digest WHERE at < $1`, Micros(before)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM stop_link WHERE made_at < $1`, Micros(before))
		return err
	})
}
