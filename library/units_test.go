package library_test

import (
	"slices"
	"strings"
	"testing"

	"merida/convention"
	"merida/lang"
	"merida/library"
)

func TestLawAndExamples(t *testing.T) {
	w := library.Whole{
		Measure: library.Measure{ID: "m", Country: "QM", Lang: "en", Titles: lang.Text{"en": {S: "Code"}, "fr": {S: "Le code"}}},
		Sections: []library.Section{
			{EID: "chp_I", Level: 1, Kind: "chapter", Heading: "Bribery"},
			{EID: "art_1", Parent: "chp_I", Level: 2, Kind: "article", Heading: "Gifts", Text: "No gifts."},
			{EID: "art_1__para_1", Parent: "art_1", Level: 3, Kind: "paragraph", Text: "None at all."},
			{EID: "art_2", Parent: "chp_I", Level: 2, Kind: "article", Text: "Fees."},
		},
		Mappings: []library.Mapping{
			{EID: "art_1__para_1", Provision: "uncac/art_15", Status: library.Editorial, Note: lang.Text{"en": {S: "forbids gifts"}, "fr": {S: "interdit les dons"}}},
			{EID: "art_1", Provision: "uncac/art_8", Status: library.Validated, Note: lang.Text{"en": {S: "forbids gifts"}}},
			{EID: "art_2", Provision: "uncac/art_9", Status: library.Suggested},
			{EID: "", Provision: "uncac/art_5", Status: library.Editorial},
			{EID: "art_99", Provision: "uncac/art_6", Status: library.Editorial},
		},
	}
	l := library.LawOf(w)
	if l.Title != "Code" || len(l.Units) != 2 {
		t.Fatalf("%+v", l)
	}
	if u := l.Units[0]; u.EID != "art_1" || u.Heading != "Gifts" || u.Text != "No gifts.\nNone at all." || !slices.Equal(u.Above, []string{"Bribery"}) {
		t.Errorf("%+v", u)
	}
	var got []string
	for _, e := range library.Examples(w) {
		var ps []string
		for _, p := range e.Provisions {
			ps = append(ps, strings.TrimPrefix(string(p), string(convention.UNCAC)+"/"))
		}
		kind := "text"
		if e.Note {
			kind = "note"
		}
		got = append(got, kind+" "+string(e.Lang)+" "+e.Unit.EID+" "+strings.Join(ps, "+"))
	}
	// The paragraph is learnt with its article; the suggestion, the whole measure and the section that is gone are not learnt at all.
	want := []string{"text en art_1 art_15+art_8", "note en art_1__para_1 art_15+art_8", "note fr art_1__para_1 art_15"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Common law has sections where others have articles; a code that has both is mapped by its articles.
func TestUnitsOfCommonLaw(t *testing.T) {
	ss := []library.Section{{EID: "part_1", Level: 1, Kind: "part"}, {EID: "sec_1", Level: 2, Kind: "section", Text: "a"}, {EID: "sec_2", Level: 2, Kind: "section", Text: "b"}}
	if got := library.Units(ss); !slices.Equal(got, []library.Unit{{1, 2}, {2, 3}}) {
		t.Errorf("%v", got)
	}
	ss = append(ss, library.Section{EID: "art_1", Level: 3, Kind: "article", Text: "c"})
	if got := library.Units(ss); !slices.Equal(got, []library.Unit{{1, 2}, {3, 4}}) {
		t.Errorf("%v", got)
	}
}
