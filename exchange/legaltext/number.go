package legaltext

import (
	"strconv"
	"strings"
	"unicode"
)

// number is a number as a heading prints it.
type number struct {
	key   string // for the eId: "12bis", "II", "L1111-1"; never empty
	value int    // 0 when it has none (letters, "único")
}

// Ordinals by folded word. Arabic ones are composed in arabicNumber.
var ordinals = func() map[string]int {
	out := map[string]int{}
	add := func(from int, list string) {
		for i, w := range strings.Fields(list) {
			for _, x := range strings.Split(w, "/") {
				out[x] = from + i
			}
		}
	}
	add(1, "one two three four five six seven eight nine ten")
	add(1, "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth")
	add(1, "premier/premiere deuxieme/second/seconde troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme treizieme quatorzieme quinzieme")
	add(1, "primero/primera/primer segundo/segunda tercero/tercera/tercer cuarto/cuarta quinto/quinta sexto/sexta septimo/septima octavo/octava noveno/novena decimo/decima undecimo/undecima/decimoprimera/decimoprimero duodecimo/duodecima/decimosegunda decimotercero/decimotercera decimocuarto/decimocuarta decimoquinto/decimoquinta decimosexto/decimosexta decimoseptimo/decimoseptima decimoctavo/decimoctava decimonoveno/decimonovena vigesimo/vigesima")
	add(1, "primeiro/primeira segundo/segunda terceiro/terceira quarto/quarta quinto/quinta sexto/sexta setimo/setima oitavo/oitava nono/nona")
	add(1, "primer/primera segon/segona tercer/tercera quart/quarta cinque/cinquena sise/sisena sete/setena vuite/vuitena nove/novena dese/desena onze/onzena dotze/dotzena")
	add(1, "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende elfde twaalfde")
	add(1, "первый/первая/первое второй/вторая/второе третий/третья/третье четвертый/четвертая пятый/пятая шестой/шестая седьмой/седьмая восьмой/восьмая девятый/девятая десятый/десятая одиннадцатый/одиннадцатая двенадцатый/двенадцатая")
	add(1, "kwanza pili tatu nne tano sita saba nane tisa kumi")
	stems := strings.Fields("erst zweit dritt viert funft sechst siebt acht neunt zehnt elft zwolft dreizehnt vierzehnt funfzehnt sechzehnt siebzehnt achtzehnt neunzehnt zwanzigst einundzwanzigst zweiundzwanzigst dreiundzwanzigst vierundzwanzigst funfundzwanzigst sechsundzwanzigst siebenundzwanzigst achtundzwanzigst neunundzwanzigst dreißigst einunddreißigst zweiunddreißigst")
	for i, st := range append(stems, "siebent") {
		n := i + 1
		if st == "siebent" {
			n = 7
		}
		for _, end := range []string{"er", "e", "es"} {
			if _, taken := out[st+end]; !taken {
				out[st+end] = n
			}
		}
	}
	return out
}()

// single are the names of what has no number because there is one only, or it comes first.
var single = map[string]bool{
	"unico": true, "unica": true, "unic": true, "unique": true, "preliminar": true, "preliminaire": true, "preliminary": true, "einziger": true, "enig": true, "unik": true,
}

// latin suffixes of numbers that were put between two others.
var latin = map[string]bool{
	"bis": true, "ter": true, "quater": true, "quinquies": true, "quinques": true, "sexies": true, "septies": true, "octies": true, "novies": true, "nonies": true, "decies": true,
	"undecies": true, "duodecies": true, "terdecies": true, "quaterdecies": true, "quindecies": true, "sexdecies": true, "septdecies": true, "octodecies": true, "novodecies": true, "vicies": true, "unvicies": true, "duovicies": true, "tervicies": true, "quatervicies": true, "quinvicies": true, "sexvicies": true, "septvicies": true, "octovicies": true, "novovicies": true, "tricies": true, "مكرر": true, "مكررا": true,
}

