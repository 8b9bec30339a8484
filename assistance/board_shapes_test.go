package assistance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// rows is a store that holds rows for the board and nothing else.
type rows struct {
	Store
	needs      []*NeedRow
	activities []*ActivityRow
}

func (r rows) Changed(context.Context, int64, int) ([]NeedID, []ActivityID, int64, bool, error) {
	return nil, nil, 0, false, nil
}

func (r rows) NeedRows(_ context.Context, _ bool, _ []NeedID, fn func(NeedRow)) error {
	for _, n := range r.needs {
		n := *n
		n.Shown, n.Rank = true, 9
		fn(n)
	}
	return nil
}

func (r rows) ActivityRows(_ context.Context, _ bool, _ []ActivityID, fn func(ActivityRow)) error {
	for _, a := range r.activities {
		a := *a
		a.Rank = 9
		fn(a)
	}
	return nil
}

func shapes(t testing.TB) *Board {
	b := board(t)
	act := func(id ActivityID, to []party.ID, f, org, typ string, phase Phase, from, end Day, c Cooperation) *ActivityRow {
		return &ActivityRow{ID: id, Recipients: to, Provisions: confirmed("uncac/art_9/para_1"), Forms: form(f), Phase: phase, From: from, To: end, Providers: []Org{{Ref: org, Type: typ}}, Cooperation: c}
	}
	b.Store = rows{
		needs: []*NeedRow{
			{ID: "n1", Party: "QM", Provisions: []convention.ID{"uncac/art_9"}, Form: "training", Status: Open, From: "2026-03-01", To: "2026-04-30"},
			{ID: "n2", Party: "QN", Provisions: []convention.ID{"uncac/art_9"}, Form: "equipment", Status: Open},
		},
		activities: []*ActivityRow{
			act("a1", []party.ID{"QM", "QN"}, "training", "A", "10", UnderWay, "2026-01-15", "2026-06-30", ""),
			act("a2", []party.ID{"QM"}, "training", "B", "21", UnderWay, "2026-06-01", "", SouthSouth),
			act("a3", nil, "training", "C", "40", Planned, "2026-01-01", "2026-12-31", Triangular),
			act("a4", []party.ID{"QN"}, "training", "B", "21", Stopped, "2026-01-01", "2026-12-31", ""),
			act("a5", []party.ID{"QP"}, "training", "B", "80", Completed, "", "", ""),
		},
	}
	return b
}

func TestGroupingsCountARecordOnce(t *testing.T) {
	b := shapes(t)
	m, err := b.Matrix(t.Context(), identity.Sight{}, Filter{Columns: ByChapter, Groups: []Grouping{
		{Code: "group", Parties: []party.ID{"QM", "QN"}}, {Code: "other", Parties: []party.ID{"QP"}}, {Code: "none", Parties: []party.ID{}, NoState: true}, {Code: "all", NoState: true}}})
	if err != nil || len(m.Rows) != 4 {
		t.Fatalf("%d rows: %v", len(m.Rows), err)
	}
	// a1 serves two States and counts once; QM asked for training and QN did not, so a1 is unasked in the group.
	want := Cell{Unmet: 2, UnderWay: 2, Stopped: 1, Providers: 2, Overlaps: 1, Unasked: 1}
	if m.Rows[0].Group != "group" || m.Rows[0].Total != want {
		t.Errorf("group %+v, want %+v", m.Rows[0], want)
	}
	if m.Rows[1].Total != (Cell{Done: 1}) {
		t.Errorf("other %+v", m.Rows[1].Total)
	}
	if m.Rows[2].Total != (Cell{Planned: 1, Providers: 1, Unasked: 1}) {
		t.Errorf("without a State %+v", m.Rows[2].Total)
	}
	if m.Total != m.Rows[3].Total || m.Total.Activities() != 5 || m.Total.Needs() != 2 {
		t.Errorf("all %+v, total %+v", m.Rows[3].Total, m.Total)
	}
	one, err := b.Matrix(t.Context(), identity.Sight{}, Filter{Parties: []party.ID{NoState}})
	if err != nil || len(one.Rows) != 1 || one.Total.Planned != 1 {
		t.Errorf("the records without a State: %+v, %v", one.Rows, err)
	}
}

