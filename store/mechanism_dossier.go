package store

import (
	"context"

	"merida/audit"
	"merida/mechanism"
)

// PutDossier keeps a dossier.
func (st Mechanisms) PutDossier(ctx context.Context, f mechanism.Frozen, trace audit.Trace) (mechanism.FrozenID, error) {
	id, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO dossier (id, mechanism, meeting, content, hash, at, by_account, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			string(f.ID), string(f.Mechanism), string(f.Meeting), f.Content, f.Hash, Micros(f.At), f.By, f.ByName)
		return err
	})
	return mechanism.FrozenID(id), err
}

// Dossiers lists the kept dossiers of a mechanism, the newest first.
func (st Mechanisms) Dossiers(ctx context.Context, r mechanism.Reader, id mechanism.ID) (out []mechanism.Frozen, err error) {
	var w Where
	w.And("mechanism = ?", string(id))
	sits(&w, r, "mechanism")
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (f mechanism.Frozen, err error) {
			return f, s.Scan(&f.ID, &f.Mechanism, &f.Meeting, &f.Hash, InTime(&f.At), &f.By, &f.ByName)
		}, `SELECT id, mechanism, meeting, hash, at, by_account, by_name FROM dossier`+w.SQL()+` ORDER BY at DESC, id DESC`, w.Args()...)
		return err
	})
	return out, err
}

// Frozen reads a kept dossier whole.
func (st Mechanisms) Frozen(ctx context.Context, r mechanism.Reader, id mechanism.ID, frozen mechanism.FrozenID) (f mechanism.Frozen, err error) {
	var w Where
	w.And("mechanism = ?", string(id))
	w.And("id = ?", string(frozen))
	sits(&w, r, "mechanism")
	err = st.DB.Read(ctx, func(tx Tx) error {
		f, err = One(ctx, tx, func(s Scanner) (f mechanism.Frozen, err error) {
			return f, s.Scan(&f.ID, &f.Mechanism, &f.Meeting, &f.Content, &f.Hash, InTime(&f.At), &f.By, &f.ByName)
		}, `SELECT id, mechanism, meeting, content, hash, at, by_account, by_name FROM dossier`+w.SQL(), w.Args()...)
		return Found(err, "")
	})
	return f, err
}
