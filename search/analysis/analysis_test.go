package analysis

import (
	"slices"
	"strings"
	"testing"

	"merida/lang"
)

// term is what a word is found by: its stem, or its exact form where there is none.
func term(tag lang.Tag, word string) string {
	if s, ok := Stem(tag, word); ok {
		return s
	}
	return Fold(word)
}

// Forms of one word that a lawyer types and a law prints meet in one term.
func TestFormsOfAWordMeet(t *testing.T) {
	for _, x := range []struct {
		tag   lang.Tag
		forms string
	}{
		{"ar", "رشوة الرشوة والرشوة بالرشوة"},
		{"ar", "موظف الموظف للموظف والموظف"},
		{"ar", "إثراء اثراء الإثراء"},
		{"ru", "отчёт отчет отчета отчётом"},
		{"ru", "взятка взятки взятку"},
		{"fr", "marché marchés MARCHÉ"},
		{"fr", "détournement détournements"},
		{"es", "soborno sobornos SOBORNO"},
		{"es", "corrupción corrupcion"},
		{"de", "Bestechung Bestechungen"},
		{"pt", "declaração declarações"},
		{"en", "bribe bribes bribed"},
		{"en", "confiscation CONFISCATION"},
	} {
		forms := strings.Fields(x.forms)
		for _, f := range forms[1:] {
			if a, b := term(x.tag, forms[0]), term(x.tag, f); a != b {
				t.Errorf("%s: %s is %q, %s is %q", x.tag, forms[0], a, f, b)
			}
		}
	}
}

// What means something else stays apart.
func TestDifferentWordsStayApart(t *testing.T) {
	for _, x := range []struct {
		tag  lang.Tag
		a, b string
	}{
		{"ar", "رشوة", "موظف"}, {"ru", "взятка", "взлом"}, {"en", "extradition", "tradition"}, {"es", "soborno", "sobre"}, {"fr", "saisie", "saison"}, {"de", "Geld", "Gold"},
	} {
		if term(x.tag, x.a) == term(x.tag, x.b) {
			t.Errorf("%s: %s and %s are one term, %q", x.tag, x.a, x.b, term(x.tag, x.a))
		}
	}
}

// One form for what is written in several ways in any language.
func TestFold(t *testing.T) {
	for _, x := range [][2]string{
		{"ÉTAT", "etat"}, {"١٢", "12"}, {"\u0622\u0645\u0631", "\u0627\u0645\u0631"}, {"\u0640\u0631\u0634\u0640\u0648\u0629", Fold("رشوة")}, {"Ё", "е"}, {"\uff21\uff11", "a1"}, {"賄賂", "贿赂"},
	} {
		if got := Fold(x[0]); got != x[1] {
			t.Errorf("%q folds to %q, want %q", x[0], got, x[1])
		}
		if got := Fold(Fold(x[0])); got != Fold(x[0]) {
			t.Errorf("folding %q twice gives %q", x[0], got)
		}
	}
}

func TestWords(t *testing.T) {
	for _, x := range []struct {
		text string
		want []string
	}{
		{"Art. 12(3), bribery!", []string{"art", "12", "3", "bribery"}},
		{"贿赂罪", []string{"贿赂", "赂罪"}},
		{"第12条", []string{"第", "12", "条"}},
		{"", nil},
		{"a\xffb", []string{"a", "b"}},
	} {
		var got []string
		for tok := range Tokens(x.text) {
			got = append(got, Fold(x.text[tok.Start:tok.End]))
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%q: %q, want %q", x.text, got, x.want)
		}
	}
}

func FuzzTokens(f *testing.F) {
	f.Add("Статья 290 المادة ١٢ 第十二条 \xff l'État")
	f.Fuzz(func(t *testing.T, text string) {
		last := -1
		for tok := range Tokens(text) {
			if tok.Start <= last || tok.End <= tok.Start || tok.End > len(text) || tok.End-tok.Start > 2*MaxWord {
				t.Fatalf("%q: token %+v after %d", text, tok, last)
			}
			last = tok.Start
			Fold(text[tok.Start:tok.End])
			for _, l := range lang.Official {
				Stem(l, text[tok.Start:tok.End])
			}
		}
	})
}
