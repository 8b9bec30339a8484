package legaltext

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/fault"
	"merida/internal/pdf"
)

// Limits of a PDF; the largest national codes print below 1,000 pages.
const (
	maxPDF         = 50 << 20
	maxPDFPages    = 2_000
	maxPDFUnpacked = 192 << 20
	maxPDFLetters  = 8_000_000
)

// maxUnknown is the share of letters without a character above which a text layer is not believed.
const maxUnknown = 0.15

func notPDF(err error) error {
	return &fault.Error{Kind: fault.Invalid, Key: "legaltext.error.not_pdf", Err: err}
}

// pdfLines reads the text layer of a PDF as lines: without headers, footers and page
// numbers, columns one after another, lines in bold marked. Where columns hold the same law in
// several languages, the one in the language of the record is taken.
func pdfLines(ctx context.Context, l string, b []byte) ([]line, []Warning, error) {
	if len(b) > maxPDF {
		return nil, nil, fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": maxPDF >> 20})
	}
	pages, err := pdf.Read(ctx, b, pdf.Limits{Pages: maxPDFPages, Unpacked: maxPDFUnpacked, Letters: maxPDFLetters})
	switch {
	case errors.Is(err, pdf.ErrEncrypted):
		return nil, nil, fault.New(fault.Invalid, "legaltext.error.pdf_password", nil)
	case errors.Is(err, pdf.ErrTooLarge):
		return nil, nil, fault.New(fault.TooLarge, "legaltext.error.pdf_size", fault.Args{"limit": maxPDFPages})
	case errors.Is(err, context.DeadlineExceeded):
		return nil, nil, fault.New(fault.TooLarge, "legaltext.error.slow", nil)
	case errors.Is(err, pdf.ErrNotPDF):
		return nil, nil, notPDF(err)
	case err != nil:
		return nil, nil, err
	}
	letters, unknown, bare := 0, 0, 0
	for _, p := range pages {
		letters += p.Letters
		unknown += p.Unknown
		if p.Letters < 10 {
			bare++
		}
	}
	if letters < 20 {
		return nil, nil, fault.New(fault.Invalid, "legaltext.error.pdf_scan", fault.Args{"n": len(pages)})
	}
	x := &pdfText{lang: l}
	for _, p := range pages {
		x.page(p)
	}
	if float64(unknown) > maxUnknown*float64(letters) || x.strange() {
		return nil, nil, fault.New(fault.Invalid, "legaltext.error.pdf_garbled", nil)
	}
	x.furniture()
	lines, columns := x.flow()
	var notes []Warning
	if bare > 0 {
		notes = append(notes, Warning{"legaltext.warning.pdf_bare", fault.Args{"n": bare}})
	}
	if columns > 0 {
		notes = append(notes, Warning{"legaltext.warning.columns", fault.Args{"n": columns}})
	}
	if Unsure(PDF, l) {
		notes = append(notes, Warning{"legaltext.warning.verify", nil})
	}
	return lines, notes, nil
}

// Unsure reports that a text of this format and language is to be verified against its original: in PDF the
// order of right-to-left letters is known only from where they stand, and no extractor is reliable there.
func Unsure(format, base string) bool {
	switch base {
	case "ar", "fa", "ur", "he", "ps", "ug", "ku", "sd", "yi", "dv":
		return format == PDF
	}
	return false
}

// pdfRow is one line of a page.
type pdfRow struct {
	runs   []pdf.Run
	y      float64
	size   float64
	column int
	bold   bool
	text   string
	drop   bool
}

// pdfText holds the rows of all pages, from the top of each.
type pdfText struct {
	lang    string
	pages   [][]pdfRow
	private int // signs that only the font knows
}

// page puts the runs of a page together in rows, by column.
func (x *pdfText) page(p pdf.Page) {
	var rows []pdfRow
	rtl := Unsure(PDF, x.lang)
	for _, r := range p.Runs {
		r.Text = strings.TrimSpace(strings.Map(func(c rune) rune {
			switch {
			case c == 'ـ': // it only stretches a line
				return -1
			case unicode.Is(unicode.Co, c): // a sign of the font's own, a vowel mark for the most part
				x.private++
				return -1
			}
			return c
		}, norm.NFKC.String(r.Text)))
		if r.Text == "" {
			continue
		}
		n := len(rows)
		at := -1
		for i := n - 1; i >= max(0, n-4); i-- {
			if rows[i].column == r.Column && rows[i].y == r.Y || rows[i].column == r.Column && abs(rows[i].y-r.Y) < 0.4*r.Size {
				at = i
				break
			}
		}
		if at < 0 {
			rows = append(rows, pdfRow{y: r.Y, column: r.Column, bold: true})
			at = n
		}
		row := &rows[at]
		row.runs = append(row.runs, r)
		row.bold = row.bold && r.Bold
		row.size = max(row.size, r.Size)
	}
	for i := range rows {
		row := &rows[i]
		if rtl {
			slices.Reverse(row.runs)
		}
		parts := make([]string, len(row.runs))
		for j, r := range row.runs {
			parts[j] = r.Text
		}
		row.text = strings.Join(parts, " ")
	}
	x.pages = append(x.pages, rows)
}

