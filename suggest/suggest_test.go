package suggest_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"merida/convention"
	"merida/lang"
	"merida/suggest"
	"merida/thesaurus"
)

func reference(t testing.TB) *suggest.Reference {
	t.Helper()
	th, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	c, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	return suggest.NewReference(th, c)
}

func article(p convention.ID) convention.ID {
	parts := strings.Split(string(p), "/")
	return convention.ID(strings.Join(parts[:2], "/"))
}

// Nothing has been mapped yet: the thesaurus and the Convention's own words carry the suggestions in every official language.
func TestSuggestWithoutExamples(t *testing.T) {
	m := reference(t).Learn(&suggest.Corpus{}, nil)
	for _, x := range []struct {
		lang, heading, text string
		want                convention.ID
	}{
		{"en", "Extradition of nationals", "Extradition shall not be refused because the person whose extradition is sought is a national.", "uncac/art_44"},
		{"fr", "", "Les agents publics déclarent leur patrimoine; la déclaration de patrimoine est déposée dans les trente jours.", "uncac/art_8"},
		{"es", "Tráfico de influencias", "El que influya en un funcionario público será castigado por tráfico de influencias.", "uncac/art_18"},
		{"ru", "Легализация доходов", "Отмывание денежных средств, то есть легализация доходов от преступлений, наказывается лишением свободы.", "uncac/art_23"},
		{"ar", "", "يعاقب على غسل الأموال المتحصلة من الجريمة بالسجن", "uncac/art_23"},
		{"zh", "", "\u8d2a\u6c61\u516c\u6b3e\u7684\uff0c\u6309\u7167\u8d2a\u6c61\u7f6a\u5904\u7f5a\u3002\u632a\u7528\u516c\u6b3e\u7684\uff0c\u4f9d\u7167\u672c\u6761\u5904\u7f5a\u3002", "uncac/art_17"},
	} {
		l := suggest.Law{ID: "l", Country: "QM", Lang: lang.Tag(x.lang), Units: []suggest.Unit{{EID: "art_1", Heading: x.heading, Text: x.text}}}
		got := m.Suggest(l)[0]
		if len(got) == 0 || !slices.ContainsFunc(got[:min(2, len(got))], func(s suggest.Suggestion) bool { return article(s.Provision) == x.want }) {
			t.Errorf("%s: %+v, want %s among the first two", x.lang, got, x.want)
			continue
		}
		for _, s := range got {
			if len(s.Reasons) == 0 || s.Score <= 0 || s.Score > 1 {
				t.Errorf("%s: a suggestion without reason or with the score %v: %+v", x.lang, s.Score, s)
			}
		}
	}
}

// What says nothing of the field gets no suggestion, however it is written.
func TestNothingToSuggest(t *testing.T) {
	m := reference(t).Learn(&suggest.Corpus{}, nil)
	l := suggest.Law{ID: "l", Country: "QM", Lang: "en", Title: "Act on rivers", Units: []suggest.Unit{
		{EID: "a", Text: "This Act comes into force on the first day of May."},
		{EID: "b"},
		{EID: "c", Heading: "Boats", Text: "A boat is longer than four metres."},
		{EID: "d", Text: "\xff\xfe\x00 12 --- \u0301\u0301"},
	}}
	for i, got := range m.Suggest(l) {
		for _, s := range got {
			if s.Strength != suggest.Possible {
				t.Errorf("%s: %+v", l.Units[i].EID, s)
			}
		}
	}
}

// A section like one that people mapped is proposed for the same provision, and the reason names it; also in
// another language, by the concepts that both name.
func TestLearnsFromMappedSections(t *testing.T) {
	r := reference(t)
	examples := []suggest.Example{
		{Law: "qn-1", Country: "QN", Lang: "en", Unit: suggest.Unit{EID: "sec_4", Text: "Every holder of a high post lodges a sealed inventory of houses and boats with the Integrity Bureau."}, Provisions: []convention.ID{"uncac/art_52/para_5"}},
		{Law: "qn-1", Country: "QN", Lang: "en", Unit: suggest.Unit{EID: "sec_5", Text: "Money laundering through a trust is reported to the financial intelligence unit."}, Provisions: []convention.ID{"uncac/art_58"}},
		{Law: "qn-1", Country: "QN", Lang: "en", Unit: suggest.Unit{EID: "sec_6", Text: "nothing"}, Provisions: []convention.ID{"untoc/art_8"}}, // of another convention: not learnt from
	}
	c := r.Read(examples)
	m := r.Learn(c, nil)
	l := suggest.Law{ID: "qm-1", Country: "QM", Lang: "en", Units: []suggest.Unit{{EID: "sec_1", Text: "A holder of a high post lodges the inventory of houses with the Integrity Bureau each year."}}}
	got := m.Suggest(l)[0]
	if len(got) == 0 || got[0].Provision != "uncac/art_52/para_5" {
		t.Fatalf("%+v", got)
	}
	if i := slices.IndexFunc(got[0].Reasons, func(x suggest.Reason) bool { return x.Kind == suggest.BySimilar }); i < 0 || got[0].Reasons[i].Law != "qn-1" || got[0].Reasons[i].EID != "sec_4" {
		t.Errorf("no reason names the mapped section: %+v", got[0].Reasons)
	}
	without := r.Learn(c, func(e suggest.Example) bool { return e.Unit.EID != "sec_4" })
	for _, s := range without.Suggest(l)[0] {
		if article(s.Provision) == "uncac/art_52" {
			t.Errorf("held aside, and yet proposed: %+v", s)
		}
	}
	fr := suggest.Law{ID: "qp-1", Country: "QP", Lang: "fr", Units: []suggest.Unit{{EID: "art_1", Text: "Le blanchiment d'argent au moyen d'un trust est déclaré à la cellule de renseignement financier."}}}
	if got := m.Suggest(fr)[0]; len(got) == 0 || !slices.ContainsFunc(got, func(s suggest.Suggestion) bool { return article(s.Provision) == "uncac/art_58" }) {
		t.Errorf("across languages: %+v", got)
	}
	if a, b := m.Suggest(fr), r.Learn(r.Read(examples), nil).Suggest(fr); !reflect.DeepEqual(a, b) {
		t.Errorf("not the same twice:\n%+v\n%+v", a, b)
	}
}

