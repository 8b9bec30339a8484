// Package storetest is the specification of the store: what every engine must
// do, run whole by each of them. A concept adds its cases in a file of its own
// and a line in Run.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/store"
)

// Open gives a fresh, migrated, empty database that is closed when the test ends.
type Open func(t *testing.T) store.DB

// Run holds an engine to the whole specification.
func Run(t *testing.T, open Open) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

type testCase struct {
	name string
	run  func(*testing.T, store.DB)
}

// cases is the list of the core and what each concept appends.
var cases = []testCase{
	{"write is atomic", atomic},
	{"one failure in a group undoes only itself", groupIsolation},
	{"writers at once lose nothing", contention},
	{"a repeated request has one effect", once},
	{"an act leaves its entry", trace},
	{"outbox keeps the order of commits", outbox},
	{"time is kept to the microsecond", times},
	{"the public pool sees only pub_", publicWall},
	{"reads refuse to write", readOnly},
	{"a unique key that exists is named so", unique},
}

func put(ctx context.Context, tx store.Tx, name, value string) error {
	_, err := tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, $2)`, name, value)
	return err
}

func count(t *testing.T, db store.DB, query string, args ...any) int64 {
	t.Helper()
	var n int64
	if err := db.Read(t.Context(), func(tx store.Tx) (err error) {
		n, err = store.One(t.Context(), tx, store.Value[int64], query, args...)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func atomic(t *testing.T, db store.DB) {
	boom := errors.New("boom")
	err := db.Write(t.Context(), func(tx store.Tx) error {
		if err := put(t.Context(), tx, "a", "1"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("error of fn: got %v", err)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM setting`); n != 0 {
		t.Fatalf("%d rows after a failed write", n)
	}
}

