package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/publication"
)

// Library keeps measures, their texts and mappings.
type Library struct{ DB DB }

var _ library.Store = Library{}

// from is where a reader's query looks: the public reads through the public
// pool and its views; others read the tables under their sight.
type from struct {
	db     func(context.Context, func(Tx) error) error
	prefix string
	sight  identity.Sight
}

func (st Library) from(s identity.Sight) from {
	if s == (identity.Sight{}) || s == (identity.Actor{}).Sight() {
		return from{st.DB.Public, "pub_", s}
	}
	return from{st.DB.Read, "", s}
}

// sees adds the sight's condition on measures (alias m).
func (f from) sees(w *Where) {
	if f.prefix == "" {
		w.Sight(f.sight, "m.owner", "m.visibility_rank", "TRUE") // who answers for a party cites what the party entered
	}
}

const measureColumns = `m.id, m.source_id, m.country, m.type, m.status, m.lang, m.titles, m.summary, m.date, m.source, m.source_url, m.licence, m.owner, m.visibility, m.validated_at, m.validated_by, m.validated_version, m.version, m.rev, m.added_at, m.added_by, m.changed_at`

func measureDest(m *library.Measure) []any {
	return []any{&m.ID, nullable{(*string)(&m.SourceID)}, &m.Country, &m.Type, &m.Status, &m.Lang, FromJSON(&m.Titles), FromJSON(&m.Summary), &m.Date, &m.Source, &m.SourceURL, &m.Licence,
		&m.Owner, &m.Visibility, InTime(&m.ValidatedAt), &m.ValidatedBy, &m.ValidatedVersion, &m.Version, &m.Rev, InTime(&m.AddedAt), &m.AddedBy, InTime(&m.ChangedAt)}
}

func scanMeasure(s Scanner) (m library.Measure, err error) { return m, s.Scan(measureDest(&m)...) }

// nullable reads NULL as the empty string.
type nullable struct{ s *string }

func (n nullable) Scan(src any) error {
	var v sql.NullString
	err := v.Scan(src)
	*n.s = v.String
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const mappingColumns = `x.id, x.measure, x.eid, x.provision, x.status, x.note, x.by_account, x.at, x.validated_by, x.validated_at, x.reasons`

func mappingDest(m *library.Mapping) []any {
	return []any{&m.ID, &m.Measure, &m.EID, &m.Provision, &m.Status, FromJSON(&m.Note), &m.By, InTime(&m.At), &m.ValidatedBy, InTime(&m.ValidatedAt), FromJSON(&m.Reasons)}
}

const sectionColumns = `s.eid, s.parent, s.level, s.kind, s.num, s.heading, s.body`

func sectionDest(s *library.Section) []any {
	return []any{&s.EID, &s.Parent, &s.Level, &s.Kind, &s.Num, &s.Heading, &s.Text}
}

const textColumns = `v.measure, v.n, v.lang, v.date, v.hash, v.file_hash, v.format, v.adopted, v.in_from, v.in_until, v.status, v.source_url, v.recorded_at, v.by_account`

func scanText(s Scanner) (v library.Version, err error) {
	return v, s.Scan(&v.Measure, &v.N, &v.Lang, &v.Date, &v.Hash, &v.FileHash, &v.Format, &v.Life.Adopted, &v.Life.From, &v.Life.Until, &v.Life.Status, &v.Life.Source, InTime(&v.RecordedAt), &v.By)
}

// Fold is the form in which parts of titles are compared: no case, no accents.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x300 && r < 0x370 { // combining marks, parted from their letters by NFKD
			return -1
		}
		return r
	}, norm.NFKD.String(cases.Fold().String(s)))
}

func foldTitles(m library.Measure) string {
	var parts []string
	for _, t := range m.Titles.Tags() {
		parts = append(parts, Fold(m.Titles[t].S))
	}
	return strings.Join(append(parts, Fold(m.SourceID)), "\n")
}

// Add saves a new measure.
func (st Library) Add(ctx context.Context, w library.Whole, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error { return insertMeasure(ctx, tx, w) })
	return err
}

