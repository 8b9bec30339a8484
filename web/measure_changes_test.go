package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
)

func TestChangesBetweenVersions(t *testing.T) {
	s := newTestSite(t)
	law := func(texts ...string) library.Whole {
		w := library.Whole{Measure: library.Measure{SourceID: "qn-law", Country: "QN", Type: library.Law, Lang: "en", Titles: lang.T("en", "Integrity Act")}}
		for i, x := range texts {
			if x != "" {
				eid := "art_" + string(rune('1'+i))
				w.Sections = append(w.Sections, library.Section{EID: eid, Level: 1, Kind: "article", Num: "Article " + eid[4:], Text: x})
			}
		}
		return w
	}
	put := func(w library.Whole) library.ID {
		t.Helper()
		known, err := s.Library.Store.BySource(t.Context(), []string{"qn-law"})
		if err != nil {
			t.Fatal(err)
		}
		id, _, err := s.Library.Intake(t.Context(), identity.OperatorActor(), known["qn-law"], w)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := string(put(law("A fine of ten.", "Repealed <b>later</b>.", "Stays.")))
	put(law("A fine of twenty.", "", "Stays.", "New duty."))
	at := "/measures/" + id + "/versions/2/changes"
	page := s.public().get("/en" + at).Body.String()
	for _, want := range []string{"<del>ten</del>", "<ins>twenty</ins>", "Repealed &lt;b&gt;later&lt;/b&gt;.</del>", "New duty.</ins>", "3 sections differ.",
		"/versions/1/sections/art_2", "/versions/2/sections/art_4"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q on the page", want)
		}
	}
	if strings.Contains(page, "Stays.") {
		t.Error("an unchanged section is listed")
	}
	back := s.public().page("/en"+"/measures/"+id+"/versions/1/changes?from=2", http.StatusOK)
	if !strings.Contains(back, "<ins>ten</ins>") {
		t.Error("from= is not obeyed")
	}
	for _, l := range lang.Official {
		if p := s.public().page("/"+string(l)+at, http.StatusOK); !strings.Contains(p, s.Locale.Printer(l).T("changes.legend", nil)) {
			t.Errorf("%s: no legend", l)
		}
		if p := s.public().page("/"+string(l)+"/measures/"+id, http.StatusOK); !strings.Contains(p, at) {
			t.Errorf("%s: the measure does not lead to its changes", l)
		}
	}
	for _, bad := range []string{"/versions/1/changes", "/versions/3/changes", "/versions/x/changes", "/versions/2/changes?from=2", "/versions/2/changes?from=9", "/versions/2/changes?from=-1", "/versions/2/changes?from=a"} {
		s.public().page("/en/measures/"+id+bad, http.StatusNotFound)
	}
}

func TestChangesOfAnOwnMeasureStayOwn(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	w := library.Whole{Measure: library.Measure{Country: "QM", Type: library.Law, Lang: "en", Titles: lang.T("en", "Canary Act")},
		Version: library.Version{Format: "typed"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Text: "canary old"}}}
	id, err := s.Library.Add(t.Context(), focal.account.Actor(), w)
	if err != nil {
		t.Fatal(err)
	}
	w, err = s.Library.Store.Whole(t.Context(), focal.account.Actor().Sight(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.Measure.Version, w.Version.N, w.Sections[0].Text = 2, 2, "canary new"
	w.Version.Hash = library.HashSections(w.Sections)
	if err := s.Library.Store.Revise(t.Context(), w, identity.OperatorActor().Trace(s.Now(), identity.AddEditorial, "QM", "measure", string(id), nil)); err != nil {
		t.Fatal(err)
	}
	at := "/en/measures/" + string(id) + "/versions/2/changes"
	if p := focal.page(at, http.StatusOK); !strings.Contains(p, "<ins>new</ins>") {
		t.Error("the party does not see its own changes")
	}
	for _, who := range []*visitor{s.public(), s.person(identity.FocalPoint, "QN")} {
		if p := who.page(at, http.StatusNotFound); strings.Contains(strings.ToLower(p), "canary") {
			t.Error("an own measure shows outside its party")
		}
	}
}
