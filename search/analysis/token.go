package analysis

import (
	"iter"
	"unicode"
	"unicode/utf8"
)

// MaxWord is the length in bytes at which a word is cut; nothing longer is a word.
const MaxWord = 96

// Token is a place in a text.
type Token struct {
	Start, End int  // bytes
	Pair       bool // two characters (or a lone one) of a script without spaces; neighbours overlap
}

type class uint8

const (
	gap   class = iota
	latin       // letters of scripts that keep digits in their words
	other       // letters of other scripts: digits beside them are words of their own
	digit
	pair
	join // belongs to whatever word surrounds it
)

func classify(r rune) class {
	if r < 0x80 {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			return latin
		case '0' <= r && r <= '9':
			return digit
		}
		return gap
	}
	switch {
	case r == 0xAD || r == 0x200C || r == 0x200D || r == 0x0640: // soft hyphen, joiners, tatweel
		return join
	case unicode.Is(unicode.Han, r) && unicode.IsLetter(r), unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return pair
	case unicode.IsLetter(r):
		if unicode.Is(unicode.Latin, r) {
			return latin
		}
		return other
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.IsMark(r):
		return join
	}
	return gap
}

// Tokens walks the words of a text in order. Invalid UTF-8 parts words and does no other harm.
func Tokens(text string) iter.Seq[Token] {
	return func(yield func(Token) bool) {
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			switch classify(r) {
			case gap, join:
				i += n
			case pair:
				end, ok := pairs(text, i, yield)
				if !ok {
					return
				}
				i = end
			default:
				end := word(text, i)
				if !yield(Token{Start: i, End: end}) {
					return
				}
				i = end
			}
		}
	}
}

// word gives the end of the word that starts at i. It is a function of its own
// because the rules between letters and digits need to see what came before.
func word(text string, i int) int {
	var letters, digits bool // seen so far; letters of scripts other than Latin
	start := i
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch classify(r) {
		case gap, pair:
			return i
		case other:
			if digits {
				return i
			}
			letters = true
		case digit:
			if letters {
				return i
			}
			digits = true
		}
		if i > start && i+n-start > MaxWord {
			return i
		}
		i += n
	}
	return i
}

func pairs(text string, i int, yield func(Token) bool) (end int, ok bool) {
	last, count := -1, 0
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		c := classify(r)
		if c != pair && c != join {
			break
		}
		if c == pair {
			count++
			if last >= 0 && !yield(Token{Start: last, End: i + n, Pair: true}) {
				return i, false
			}
			last = i
		}
		i += n
	}
	if count == 1 && !yield(Token{Start: last, End: i, Pair: true}) {
		return i, false
	}
	return i, true
}
