package legaltext

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"merida/fault"
	"merida/internal/testkit"
	"merida/lang"
)

// gazette is a law as a gazette prints it: a running header, page numbers, headings in bold over two
// lines, lines broken within words, a paragraph that goes on over the page.
func gazette() []byte {
	type l = testkit.Line
	page := func(n int, lines ...l) []l {
		return append([]l{{X: 200, Y: 800, Text: fmt.Sprintf("Official Gazette no. 7 of 2020 %d", n)}}, append(lines, l{X: 290, Y: 30, Text: fmt.Sprintf("- %d -", n)})...)
	}
	return testkit.PDF(
		page(1, l{X: 250, Y: 760, Text: "Act against bribery", Bold: true}, l{X: 60, Y: 720, Text: "Article 1: Giving and taking of", Bold: true}, l{X: 60, Y: 706, Text: "advantages in office", Bold: true},
			l{X: 60, Y: 680, Text: "Nobody gives an advantage to a public offi-"}, l{X: 60, Y: 666, Text: "cial, and no public official takes one from"}),
		page(2, l{X: 60, Y: 760, Text: "anybody who asks for something."}, l{X: 60, Y: 730, Text: "Article 2: Penalties", Bold: true}, l{X: 60, Y: 704, Text: "1. Who gives is fined."}, l{X: 60, Y: 680, Text: "2. Who takes is fined twice."}),
		page(3, l{X: 60, Y: 760, Text: "Article 3: Entry into force", Bold: true}, l{X: 60, Y: 730, Text: "This Act enters into force on the day of its publication."}),
	)
}

func TestAPrintedLaw(t *testing.T) {
	ss, notes, err := Parse(PDF, "en", gazette())
	if err != nil || len(notes) != 0 {
		t.Fatal(err, notes)
	}
	checkTree(t, "printed", ss)
	got := outline(ss)
	for _, want := range []string{
		`"Article 1" = "Giving and taking of advantages in office"`, `art_2__para_1`, `art_2__para_2`, `"Article 3" = "Entry into force"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in\n%s", want, got)
		}
	}
	text := ""
	for _, s := range ss {
		text += s.Text + "\n"
	}
	if !strings.Contains(text, "a public official, and no public official takes one from anybody who asks for something.") {
		t.Errorf("the lines do not go on: %q", text)
	}
	if strings.Contains(text, "Gazette") || strings.Contains(text, "- 2 -") {
		t.Errorf("page furniture in %q", text)
	}
}

// Columns in several languages: the one in the language of the record is read, and what was left out is told.
func TestALawInTwoLanguages(t *testing.T) {
	type l = testkit.Line
	var page []l
	en := strings.Split("Article 1: Scope|The rules of this law apply to any person and to|the bodies of the State in the exercise of|their duties by or under any law of the land.|Article 2: Duty|Any person who holds an office of the State shall|report to the Office any gift in the course of|the work and any gift to a member of the family.|Article 3: Force|The law is in force on the day of the publication|in the Gazette of the State and of the land,|and the law of 1990 is no longer in force.", "|")
	fr := strings.Split("Article 1: Champ|Les dispositions de la loi visent toute personne et|les organes du pays dans la conduite des|affaires par une loi ou sous une loi du pays.|Article 2: Devoir|Toute personne qui occupe une fonction du pays ou|des communes informe la Commission des dons par|une lettre et des dons pour les membres du foyer.|Article 3: Vigueur|La loi entre en vigueur le jour de la parution au|journal du pays et des communes, et la loi de la|session 1990 est par la suite sans effet.", "|")
	for i := range en {
		y := 760 - 20*float64(i)
		page = append(page, l{X: 50, Y: y, Size: 10, Text: en[i], Bold: i%4 == 0}, l{X: 330, Y: y, Size: 10, Text: fr[i], Bold: i%4 == 0})
	}
	for _, c := range []struct{ lang, has, hasNot string }{{"en", "Any person who holds", "Toute"}, {"fr", "Toute personne qui occupe", "Any person"}} {
		ss, notes, err := Parse(PDF, lang.Tag(c.lang), testkit.PDF(page))
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, s := range ss {
			got += s.Num + " " + s.Heading + " " + s.Text + "\n"
		}
		if !strings.Contains(got, c.has) || strings.Contains(got, c.hasNot) || len(ss) != 3 {
			t.Errorf("%s: %q", c.lang, got)
		}
		if len(notes) != 1 || notes[0].Key != "legaltext.warning.columns" || notes[0].Args["n"] != 1 {
			t.Errorf("%s: %+v", c.lang, notes)
		}
	}
}

func TestPDFsThatGiveNoText(t *testing.T) {
	signs := make([]testkit.Line, 30)
	for i := range signs {
		signs[i] = testkit.Line{X: 50, Y: 780 - 20*float64(i), Text: "§¤¶ ©®¬ ±¦¨ °¸¬¶"}
	}
	words := []testkit.Line{{X: 50, Y: 700, Text: "Latin letters and nothing else at all"}}
	for _, c := range []struct {
		key, lang string
		b         []byte
	}{
		{"legaltext.error.not_pdf", "en", []byte("Article 1")},
		{"legaltext.error.not_pdf", "en", []byte("%PDF-1.4\nnothing")},
		{"legaltext.error.pdf_scan", "en", testkit.PDF(nil, nil)},
		{"legaltext.error.pdf_garbled", "en", testkit.PDF(signs)},
		{"legaltext.error.pdf_garbled", "ar", testkit.PDF(words)},
		{"legaltext.error.pdf_password", "en", append(testkit.PDF(words), "trailer << /Encrypt << /Filter /Other >> >>"...)},
	} {
		_, _, err := Parse(PDF, lang.Tag(c.lang), c.b)
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Key != c.key {
			t.Errorf("%s: %v", c.key, err)
		}
	}
	if !Unsure(PDF, "ar") || Unsure(PDF, "en") || Unsure(Markdown, "ar") {
		t.Error("what is unsure")
	}
}
