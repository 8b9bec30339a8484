package legaltext

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"merida/fault"
)

// maxHTMLDepth bounds the nesting of a page; real laws stay below 30.
const maxHTMLDepth = 64

// furniture are elements of a page that never hold the text of a law.
var furniture = map[string]bool{
	"script": true, "style": true, "noscript": true, "template": true, "nav": true, "form": true, "button": true, "select": true, "textarea": true, "iframe": true, "svg": true, "object": true, "head": true, "dialog": true, "audio": true, "video": true,
}

// htmlBlocks are elements that begin a paragraph.
var htmlBlocks = map[string]bool{
	"p": true, "div": true, "section": true, "article": true, "main": true, "header": true, "footer": true, "aside": true, "ul": true, "ol": true, "li": true, "dl": true, "dt": true, "dd": true, "table": true, "tr": true, "blockquote": true,
	"pre": true, "figure": true, "center": true, "hr": true, "fieldset": true, "address": true, "caption": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
}

// decodeHTML brings a page to UTF-8: as it is when it is valid, else from the encoding that it declares.
func decodeHTML(b []byte) ([]byte, error) {
	if firstBroken(b) < 0 {
		return b, nil
	}
	enc, name, certain := charset.DetermineEncoding(b, "")
	if name == "utf-8" || !certain && name == "windows-1252" { // no declaration: to guess would be to invent letters
		return b, nil
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return nil, fault.New(fault.Invalid, "legaltext.error.encoding", fault.Args{"encoding": name})
	}
	return out, nil
}

// bounded refuses a page with too many elements before a tree of them is made.
func bounded(text string) error {
	z := html.NewTokenizer(strings.NewReader(text))
	for n := 0; ; {
		switch z.Next() {
		case html.ErrorToken:
			return nil
		case html.StartTagToken, html.SelfClosingTagToken:
			if n++; n > maxNodes {
				return fault.New(fault.TooLarge, "legaltext.error.nodes", fault.Args{"limit": maxNodes})
			}
		}
	}
}

// htmlLines reads a page as lines: headings with their level, items and rows of tables
// on lines of their own. Where the page marks the law's own text, only that is read.
func htmlLines(text string) ([]line, error) {
	if err := bounded(text); err != nil {
		return nil, err
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil { // the parser's only fault besides reading is nesting
		return nil, fault.New(fault.TooLarge, "legaltext.error.depth", fault.Args{"limit": maxHTMLDepth})
	}
	w := &htmlWalker{raising: raisingClasses(doc)}
	root := lawOf(doc)
	if err := w.walk(root, 0, style{}); err != nil {
		return nil, err
	}
	w.end(true)
	return w.out, nil
}

// lawOf is the element that holds the law: the one that publishers of Akoma Ntoso use, the
// only main element, else the whole page.
func lawOf(doc *html.Node) *html.Node {
	var akn, main []*html.Node
	for n := range doc.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "la-akoma-ntoso":
			akn = append(akn, n)
		case n.Data == "main":
			main = append(main, n)
		}
	}
	switch {
	case len(akn) == 1:
		return akn[0]
	case len(akn) == 0 && len(main) == 1:
		return main[0]
	}
	return doc
}

var blankLines = regexp.MustCompile(`\n[ \t\r\x{a0}]*\n`)

// style is what the elements around a word say of it.
type style struct {
	md   int
	bold bool
	pre  bool
	high bool // raised by a style
}

// htmlWalker collects lines.
type htmlWalker struct {
	out          []line
	cur          strings.Builder
	md           int
	inBold, rest int
	lead         int
	sup          bool
	raising      map[string]bool // classes by which the page's style sheet raises letters
	tight        bool            // what was written last is a number, which the next block belongs to
}

// end finishes the line; blank parts it from the next.
func (w *htmlWalker) end(blank bool) {
	raw := w.cur.String()
	if s := squeeze(raw); s != "" && s != "-" {
		l := line{s: s, md: w.md, bold: w.inBold > 0 && w.rest == 0, sup: w.sup}
		if w.lead > 0 {
			l.lead = len(squeeze(raw[:w.lead]))
		}
		w.out = append(w.out, l)
	}
	if n := len(w.out); blank && n > 0 && w.out[n-1].s != "" {
		w.out = append(w.out, line{})
	}
	w.cur.Reset()
	w.md, w.inBold, w.rest, w.lead, w.sup, w.tight = 0, 0, 0, 0, false, false
}

func (w *htmlWalker) put(s string, st style) {
	if st.high {
		s = w.raised(s)
	}
	parts := strings.Split(s, "\n")
	for i, part := range parts {
		if i > 0 {
			if st.pre {
				w.end(strings.TrimSpace(part) == "" && i+1 < len(parts))
			} else {
				w.cur.WriteByte(' ')
			}
		}
		w.cur.WriteString(part)
		n := strings.Count(strings.Join(strings.Fields(part), ""), "") - 1
		switch {
		case n <= 0:
		case st.bold:
			w.inBold += n
			if w.rest == 0 {
				w.lead = w.cur.Len()
			}
		default:
			w.rest += n
		}
		if st.md > 0 && n > 0 {
			w.md = st.md
		}
		w.tight = w.tight && n <= 0
	}
}

