package table

import (
	"strings"
	"time"

	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/lang"
	"merida/party"
)

// Words names things in the reader's language, so that labels stand beside codes. All fields are needed.
type Words struct {
	Lang        lang.Tag
	Text        func(key string, args fault.Args) string // a text of the catalogue
	States      *directory.Parties
	Conventions *convention.Catalogue
	Codes       *codelist.Lists
	BaseURL     string // of the site, without a slash at the end
	At          time.Time
}

// T is a text of the catalogue without placeholders.
func (w Words) T(key string) string { return w.Text(key, nil) }

// URL is the address of a page in the reader's language.
func (w Words) URL(path string) string { return w.BaseURL + "/" + string(w.Lang) + path }

func (w Words) party(p party.ID) string { return w.States.Name(p, w.Lang) }

func (w Words) parties(ps []party.ID) (names, codes []string) {
	for _, p := range ps {
		names, codes = append(names, w.party(p)), append(codes, string(p))
	}
	return names, codes
}

// Language names a language.
func (w Words) Language(t lang.Tag) string { return w.Codes.Name("language", string(t), w.Lang) }

// Provision names a provision: "Article 16, paragraph 1" as pages do.
func (w Words) Provision(id convention.ID) string {
	p, ok := w.Conventions.Get(id)
	switch {
	case !ok:
		return string(id)
	case p.Kind == convention.Chapter:
		return w.Text("provision.chapter", fault.Args{"number": p.CitedIn(w.Lang)})
	}
	name := w.Text("provision.article", fault.Args{"citation": p.CitedIn(w.Lang)})
	if of, ok := w.Conventions.Convention(id); ok && of.ID != convention.UNCAC {
		name = w.Text("provision.of", fault.Args{"provision": name, "convention": of.ShortTitles.Pick(w.Lang)})
	}
	return name
}

func (w Words) provisions(ids []convention.ID) (names string, codes []string) {
	var all []string
	for _, id := range ids {
		all, codes = append(all, w.Provision(id)), append(codes, string(id))
	}
	return w.list(all), codes
}

func (w Words) form(code string) string { return w.Codes.Name("ta-form", code, w.Lang) }

// list joins names; a semicolon, since names hold commas.
func (w Words) list(names []string) string { return strings.Join(names, "; ") }

// code is a column of codes beside one of names.
func code(key string) Column { return Column{Key: key} }

func (w Words) table(name, title string, total int, columns ...Column) Table {
	t := Table{Name: name, Title: title, Lang: w.Lang, Columns: columns, Total: total, LangName: w.Language, At: w.At, AboutTitle: w.T("table.about")}
	return t
}

// From completes the sheet that says what a table is: the address it was taken from, when, how many rows of how
// many, what it may be used for, and sentences of the caller's own.
func (t Table) From(w Words, address string, notes ...string) Table {
	t.About = func(n int) [][2]string {
		out := [][2]string{{w.T("table.title"), t.Title}, {w.T("table.address"), address}, {w.T("table.taken"), Moment(t.At)}, {w.T("table.rows"), w.Text("table.rows_n", fault.Args{"n": n})}}
		if t.Total > n {
			out = append(out, [2]string{w.T("table.limit"), w.Text("table.limit_said", fault.Args{"n": n, "total": t.Total})})
		}
		out = append(out, [2]string{w.T("column.licence"), w.T("table.licence")})
		for _, s := range notes {
			out = append(out, [2]string{w.T("column.note"), s})
		}
		return append(out, [2]string{w.T("table.codes"), w.T("table.codes_said")})
	}
	return t
}

// Plain is a table of columns that its caller names.
func (w Words) Plain(name, title string, columns ...Column) Table {
	return w.table(name, title, 0, columns...)
}
