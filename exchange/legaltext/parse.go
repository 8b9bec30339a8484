package legaltext

import (
	"context"
	"slices"
	"strings"
	"time"

	"merida/fault"
	"merida/lang"
	"merida/library"
)

// Limits of one text. Source: the size of the largest national codes, several times over.
const (
	MaxBytes = 20 << 20 // of the file
	maxDepth = 64       // of the XML
	maxNodes = 500_000  // elements of the XML
)

// Formats that Parse reads.
const (
	Markdown    = "md"
	Plain       = "txt"
	AkomaNtoso  = "akn"
	HTML        = "html"
	DOCX        = "docx"
	PDF         = "pdf"
	maxHeading  = 300 // runes; what is longer is text
	maxSections = library.MaxSections
)

// Formats lists what Parse reads, in the order in which help texts show it.
var Formats = []string{Markdown, Plain, AkomaNtoso, HTML, DOCX, PDF}

// Warning tells of something that a person may want to look at; the text was read all the same.
type Warning struct {
	Key  string // catalogue key
	Args fault.Args
}

// Parse reads a text in one of Formats. l is the language of the text as far as known: it
// decides only where the words of two languages collide. The sections come in the
// order of the text, each after its parent; there is at least one.
// Invalid: the format is another, the bytes are not UTF-8 text or not well-formed XML, or
// there are no words. TooLarge: a limit was passed.
func Parse(format string, l lang.Tag, b []byte) ([]library.Section, []Warning, error) {
	if !slices.Contains(Formats, format) {
		return nil, nil, fault.New(fault.Invalid, "corpus.refused.format", fault.Args{"format": format})
	}
	if err := size(format, b); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), MaxTime)
	defer cancel()
	return parse(ctx, format, l, b)
}

// Limit is how many bytes a file of a format may have.
func Limit(format string) int {
	switch format {
	case PDF:
		return maxPDF
	case DOCX:
		return maxDocx
	}
	return MaxBytes
}

func size(format string, b []byte) error {
	if n := Limit(format); len(b) > n {
		return fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": n >> 20})
	}
	return nil
}

// MaxTime is how long the reading of one file may take; only a PDF can come near it.
const MaxTime = 60 * time.Second

func parse(ctx context.Context, format string, l lang.Tag, b []byte) ([]library.Section, []Warning, error) {
	if format == HTML {
		if looksBinary(b) {
			return nil, nil, fault.New(fault.Invalid, "legaltext.error.utf8", fault.Args{"line": 1})
		}
		var err error
		if b, err = decodeHTML(b); err != nil {
			return nil, nil, err
		}
	}
	if format == PDF {
		lines, notes, err := pdfLines(ctx, string(l.Base()), b)
		if err != nil {
			return nil, nil, err
		}
		// The letters go through the same cleaning as every other text.
		var text strings.Builder
		for _, x := range lines {
			text.WriteString(strings.ReplaceAll(x.s, "\n", " ") + "\n")
		}
		s, more, err := clean([]byte(text.String()))
		if err != nil {
			return nil, nil, err
		}
		for i, x := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
			if i < len(lines) {
				lines[i].s = squeeze(x)
			}
		}
		return finished(build(lines, string(l.Base())), append(more, notes...))
	}
	var styles, numbers string
	if format == DOCX {
		body, side, lists, err := docxParts(b)
		if err != nil {
			return nil, nil, err
		}
		b = body
		if styles, _, err = clean(side); err != nil {
			return nil, nil, err
		}
		if numbers, _, err = clean(lists); err != nil {
			return nil, nil, err
		}
	}
	text, notes, err := clean(b)
	if err != nil {
		return nil, nil, err
	}
	var root *node
	switch format {
	case AkomaNtoso:
		root, err = readAKN(text)
	case HTML:
		var ls []line
		if ls, err = htmlLines(text); err == nil {
			root = build(ls, string(l.Base()))
		}
	case DOCX:
		var ls []line
		if ls, err = docxLines(text, styles, numbers); err == nil {
			root = build(ls, string(l.Base()))
		}
	case Markdown:
		root = build(markdownLines(text), string(l.Base()))
	default:
		root = build(plainLines(text), string(l.Base()))
	}
	if err != nil {
		return nil, nil, err
	}
	return finished(root, notes)
}

// finished lists the sections of a tree and says what a person may want to look at.
func finished(root *node, notes []Warning) ([]library.Section, []Warning, error) {
	ss, repeated := flatten(root)
	if !hasWords(ss) {
		return nil, nil, fault.New(fault.Invalid, "legaltext.error.empty", nil)
	}
	if len(ss) > maxSections {
		return nil, nil, fault.New(fault.TooLarge, "legaltext.error.sections", fault.Args{"limit": maxSections})
	}
	if len(ss) == 1 && ss[0].Kind == "body" {
		notes = append(notes, Warning{"legaltext.warning.unstructured", nil})
	}
	if repeated > 0 {
		notes = append(notes, Warning{"legaltext.warning.repeated", fault.Args{"n": repeated}})
	}
	return ss, notes, nil
}

func hasWords(ss []library.Section) bool {
	for _, s := range ss {
		if strings.IndexFunc(s.Num+s.Heading+s.Text, isWord) >= 0 {
			return true
		}
	}
	return false
}
