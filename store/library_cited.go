package store

import (
	"context"
	"errors"
	"slices"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/party"
)

// Cited reads what citations point to; those that neither the sight reaches nor a submitted answer shows are left out.
func (st Library) Cited(ctx context.Context, s identity.Sight, cs []library.Citation) (out []library.CitedSection, err error) {
	if len(cs) == 0 {
		return nil, nil
	}
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		out = nil
		measures := map[library.ID]library.Measure{}
		for _, c := range cs {
			m, ok := measures[c.Measure]
			if !ok {
				m, err = f.measure(ctx, tx, c.Measure)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return err
				}
				measures[c.Measure] = m
			}
			x := library.CitedSection{Citation: c, Measure: m}
			if m.ID == "" {
				if x.Measure, err = f.submitted(ctx, tx, c); errors.Is(err, ErrNoRow) {
					continue
				} else if err != nil {
					return err
				}
				x.Pinned = true
			}
			if c.EID != "" {
				x.Section, err = One(ctx, tx, func(s Scanner) (x library.Section, err error) { return x, s.Scan(sectionDest(&x)...) },
					`SELECT `+sectionColumns+` FROM `+f.prefix+`section s WHERE s.measure = $1 AND s.n = $2 AND s.eid = $3`, string(c.Measure), max(c.Version, 1), c.EID)
				if err != nil && !errors.Is(err, ErrNoRow) {
					return err
				}
			}
			out = append(out, x)
		}
		return nil
	})
	return out, err
}

// Unfounded gives those of the citations that lead to nothing the sight sees.
func (st Assessments) Unfounded(ctx context.Context, s identity.Sight, cs []library.Citation) (out []library.Citation, err error) {
	if len(cs) == 0 {
		return nil, nil
	}
	f := Library(st).from(s)
	err = f.db(ctx, func(tx Tx) error {
		out = nil
		for _, c := range cs {
			var w Where
			w.And("m.id = ? AND v.n = ?", string(c.Measure), max(c.Version, 1))
			f.sees(&w)
			from := f.prefix + `measure m JOIN ` + f.prefix + `measure_version v ON v.measure = m.id`
			if c.EID != "" {
				w.And("s.eid = ?", c.EID)
				from += ` JOIN ` + f.prefix + `section s ON s.measure = v.measure AND s.n = v.n`
			}
			n, err := One(ctx, tx, Value[int], `SELECT COUNT(*) FROM `+from+w.SQL(), w.Args()...)
			if err != nil {
				return err
			}
			if n == 0 {
				out = append(out, c)
			}
		}
		return nil
	})
	return out, err
}

// submitted reads a measure that its party keeps to itself, as far as a submitted answer of that party
// shows it to the reader: one that the sight reaches and whose submitted version makes this very citation.
// ErrNoRow: there is none, or the reader is the public, whose pool holds no submissions.
func (f from) submitted(ctx context.Context, tx Tx, c library.Citation) (m library.Measure, err error) {
	if f.prefix != "" {
		return m, ErrNoRow
	}
	if m, err = One(ctx, tx, scanMeasure, `SELECT `+measureColumns+` FROM measure m WHERE m.id = $1 AND m.owner <> ''`, string(c.Measure)); err != nil {
		return library.Measure{}, err
	}
	var w Where
	w.And("s.party = ? AND a.submitted > 0", string(m.Owner))
	answerSight(&w, f.sight)
	type row struct {
		party party.ID
		said  assessment.Content
	}
	rows, err := All(ctx, tx, func(r Scanner) (x row, err error) { return x, r.Scan(&x.party, FromJSON(&x.said)) },
		`SELECT s.party, v.content FROM assessment s JOIN answer a ON a.assessment = s.id JOIN answer_version v ON v.answer = a.id AND v.n = a.submitted`+w.SQL(), w.Args()...)
	if err != nil {
		return library.Measure{}, err
	}
	for _, x := range rows {
		if !inside(f.sight, x.party) && slices.Contains(x.said.Citations, c) {
			return library.Measure{ID: m.ID, Country: m.Country, Type: m.Type, Status: m.Status, Lang: m.Lang, Titles: m.Titles, Owner: m.Owner, Visibility: m.Visibility}, nil
		}
	}
	return library.Measure{}, ErrNoRow
}
