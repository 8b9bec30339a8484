package sqlite_test

import (
	"os"
	"path/filepath"
	"testing"

	"merida/store"
	"merida/store/sqlite"
	"merida/store/storetest"
)

func open(t *testing.T) store.DB {
	dir := filepath.Join(t.TempDir(), "données # 100%")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(dir, "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestStore(t *testing.T) { storetest.Run(t, open) }

func TestPublicPoolRefusesTheEngineItself(t *testing.T) {
	db := open(t)
	for _, q := range []string{
		`ATTACH DATABASE 'x.db' AS x`, `PRAGMA table_list`, `SELECT name FROM sqlite_master`, `SELECT * FROM pragma_table_list`,
	} {
		err := db.Public(t.Context(), func(tx store.Tx) error {
			rows, err := tx.Query(t.Context(), q)
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
}

func TestReopenKeepsWhatWasAcknowledged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "merida.db")
	db, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO setting (name, value) VALUES ('a', 'b')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = sqlite.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Read(t.Context(), func(tx store.Tx) error {
		v, err := store.One(t.Context(), tx, store.Value[string], `SELECT value FROM setting WHERE name = 'a'`)
		if err == nil && v != "b" {
			t.Errorf("value %q", v)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if bad, err := db.Check(t.Context()); err != nil || len(bad) != 0 {
		t.Fatalf("check: %v %v", bad, err)
	}
}
