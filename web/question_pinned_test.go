package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// A law that its State keeps to itself is read with the submitted answer that cites it; it has no page for the officer.
func TestOfficerReadsTheCitedLaw(t *testing.T) {
	s := newTestSite(t)
	focal, approver, officer := s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM"), s.person(identity.Officer, "")
	r := s.openRound("QM")
	id, err := s.Library.Add(t.Context(), focal.account.Actor(), library.Whole{Measure: library.Measure{Lang: "en", Titles: lang.T("en", "Whistle Act")}, Version: library.Version{Format: "typed"},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Heading: "Shield", Text: "No <b>reprisal</b>."}, {EID: "art_2", Level: 1, Kind: "article", Num: "Article 2", Text: "Not cited."}}})
	if err != nil {
		t.Fatal(err)
	}
	c := assessment.Content{Lang: "en", Implementation: assessment.InPart, Missing: "An appeal body.", Practice: "Audits.", Citations: []library.Citation{{Measure: id, Version: 1, EID: "art_1"}},
		Wanted: []assessment.Wanted{{Form: "legislative-drafting", What: "a draft law"}}}
	for _, a := range r.Answers["QM"] {
		if _, err := s.Assessments.Save(t.Context(), focal.account.Actor(), a, 0, c); err != nil {
			t.Fatal(err)
		}
	}
	for _, do := range []func(rev int64) error{
		func(rev int64) error {
			return s.Assessments.Propose(t.Context(), focal.account.Actor(), r.Assessments["QM"], rev)
		},
		func(rev int64) error {
			return s.Assessments.Submit(t.Context(), approver.account.Actor(), r.Assessments["QM"], rev)
		},
	} {
		w, err := s.Assessments.Store.Whole(t.Context(), focal.account.Actor().Sight(), r.Assessments["QM"])
		if err != nil {
			t.Fatal(err)
		}
		if err := do(w.Assessment.Rev); err != nil {
			t.Fatal(err)
		}
	}
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	w := officer.get(at)
	mustHave(t, w, 200, "Whistle Act &gt; Article 1 Shield", "No &lt;b&gt;reprisal&lt;/b&gt;.")
	for _, word := range []string{"A measure that you cannot see", "/measures/" + string(id), "Not cited."} {
		if strings.Contains(w.Body.String(), word) {
			t.Errorf("the officer's page says %q", word)
		}
	}
	mustHave(t, officer.get("/en/measures/"+string(id)), http.StatusNotFound)
	mustHave(t, focal.get(at), 200, "/measures/"+string(id)+"/versions/1/sections/art_1")
	mustHave(t, s.person(identity.FocalPoint, "QN").get(at), http.StatusNotFound)
}
