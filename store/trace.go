package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/party"
)

// Act runs fn and saves the trace of the act in one transaction. A repeated
// request (same actor, key and hash) changes nothing and gets the result that
// was kept with the first one.
// Invalid: the key was used for another request.
func Act(ctx context.Context, db DB, trace func() audit.Trace, fn func(Tx) error) (result string, repeated bool, err error) {
	err = db.Write(ctx, func(tx Tx) error {
		result, repeated = "", false
		// The trace is asked for before fn to learn the key, and after it to learn what fn decided.
		if kept, ok, err := repeatOf(ctx, tx, trace().Once); err != nil || ok {
			result, repeated = kept, ok
			return err
		}
		if err := fn(tx); err != nil {
			return err
		}
		t := trace()
		result = t.Result
		return SaveTrace(ctx, tx, t)
	})
	return result, repeated, err
}

// SaveTrace saves entries, letters and key within a transaction; acts that need no result use it directly.
func SaveTrace(ctx context.Context, tx Tx, t audit.Trace) error {
	for _, e := range t.Entries {
		if _, err := tx.Exec(ctx, `INSERT INTO audit_entry (id, at, actor, role, party, act, kind, object, detail, request)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			e.ID, Micros(e.At), e.Actor, e.Role, string(e.Party), e.Act, e.Kind, e.Object, JSON(e.Detail), e.Request); err != nil {
			return err
		}
	}
	var at time.Time
	if len(t.Entries) > 0 {
		at = t.Entries[0].At
	}
	for _, n := range t.Mail {
		if _, err := addNote(ctx, tx, n, at); err != nil {
			return fmt.Errorf("note a letter: %w", err)
		}
	}
	if t.Once.Key == "" {
		return nil
	}
	_, err := tx.Exec(ctx, `INSERT INTO once (actor, key, hash, result, at) VALUES ($1, $2, $3, $4, $5)`,
		t.Once.Actor, t.Once.Key, t.Once.Hash, t.Result, Micros(at))
	return err
}

func repeatOf(ctx context.Context, tx Tx, o audit.Once) (result string, ok bool, err error) {
	if o.Key == "" {
		return "", false, nil
	}
	type row struct{ hash, result string }
	r, err := One(ctx, tx, func(s Scanner) (r row, err error) { return r, s.Scan(&r.hash, &r.result) },
		`SELECT hash, result FROM once WHERE actor = $1 AND key = $2`, o.Actor, o.Key)
	if errors.Is(err, ErrNoRow) {
		return "", false, nil
	}
	if err != nil {
		return "", false, err
	}
	if r.hash != o.Hash {
		return "", false, fault.New(fault.Invalid, "fault.key_reused", nil)
	}
	return r.result, true, nil
}

// AuditFilter narrows a reading of the audit record.
type AuditFilter struct {
	Party  party.ID // "" means all
	Kind   string
	Object string
	Limit  int // 100 when zero
	Offset int
}

// AuditEntries reads the record, newest first. Rights are the caller's: see identity.ReadAudit.
func AuditEntries(ctx context.Context, db DB, f AuditFilter) (out []audit.Entry, err error) {
	var w Where
	if f.Party != "" {
		w.And("party = ?", string(f.Party))
	}
	if f.Kind != "" {
		w.And("kind = ?", f.Kind)
	}
	if f.Object != "" {
		w.And("object = ?", f.Object)
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	q := `SELECT id, at, actor, role, party, act, kind, object, detail, request FROM audit_entry` + w.SQL() +
		` ORDER BY id DESC LIMIT ` + w.Arg(f.Limit) + ` OFFSET ` + w.Arg(f.Offset)
	err = db.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (e audit.Entry, err error) {
			return e, s.Scan(&e.ID, InTime(&e.At), &e.Actor, &e.Role, &e.Party, &e.Act, &e.Kind, &e.Object, FromJSON(&e.Detail), &e.Request)
		}, q, w.Args()...)
		return err
	})
	return out, err
}

// ForgetOnce drops the keys of requests made before a moment (48 hours ago, in practice).
func ForgetOnce(ctx context.Context, db DB, before time.Time) error {
	return db.Bulk(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM once WHERE at < $1`, Micros(before))
		return err
	})
}
