package inverted

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"merida/lang"
	"merida/search"
	"merida/search/analysis"
)

// Terms of the dictionary begin with a letter that says what they are.
const (
	exactTerm = "x"
	stemTerm  = "s"
)

// gapBetween parts heading and text of a section, and titles in several languages, so that no sequence of words reaches over.
const gapBetween = 16

// languageMark stands around the tag before each language of what is said of a record, and before the id of a section of a translation.
const languageMark = "\x1e"

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mostPlaces bounds how often a term is noted in one section; more says nothing more.
const mostPlaces = 4096

type forms struct {
	exact, stem string // as the dictionary has them; stem "" where it is as the exact one
}

// analyzer takes words apart and remembers the usual ones.
type analyzer struct {
	known map[lang.Tag]map[string]forms
}

const mostKnown = 200_000 // words of a language

func (a *analyzer) forms(tag lang.Tag, word string) forms {
	m := a.known[tag]
	if m == nil || len(m) > mostKnown {
		m = map[string]forms{}
		a.known[tag] = m
	}
	f, ok := m[word]
	if !ok {
		x := analysis.Fold(word)
		if x != "" {
			st, stemmed := analysis.Stem(tag, word)
			if !stemmed {
				st = x
			}
			f = forms{exactTerm + x, stemTerm + st}
		}
		m[strings.Clone(word)] = f
	}
	return f
}

// collected is the list of a term while a segment is built.
type collected struct {
	w          listWriter
	sec        uint32
	open       bool
	head, body uint32
	places     []byte
	last       uint32
}

func (c *collected) close() {
	if c.open {
		c.w.add(c.sec, c.head, c.body, c.places)
		c.open, c.head, c.body, c.places, c.last = false, 0, 0, c.places[:0], 0
	}
}

// builder makes a segment of documents in memory.
type builder struct {
	a     *analyzer
	terms map[string]*collected
	docs  []meta
	norms []byte
	words int64
	texts [][]byte
}

func (b *builder) note(term string, sec, place uint32, head bool) {
	c := b.terms[term]
	if c == nil {
		c = &collected{}
		b.terms[term] = c
	}
	if !c.open || c.sec != sec {
		c.close()
		c.open, c.sec = true, sec
	}
	if c.head+c.body >= mostPlaces {
		return
	}
	if head {
		c.head++
	} else {
		c.body++
	}
	c.places = binary.AppendUvarint(c.places, uint64(place-c.last))
	c.last = place
}

// read notes the words of a text from a position on and gives the position after it.
func (b *builder) read(text string, tag lang.Tag, sec, place uint32, head bool) uint32 {
	for tok := range analysis.Tokens(text) {
		f := b.a.forms(tag, text[tok.Start:tok.End])
		if f.exact == "" {
			continue
		}
		b.note(f.exact, sec, place, head)
		b.note(f.stem, sec, place, head)
		place++
	}
	return place
}

func (b *builder) section(s search.Section, words uint32) {
	var t []byte
	eid := s.EID
	if s.Lang != "" {
		eid = languageMark + string(s.Lang) + languageMark + eid
	}
	for _, x := range []string{eid, s.Heading} {
		t = append(binary.AppendUvarint(t, uint64(len(x))), x...)
	}
	b.texts = append(b.texts, append(t, s.Text...))
	b.norms = append(b.norms, shorten(words))
	b.words += int64(words)
}

func (b *builder) add(d *search.Document) {
	title := d.Titles[d.Lang].S
	if title == "" {
		title = d.Titles.Pick("en")
	}
	m := meta{ID: d.ID, SourceID: d.SourceID, Lang: d.Lang, Title: strings.Join(analysis.Words(title), " "), Date: d.Date, Year: d.Year, Fields: d.Fields}
	if !d.Changed.IsZero() {
		m.Changed = d.Changed.UnixMicro()
	}
	start := len(b.norms)
	var place, words uint32
	for _, tag := range d.Titles.Tags() {
		end := b.read(d.Titles[tag].S, tag, uint32(start), place, true)
		words += end - place
		place = end + gapBetween
	}
	b.section(search.Section{}, words)
	// The record as a whole: what is said of it in every language, that of the text first.
	place, words = 0, 0
	said := d.Summary.Tags()
	slices.SortStableFunc(said, func(a, b lang.Tag) int { return cmp.Compare(b2i(b == d.Lang), b2i(a == d.Lang)) })
	var all strings.Builder
	for _, tag := range said {
		end := b.read(d.Summary[tag].S, tag, uint32(start)+1, place, false)
		words += end - place
		place = end + gapBetween
		all.WriteString(languageMark + string(tag) + languageMark + d.Summary[tag].S)
	}
	b.section(search.Section{Text: all.String()}, words)
	for _, s := range d.Sections {
		if s.Text == "" && s.Heading == "" {
			continue
		}
		sec := uint32(len(b.norms))
		tag := cmp.Or(s.Lang, d.Lang)
		head := b.read(s.Heading, tag, sec, 0, true)
		end := b.read(s.Text, tag, sec, head+gapBetween, false)
		b.section(s, end-gapBetween)
	}
	m.Sections = uint32(len(b.norms) - start)
	b.docs = append(b.docs, m)
}

func (b *builder) parts() parts {
	return parts{docs: b.docs, norms: b.norms, words: b.words,
		text: func(add func([]byte)) error {
			for _, t := range b.texts {
				add(t)
			}
			return nil
		},
		terms: func(add func([]byte, *listWriter)) error {
			sorted := make([]string, 0, len(b.terms))
			for t := range b.terms {
				sorted = append(sorted, t)
			}
			slices.Sort(sorted)
			for _, t := range sorted {
				c := b.terms[t]
				c.close()
				add([]byte(t), &c.w)
			}
			return nil
		}}
}

// shorten keeps the number of words of a section in a byte: eight steps to each doubling.
func shorten(words uint32) byte {
	return byte(min(255, math.Round(8*math.Log2(1+float64(words)))))
}

// lengthOf is the number of words that a byte stands for.
var lengthOf = func() (out [256]float32) {
	for i := range out {
		out[i] = float32(math.Exp2(float64(i)/8) - 1)
	}
	return out
}()
