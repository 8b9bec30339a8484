package web

import (
	"cmp"
	"strings"

	"merida/fault"
	"merida/library"
)

// citation is a measure, or one section of it, in the usual legal form: State, title in the original's language, the
// reader's own title in brackets, date, section, version with its time in force, and the address that stays.
func (v *visit) citation(w library.Whole, newest bool, s *library.Section) string {
	m := w.Measure
	title := m.Titles[m.Lang].S
	read := v.words(m.Titles)
	if title == "" {
		title = read.S
	}
	b := v.partyName(string(m.Country)) + ", " + title
	if read.S != title {
		b += " [" + read.S + "]"
	}
	date := cmp.Or(w.Version.Life.Adopted, w.Version.Date, m.Date)
	if date != "" {
		b += ", " + v.p.Partial(date)
	}
	path := v.href("/measures/%s", m.ID)
	if s != nil {
		name := strings.TrimSpace(s.Num)
		if name == "" {
			name = strings.TrimSpace(s.Heading)
		}
		if name == "" {
			name = s.EID
		}
		b += ", " + strings.TrimRight(name, ".:")
	}
	if s != nil || !newest { // what is cited of a text stays what it was: the address names the version
		path += "/versions/" + itoa(w.Version.N)
	}
	if s != nil {
		path += "/sections/" + s.EID
	}
	if from := w.Version.Life.From; from != "" {
		b += ", " + v.p.T("cite.version_from", fault.Args{"number": w.Version.N, "from": v.p.Partial(from)})
	} else if w.Measure.Version > 1 {
		b += ", " + v.p.T("measure.version", fault.Args{"number": w.Version.N})
	}
	return b + ". " + v.site.BaseURL + path
}

// validation says who validated a record, when, and whether the text has changed since.
func (v *visit) validation(m library.Measure) string {
	if m.ValidatedAt.IsZero() {
		return v.p.T("measure.not_validated", nil)
	}
	who := m.ValidatedBy
	if who == "" {
		who = string(m.Country)
	}
	said := v.p.T("validate.by", fault.Args{"state": v.partyName(who), "date": m.ValidatedAt})
	if !m.Validated() {
		said += " " + v.p.T("validate.older", fault.Args{"number": m.ValidatedVersion})
	}
	return said
}
