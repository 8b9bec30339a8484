package table

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
)

type csvWriter struct {
	t Table
	c *csv.Writer
}

func newCSV(w io.Writer, t Table) (writer, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // so that spreadsheets read UTF-8
		return nil, err
	}
	c := csv.NewWriter(w)
	heads := t.heads()
	for i := range heads {
		heads[i] = guard(heads[i])
	}
	return &csvWriter{t, c}, c.Write(heads)
}

func (w *csvWriter) row(r Row) error {
	cells := w.t.cells(r)
	out := make([]string, len(cells))
	for i, c := range cells {
		if out[i] = c.s; c.kind != Number {
			out[i] = guard(c.s)
		}
	}
	return w.c.Write(out)
}

func (w *csvWriter) close(int) error {
	w.c.Flush()
	return w.c.Error()
}

// guard puts an apostrophe before a cell that a spreadsheet could take for a formula. Spreadsheets pass over
// blanks and marks that are not seen before the sign, and read the full-width signs of East Asia as the narrow ones.
// Source: OWASP, CSV Injection.
func guard(s string) string {
	if s == "" {
		return s
	}
	if strings.ContainsRune("\t\r\n", rune(s[0])) {
		return "'" + s
	}
	for _, r := range s {
		switch {
		case strings.ContainsRune("=+-@\uff1d\uff0b\uff0d\uff20", r):
			return "'" + s
		case unicode.IsSpace(r), unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			continue
		}
		return s
	}
	return s
}

// Guard makes a cell of CSV that a spreadsheet would take for a formula into text, for other writers of CSV.
func Guard(s string) string { return guard(s) }
