package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/treaty"
)

// The official text stands on the pages of its provisions, in the reader's language where it is loaded, and is found apart from laws.
func TestOfficialTextOnPages(t *testing.T) {
	s := newTestSite(t)
	load := func(tag lang.Tag, words string) {
		t.Helper()
		got, _, err := s.Treaties.Load(t.Context(), identity.OperatorActor(), treaty.Text{Convention: "uncac", Lang: tag, Status: lang.Courtesy, Source: "Our source", Passages: []treaty.Passage{
			{Provision: "uncac/art_15/para_1", Text: "Lead " + words}, {Provision: "uncac/art_15/para_1/point_a", Text: "First " + words}, {Provision: "uncac/art_15/para_1/point_b", Text: "Second <b>" + words}}}, false)
		if err != nil || got == treaty.Refused {
			t.Fatalf("%s %v", got, err)
		}
	}
	says := func(path string, want ...string) string {
		t.Helper()
		w := s.public().get(path)
		if w.Code != http.StatusOK {
			t.Fatalf("%s: %d", path, w.Code)
		}
		for _, x := range want {
			if !strings.Contains(w.Body.String(), x) {
				t.Errorf("%s does not say %q", path, x)
			}
		}
		return w.Body.String()
	}
	says("/en/provisions/uncac/art_15", "not loaded here")
	load("fr", "zoubida")
	load("ar", "قنطرة")
	body := says("/fr/provisions/uncac/art_15/para_1/point_a", "First zoubida", "Lead zoubida", "Our source", "arabe")
	if strings.Contains(body, "Second") {
		t.Error("the page of a point shows its neighbour")
	}
	says("/en/provisions/uncac/art_15", `lang="ar"`, "Second &lt;b&gt;") // no English text: the first official language that has one
	says("/en/provisions/uncac/art_15?text=fr", `lang="fr"`, "zoubida", "French")
	if body := says("/en/provisions/uncac/art_16", "not loaded here"); strings.Contains(body, "zoubida") {
		t.Error("the text of another article")
	}
	says("/en/conventions/uncac?q=zoubida", "1 article", "/en/provisions/uncac/art_15/para_1", "<mark>zoubida</mark>")
	says("/en/conventions/uncac?q=nothingsuch", "do not have these words")
	r := s.openRound("QM")
	focal := s.person(identity.FocalPoint, "QM")
	for q, a := range r.Answers["QM"] {
		if strings.HasPrefix(q, "15") {
			if w := focal.get("/fr/questions/" + string(a)); !strings.Contains(w.Body.String(), "zoubida") {
				t.Errorf("question %s does not show the text", q)
			}
		}
	}
	if w := focal.get("/fr/assessments/" + string(r.Assessments["QM"]) + "/print?of=p:uncac/art_15"); !strings.Contains(w.Body.String(), "Second &lt;b&gt;zoubida") {
		t.Error("the printed checklist does not show the text")
	}
	if _, err := s.Treaties.TakeBack(t.Context(), identity.OperatorActor(), "uncac", "fr"); err != nil {
		t.Fatal(err)
	}
	says("/en/conventions/uncac?q=zoubida", "do not have these words")
	says("/en/conventions/uncac?q=قنطرة", "1 article")
}