func abs(f float64) float64 {
	if f < 0 {
		return -f
	}
	return f
}

// strange reports a text layer that extracts as signs, or in another script than the language's.
func (x *pdfText) strange() bool {
	letters, own, signs, all := 0, 0, x.private, x.private
	var script *unicode.RangeTable
	switch {
	case Unsure(PDF, x.lang) && x.lang != "he" && x.lang != "yi" && x.lang != "dv":
		script = unicode.Arabic
	case x.lang == "ru" || x.lang == "uk" || x.lang == "bg" || x.lang == "kk" || x.lang == "mk":
		script = unicode.Cyrillic
	case x.lang == "zh":
		script = unicode.Han
	}
	for _, rows := range x.pages {
		for _, row := range rows {
			for _, r := range row.text {
				if r == ' ' {
					continue
				}
				all++
				switch {
				case unicode.IsLetter(r):
					letters++
					if script != nil && unicode.Is(script, r) {
						own++
					}
				case unicode.Is(unicode.So, r) || r == utf8.RuneError:
					signs++
				}
			}
		}
	}
	return signs*5 > all || letters*3 < all || script != nil && own*5 < letters
}

// furniture drops headers, footers and page numbers: lines at the edges of the pages that come again
// on others but for their numbers, and lone numbers.
func (x *pdfText) furniture() {
	const edge = 4
	count := map[string]int{}
	edges := func(rows []pdfRow, each func(*pdfRow)) {
		for i := range rows {
			if i < edge || i >= len(rows)-edge {
				each(&rows[i])
			}
		}
	}
	exact := map[string]int{}
	for _, rows := range x.pages {
		seen := map[string]bool{}
		edges(rows, func(r *pdfRow) {
			if k := furnitureKey(r.text); !seen[k] {
				seen[k] = true
				count[k]++
				exact[r.text]++
			}
		})
	}
	shown := map[string]bool{}
	enough := max(2, len(x.pages)/5)
	for _, rows := range x.pages {
		is := func(r *pdfRow) bool {
			if pageNumber(r.text) {
				return true
			}
			if utf8.RuneCountInString(r.text) > 160 {
				return false
			}
			if _, mark := findMark(r.text, x.lang); mark { // the division of the page, printed above each of its pages
				first := !shown[r.text]
				shown[r.text] = true
				return exact[r.text] >= 4 && !first
			}
			return count[furnitureKey(r.text)] >= enough
		}
		// From the edge inwards, as long as it is furniture; a stray line of text ends it.
		for i := 0; i < min(edge, len(rows)) && is(&rows[i]); i++ {
			rows[i].drop = true
		}
		for i := len(rows) - 1; i >= max(0, len(rows)-edge) && is(&rows[i]); i-- {
			rows[i].drop = true
		}
	}
}

// furnitureKey is a line without its numbers and spaces.
func furnitureKey(s string) string {
	var b strings.Builder
	for _, r := range fold(s) {
		switch {
		case unicode.IsDigit(r):
			if !strings.HasSuffix(b.String(), "#") {
				b.WriteByte('#')
			}
		case !unicode.IsSpace(r):
			b.WriteRune(r)
		}
		if b.Len() > 200 {
			break
		}
	}
	return strings.Trim(b.String(), "#") // the number of the page stands at either end
}

// pageNumber reports a line that is a number and no more: "12", "– 12 –", "xii", "Page 3 of 9".
func pageNumber(s string) bool {
	s = strings.Trim(fold(s), " -–—.|[]()/")
	if s == "" {
		return true
	}
	if roman(strings.ToUpper(s)) > 0 && len(s) < 7 && s != "i" {
		return true
	}
	for _, w := range strings.Fields(s) {
		if strings.TrimFunc(w, unicode.IsDigit) == "" || w == "/" || pageWords[w] {
			continue
		}
		return false
	}
	return strings.ContainsFunc(s, unicode.IsDigit) && utf8.RuneCountInString(s) < 24
}

