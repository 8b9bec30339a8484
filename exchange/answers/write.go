package answers

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"

	"merida/assessment"
	"merida/codelist"
	"merida/convention"
	"merida/internal/workbook"
	"merida/lang"
	"merida/questionnaire"
)

// Words are what a sheet needs to speak the reader's language.
type Words struct {
	Lang        lang.Tag
	T           func(key string) string
	Edition     *questionnaire.Content
	Codes       *codelist.Lists
	Conventions *convention.Catalogue
	Provision   func(convention.ID) string // its name: "Article 9(1)"
}

// Row is one answer with what stands beside it.
type Row struct {
	Answer  assessment.Answer
	Version assessment.Version // zero where nothing was saved
	Status  string             // where it stands, in words
	Cites   []string           // laws and sections, in words
}

// cut marks a text that is longer than a cell can be; such a cell is not read back.
const cut = "\n[…]"

type column struct {
	key, label string
	width      float64
	hidden     bool
	open       bool // may be filled in
	list       int  // number of the code list from which it is chosen, 0 for none
}

// The code lists of a sheet, in the order of their columns.
const (
	listImplementation = iota + 1
	listChallenges
	listForms
)

func (w Words) columns() []column {
	t := w.T
	out := []column{
		{key: "question", label: t("answersheet.number"), width: 9}, {key: "provision_name", label: t("column.provision"), width: 16}, {key: "text", label: t("work.question"), width: 44},
		{key: "status", label: t("column.status"), width: 12}, {key: "implementation", label: t("part.implementation"), width: 16, open: true, list: listImplementation},
		{key: "citations", label: t("part.citations"), width: 36}, {key: "practice", label: t("part.practice"), width: 48, open: true}, {key: "missing", label: t("part.missing"), width: 48, open: true},
		{key: "challenges", label: t("question.challenges"), width: 30, open: true},
	}
	names := map[string]string{"form": t("question.form"), "what": t("question.what"), "for_whom": t("question.for_whom"), "when": t("question.when"), "by": t("question.by")}
	for _, f := range assessment.SheetFields() {
		part, rest, ok := strings.Cut(f, "_")
		n, name, _ := strings.Cut(rest, "_")
		if !ok || part != "wanted" && part != "given" {
			continue
		}
		c := column{key: f, label: t("part."+part) + " " + n + ": " + names[name], width: 22, open: true}
		if name == "form" {
			c.list = listForms
		}
		out = append(out, c)
	}
	return append(out, column{key: "implementation_code", width: 12}, column{key: "challenge_codes", width: 16}, column{key: "provision", width: 24}, column{key: "language", width: 9},
		column{key: "version", label: t("answer.version"), width: 9}, column{key: "saved", width: 20}, column{key: "answer", width: 30})
}

func heading(c column) string {
	if c.label == "" {
		return "[" + c.key + "]"
	}
	return c.label + " [" + c.key + "]"
}

// options are the labels of a list of the edition's block in the language of the sheet.
func (w Words) options(list int) (codes []string, labels []string) {
	add := func(code, label string) { codes, labels = append(codes, code), append(labels, label) }
	switch list {
	case listImplementation:
		for _, o := range w.Edition.Block.Options {
			add(o.Code, o.Label.Pick(w.Lang))
		}
	case listChallenges:
		for _, o := range w.Edition.Block.Challenges {
			add(o.Code, o.Label.Pick(w.Lang))
		}
	case listForms:
		if l, ok := w.Codes.List("ta-form"); ok {
			for _, c := range l.Active() {
				add(c.Code, c.Name.Pick(w.Lang))
			}
		}
	}
	return codes, labels
}

// label is the label of a code of a list; a code that the list lacks is itself.
func (w Words) label(list int, code string) string {
	codes, labels := w.options(list)
	for i, c := range codes {
		if c == code {
			return labels[i]
		}
	}
	if list == listForms && code != "" {
		return w.Codes.Name("ta-form", code, w.Lang)
	}
	return code
}

// cells are the texts of a row in the order of the columns.
func (w Words) cells(cols []column, r Row) []string {
	out := make([]string, len(cols))
	c := r.Version.Content
	for i, col := range cols {
		switch col.key {
		case "question":
			out[i] = r.Answer.Question
		case "provision_name":
			out[i] = w.Provision(r.Answer.Provision)
		case "provision":
			out[i] = string(r.Answer.Provision)
		case "text":
			if q, _, ok := w.Edition.Question(r.Answer.Question); ok {
				out[i] = q.Text.Pick(w.Lang)
			}
		case "status":
			out[i] = r.Status
		case "citations":
			out[i] = strings.Join(r.Cites, "\n")
		case "implementation":
			out[i] = w.label(listImplementation, string(c.Implementation))
		case "challenges":
			names := make([]string, len(c.Challenges))
			for j, code := range c.Challenges {
				names[j] = w.label(listChallenges, code)
			}
			out[i] = strings.Join(names, "\n")
		case "implementation_code":
			out[i] = string(c.Implementation)
		case "challenge_codes":
			out[i] = strings.Join(c.Challenges, " ")
		case "language":
			out[i] = string(c.Lang)
		case "version":
			out[i] = itoa(r.Version.N)
		case "saved":
			if !r.Version.At.IsZero() {
				out[i] = r.Version.At.UTC().Format("2006-01-02 15:04 UTC")
			}
		case "answer":
			out[i] = string(r.Answer.ID)
		default:
			out[i] = c.Cell(col.key)
			if col.list != 0 {
				out[i] = w.label(col.list, out[i])
			}
		}
	}
	return out
}

