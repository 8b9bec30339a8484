package workbook

import (
	"archive/zip"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Style says how a cell looks.
type Style int

const (
	Plain  Style = iota // wrapped, for reading
	Header              // bold on grey
	Quiet               // grey letters: what is there for reference
	Entry               // pale yellow: a cell to be filled in
	Title               // large and bold
)

// Cell is one cell with its look.
type Cell struct {
	Text  string
	Style Style
}

// Column says how wide a column is, in characters, and what may be chosen in it.
type Column struct {
	Width  float64
	Hidden bool
	// List is the range of cells from which a value of this column is chosen, as a
	// spreadsheet writes it: 'Lists'!$A$2:$A$5. Empty means any text. Rows from the second on are covered.
	List string
}

// Sheet is one sheet. Its rows may have different lengths.
type Sheet struct {
	Name        string // at most 31 characters, without []:*?/\
	RightToLeft bool
	Frozen      int // rows that stay in view
	Columns     []Column
	Rows        [][]Cell
}

// MaxCell is how many UTF-16 units a spreadsheet keeps in a cell.
const MaxCell = 32767

const mainNS = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`

const styles = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="` + mainNS + `"><fonts count="4"><font><sz val="10"/><name val="Arial"/></font><font><b/><sz val="10"/><name val="Arial"/></font><font><sz val="9"/><color rgb="FF5B6875"/><name val="Arial"/></font><font><b/><sz val="14"/><name val="Arial"/></font></fonts>` +
	`<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE9EDF1"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFFBE6"/></patternFill></fill></fills>` +
	`<borders count="2"><border/><border><left style="thin"><color rgb="FFD5DCE3"/></left><right style="thin"><color rgb="FFD5DCE3"/></right><top style="thin"><color rgb="FFD5DCE3"/></top><bottom style="thin"><color rgb="FFD5DCE3"/></bottom></border></borders>` +
	`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5">` +
	`<xf fontId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf fontId="2" borderId="1" applyFont="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="49" fontId="0" fillId="3" borderId="1" applyNumberFormat="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf fontId="3" applyFont="1"/></cellXfs></styleSheet>`

// Write makes the file of a workbook. The same sheets give the same bytes.
func Write(w io.Writer, sheets []Sheet) error {
	z := zip.NewWriter(w)
	part := func(name string, write func(*strings.Builder)) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			return err
		}
		var b strings.Builder
		write(&b)
		_, err = io.WriteString(f, b.String())
		return err
	}
	const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	text := func(s string) func(*strings.Builder) { return func(b *strings.Builder) { b.WriteString(s) } }
	var types, book, rels strings.Builder
	for i, s := range sheets {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`)
		book.WriteString(`<sheet name="`)
		escape(&book, s.Name)
		book.WriteString(`" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	parts := []struct {
		name  string
		write func(*strings.Builder)
	}{
		{"[Content_Types].xml", text(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` + types.String() + `</Types>`)},
		{"_rels/.rels", text(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)},
		{"xl/workbook.xml", text(head + `<workbook xmlns="` + mainNS + `" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>` + book.String() + `</sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", text(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + rels.String() + `<Relationship Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`)},
		{"xl/styles.xml", text(styles)},
	}
	for _, p := range parts {
		if err := part(p.name, p.write); err != nil {
			return err
		}
	}
	for i, s := range sheets {
		if err := part(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), func(b *strings.Builder) { b.WriteString(head); s.write(b) }); err != nil {
			return err
		}
	}
	return z.Close()
}

func (s *Sheet) write(b *strings.Builder) {
	b.WriteString(`<worksheet xmlns="` + mainNS + `"><sheetViews><sheetView workbookViewId="0"`)
	if s.RightToLeft {
		b.WriteString(` rightToLeft="1"`)
	}
	b.WriteString(`>`)
	if s.Frozen > 0 {
		fmt.Fprintf(b, `<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>`, s.Frozen, s.Frozen+1)
	}
	b.WriteString(`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="13"/>`)
	if len(s.Columns) > 0 {
		b.WriteString(`<cols>`)
		for i, c := range s.Columns {
			width := c.Width
			if width <= 0 {
				width = 12
			}
			fmt.Fprintf(b, `<col min="%d" max="%d" width="%g" customWidth="1"`, i+1, i+1, width)
			if c.Hidden {
				b.WriteString(` hidden="1"`)
			}
			b.WriteString(`/>`)
		}
		b.WriteString(`</cols>`)
	}
	b.WriteString(`<sheetData>`)
	for i, row := range s.Rows {
		r := strconv.Itoa(i + 1)
		b.WriteString(`<row r="` + r + `">`)
		for j, c := range row {
			b.WriteString(`<c r="` + columnName(j) + r + `" s="` + strconv.Itoa(int(c.Style)) + `"`)
			if c.Text == "" {
				b.WriteString(`/>`)
				continue
			}
			b.WriteString(` t="inlineStr"><is><t xml:space="preserve">`)
			escape(b, c.Text)
			b.WriteString(`</t></is></c>`)
		}
		b.WriteString(`</row>`)
	}
	b.WriteString(`</sheetData>`)
	n := 0
	var lists strings.Builder
	for i, c := range s.Columns {
		if c.List == "" || len(s.Rows) < 2 {
			continue
		}
		n++
		name := columnName(i)
		fmt.Fprintf(&lists, `<dataValidation type="list" allowBlank="1" showErrorMessage="1" errorStyle="warning" sqref="%s2:%s%d"><formula1>`, name, name, len(s.Rows))
		escape(&lists, c.List)
		lists.WriteString(`</formula1></dataValidation>`)
	}
	if n > 0 {
		fmt.Fprintf(b, `<dataValidations count="%d">%s</dataValidations>`, n, lists.String())
	}
	b.WriteString(`</worksheet>`)
}

// Range is the cells of a column of a sheet from its second row to its last, as a formula names them.
func Range(sheet string, column, rows int) string {
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!$" + columnName(column) + "$2:$" + columnName(column) + "$" + strconv.Itoa(max(rows, 2))
}

// columnName is A for 0, Z for 25, AA for 26.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// escape writes text for XML as spreadsheets read it: what looks like their own escape
// of a character (_x0041_) is itself escaped, and what XML cannot carry is left out.
func escape(b *strings.Builder, s string) {
	for i, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '_' && len(s)-i >= 7 && s[i+1] == 'x' && s[i+6] == '_' && isHex(s[i+2:i+6]):
			b.WriteString("_x005F_")
		case r == '\n' || r == '\t' || r == '\r':
			b.WriteRune(r)
		case r < ' ' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF:
		default:
			b.WriteRune(r)
		}
	}
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
