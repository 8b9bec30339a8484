package iati

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"merida/fault"
)

// Limits of what is read: real publishers stay far below, and an attacker gets no more than these cost.
const (
	maxActivity   = 1 << 20
	maxDepth      = 32
	maxAttributes = 64
	maxElements   = 50_000
	maxHead       = 64 << 10 // everything before the first activity, and any single tag
	readAtOnce    = 64 << 10
)

// header is what the root of a file says.
type header struct {
	version    string
	namespaces string // declarations and xml: attributes of the root, as attributes
	lang       string // xml:lang of the root
	generated  string // when the file says that it was written
}

// piece is one activity as it stands in the file, or the place where there should be one.
type piece struct {
	xml  []byte
	line int
	bad  *fault.Error // why it cannot be read at all; xml is then as much as was kept
}

// scanner cuts a file into activities. It holds at most one activity and a buffer.
type scanner struct {
	r    io.Reader
	buf  []byte
	pos  int // what of buf has been passed
	line int // at pos, from 1
	read int64
	eof  bool
	err  error // of r

	head header
	over bool // the root has ended
}

func newScanner(r io.Reader) *scanner {
	return &scanner{r: r, line: 1, buf: make([]byte, 0, 128<<10)}
}

// more reads on; from is the first byte of buf that is still needed. It gives how far the
// needed bytes have moved to the front.
func (s *scanner) more(from int) (moved int) {
	if from > 0 {
		n := copy(s.buf, s.buf[from:])
		s.buf, s.pos = s.buf[:n], s.pos-from
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	// Not less than a good piece at once: markup that is not whole yet is looked at again from its beginning.
	enough := min(len(s.buf)+readAtOnce, cap(s.buf))
	for idle := 0; len(s.buf) < enough; {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf, s.read = s.buf[:len(s.buf)+n], s.read+int64(n)
		if idle++; n > 0 {
			idle = 0
		}
		if err == nil && idle == 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			s.eof = true
			if err != io.EOF {
				s.err = err
			}
			break
		}
	}
	return from
}

// pass moves on to at and counts the lines on the way.
func (s *scanner) pass(at int) {
	s.line += bytes.Count(s.buf[s.pos:at], []byte{'\n'})
	s.pos = at
}

// kind is what a piece of markup is.
type kind int

const (
	none     kind = iota // the input ends before the markup does
	startTag             // also an empty element
	endTag
	comment
	cdata
	instruction // <?…?>
	declaration // <!…>
	broken      // no markup
	endless     // characters or markup longer than may be
)

// markup finds the next piece of markup from pos on and gives where it begins and ends.
// Bytes from keep on stay in the buffer; all offsets are those after the call, keep too.
func (s *scanner) markup(keep, limit int) (k kind, from, to, kept int) {
	// Offsets are relative to pos, which moves together with the buffer.
	rel := 0
	for {
		if i := bytes.IndexByte(s.buf[s.pos+rel:], '<'); i >= 0 {
			rel += i
			break
		}
		rel = len(s.buf) - s.pos
		if rel > limit {
			return endless, s.pos, s.pos + rel, keep
		}
		if s.eof {
			return none, s.pos, s.pos + rel, keep
		}
		keep -= s.more(keep)
	}
	for {
		b := s.buf[s.pos+rel:]
		k, n := classify(b, s.eof)
		switch { // the same for whatever pieces the input comes in
		case n > limit || k == none && len(b) > limit:
			return endless, s.pos + rel, s.pos + rel + 1, keep
		case k != none:
			return k, s.pos + rel, s.pos + rel + n, keep
		case s.eof:
			return none, s.pos + rel, len(s.buf), keep
		}
		keep -= s.more(keep)
	}
}

// classify tells what markup b begins with and how long it is; none when b ends too early.
func classify(b []byte, eof bool) (kind, int) {
	ends := func(k kind, opening int, closing string) (kind, int) {
		if len(b) < opening {
			return none, 0
		}
		if i := bytes.Index(b[opening:], []byte(closing)); i >= 0 {
			return k, opening + i + len(closing)
		}
		return none, 0
	}
	if len(b) < 2 {
		return none, 0
	}
	switch b[1] {
	case '?':
		return ends(instruction, 2, "?>")
	case '!':
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			return ends(comment, 4, "-->")
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			return ends(cdata, 9, "]]>")
		case len(b) < 9 && !eof && (strings.HasPrefix("<!--", string(b)) || strings.HasPrefix("<![CDATA[", string(b))):
			return none, 0
		}
		return declaration, 2
	case '/':
		i := bytes.IndexAny(b[1:], "<>")
		switch {
		case i < 0:
			return none, 0
		case b[1+i] == '<':
			return broken, 1 + i
		}
		return endTag, i + 2
	}
	if !nameStart(b[1]) {
		return broken, 1
	}
	quote := byte(0)
	for i := 2; i < len(b); i++ {
		switch c := b[i]; {
		case c == '<':
			return broken, i // an attribute cannot hold one, so the tag was never closed
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return startTag, i + 1
		}
	}
	return none, 0
}

