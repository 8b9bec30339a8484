package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/questionnaire"
)

// The general part of the checklist is answered, printed, published and read without the block that belongs to provisions.
func TestGeneralPartFromFormToPublic(t *testing.T) {
	s := newTestSite(t)
	officer := identity.Actor{Account: "officer-of-rounds", Name: "Officer", Role: identity.Officer}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	var c questionnaire.Content
	for _, x := range shipped {
		if x.ID() == "self-assessment-3" {
			c = x
			c.Sections = x.Sections[:2]
			c.Sections[0].Questions, c.Sections[1].Questions = x.Sections[0].Questions[:2], x.Sections[1].Questions[:1]
		}
	}
	ctx := t.Context()
	edition, err := s.Questionnaires.Add(ctx, officer, c)
	if err != nil {
		t.Fatal(err)
	}
	var questions []assessment.Question
	for _, q := range c.All() {
		questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	if err := s.Questionnaires.Table(ctx, officer, edition); err != nil {
		t.Fatal(err)
	}
	if err := s.Questionnaires.Approve(ctx, identity.OperatorActor(), edition, "CAC/TEST/3", "2026-11-24"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Assessments.OpenRound(ctx, officer, string(edition), lang.T("en", "Round with a general part"), assessment.Deadlines{}, questions, []party.ID{"QM"}); err != nil {
		t.Fatal(err)
	}
	focal, approver := s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM")
	rows, err := s.Assessments.Store.Find(ctx, assessment.Filter{Party: "QM"})
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	whole, err := s.Assessments.Store.Whole(ctx, focal.account.Actor().Sight(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	general := "/questions/" + string(whole.Answers[0].ID)
	for _, tag := range lang.Official {
		page := focal.page("/"+string(tag)+general, http.StatusOK)
		if strings.Contains(page, `name="implementation"`) || strings.Contains(page, `name="wanted_form"`) || !strings.Contains(page, `name="practice"`) || strings.Contains(page, "[provision.") || strings.Contains(page, ">uncac<") {
			t.Errorf("%s: the form of a general question", tag)
		}
	}
	if page := focal.page("/en/tasks", http.StatusOK); !strings.Contains(page, "General part") {
		t.Error("the general part stands in the list of tasks")
	}
	at := "/en/assessments/" + string(rows[0].ID)
	if page := focal.page(at+"/check", http.StatusOK); strings.Count(page, "General part") < 2 {
		t.Error("what is not answered blocks")
	}
	for _, a := range whole.Answers[:2] {
		focal.sends("/en/questions/"+string(a.ID), http.StatusSeeOther, "base", "0", "practice", "MINISTRY OF JUSTICE led; write to clerk@ministry.example.", "lang", "en")
	}
	focal.sends("/en/questions/"+string(whole.Answers[2].ID), http.StatusSeeOther, "base", "0", "implementation", "no", "missing", "A plan.", "lang", "en")
	if page := focal.page(at+"/print", http.StatusOK); !strings.Contains(page, "MINISTRY OF JUSTICE") || strings.Count(page, "Is the provision implemented?") != 1 {
		t.Error("on paper a general answer stands without the block")
	}
	if page := focal.page(at+"/print?fill=blank", http.StatusOK); strings.Count(page, `class="opts"`) != 1 {
		t.Error("a blank form asks the block once, for the one provision")
	}
	focal.sends(at+"/propose", http.StatusSeeOther, "rev", "1")
	approver.sends(at+"/submit", http.StatusSeeOther, "rev", "2")
	if file := approver.page(at+"/receipt/1/file", http.StatusOK); !strings.Contains(file, `"G.1"`) || !strings.Contains(file, "MINISTRY OF JUSTICE") {
		t.Error("the receipt's file holds the general part")
	}
	publication := at + "/publication/" + string(whole.Answers[0].ID)
	if page := approver.page(publication, http.StatusOK); !strings.Contains(page, "clerk@ministry.example") || !strings.Contains(page, "MINISTRY OF JUSTICE") {
		t.Error("the preview shows what becomes public, and finds the address in it")
	}
	approver.sends(publication, http.StatusSeeOther, "version", "1", "part", "practice")
	if page := s.public().page("/en/answers/"+string(whole.Answers[0].ID), http.StatusOK); !strings.Contains(page, "General part") || !strings.Contains(page, "MINISTRY OF JUSTICE") {
		t.Error("the public reads it")
	}
	if page := s.public().page("/en/parties/QM", http.StatusOK); !strings.Contains(page, "General part") {
		t.Error("the State's page names it")
	}
	s.public().page("/en/provisions/uncac", http.StatusSeeOther)
}
