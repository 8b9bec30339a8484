package pdf

import (
	"bytes"
	"strconv"
)

// The objects of a file: nil, bool, float64, text (a string's bytes), name, array, dict, ref, *stream.
type (
	text  []byte
	name  string
	array []any
	dict  map[name]any
	ref   int // the generation says nothing once updates override each other by place
	word  string
)

type stream struct {
	dict
	start, end int // of the packed bytes in the file; end as the word endstream says
	num, gen   int // for decryption
}

const maxDepth = 64 // of arrays in dictionaries in arrays

// lexer reads objects from bytes.
type lexer struct {
	b   []byte
	pos int
}

func space(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func delim(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func (l *lexer) skip() {
	for l.pos < len(l.b) {
		switch c := l.b[l.pos]; {
		case space(c):
			l.pos++
		case c == '%':
			for l.pos < len(l.b) && l.b[l.pos] != '\n' && l.b[l.pos] != '\r' {
				l.pos++
			}
		default:
			return
		}
	}
}

// next reads one object; ok is false at the end. Words that are no objects (operators, R, obj) come as word.
func (l *lexer) next(depth int) (o any, ok bool) {
	l.skip()
	if l.pos >= len(l.b) {
		return nil, false
	}
	if depth > maxDepth {
		l.pos = len(l.b)
		return nil, false
	}
	switch c := l.b[l.pos]; c {
	case '/':
		l.pos++
		return l.name(), true
	case '(':
		l.pos++
		return l.text(), true
	case '<':
		if l.pos+1 < len(l.b) && l.b[l.pos+1] == '<' {
			l.pos += 2
			return l.dict(depth), true
		}
		l.pos++
		return l.hex(), true
	case '[':
		l.pos++
		var out array
		for {
			x, ok := l.next(depth + 1)
			if !ok || x == word("]") {
				return out, true
			}
			if x == word("R") && len(out) >= 2 {
				if n, isNum := out[len(out)-2].(float64); isNum {
					out = append(out[:len(out)-2], ref(n))
					continue
				}
			}
			if x == word("null") {
				x = nil
			}
			out = append(out, x)
		}
	case ']', '{', '}', ')':
		l.pos++
		return word(c), true
	case '>':
		l.pos++
		if l.pos < len(l.b) && l.b[l.pos] == '>' {
			l.pos++
			return word(">>"), true
		}
		return word(">"), true
	}
	from := l.pos
	for l.pos < len(l.b) && !space(l.b[l.pos]) && !delim(l.b[l.pos]) {
		l.pos++
	}
	s := l.b[from:l.pos]
	if c := s[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if f, ok := number(s); ok {
			return f, true
		}
	}
	switch string(s) {
	case "true":
		return true, true
	case "false":
		return false, true
	}
	return word(s), true
}

func number(s []byte) (float64, bool) {
	if len(s) > 40 {
		return 0, false
	}
	for len(s) > 1 && s[0] == '-' && s[1] == '-' { // some writers double the sign
		s = s[1:]
	}
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		if i := bytes.IndexByte(s[1:], '-'); i >= 0 { // "12-3"
			return number(s[:i+1])
		}
		return 0, false
	}
	if f != f || f > 1e12 || f < -1e12 {
		return 0, true
	}
	return f, true
}

func (l *lexer) name() name {
	var out []byte
	for l.pos < len(l.b) && !space(l.b[l.pos]) && !delim(l.b[l.pos]) {
		c := l.b[l.pos]
		if c == '#' && l.pos+2 < len(l.b) {
			if v, err := strconv.ParseUint(string(l.b[l.pos+1:l.pos+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				l.pos += 3
				continue
			}
		}
		out = append(out, c)
		l.pos++
	}
	return name(out)
}

func (l *lexer) text() text {
	out := text{}
	depth := 1
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		l.pos++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return out
			}
		case '\\':
			if l.pos >= len(l.b) {
				return out
			}
			c = l.b[l.pos]
			l.pos++
			switch c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			case 'b':
				c = '\b'
			case 'f':
				c = '\f'
			case '\r':
				if l.pos < len(l.b) && l.b[l.pos] == '\n' {
					l.pos++
				}
				continue
			case '\n':
				continue
			default:
				if c >= '0' && c <= '7' {
					v := int(c - '0')
					for i := 0; i < 2 && l.pos < len(l.b) && l.b[l.pos] >= '0' && l.b[l.pos] <= '7'; i++ {
						v = v*8 + int(l.b[l.pos]-'0')
						l.pos++
					}
					c = byte(v)
				}
			}
		}
		out = append(out, c)
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

func (l *lexer) hex() text {
	out := text{}
	half := -1
	for l.pos < len(l.b) {
		c := l.b[l.pos]
		l.pos++
		if c == '>' {
			break
		}
		v := unhex(c)
		switch {
		case v < 0:
		case half < 0:
			half = v
		default:
			out = append(out, byte(half<<4|v))
			half = -1
		}
	}
	if half >= 0 {
		out = append(out, byte(half<<4))
	}
	return out
}

func (l *lexer) dict(depth int) dict {
	out := dict{}
	var key name
	var last []any // values since the key, for "12 0 R"
	put := func() {
		if key == "" || len(last) == 0 {
			return
		}
		if len(last) >= 3 && last[2] == word("R") {
			if n, ok := last[0].(float64); ok {
				out[key] = ref(n)
				return
			}
		}
		if last[0] != word("null") {
			out[key] = last[0]
		}
	}
	for {
		x, ok := l.next(depth + 1)
		if !ok || x == word(">>") || x == word("endobj") || x == word("stream") {
			if x == word("stream") {
				l.pos -= len("stream")
			}
			put()
			return out
		}
		if n, isName := x.(name); isName && (key == "" || len(last) > 0) {
			put()
			key, last = n, nil
			continue
		}
		if len(last) < 3 {
			last = append(last, x)
		}
	}
}
