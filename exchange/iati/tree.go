package iati

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/fault"
)

// node is an element of an activity. Elements of other namespaces are not kept, but for [parseWhole].
type node struct {
	name  string
	attrs []attr
	kids  []*node
	text  string // its own characters, without those of its children
	raw   []byte // of an element of another namespace: all of it as it was written; the other fields are then empty
}

type attr struct{ name, value string }

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

// child is the first child of the name; nil when there is none.
func (n *node) child(name string) *node {
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func nameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func namePart(c byte) bool { return nameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.' }

// parser reads one activity that is whole in memory.
type parser struct {
	b     []byte
	line0 int
	names map[string]string
	slab  []node
	whole bool // elements of other namespaces are kept
}

// parse reads exactly one element. line is that of its first byte. Invalid: it is not
// well-formed or not UTF-8, or holds declarations or processing instructions. TooLarge: a limit is passed.
func parse(b []byte, line int) (*node, *fault.Error) {
	return (&parser{b: b, line0: line, names: make(map[string]string, 64)}).parse()
}

// parseWhole reads as parse does and keeps elements of other namespaces as they were written.
func parseWhole(b []byte) (*node, *fault.Error) {
	return (&parser{b: b, line0: 1, names: make(map[string]string, 64), whole: true}).parse()
}

func (p *parser) parse() (*node, *fault.Error) {
	b := p.b
	if !utf8.Valid(b) {
		return nil, fault.New(fault.Invalid, "iati.refused.utf8", nil)
	}
	for i, c := range b {
		if c < 0x20 && !isSpace(c) || c == 0xEF && i+2 < len(b) && b[i+1] == 0xBF && b[i+2] >= 0xBE {
			return nil, p.malformed(i)
		}
	}
	var stack []*node
	var foreign []bool // beside stack: this element is not IATI's
	var texts [][]byte // beside stack: characters of more than one run
	at, elements := 0, 0
	opened := 0 // where the outermost foreign element that is open began
	keep := func(parent *node, from, to int) {
		if p.whole {
			parent.kids = append(parent.kids, &node{raw: b[from:to]})
		}
	}
	for {
		lt := bytes.IndexByte(b[at:], '<')
		if lt < 0 {
			return nil, p.malformed(len(b))
		}
		lt += at
		if lt > at {
			if len(stack) == 0 {
				return nil, p.malformed(at)
			}
			chars := b[at:lt]
			if bytes.Contains(chars, []byte("]]>")) {
				return nil, p.malformed(at)
			}
			s, ok := unescape(chars, false)
			if !ok {
				return nil, p.malformed(at)
			}
			put(stack, texts, s)
		}
		k, n := classify(b[lt:], true)
		at = lt + n
		switch k {
		case comment:
			if inner := b[lt+4 : at-3]; bytes.Contains(inner, []byte("--")) || bytes.HasSuffix(inner, []byte("-")) {
				return nil, p.malformed(lt)
			}
			if len(stack) == 0 {
				return nil, p.malformed(lt)
			}
		case cdata:
			if len(stack) == 0 {
				return nil, p.malformed(lt)
			}
			put(stack, texts, newlines(string(b[lt+9:at-3])))
		case instruction:
			return nil, fault.New(fault.Invalid, "iati.refused.instruction", fault.Args{"line": p.line(lt)})
		case declaration:
			return nil, fault.New(fault.Invalid, "iati.refused.doctype", fault.Args{"line": p.line(lt)})
		case startTag:
			el, empty, bad := p.start(lt, at)
			if bad != nil {
				return nil, bad
			}
			if elements++; elements > maxElements {
				return nil, fault.New(fault.TooLarge, "iati.refused.elements", fault.Args{"limit": maxElements})
			}
			if len(stack)+2 > maxDepth { // the root of the file counts
				return nil, fault.New(fault.TooLarge, "iati.refused.depth", fault.Args{"limit": maxDepth, "line": p.line(lt)})
			}
			skip := strings.Contains(el.name, ":") || el.attr("xmlns") != ""
			if len(stack) > 0 {
				inside := foreign[len(foreign)-1]
				if skip && !inside {
					if opened = lt; empty {
						keep(stack[len(stack)-1], lt, at)
					}
				}
				skip = skip || inside
				if !skip {
					up := stack[len(stack)-1]
					up.kids = append(up.kids, el)
				}
			}
			if empty {
				if len(stack) == 0 {
					if at != len(b) {
						return nil, p.malformed(at)
					}
					return el, nil
				}
				continue
			}
			stack, foreign = append(stack, el), append(foreign, skip)
			if len(texts) < len(stack) {
				texts = append(texts, nil)
			}
			texts[len(stack)-1] = texts[len(stack)-1][:0]
		case endTag:
			name := string(bytes.TrimRight(b[lt+2:at-1], " \t\r\n"))
			if len(stack) == 0 || stack[len(stack)-1].name != name {
				return nil, p.malformed(lt)
			}
			el := stack[len(stack)-1]
			if more := texts[len(stack)-1]; len(more) > 0 {
				el.text = string(more)
			}
			was := foreign[len(foreign)-1]
			stack, foreign = stack[:len(stack)-1], foreign[:len(foreign)-1]
			if was && len(stack) > 0 && !foreign[len(foreign)-1] {
				keep(stack[len(stack)-1], opened, at)
			}
			if len(stack) == 0 {
				if at != len(b) {
					return nil, p.malformed(at)
				}
				return el, nil
			}
		default:
			return nil, p.malformed(lt)
		}
	}
}

// put adds characters to the innermost element; most have one run only, which is kept without copying.
func put(stack []*node, texts [][]byte, s string) {
	el, more := stack[len(stack)-1], &texts[len(stack)-1]
	if el.text == "" && len(*more) == 0 {
		el.text = s
		return
	}
	if len(*more) == 0 {
		*more = append(*more, el.text...)
	}
	*more = append(*more, s...)
}

func (p *parser) line(at int) int { return p.line0 + bytes.Count(p.b[:at], []byte{'\n'}) }

func (p *parser) malformed(at int) *fault.Error {
	return fault.New(fault.Invalid, "iati.refused.xml", fault.Args{"line": p.line(at)})
}

func (p *parser) name(b []byte) (string, bool) {
	if s, ok := p.names[string(b)]; ok {
		return s, true
	}
	s := string(b)
	if b := strings.Trim(s, ":"); b != s || strings.Count(s, ":") > 1 {
		return "", false
	}
	for i, r := range s {
		if r >= utf8.RuneSelf && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return "", false
		}
	}
	p.names[s] = s
	return s, true
}

// start reads the start tag b[from:to].
func (p *parser) start(from, to int) (el *node, empty bool, bad *fault.Error) {
	b := p.b[from:to]
	i := 1
	for i < len(b) && namePart(b[i]) {
		i++
	}
	name, ok := p.name(b[1:i])
	if !ok {
		return nil, false, p.malformed(from)
	}
	if len(p.slab) == 0 {
		p.slab = make([]node, 64)
	}
	el, p.slab = &p.slab[0], p.slab[1:]
	el.name = name
	for {
		space := i
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if i < len(b) && b[i] == '>' && i == len(b)-1 {
			return el, false, nil
		}
		if i+1 < len(b) && b[i] == '/' && b[i+1] == '>' {
			return el, true, nil
		}
		start := i
		for i < len(b) && namePart(b[i]) {
			i++
		}
		if space == start || start == i || !nameStart(b[start]) {
			return nil, false, p.malformed(from + start)
		}
		key, ok := p.name(b[start:i])
		for i < len(b) && isSpace(b[i]) {
			i++
		}
		if !ok || i >= len(b) || b[i] != '=' {
			return nil, false, p.malformed(from + start)
		}
		for i++; i < len(b) && isSpace(b[i]); i++ {
		}
		if i >= len(b) || b[i] != '"' && b[i] != '\'' {
			return nil, false, p.malformed(from + start)
		}
		end := bytes.IndexByte(b[i+1:], b[i])
		if end < 0 {
			return nil, false, p.malformed(from + start)
		}
		value, ok := unescape(b[i+1:i+1+end], true)
		if !ok {
			return nil, false, p.malformed(from + i)
		}
		i += end + 2
		for _, a := range el.attrs {
			if a.name == key {
				return nil, false, p.malformed(from + start)
			}
		}
		if el.attrs = append(el.attrs, attr{key, value}); len(el.attrs) > maxAttributes {
			return nil, false, fault.New(fault.TooLarge, "iati.refused.attributes", fault.Args{"limit": maxAttributes, "line": p.line(from)})
		}
	}
}

func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// unescape resolves references; attribute values have their white space normalized (XML 1.0, section 3.3.3).
func unescape(b []byte, attribute bool) (string, bool) {
	s := newlines(string(b))
	if attribute && strings.ContainsAny(s, "\n\t") {
		s = strings.Map(func(r rune) rune {
			if r == '\n' || r == '\t' {
				return ' '
			}
			return r
		}, s)
	}
	amp := strings.IndexByte(s, '&')
	if amp < 0 {
		return s, true
	}
	var out strings.Builder
	for ; amp >= 0; amp = strings.IndexByte(s, '&') {
		out.WriteString(s[:amp])
		s = s[amp+1:]
		end := strings.IndexByte(s, ';')
		if end < 1 || end > 12 {
			return "", false
		}
		ref := s[:end]
		s = s[end+1:]
		switch ref {
		case "lt":
			out.WriteByte('<')
		case "gt":
			out.WriteByte('>')
		case "amp":
			out.WriteByte('&')
		case "quot":
			out.WriteByte('"')
		case "apos":
			out.WriteByte('\'')
		default:
			base, digits := 10, strings.TrimPrefix(ref, "#")
			if digits == ref {
				return "", false
			}
			if hex := strings.TrimPrefix(digits, "x"); hex != digits {
				base, digits = 16, hex
			}
			if digits == "" || strings.ContainsAny(digits, "+-_") {
				return "", false
			}
			n, err := strconv.ParseUint(digits, base, 32)
			if err != nil || n > unicode.MaxRune || n < 0x20 && n != '\n' && n != '\t' && n != '\r' || n >= 0xD800 && n < 0xE000 || n == 0xFFFE || n == 0xFFFF {
				return "", false
			}
			out.WriteRune(rune(n))
		}
	}
	out.WriteString(s)
	return out.String(), true
}
