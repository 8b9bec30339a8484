package store

import (
	"context"
	"errors"
	"sync"

	"merida/audit"
	"merida/fault"
	"merida/questionnaire"
)

// Questionnaires keeps editions. The content of an edition that left draft
// cannot change, so it is parsed once and kept in memory; without a Cache
// each reading parses it again, which costs tens of milliseconds.
type Questionnaires struct {
	DB    DB
	Cache *sync.Map // hash -> questionnaire.Content
}

var _ questionnaire.Store = Questionnaires{}

const editionColumns = `id, state, symbol, approved_on, hash, rev`

// AddEdition saves a draft.
func (st Questionnaires) AddEdition(ctx context.Context, e questionnaire.Edition, step questionnaire.Step, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO edition (id, state, symbol, approved_on, hash, rev, content) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			string(e.ID), string(e.State), e.Symbol, e.ApprovedOn, e.Hash, e.Rev, JSON(e.Content))
		if errors.Is(err, ErrUnique) {
			return fault.New(fault.Conflict, "questionnaire.error.exists", nil)
		}
		if err != nil {
			return err
		}
		return addStep(ctx, tx, step)
	})
	return err
}

// Revise gives a draft other content.
func (st Questionnaires) Revise(ctx context.Context, e questionnaire.Edition, step questionnaire.Step, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE edition SET content = $1, rev = $2 WHERE id = $3 AND rev = $4 AND state = 'draft'`, JSON(e.Content), e.Rev+1, string(e.ID), e.Rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.New(fault.Conflict, "questionnaire.error.changed", nil)
		}
		return addStep(ctx, tx, step)
	})
	return err
}

func addStep(ctx context.Context, tx Tx, s questionnaire.Step) error {
	_, err := tx.Exec(ctx, `INSERT INTO edition_step (edition, n, kind, at, by_account, by_name, symbol, decided_on, hash)
SELECT CAST($1 AS TEXT), COALESCE(MAX(n), 0) + 1, CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS TEXT) FROM edition_step WHERE edition = $1`,
		string(s.Edition), string(s.Kind), Micros(s.At), s.By, s.ByName, s.Symbol, s.On, s.Hash)
	return err
}

// Steps lists what was done to an edition, oldest first.
func (st Questionnaires) Steps(ctx context.Context, id questionnaire.EditionID) (out []questionnaire.Step, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (x questionnaire.Step, err error) {
			return x, s.Scan(&x.Edition, &x.N, &x.Kind, InTime(&x.At), &x.By, &x.ByName, &x.Symbol, &x.On, &x.Hash)
		}, `SELECT edition, n, kind, at, by_account, by_name, symbol, decided_on, hash FROM edition_step WHERE edition = $1 ORDER BY n`, string(id))
		return err
	})
	return out, err
}

// PublicSteps lists what was done to an edition since it was put before the Conference, without names.
func (st Questionnaires) PublicSteps(ctx context.Context, id questionnaire.EditionID) (out []questionnaire.Step, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (x questionnaire.Step, err error) {
			return x, s.Scan(&x.Edition, &x.N, &x.Kind, InTime(&x.At), &x.Symbol, &x.On, &x.Hash)
		}, `SELECT edition, n, kind, at, symbol, decided_on, hash FROM pub_edition_step WHERE edition = $1 ORDER BY n`, string(id))
		return err
	})
	return out, err
}

// Edition reads one edition.
func (st Questionnaires) Edition(ctx context.Context, id questionnaire.EditionID) (e questionnaire.Edition, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		e, err = One(ctx, tx, scanEdition, `SELECT `+editionColumns+` FROM edition WHERE id = $1`, string(id))
		if err != nil {
			return Found(err, "")
		}
		return st.content(ctx, tx, &e)
	})
	return e, err
}

func (st Questionnaires) content(ctx context.Context, tx Tx, e *questionnaire.Edition) error {
	return st.contentOf(ctx, tx, e, `SELECT content FROM edition WHERE id = $1`)
}

func (st Questionnaires) contentOf(ctx context.Context, tx Tx, e *questionnaire.Edition, query string) error {
	if st.Cache != nil && e.Hash != "" {
		if c, ok := st.Cache.Load(e.Hash); ok {
			e.Content = c.(questionnaire.Content)
			return nil
		}
	}
	_, err := One(ctx, tx, func(s Scanner) (struct{}, error) { return struct{}{}, s.Scan(FromJSON(&e.Content)) },
		query, string(e.ID))
	if err == nil && st.Cache != nil && e.Hash != "" {
		st.Cache.Store(e.Hash, e.Content)
	}
	return err
}

// Editions lists all editions.
func (st Questionnaires) Editions(ctx context.Context) (out []questionnaire.Edition, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanEdition, `SELECT `+editionColumns+` FROM edition ORDER BY id`)
		for i := range out {
			if err == nil {
				err = st.content(ctx, tx, &out[i])
			}
		}
		return err
	})
	return out, err
}

// Public reads an edition that was put before the Conference.
func (st Questionnaires) Public(ctx context.Context, id questionnaire.EditionID) (e questionnaire.Edition, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		e, err = One(ctx, tx, scanEdition, `SELECT `+editionColumns+` FROM pub_edition WHERE id = $1`, string(id))
		if err != nil {
			return Found(err, "")
		}
		return st.publicContent(ctx, tx, &e)
	})
	return e, err
}

// Publics lists the editions that were put before the Conference.
func (st Questionnaires) Publics(ctx context.Context) (out []questionnaire.Edition, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanEdition, `SELECT `+editionColumns+` FROM pub_edition ORDER BY id`)
		for i := range out {
			if err == nil {
				err = st.publicContent(ctx, tx, &out[i])
			}
		}
		return err
	})
	return out, err
}

func (st Questionnaires) publicContent(ctx context.Context, tx Tx, e *questionnaire.Edition) error {
	return st.contentOf(ctx, tx, e, `SELECT content FROM pub_edition WHERE id = $1`)
}

func scanEdition(s Scanner) (e questionnaire.Edition, err error) {
	return e, s.Scan(&e.ID, &e.State, &e.Symbol, &e.ApprovedOn, &e.Hash, &e.Rev)
}

// SetState moves an edition; its content is never written again.
func (st Questionnaires) SetState(ctx context.Context, e questionnaire.Edition, step questionnaire.Step, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE edition SET state = $1, symbol = $2, approved_on = $3, hash = $4, rev = $5 WHERE id = $6 AND rev = $7`,
			string(e.State), e.Symbol, e.ApprovedOn, e.Hash, e.Rev+1, string(e.ID), e.Rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.New(fault.Conflict, "questionnaire.error.changed", nil)
		}
		return addStep(ctx, tx, step)
	})
	return err
}
