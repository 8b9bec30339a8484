package legaltext

import (
	"strings"
	"unicode/utf8"
)

// find lists all that may be the beginning of a division.
func (b *builder) find() {
	for i, ln := range b.lines {
		m, ok := findMark(ln.s, b.lang)
		if !ok {
			continue
		}
		if m.running() {
			continue
		}
		f := found{mark: m, at: i, strong: ln.strong(len(m.num)), first: i == 0 || b.lines[i-1].s == "" || b.lines[i-1].md > 0}
		if f.strong && ln.md == 0 && !ln.bold && m.bare {
			f.strong = false // bold numbers of paragraphs
		}
		single := f.first && (i+1 == len(b.lines) || b.lines[i+1].s == "" || b.lines[i+1].md > 0)
		if !f.strong {
			if !m.plausible(single) {
				continue
			}
			if !f.first && !endsSentence(b.lines[i-1].s) && b.markAt(i-1) == nil && !(m.rest == "" && !m.bare) && !strings.HasSuffix(m.name, ":") && m.name != "条" {
				continue
			}
		} else if ln.md > 0 && m.bare && ln.md < 3 {
			f.strong = false
		}
		b.marks = append(b.marks, f)
	}
}

// markAt is the mark of a line if it is the last one found.
func (b *builder) markAt(i int) *found {
	if n := len(b.marks); n > 0 && b.marks[n-1].at == i {
		return &b.marks[n-1]
	}
	return nil
}

// contents drops the marks of a table of contents, which ends where the first of its
// divisions comes again.
func (b *builder) contents() {
	from := -1
	for i, ln := range b.lines[:min(len(b.lines), 50+len(b.lines)/3)] {
		if isContents(ln.s) {
			from = i
			break
		}
	}
	if from < 0 {
		return
	}
	lo := 0
	for lo < len(b.marks) && b.marks[lo].at < from {
		lo++
	}
	if lo == len(b.marks) {
		return
	}
	// What is numbered through tells best where the text begins: articles, else bare numbers; where
	// the table shows neither, the first of its parts.
	key := &b.marks[lo]
	for i := lo; i < min(lo+12, len(b.marks)); i++ {
		if m := &b.marks[i]; m.rank > key.rank || m.rank == key.rank && key.bare && !m.bare {
			key = m
		}
	}
	hi := b.again(key)
	if hi < 0 {
		key = &b.marks[lo]
		hi = b.again(key)
	}
	if hi < 0 {
		return
	}
	first := map[string]number{} // the first number of each kind in the table
	for _, m := range b.marks[lo:hi] {
		if _, seen := first[m.prefix]; !seen {
			first[m.prefix] = m.no
		}
	}
	// The headings of the parts that hold the first article stand a few lines above it.
	for hi > lo && b.marks[hi].at-b.marks[hi-1].at < 12 && b.marks[hi-1].rank < rankArticle && sameNumber(first[b.marks[hi-1].prefix], b.marks[hi-1].no) {
		hi--
	}
	for i := lo; i < hi; i++ {
		b.marks[i].drop = true
	}
	b.sweep()
}

// again finds the next mark with the kind and number of key; -1 when there is none.
func (b *builder) again(key *found) int {
	for i, m := range b.marks {
		if m.at > key.at && m.prefix == key.prefix && m.bare == key.bare && sameNumber(key.no, m.no) {
			return i
		}
	}
	return -1
}

func sameNumber(a, b number) bool { return a.value == b.value && (a.value > 0 || a.key == b.key) }

func (b *builder) sweep() {
	kept := b.marks[:0]
	for _, m := range b.marks {
		if !m.drop {
			kept = append(kept, m)
		}
	}
	b.marks = kept
}

