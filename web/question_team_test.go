package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/identity"
	"merida/mail"
)

// TestRemarksReachWhomTheyAreFor writes beside an answer from both sides.
func TestRemarksReachWhomTheyAreFor(t *testing.T) {
	s := through(t)
	first := "/en/questions/" + string(s.answers[0].ID)
	cora := s.person(identity.Contributor, "QM")
	stranger := s.person(identity.FocalPoint, "QN")
	reviewer := s.person(identity.Reviewer, "QN")
	s.focal.sends(s.path+"/assign", 303, "provision", string(s.answers[0].Provision), "account", cora.account.ID)
	s.focal.sends(first+"/remarks", 303, "audience", "team", "remark", "TEAMWORD: which law do you mean?")
	s.focal.sends(first+"/remarks", 422, "audience", "shared", "remark", "not yet")
	s.focal.sends(first+"/remarks", 422, "audience", "team", "remark", "  ")
	has(t, cora.page(first, 200), "TEAMWORD", "Read by the team of the State")
	cora.sends(first+"/remarks", 303, "audience", "team", "remark", "REPLYWORD: the new one.\nIn force since May.")
	has(t, s.focal.page(first, 200), "REPLYWORD", "The team of the State alone")
	s.officer.sends(first+"/remarks", 404, "audience", "shared", "remark", "too early")
	stranger.sends(first+"/remarks", 404, "audience", "team", "remark", "x")

	s.fill()
	s.submit()
	s.officer.sends(first+"/remarks", 303, "audience", "shared", "remark", "ASKWORD: is it in force?")
	s.officer.sends(first+"/remarks", 303, "audience", "desk", "remark", "DESKWORD: compare with last year.")
	s.officer.sends(first+"/remarks", 422, "audience", "team", "remark", "x")
	reviewer.page(first, 404) // what was shared with the secretariat alone
	page := s.officer.page(first, 200)
	has(t, page, "ASKWORD", "DESKWORD")
	lacks(t, page, "TEAMWORD", "REPLYWORD")
	page = s.focal.page(first, 200)
	has(t, page, "ASKWORD", "TEAMWORD", "REPLYWORD", "Read by the State, the secretariat")
	lacks(t, page, "DESKWORD")
	s.focal.sends(first+"/remarks", 303, "audience", "shared", "remark", "YESWORD: since May.")
	has(t, s.officer.page(first, 200), "YESWORD")
	lacks(t, s.person(identity.Auditor, "").page("/en/", 200), "ASKWORD")
	found, err := s.Assessments.Store.Remarks(t.Context(), s.officer.account.Actor().Sight(), assessment.RemarkFilter{Answer: s.answers[0].ID})
	if err != nil || len(found) != 3 {
		t.Fatalf("the officer reads %d remarks: %v", len(found), err)
	}
	for _, r := range found {
		settle := first + "/remarks/" + string(r.ID) + "/settle"
		if r.Audience == assessment.Desk {
			s.focal.sends(settle, 404, "settled", "1")
			continue
		}
		s.focal.sends(settle, 303, "settled", "1")
	}
	has(t, s.focal.page(first, 200), "2 settled")
	for _, v := range []*visitor{s.person(identity.Administrator, ""), s.person(identity.Provider, "")} {
		got, err := s.Assessments.Store.Remarks(t.Context(), v.account.Actor().Sight(), assessment.RemarkFilter{})
		if err != nil || len(got) != 0 {
			t.Errorf("%s reads %d remarks: %v", v.account.Role, len(got), err)
		}
	}
}

// submit hands the assessment over and submits it.
func (s *story) submit() {
	s.t.Helper()
	rev := func() int64 {
		rows, err := s.Assessments.Store.Find(s.t.Context(), assessment.Filter{Party: "QM"})
		if err != nil {
			s.t.Fatal(err)
		}
		return rows[0].Rev
	}
	id := assessment.ID(strings.TrimPrefix(s.path, "/en/assessments/"))
	if err := s.Assessments.Propose(s.t.Context(), s.focal.account.Actor(), id, rev()); err != nil {
		s.t.Fatal(err)
	}
	if err := s.Assessments.Submit(s.t.Context(), s.approver.account.Actor(), id, rev()); err != nil {
		s.t.Fatal(err)
	}
}

