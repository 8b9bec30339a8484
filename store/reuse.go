package store

import (
	"context"
	"errors"

	"merida/assessment"
	"merida/convention"
	"merida/identity"
	"merida/party"
)

const reuseColumns = `u.answer, u.origin, u.version, u.relation, u.by_account, u.by_name, u.at, u.checked, u.checked_by, u.checked_at`

func reuseDest(u *assessment.Reused) []any {
	return []any{&u.Answer, &u.Origin, &u.Version, &u.Coverage, &u.By, &u.ByName, InTime(&u.At), &u.Checked, &u.CheckedBy, InTime(&u.CheckedAt)}
}

// loadOrigin reads what an act on a taken-over text must know; what is not there stays zero.
func loadOrigin(ctx context.Context, tx Tx, c *assessment.AnswerChange, origin assessment.AnswerID) error {
	var err error
	if c.Origin, err = One(ctx, tx, scanAnswer, `SELECT `+answerColumns+` FROM answer a WHERE a.id = $1`, string(origin)); err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	c.OriginVersion, err = One(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer_version v WHERE v.answer = $1 AND v.n = $2`, string(origin), c.Origin.Version)
	if err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	c.Reused, err = One(ctx, tx, func(s Scanner) (u assessment.Reused, err error) { return u, s.Scan(reuseDest(&u)...) },
		`SELECT `+reuseColumns+` FROM reuse u WHERE u.answer = $1 AND u.origin = $2`, string(c.Answer.ID), string(origin))
	if err != nil && !errors.Is(err, ErrNoRow) {
		return err
	}
	return nil
}

func putReuse(ctx context.Context, tx Tx, u assessment.Reused) error {
	_, err := tx.Exec(ctx, `INSERT INTO reuse (answer, origin, version, relation, by_account, by_name, at, checked, checked_by, checked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (answer, origin) DO UPDATE SET version = excluded.version, relation = excluded.relation, by_account = excluded.by_account, by_name = excluded.by_name, at = excluded.at,
checked = excluded.checked, checked_by = excluded.checked_by, checked_at = excluded.checked_at`,
		string(u.Answer), string(u.Origin), u.Version, string(u.Coverage), u.By, u.ByName, Micros(u.At), u.Checked, u.CheckedBy, Micros(u.CheckedAt))
	return err
}

// Answered lists a State's own answers on provisions, in any round, with their newest versions.
func (st Assessments) Answered(ctx context.Context, s identity.Sight, p party.ID, provisions []convention.ID) (out []assessment.Offer, err error) {
	if !inside(s, p) {
		return nil, nil // only the State itself takes its answers over
	}
	var w Where
	w.And("a.party = ?", string(p))
	w.And("a.provision IN (?)", provisions)
	answerSight(&w, s)
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (o assessment.Offer, err error) {
			return o, r.Scan(append(append(answerDest(&o.Answer), versionDest(&o.Version)...), &o.Round, FromJSON(&o.Titles))...)
		}, `SELECT `+answerColumns+`, `+versionColumns+`, r.id, r.titles FROM answer a JOIN answer_version v ON v.answer = a.id AND v.n = a.version
JOIN assessment s ON s.id = a.assessment JOIN round r ON r.id = s.round`+w.SQL()+` ORDER BY a.id DESC`, w.Args()...)
		return err
	})
	return out, err
}

// Reuses lists what was taken over into the answers of an assessment, or into one of them.
func (st Assessments) Reuses(ctx context.Context, s identity.Sight, id assessment.ID, answer assessment.AnswerID) (out []assessment.Reused, err error) {
	if s.Party == "" {
		return nil, nil
	}
	var w Where
	w.And("a.assessment = ?", string(id))
	w.And("a.party = ?", string(s.Party))
	if answer != "" {
		w.And("a.id = ?", string(answer))
	}
	answerSight(&w, s)
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (u assessment.Reused, err error) {
			return u, r.Scan(append(reuseDest(&u), &u.Now, InTime(&u.ChangedAt), &u.Provision, FromJSON(&u.Titles))...)
		}, `SELECT `+reuseColumns+`, o.version, o.changed_at, o.provision, r.titles FROM reuse u JOIN answer a ON a.id = u.answer JOIN answer o ON o.id = u.origin
JOIN assessment s ON s.id = o.assessment JOIN round r ON r.id = s.round`+w.SQL()+` ORDER BY u.at`, w.Args()...)
		return err
	})
	return out, err
}
