// Package docx writes plain documents that word processors open: headings, paragraphs,
// lists and tables, in either direction. It writes one document from front to end.
// Source: ISO/IEC 29500-1 (WordprocessingML), ISO/IEC 29500-2 (packaging).
package docx

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"merida/lang"
)

// Writer writes a document. The first error stays and is given by Close.
type Writer struct {
	zip  *zip.Writer
	body *bufio.Writer
	lang lang.Tag
	err  error
}

const (
	head         = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main         = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	contentTypes = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
		`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`
	rootLinks = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`
	documentLinks = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`
)

// New begins a document in a language; its direction is that of the language.
func New(w io.Writer, title string, tag lang.Tag) *Writer {
	d := &Writer{zip: zip.NewWriter(w), lang: tag}
	d.part("[Content_Types].xml", contentTypes)
	d.part("_rels/.rels", rootLinks)
	d.part("word/_rels/document.xml.rels", documentLinks)
	d.part("word/styles.xml", styles(tag))
	d.part("docProps/core.xml", head+`<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>`+
		escape(title)+`</dc:title><dc:language>`+escape(string(tag))+`</dc:language></cp:coreProperties>`)
	if d.err == nil {
		f, err := d.zip.Create("word/document.xml")
		d.body, d.err = bufio.NewWriter(f), err
	}
	d.put(head + `<w:document ` + main + `><w:body>`)
	return d
}

func styles(tag lang.Tag) string {
	var b strings.Builder
	b.WriteString(head + `<w:styles ` + main + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Arial"/><w:sz w:val="21"/><w:szCs w:val="21"/>` +
		`<w:lang w:val="` + escape(string(tag)) + `" w:eastAsia="zh-CN" w:bidi="ar"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="100" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`)
	for i, size := range []string{"36", "28", "24"} {
		n := strconv.Itoa(i + 1)
		b.WriteString(`<w:style w:type="paragraph" w:styleId="Heading` + n + `"><w:name w:val="heading ` + n + `"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="` +
			strconv.Itoa(i) + `"/></w:pPr><w:rPr><w:b/><w:bCs/><w:sz w:val="` + size + `"/><w:szCs w:val="` + size + `"/></w:rPr></w:style>`)
	}
	b.WriteString(`</w:styles>`)
	return b.String()
}

func (d *Writer) part(name, text string) {
	if d.err != nil {
		return
	}
	f, err := d.zip.Create(name)
	if err == nil {
		_, err = io.WriteString(f, text)
	}
	d.err = err
}

func (d *Writer) put(s string) {
	if d.err == nil {
		_, d.err = d.body.WriteString(s)
	}
}

// escape writes text for XML; what XML cannot hold becomes U+FFFD.
func escape(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // to a builder: cannot fail
	return b.String()
}

// Heading writes a heading of level 1 to 3.
func (d *Writer) Heading(level int, text string) {
	d.paragraph(`<w:pStyle w:val="Heading`+strconv.Itoa(min(max(level, 1), 3))+`"/>`, text, d.lang, false)
}

// Text writes a paragraph in the language of the document; line breaks stay.
func (d *Writer) Text(text string) { d.paragraph("", text, d.lang, false) }

// In writes a paragraph in another language, in its own direction.
func (d *Writer) In(tag lang.Tag, text string) { d.paragraph("", text, tag, false) }

// Item writes a line of a list.
func (d *Writer) Item(text string) {
	d.paragraph(`<w:ind w:left="360" w:hanging="240"/>`, "•\u00a0 "+text, d.lang, false)
}

// paragraph writes properties in the order that the schema asks for: style, bidi, indent.
func (d *Writer) paragraph(properties, text string, tag lang.Tag, bold bool) {
	rtl := tag.RightToLeft()
	d.put(`<w:p><w:pPr>`)
	style, rest := "", properties
	if strings.HasPrefix(properties, "<w:pStyle") {
		style, rest = properties, ""
	}
	d.put(style)
	if rtl {
		d.put(`<w:bidi/>`)
	}
	d.put(rest + `</w:pPr>`)
	for i, line := range strings.Split(text, "\n") {
		d.put(`<w:r><w:rPr>`)
		if bold {
			d.put(`<w:b/><w:bCs/>`)
		}
		if rtl {
			d.put(`<w:rtl/>`)
		}
		d.put(`</w:rPr>`)
		if i > 0 {
			d.put(`<w:br/>`)
		}
		d.put(`<w:t xml:space="preserve">` + escape(line) + `</w:t></w:r>`)
	}
	d.put(`</w:p>`)
}

// Table writes a table with a head that is repeated on each page. Rows shorter than the head are filled up.
func (d *Writer) Table(head []string, rows [][]string) {
	d.put(`<w:tbl><w:tblPr>`)
	if d.lang.RightToLeft() {
		d.put(`<w:bidiVisual/>`)
	}
	d.put(`<w:tblW w:w="5000" w:type="pct"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		d.put(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="999999"/>`)
	}
	d.put(`</w:tblBorders></w:tblPr><w:tblGrid>`)
	for range head {
		d.put(`<w:gridCol/>`)
	}
	d.put(`</w:tblGrid>`)
	d.row(head, len(head), true)
	for _, r := range rows {
		d.row(r, len(head), false)
	}
	d.put(`</w:tbl>`)
	d.paragraph("", "", d.lang, false) // two tables without a paragraph between them are one
}

func (d *Writer) row(cells []string, n int, head bool) {
	d.put(`<w:tr><w:trPr><w:cantSplit/>`)
	if head {
		d.put(`<w:tblHeader/>`)
	}
	d.put(`</w:trPr>`)
	for i := range n {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		d.put(`<w:tc><w:tcPr><w:tcW w:w="0" w:type="auto"/></w:tcPr>`)
		d.paragraph("", text, d.lang, head)
		d.put(`</w:tc>`)
	}
	d.put(`</w:tr>`)
}

// Close ends the document: A4 with margins of 2 cm.
func (d *Writer) Close() error {
	d.put(`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>`)
	if d.lang.RightToLeft() {
		d.put(`<w:bidi/>`)
	}
	d.put(`</w:sectPr></w:body></w:document>`)
	if d.err == nil {
		d.err = d.body.Flush()
	}
	if err := d.zip.Close(); d.err == nil {
		d.err = err
	}
	return d.err
}
