package inverted

import (
	"slices"
	"testing"

	"merida/search"
)

func TestOtherWaysOfSaying(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 1); err != nil {
		t.Fatal(err)
	}
	also := []search.Also{{Words: "получение взятки", Lang: "ru", Key: "bribery"}}
	ids, r := found(t, ix, search.Query{Words: "bribery of officials", Filter: map[string][]string{"country": {"QM"}, "lang": {"ru"}}, Also: also})
	if len(ids) != 1 || ids[0] != "ru" || r.Hits[0].Also == nil || r.Hits[0].Also.Key != "bribery" || r.Hits[0].EID != "art_1" {
		t.Errorf("across languages: %v %+v", ids, r.Hits)
	}
	ids, r = found(t, ix, search.Query{Words: "bribes", Also: also, Facets: []string{"lang"}})
	if !slices.Equal(ids, []string{"en", "ru"}) || r.Hits[0].Also != nil || r.Hits[1].Also == nil || r.Total != 2 || r.ByWords != 1 || len(r.Facets["lang"]) != 2 {
		t.Errorf("a full answer is followed by what others say: %v %+v", ids, r)
	}
}

func TestWordsInDifferentSections(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 1); err != nil {
		t.Fatal(err)
	}
	ids, r := found(t, ix, search.Query{Words: "offence force", Limit: 5})
	if len(ids) == 0 || ids[0] != "en" || !r.Relaxed {
		t.Errorf("%v, relaxed %v", ids, r.Relaxed)
	}
	ids, _ = found(t, ix, search.Query{Words: "Nation marchés publics", Stands: []search.Stand{{Words: []string{"nation"}, Field: "country", Value: "QN"}}})
	if len(ids) == 0 || ids[0] != "fr" {
		t.Errorf("a State's name: %v", ids)
	}
}

// A word that stands nowhere does not empty a search: what holds the others is shown, and the word is named.
func TestAWordThatStandsNowhere(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 1); err != nil {
		t.Fatal(err)
	}
	ids, r := found(t, ix, search.Query{Words: "offence Zebra"})
	if !slices.Contains(ids, "en") || !r.Relaxed || !slices.Equal(r.Missing, []string{"zebra"}) {
		t.Errorf("%v, relaxed %v, missing %q", ids, r.Relaxed, r.Missing)
	}
	if ids, r = found(t, ix, search.Query{Words: "offence AND zebra"}); len(ids) != 0 || !slices.Equal(r.Missing, []string{"zebra"}) {
		t.Errorf("asked for: %v, missing %q", ids, r.Missing)
	}
	if _, r = found(t, ix, search.Query{Words: "offence force"}); r.Missing != nil {
		t.Errorf("missing %q", r.Missing)
	}
}

// Where next to nothing is found, what says the most of a way is found too, and so is what is mapped to the matter.
func TestPartsOfAWayAndMappings(t *testing.T) {
	ix, _ := openTest(t)
	docs := slices.Concat(laws, []search.Document{law("zh2", "QP", "zh", "刑法", "第一百六十四条", "给予外国公职人员或者国际公共组织官员以财物的，依照规定处罚。", "uncac/art_16")})
	if err := ix.Apply(t.Context(), docs, nil, 1); err != nil {
		t.Fatal(err)
	}
	also := []search.Also{{Words: "贿赂外国公职人员", Lang: "zh", Key: "foreign"}}
	ids, r := found(t, ix, search.Query{Words: "corruption étrangers", Filter: map[string][]string{"country": {"QP"}, "lang": {"zh"}}, Also: also})
	if !slices.Equal(ids, []string{"zh2"}) || r.Hits[0].Also == nil || r.Hits[0].EID != "art_1" {
		t.Errorf("a part of the way: %v %+v", ids, r.Hits)
	}
	also = []search.Also{{Words: "uncac/art_14", Key: "laundering", Field: "provision", Value: "uncac/art_14"}, {Words: "nowhere said", Lang: "en", Key: "laundering"}}
	ids, r = found(t, ix, search.Query{Words: "blanchiment", Also: also})
	if !slices.Equal(ids, []string{"zh"}) || r.Hits[0].Also == nil || r.Hits[0].Also.Field != "provision" {
		t.Errorf("what is mapped: %v %+v", ids, r.Hits)
	}
}
