package treatytext

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/convention"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/treaty"
)

// head lines of a text by article, by name.
func readHead(lines []string, given treaty.Text) (t treaty.Text, from int) {
	var said treaty.Text
	into := map[string]*string{"convention": (*string)(&said.Convention), "lang": (*string)(&said.Lang), "status": (*string)(&said.Status),
		"source": &said.Source, "source_url": &said.SourceURL, "licence": &said.Licence, "date": &said.Date}
	i := 0
	if len(lines) > 0 && strings.TrimSpace(lines[0]) == "---" {
		i = 1
	}
	for ; i < len(lines); i++ {
		s := strings.TrimSpace(lines[i])
		if s == "---" {
			return merge(given, said), i + 1
		}
		name, value, ok := strings.Cut(s, ":")
		p := into[strings.TrimSpace(name)]
		if s != "" && (!ok || p == nil) {
			break
		}
		if p != nil {
			*p = strings.TrimSpace(value)
		}
	}
	return merge(given, treaty.Text{}), 0
}

// articles is the state of reading a text by article.
type articles struct {
	tree   *convention.Catalogue
	t      treaty.Text
	found  []treaty.Finding
	art    *convention.Provision // nil before the first article and in one that the tree does not have
	cur    *convention.Provision // to whose text a line belongs
	begun  bool                  // an article or chapter was seen
	skip   bool                  // the lines of a chapter's heading, or of an unknown article
	title  bool                  // the title of the article may come
	parted bool                  // a blank line, or the beginning of a passage, stands before
}

func readArticles(tree *convention.Catalogue, s string, given treaty.Text) (treaty.Text, []treaty.Finding, error) {
	lines := strings.Split(s, "\n")
	t, from := readHead(lines, given)
	if _, ok := tree.Convention(t.Convention); !ok {
		// Without its tree nothing can be placed; the check of the text names what is missing.
		_, err := treaty.Check(tree, &t)
		return t, nil, err
	}
	a := &articles{tree: tree, t: t, parted: true}
	for i := from; i < len(lines); i++ {
		s := plain(lines[i])
		if s == "" {
			a.parted = true
			continue
		}
		a.line(s, i+1)
	}
	return a.t, a.found, nil
}

// plain takes the marks of Markdown and indentation from a line.
func plain(s string) string {
	s = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(s), "#>"))
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(s, "**", ""), "__", ""))
}

func (a *articles) line(s string, n int) {
	if h, ok := legaltext.Division(s, a.t.Lang); ok {
		switch {
		case h.Kind == "article" && utf8.RuneCountInString(h.Rest) <= maxTitle && a.article(h, n):
			return
		case h.Kind != "article" && h.Kind != "schedule" && a.chapter(h):
			return
		}
	}
	switch {
	case a.skip:
	case a.art == nil:
		a.add(a.t.Convention, s, n)
	default:
		a.within(s, n)
	}
}

const maxTitle = 200 // characters of an article's title

// article begins an article; ok is false where the line is a reference rather than a heading: an article that
// was begun already, or that lies before the present one.
func (a *articles) article(h legaltext.Heading, n int) (ok bool) {
	id := a.t.Convention + convention.ID("/art_"+h.Key)
	x, known := a.tree.Get(id)
	if known && a.art != nil && x.Order <= a.art.Order {
		return false
	}
	a.begun, a.parted = true, true
	if !known {
		a.found = append(a.found, treaty.Finding{Provision: id, Line: n, Key: "treaty.error.unknown", Args: fault.Args{"id": string(id)}, Fatal: true})
		a.art, a.skip = nil, true
		return true
	}
	a.art, a.cur, a.skip, a.title = x, x, false, h.Rest == ""
	if len(x.Children) == 1 {
		if p, _ := a.tree.Get(x.Children[0]); p.Implicit {
			a.cur = p
		}
	}
	return true
}

