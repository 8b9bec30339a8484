package workbook

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
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
	Line                // on one line
	day                 // a date as sheets count them
)

// Kind says what a cell holds.
type Kind int

const (
	Text   Kind = iota // words; never read as anything else
	Number             // a number as JSON writes it
	Day                // 2026-01-31; anything else stays words
)

// Cell is one cell with its look.
type Cell struct {
	Text  string
	Style Style
	Kind  Kind
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
	Name        string // fit for a sheet, see SheetName
	RightToLeft bool
	Frozen      int  // rows that stay in view
	Filter      bool // the first row filters those below
	Columns     []Column
	Rows        [][]Cell // for Write; a Writer is given them one by one
}

// Book is what is known of a workbook before its first row.
type Book struct {
	Title  string
	Lang   string    // BCP 47
	At     time.Time // when it was made; zero leaves it and the title out
	Sheets []Sheet
}

// MaxCell is how many UTF-16 units a spreadsheet keeps in a cell.
const MaxCell = 32767

const (
	mainNS   = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relNS    = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	packNS   = `http://schemas.openxmlformats.org/package/2006/relationships`
	mimeHead = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// styles are in the order of the Style constants.
const styles = xml.Header + `<styleSheet xmlns="` + mainNS + `"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts>` +
	`<fonts count="4"><font><sz val="10"/><name val="Arial"/></font><font><b/><sz val="10"/><name val="Arial"/></font><font><sz val="9"/><color rgb="FF5B6875"/><name val="Arial"/></font><font><b/><sz val="14"/><name val="Arial"/></font></fonts>` +
	`<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid"><fgColor rgb="FFE9EDF1"/></patternFill></fill><fill><patternFill patternType="solid"><fgColor rgb="FFFFFBE6"/></patternFill></fill></fills>` +
	`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left style="thin"><color rgb="FFD5DCE3"/></left><right style="thin"><color rgb="FFD5DCE3"/></right><top style="thin"><color rgb="FFD5DCE3"/></top><bottom style="thin"><color rgb="FFD5DCE3"/></bottom><diagonal/></border></borders>` +
	`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="7">` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="0" fontId="2" fillId="0" borderId="1" xfId="0" applyFont="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="49" fontId="0" fillId="3" borderId="1" xfId="0" applyNumberFormat="1" applyFill="1" applyBorder="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
	`<xf numFmtId="0" fontId="3" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
	`<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top"/></xf>` +
	`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment horizontal="left" vertical="top"/></xf>` +
	`</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`

// Writer writes a workbook row by row: nothing of it is kept. Cells hold their text in themselves
// (inline strings). The same rows give the same bytes. Source: ISO/IEC 29500-1, SpreadsheetML and Open Packaging.
type Writer struct {
	book  Book
	z     *zip.Writer
	w     *bufio.Writer
	sheet int // that is being written, from 0; -1 before the first
	rows  int // of it so far
	cols  int // the most that a row of it had
	err   error
}

// Write makes the file of a workbook whose rows are at hand.
func Write(w io.Writer, sheets []Sheet) error {
	x := Begin(w, Book{Sheets: sheets})
	for _, s := range sheets {
		x.Next()
		for _, r := range s.Rows {
			x.Row(r)
		}
	}
	return x.Close()
}

// Begin begins a workbook. The first error stops the writing and comes back from every call after it.
func Begin(w io.Writer, b Book) *Writer {
	x := &Writer{book: b, z: zip.NewWriter(w), sheet: -1}
	var types, book, rels strings.Builder
	for i, s := range b.Sheets {
		n := strconv.Itoa(i + 1)
		types.WriteString(`<Override PartName="/xl/worksheets/sheet` + n + `.xml" ContentType="` + mimeHead + `worksheet+xml"/>`)
		book.WriteString(`<sheet name="` + escaped(s.Name) + `" sheetId="` + n + `" r:id="rId` + n + `"/>`)
		rels.WriteString(`<Relationship Id="rId` + n + `" Type="` + relNS + `/worksheet" Target="worksheets/sheet` + n + `.xml"/>`)
	}
	var about, aboutType, aboutRel string
	if !b.At.IsZero() {
		aboutType = `<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>`
		aboutRel = `<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>`
		about = `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` +
			escaped(b.Title) + `</dc:title><dc:creator>Merida</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">` + b.At.UTC().Format(time.RFC3339) + `</dcterms:created><dc:language>` + escaped(b.Lang) + `</dc:language></cp:coreProperties>`
	}
	x.whole("[Content_Types].xml", xml.Header+`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`+
		`<Override PartName="/xl/workbook.xml" ContentType="`+mimeHead+`sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="`+mimeHead+`styles+xml"/>`+aboutType+types.String()+`</Types>`)
	x.whole("_rels/.rels", xml.Header+`<Relationships xmlns="`+packNS+`"><Relationship Id="rId1" Type="`+relNS+`/officeDocument" Target="xl/workbook.xml"/>`+aboutRel+`</Relationships>`)
	if about != "" {
		x.whole("docProps/core.xml", xml.Header+about)
	}
	x.whole("xl/workbook.xml", xml.Header+`<workbook xmlns="`+mainNS+`" xmlns:r="`+relNS+`"><bookViews><workbookView/></bookViews><sheets>`+book.String()+`</sheets></workbook>`)
	x.whole("xl/_rels/workbook.xml.rels", xml.Header+`<Relationships xmlns="`+packNS+`">`+rels.String()+`<Relationship Id="rIdStyles" Type="`+relNS+`/styles" Target="styles.xml"/></Relationships>`)
	x.whole("xl/styles.xml", styles)
	return x
}

func (x *Writer) whole(name, text string) {
	x.part(name)
	x.put(text)
	x.flush()
}

func (x *Writer) part(name string) {
	if x.err != nil {
		return
	}
	w, err := x.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: x.book.At.UTC()})
	if err != nil {
		x.err = err
		return
	}
	x.w = bufio.NewWriterSize(w, 32<<10)
}

