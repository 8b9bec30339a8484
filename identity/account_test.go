package identity_test

import (
	"path/filepath"
	"testing"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/store"
	"merida/store/sqlite"
)

// house is the service on a real store, with a clock that the test moves.
func house(t *testing.T) (*identity.Service, store.DB, *time.Time) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	return &identity.Service{Store: store.Identity{DB: db}, Now: func() time.Time { return now }}, db, &now
}

func add(t *testing.T, s *identity.Service, a identity.Account) identity.Account {
	t.Helper()
	a, err := s.Add(t.Context(), identity.OperatorActor(), a)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAddSaysWhichFieldIsWrong(t *testing.T) {
	s, _, _ := house(t)
	for name, c := range map[string]struct {
		a     identity.Account
		field string
	}{
		"no name":             {identity.Account{Role: identity.Officer, Name: "  "}, "name"},
		"unknown role":        {identity.Account{Role: "emperor", Name: "A"}, "role"},
		"the public":          {identity.Account{Role: identity.Anonymous, Name: "A"}, "role"},
		"the operator":        {identity.Account{Role: identity.Operator, Name: "A"}, "role"},
		"focal of no party":   {identity.Account{Role: identity.FocalPoint, Name: "A"}, "party"},
		"officer of a party":  {identity.Account{Role: identity.Officer, Name: "A", Party: "QM"}, "party"},
		"no address":          {identity.Account{Role: identity.Officer, Name: "A", Email: "not an address"}, "email"},
		"address with a name": {identity.Account{Role: identity.Officer, Name: "A", Email: "A <a@example.org>"}, "email"},
	} {
		_, err := s.Add(t.Context(), identity.OperatorActor(), c.a)
		var fields []string
		if e, ok := err.(*fault.Error); ok && name == "officer of a party" && e.Fields[0].Key != "fault.role_of_no_party" {
			t.Errorf("%s is told %s", name, e.Fields[0].Key)
		}
		if e, ok := err.(*fault.Error); ok && e.Kind == fault.Invalid {
			for _, f := range e.Fields {
				fields = append(fields, f.Name)
			}
		}
		if len(fields) != 1 || fields[0] != c.field {
			t.Errorf("%s: %v, should name the field %s", name, err, c.field)
		}
	}
}

func TestAnAddressHasOneAccountPerRole(t *testing.T) {
	s, _, _ := house(t)
	add(t, s, identity.Account{Role: identity.Officer, Name: "A", Email: "A@Example.org "})
	if _, err := s.Add(t.Context(), identity.OperatorActor(), identity.Account{Role: identity.Officer, Name: "B", Email: "a@example.ORG"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same address twice in a role: %v", err)
	}
	add(t, s, identity.Account{Role: identity.Auditor, Name: "A", Email: "a@example.org"})
}

func TestALinkSignsInOnce(t *testing.T) {
	s, db, now := house(t)
	ctx := t.Context()
	a := add(t, s, identity.Account{Role: identity.FocalPoint, Name: "A", Party: "QM"})
	secret, err := s.NewLink(ctx, identity.OperatorActor(), a, identity.LinkLife, false)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 { // a mail scanner follows the link
		if got, err := s.Peek(ctx, secret); err != nil || got.ID != a.ID {
			t.Fatalf("peek: %v %v", got, err)
		}
	}
	session, who, err := s.SignIn(ctx, secret, "req-1")
	if err != nil || who.ID != a.ID {
		t.Fatalf("%v %v", who, err)
	}
	if _, _, err := s.SignIn(ctx, secret, "req-2"); !fault.Is(err, fault.NotFound) {
		t.Errorf("the link signs in twice: %v", err)
	}
	actor, _, err := s.Who(ctx, session)
	if err != nil || actor.Account != a.ID || actor.Party != "QM" || actor.Role != identity.FocalPoint {
		t.Fatalf("%+v %v", actor, err)
	}
	if _, _, err := s.Who(ctx, secret); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("the secret of a link passes as a session: %v", err)
	}
	entries, err := store.AuditEntries(ctx, db, store.AuditFilter{Kind: "account", Object: a.ID})
	if err != nil || len(entries) == 0 || entries[0].Act != "session.sign_in" || entries[0].Request != "req-1" {
		t.Errorf("the record says %+v %v", entries, err)
	}
	*now = now.Add(time.Second)
	if err := s.SignOut(ctx, actor, session); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Who(ctx, session); !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("signed out and still in: %v", err)
	}
	if err := s.SignOut(ctx, actor, session); err != nil {
		t.Errorf("signing out again: %v", err)
	}
}

