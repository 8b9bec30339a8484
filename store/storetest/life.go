package storetest

import (
	"testing"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"a version has a life of its own", versionLife},
		testCase{"a State validates what others record about it", validation},
	)
}

// editorial takes in a law about a State, as an import does.
func (w *world) editorial(source string, p party.ID, text string, life library.Life) library.ID {
	w.t.Helper()
	w.pass()
	known, err := w.lib.Store.BySource(w.t.Context(), []string{source})
	w.ok(err)
	id, _, err := w.lib.Intake(w.t.Context(), identity.OperatorActor(), known[source], library.Whole{
		Measure: library.Measure{SourceID: source, Country: p, Lang: "es", Titles: lang.T("es", "Ley de prueba (demostración)"), Status: life.Status},
		Version: library.Version{Format: "md", FileHash: text, Life: life}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: text}}})
	w.ok(err)
	return id
}

func versionLife(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	first := library.Life{Adopted: "2001-04", From: "2001-05-10", Until: "2014-12-31", Status: library.Amended, Source: "https://example.org/1"}
	id := w.editorial("life-1", "QM", "uno", first)
	w.editorial("life-1", "QM", "dos", library.Life{From: "2015-01-01", Status: library.InForce})
	for _, name := range []string{"public", "officer", "other focal"} {
		vs, err := w.lib.Store.Versions(ctx, w.who[name].Sight(), id)
		w.ok(err)
		if len(vs) != 2 || vs[1].Life != first || vs[0].Life != (library.Life{From: "2015-01-01", Status: library.InForce}) {
			t.Fatalf("%s reads %+v", name, vs)
		}
	}
	for day, want := range map[string]string{"2001-05-10": "uno", "2014-12-31": "uno", "2015-01-01": "dos"} {
		x, a, err := library.ReadAsOf(ctx, w.lib.Store, identity.Sight{}, id, day)
		w.ok(err)
		if a.N != x.Version.N || x.Sections[0].Text != want {
			t.Errorf("%s: version %d of %+v", day, x.Version.N, a)
		}
	}
	if x, a, err := library.ReadAsOf(ctx, w.lib.Store, identity.Sight{}, id, "2000-01-01"); err != nil || a.N != 0 || a.Next.N != 1 || x.Version.N != 2 {
		t.Errorf("before all: %+v, %v", a, err)
	}
	// The same file without dates takes none away; with other dates it changes them and makes no version.
	w.editorial("life-1", "QM", "dos", library.Life{})
	w.editorial("life-1", "QM", "dos", library.Life{Adopted: "2014"})
	m, err := w.lib.Store.Measure(ctx, identity.Sight{}, id)
	w.ok(err)
	vs, err := w.lib.Store.Versions(ctx, identity.Sight{}, id)
	w.ok(err)
	if m.Version != 2 || m.Status != library.InForce || vs[0].Life != (library.Life{Adopted: "2014", From: "2015-01-01", Status: library.InForce}) {
		t.Fatalf("%+v %+v", m, vs[0])
	}
	// Those who keep the repository say more; the newest version's status is the record's.
	said := library.Life{Adopted: "2014-11-01", From: "2015-01-01", Until: "2020", Status: library.Repealed}
	for name, want := range map[string]fault.Kind{"public": fault.Unauthenticated, "focal": fault.Denied, "approver": fault.Denied, "other approver": fault.Denied, "provider": fault.Denied, "auditor": fault.Denied, "reviewer": fault.Denied} {
		w.fails(w.lib.SetLife(ctx, w.as(name), id, 2, said, m.Rev), want)
	}
	w.fails(w.lib.SetLife(ctx, w.as("officer"), id, 2, said, m.Rev-1), fault.Conflict)
	w.fails(w.lib.SetLife(ctx, w.as("officer"), id, 3, said, m.Rev), fault.NotFound)
	w.fails(w.lib.SetLife(ctx, w.as("officer"), id, 2, library.Life{From: "2020", Until: "2019"}, m.Rev), fault.Invalid)
	officer := w.as("officer")
	w.pass()
	w.ok(w.lib.SetLife(ctx, officer, id, 2, said, m.Rev))
	w.ok(w.lib.SetLife(ctx, officer, id, 2, said, m.Rev)) // the same form sent twice
	after, err := w.lib.Store.Measure(ctx, identity.Sight{}, id)
	w.ok(err)
	vs, err = w.lib.Store.Versions(ctx, identity.Sight{}, id)
	w.ok(err)
	if after.Status != library.Repealed || after.Rev != m.Rev+1 || !after.ChangedAt.Equal(w.now) || vs[0].Life != said || vs[1].Life != first {
		t.Fatalf("%+v %+v", after, vs)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM audit_entry WHERE kind = 'measure' AND object = $1 AND role = 'officer'`, string(id)); n != 1 {
		t.Errorf("%d entries of the officer's act", n)
	}
	changed, _, err := w.lib.Store.Changed(ctx, 0, 1000)
	w.ok(err)
	if len(changed) == 0 || changed[len(changed)-1] != id {
		t.Error("the index does not learn of it")
	}
	// A State's own record is for its people, and once it is public for those who publish.
	own := w.law("focal", "Own Act (demonstration)")
	for name, want := range map[string]fault.Kind{"public": fault.NotFound, "officer": fault.NotFound, "other focal": fault.NotFound} {
		w.fails(w.lib.SetLife(ctx, w.as(name), own, 1, said, 1), want)
	}
	w.ok(w.lib.SetLife(ctx, w.as("focal"), own, 1, said, 1))
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE measure SET visibility = 'public', visibility_rank = 4 WHERE id = $1`, string(own))
		return err
	}))
	for name, want := range map[string]fault.Kind{"officer": fault.NotFound, "focal": fault.Denied} {
		w.fails(w.lib.SetLife(ctx, w.as(name), own, 1, said, 2), want)
	}
	w.ok(w.lib.SetLife(ctx, w.as("approver"), own, 1, library.Life{}, 2))
}

