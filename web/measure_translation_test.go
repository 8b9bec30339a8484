package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
)

func TestOriginalBesideTranslation(t *testing.T) {
	s := newTestSite(t)
	m := s.editorial("tr-1", "QN", "texto viejo", library.Life{})
	add := func(tag lang.Tag, status lang.Status, text string) {
		t.Helper()
		if _, err := s.Library.Translate(t.Context(), identity.OperatorActor(), library.Translated{Translation: library.Translation{Measure: m.ID, Lang: tag, Status: status, Title: "Titre", Maker: "Journal officiel", Format: "md"},
			Sections: []library.Section{{EID: "art_1", Level: 1, Num: "Article premier", Text: text}, {EID: "art_9", Level: 1, Num: "Note", Text: "en plus"}}}); err != nil {
			t.Fatal(err)
		}
	}
	add("fr", lang.Courtesy, "texte ancien")
	add("ar", lang.Machine, "نص قديم")
	at := "/en/measures/" + string(m.ID)
	p := s.public()
	mustHold(t, p.page(at, http.StatusOK), at+"/versions/1/translations/fr", "Courtesy translation", "Machine translation", `"workTranslation":[{"@type":"Legislation","inLanguage":"ar"`, "!the original is newer")
	mustHold(t, p.page(at+"/sections/art_1", http.StatusOK), at+"/versions/1/translations/fr?section=art_1#art_1")
	mustHold(t, p.page(at+"/translations/fr", http.StatusOK), `lang="es" dir="ltr"`, `lang="fr" dir="ltr"`, "texto viejo", "texte ancien", "Journal officiel", "offered without authority", "Without a counterpart", "!Changed in the newest text", "translations/ar")
	mustHold(t, p.page("/ar/measures/"+string(m.ID)+"/translations/ar?section=art_1", http.StatusOK), `lang="ar" dir="rtl"`, "نص قديم", `lang="es" dir="ltr"`)
	s.editorial("tr-1", "QN", "texto nuevo", library.Life{})
	mustHold(t, p.page(at, http.StatusOK), "Of version 1; the original is newer")
	for _, path := range []string{at + "/translations/fr", at + "/versions/1/translations/fr"} {
		mustHold(t, p.page(path, http.StatusOK), "This translates version 1; the original has a newer version.", "Changed in the newest text", "texto viejo", "!texto nuevo")
	}
	if page := p.page(at+"/sections/art_1", http.StatusOK); strings.Contains(page, "translations/fr") {
		t.Error("a section of the newest text is offered beside the translation of an older one")
	}
	p.page(at+"/versions/2/translations/fr", http.StatusNotFound)
	p.page(at+"/translations/ru", http.StatusNotFound)
	for _, l := range lang.Official {
		p.page("/"+string(l)+"/measures/"+string(m.ID)+"/translations/fr", http.StatusOK)
	}
	// What a State keeps to itself is translated for its people alone.
	focal := s.person(identity.FocalPoint, "QM")
	own, err := s.Library.Add(t.Context(), focal.account.Actor(), library.Whole{Measure: library.Measure{Lang: "en", Titles: lang.T("en", "Own Act")}, Version: library.Version{Format: "typed"},
		Sections: []library.Section{{EID: "art_1", Level: 1, Text: "one"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Library.Translate(t.Context(), focal.account.Actor(), library.Translated{Translation: library.Translation{Measure: own, Lang: "fr", Status: lang.Courtesy}, Sections: []library.Section{{EID: "art_1", Text: "un"}}}); err != nil {
		t.Fatal(err)
	}
	path := "/en/measures/" + string(own) + "/translations/fr"
	focal.page(path, http.StatusOK)
	p.page(path, http.StatusNotFound)
	s.person(identity.FocalPoint, "QN").page(path, http.StatusNotFound)
}
