package store

import (
	"context"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/library"
)

// SavedSearches keeps the searches that people save.
type SavedSearches struct{ DB DB }

var _ library.SavedStore = SavedSearches{}

// SavedSearches lists those of an account.
func (st SavedSearches) SavedSearches(ctx context.Context, account string) (out []library.Saved, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (s library.Saved, err error) {
			return s, r.Scan(&s.ID, &s.Account, &s.Name, &s.Query, InTime(&s.AddedAt), InTime(&s.LookedAt))
		}, `SELECT id, account, name, query, added_at, looked_at FROM saved_search WHERE account = $1 ORDER BY id`, account)
		return err
	})
	return out, err
}

// AddSaved saves a new one.
func (st SavedSearches) AddSaved(ctx context.Context, s library.Saved, trace audit.Trace) (library.SavedID, error) {
	trace.Result = string(s.ID)
	result, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO saved_search (id, account, name, query, added_at, looked_at) VALUES ($1, $2, $3, $4, $5, $6)`,
			string(s.ID), s.Account, s.Name, s.Query, Micros(s.AddedAt), Micros(s.LookedAt))
		return err
	})
	return library.SavedID(result), err
}

// LookSaved sets when it was last looked at.
func (st SavedSearches) LookSaved(ctx context.Context, account string, id library.SavedID, at time.Time, trace audit.Trace) error {
	return st.one(ctx, trace, `UPDATE saved_search SET looked_at = $3 WHERE account = $1 AND id = $2`, account, string(id), Micros(at))
}

// DropSaved removes it.
func (st SavedSearches) DropSaved(ctx context.Context, account string, id library.SavedID, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM saved_search WHERE account = $1 AND id = $2`, account, string(id))
		if err == nil && n != 1 {
			err = fault.Of(fault.NotFound)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM subscription WHERE account = $1 AND kind = 'search' AND value = $2`, account, string(id)) // nobody is told of it any more
		return err
	})
	return err
}

func (st SavedSearches) one(ctx context.Context, trace audit.Trace, sql string, args ...any) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, sql, args...)
		if err == nil && n != 1 {
			return fault.Of(fault.NotFound)
		}
		return err
	})
	return err
}
