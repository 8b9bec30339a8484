package legaltext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mark is the beginning of a division as a line shows it.
type mark struct {
	word
	num   string // as printed, without the punctuation that follows
	no    number
	rest  string // what follows on the line
	used  int    // bytes of the line up to the rest
	delim bool   // punctuation parts the number from the rest, or there is no rest
	bare  bool   // the number stands alone, without a word: "6."
	name  string // the folded word
}

// delims part a number from its heading or text.
const delims = " \t\u00a0\u3000.:：\\/-‐‑–—―)"

// longest beginning of a line in which a mark is sought.
const markBytes = 400

// findMark finds the mark that a line begins with.
func findMark(s, l string) (m mark, ok bool) {
	if s == "" {
		return m, false
	}
	head := s[:cut(s, markBytes)]
	switch r, _ := utf8.DecodeRuneInString(head); {
	case r == '第':
		m, ok = chineseMark(head)
	case r == '附':
		m, ok = chineseSchedule(head)
	case r == '§':
		t := strings.TrimLeft(head, "§")
		w, known := wordFor("§", l)
		if l == "nl" {
			w = group
		}
		if l == "pt" || !known {
			return m, false // there it is a paragraph within an article
		}
		m.word, m.name = w, "§"
		var rest string
		if m.no, rest, ok = readNumber(t, l); ok {
			m.used = len(head) - len(rest)
		}
	case r >= '0' && r <= '9':
		m, ok = numberFirst(head, l)
	case r == '(' && len(s) < 120 && strings.HasSuffix(s, ")"): // "( المادة الأولى )", as gazettes set it in the middle of a line
		in, found := findMark(strings.TrimSpace(s[1:len(s)-1]), l)
		if found && isArabic(in.name) && in.rest == "" {
			in.num, in.used, in.delim = s, len(s), true
			return in, true
		}
	case unicode.IsLetter(r):
		m, ok = wordFirst(head, l)
	}
	if !ok {
		return m, false
	}
	for _, o := range []string{"º", "°"} { // an ordinal sign set apart from its number
		if t := strings.TrimLeft(s[m.used:], " .\u00a0"); strings.HasPrefix(t, o) {
			m.used = len(s) - len(t) + len(o)
		}
	}
	rest := s[m.used:]
	m.rest = strings.TrimLeft(rest, delims)
	between := rest[:len(rest)-len(m.rest)]
	m.num = strings.TrimSpace(s[:m.used])
	if w, at := spacedWord(s); at > len(w) {
		m.num = strings.TrimSpace(w + " " + strings.TrimSpace(s[at:m.used]))
	}
	m.delim = m.rest == "" || m.bare || strings.Trim(between, " \t\u00a0") != ""
	if r, _ := utf8.DecodeRuneInString(s); r == '第' {
		m.delim = between != "" || m.rest == ""
	}
	m.used = len(s) - len(m.rest)
	return m, true
}

// chineseMark reads "第十二条", "第一百二十条之一", "第二章".
func chineseMark(s string) (m mark, ok bool) {
	t := s[len("第"):]
	i := strings.IndexAny(t[:cut(t, 60)], "编篇章节条")
	if i <= 0 {
		return m, false
	}
	v := chineseNumber(strings.TrimSpace(strings.TrimSuffix(t[:i], "分")))
	if v == 0 {
		return m, false
	}
	r, n := utf8.DecodeRuneInString(t[i:])
	switch r {
	case '编', '篇':
		m.word = part
		if strings.HasSuffix(t[:i], "分") {
			m.word = division
		}
	case '章':
		m.word = chapter
	case '节':
		m.word = section
	case '条':
		m.word = article
	}
	m.name = string(r)
	m.no = number{toKey(v), v}
	m.used = len("第") + i + n
	if after, found := strings.CutPrefix(s[m.used:], "之"); found && r == '条' {
		j := 0
		for j < len(after) {
			_, n := utf8.DecodeRuneInString(after[j:])
			if chineseNumber(after[:j+n]) == 0 {
				break
			}
			j += n
		}
		if x := chineseNumber(after[:j]); x > 0 {
			m.no.key += "-" + toKey(x)
			m.used += len("之") + j
		}
	}
	return m, true
}

