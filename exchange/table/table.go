package table

import (
	"fmt"
	"io"
	"iter"
	"reflect"
	"strconv"
	"strings"
	"time"

	"merida/lang"
)

// Format is how a table is written.
type Format string

const (
	CSV   Format = "csv"
	XLSX  Format = "xlsx"
	JSONL Format = "jsonl"
)

// Formats lists every format; each is the ending of a file's name too.
var Formats = []Format{CSV, XLSX, JSONL}

// ContentType is the media type of a format.
func (f Format) ContentType() string {
	switch f {
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case JSONL:
		return "application/jsonl; charset=utf-8"
	}
	return "text/csv; charset=utf-8"
}

// Kind is what the cells of a column are.
type Kind int

const (
	Text   Kind = iota // words or a code
	Number             // an int
	Day                // "2026-01-31" or less: "2026"
	List               // []string: parted by a space in sheets, an array in JSON Lines
	Texts              // lang.Text: a column for each official language, an object in JSON Lines
)

// Column is one column.
type Column struct {
	Key   string // name in JSON Lines, never translated
	Label string // head in the reader's language; empty where the column holds codes, which are headed by their key
	Kind  Kind
	Width int // of a sheet's column, in characters; 0 for the usual
}

// Row holds a value for each column: a string or a type made of one, int, []string or lang.Text, as the column's kind says.
type Row []any

// Table is what is written besides the rows.
type Table struct {
	Name    string // of the file, without ending: "measures"
	Title   string // of the sheet
	Lang    lang.Tag
	Columns []Column
	// Total is how many rows there are, as far as that is known before they are written; where it
	// passes Limit the name of the file says that it holds the first ones only.
	Total int
	// LangName names a language for the heads of columns of Texts.
	LangName func(lang.Tag) string
	// About is a second sheet of XLSX: pairs of label and value that say what the table is, where it came from
	// and under which licence. n is the number of rows written. nil writes none.
	About      func(n int) [][2]string
	AboutTitle string    // name of the second sheet
	At         time.Time // when the table was made
}

// Limit is how many rows one file holds at most. A sheet of XLSX could hold 1,048,576.
const Limit = 100_000

// FileName is the name of the file in a format; it says so where the file does not hold all rows.
func (t Table) FileName(f Format) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, t.Name)
	if t.Total > Limit {
		name += "-first-" + strconv.Itoa(Limit)
	}
	return name + "." + string(f)
}

// writer writes rows of one format.
type writer interface {
	row(Row) error
	close(n int) error
}

// Write writes the table and tells how many rows it wrote: those of rows, Limit at most.
// It ends with the first error of rows or w; what was written then is no whole file.
func (t Table) Write(w io.Writer, f Format, rows iter.Seq2[Row, error]) (n int, err error) {
	var to writer
	switch f {
	case CSV:
		to, err = newCSV(w, t)
	case XLSX:
		to, err = newXLSX(w, t)
	case JSONL:
		to = newJSONL(w, t)
	default:
		return 0, fmt.Errorf("table: no format %q", f)
	}
	if err != nil {
		return 0, err
	}
	for r, err := range rows {
		if err != nil {
			return n, err
		}
		if n == Limit {
			break
		}
		if len(r) != len(t.Columns) {
			return n, fmt.Errorf("table %s: a row of %d values for %d columns", t.Name, len(r), len(t.Columns))
		}
		if err := to.row(r); err != nil {
			return n, err
		}
		n++
	}
	return n, to.close(n)
}

// Peek reads the first row, so that what is wrong from the beginning is known before anything is sent.
// The sequence it gives starts with that row and may be walked once.
func Peek(rows iter.Seq2[Row, error]) (iter.Seq2[Row, error], error) {
	next, stop := iter.Pull2(rows)
	first, err, ok := next()
	if err != nil {
		stop()
		return nil, err
	}
	return func(yield func(Row, error) bool) {
		defer stop()
		for ; ok; first, err, ok = next() {
			if !yield(first, err) || err != nil {
				return
			}
		}
	}, nil
}

// Rows makes a sequence of rows that are already there.
func Rows[T any](items []T, row func(T) Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for _, x := range items {
			if !yield(row(x), nil) {
				return
			}
		}
	}
}

// Pages makes a sequence of rows of a list that is read page by page: read gives the items from an
// offset, none at the end.
func Pages[T any](read func(limit, offset int) ([]T, error), row func(T) Row) iter.Seq2[Row, error] {
	return PagesE(read, func(x T) (Row, error) { return row(x), nil })
}

// PagesE is Pages for rows that have to be read and may fail.
func PagesE[T any](read func(limit, offset int) ([]T, error), row func(T) (Row, error)) iter.Seq2[Row, error] {
	const size = 500
	return func(yield func(Row, error) bool) {
		for offset := 0; offset <= Limit; offset += size {
			items, err := read(size, offset)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, x := range items {
				r, err := row(x)
				if !yield(r, err) || err != nil {
					return
				}
			}
			if len(items) == 0 { // a page may hold fewer than were asked for: what was withdrawn meanwhile is left out
				return
			}
		}
	}
}

// heads are the heads of a sheet's columns: a column of Texts has one for each official language.
func (t Table) heads() (out []string) {
	for _, c := range t.Columns {
		label := c.Label
		if label == "" {
			label = c.Key
		}
		if c.Kind != Texts {
			out = append(out, label)
			continue
		}
		for _, tag := range lang.Official {
			name := string(tag)
			if t.LangName != nil {
				name = t.LangName(tag)
			}
			out = append(out, label+" ("+name+")")
		}
	}
	return out
}

// cells are the cells of a sheet's row.
func (t Table) cells(r Row) []cell {
	out := make([]cell, 0, len(r)+5)
	for i, c := range t.Columns {
		switch v := r[i].(type) {
		case lang.Text:
			for _, tag := range lang.Official {
				out = append(out, cell{s: v[tag].S})
			}
		case []string:
			out = append(out, cell{s: strings.Join(v, " ")})
		case int:
			out = append(out, cell{s: strconv.Itoa(v), kind: Number})
		default:
			out = append(out, cell{s: words(v), kind: c.Kind})
		}
	}
	return out
}

type cell struct {
	s    string
	kind Kind
}

// words gives the words of a string or of a type made of one.
func words(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case nil:
		return ""
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.String {
		return rv.String()
	}
	return fmt.Sprint(v)
}

// Moment writes a time as tables show it; empty for none.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Date writes the day of a time; empty for none.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