func insertMeasure(ctx context.Context, tx Tx, w library.Whole) error {
	m := w.Measure
	_, err := tx.Exec(ctx, `INSERT INTO measure (id, source_id, country, type, status, lang, titles, folded, summary, date, source, source_url, licence, owner, visibility, visibility_rank,
validated_at, validated_by, validated_version, version, rev, added_at, added_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)`,
		string(m.ID), orNull(m.SourceID), string(m.Country), string(m.Type), string(m.Status), string(m.Lang), JSON(m.Titles), foldTitles(m), JSON(m.Summary), m.Date, string(m.Source), m.SourceURL, m.Licence,
		string(m.Owner), string(m.Visibility), m.Visibility.Rank(), Micros(m.ValidatedAt), m.ValidatedBy, m.ValidatedVersion, m.Version, m.Rev, Micros(m.AddedAt), m.AddedBy, Micros(m.ChangedAt))
	if errors.Is(err, ErrUnique) {
		return fault.New(fault.Conflict, "measure.error.source_id", fault.Args{"id": m.SourceID})
	}
	if err != nil {
		return err
	}
	if err := insertText(ctx, tx, w); err != nil {
		return err
	}
	if err := insertMappings(ctx, tx, w.Mappings); err != nil {
		return err
	}
	return tx.Touch(ctx, "measure", string(m.ID))
}

func insertText(ctx context.Context, tx Tx, w library.Whole) error {
	v := w.Version
	if _, err := tx.Exec(ctx, `INSERT INTO measure_version (measure, n, lang, date, hash, file_hash, format, adopted, in_from, in_until, status, source_url, recorded_at, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		string(v.Measure), v.N, string(v.Lang), v.Date, v.Hash, v.FileHash, v.Format, v.Life.Adopted, v.Life.From, v.Life.Until, string(v.Life.Status), v.Life.Source, Micros(v.RecordedAt), v.By); err != nil {
		return err
	}
	for i, s := range w.Sections {
		if _, err := tx.Exec(ctx, `INSERT INTO section (measure, n, ord, eid, parent, level, kind, num, heading, body) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			string(v.Measure), v.N, i+1, s.EID, s.Parent, s.Level, s.Kind, s.Num, s.Heading, s.Text); err != nil {
			return err
		}
	}
	return nil
}

func insertMappings(ctx context.Context, tx Tx, ms []library.Mapping) error {
	for _, x := range ms {
		if _, err := tx.Exec(ctx, `INSERT INTO mapping (id, measure, eid, provision, status, note, by_account, at, validated_by, validated_at, reasons) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (measure, eid, provision) DO UPDATE SET status = excluded.status, note = excluded.note, by_account = excluded.by_account, at = excluded.at,
validated_by = excluded.validated_by, validated_at = excluded.validated_at, reasons = excluded.reasons`,
			x.ID, string(x.Measure), x.EID, string(x.Provision), string(x.Status), JSON(x.Note), x.By, Micros(x.At), string(x.ValidatedBy), Micros(x.ValidatedAt), JSON(x.Reasons)); err != nil {
			return err
		}
	}
	return nil
}

// Revise replaces a record and appends a new text.
func (st Library) Revise(ctx context.Context, w library.Whole, trace audit.Trace) error {
	m := w.Measure
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		had, err := One(ctx, tx, Value[int], `SELECT version FROM measure WHERE id = $1`, string(m.ID))
		if err != nil {
			return Found(err, "")
		}
		n, err := tx.Exec(ctx, `UPDATE measure SET country = $1, type = $2, status = $3, lang = $4, titles = $5, folded = $6, summary = $7, date = $8, source = $9, source_url = $10, licence = $11,
visibility = $12, visibility_rank = $13, validated_at = $14, validated_by = $15, validated_version = $16, version = $17, rev = $18, changed_at = $19 WHERE id = $20 AND rev = $21`,
			string(m.Country), string(m.Type), string(m.Status), string(m.Lang), JSON(m.Titles), foldTitles(m), JSON(m.Summary), m.Date, string(m.Source), m.SourceURL, m.Licence,
			string(m.Visibility), m.Visibility.Rank(), Micros(m.ValidatedAt), m.ValidatedBy, m.ValidatedVersion, m.Version, m.Rev+1, Micros(m.ChangedAt), string(m.ID), m.Rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.New(fault.Conflict, "measure.error.changed", nil)
		}
		if w.Version.N > had {
			if err := insertText(ctx, tx, w); err != nil {
				return err
			}
		} else if err := setLife(ctx, tx, w.Version); err != nil {
			return err
		}
		if w.Mappings != nil {
			if _, err := tx.Exec(ctx, `DELETE FROM mapping WHERE measure = $1`, string(m.ID)); err != nil {
				return err
			}
			if err := insertMappings(ctx, tx, w.Mappings); err != nil {
				return err
			}
		}
		return tx.Touch(ctx, "measure", string(m.ID))
	})
	return err
}