// raisedClass finds the classes of a style sheet whose letters stand above the line.
var raisedClass = regexp.MustCompile(`\.([\w-]{1,40})\s*\{[^{}]*vertical-align:\s*super[^{}]*\}`)

func raisingClasses(doc *html.Node) map[string]bool {
	out := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "style" && n.FirstChild != nil {
			for _, m := range raisedClass.FindAllStringSubmatch(n.FirstChild.Data, 1000) {
				out[m[1]] = true
			}
		}
	}
	return out
}

// raises reports an element whose style raises its letters.
func (w *htmlWalker) raises(n *html.Node) bool {
	if strings.Contains(strings.ReplaceAll(attribute(n, "style"), " ", ""), "vertical-align:super") {
		return true
	}
	for c := range strings.FieldsSeq(attribute(n, "class")) {
		if w.raising[c] {
			return true
		}
	}
	return false
}

// raised writes a raised number behind a number as it is typed on a keyboard: article 6 with a raised 1, which was put
// between 6 and 7, is article 6.1 and not 61. What is raised elsewhere (notes) stays as it is.
func (w *htmlWalker) raised(s string) string {
	before := strings.TrimRight(w.cur.String(), " ")
	last, _ := utf8.DecodeLastRuneInString(before)
	if t := strings.TrimSpace(s); unicode.IsDigit(last) && t != "" && len(t) <= 3 && strings.Trim(t, "0123456789") == "" {
		return "." + t
	}
	return s
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// unseen reports an element that a reader of the page does not see, or that is no text of the page.
func unseen(n *html.Node) bool {
	css := strings.ToLower(strings.ReplaceAll(attribute(n, "style"), " ", ""))
	role := attribute(n, "role")
	_, hidden := func() (int, bool) {
		i := slices.IndexFunc(n.Attr, func(a html.Attribute) bool { return a.Key == "hidden" })
		return i, i >= 0
	}()
	return furniture[n.Data] || hidden || strings.Contains(css, "display:none") || strings.Contains(css, "visibility:hidden") || role == "navigation" || role == "search" || role == "banner"
}

func (w *htmlWalker) walk(n *html.Node, depth int, st style) error {
	if depth > maxHTMLDepth {
		return fault.New(fault.TooLarge, "legaltext.error.depth", fault.Args{"limit": maxHTMLDepth})
	}
	block, number := false, false
	switch n.Type {
	case html.TextNode:
		// Dozens of lines with blank ones between and no mark-up are printed so, whatever a style sheet says of their element.
		st.pre = st.pre || strings.Count(n.Data, "\n") >= 40 && blankLines.MatchString(n.Data)
		w.put(n.Data, st)
		return nil
	case html.ElementNode:
		if unseen(n) {
			return nil
		}
		class, _, _ := strings.Cut(attribute(n, "class"), " ")
		akn, isAKN := strings.CutPrefix(class, "akn-")
		block = htmlBlocks[n.Data] || isAKN && (breaks[akn] || hierarchy[akn].kind != "" || fronts[akn].kind != "")
		number = akn == "num" && isAKN
		st.high = st.high || n.Data == "span" && w.raises(n)
		switch n.Data {
		case "h1", "h2", "h3", "h4", "h5", "h6":
			st.md = int(n.Data[1] - '0')
		case "b", "strong":
			st.bold = true
		case "pre":
			st.pre = true
		case "br":
			if st.md == 0 {
				w.end(false)
			} else if _, ok := findMark(squeeze(w.cur.String()), ""); ok {
				w.end(false) // the heading's own words go below its number
			} else {
				w.cur.WriteByte(' ')
			}
			return nil
		case "td", "th":
			if strings.TrimSpace(w.cur.String()) != "" {
				w.put(" | ", style{})
			}
			block = false
		case "sup":
			w.sup = w.sup || strings.TrimSpace(w.cur.String()) == "" && n.FirstChild != nil && n.FirstChild.Type == html.TextNode && startsDigit(n.FirstChild.Data)
			w.cur.WriteByte(' ')
		}
	}
	if block && !w.tight {
		w.end(true)
	}
	if n.Data == "li" && n.Type == html.ElementNode {
		w.cur.WriteString("- ")
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if err := w.walk(k, depth+1, st); err != nil {
			return err
		}
	}
	if number {
		w.cur.WriteByte(' ')
		w.tight = true
	} else if block && !w.tight {
		w.end(true)
	}
	return nil
}

func startsDigit(s string) bool {
	for _, r := range strings.TrimSpace(s) {
		return unicode.IsDigit(r)
	}
	return false
}

// looksBinary reports bytes of another format under the name of a page.
func looksBinary(b []byte) bool {
	return bytes.HasPrefix(b, []byte("%PDF")) || bytes.HasPrefix(b, []byte("PK\x03\x04"))
}
