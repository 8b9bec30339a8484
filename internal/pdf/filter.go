package pdf

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
)

var errFilter = errors.New("a stream of a kind that holds no text")

// data unpacks a stream within what is left of the budget.
func (f *file) data(s *stream) ([]byte, error) {
	if f.ctx.Err() != nil {
		return nil, f.ctx.Err()
	}
	b := f.b[s.start:max(s.start, s.end)]
	if f.crypt != nil && s.dict["Type"] != name("XRef") {
		b = f.crypt.stream(b, s.num, s.gen, f.name(s.dict["Filter"]))
	}
	var filters, params array
	switch x := f.get(s.dict["Filter"]).(type) {
	case name:
		filters = array{x}
		params = array{s.dict["DecodeParms"]}
	case array:
		filters = x
		params = f.array(s.dict["DecodeParms"])
	}
	if len(filters) > 8 {
		return nil, errFilter
	}
	for i, x := range filters {
		var p dict
		if i < len(params) {
			p = f.dict(params[i])
		}
		var err error
		if b, err = f.filter(f.name(x), b, p); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func (f *file) filter(n name, b []byte, p dict) ([]byte, error) {
	limit := f.left
	var out []byte
	var err error
	switch n {
	case "FlateDecode", "Fl":
		out, err = inflate(b, limit)
	case "LZWDecode", "LZW":
		early := 1
		if p["EarlyChange"] != nil {
			early = int(f.num(p["EarlyChange"]))
		}
		out, err = unLZW(b, early, limit)
	case "ASCIIHexDecode", "AHx":
		l := lexer{b: b}
		out = l.hex()
	case "ASCII85Decode", "A85":
		out = un85(b)
	case "RunLengthDecode", "RL":
		out, err = runs(b, limit)
	case "Crypt":
		return b, nil
	default:
		return nil, errFilter
	}
	if err != nil {
		return nil, err
	}
	if f.left -= len(out); f.left < 0 {
		return nil, ErrTooLarge
	}
	if p != nil && f.num(p["Predictor"]) > 1 {
		out = unpredict(out, int(f.num(p["Predictor"])), int(max(1, f.num(p["Colors"]))), int(f.num(p["BitsPerComponent"])), int(max(1, f.num(p["Columns"]))))
	}
	return out, nil
}

// inflate unpacks zlib data; what a damaged end leaves is kept.
func inflate(b []byte, limit int) ([]byte, error) {
	if len(b) < 2 {
		return nil, nil
	}
	b = bytes.TrimLeft(b, "\r\n")
	for _, skip := range []int{2, 0} {
		if len(b) < skip {
			continue
		}
		out, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(b[skip:])), int64(limit)+1))
		if len(out) > limit {
			return nil, ErrTooLarge
		}
		if len(out) > 0 || err == nil {
			return out, nil
		}
	}
	return nil, nil
}

func unLZW(b []byte, early, limit int) ([]byte, error) {
	type entry struct {
		prev int
		c    byte
		n    int
	}
	table := make([]entry, 0, 4096)
	reset := func() {
		table = table[:0]
		for i := range 258 {
			table = append(table, entry{-1, byte(i), 1})
		}
	}
	reset()
	var out []byte
	width, last := 9, -1
	acc, bits := 0, 0
	word := func(code int) []byte {
		w := make([]byte, table[code].n)
		for i := len(w) - 1; i >= 0 && code >= 0; i-- {
			w[i] = table[code].c
			code = table[code].prev
		}
		return w
	}
	for _, c := range b {
		acc = (acc<<8 | int(c)) & 0xffffff
		bits += 8
		if bits < width {
			continue
		}
		bits -= width
		code := acc >> bits & (1<<width - 1)
		switch {
		case code == 256:
			reset()
			width, last = 9, -1
			continue
		case code == 257:
			return out, nil
		}
		var w []byte
		switch {
		case code < len(table):
			w = word(code)
		case code == len(table) && last >= 0:
			w = word(last)
			w = append(w, w[0])
		default:
			return out, nil
		}
		out = append(out, w...)
		if len(out) > limit {
			return nil, ErrTooLarge
		}
		if last >= 0 && len(table) < 4096 {
			table = append(table, entry{last, w[0], table[last].n + 1})
		}
		last = code
		switch n := len(table) + early; {
		case n >= 2048:
			width = 12
		case n >= 1024:
			width = 11
		case n >= 512:
			width = 10
		}
	}
	return out, nil
}

func un85(b []byte) []byte {
	var out []byte
	var group [5]byte
	n := 0
	for i, c := range b {
		switch {
		case c == '~':
			b = b[:i]
		case c == 'z' && n == 0:
			out = append(out, 0, 0, 0, 0)
			continue
		case c >= '!' && c <= 'u':
			group[n] = c - '!'
			n++
		}
		if c == '~' {
			break
		}
		if n == 5 {
			v := uint32(0)
			for _, g := range group {
				v = v*85 + uint32(g)
			}
			out = append(out, byte(v>>24), byte(v>>16), byte(v>>8), byte(v))
			n = 0
		}
	}
	if n > 1 {
		for i := n; i < 5; i++ {
			group[i] = 84
		}
		v := uint32(0)
		for _, g := range group {
			v = v*85 + uint32(g)
		}
		out = append(out, []byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}[:n-1]...)
	}
	return out
}

func runs(b []byte, limit int) ([]byte, error) {
	var out []byte
	for i := 0; i < len(b); {
		n := int(b[i])
		i++
		switch {
		case n == 128:
			return out, nil
		case n < 128:
			out = append(out, b[i:min(len(b), i+n+1)]...)
			i += n + 1
		case i < len(b):
			out = append(out, bytes.Repeat(b[i:i+1], 257-n)...)
			i++
		}
		if len(out) > limit {
			return nil, ErrTooLarge
		}
	}
	return out, nil
}

// unpredict undoes the predictors of PNG and TIFF (section 7.4.4.4).
func unpredict(b []byte, predictor, colors, bits, columns int) []byte {
	if bits == 0 {
		bits = 8
	}
	if colors > 32 || bits > 16 || columns > 1<<20 {
		return b
	}
	size := (colors*bits*columns + 7) / 8
	back := max(1, colors*bits/8)
	if predictor == 2 {
		if bits == 8 {
			for row := 0; row+size <= len(b); row += size {
				for i := back; i < size; i++ {
					b[row+i] += b[row+i-back]
				}
			}
		}
		return b
	}
	out := make([]byte, 0, len(b))
	above := make([]byte, size)
	for len(b) > 1 {
		kind := b[0]
		row := b[1:min(len(b), size+1)]
		b = b[1+len(row):]
		for i := range row {
			left, up, corner := 0, int(above[i]), 0
			if i >= back {
				left, corner = int(row[i-back]), int(above[i-back])
			}
			switch kind {
			case 1:
				row[i] += byte(left)
			case 2:
				row[i] += byte(up)
			case 3:
				row[i] += byte((left + up) / 2)
			case 4:
				p := left + up - corner
				a, c, d := abs(p-left), abs(p-up), abs(p-corner)
				switch {
				case a <= c && a <= d:
					row[i] += byte(left)
				case c <= d:
					row[i] += byte(up)
				default:
					row[i] += byte(corner)
				}
			}
		}
		copy(above, row)
		out = append(out, row...)
	}
	return out
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
