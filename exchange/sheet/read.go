package sheet

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"merida/fault"
)

// Limits of what is read.
const (
	MaxBytes   = 1 << 20  // of a file as it is sent
	MaxRows    = 1_000    // below the head
	MaxColumns = 100      // further ones are not read
	maxUnpack  = 16 << 20 // bytes of one part of a workbook
	maxCell    = 20 << 10 // bytes
)

// Table is what a sheet holds: a head and rows of as many cells at most. Empty rows are left out; Line tells
// where a row stood, from 1.
type Table struct {
	Head []string `json:"head"`
	Rows []Row    `json:"rows"`
}

// Row is one row.
type Row struct {
	Line  int      `json:"line"`
	Cells []string `json:"cells"`
}

// Cell is the cell of a column; empty where the row is shorter.
func (r Row) Cell(i int) string {
	if i < 0 || i >= len(r.Cells) {
		return ""
	}
	return r.Cells[i]
}

// Read reads a file: a workbook by its first bytes, anything else as CSV.
// Invalid: it is neither, or has no head and row. TooLarge: a limit is passed.
func Read(b []byte) (t Table, err error) {
	switch {
	case len(b) > MaxBytes:
		return t, fault.New(fault.TooLarge, "sheet.error.bytes", fault.Args{"limit": MaxBytes >> 10})
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		t, err = readXLSX(b)
	case bytes.HasPrefix(b, []byte("{")):
		if json.Unmarshal(b, &t) != nil {
			return t, fault.New(fault.Invalid, "sheet.error.format", nil)
		}
	default:
		t, err = readCSV(b)
	}
	if err != nil {
		return t, err
	}
	if len(t.Head) == 0 || len(t.Rows) == 0 {
		return t, fault.New(fault.Invalid, "sheet.error.empty", nil)
	}
	return t, t.check()
}

// JSON is the table in a form that Read reads again: it stands in the page between plan and act.
func (t Table) JSON() string {
	b, _ := json.Marshal(t) // strings and ints only
	return string(b)
}

func (t *Table) check() error {
	if len(t.Rows) > MaxRows {
		return fault.New(fault.TooLarge, "sheet.error.rows", fault.Args{"limit": MaxRows})
	}
	for _, r := range append([]Row{{Cells: t.Head}}, t.Rows...) {
		for _, c := range r.Cells {
			if len(c) > maxCell {
				return fault.New(fault.TooLarge, "sheet.error.cell", fault.Args{"line": r.Line, "limit": maxCell >> 10})
			}
			if !utf8.ValidString(c) {
				return fault.New(fault.Invalid, "fault.not_utf8", nil)
			}
		}
	}
	return nil
}

// add puts a row into the table: the first that is not empty is the head.
func (t *Table) add(line int, cells []string) error {
	cells = cells[:min(len(cells), MaxColumns)]
	empty := true
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
		empty = empty && cells[i] == ""
	}
	switch {
	case empty:
	case t.Head == nil:
		t.Head = cells
	case len(t.Rows) == MaxRows:
		return fault.New(fault.TooLarge, "sheet.error.rows", fault.Args{"limit": MaxRows})
	default:
		t.Rows = append(t.Rows, Row{line, cells})
	}
	return nil
}

// readCSV reads what spreadsheets call CSV: in UTF-8 or, by its byte order mark, UTF-16; parted by commas,
// semicolons or tabs, whichever the first line has most of.
func readCSV(b []byte) (t Table, err error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			if b[0] == 0xff {
				units = append(units, uint16(b[i])|uint16(b[i+1])<<8)
			} else {
				units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
			}
		}
		b = []byte(string(utf16.Decode(units)))
	default:
		b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	}
	if !utf8.Valid(b) {
		return t, fault.New(fault.Invalid, "fault.not_utf8", nil)
	}
	if bytes.IndexByte(b, 0) >= 0 {
		return t, fault.New(fault.Invalid, "sheet.error.format", nil)
	}
	first, _, _ := bytes.Cut(b, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(b))
	r.FieldsPerRecord, r.ReuseRecord = -1, false
	for most, sep := -1, 0; sep < 3; sep++ {
		if n := bytes.Count(first, []byte{",;\t"[sep]}); n > most {
			most, r.Comma = n, rune(",;\t"[sep])
		}
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			return t, fault.New(fault.Invalid, "sheet.error.line", fault.Args{"line": bad.Line})
		}
		if err != nil {
			return t, err
		}
		line, _ := r.FieldPos(0)
		for i, c := range cells { // an export puts an apostrophe before what a spreadsheet could take for a formula
			if rest, ok := strings.CutPrefix(c, "'"); ok && rest != "" && strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", []rune(rest)[0]) {
				cells[i] = rest
			}
		}
		if err := t.add(line, cells); err != nil {
			return t, err
		}
	}
}
