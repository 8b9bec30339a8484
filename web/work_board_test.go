package web

import (
	"testing"
	"time"
)

// TestABoardGrantsOneStateMoreTime walks from opening a round, which is confirmed
// once, to an extension, and reads what everyone may know.
func TestABoardGrantsOneStateMoreTime(t *testing.T) {
	s := through(t)
	rounds, err := s.Assessments.Store.Rounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	board := "/en/rounds/" + string(rounds[0].ID)
	due := time.Now().AddDate(0, 0, 6).Format(time.DateOnly)
	later := time.Now().AddDate(0, 1, 0).Format(time.DateOnly)
	has(t, s.officer.page(board, 200), "0 of 2 parties have submitted", "Not started (2)", "Submission by the State", `datetime="`+due+`"`, board+"/parties/QM")
	lacks(t, s.officer.page(board+"?show=late", 200), board+"/parties/QM")
	refused := s.officer.sends(board+"/parties/QM/extend", 422, "step", "submit", "due", "2020-01-01", "reason", "")
	has(t, refused, "This date has passed", `value="2020-01-01"`, "required")
	s.officer.sends(board+"/parties/QM/extend", 303, "step", "submit", "due", later, "reason", "A new ministry was formed.")
	has(t, s.officer.page(board+"/parties/QM", 200), "A new ministry was formed.", `datetime="`+later+`"`)
	has(t, s.officer.page(board, 200), "Extended to")
	has(t, s.focal.page(s.path, 200), "A new ministry was formed.", `datetime="`+later+`"`)
	s.focal.page(board+"/parties/QM", 403)
	s.officer.page(board+"/parties/FR", 404)
	s.officer.page(board+"/parties/ZZ", 404)
	public := s.public().page("/ar/timeline", 200)
	has(t, public, "Round one", `datetime="`+due+`"`)
	lacks(t, public, "ministry", "Quamara", later)
	has(t, s.public().page("/en/timeline.csv", 200), "submit,"+due)
}
