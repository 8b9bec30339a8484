package store

import (
	"context"
	"errors"
	"slices"

	"merida/audit"
	"merida/clearing"
	"merida/fault"
	"merida/mail"
	"merida/party"
)

// Clearing keeps requests and offers, what happened to them and who answered.
type Clearing struct{ DB DB }

var _ clearing.Store = Clearing{}

const clearingColumns = `c.id, c.kind, c.party, c.organisation, c.need, c.content, c.circle, c.mechanism, c.schedule_n, c.schedule, c.state, c.due_on, c.since, c.circulated_at, c.is_public,
c.result, c.outcome, c.reason, c.by_account, c.rev, c.created_at, c.changed_at`

// The public copy tells neither to whom a case was circulated nor by which periods it goes.
const pubClearingColumns = `c.id, c.kind, c.party, c.organisation, c.need, c.content, '', '', 0, '', c.state, c.due_on, 0, c.circulated_at, TRUE, c.result, c.outcome, '', '', 0, c.created_at, c.changed_at`

func scanClearing(s Scanner) (c clearing.Case, err error) {
	err = s.Scan(&c.ID, &c.Kind, &c.Party, &c.Organisation, &c.Need, FromJSON(&c.Content), &c.Circle.Kind, &c.Circle.Mechanism, &c.Schedule.N, FromJSON(&c.Schedule), &c.State, &c.Due, InTime(&c.Since),
		InTime(&c.CirculatedAt), &c.Public, &c.Result, FromJSON(&c.Outcome), FromJSON(&c.Reason), &c.By, &c.Rev, InTime(&c.CreatedAt), InTime(&c.ChangedAt))
	c.Schedule.Kind = c.Kind
	return c, err
}

// caseQuery is the source of a reader's cases, as alias c.
type caseQuery struct {
	db      func(context.Context, func(Tx) error) error
	columns string
	prefix  string
	where   Where
}

// sees adds that the reader sees the case: its author and the secretariat always; its circle once it was circulated;
// everybody once it was published. This is the only place where a Reader becomes SQL.
func (st Clearing) sees(r clearing.Reader) caseQuery {
	if r == (clearing.Reader{}) {
		return caseQuery{db: st.DB.Public, columns: pubClearingColumns, prefix: "pub_"}
	}
	q := caseQuery{db: st.DB.Read, columns: clearingColumns}
	if r.All {
		return q
	}
	cond, args := `c.is_public OR c.circulated_at > 0 AND c.circle = 'mechanism' AND c.mechanism IN (`+seated+`)`, []any{r.Account}
	who := func(column, value string) {
		cond += ` OR c.` + column + ` = ? OR c.circulated_at > 0 AND c.id IN (SELECT clearing FROM clearing_asked WHERE ` + column + ` = ?)`
		args = append(args, value, value)
	}
	if r.Party != "" {
		who("party", string(r.Party))
	}
	if r.Organisation != "" {
		who("organisation", r.Organisation)
	}
	if r.Circle {
		cond += ` OR c.circulated_at > 0 AND c.circle = 'parties'`
	}
	q.where.And(cond, args...)
	return q
}

func (q *caseQuery) narrow(f clearing.Filter) {
	w := &q.where
	if f.Kind != "" {
		w.And("c.kind = ?", string(f.Kind))
	}
	if f.Party != "" {
		w.And("c.party = ?", string(f.Party))
	}
	if f.Organisation != "" {
		w.And("c.organisation = ?", f.Organisation)
	}
	if f.Need != "" {
		w.And("c.need = ?", string(f.Need))
	}
	if f.States != nil {
		w.And("c.state IN (?)", f.States)
	}
	if f.Forms != nil {
		w.And("c.form IN (?)", f.Forms)
	}
	if f.Provisions != nil {
		w.And("c.id IN (SELECT clearing FROM "+q.prefix+"clearing_provision WHERE provision IN (?))", f.Provisions)
	}
	if f.Open {
		w.And("c.state NOT IN (?)", []clearing.State{clearing.Closed, clearing.Withdrawn})
	}
	if f.DueBefore != "" {
		w.And("c.due_on <> '' AND c.due_on < ?", string(f.DueBefore))
	}
}

