package legaltext

import "merida/lang"

// Heading is the beginning of a division as a line of a text prints it: "Chapter III", "المادة 16", "第十六条 贿赂".
type Heading struct {
	Kind  string // part, title, book, chapter, section, article or schedule
	Key   string // the number as an eId has it: "16", "12bis", "III"
	Value int    // 0 where the number is none
	Rest  string // what follows on the line: a title, text, or nothing
}

// Division reads the heading of a division in a line without indentation, for readers of texts of which the
// divisions are known. ok is false for a line that goes on a sentence ("Article 16 of the Convention applies").
func Division(s string, l lang.Tag) (h Heading, ok bool) {
	s = squeeze(s)
	m, ok := findMark(s, string(l.Base()))
	if !ok || m.bare || m.running() || !m.plausible(true) {
		return h, false
	}
	return Heading{m.kind, m.no.key, m.no.value, m.rest}, true
}

// Digits folds the digits of Arabic and full-width print, and case and accents, to the plain form in which marks are compared.
func Digits(s string) string { return fold(s) }