func chineseSchedule(s string) (m mark, ok bool) {
	for _, w := range []string{"附件", "附录", "附表"} {
		if t, found := strings.CutPrefix(s, w); found {
			t = strings.TrimSpace(t)
			t, _, _ = strings.Cut(t, "：")
			v := chineseNumber(strings.TrimSpace(t))
			if t != "" && v == 0 {
				return m, false
			}
			m.word, m.name, m.used = schedule, "附件", len(w)
			if v > 0 {
				m.no = number{toKey(v), v}
				m.used = strings.Index(s, t) + len(t)
			}
			return m, true
		}
	}
	return m, false
}

func toKey(v int) string {
	var b [12]byte
	i := len(b)
	for ; v > 0 || i == len(b); v /= 10 {
		i--
		b[i] = byte('0' + v%10)
	}
	return string(b[i:])
}

// numberFirst reads "2. Abschnitt" and the bare "6." or "6A." of common law.
func numberFirst(s, l string) (m mark, ok bool) {
	no, rest, ok := readDigits(s)
	if !ok {
		return m, false
	}
	t := strings.TrimLeft(rest, ".ºª°")
	dotted := t != rest || strings.HasSuffix(s[:len(s)-len(rest)], "º")
	if w := firstWord(strings.TrimLeft(t, " ")); w != "" && dotted {
		after := strings.TrimLeft(t, " ")[len(w):]
		if d, known := wordFor(fold(w), l); known && d.rank < rankArticle && len(w) > 2 && !numbered(after) {
			m.word, m.name, m.no = d, fold(w), no
			m.used = len(s) - len(strings.TrimLeft(t, " ")) + len(w)
			return m, true
		}
	}
	if !strings.HasPrefix(rest, ".") || strings.ContainsAny(no.key, ".-") {
		return m, false
	}
	if after := rest[1:]; after != "" && !strings.ContainsRune(" (—–-\u2014", []rune(after[:min(4, len(after))])[0]) {
		return m, false
	}
	m.word, m.no, m.bare, m.name = clause, no, true, "#"
	m.used = len(s) - len(rest) + 1
	return m, true
}

// numbered reports that a number follows: "3. Section 1 of the Act is repealed" is section 3.
func numbered(after string) bool {
	after = strings.TrimLeft(after, " \u00a0")
	r, _ := utf8.DecodeRuneInString(after)
	return unicode.IsDigit(r) || roman(firstWord(after)) > 0
}

// wordFirst reads "Article 12", "المادة الثانية عشرة", "Erster Abschnitt", "PRIMERA PARTE".
func wordFirst(s, l string) (m mark, ok bool) {
	name, at := spacedWord(s)
	if strings.HasPrefix(s[at:], "-") { // "Sous-section"
		if more := firstWord(s[at+1:]); more != "" {
			if _, known := wordFor(fold(name)+"-"+fold(more), l); known {
				name, at = s[:at+1+len(more)], at+1+len(more)
			}
		}
	}
	f := fold(name)
	if w, known := wordFor(f, l); known {
		m.word, m.name = w, f
		t := s[at:]
		abbreviated := f == "art" || f == "sec" || f == "sect" || f == "arts"
		if abbreviated {
			t = strings.TrimPrefix(t, ".")
		} else if f == "s" {
			return m, false
		}
		if isArabic(name) { // extraction puts the colon that follows a number before it
			if u := strings.TrimLeft(t, " "); strings.HasPrefix(u, ":") {
				if v := strings.TrimLeft(u[1:], " "); v != "" && v[0] >= '0' && v[0] <= '9' {
					if m.no, t, ok = readDigits(v); ok {
						m.used = len(s) - len(t)
						m.delim = true
						// The rest follows without space: mark it as parted.
						return colonBefore(m, s, t), true
					}
				}
			}
		}
		var rest string
		if m.no, rest, ok = readNumber(t, l); ok {
			if rest == t || isGlued(s[:len(s)-len(rest)], rest) {
				return m, false
			}
			m.used = len(s) - len(rest)
			return m, true
		}
		t = strings.TrimLeft(t, " ")
		if w.kind == "schedule" && (t == "" || strings.HasPrefix(t, "(") && l == "de" || strings.ContainsRune(".:-–—", []rune(t[:min(4, len(t))])[0])) {
			m.used = at
			return m, true
		}
		return m, false
	}
	// An ordinal goes before the word.
	v, isOrdinal := ordinals[f]
	odd := f == "allgemeiner" || f == "besonderer"
	if !isOrdinal && !odd {
		return m, false
	}
	t := strings.TrimLeft(s[at:], " ")
	second := firstWord(t)
	w, known := wordFor(fold(second), l)
	if !known || w.rank >= rankArticle || len(second) < 3 {
		return m, false
	}
	m.word, m.name, m.no = w, fold(second), number{toKey(v), v}
	if odd {
		m.no = number{key: f}
	}
	m.used = len(s) - len(t) + len(second)
	return m, true
}

