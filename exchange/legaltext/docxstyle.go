package legaltext

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// props are the properties of a paragraph or of its style that tell of structure.
type props struct {
	style string
	level int // outline level from 0, -1 when not said
	num   int // list, -1 when not said, 0 for none
	ilvl  int // level within the list, -1 when not said
	bold  bool
}

// md is the level as of a Markdown heading, 0 for text.
func (p props) md() int {
	if p.level < 0 || p.level > 8 {
		return 0
	}
	return min(p.level+1, 6)
}

// read takes a property in; those of other matters are passed over.
func (p *props) read(t xml.StartElement) {
	v := value(t, "val")
	switch t.Name.Local {
	case "pStyle":
		p.style = v
	case "outlineLvl":
		p.level = small(v, -1)
	case "numId":
		p.num = small(v, 0)
	case "ilvl":
		p.ilvl = min(small(v, 0), maxLevels-1)
	}
}

// styleSheet holds the styles of paragraphs by id, each with what it takes over from those below it.
type styleSheet map[string]props

// of gives the properties of a paragraph: its own, and what its style says beyond them.
func (s styleSheet) of(p props) props {
	st, ok := s[p.style]
	if !ok {
		st = props{level: headingLevel(p.style), num: -1, ilvl: -1}
	}
	if p.level < 0 {
		p.level = st.level
	}
	if p.num < 0 {
		p.num = st.num
		if p.ilvl < 0 {
			p.ilvl = st.ilvl
		}
	}
	p.bold = p.bold || st.bold
	return p
}

// headingLevel reads the name of a style: word processors keep "heading 1" and "Title" in
// English whatever language they speak.
func headingLevel(name string) int {
	s := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	if s == "title" {
		return 0
	}
	if d, ok := strings.CutPrefix(s, "heading"); ok && len(d) == 1 && d[0] >= '1' && d[0] <= '9' {
		return int(d[0] - '1')
	}
	return -1
}

// readStyles reads the part of the styles; without one there are none.
func readStyles(text string) (styleSheet, error) {
	type raw struct {
		props
		based string
		plain bool // says that it is not bold
	}
	all := map[string]raw{}
	var cur raw
	var id string
	inPara, inRun := false, false
	err := eachXML(text, func(t xml.StartElement) {
		if !isWML(t.Name) {
			return
		}
		switch t.Name.Local {
		case "style":
			cur, id = raw{props: props{level: -1, num: -1, ilvl: -1}}, ""
			if k := value(t, "type"); k == "" || k == "paragraph" {
				id = value(t, "styleId")
			}
		case "name":
			if n := headingLevel(value(t, "val")); n >= 0 && cur.level < 0 {
				cur.level = n
			}
		case "basedOn":
			cur.based = value(t, "val")
		case "pPr":
			inPara = true
		case "rPr":
			inRun = true
		case "b":
			if inRun && !inPara {
				cur.bold, cur.plain = isOn(t), !isOn(t)
			}
		default:
			if inPara {
				cur.read(t)
			}
		}
	}, func(t xml.EndElement) {
		if !isWML(t.Name) {
			return
		}
		switch t.Name.Local {
		case "pPr":
			inPara = false
		case "rPr":
			inRun = false
		case "style":
			if id != "" {
				all[id] = cur
			}
			id = ""
		}
	}, func(string) {})
	if err != nil {
		return nil, err
	}
	out := make(styleSheet, len(all))
	for id, st := range all {
		for b, n := st.based, 0; b != "" && n < 12; n++ { // a circle of styles ends here
			below, ok := all[b]
			if !ok {
				break
			}
			if st.level < 0 {
				st.level = below.level
			}
			if st.num < 0 {
				st.num = below.num
			}
			if st.ilvl < 0 {
				st.ilvl = below.ilvl
			}
			if !st.bold && !st.plain {
				st.bold, st.plain = below.bold, below.plain
			}
			b = below.based
		}
		st.style = id
		out[id] = st.props
	}
	return out, nil
}

const (
	maxLevels = 9  // of a list, as ECMA-376 has it
	maxLabel  = 80 // bytes of the text around a number
)

// level is how one level of a list prints its numbers.
type level struct {
	start       int
	format      string
	text        string
	legal       bool   // all numbers in digits
	style       string // the style of paragraphs that stand on it
	counted     bool
	value       int
	overrideVal int
}

// numbering holds the lists of a document and counts them while it is read.
type numbering struct {
	lists map[string]*[maxLevels]level
	nums  map[int]string      // list of a paragraph to its form
	fresh map[int]map[int]int // levels that a list begins anew
}

