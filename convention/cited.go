package convention

import (
	"slices"
	"strconv"
	"strings"

	"merida/lang"
)

// Numbers as the Arabic and Chinese texts of the Convention write them; its texts in Latin and Cyrillic letters
// write those of the tree. Points go through the Arabic letters in the abjad order, and are numbered in Chinese.
var (
	romans   = []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
	ordinals = []string{"الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"}
	abjad    = strings.Split("أ ب ج د ه و ز ح ط ي ك ل م ن", " ")
)

// CitedIn is the number of a chapter or the citation of an article, paragraph or point as the text of the Convention in the language
// writes it: 9(1)(a), in Arabic 9 (1) (أ), in Chinese 第九条第一款第（一）项.
func (p *Provision) CitedIn(t lang.Tag) string {
	if p.Kind == Chapter {
		i := slices.Index(romans, p.Number)
		switch {
		case t == "ar" && i >= 0:
			return ordinals[i]
		case t == "zh" && i >= 0:
			return han(i + 1)
		}
		return p.Number
	}
	parts := cut(p.Citation)
	if t != "ar" && t != "zh" || len(parts) == 0 {
		return p.Citation
	}
	var b strings.Builder
	point := false // a letter was written: what follows is numbered below it
	for i, s := range parts {
		n, _ := strconv.Atoi(s)
		letter := !isNumber(s)
		if letter { // 46(3)(i) is a letter, 23(1)(a)(i) a Roman number
			if n = int(s[0]-'a') + 1; point {
				n = slices.Index(romans, strings.ToUpper(s)) + 1
			}
		}
		if n < 1 || len(s) != 1 && letter && !point || letter && !point && n > len(abjad) {
			return p.Citation
		}
		switch {
		case t == "zh" && i == 0:
			b.WriteString("第" + han(n) + "条")
		case t == "zh" && !letter:
			b.WriteString("第" + han(n) + "款")
		case t == "zh" && !point:
			b.WriteString("第（" + han(n) + "）项")
		case t == "zh":
			b.WriteString("第" + strconv.Itoa(n) + "目")
		case i == 0:
			b.WriteString(s)
		case !letter:
			b.WriteString(" (" + s + ")")
		case !point:
			b.WriteString(" (" + abjad[n-1] + ")")
		default:
			b.WriteString(" ’" + strconv.Itoa(n) + "‘")
		}
		point = point || letter
	}
	return b.String()
}

// han writes a number from 1 to 99.
func han(n int) string {
	digits := []rune(hanDigits)
	switch {
	case n < 10:
		return string(digits[n])
	case n < 20:
		return "十" + strings.TrimPrefix(string(digits[n-10]), "零")
	}
	return string(digits[n/10]) + "十" + strings.TrimPrefix(string(digits[n%10]), "零")
}
