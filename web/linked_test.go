package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/publication"
)

func TestMeasureSpeaksToSearchEngines(t *testing.T) {
	s := newTestSite(t)
	title := "Act </script><script>alert(1)</script> & more"
	w := library.Whole{Measure: library.Measure{SourceID: "qn-ld", Country: "QN", Type: library.Law, Status: library.InForce, Lang: "en", Date: "2017-03", Licence: "CC BY 4.0", Titles: lang.T("en", title)},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Text: "A fine."}}}
	id, _, err := s.Library.Intake(t.Context(), identity.OperatorActor(), library.Measure{}, w)
	if err != nil {
		t.Fatal(err)
	}
	const open = `<script type="application/ld+json">`
	for _, l := range lang.Official {
		page := s.public().page("/"+string(l)+"/measures/"+string(id), http.StatusOK)
		_, rest, ok := strings.Cut(page, open)
		if !ok {
			t.Fatalf("%s: no data block", l)
		}
		block, _, _ := strings.Cut(rest, "</script>")
		var d struct {
			Type string `json:"@type"`
			Name struct {
				Value string `json:"@value"`
			}
			URL   string
			Date  string                      `json:"legislationDate"`
			Force string                      `json:"legislationLegalForce"`
			Where struct{ Identifier string } `json:"legislationJurisdiction"`
		}
		if err := json.Unmarshal([]byte(block), &d); err != nil {
			t.Fatalf("%s: %v in %s", l, err, block)
		}
		if d.Type != "Legislation" || d.Name.Value != title || d.Date != "2017-03" || d.Force != "https://schema.org/InForce" || d.Where.Identifier != "QN" ||
			!strings.HasSuffix(d.URL, "/"+string(l)+"/measures/"+string(id)) {
			t.Errorf("%s: %+v", l, d)
		}
		for _, want := range []string{`type="application/json" href="/api/v1/measures/` + string(id), `type="application/atom+xml" href="/` + string(l) + `/measures/feed?country=QN"`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the head does not name %s", l, want)
			}
		}
	}
	for _, c := range publication.Ladder {
		w.Measure.Visibility = c
		if c != publication.Public && (&visit{}).legislation(w, true) != nil {
			t.Errorf("a measure of class %s is told to search engines", c)
		}
	}
	if list := s.public().page("/en/measures?country=QN", http.StatusOK); !strings.Contains(list, `href="/en/measures.csv?country=QN"`) {
		t.Error("the CSV named in the head is not narrowed as the list is")
	}
	if list := s.public().page("/en/measures", http.StatusOK); strings.Contains(list, open) || !strings.Contains(list, `type="text/csv" href="/en/measures.csv"`) {
		t.Error("the head of the list is wrong")
	}
}
