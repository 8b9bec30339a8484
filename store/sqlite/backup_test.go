package sqlite_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"merida/store"
)

// A table that a migration adds and a backup forgets would be lost in silence.
func TestEveryTableIsInTheBackup(t *testing.T) {
	db := open(t)
	var names []string
	if err := db.Read(t.Context(), func(tx store.Tx) (err error) {
		names, err = store.All(t.Context(), tx, store.Value[string], `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if !slices.Contains(store.Tables, n) && !slices.Contains(store.NotDumped, n) {
			t.Errorf("table %s is in no backup: add it to store.Tables", n)
		}
	}
	for _, n := range slices.Concat(store.Tables, store.NotDumped) {
		if !slices.Contains(names, n) {
			t.Errorf("store.Tables names %s, which does not exist", n)
		}
	}
}

func TestLoadRefusesWhatIsNoDump(t *testing.T) {
	for _, in := range []string{
		`{"table":"sqlite_master","columns":["name"]}`,
		`{"table":"account","columns":["id) VALUES (1); --"]}`,
		`{"table":"account","columns":["id"]}` + "\n" + `["a","b"]`,
		`{"table":"account"`,
		`nonsense`,
	} {
		if err := store.Load(t.Context(), open(t), strings.NewReader(in), nil); err == nil {
			t.Errorf("%s was taken", in)
		}
	}
	var b bytes.Buffer
	if err := store.Dump(t.Context(), open(t), &b, nil); err != nil || b.Len() == 0 {
		t.Fatal(err)
	}
}
