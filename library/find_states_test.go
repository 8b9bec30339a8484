package library

import (
	"strings"
	"testing"

	"merida/directory"
)

func TestStatesAreKnownByNameAndAdjective(t *testing.T) {
	parties, err := directory.Load()
	if err != nil {
		t.Fatal(err)
	}
	f := &Finder{Parties: parties}
	for words, want := range map[string]string{
		"Kenya bribery":              "KE",
		"Kenyan anti-corruption law": "KE",
		"loi française":              "FR",
		"lois tunisiennes":           "TN",
		"la ley peruana":             "PE",
		"закон Франции":              "FR",
		"российское законодательство": "RU",
		"القانون الكيني":              "KE",
		"القانون المصري":              "EG",
		"فرنسا":                       "FR",
		"法国反腐败法":                      "FR",
		"South African courts":        "ZA",
		"South Africa":                "ZA",
		"droit sud-africain":          "ZA",
		"public procurement":          "",
		"soborno":                     "",
		"маленький подарок":           "",
	} {
		found, err := f.states(words)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, s := range found {
			got = append(got, s.Value)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q names %v, want %q", words, got, want)
		}
	}
}