// Cases lists cases, the newest first.
func (st Clearing) Cases(ctx context.Context, r clearing.Reader, f clearing.Filter) (out []clearing.Case, total int, err error) {
	q := st.sees(r)
	q.narrow(f)
	where, args := q.where.SQL(), q.where.Args()
	tail := page(f.Limit, f.Offset)(&q.where)
	err = q.db(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM `+q.prefix+`clearing c`+where, args...); err != nil {
			return err
		}
		if out, err = All(ctx, tx, scanClearing, `SELECT `+q.columns+` FROM `+q.prefix+`clearing c`+where+` ORDER BY c.created_at DESC, c.id DESC`+tail, q.where.Args()...); err != nil {
			return err
		}
		if q.prefix != "" {
			return nil
		}
		for i := range out {
			if out[i].Circle.Asked, err = clearingAsked(ctx, tx, out[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	for i := range out {
		out[i] = r.Seen(out[i])
	}
	return out, total, err
}

func clearingAsked(ctx context.Context, tx Tx, id clearing.ID) ([]clearing.Addressee, error) {
	return All(ctx, tx, func(s Scanner) (a clearing.Addressee, err error) { return a, s.Scan(&a.Party, &a.Organisation) },
		`SELECT party, organisation FROM clearing_asked WHERE clearing = $1 ORDER BY party, organisation`, string(id))
}

// Case reads one.
func (st Clearing) Case(ctx context.Context, r clearing.Reader, id clearing.ID) (c clearing.Case, err error) {
	q := st.sees(r)
	q.where.And("c.id = ?", string(id))
	err = q.db(ctx, func(tx Tx) error {
		if c, err = One(ctx, tx, scanClearing, `SELECT `+q.columns+` FROM `+q.prefix+`clearing c`+q.where.SQL(), q.where.Args()...); err != nil || q.prefix != "" {
			return Found(err, "")
		}
		c.Circle.Asked, err = clearingAsked(ctx, tx, id)
		return err
	})
	return r.Seen(c), err
}

// Add saves a new case with what happened to it so far.
func (st Clearing) Add(ctx context.Context, x clearing.Change, trace audit.Trace) (clearing.ID, error) {
	id, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		c := x.Case
		if _, err := tx.Exec(ctx, `INSERT INTO clearing (id, kind, party, organisation, need, content, form, circle, mechanism, schedule_n, schedule, state, due_on, since, circulated_at, is_public, result, outcome,
reason, by_account, rev, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
			string(c.ID), string(c.Kind), string(c.Party), c.Organisation, string(c.Need), JSON(c.Content), c.Form, string(c.Circle.Kind), string(c.Circle.Mechanism), c.Schedule.N, JSON(c.Schedule), string(c.State),
			string(c.Due), Micros(c.Since), Micros(c.CirculatedAt), c.Public, string(c.Result), JSON(c.Outcome), JSON(c.Reason), c.By, c.Rev, Micros(c.CreatedAt), Micros(c.ChangedAt)); err != nil {
			return err
		}
		for _, p := range c.Provisions {
			if _, err := tx.Exec(ctx, `INSERT INTO clearing_provision (clearing, provision) VALUES ($1, $2)`, string(c.ID), string(p)); err != nil {
				return err
			}
		}
		for _, a := range c.Circle.Asked {
			if _, err := tx.Exec(ctx, `INSERT INTO clearing_asked (clearing, party, organisation) VALUES ($1, $2, $3)`, string(c.ID), string(a.Party), a.Organisation); err != nil {
				return err
			}
		}
		return st.after(ctx, tx, x)
	})
	return clearing.ID(id), err
}

