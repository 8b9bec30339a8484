package migrate_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"merida/fault"
	"merida/internal/testkit"
	"merida/store/migrate"
)

func open(t *testing.T, engine string) *sql.DB {
	t.Helper()
	driver, address := "sqlite", "file:"+filepath.Join(t.TempDir(), "merida.db")+"?_txlock=immediate&_pragma=foreign_keys(1)"
	if engine == "postgres" {
		driver, address = "pgx", testkit.Postgres(t)
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func eachEngine(t *testing.T, run func(t *testing.T, engine string)) {
	for _, e := range []string{"sqlite", "postgres"} {
		t.Run(e, func(t *testing.T) { run(t, e) })
	}
}

// columns lists "table.column" of every table and view, sorted.
func columns(t *testing.T, db *sql.DB, engine string) []string {
	t.Helper()
	query := `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite%'`
	if engine == "postgres" {
		query = `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()`
	}
	return list(t, db, query)
}

func list(t *testing.T, db *sql.DB, query string) (out []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return out
}

func TestUpTwiceChangesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine string) {
		db := open(t, engine)
		if err := migrate.Up(t.Context(), db, engine); err != nil {
			t.Fatal(err)
		}
		before := columns(t, db, engine)
		if err := migrate.Up(t.Context(), db, engine); err != nil {
			t.Fatalf("the second time: %v", err)
		}
		if after := columns(t, db, engine); !slices.Equal(before, after) || len(before) == 0 {
			t.Errorf("%d columns before, %d after", len(before), len(after))
		}
	})
}

func TestBothEnginesHaveTheSameSchema(t *testing.T) {
	testkit.Need(t, "postgres")
	got := map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		db := open(t, engine)
		if err := migrate.Up(t.Context(), db, engine); err != nil {
			t.Fatal(err)
		}
		got[engine] = columns(t, db, engine)
	}
	for _, pair := range [][2]string{{"sqlite", "postgres"}, {"postgres", "sqlite"}} {
		for _, c := range got[pair[0]] {
			if !slices.Contains(got[pair[1]], c) {
				t.Errorf("%s is in %s and not in %s", c, pair[0], pair[1])
			}
		}
	}
}

func TestAnOldProgramRefusesANewerStore(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine string) {
		db := open(t, engine)
		if err := migrate.Up(t.Context(), db, engine); err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), `INSERT INTO schema_step (number, name, hash, at) VALUES (9999, 'from_the_future', '', 0)`); err != nil {
			t.Fatal(err)
		}
		err := migrate.Up(t.Context(), db, engine)
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Unavailable || f.Key != "fault.store_newer" || f.Args["step"] != "9999_from_the_future" {
			t.Errorf("a newer store is taken: %v", err)
		}
	})
}

func TestAFailedStepLeavesNothing(t *testing.T) {
	eachEngine(t, func(t *testing.T, engine string) {
		db := open(t, engine)
		// A table of the second step that exists already makes that step fail, as a crash between would.
		if _, err := db.ExecContext(t.Context(), `CREATE TABLE setting (x TEXT)`); err != nil {
			t.Fatal(err)
		}
		if err := migrate.Up(t.Context(), db, engine); err == nil {
			t.Fatal("a step that cannot run passes")
		}
		if slices.ContainsFunc(columns(t, db, engine), func(c string) bool { return strings.HasPrefix(c, "audit_entry.") }) {
			t.Error("half a step is left: the table audit_entry")
		}
		if _, err := db.ExecContext(t.Context(), `DROP TABLE setting`); err != nil {
			t.Fatal(err)
		}
		if err := migrate.Up(t.Context(), db, engine); err != nil {
			t.Errorf("after the obstacle is gone: %v", err)
		}
	})
}

func TestStepsAreNumberedAlikeOnBothEngines(t *testing.T) {
	names := func(engine string) (out []string) {
		steps, err := migrate.Steps(engine)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range steps {
			out = append(out, s.Name)
		}
		return out
	}
	if a, b := names("sqlite"), names("postgres"); !slices.Equal(a, b) {
		t.Errorf("the steps of SQLite are %v, of PostgreSQL %v", a, b)
	}
	form := regexp.MustCompile(`^\d{4}_[a-z][a-z0-9_]*(\.(sqlite|postgres))?\.sql$`)
	files, err := os.ReadDir("files")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !form.MatchString(f.Name()) {
			t.Errorf("%s: the name of a migration is NNNN_name.sql", f.Name())
		}
	}
}

func TestReleasedFilesAreNeverEdited(t *testing.T) {
	f, err := os.Open("released.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		line := strings.TrimSpace(s.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, want, _ := strings.Cut(line, " ")
		b, err := os.ReadFile(filepath.Join("files", name))
		if err != nil {
			t.Errorf("a released migration is gone: %v", err)
			continue
		}
		if sum := sha256.Sum256(b); hex.EncodeToString(sum[:]) != strings.TrimSpace(want) {
			t.Errorf("%s was edited after its release: write a new migration instead", name)
		}
	}
}

// What the public pool can read lists its columns, so that a new column of the table behind it stays inside.
func TestPublicViewsListTheirColumns(t *testing.T) {
	db := open(t, "sqlite")
	if err := migrate.Up(context.Background(), db, "sqlite"); err != nil {
		t.Fatal(err)
	}
	for _, c := range columns(t, db, "sqlite") {
		table, column, _ := strings.Cut(c, ".")
		if !strings.HasPrefix(table, "pub_") {
			continue
		}
		for _, secret := range []string{"email", "assignee", "author", "actor"} {
			// A contact point is published to be written to.
			if column == secret && c != "pub_contact_point.email" {
				t.Errorf("the public can read %s", c)
			}
		}
	}
	for _, text := range list(t, db, `SELECT sql FROM sqlite_master WHERE type = 'view'`) {
		if regexp.MustCompile(`(?i)SELECT\s+\*|\.\*`).MatchString(text) {
			t.Errorf("a view with *: %s", text)
		}
	}
}