// spacedWord is the first word of s and where it ends; letters set apart from each other ("С т а т ь я  1"), as typewritten
// Russian and older print stress a word, are one word where they make the name of a division.
func spacedWord(s string) (name string, at int) {
	name = firstWord(s)
	if utf8.RuneCountInString(name) != 1 {
		return name, len(name)
	}
	var b strings.Builder
	for t := s; ; {
		r, n := utf8.DecodeRuneInString(t)
		if next, _ := utf8.DecodeRuneInString(t[n:]); !unicode.IsLetter(r) || next != ' ' && next != '\u00a0' {
			break
		}
		b.WriteRune(r)
		after := strings.TrimLeft(t[n:], " \u00a0")
		at = len(s) - len(t) + n
		t = after
	}
	if w := b.String(); utf8.RuneCountInString(w) >= 4 {
		if _, known := words[fold(w)]; known {
			return w, at
		}
	}
	return name, len(name)
}

// colonBefore finishes a mark whose colon stands before its number.
func colonBefore(m mark, s, rest string) mark {
	m.used = len(s) - len(rest)
	m.name += ":"
	return m
}

// isGlued reports that letters follow a number of digits directly: "المادة 9من" is a
// reference in running text.
func isGlued(before, rest string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	return unicode.IsDigit(r) && startsWord(rest)
}

// arabicRef are words that, after a number, show that a line speaks of an article.
var arabicRef = map[string]bool{
	"من": true, "في": true, "اعلاه": true, "المذكور": true, "المذكوره": true, "الي": true, "علي": true, "و": true, "او": true, "المشار": true, "هذا": true, "هذه": true,
	"ادناه": true, "بعده": true, "السابقه": true, "السابق": true, "وما": true, "فقره": true, "الفقره": true,
}

// running reports that a line goes on a sentence from above, whatever the source makes of it:
// "artículo 75 inciso 22, que incorpora …", "Anexo VII que forma parte …".
func (m mark) running() bool {
	first, _ := utf8.DecodeRuneInString(m.num)
	next, _ := utf8.DecodeRuneInString(m.rest)
	return unicode.IsLower(first) || m.rank < rankArticle && unicode.IsLower(next)
}

// plausible reports that a line which the source does not set apart begins a division:
// a whole line, or a number with its punctuation, or a heading in capitals.
func (m mark) plausible(single bool) bool {
	n := utf8.RuneCountInString(m.rest[:cut(m.rest, 1000)])
	first, _ := utf8.DecodeRuneInString(m.rest)
	switch {
	case m.rest == "":
		return true
	case isArabic(m.num):
		if arabicRef[fold(firstWord(m.rest))] || m.rank < rankArticle && strings.Contains(strings.TrimRight(m.rest, "."), ".") {
			return false
		}
		if strings.HasSuffix(m.name, ":") || m.delim {
			return m.rank >= rankArticle || n <= 150
		}
		return m.rank < rankArticle && single && n <= 80
	case strings.HasPrefix(m.num, "第"):
		return m.delim && (m.rank >= rankArticle || n <= 60)
	case m.rank < rankArticle:
		if n > 200 || strings.HasPrefix(m.rest, ",") || unicode.IsLower(first) {
			return false
		}
		return m.delim || unicode.IsUpper(first)
	case m.delim:
		return !unicode.IsLower(first) || strings.ContainsAny(m.num, "º°§")
	}
	if unicode.IsUpper(first) && strings.ContainsAny(m.num, "º°") && unicode.IsUpper([]rune(m.num)[0]) {
		return true // "Art. 1º Esta lei …" is how Portuguese writes it
	}
	return unicode.IsUpper(first) && single && n <= 150 && !endsSentence(m.rest)
}

func endsSentence(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, " )\"»”’]"))
	return strings.ContainsRune(".;:,。；：؛،!?—", r)
}

func hasLetters(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
