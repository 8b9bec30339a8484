package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"merida/fault"
)

var kinds = []fault.Kind{fault.Internal, fault.Invalid, fault.Unauthenticated, fault.Denied, fault.NotFound, fault.Conflict,
	fault.Precondition, fault.TooLarge, fault.RateLimited, fault.Unavailable, fault.StorageFull}

func TestEveryKindHasItsOwnName(t *testing.T) {
	seen := map[string]fault.Kind{}
	for _, k := range kinds {
		if other, twice := seen[k.String()]; twice {
			t.Errorf("kinds %d and %d are both called %s", other, k, k)
		}
		seen[k.String()] = k
		if got := fault.Of(k).MessageKey(); got != "fault."+k.String() {
			t.Errorf("the general message of %s is %s", k, got)
		}
	}
	for _, k := range []fault.Kind{-1, 1000, fault.StorageFull + 1} {
		if k.String() != "internal" {
			t.Errorf("the unknown kind %d is called %s", k, k)
		}
	}
}

func TestKindIsFoundThroughWrapping(t *testing.T) {
	base := fault.New(fault.Conflict, "x.y", nil)
	err := fmt.Errorf("save answer 7: %w", fmt.Errorf("store: %w", base))
	if fault.KindOf(err) != fault.Conflict || !fault.Is(err, fault.Conflict) || fault.Is(err, fault.Internal) {
		t.Errorf("kind of %v: %v", err, fault.KindOf(err))
	}
	if fault.KindOf(errors.New("disk on fire")) != fault.Internal {
		t.Error("an unknown error is not internal")
	}
	if fault.Is(nil, fault.Internal) {
		t.Error("no error is a fault")
	}
	outer := fault.Wrap(fault.Unavailable, "fault.stopping", base)
	if fault.KindOf(outer) != fault.Unavailable || !errors.Is(outer, base) {
		t.Error("the outer fault decides the kind and keeps its cause")
	}
}

func TestErrorTellsTheLogEverything(t *testing.T) {
	e := &fault.Error{Kind: fault.Invalid, Key: "a.b", Args: fault.Args{"n": 3}, Fields: []fault.Field{{Name: "email", Key: "fault.required"}}, Err: errors.New("cause")}
	for _, part := range []string{"invalid", "a.b", "n=3", "email: fault.required", "cause"} {
		if !strings.Contains(e.Error(), part) {
			t.Errorf("%q does not tell %q", e.Error(), part)
		}
	}
}

func TestListKeepsEveryField(t *testing.T) {
	var l fault.List
	if err := l.Err(); err != nil {
		t.Fatalf("an empty list is the error %v", err)
	}
	l.Add("a", "fault.required", nil)
	l.Add("b", "fault.too_long", fault.Args{"limit": 5})
	e, ok := l.Err().(*fault.Error)
	if !ok || e.Kind != fault.Invalid || len(e.Fields) != 2 || e.Fields[1].Name != "b" || e.Fields[1].Args["limit"] != 5 {
		t.Errorf("%+v", l.Err())
	}
	if e.MessageKey() != "fault.invalid" {
		t.Errorf("message %s", e.MessageKey())
	}
}
