package store

import (
	"context"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/mechanism"
	"merida/party"
)

// Mechanisms keeps coordination bodies and what was released to them.
type Mechanisms struct{ DB DB }

var _ mechanism.Store = Mechanisms{}

const (
	seated  = `SELECT mechanism FROM mechanism_member WHERE account = ?`
	covered = `SELECT mechanism FROM mechanism_party WHERE party = ?`
)

// knows adds that the reader may know of the mechanism whose id stands in column.
func knows(w *Where, r mechanism.Reader, column string) {
	switch {
	case r.All:
	case r.Party == "":
		w.And(column+` IN (`+seated+`)`, r.Account)
	default:
		w.And(column+` IN (`+seated+`) OR `+column+` IN (`+covered+`)`, r.Account, string(r.Party))
	}
}

// sits adds that the reader has a seat in the mechanism whose id stands in column, or is the secretariat.
func sits(w *Where, r mechanism.Reader, column string) {
	if !r.All {
		w.And(column+` IN (`+seated+`)`, r.Account)
	}
}

const mechanismColumns = `m.id, m.kind, m.names, m.about, m.closed_at, m.rev, m.changed_at`

func scanMechanism(s Scanner) (m mechanism.Mechanism, err error) {
	return m, s.Scan(&m.ID, &m.Kind, FromJSON(&m.Names), FromJSON(&m.About), InTime(&m.ClosedAt), &m.Rev, InTime(&m.ChangedAt))
}

func (st Mechanisms) list(ctx context.Context, w Where) (out []mechanism.Mechanism, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		if out, err = All(ctx, tx, scanMechanism, `SELECT `+mechanismColumns+` FROM mechanism m`+w.SQL()+` ORDER BY m.kind, m.id`, w.Args()...); err != nil {
			return err
		}
		for i := range out {
			if out[i].Parties, err = All(ctx, tx, Value[party.ID], `SELECT party FROM mechanism_party WHERE mechanism = $1 ORDER BY party`, string(out[i].ID)); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// Mechanisms lists what the reader may know of.
func (st Mechanisms) Mechanisms(ctx context.Context, r mechanism.Reader) ([]mechanism.Mechanism, error) {
	var w Where
	knows(&w, r, "m.id")
	return st.list(ctx, w)
}

// Mechanism reads one.
func (st Mechanisms) Mechanism(ctx context.Context, r mechanism.Reader, id mechanism.ID) (mechanism.Mechanism, error) {
	var w Where
	w.And("m.id = ?", string(id))
	knows(&w, r, "m.id")
	out, err := st.list(ctx, w)
	if err == nil && len(out) == 0 {
		err = fault.Of(fault.NotFound)
	}
	if err != nil {
		return mechanism.Mechanism{}, err
	}
	return out[0], nil
}

// PutMechanism adds or replaces a mechanism.
func (st Mechanisms) PutMechanism(ctx context.Context, m mechanism.Mechanism, trace audit.Trace) (mechanism.ID, error) {
	trace.Result = string(m.ID)
	id, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if m.Rev == 0 {
			if _, err := tx.Exec(ctx, `INSERT INTO mechanism (id, kind, names, about, closed_at, rev, changed_at) VALUES ($1, $2, $3, $4, $5, 1, $6)`,
				string(m.ID), string(m.Kind), JSON(m.Names), JSON(m.About), Micros(m.ClosedAt), Micros(m.ChangedAt)); err != nil {
				return err
			}
		} else if err := changed(tx.Exec(ctx, `UPDATE mechanism SET kind = $1, names = $2, about = $3, closed_at = $4, rev = $5, changed_at = $6 WHERE id = $7 AND rev = $8`,
			string(m.Kind), JSON(m.Names), JSON(m.About), Micros(m.ClosedAt), m.Rev+1, Micros(m.ChangedAt), string(m.ID), m.Rev)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM mechanism_party WHERE mechanism = $1`, string(m.ID)); err != nil {
			return err
		}
		for _, p := range m.Parties {
			if _, err := tx.Exec(ctx, `INSERT INTO mechanism_party (mechanism, party) VALUES ($1, $2)`, string(m.ID), string(p)); err != nil {
				return err
			}
		}
		return nil
	})
	return mechanism.ID(id), err
}

// changed makes a Conflict of an update that found no row of the revision it knew.
func changed(n int64, err error) error {
	if err == nil && n != 1 {
		return fault.Of(fault.Conflict)
	}
	return err
}

// Members lists the seats.
func (st Mechanisms) Members(ctx context.Context, r mechanism.Reader, id mechanism.ID) (out []mechanism.Member, err error) {
	var w Where
	w.And("m.mechanism = ?", string(id))
	knows(&w, r, "m.mechanism")
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (x mechanism.Member, err error) {
			return x, s.Scan(&x.Account, &x.Name, &x.Role, &x.Party, &x.Organisation, &x.Chair, InTime(&x.Since))
		}, `SELECT a.id, a.name, a.role, a.party, a.organisation, m.chair, m.since FROM mechanism_member m JOIN account a ON a.id = m.account`+w.SQL()+` ORDER BY m.chair DESC, a.party, a.organisation, a.name, a.id`, w.Args()...)
		return err
	})
	return out, err
}

// IsMember reports whether an account sits in a mechanism.
func (st Mechanisms) IsMember(ctx context.Context, id mechanism.ID, account string) (in bool, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		n, err := One(ctx, tx, Value[int64], `SELECT COUNT(*) FROM mechanism_member WHERE mechanism = $1 AND account = $2`, string(id), account)
		in = n > 0
		return err
	})
	return in, err
}

// PutMember gives a seat.
func (st Mechanisms) PutMember(ctx context.Context, id mechanism.ID, account string, m mechanism.Member, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := One(ctx, tx, Value[int64], `SELECT COUNT(*) FROM account a, mechanism m WHERE a.id = $1 AND NOT a.disabled AND m.id = $2`, account, string(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Of(fault.NotFound)
		}
		_, err = tx.Exec(ctx, `INSERT INTO mechanism_member (mechanism, account, chair, since) VALUES ($1, $2, $3, $4) ON CONFLICT (mechanism, account) DO UPDATE SET chair = excluded.chair`,
			string(id), account, m.Chair, Micros(m.Since))
		return err
	})
	return err
}

// DropMember takes a seat away.
func (st Mechanisms) DropMember(ctx context.Context, id mechanism.ID, account string, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM mechanism_member WHERE mechanism = $1 AND account = $2`, string(id), account)
		return err
	})
	return err
}

