package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
)

// An officer gathers by pasting addresses, corrects a line, publishes; the public reads page, file and feed.
func TestCollections(t *testing.T) {
	s := newTestSite(t)
	w := library.Whole{Measure: library.Measure{SourceID: "one", Country: "QM", Type: library.Law, Status: library.InForce, Lang: "es", Titles: lang.T("es", "Ley uno"), Licence: "CC0-1.0"},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: "Quien dé, será multado."}}}
	m, err := s.Library.Add(t.Context(), identity.OperatorActor(), w)
	if err != nil {
		t.Fatal(err)
	}
	officer, focal, public := s.person(identity.Officer, ""), s.person(identity.FocalPoint, "QM"), s.public()
	says := func(who *visitor, path string, want ...string) string {
		t.Helper()
		r := who.get(path)
		if r.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, r.Code)
		}
		for _, x := range want {
			if !strings.Contains(r.Body.String(), x) {
				t.Errorf("%s does not say %q", path, x)
			}
		}
		return r.Body.String()
	}
	says(public, "/en/collections", "There are no collections yet")
	if r := focal.get("/en/collections/new"); r.Code != http.StatusNotFound {
		t.Errorf("a focal point gets the form: %d", r.Code)
	}
	if r := focal.post("/en/collections/new", url.Values{"title_en": {"X"}}); r.Code != http.StatusNotFound {
		t.Errorf("a focal point makes one: %d", r.Code)
	}
	says(officer, "/ar/collections/new", `dir="rtl"`, "title_zh")
	typed := url.Values{"rev": {"0"}, "title_en": {"Gifts"}, "intro_en": {"First.\n\nSecond."}, "items": {"http://merida.test/fr/measures/" + string(m) + "/sections/art_1 | It fines.\n\nArticle 16\nmeasures/nothing\n"}}
	if r := officer.post("/en/collections/new", typed); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), "Line 3: there is no") || !strings.Contains(r.Body.String(), "It fines.") {
		t.Errorf("%d %s", r.Code, r.Body.String())
	}
	typed.Set("items", strings.Replace(typed.Get("items"), "measures/nothing\n", "", 1))
	r := officer.post("/en/collections/new", typed)
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body.String())
	}
	at := r.Header().Get("Location")
	if r := public.get(at); r.Code != http.StatusNotFound {
		t.Errorf("the public sees what is not public: %d", r.Code)
	}
	form := says(officer, at+"/edit", "uncac/art_16", "/sections/art_1 | It fines.")
	rev := regexp.MustCompile(`name="rev" value="(\d+)"`).FindStringSubmatch(form)[1]
	typed.Set("rev", rev)
	typed.Set("public", "yes")
	typed.Set("items", "uncac/art_16\nmeasures/"+string(m)+"/sections/art_1 | Multa.\n")
	if r := officer.post(strings.Replace(at, "/en/", "/es/", 1)+"/edit", typed); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body.String())
	}
	if r := officer.post(at+"/edit", typed); r.Code != http.StatusConflict || !strings.Contains(r.Body.String(), "Somebody else has changed") {
		t.Errorf("a stale form: %d", r.Code)
	}
	says(public, at, "Gifts", "<p>Second.</p>", "Artículo 1", "It fines.", "Article 16", "2 entries")
	says(public, strings.Replace(at, "/en/", "/es/", 1), "Multa.") // the note in the other language stayed
	says(public, "/zh/collections", "Gifts")
	says(public, at+".csv", "Ley uno", "uncac/art_16", "CC0-1.0")
	says(public, at+"/feed", "<feed", "Ley uno")
	if r := officer.post(at+"/drop", url.Values{"rev": {"2"}}); r.Code != http.StatusSeeOther {
		t.Errorf("%d", r.Code)
	}
	if r := public.get(at); r.Code != http.StatusNotFound {
		t.Errorf("it is still there: %d", r.Code)
	}
}
