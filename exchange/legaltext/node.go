package legaltext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/library"
)

// node is a division while the tree is built.
type node struct {
	word
	md      int
	num     string
	no      number
	heading string
	text    []byte
	last    int // where the last paragraph of text begins
	eid     string
	kids    []*node
	parent  *node

	para paraState
}

func (n *node) add(k *node) *node {
	k.parent = n
	n.kids = append(n.kids, k)
	return k
}

func (n *node) empty() bool { return n.heading == "" && len(n.text) == 0 && len(n.kids) == 0 }

// write adds a line to the text. fresh begins a paragraph; otherwise the line goes on
// the one before, as the lines of a printed page do.
func (n *node) write(s string, fresh bool) {
	if s == "" {
		return
	}
	switch {
	case len(n.text) == 0:
		n.last = 0
	case fresh:
		n.text = append(n.text, "\n\n"...)
		n.last = len(n.text)
	case keepsBreak(n.text, s):
		n.text = append(n.text, '\n')
	case !tight(n.text, s):
		n.text = append(n.text, ' ')
	}
	n.text = append(n.text, s...)
}

// keepsBreak reports that a line is an item of a list or begins after the end of a sentence.
func keepsBreak(before []byte, s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	if r == '-' || r == '–' || r == '|' || r == '•' {
		return true
	}
	last, _ := utf8.DecodeLastRune(before)
	return strings.ContainsRune(".;:。；：؛|", last) && !unicode.IsLower(r)
}

// tight reports that no space belongs between two lines: Chinese, or a word parted by a hyphen.
func tight(before []byte, s string) bool {
	a, n := utf8.DecodeLastRune(before)
	b, _ := utf8.DecodeRuneInString(s)
	if a == '-' {
		c, _ := utf8.DecodeLastRune(before[:len(before)-n])
		return unicode.IsLetter(c) && unicode.IsLetter(b)
	}
	return wide(a) && wide(b)
}

func wide(r rune) bool {
	return unicode.Is(unicode.Han, r) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// takeLast takes the last paragraph back when it looks like a heading that extraction
// put before its number.
func (n *node) takeLast() (string, bool) {
	if len(n.text) == 0 {
		return "", false
	}
	s := string(n.text[n.last:])
	if strings.Contains(s, "\n") || !titleLike(s, 120) {
		return "", false
	}
	n.text = []byte(strings.TrimRight(string(n.text[:n.last]), "\n"))
	if i := strings.LastIndex(string(n.text), "\n\n"); i >= 0 {
		n.last = i + 2
	} else {
		n.last = 0
	}
	return s, true
}

// titleLike reports that a paragraph may be a heading: short, and no sentence.
func titleLike(s string, limit int) bool {
	if s == "" || len(s) > 4*limit || utf8.RuneCountInString(s) > limit {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(r) && r != '(' && r != '"' && r != '«' && r != '“' || unicode.IsLower(r) {
		return false
	}
	return !endsSentence(s) || strings.ToUpper(s) == s && strings.ToLower(s) != s && !strings.HasSuffix(s, ";")
}

// flatten lists the tree with its ids, in the order of the text. repeated counts the
// divisions whose id had to take "~".
func flatten(root *node) (out []library.Section, repeated int) {
	ids := newIDs()
	var walk func(n *node, level int)
	walk = func(n *node, level int) {
		parent := ""
		if n.parent != nil && n.parent != root {
			parent = n.parent.eid
		}
		again := ids.give(n, root)
		if again {
			repeated++
		}
		out = append(out, library.Section{EID: n.eid, Parent: parent, Level: level, Kind: n.kind, Num: n.num, Heading: n.heading, Text: strings.TrimSpace(string(n.text))})
		for _, k := range n.kids {
			walk(k, level+1)
		}
	}
	for _, k := range root.kids {
		walk(k, 1)
	}
	return out, repeated
}

// ids gives every division an id of its own.
type ids struct {
	taken map[string]int // id > how often it was asked for
	count map[*node]map[string]int
}

func newIDs() *ids { return &ids{map[string]int{}, map[*node]map[string]int{}} }

func (x *ids) give(n, root *node) (again bool) {
	if n.eid != "" {
		id := n.eid
		if x.taken[id] > 0 {
			id, again = x.next(id), true
		}
		x.taken[id]++
		n.eid = id
		return again
	}
	seg := n.prefix
	switch {
	case n.prefix == "preamble" || n.prefix == "body" || n.prefix == "preface" || n.prefix == "conclusions":
	default:
		key := cleanKey(n.no.key)
		if key == "" {
			c := x.count[n.parent]
			if c == nil {
				c = map[string]int{}
				x.count[n.parent] = c
			}
			c[n.prefix]++
			key = toKey(c[n.prefix])
		}
		seg += "_" + key
	}
	full := seg
	if n.parent != nil && n.parent != root && n.parent.eid != "" {
		full = n.parent.eid + "__" + seg
	}
	id := full
	if n.rank == rankArticle { // articles are numbered through; their id does not depend on what contains them
		id = seg
		if x.taken[id] > 0 {
			id = full
		}
	}
	if len(id) > 240 {
		id = seg // divisions in divisions in divisions
	}
	if x.taken[id] > 0 {
		id, again = x.next(id), true
	}
	x.taken[id]++
	n.eid = id
	return again
}

// next is the first free "id~n".
func (x *ids) next(id string) string {
	for {
		x.taken[id]++
		if c := id + "~" + toKey(x.taken[id]); x.taken[c] == 0 {
			return c
		}
	}
}

func cleanKey(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || r == '-' || r == '.' {
			b.WriteRune(r)
		}
		if b.Len() > 60 {
			break
		}
	}
	return strings.Trim(b.String(), ".-")
}
