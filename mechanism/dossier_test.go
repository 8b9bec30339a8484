package mechanism

import (
	"slices"
	"testing"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/convention"
	"merida/fault"
)

var day = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

func TestTheMeetingBefore(t *testing.T) {
	at := func(id MeetingID, days int) Meeting {
		b := day.AddDate(0, 0, days)
		return Meeting{ID: id, Begins: b, Ends: b.Add(time.Hour)}
	}
	cancelled := at("cancelled", -5)
	cancelled.CancelledAt = day.AddDate(0, 0, -6)
	all := []Meeting{at("next", 10), at("later", 40), cancelled, at("last", -20), at("first", -80)}
	for _, c := range []struct {
		of    MeetingID
		since time.Time
	}{
		{"", all[3].Ends}, {"next", all[3].Ends}, {"later", all[0].Ends}, {"last", all[4].Ends}, {"first", time.Time{}},
	} {
		m, since, err := around(all, c.of, day)
		if err != nil || !since.Equal(c.since) || (c.of != "") != (m != nil) || m != nil && m.ID != c.of {
			t.Errorf("%s: %v since %s, want %s: %v", c.of, m, since, c.since, err)
		}
	}
	if _, _, err := around(all, "none", day); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown meeting: %v", err)
	}
}

func TestReleasedAndPublicAnswersAreOne(t *testing.T) {
	content := func(missing string) assessment.Content { return assessment.Content{Lang: "en", Missing: missing} }
	public := []assessment.Public{
		{Answer: "a", Order: 2, Version: 3, Content: content("public 3"), PublishedAt: day},
		{Answer: "b", Order: 1, Version: 1, Content: content("public 1"), PublishedAt: day},
		{Answer: "c", Order: 3, Version: 2, Content: content(""), PublishedAt: day}, // published in part
		{Answer: "d", Order: 4, Version: 2, Content: content("same"), PublishedAt: day},
	}
	released := []Release{
		{Answer: "a", Party: "QM", Order: 2, Version: 2, Content: content("released 2")},
		{Answer: "b", Party: "QM", Order: 1, Version: 4, Content: content("released 4")},
		{Answer: "c", Party: "QM", Order: 3, Version: 2, Content: content("whole")},
		{Answer: "d", Party: "QM", Order: 4, Version: 2, Content: content("same")},
		{Answer: "e", Party: "QM", Order: 5, Version: 1, Content: content("released alone")},
		{Answer: "x", Party: "QN", Order: 1, Version: 1, Content: content("another State's")},
	}
	got := told("QM", public, released)
	want := []struct {
		answer   assessment.AnswerID
		missing  string
		released bool
	}{{"b", "released 4", true}, {"a", "public 3", false}, {"c", "whole", true}, {"d", "same", false}, {"e", "released alone", true}}
	if len(got) != len(want) {
		t.Fatalf("%d answers: %+v", len(got), got)
	}
	for i, w := range want {
		if got[i].Answer != w.answer || got[i].Content.Missing != w.missing || got[i].Released != w.released {
			t.Errorf("%d: %+v, want %+v", i, got[i], w)
		}
	}
}

func TestGaps(t *testing.T) {
	need := func(id assistance.NeedID, status assistance.NeedStatus, on ...convention.ID) assistance.Need {
		return assistance.Need{ID: id, NeedContent: assistance.NeedContent{Provisions: on, Status: status}}
	}
	s := StateDossier{
		Needs: []assistance.Need{need("open", assistance.Open, "uncac/art_9/para_1"), need("served", assistance.Open, "uncac/art_15"), need("met", assistance.Met, "uncac/art_52")},
		Answers: []Told{
			{Answer: "asked", Provision: "uncac/art_9", Content: assessment.Content{Missing: "x"}},
			{Answer: "below", Provision: "uncac/art_15/para_1/point_a", Content: assessment.Content{Missing: "x"}},
			{Answer: "unasked", Provision: "uncac/art_16/para_1", Content: assessment.Content{Missing: "x"}},
			{Answer: "nothing missing", Provision: "uncac/art_17"},
			{Answer: "not the same number", Provision: "uncac/art_52_bis", Content: assessment.Content{Missing: "x"}},
		},
		Served: map[assistance.NeedID][]assistance.ActivityID{"served": {"activity"}},
	}
	got := gaps(s)
	want := []Gap{{Provision: "uncac/art_9/para_1", Need: "open"}, {Provision: "uncac/art_16/para_1", Answer: "unasked"}, {Provision: "uncac/art_52_bis", Answer: "not the same number"}}
	if !slices.Equal(got, want) {
		t.Errorf("gaps: %+v", got)
	}
}

func TestWhatChangedSince(t *testing.T) {
	s := StateDossier{
		Needs:      []assistance.Need{{ID: "old", ChangedAt: day.Add(-time.Hour)}, {ID: "new", ChangedAt: day.Add(time.Hour)}},
		Activities: []assistance.Activity{{ID: "newer", ChangedAt: day.Add(2 * time.Hour)}, {ID: "just then", ChangedAt: day}},
	}
	got := changes(s, day)
	if len(got) != 2 || got[0].ID != "newer" || got[1].ID != "new" || got[1].Kind != NeedChanged {
		t.Errorf("changes: %+v", got)
	}
}
