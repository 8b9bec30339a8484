package store

import "context"

// Change is a line of the outbox: the public form of an object may have changed.
type Change struct {
	Seq  int64
	Kind string
	ID   string
}

// Changes reads the outbox after a sequence number, oldest first.
func Changes(ctx context.Context, db DB, after int64, limit int) (out []Change, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (c Change, err error) { return c, s.Scan(&c.Seq, &c.Kind, &c.ID) },
			`SELECT seq, kind, object FROM outbox WHERE seq > $1 ORDER BY seq LIMIT $2`, after, limit)
		return err
	})
	return out, err
}

// LastChange is the newest sequence number of the outbox, 0 when it is empty.
func LastChange(ctx context.Context, db DB) (seq int64, err error) {
	err = db.Read(ctx, func(tx Tx) error {
		seq, err = One(ctx, tx, Value[int64], `SELECT COALESCE(MAX(seq), 0) FROM outbox`)
		return err
	})
	return seq, err
}
