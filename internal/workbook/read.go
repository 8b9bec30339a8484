package workbook

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
)

// Limits bound what is read of a file, before it is unpacked and while it is.
type Limits struct {
	Parts    int   // files in the archive
	Unpacked int64 // bytes of all parts that are read, together
	Sheets   int
	Rows     int // of a sheet, to the last that holds something
	Columns  int
	Cells    int // of all sheets that hold something
	Text     int // bytes of one cell
	// First reads the first sheet alone. Clip leaves far columns away, where else the file is refused.
	First, Clip bool
}

// Ordinary are limits under which a sheet of 5,000 rows passes and a hostile file does not.
var Ordinary = Limits{Parts: 200, Unpacked: 48 << 20, Sheets: 20, Rows: 5000, Columns: 200, Cells: 300_000, Text: 256 << 10}

var (
	// ErrFormat says that the file is no workbook, or a damaged one.
	ErrFormat = errors.New("workbook: not an XLSX file")
	// ErrTooLarge says that the file holds more than the limits allow.
	ErrTooLarge = errors.New("workbook: the file holds more than is read")
)

// Read is a cell that was read.
type Read struct {
	Text string
	// Formula reports that the cell holds a formula; Text is then the value that was kept with it.
	Formula bool
}

// Grid is a sheet that was read. Rows and cells that hold nothing at the end are absent.
type Grid struct {
	Name string
	Rows [][]Read
}

// At is the text of a cell, empty where there is none.
func (g *Grid) At(row, column int) Read {
	if row < 0 || row >= len(g.Rows) || column < 0 || column >= len(g.Rows[row]) {
		return Read{}
	}
	return g.Rows[row][column]
}

// maxDepth is how deep elements may lie in each other; the format needs about ten.
const maxDepth = 64

type reader struct {
	limits Limits
	parts  map[string]*zip.File
	left   int64 // bytes that may still be unpacked
	cells  int
	shared []string
}

// Open reads every sheet of a workbook. Errors: ErrFormat, ErrTooLarge.
func Open(r io.ReaderAt, size int64, limits Limits) ([]Grid, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, errors.Join(ErrFormat, err)
	}
	if len(z.File) > limits.Parts {
		return nil, ErrTooLarge
	}
	x := &reader{limits: limits, parts: map[string]*zip.File{}, left: limits.Unpacked}
	for _, f := range z.File {
		x.parts[strings.TrimPrefix(f.Name, "/")] = f
	}
	targets, err := x.relations("xl/_rels/workbook.xml.rels")
	if err != nil {
		return nil, err
	}
	type entry struct{ name, part string }
	var sheets []entry
	err = x.walk("xl/workbook.xml", func(e xml.StartElement, _ *xml.Decoder) (bool, error) {
		if e.Name.Local == "sheet" {
			if len(sheets) == limits.Sheets {
				return false, ErrTooLarge
			}
			sheets = append(sheets, entry{attr(e, "name"), targets[relation(e)]})
		}
		return false, nil
	})
	if err != nil {
		return nil, err
	}
	if len(sheets) == 0 {
		return nil, ErrFormat
	}
	if x.parts["xl/sharedStrings.xml"] != nil {
		if err := x.strings("xl/sharedStrings.xml"); err != nil {
			return nil, err
		}
	}
	out := make([]Grid, 0, len(sheets))
	if limits.First {
		sheets = sheets[:1]
	}
	for _, s := range sheets {
		g := Grid{Name: s.name}
		if g.Rows, err = x.sheet(s.part); err != nil {
			return nil, err
		}
		out = append(out, g)
	}
	return out, nil
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// relation is the r:id of an element.
func relation(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// bounded counts what is unpacked over all parts.
type bounded struct {
	r io.Reader
	x *reader
}

func (b bounded) Read(p []byte) (int, error) {
	if b.x.left <= 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.x.left {
		p = p[:b.x.left]
	}
	n, err := b.r.Read(p)
	b.x.left -= int64(n)
	return n, err
}

// walk calls fn at each element of a part. fn says whether it read the element to its end.
func (x *reader) walk(name string, fn func(xml.StartElement, *xml.Decoder) (ended bool, err error)) error {
	f := x.parts[name]
	if f == nil {
		return ErrFormat
	}
	r, err := f.Open()
	if err != nil {
		return errors.Join(ErrFormat, err)
	}
	defer r.Close()
	d := xml.NewDecoder(bounded{r, x})
	depth := 0
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, ErrTooLarge):
			return ErrTooLarge
		case err != nil:
			return errors.Join(ErrFormat, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return ErrTooLarge
			}
			ended, err := fn(t, d)
			if err != nil {
				return err
			}
			if ended {
				depth--
			}
		case xml.EndElement:
			depth--
		}
	}
}

