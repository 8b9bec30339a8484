package storetest

import (
	"testing"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"a collection is its editors' until it is public, and names what is public alone", collections})
}

func collections(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	s := library.Collections{Store: store.Collections{DB: db}, Library: w.lib.Store, Known: w.lib.Known, Now: func() time.Time { now = now.Add(time.Second); return now }}
	open := w.editorial("open", "QM", "Nobody gives.", library.Life{})
	own := w.law("focal", "A law of its State's own")
	c := library.Collection{Titles: lang.T("fr", " Dons "), Intro: lang.T("fr", "Secret préparé."), Items: []library.CollectionItem{{Provision: "uncac/art_16"}, {Measure: open, Note: lang.T("fr", "Voir.")}}}
	for _, who := range []string{"public", "focal", "approver", "provider"} {
		_, err := s.Keep(ctx, w.as(who), c)
		if !fault.Is(err, fault.Denied) && !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: %v", who, err)
		}
	}
	once := w.as("officer")
	id, err := s.Keep(ctx, once, c)
	w.ok(err)
	again, err := s.Keep(ctx, once, c)
	w.ok(err)
	if id != again {
		t.Error("the repeated request made a second one")
	}
	for _, x := range []library.CollectionItem{{Measure: own}, {Measure: "nothing"}, {Provision: "untoc/art_1"}, {Measure: open, EID: "art_99"}, {Provision: "uncac/art_16"}} {
		bad := c
		bad.Items = append([]library.CollectionItem{{Provision: "uncac/art_16"}}, x)
		_, err := s.Keep(ctx, w.as("officer"), bad)
		w.fails(err, fault.Invalid)
	}
	_, err = s.Keep(ctx, w.as("officer"), library.Collection{Intro: lang.T("en", "No title")})
	w.fails(err, fault.Invalid)
	_, err = s.Get(ctx, identity.Actor{}, id)
	w.fails(err, fault.NotFound)
	_, err = s.Get(ctx, w.as("focal"), id)
	w.fails(err, fault.NotFound)
	NothingPublic(t, db, "Secret préparé.")
	got, err := s.Get(ctx, w.as("officer"), id)
	w.ok(err)
	if got.Rev != 1 || got.Titles.Pick("fr") != "Dons" || len(got.Items) != 2 || got.Items[1].Note.Pick("fr") != "Voir." {
		t.Errorf("%+v", got)
	}
	got.Public = true
	_, err = s.Keep(ctx, w.as("officer"), got)
	w.ok(err)
	_, err = s.Keep(ctx, w.as("officer"), got)
	w.fails(err, fault.Conflict)
	seen, err := s.Get(ctx, identity.Actor{}, id)
	w.ok(err)
	all, err := s.Find(ctx, identity.Actor{})
	w.ok(err)
	if len(all) != 1 || seen.By != "" || !seen.Public {
		t.Errorf("%+v, %+v", all, seen)
	}
	NothingPublic(t, db, w.as("officer").Account)
	w.fails(s.Drop(ctx, w.as("focal"), id, seen.Rev), fault.Denied)
	w.fails(s.Drop(ctx, w.as("officer"), id, 1), fault.Conflict)
	w.ok(s.Drop(ctx, w.as("officer"), id, seen.Rev))
	_, err = s.Get(ctx, w.as("officer"), id)
	w.fails(err, fault.NotFound)
}
