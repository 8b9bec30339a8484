package library

import "testing"

func TestACitedArticleIsAskedForByItsNumber(t *testing.T) {
	for words, want := range map[string]string{
		"art. 12 bis": `article:"12 bis" OR article:12bis`, "Artículo 12bis": `article:"12 bis" OR article:12bis`, "Art 305bis": `article:"305 bis" OR article:305bis`,
		"§ 12a": `article:"12 a" OR article:12a`, "المادة 15 مكرر": `article:"15 مكرر" OR article:15مكرر`, "ст. 20.1": `article:"20.1" OR article:"20-1"`,
		"Article 16": "", "12 bis": "", "article 12 bis of the code": "", "art": "", "": "", "article 12 a person": "",
	} {
		if got, ok := inserted(words); got != want || ok != (want != "") {
			t.Errorf("%q: %q", words, got)
		}
	}
}
