package legaltext

import (
	"bytes"
	"encoding/xml"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"merida/fault"
	"merida/library"
)

// aknNamespace is that of the OASIS Standard Akoma Ntoso Version 1.0, schema 3.0.
const aknNamespace = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"

// MediaAKN is the media type of Akoma Ntoso. Source: OASIS Akoma Ntoso 1.0 Part 2, section 3.
const MediaAKN = "application/akn+xml; charset=utf-8"

// aknElements are the elements of the hierarchy by the kind of a section and the first word
// of its id, chosen so that readAKN gives the same kind back; "" is for any other word.
var aknElements = map[string]map[string]string{
	"part":      {"subpart": "subpart", "": "part"},
	"book":      {"tome": "tome", "": "book"},
	"title":     {"": "title"},
	"chapter":   {"": "chapter"},
	"section":   {"sec": "section", "subtitle": "subtitle", "subchp": "subchapter", "dvs": "division", "subdvs": "subdivision", "subsec": "subdivision", "transitional": "transitional", "level": "level"},
	"article":   {"rule": "rule", "": "article"},
	"paragraph": {"subrule": "subrule", "subsec": "subsection", "cl": "clause", "al": "alinea", "prov": "proviso", "": "paragraph"},
	"point":     {"subcl": "subclause", "subpara": "subparagraph", "indent": "indent", "": "point"},
}

// named are the kinds that Akoma Ntoso has no element of its own for within a body; they
// are hcontainers with the kind as their name.
var named = map[string]word{"schedule": schedule, "body": {"body", "body", rankSection}, "preamble": {"preamble", "preamble", rankSection}, "section": untitled}

// WriteAkomaNtoso writes a version of a measure as a document of Akoma Ntoso 3.0 that is valid
// against the schema of the standard and that [Parse] reads back with the same ids, numbers, headings and
// texts. address is where the measure stands in this installation.
//
// Where the source gives no day, FRBRdate says "received", with the day of intake. Mappings to provisions are keywords.
// Invalid: the measure has no text, no jurisdiction or no day of intake, or holds what XML or a reader of
// Akoma Ntoso cannot take; the reason names it.
func WriteAkomaNtoso(w library.Whole, address string) ([]byte, error) {
	if len(w.Sections) == 0 {
		return nil, fault.New(fault.Invalid, "akn.refused.empty", nil)
	}
	if w.Measure.AddedAt.IsZero() || w.Measure.Country == "" || w.Measure.Lang == "" {
		return nil, fault.New(fault.Invalid, "akn.refused.record", nil)
	}
	x := &aknWriter{w: w, address: address}
	x.document()
	if x.err != nil {
		return nil, x.err
	}
	return x.Bytes(), nil
}

// aknWriter writes one document; the first thing that cannot be written stays in err.
type aknWriter struct {
	bytes.Buffer
	w       library.Whole
	address string
	err     error
}

// open begins an element; pairs are names and values of attributes in turn, empty values are left out.
func (x *aknWriter) open(name string, pairs ...string) { x.tag(name, ">", pairs) }

// mark writes an element without content.
func (x *aknWriter) mark(name string, pairs ...string) { x.tag(name, "/>", pairs) }

func (x *aknWriter) tag(name, end string, pairs []string) {
	x.WriteString("<" + name)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		x.WriteString(" " + pairs[i] + `="`)
		x.escape(pairs[i+1])
		x.WriteByte('"')
	}
	x.WriteString(end)
	if end == "/>" {
		x.WriteByte('\n')
	}
}

func (x *aknWriter) shut(name string) { x.WriteString("</" + name + ">\n") }

// escape writes words; a character that XML cannot hold refuses the document.
func (x *aknWriter) escape(s string) {
	for _, r := range s {
		if x.err == nil && (r == utf8.RuneError || r < ' ' && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff) {
			x.err = fault.New(fault.Invalid, "akn.refused.character", fault.Args{"code": strings.ToUpper(strconv.FormatInt(int64(r), 16))})
			return
		}
	}
	if err := xml.EscapeText(&x.Buffer, []byte(s)); err != nil && x.err == nil {
		x.err = err
	}
}

// words writes one element with words in it.
func (x *aknWriter) words(name, s string, pairs ...string) {
	x.open(name, pairs...)
	x.escape(s)
	x.shut(name)
}

