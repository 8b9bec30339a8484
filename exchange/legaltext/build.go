package legaltext

import (
	"strings"
	"unicode/utf8"
)

// build makes the tree of a text that is given as lines.
func build(lines []line, l string) *node {
	b := &builder{lines: lines, lang: l}
	b.find()
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
}

type builder struct {
	lines []line
	lang  string
	marks []found
	holds map[[2]string]int // how often a division of one prefix is directly followed by one of another
	bare  bool              // bare numbers are the articles of this text
}

// find lists all that may be the beginning of a division.
func (b *builder) find() {
	for i, ln := range b.lines {
		m, ok := findMark(ln.s, b.lang)
		if !ok {
			continue
		}
		f := found{mark: m, at: i, strong: ln.strong(len(m.num)), first: i == 0 || b.lines[i-1].s == "" || b.lines[i-1].md > 0}
		if f.strong && ln.md == 0 && !ln.bold && m.bare {
			f.strong = false // bold numbers of paragraphs
		}
		single := f.first && (i+1 == len(b.lines) || b.lines[i+1].s == "" || b.lines[i+1].md > 0)
		if !f.strong {
			if !m.plausible(single) {
				continue
			}
			if !f.first && !endsSentence(b.lines[i-1].s) && b.markAt(i-1) == nil && !(m.rest == "" && !m.bare) && !strings.HasSuffix(m.name, ":") && m.name != "条" {
				continue
			}
		} else if ln.md > 0 && m.bare && ln.md < 3 {
			f.strong = false
		}
		b.marks = append(b.marks, f)
	}
}

// markAt is the mark of a line if it is the last one found.
func (b *builder) markAt(i int) *found {
	if n := len(b.marks); n > 0 && b.marks[n-1].at == i {
		return &b.marks[n-1]
	}
	return nil
}

// contents drops the marks of a table of contents, which ends where the first of its
// divisions comes again.
func (b *builder) contents() {
	from := -1
	for i, ln := range b.lines[:min(len(b.lines), 50+len(b.lines)/3)] {
		if isContents(ln.s) {
			from = i
			break
		}
	}
	if from < 0 {
		return
	}
	first := map[string]number{} // the first number of each kind since
	same := func(a, c number) bool { return a.value == c.value && (a.value > 0 || a.key == c.key) }
	lo, hi := -1, -1
	for i, m := range b.marks {
		if m.at < from {
			continue
		}
		if lo < 0 {
			lo = i
		}
		no, seen := first[m.prefix]
		if !seen {
			first[m.prefix] = m.no
			continue
		}
		if same(no, m.no) && m.kind != "schedule" && i > lo {
			hi = i
			break
		}
	}
	if hi < 0 {
		return
	}
	// Where the numbers of the sections come again before the part that holds them, the part's
	// own heading, a few lines above, belongs to the text.
	for hi > lo && b.marks[hi].at-b.marks[hi-1].at < 12 && b.marks[hi-1].rank < b.marks[hi].rank && same(first[b.marks[hi-1].prefix], b.marks[hi-1].no) {
		hi--
	}
	for i := lo; i < hi; i++ {
		b.marks[i].drop = true
	}
	b.sweep()
}

func (b *builder) sweep() {
	kept := b.marks[:0]
	for _, m := range b.marks {
		if !m.drop {
			kept = append(kept, m)
		}
	}
	b.marks = kept
}

// choose settles what the words of this text mean, and drops the numbers that are no
// divisions: paragraphs, and articles of other laws that the text speaks of.
func (b *builder) choose() {
	articles, bares, sections, fasl := 0, 0, 0, 0
	for _, m := range b.marks {
		switch {
		case m.bare:
			bares++
		case m.rank == rankArticle:
			articles++
		case m.name == "section":
			sections++
		case m.name == "الفصل":
			fasl++
		}
	}
	en := b.lang == "en"
	sectionIsArticle := en && articles == 0 && sections >= 3
	faslIsArticle := articles < 3 && fasl >= 3 && fasl > 3*articles
	b.bare = articles < 3 && !sectionIsArticle && (en || b.lang == "sw") && bares >= 2
	last, lastSchedule, inSchedule := 0, 0, false
	for i := range b.marks {
		m := &b.marks[i]
		if sectionIsArticle && m.name == "section" {
			m.word = clause
		}
		if faslIsArticle && strings.HasPrefix(m.name, "الفصل") {
			m.word = article
		}
		if m.rank < rankArticle {
			if m.kind == "schedule" {
				inSchedule, lastSchedule = true, 0
			}
			continue
		}
		if m.bare && !b.bare {
			m.drop = true
			continue
		}
		ref := &last
		if inSchedule {
			ref = &lastSchedule
		}
		if m.strong || strings.ContainsAny(m.no.key, ".-") && m.no.key != toKey(m.no.value) {
			*ref = m.no.value
			continue
		}
		v := m.no.value
		switch {
		case v == 0 || v == *ref+1 || v == *ref && m.no.key != toKey(v):
		case v == 1 && !m.bare:
		case v == 1 && *ref == 0:
		case v > *ref+1 && v <= *ref+40 && !b.comes(i, *ref+1) && (!m.bare || v <= *ref+4):
		case *ref == 0 && !b.comes(i, 1):
		case v < *ref && !m.bare && b.comes(i, v+1) && !b.comes(i, *ref+1):
		default:
			m.drop = true
			continue
		}
		if v > 0 {
			*ref = v
		}
	}
	b.sweep()
}

