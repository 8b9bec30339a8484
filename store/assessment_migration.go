package store

import (
	"context"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/party"
)

const migrationColumns = `g.round, g.origin, g.moves, g.at, g.by_account, g.by_name, g.undone_at, g.undone_name`

func scanMigration(s Scanner) (m assessment.Migration, err error) {
	return m, s.Scan(&m.Round, &m.From, &m.Moves, InTime(&m.At), &m.By, &m.ByName, InTime(&m.UndoneAt), &m.UndoneName)
}

func migrationOf(ctx context.Context, tx Tx, round assessment.RoundID) (assessment.Migration, error) {
	return One(ctx, tx, scanMigration, `SELECT `+migrationColumns+` FROM migration g WHERE g.round = $1`, string(round))
}

const cameColumns = `c.assessment, c.origin, c.round, g.origin, c.was, c.moved, c.at, c.undone_at`

func scanCame(s Scanner) (c assessment.Came, err error) {
	return c, s.Scan(&c.Assessment, &c.Origin, &c.Round, &c.From, &c.Was, &c.Moved, InTime(&c.At), InTime(&c.UndoneAt))
}

// Migration reads how a round came about.
func (st Assessments) Migration(ctx context.Context, round assessment.RoundID) (m assessment.Migration, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		m, err = migrationOf(ctx, tx, round)
		return Found(err, "")
	})
	return m, err
}

// Migrated lists the States whose answers came along into a round.
func (st Assessments) Migrated(ctx context.Context, round assessment.RoundID) (out []assessment.Came, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanCame, `SELECT `+cameColumns+` FROM migration_assessment c JOIN migration g ON g.round = c.round WHERE c.round = $1 ORDER BY c.assessment`, string(round))
		return err
	})
	return out, err
}

// Passages lists the migrations of which an assessment is either end.
func (st Assessments) Passages(ctx context.Context, id assessment.ID) (out []assessment.Came, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanCame, `SELECT `+cameColumns+` FROM migration_assessment c JOIN migration g ON g.round = c.round WHERE c.assessment = $1 OR c.origin = $1 ORDER BY c.at`, string(id))
		return err
	})
	return out, err
}

// Passed lists the migrations of a round to others.
func (st Assessments) Passed(ctx context.Context, from assessment.RoundID) (out []assessment.Migration, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanMigration, `SELECT `+migrationColumns+` FROM migration g WHERE g.origin = $1 ORDER BY g.at`, string(from))
		return err
	})
	return out, err
}

// CarriedInto lists where the answers of an assessment came from.
func (st Assessments) CarriedInto(ctx context.Context, s identity.Sight, id assessment.ID) (out []assessment.Carried, err error) {
	var w Where
	w.And("a.assessment = ?", string(id))
	w.And("a.party = ?", string(s.Party)) // where a text came from is the State's own matter
	answerSight(&w, s)
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (c assessment.Carried, err error) {
			return c, r.Scan(&c.Answer, &c.Origin, &c.Fate, &c.Version, &c.From)
		}, `SELECT c.answer, c.origin, c.fate, c.version, c.origin_version FROM migration_answer c JOIN answer a ON a.id = c.answer`+w.SQL()+` ORDER BY a.ord, c.origin`, w.Args()...)
		return err
	})
	return out, err
}

// Spoken lists, for each party of a round, the questions to which it has said something.
func (st Assessments) Spoken(ctx context.Context, round assessment.RoundID) (out map[party.ID][]string, err error) {
	type row struct {
		p party.ID
		q string
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		rows, err := All(ctx, tx, func(s Scanner) (x row, err error) { return x, s.Scan(&x.p, &x.q) },
			`SELECT a.party, a.question FROM answer a WHERE a.assessment IN (SELECT s.id FROM assessment s WHERE s.round = $1) AND a.state <> 'empty' ORDER BY a.assessment, a.ord`, string(round))
		out = map[party.ID][]string{}
		for _, x := range rows {
			out[x.p] = append(out[x.p], x.q)
		}
		return err
	})
	return out, err
}

