package locale

import "slices"

// romans are the numbers of chapters as the Convention's texts in Latin and Cyrillic letters write them.
var romans = []string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}

// chapters are the same numbers as its Arabic and Chinese texts write them.
var chapters = map[string][]string{
	"ar": {"الأول", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن", "التاسع", "العاشر"},
	"zh": {"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"},
}

// Chapter writes the number of a chapter, given in Roman figures, as the Convention does in the language of the printer.
func (p *Printer) Chapter(roman string) string {
	if words := chapters[string(p.Lang)]; words != nil {
		if i := slices.Index(romans, roman); i >= 0 {
			return words[i]
		}
	}
	return roman
}
