package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
)

func TestMigrationIsShownDoneAndUndone(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM", "QN")
	officer, admin, focal := s.person(identity.Officer, ""), s.person(identity.Administrator, ""), s.person(identity.FocalPoint, "QM")
	from := "/en/rounds/" + string(r.ID)
	if page := officer.page(from+"/migrate", http.StatusOK); !strings.Contains(page, "no other approved edition") {
		t.Error("where there is no other edition the page says so")
	}
	officer.sends("/en/editions", http.StatusSeeOther, "edition", "self-assessment-2")
	officer.sends("/en/editions/self-assessment-2/table", http.StatusSeeOther)
	admin.sends("/en/editions/self-assessment-2/approve", http.StatusSeeOther, "symbol", "CAC/TEST/2", "on", "2026-11-24")
	first := r.Answers["QM"]["9.1"]
	focal.sends("/en/questions/"+string(first), http.StatusSeeOther, "base", "0", "implementation", "no", "missing", "GATHERED EARLIER", "lang", "en")
	focal.page(from+"/migrate", http.StatusForbidden)
	for _, tag := range lang.Official {
		page := officer.page("/"+string(tag)+"/rounds/"+string(r.ID)+"/migrate?to=self-assessment-2", http.StatusOK)
		if strings.Contains(page, "[migration.") || strings.Contains(page, "GATHERED") || strings.Count(page, "<h1") != 1 {
			t.Errorf("%s: the preview", tag)
		}
	}
	if csv := officer.page(from+"/migrate.csv?to=self-assessment-2", http.StatusOK); !strings.Contains(csv, ",QM,") || !strings.Contains(csv, ",1,1,0,0,0,0") {
		t.Errorf("the States as a table: %s", csv)
	}
	officer.page(from+"/migrate?to=none-1", http.StatusNotFound)
	if page := officer.sends(from+"/migrate", http.StatusUnprocessableEntity, "edition", "self-assessment-2", "how", "move"); !strings.Contains(page, `name="title-en"`) {
		t.Error("a round without a title")
	}
	focal.sends(from+"/migrate", http.StatusForbidden, "edition", "self-assessment-2", "how", "move", "title-en", "New words")
	officer.sends(from+"/migrate", http.StatusSeeOther, "edition", "self-assessment-2", "how", "move", "title-en", "New words")
	ms, err := s.Assessments.Store.Passed(t.Context(), r.ID)
	if err != nil || len(ms) != 1 {
		t.Fatal(ms, err)
	}
	round := "/en/rounds/" + string(ms[0].Round)
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Round: ms[0].Round, Party: "QM"})
	if err != nil || len(rows) != 1 || rows[0].Progress.Answered != 1 {
		t.Fatal(rows, err)
	}
	if page := focal.page("/en/tasks", http.StatusOK); !strings.Contains(page, "these answers came along from the round") || !strings.Contains(page, "Round of the tests") {
		t.Error("the State is told where its answers came from")
	}
	if page := focal.page("/en/assessments/"+string(r.Assessments["QM"]), http.StatusOK); !strings.Contains(page, "your State goes on in the round") || !strings.Contains(page, "New words") {
		t.Error("the closed assessment leads to where it goes on")
	}
	if page := focal.page("/en/questions/"+string(first), http.StatusOK); !strings.Contains(page, "GATHERED EARLIER") || strings.Contains(page, `id="qf"`) {
		t.Error("the earlier answer stays readable and cannot be written")
	}
	if page := officer.page(round+"/migration", http.StatusOK); !strings.Contains(page, "Undo for 2 States") {
		t.Error("what came along can be undone")
	}
	focal.sends(round+"/undo", http.StatusForbidden)
	officer.sends(round+"/undo", http.StatusSeeOther)
	if page := officer.page(round+"/migration", http.StatusOK); !strings.Contains(page, "Undone on") || strings.Contains(page, "Undo for") {
		t.Error("what was undone")
	}
	if page := focal.page("/en/questions/"+string(first), http.StatusOK); !strings.Contains(page, `id="qf"`) {
		t.Error("after the undoing the State writes on where it was")
	}
	if page := s.public().page("/en/timeline", http.StatusOK); strings.Contains(page, "New words") {
		t.Error("a round that was undone is announced")
	}
	officer.page(from+"/migration", http.StatusNotFound)
}
