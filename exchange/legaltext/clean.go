package legaltext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/fault"
)

// clean brings bytes to the text that is read: UTF-8 without byte order mark, lines
// ended by \n, NFC, without control characters.
func clean(b []byte) (string, []Warning, error) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if i := firstBroken(b); i >= 0 {
		return "", nil, fault.New(fault.Invalid, "legaltext.error.utf8", fault.Args{"line": 1 + bytes.Count(b[:i], []byte("\n"))})
	}
	if n := bytes.Count(b, []byte{0}); n > 0 && n*10 > len(b) {
		// Every other byte a zero is UTF-16, and much of it a binary file: not text that we know.
		return "", nil, fault.New(fault.Invalid, "legaltext.error.utf8", fault.Args{"line": 1})
	}
	var out strings.Builder
	out.Grow(len(b))
	dropped := 0
	s := string(b)
	for i, r := range s {
		switch {
		case r == '\r':
			if i+1 >= len(s) || s[i+1] != '\n' {
				out.WriteByte('\n')
			}
		case r == '\f' || r == '\v' || r == 0x85 || r == 0x2028:
			out.WriteByte('\n')
		case r == 0x2029:
			out.WriteString("\n\n")
		case r == '\n' || r == '\t':
			out.WriteRune(r)
		case unicode.IsControl(r) || invisible(r):
			dropped++
		case presentation(r):
			out.WriteString(norm.NFKC.String(string(r)))
		default:
			out.WriteRune(r)
		}
	}
	text := norm.NFC.String(out.String())
	var notes []Warning
	if dropped > 0 {
		notes = append(notes, Warning{"legaltext.warning.control", fault.Args{"n": dropped}})
	}
	if n := inverted(text); n > 0 {
		text = lamAlef.Replace(text)
		notes = append(notes, Warning{"legaltext.warning.mended", fault.Args{"n": n}})
	}
	return text, notes, nil
}

func firstBroken(b []byte) int {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// invisible are marks that carry no text: byte order marks, soft hyphens, zero-width
// spaces, and the marks of direction, which a page sets itself and which can make a
// text read otherwise than it stands. The joiners (U+200C, U+200D) are letters' shape and stay.
func invisible(r rune) bool {
	switch r {
	case 0xfeff, 0xfffc, 0x00ad, 0x200b, 0x200e, 0x200f, 0x2060, 0x061c:
		return true
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r >= 0xe0000 && r <= 0xe007f
}

// presentation are the shapes of Arabic letters and ligatures; the two signs for
// brackets of the Koran and the ligatures that are symbols stay.
func presentation(r rune) bool {
	return r >= 0xfb50 && r <= 0xfdcf || r >= 0xfdf0 && r <= 0xfdf9 || r >= 0xfe70 && r <= 0xfefc
}

// An article followed by a word that begins with a hamza loses its order when a PDF
// writes the two letters as one glyph: "الأول" comes out as "األول". No Arabic word
// begins so, hence it can be mended without doubt; a plain lam-alef cannot.
var lamAlef = strings.NewReplacer("األ", "الأ", "اإل", "الإ", "اآل", "الآ")

func inverted(s string) int {
	return strings.Count(s, "األ") + strings.Count(s, "اإل") + strings.Count(s, "اآل")
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// squeeze makes every run of white space one space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
