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
	"merida/party"
)

// editorial takes in a law about a State, as an import does; the same source again with another text makes a version.
func (s *testSite) editorial(source string, p party.ID, text string, life library.Life) library.Measure {
	s.t.Helper()
	ctx := s.t.Context()
	known, err := s.Library.Store.BySource(ctx, []string{source})
	if err != nil {
		s.t.Fatal(err)
	}
	id, _, err := s.Library.Intake(ctx, identity.OperatorActor(), known[source], library.Whole{
		Measure: library.Measure{SourceID: source, Country: p, Type: library.Law, Lang: "es", Titles: lang.Text{"es": {S: "Ley de prueba"}, "en": {S: "Test Act", Status: lang.Unofficial}}, Date: "2001-04", Status: life.Status, Licence: "CC0-1.0"},
		Version: library.Version{Format: "md", FileHash: text, Life: life}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: text}}})
	if err != nil {
		s.t.Fatal(err)
	}
	m, err := s.Library.Store.Measure(ctx, identity.Sight{}, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func mustHold(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if not, ok := strings.CutPrefix(w, "!"); ok == strings.Contains(page, not) {
			t.Errorf("the page holds %q: %v", not, ok)
		}
	}
}

func TestTextOfADay(t *testing.T) {
	s := newTestSite(t)
	s.editorial("day-1", "QN", "texto viejo", library.Life{Adopted: "2001-04", From: "2001-05-10", Until: "2014-12-31", Status: library.Amended, Source: "https://example.org/old"})
	m := s.editorial("day-1", "QN", "texto nuevo", library.Life{From: "2015", Status: library.InForce})
	at := "/en/measures/" + string(m.ID)
	p := s.public()
	mustHold(t, p.page(at, http.StatusOK), "texto nuevo", "In force from", "10 May 2001", "https://example.org/old", "/versions/2/changes", "!texto viejo", "!/dates\"")
	mustHold(t, p.page(at+"?as-of=2010-03-01", http.StatusOK), "texto viejo", "This is the text in force on 1 March 2010: version 1, in force from 10 May 2001 until 31 December 2014.", "/versions/1/sections/art_1", "!texto nuevo",
		`"temporalCoverage":"2001-05-10/2014-12-31"`, `"legislationDate":"2001-04"`, `"legislationDateVersion":"2001-05-10"`, `"isBasedOn":"https://example.org/old"`)
	mustHold(t, p.page(at+"?as-of=2015-03-01", http.StatusOK), "texto nuevo", "this day is not certain")
	mustHold(t, p.page(at+"?as-of=2001-01-01", http.StatusOK), "None of the versions known here was in force on 1 January 2001.", "Version 1 is in force from 10 May 2001.", "No text is shown", "!texto nuevo", "!texto viejo")
	mustHold(t, p.page(at+"?as-of=soon", http.StatusOK), "This is no day.", "texto nuevo")
	mustHold(t, p.page(at+"/sections/art_1?as-of=2010-03-01", http.StatusOK), "texto viejo", "!texto nuevo")
	if w := p.get(at + "/sections/art_1?as-of=2001-01-01"); w.Code != http.StatusSeeOther || w.Header().Get("Location") != at+"?as-of=2001-01-01" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	mustHold(t, p.page(at+"/versions/1/sections/art_1", http.StatusOK), "Qunera, Ley de prueba [Test Act], 2001-04, Artículo 1, version 1, in force from 10 May 2001. http://merida.test"+at+"/versions/1/sections/art_1")
	mustHold(t, p.page(at+"/versions.csv", http.StatusOK), "2001-05-10,2014-12-31", "amended")
	undated := s.editorial("day-2", "QN", "sin fecha", library.Life{})
	mustHold(t, p.page("/en/measures/"+string(undated.ID)+"?as-of=2010-03-01", http.StatusOK), "For no version is it known since when it is in force", "!sin fecha")
	for _, l := range lang.Official {
		p.page("/"+string(l)+"/measures/"+string(m.ID)+"?as-of=2010-03-01", http.StatusOK)
		p.page("/"+string(l)+"/measures/"+string(m.ID)+"/versions", http.StatusOK)
	}
}

