package pdf

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Run is a piece of a line that no wide gap parts, in reading order; units are points, Y is the base line and grows upwards.
type Run struct {
	Column          int // from 1 at the left; 0 where the page has no columns or the line goes across them
	X0, X1, Y, Size float64
	Bold            bool // all of it
	Text            string
}

// Page is one page, upright: its runs from the top, those of one line from the left.
type Page struct {
	Width, Height float64
	Runs          []Run
	Columns       int // 0 when the text is set in one
	Letters       int // codes that show something
	Unknown       int // those of them that no character is known for
}

// Read takes the text of every page. Errors are ErrNotPDF, ErrEncrypted, ErrTooLarge or that of the context.
func Read(ctx context.Context, b []byte, lim Limits) (pages []Page, err error) {
	defer func() {
		if r := recover(); r != nil { // no bytes may end the program that reads them
			pages, err = nil, fmt.Errorf("%w: %v", ErrNotPDF, r)
		}
	}()
	f, err := open(ctx, b, lim.Unpacked)
	if err != nil {
		return nil, err
	}
	ps, err := f.pages(lim.Pages)
	if err != nil {
		return nil, err
	}
	if len(ps) == 0 {
		return nil, ErrNotPDF
	}
	fonts, left := map[any]*font{}, lim.Letters
	var gutters []gutter
	for _, p := range ps {
		ls, err := f.letters(p, fonts, left)
		if err != nil {
			if errors.Is(err, errFilter) {
				err = ErrNotPDF
			}
			return nil, err
		}
		left -= len(ls)
		w, h := p.box[2]-p.box[0], p.box[3]-p.box[1]
		if p.rotate%2 == 1 {
			w, h = h, w
		}
		out := Page{Width: max(w, -w), Height: max(h, -h)}
		rows := rowsOf(ls)
		gutters = findGutters(rows, out.Width, gutters)
		for _, row := range rows {
			out.Runs = append(out.Runs, cutColumns(row, gutters)...)
		}
		if len(gutters) > 0 {
			out.Columns = len(gutters) + 1
		}
		for _, l := range ls {
			if strings.TrimSpace(l.S) != "" || l.Unknown {
				out.Letters++
			}
			if l.Unknown {
				out.Unknown++
			}
		}
		pages = append(pages, out)
	}
	return pages, nil
}

// rowsOf puts letters together in lines, from the top.
func rowsOf(ls []Letter) [][]Letter {
	kept := ls[:0:0]
	for i, l := range ls {
		if l.S == "" || l.Unknown {
			continue
		}
		// A mark above or below a letter goes with the letter before it.
		if r := []rune(l.S); len(r) == 1 && unicode.Is(unicode.Mn, r[0]) && len(kept) > 0 && i > 0 {
			kept[len(kept)-1].S += l.S
			continue
		}
		kept = append(kept, l)
	}
	sort.SliceStable(kept, func(i, j int) bool { return kept[i].Y > kept[j].Y })
	var out [][]Letter
	for i := 0; i < len(kept); {
		j, size := i, kept[i].Size
		for j < len(kept) && kept[i].Y-kept[j].Y < 0.4*max(size, kept[j].Size*0.8) {
			size = max(size, kept[j].Size)
			j++
		}
		out = append(out, kept[i:j])
		i = j
	}
	return out
}

// cutRow cuts a line at wide gaps.
func cutRow(row []Letter) (out []Run) {
	sort.SliceStable(row, func(i, j int) bool { return row[i].X0 < row[j].X0 })
	var part []Letter
	end := 0.0
	flush := func() {
		if r, ok := run(part); ok {
			out = append(out, r)
		}
		part = part[:0:0]
	}
	for _, l := range row {
		if strings.TrimSpace(l.S) == "" && len(part) > 0 && l.X1 <= end+0.03*l.Size {
			continue // a space under a letter, as some writers of ligatures leave it
		}
		if n := len(part); n > 0 {
			p := &part[n-1]
			if p.S == l.S && l.X0-p.X0 < 0.12*l.Size && strings.TrimSpace(l.S) != "" { // printed twice to look bold
				p.Bold = true
				continue
			}
			if strings.TrimSpace(l.S) != "" && l.X0-end > max(1.5*l.Size, 8) {
				flush()
			}
		}
		part = append(part, l)
		if strings.TrimSpace(l.S) != "" {
			end = l.X1
		} else if len(part) == 1 {
			part = part[:0]
		}
	}
	flush()
	return out
}

func run(ls []Letter) (Run, bool) {
	rtl, ltr := 0, 0
	r := Run{Bold: true}
	spaces := false
	for _, l := range ls {
		for _, c := range l.S {
			switch {
			case rightToLeft(c):
				rtl++
			case unicode.IsLetter(c):
				ltr++
			}
		}
		spaces = spaces || strings.TrimSpace(l.S) == ""
		if strings.TrimSpace(l.S) == "" {
			continue
		}
		if l.Size > r.Size {
			r.Size, r.Y = l.Size, l.Y
		}
		if r.X1 == 0 {
			r.X0 = l.X0
		}
		r.X1 = max(r.X1, l.X1)
		r.Bold = r.Bold && l.Bold
	}
	if r.Size == 0 {
		return r, false
	}
	share := 0.17
	if spaces {
		share = 0.28
	}
	if rtl > ltr {
		r.Text = backwards(ls, share)
	} else {
		r.Text = forwards(ls, share)
	}
	r.Text = strings.Join(strings.Fields(r.Text), " ")
	return r, r.Text != ""
}

func forwards(ls []Letter, share float64) string {
	var b strings.Builder
	for i, l := range ls {
		if i > 0 && l.X0-ls[i-1].X1 > share*l.Size {
			b.WriteByte(' ')
		}
		b.WriteString(l.S)
	}
	return b.String()
}

// backwards reads a line from the right; numbers and words of other scripts within it keep their own direction.
func backwards(ls []Letter, share float64) string {
	var b strings.Builder
	for i := len(ls) - 1; i >= 0; i-- {
		if i+1 < len(ls) && ls[i+1].X0-ls[i].X1 > share*ls[i].Size {
			b.WriteByte(' ')
		}
		if !leftToRight(ls[i].S) {
			b.WriteString(ls[i].S)
			continue
		}
		from := i
		for from > 0 && (leftToRight(ls[from-1].S) || from > 1 && inNumber(ls[from-1].S) && leftToRight(ls[from-2].S)) && ls[from].X0-ls[from-1].X1 <= share*ls[i].Size {
			from--
		}
		b.WriteString(forwards(ls[from:i+1], share))
		i = from
	}
	s := b.String()
	// Where brackets come out closed before they open, the font names what it draws, not what is meant.
	if o, c := strings.IndexAny(s, "("), strings.IndexAny(s, ")"); c >= 0 && (o < 0 || c < o) {
		s = mirror.Replace(s)
	}
	return s
}

var mirror = strings.NewReplacer("(", ")", ")", "(", "[", "]", "]", "[", "«", "»", "»", "«")

func rightToLeft(r rune) bool {
	return unicode.Is(unicode.Arabic, r) && unicode.IsLetter(r) || unicode.Is(unicode.Hebrew, r)
}

// leftToRight tells by the first sign of a piece.
func leftToRight(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsDigit(r) || unicode.IsLetter(r) && !rightToLeft(r)
}

func inNumber(s string) bool {
	return s == "." || s == "," || s == "/" || s == "-" || s == ":" || s == "٫" || s == "٬"
}
