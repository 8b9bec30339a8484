package answers

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/assessment"
	"merida/fault"
	"merida/internal/workbook"
	"merida/lang"
)

// Refusal is a cell, or a row, that is not taken.
type Refusal struct {
	Line  int    // of the sheet, from 1
	Field string // empty where it is the whole row
	Key   string // why, as a key of the catalogue
	Args  fault.Args
}

// MaxFile is the size of a file that is read, in bytes.
const MaxFile = 1 << 20

func itoa(n int) string { return strconv.Itoa(n) }

// Read reads a sheet of answers, XLSX or CSV, in whatever language it was written. A
// row in which nothing is filled in is left out.
// Invalid: it is neither, or lacks the columns by which answers are known. TooLarge: it holds more than is read.
func (w Words) Read(b []byte) (rows []assessment.SheetRow, refused []Refusal, err error) {
	grid, plain, err := open(b)
	if err != nil {
		return nil, nil, err
	}
	cols := map[string]int{}
	for i := range grid.Rows[0] {
		if key := keyOf(grid.At(0, i).Text); key != "" {
			if _, twice := cols[key]; twice {
				return nil, nil, fault.New(fault.Invalid, "answersheet.error.column_twice", fault.Args{"column": key})
			}
			cols[key] = i
		}
	}
	answer, haveAnswer := cols["answer"]
	version, haveVersion := cols["version"]
	if !haveAnswer || !haveVersion {
		return nil, nil, fault.New(fault.Invalid, "answersheet.error.no_columns", nil)
	}
	labels := map[int]map[string]string{listImplementation: w.codes(listImplementation), listChallenges: w.codes(listChallenges), listForms: w.codes(listForms)}
	for i := 1; i < len(grid.Rows); i++ {
		row := assessment.SheetRow{Answer: assessment.AnswerID(strings.TrimSpace(grid.At(i, answer).Text)), Lang: string(w.Lang), Cells: map[string]string{}}
		refuse := func(field, key string, args fault.Args) {
			refused = append(refused, Refusal{i + 1, field, key, args})
		}
		bad := false
		for _, field := range assessment.SheetFields() {
			at, ok := cols[field]
			if !ok {
				continue
			}
			cell := grid.At(i, at)
			if plain {
				cell.Text = unguard(cell.Text)
			}
			value := strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(cell.Text, "\r\n", "\n")))
			switch {
			case cell.Formula:
				refuse(field, "answersheet.error.formula", nil)
				bad = true
				continue
			case value == "" || strings.HasSuffix(value, strings.TrimSpace(cut)) && len(value) > workbook.MaxCell/2:
				continue
			}
			var lists []string
			switch {
			case field == "implementation":
				value, ok = pick(labels[listImplementation], value)
			case field == "challenges":
				for line := range strings.Lines(value) {
					code, known := pick(labels[listChallenges], line)
					ok = ok && known
					if !known {
						code = strings.TrimSpace(line)
						value = code
						break
					}
					lists = append(lists, code)
				}
				if ok {
					value = strings.Join(lists, "\n")
				}
			case strings.HasSuffix(field, "_form"):
				value, ok = pick(labels[listForms], value)
			}
			if !ok {
				refuse(field, "answersheet.error.choice", fault.Args{"value": short(value)})
				bad = true
				continue
			}
			row.Cells[field] = value
		}
		if len(row.Cells) == 0 && !bad {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(grid.At(i, version).Text), ".0"))
		if row.Answer == "" || err != nil {
			refuse("", "answersheet.error.row", nil)
			continue
		}
		row.Version = n
		if len(row.Cells) > 0 {
			rows = append(rows, row)
		}
	}
	return rows, refused, nil
}

// short is a value as a message shows it.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// open reads a file to the grid that has the headings of a sheet of answers; plain reports that it is text.
func open(b []byte) (g workbook.Grid, plain bool, err error) {
	if len(b) > MaxFile {
		return g, false, fault.New(fault.TooLarge, "", fault.Args{"limit": MaxFile})
	}
	none := fault.New(fault.Invalid, "answersheet.error.no_columns", nil)
	if bytes.HasPrefix(b, []byte("PK")) {
		grids, err := workbook.Open(bytes.NewReader(b), int64(len(b)), workbook.Ordinary)
		switch {
		case errors.Is(err, workbook.ErrTooLarge):
			return g, false, fault.Wrap(fault.TooLarge, "answersheet.error.too_large", err)
		case err != nil:
			return g, false, fault.Wrap(fault.Invalid, "answersheet.error.format", err)
		}
		for _, g := range grids {
			if len(g.Rows) > 0 {
				for i := range g.Rows[0] {
					if keyOf(g.At(0, i).Text) == "answer" {
						return g, false, nil
					}
				}
			}
		}
		return g, false, none
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return g, true, fault.New(fault.Invalid, "answersheet.error.format", nil)
	}
	first, _, _ := bytes.Cut(b, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord = -1
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) { // as spreadsheets of many countries write
		r.Comma = ';'
	} else if bytes.Count(first, []byte("\t")) > bytes.Count(first, []byte(",")) {
		r.Comma = '\t'
	}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return g, true, fault.Wrap(fault.Invalid, "answersheet.error.format", err)
		}
		if len(g.Rows) >= workbook.Ordinary.Rows || len(line) > workbook.Ordinary.Columns {
			return g, true, fault.New(fault.TooLarge, "answersheet.error.too_large", nil)
		}
		row := make([]workbook.Read, len(line))
		for i, s := range line {
			row[i].Text = s
		}
		g.Rows = append(g.Rows, row)
	}
	if len(g.Rows) == 0 {
		return g, true, none
	}
	return g, true, nil
}

// keyOf is the name of a field in the brackets at the end of a heading.
func keyOf(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.LastIndexByte(s, '['); i >= 0 && strings.HasSuffix(s, "]") {
		return s[i+1 : len(s)-1]
	}
	return ""
}

func fold(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(s)), " "))
}

// pick finds the code of a label or of itself.
func pick(codes map[string]string, value string) (string, bool) {
	code, ok := codes[fold(value)]
	if !ok {
		return value, false
	}
	return code, true
}

// codes leads from each label of a list, in each language, to its code. A label that
// stands for two codes leads to neither.
func (w Words) codes(list int) map[string]string {
	out := map[string]string{}
	add := func(label, code string) {
		if label = fold(label); label == "" {
			return
		}
		if other, twice := out[label]; twice && other != code {
			out[label] = ""
			return
		}
		out[label] = code
	}
	for _, t := range lang.Official {
		x := w
		x.Lang = t
		codes, labels := x.options(list)
		for i := range codes {
			add(labels[i], codes[i])
		}
	}
	codes, _ := w.options(list)
	for _, c := range codes {
		out[fold(c)] = c
	}
	if list == listImplementation { // the short words of pages are taken as well
		for _, o := range codes {
			add(w.T("implementation."+o), o)
		}
	}
	for k, v := range out {
		if v == "" {
			delete(out, k)
		}
	}
	return out
}
