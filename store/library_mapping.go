package store

import (
	"context"
	"fmt"
	"math"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/suggest"
)

// The tables of this file go into a backup with the others, after the measures to which they refer.
func init() { Tables = append(Tables, "suggestion", "mapping_run", "mapping_seen") }

// ChangeMappings makes what a change says.
func (st Library) ChangeMappings(ctx context.Context, c library.MappingChange, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		id := string(c.Measure)
		for _, k := range c.Remove {
			n, err := tx.Exec(ctx, `DELETE FROM mapping WHERE measure = $1 AND eid = $2 AND provision = $3 AND status <> 'validated'`, id, k.EID, string(k.Provision))
			if err != nil {
				return err
			}
			if n == 0 {
				return fault.New(fault.Conflict, "mapping.error.changed", nil)
			}
		}
		for _, m := range c.Map {
			n, err := One(ctx, tx, Value[int], `SELECT COUNT(*) FROM mapping WHERE measure = $1 AND eid = $2 AND provision = $3 AND status = 'validated'`, id, m.EID, string(m.Provision))
			if err != nil {
				return err
			}
			if n > 0 {
				return fault.New(fault.Conflict, "mapping.error.validated", nil)
			}
			if _, err := tx.Exec(ctx, `UPDATE suggestion SET state = 'accepted', decided_by = $1, decided_at = $2 WHERE measure = $3 AND eid = $4 AND provision = $5`,
				c.By, Micros(c.At), id, m.EID, string(m.Provision)); err != nil {
				return err
			}
		}
		if err := insertMappings(ctx, tx, c.Map); err != nil {
			return err
		}
		for _, m := range c.Validate {
			n, err := tx.Exec(ctx, `UPDATE mapping SET status = $1, validated_by = $2, validated_at = $3 WHERE measure = $4 AND eid = $5 AND provision = $6`,
				string(m.Status), string(m.ValidatedBy), Micros(m.ValidatedAt), id, m.EID, string(m.Provision))
			if err != nil {
				return err
			}
			if n == 0 {
				return fault.New(fault.Conflict, "mapping.error.changed", nil)
			}
		}
		if err := putSuggestions(ctx, tx, c.Suggest, true); err != nil {
			return err
		}
		for _, eid := range c.Seen {
			if _, err := tx.Exec(ctx, `INSERT INTO mapping_seen (measure, eid, by_account, at) VALUES ($1, $2, $3, $4) ON CONFLICT (measure, eid) DO NOTHING`, id, eid, c.By, Micros(c.At)); err != nil {
				return err
			}
		}
		for _, eid := range c.Unseen {
			if _, err := tx.Exec(ctx, `DELETE FROM mapping_seen WHERE measure = $1 AND eid = $2`, id, eid); err != nil {
				return err
			}
		}
		if len(c.Map)+len(c.Remove)+len(c.Validate) == 0 {
			return nil // nothing that is public
		}
		return tx.Touch(ctx, "measure", id)
	})
	return err
}

// putSuggestions writes suggestions; those that are there are replaced or left as they are.
func putSuggestions(ctx context.Context, tx Tx, ss []library.Suggestion, replace bool) error {
	conflict := `DO NOTHING`
	if replace {
		conflict = `DO UPDATE SET state = excluded.state, strength = excluded.strength, score = excluded.score, reasons = excluded.reasons, note = excluded.note,
by_account = excluded.by_account, at = excluded.at, decided_by = excluded.decided_by, decided_at = excluded.decided_at`
	}
	for _, s := range ss {
		if _, err := tx.Exec(ctx, `INSERT INTO suggestion (measure, eid, provision, state, strength, score, reasons, note, by_account, at, decided_by, decided_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (measure, eid, provision) `+conflict,
			string(s.Measure), s.EID, string(s.Provision), string(s.State), string(s.Strength), int(math.Round(s.Score*1000)), JSON(s.Reasons), JSON(s.Note), s.By, Micros(s.At), s.DecidedBy, Micros(s.DecidedAt)); err != nil {
			return err
		}
	}
	return nil
}