// tagName is the name in a start or end tag.
func tagName(tag []byte) []byte {
	b := bytes.TrimPrefix(tag[1:], []byte("/"))
	n := 0
	for n < len(b) && namePart(b[n]) {
		n++
	}
	return b[:n]
}

func isTag(tag []byte, name string) bool { return string(tagName(tag)) == name }

var encodingOf = regexp.MustCompile(`\sencoding\s*=\s*["']([^"']*)["']`)

// begin reads up to the first tag. Invalid: this is no activity file that is read here.
func (s *scanner) begin() error {
	for len(s.buf) < 4 && !s.eof {
		s.more(0)
	}
	switch b := s.buf; {
	case s.err != nil:
		return s.err
	case len(b) == 0:
		return fault.New(fault.Invalid, "iati.error.empty", nil)
	case bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) || bytes.IndexByte(b[:min(4, len(b))], 0) >= 0:
		return fault.New(fault.Invalid, "iati.error.encoding", fault.Args{"encoding": "UTF-16 / UTF-32"})
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		s.pos = 3
	}
	first := s.pos
	for passed := 0; ; {
		k, from, to, _ := s.markup(s.pos, maxHead)
		if s.err != nil {
			return s.err
		}
		if len(bytes.TrimSpace(s.buf[s.pos:from])) > 0 || k == broken || k == endless || k == none || k == endTag || k == cdata || passed > maxHead {
			return fault.New(fault.Invalid, "iati.error.not_xml", nil)
		}
		tag := s.buf[from:to]
		passed += to - s.pos
		switch k {
		case instruction:
			if !bytes.HasPrefix(tag, []byte("<?xml")) || len(tag) < 7 || !isSpace(tag[5]) {
				return fault.New(fault.Invalid, "iati.error.instruction", fault.Args{"line": s.line})
			}
			if from != first {
				return fault.New(fault.Invalid, "iati.error.not_xml", nil)
			}
			if m := encodingOf.FindSubmatch(tag); m != nil {
				if e := strings.ToLower(string(m[1])); e != "utf-8" && e != "us-ascii" && e != "utf8" {
					return fault.New(fault.Invalid, "iati.error.encoding", fault.Args{"encoding": short(string(m[1]))})
				}
			}
		case declaration:
			return fault.New(fault.Invalid, "iati.error.doctype", fault.Args{"line": s.line})
		case startTag:
			return s.root(tag, to)
		}
		s.pass(to)
		first = -1
	}
}

func (s *scanner) root(tag []byte, to int) error {
	empty := bytes.HasSuffix(tag, []byte("/>"))
	name := string(tagName(tag))
	if name != "iati-activities" {
		if name == "iati-organisations" {
			return fault.New(fault.Invalid, "iati.error.organisations", nil)
		}
		return fault.New(fault.Invalid, "iati.error.root", fault.Args{"root": short(name)})
	}
	n, bad := parse(append(bytes.TrimSuffix(bytes.TrimSuffix(bytes.Clone(tag), []byte(">")), []byte("/")), "/>"...), 0)
	if bad != nil {
		return fault.New(fault.Invalid, "iati.error.not_xml", nil)
	}
	var ns []string
	for _, a := range n.attrs {
		switch {
		case a.name == "version":
			s.head.version = strings.TrimSpace(a.value)
		case a.name == "generated-datetime":
			s.head.generated = strings.TrimSpace(a.value)
		case a.name == "xmlns" && a.value != "":
			return fault.New(fault.Invalid, "iati.error.root", fault.Args{"root": short(a.value)})
		case strings.HasPrefix(a.name, "xmlns:") || strings.HasPrefix(a.name, "xml:"):
			ns = append(ns, a.name+`="`+attributeEscaper.Replace(a.value)+`"`)
			if a.name == "xml:lang" {
				s.head.lang = a.value
			}
		}
	}
	switch s.head.version {
	case "2.01", "2.02", "2.03":
	default:
		return fault.New(fault.Invalid, "iati.error.version", fault.Args{"version": short(s.head.version)})
	}
	s.head.namespaces = strings.Join(ns, " ")
	s.pass(to)
	s.over = empty
	return nil
}

var attributeEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;", "\r", "&#13;")

