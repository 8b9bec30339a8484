package mechanism

import (
	"testing"

	"merida/assessment"
	"merida/assistance"
	"merida/directory"
	"merida/lang"
)

func TestAKeptDossierAgainstToday(t *testing.T) {
	told := func(id string, version int, missing string, released bool) Told {
		return Told{Answer: assessment.AnswerID(id), Version: version, Content: assessment.Content{Lang: "en", Missing: missing}, At: day, Released: released}
	}
	need := func(id, hash string) assistance.Need {
		return assistance.Need{ID: assistance.NeedID(id), NeedContent: assistance.NeedContent{What: lang.T("en", "what "+id)}, Hash: hash, ChangedAt: day}
	}
	kept := Dossier{States: []StateDossier{{Party: "QM",
		Answers:    []Told{told("same", 1, "s", false), told("back", 1, "b", true), told("partly", 2, "whole", true), told("newer", 1, "n", false)},
		Needs:      []assistance.Need{need("stays", "1"), need("changes", "1"), need("leaves", "1")},
		Activities: []assistance.Activity{{ID: "a", Rev: 1}, {ID: "b", Rev: 1}},
		Gaps:       []Gap{{Answer: "back"}, {Answer: "same"}, {Need: "leaves"}},
		Contacts:   []directory.ContactPoint{{ID: "c", Person: "Somebody", Email: "x@example.org", Office: lang.T("en", "Office")}},
	}}}
	now := Dossier{States: []StateDossier{{Party: "QM",
		Answers:    []Told{told("same", 1, "s", false), told("partly", 2, "", false), told("newer", 2, "n2", false)},
		Needs:      []assistance.Need{need("stays", "1"), need("changes", "2"), need("comes", "1")},
		Activities: []assistance.Activity{{ID: "a", Rev: 1}, {ID: "b", Rev: 2}},
	}}}
	got, drift := kept.Against(now)
	want := []Drifted{{Kind: ActivityChanged, ID: "b", How: Altered}, {Kind: AnswerChanged, ID: "newer", How: Altered, At: day}, {Kind: AnswerChanged, ID: "back", How: Gone}, {Kind: AnswerChanged, ID: "partly", How: Gone},
		{Kind: ContactChanged, ID: "c", How: Gone}, {Kind: NeedChanged, ID: "comes", How: Added, At: day}, {Kind: NeedChanged, ID: "changes", How: Altered, At: day}, {Kind: NeedChanged, ID: "leaves", How: Gone}}
	if len(drift["QM"]) != len(want) {
		t.Fatalf("drift %+v", drift["QM"])
	}
	for i, w := range want {
		if drift["QM"][i] != w {
			t.Errorf("%d: %+v, want %+v", i, drift["QM"][i], w)
		}
	}
	s := got.States[0]
	if len(s.Answers) != 2 || s.Answers[0].Answer != "same" || s.Answers[1].Content.Missing != "n" {
		t.Errorf("answers %+v", s.Answers)
	}
	if len(s.Gaps) != 1 || s.Gaps[0].Answer != "same" {
		t.Errorf("gaps %+v", s.Gaps)
	}
	if len(s.Needs) != 3 || s.Needs[2].What != nil || s.Needs[0].What == nil {
		t.Errorf("needs %+v", s.Needs)
	}
	if s.Contacts[0].Person != "" || s.Contacts[0].Email != "" || s.Contacts[0].Office.Empty() {
		t.Errorf("contacts %+v", s.Contacts)
	}
	if kept.States[0].Contacts[0].Person == "" || kept.States[0].Needs[2].What == nil || len(kept.States[0].Answers) != 4 {
		t.Error("what was kept has been changed")
	}
	if _, drift := kept.Against(kept); drift["QM"] == nil || len(drift["QM"]) != 0 {
		t.Errorf("against itself: %+v", drift)
	}
}