var pageWords = map[string]bool{"page": true, "of": true, "de": true, "sur": true, "pagina": true, "seite": true, "von": true, "стр": true, "из": true, "صفحه": true, "من": true, "第": true, "页": true, "共": true, "p": true}

// flow puts the rows of the columns one after another. columns is how many columns in other languages were left out.
func (x *pdfText) flow() (out []line, columns int) {
	per, cols := map[int][]pdfRow{}, 0
	for _, rows := range x.pages {
		for _, r := range rows {
			if !r.drop {
				per[r.column] = append(per[r.column], r)
				cols = max(cols, r.column)
			}
		}
	}
	only := 0
	if cols > 1 {
		only = x.parallel(per, cols)
	}
	var rows []pdfRow
	for _, page := range x.pages {
		order := pdfOrder(page, cols, Unsure(PDF, x.lang))
		for _, r := range order {
			if !r.drop && (only == 0 || r.column == only || r.column == 0) {
				rows = append(rows, r)
			}
		}
		if n := len(rows); n > 0 {
			rows = append(rows, pdfRow{}) // the page ends
		}
	}
	if only > 0 {
		columns = cols - 1
	}
	return x.lines(rows), columns
}

// pdfOrder gives the rows of a page in reading order: what goes across parts the page in bands, in
// each of which the columns follow one another.
func pdfOrder(rows []pdfRow, cols int, rtl bool) []pdfRow {
	if cols < 2 {
		return rows
	}
	var out, band []pdfRow
	flush := func() {
		for c := 1; c <= cols; c++ {
			want := c
			if rtl {
				want = cols + 1 - c
			}
			for _, r := range band {
				if r.column == want {
					out = append(out, r)
				}
			}
		}
		band = band[:0]
	}
	for _, r := range rows {
		if r.column == 0 {
			flush()
			out = append(out, r)
		} else {
			band = append(band, r)
		}
	}
	flush()
	return out
}

// stop words tell languages apart where columns hold translations of one another.
var stop = map[string][]string{
	"en": {"the", "of", "and", "or", "shall", "any", "by", "to", "in"},
	"fr": {"le", "la", "les", "des", "du", "et", "ou", "par", "une"},
	"es": {"el", "los", "las", "del", "y", "por", "una", "que", "con"},
	"pt": {"o", "os", "da", "do", "das", "dos", "e", "por", "uma"},
	"de": {"der", "die", "das", "und", "oder", "den", "des", "von", "nach"},
	"nl": {"de", "het", "een", "van", "en", "of", "door", "met", "aan"},
	"it": {"il", "della", "dei", "gli", "e", "che", "per", "delle", "di"},
	"sw": {"ya", "na", "kwa", "wa", "au", "katika", "la", "cha", "za"},
	"rw": {"ya", "mu", "ku", "cyangwa", "na", "iri", "wa", "rya", "by"},
	"ru": {"и", "в", "на", "по", "или", "с", "за", "к", "не"},
	"ar": {"في", "من", "على", "أو", "إلى", "عن", "هذا", "التي", "لا"},
}

// parallel gives the column that holds the language of the record where the columns hold different
// languages; 0 where the text simply runs on from column to column.
func (x *pdfText) parallel(per map[int][]pdfRow, cols int) int {
	share := func(c int, l string) float64 {
		n, hits := 0, 0
		for _, r := range per[c] {
			for w := range strings.FieldsSeq(strings.ToLower(r.text)) {
				n++
				if slices.Contains(stop[l], strings.Trim(w, ".,;:()")) {
					hits++
				}
			}
		}
		if n < 40 {
			return 0
		}
		return float64(hits) / float64(n)
	}
	if stop[x.lang] == nil {
		return 0
	}
	best, top, second := 0, 0.0, 0.0
	for c := 1; c <= cols; c++ {
		switch s := share(c, x.lang); {
		case s > top:
			best, top, second = c, s, top
		case s > second:
			second = s
		}
	}
	if top > 0.08 && second < top/2 {
		return best
	}
	return 0
}