// choose settles what the words of this text mean, and drops the numbers that are no
// divisions: paragraphs, and articles of other laws that the text speaks of.
func (b *builder) choose() {
	articles, set, bares, sections, fasl, signs := 0, 0, 0, 0, 0, 0
	schedules := map[string]bool{}
	common := b.lang == "en" || b.lang == "sw"
	for _, m := range b.marks {
		if m.rank == rankArticle && !m.bare && common && len(schedules) > 0 && bares >= 3 {
			continue // the articles of a treaty in a schedule do not say how the sections of its act are numbered
		}
		if m.kind == "schedule" && m.no.key != "" && m.rest == "" {
			b.mixed = b.mixed || schedules[m.num]
			schedules[m.num] = true
		}
		switch {
		case m.bare:
			bares++
		case m.rank == rankArticle:
			if m.name == "§" {
				signs++
			}
			articles++
			if m.strong {
				set++
			}
		case m.name == "section":
			sections++
		case m.name == "الفصل":
			fasl++
		}
	}
	en := b.lang == "en"
	sectionIsArticle := en && articles == 0 && sections >= 3
	faslIsArticle := articles < 3 && fasl >= 3 && fasl > 3*articles
	// Where a Russian code has articles by name, a § is a division of its chapters; rules and instructions number by it alone.
	signIsGroup := signs > 0 && cyrillic(b.lang) && articles-signs >= 3 && articles-signs > signs
	b.bare = articles < 3 && set == 0 && !sectionIsArticle && common && bares >= 2
	b.swapped()
	last, lastSchedule, inSchedule := 0, 0, false
	for i := range b.marks {
		m := &b.marks[i]
		if sectionIsArticle && m.name == "section" {
			m.word = clause
		}
		if faslIsArticle && strings.HasPrefix(m.name, "الفصل") {
			m.word = article
		}
		if signIsGroup && m.name == "§" {
			m.word = group
		}
		if m.rank < rankArticle {
			if m.kind == "schedule" {
				inSchedule = true
				if !b.mixed {
					lastSchedule = 0
				}
			} else if b.mixed {
				inSchedule = false
			}
			if sectionIsArticle && m.name == "subsection" {
				m.word = word{"paragraph", "subsec", rankArticle + 5}
			}
			continue
		}
		if m.bare && !b.bare {
			m.drop = true
			continue
		}
		if m.carry {
			continue
		}
		ref := &last
		if inSchedule {
			ref = &lastSchedule
		}
		if m.strong || strings.ContainsAny(m.no.key, ".-") && m.no.key != toKey(m.no.value) {
			*ref = m.no.value
			continue
		}
		v := m.no.value
		switch {
		case b.mixed && m.bare && v <= max(last, lastSchedule)+4:
		case v == 0 || v == *ref+1 || v == *ref && m.no.key != toKey(v):
		case v == 1 && !m.bare:
		case v == 1 && *ref == 0:
		case v > *ref+1 && v <= *ref+40 && !b.comes(i, *ref+1) && (!m.bare || v <= *ref+4):
		case *ref == 0 && !b.comes(i, 1):
		case v > *ref+40 && !m.bare && (b.comes(i, v+1) || i == len(b.marks)-1) && !b.comes(i, *ref+1): // a selection of articles
		case v < *ref && !m.bare && b.comes(i, v+1) && !b.comes(i, *ref+1):
		default:
			m.drop = true
			continue
		}
		if v > 0 {
			*ref = v
		}
	}
	b.sweep()
}

// cyrillic reports a language whose laws are printed as Russian ones are.
func cyrillic(l string) bool {
	switch l {
	case "ru", "uk", "be", "kk", "ky", "tg", "uz":
		return true
	}
	return false
}

// swapped finds articles whose number stands above the heading of the division that
// holds them, and again below it; the number below is where the article begins.
func (b *builder) swapped() {
	for i := 0; i+1 < len(b.marks); i++ {
		a := &b.marks[i]
		if a.rank != rankArticle || a.rest != "" || !a.strong {
			continue
		}
		j := i + 1
		for j < len(b.marks) && b.marks[j].rank < rankArticle && j-i < 5 {
			j++
		}
		if j == i+1 || j == len(b.marks) || b.marks[j].no != a.no || b.marks[j].rest != "" || b.marks[j].rank != rankArticle || b.textBetween(i, j) {
			continue
		}
		a.carry, b.marks[j].strong = true, true
	}
}

// textBetween reports that lines with words which are no marks stand between two marks.
func (b *builder) textBetween(i, j int) bool {
	for k := i; k < j; k++ {
		for at := b.marks[k].at + 1; at < b.marks[k+1].at; at++ {
			if b.lines[at].s != "" {
				return true
			}
		}
	}
	return false
}

// comes reports whether the article with this number is among the next few marks.
func (b *builder) comes(i, v int) bool {
	seen := 0
	for j := i + 1; j < len(b.marks) && seen < 8; j++ {
		if b.marks[j].rank < rankArticle {
			continue
		}
		seen++
		if b.marks[j].no.value == v {
			return true
		}
	}
	return false
}

// learn counts which division is directly followed by which other.
func (b *builder) learn() {
	b.holds = map[[2]string]int{}
	for i := 1; i < len(b.marks); i++ {
		a, c := b.marks[i-1], b.marks[i]
		if a.rank >= rankArticle || c.rank >= rankArticle || a.prefix == c.prefix {
			continue
		}
		between := 0
		for j := a.at + 1; j < c.at && between <= 200; j++ {
			between += utf8.RuneCountInString(b.lines[j].s)
		}
		if between <= 200 {
			b.holds[[2]string{a.prefix, c.prefix}]++
		}
	}
}
