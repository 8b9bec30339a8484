package store

import (
	"context"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/treaty"
)

// Treaties keeps official texts of conventions and the operator's reference data.
type Treaties struct{ DB DB }

var _ treaty.Store = Treaties{}

// Texts lists the standing texts.
func (st Treaties) Texts(ctx context.Context) (out []treaty.Text, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (t treaty.Text, err error) {
			return t, s.Scan(&t.Convention, &t.Lang, &t.Edition, &t.Status, &t.Source, &t.SourceURL, &t.Licence, &t.Date, &t.Hash, InTime(&t.LoadedAt))
		}, `SELECT convention, lang, edition, status, source, source_url, licence, date, hash, loaded_at FROM pub_treaty_text ORDER BY convention, lang`)
		return err
	})
	return out, err
}

// Passages reads passages of a standing text.
func (st Treaties) Passages(ctx context.Context, c convention.ID, tag lang.Tag, provisions []convention.ID) (out []treaty.Passage, err error) {
	var w Where
	w.And("convention = ? AND lang = ?", string(c), string(tag))
	if provisions != nil {
		w.And("provision IN (?)", provisions)
	}
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (p treaty.Passage, err error) { return p, s.Scan(&p.Provision, &p.Text) },
			`SELECT provision, body FROM pub_treaty_passage`+w.SQL()+` ORDER BY ord`, w.Args()...)
		return err
	})
	return out, err
}

// Mark is the moment of the last change, in microseconds; changes of one moment are told apart.
func (st Treaties) Mark(ctx context.Context) (n int64, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		n, err = One(ctx, tx, Value[int64], `SELECT mark FROM pub_treaty_mark`)
		return err
	})
	return n, err
}

// later is a moment for a change: now, or just after the last change where a clock stood still or went back.
func later(ctx context.Context, tx Tx, at int64) (int64, error) {
	last, err := One(ctx, tx, Value[int64], `SELECT COALESCE(MAX(changed_at), 0) FROM treaty_text`)
	return max(at, last+1), err
}

// AddText appends an edition.
func (st Treaties) AddText(ctx context.Context, t treaty.Text, trace audit.Trace) (edition int, err error) {
	_, _, err = Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if edition, err = One(ctx, tx, Value[int], `SELECT COALESCE(MAX(edition), 0) + 1 FROM treaty_text WHERE convention = $1 AND lang = $2`, string(t.Convention), string(t.Lang)); err != nil {
			return err
		}
		at, err := later(ctx, tx, Micros(t.LoadedAt))
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO treaty_text (convention, lang, edition, status, source, source_url, licence, date, hash, loaded_at, by_account, changed_at, taken_back_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0)`,
			string(t.Convention), string(t.Lang), edition, string(t.Status), t.Source, t.SourceURL, t.Licence, t.Date, t.Hash, Micros(t.LoadedAt), t.By, at); err != nil {
			return err
		}
		for i, p := range t.Passages {
			if _, err := tx.Exec(ctx, `INSERT INTO treaty_passage (convention, lang, edition, ord, provision, body) VALUES ($1, $2, $3, $4, $5, $6)`,
				string(t.Convention), string(t.Lang), edition, i+1, string(p.Provision), p.Text); err != nil {
				return err
			}
		}
		return nil
	})
	return edition, err
}

// TakeBack takes the standing edition back.
func (st Treaties) TakeBack(ctx context.Context, t treaty.Text, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		at, err := later(ctx, tx, Micros(t.LoadedAt))
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE treaty_text SET taken_back_at = $1, changed_at = $1 WHERE convention = $2 AND lang = $3 AND edition = $4 AND taken_back_at = 0`,
			at, string(t.Convention), string(t.Lang), t.Edition)
		if err == nil && n != 1 {
			return fault.Of(fault.NotFound)
		}
		return err
	})
	return err
}

const standingReference = ` WHERE f.taken_back_at = 0 AND f.edition = (SELECT MAX(o.edition) FROM reference_file o WHERE o.kind = f.kind AND o.id = f.id AND o.taken_back_at = 0)`

// References lists the standing reference files.
func (st Treaties) References(ctx context.Context) (out []treaty.Reference, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (r treaty.Reference, err error) {
			var body string
			err = s.Scan(&r.Kind, &r.ID, &body, &r.Hash, InTime(&r.LoadedAt), &r.By)
			r.Body = []byte(body)
			return r, err
		}, `SELECT f.kind, f.id, f.body, f.hash, f.loaded_at, f.by_account FROM reference_file f`+standingReference+` ORDER BY f.loaded_at, f.kind, f.id`)
		return err
	})
	return out, err
}

// AddReference appends a reference file.
func (st Treaties) AddReference(ctx context.Context, r treaty.Reference, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := One(ctx, tx, Value[int], `SELECT COALESCE(MAX(edition), 0) + 1 FROM reference_file WHERE kind = $1 AND id = $2`, string(r.Kind), r.ID)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO reference_file (kind, id, edition, body, hash, loaded_at, by_account, taken_back_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
			string(r.Kind), r.ID, n, string(r.Body), r.Hash, Micros(r.LoadedAt), r.By)
		return err
	})
	return err
}

// DropReference takes the standing one back.
func (st Treaties) DropReference(ctx context.Context, r treaty.Reference, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE reference_file SET taken_back_at = $1 WHERE kind = $2 AND id = $3 AND taken_back_at = 0
AND edition = (SELECT MAX(o.edition) FROM reference_file o WHERE o.kind = $2 AND o.id = $3 AND o.taken_back_at = 0)`, Micros(r.LoadedAt), string(r.Kind), r.ID)
		if err == nil && n != 1 {
			return fault.Of(fault.NotFound)
		}
		return err
	})
	return err
}
