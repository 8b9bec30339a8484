package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/questionnaire"
)

func TestEditionFromDraftToDocument(t *testing.T) {
	s := newTestSite(t)
	officer, admin, second := s.person(identity.Officer, ""), s.person(identity.Administrator, ""), s.person(identity.Administrator, "")
	s.Questionnaires.Approvers = 2
	const id = "self-assessment-2"
	officer.sends("/en/editions", http.StatusSeeOther, "edition", id)
	s.public().page("/en/editions/"+id, http.StatusNotFound)
	s.public().page("/en/editions/"+id+"/document", http.StatusNotFound)
	s.person(identity.FocalPoint, "QM").page("/en/editions/"+id, http.StatusNotFound)
	if page := officer.page("/en/editions/"+id, http.StatusOK); !strings.Contains(page, "Put before the Conference") || strings.Contains(page, "SHA-256") {
		t.Error("a draft offers to be put before the Conference and has no hash yet")
	}
	admin.sends("/en/editions/"+id+"/table", http.StatusForbidden)
	officer.sends("/en/editions/"+id+"/table", http.StatusSeeOther)
	officer.sends("/en/editions/"+id+"/table", http.StatusConflict)
	e, err := s.Questionnaires.Store.Edition(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}

	if body := admin.sends("/en/editions/"+id+"/approve", http.StatusUnprocessableEntity, "symbol", "", "on", "2026-11-24"); !strings.Contains(body, `id="e-symbol"`) {
		t.Error("the missing symbol is not told at its field")
	}
	admin.sends("/en/editions/"+id+"/approve", http.StatusSeeOther, "symbol", "CAC/TEST/2", "on", "2026-11-24")
	if page := s.public().page("/en/editions/"+id, http.StatusOK); !strings.Contains(page, "Before the Conference") || strings.Contains(page, "CAC/TEST/2") || strings.Contains(page, admin.account.Name) {
		t.Error("one person's record made a public approval")
	}
	admin.sends("/en/editions/"+id+"/approve", http.StatusConflict, "symbol", "CAC/TEST/2", "on", "2026-11-24")
	if body := second.sends("/en/editions/"+id+"/approve", http.StatusConflict, "symbol", "CAC/TEST/3", "on", "2026-11-24"); !strings.Contains(body, "a different decision: CAC/TEST/2") {
		t.Error("two people recorded different decisions and were not told")
	}
	second.sends("/en/editions/"+id+"/approve", http.StatusSeeOther, "symbol", "CAC/TEST/2", "on", "2026-11-24")
	page := s.public().page("/en/editions/"+id, http.StatusOK)
	for _, want := range []string{"Approved on 24 November 2026, CAC/TEST/2", e.Hash, "/zh/editions/" + id + "/document", "No round has been opened"} {
		if !strings.Contains(page, want) {
			t.Errorf("the public page lacks %q", want)
		}
	}
	for _, name := range []string{officer.account.Name, admin.account.Name} {
		if strings.Contains(page, name) {
			t.Errorf("the public page names %s", name)
		}
	}
	for _, tag := range lang.Official {
		doc := s.public().page("/"+string(tag)+"/editions/"+id+"/document", http.StatusOK)
		if !strings.Contains(doc, e.Hash) || !strings.Contains(doc, "CAC/TEST/2") || strings.Count(doc, "<article") != len(e.Content.All()) || strings.Count(doc, "<h1") != 1 || strings.Contains(doc, "[edition.") {
			t.Errorf("%s: the document lacks its symbol, its hash or questions", tag)
		}
		if list := s.public().page("/"+string(tag)+"/editions", http.StatusOK); !strings.Contains(list, "CAC/TEST/2") {
			t.Errorf("%s: the list of editions", tag)
		}
	}
	if csv := s.public().page("/en/editions/"+id+".csv", http.StatusOK); strings.Count(csv, "\n") != len(e.Content.All())+1 || !strings.Contains(csv, "text:zh") {
		t.Error("the questions as a table")
	}
	if css := s.public().page("/fr/editions/"+id+"/running.css", http.StatusOK); !strings.Contains(css, "counter(page)") {
		t.Error("the running lines of the document")
	}
	officer.sends("/en/editions/"+id+"/retire", http.StatusSeeOther)
	if page := officer.page("/en/editions/"+id, http.StatusOK); !strings.Contains(page, "closed to new rounds") || !strings.Contains(page, second.account.Name) {
		t.Error("the officer reads every step with who took it")
	}
	if csv := officer.page("/en/editions.csv", http.StatusOK); !strings.Contains(csv, id) || !strings.Contains(csv, e.Hash) {
		t.Error("the list as a table")
	}
}

func TestEditionSaysWhatUsesIt(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM")
	if page := s.public().page("/en/editions/"+string(r.Edition), http.StatusOK); !strings.Contains(page, "Round of the tests") || strings.Contains(page, "/rounds/") {
		t.Error("the public reads which round uses the edition, without the board's address")
	}
	if page := s.person(identity.Officer, "").page("/en/editions/"+string(r.Edition), http.StatusOK); !strings.Contains(page, "/en/rounds/"+string(r.ID)) {
		t.Error("the officer gets from the edition to the round")
	}
	steps, err := s.Questionnaires.Store.PublicSteps(t.Context(), r.Edition)
	if err != nil || len(steps) != 2 || steps[0].Kind != questionnaire.StepTabled || steps[1].Symbol != "CAC/TEST/1" || steps[1].ByName != "" {
		t.Errorf("public steps %+v %v", steps, err)
	}
}

func TestEditionAgainstAnOlderOne(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM")
	officer := s.person(identity.Officer, "")
	officer.sends("/en/editions", http.StatusSeeOther, "edition", "self-assessment-2")
	s.public().page("/en/editions/self-assessment-2/changes", http.StatusNotFound)
	for _, tag := range lang.Official {
		page := officer.page("/"+string(tag)+"/editions/self-assessment-2/changes", http.StatusOK)
		if !strings.Contains(page, "<option value=\"self-assessment-1\" selected") || strings.Contains(page, "[editions.") || strings.Count(page, "<h1") != 1 {
			t.Errorf("%s: the older edition is not what it is set against", tag)
		}
	}
	if csv := officer.page("/en/editions/self-assessment-2/changes.csv?from=self-assessment-1", http.StatusOK); strings.Count(csv, ",kept,") != len(r.Answers["QM"]) || !strings.Contains(csv, ",added,") {
		t.Error("the questions of the first edition stand in the second, others were added")
	}
	if page := s.public().page("/en/editions/self-assessment-1/changes", http.StatusOK); !strings.Contains(page, "no other edition") {
		t.Error("an edition alone")
	}
	officer.page("/en/editions/self-assessment-2/changes?from=none-1", http.StatusNotFound)
}