func (x *aknWriter) document() {
	m := x.w.Measure
	kind, body := "act", "body"
	switch {
	case m.Status == library.DraftText && (m.Type == library.Law || m.Type == library.Regulation):
		kind = "bill"
	case m.Type != library.Law && m.Type != library.Regulation:
		kind, body = "doc", "mainBody"
	}
	x.WriteString(xml.Header)
	x.open("akomaNtoso", "xmlns", aknNamespace)
	x.WriteByte('\n')
	x.open(kind, "name", string(m.Type), "contains", "singleVersion")
	x.WriteByte('\n')
	x.meta(kind)
	ss := x.w.Sections
	ss = x.front(ss)
	x.open(body)
	x.WriteByte('\n')
	if len(ss) == 0 { // a text of nothing but its front
		x.mark("hcontainer", "name", "body")
	}
	x.hierarchy(ss)
	x.shut(body)
	x.shut(kind)
	x.shut("akomaNtoso")
}

// source is the id that the metadata name as their author; it must be no section's.
func (x *aknWriter) source() string {
	id := "merida"
	for {
		if _, taken := x.w.Section(id); !taken {
			return id
		}
		id += "_"
	}
}

func (x *aknWriter) meta(kind string) {
	m, v := x.w.Measure, x.w.Version
	day := func(date string, received time.Time) (value, name string) {
		if len(date) == len(time.DateOnly) && library.ValidDate(date) {
			return date, "document"
		}
		return received.UTC().Format(time.DateOnly), "received"
	}
	source := x.source()
	country, name := strings.ToLower(string(m.Country)), m.SourceID
	if name == "" {
		name = string(m.ID)
	}
	workDay, workName := day(m.Date, m.AddedAt)
	recorded := v.RecordedAt
	if recorded.IsZero() {
		recorded = m.AddedAt
	}
	textDay, textName := day(v.Date, recorded)
	dated := m.Date
	if dated == "" {
		dated = workDay
	}
	work := "/akn/" + country + "/" + kind + "/" + dated + "/" + iriSegment(name)
	tag3 := threeLetters(string(m.Lang.Base()))
	text := work + "/" + tag3 + "@" + textDay
	group := func(name, uri, date, dateName string) {
		x.open(name)
		x.WriteByte('\n')
		x.mark("FRBRthis", "value", uri+"/!main")
		x.mark("FRBRuri", "value", uri)
		if name == "FRBRWork" && x.address != "" {
			x.mark("FRBRalias", "value", x.address, "name", "address")
		}
		x.mark("FRBRdate", "date", date, "name", dateName)
		if name == "FRBRManifestation" {
			x.mark("FRBRauthor", "href", "#"+source)
		} else {
			x.mark("FRBRauthor", "href", "#"+source+"-author")
		}
	}
	title := m.Titles.Pick(m.Lang)
	x.open("meta")
	x.WriteByte('\n')
	x.open("identification", "source", "#"+source)
	x.WriteByte('\n')
	group("FRBRWork", work, workDay, workName)
	x.mark("FRBRcountry", "value", country)
	x.mark("FRBRsubtype", "value", string(m.Type))
	x.mark("FRBRname", "value", squeeze(title))
	x.shut("FRBRWork")
	group("FRBRExpression", text, textDay, textName)
	x.mark("FRBRversionNumber", "value", strconv.Itoa(max(v.N, 1)))
	x.mark("FRBRlanguage", "language", tag3)
	x.shut("FRBRExpression")
	group("FRBRManifestation", text+".akn", recorded.UTC().Format(time.DateOnly), "recorded")
	x.mark("FRBRformat", "value", "application/akn+xml")
	x.shut("FRBRManifestation")
	x.shut("identification")
	if len(x.w.Mappings) > 0 {
		x.keywords(source)
	}
	x.open("references", "source", "#"+source)
	x.WriteByte('\n')
	x.mark("TLCOrganization", "eId", source, "href", "/akn/ontology/organization/merida", "showAs", "Merida")
	x.mark("TLCOrganization", "eId", source+"-author", "href", "/akn/ontology/organization/"+country, "showAs", string(m.Country))
	x.shut("references")
	x.shut("meta")
}

