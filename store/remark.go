package store

import (
	"context"
	"errors"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/identity"
	"merida/party"
)

const remarkColumns = `r.id, r.answer, r.party, r.version, r.audience, r.body, r.author, r.name, r.role, r.agency, r.at, r.settled_at, r.settled_by`

func scanRemark(s Scanner) (r assessment.Remark, err error) {
	return r, s.Scan(&r.ID, &r.Answer, &r.Party, &r.Version, &r.Audience, &r.Body, &r.Author, &r.Name, &r.Role, &r.Agency, InTime(&r.At), InTime(&r.SettledAt), &r.SettledBy)
}

func remarkOf(ctx context.Context, tx Tx, answer assessment.AnswerID, id assessment.RemarkID) (assessment.Remark, error) {
	r, err := One(ctx, tx, scanRemark, `SELECT `+remarkColumns+` FROM remark r WHERE r.id = $1 AND r.answer = $2`, string(id), string(answer))
	if errors.Is(err, ErrNoRow) {
		return assessment.Remark{}, nil
	}
	return r, err
}

func putRemark(ctx context.Context, tx Tx, r assessment.Remark) error {
	_, err := tx.Exec(ctx, `INSERT INTO remark (id, answer, party, version, audience, body, author, name, role, agency, at, settled_at, settled_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET settled_at = excluded.settled_at, settled_by = excluded.settled_by`,
		string(r.ID), string(r.Answer), string(r.Party), r.Version, string(r.Audience), r.Body, r.Author, r.Name, string(r.Role), r.Agency, Micros(r.At), Micros(r.SettledAt), r.SettledBy)
	return err
}

// remarkSight adds what a reader may see of remarks (alias r): what Remark.ReadBy tells, in SQL.
func remarkSight(w *Where, s identity.Sight) {
	works := s.Works("") // of every party: the secretariat and the reviewers
	switch {
	case s.Party != "" && works:
		w.And("r.party = ? AND r.audience IN ('team', 'shared') OR r.party <> ? AND r.audience IN ('shared', 'desk')", string(s.Party), string(s.Party))
	case s.Party != "":
		w.And("r.party = ? AND r.audience IN ('team', 'shared')", string(s.Party))
	case works:
		w.And("r.audience IN ('shared', 'desk')")
	default:
		w.And("r.id IS NULL")
	}
}

// Remarks lists what the reader may see of what was written beside the answers of an assessment, or one of them.
func (st Assessments) Remarks(ctx context.Context, s identity.Sight, f assessment.RemarkFilter) (out []assessment.Remark, err error) {
	var w Where
	answerSight(&w, s)
	remarkSight(&w, s)
	if s.Assigned != "" { // an answer that is public besides is not theirs to work on
		w.And("a.assignee = ?", s.Assigned)
	}
	if f.Answer != "" {
		w.And("r.answer = ?", string(f.Answer))
	}
	if f.Assessment != "" {
		w.And("a.assessment = ?", string(f.Assessment))
	}
	if f.Open {
		w.And("r.settled_at = 0")
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanRemark, `SELECT `+remarkColumns+` FROM remark r JOIN answer a ON a.id = r.answer`+w.SQL()+` ORDER BY r.id`, w.Args()...)
		return err
	})
	return out, err
}

// Load counts what a contributor holds.
func (st Assessments) Load(ctx context.Context, p party.ID, account string) (l assessment.Load, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		l, err = loadOf(ctx, tx, p, account)
		return err
	})
	return l, err
}

func loadOf(ctx context.Context, tx Tx, p party.ID, account string) (l assessment.Load, err error) {
	if _, err = One(ctx, tx, func(s Scanner) (struct{}, error) { return struct{}{}, s.Scan(&l.Answers, &l.Open) },
		`SELECT COUNT(*), COUNT(CASE WHEN a.state = 'empty' THEN 1 END) FROM answer a WHERE a.party = $1 AND a.assignee = $2`, string(p), account); err != nil {
		return l, err
	}
	l.Proposals, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM proposal p JOIN answer a ON a.id = p.answer WHERE a.party = $1 AND p.author = $2 AND p.state IN ('writing', 'returned', 'offered')`, string(p), account)
	return l, err
}

// HandOver passes a contributor's work to another and closes the account, in one transaction.
func (st Assessments) HandOver(ctx context.Context, p party.ID, from string, to identity.Account, now time.Time, once audit.Once, trace func(assessment.Load) audit.Trace) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		if _, ok, err := repeatOf(ctx, tx, once); err != nil || ok {
			return err
		}
		l, err := loadOf(ctx, tx, p, from)
		if err != nil {
			return err
		}
		// Where both wrote on one answer, the text of who stays remains theirs and the other is set aside for the focal point.
		for _, x := range []struct {
			sql  string
			args []any
		}{
			{`UPDATE proposal SET state = 'set_aside' WHERE author = $1 AND state IN ('writing', 'returned') AND answer IN (SELECT a.id FROM answer a WHERE a.party = $2)
AND answer IN (SELECT q.answer FROM proposal q WHERE q.author = $3 AND q.state IN ('writing', 'returned', 'offered'))`, []any{from, string(p), to.ID}},
			{`UPDATE proposal SET author = $1 WHERE author = $2 AND state IN ('writing', 'returned', 'offered') AND answer IN (SELECT a.id FROM answer a WHERE a.party = $3)`, []any{to.ID, from, string(p)}},
			{`UPDATE answer SET assignee = $1, agency = $2, changed_at = $3 WHERE assignee = $4 AND party = $5`, []any{to.ID, to.Agency, Micros(now), from, string(p)}},
			{`UPDATE account SET disabled = TRUE WHERE id = $1`, []any{from}},
			{`DELETE FROM session WHERE account = $1`, []any{from}},
			{`DELETE FROM link WHERE account = $1`, []any{from}},
		} {
			if _, err := tx.Exec(ctx, x.sql, x.args...); err != nil {
				return err
			}
		}
		return SaveTrace(ctx, tx, trace(l))
	})
}
