package store

import (
	"context"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

const translationColumns = `t.measure, t.n, t.lang, t.edition, t.status, t.title, t.maker, t.source_url, t.hash, t.file_hash, t.format, t.recorded_at, t.by_account`

func scanTranslation(s Scanner) (t library.Translation, err error) {
	return t, s.Scan(&t.Measure, &t.N, &t.Lang, &t.Edition, &t.Status, &t.Title, &t.Maker, &t.SourceURL, &t.Hash, &t.FileHash, &t.Format, InTime(&t.RecordedAt), &t.By)
}

// Translate appends a translation of a version.
func (st Library) Translate(ctx context.Context, m library.Measure, t library.Translated, trace audit.Trace) error {
	return st.revised(ctx, m, trace, func(tx Tx) error {
		if n, err := One(ctx, tx, Value[int], `SELECT COUNT(*) FROM measure_version WHERE measure = $1 AND n = $2`, string(t.Measure), t.N); err != nil {
			return err
		} else if n == 0 {
			return fault.Of(fault.NotFound)
		}
		if _, err := tx.Exec(ctx, `INSERT INTO translation (measure, n, lang, edition, status, title, maker, source_url, hash, file_hash, format, recorded_at, by_account)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			string(t.Measure), t.N, string(t.Lang), t.Edition, string(t.Status), t.Title, t.Maker, t.SourceURL, t.Hash, t.FileHash, t.Format, Micros(t.RecordedAt), t.By); err != nil {
			return err
		}
		for i, s := range t.Sections {
			if _, err := tx.Exec(ctx, `INSERT INTO translation_section (measure, n, lang, edition, ord, eid, parent, level, kind, num, heading, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
				string(t.Measure), t.N, string(t.Lang), t.Edition, i+1, s.EID, s.Parent, s.Level, s.Kind, s.Num, s.Heading, s.Text); err != nil {
				return err
			}
		}
		return nil
	})
}

// newestEdition keeps of each translation (alias t) the edition recorded last.
func (f from) newestEdition() string {
	return `t.edition = (SELECT MAX(x.edition) FROM ` + f.prefix + `translation x WHERE x.measure = t.measure AND x.n = t.n AND x.lang = t.lang)`
}

// Translations lists the newest edition of each translation.
func (st Library) Translations(ctx context.Context, s identity.Sight, id library.ID) (out []library.Translation, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		if _, err := f.measure(ctx, tx, id); err != nil {
			return err
		}
		out, err = All(ctx, tx, scanTranslation, `SELECT `+translationColumns+` FROM `+f.prefix+`translation t WHERE t.measure = $1 AND `+f.newestEdition()+` ORDER BY t.n DESC, t.lang`, string(id))
		return err
	})
	return out, err
}

// Translated reads the newest edition of a translation with its sections.
func (st Library) Translated(ctx context.Context, s identity.Sight, id library.ID, n int, tag lang.Tag) (out library.Translated, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		if _, err := f.measure(ctx, tx, id); err != nil {
			return err
		}
		if out.Translation, err = One(ctx, tx, scanTranslation, `SELECT `+translationColumns+` FROM `+f.prefix+`translation t WHERE t.measure = $1 AND t.n = $2 AND t.lang = $3 AND `+f.newestEdition(),
			string(id), n, string(tag)); err != nil {
			return Found(err, "")
		}
		out.Sections, err = All(ctx, tx, func(s Scanner) (x library.Section, err error) { return x, s.Scan(sectionDest(&x)...) },
			`SELECT `+sectionColumns+` FROM `+f.prefix+`translation_section s WHERE s.measure = $1 AND s.n = $2 AND s.lang = $3 AND s.edition = $4 ORDER BY s.ord`,
			string(id), n, string(tag), out.Edition)
		return err
	})
	return out, err
}
