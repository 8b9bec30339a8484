package legaltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// build makes the tree of a text that is given as lines.
func build(lines []line, l string) *node {
	b := &builder{lines: lines, lang: l}
	b.find()
	b.width = wrapWidth(lines)
	b.contents()
	b.choose()
	b.learn()
	return b.grow()
}

// found is a mark with the place where it was found.
type found struct {
	mark
	at     int
	strong bool
	first  bool // it begins a paragraph
	drop   bool
	carry  bool // the line goes into the next article; its number comes again below a division's heading
}

// builder holds a text while its tree is made; scan.go finds the divisions, this file nests them.
type builder struct {
	lines  []line
	lang   string
	marks  []found
	holds  map[[2]string]int // how often a division of one prefix is directly followed by one of another
	bare   bool              // bare numbers are the articles of this text
	mixed  bool              // parts and schedules take turns, as in texts put together from a list of sections
	raised bool              // the present line begins with a raised number
	width  int               // of the printed lines, 0 when the text is not wrapped
}

// within reports whether a new division belongs into n.
func (b *builder) within(n *node, w word, md int) bool {
	switch {
	case n.rank >= rankArticle:
		return w.rank > n.rank
	case n.prefix == w.prefix:
		return false
	case w.kind == "schedule":
		return false
	case n.kind == "schedule":
		return true
	case w.rank >= rankArticle:
		return true
	}
	down, up := b.holds[[2]string{n.prefix, w.prefix}], b.holds[[2]string{w.prefix, n.prefix}]
	if down != up {
		return down > up
	}
	if n.md > 0 && md > 0 && n.md != md {
		return n.md < md
	}
	return n.rank < w.rank
}

// grow makes the tree.
func (b *builder) grow() *node {
	root := &node{}
	cur := root
	marks := b.marks
	structured := len(marks) > 0
	fresh, titled := true, false
	carried := ""
	var front *node
	preamble := func() *node {
		if front == nil {
			w := word{"preamble", "preamble", 0}
			if !structured {
				w = word{"body", "body", 0}
			}
			front = root.add(&node{word: w})
		}
		return front
	}
	for i := 0; i < len(b.lines); i++ {
		ln := b.lines[i]
		if ln.s == "" {
			fresh = true
			continue
		}
		if len(marks) > 0 && marks[0].at == i {
			m := marks[0]
			marks = marks[1:]
			if m.carry {
				carried = ln.s
				continue
			}
			cur = b.open(root, cur, m, ln, i)
			if carried != "" && m.rank >= rankArticle {
				cur.write(carried, true)
				carried = ""
			}
			fresh = ln.md > 0
			continue
		}
		if cur == root {
			if ln.md > 0 && !titled && preamble().empty() && utf8.RuneCountInString(ln.s) <= maxHeading {
				titled = true
				preamble().heading = ln.s
				continue
			}
			if ln.md == 0 || structured || !titleLike(ln.s, 250) {
				preamble().write(ln.s, fresh || ln.md > 0)
				fresh = ln.md > 0
				continue
			}
		}
		// A heading below its number.
		if cur != root && cur.empty() && cur.num != "" {
			if (ln.md > 0 || ln.bold) && utf8.RuneCountInString(ln.s) <= maxHeading {
				cur.heading = ln.s
				fresh = true
				continue
			}
			if cur.rank < rankArticle && fresh || cur.rank < rankArticle && cur.heading == "" {
				if s, end, ok := b.title(i, marks); ok {
					cur.heading = s
					i = end
					fresh = true
					continue
				}
			}
		}
		if ln.md > 0 {
			if n := b.heading(root, cur, ln); n != nil {
				cur = n
				fresh = true
				continue
			}
		}
		if cur.empty() && cur.rank == rankArticle && (!fresh && b.above(i) || fresh && b.alone(i)) {
			cur.heading = ln.s
			fresh = true
			continue
		}
		b.raised = ln.sup
		cur = b.line(cur, ln.s, fresh || ln.md > 0)
		b.raised = false
		fresh = ln.md > 0
	}
	return root
}