func (x *Writer) put(s string) {
	if x.err == nil {
		_, x.err = x.w.WriteString(s)
	}
}

func (x *Writer) flush() {
	if x.err == nil {
		x.err = x.w.Flush()
	}
}

// Next ends the sheet that is being written, if any, and begins the next one of the book.
func (x *Writer) Next() error {
	x.endSheet()
	x.sheet++
	x.rows, x.cols = 0, 0
	if x.err == nil && x.sheet >= len(x.book.Sheets) {
		x.err = fmt.Errorf("workbook: more sheets than were named")
	}
	if x.err != nil {
		return x.err
	}
	s := x.book.Sheets[x.sheet]
	x.part(fmt.Sprintf("xl/worksheets/sheet%d.xml", x.sheet+1))
	x.put(xml.Header + `<worksheet xmlns="` + mainNS + `"><sheetViews><sheetView workbookViewId="0"`)
	if s.RightToLeft {
		x.put(` rightToLeft="1"`)
	}
	x.put(`>`)
	if s.Frozen > 0 {
		x.put(fmt.Sprintf(`<pane ySplit="%d" topLeftCell="A%d" activePane="bottomLeft" state="frozen"/>`, s.Frozen, s.Frozen+1))
	}
	x.put(`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="13"/>`)
	if len(s.Columns) > 0 {
		x.put(`<cols>`)
		for i, c := range s.Columns {
			width := c.Width
			if width <= 0 {
				width = 12
			}
			x.put(fmt.Sprintf(`<col min="%d" max="%d" width="%g" customWidth="1"`, i+1, i+1, width))
			if c.Hidden {
				x.put(` hidden="1"`)
			}
			x.put(`/>`)
		}
		x.put(`</cols>`)
	}
	x.put(`<sheetData>`)
	return x.err
}