// comes reports whether the article with this number is among the next few marks.
func (b *builder) comes(i, v int) bool {
	seen := 0
	for j := i + 1; j < len(b.marks) && seen < 8; j++ {
		if b.marks[j].rank < rankArticle {
			continue
		}
		seen++
		if b.marks[j].no.value == v {
			return true
		}
	}
	return false
}

// learn counts which division is directly followed by which other.
func (b *builder) learn() {
	b.holds = map[[2]string]int{}
	for i := 1; i < len(b.marks); i++ {
		a, c := b.marks[i-1], b.marks[i]
		if a.rank >= rankArticle || c.rank >= rankArticle || a.prefix == c.prefix {
			continue
		}
		between := 0
		for j := a.at + 1; j < c.at && between <= 200; j++ {
			between += utf8.RuneCountInString(b.lines[j].s)
		}
		if between <= 200 {
			b.holds[[2]string{a.prefix, c.prefix}]++
		}
	}
}

// within reports whether a new division belongs into n.
func (b *builder) within(n *node, w word, md int) bool {
	switch {
	case n.rank >= rankArticle:
		return false
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
			cur = b.open(root, cur, m, ln, i)
			fresh = true
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
		cur = b.line(cur, ln.s, fresh || ln.md > 0)
		fresh = ln.md > 0
	}
	return root
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
	if m.bare && (rest == "" || strings.HasPrefix(rest, "(")) && cur != root {
		if h, ok := cur.takeLast(); ok {
			n.heading = h
		}
	}
	at := cur
	for at != root && !b.within(at, m.word, ln.md) {
		at = at.parent
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
	if n.heading != "" {
		return b.text(n, rest)
	}
	switch {
	case ln.md > 0 || ln.bold:
		if utf8.RuneCountInString(rest) <= maxHeading && !(endsSentence(rest) && utf8.RuneCountInString(rest) > 120) {
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
	case m.bare && len(rest) > 200:
		if parts := subsections(rest); len(parts) > 1 {
			if titleLike(parts[0], 200) {
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
		h, text := runIn(rest)
		n.heading = h
		return b.text(n, text)
	default:
		last := i+1 == len(b.lines) || b.lines[i+1].s == ""
		if last && titleLike(rest, 120) && b.textFollows(i+1) {
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
		return !ok || b.isPara(b.lines[i].s)
	}
	return false
}

func (b *builder) isPara(s string) bool {
	_, _, _, _, ok := paraMark(s)
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
	art := cur
	if art.kind == "paragraph" {
		art = art.parent
	}
	if art.rank == rankArticle {
		style, num, no, rest, ok := paraMark(s)
		if ok && !(b.bare && style != "(") && art.para.next(style, no) {
			p := art.add(&node{word: paragraph, num: num, no: no})
			p.write(rest, true)
			return p
		}
	}
	cur.write(s, fresh)
	return cur
}

// heading begins a division that has a heading and no number; nil when the line is
// text that the source merely prints like a heading.
func (b *builder) heading(root, cur *node, ln line) *node {
	if !titleLike(ln.s, 250) {
		return nil
	}
	art := cur
	if art.kind == "paragraph" && art.parent != nil {
		art = art.parent
	}
	if art.rank >= rankArticle && art.md > 0 && ln.md > art.md {
		return nil
	}
	at := art
	for at != root && (at.rank >= rankArticle || at.md > 0 && at.md >= ln.md || at.md == 0 && at.prefix == untitled.prefix) {
		at = at.parent
	}
	return at.add(&node{word: untitled, md: ln.md, heading: ln.s})
}
