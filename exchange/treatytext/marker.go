package treatytext

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/convention"
	"merida/exchange/legaltext"
	"merida/lang"
)

// class says on which level numbers of a form stand.
type class int

const (
	ofParagraph class = iota // "1.", "1-", "一、"
	ofPoint                  // "(a)", "a)", "а)", "(أ)", "(一)", "㈠"
	ofInner                  // "(i)", "(1)", "'1'"
	anyDigit                 // "1." in Chinese print, where points below points are numbered so as well
)

// marker is a number that a line begins with, read in one way.
type marker struct {
	class   class
	ordinal int
	printed string
	rest    string
}

// fits reports whether a provision can carry a number of the form.
func (m marker) fits(x, parent *convention.Provision) bool {
	inner := x.Kind == convention.Point && parent != nil && parent.Kind == convention.Point
	switch m.class {
	case ofParagraph:
		return x.Kind == convention.Paragraph && !x.Implicit
	case anyDigit:
		return x.Kind == convention.Paragraph && !x.Implicit || inner
	case ofPoint:
		return x.Kind == convention.Point && !inner
	}
	return inner
}

const (
	latinLetters = "abcdefghijklmnopqrstuvwxyz"
	cyrillic     = "абвгдежзиклмнопрстуфхцчшщэюя"
	abjad        = "ابجدهوزحطيكلمنسعفصقرشتثخذضظغ" // the order in which Arabic texts letter their points
	chinese      = "一二三四五六七八九十"
)

// markers reads the number that a line begins with, in each way in which it can be meant. None is returned where
// the line begins with text.
func markers(s string, l lang.Tag) (out []marker) {
	head := []rune(s)
	if len(head) > 16 {
		head = head[:16]
	}
	if len(head) == 0 {
		return nil
	}
	if r := head[0]; r >= '㈠' && r <= '㈩' {
		return []marker{{ofPoint, int(r-'㈠') + 1, string(r), trim(s, string(r))}}
	}
	i := 0
	opened := false
	quoted := false
	switch {
	case head[0] == '(' || head[0] == '（':
		i, opened = 1, true
	case strings.ContainsRune("'‘\"“", head[0]):
		i, quoted = 1, true
	case (head[0] == '-' || head[0] == '–') && len(head) > 1 && digit(head[1]) > 0: // as extraction leaves "1-" in Arabic
		i = 1
	}
	from := i
	for i < len(head) && (unicode.IsLetter(head[i]) || unicode.IsDigit(head[i]) || unicode.IsMark(head[i]) || head[i] == 'ـ') {
		i++
	}
	word := string(head[from:i])
	if word == "" || i-from > 5 {
		return nil
	}
	j := i
	for j < len(head) && (head[j] == ' ' || head[j] == '\u00a0') {
		j++
	}
	end := rune(0)
	if j < len(head) {
		end = head[j]
	}
	printed := string(head[:min(j+1, len(head))])
	rest := trim(s, printed)
	say := func(c class, n int) { out = append(out, marker{c, n, strings.TrimSpace(printed), rest}) }
	shut := end == ')' || end == '）'
	n, isNumber := number(word)
	han := hanNumber(word)
	switch {
	case isNumber && n > 0 && opened && shut, isNumber && n > 0 && quoted && strings.ContainsRune("'’\"”", end):
		say(ofInner, n)
	case isNumber && n > 0 && !opened && !quoted && end == '.' && l.Base() == "zh":
		say(anyDigit, n)
	case isNumber && n > 0 && !opened && !quoted && strings.ContainsRune(".-–—)、．", end):
		say(ofParagraph, n)
	case isNumber && n > 0 && from == 1 && !opened && !quoted: // "-1 text"
		printed = string(head[:i])
		rest = trim(s, printed)
		say(ofParagraph, n)
	case han > 0 && !opened && end == '、':
		say(ofParagraph, han)
	case han > 0 && opened && shut:
		say(ofPoint, han)
	case !isNumber && han == 0 && (shut || !opened && !quoted && isArabicLetter(word) && strings.ContainsRune("-–", end)):
		low := strings.ToLower(word)
		if k := letter(low); k > 0 {
			say(ofPoint, k)
		}
		if k := roman(low); k > 0 {
			say(ofInner, k)
		}
	}
	return out
}

func trim(s, printed string) string { return strings.TrimSpace(strings.TrimPrefix(s, printed)) }

func digit(r rune) int {
	f := legaltext.Digits(string(r))
	if len(f) == 1 && f[0] >= '1' && f[0] <= '9' {
		return int(f[0] - '0')
	}
	return 0
}

func number(s string) (n int, ok bool) {
	for _, r := range legaltext.Digits(s) {
		if r < '0' || r > '9' || n > 999 {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, s != ""
}

// hanNumber reads 一 to 九十九.
func hanNumber(s string) int {
	n, cur := 0, 0
	for _, r := range s {
		i := strings.IndexRune(chinese, r)
		switch {
		case i < 0:
			return 0
		case r == '十':
			n, cur = n+10*max(cur, 1), 0
		default:
			cur = i/len("一") + 1
		}
	}
	return n + cur
}

func isArabicLetter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Arabic, r) && letter(s) > 0
}

// letter is the place of a lone letter in its alphabet, 0 for anything else.
func letter(s string) int {
	s = legaltext.Digits(strings.TrimSuffix(s, "ـ"))
	if utf8.RuneCountInString(s) != 1 {
		return 0
	}
	for _, alphabet := range []string{latinLetters, cyrillic, abjad} {
		if i := strings.Index(alphabet, s); i >= 0 {
			return utf8.RuneCountInString(alphabet[:i]) + 1
		}
	}
	return 0
}

// roman reads i to xxxix.
func roman(s string) int {
	tens := 0
	for strings.HasPrefix(s, "x") && tens < 3 {
		s, tens = s[1:], tens+1
	}
	for i, w := range []string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"} {
		if s == w {
			return tens*10 + i
		}
	}
	return 0
}