func roman(s string) int {
	if s == "" || len(s) > 12 {
		return 0
	}
	val := func(c byte) int {
		switch c {
		case 'I':
			return 1
		case 'V':
			return 5
		case 'X':
			return 10
		case 'L':
			return 50
		case 'C':
			return 100
		case 'D':
			return 500
		case 'M':
			return 1000
		}
		return 0
	}
	n := 0
	for i := 0; i < len(s); i++ {
		v := val(s[i])
		if v == 0 {
			return 0
		}
		if i+1 < len(s) && val(s[i+1]) > v {
			n -= v
		} else {
			n += v
		}
	}
	if n <= 0 || n > 3999 || (s != toRoman(n) && s != strings.Replace(toRoman(n), "IV", "IIII", 1)) {
		return 0
	}
	return n
}

func toRoman(n int) string {
	var b strings.Builder
	for _, d := range []struct {
		v int
		s string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for ; n >= d.v; n -= d.v {
			b.WriteString(d.s)
		}
	}
	return b.String()
}

const chineseDigits = "〇一二三四五六七八九"

// chineseNumber reads "一百二十", "12" and "十二"; 0 when s is none.
func chineseNumber(s string) int {
	if n, err := strconv.Atoi(fold(s)); err == nil && n > 0 && n < 1e6 {
		return n
	}
	total, digit, any := 0, 0, false
	for _, r := range s {
		unit := 0
		switch r {
		case '零':
			continue
		case '两':
			digit, any = 2, true
			continue
		case '十':
			unit = 10
		case '百':
			unit = 100
		case '千':
			unit = 1000
		default:
			i := strings.IndexRune(chineseDigits, r)
			if i < 0 {
				return 0
			}
			d := i / len("一")
			if digit > 0 { // digits one after another: 二〇二四
				digit = digit*10 + d
			} else {
				digit = d
			}
			any = true
			if digit > 1e6 {
				return 0
			}
			continue
		}
		any = true
		if digit == 0 {
			digit = 1
		}
		total += digit * unit
		digit = 0
	}
	if !any || total+digit > 1e6 {
		return 0
	}
	return total + digit
}

// Arabic ordinals, folded and without the article.
var arabicUnits = map[string]int{
	"اولي": 1, "اول": 1, "حاديه": 1, "حادي": 1, "واحده": 1, "ثانيه": 2, "ثاني": 2, "ثالثه": 3, "ثالث": 3, "رابعه": 4, "رابع": 4, "خامسه": 5, "خامس": 5, "سادسه": 6, "سادس": 6,
	"سابعه": 7, "سابع": 7, "ثامنه": 8, "ثامن": 8, "تاسعه": 9, "تاسع": 9, "عاشره": 10, "عاشر": 10,
}

var arabicTens = map[string]int{
	"عشرون": 20, "عشرين": 20, "ثلاثون": 30, "ثلاثين": 30, "اربعون": 40, "اربعين": 40, "خمسون": 50, "خمسين": 50, "ستون": 60, "ستين": 60,
	"سبعون": 70, "سبعين": 70, "ثمانون": 80, "ثمانين": 80, "تسعون": 90, "تسعين": 90,
}

var arabicHundreds = map[string]int{
	"مائه": 100, "مئه": 100, "مائتين": 200, "مئتين": 200, "مائتان": 200, "مئتان": 200, "ثلاثمائه": 300, "ثلاثمئه": 300, "اربعمائه": 400, "اربعمئه": 400, "خمسمائه": 500,
}

// arabicNumber reads an ordinal from the beginning of words and tells how many words it took.
// "الحادية والعشرون بعد المائة" is 121.
func arabicNumber(ws []string) (n, used int) {
	teen, after := false, false
	for i, w := range ws {
		if i >= 8 {
			break
		}
		w = strings.Trim(fold(w), ":.-–—()،")
		if w == "بعد" && n > 0 {
			after = true
			continue
		}
		if w == "و" {
			continue
		}
		stem := w
		if i > 0 {
			stem = strings.TrimPrefix(stem, "و")
		}
		bare := strings.TrimPrefix(stem, "ال")
		switch {
		case n > 0 && n < 10 && !teen && (bare == "عشره" || bare == "عشر") && !after:
			n, teen = n+10, true
		case arabicHundreds[bare] > 0 && (i == 0 || after || n == 0):
			n += arabicHundreds[bare]
			after = false
		case arabicTens[bare] > 0 && n < 10:
			n += arabicTens[bare]
		case arabicTens[bare] > 0 && n >= 100 && n%100 < 10:
			n += arabicTens[bare]
		case arabicUnits[bare] > 0 && (n == 0 || n >= 100 && n%100 == 0):
			n += arabicUnits[bare]
		default:
			return n, used
		}
		used = i + 1
		if strings.ContainsAny(ws[i], ":") {
			return n, used // what follows a colon is the heading
		}
	}
	return n, used
}

