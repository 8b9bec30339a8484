package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/exchange/legaltext"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

func TestAMeasureGoesOutAsAkomaNtoso(t *testing.T) {
	s := newTestSite(t)
	officer := identity.Actor{Account: "officer", Role: identity.Officer}
	text := []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "المادة 1", Text: "لا رشوة <هنا>"}}
	add := func(who identity.Actor, source string, ss []library.Section) library.ID {
		t.Helper()
		id, err := s.Library.Add(t.Context(), who, library.Whole{Measure: library.Measure{SourceID: source, Country: "QM", Lang: "ar", Titles: lang.Text{"ar": {S: "قانون"}}}, Sections: ss})
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := add(officer, "qm-one", text)
	w := s.public().get("/en/measures/" + string(id) + ".akn")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != legaltext.MediaAKN || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	got, _, err := legaltext.Parse(legaltext.AkomaNtoso, "ar", w.Body.Bytes())
	if err != nil || len(got) != 1 || got[0] != text[0] {
		t.Errorf("read back %+v, %v", got, err)
	}
	for path, want := range map[string]int{
		"/en/measures/" + string(id) + "/versions/1.akn": http.StatusOK, "/en/measures/qm-one.akn": http.StatusOK, "/en/measures/" + string(id) + "/versions/2.akn": http.StatusNotFound,
		"/en/measures/none.akn": http.StatusNotFound, "/en/parties.akn": http.StatusNotFound, "/en/measures.akn": http.StatusNotFound,
	} {
		if w := s.public().get(path); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	focal := s.person(identity.FocalPoint, "QM")
	own := add(identity.Actor{Account: focal.account.ID, Role: identity.FocalPoint, Party: "QM"}, "", text)
	if w := s.public().get("/en/measures/" + string(own) + ".akn"); w.Code != http.StatusNotFound {
		t.Errorf("the public reads a State's own text: %d", w.Code)
	}
	if w := focal.get("/en/measures/" + string(own) + ".akn"); w.Code != http.StatusOK {
		t.Errorf("the State does not read its own text: %d", w.Code)
	}
	if w := s.public().get("/fr/measures/" + string(add(officer, "qm-empty", nil)) + ".akn"); w.Code != http.StatusUnprocessableEntity && w.Code != http.StatusBadRequest {
		t.Errorf("a measure without text: %d", w.Code)
	}
}