func TestTwoPeopleAtOneQuestionKnowOfEachOther(t *testing.T) {
	s := through(t)
	first := "/en/questions/" + string(s.answers[0].ID)
	cora := s.person(identity.Contributor, "QM")
	s.focal.sends(s.path+"/assign", 303, "provision", string(s.answers[0].Provision), "account", cora.account.ID)
	if w := s.focal.get(first + "/here"); w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("alone: %d %s", w.Code, w.Body)
	}
	has(t, cora.page(first, 200), s.focal.account.Name+" is writing here now")
	if w := s.focal.get(first + "/here"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), cora.account.Name) {
		t.Errorf("together: %d %s", w.Code, w.Body)
	}
	if w := s.person(identity.FocalPoint, "QN").get(first + "/here"); w.Code != http.StatusNotFound {
		t.Errorf("a stranger is told: %d", w.Code)
	}
	var p presence
	now := time.Now()
	p.mark("a", identity.Actor{Account: "1", Name: "One"}, now)
	if got := p.mark("a", identity.Actor{Account: "2", Name: "Two"}, now.Add(present+time.Second)); len(got) != 0 {
		t.Errorf("who left is still there: %v", got)
	}
}

// TestAnAgencyIsInvitedAndItsWorkHandedOver goes from the letter to the closed account.
func TestAnAgencyIsInvitedAndItsWorkHandedOver(t *testing.T) {
	s := through(t)
	s.focal.sends(s.path+"/people", 303, "name", "Amina", "agency", "Central Bank", "email", "amina@example.org", "lang", "ar", "question", string(s.answers[0].ID))
	s.focal.sends(s.path+"/people", 422, "name", "Amina\nBcc: x@example.org", "agency", "", "email", "bcc@example.org")
	s.focal.sends(s.path+"/people", 422, "name", "Amina", "agency", "", "email", "amina@example.org", "provision", "uncac/art_999")
	letters, _, err := s.Mail.Messages(t.Context(), mail.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[mail.Kind]int{}
	for _, m := range letters {
		kinds[m.Kind]++
	}
	if kinds[mail.Invited] != 1 || kinds[mail.Assigned] != 1 {
		t.Errorf("letters %v", kinds)
	}
	accounts, err := s.Identity.Store.Accounts(t.Context(), identity.AccountFilter{Email: "amina@example.org"})
	if err != nil || len(accounts) != 1 || accounts[0].Party != "QM" || accounts[0].Lang != "ar" {
		t.Fatalf("%+v %v", accounts, err)
	}
	amina := accounts[0]
	// The same address again, with more questions: one account, another letter.
	s.focal.sends(s.path+"/people", 303, "name", "Amina", "agency", "Central Bank", "email", "Amina@example.org", "question", string(s.answers[1].ID))
	load, err := s.Assessments.Store.Load(t.Context(), "QM", amina.ID)
	if err != nil || load.Answers != 2 {
		t.Fatalf("%+v %v", load, err)
	}
	if _, err := s.Assessments.Contribute(t.Context(), amina.Actor(), s.answers[0].ID, 0, assessment.Content{Lang: "ar", Practice: "نص أمينة"}); err != nil {
		t.Fatal(err)
	}
	next := s.person(identity.Contributor, "QM")
	wizard := s.path + "/people/" + amina.ID + "/hand-over"
	has(t, s.focal.page(wizard, 200), "Amina", "2 questions assigned", "2 of them are unanswered", "1 text that is not settled", next.account.Name)
	s.focal.sends(wizard, 422, "to", "nobody")
	s.officer.page(wizard, 404)
	s.focal.sends(wizard, 303, "to", next.account.ID)
	load, err = s.Assessments.Store.Load(t.Context(), "QM", next.account.ID)
	if err != nil || load.Answers != 2 || load.Proposals != 1 {
		t.Fatalf("%+v %v", load, err)
	}
	has(t, next.page("/en/questions/"+string(s.answers[0].ID), 200), "نص أمينة")
	if a, err := s.Identity.Store.Account(t.Context(), amina.ID); err != nil || !a.Disabled {
		t.Fatalf("%+v %v", a, err)
	}
	has(t, s.focal.page("/en/audit", 200), "Work handed over")
}
