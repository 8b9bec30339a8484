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
		"bribery of foreign officials":          "bribery-foreign-officials",
		"soborno":                               "bribery-national-officials",
		"غسل الأموال":                           "money-laundering",
		"срок давности по делам":                "statute-of-limitations",
		"the length of a river":                 "",
		"declarations of assets by ministers":   "asset-declaration",
		"punishing who laundered money quickly": "money-laundering",
		"money":                                 "",
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
