package store

import (
	"context"
	"errors"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/party"
)

// AddRound saves a round, what each party of it is given, and which parties wait.
func (st Assessments) AddRound(ctx context.Context, o assessment.Opening, parties []party.ID, trace audit.Trace) (assessment.RoundID, error) {
	result, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		r := o.Round
		if _, err := tx.Exec(ctx, `INSERT INTO round (id, edition, titles, opened_at, opened_by, due_on, deadlines) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			string(r.ID), r.Edition, JSON(r.Titles), Micros(r.OpenedAt), r.OpenedBy, r.Deadlines.Submit, JSON(r.Deadlines)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO round_plan (round, by_account, by_name, questions) VALUES ($1, $2, $3, $4)`, string(r.ID), o.By, o.ByName, JSON(o.Questions)); err != nil {
			return err
		}
		if m := o.Migration; m != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO migration (round, origin, moves, at, by_account, by_name, undone_at, undone_name) VALUES ($1, $2, $3, $4, $5, $6, 0, '')`,
				string(m.Round), string(m.From), m.Moves, Micros(m.At), m.By, m.ByName); err != nil {
				return err
			}
		}
		for i, p := range parties {
			if _, err := tx.Exec(ctx, `INSERT INTO round_waiting (round, ord, party) VALUES ($1, $2, $3)`, string(r.ID), i+1, string(p)); err != nil {
				return err
			}
		}
		return nil
	})
	return assessment.RoundID(result), err
}

// Waiting lists the parties that wait for a round.
func (st Assessments) Waiting(ctx context.Context, round assessment.RoundID) (out []party.ID, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (p party.ID, err error) { return p, s.Scan(&p) }, `SELECT party FROM round_waiting WHERE round = $1 ORDER BY ord`, string(round))
		return err
	})
	return out, err
}

// WaitingRounds lists the rounds that parties wait for, oldest first.
func (st Assessments) WaitingRounds(ctx context.Context) (out []assessment.RoundID, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (r assessment.RoundID, err error) { return r, s.Scan(&r) }, `SELECT DISTINCT round FROM round_waiting ORDER BY round`)
		return err
	})
	return out, err
}

// Enter lets one party into a round.
func (st Assessments) Enter(ctx context.Context, round assessment.RoundID, p party.ID, fn func(*assessment.Entry) (audit.Trace, error)) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM round_waiting WHERE round = $1 AND party = $2`, string(round), string(p))
		if err != nil || n == 0 {
			return err // somebody else was quicker, or the round was undone
		}
		e, err := entryOf(ctx, tx, round, p)
		if err != nil {
			return err
		}
		before := e.Origin
		trace, err := fn(&e)
		if err != nil {
			return err
		}
		if e.Assessment == nil {
			return nil
		}
		if err := saveEntry(ctx, tx, e); err != nil {
			return err
		}
		if e.Origin != before {
			if err := moveAssessment(ctx, tx, e.Origin); err != nil {
				return err
			}
		}
		return SaveTrace(ctx, tx, trace)
	})
}

