package storetest

import (
	"testing"

	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"a State's contact point is public once its approver says so", contacts})
}

func contacts(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	reg := directory.Register{Store: store.Contacts{DB: db}, Now: w.ass.Now}
	c := directory.ContactPoint{Role: directory.TAContact, Office: lang.T("en", "Ministry of Justice (demonstration)"), Email: "desk@example.org", Languages: []lang.Tag{"en", "ar"}}
	_, err := reg.Keep(ctx, w.as("provider"), c)
	w.fails(err, fault.Denied)
	bad := c
	bad.Email, bad.From = "no address", "31/01/2026"
	_, err = reg.Keep(ctx, w.as("focal"), bad)
	w.fails(err, fault.Invalid)
	made, err := reg.Keep(ctx, w.as("focal"), c)
	w.ok(err)
	list := func(s identity.Sight) []directory.ContactPoint {
		got, err := reg.Store.Contacts(ctx, s, directory.ContactFilter{Party: "QM"})
		w.ok(err)
		return got
	}
	if n := len(list(identity.Sight{})); n != 0 {
		t.Fatalf("the public sees %d contact points that nobody published", n)
	}
	if n := len(list(w.who["other focal"].Sight())); n != 0 {
		t.Fatal("another State sees an unpublished contact point")
	}
	w.fails(reg.Publish(ctx, w.as("focal"), made), fault.Denied)
	w.fails(reg.Publish(ctx, w.as("other approver"), made), fault.NotFound)
	w.ok(reg.Publish(ctx, w.as("approver"), made))
	got := list(identity.Sight{})
	if len(got) != 1 || got[0].Email != "desk@example.org" || got[0].LastEditor != "" || len(got[0].Languages) != 2 {
		t.Fatalf("public: %+v", got)
	}
	own := list(w.who["focal"].Sight())[0]
	own.Person = "A. Desk (demonstration)"
	_, err = reg.Keep(ctx, w.as("focal"), own)
	w.ok(err)
	_, err = reg.Keep(ctx, w.as("focal"), own) // the revision is stale now
	w.fails(err, fault.Conflict)
	if n := len(list(identity.Sight{})); n != 0 {
		t.Fatal("a change is public before anybody published it")
	}
}