func (x *reader) relations(name string) (map[string]string, error) {
	out := map[string]string{}
	err := x.walk(name, func(e xml.StartElement, _ *xml.Decoder) (bool, error) {
		if e.Name.Local == "Relationship" && len(out) < x.limits.Parts {
			target := attr(e, "Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			out[attr(e, "Id")] = strings.TrimPrefix(target, "/")
		}
		return false, nil
	})
	return out, err
}

// inner joins the texts of the t elements within the element that was just begun. It ends behind it.
func (x *reader) inner(d *xml.Decoder) (string, error) {
	var b strings.Builder
	depth, text, skip := 1, false, 0
	for depth > 0 {
		t, err := d.Token()
		if err != nil {
			if errors.Is(err, ErrTooLarge) {
				return "", ErrTooLarge
			}
			return "", errors.Join(ErrFormat, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return "", ErrTooLarge
			}
			if t.Name.Local == "rPh" { // how a word is pronounced is no part of it
				skip = depth
			}
			text = t.Name.Local == "t" && skip == 0
		case xml.EndElement:
			if depth == skip {
				skip = 0
			}
			depth--
			text = false
		case xml.CharData:
			if text {
				if b.Len()+len(t) > x.limits.Text {
					return "", ErrTooLarge
				}
				b.Write(t)
			}
		}
	}
	return unescape(b.String()), nil
}

func (x *reader) strings(name string) error {
	return x.walk(name, func(e xml.StartElement, d *xml.Decoder) (bool, error) {
		if e.Name.Local != "si" {
			return false, nil
		}
		if len(x.shared) == x.limits.Cells {
			return false, ErrTooLarge
		}
		s, err := x.inner(d)
		x.shared = append(x.shared, s)
		return true, err
	})
}

func (x *reader) sheet(name string) (rows [][]Read, err error) {
	row, column := -1, -1
	err = x.walk(name, func(e xml.StartElement, d *xml.Decoder) (bool, error) {
		switch e.Name.Local {
		case "row":
			row++
			if n, err := strconv.Atoi(attr(e, "r")); err == nil {
				row = n - 1
			}
			column = -1
		case "c":
			column++
			if r := attr(e, "r"); r != "" {
				column = columnOf(r)
			}
			c, err := x.cell(attr(e, "t"), d)
			if err != nil || c == (Read{}) { // programs keep the look of a million rows that hold nothing
				return true, err
			}
			far := column >= x.limits.Columns
			if row < 0 || row >= x.limits.Rows || column < 0 || far && !x.limits.Clip {
				return false, ErrTooLarge
			}
			if far {
				return true, nil
			}
			if x.cells++; x.cells > x.limits.Cells {
				return false, ErrTooLarge
			}
			for len(rows) <= row {
				rows = append(rows, nil)
			}
			for len(rows[row]) <= column {
				rows[row] = append(rows[row], Read{})
			}
			rows[row][column] = c
			return true, nil
		}
		return false, nil
	})
	return rows, err
}

// cell reads the value of a cell whose element was just begun, and its end.
func (x *reader) cell(kind string, d *xml.Decoder) (c Read, err error) {
	var b strings.Builder
	in := ""
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			if errors.Is(err, ErrTooLarge) {
				return c, ErrTooLarge
			}
			return c, errors.Join(ErrFormat, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "is":
				if c.Text, err = x.inner(d); err != nil {
					return c, err
				}
				continue
			case "f":
				c.Formula = true
			}
			in = t.Name.Local
			if depth++; depth > maxDepth {
				return c, ErrTooLarge
			}
		case xml.EndElement:
			depth--
			in = ""
		case xml.CharData:
			if in == "v" {
				if b.Len()+len(t) > x.limits.Text {
					return c, ErrTooLarge
				}
				b.Write(t)
			}
		}
	}
	switch v := b.String(); kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(v))
		if err != nil || i < 0 || i >= len(x.shared) {
			return c, ErrFormat
		}
		c.Text = x.shared[i]
	case "inlineStr":
	case "str":
		c.Text = unescape(v)
	case "e": // the name of an error is no value
	default:
		c.Text = v
	}
	return c, nil
}

// columnOf is 0 for "A1"; -1 where the reference has no column.
func columnOf(ref string) int {
	n := 0
	for i := range len(ref) {
		c := ref[i]
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > 1<<15 {
			return 1 << 15
		}
	}
	return n - 1
}

// unescape reads the escapes of spreadsheets, _x000D_ and such.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && len(s)-i >= 7 && s[i+1] == 'x' && s[i+6] == '_' && isHex(s[i+2:i+6]) {
			n, _ := strconv.ParseUint(s[i+2:i+6], 16, 16)
			b.WriteRune(rune(n))
			i += 6
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