// publishCited makes public what a published answer cites, as far as the party
// itself entered it, and records that the party holds the section to implement the provision.
func publishCited(ctx context.Context, tx Tx, p assessment.Public, c library.Citation) error {
	n, err := tx.Exec(ctx, `UPDATE measure SET visibility = $1, visibility_rank = $2, validated_at = $3, validated_by = $4, validated_version = version, changed_at = $3, rev = rev + 1
WHERE id = $5 AND owner = $6 AND visibility <> $1`,
		string(publication.Public), publication.Public.Rank(), Micros(p.PublishedAt), string(p.Party), string(c.Measure), string(p.Party))
	if err != nil {
		return err
	}
	country, err := One(ctx, tx, Value[string], `SELECT country FROM measure WHERE id = $1`, string(c.Measure))
	if errors.Is(err, ErrNoRow) || err == nil && country != string(p.Party) {
		return nil // a party validates nothing about another jurisdiction
	}
	if err != nil {
		return err
	}
	if !strings.Contains(string(p.Provision), "/") {
		return nil // cited for the convention as a whole: that says nothing of any provision
	}
	changed := false
	if have, err := One(ctx, tx, Value[string], `SELECT status FROM mapping WHERE measure = $1 AND eid = $2 AND provision = $3`, string(c.Measure), c.EID, string(p.Provision)); errors.Is(err, ErrNoRow) {
		changed = true
		if err := insertMappings(ctx, tx, []library.Mapping{{ID: newID(p.PublishedAt), Measure: c.Measure, EID: c.EID, Provision: p.Provision, Status: library.Validated, By: string(p.Party), At: p.PublishedAt, ValidatedBy: p.Party, ValidatedAt: p.PublishedAt}}); err != nil {
			return err
		}
	} else if err != nil {
		return err
	} else if have != string(library.Validated) {
		changed = true
		if _, err := tx.Exec(ctx, `UPDATE mapping SET status = $1, validated_by = $2, validated_at = $3 WHERE measure = $4 AND eid = $5 AND provision = $6`,
			string(library.Validated), string(p.Party), Micros(p.PublishedAt), string(c.Measure), c.EID, string(p.Provision)); err != nil {
			return err
		}
	}
	if n == 0 && !changed {
		return nil
	}
	return tx.Touch(ctx, "measure", string(c.Measure))
}

// Measure reads a record.
func (st Library) Measure(ctx context.Context, s identity.Sight, id library.ID) (m library.Measure, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		m, err = f.measure(ctx, tx, id)
		return err
	})
	return m, err
}

func (f from) measure(ctx context.Context, tx Tx, id library.ID) (library.Measure, error) {
	var w Where
	w.And("m.id = ?", string(id))
	f.sees(&w)
	m, err := One(ctx, tx, scanMeasure, `SELECT `+measureColumns+` FROM `+f.prefix+`measure m`+w.SQL(), w.Args()...)
	return m, Found(err, "")
}

// BySource finds records by their source ids.
func (st Library) BySource(ctx context.Context, ids []string) (map[string]library.Measure, error) {
	out := make(map[string]library.Measure, len(ids))
	err := st.DB.Read(ctx, func(tx Tx) error {
		for part := range slices.Chunk(ids, 200) {
			var w Where
			w.And("m.source_id IN (?)", part)
			ms, err := All(ctx, tx, scanMeasure, `SELECT `+measureColumns+` FROM measure m`+w.SQL(), w.Args()...)
			if err != nil {
				return err
			}
			for _, m := range ms {
				out[m.SourceID] = m
			}
		}
		return nil
	})
	return out, err
}

// Whole reads a measure with one version of its text.
func (st Library) Whole(ctx context.Context, s identity.Sight, id library.ID, n int) (out library.Whole, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		out, err = f.whole(ctx, tx, id, n)
		return err
	})
	return out, err
}

func (f from) whole(ctx context.Context, tx Tx, id library.ID, n int) (out library.Whole, err error) {
	if out.Measure, err = f.measure(ctx, tx, id); err != nil {
		return out, err
	}
	if n == 0 {
		n = out.Measure.Version
	}
	if out.Version, err = One(ctx, tx, scanText, `SELECT `+textColumns+` FROM `+f.prefix+`measure_version v WHERE v.measure = $1 AND v.n = $2`, string(id), n); err != nil {
		return out, Found(err, "")
	}
	if out.Sections, err = All(ctx, tx, func(s Scanner) (x library.Section, err error) { return x, s.Scan(sectionDest(&x)...) },
		`SELECT `+sectionColumns+` FROM `+f.prefix+`section s WHERE s.measure = $1 AND s.n = $2 ORDER BY s.ord`, string(id), n); err != nil {
		return out, err
	}
	out.Mappings, err = All(ctx, tx, func(s Scanner) (x library.Mapping, err error) { return x, s.Scan(mappingDest(&x)...) },
		`SELECT `+mappingColumns+` FROM `+f.prefix+`mapping x WHERE x.measure = $1 ORDER BY x.id`, string(id))
	return out, err
}

