package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/questionnaire"
)

// A State that published on another convention alone is not said to have published nothing.
func TestStateShowsAnswersOnEveryConvention(t *testing.T) {
	s := newTestSite(t)
	focal, approver := s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM")
	mustHave(t, s.public().get("/en/parties/QM"), http.StatusOK, "The State has not published answers yet.")
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(shipped, func(c questionnaire.Content) bool { return strings.HasPrefix(string(c.All()[0].Provision), "untoc/") })
	r := s.openRoundOn(shipped[i], "QM")
	ctx := t.Context()
	var first assessment.AnswerID
	for _, q := range shipped[i].All() {
		a := r.Answers["QM"][q.ID]
		if _, err := s.Assessments.Save(ctx, focal.account.Actor(), a, 0, assessment.Content{Lang: "en", Implementation: assessment.No, Missing: "A law."}); err != nil {
			t.Fatal(err)
		}
		if q.Provision == "untoc/art_8" {
			first = a
		}
	}
	rev := func() int64 {
		w, err := s.Assessments.Store.Whole(ctx, focal.account.Actor().Sight(), r.Assessments["QM"])
		if err != nil {
			t.Fatal(err)
		}
		return w.Assessment.Rev
	}
	for _, err := range []error{
		s.Assessments.Propose(ctx, focal.account.Actor(), r.Assessments["QM"], rev()),
		s.Assessments.Submit(ctx, approver.account.Actor(), r.Assessments["QM"], rev()),
		s.Assessments.Publish(ctx, approver.account.Actor(), first, 1, assessment.Parts),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	w := s.public().get("/en/parties/QM")
	mustHave(t, w, http.StatusOK, "Organized Crime Convention", "/en/answers/"+string(first), "1 provision")
	if strings.Contains(w.Body.String(), "has not published answers") {
		t.Error("the page says that the State published nothing")
	}
	mustHave(t, s.public().get("/en/parties/QM.csv"), http.StatusOK, "untoc/art_8")
}