// keywords says which provisions the text implements, as far as people or imports said so.
func (x *aknWriter) keywords(source string) {
	began := false
	for _, m := range x.w.Mappings {
		if m.Status == library.Suggested {
			continue
		}
		if !began {
			x.open("classification", "source", "#"+source)
			x.WriteByte('\n')
			began = true
		}
		treaty, _, _ := strings.Cut(string(m.Provision), "/")
		href := ""
		if _, ok := x.w.Section(m.EID); ok {
			href = "#" + iriSegment(m.EID)
		}
		x.mark("keyword", "href", href, "value", string(m.Provision), "showAs", string(m.Provision), "dictionary", "#"+treaty)
	}
	if began {
		x.shut("classification")
	}
}

// front writes what stands before the body, preface and preamble, and gives the rest.
func (x *aknWriter) front(ss []library.Section) []library.Section {
	for _, name := range []string{"preface", "preamble"} {
		if len(ss) == 0 || ss[0].Kind != "preamble" || ss[0].Parent != "" || len(ss) > 1 && ss[1].Level > ss[0].Level {
			return ss
		}
		if name == "preface" && !strings.HasPrefix(ss[0].EID, "preface") {
			continue
		}
		s := ss[0]
		ss = ss[1:]
		x.open(name, "eId", x.eid(s.EID))
		x.WriteByte('\n')
		if s.Num != "" {
			x.words("p", s.Num, "class", "num")
		}
		if s.Heading != "" {
			x.words("p", s.Heading, "class", "heading")
		}
		x.text(s.Text)
		x.shut(name)
	}
	return ss
}

// eid holds an id to what readers take.
func (x *aknWriter) eid(s string) string {
	if x.err == nil && validEID(s) == "" {
		x.err = fault.New(fault.Invalid, "akn.refused.eid", fault.Args{"eid": s[:cut(s, 60)]})
	}
	return s
}

// hierarchy writes sections, each with those below it.
func (x *aknWriter) hierarchy(ss []library.Section) {
	type open struct {
		name  string
		level int
	}
	var above []open
	leave := func(level int) {
		for len(above) > 0 && above[len(above)-1].level >= level {
			x.shut(above[len(above)-1].name)
			above = above[:len(above)-1]
		}
	}
	for i, s := range ss {
		leave(s.Level)
		if len(above) >= maxDepth-8 && x.err == nil {
			x.err = fault.New(fault.Invalid, "legaltext.error.depth", fault.Args{"limit": maxDepth})
		}
		name, attr := aknElement(s)
		x.open(name, "eId", x.eid(s.EID), "name", attr)
		x.WriteByte('\n')
		above = append(above, open{name, s.Level})
		if s.Num != "" {
			x.words("num", s.Num)
		}
		if s.Heading != "" {
			x.words("heading", s.Heading)
		}
		if s.Text == "" {
			continue
		}
		block := "content"
		if i+1 < len(ss) && ss[i+1].Level > s.Level {
			block = "intro"
		}
		x.open(block)
		x.WriteByte('\n')
		x.text(s.Text)
		x.shut(block)
	}
	leave(0)
}

// aknElement is the element for a section, with its name where it is an hcontainer.
func aknElement(s library.Section) (element, name string) {
	seg := s.EID
	if i := strings.LastIndex(seg, "__"); i >= 0 {
		seg = seg[i+2:]
	}
	seg, _, _ = strings.Cut(seg, "_")
	by := aknElements[s.Kind]
	if e := by[seg]; e != "" {
		return e, ""
	}
	if e := by[""]; e != "" {
		return e, ""
	}
	return "hcontainer", s.Kind
}

// text writes paragraphs, and the lines within one.
func (x *aknWriter) text(s string) {
	for _, p := range strings.Split(s, "\n\n") {
		x.open("p")
		for i, l := range strings.Split(p, "\n") {
			if i > 0 {
				x.WriteString("<br/>")
			}
			x.escape(l)
		}
		x.shut("p")
	}
}

// iriSegment keeps letters, digits and a few signs of a name for use in an address.
func iriSegment(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && (isWord(r) || strings.ContainsRune("-_.~", r)):
			b.WriteRune(r)
		case isWord(r):
			for _, c := range []byte(string(r)) {
				b.WriteString("%" + strings.ToUpper(strconv.FormatInt(int64(c), 16)))
			}
		default:
			b.WriteByte('-')
		}
	}
	return b.String()
}

// threeLetters is the code of a language in ISO 639-2, which the naming convention of Akoma Ntoso asks for.
func threeLetters(s string) string {
	b, err := language.ParseBase(s)
	if err != nil {
		return "und"
	}
	return b.ISO3()
}
