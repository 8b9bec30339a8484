package store

import (
	"context"

	"merida/assessment"
	"merida/audit"
	"merida/mail"
)

func roundDest(r *assessment.Round) []any {
	return []any{&r.ID, &r.Edition, FromJSON(&r.Titles), InTime(&r.OpenedAt), &r.OpenedBy, &r.Deadlines.Submit, FromJSON(&r.Deadlines)}
}

func scanRound(s Scanner) (r assessment.Round, err error) { return r, s.Scan(roundDest(&r)...) }

const roundColumns = `r.id, r.edition, r.titles, r.opened_at, r.opened_by, r.due_on, r.deadlines`

// Rounds lists all rounds, newest first.
func (st Assessments) Rounds(ctx context.Context) (out []assessment.Round, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanRound, `SELECT `+roundColumns+` FROM round r ORDER BY r.id DESC`)
		return err
	})
	return out, err
}

// PublicRounds lists all rounds through the public pool, newest first.
func (st Assessments) PublicRounds(ctx context.Context) (out []assessment.Round, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanRound, `SELECT `+roundColumns+` FROM pub_round r ORDER BY r.id DESC`)
		return err
	})
	return out, err
}

// Extend saves what one State was granted; the revision of its assessment stays, so that nobody at work is disturbed.
func (st Assessments) Extend(ctx context.Context, id assessment.ID, once audit.Once, fn func(*assessment.Assessment, assessment.Round) (*assessment.Extension, audit.Trace, error)) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		if _, ok, err := repeatOf(ctx, tx, once); err != nil || ok {
			return err
		}
		var a assessment.Assessment
		var r assessment.Round
		if _, err := One(ctx, tx, func(s Scanner) (struct{}, error) {
			return struct{}{}, s.Scan(append(assessmentDest(&a), roundDest(&r)...)...)
		}, `SELECT `+assessmentColumns+`, `+roundColumns+` FROM assessment s JOIN round r ON r.id = s.round WHERE s.id = $1`, string(id)); err != nil {
			return Found(err, "")
		}
		e, trace, err := fn(&a, r)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE assessment SET extended = $1 WHERE id = $2`, JSON(a.Extended), string(id)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO extension (id, assessment, party, step, was, due_on, reason, by_account, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			e.ID, string(e.Assessment), string(e.Party), string(e.Step), e.Was, e.DueOn, e.Reason, e.By, e.ByName, Micros(e.At)); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace)
	})
}

// Extensions lists what the States of a round were granted, newest first.
func (st Assessments) Extensions(ctx context.Context, f assessment.Filter) (out []assessment.Extension, err error) {
	var w Where
	if f.Round != "" {
		w.And("s.round = ?", string(f.Round))
	}
	if f.Party != "" {
		w.And("e.party = ?", string(f.Party))
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (e assessment.Extension, err error) {
			return e, s.Scan(&e.ID, &e.Assessment, &e.Party, &e.Step, &e.Was, &e.DueOn, &e.Reason, &e.By, &e.ByName, InTime(&e.At))
		}, `SELECT e.id, e.assessment, e.party, e.step, e.was, e.due_on, e.reason, e.by_account, e.by_name, e.at
FROM extension e JOIN assessment s ON s.id = e.assessment`+w.SQL()+` ORDER BY e.id DESC`, w.Args()...)
		return err
	})
	return out, err
}

// Find lists assessments with their progress.
func (st Assessments) Find(ctx context.Context, f assessment.Filter) (out []assessment.Row, err error) {
	var w Where
	if f.Round != "" {
		w.And("s.round = ?", string(f.Round))
	}
	if f.Party != "" {
		w.And("s.party = ?", string(f.Party))
	}
	// Counting goes over the index alone, by assessment and state; joined with the
	// assessments first, the engine would sort every answer of every State.
	type count struct {
		id          assessment.ID
		state       assessment.AnswerState
		n, sub, pub int
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out = nil
		rows, err := All(ctx, tx, func(s Scanner) (a assessment.Assessment, err error) { return a, s.Scan(assessmentDest(&a)...) },
			`SELECT `+assessmentColumns+` FROM assessment s`+w.SQL()+` ORDER BY s.round DESC, s.party`, w.Args()...)
		if err != nil {
			return err
		}
		counts, err := All(ctx, tx, func(s Scanner) (c count, err error) { return c, s.Scan(&c.id, &c.state, &c.n, &c.sub, &c.pub) },
			`SELECT a.assessment, a.state, COUNT(*), COUNT(NULLIF(a.submitted, 0)), COUNT(NULLIF(a.published, 0)) FROM answer a
WHERE a.assessment IN (SELECT s.id FROM assessment s`+w.SQL()+`) GROUP BY a.assessment, a.state`, w.Args()...)
		if err != nil {
			return err
		}
		at := make(map[assessment.ID]*assessment.Progress, len(rows))
		out = make([]assessment.Row, len(rows))
		for i, a := range rows {
			out[i].Assessment = a
			at[a.ID] = &out[i].Progress
		}
		for _, c := range counts {
			p := at[c.id]
			p.Questions += c.n
			if c.state != assessment.Empty {
				p.Answered += c.n
			}
			if c.state == assessment.SentBack {
				p.Returned += c.n
			}
			p.Submitted += c.sub
			p.Published += c.pub
		}
		return nil
	})
	return out, err
}

// Standing lists all assessments without their progress.
func (st Assessments) Standing(ctx context.Context) (out []assessment.Assessment, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (a assessment.Assessment, err error) { return a, s.Scan(assessmentDest(&a)...) },
			`SELECT `+assessmentColumns+` FROM assessment s ORDER BY s.id`)
		return err
	})
	return out, err
}

// Owing counts, for each contributor and date, the assigned answers that were neither written nor handed over.
func (st Assessments) Owing(ctx context.Context) (out []assessment.Owing, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (o assessment.Owing, err error) {
			return o, s.Scan(&o.Assessment, &o.Party, &o.Account, &o.DueOn, &o.N)
		}, `SELECT a.assessment, a.party, a.assignee, a.due_on, COUNT(*) FROM answer a WHERE a.assignee <> '' AND a.state = 'empty'
AND NOT EXISTS (SELECT 1 FROM proposal p WHERE p.answer = a.id AND p.author = a.assignee AND p.state = 'offered')
GROUP BY a.assessment, a.party, a.assignee, a.due_on ORDER BY a.assessment, a.assignee, a.due_on`)
		return err
	})
	return out, err
}

// AddNotes keeps the letters whose occasion is new.
func (st Assessments) AddNotes(ctx context.Context, notes []mail.Note, trace func(n int) audit.Trace) (n int, err error) {
	refs := make([]string, len(notes))
	for i, x := range notes {
		refs[i] = x.Ref
	}
	known, err := Mail(st).Known(ctx, refs)
	if err != nil {
		return 0, err
	}
	var fresh []mail.Note
	for _, x := range notes {
		if !known[x.Ref] {
			fresh = append(fresh, x)
		}
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	err = st.DB.Write(ctx, func(tx Tx) error {
		n = 0
		at := trace(0).Entries[0].At
		for _, x := range fresh {
			letters, err := addNote(ctx, tx, x, at)
			if err != nil {
				return err
			}
			n += int(letters)
		}
		if n == 0 {
			return nil // nobody can be reached: that is no act
		}
		return SaveTrace(ctx, tx, trace(n))
	})
	return n, err
}