// chapter passes over the heading of a chapter and what follows up to its first article.
func (a *articles) chapter(h legaltext.Heading) bool {
	known := false
	for _, x := range a.tree.Children(a.t.Convention) {
		known = known || x.Kind == convention.Chapter
	}
	if !known || h.Kind != "chapter" && h.Kind != "title" && h.Kind != "part" || utf8.RuneCountInString(h.Rest) > maxTitle {
		return false
	}
	a.begun, a.skip = true, true
	return true
}

// within places a line of an article.
func (a *articles) within(s string, n int) {
	marks := markers(s, a.t.Lang)
	if a.title {
		a.title = false
		if len(marks) == 0 && a.isTitle(s) {
			return
		}
	}
	p, rest, near := a.place(marks)
	switch {
	case p != nil:
		a.cur, a.parted = p, true
		if more := markers(rest, a.t.Lang); len(more) > 0 { // "(a) (i) …" on one line
			if q, _, _ := a.place(more); q != nil && q.Parent == p.ID {
				a.within(rest, n)
				return
			}
		}
		if rest != "" {
			a.add(p.ID, rest, n)
		}
	case near:
		a.found = append(a.found, treaty.Finding{Provision: a.art.ID, Line: n, Key: "treaty.error.no_place", Args: fault.Args{"mark": marks[0].printed, "id": string(a.art.ID)}, Fatal: true})
	default:
		a.add(a.cur.ID, s, n)
	}
}

// isTitle reports that the first line of an article is its title: it is the known one, or it stands before numbered paragraphs,
// or it is short and no sentence.
func (a *articles) isTitle(s string) bool {
	fold := func(s string) string { return strings.Trim(legaltext.Digits(s), " .:;[]*†") }
	if v, ok := a.art.Titles[a.t.Lang]; ok && fold(v.S) == fold(s) {
		return true
	}
	if len(a.art.Children) > 0 && a.cur == a.art {
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	return utf8.RuneCountInString(s) <= maxTitle && !strings.ContainsRune(".,;:。，；：、،؛", last)
}

// place finds the provision that begins with one of the marks: a child of the present one, or what follows it or one
// above it; what comes next in the printed order goes before what would leave a gap. near says that something of the
// mark's kind is there, but not of its number.
func (a *articles) place(marks []marker) (p *convention.Provision, rest string, near bool) {
	for _, gap := range []bool{false, true} {
		ids, from := a.cur.Children, 0
		for x := a.cur; ; {
			for i := from; i < len(ids) && (gap || i == from); i++ {
				y, _ := a.tree.Get(ids[i])
				parent, _ := a.tree.Get(y.Parent)
				for _, m := range marks {
					fits := m.fits(y, parent)
					if fits && m.ordinal == i+1 {
						return y, m.rest, false
					}
					near = near || fits
				}
			}
			if x.ID == a.art.ID {
				break
			}
			parent, _ := a.tree.Get(x.Parent)
			ids, from = parent.Children, slices.Index(parent.Children, x.ID)+1
			x = parent
		}
	}
	return nil, "", near
}

// add appends a line to the words of a provision: to its last paragraph, or as a new one after a blank line.
func (a *articles) add(id convention.ID, s string, n int) {
	ps := a.t.Passages
	if len(ps) == 0 || ps[len(ps)-1].Provision != id {
		for i := range ps { // text after the points of a paragraph belongs to the paragraph
			if ps[i].Provision == id {
				ps[i].Text += "\n\n" + s
				a.parted = false
				return
			}
		}
		a.t.Passages = append(ps, treaty.Passage{Provision: id, Text: s, Line: n})
		a.parted = false
		return
	}
	p := &ps[len(ps)-1]
	last, _ := utf8.DecodeLastRuneInString(p.Text)
	first, _ := utf8.DecodeRuneInString(s)
	switch {
	case a.parted:
		p.Text += "\n\n" + s
	case unicode.Is(unicode.Han, last) || unicode.Is(unicode.Han, first):
		p.Text += s
	default:
		p.Text += " " + s
	}
	a.parted = false
}