// Meetings lists meetings, the latest first.
func (st Mechanisms) Meetings(ctx context.Context, r mechanism.Reader, id mechanism.ID) (out []mechanism.Meeting, err error) {
	var w Where
	w.And("mechanism = ?", string(id))
	sits(&w, r, "mechanism")
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (m mechanism.Meeting, err error) {
			return m, s.Scan(&m.ID, &m.Mechanism, FromJSON(&m.Title), InTime(&m.Begins), InTime(&m.Ends), &m.Place, FromJSON(&m.Agenda), FromJSON(&m.Outcome), InTime(&m.CancelledAt), &m.Rev, InTime(&m.ChangedAt))
		}, `SELECT id, mechanism, title, begins, ends, place, agenda, outcome, cancelled_at, rev, changed_at FROM meeting`+w.SQL()+` ORDER BY begins DESC, id DESC`, w.Args()...)
		return err
	})
	return out, err
}

// PutMeeting adds or replaces a meeting.
func (st Mechanisms) PutMeeting(ctx context.Context, m mechanism.Meeting, trace audit.Trace) (mechanism.MeetingID, error) {
	trace.Result = string(m.ID)
	id, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if err := tx.Touch(ctx, "meeting", string(m.ID)); err != nil {
			return err
		}
		if m.Rev == 0 {
			_, err := tx.Exec(ctx, `INSERT INTO meeting (id, mechanism, title, begins, ends, place, agenda, outcome, cancelled_at, rev, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10)`,
				string(m.ID), string(m.Mechanism), JSON(m.Title), Micros(m.Begins), Micros(m.Ends), m.Place, JSON(m.Agenda), JSON(m.Outcome), Micros(m.CancelledAt), Micros(m.ChangedAt))
			return err
		}
		return changed(tx.Exec(ctx, `UPDATE meeting SET title = $1, begins = $2, ends = $3, place = $4, agenda = $5, outcome = $6, cancelled_at = $7, rev = $8, changed_at = $9
WHERE id = $10 AND mechanism = $11 AND rev = $12`, JSON(m.Title), Micros(m.Begins), Micros(m.Ends), m.Place, JSON(m.Agenda), JSON(m.Outcome), Micros(m.CancelledAt), m.Rev+1, Micros(m.ChangedAt),
			string(m.ID), string(m.Mechanism), m.Rev))
	})
	return mechanism.MeetingID(id), err
}

// Actions lists what was agreed.
func (st Mechanisms) Actions(ctx context.Context, r mechanism.Reader, id mechanism.ID) (out []mechanism.Action, err error) {
	var w Where
	w.And("mechanism = ?", string(id))
	sits(&w, r, "mechanism")
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (a mechanism.Action, err error) {
			return a, s.Scan(&a.ID, &a.Mechanism, &a.Meeting, FromJSON(&a.What), &a.Who, &a.DueOn, &a.State, FromJSON(&a.Outcome), &a.Rev, InTime(&a.ChangedAt))
		}, `SELECT id, mechanism, meeting, what, who, due_on, state, outcome, rev, changed_at FROM action`+w.SQL()+`
ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, CASE WHEN due_on = '' THEN 1 ELSE 0 END, due_on, id`, w.Args()...)
		return err
	})
	return out, err
}