func readNumbering(text string) (*numbering, error) {
	n := &numbering{map[string]*[maxLevels]level{}, map[int]string{}, map[int]map[int]int{}}
	var list *[maxLevels]level
	var lvl *level
	num, over := -1, -1
	err := eachXML(text, func(t xml.StartElement) {
		if !isWML(t.Name) {
			return
		}
		v := value(t, "val")
		switch t.Name.Local {
		case "abstractNum":
			list = &[maxLevels]level{}
			for i := range list {
				list[i] = level{start: 1, format: "decimal"}
			}
			n.lists[value(t, "abstractNumId")] = list
		case "lvl":
			lvl = nil
			if i := small(value(t, "ilvl"), maxLevels); list != nil && num < 0 && i < maxLevels {
				lvl = &list[i]
			}
		case "num":
			num = small(value(t, "numId"), -1)
		case "abstractNumId":
			if num >= 0 {
				n.nums[num] = v
			}
		case "lvlOverride":
			over = small(value(t, "ilvl"), -1)
		case "startOverride":
			if num >= 0 && over >= 0 && over < maxLevels {
				if n.fresh[num] == nil {
					n.fresh[num] = map[int]int{}
				}
				n.fresh[num][over] = small(v, 1)
			}
		}
		if lvl == nil {
			return
		}
		switch t.Name.Local {
		case "start":
			lvl.start = small(v, 1)
		case "numFmt":
			lvl.format = v
		case "lvlText":
			lvl.text = v[:cut(v, maxLabel)]
		case "isLgl":
			lvl.legal = isOn(t)
		case "pStyle":
			lvl.style = v
		}
	}, func(t xml.EndElement) {
		if !isWML(t.Name) {
			return
		}
		switch t.Name.Local {
		case "abstractNum":
			list, lvl = nil, nil
		case "lvl":
			lvl = nil
		case "num":
			num, over = -1, -1
		}
	}, func(string) {})
	return n, err
}

// next counts a paragraph and gives its number as it is printed, empty when it has none.
func (n *numbering) next(p props) string {
	list := n.lists[n.nums[p.num]]
	if p.num <= 0 || list == nil {
		return ""
	}
	at := p.ilvl
	if at < 0 {
		at = 0
		for i := range list {
			if p.style != "" && list[i].style == p.style {
				at = i
			}
		}
	}
	for i, v := range n.fresh[p.num] {
		list[i].counted, list[i].overrideVal = false, v
	}
	delete(n.fresh, p.num)
	l := &list[at]
	switch {
	case l.counted:
		l.value++
	case l.overrideVal > 0:
		l.value = l.overrideVal
	default:
		l.value = l.start
	}
	l.counted, l.overrideVal = true, 0
	for i := at + 1; i < maxLevels; i++ {
		list[i].counted = false
	}
	switch l.format {
	case "bullet":
		return "-"
	case "none":
		return strings.TrimSpace(l.text)
	}
	var b strings.Builder
	for i := 0; i < len(l.text); i++ {
		if l.text[i] != '%' || i+1 >= len(l.text) || l.text[i+1] < '1' || l.text[i+1] > '9' {
			b.WriteByte(l.text[i])
			continue
		}
		i++
		x := list[l.text[i]-'1']
		if !x.counted {
			x.value = x.start
		}
		if l.legal {
			x.format = "decimal"
		}
		b.WriteString(printed(x.value, x.format))
	}
	return strings.TrimSpace(b.String())
}

// printed writes a number in a format of ECMA-376 (ST_NumberFormat); in one that is not listed, as digits.
func printed(v int, format string) string {
	letter := func(alphabet string) string {
		rs := []rune(alphabet)
		if v < 1 {
			return strconv.Itoa(v)
		}
		return strings.Repeat(string(rs[(v-1)%len(rs)]), min((v-1)/len(rs)+1, 20)) // z is followed by aa
	}
	switch format {
	case "lowerLetter":
		return letter("abcdefghijklmnopqrstuvwxyz")
	case "upperLetter":
		return letter("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	case "russianLower":
		return letter("абвгдежзиклмнопрстуфхцчшщыэюя")
	case "russianUpper":
		return letter("АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЫЭЮЯ")
	case "lowerRoman", "upperRoman":
		if v < 1 || v > 3999 {
			break
		}
		if format == "lowerRoman" {
			return strings.ToLower(toRoman(v))
		}
		return strings.ToUpper(toRoman(v))
	case "decimalZero":
		if v < 10 {
			return "0" + strconv.Itoa(v)
		}
	case "chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting", "taiwaneseCountingThousand":
		return toChinese(v)
	}
	return strconv.Itoa(v)
}

// toChinese writes 1 to 9999 as laws number their articles: 十二, 一百零五.
func toChinese(v int) string {
	if v < 1 || v > 9999 {
		return strconv.Itoa(v)
	}
	const digits = "零一二三四五六七八九"
	rs := []rune(digits)
	var b strings.Builder
	gap := false
	for _, u := range []struct {
		n    int
		name string
	}{{1000, "千"}, {100, "百"}, {10, "十"}, {1, ""}} {
		d := v / u.n % 10
		if d == 0 {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteRune(rs[0])
			gap = false
		}
		if d != 1 || u.n != 10 || b.Len() > 0 {
			b.WriteRune(rs[d])
		}
		b.WriteString(u.name)
	}
	return b.String()
}
