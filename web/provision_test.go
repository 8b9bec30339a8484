package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
)

// What is tied to a provision is narrowed by filters, on the page and in the file alike, and a section stands once.
func TestSectionsOfAProvisionAreFiltered(t *testing.T) {
	s := newTestSite(t)
	add := func(country party.ID, source, date string, kind library.Type, provisions ...string) library.ID {
		t.Helper()
		w := library.Whole{Measure: library.Measure{SourceID: source, Country: country, Type: kind, Status: library.InForce, Lang: "es", Titles: lang.T("es", "Ley "+source), Date: date},
			Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: "Quien dé, será multado."}}}
		for _, p := range provisions {
			w.Mappings = append(w.Mappings, library.Mapping{EID: "art_1", Provision: toProvision(p)})
		}
		id, err := s.Library.Add(t.Context(), identity.OperatorActor(), w)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	add("QM", "one", "2001", library.Law, "uncac/art_16/para_1", "uncac/art_16/para_2")
	add("QN", "two", "2010-05-01", library.Regulation, "uncac/art_16/para_1")
	peru := add("PE", "three", "2020", library.Law, "uncac/art_16")
	body := func(path string) string {
		t.Helper()
		w := s.public().get(path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		return w.Body.String()
	}
	has := func(path string, want, not string) {
		t.Helper()
		b := body(path)
		for x := range strings.FieldsSeq(want) {
			if !strings.Contains(b, "Ley "+x) {
				t.Errorf("%s does not show %s", path, x)
			}
		}
		for x := range strings.FieldsSeq(not) {
			if strings.Contains(b, "Ley "+x) {
				t.Errorf("%s shows %s", path, x)
			}
		}
	}
	const at = "/en/provisions/uncac/art_16"
	has(at, "one two three", "")
	if b := body(at); strings.Count(b, "Ley one") != 1 || !strings.Contains(b, "3 mapped sections") || !strings.Contains(b, "in 3 States") {
		t.Error("the section that is tied to two paragraphs stands twice, or is not counted once")
	}
	has(at+"?country=PE,QN", "two three", "one")
	has(at+"?region=grulac", "three", "one two")
	has(at+"?type=regulation", "two", "one three")
	has(at+"?year_from=2005&year_to=2015", "two", "one three")
	has(at+".csv?type=law", "one three", "two")
	has("/en/provisions/uncac/art_16/para_2", "one", "two three")
	if b := body(at + "?status=repealed"); !strings.Contains(b, "Nothing fits these filters") {
		t.Error("a filter that leaves nothing says so")
	}
	// The comparison shows a translation beside the original.
	if _, err := s.Library.Translate(t.Context(), identity.OperatorActor(), library.Translated{Translation: library.Translation{Measure: peru, Lang: "en", Status: lang.Courtesy},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Text: "Whoever gives is fined."}}}); err != nil {
		t.Fatal(err)
	}
	b := body("/en/compare?provision=uncac/art_16&state=PE")
	if !strings.Contains(b, "Quien dé") || !strings.Contains(b, "Whoever gives is fined.") || !strings.Contains(b, "Courtesy") {
		t.Error("the comparison does not show original and translation")
	}
	if b := body("/es/compare?provision=uncac/art_16&state=PE"); strings.Contains(b, "Whoever gives") {
		t.Error("a reader of the original's language needs no translation")
	}
	if b := body("/en/compare.csv?provision=uncac/art_16&state=PE"); !strings.Contains(b, "Whoever gives is fined.") {
		t.Error("the table has no translation")
	}
}