// wrapWidth is the length that most lines of a wrapped text come near to, 0 when it is not wrapped.
func wrapWidth(lines []line) int {
	var count [201]int
	all := 0
	for i, l := range lines {
		if l.s != "" && i > 0 && lines[i-1].s != "" { // lines that go on
			count[min(utf8.RuneCountInString(l.s[:cut(l.s, 800)]), 200)]++
			all++
		}
	}
	if all < 20 {
		return 0
	}
	for w, n := 200, 0; w > 40; w-- {
		if n += count[w]; n*4 >= all {
			if w >= 140 {
				return 0
			}
			return w
		}
	}
	return 0
}

// above reports that line i, right below the number of an article, is its heading: much
// shorter than the lines of this text, no sentence, and text goes on below it.
func (b *builder) above(i int) bool {
	s := b.lines[i].s
	if b.width == 0 || utf8.RuneCountInString(s) > b.width*3/5 || !titleLike(s, 120) || i+1 >= len(b.lines) || b.lines[i+1].s == "" {
		return false
	}
	_, ok := findMark(b.lines[i+1].s, b.lang)
	return !ok
}

// alone reports that line i, a paragraph below the number of an article, is its heading.
func (b *builder) alone(i int) bool {
	if b.lang == "ar" || b.lang == "zh" || i+1 < len(b.lines) && b.lines[i+1].s != "" {
		return false // Arabic sentences may end without a mark
	}
	return titleLike(b.lines[i].s, 120) && b.textFollows(i+1)
}

// title reads the paragraph that begins at line i as a heading, if it looks like one.
func (b *builder) title(i int, marks []found) (s string, end int, ok bool) {
	var parts []string
	n := 0
	for end = i; end < len(b.lines); end++ {
		ln := b.lines[end]
		if ln.s == "" || len(marks) > 0 && marks[0].at == end {
			break
		}
		if ln.md > 0 && end > i || end-i > 4 {
			return "", 0, false
		}
		parts = append(parts, ln.s)
		n += len(ln.s)
		if n > 1000 {
			return "", 0, false
		}
	}
	s = strings.Join(parts, " ")
	return s, end - 1, titleLike(s, 200)
}

// open begins the division of a mark.
func (b *builder) open(root, cur *node, m found, ln line, i int) *node {
	n := &node{word: m.word, md: ln.md, num: m.num, no: m.no}
	rest := m.rest
	if a := articleOf(cur); !m.strong && rest == "" && a.rank == rankArticle && m.rank == rankArticle && a.no == m.no && a.kind == m.kind && len(a.text) < 600 && len(a.kids) == 0 {
		cur.write(ln.s, true) // the number of the present article once more
		return cur
	}
	if b.mixed && m.rank < rankArticle && rest == "" {
		for _, k := range root.kids {
			if k.prefix == n.prefix && k.no == n.no && k.num == n.num {
				return k
			}
		}
		return root.add(n)
	}
	if m.bare && m.first && cur != root {
		if h, ok := cur.takeLast(); ok {
			n.heading = h
		}
	}
	at := cur
	for at != root && !b.within(at, m.word, ln.md) {
		at = at.parent
	}
	if m.rank < rankArticle && m.prefix != untitled.prefix {
		// What a text seems to nest after short or empty divisions never outweighs this: a title stands in no title.
		for up := at; up != root && up.kind != "schedule"; up = up.parent {
			if up.prefix == m.prefix {
				at = up.parent
			}
		}
	}
	at.add(n)
	if rest == "" {
		return n
	}
	if m.rank < rankArticle {
		if utf8.RuneCountInString(rest) <= maxHeading {
			n.heading = rest
			return n
		}
		return b.line(n, rest, true)
	}
	if m.bare && len(rest) > 200 {
		return b.runOn(n, rest)
	}
	if n.heading != "" {
		return b.text(n, rest)
	}
	switch {
	case ln.md > 0 || ln.bold:
		if utf8.RuneCountInString(rest) <= maxHeading && hasLetters(rest) && !strings.HasSuffix(rest, ":") && !(endsSentence(rest) && utf8.RuneCountInString(rest) > 80) {
			n.heading = rest
			return n
		}
	case ln.lead > m.used && ln.lead < len(ln.s):
		h := strings.TrimRight(ln.s[m.used:ln.lead], delims)
		if h != "" && utf8.RuneCountInString(h) <= maxHeading && startsWord(h) {
			n.heading = h
			return b.text(n, strings.TrimLeft(ln.s[ln.lead:], delims))
		}
	case m.name == "条":
		if t, ok := strings.CutPrefix(rest, "【"); ok {
			if h, after, ok := strings.Cut(t, "】"); ok && len(h) < 200 {
				n.heading = h
				return b.text(n, strings.TrimLeft(after, " \u3000"))
			}
		}
	case strings.HasSuffix(m.name, ":"):
		if utf8.RuneCountInString(rest) <= 70 && !endsSentence(rest) {
			n.heading = rest
			return n
		}
	default:
		last := i+1 == len(b.lines) || b.lines[i+1].s == ""
		if last && titleLike(rest, 120) && (b.textFollows(i+1) || m.name == "section") {
			n.heading = rest
			return n
		}
		if m.bare {
			h, text := runIn(rest)
			n.heading = h
			return b.text(n, text)
		}
	}
	return b.text(n, rest)
}