// lines makes the lines that the tree is built of: a blank one where a paragraph ends.
func (x *pdfText) lines(rows []pdfRow) (out []line) {
	lead := x.leading(rows)
	words := map[string]bool{}
	for _, r := range rows {
		for w := range strings.FieldsSeq(r.text) {
			if strings.Contains(w, "-") {
				words[strings.ToLower(strings.Trim(w, ".,;:()"))] = true
			}
		}
	}
	left := x.margins(rows)
	var last *pdfRow
	ended := false // a page ended since the last row
	for i := range rows {
		r := &rows[i]
		if r.text == "" {
			ended = true
			continue
		}
		blank := false
		if last != nil {
			gap := last.y - r.y
			switch {
			case ended || gap <= 0:
				blank = endsSentence(last.text) || r.bold != last.bold
			default:
				blank = gap > 1.3*lead[int(r.size)] && gap > 1.15*r.size || r.bold != last.bold || abs(r.size-last.size) > 0.15*r.size
			}
			if !blank && endsSentence(last.text) && !Unsure(PDF, x.lang) && r.runs[0].X0 > left[r.column]+1.2*r.size {
				blank = true // an indented line after the end of a sentence
			}
		}
		if blank {
			out = append(out, line{})
		}
		n := len(out)
		if !blank && n > 0 && r.bold && last.bold && x.heading(out[n-1].s, r.text) {
			out[n-1].s += " " + squeeze(r.text)
			last, ended = r, false
			continue
		}
		if !blank && n > 0 && joinsWord(out[n-1].s, r.text, words) {
			out[n-1].s = strings.TrimSuffix(out[n-1].s, "-")
			first, rest, _ := strings.Cut(r.text, " ")
			out[n-1].s += first
			if rest != "" {
				out = append(out, line{s: rest, bold: r.bold})
			}
		} else {
			out = append(out, line{s: squeeze(r.text), bold: r.bold})
		}
		last, ended = r, false
	}
	return out
}

// heading reports that a line in bold goes on the heading of the division that the line in bold above it names.
func (x *pdfText) heading(above, s string) bool {
	m, ok := findMark(above, x.lang)
	if !ok || m.rest == "" || utf8.RuneCountInString(above)+utf8.RuneCountInString(s) > maxHeading {
		return false
	}
	_, next := findMark(s, x.lang)
	return !next
}

// joinsWord reports that a line ends within a word that the hyphen merely parts at the margin: no
// word of this text is written with the hyphen elsewhere.
func joinsWord(before, after string, hyphened map[string]bool) bool {
	if !strings.HasSuffix(before, "-") || len(before) < 3 {
		return false
	}
	first, _, _ := strings.Cut(after, " ")
	r, _ := utf8.DecodeRuneInString(first)
	prev, _ := utf8.DecodeLastRuneInString(strings.TrimSuffix(before, "-"))
	if !unicode.IsLower(r) || !unicode.IsLetter(prev) {
		return false
	}
	head := before[strings.LastIndexByte(before, ' ')+1:]
	if compounds[strings.ToLower(strings.TrimSuffix(head, "-"))] {
		return false
	}
	return !hyphened[strings.ToLower(strings.Trim(head+first, ".,;:()"))]
}

// compounds are first halves that English and French write with a hyphen.
var compounds = map[string]bool{"non": true, "self": true, "cross": true, "anti": true, "high": true, "long": true, "short": true, "well": true, "vice": true, "sous": true, "ex": true}

// leading is the usual distance between the lines of a size, in points by the size in whole points.
func (x *pdfText) leading(rows []pdfRow) map[int]float64 {
	gaps := map[int]map[int]int{}
	for i := 1; i < len(rows); i++ {
		a, b := rows[i-1], rows[i]
		if g := a.y - b.y; a.text != "" && b.text != "" && a.column == b.column && g > 0.5*b.size && g < 3*b.size {
			s := int(b.size)
			if gaps[s] == nil {
				gaps[s] = map[int]int{}
			}
			gaps[s][int(g*2+0.5)]++
		}
	}
	out := map[int]float64{}
	for s, g := range gaps {
		best := 0
		for k, n := range g {
			if best == 0 || n > g[best] || n == g[best] && k < best {
				best = k
			}
		}
		out[s] = float64(best) / 2
	}
	return out
}

// margins is where most lines of a column begin.
func (x *pdfText) margins(rows []pdfRow) map[int]float64 {
	count := map[int]map[int]int{}
	for _, r := range rows {
		if r.text == "" {
			continue
		}
		if count[r.column] == nil {
			count[r.column] = map[int]int{}
		}
		count[r.column][int(r.runs[0].X0/3)]++
	}
	out := map[int]float64{}
	for c, at := range count {
		best := -1
		for k, n := range at {
			if best < 0 || n > at[best] || n == at[best] && k < best {
				best = k
			}
		}
		out[c] = float64(best) * 3
	}
	return out
}
