package storetest

import (
	"testing"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"a translation belongs to a version", translation})
}

func translation(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	id := w.editorial("tr-1", "QM", "uno", library.Life{})
	english := func(text string, s lang.Status) library.Translated {
		return library.Translated{Translation: library.Translation{Measure: id, Lang: "en", Status: s, Title: "Test Act", Maker: "canary maker", Format: "md"},
			Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Heading: "One", Text: text}}}
	}
	add := func(who string, x library.Translated) library.Outcome {
		t.Helper()
		w.pass()
		o, err := w.lib.Translate(ctx, w.as(who), x)
		w.ok(err)
		return o
	}
	fails := func(who string, x library.Translated, k fault.Kind) {
		t.Helper()
		_, err := w.lib.Translate(ctx, w.as(who), x)
		w.fails(err, k)
	}
	for who, k := range map[string]fault.Kind{"public": fault.Unauthenticated, "focal": fault.Denied, "approver": fault.Denied, "provider": fault.Denied, "auditor": fault.Denied} {
		fails(who, english("one", lang.Courtesy), k)
	}
	bad := english("one", lang.Courtesy)
	bad.Lang = "es"
	fails("officer", bad, fault.Invalid)
	bad = english("one", lang.Courtesy)
	bad.N = 2
	fails("officer", bad, fault.NotFound)

	if o, err := w.lib.ForeseeTranslation(ctx, w.as("officer"), english("one", lang.Machine)); err != nil || o != library.Added {
		t.Fatal(o, err)
	}
	if o := add("officer", english("one", lang.Machine)); o != library.Added {
		t.Fatal(o)
	}
	if o := add("officer", english("one", lang.Machine)); o != library.Unchanged {
		t.Fatalf("the same again: %s", o)
	}
	if o := add("officer", english("one, better", lang.OfficialTr)); o != library.Revised {
		t.Fatal(o)
	}
	ts, err := w.lib.Store.Translations(ctx, identity.Sight{}, id)
	w.ok(err)
	if len(ts) != 1 || ts[0].Edition != 2 || ts[0].N != 1 || ts[0].Status != lang.OfficialTr || ts[0].Maker != "canary maker" || ts[0].By != "" || !ts[0].RecordedAt.Equal(w.now) {
		t.Fatalf("%+v", ts)
	}
	got, err := w.lib.Store.Translated(ctx, w.who["officer"].Sight(), id, 1, "en")
	w.ok(err)
	if len(got.Sections) != 1 || got.Sections[0].Text != "one, better" || got.Sections[0].Heading != "One" || got.Hash != library.HashSections(got.Sections) {
		t.Fatalf("%+v", got)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM translation_section`); n != 2 {
		t.Errorf("%d sections are kept, the older edition among them", n)
	}
	// A newer text leaves the translation where it is.
	w.editorial("tr-1", "QM", "dos", library.Life{})
	m, err := w.lib.Store.Measure(ctx, identity.Sight{}, id)
	w.ok(err)
	if ts, err = w.lib.Store.Translations(ctx, identity.Sight{}, id); err != nil || len(ts) != 1 || !ts[0].Stale(m) {
		t.Fatalf("%+v, %v", ts, err)
	}
	_, err = w.lib.Store.Translated(ctx, identity.Sight{}, id, 2, "en")
	w.fails(err, fault.NotFound)
	if o := add("officer", english("two", lang.Courtesy)); o != library.Added { // of the newest version
		t.Fatal(o)
	}
	if ts, err = w.lib.Store.Translations(ctx, identity.Sight{}, id); err != nil || len(ts) != 2 || ts[0].N != 2 {
		t.Fatalf("%+v, %v", ts, err)
	}
	if _, damaged, err := store.CheckHashes(ctx, db, nil); err != nil || len(damaged) > 0 {
		t.Fatal(damaged, err)
	}

	// What a State keeps to itself is translated by its people and seen by nobody else.
	own := w.law("focal", "Own Act (demonstration)")
	x := english("canary words", lang.Courtesy)
	x.Measure, x.Lang = own, "fr"
	fails("officer", x, fault.NotFound)
	add("focal", x)
	for name, who := range w.who {
		_, err := w.lib.Store.Translated(ctx, who.Sight(), own, 1, "fr")
		if inside := who.Party == "QM"; inside != (err == nil) {
			t.Errorf("%s asks for it: %v", name, err)
		}
	}
	NothingPublic(t, db, "canary words", string(w.who["focal"].Account))
}