// after saves what a change adds beside its case.
func (st Clearing) after(ctx context.Context, tx Tx, x clearing.Change) error {
	c := x.Case
	for _, e := range x.Events {
		if _, err := tx.Exec(ctx, `INSERT INTO clearing_event (id, clearing, at, kind, role, party, organisation, by_rule, note) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			e.ID, string(c.ID), Micros(e.At), string(e.Kind), string(e.Role), string(e.Party), e.Organisation, e.Rule, JSON(e.Note)); err != nil {
			return err
		}
	}
	if a := x.PutAnswer; a != nil {
		if _, err := tx.Exec(ctx, `INSERT INTO clearing_answer (id, clearing, party, organisation, kind, text, at, by_account) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (clearing, party, organisation) DO UPDATE SET kind = excluded.kind, text = excluded.text, at = excluded.at, by_account = excluded.by_account`,
			a.ID, string(c.ID), string(a.Party), a.Organisation, string(a.Kind), JSON(a.Text), Micros(a.At), a.By); err != nil {
			return err
		}
	}
	if x.Seat {
		if _, err := tx.Exec(ctx, `INSERT INTO clearing_asked (clearing, party, organisation) SELECT DISTINCT CAST($1 AS TEXT), CASE WHEN a.organisation <> '' THEN '' ELSE a.party END, a.organisation
FROM mechanism_member m JOIN account a ON a.id = m.account WHERE m.mechanism = $2 AND NOT a.disabled AND (a.party <> '' OR a.organisation <> '')
AND NOT (CAST($3 AS TEXT) <> '' AND a.party = $3 OR CAST($4 AS TEXT) <> '' AND a.organisation = $4) ON CONFLICT (clearing, party, organisation) DO NOTHING`, string(c.ID), string(c.Circle.Mechanism), string(c.Party), c.Organisation); err != nil {
			return err
		}
	}
	if !c.Public {
		return nil
	}
	return publishClearing(ctx, tx, clearing.Reader{}.Seen(c))
}

// publishClearing makes the public copy of a case what readers outside are shown of it.
func publishClearing(ctx context.Context, tx Tx, c clearing.Case) error {
	if _, err := tx.Exec(ctx, `INSERT INTO pub_clearing (id, kind, party, organisation, need, content, form, state, due_on, circulated_at, result, outcome, created_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET content = excluded.content, state = excluded.state, due_on = excluded.due_on, result = excluded.result, outcome = excluded.outcome, changed_at = excluded.changed_at`,
		string(c.ID), string(c.Kind), string(c.Party), c.Organisation, string(c.Need), JSON(c.Content), c.Form, string(c.State), string(c.Due), Micros(c.CirculatedAt), string(c.Result), JSON(c.Outcome),
		Micros(c.CreatedAt), Micros(c.ChangedAt)); err != nil {
		return err
	}
	for _, p := range c.Provisions {
		if _, err := tx.Exec(ctx, `INSERT INTO pub_clearing_provision (clearing, provision) VALUES ($1, $2) ON CONFLICT (clearing, provision) DO NOTHING`, string(c.ID), string(p)); err != nil {
			return err
		}
	}
	return nil
}

// Change loads a case with its answers, lets fn decide, and saves.
func (st Clearing) Change(ctx context.Context, id clearing.ID, once audit.Once, fn func(*clearing.Change) (audit.Trace, error)) (done bool, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		done = false
		if _, repeated, err := repeatOf(ctx, tx, once); err != nil || repeated {
			done = repeated
			return err
		}
		var x clearing.Change
		if x.Case, err = One(ctx, tx, scanClearing, `SELECT `+clearingColumns+` FROM clearing c WHERE c.id = $1`, string(id)); err != nil {
			return Found(err, "")
		}
		if x.Case.Circle.Asked, err = clearingAsked(ctx, tx, id); err != nil {
			return err
		}
		if x.Answers, err = All(ctx, tx, scanClearingAnswer, `SELECT `+clearingAnswerColumns+` FROM clearing_answer WHERE clearing = $1 ORDER BY at, id`, string(id)); err != nil {
			return err
		}
		rev := x.Case.Rev
		trace, err := fn(&x)
		if err != nil {
			return err
		}
		c := x.Case
		if err := changed(tx.Exec(ctx, `UPDATE clearing SET state = $1, due_on = $2, since = $3, circulated_at = $4, is_public = $5, result = $6, outcome = $7, reason = $8, rev = $9, changed_at = $10 WHERE id = $11 AND rev = $12`,
			string(c.State), string(c.Due), Micros(c.Since), Micros(c.CirculatedAt), c.Public, string(c.Result), JSON(c.Outcome), JSON(c.Reason), rev+1, Micros(c.ChangedAt), string(id), rev)); err != nil {
			return err
		}
		if err := st.after(ctx, tx, x); err != nil {
			return err
		}
		done = true
		return SaveTrace(ctx, tx, trace)
	})
	if errors.Is(err, clearing.ErrNothing) {
		return false, nil
	}
	return done && err == nil, err
}

// Events lists what happened to a case.
func (st Clearing) Events(ctx context.Context, r clearing.Reader, id clearing.ID) (out []clearing.Event, err error) {
	c, err := st.Case(ctx, r, id)
	if err != nil || r == (clearing.Reader{}) { // what happened before it was circulated is no business of the public's
		return nil, err
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (e clearing.Event, err error) {
			return e, s.Scan(&e.ID, &e.Case, InTime(&e.At), &e.Kind, &e.Role, &e.Party, &e.Organisation, &e.Rule, FromJSON(&e.Note))
		}, `SELECT id, clearing, at, kind, role, party, organisation, by_rule, note FROM clearing_event WHERE clearing = $1 ORDER BY id`, string(id))
		return err
	})
	return r.Shown(c, out), err
}

const clearingAnswerColumns = `id, clearing, party, organisation, kind, text, at, by_account`

func scanClearingAnswer(s Scanner) (a clearing.Answer, err error) {
	return a, s.Scan(&a.ID, &a.Case, &a.Party, &a.Organisation, &a.Kind, FromJSON(&a.Text), InTime(&a.At), &a.By)
}

// Answers lists the answers that the reader is shown.
func (st Clearing) Answers(ctx context.Context, r clearing.Reader, id clearing.ID) (out []clearing.Answer, err error) {
	c, err := st.Case(ctx, r, id)
	if err != nil || r == (clearing.Reader{}) {
		return nil, err
	}
	var w Where
	w.And("clearing = ?", string(id))
	if !r.Inside(c) {
		w.And("party <> '' AND party = ? OR organisation <> '' AND organisation = ?", string(r.Party), r.Organisation)
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanClearingAnswer, `SELECT `+clearingAnswerColumns+` FROM clearing_answer`+w.SQL()+` ORDER BY at, id`, w.Args()...)
		return err
	})
	return out, err
}

// Answered tells which cases the reader's State or organisation has answered.
func (st Clearing) Answered(ctx context.Context, r clearing.Reader) (map[clearing.ID]bool, error) {
	out := map[clearing.ID]bool{}
	if r.Party == "" && r.Organisation == "" {
		return out, nil
	}
	err := st.DB.Read(ctx, func(tx Tx) error {
		ids, err := All(ctx, tx, Value[string], `SELECT clearing FROM clearing_answer WHERE party = $1 AND organisation = $2`, string(r.Party), r.Organisation)
		for _, id := range ids {
			out[clearing.ID(id)] = true
		}
		return err
	})
	return out, err
}

// Schedule reads the newest schedule of a kind.
func (st Clearing) Schedule(ctx context.Context, k clearing.Kind) (s clearing.Schedule, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		s, err = One(ctx, tx, func(r Scanner) (s clearing.Schedule, err error) {
			return s, r.Scan(&s.N, FromJSON(&s), InTime(&s.At))
		}, `SELECT n, content, at FROM clearing_schedule WHERE kind = $1 ORDER BY n DESC LIMIT 1`, string(k))
		return err
	})
	if errors.Is(err, ErrNoRow) {
		return clearing.DefaultSchedule(k), nil
	}
	s.Kind = k
	return s, err
}

// PutSchedule adds a schedule.
func (st Clearing) PutSchedule(ctx context.Context, s clearing.Schedule, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := One(ctx, tx, Value[int64], `SELECT COALESCE(MAX(n), 0) FROM clearing_schedule WHERE kind = $1`, string(s.Kind))
		if err != nil {
			return err
		}
		if n != s.N {
			return fault.Of(fault.Conflict)
		}
		_, err = tx.Exec(ctx, `INSERT INTO clearing_schedule (kind, n, content, at) VALUES ($1, $2, $3, $4)`, string(s.Kind), n+1, JSON(s), Micros(s.At))
		return err
	})
	return err
}

// Calendar reads the working days of a State, or of the secretariat.
func (st Clearing) Calendar(ctx context.Context, owner party.ID) (c clearing.Calendar, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		c, err = One(ctx, tx, func(r Scanner) (c clearing.Calendar, err error) {
			return c, r.Scan(&c.Owner, FromJSON(&c.Weekend), FromJSON(&c.Holidays), &c.Rev, InTime(&c.ChangedAt))
		}, `SELECT owner, weekend, holidays, rev, changed_at FROM work_calendar WHERE owner = $1`, string(owner))
		return err
	})
	if errors.Is(err, ErrNoRow) {
		return clearing.DefaultCalendar(owner), nil
	}
	return c, err
}

// PutCalendar adds or replaces a calendar.
func (st Clearing) PutCalendar(ctx context.Context, c clearing.Calendar, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		return changed(tx.Exec(ctx, `INSERT INTO work_calendar (owner, weekend, holidays, rev, changed_at) VALUES ($1, $2, $3, CAST($4 AS BIGINT) + 1, $5)
ON CONFLICT (owner) DO UPDATE SET weekend = excluded.weekend, holidays = excluded.holidays, rev = excluded.rev, changed_at = excluded.changed_at WHERE work_calendar.rev = $4`,
			string(c.Owner), JSON(c.Weekend), JSON(c.Holidays), c.Rev, Micros(c.ChangedAt)))
	})
	return err
}

// Organisations lists the organisations that have an open provider's account.
func (st Clearing) Organisations(ctx context.Context) (out []string, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, Value[string], `SELECT DISTINCT organisation FROM account WHERE role = 'provider' AND organisation <> '' AND NOT disabled`)
		return err
	})
	slices.Sort(out)
	return out, err
}

// AddNotes keeps the letters whose occasion is new.
func (st Clearing) AddNotes(ctx context.Context, notes []mail.Note, trace func(n int) audit.Trace) (int, error) {
	return Assessments(st).AddNotes(ctx, notes, trace)
}