var revField = regexp.MustCompile(`name="rev" value="(\d+)"`)

func TestDatesOfAVersion(t *testing.T) {
	s := newTestSite(t)
	m := s.editorial("life-1", "QN", "texto", library.Life{})
	at := "/en/measures/" + string(m.ID) + "/versions/1/dates"
	officer := s.person(identity.Officer, "")
	if w := s.public().get(at); w.Code == http.StatusOK {
		t.Error("the public reads the form")
	}
	s.person(identity.Approver, "QN").page(at, http.StatusNotFound) // an editorial record is not the State's to change
	form := officer.page(at, http.StatusOK)
	rev := revField.FindStringSubmatch(form)[1]
	bad := officer.post(at, url.Values{"rev": {rev}, "from": {"2020"}, "until": {"2019"}, "status": {"in_force"}})
	if bad.Code != http.StatusUnprocessableEntity {
		t.Fatalf("%d", bad.Code)
	}
	mustHold(t, bad.Body.String(), "The end lies before the beginning.", `value="2019"`)
	good := url.Values{"rev": {rev}, "once": {"k1"}, "from": {"2020-01-02"}, "status": {"in_force"}, "adopted": {"2019-12"}}
	if w := officer.post(at, good); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	mustHold(t, officer.page("/en/measures/"+string(m.ID)+"/versions?done=dates", http.StatusOK), "2 January 2020", "2019-12", "The dates and the status are saved.")
	good.Set("once", "k2")
	if w := officer.post(at, good); w.Code != http.StatusConflict {
		t.Errorf("a stale form gives %d", w.Code)
	}
}

func TestStateValidates(t *testing.T) {
	s := newTestSite(t)
	m := s.editorial("val-1", "QN", "texto", library.Life{})
	at := "/en/measures/" + string(m.ID)
	for _, p := range []*visitor{s.person(identity.Officer, ""), s.person(identity.FocalPoint, "QN"), s.person(identity.Approver, "QM")} {
		mustHold(t, p.page(at, http.StatusOK), "Not validated by the State", "!/validate\"")
		p.page(at+"/validate", http.StatusNotFound)
		if w := p.post(at+"/validate", url.Values{"rev": {"1"}, "said": {"right"}}); w.Code == http.StatusSeeOther {
			t.Error("somebody else validates")
		}
	}
	approver := s.person(identity.Approver, "QN")
	mustHold(t, approver.page(at, http.StatusOK), `/validate"`)
	mustHold(t, approver.page("/en/measures", http.StatusOK), "1 record about your State is not validated yet.", "country=QN&validated=no")
	mustHold(t, s.public().page("/en/measures", http.StatusOK), "!about your State")
	rev := revField.FindStringSubmatch(approver.page(at+"/validate", http.StatusOK))[1]
	if w := approver.post(at+"/validate", url.Values{"rev": {rev}, "said": {"right"}, "once": {"k1"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	mustHold(t, s.public().page(at, http.StatusOK), "Validated by Qunera, ", "!Not validated by the State")
	mustHold(t, approver.page("/en/measures?country=QN&validated=no", http.StatusOK), "!about your State", "!Test Act")
	s.editorial("val-1", "QN", "texto nuevo", library.Life{})
	mustHold(t, s.public().page(at, http.StatusOK), "That was version 1; the text has changed since.")
	rev = revField.FindStringSubmatch(approver.page(at+"/validate", http.StatusOK))[1]
	if w := approver.post(at+"/validate", url.Values{"rev": {rev}, "said": {"withdrawn"}, "once": {"k2"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	mustHold(t, s.public().page(at, http.StatusOK), "Not validated by the State")
	for _, l := range lang.Official {
		approver.page("/"+string(l)+"/measures/"+string(m.ID)+"/validate", http.StatusOK)
	}
}
