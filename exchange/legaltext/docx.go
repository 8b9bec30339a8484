package legaltext

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"merida/fault"
)

// Limits of a word processor's document, which is a ZIP archive of XML parts (ECMA-376).
// Documents of real codes stay below 100 entries and pack about twentyfold.
const (
	maxDocx      = 10 << 20 // bytes of the archive
	maxEntries   = 500
	maxDocument  = 64 << 20  // bytes of all parts, unpacked
	maxSidePart  = 8 << 20   // bytes of styles or numbering, unpacked
	maxRatio     = 200       // how many times larger a part may become
	ratioFrom    = 1 << 20   // below this size the ratio says nothing
	maxDocxNodes = 2_000_000 // elements: every run of letters has some
)

func notDocx(err error) error {
	return &fault.Error{Kind: fault.Invalid, Key: "legaltext.error.not_docx", Err: err}
}

// docxParts unpacks the three parts that are read. No entry is ever written to a disk; an archive whose
// names lead out of it is refused all the same, since no word processor writes one.
func docxParts(b []byte) (document, styles, numbering []byte, err error) {
	if len(b) > maxDocx {
		return nil, nil, nil, fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": maxDocx >> 20})
	}
	many := fault.New(fault.TooLarge, "legaltext.error.zip_entries", fault.Args{"limit": maxEntries})
	// Counted before the directory is read, which takes memory for each entry. Embedded archives count too, hence the margin.
	if bytes.Count(b, []byte("PK\x01\x02")) > 4*maxEntries {
		return nil, nil, nil, many
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, nil, nil, notDocx(err)
	}
	if len(z.File) > maxEntries {
		return nil, nil, nil, many
	}
	parts, claimed := map[string][]byte{}, uint64(0)
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, "/")
		if !filepath.IsLocal(name) || path.Clean(name) != name || strings.ContainsAny(name, "\\:\x00") {
			return nil, nil, nil, fault.New(fault.Invalid, "legaltext.error.zip_path", fault.Args{"file": strings.ToValidUTF8(name[:cut(name, 60)], "")})
		}
		if claimed += min(f.UncompressedSize64, maxDocument+1); claimed > maxDocument {
			return nil, nil, nil, fault.New(fault.TooLarge, "legaltext.error.zip_size", fault.Args{"limit": maxDocument >> 20})
		}
		limit := int64(maxSidePart)
		switch name {
		case "word/document.xml":
			limit = maxDocument
		case "word/styles.xml", "word/numbering.xml":
		default:
			continue
		}
		if _, twice := parts[name]; twice {
			return nil, nil, nil, notDocx(nil)
		}
		if parts[name], err = unpack(f, limit); err != nil {
			return nil, nil, nil, err
		}
	}
	document = parts["word/document.xml"]
	if len(document) == 0 {
		return nil, nil, nil, notDocx(nil)
	}
	return document, parts["word/styles.xml"], parts["word/numbering.xml"], nil
}

// unpack reads a part. The sizes that the archive claims are not believed: what is read is counted.
func unpack(f *zip.File, limit int64) ([]byte, error) {
	large := fault.New(fault.TooLarge, "legaltext.error.zip_size", fault.Args{"limit": limit >> 20})
	if f.UncompressedSize64 > uint64(limit) {
		return nil, large
	}
	r, err := f.Open()
	if err != nil {
		return nil, notDocx(err) // encrypted, or packed in a way that is not known
	}
	defer r.Close()
	packed := min(f.CompressedSize64, maxDocx)
	bound := min(limit, max(ratioFrom, int64(packed)*maxRatio))
	b, err := io.ReadAll(io.LimitReader(r, bound+1))
	if int64(len(b)) > bound {
		return nil, large
	}
	if err != nil {
		return nil, notDocx(err)
	}
	return b, nil
}

// The name spaces of WordprocessingML: transitional as word processors write it, and strict.
func isWML(n xml.Name) bool {
	return n.Space == "http://schemas.openxmlformats.org/wordprocessingml/2006/main" || n.Space == "http://purl.oclc.org/ooxml/wordprocessingml/main"
}