// writtenSince finds answers with a version, a contribution or a remark that is younger than their coming.
func writtenSince(ctx context.Context, tx Tx, w Where) ([]assessment.Written, error) {
	w.And("c.undone_at = 0")
	w.And(`a.version > COALESCE((SELECT MAX(k.version) FROM migration_answer k WHERE k.answer = a.id), 0)
OR EXISTS (SELECT 1 FROM proposal p WHERE p.answer = a.id AND p.at > c.at) OR EXISTS (SELECT 1 FROM remark m WHERE m.answer = a.id AND m.at > c.at)`)
	return All(ctx, tx, func(s Scanner) (x assessment.Written, err error) {
		return x, s.Scan(&x.Assessment, &x.Party, &x.Answer, &x.Question)
	}, `SELECT a.assessment, a.party, a.id, a.question FROM answer a JOIN migration_assessment c ON c.assessment = a.assessment`+w.SQL()+` ORDER BY a.assessment, a.ord`, w.Args()...)
}

// WrittenSince lists the answers that somebody wrote since they came into a round.
func (st Assessments) WrittenSince(ctx context.Context, round assessment.RoundID) (out []assessment.Written, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		var w Where
		w.And("c.round = ?", string(round))
		out, err = writtenSince(ctx, tx, w)
		return err
	})
	return out, err
}

// UndoMigration marks a migration as undone.
func (st Assessments) UndoMigration(ctx context.Context, round assessment.RoundID, at time.Time, name string, trace audit.Trace) (repeated bool, err error) {
	_, repeated, err = Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		m, err := migrationOf(ctx, tx, round)
		if err != nil {
			return Found(err, "")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM round_waiting WHERE round = $1`, string(round)); err != nil {
			return err
		}
		n, err := One(ctx, tx, func(s Scanner) (n int64, err error) { return n, s.Scan(&n) }, `SELECT COUNT(*) FROM migration_assessment WHERE round = $1 AND undone_at = 0`, string(round))
		if err != nil {
			return err
		}
		if n == 0 && !m.UndoneAt.IsZero() {
			return fault.New(fault.Conflict, "migration.error.undone", nil)
		}
		_, err = tx.Exec(ctx, `UPDATE migration SET undone_at = $1, undone_name = $2 WHERE round = $3`, Micros(at), name, string(round))
		return err
	})
	return repeated, err
}

// Leave loads one State's part of a migration, lets fn decide, and saves that.
func (st Assessments) Leave(ctx context.Context, id assessment.ID, fn func(*assessment.Leave) (audit.Trace, error)) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		var l assessment.Leave
		var err error
		if l.Came, err = One(ctx, tx, scanCame, `SELECT `+cameColumns+` FROM migration_assessment c JOIN migration g ON g.round = c.round WHERE c.assessment = $1`, string(id)); err != nil {
			return Found(err, "")
		}
		read := func(id assessment.ID) (assessment.Assessment, error) {
			return One(ctx, tx, func(s Scanner) (a assessment.Assessment, err error) { return a, s.Scan(assessmentDest(&a)...) },
				`SELECT `+assessmentColumns+` FROM assessment s WHERE s.id = $1`, string(id))
		}
		if l.Assessment, err = read(id); err != nil {
			return err
		}
		if l.Came.Origin != "" {
			if l.Origin, err = read(l.Came.Origin); err != nil {
				return err
			}
		}
		var w Where
		w.And("c.assessment = ?", string(id))
		if l.Written, err = writtenSince(ctx, tx, w); err != nil {
			return err
		}
		before := l
		trace, err := fn(&l)
		if err != nil {
			return err
		}
		if l.Assessment != before.Assessment {
			if err := moveAssessment(ctx, tx, l.Assessment); err != nil {
				return err
			}
		}
		if l.Origin != before.Origin {
			if err := moveAssessment(ctx, tx, l.Origin); err != nil {
				return err
			}
		}
		if l.Came.UndoneAt != before.Came.UndoneAt {
			if _, err := tx.Exec(ctx, `UPDATE migration_assessment SET undone_at = $1 WHERE assessment = $2`, Micros(l.Came.UndoneAt), string(id)); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `UPDATE round SET closed_at = $1 WHERE id = $2 AND NOT EXISTS (SELECT 1 FROM assessment s WHERE s.round = $2 AND s.state <> 'closed')`,
				Micros(l.Came.UndoneAt), string(l.Came.Round)); err != nil {
				return err
			}
		}
		return SaveTrace(ctx, tx, trace)
	})
}
