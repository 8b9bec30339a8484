package table

import (
	"io"
	"strings"

	"merida/internal/workbook"
)

// xlsxWriter writes a workbook of one sheet of rows and, where the table says what it is, a second one about it.
type xlsxWriter struct {
	t       Table
	w       *workbook.Writer
	columns []Column
}

const (
	usual = 16 // width of a column that names none
	wide  = 40 // columns from this width on wrap their text
)

func newXLSX(w io.Writer, t Table) (writer, error) {
	x := &xlsxWriter{t: t}
	rows := workbook.Sheet{Name: workbook.SheetName(t.Title, "Table"), RightToLeft: t.Lang.RightToLeft(), Frozen: 1, Filter: true}
	for _, c := range t.Columns {
		n := 1
		if c.Kind == Texts {
			n = 6
		}
		for range n {
			x.columns = append(x.columns, c)
			width := c.Width
			if width == 0 {
				width = usual
			}
			rows.Columns = append(rows.Columns, workbook.Column{Width: float64(width)})
		}
	}
	book := workbook.Book{Title: t.Title, Lang: string(t.Lang), At: t.At, Sheets: []workbook.Sheet{rows}}
	if t.About != nil {
		about := workbook.Sheet{Name: workbook.SheetName(t.AboutTitle, "About"), RightToLeft: rows.RightToLeft, Columns: []workbook.Column{{Width: 24}, {Width: 100}}}
		if strings.EqualFold(about.Name, rows.Name) { // two sheets of one name make a workbook that does not open
			about.Name = workbook.SheetName(about.Name[:min(len(about.Name), 20)]+" 2", "About 2")
		}
		book.Sheets = append(book.Sheets, about)
	}
	x.w = workbook.Begin(w, book)
	if err := x.w.Next(); err != nil {
		return nil, err
	}
	var heads []workbook.Cell
	for _, h := range t.heads() {
		heads = append(heads, workbook.Cell{Text: h, Style: workbook.Header})
	}
	return x, x.w.Row(heads)
}

func (x *xlsxWriter) row(r Row) error {
	cells := x.t.cells(r)
	out := make([]workbook.Cell, len(cells))
	for i, c := range cells {
		out[i] = workbook.Cell{Text: c.s, Style: workbook.Line}
		switch {
		case c.kind == Number:
			out[i].Kind = workbook.Number
		case c.kind == Day:
			out[i].Kind = workbook.Day
		case x.columns[i].Width >= wide:
			out[i].Style = workbook.Plain
		}
	}
	return x.w.Row(out)
}

func (x *xlsxWriter) close(n int) error {
	if x.t.About != nil {
		if err := x.w.Next(); err != nil {
			return err
		}
		for _, p := range x.t.About(n) {
			if err := x.w.Row([]workbook.Cell{{Text: p[0], Style: workbook.Header}, {Text: p[1]}}); err != nil {
				return err
			}
		}
	}
	return x.w.Close()
}