func TestALinkExpires(t *testing.T) {
	s, _, now := house(t)
	a := add(t, s, identity.Account{Role: identity.Officer, Name: "A"})
	secret, err := s.NewLink(t.Context(), identity.OperatorActor(), a, time.Hour, true)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // reusable, as in a demonstration
		if _, _, err := s.SignIn(t.Context(), secret, ""); err != nil {
			t.Fatal(err)
		}
	}
	*now = now.Add(time.Hour + time.Second)
	if _, err := s.Peek(t.Context(), secret); !fault.Is(err, fault.NotFound) {
		t.Errorf("an expired link shows its account: %v", err)
	}
	if _, _, err := s.SignIn(t.Context(), secret, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("an expired link signs in: %v", err)
	}
}

func TestSessionsEnd(t *testing.T) {
	s, _, now := house(t)
	ctx := t.Context()
	a := add(t, s, identity.Account{Role: identity.Officer, Name: "A"})
	secret, err := s.NewLink(ctx, identity.OperatorActor(), a, identity.LinkLife, true)
	if err != nil {
		t.Fatal(err)
	}
	enter := func() string {
		session, _, err := s.SignIn(ctx, secret, "")
		if err != nil {
			t.Fatal(err)
		}
		return session
	}
	in := func(session string) bool { _, _, err := s.Who(ctx, session); return err == nil }

	idle, busy, back := enter(), enter(), enter()
	begun := *now
	*now = begun.Add(identity.SessionIdle + time.Second)
	if in(idle) {
		t.Error("an idle session goes on")
	}
	*now = begun
	for at := begun; at.Sub(begun) <= identity.SessionWhole; at = at.Add(20 * time.Minute) {
		*now = at
		if !in(busy) {
			t.Fatalf("a session in use ended after %v", at.Sub(begun))
		}
	}
	*now = begun.Add(identity.SessionWhole + time.Second)
	if in(busy) {
		t.Error("a session lives longer than its whole time")
	}
	*now = begun.Add(-time.Hour) // the clock was set back
	if in(back) {
		t.Error("a clock that was set back keeps a session alive")
	}
	*now = begun
	again := enter()
	if err := s.Disable(ctx, identity.OperatorActor(), a.ID, true); err != nil {
		t.Fatal(err)
	}
	if in(again) {
		t.Error("the session of a disabled account goes on")
	}
	if _, _, err := s.SignIn(ctx, secret, ""); !fault.Is(err, fault.NotFound) {
		t.Errorf("a disabled account signs in: %v", err)
	}
}

func TestOnlyOwnContributorsAreInvited(t *testing.T) {
	s, _, _ := house(t)
	focal := add(t, s, identity.Account{Role: identity.FocalPoint, Name: "F", Party: "QM"}).Actor()
	for _, c := range []struct {
		a    identity.Account
		want fault.Kind
		ok   bool
	}{
		{identity.Account{Role: identity.Contributor, Name: "C", Party: "QM", Agency: "Audit Office"}, 0, true},
		{identity.Account{Role: identity.Contributor, Name: "C", Party: "QN"}, fault.NotFound, false},
		{identity.Account{Role: identity.Approver, Name: "C", Party: "QM"}, fault.Denied, false},
		{identity.Account{Role: identity.Administrator, Name: "C"}, fault.Denied, false},
	} {
		_, err := s.Add(t.Context(), focal, c.a)
		if c.ok && err != nil || !c.ok && !fault.Is(err, c.want) {
			t.Errorf("a focal point of QM adds %s of %s: %v", c.a.Role, c.a.Party, err)
		}
	}
}
