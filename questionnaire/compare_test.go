package questionnaire_test

import (
	"testing"

	"merida/convention"
	"merida/lang"
	"merida/questionnaire"
)

func asked(qs ...questionnaire.Question) *questionnaire.Content {
	return &questionnaire.Content{Sections: []questionnaire.Section{{Questions: qs}}}
}

func q(id, provision, text string, from ...string) questionnaire.Question {
	return questionnaire.Question{ID: id, Provision: convention.ID("uncac/" + provision), Text: lang.T("en", text), From: from}
}

func ids(qs []questionnaire.Question) (out string) {
	for _, x := range qs {
		out += x.ID + " "
	}
	return out
}

func TestCompareTellsWhatBecameOfQuestions(t *testing.T) {
	old := asked(q("1", "art_5/para_1", "a"), q("2", "art_5/para_2", "b"), q("3", "art_6/para_1", "c"), q("4", "art_7/para_1/point_a", "d"), q("5", "art_7/para_1/point_b", "e"),
		q("6", "art_8/para_1", "f"), q("7", "art_9/para_1", "g"), q("8", "art_10/para_1", "h"))
	now := asked(q("1", "art_5/para_1", "a"), q("2", "art_5/para_2", "B"), q("3a", "art_6/para_1/point_a", "c1"), q("3b", "art_6/para_1/point_b", "c2"), q("4", "art_7/para_1", "de"),
		q("9", "art_11/para_1", "new"), q("10", "art_12/para_1", "moved", "7"), q("11", "art_52", "all"))
	want := []struct {
		fate     questionnaire.Fate
		old, now string
	}{{questionnaire.Kept, "1 ", "1 "}, {questionnaire.Reworded, "2 ", "2 "}, {questionnaire.Split, "3 ", "3a 3b "}, {questionnaire.Merged, "4 5 ", "4 "}, {questionnaire.Added, "", "9 "},
		{questionnaire.Reworded, "7 ", "10 "}, {questionnaire.Added, "", "11 "}, {questionnaire.Dropped, "6 ", ""}, {questionnaire.Dropped, "8 ", ""}}
	got := questionnaire.Compare(old, now)
	if len(got) != len(want) {
		t.Fatalf("%d changes: %+v", len(got), got)
	}
	for i, w := range want {
		if got[i].Fate != w.fate || ids(got[i].Old) != w.old || ids(got[i].New) != w.now {
			t.Errorf("change %d: %s %q > %q, want %s %q > %q", i, got[i].Fate, ids(got[i].Old), ids(got[i].New), w.fate, w.old, w.now)
		}
	}
}

// Each question of either edition stands in exactly one change, whatever the editions.
func TestCompareLosesNoQuestion(t *testing.T) {
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		for _, b := range all {
			o, n := map[string]int{}, map[string]int{}
			for _, c := range questionnaire.Compare(&a, &b) {
				for _, x := range c.Old {
					o[x.ID]++
				}
				for _, x := range c.New {
					n[x.ID]++
				}
				if a.ID() == b.ID() && c.Fate != questionnaire.Kept {
					t.Errorf("%s against itself: %s %s", a.ID(), c.Fate, ids(c.New))
				}
			}
			if len(o) != len(a.All()) || len(n) != len(b.All()) {
				t.Errorf("%s > %s: %d of %d old, %d of %d new", a.ID(), b.ID(), len(o), len(a.All()), len(n), len(b.All()))
			}
			for id, k := range o {
				if k != 1 {
					t.Errorf("%s > %s: old %s stands %d times", a.ID(), b.ID(), id, k)
				}
			}
		}
	}
}
