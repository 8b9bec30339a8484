package storetest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"merida/library"
	"merida/store"
	"merida/store/migrate"
)

var publicName = regexp.MustCompile(`CREATE (?:TABLE|VIEW) (pub_[a-z_]+)`)

// PublicNames lists the tables and views that the public pool reads, from the migrations.
func PublicNames(t testing.TB) (names []string) {
	t.Helper()
	steps, err := migrate.Steps("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range steps {
		for _, m := range publicName.FindAllStringSubmatch(s.SQL, -1) {
			if !slices.Contains(names, m[1]) {
				names = append(names, m[1])
			}
		}
	}
	return names
}

// NothingPublic holds that no cell of what the public pool reads holds one of the words: account ids,
// or the text of a record that its party keeps for itself. It gives how many rows there are.
func NothingPublic(t testing.TB, db store.DB, words ...string) (seen int) {
	t.Helper()
	ctx := t.Context()
	if err := db.Public(ctx, func(tx store.Tx) error {
		for _, name := range PublicNames(t) {
			rows, err := tx.Query(ctx, `SELECT * FROM `+name) // whatever columns a migration adds
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			columns, err := rows.Columns()
			if err != nil {
				rows.Close()
				return err
			}
			cells, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range cells {
				into[i] = &cells[i]
			}
			told := map[string]bool{}
			for rows.Next() {
				if err := rows.Scan(into...); err != nil {
					rows.Close()
					return err
				}
				seen++
				for i, c := range cells {
					text := fmt.Sprint(c)
					if b, ok := c.([]byte); ok {
						text = string(b)
					}
					for _, w := range words {
						if w != "" && strings.Contains(text, w) && !told[columns[i]] {
							told[columns[i]] = true
							t.Errorf("the column %s of %s shows %q to everyone", columns[i], name, w)
						}
					}
				}
			}
			if err := rows.Err(); err != nil {
				return err
			}
			rows.Close()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return seen
}

func init() {
	cases = append(cases, testCase{"a dump of what is public names every public table and holds nothing else", publicDump})
}

func publicDump(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	listed := map[string]bool{}
	for _, x := range store.PublicTables {
		listed[x.Name] = true
		if x.About == "" {
			t.Errorf("%s is not explained", x.Name)
		}
	}
	for _, name := range store.NotDumpedPublic {
		listed[name] = true
	}
	names := PublicNames(t)
	for _, name := range names {
		if !listed[name] {
			t.Errorf("%s is neither in store.PublicTables nor in store.NotDumpedPublic", name)
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("the schema has no %s", name)
	}
	w.editorial("open", "QM", "Openly recorded.", library.Life{})
	w.law("focal", "Canary of the State's own")
	var all strings.Builder
	if err := store.EachPublic(t.Context(), db, func(table string, columns []string) error { return nil }, func(row []any) error {
		for _, c := range row {
			if b, ok := c.(json.RawMessage); ok {
				c = string(b)
			}
			fmt.Fprintln(&all, c)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if s := all.String(); !strings.Contains(s, "Openly recorded.") || strings.Contains(s, "Canary") || strings.Contains(s, w.as("officer").Account) {
		t.Errorf("the dump holds %.2000s", s)
	}
}
