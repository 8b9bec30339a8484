package thesaurus_test

import (
	"strings"
	"testing"

	"merida/convention"
	"merida/lang"
	"merida/thesaurus"
)

func TestEveryConceptHasSixLanguagesAndRealProvisions(t *testing.T) {
	th, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	cs, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(th.Concepts()); n < 320 {
		t.Errorf("%d concepts, at least 320 are held", n)
	}
	meaning := map[string]string{}
	for _, c := range th.Concepts() {
		for _, tag := range lang.Official {
			if len(c.Terms[tag]) == 0 {
				t.Errorf("%s has no term in %s", c.ID, tag)
			}
		}
		for _, p := range c.Provisions {
			if !cs.Known(p) {
				t.Errorf("%s is tied to %s, which does not exist", c.ID, p)
			}
		}
		for tag, terms := range c.Terms {
			for _, term := range terms {
				key := string(tag) + " " + strings.ToLower(term)
				if other, ok := meaning[key]; ok {
					t.Errorf("%q means %s and %s", key, other, c.ID)
				}
				meaning[key] = c.ID
			}
		}
	}
}

func TestFind(t *testing.T) {
	th, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"bribery of foreign officials":                  "bribery-foreign-officials",
		"soborno":                                       "bribery-national-officials",
		"غسل الأموال":                                   "money-laundering",
		"срок давности по делам":                        "statute-of-limitations",
		"the length of a river":                         "",
		"declarations of assets by ministers":           "asset-declaration",
		"punishing who laundered money quickly":         "money-laundering",
		"money":                                         "",
		"the freezing of bank accounts":                 "freezing-of-assets",
		"выдача собственных граждан":                    "non-extradition-of-nationals",
		"进行控制下交付":                                       "controlled-delivery",
		"de conformidad con la ley":                     "",
		"tenue du registre des bénéficiaires effectifs": "beneficial-ownership-register",
		"تسليم المواطنين":                               "non-extradition-of-nationals",
	} {
		var got []string
		for _, m := range th.Find(text) {
			got = append(got, m.Concept.ID)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q names %v, want %q", text, got, want)
		}
	}
}