func validation(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	id := w.editorial("val-1", "QM", "uno", library.Life{})
	m, err := w.lib.Store.Measure(ctx, identity.Sight{}, id)
	w.ok(err)
	for name, want := range map[string]fault.Kind{"public": fault.Unauthenticated, "officer": fault.NotFound, "focal": fault.Denied, "contributor": fault.Denied, "other approver": fault.NotFound, "provider": fault.NotFound} {
		w.fails(w.lib.Validate(ctx, w.as(name), id, m.Rev), want)
	}
	w.fails(w.lib.Validate(ctx, w.as("approver"), id, m.Rev+1), fault.Conflict)
	w.pass()
	w.ok(w.lib.Validate(ctx, w.as("approver"), id, m.Rev))
	for _, name := range []string{"public", "other focal"} {
		m, err = w.lib.Store.Measure(ctx, w.who[name].Sight(), id)
		w.ok(err)
		if !m.Validated() || m.ValidatedBy != "QM" || !m.ValidatedAt.Equal(w.now) || m.ValidatedVersion != 1 {
			t.Fatalf("%s reads %+v", name, m)
		}
	}
	if n := count(t, db, `SELECT COUNT(*) FROM audit_entry WHERE act = 'measure.validate' AND party = 'QM' AND object = $1`, string(id)); n != 1 {
		t.Errorf("%d entries", n)
	}
	waiting := func() int {
		t.Helper()
		_, n, err := w.lib.Store.Find(ctx, identity.Sight{}, library.Filter{Country: "QM", Unvalidated: true})
		w.ok(err)
		return n
	}
	if n := waiting(); n != 0 {
		t.Errorf("%d records wait", n)
	}
	// A newer text is not what the State looked at.
	w.editorial("val-1", "QM", "dos", library.Life{})
	if n := waiting(); n != 1 {
		t.Errorf("%d records wait", n)
	}
	if m, err = w.lib.Store.Measure(ctx, identity.Sight{}, id); err != nil || m.Validated() || m.ValidatedVersion != 1 || m.ValidatedAt.IsZero() {
		t.Fatalf("%+v, %v", m, err)
	}
	w.ok(w.lib.Validate(ctx, w.as("approver"), id, m.Rev))
	m, err = w.lib.Store.Measure(ctx, identity.Sight{}, id)
	w.ok(err)
	if !m.Validated() || m.ValidatedVersion != 2 {
		t.Fatalf("%+v", m)
	}
	w.ok(w.lib.WithdrawValidation(ctx, w.as("approver"), id, m.Rev))
	if m, err = w.lib.Store.Measure(ctx, identity.Sight{}, id); err != nil || !m.ValidatedAt.IsZero() || m.ValidatedBy != "" {
		t.Fatalf("%+v, %v", m, err)
	}
	w.fails(w.lib.Validate(ctx, w.as("approver"), w.law("focal", "Own Act (demonstration)"), 1), fault.Conflict)
}