// PutAction adds or replaces an action.
func (st Mechanisms) PutAction(ctx context.Context, a mechanism.Action, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if err := tx.Touch(ctx, "action", string(a.ID)); err != nil {
			return err
		}
		if a.Rev == 0 {
			_, err := tx.Exec(ctx, `INSERT INTO action (id, mechanism, meeting, what, who, due_on, state, outcome, rev, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)`,
				string(a.ID), string(a.Mechanism), string(a.Meeting), JSON(a.What), a.Who, a.DueOn, string(a.State), JSON(a.Outcome), Micros(a.ChangedAt))
			return err
		}
		return changed(tx.Exec(ctx, `UPDATE action SET meeting = $1, what = $2, who = $3, due_on = $4, state = $5, outcome = $6, rev = $7, changed_at = $8 WHERE id = $9 AND mechanism = $10 AND rev = $11`,
			string(a.Meeting), JSON(a.What), a.Who, a.DueOn, string(a.State), JSON(a.Outcome), a.Rev+1, Micros(a.ChangedAt), string(a.ID), string(a.Mechanism), a.Rev))
	})
	return err
}

// Releases lists what was released to a mechanism.
func (st Mechanisms) Releases(ctx context.Context, r mechanism.Reader, id mechanism.ID) (out []mechanism.Release, err error) {
	var w Where
	w.And("mechanism = ?", string(id))
	switch {
	case r.All:
	case r.Party == "":
		sits(&w, r, "mechanism")
	default:
		w.And("mechanism IN ("+seated+") OR party = ?", r.Account, string(r.Party))
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (x mechanism.Release, err error) {
			return x, s.Scan(&x.Mechanism, &x.Answer, &x.Round, &x.Party, &x.Question, &x.Provision, &x.Order, &x.Version, FromJSON(&x.Content), &x.Hash, InTime(&x.ReleasedAt))
		}, `SELECT mechanism, answer, round, party, question, provision, ord, version, content, hash, released_at FROM answer_release`+w.SQL()+` ORDER BY party, round, ord`, w.Args()...)
		return err
	})
	return out, err
}

// Release copies the submitted versions of answers for a mechanism's members, and takes others of that assessment back.
func (st Mechanisms) Release(ctx context.Context, id mechanism.ID, p party.ID, of assessment.ID, answers []assessment.AnswerID, at time.Time, trace audit.Trace) (n int, err error) {
	_, _, err = Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		var keep Where
		keep.And("mechanism = ?", string(id))
		keep.And("party = ?", string(p))
		keep.And("assessment = ?", string(of))
		if len(answers) > 0 {
			keep.And("answer NOT IN (?)", answers)
		}
		if _, err := tx.Exec(ctx, `DELETE FROM answer_release`+keep.SQL(), keep.Args()...); err != nil {
			return err
		}
		if len(answers) == 0 {
			return nil
		}
		var w Where
		first := w.Arg(string(id))
		when := w.Arg(Micros(at))
		w.And("a.party = ?", string(p))
		w.And("a.assessment = ?", string(of))
		w.And("a.submitted > 0")
		w.And("a.id IN (?)", answers)
		// A version that was released before keeps the time of its release.
		_, err := tx.Exec(ctx, `INSERT INTO answer_release (mechanism, answer, assessment, round, party, question, provision, ord, version, content, hash, released_at)
SELECT CAST(`+first+` AS TEXT), a.id, a.assessment, s.round, a.party, a.question, a.provision, a.ord, v.n, v.content, v.hash, CAST(`+when+` AS BIGINT)
FROM answer a JOIN assessment s ON s.id = a.assessment JOIN answer_version v ON v.answer = a.id AND v.n = a.submitted`+w.SQL()+`
ON CONFLICT (mechanism, answer) DO UPDATE SET version = excluded.version, content = excluded.content, hash = excluded.hash,
released_at = CASE WHEN answer_release.version = excluded.version THEN answer_release.released_at ELSE excluded.released_at END`, w.Args()...)
		return err
	})
	if err != nil {
		return 0, err
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		c, err := One(ctx, tx, Value[int64], `SELECT COUNT(*) FROM answer_release WHERE mechanism = $1 AND party = $2 AND assessment = $3`, string(id), string(p), string(of))
		n = int(c)
		return err
	})
	return n, err
}
