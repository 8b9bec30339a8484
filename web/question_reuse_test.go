package web

import (
	"strings"
	"testing"

	"merida/assessment"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// TestAnEarlierAnswerIsTakenOverAndWatched opens a second round, takes the answer of
// the first over, and is asked when the first changes.
func TestAnEarlierAnswerIsTakenOverAndWatched(t *testing.T) {
	s := through(t)
	origin := s.answers[0]
	save := func(id assessment.AnswerID, base int, c assessment.Content) {
		t.Helper()
		if _, err := s.Assessments.Save(t.Context(), s.focal.account.Actor(), id, base, c); err != nil {
			t.Fatal(err)
		}
	}
	save(origin.ID, 0, assessment.Content{Lang: "en", Implementation: assessment.InPart, Practice: "OLDWORD audits.", Missing: "OLDGAP"})
	rounds, err := s.Assessments.Store.Rounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.Assessments.OpenRound(t.Context(), s.officer.account.Actor(), rounds[0].Edition, lang.T("en", "Round two"), assessment.Deadlines{},
		[]assessment.Question{{ID: origin.Question, Provision: origin.Provision}}, []party.ID{"QM", "QN"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Round: id})
	if err != nil {
		t.Fatal(err)
	}
	first := func(row assessment.Row, v *visitor) assessment.Answer {
		whole, err := s.Assessments.Store.Whole(t.Context(), v.account.Actor().Sight(), row.ID)
		if err != nil {
			t.Fatal(err)
		}
		return whole.Answers[0]
	}
	other := s.person(identity.FocalPoint, "QN")
	target := first(rows[0], s.focal)
	at := "/en/questions/" + string(target.ID)
	lacks(t, other.page("/en/questions/"+string(first(rows[1], other).ID), 200), "OLDWORD")
	has(t, s.focal.page(at, 200), "OLDWORD", "On the same provision", "Round one")

	// What is there stays; what is empty is filled.
	save(target.ID, 0, assessment.Content{Lang: "en", Practice: "NEWWORD"})
	s.focal.sends(at+"/reuse", 409, "origin", string(origin.ID), "version", "1", "base", "0")
	s.focal.sends(at+"/reuse", 409, "origin", string(origin.ID), "version", "7", "base", "1")
	s.focal.sends(at+"/reuse", 404, "origin", "nothing", "version", "1", "base", "1")
	s.focal.sends(at+"/reuse", 303, "origin", string(origin.ID), "version", "1", "base", "1")
	d, err := s.Assessments.Store.Detail(t.Context(), s.focal.account.Actor().Sight(), target.ID)
	if err != nil {
		t.Fatal(err)
	}
	if c := d.Current.Content; c.Practice != "NEWWORD" || c.Missing != "OLDGAP" || c.Implementation != assessment.InPart || d.Current.Source != assessment.FromReuse {
		t.Fatalf("%+v", d.Current)
	}
	page := s.focal.page(at, 200)
	has(t, page, "Taken over on", "Checked by")
	lacks(t, page, "still valid?")

	// The origin changes: nothing changes here, and the page asks.
	save(origin.ID, 1, assessment.Content{Lang: "en", Implementation: assessment.Yes, Practice: "LATERWORD"})
	page = s.focal.page(at, 200)
	has(t, page, "Is this answer still valid?", "OLDGAP", "/questions/"+string(origin.ID)+"/history")
	has(t, s.focal.page("/en/tasks?round="+string(id)+"&show=stale", 200), at)
	s.focal.sends(at+"/still-valid", 409, "origin", string(origin.ID), "version", "1")
	s.focal.sends(at+"/still-valid", 303, "origin", string(origin.ID), "version", "2")
	lacks(t, s.focal.page(at, 200), "Is this answer still valid?")
	lacks(t, s.focal.page("/en/tasks?round="+string(id)+"&show=stale", 200), at+`"`)
	if strings.Contains(other.page("/en/tasks", 200), "OLDWORD") {
		t.Error("another State reads it")
	}
}

func TestHowOneProvisionCoversAnother(t *testing.T) {
	related := []convention.ID{"untoc/art_8"}
	for _, c := range []struct {
		asked, origin convention.ID
		want          assessment.Coverage
	}{
		{"uncac/art_15", "uncac/art_15", assessment.Equal},
		{"uncac/art_15", "uncac/art_15/para_1", assessment.Subset},
		{"uncac/art_15/para_1", "uncac/art_15", assessment.Superset},
		{"uncac/art_15", "untoc/art_8", assessment.Intersects},
		{"uncac/art_1", "uncac/art_15", ""},
	} {
		if got, ok := assessment.Covers(c.asked, c.origin, related); got != c.want || ok != (c.want != "") {
			t.Errorf("%s by %s: %s", c.asked, c.origin, got)
		}
	}
}
