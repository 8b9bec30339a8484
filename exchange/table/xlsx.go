package table

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// xlsxWriter writes a workbook of one sheet of rows and, where the table says what it is, a second one about it.
// Cells hold their text in themselves (inline strings), so that nothing has to be kept until the end.
// Source: ISO/IEC 29500-1 (Office Open XML), parts SpreadsheetML and Open Packaging.
type xlsxWriter struct {
	t       Table
	z       *zip.Writer
	w       *bufio.Writer
	n       int // rows of the sheet so far, the head included
	columns []Column
}

const (
	// maxCell is how many UTF-16 units a cell of a sheet holds.
	maxCell = 32_767
	// Styles by their place in xl/styles.xml.
	plainStyle, headStyle, dayStyle, wrapStyle = "0", "1", "2", "3"
	wide                                       = 40 // columns from this width on wrap their text

	xlsxMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	xlsxRels = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packRels = "http://schemas.openxmlformats.org/package/2006/relationships"
)

// xlsxStyles: plain, head (bold on grey, wrapped), day, wrapped text.
const xlsxStyles = xml.Header + `<styleSheet xmlns="` + xlsxMain + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
	`<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE9EDF1"/></patternFill></fill></fills>` +
	`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
	`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="0" fontId="1" fillId="2" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs>` +
	`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

func newXLSX(w io.Writer, t Table) (writer, error) {
	x := &xlsxWriter{t: t, z: zip.NewWriter(w)}
	for _, c := range t.Columns {
		n := 1
		if c.Kind == Texts {
			n = 6
		}
		for range n {
			x.columns = append(x.columns, c)
		}
	}
	about := t.About != nil
	types := xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`
	rels := xml.Header + `<Relationships xmlns="` + packRels + `"><Relationship Id="rId1" Type="` + xlsxRels + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + xlsxRels + `/styles" Target="styles.xml"/>`
	name := sheetName(t.Title, "Table")
	book := xml.Header + `<workbook xmlns="` + xlsxMain + `" xmlns:r="` + xlsxRels + `"><bookViews><workbookView/></bookViews><sheets><sheet name="` + escape(name) + `" sheetId="1" r:id="rId1"/>`
	if about {
		types += `<Override PartName="/xl/worksheets/sheet2.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`
		rels += `<Relationship Id="rId3" Type="` + xlsxRels + `/worksheet" Target="worksheets/sheet2.xml"/>`
		second := sheetName(t.AboutTitle, "About")
		if strings.EqualFold(second, name) { // two sheets of one name make a workbook that does not open
			second += " 2"
		}
		book += `<sheet name="` + escape(second) + `" sheetId="2" r:id="rId3"/>`
	}
	parts := [][2]string{
		{"[Content_Types].xml", types + `</Types>`},
		{"_rels/.rels", xml.Header + `<Relationships xmlns="` + packRels + `"><Relationship Id="rId1" Type="` + xlsxRels + `/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"docProps/core.xml", xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` +
			escape(t.Title) + `</dc:title><dc:creator>Merida</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">` + t.At.UTC().Format(time.RFC3339) + `</dcterms:created><dc:language>` + escape(string(t.Lang)) + `</dc:language></cp:coreProperties>`},
		{"xl/workbook.xml", book + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", rels + `</Relationships>`},
		{"xl/styles.xml", xlsxStyles},
	}
	for _, p := range parts {
		if err := x.part(p[0]); err != nil {
			return nil, err
		}
		x.w.WriteString(p[1])
		if err := x.w.Flush(); err != nil {
			return nil, err
		}
	}
	if err := x.part("xl/worksheets/sheet1.xml"); err != nil {
		return nil, err
	}
	x.open(`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`)
	x.w.WriteString(`<cols>`)
	for i, c := range x.columns {
		width := c.Width
		if width == 0 {
			width = 16
		}
		at := strconv.Itoa(i + 1)
		x.w.WriteString(`<col min="` + at + `" max="` + at + `" width="` + strconv.Itoa(width) + `" customWidth="1"/>`)
	}
	x.w.WriteString(`</cols><sheetData>`)
	var heads []cell
	for _, h := range t.heads() {
		heads = append(heads, cell{s: h})
	}
	x.line(heads, func(int) string { return headStyle })
	return x, nil
}

// part begins a part of the package. The date is that of the table: the same table is the same file.
func (x *xlsxWriter) part(name string) error {
	w, err := x.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: x.t.At.UTC()})
	if err != nil {
		return err
	}
	x.w = bufio.NewWriterSize(w, 32<<10)
	return nil
}