// eachXML walks the elements of a part within the limits; no DOCTYPE, hence no entities.
// A part is a reader's own token loop rather than a tree, so that memory follows the text.
func eachXML(text string, start func(t xml.StartElement), end func(t xml.EndElement), words func(s string)) error {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		return nil, fault.New(fault.Invalid, "legaltext.error.encoding", fault.Args{"encoding": label[:cut(label, 40)]})
	}
	depth, nodes := 0, 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			var f *fault.Error
			if errors.As(err, &f) {
				return f
			}
			line, _ := dec.InputPos()
			return &fault.Error{Kind: fault.Invalid, Key: "legaltext.error.xml", Args: fault.Args{"line": line}, Err: err}
		}
		switch t := tok.(type) {
		case xml.Directive:
			return fault.New(fault.Invalid, "legaltext.error.doctype", nil)
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return fault.New(fault.TooLarge, "legaltext.error.depth", fault.Args{"limit": maxDepth})
			}
			if nodes++; nodes > maxDocxNodes {
				return fault.New(fault.TooLarge, "legaltext.error.nodes", fault.Args{"limit": maxDocxNodes})
			}
			start(t)
		case xml.EndElement:
			depth--
			end(t)
		case xml.CharData:
			words(string(t))
		}
	}
}

// value is the w:val of an element.
func value(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && (a.Name.Space == "" || isWML(a.Name)) {
			return a.Value
		}
	}
	return ""
}

// isOn reads a switch: there without a value means on.
func isOn(t xml.StartElement) bool {
	v := value(t, "val")
	return v != "0" && v != "false" && v != "off" && v != "none"
}

func small(s string, fallback int) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n < 1_000_000 {
		return n
	}
	return fallback
}

// docxPara is a paragraph that is being read.
type docxPara struct {
	props
	begun bool // its number was written
}

// docxRow is a row of a table: the lines of each cell.
type docxRow struct {
	cells [][]line
	outer []line
}

type docxReader struct {
	w       htmlWalker
	styles  styleSheet
	numbers *numbering
	paras   []docxPara
	rows    []docxRow
	run     struct {
		bold, hidden, sup bool
	}
	inPara, inRun, inText bool // within the properties of a paragraph or a run; within words
	skip                  int  // depth within what is no present text
	root                  bool
}

// docxLines reads the text of a document as lines: headings by their style, numbers
// of lists as they are printed, rows of tables on lines of their own. What was struck out
// under revision, hidden words, notes, headers and footers are not the text.
func docxLines(text, styles, numbers string) ([]line, error) {
	r := &docxReader{}
	var err error
	if r.styles, err = readStyles(styles); err != nil {
		return nil, err
	}
	if r.numbers, err = readNumbering(numbers); err != nil {
		return nil, err
	}
	if err := eachXML(text, r.start, r.end, r.words); err != nil {
		return nil, err
	}
	if !r.root {
		return nil, notDocx(nil)
	}
	r.w.end(true)
	return r.w.out, nil
}

// gone are elements whose words are not the present text: struck out, moved away, or said a second time.
func (r *docxReader) gone(n xml.Name) bool {
	switch n.Local {
	case "del", "moveFrom":
		return isWML(n) && !r.inPara && !r.inRun // there it speaks of the mark alone
	case "pPrChange", "rPrChange": // properties as they were
		return isWML(n)
	}
	return n.Local == "Fallback"
}

