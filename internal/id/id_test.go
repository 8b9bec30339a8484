package id

import (
	"slices"
	"testing"
	"time"
)

func TestIDsSortInTheOrderOfTheirMaking(t *testing.T) {
	at := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	var made []string
	for ms := range 3 {
		for range 500 {
			made = append(made, New(at.Add(time.Duration(ms)*time.Millisecond)))
		}
	}
	if !slices.IsSorted(made) {
		t.Error("ids of one process do not sort in the order of their making")
	}
	if n := len(slices.Compact(slices.Clone(made))); n != len(made) {
		t.Errorf("%d different ids among %d", n, len(made))
	}
	for _, s := range made {
		if !Valid(s) {
			t.Fatalf("%q is made and not valid", s)
		}
	}
}

func TestValidRefusesWhatIsNoID(t *testing.T) {
	good := New(time.Now())
	for _, s := range []string{"", "x", good[:25], good + "0", "i" + good[1:], "../" + good[3:], good[:25] + "é"} {
		if Valid(s) {
			t.Errorf("%q counts as an id", s)
		}
	}
}

func TestSecretsDiffer(t *testing.T) {
	a, b := Secret(), Secret()
	if a == b || len(a) < 50 {
		t.Errorf("secrets %q and %q", a, b)
	}
}
