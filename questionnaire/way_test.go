package questionnaire_test

import (
	"slices"
	"testing"

	"merida/questionnaire"
)

func TestWaysOfAnswersIntoANewEdition(t *testing.T) {
	old := asked(q("1", "art_5/para_1", "a"), q("3", "art_6/para_1", "c"), q("4", "art_7/para_1/point_a", "d"), q("5", "art_7/para_1/point_b", "e"), q("6", "art_8/para_1", "f"))
	now := asked(q("1", "art_5/para_1", "A"), q("3a", "art_6/para_1/point_a", "c1"), q("3b", "art_6/para_1/point_b", "c2"), q("4", "art_7/para_1", "de"), q("9", "art_11/para_1", "new"))
	look := func(to map[string]string, want map[string]string) {
		t.Helper()
		ways, dropped := questionnaire.Ways(old, now, to)
		if !slices.Equal(dropped, []string{"6"}) {
			t.Errorf("dropped %v", dropped)
		}
		taken := 0
		for _, w := range ways {
			got := string(w.Fate)
			for _, x := range w.Of {
				got += " " + x
			}
			for _, x := range w.Takes {
				got += " <" + x
				taken++
			}
			if got != want[w.Question.ID] {
				t.Errorf("%s: %q, want %q", w.Question.ID, got, want[w.Question.ID])
			}
		}
		if taken != 4 {
			t.Errorf("%d old answers go somewhere, want each but the dropped one", taken)
		}
	}
	want := map[string]string{"1": "reworded 1 <1", "3a": "split 3 <3", "3b": "split 3", "4": "merged 4 5 <4 <5", "9": "added"}
	look(nil, want)
	look(map[string]string{"3": "9", "1": "4", "x": "y"}, want) // wishes that do not fit
	want["3a"], want["3b"] = "split 3", "split 3 <3"
	look(map[string]string{"3": "3b"}, want)
}

// Whatever the shipped editions are, an answer goes to one place or is named as dropped.
func TestWaysLoseNoAnswer(t *testing.T) {
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		for _, b := range all {
			ways, dropped := questionnaire.Ways(&a, &b, nil)
			n := map[string]int{}
			for _, id := range dropped {
				n[id]++
			}
			for _, w := range ways {
				for _, id := range w.Takes {
					n[id]++
				}
			}
			for _, x := range a.All() {
				if n[x.ID] != 1 {
					t.Fatalf("%s in %s: the answer to %s goes to %d places", a.ID(), b.ID(), x.ID, n[x.ID])
				}
			}
		}
	}
}
