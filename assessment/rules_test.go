package assessment

import (
	"slices"
	"testing"

	"merida/library"
)

func TestWhatKeepsAnAnswerFromBeingSubmitted(t *testing.T) {
	cited := []library.Citation{{Measure: "m", Version: 1}}
	for _, x := range []struct {
		say  string
		c    Content
		want []string
	}{
		{"nothing was answered", Content{Practice: "Courts apply it."}, []string{"assessment.blocks.unanswered"}},
		{"yes with a law", Content{Implementation: Yes, Citations: cited}, nil},
		{"yes without a law", Content{Implementation: Yes}, []string{"assessment.blocks.no_citation"}},
		{"in part needs both", Content{Implementation: InPart}, []string{"assessment.blocks.no_citation", "assessment.blocks.no_missing"}},
		{"no needs what is missing", Content{Implementation: No}, []string{"assessment.blocks.no_missing"}},
		{"no cites nothing", Content{Implementation: No, Missing: "A law."}, nil},
		{"a wish without its form", Content{Implementation: No, Missing: "A law.", Wanted: []Wanted{{What: "Help"}}}, []string{"assessment.blocks.no_form"}},
	} {
		if got := x.c.Blocks(); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.say, got, x.want)
		}
	}
}

func TestAReturnedAnswerMustBeTouched(t *testing.T) {
	good := Content{Implementation: No, Missing: "A law."}
	answers := []Answer{{ID: "a", State: SentBack, Version: 2, Submitted: 2}, {ID: "b", State: SentBack, Version: 3, Submitted: 2}, {ID: "c", State: Drafted, Version: 2, Submitted: 2}}
	current := map[AnswerID]Version{"a": {Content: good}, "b": {Content: good}, "c": {Content: good}}
	got := Check(answers, current)
	if len(got) != 1 || got[0].Answer != "a" || !slices.Equal(got[0].Keys, []string{"assessment.blocks.returned"}) {
		t.Errorf("%+v, want only the returned answer that nobody changed", got)
	}
}

func TestMergeTakesEachPartFromWhoChangedIt(t *testing.T) {
	base := Content{Lang: "en", Practice: "p", Missing: "m"}
	mine, theirs := base, base
	mine.Practice = "mine"
	theirs.Missing = "theirs"
	theirs.Implementation = InPart
	got, ok := MergeParts(base, mine, theirs)
	if want := (Content{Lang: "en", Practice: "mine", Missing: "theirs", Implementation: InPart}); !ok || !got.Equal(want) {
		t.Errorf("%+v %v, want %+v", got, ok, want)
	}
	theirs.Practice = "theirs too"
	if got, ok := MergeParts(base, mine, theirs); ok || !got.Equal(Content{}) {
		t.Errorf("both changed the practice, yet it was merged to %+v", got)
	}
	theirs.Practice = "mine" // the same change on both sides is no quarrel
	if got, ok := MergeParts(base, mine, theirs); !ok || got.Practice != "mine" {
		t.Errorf("%+v %v", got, ok)
	}
}

func TestOnlyKeepsNothingThatWasNotNamed(t *testing.T) {
	full := Content{Lang: "en", Implementation: Yes, Citations: []library.Citation{{Measure: "m"}}, Practice: "p", Missing: "m",
		Challenges: []string{"c"}, Wanted: []Wanted{{Form: "training"}}, Given: []Given{{Form: "training"}}}
	if got := full.Only(Parts); !got.Equal(full) {
		t.Errorf("all parts: %+v", got)
	}
	if got := full.Only(nil); !got.Empty() {
		t.Errorf("no part: %+v", got)
	}
	for _, p := range Parts {
		rest := slices.DeleteFunc(slices.Clone(Parts), func(x Part) bool { return x == p })
		if full.Only(rest).Only([]Part{p}).Empty() != true {
			t.Errorf("%s came through a publication that did not name it", p)
		}
	}
}