func groupIsolation(t *testing.T, db store.DB) {
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			err := db.Write(t.Context(), func(tx store.Tx) error {
				if err := put(t.Context(), tx, fmt.Sprint("k", i), "v"); err != nil {
					return err
				}
				if i%3 == 0 {
					return fault.Of(fault.Invalid)
				}
				if i%7 == 0 {
					panic("a mistake in fn")
				}
				return nil
			})
			if want := i%3 == 0 || i%7 == 0; (err != nil) != want {
				t.Errorf("write %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	want := int64(0)
	for i := range 60 {
		if i%3 != 0 && i%7 != 0 {
			want++
		}
	}
	if n := count(t, db, `SELECT COUNT(*) FROM setting`); n != want {
		t.Fatalf("%d rows, want %d", n, want)
	}
}

func contention(t *testing.T, db store.DB) {
	ctx := t.Context()
	if err := db.Write(ctx, func(tx store.Tx) error { return put(ctx, tx, "n", "0") }); err != nil {
		t.Fatal(err)
	}
	const writers, each = 8, 10
	var wg sync.WaitGroup
	for range writers {
		wg.Go(func() {
			for range each {
				err := db.Write(ctx, func(tx store.Tx) error {
					v, err := store.One(ctx, tx, store.Value[string], `SELECT value FROM setting WHERE name = $1`, "n")
					if err != nil {
						return err
					}
					var n int
					fmt.Sscan(v, &n)
					_, err = tx.Exec(ctx, `UPDATE setting SET value = $1 WHERE name = $2`, fmt.Sprint(n+1), "n")
					return err
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := count(t, db, `SELECT CAST(value AS BIGINT) FROM setting WHERE name = 'n'`); n != writers*each {
		t.Fatalf("counted %d of %d", n, writers*each)
	}
}

func once(t *testing.T, db store.DB) {
	ctx := t.Context()
	act := func(hash, value string) (string, bool, error) {
		tr := audit.Trace{Once: audit.Once{Actor: "a", Key: "k", Hash: hash}, Result: value}
		return store.Act(ctx, db, func() audit.Trace { return tr }, func(tx store.Tx) error { return put(ctx, tx, value, value) })
	}
	for i := range 3 {
		r, repeated, err := act("h", "one")
		if err != nil || r != "one" || repeated != (i > 0) {
			t.Fatalf("try %d: %q %v %v", i, r, repeated, err)
		}
	}
	if n := count(t, db, `SELECT COUNT(*) FROM setting`); n != 1 {
		t.Fatalf("%d effects", n)
	}
	if _, _, err := act("other", "two"); !fault.Is(err, fault.Invalid) {
		t.Fatalf("same key for another request: %v", err)
	}
	if err := store.ForgetOnce(ctx, db, time.UnixMicro(1)); err != nil {
		t.Fatal(err)
	}
	if _, repeated, err := act("other", "two"); err != nil || repeated {
		t.Fatalf("after the key was forgotten: %v %v", repeated, err)
	}
}

func trace(t *testing.T, db store.DB) {
	ctx := t.Context()
	at := time.Date(2026, 11, 24, 10, 0, 0, 123000, time.UTC)
	e := audit.Entry{ID: "e1", At: at, Actor: "a", Role: "officer", Party: "QM", Act: "round.open", Kind: "round", Object: "r", Detail: map[string]string{"x": "y"}, Request: "q"}
	_, _, err := store.Act(ctx, db, func() audit.Trace { return audit.Trace{Entries: []audit.Entry{e}} }, func(tx store.Tx) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.AuditEntries(ctx, db, store.AuditFilter{Party: "QM"})
	if err != nil || len(got) != 1 {
		t.Fatalf("%v %v", got, err)
	}
	if !got[0].At.Equal(at) || got[0].Detail["x"] != "y" || got[0].Act != e.Act {
		t.Fatalf("entry came back as %+v", got[0])
	}
	_, _, err = store.Act(ctx, db, func() audit.Trace { return audit.Trace{Entries: []audit.Entry{e}} }, func(tx store.Tx) error { return put(ctx, tx, "z", "z") })
	if err == nil {
		t.Fatal("an act whose entry could not be written was done")
	}
	if n := count(t, db, `SELECT COUNT(*) FROM setting`); n != 0 {
		t.Fatal("an act without its entry left a change")
	}
}

func outbox(t *testing.T, db store.DB) {
	ctx := t.Context()
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			if err := db.Write(ctx, func(tx store.Tx) error { return tx.Touch(ctx, "measure", fmt.Sprint(i)) }); err != nil {
				t.Error(err)
			}
		})
	}
	seen := map[string]bool{}
	var after int64
	read := func() {
		cs, err := store.Changes(ctx, db, after, 7)
		if err != nil {
			t.Error(err)
		}
		for _, c := range cs {
			after, seen[c.ID] = c.Seq, true
		}
	}
	for range 10 {
		read()
	}
	wg.Wait()
	for range 10 {
		read()
	}
	if len(seen) != 30 {
		t.Fatalf("a reader that follows the numbers saw %d of 30 changes", len(seen))
	}
	if last, err := store.LastChange(ctx, db); err != nil || last != after {
		t.Fatalf("last change %d %v, read up to %d", last, err, after)
	}
}

func times(t *testing.T, db store.DB) {
	at := time.Date(2005, 12, 14, 23, 59, 59, 999999000, time.UTC)
	if got := store.Time(store.Micros(at)); !got.Equal(at) || got.Location() != time.UTC {
		t.Fatalf("%v came back as %v", at, got)
	}
	if !store.Time(store.Micros(time.Time{})).IsZero() {
		t.Fatal("no time did not come back as no time")
	}
}

func publicWall(t *testing.T, db store.DB) {
	ctx := t.Context()
	for _, q := range []string{
		`SELECT id FROM audit_entry`,
		`SELECT COUNT(*) FROM audit_entry`,
		`SELECT 1 WHERE EXISTS (SELECT 1 FROM setting)`,
		`WITH x AS (SELECT value FROM setting) SELECT value FROM x`,
		`SELECT seq FROM outbox`,
		`INSERT INTO setting (name, value) VALUES ('a', 'b')`,
		`DELETE FROM audit_entry`,
		`CREATE TABLE pub_x (a TEXT)`,
	} {
		err := db.Public(ctx, func(tx store.Tx) error {
			rows, err := tx.Query(ctx, q)
			if err != nil {
				return err
			}
			defer rows.Close()
			rows.Next()
			return rows.Err()
		})
		if err == nil {
			t.Errorf("the public pool ran %s", q)
		}
	}
	if err := db.Public(ctx, func(tx store.Tx) error {
		_, err := store.One(ctx, tx, store.Value[int64], `SELECT 1`)
		return err
	}); err != nil {
		t.Errorf("the public pool is of no use: %v", err)
	}
}

func readOnly(t *testing.T, db store.DB) {
	ctx := t.Context()
	if err := db.Read(ctx, func(tx store.Tx) error { return put(ctx, tx, "a", "b") }); err == nil {
		t.Fatal("a read wrote")
	}
	if n := count(t, db, `SELECT COUNT(*) FROM setting`); n != 0 {
		t.Fatal("a read left a row")
	}
}

func unique(t *testing.T, db store.DB) {
	ctx := t.Context()
	err := db.Write(ctx, func(tx store.Tx) error {
		if err := put(ctx, tx, "a", "1"); err != nil {
			return err
		}
		return put(ctx, tx, "a", "2")
	})
	if !errors.Is(err, store.ErrUnique) {
		t.Fatalf("got %v", err)
	}
}
