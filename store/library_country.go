package store

import (
	"context"

	"merida/identity"
	"merida/library"
	"merida/party"
)

// MappedIn lists what ties the measures of a State to provisions, without the text of sections.
func (st Library) MappedIn(ctx context.Context, s identity.Sight, country party.ID) (out []library.Mapped, err error) {
	f := st.from(s)
	err = f.db(ctx, func(tx Tx) error {
		var w Where
		w.And("m.country = ?", string(country))
		f.sees(&w)
		out, err = All(ctx, tx, func(r Scanner) (x library.Mapped, err error) {
			dest := append(mappingDest(&x.Mapping), measureDest(&x.Measure)...)
			dest = append(dest, nullable{&x.Section.Num}, nullable{&x.Section.Heading})
			if err = r.Scan(dest...); err == nil && (x.Section.Num != "" || x.Section.Heading != "") {
				x.Section.EID = x.Mapping.EID
			}
			return x, err
		}, `SELECT `+mappingColumns+`, `+measureColumns+`, s.num, s.heading FROM `+f.prefix+`measure m JOIN `+f.prefix+`mapping x ON x.measure = m.id
LEFT JOIN `+f.prefix+`section s ON s.measure = x.measure AND s.n = m.version AND s.eid = x.eid AND x.eid <> ''`+w.SQL()+` ORDER BY m.date DESC, m.id, x.id`, w.Args()...)
		return err
	})
	return out, err
}
