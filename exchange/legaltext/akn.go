package legaltext

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"merida/fault"
)

// What the elements of Akoma Ntoso (1.0 to 3.0, whatever the namespace of the working
// draft) mean here. Source: Akoma Ntoso Version 1.0 Part 1 and the naming convention.
var hierarchy = map[string]word{
	"book": book, "tome": {"book", "tome", rankBook}, "part": part, "subpart": {"part", "subpart", rankPart + 1}, "title": title, "subtitle": subtitle, "chapter": chapter, "subchapter": {"section", "subchp", rankChapter + 1},
	"section": {"section", "sec", rankArticle}, "division": {"section", "dvs", rankSection}, "subdivision": {"section", "subdvs", rankSection + 1},
	"article": article, "rule": {"article", "rule", rankArticle}, "subrule": {"paragraph", "subrule", rankArticle + 5},
	"subsection": {"paragraph", "subsec", rankArticle + 5}, "clause": {"paragraph", "cl", rankArticle + 5}, "subclause": {"point", "subcl", rankArticle + 8}, "paragraph": paragraph,
	"subparagraph": {"point", "subpara", rankArticle + 12}, "point": {"point", "point", rankArticle + 14}, "indent": {"point", "indent", rankArticle + 16}, "alinea": {"paragraph", "al", rankArticle + 10},
	"proviso": {"paragraph", "prov", rankArticle + 16}, "transitional": {"section", "transitional", rankSection}, "level": {"section", "level", rankSection}, "hcontainer": untitled,
}

// fronts are the parts of a document that are not its body.
var fronts = map[string]word{
	"preface": {"preamble", "preface", 0}, "preamble": {"preamble", "preamble", 0}, "coverPage": {"preamble", "coverPage", 0}, "header": {"preamble", "preface", 0},
	"introduction": {"preamble", "preface", 0}, "conclusions": {"body", "conclusions", 0}, "attachment": schedule, "component": {"schedule", "cmp", rankSchedule},
}

// breaks are elements that begin a paragraph of text.
var breaks = map[string]bool{
	"p": true, "li": true, "tr": true, "block": true, "listIntroduction": true, "listWrapUp": true, "listConclusion": true, "item": true, "tblock": true, "longTitle": true, "formula": true,
	"recital": true, "citation": true, "container": true, "blockList": true, "table": true, "ul": true, "ol": true, "quotedStructure": true, "intro": true, "wrapUp": true, "wrap": true, "content": true,
	"crossHeading": true, "crossheading": true, "tocItem": true, "div": true, "caption": true, "list": true, "body": true, "mainBody": true, "amendmentBody": true, "collectionBody": true,
	"blockContainer": true, "foreign": true, "docketNumber": true, "interstitial": true,
}

// inTable are elements parted by a bar.
var inTable = map[string]bool{"td": true, "th": true}

// frame is an open element of the XML.
type frame struct {
	name string
	node *node // the division it began, nil when none
	into int   // where its words go
}

const (
	intoText = iota
	intoNum
	intoHeading
)

// aknReader collects the words of the document in the divisions they belong to.
type aknReader struct {
	root   *node
	cur    *node
	stack  []frame
	quoted int // depth of quoted structures and notes, whose divisions are text
	meta   int
	space  bool // white space was seen since the last word
	fresh  bool // the next word begins a paragraph
	num    bool // the last words were a number, which stays with what follows
	note   int  // depth of notes, which stand in the line
	broken bool // the next word begins a line
	nodes  int
}

func readAKN(text string) (*node, error) {
	dec := xml.NewDecoder(strings.NewReader(text))
	dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		return nil, fault.New(fault.Invalid, "legaltext.error.encoding", fault.Args{"encoding": label[:cut(label, 40)]})
	}
	r := &aknReader{root: &node{}}
	r.cur = r.root
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var f *fault.Error
			if errors.As(err, &f) {
				return nil, f
			}
			line, _ := dec.InputPos()
			return nil, &fault.Error{Kind: fault.Invalid, Key: "legaltext.error.xml", Args: fault.Args{"line": line}, Err: err}
		}
		switch t := tok.(type) {
		case xml.Directive:
			return nil, fault.New(fault.Invalid, "legaltext.error.doctype", nil)
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return nil, err
			}
		case xml.EndElement:
			r.end()
		case xml.CharData:
			r.words(string(t))
		}
	}
	if r.nodes == 0 {
		return nil, fault.New(fault.Invalid, "legaltext.error.not_akn", nil)
	}
	return prune(r.root), nil
}