// readNumber reads a number from the beginning of s, which follows the name of a
// division, and gives what is left. The number may be in brackets.
func readNumber(s, l string) (n number, rest string, ok bool) {
	t := strings.TrimLeft(s, " \t\u00a0")
	for _, sign := range []string{"nº", "n°", "No.", "N°", "Nº", "nr.", "Nr."} {
		if strings.HasPrefix(t, sign) {
			t = strings.TrimLeft(t[len(sign):], " \u00a0")
			break
		}
	}
	bracket := false
	if strings.HasPrefix(t, "(") || strings.HasPrefix(t, "[") {
		bracket = true
		t = strings.TrimLeft(t[1:], " ")
	}
	n, rest, ok = readDigits(t)
	if !ok {
		n, rest, ok = readWord(t, l)
	}
	if !ok {
		return number{}, s, false
	}
	if bracket {
		r := strings.TrimLeft(rest, " ")
		if !strings.HasPrefix(r, ")") && !strings.HasPrefix(r, "]") {
			return number{}, s, false
		}
		rest = r[1:]
		if w := firstWord(strings.TrimLeft(rest, " ")); latin[fold(w)] { // "(13) bis"
			n.key += fold(w)
			rest = strings.TrimLeft(rest, " ")[len(w):]
		}
	}
	return n, rest, true
}

// readDigits reads "12", "12 bis", "12a", "290.1", "1.10", "L. 1111-1", "1er", "1º", "12-A".
func readDigits(t string) (n number, rest string, ok bool) {
	i := 0
	key := strings.Builder{}
	// The series of a French code.
	if len(t) > 1 && strings.ContainsRune("LRDA", rune(t[0])) {
		j := 1
		for j < len(t) && (t[j] == '.' || t[j] == ' ' || t[j] == '*') {
			j++
		}
		if j < len(t) && j <= 4 && t[j] >= '0' && t[j] <= '9' {
			key.WriteByte(t[0])
			i = j
		}
	}
	digits := func(i int) int {
		j := i
		for _, r := range t[i:] {
			if f := fold(string(r)); len(f) != 1 || f[0] < '0' || f[0] > '9' || j-i > 24 {
				break
			}
			j += len(string(r))
		}
		return j
	}
	j := digits(i)
	if j == i {
		return number{}, t, false
	}
	d := fold(t[i:j])
	if len(d) > 6 {
		return number{}, t, false
	}
	n.value, _ = strconv.Atoi(d)
	key.WriteString(d)
	i = j
	for i < len(t) { // further numbers: 1.10, 1111-1, 290.1
		sep := t[i]
		if sep != '.' && sep != '-' && sep != '/' {
			break
		}
		k := digits(i + 1)
		if k == i+1 || k-i > 8 {
			break
		}
		if sep == '/' {
			sep = '-'
		}
		key.WriteByte(sep)
		key.WriteString(fold(t[i+1 : k]))
		i = k
	}
	// Signs of an ordinal.
	for _, end := range []string{".º", ".°", "º", "°", "ª", "er", "ère", "re", "ro", "do", "to", "ème", "st", "nd", "th", "o", "."} {
		if strings.HasPrefix(t[i:], end) {
			if end == "." || !startsWord(t[i+len(end):]) {
				if end != "." {
					i += len(end)
				}
				break
			}
		}
	}
	// Suffixes: a letter or a Latin number.
	for range 2 {
		j := i
		for j < len(t) && j-i < 3 && (t[j] == ' ' || t[j] == '-' || strings.HasPrefix(t[j:], "\u00a0")) {
			if t[j] >= 0x80 {
				j++
			}
			j++
		}
		w := firstWord(t[j:])
		f := fold(w)
		switch {
		case latin[f]:
		case len(f) == 1 && f[0] >= 'a' && f[0] <= 'z' && w != "" && (j == i || (t[j-1] == '-' || w == strings.ToUpper(w)) && standsAlone(t[j+len(w):])):
			// "12a", "12-A", "12 A."; but "12 a person" and "1 A person" are text
		default:
			w = ""
		}
		if w == "" {
			break
		}
		key.WriteString(f)
		i = j + len(w)
		for _, end := range []string{"º", "°", "ª"} {
			i += len(t[i:]) - len(strings.TrimPrefix(t[i:], end))
		}
		if k := i + 1; k < len(t) && t[i] == '-' && t[k] >= '0' && t[k] <= '9' { // "67 bis-1"
			k = digits(k)
			key.WriteString(t[i:k])
			i = k
		}
	}
	n.key = key.String()
	return n, t[i:], true
}

