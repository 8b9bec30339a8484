package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"merida/identity"
	"merida/library"
)

// A translation is typed, looked at, stored; the search then finds the law by its words and says so.
func TestATranslationIsAddedAndFound(t *testing.T) {
	s := searching(t)
	officer, focal, public := s.person(identity.Officer, ""), s.person(identity.FocalPoint, "QM"), s.public()
	ms, err := s.Library.Store.BySource(t.Context(), []string{"t-ru"})
	if err != nil {
		t.Fatal(err)
	}
	at := "/en/measures/" + string(ms["t-ru"].ID)
	if b := public.get("/en/search?q=zirconium").Body.String(); !strings.Contains(b, "0 measures") {
		t.Error("found before it was there")
	}
	if r := focal.get(at + "/translate"); r.Code != http.StatusNotFound {
		t.Errorf("a focal point of another State: %d", r.Code)
	}
	if b := officer.get(at).Body.String(); !strings.Contains(b, at+"/translate") {
		t.Error("the page does not lead to the form")
	}
	form := url.Values{"lang": {"ru"}, "status": {"courtesy"}, "text": {"Article 1. Of zirconium\n\nWhoever takes zirconium is fined.\n\nArticle 9. Beside\n\nNothing."}, "maker": {"Our desk"}}
	if r := officer.post(at+"/translate", form); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "language of the original") || !strings.Contains(r.Body.String(), "Whoever takes") {
		t.Errorf("its own language: %d", r.Code)
	}
	form.Set("lang", "en")
	r := officer.post(at+"/translate", form)
	if b := r.Body.String(); r.Code != http.StatusOK || !strings.Contains(b, "1 of the 1 sections") || !strings.Contains(b, "1 section has no counterpart") {
		t.Errorf("the look: %d %s", r.Code, b)
	}
	if b := public.get("/en/search?q=zirconium").Body.String(); !strings.Contains(b, "0 measures") {
		t.Error("the look stored it")
	}
	form.Set("act", "store")
	r = officer.post(at+"/translate", form)
	if r.Code != http.StatusSeeOther || !strings.Contains(r.Header().Get("Location"), "/translations/en") {
		t.Fatalf("%d %s", r.Code, r.Body.String())
	}
	if b := public.get(r.Header().Get("Location")).Body.String(); !strings.Contains(b, "Whoever takes zirconium") || !strings.Contains(b, "Our desk") {
		t.Error("the page of the translation lacks it")
	}
	b := public.get("/en/search?q=zirconium").Body.String()
	for _, want := range []string{"1 measure", "Закон о взятках", "Found in the translation: English (Courtesy translation)", "<mark>zirconium</mark>", "/translations/en?section=art_1"} {
		if !strings.Contains(b, want) {
			t.Errorf("the search lacks %q", want)
		}
	}
	if b := public.get("/en/search?q=взятки").Body.String(); !strings.Contains(b, "Закон о взятках") || strings.Contains(b, "Found in the translation") {
		t.Error("the original's words are found in the original")
	}
	form.Set("text", strings.Repeat("\x00", 10))
	if r := officer.post(at+"/translate", form); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no words: %d", r.Code)
	}
	own, err := s.Library.Add(t.Context(), focal.account.Actor(), library.Whole{Measure: library.Measure{Lang: "es", Titles: ms["t-es"].Titles}})
	if r := officer.get("/en/measures/" + string(own) + "/translate"); err == nil && r.Code != http.StatusNotFound {
		t.Errorf("a State's own measure: %d", r.Code)
	}
}