// next gives the next activity; io.EOF after the last. Its bytes are its own.
// A file that breaks off, or goes on after its root, gives one bad piece for that.
// Invalid: a DOCTYPE or a processing instruction between activities.
func (s *scanner) next() (piece, error) {
	for {
		k, from, to, _ := s.markup(s.pos, maxHead)
		if s.err != nil {
			return piece{}, s.err
		}
		if s.over {
			switch k {
			case none, comment:
				if k == none && len(bytes.TrimSpace(s.buf[s.pos:])) == 0 {
					return piece{}, io.EOF
				}
				if k == comment {
					s.pass(to)
					continue
				}
			}
			p := piece{line: s.line, bad: fault.New(fault.Invalid, "iati.refused.after_end", nil)}
			s.buf, s.pos, s.eof = s.buf[:0], 0, true
			return p, nil
		}
		tag := s.buf[from:to]
		switch k {
		case none:
			s.pass(len(s.buf))
			p := piece{line: s.line, bad: fault.New(fault.Invalid, "iati.refused.broken_off", nil)}
			s.buf, s.pos, s.over = s.buf[:0], 0, true
			return p, nil
		case declaration:
			s.pass(from)
			return piece{}, fault.New(fault.Invalid, "iati.error.doctype", fault.Args{"line": s.line})
		case instruction:
			s.pass(from)
			return piece{}, fault.New(fault.Invalid, "iati.error.instruction", fault.Args{"line": s.line})
		case endTag:
			s.over = isTag(tag, "iati-activities")
		case startTag:
			if isTag(tag, "iati-activity") {
				s.pass(from)
				return s.activity(to - from), nil
			}
		case broken, endless:
			if to > from && s.buf[from] == '<' && isTag(s.buf[from:min(len(s.buf), from+32)], "iati-activity") {
				s.pass(from)
				p := piece{line: s.line, bad: fault.New(fault.Invalid, "iati.refused.xml", fault.Args{"line": s.line}), xml: head(s.buf[from:])}
				s.pass(from + 1)
				s.resync()
				return p, nil
			}
		}
		s.pass(max(to, min(s.pos+1, len(s.buf))))
		if k == endless {
			// What stands in a comment must not be taken for records.
			switch rest := s.buf[from:]; {
			case bytes.HasPrefix(rest, []byte("<!--")):
				s.passLong("-->")
			case bytes.HasPrefix(rest, []byte("<![CDATA[")):
				s.passLong("]]>")
			}
		}
	}
}

// activity cuts one activity out; pos stands at its start tag, which is first bytes long.
func (s *scanner) activity(first int) piece {
	p := piece{line: s.line}
	if s.buf[s.pos+first-2] == '/' {
		p.xml = bytes.Clone(s.buf[s.pos : s.pos+first])
		s.pass(s.pos + first)
		return p
	}
	start, line := s.pos, s.line
	s.pos += first // lines are counted from start when the end is known
	done := func(start, end int) {
		s.pos, s.line = start, line
		s.pass(end)
	}
	for {
		k, from, to, kept := s.markup(start, maxActivity)
		start = kept
		switch {
		case k == none && s.eof:
			done(start, len(s.buf))
			p.bad, s.over = fault.New(fault.Invalid, "iati.refused.broken_off", nil), true
			p.xml = head(s.buf[start:])
			s.buf, s.pos = s.buf[:0], 0
			return p
		case k == endless || to-start > maxActivity:
			p.bad = fault.New(fault.TooLarge, "iati.refused.size", fault.Args{"limit": maxActivity >> 20})
			p.xml = head(s.buf[start:])
			done(start, s.pos)
			s.resync()
			return p
		case k == endTag:
			switch tag := s.buf[from:to]; {
			case isTag(tag, "iati-activity"):
				p.xml = bytes.Clone(s.buf[start:to])
				done(start, to)
				return p
			case isTag(tag, "iati-activities"):
				p.bad, p.xml = fault.New(fault.Invalid, "iati.refused.unclosed", nil), head(s.buf[start:from])
				done(start, from)
				return p
			}
		case k == startTag && isTag(s.buf[from:to], "iati-activity"):
			p.bad, p.xml = fault.New(fault.Invalid, "iati.refused.unclosed", nil), head(s.buf[start:from])
			done(start, from)
			return p
		}
		s.pos = max(to, s.pos+1)
	}
}

// resync passes everything up to the end tag of the present activity, or to the start tag
// of the next one, whatever stands between.
func (s *scanner) resync() {
	name := []byte("iati-activity")
	for {
		i := bytes.Index(s.buf[s.pos:], name)
		for ; i >= 0; i = bytes.Index(s.buf[s.pos:], name) {
			at := s.pos + i
			after := at + len(name)
			switch {
			case after == len(s.buf) && !s.eof:
			case after < len(s.buf) && namePart(s.buf[after]):
				s.pass(after)
				continue
			case at > s.pos && s.buf[at-1] == '<':
				s.pass(at - 1)
				return
			case at > s.pos+1 && s.buf[at-1] == '/' && s.buf[at-2] == '<':
				s.pass(after)
				return
			default:
				s.pass(after)
				continue
			}
			break
		}
		s.pass(max(s.pos, len(s.buf)-len(name)-2))
		if s.eof {
			s.pass(len(s.buf))
			return
		}
		s.more(s.pos)
	}
}

// passLong passes a comment or CDATA section that is longer than the buffer should be.
func (s *scanner) passLong(closing string) {
	for {
		if i := bytes.Index(s.buf[s.pos:], []byte(closing)); i >= 0 {
			s.pass(s.pos + i + len(closing))
			return
		}
		s.pass(max(s.pos, len(s.buf)-len(closing)))
		if s.eof {
			s.pass(len(s.buf))
			return
		}
		s.more(s.pos)
	}
}

// head keeps as much of an unreadable activity as may hold its identifier.
func head(b []byte) []byte { return bytes.Clone(b[:min(len(b), 8<<10)]) }

// short cuts what a report repeats from a file.
func short(s string) string {
	const limit = 200
	s = strings.ToValidUTF8(s, "\uFFFD")
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}