// standsAlone reports that a lone letter is a number's suffix, not a word of the text.
func standsAlone(rest string) bool {
	rest = strings.TrimLeft(rest, " ")
	return rest == "" || strings.ContainsRune(".:-–—)]", []rune(rest[:min(len(rest), 4)])[0])
}

// readWord reads a Roman number, an ordinal or a single letter.
func readWord(t, l string) (n number, rest string, ok bool) {
	w := firstWord(t)
	if w == "" {
		return number{}, t, false
	}
	f := fold(w)
	if isArabic(w) {
		v, used := arabicNumber(strings.Fields(t[:min(len(t), cut(t, 300))]))
		if v == 0 {
			if f == "تمهيدي" || f == "التمهيدي" {
				return number{key: "prel"}, t[len(w):], true
			}
			return number{}, t, false
		}
		at := len(t) - len(afterFields(t, used))
		for at > 0 && strings.IndexByte(":.-)", t[at-1]) >= 0 {
			at-- // punctuation parts the number from what follows
		}
		return number{strconv.Itoa(v), v}, t[at:], true
	}
	if v := roman(w); v > 0 {
		rest = t[len(w):]
		for _, end := range []string{"º", "°", "ª", "er", "ème"} {
			rest = strings.TrimPrefix(rest, end)
		}
		key := w
		if next := firstWord(strings.TrimLeft(rest, " -")); latin[fold(next)] {
			key += fold(next)
			rest = strings.TrimLeft(rest, " -")[len(next):]
		}
		return number{key, v}, rest, true
	}
	for _, end := range []string{"er", "re", "ère", "ème", "e", "nd", "nde"} { // "Ier", "IIe"
		if r := strings.TrimSuffix(w, end); r != w {
			if v := roman(r); v > 0 {
				return number{r, v}, t[len(w):], true
			}
		}
	}
	if single[f] {
		return number{key: f}, t[len(w):], true
	}
	if f == "ya" || f == "cha" { // Swahili joins the number with a particle
		return readNumber(t[len(w):], l)
	}
	if v := ordinals[f]; v > 0 {
		return number{strconv.Itoa(v), v}, t[len(w):], true
	}
	if len(w) == 1 && w[0] >= 'A' && w[0] <= 'Z' && standsAlone(t[1:]) {
		return number{key: w}, t[1:], true
	}
	return number{}, t, false
}

// firstWord is the run of letters at the beginning of s.
func firstWord(s string) string {
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) || i > 60 {
			return s[:i]
		}
	}
	return s
}

func startsWord(s string) bool {
	for _, r := range s {
		return unicode.IsLetter(r)
	}
	return false
}

func isArabic(s string) bool {
	for _, r := range s {
		return unicode.Is(unicode.Arabic, r)
	}
	return false
}

// afterFields drops the first n fields of s.
func afterFields(s string, n int) string {
	for ; n > 0; n-- {
		s = strings.TrimLeft(s, " \t\u00a0")
		i := strings.IndexAny(s, " \t\u00a0")
		if i < 0 {
			return ""
		}
		s = s[i:]
	}
	return s
}

// cut is the largest index up to n at which s may be cut between two letters.
func cut(s string, n int) int {
	if n >= len(s) {
		return len(s)
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return n
}
