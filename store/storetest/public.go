package storetest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

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