func TestFiltersOfProviderAndCooperation(t *testing.T) {
	b := shapes(t)
	for name, c := range map[string]struct {
		f    Filter
		want []ActivityID
	}{
		"everything":          {Filter{}, []ActivityID{"a3", "a1", "a2", "a1", "a4", "a5"}},
		"South-South":         {Filter{Cooperation: SouthSouth}, []ActivityID{"a2"}},
		"triangular":          {Filter{Cooperation: Triangular}, []ActivityID{"a3"}},
		"non-State":           {Filter{ProviderTypes: NonState.Types()}, []ActivityID{"a2", "a4", "a5"}},
		"States":              {Filter{ProviderTypes: StateProvider.Types()}, []ActivityID{"a1", "a1"}},
		"one provider":        {Filter{Provider: "B"}, []ActivityID{"a2", "a4", "a5"}},
		"some of them":        {Filter{Among: []party.ID{"QN"}}, []ActivityID{"a1", "a4"}},
		"one State":           {Filter{Parties: []party.ID{"QM"}}, []ActivityID{"a1", "a2"}},
		"a form":              {Filter{Forms: []string{"equipment"}}, nil},
		"before it began":     {Filter{To: "2025-12-31"}, []ActivityID{"a5"}},
		"another article":     {Filter{Provision: "uncac/art_52"}, nil},
		"State not among":     {Filter{Parties: []party.ID{"QM"}, Among: []party.ID{"QN"}}, nil},
		"a theme that is not": {Filter{Theme: "asset_recovery"}, nil},
	} {
		got, err := b.Doings(t.Context(), identity.Sight{}, c.f)
		if err != nil {
			t.Fatal(err)
		}
		var ids []ActivityID
		for _, d := range got {
			ids = append(ids, d.Activity)
		}
		if !slices.Equal(ids, c.want) {
			t.Errorf("%s: %v, want %v", name, ids, c.want)
		}
	}
	if NonState.Types() == nil || ProviderKind("x").Types() != nil {
		t.Error("kinds of providers")
	}
	if k := (Content{CollaborationType: "8"}).Kind(); k != Triangular {
		t.Errorf("collaboration type 8 is %q", k)
	}
	if k := (Content{CollaborationType: "8", Cooperation: SouthSouth}).Kind(); k != SouthSouth {
		t.Errorf("the record's own word is %q", k)
	}
}

func TestTimeline(t *testing.T) {
	b := shapes(t)
	line, err := b.Timeline(t.Context(), identity.Sight{}, Filter{From: "2026-02-10", To: "2026-07-01"})
	if err != nil || len(line.Months) != 6 || line.Months[0] != "2026-02" || line.Months[5] != "2026-07" {
		t.Fatalf("months %v: %v", line.Months, err)
	}
	if len(line.Rows) != 2 || line.Rows[0].Party != "QM" || line.Rows[1].Party != "QN" {
		t.Fatalf("rows %+v", line.Rows)
	}
	qm := line.Rows[0]
	if !slices.Equal(qm.Needs, []int{0, 1, 1, 0, 0, 0}) || !slices.Equal(qm.Activities, []int{1, 1, 1, 1, 2, 1}) {
		t.Errorf("QM %+v", qm)
	}
	// a1 serves both and counts once in the total; a4 is stopped; a5 and n2 state no days.
	if !slices.Equal(line.Total.Activities, []int{1, 1, 1, 1, 2, 1}) || line.Undated != 2 || line.Bars != nil {
		t.Errorf("total %+v, undated %d, bars %v", line.Total, line.Undated, line.Bars)
	}
	one, err := b.Timeline(t.Context(), identity.Sight{}, Filter{Parties: []party.ID{"QM"}, From: "2026-02-10", To: "2026-07-01"})
	if err != nil || len(one.Bars) != 3 || one.Bars[0].Activity != "a1" || one.Bars[1].Need != "n1" || one.Bars[2].Activity != "a2" {
		t.Errorf("bars %+v: %v", one.Bars, err)
	}
	long, err := b.Timeline(t.Context(), identity.Sight{}, Filter{From: "1990-01-01", To: "2090-01-01"})
	if err != nil || len(long.Months) != 120 {
		t.Errorf("%d months: %v", len(long.Months), err)
	}
	if back, err := b.Timeline(t.Context(), identity.Sight{}, Filter{From: "2026-07-01", To: "2026-02-10"}); err != nil || len(back.Months) != 0 {
		t.Errorf("a period that runs backwards: %v, %v", back.Months, err)
	}
}

func TestSimilar(t *testing.T) {
	b := shapes(t)
	draft := ActivityDraft{Content: Content{Status: "1", Recipients: []Recipient{{Party: "QM"}, {Party: "QN"}}, Orgs: []Org{{Ref: "D", Role: "1", Name: lang.T("en", "D")}}, Dates: []Date{{Type: "1", On: "2026-06-15"}, {Type: "3", On: "2026-12-31"}}},
		Provisions: []convention.ID{"uncac/art_9"}, Forms: []string{"training"}}
	got, err := b.Similar(t.Context(), identity.Sight{}, "", draft)
	if err != nil || len(got) != 3 || got[0].Activity != "a1" || got[0].Party != "QM" || got[0].From != "2026-06-15" || got[0].To != "2026-06-30" || got[1].Activity != "a2" || got[2].Party != "QN" {
		t.Fatalf("%+v: %v", got, err)
	}
	draft.Orgs[0].Ref = "B"
	if got, err = b.Similar(t.Context(), identity.Sight{}, "", draft); err != nil || len(got) != 2 {
		t.Errorf("an activity of the same provider is no rival: %+v, %v", got, err)
	}
	draft.Forms = []string{"equipment"}
	if got, err = b.Similar(t.Context(), identity.Sight{}, "", draft); err != nil || len(got) != 0 {
		t.Errorf("another form: %+v, %v", got, err)
	}
	draft.Forms, draft.Status = []string{"training"}, "4"
	if got, err = b.Similar(t.Context(), identity.Sight{}, "", draft); err != nil || len(got) != 0 {
		t.Errorf("a completed one: %+v, %v", got, err)
	}
}

