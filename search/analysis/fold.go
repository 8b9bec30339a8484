package analysis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is the exact form of a word: Unicode compatibility form, lower case, no
// accents or vowel signs, one form per Arabic letter, simplified Chinese, ASCII digits.
func Fold(word string) string {
	if ascii(word) {
		return lowerASCII(word)
	}
	var b strings.Builder
	b.Grow(len(word))
	arabic := false
	for _, r := range norm.NFKC.String(word) {
		r = unicode.ToLower(r)
		switch {
		case r < 0x80:
			if r > ' ' {
				b.WriteRune(r)
			}
		case mark(r):
		case r < 0x250 || 0x1E00 <= r && r < 0x1F00: // Latin
			foldLatin(&b, r)
		case r == 'ё':
			b.WriteRune('е')
		case 0x370 <= r && r < 0x400 || 0x1F00 <= r && r < 0x2000: // Greek
			b.WriteRune(base(r))
		case 0x600 <= r && r < 0x700:
			if r = foldArabic(r); r != 0 {
				arabic = arabic || r > 0x80
				b.WriteRune(r)
			}
		case 0x966 <= r && r <= 0x96F: // Devanagari digits
			b.WriteRune('0' + r - 0x966)
		case 0x4E00 <= r && r < 0xA000:
			if s, ok := simplified[r]; ok {
				r = s
			}
			b.WriteRune(r)
		case unicode.Is(unicode.Cf, r):
		default:
			b.WriteRune(r)
		}
	}
	s := b.String()
	if arabic {
		// Text taken from PDF often has lam and alef the wrong way round; correct
		// spelling does not have alef, alef, lam in a row.
		s = strings.ReplaceAll(s, "اال", "الا")
	}
	return s
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func lowerASCII(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// mark reports signs that are written or left out at will: accents, Hebrew
// points, Arabic vowel signs. The vowel signs of Indic scripts are letters in all but name and stay.
func mark(r rune) bool {
	switch {
	case 0x300 <= r && r < 0x370, 0x591 <= r && r <= 0x5C7, 0x610 <= r && r <= 0x61A, 0x64B <= r && r <= 0x65F,
		r == 0x670, 0x6D6 <= r && r <= 0x6ED && r != 0x6E5 && r != 0x6E6, r == 0x640:
		return true
	}
	return false
}

func base(r rune) rune {
	var buf [8]byte
	n := utf8.EncodeRune(buf[:], r)
	first, _ := utf8.DecodeRune(norm.NFD.Bytes(buf[:n]))
	return first
}

func foldLatin(b *strings.Builder, r rune) {
	switch r {
	case 'ß':
		b.WriteString("ss")
	case 'æ':
		b.WriteString("ae")
	case 'œ':
		b.WriteString("oe")
	case 'þ':
		b.WriteString("th")
	case 'ø':
		b.WriteByte('o')
	case 'ł':
		b.WriteByte('l')
	case 'đ', 'ð':
		b.WriteByte('d')
	case 'ı':
		b.WriteByte('i')
	case 'ə':
		b.WriteByte('e')
	case 0xAD:
	default:
		b.WriteRune(base(r))
	}
}

// foldArabic gives one form per letter, also for the Persian and Urdu shapes of
// Arabic letters, and ASCII digits; 0 means that the sign is left out.
func foldArabic(r rune) rune {
	switch r {
	case 'أ', 'إ', 'آ', 'ٱ':
		return 'ا'
	case 'ى', 'ی', 'ئ', 'ے':
		return 'ي'
	case 'ؤ':
		return 'و'
	case 'ة', 'ە':
		return 'ه'
	case 'ک':
		return 'ك'
	case 'ء':
		return 0
	}
	switch {
	case 0x660 <= r && r <= 0x669:
		return '0' + r - 0x660
	case 0x6F0 <= r && r <= 0x6F9:
		return '0' + r - 0x6F0
	}
	return r
}

// lower is the form that the stemmers of Snowball expect: lower case with its accents.
func lower(word string) string {
	if ascii(word) {
		return lowerASCII(word)
	}
	return strings.Map(func(r rune) rune {
		switch r {
		case 'Ё', 'ё':
			return 'е'
		case 0xAD:
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(word))
}
