package convention

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Words that may stand in a citation, in the six languages. They carry no meaning of their
// own, except that those for "chapter" say which numbers follow.
var (
	chapterWords = wordSet("chapter chap ch chapitre capítulo capitulo cap глава гл الفصل فصل 章 chp")
	fillerWords  = wordSet("article articles art arts artículo artículos articulo articulos paragraph paragraphs para paras subparagraph subpara point " +
		"paragraphe alinéa al párrafo parrafo párr apartado inciso numeral " +
		"статья статьи статье статью ст пункт пункта п подпункт подпункта пп " +
		"المادة مادة الفقرة فقرة من الفرعية البند 第 条 條 款 项 項 目 of the de la du del")
)

func wordSet(s string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(s) {
		m[w] = true
	}
	return m
}

// citations maps "uncac 16.1" and the like to ids. An article wins over its implicit
// paragraph, which is cited alike.
func citations(trees []*tree) map[string]ID {
	out := make(map[string]ID)
	put := func(key string, id ID) {
		if _, taken := out[key]; !taken {
			out[key] = id
		}
	}
	for _, t := range trees {
		conv := string(t.convention.ID)
		byID := make(map[ID]string, len(t.nodes)) // the numbers down to a provision
		for _, p := range t.nodes {
			n := strings.Trim(strings.ToLower(p.Number), "()")
			switch {
			case p.Kind == Chapter:
				put(conv+" chapter "+n, p.ID)
				continue
			case p.Kind == Article:
				byID[p.ID] = n
			case p.Implicit:
				byID[p.ID] = byID[p.Parent] + ".1"
			default:
				byID[p.ID] = byID[p.Parent] + "." + n
			}
			put(conv+" "+byID[p.ID], p.ID)
			// As printed, without the number that an implicit paragraph does not have.
			put(conv+" "+strings.Join(cut(p.Citation), "."), p.ID)
		}
	}
	return out
}

// cut splits a citation into its numbers, letters and words, lower case.
func cut(s string) []string {
	var out []string
	var cur strings.Builder
	last := 0 // 1 digit, 2 letter
	flush := func() {
		if cur.Len() > 0 {
			out = append(out, cur.String())
			cur.Reset()
		}
	}
	for _, r := range strings.ToLower(s) {
		kind := 0
		switch {
		case unicode.IsDigit(r):
			kind = 1
			if r >= '٠' && r <= '٩' {
				r = '0' + r - '٠'
			}
		case unicode.IsLetter(r), unicode.IsMark(r):
			kind = 2
		}
		// Chinese words stand beside each other without a space: one character, one word,
		// but the characters of a number stay together.
		if kind != last || kind == 0 || unicode.Is(unicode.Han, r) && !(isHanDigit(r) && endsHanDigit(cur.String())) {
			flush()
		}
		if kind != 0 {
			cur.WriteRune(r)
		}
		last = kind
		if unicode.Is(unicode.Han, r) && !isHanDigit(r) {
			flush()
			last = 0
		}
	}
	flush()
	return out
}

// Parse finds the provision that a person or a file means: an id ("uncac/art_16/para_1"),
// a citation ("16(1)", "UNTOC 6", "Chapter III"), or one with the words of one of the six languages
// ("article 16, paragraph 1", "статья 16", "第十六条第一款第（一）项", "المادة 16 (1) (أ)"). Without the name of a
// convention the Convention against Corruption is meant. ok is false where nothing is meant.
func (c *Catalogue) Parse(s string) (id ID, ok bool) {
	if len(s) > 200 {
		return "", false
	}
	s = strings.TrimSpace(s)
	if id = ID(strings.Trim(s, "/")); c.Known(id) {
		return id, true
	}
	conv, chapter := UNCAC, false
	var nums []string
	for _, w := range cut(s) {
		if t := c.roots[ID(w)]; t != nil {
			conv = ID(w)
			continue
		}
		switch {
		case chapterWords[w]:
			chapter = true
		case fillerWords[w]:
		default:
			if n, ok := hanNumber(w); ok {
				w = strconv.Itoa(n)
			}
			if i := slices.Index(abjad, w); i >= 0 && len(nums) > 0 {
				w = string(rune('a' + i))
			}
			// What stands below a point has a Roman number in some texts and a plain one in others.
			if n, err := strconv.Atoi(w); err == nil && len(nums) > 1 && !isNumber(nums[len(nums)-1]) {
				w = roman(n)
			}
			nums = append(nums, w)
		}
		if last := len(nums) - 1; last > 0 && (w == "项" || w == "項") { // points are numbered in Chinese
			if n, err := strconv.Atoi(nums[last]); err == nil && n > 0 && n <= 26 {
				nums[last] = string(rune('a' + n - 1))
			}
		}
	}
	if len(nums) == 0 {
		return "", false
	}
	if chapter {
		n := nums[0]
		if i, err := strconv.Atoi(n); err == nil {
			n = roman(i)
		}
		id, ok = c.cited[string(conv)+" chapter "+n]
		return id, ok && len(nums) == 1
	}
	id, ok = c.cited[string(conv)+" "+strings.Join(nums, ".")]
	return id, ok
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

const hanDigits = "零一二三四五六七八九"

func isHanDigit(r rune) bool { return r == '十' || strings.ContainsRune(hanDigits, r) }

func endsHanDigit(s string) bool {
	r := []rune(s)
	return len(r) > 0 && isHanDigit(r[len(r)-1])
}

// hanNumber reads a Chinese number from 1 to 99.
func hanNumber(s string) (int, bool) {
	n, cur := 0, 0
	for _, r := range s {
		if !isHanDigit(r) {
			return 0, false
		}
		if r == '十' {
			n, cur = 10*max(cur, 1), 0
			continue
		}
		cur = strings.Index(hanDigits, string(r)) / len("一")
	}
	return n + cur, n+cur > 0
}

// roman writes 1 to 39 in lower case.
func roman(n int) string {
	if n < 1 || n > 39 {
		return ""
	}
	ones := [...]string{"", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"}
	return strings.Repeat("x", n/10) + ones[n%10]
}

// Asks finds the provision that words of a search name when they name a provision and nothing else: "Article 16",
// "المادة 16", "第十六条", "статья 16", "artículo 16", "UNCAC 16(1)". Numbers alone name none, since laws have numbers too.
func (c *Catalogue) Asks(words string) (ID, bool) {
	named := false
	for _, w := range cut(words) {
		named = named || c.Known(ID(w)) || chapterWords[w] || fillerWords[w] && len([]rune(w)) > 1 || w == "条" || w == "條"
	}
	id, ok := c.Parse(words)
	if _, isProvision := c.Get(id); !ok || !named && !strings.Contains(words, "/") || !isProvision {
		return "", false
	}
	return id, true
}
