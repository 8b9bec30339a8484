package pdf

import (
	"unicode/utf16"
)

// codes is a CMap (section 9.7.5): how bytes become codes, and codes become characters of a
// font (cid) or of Unicode (to).
type codes struct {
	spaces []codespace
	to     map[uint32]string
	ranges []codeRange
	cid    map[uint32]int
	cids   []cidRange
	two    bool // every code is two bytes, and is the cid itself
}

type codespace struct {
	n      int
	lo, hi uint32
}

type codeRange struct {
	lo, hi uint32
	first  []uint16 // UTF-16 of lo; the last unit counts up
}

type cidRange struct {
	lo, hi uint32
	cid    int
}

const maxCodes = 200_000 // entries of one CMap

func value(t text) (v uint32) {
	for _, c := range t[:min(len(t), 4)] {
		v = v<<8 | uint32(c)
	}
	return v
}

func units(t text) []uint16 {
	if len(t) == 1 {
		return []uint16{uint16(t[0])}
	}
	var out []uint16
	for i := 0; i+1 < len(t) && i < 64; i += 2 {
		out = append(out, uint16(t[i])<<8|uint16(t[i+1]))
	}
	return out
}

// readCMap reads the operators that map codes; the rest of the PostScript is passed over.
func readCMap(b []byte) *codes {
	c := &codes{to: map[uint32]string{}, cid: map[uint32]int{}}
	l := &lexer{b: b}
	var args []any
	n := 0
	for {
		o, ok := l.next(0)
		if !ok {
			return c
		}
		w, isWord := o.(word)
		if !isWord {
			if args = append(args, o); len(args) > 400 {
				args = args[1:]
			}
			continue
		}
		switch w {
		case "begincodespacerange", "beginbfchar", "beginbfrange", "begincidrange", "begincidchar":
			args = nil
			for n < maxCodes {
				o, ok := l.next(0)
				if !ok {
					return c
				}
				if _, end := o.(word); end {
					break
				}
				args = append(args, o)
				size := 3
				if w == "begincodespacerange" || w == "beginbfchar" || w == "begincidchar" {
					size = 2
				}
				if len(args) < size {
					continue
				}
				n++
				c.entry(w, args)
				args = nil
			}
		}
		args = nil
	}
}

func (c *codes) entry(w word, args []any) {
	lo, ok := args[0].(text)
	if !ok || len(lo) == 0 || len(lo) > 4 {
		return
	}
	switch w {
	case "begincodespacerange":
		if hi, ok := args[1].(text); ok && len(hi) == len(lo) {
			c.spaces = append(c.spaces, codespace{len(lo), value(lo), value(hi)})
		}
	case "beginbfchar":
		if t, ok := args[1].(text); ok {
			c.to[value(lo)] = string(utf16.Decode(units(t)))
		}
	case "begincidchar":
		if v, ok := args[1].(float64); ok {
			c.cid[value(lo)] = int(v)
		}
	case "beginbfrange":
		hi, ok := args[1].(text)
		if !ok {
			return
		}
		switch t := args[2].(type) {
		case text:
			if u := units(t); len(u) > 0 {
				c.ranges = append(c.ranges, codeRange{value(lo), value(hi), u})
			}
		case array:
			for i, x := range t {
				if s, ok := x.(text); ok && i < 65536 {
					c.to[value(lo)+uint32(i)] = string(utf16.Decode(units(s)))
				}
			}
		}
	case "begincidrange":
		hi, ok := args[1].(text)
		if v, isNum := args[2].(float64); ok && isNum {
			c.cids = append(c.cids, cidRange{value(lo), value(hi), int(v)})
		}
	}
}

// next cuts one code from the bytes of a string.
func (c *codes) next(b []byte) (code uint32, n int) {
	if c.two || len(c.spaces) == 0 {
		if len(b) == 1 {
			return uint32(b[0]), 1
		}
		return uint32(b[0])<<8 | uint32(b[1]), 2
	}
	for n := 1; n <= 4 && n <= len(b); n++ {
		v := value(b[:n])
		for _, s := range c.spaces {
			if s.n == n && v >= s.lo && v <= s.hi {
				return v, n
			}
		}
	}
	n = min(c.spaces[0].n, len(b))
	return value(b[:n]), n
}

func (c *codes) unicode(code uint32) (string, bool) {
	if s, ok := c.to[code]; ok {
		return s, true
	}
	for _, r := range c.ranges {
		if code >= r.lo && code <= r.hi {
			u := append([]uint16{}, r.first...)
			u[len(u)-1] += uint16(code - r.lo)
			return string(utf16.Decode(u)), true
		}
	}
	return "", false
}

func (c *codes) cidOf(code uint32) int {
	if v, ok := c.cid[code]; ok {
		return v
	}
	for _, r := range c.cids {
		if code >= r.lo && code <= r.hi {
			return r.cid + int(code-r.lo)
		}
	}
	return int(code)
}