func TestPairs(t *testing.T) {
	b := shapes(t)
	for name, c := range map[string]struct {
		org  string
		of   party.ID
		want []Pair
	}{
		"one provider":  {"A", "", []Pair{{Party: "QM", Own: "a1"}}},
		"the other":     {"B", "", []Pair{{Party: "QM", Own: "a2"}}},
		"a third":       {"C", "", nil},
		"the State":     {"", "QM", []Pair{{Party: "QM"}}},
		"another State": {"", "QN", nil},
		"nobody":        {"", "", nil},
	} {
		got, err := b.Pairs(t.Context(), identity.Sight{}, c.org, c.of)
		if err != nil || len(got) != len(c.want) {
			t.Errorf("%s: %+v, %v", name, got, err)
			continue
		}
		for i, w := range c.want {
			if got[i].Party != w.Party || got[i].Own != w.Own || got[i].A != "a1" || got[i].B != "a2" {
				t.Errorf("%s: %+v, want %+v", name, got[i], w)
			}
		}
	}
}

// full is a board of 192 States, 310 provisions, 50,000 activities and 20,000 needs.
func full(b testing.TB) *Board {
	bd := board(b)
	leaves := bd.Conventions.Leaves("uncac")
	forms := []string{"training", "legislative-drafting", "model-legislation", "expert-advice", "equipment"}
	types := []string{"10", "40", "21", "60"}
	var st rows
	for i := range 20_000 {
		st.needs = append(st.needs, &NeedRow{ID: NeedID(fmt.Sprint("n", i)), Party: party.ID(fmt.Sprint("P", i%192)), Provisions: []convention.ID{leaves[i*7%len(leaves)].ID}, Form: forms[i%5], Status: Open})
	}
	for i := range 50_000 {
		st.activities = append(st.activities, &ActivityRow{ID: ActivityID(fmt.Sprint("a", i)), Recipients: []party.ID{party.ID(fmt.Sprint("P", i%192))}, Provisions: confirmed(leaves[i*11%len(leaves)].ID), Forms: form(forms[i%5]),
			Phase: UnderWay, From: Day(fmt.Sprintf("20%02d-01-01", 10+i%15)), To: Day(fmt.Sprintf("20%02d-12-31", 11+i%15)), Providers: []Org{{Ref: fmt.Sprint("O", i%60), Type: types[i%4]}}, Cooperation: []Cooperation{"", SouthSouth, Triangular}[i%3]})
	}
	bd.Store = st
	return bd
}

// BenchmarkView is what a page asks of the board, from the question to the answer: each of its shapes, and with filters.
func BenchmarkView(b *testing.B) {
	bd := full(b)
	var some []party.ID
	for i := range 54 {
		some = append(some, party.ID(fmt.Sprint("P", i)))
	}
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"themes", func() error { _, err := bd.Matrix(b.Context(), identity.Sight{}, Filter{}); return err }},
		{"provisions", func() error {
			_, err := bd.Matrix(b.Context(), identity.Sight{}, Filter{Columns: ByProvision})
			return err
		}},
		{"forms", func() error { _, err := bd.Matrix(b.Context(), identity.Sight{}, Filter{Columns: ByForm}); return err }},
		{"groups", func() error {
			_, err := bd.Matrix(b.Context(), identity.Sight{}, Filter{Groups: []Grouping{{Code: "a", Parties: some}, {Code: "all", NoState: true}}})
			return err
		}},
		{"filtered", func() error {
			_, err := bd.Matrix(b.Context(), identity.Sight{}, Filter{Columns: ByArticle, From: "2020-01-01", To: "2022-12-31", ProviderTypes: NonState.Types(), Cooperation: SouthSouth, Among: some, Forms: []string{"training", "equipment"}})
			return err
		}},
		{"timeline", func() error { _, err := bd.Timeline(b.Context(), identity.Sight{}, Filter{}); return err }},
		{"doings", func() error { _, err := bd.Doings(b.Context(), identity.Sight{}, Filter{}); return err }},
	} {
		if err := c.ask(); err != nil { // the first question reads the store
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
