package storetest

import (
	"testing"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/store"
	"merida/treaty"
)

func init() {
	cases = append(cases,
		testCase{"a treaty's text stands whole, is replaced, and comes back when the newer one is taken back", treatyTexts},
		testCase{"reference files are kept in editions", references})
}

func treatyTexts(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	tree, err := convention.Load()
	w.ok(err)
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) // stands still, as clocks sometimes do
	s := treaty.Service{Store: store.Treaties{DB: db}, Conventions: tree, Now: func() time.Time { return now }}
	text := func(words string) treaty.Text {
		return treaty.Text{Convention: "untoc", Lang: "fr", Status: lang.Authentic, Source: "Recueil", Date: "2000-11-15",
			Passages: []treaty.Passage{{Provision: "untoc/art_2", Text: "Deux."}, {Provision: "untoc/art_1", Text: words}}}
	}
	load := func(words string, want treaty.Outcome) {
		t.Helper()
		got, found, err := s.Load(ctx, w.as("officer"), text(words), false)
		w.ok(err)
		if got != want || len(found) != 39 { // the articles that this text lacks
			t.Errorf("%q: %s with %d findings, not %s", words, got, len(found), want)
		}
	}
	reads := func(want string) {
		t.Helper()
		r, ok, err := s.Read(ctx, "untoc/art_1", "es")
		w.ok(err)
		if got := r.Text.Source; want == "" && ok || want != "" && (!ok || len(r.Lines) != 1 || r.Lines[0].Text != want || got != "Recueil" || r.Text.By != "") {
			t.Errorf("%v %+v, not %q", ok, r, want)
		}
	}
	mark := func() int64 {
		m, err := s.Store.Mark(ctx)
		w.ok(err)
		return m
	}
	reads("")
	for _, who := range []string{"focal", "approver", "provider"} {
		_, _, err = s.Load(ctx, w.as(who), text("Un."), false)
		w.fails(err, fault.Denied)
		_, err = s.TakeBack(ctx, w.as(who), "untoc", "fr")
		w.fails(err, fault.Denied)
	}
	if got, _, err := s.Load(ctx, w.as("officer"), text("Un."), true); err != nil || got != treaty.Added || mark() != 0 {
		t.Errorf("a dry run: %s, %v", got, err)
	}
	load("Un.", treaty.Added)
	load("Un.", treaty.Unchanged)
	first := mark()
	load("Un bis.", treaty.Replaced)
	reads("Un bis.")
	second := mark()
	_, err = s.TakeBack(ctx, w.as("officer"), "untoc", "fr")
	w.ok(err)
	reads("Un.")
	if first == 0 || second <= first || mark() <= second {
		t.Errorf("the mark does not grow: %d, %d, %d", first, second, mark())
	}
	all, err := s.Store.Passages(ctx, "untoc", "fr", nil)
	w.ok(err)
	if len(all) != 2 || all[0].Provision != "untoc/art_1" {
		t.Errorf("not in printed order: %+v", all)
	}
	bad := text("Un.")
	bad.Passages = append(bad.Passages, treaty.Passage{Provision: "untoc/art_99", Text: "Rien.", Line: 7})
	got, found, err := s.Load(ctx, w.as("officer"), bad, false)
	w.ok(err)
	if got != treaty.Refused || len(found) != 1 || found[0].Line != 7 || !found[0].Fatal {
		t.Errorf("%s %+v", got, found)
	}
	has, lacks, err := s.Languages(ctx, "untoc")
	w.ok(err)
	if len(has) != 1 || has[0] != "fr" || len(lacks) != 5 {
		t.Errorf("%v, %v", has, lacks)
	}
	_, err = s.TakeBack(ctx, w.as("officer"), "untoc", "fr")
	w.ok(err)
	reads("")
	_, err = s.TakeBack(ctx, w.as("officer"), "untoc", "fr")
	w.fails(err, fault.NotFound)
	load("Un.", treaty.Added)
	NothingPublic(t, db, w.as("officer").Account)
}

func references(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := treaty.Service{Store: store.Treaties{DB: db}, Now: func() time.Time { now = now.Add(time.Second); return now }}
	refer := func(id, body string, dry bool, want treaty.Outcome) {
		t.Helper()
		got, err := s.Refer(ctx, w.as("officer"), treaty.AConvention, id, []byte(body), dry)
		w.ok(err)
		if got != want {
			t.Errorf("%s: %s, not %s", body, got, want)
		}
	}
	stands := func(want ...string) {
		t.Helper()
		rs, err := s.Store.References(ctx)
		w.ok(err)
		var got []string
		for _, r := range rs {
			got = append(got, r.ID+"="+string(r.Body))
		}
		if len(got) != len(want) {
			t.Fatalf("%v, not %v", got, want)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Errorf("%v, not %v", got, want)
			}
		}
	}
	_, err := s.Refer(ctx, w.as("focal"), treaty.AConvention, "a", nil, false)
	w.fails(err, fault.Denied)
	refer("a", "1", true, treaty.Added)
	stands()
	refer("a", "1", false, treaty.Added)
	refer("a", "1", false, treaty.Unchanged)
	refer("b", "1", false, treaty.Added)
	refer("a", "2", false, treaty.Replaced)
	stands("b=1", "a=2")
	w.fails(s.Withdraw(ctx, w.as("approver"), treaty.AConvention, "a"), fault.Denied)
	w.ok(s.Withdraw(ctx, w.as("officer"), treaty.AConvention, "a"))
	stands("a=1", "b=1")
	w.ok(s.Withdraw(ctx, w.as("officer"), treaty.AConvention, "a"))
	w.fails(s.Withdraw(ctx, w.as("officer"), treaty.AConvention, "a"), fault.NotFound)
	stands("b=1")
}
