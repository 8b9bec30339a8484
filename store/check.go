package store

import (
	"context"
	"encoding/json"
	"fmt"

	"merida/assessment"
	"merida/library"
	"merida/questionnaire"
)

// CheckHashes recomputes the hash of every answer version, every published answer, every edition that was tabled, every text of a measure and every translation,
// and lists what does not match: a stored byte that changed by itself or by another program.
func CheckHashes(ctx context.Context, db DB, tell func(done int64)) (checked int64, damaged []string, err error) {
	step := func(what string, ok bool) {
		checked++
		if !ok {
			damaged = append(damaged, what)
		}
		if checked%1000 == 0 && tell != nil {
			tell(checked)
		}
	}
	type hashed struct {
		key, content, hash string
		n                  int
	}
	content := func(what, query string) error {
		return db.Read(ctx, func(tx Tx) error {
			rows, err := tx.Query(ctx, query)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var h hashed
				if err := rows.Scan(&h.key, &h.n, &h.content, &h.hash); err != nil {
					return err
				}
				var c assessment.Content
				step(fmt.Sprintf("%s %s version %d", what, h.key, h.n), json.Unmarshal([]byte(h.content), &c) == nil && c.Hash() == h.hash)
			}
			return rows.Err()
		})
	}
	if err := content("answer", `SELECT answer, n, content, hash FROM answer_version`); err != nil {
		return checked, damaged, err
	}
	if err := content("published answer", `SELECT answer, version, content, hash FROM pub_answer WHERE withdrawn_at = 0`); err != nil {
		return checked, damaged, err
	}
	if err := db.Read(ctx, func(tx Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, content, hash FROM edition WHERE hash <> ''`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, content, hash string
			if err := rows.Scan(&id, &content, &hash); err != nil {
				return err
			}
			var c questionnaire.Content
			step("edition "+id, json.Unmarshal([]byte(content), &c) == nil && c.Hash() == hash)
		}
		return rows.Err()
	}); err != nil {
		return checked, damaged, err
	}
	var texts []hashed
	if err := db.Read(ctx, func(tx Tx) error {
		texts, err = All(ctx, tx, func(s Scanner) (h hashed, err error) { return h, s.Scan(&h.key, &h.n, &h.hash) }, `SELECT measure, n, hash FROM measure_version`)
		return err
	}); err != nil {
		return checked, damaged, err
	}
	for _, t := range texts {
		var sections []library.Section
		if err := db.Read(ctx, func(tx Tx) error {
			sections, err = All(ctx, tx, func(r Scanner) (s library.Section, err error) { return s, r.Scan(&s.EID, &s.Num, &s.Heading, &s.Text) },
				`SELECT eid, num, heading, body FROM section WHERE measure = $1 AND n = $2 ORDER BY ord`, t.key, t.n)
			return err
		}); err != nil {
			return checked, damaged, err
		}
		step(fmt.Sprintf("measure %s version %d", t.key, t.n), library.HashSections(sections) == t.hash)
	}
	type rendered struct {
		key, tag, hash string
		n, edition     int
	}
	var translations []rendered
	if err := db.Read(ctx, func(tx Tx) error {
		translations, err = All(ctx, tx, func(s Scanner) (r rendered, err error) { return r, s.Scan(&r.key, &r.n, &r.tag, &r.edition, &r.hash) },
			`SELECT measure, n, lang, edition, hash FROM translation`)
		return err
	}); err != nil {
		return checked, damaged, err
	}
	for _, t := range translations {
		var sections []library.Section
		if err := db.Read(ctx, func(tx Tx) error {
			sections, err = All(ctx, tx, func(r Scanner) (s library.Section, err error) { return s, r.Scan(&s.EID, &s.Num, &s.Heading, &s.Text) },
				`SELECT eid, num, heading, body FROM translation_section WHERE measure = $1 AND n = $2 AND lang = $3 AND edition = $4 ORDER BY ord`, t.key, t.n, t.tag, t.edition)
			return err
		}); err != nil {
			return checked, damaged, err
		}
		step(fmt.Sprintf("measure %s version %d in %s edition %d", t.key, t.n, t.tag, t.edition), library.HashSections(sections) == t.hash)
	}
	return checked, damaged, nil
}
