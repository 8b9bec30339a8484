package table

import (
	"strings"

	"merida/assessment"
	"merida/convention"
	"merida/library"
	"merida/search"
)

func (w Words) measureColumns() []Column {
	return []Column{
		{Key: "state", Label: w.T("column.state"), Width: 24}, code("country"),
		{Key: "title", Label: w.T("column.title"), Width: 50}, {Key: "title_original", Label: w.T("column.original"), Width: 50}, {Key: "titles", Label: w.T("column.title"), Kind: Texts, Width: 30},
		{Key: "language", Label: w.T("table.language")}, code("lang"),
		{Key: "type_name", Label: w.T("column.type")}, code("type"), {Key: "status_name", Label: w.T("column.status")}, code("status"),
		{Key: "date", Label: w.T("column.date"), Kind: Day}, {Key: "provision_names", Label: w.T("column.provision"), Width: 30}, {Key: "provisions", Kind: List, Width: 30},
		{Key: "validated_on", Label: w.T("table.validated"), Kind: Day}, {Key: "source_name", Label: w.T("column.source")}, code("source"), {Key: "source_url", Width: 30},
		{Key: "licence", Label: w.T("column.licence"), Width: 30}, {Key: "version", Label: w.T("table.version"), Kind: Number}, {Key: "changed_at", Label: w.T("table.changed"), Width: 22},
		{Key: "id", Width: 30}, {Key: "source_id", Width: 24}, {Key: "url", Label: w.T("table.address"), Width: 40},
	}
}

func (w Words) measure(m library.Measure, ps []convention.ID) Row {
	names, codes := w.provisions(ps)
	return Row{w.party(m.Country), m.Country, m.Titles.Pick(w.Lang), m.Titles[m.Lang].S, m.Titles, w.Language(m.Lang), m.Lang,
		w.T("measure.type." + string(m.Type)), m.Type, w.T("measure.status." + string(m.Status)), m.Status, m.Date, names, codes,
		Date(m.ValidatedAt), w.T("measure.source." + string(m.Source)), m.Source, m.SourceURL, m.Licence, m.Version, Moment(m.ChangedAt), m.ID, m.SourceID, w.URL("/measures/" + string(m.ID))}
}

// Measures is the list of measures; the row of one takes the provisions that it is mapped to.
func (w Words) Measures(total int) (Table, func(library.Measure, []convention.ID) Row) {
	return w.table("measures", w.T("measures.title"), total, w.measureColumns()...), w.measure
}

// Found is what a search found: measures with the best section of each.
func (w Words) Found(total int) (Table, func(library.FoundLine) Row) {
	cols := append([]Column{{Key: "rank", Label: w.T("table.rank"), Kind: Number}}, w.measureColumns()...)
	cols = append(cols, Column{Key: "section", Label: w.T("column.section"), Width: 30}, code("eid"), Column{Key: "snippet", Label: w.T("table.snippet"), Width: 60}, Column{Key: "found_by", Label: w.T("table.found_by")})
	n := 0
	return w.table("search", w.T("search.title"), total, cols...), func(l library.FoundLine) Row {
		n++
		also := ""
		if l.Also != nil {
			also = l.Also.Words
		}
		return append(append(Row{n}, w.measure(l.Measure, l.Provisions)...), l.Heading, l.EID, snippet(l.Snippet), also)
	}
}

func snippet(parts []search.Fragment) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.Text)
	}
	return b.String()
}

// Mapped is what the repository holds on a provision: sections of measures, with their text.
func (w Words) Mapped(name string, total int) (Table, func(library.Mapped) Row) {
	return w.table(name, w.T("table.mapped"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("country"),
			Column{Key: "provision_name", Label: w.T("column.provision")}, Column{Key: "provision", Width: 24},
			Column{Key: "title", Label: w.T("column.measure"), Width: 50}, Column{Key: "title_original", Label: w.T("column.original"), Width: 50}, Column{Key: "language", Label: w.T("table.language")}, code("lang"),
			Column{Key: "date", Label: w.T("column.date"), Kind: Day}, Column{Key: "measure_status", Label: w.T("column.status")}, code("status"),
			Column{Key: "section", Label: w.T("column.section"), Width: 30}, code("eid"), Column{Key: "text", Label: w.T("table.text"), Width: 80},
			Column{Key: "mapping_name", Label: w.T("table.mapping")}, code("mapping"), Column{Key: "note", Label: w.T("column.note"), Width: 40},
			Column{Key: "licence", Label: w.T("column.licence")}, Column{Key: "measure", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(x library.Mapped) Row {
			m := x.Measure
			at := "/measures/" + string(m.ID)
			if x.Mapping.EID != "" {
				at += "/sections/" + x.Mapping.EID
			}
			return Row{w.party(m.Country), m.Country, w.Provision(x.Mapping.Provision), x.Mapping.Provision, m.Titles.Pick(w.Lang), m.Titles[m.Lang].S, w.Language(m.Lang), m.Lang,
				m.Date, w.T("measure.status." + string(m.Status)), m.Status, sectionName(x.Section), x.Mapping.EID, x.Section.Text,
				w.T("mapping.status." + string(x.Mapping.Status)), x.Mapping.Status, x.Mapping.Note.Pick(w.Lang), m.Licence, m.ID, w.URL(at)}
		}
}

func sectionName(s library.Section) string { return strings.TrimSpace(s.Num + " " + s.Heading) }

// Answers is what States published on provisions.
func (w Words) Answers(name string, total int) (Table, func(assessment.Public) Row) {
	return w.table(name, w.T("answers.table"), total,
			Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"), Column{Key: "provision_name", Label: w.T("column.provision")}, Column{Key: "provision", Width: 24},
			Column{Key: "implementation_name", Label: w.T("column.implemented")}, code("implementation"), Column{Key: "language", Label: w.T("table.language")}, code("lang"),
			Column{Key: "practice", Label: w.T("part.practice"), Width: 60}, Column{Key: "missing", Label: w.T("part.missing"), Width: 60}, Column{Key: "cited", Kind: List, Width: 40},
			Column{Key: "wanted_names", Label: w.T("part.wanted"), Width: 40}, Column{Key: "wanted", Kind: List}, Column{Key: "published_on", Label: w.T("column.published"), Kind: Day},
			Column{Key: "parts", Kind: List}, Column{Key: "hash", Width: 24}, Column{Key: "answer", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(a assessment.Public) Row {
			c := a.Content
			var cited, parts, wanted, forms []string
			for _, x := range c.Citations {
				s := string(x.Measure)
				if x.EID != "" {
					s += "#" + x.EID
				}
				cited = append(cited, s)
			}
			for _, p := range a.Parts {
				parts = append(parts, string(p))
			}
			for _, x := range c.Wanted {
				wanted, forms = append(wanted, strings.TrimSuffix(w.form(x.Form)+": "+x.What, ": ")), append(forms, x.Form)
			}
			said := ""
			if c.Implementation != "" {
				said = w.T("implementation." + string(c.Implementation))
			}
			return Row{w.party(a.Party), a.Party, w.Provision(a.Provision), a.Provision, said, c.Implementation, w.Language(c.Lang), c.Lang, c.Practice, c.Missing, cited, w.list(wanted), forms,
				Date(a.PublishedAt), parts, a.Hash, a.Answer, w.URL("/answers/" + string(a.Answer))}
		}
}
