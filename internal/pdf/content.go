package pdf

import (
	"bytes"
	"errors"
	"math"
)

// Letter is what one code of a font shows, at its place on the upright page; units are points, y grows upwards.
type Letter struct {
	S         string // may be several characters; empty when the font does not tell
	X0, X1, Y float64
	Size      float64
	Bold      bool
	Unknown   bool
	seq       int
}

type matrix [6]float64

func (m matrix) mul(n matrix) matrix {
	return matrix{m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3], m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3], m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5]}
}

var unit = matrix{1, 0, 0, 1, 0, 0}

// state is the part of the graphics state that text needs.
type state struct {
	ctm                              matrix
	font                             *font
	size, char, word, scale, lead, y float64
}

// interpreter walks the content of one page.
type interpreter struct {
	f       *file
	fonts   map[any]*font
	out     []Letter
	limit   int
	st      state
	stack   []state
	tm, tlm matrix
	work    int
	calls   int
	hidden  int // depth of marked content that is no text of the document
	marks   []bool
}

const (
	maxWork  = 10_000_000 // operands and operators of one page with its forms
	maxCalls = 20_000     // of forms on one page
	maxForms = 12
	maxStack = 200
)

// letters runs the content of a page. What stands upright on the page is given; turned letters are watermarks and stamps.
func (f *file) letters(p page, fonts map[any]*font, limit int) ([]Letter, error) {
	in := &interpreter{f: f, fonts: fonts, limit: limit, st: state{ctm: turned(p), scale: 1}, tm: unit, tlm: unit}
	var body []byte
	add := func(o any) error {
		if s, ok := f.get(o).(*stream); ok {
			b, err := f.data(s)
			if err != nil && !errors.Is(err, errFilter) {
				return err
			}
			body = append(append(body, b...), '\n')
		}
		return nil
	}
	if a := f.array(p.dict["Contents"]); a != nil {
		for _, o := range a {
			if err := add(o); err != nil {
				return nil, err
			}
		}
	} else if err := add(p.dict["Contents"]); err != nil {
		return nil, err
	}
	err := in.run(body, p.resources, 0)
	return in.out, err
}

// turned brings a page to the way it is read.
func turned(p page) matrix {
	x0, y0, x1, y1 := min(p.box[0], p.box[2]), min(p.box[1], p.box[3]), max(p.box[0], p.box[2]), max(p.box[1], p.box[3])
	switch p.rotate {
	case 1:
		return matrix{0, -1, 1, 0, -y0, x1}
	case 2:
		return matrix{-1, 0, 0, -1, x1, y1}
	case 3:
		return matrix{0, 1, -1, 0, y1, -x0}
	}
	return matrix{1, 0, 0, 1, -x0, -y0}
}

func (in *interpreter) run(b []byte, resources dict, depth int) error {
	l := &lexer{b: b}
	var args []any
	num := func(i int) float64 {
		if i < len(args) {
			v, _ := args[i].(float64)
			return v
		}
		return 0
	}
	last := func() any {
		if len(args) == 0 {
			return nil
		}
		return args[len(args)-1]
	}
	base := len(in.stack)
	for {
		if in.work++; in.work > maxWork {
			return ErrTooLarge
		}
		if in.work&0xfff == 0 && in.f.ctx.Err() != nil {
			return in.f.ctx.Err()
		}
		o, ok := l.next(0)
		if !ok {
			break
		}
		op, isOp := o.(word)
		if !isOp {
			if args = append(args, o); len(args) > 64 {
				args = args[1:]
			}
			continue
		}
		st := &in.st
		switch op {
		case "q":
			if len(in.stack) < maxStack {
				in.stack = append(in.stack, *st)
			}
		case "Q":
			if n := len(in.stack); n > base {
				*st, in.stack = in.stack[n-1], in.stack[:n-1]
			}
		case "cm":
			st.ctm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}.mul(st.ctm)
		case "BT":
			in.tm, in.tlm = unit, unit
		case "Tf":
			if n, ok := firstOf(args).(name); ok {
				st.font = in.fontNamed(resources, n)
			}
			st.size = num(1)
		case "Tc":
			st.char = num(0)
		case "Tw":
			st.word = num(0)
		case "Tz":
			st.scale = num(0) / 100
		case "TL":
			st.lead = num(0)
		case "Ts":
			st.y = num(0)
		case "Td":
			in.move(num(0), num(1))
		case "TD":
			st.lead = -num(1)
			in.move(num(0), num(1))
		case "Tm":
			in.tm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}
			in.tlm = in.tm
		case "T*":
			in.move(0, -st.lead)
		case "'", "\"":
			if op == "\"" {
				st.word, st.char = num(0), num(1)
			}
			in.move(0, -st.lead)
			if t, ok := last().(text); ok {
				in.show(t)
			}
		case "Tj":
			if t, ok := last().(text); ok {
				in.show(t)
			}
		case "TJ":
			a, _ := last().(array)
			for _, x := range a {
				switch x := x.(type) {
				case text:
					in.show(x)
				case float64:
					in.tm = matrix{1, 0, 0, 1, -x / 1000 * st.size * st.scale, 0}.mul(in.tm)
				}
			}
		case "BMC", "BDC":
			n, _ := firstOf(args).(name)
			in.marks = append(in.marks, n == "Artifact")
			if n == "Artifact" {
				in.hidden++
			}
		case "EMC":
			if n := len(in.marks); n > 0 {
				if in.marks[n-1] {
					in.hidden--
				}
				in.marks = in.marks[:n-1]
			}
		case "Do":
			if n, ok := last().(name); ok && depth < maxForms {
				if err := in.form(resources, n, depth); err != nil {
					return err
				}
			}
		case "ID": // the bytes of a picture
			if i := endOfImage(b[min(l.pos, len(b)):]); i >= 0 {
				l.pos += i
			} else {
				l.pos = len(b)
			}
		}
		if len(in.out) > in.limit {
			return ErrTooLarge
		}
		args = args[:0]
	}
	in.stack = in.stack[:base]
	return nil
}