func (r *aknReader) start(t xml.StartElement) error {
	r.nodes++
	if r.nodes > maxNodes {
		return fault.New(fault.TooLarge, "legaltext.error.nodes", fault.Args{"limit": maxNodes})
	}
	if len(r.stack) >= maxDepth {
		return fault.New(fault.TooLarge, "legaltext.error.depth", fault.Args{"limit": maxDepth})
	}
	name := t.Name.Local
	if len(r.stack) == 0 && name != "akomaNtoso" {
		return fault.New(fault.Invalid, "legaltext.error.not_akn", nil)
	}
	f := frame{name: name}
	if n := len(r.stack); n > 0 {
		f.into = r.stack[n-1].into
	}
	attr := func(name string) string {
		for _, a := range t.Attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
		return ""
	}
	owner := len(r.stack) > 0 && r.stack[len(r.stack)-1].node != nil // the element above began the division
	switch {
	case r.meta > 0 || name == "meta":
		r.meta++
	case r.quoted > 0 || name == "quotedStructure" && r.cur.rank > 0 || // an amendment that is quoted whole is the text itself
		name == "authorialNote" || name == "embeddedStructure":
		r.quoted++
		if r.note > 0 || name == "authorialNote" {
			r.note++
			r.space = true
		} else if !r.num {
			r.fresh = r.fresh || breaks[name] || hierarchy[name].kind != "" || name == "num"
		}
	case name == "num" && owner:
		f.into = intoNum
	case name == "p" && owner && attr("class") == "num" && fronts[r.stack[len(r.stack)-1].name].kind == "preamble": // as WriteAkomaNtoso has it
		f.into = intoNum
	case name == "p" && owner && attr("class") == "heading" && fronts[r.stack[len(r.stack)-1].name].kind == "preamble":
		f.into = intoHeading
		r.space = true
	case (name == "heading" || name == "subheading") && owner:
		f.into = intoHeading
		r.space = true
	default:
		w, ok := hierarchy[name]
		if !ok {
			w, ok = fronts[name]
		}
		// A part of a paragraph of text (a list in running words) is no division of its own.
		if k, known := named[attr("name")]; name == "hcontainer" && known {
			w = k
		}
		if ok && f.into == intoText && (w.rank > 0 || r.cur.rank < rankArticle) {
			f.node = r.cur.add(&node{word: w})
			f.node.eid = validEID(attr("eId"))
			r.cur = f.node
			r.fresh = true
		} else if (breaks[name] || ok) && !r.num {
			r.fresh = true
		} else if inTable[name] {
			r.bar()
		} else if name == "eol" || name == "br" || name == "num" || name == "heading" || name == "subheading" {
			r.space = true
			r.broken = r.broken || name == "br"
			r.fresh = r.fresh || name == "num"
		}
	}
	r.stack = append(r.stack, f)
	return nil
}

func (r *aknReader) end() {
	f := r.stack[len(r.stack)-1]
	r.stack = r.stack[:len(r.stack)-1]
	switch {
	case r.meta > 0:
		r.meta--
		return
	case r.quoted > 0:
		r.quoted--
		r.note = max(r.note-1, 0)
	}
	if f.node != nil {
		r.num = false
		r.cur = f.node.parent
		f.node.no.key = cleanNum(f.node.num, f.node.prefix)
	}
	if r.note == 0 {
		r.fresh = r.fresh || breaks[f.name] || f.node != nil
	}
	r.num = r.num || f.name == "num"
	r.space = r.space || f.name == "num" || f.name == "heading" || f.name == "subheading" || f.name == "authorialNote"
}

func (r *aknReader) bar() {
	if n := r.textNode(); len(n.text) > 0 && !r.fresh {
		n.text = append(n.text, " |"...)
	}
	r.space = true
}

// textNode is the division that text goes to; words outside any open one of their own.
func (r *aknReader) textNode() *node {
	if r.cur != r.root {
		return r.cur
	}
	if n := len(r.root.kids); n > 0 && r.root.kids[n-1].prefix == "body" {
		return r.root.kids[n-1]
	}
	return r.root.add(&node{word: word{"body", "body", 0}})
}

func (r *aknReader) words(s string) {
	if r.meta > 0 || len(r.stack) == 0 {
		return
	}
	if strings.TrimSpace(s) == "" {
		r.space = r.space || s != ""
		return
	}
	body := squeeze(s)
	lead := strings.TrimLeft(s, " \t\n\r\u00a0") != s
	n := r.textNode()
	f := r.stack[len(r.stack)-1]
	gap := r.space || lead
	r.space = strings.TrimRight(s, " \t\n\r\u00a0") != s
	broken := r.broken
	r.broken = false
	switch f.into {
	case intoNum:
		n.num = joined(n.num, body, gap)
		return
	case intoHeading:
		n.heading = joined(n.heading, body, gap)
		return
	}
	if len(n.text) > 0 {
		if r.fresh {
			n.text = append(n.text, "\n\n"...)
		} else if broken {
			n.text = append(n.text, '\n')
		} else if gap {
			n.text = append(n.text, ' ')
		}
	}
	r.fresh, r.num = false, false
	n.text = append(n.text, body...)
}

func joined(a, b string, gap bool) string {
	if a == "" || !gap {
		return a + b
	}
	return a + " " + b
}

// cleanNum makes the key of an id from a printed number: "Artículo 1º" gives "1".
func cleanNum(num, prefix string) string {
	s := strings.TrimSpace(num)
	if s == "" {
		return ""
	}
	if m, ok := findMark(s, ""); ok && !m.bare && m.no.key != "" {
		return m.no.key
	}
	if n, _, ok := readDigits(strings.TrimLeft(s, "([§ ")); ok {
		return n.key
	}
	return cleanKey(strings.ReplaceAll(s, " ", ""))
}

// validEID accepts an id of the source when it may stand in an address.
func validEID(s string) string {
	if len(s) > 250 {
		return ""
	}
	for _, r := range s {
		if !isWord(r) && !strings.ContainsRune("_-.~", r) {
			return ""
		}
	}
	return s
}

// prune takes away divisions that hold nothing.
func prune(n *node) *node {
	kept := n.kids[:0]
	for _, k := range n.kids {
		prune(k)
		if len(k.kids) > 0 || strings.TrimSpace(k.num+k.heading+string(k.text)) != "" {
			kept = append(kept, k)
		}
	}
	n.kids = kept
	return n
}