// XLSX writes the sheet of the answers, a sheet that says how to fill it in, and the code lists.
// title says whose answers they are and where they stand.
func (w Words) XLSX(out io.Writer, title string, rows []Row) error {
	cols := w.columns()
	rtl := w.Lang.Dir() == "rtl"
	lists := workbook.Sheet{Name: workbook.SheetName(w.T("answersheet.lists"), "lists"), RightToLeft: rtl, Frozen: 1}
	ranges := map[int]string{}
	var head []workbook.Cell
	for list, key := range []string{listImplementation: "part.implementation", listChallenges: "question.challenges", listForms: "question.form"} {
		if key == "" {
			continue
		}
		codes, labels := w.options(list)
		at := len(lists.Columns)
		lists.Columns = append(lists.Columns, workbook.Column{Width: 40}, workbook.Column{Width: 20})
		head = append(head, workbook.Cell{Text: w.T(key), Style: workbook.Header}, workbook.Cell{Text: w.T("edition.code"), Style: workbook.Header})
		for i := range codes {
			for len(lists.Rows) <= i {
				lists.Rows = append(lists.Rows, nil)
			}
			for len(lists.Rows[i]) < at {
				lists.Rows[i] = append(lists.Rows[i], workbook.Cell{})
			}
			lists.Rows[i] = append(lists.Rows[i], workbook.Cell{Text: labels[i]}, workbook.Cell{Text: codes[i], Style: workbook.Quiet})
		}
		ranges[list] = workbook.Range(lists.Name, at, len(codes)+1)
	}
	lists.Rows = append([][]workbook.Cell{head}, lists.Rows...)

	sheet := workbook.Sheet{Name: workbook.SheetName(w.T("answersheet.answers"), "answers"), RightToLeft: rtl, Frozen: 1}
	top := make([]workbook.Cell, len(cols))
	for i, c := range cols {
		sheet.Columns = append(sheet.Columns, workbook.Column{Width: c.width, Hidden: c.hidden, List: ranges[c.list]})
		top[i] = workbook.Cell{Text: heading(c), Style: workbook.Header}
	}
	sheet.Rows = append(sheet.Rows, top)
	for _, r := range rows {
		line := make([]workbook.Cell, len(cols))
		for i, s := range w.cells(cols, r) {
			style := workbook.Quiet
			if cols[i].open {
				style = workbook.Entry
			}
			line[i] = workbook.Cell{Text: fit(s), Style: style}
		}
		sheet.Rows = append(sheet.Rows, line)
	}

	help := workbook.Sheet{Name: workbook.SheetName(w.T("answersheet.help"), "help"), RightToLeft: rtl, Columns: []workbook.Column{{Width: 100}}}
	help.Rows = append(help.Rows, []workbook.Cell{{Text: title, Style: workbook.Title}}, nil)
	for _, key := range []string{"answersheet.help.open", "answersheet.help.blank", "answersheet.help.lists", "answersheet.help.challenges", "answersheet.help.laws", "answersheet.help.version", "answersheet.help.back", "print.wording"} {
		help.Rows = append(help.Rows, []workbook.Cell{{Text: w.T(key)}})
	}
	return workbook.Write(out, []workbook.Sheet{sheet, help, lists})
}

// fit cuts a text to what a cell can hold and marks it so.
func fit(s string) string {
	if len(s) <= workbook.MaxCell || len(utf16.Encode([]rune(s))) <= workbook.MaxCell {
		return s
	}
	n := 0
	for i, r := range s {
		if n += max(utf16.RuneLen(r), 1); n > workbook.MaxCell-100 {
			return s[:i] + cut
		}
	}
	return s
}

// CSV writes the same table, without help and lists. A cell that a spreadsheet could take
// for a formula gets an apostrophe before it, which reading takes off again.
func (w Words) CSV(out io.Writer, rows []Row) error {
	if _, err := io.WriteString(out, "\ufeff"); err != nil { // so that spreadsheets read UTF-8
		return err
	}
	cols := w.columns()
	c := csv.NewWriter(out)
	top := make([]string, len(cols))
	for i, col := range cols {
		top[i] = heading(col)
	}
	if err := c.Write(top); err != nil {
		return err
	}
	for _, r := range rows {
		line := w.cells(cols, r)
		for i, s := range line {
			line[i] = guard(s)
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

const formulaSigns = "=+-@\uff1d\uff0b\uff0d\uff20"

// guard passes over what spreadsheets pass over before the sign: blanks and marks that are not seen. It passes over
// apostrophes too, so that a text that begins with one comes back as it was.
func guard(s string) string {
	for i, r := range strings.TrimLeft(s, "'") {
		switch {
		case strings.ContainsRune(formulaSigns, r), i == 0 && strings.ContainsRune("\t\r\n", r):
			return "'" + s
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			continue
		}
		return s
	}
	return s
}

// unguard takes off what guard put on.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && guard(rest) == s {
		return rest
	}
	return s
}

// FieldLabel names a field of an answer as the sheet's heading does.
func (w Words) FieldLabel(field string) string {
	for _, c := range w.columns() {
		if c.key == field {
			return c.label
		}
	}
	return field
}

// Show writes the value of a field with labels in place of codes.
func (w Words) Show(field, value string) string {
	switch {
	case value == "":
		return ""
	case field == "implementation":
		return w.label(listImplementation, value)
	case field == "challenges":
		var out []string
		for code := range strings.SplitSeq(value, "\n") {
			out = append(out, w.label(listChallenges, code))
		}
		return strings.Join(out, "\n")
	case strings.HasSuffix(field, "_form"):
		return w.label(listForms, value)
	}
	return value
}