// Nothing of a State may be learnt when its laws are measured: words that one State alone uses help in no way, while those
// of two States do.
func TestMeasureHoldsTheStateAside(t *testing.T) {
	r := reference(t)
	law := func(id, country string) (suggest.Law, suggest.Example) {
		u := suggest.Unit{EID: "art_1", Text: "Frumious bandersnatch jubjub slithy toves gyre."}
		return suggest.Law{ID: id, Country: country, Lang: "en", Units: []suggest.Unit{u, {EID: "art_2", Text: "It enters into force."}}},
			suggest.Example{Law: id, Country: country, Lang: "en", Unit: u, Provisions: []convention.ID{"uncac/art_39"}}
	}
	l1, e1 := law("a", "QM")
	l2, e2 := law("b", "QM")
	l3, e3 := law("c", "QN")
	p1 := func(rep suggest.Report) float64 {
		for _, row := range rep.Rows {
			if row.Method == suggest.Full && row.Lang == "" && row.Article == "" {
				return row.P1
			}
		}
		return -1
	}
	one := r.Measure([]suggest.Law{l1, l2}, []suggest.Example{e1, e2}, nil)
	if one.Sections != 2 || one.States != 1 || one.Others != 2 || p1(one) != 0 {
		t.Errorf("one State alone: %+v", one)
	}
	two := r.Measure([]suggest.Law{l1, l3}, []suggest.Example{e1, e3}, nil)
	if two.States != 2 || p1(two) != 1 {
		t.Errorf("two States: %+v", two)
	}
	if none := r.Measure(nil, nil, nil); none.Sections != 0 || len(none.Rows) != 0 {
		t.Errorf("nothing: %+v", none)
	}
}

func TestUnits(t *testing.T) {
	type node struct {
		level   int
		article bool
		size    int
	}
	for name, x := range map[string]struct {
		nodes []node
		want  [][2]int
	}{
		"articles in chapters":    {[]node{{1, false, 0}, {2, true, 10}, {3, false, 5}, {2, true, 0}, {1, false, 3}}, [][2]int{{1, 3}, {3, 4}, {4, 5}}},
		"a preamble and schedule": {[]node{{1, false, 20}, {1, true, 10}, {1, false, 0}}, [][2]int{{0, 1}, {1, 2}}},
		"no article":              {[]node{{1, false, 10}, {2, false, 10}}, [][2]int{{0, 2}}},
		"a large part":            {[]node{{1, false, 10}, {2, false, 5000}, {2, false, 5000}}, [][2]int{{1, 2}, {2, 3}}},
		"nothing":                 {nil, nil},
	} {
		got := suggest.Units(len(x.nodes), func(i int) int { return x.nodes[i].level }, func(i int) bool { return x.nodes[i].article }, func(i int) int { return x.nodes[i].size })
		if !reflect.DeepEqual(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

// A code of 500 articles should be ready while its reader still looks at the page: in less than a second.
func BenchmarkCodeOf500Articles(b *testing.B) {
	r := reference(b)
	var examples []suggest.Example
	text := "A public official who asks for or accepts an undue advantage in order to act in the exercise of official duties, or who launders the proceeds of crime, is punished; the property is subject to confiscation and freezing of assets. "
	for i := range 600 {
		examples = append(examples, suggest.Example{Law: fmt.Sprint("x", i), Country: "QN", Lang: "en", Unit: suggest.Unit{EID: "a", Text: fmt.Sprintf("%s word%d other%d", text, i%90, i%70)}, Provisions: []convention.ID{"uncac/art_15"}})
	}
	m := r.Learn(r.Read(examples), nil)
	l := suggest.Law{ID: "c", Country: "QM", Lang: "en", Title: "Criminal Code"}
	for i := range 500 {
		l.Units = append(l.Units, suggest.Unit{EID: fmt.Sprint("art_", i), Text: strings.Repeat(fmt.Sprintf("%s word%d. ", text, i), 3)})
	}
	for b.Loop() {
		m.Suggest(l)
	}
}