func (x *xlsxWriter) open(pane string) {
	x.n = 0
	rtl := ""
	if x.t.Lang.RightToLeft() {
		rtl = ` rightToLeft="1"`
	}
	x.w.WriteString(xml.Header + `<worksheet xmlns="` + xlsxMain + `"><sheetViews><sheetView` + rtl + ` workbookViewId="0">` + pane + `</sheetView></sheetViews>`)
}

func (x *xlsxWriter) row(r Row) error {
	x.line(x.t.cells(r), func(i int) string {
		if x.columns[i].Width >= wide {
			return wrapStyle
		}
		return plainStyle
	})
	// The buffer hands on what it has; an error of the reader who has gone shows at the next full buffer.
	_, err := x.w.Write(nil)
	return err
}

func (x *xlsxWriter) line(cells []cell, style func(i int) string) {
	x.n++
	at := strconv.Itoa(x.n)
	x.w.WriteString(`<row r="` + at + `">`)
	for i, c := range cells {
		if c.s == "" {
			continue
		}
		ref := columnName(i) + at
		switch day, isDay := serial(c); {
		case c.kind == Number:
			x.w.WriteString(`<c r="` + ref + `"><v>` + c.s + `</v></c>`)
		case isDay:
			x.w.WriteString(`<c r="` + ref + `" s="` + dayStyle + `"><v>` + strconv.Itoa(day) + `</v></c>`)
		default:
			x.w.WriteString(`<c r="` + ref + `" s="` + style(i) + `" t="inlineStr"><is><t xml:space="preserve">` + escape(shorten(c.s)) + `</t></is></c>`)
		}
	}
	x.w.WriteString("</row>\n")
}

func (x *xlsxWriter) close(n int) error {
	last := columnName(len(x.columns)-1) + strconv.Itoa(x.n)
	x.w.WriteString(`</sheetData><autoFilter ref="A1:` + last + `"/></worksheet>`)
	if err := x.w.Flush(); err != nil {
		return err
	}
	if x.t.About != nil {
		if err := x.part("xl/worksheets/sheet2.xml"); err != nil {
			return err
		}
		x.open("")
		x.w.WriteString(`<cols><col min="1" max="1" width="24" customWidth="1"/><col min="2" max="2" width="100" customWidth="1"/></cols><sheetData>`)
		for _, p := range x.t.About(n) {
			x.line([]cell{{s: p[0]}, {s: p[1]}}, func(i int) string { return [...]string{headStyle, wrapStyle}[i] })
		}
		x.w.WriteString(`</sheetData></worksheet>`)
		if err := x.w.Flush(); err != nil {
			return err
		}
	}
	return x.z.Close()
}

// columnName is the name of a column by its place from 0: A, B, …, Z, AA.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// serial is a whole day as sheets count them: 1 is 1 January 1900, and 29 February 1900 is counted though there was none,
// so that days before March 1900 stay words.
func serial(c cell) (int, bool) {
	if c.kind != Day {
		return 0, false
	}
	t, err := time.Parse(time.DateOnly, c.s)
	if err != nil || t.Year() < 1901 || t.Year() > 9999 {
		return 0, false
	}
	return int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24), true
}

// shorten keeps what a cell of a sheet can hold; a mark says that there is more.
func shorten(s string) string {
	if len(s) <= maxCell { // no string has more UTF-16 units than bytes
		return s
	}
	units := 0
	for i, r := range s {
		if units++; r > 0xffff {
			units++
		}
		if units > maxCell-2 {
			return s[:i] + " …"
		}
	}
	return s
}

// escape makes words fit for XML: what XML cannot hold becomes U+FFFD, and _x0041_, which sheets would read as a character, stays as typed.
func escape(s string) string {
	var b strings.Builder
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
		case r == '_' && codeAt(s[i:]):
			b.WriteString("_x005F_")
		case r == '\r': // a lone carriage return would come back as a new line
			b.WriteString("_x000D_")
		case r == '\t', r == '\n', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd && r != utf8.RuneError, r >= 0x10000:
			b.WriteRune(r)
		default:
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}

// codeAt reports whether s begins with a character code as sheets write them: _x0041_.
func codeAt(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// sheetName makes a title fit for the name of a sheet: at most 31 UTF-16 units, none of []:*?/\ and no apostrophe at the ends.
func sheetName(title, otherwise string) string {
	s := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < 0x20 {
			return ' '
		}
		return r
	}, title)
	out, units := "", 0
	for _, r := range s {
		n := 1
		if r > 0xffff {
			n = 2
		}
		if units += n; units > 31 {
			break
		}
		out += string(r)
	}
	if out = strings.Trim(out, " '"); out == "" {
		return otherwise
	}
	return out
}