func firstOf(args []any) any {
	if len(args) == 0 {
		return nil
	}
	return args[0]
}

// endOfImage finds what follows the word EI, which stands alone.
func endOfImage(b []byte) int {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("EI"))
		if i < 0 {
			return -1
		}
		at += i + 2
		if i := at - 2; i > 0 && space(b[i-1]) && (at == len(b) || space(b[at])) {
			return at
		}
	}
}

func (in *interpreter) move(x, y float64) {
	in.tlm = matrix{1, 0, 0, 1, x, y}.mul(in.tlm)
	in.tm = in.tlm
}

func (in *interpreter) fontNamed(resources dict, n name) *font {
	o := in.f.dict(resources["Font"])[n]
	if o == nil {
		return nil
	}
	var key any = n
	if r, ok := o.(ref); ok {
		key = r
		if ft, ok := in.fonts[key]; ok {
			return ft
		}
	}
	d := in.f.dict(o)
	if d == nil {
		return nil
	}
	ft := in.f.loadFont(d)
	if _, isRef := key.(ref); isRef {
		in.fonts[key] = ft
	}
	return ft
}

func (in *interpreter) form(resources dict, n name, depth int) error {
	s, ok := in.f.get(in.f.dict(resources["XObject"])[n]).(*stream)
	if !ok || in.f.name(s.dict["Subtype"]) != "Form" {
		return nil
	}
	if in.calls++; in.calls > maxCalls {
		return ErrTooLarge
	}
	b, err := in.f.data(s)
	if err != nil {
		if errors.Is(err, errFilter) {
			return nil
		}
		return err
	}
	kept := in.st
	tm, tlm := in.tm, in.tlm
	if m := in.f.array(s.dict["Matrix"]); len(m) == 6 {
		var x matrix
		for i := range x {
			x[i] = in.f.num(m[i])
		}
		in.st.ctm = x.mul(in.st.ctm)
	}
	own := in.f.dict(s.dict["Resources"])
	if own == nil {
		own = resources
	}
	err = in.run(b, own, depth+1)
	in.st, in.tm, in.tlm = kept, tm, tlm
	return err
}

// show places the letters of a string.
func (in *interpreter) show(t text) {
	st := &in.st
	if st.font == nil {
		return
	}
	st.font.read(t, func(g glyph) {
		m := matrix{st.size * st.scale, 0, 0, st.size, 0, st.y}.mul(in.tm).mul(st.ctm)
		size := math.Hypot(m[2], m[3])
		upright := math.Abs(m[1]) < 0.05*math.Abs(m[0])+1e-9 && size > 0 && size < 2000
		advance := g.width*st.size + st.char
		if g.space {
			advance += st.word
		}
		if upright && in.hidden == 0 && len(in.out) <= in.limit && !math.IsNaN(m[4]) && math.Abs(m[4]) < 1e6 && math.Abs(m[5]) < 1e6 {
			x0, x1 := m[4], m[4]+g.width*m[0]
			in.out = append(in.out, Letter{S: g.s, X0: min(x0, x1), X1: max(x0, x1), Y: m[5], Size: size, Bold: st.font.bold, Unknown: !g.known, seq: len(in.out)})
		}
		in.tm = matrix{1, 0, 0, 1, advance * st.scale, 0}.mul(in.tm)
	})
}