// runOn reads a section of common law that stands on one line: "Title (1) This … (2) That …".
func (b *builder) runOn(n *node, rest string) *node {
	parts := subsections(rest)
	if len(parts) == 1 {
		h, text := n.heading, rest
		if h == "" {
			h, text = runIn(rest)
		}
		n.heading = h
		return b.text(n, text)
	}
	if n.heading == "" && titleLike(parts[0], 200) {
		n.heading = parts[0]
	} else {
		n.write(parts[0], true)
	}
	cur := n
	for _, p := range parts[1:] {
		cur = b.line(cur, p, true)
	}
	return cur
}

// textFollows reports that the next line with words is text, no division.
func (b *builder) textFollows(i int) bool {
	for ; i < len(b.lines); i++ {
		if b.lines[i].s == "" {
			continue
		}
		if b.lines[i].md > 0 {
			return false
		}
		_, ok := findMark(b.lines[i].s, b.lang)
		r, _ := utf8.DecodeRuneInString(b.lines[i].s)
		return b.isPara(b.lines[i].s) || !ok && !unicode.IsLower(r) && !strings.ContainsRune("\"“«„", r)
	}
	return false
}

func (b *builder) isPara(s string) bool {
	_, _, _, _, ok := paraMark(s, false)
	return ok && !b.bare
}

func (b *builder) text(n *node, s string) *node {
	if s == "" {
		return n
	}
	return b.line(n, s, true)
}

// line adds a line of text to the division, opening a paragraph where one begins.
func (b *builder) line(cur *node, s string, fresh bool) *node {
	art := articleOf(cur)
	if art.rank == rankArticle {
		style, num, no, rest, ok := paraMark(s, b.raised)
		if ok && !(b.bare && style != "(") && !(b.lang == "pt" && style == "I") && // there Roman numbers are points
			art.para.next(style, no) {
			p := art.add(&node{word: paragraph, num: num, no: no})
			p.write(rest, true)
			return p
		}
	}
	cur.write(s, fresh)
	return cur
}

// articleOf is the article that a paragraph belongs to; n itself when it is none.
func articleOf(n *node) *node {
	if n.prefix == paragraph.prefix && n.parent != nil {
		return n.parent
	}
	return n
}

// heading begins a division that has a heading and no number; nil when the line is
// text that the source merely prints like a heading.
func (b *builder) heading(root, cur *node, ln line) *node {
	if !titleLike(ln.s, 250) {
		return nil
	}
	art := articleOf(cur)
	if art.rank >= rankArticle && art.md > 0 && ln.md > art.md {
		return nil
	}
	at := art
	for at != root && (at.rank >= rankArticle || at.md > 0 && at.md >= ln.md || at.md == 0 && at.prefix == untitled.prefix) {
		at = at.parent
	}
	return at.add(&node{word: untitled, md: ln.md, heading: ln.s})
}