// Propose replaces the program's open suggestions for a measure.
func (st Library) Propose(ctx context.Context, id library.ID, version, units int, at time.Time, ss []library.Suggestion) error {
	return st.DB.Bulk(ctx, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM suggestion WHERE measure = $1 AND state = 'open' AND by_account = ''`, string(id)); err != nil {
			return err
		}
		mapped, err := All(ctx, tx, func(s Scanner) (k library.MappingKey, err error) { return k, s.Scan(&k.EID, &k.Provision) },
			`SELECT eid, provision FROM mapping WHERE measure = $1`, string(id))
		if err != nil {
			return err
		}
		has := make(map[library.MappingKey]bool, len(mapped))
		for _, k := range mapped {
			has[k] = true
		}
		var put []library.Suggestion
		for _, s := range ss {
			if !has[s.Key()] {
				put = append(put, s)
			}
		}
		if err := putSuggestions(ctx, tx, put, false); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `INSERT INTO mapping_run (measure, n, units, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (measure) DO UPDATE SET n = excluded.n, units = excluded.units, at = excluded.at`, string(id), version, units, Micros(at))
		return err
	})
}

func scanSuggestion(r Scanner) (s library.Suggestion, err error) {
	var score int
	err = r.Scan(&s.Measure, &s.EID, &s.Provision, &s.State, &s.Strength, &score, FromJSON(&s.Reasons), FromJSON(&s.Note), &s.By, InTime(&s.At), &s.DecidedBy, InTime(&s.DecidedAt))
	s.Score = float64(score) / 1000
	return s, err
}

// MappingWork reads how far the mapping of a measure is.
func (st Library) MappingWork(ctx context.Context, s identity.Sight, id library.ID) (out library.MappingWork, err error) {
	f := from{st.DB.Read, "", s} // suggestions have no public form
	err = f.db(ctx, func(tx Tx) error {
		out = library.MappingWork{}
		if _, err := f.measure(ctx, tx, id); err != nil {
			return err
		}
		if out.Suggestions, err = All(ctx, tx, scanSuggestion, `SELECT measure, eid, provision, state, strength, score, reasons, note, by_account, at, decided_by, decided_at
FROM suggestion WHERE measure = $1 ORDER BY score DESC, eid, provision`, string(id)); err != nil {
			return err
		}
		if out.Seen, err = All(ctx, tx, Value[string], `SELECT eid FROM mapping_seen WHERE measure = $1 ORDER BY at, eid`, string(id)); err != nil {
			return err
		}
		_, err := One(ctx, tx, func(r Scanner) (x int, err error) {
			return 0, r.Scan(&out.Version, &out.Units, InTime(&out.ProposedAt))
		},
			`SELECT n, units, at FROM mapping_run WHERE measure = $1`, string(id))
		if err == ErrNoRow {
			err = nil
		}
		return err
	})
	return out, err
}

// Waiting lists measures by how far their mapping is.
func (st Library) Waiting(ctx context.Context, s identity.Sight, q library.WaitingFilter) (out []library.Waiting, total int, err error) {
	var w Where
	w.And("m.version > 0")
	w.And("EXISTS (SELECT 1 FROM section s WHERE s.measure = m.id AND s.n = m.version AND s.body <> '')")
	if q.Country != "" {
		w.And("m.country = ?", q.Country)
	}
	f := from{st.DB.Read, "", s}
	f.sees(&w)
	if !q.All { // what nobody read yet, or has sections that nobody looked at
		w.And(`COALESCE(r.n, 0) <> m.version OR r.units > (SELECT COUNT(*) FROM mapping_seen e WHERE e.measure = m.id AND EXISTS (SELECT 1 FROM section s WHERE s.measure = m.id AND s.n = m.version AND s.eid = e.eid))`)
	}
	if q.Limit <= 0 {
		q.Limit = 100
	}
	const join = ` FROM measure m LEFT JOIN mapping_run r ON r.measure = m.id`
	err = f.db(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*)`+join+w.SQL(), w.Args()...); err != nil {
			return err
		}
		page := w
		page.args = append([]any(nil), w.args...)
		out, err = All(ctx, tx, func(r Scanner) (x library.Waiting, err error) {
			var n int
			err = r.Scan(append(measureDest(&x.Measure), &n, &x.Sections, &x.Seen, &x.Mapped, &x.Open, &x.Strong)...)
			if x.Proposed = n == x.Measure.Version; !x.Proposed {
				x.Sections, x.Open, x.Strong = 0, 0, 0
			}
			return x, err
		}, `SELECT `+measureColumns+`, COALESCE(r.n, 0), COALESCE(r.units, 0),
(SELECT COUNT(*) FROM mapping_seen e WHERE e.measure = m.id AND EXISTS (SELECT 1 FROM section s WHERE s.measure = m.id AND s.n = m.version AND s.eid = e.eid)),
(SELECT COUNT(DISTINCT x.eid) FROM mapping x WHERE x.measure = m.id AND x.eid <> ''),
(SELECT COUNT(*) FROM suggestion g WHERE g.measure = m.id AND g.state = 'open'),
(SELECT COUNT(*) FROM suggestion g WHERE g.measure = m.id AND g.state = 'open' AND g.strength = '`+string(suggest.Strong)+`')`+join+w.SQL()+`
ORDER BY m.country, m.id LIMIT `+page.Arg(min(q.Limit, 500))+` OFFSET `+page.Arg(q.Offset), page.Args()...)
		return err
	})
	return out, total, err
}

// MappedIDs lists public measures that have mappings.
func (st Library) MappedIDs(ctx context.Context) (ids []library.ID, mark string, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		var n, last int64
		if _, err := One(ctx, tx, func(r Scanner) (int, error) { return 0, r.Scan(&n, &last) }, `SELECT COUNT(*), COALESCE(MAX(at), 0) FROM pub_mapping`); err != nil {
			return err
		}
		mark = fmt.Sprint(n, " ", last)
		ids, err = All(ctx, tx, Value[library.ID], `SELECT measure FROM pub_mapping WHERE eid <> '' GROUP BY measure ORDER BY MAX(at) DESC, measure`)
		return err
	})
	return ids, mark, err
}