// Row writes a row of the sheet. A text that is longer than a cell can hold is cut and marked so.
func (x *Writer) Row(cells []Cell) error {
	if x.err != nil {
		return x.err
	}
	x.rows++
	x.cols = max(x.cols, len(cells))
	r := strconv.Itoa(x.rows)
	x.put(`<row r="` + r + `">`)
	for j, c := range cells {
		if c.Text == "" && (c.Style == Plain || c.Style == Line) {
			continue
		}
		ref, style := columnName(j)+r, `" s="`+strconv.Itoa(int(c.Style))+`"`
		switch n, isDay := serial(c); {
		case c.Text == "":
			x.put(`<c r="` + ref + style + `/>`)
		case c.Kind == Number:
			x.put(`<c r="` + ref + style + `><v>` + escaped(c.Text) + `</v></c>`)
		case isDay:
			x.put(`<c r="` + ref + `" s="` + strconv.Itoa(int(day)) + `"><v>` + strconv.Itoa(n) + `</v></c>`)
		default:
			x.put(`<c r="` + ref + style + ` t="inlineStr"><is><t xml:space="preserve">` + escaped(shorten(c.Text)) + `</t></is></c>`)
		}
	}
	x.put("</row>\n")
	return x.err
}

func (x *Writer) endSheet() {
	if x.err != nil || x.sheet < 0 {
		return
	}
	s := x.book.Sheets[x.sheet]
	x.put(`</sheetData>`)
	if s.Filter && x.cols > 0 {
		x.put(`<autoFilter ref="A1:` + columnName(x.cols-1) + strconv.Itoa(x.rows) + `"/>`)
	}
	n := 0
	var lists strings.Builder
	for i, c := range s.Columns {
		if c.List == "" || x.rows < 2 {
			continue
		}
		n++
		name := columnName(i)
		fmt.Fprintf(&lists, `<dataValidation type="list" allowBlank="1" showErrorMessage="1" errorStyle="warning" sqref="%s2:%s%d"><formula1>%s</formula1></dataValidation>`, name, name, x.rows, escaped(c.List))
	}
	if n > 0 {
		x.put(fmt.Sprintf(`<dataValidations count="%d">%s</dataValidations>`, n, lists.String()))
	}
	x.put(`</worksheet>`)
	x.flush()
}

// Close ends the workbook. Sheets that were named and not begun are empty.
func (x *Writer) Close() error {
	for x.err == nil && x.sheet < len(x.book.Sheets)-1 {
		x.Next()
	}
	x.endSheet()
	if x.err != nil {
		return x.err
	}
	return x.z.Close()
}

// Range is the cells of a column of a sheet from its second row to its last, as a formula names them.
func Range(sheet string, column, rows int) string {
	return "'" + strings.ReplaceAll(sheet, "'", "''") + "'!$" + columnName(column) + "$2:$" + columnName(column) + "$" + strconv.Itoa(max(rows, 2))
}

// SheetName makes a title fit for the name of a sheet: at most 31 UTF-16 units, none of []:*?/\ and no apostrophe
// at the ends; otherwise is taken where nothing is left of it.
func SheetName(title, otherwise string) string {
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

// columnName is A for 0, Z for 25, AA for 26.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// serial is a whole day as sheets count them: 1 is 1 January 1900, and 29 February 1900 is counted though there was none,
// so that days before March 1900 stay words.
func serial(c Cell) (int, bool) {
	if c.Kind != Day {
		return 0, false
	}
	t, err := time.Parse(time.DateOnly, c.Text)
	if err != nil || t.Year() < 1901 || t.Year() > 9999 {
		return 0, false
	}
	return int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24), true
}

// shorten keeps what a cell of a sheet can hold; a mark says that there is more.
func shorten(s string) string {
	if len(s) <= MaxCell { // no string has more UTF-16 units than bytes
		return s
	}
	units := 0
	for i, r := range s {
		if units++; r > 0xffff {
			units++
		}
		if units > MaxCell-2 {
			return s[:i] + " …"
		}
	}
	return s
}

// escaped makes words fit for XML as spreadsheets read it: what XML cannot hold becomes U+FFFD, what looks like their own
// escape of a character (_x0041_) is itself escaped, and a lone carriage return does not come back as a new line.
func escaped(s string) string {
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
		case r == '_' && len(s)-i >= 7 && s[i+1] == 'x' && s[i+6] == '_' && isHex(s[i+2:i+6]):
			b.WriteString("_x005F_")
		case r == '\r':
			b.WriteString("_x000D_")
		case r == '\t', r == '\n', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd && r != utf8.RuneError, r >= 0x10000:
			b.WriteRune(r)
		default:
			b.WriteRune(utf8.RuneError)
		}
	}
	return b.String()
}

func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}
