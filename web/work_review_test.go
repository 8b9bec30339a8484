package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// TestAReviewFindsAndTheNextRoundRemembers submits to the reviewers, reads on the
// bench, fetches the receipt, and opens the next round with what was found.
func TestAReviewFindsAndTheNextRoundRemembers(t *testing.T) {
	s := through(t)
	reviewer := s.person(identity.Reviewer, "QN")
	first := string(s.answers[0].ID)
	bench := s.path + "/review/" + first
	s.officer.page(s.path+"/review", 404) // nothing was submitted
	s.fill()
	s.focal.sends(s.path+"/propose", 303, "rev", revOf(t, s.focal.page(s.path+"/check", 200)))
	check := s.approver.page(s.path+"/check", 200)
	has(t, check, "Let the reviewers read")
	s.approver.sends(s.path+"/submit", 303, "rev", revOf(t, check), "reviewers", "1")
	has(t, reviewer.page(s.path+"/review", 200), bench)
	page := reviewer.page(bench, 200)
	has(t, page, "What the State says", practice, "The law that it cites", "Observation")
	s.focal.page(bench, 403)
	s.person(identity.Provider, "").page(bench, 404)
	reviewer.sends(bench+"/findings", 422, "kind", "praise", "finding", "")
	reviewer.sends(bench+"/findings", 303, "kind", "recommendation", "finding", "FINDWORD: set up an appeal body.")
	s.focal.sends(bench+"/findings", 403, "kind", "observation", "finding", "x")
	has(t, s.focal.page("/en/questions/"+first, 200), "FINDWORD", "Recommendation")
	has(t, s.officer.page(s.path+"/review?show=found", 200), bench)
	lacks(t, s.officer.page(s.path+"/review?show=asked", 200), bench)

	// The receipt's file proves itself.
	var file receipt
	raw := s.approver.get(s.path + "/receipt/1/file")
	if err := json.Unmarshal(raw.Body.Bytes(), &file); err != nil {
		t.Fatalf("%d %v", raw.Code, err)
	}
	lines, _ := json.Marshal(file.Lines)
	sum := sha256.Sum256(lines)
	if hex.EncodeToString(sum[:]) != file.Hash || len(file.Answers) != len(file.Lines) || len(file.Lines) != len(s.answers) {
		t.Errorf("the receipt does not prove itself: %d answers of %d", len(file.Answers), len(s.answers))
	}
	for i, l := range file.Lines {
		if file.Answers[i].Hash() != l.Hash {
			t.Errorf("answer %d is not what was frozen", i)
		}
	}
	for _, v := range []*visitor{s.person(identity.Contributor, "QM"), s.person(identity.FocalPoint, "QN"), s.person(identity.Provider, ""), s.person(identity.Auditor, "")} {
		v.page(s.path+"/receipt/1/file", 404)
	}
	s.approver.page(s.path+"/receipt/2", 404)
	s.approver.page(s.path+"/receipt/x", 404)

	// Returned and submitted again, the second submission supersedes the first.
	s.officer.sends("/en/questions/"+first+"/return", 303, "reason", "Which body?")
	if _, err := s.Assessments.Save(t.Context(), s.focal.account.Actor(), s.answers[0].ID, 1, assessment.Content{Lang: "en", Implementation: assessment.No, Missing: "An appeal body."}); err != nil {
		t.Fatal(err)
	}
	s.submit()
	has(t, s.approver.page(s.path+"/receipt/1", 200), "superseded by submission 2", s.path+"/receipt/2")
	lacks(t, s.approver.page(s.path+"/receipt", 200), "superseded")

	// The next round shows what stands open, and no longer what was met.
	rounds, err := s.Assessments.Store.Rounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var questions []assessment.Question
	for _, a := range s.answers {
		questions = append(questions, assessment.Question{ID: a.Question, Provision: a.Provision})
	}
	next, err := s.Assessments.OpenRound(t.Context(), s.officer.account.Actor(), rounds[0].Edition, lang.T("en", "Round two"), assessment.Deadlines{}, questions, []party.ID{"QM"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Round: next})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := s.Assessments.Store.Whole(t.Context(), s.focal.account.Actor().Sight(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	again := "/en/questions/" + string(whole.Answers[0].ID)
	has(t, s.focal.page(again, 200), "FINDWORD", "from the round “Round one”")
	found, err := s.Assessments.Store.Findings(t.Context(), s.officer.account.Actor().Sight(), assessment.FindingFilter{Party: "QM"})
	if err != nil || len(found) != 1 {
		t.Fatalf("%+v %v", found, err)
	}
	s.officer.sends(bench+"/findings/"+string(found[0].ID)+"/close", 303, "closed", "1")
	lacks(t, s.focal.page(again, 200), "FINDWORD")
	for _, p := range []party.ID{"QN", "QP"} {
		got, err := s.Assessments.Store.Findings(t.Context(), identity.Actor{Account: "x", Role: identity.FocalPoint, Party: p}.Sight(), assessment.FindingFilter{})
		if err != nil || len(got) != 0 {
			t.Errorf("%s reads %d findings of QM: %v", p, len(got), err)
		}
	}
}

func TestNumbersOfPeopleAreFound(t *testing.T) {
	for text, want := range map[string]string{
		"Passport AB1234567 was shown":       "AB1234567",
		"هاتف ٠٠٢٠١٢٣٤٥٦٧٨٩٠":                "0020123456789",
		"account DE89370400440532013000":     "DE89370400440532013000",
		"Law 12 of 2003, article 15(1)(a)":   "",
		"the sum of 1 500 000, in 2003-2005": "",
	} {
		got := strings.Join(addressesIn(text), " ")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
