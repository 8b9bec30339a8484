package store

import (
	"context"
	"slices"

	"merida/convention"
	"merida/identity"
	"merida/library"
	"merida/party"
)

// Mapped lists mappings to any of the provisions.
func (st Library) Mapped(ctx context.Context, s identity.Sight, provisions []convention.ID) (out []library.Mapped, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		out = nil
		for part := range slices.Chunk(provisions, 200) {
			var w Where
			w.And("x.provision IN (?)", part)
			f.sees(&w)
			got, err := f.mapped(ctx, tx, &w, sectionColumns, "m.country, m.date DESC, m.id, x.id")
			if err != nil {
				return err
			}
			out = append(out, got...)
		}
		return nil
	})
	return out, err
}

// MappedIn lists what ties the measures of a State to provisions, without the text of sections.
func (st Library) MappedIn(ctx context.Context, s identity.Sight, country party.ID) (out []library.Mapped, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		var w Where
		w.And("m.country = ?", string(country))
		f.sees(&w)
		out, err = f.mapped(ctx, tx, &w, sectionHead, "m.date DESC, m.id, x.id")
		return err
	})
	return out, err
}

// sectionHead is sectionColumns without the text.
const sectionHead = `s.eid, s.parent, s.level, s.kind, s.num, s.heading, ''`

// mapped reads mappings with their measures, and then the sections that they name in the newest version. The sections
// come in a statement of their own: joined from the left, SQLite would first write out every public section there is.
func (f from) mapped(ctx context.Context, tx Tx, w *Where, section, order string) ([]library.Mapped, error) {
	out, err := All(ctx, tx, func(r Scanner) (x library.Mapped, err error) {
		return x, r.Scan(append(mappingDest(&x.Mapping), measureDest(&x.Measure)...)...)
	}, `SELECT `+mappingColumns+`, `+measureColumns+` FROM `+f.prefix+`mapping x JOIN `+f.prefix+`measure m ON m.id = x.measure`+w.SQL()+` ORDER BY `+order, w.Args()...)
	if err != nil || len(out) == 0 {
		return out, err
	}
	at := make(map[string]int, len(out))
	for i, x := range out {
		at[x.Mapping.ID] = i
	}
	type named struct {
		mapping string
		library.Section
	}
	sections, err := All(ctx, tx, func(r Scanner) (x named, err error) {
		return x, r.Scan(append([]any{&x.mapping}, sectionDest(&x.Section)...)...)
	}, `SELECT x.id, `+section+` FROM `+f.prefix+`mapping x JOIN `+f.prefix+`measure m ON m.id = x.measure
JOIN `+f.prefix+`section s ON s.measure = x.measure AND s.n = m.version AND s.eid = x.eid`+w.SQL()+` AND x.eid <> ''`, w.Args()...)
	for _, s := range sections {
		out[at[s.mapping]].Section = s.Section
	}
	return out, err
}
