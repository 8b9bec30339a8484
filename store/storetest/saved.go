package storetest

import (
	"testing"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"a saved search is its owner's alone and remembers when it was looked at", savedSearches})
}

func savedSearches(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := library.Searches{Store: store.SavedSearches{DB: db}, Now: func() time.Time { return now }}
	_, err := s.Keep(ctx, identity.Actor{}, "Gifts", "q=gifts")
	w.fails(err, fault.Unauthenticated)
	_, err = s.Keep(ctx, w.as("focal"), "  ", "q=gifts")
	w.fails(err, fault.Invalid)
	once := w.as("focal")
	made, err := s.Keep(ctx, once, "Gifts", "q=gifts&country=QM")
	w.ok(err)
	again, err := s.Keep(ctx, once, "Gifts", "q=gifts&country=QM")
	w.ok(err)
	list := func(who string) []library.Saved {
		got, err := s.List(ctx, w.as(who))
		w.ok(err)
		return got
	}
	if got := list("focal"); len(got) != 1 || made != again || got[0].Query != "q=gifts&country=QM" || !got[0].LookedAt.Equal(now) {
		t.Fatalf("%v, %v: %+v", made, again, got)
	}
	if n := len(list("approver")); n != 0 {
		t.Fatal("somebody else sees it")
	}
	_, err = s.Look(ctx, w.as("approver"), made)
	w.fails(err, fault.NotFound)
	w.fails(s.Drop(ctx, w.as("approver"), made), fault.NotFound)
	before := now
	now = now.Add(time.Hour)
	x, err := s.Look(ctx, w.as("focal"), made)
	w.ok(err)
	if got := list("focal"); !x.LookedAt.Equal(before) || !got[0].LookedAt.Equal(now) {
		t.Fatalf("looked: %+v, then %+v", x, got)
	}
	w.ok(s.Drop(ctx, w.as("focal"), made))
	if n := len(list("focal")); n != 0 {
		t.Fatal("it is still there")
	}
}