// entryOf reads what a party brings into a round.
func entryOf(ctx context.Context, tx Tx, round assessment.RoundID, p party.ID) (e assessment.Entry, err error) {
	e.Party = p
	if _, err := One(ctx, tx, func(s Scanner) (struct{}, error) {
		return struct{}{}, s.Scan(append(roundDest(&e.Round), &e.By, &e.ByName, FromJSON(&e.Questions))...)
	}, `SELECT `+roundColumns+`, w.by_account, w.by_name, w.questions FROM round r JOIN round_plan w ON w.round = r.id WHERE r.id = $1`, string(round)); err != nil {
		return e, err
	}
	m, err := migrationOf(ctx, tx, round)
	if errors.Is(err, ErrNoRow) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	e.Migration = &m
	e.Origin, err = One(ctx, tx, func(s Scanner) (a assessment.Assessment, err error) { return a, s.Scan(assessmentDest(&a)...) },
		`SELECT `+assessmentColumns+` FROM assessment s WHERE s.round = $1 AND s.party = $2`, string(m.From), string(p))
	if errors.Is(err, ErrNoRow) {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	if e.Answers, err = All(ctx, tx, scanAnswer, `SELECT `+answerColumns+` FROM answer a WHERE a.assessment = $1 ORDER BY a.ord`, string(e.Origin.ID)); err != nil {
		return e, err
	}
	versions, err := All(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer a JOIN answer_version v ON v.answer = a.id AND v.n = a.version WHERE a.assessment = $1`, string(e.Origin.ID))
	if err != nil {
		return e, err
	}
	e.Current = make(map[assessment.AnswerID]assessment.Version, len(versions))
	for _, v := range versions {
		e.Current[v.Answer] = v
	}
	e.Proposals, err = All(ctx, tx, scanProposal, `SELECT `+proposalColumns+` FROM proposal p JOIN answer a ON a.id = p.answer
WHERE a.assessment = $1 AND p.state IN ('writing', 'returned', 'offered', 'set_aside') ORDER BY p.id`, string(e.Origin.ID))
	return e, err
}

func saveEntry(ctx context.Context, tx Tx, e assessment.Entry) error {
	a := e.Assessment
	if _, err := tx.Exec(ctx, `INSERT INTO assessment (id, round, party, state, rev, submissions, submitted_at, submitted_by, receipt, extended, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, string(a.ID), string(a.Round), string(a.Party), string(a.State), a.Rev, a.Submissions, Micros(a.SubmittedAt), a.SubmittedBy, a.Receipt, JSON(a.Extended), Micros(a.ChangedAt)); err != nil {
		return err
	}
	for _, a := range e.NewAnswers {
		if _, err := tx.Exec(ctx, `INSERT INTO answer (id, assessment, party, question, provision, ord, state, version, submitted, published, class, class_rank,
assignee, agency, due_on, reason, returned_by, returned_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
			string(a.ID), string(a.Assessment), string(a.Party), a.Question, string(a.Provision), a.Order, string(a.State), a.Version, a.Submitted, a.Published, string(a.Class), a.Class.Rank(),
			a.Assignee, a.Agency, a.DueOn, a.Reason, a.ReturnedBy, Micros(a.ReturnedAt), Micros(a.ChangedAt)); err != nil {
			return err
		}
	}
	for i := range e.NewVersions {
		if err := saveAnswerChange(ctx, tx, assessment.Answer{}, assessment.AnswerChange{NewVersion: &e.NewVersions[i]}); err != nil {
			return err
		}
	}
	if err := saveAnswerChange(ctx, tx, assessment.Answer{}, assessment.AnswerChange{PutProposal: e.PutProposal}); err != nil {
		return err
	}
	for _, u := range e.PutReuse {
		if err := putReuse(ctx, tx, u); err != nil {
			return err
		}
	}
	for _, c := range e.Carried {
		if _, err := tx.Exec(ctx, `INSERT INTO migration_answer (answer, origin, fate, version, origin_version) VALUES ($1, $2, $3, $4, $5)`,
			string(c.Answer), string(c.Origin), string(c.Fate), c.Version, c.From); err != nil {
			return err
		}
	}
	if c := e.Came; c != nil {
		_, err := tx.Exec(ctx, `INSERT INTO migration_assessment (assessment, origin, round, was, moved, at, undone_at) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			string(c.Assessment), string(c.Origin), string(c.Round), string(c.Was), c.Moved, Micros(c.At))
		return err
	}
	return nil
}

// moveAssessment saves where an assessment stands, unless it changed meanwhile.
func moveAssessment(ctx context.Context, tx Tx, a assessment.Assessment) error {
	n, err := tx.Exec(ctx, `UPDATE assessment SET state = $1, rev = $2, changed_at = $3 WHERE id = $4 AND rev = $5`, string(a.State), a.Rev+1, Micros(a.ChangedAt), string(a.ID), a.Rev)
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "assessment.changed", nil)
	}
	return err
}