func (r *docxReader) start(t xml.StartElement) {
	if r.skip > 0 || r.gone(t.Name) {
		r.skip++
		return
	}
	if !isWML(t.Name) {
		return
	}
	var p *docxPara
	if n := len(r.paras); n > 0 {
		p = &r.paras[n-1]
	}
	switch t.Name.Local {
	case "document":
		r.root = true
	case "p":
		r.w.end(true)
		r.paras = append(r.paras, docxPara{props: props{level: -1, num: -1, ilvl: -1}})
	case "pPr":
		r.inPara = p != nil
	case "rPr":
		r.inRun = true
	case "r":
		r.run.bold, r.run.hidden, r.run.sup = false, false, false
		if p != nil {
			r.run.bold = r.styles.of(p.props).bold
		}
	case "tr":
		r.w.end(true)
		r.rows = append(r.rows, docxRow{outer: r.w.out})
		r.w.out = nil
	case "tc":
		if n := len(r.rows); n > 0 {
			r.w.end(true)
			if len(r.w.out) > 0 { // words between the cells, where none belong
				r.rows[n-1].cells = append(r.rows[n-1].cells, r.w.out)
			}
			r.w.out = nil
		}
	case "t":
		r.inText = !r.run.hidden
	case "tab", "ptab":
		if !r.inPara { // there it sets a stop
			r.put(" ")
		}
	case "noBreakHyphen":
		r.put("-")
	case "br", "cr":
		r.newLine()
	default:
		switch {
		case r.inRun && !r.inPara: // the properties of the paragraph's own mark are none of its words'
			switch t.Name.Local {
			case "b":
				r.run.bold = isOn(t)
			case "vanish":
				r.run.hidden = isOn(t)
			case "vertAlign":
				r.run.sup = value(t, "val") == "superscript"
			}
		case r.inPara && !r.inRun && p != nil:
			p.read(t)
		}
	}
}

func (r *docxReader) end(t xml.EndElement) {
	if r.skip > 0 {
		r.skip--
		return
	}
	if !isWML(t.Name) {
		return
	}
	switch t.Name.Local {
	case "p":
		if n := len(r.paras); n > 0 {
			if !r.paras[n-1].begun {
				r.begin() // a number without words, as an empty item has, still counts
			}
			r.w.end(true)
			r.paras = r.paras[:len(r.paras)-1]
		}
	case "pPr":
		r.inPara = false
	case "rPr":
		r.inRun = false
	case "t":
		r.inText = false
	case "tc":
		if n := len(r.rows); n > 0 {
			r.w.end(true)
			r.rows[n-1].cells = append(r.rows[n-1].cells, r.w.out)
			r.w.out = nil
		}
	case "tr":
		r.row()
	}
}

// row writes a finished row: its cells beside one another, or, where a cell holds several
// paragraphs, one below the other, since a table then serves the layout of the page.
func (r *docxReader) row() {
	n := len(r.rows)
	if n == 0 {
		return
	}
	row := r.rows[n-1]
	r.rows, r.w.out = r.rows[:n-1], row.outer
	var all []line
	var cells []string
	single := true
	for _, c := range row.cells {
		full := slices.DeleteFunc(slices.Clone(c), func(l line) bool { return l.s == "" })
		single = single && len(full) <= 1
		for _, l := range full {
			cells = append(cells, l.s)
		}
		all = append(all, c...)
	}
	if single && len(cells) > 1 {
		all = []line{{s: strings.Join(cells, " | ")}, {}}
	}
	r.w.out = append(r.w.out, all...)
}

func (r *docxReader) words(s string) {
	if r.inText && r.skip == 0 {
		r.put(s)
	}
}

// begin writes the number of the paragraph, as the word processor prints it.
func (r *docxReader) begin() {
	n := len(r.paras)
	if n == 0 || r.paras[n-1].begun {
		return
	}
	p := &r.paras[n-1]
	p.begun = true
	st := r.styles.of(p.props)
	if s := r.numbers.next(st); s != "" {
		r.w.put(s+" ", style{md: st.md(), bold: st.bold})
	}
}

func (r *docxReader) put(s string) {
	if len(r.paras) == 0 || r.run.hidden {
		return
	}
	r.begin()
	if r.run.sup {
		r.w.sup = r.w.sup || strings.TrimSpace(r.w.cur.String()) == "" && startsDigit(s)
		r.w.put(" ", style{})
	}
	r.w.put(s, style{md: r.styles.of(r.paras[len(r.paras)-1].props).md(), bold: r.run.bold})
}

// newLine breaks a line within a paragraph; a heading stays one, unless its number stands alone above its words.
func (r *docxReader) newLine() {
	if len(r.paras) == 0 {
		return
	}
	if r.styles.of(r.paras[len(r.paras)-1].props).md() > 0 {
		if _, ok := findMark(squeeze(r.w.cur.String()), ""); !ok {
			r.w.put(" ", style{})
			return
		}
	}
	r.w.end(false)
}
