package main

import (
	"io"
	"testing"

	"merida/fault"
	"merida/identity"
)

func TestADemonstrationStartedAgainKeepsItsPeople(t *testing.T) {
	a, _, people := filledWith(t)
	again, err := a.people(t.Context(), &env{out: io.Discard, err: io.Discard})
	if err != nil || len(again) != len(people) {
		t.Fatalf("%d people, then %d: %v", len(people), len(again), err)
	}
}

func TestAHalfFilledDemonstrationIsNotShown(t *testing.T) {
	a := unfilled(t)
	_, _, whole := filledWith(t)
	// The filling broke off after its first people.
	if _, err := a.identity.Add(t.Context(), identity.OperatorActor(), identity.Account{Name: whole[0].Account.Name, Role: whole[0].Account.Role, Party: whole[0].Account.Party,
		Organisation: whole[0].Account.Organisation, Agency: whole[0].Account.Agency}); err != nil {
		t.Fatal(err)
	}
	if people, err := a.people(t.Context(), &env{out: io.Discard, err: io.Discard}); !fault.Is(err, fault.Conflict) {
		t.Fatalf("half a demonstration was served to %d people: %v", len(people), err)
	}
}
