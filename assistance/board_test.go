package assistance

import (
	"fmt"
	"testing"

	"merida/convention"
	"merida/party"
)

func board(t testing.TB) *Board {
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Board{Conventions: tree}
}

func confirmed(p convention.ID) []Mapping { return []Mapping{{Provision: p, Status: Confirmed}} }
func form(f string) []Mapping             { return []Mapping{{Form: f, Status: Confirmed}} }

func TestMatrix(t *testing.T) {
	b := board(t)
	needs := []*NeedRow{
		{ID: "n1", Party: "QM", Provisions: []convention.ID{"uncac/art_9/para_1"}, Form: "legislative-drafting", Status: Open},
		{ID: "n2", Party: "QM", Provisions: []convention.ID{"uncac/art_52/para_1"}, Form: "training", Status: Open, Served: []ActivityID{"a2"}},
		{ID: "n3", Party: "QN", Provisions: []convention.ID{"uncac/art_9"}, Form: "training", Status: Met},
		{ID: "n4", Party: "QN", Provisions: []convention.ID{"uncac/art_9"}, Form: "training", Status: Withdrawn},
	}
	act := func(id ActivityID, p party.ID, on convention.ID, f, org string, phase Phase, from, to Day) *ActivityRow {
		return &ActivityRow{ID: id, Recipients: []party.ID{p}, Provisions: confirmed(on), Forms: form(f), Phase: phase, From: from, To: to, Providers: []Org{{Ref: org}}}
	}
	activities := []*ActivityRow{
		act("a1", "QM", "uncac/art_9", "training", "A", UnderWay, "2026-01-01", "2026-06-30"),
		act("a2", "QM", "uncac/art_52/para_1", "training", "A", UnderWay, "2026-01-01", ""),
		act("a3", "QM", "uncac/art_9/para_2", "training", "B", Planned, "2026-06-15", "2026-12-31"),
		act("a4", "QM", "uncac/art_9/para_1", "training", "B", Completed, "2020-01-01", "2021-12-31"),
		{ID: "a5", Recipients: []party.ID{"QP"}, Provisions: []Mapping{{Provision: "uncac/art_9", Status: Proposed}}, Phase: UnderWay},
	}
	m := b.matrix(Filter{Columns: ByArticle}, needs, activities)
	if len(m.Rows) != 2 || m.Rows[0].Party != "QM" || m.Rows[1].Party != "QN" {
		t.Fatalf("rows %+v", m.Rows)
	}
	at := func(article convention.ID) int {
		for i, c := range m.Columns {
			if c.Provision == article {
				return i
			}
		}
		t.Fatalf("no column %s", article)
		return 0
	}
	got, want := m.Rows[0].Cells[at("uncac/art_9")], Cell{Unmet: 1, UnderWay: 1, Planned: 1, Done: 1, Providers: 2, Overlaps: 1, Unasked: 2}
	// a1 is on the whole article and a3 on its second paragraph, both in June; the need asks for another form.
	if got != want {
		t.Errorf("article 9 of QM: %+v, want %+v", got, want)
	}
	got, want = m.Rows[0].Cells[at("uncac/art_52")], Cell{BeingMet: 1, UnderWay: 1, Providers: 1}
	if got != want {
		t.Errorf("article 52 of QM: %+v, want %+v", got, want)
	}
	if c := m.Rows[1].Cells[at("uncac/art_9")]; c != (Cell{Met: 1}) {
		t.Errorf("article 9 of QN: %+v", c)
	}
	if m.Total.Unmet != 1 || m.Total.Met != 1 || m.Total.Overlaps != 1 {
		t.Errorf("total %+v", m.Total)
	}
	if p := b.matrix(Filter{Columns: ByArticle, Proposed: true}, needs, activities); len(p.Rows) != 3 || p.Rows[2].Total.Proposed != 1 {
		t.Errorf("with proposals: %+v", p.Rows)
	}
	if g := b.matrix(Filter{Show: ShowGaps}, needs, activities); len(g.Rows) != 1 || g.Rows[0].Total.Unmet != 1 {
		t.Errorf("gaps: %+v", g.Rows)
	}
	if e := b.matrix(Filter{From: "2027-01-01", To: "2027-12-31"}, nil, activities); len(e.Rows) != 1 || e.Rows[0].Total.Activities() != 1 {
		t.Errorf("only the activity without an end reaches 2027: %+v", e.Rows)
	}
}

func TestDetailPutsNeedAndActivitySideBySide(t *testing.T) {
	b := board(t)
	s := b.scope(Filter{Parties: []party.ID{"QM"}})
	cells := s.detail(s.gather([]*NeedRow{{ID: "n", Party: "QM", Provisions: []convention.ID{"uncac/art_9/para_1"}, Form: "training", Status: Open}},
		[]*ActivityRow{{ID: "a", Recipients: []party.ID{"QM"}, Provisions: confirmed("uncac/art_9"), Forms: form("training"), Phase: UnderWay}})["QM"])
	if len(cells) != 1 || cells[0].Provision != "uncac/art_9" || len(cells[0].Needs) != 1 || len(cells[0].Activities) != 1 || len(cells[0].Unasked) != 0 {
		t.Fatalf("%+v", cells)
	}
}

// BenchmarkMatrix is the view over all parties: 192 States, 310 provisions, 50,000 activities, 20,000 needs.
func BenchmarkMatrix(b *testing.B) {
	bd := board(b)
	leaves := bd.Conventions.Leaves("uncac")
	forms := []string{"training", "legislative-drafting", "model-legislation", "expert-advice", "equipment"}
	var needs []*NeedRow
	for i := range 20_000 {
		needs = append(needs, &NeedRow{ID: NeedID(fmt.Sprint("n", i)), Party: party.ID(fmt.Sprint("P", i%192)), Provisions: []convention.ID{leaves[i*7%len(leaves)].ID}, Form: forms[i%5], Status: Open})
	}
	var activities []*ActivityRow
	for i := range 50_000 {
		activities = append(activities, &ActivityRow{ID: ActivityID(fmt.Sprint("a", i)), Recipients: []party.ID{party.ID(fmt.Sprint("P", i%192))}, Provisions: confirmed(leaves[i*11%len(leaves)].ID), Forms: form(forms[i%5]),
			Phase: UnderWay, From: Day(fmt.Sprintf("20%02d-01-01", 10+i%15)), To: Day(fmt.Sprintf("20%02d-12-31", 11+i%15)), Providers: []Org{{Ref: fmt.Sprint("O", i%60)}}})
	}
	for _, c := range []Columns{ByTheme, ByProvision} {
		b.Run(string(c), func(b *testing.B) {
			for b.Loop() {
				bd.matrix(Filter{Columns: c}, needs, activities)
			}
		})
	}
}
