package legaltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// paraState is how the paragraphs of an article are numbered, as far as seen.
type paraState struct {
	style string
	n     int
}

// paraMark reads the number that a paragraph begins with: "(1)", "1.", "1)", "1°", "1.-", "§ 1º",
// "I. –", and "-1" as extraction leaves it in Arabic. style tells the forms apart.
func paraMark(s string, raised bool) (style, num string, no number, rest string, ok bool) {
	head := s[:cut(s, 40)]
	if head == "" {
		return
	}
	if raised {
		no, rest, ok = readDigits(head)
		return finish("^", s, head, no, rest, ok && !strings.ContainsAny(no.key, ".-"))
	}
	if t, found := strings.CutPrefix(head, "§"); found {
		no, rest, ok = readDigits(strings.TrimLeft(t, " "))
		return finish("§", s, head, no, rest, ok)
	}
	if c := head[0]; c >= 'I' && c <= 'X' {
		w := firstWord(head)
		v := roman(w)
		t := strings.TrimLeft(head[len(w):], " ")
		if v == 0 || !strings.HasPrefix(t, ".") && !strings.HasPrefix(t, "-") && !strings.HasPrefix(t, "–") && !strings.HasPrefix(t, "—") {
			return "", "", no, "", false
		}
		return finish("I", s, head, number{w, v}, t, true)
	}
	open := head[0] == '('
	t := strings.TrimPrefix(head, "(")
	dash := false
	if u := strings.TrimLeft(t, "-. "); !open && u != t && (t[0] == '-' || t[0] == '.') {
		t, dash = u, true
	}
	r, _ := utf8.DecodeRuneInString(t)
	if !unicode.IsDigit(r) {
		return "", "", no, "", false
	}
	no, rest, ok = readDigits(t)
	if !ok || no.value == 0 || strings.ContainsAny(no.key, ".-") || no.value > 500 {
		return "", "", no, "", false
	}
	switch {
	case open:
		if !strings.HasPrefix(rest, ")") {
			return "", "", no, "", false
		}
		return finish("(", s, head, no, rest[1:], true)
	case dash:
		if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(rest, " ")); !unicode.Is(unicode.Arabic, r) {
			return "", "", no, "", false
		}
		return finish("-", s, head, no, rest, true)
	case strings.HasPrefix(rest, "."):
		return finish(".", s, head, no, rest[1:], true)
	case strings.HasPrefix(rest, ")"):
		return finish(")", s, head, no, rest[1:], true)
	case strings.HasPrefix(strings.TrimLeft(rest, " "), "-"), strings.HasPrefix(strings.TrimLeft(rest, " "), "–"):
		return finish("d", s, head, no, rest, true)
	case strings.HasSuffix(head[:len(head)-len(rest)], "º"), strings.HasSuffix(head[:len(head)-len(rest)], "°"):
		return finish("°", s, head, no, rest, true)
	}
	return "", "", no, "", false
}

func finish(style, s, head string, no number, rest string, ok bool) (string, string, number, string, bool) {
	if !ok {
		return "", "", no, "", false
	}
	at := len(head) - len(rest)
	text := strings.TrimLeft(s[at:], " .-–—")
	if r, _ := utf8.DecodeRuneInString(text); text == "" || unicode.IsLower(r) && style == "." && !unicode.Is(unicode.Arabic, r) {
		return "", "", no, "", false // a number alone, or the end of a sentence such as "No. 5. of"
	}
	return style, strings.TrimSpace(s[:at]), no, text, true
}

// next reports whether a paragraph with this number follows in the article.
func (p *paraState) next(style string, no number) bool {
	switch {
	case p.style == "" && no.value == 1:
	case p.style == style && no.value == p.n+1:
	case p.style == style && no.value == p.n && p.n > 0 && len(no.key) > len(toKey(no.value)) && style != "I": // 3a, 3bis
	default:
		return false
	}
	p.style, p.n = style, no.value
	return true
}

// notBefore are words after which "(2)" is a reference.
var notBefore = map[string]bool{
	"section": true, "sections": true, "subsection": true, "subsections": true, "paragraph": true, "paragraphs": true, "and": true, "or": true, "to": true, "of": true, "in": true,
	"under": true, "by": true, "subparagraph": true, "article": true, "rule": true, "regulation": true,
}

// subsections cuts a whole section that stands on one line at its numbers in brackets:
// "1. Title (1) This … (2) That …". The first piece is what goes before "(1)".
func subsections(s string) []string {
	var out []string
	want, from := 1, 0
	for i := 0; i < len(s); {
		j := strings.IndexByte(s[i:], '(')
		if j < 0 {
			break
		}
		at := i + j
		i = at + 1
		mark := "(" + toKey(want) + ") "
		if !strings.HasPrefix(s[at:], mark) || at > 0 && s[at-1] != ' ' {
			continue
		}
		after, _ := utf8.DecodeRuneInString(s[at+len(mark):])
		if !unicode.IsUpper(after) && !strings.ContainsRune("“\"‘(—[", after) {
			continue
		}
		before := strings.TrimRight(s[max(0, at-24):at], " ")
		if k := strings.LastIndexByte(before, ' '); k >= 0 {
			before = before[k+1:]
		}
		if notBefore[strings.ToLower(before)] {
			continue
		}
		out = append(out, strings.TrimSpace(s[from:at]))
		from = at
		want++
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// starters are words with which sentences of an English act begin.
var starters = map[string]bool{
	"In": true, "If": true, "The": true, "Where": true, "Any": true, "No": true, "Every": true, "A": true, "An": true, "Subject": true, "This": true, "There": true, "For": true,
	"Without": true, "Notwithstanding": true, "When": true, "Whenever": true, "All": true, "Each": true, "Nothing": true, "Unless": true, "Upon": true, "It": true, "On": true,
	"These": true, "Save": true, "As": true, "To": true, "Before": true, "After": true,
}

// runIn parts the heading from a section that stands on one line without a mark between
// them: "Short title This Act may be cited …". Empty when no place is plain.
func runIn(s string) (heading, text string) {
	head := s[:cut(s, 200)]
	for i, w := 0, 0; i < len(head); w++ {
		j := strings.IndexByte(head[i:], ' ')
		if j < 0 {
			return "", s
		}
		if w > 0 && starters[head[i:i+j]] {
			return strings.TrimSpace(s[:i]), s[i:]
		}
		if w == 0 && starters[head[:j]] || j > 0 && strings.ContainsRune(";:—", rune(head[i+j-1])) {
			return "", s
		}
		i += j + 1
	}
	return "", s
}