// Versions lists the versions of a text, newest first.
func (st Library) Versions(ctx context.Context, s identity.Sight, id library.ID) (out []library.Version, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		if _, err := f.measure(ctx, tx, id); err != nil {
			return err
		}
		out, err = All(ctx, tx, scanText, `SELECT `+textColumns+` FROM `+f.prefix+`measure_version v WHERE v.measure = $1 ORDER BY v.n DESC`, string(id))
		return err
	})
	return out, err
}

// Find lists records.
func (st Library) Find(ctx context.Context, s identity.Sight, q library.Filter) (out []library.Measure, total int, err error) {
	f := st.from(s)
	var w Where
	if q.Country != "" {
		w.And("m.country = ?", string(q.Country))
	}
	if q.Owner != "" {
		w.And("m.owner = ?", string(q.Owner))
	}
	if q.Type != "" {
		w.And("m.type = ?", string(q.Type))
	}
	if q.Unvalidated {
		w.And("m.owner = '' AND (m.validated_at = 0 OR m.validated_version < m.version)")
	}
	for _, word := range strings.Fields(Fold(q.Words)) {
		w.And(`m.folded LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+"%")
	}
	f.sees(&w)
	if q.Limit <= 0 {
		q.Limit = 100
	}
	err = f.db(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM `+f.prefix+`measure m`+w.SQL(), w.Args()...); err != nil {
			return err
		}
		page := w
		page.args = slices.Clone(w.args)
		order := `m.country, m.date DESC, m.id`
		if q.Newest {
			order = `m.added_at DESC, m.id DESC`
		}
		out, err = All(ctx, tx, scanMeasure, `SELECT `+measureColumns+` FROM `+f.prefix+`measure m`+w.SQL()+` ORDER BY `+order+` LIMIT `+page.Arg(min(q.Limit, 500))+` OFFSET `+page.Arg(q.Offset), page.Args()...)
		return err
	})
	return out, total, err
}

// ByFile finds records by the file of one of their versions.
func (st Library) ByFile(ctx context.Context, s identity.Sight, hash string) (out []library.Measure, err error) {
	if hash == "" {
		return nil, nil
	}
	f := st.from(s)
	var w Where
	w.And(`m.id IN (SELECT v.measure FROM `+f.prefix+`measure_version v WHERE v.file_hash = ?)`, hash)
	f.sees(&w)
	err = f.db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanMeasure, `SELECT `+measureColumns+` FROM `+f.prefix+`measure m`+w.SQL()+` ORDER BY m.id LIMIT 50`, w.Args()...)
		return err
	})
	return out, err
}

// Each walks every public measure.
func (st Library) Each(ctx context.Context, fn func(library.Whole) error) error {
	f := st.from(identity.Sight{})
	var ids []string
	if err := f.db(ctx, func(tx Tx) (err error) {
		ids, err = All(ctx, tx, Value[string], `SELECT id FROM pub_measure ORDER BY id`)
		return err
	}); err != nil {
		return err
	}
	for _, id := range ids {
		w, err := st.Whole(ctx, identity.Sight{}, library.ID(id), 0)
		if fault.Is(err, fault.NotFound) {
			continue // withdrawn since the list was made
		}
		if err != nil {
			return err
		}
		if err := fn(w); err != nil {
			return err
		}
	}
	return nil
}

// Mappings lists what ties a measure to provisions.
func (st Library) Mappings(ctx context.Context, s identity.Sight, id library.ID) (out []library.Mapping, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		if _, err := f.measure(ctx, tx, id); err != nil {
			if fault.Is(err, fault.NotFound) {
				return nil
			}
			return err
		}
		out, err = All(ctx, tx, func(s Scanner) (x library.Mapping, err error) { return x, s.Scan(mappingDest(&x)...) },
			`SELECT `+mappingColumns+` FROM `+f.prefix+`mapping x WHERE x.measure = $1 ORDER BY x.id`, string(id))
		return err
	})
	return out, err
}

// Changed lists measures noted in the outbox after a number.
func (st Library) Changed(ctx context.Context, after int64, limit int) (ids []library.ID, last int64, err error) {
	changes, err := Changes(ctx, st.DB, after, limit)
	last = after
	for _, c := range changes {
		last = c.Seq
		if id := library.ID(c.ID); c.Kind == "measure" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, last, err
}
