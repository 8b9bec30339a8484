// Package migrate brings a database to the schema that this program knows.
//
// A file files/0010_library.sql serves both engines; where they must differ, two
// files carry the same number: 0001_core.sqlite.sql and 0001_core.postgres.sql.
// Files that were released are never edited; there is no way down. Each file
// runs in one transaction with the row that records it.
package migrate

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"merida/fault"
)

//go:embed files/*.sql
var files embed.FS

// Step is one migration of an engine.
type Step struct {
	Number int
	Name   string
	SQL    string
	Hash   string // SHA-256 of SQL, hex
}

// Steps lists the migrations of an engine ("sqlite" or "postgres") in order.
func Steps(engine string) ([]Step, error) {
	entries, err := fs.ReadDir(files, "files")
	if err != nil {
		return nil, err
	}
	var steps []Step
	for _, e := range entries {
		base := strings.TrimSuffix(e.Name(), ".sql")
		base, only, _ := strings.Cut(base, ".")
		if only != "" && only != engine {
			continue
		}
		num, name, ok := strings.Cut(base, "_")
		n, err := strconv.Atoi(num)
		if !ok || err != nil {
			return nil, fmt.Errorf("migration %s: the name does not begin with a number", e.Name())
		}
		b, err := files.ReadFile(path.Join("files", e.Name()))
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(b)
		steps = append(steps, Step{n, name, string(b), hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(steps, func(a, b Step) int { return a.Number - b.Number })
	for i := 1; i < len(steps); i++ {
		if steps[i].Number == steps[i-1].Number {
			return nil, fmt.Errorf("migration %d stands twice for %s", steps[i].Number, engine)
		}
	}
	return steps, nil
}

// Up applies what is missing. Unavailable: the database is newer than this program.
func Up(ctx context.Context, db *sql.DB, engine string) error {
	steps, err := Steps(engine)
	if err != nil {
		return err
	}
	if _, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS schema_step (number BIGINT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL, at BIGINT NOT NULL)`); err != nil {
		return err
	}
	done := map[int]bool{}
	rows, err := db.QueryContext(ctx, `SELECT number, name FROM schema_step`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var n int
		var name string
		if err := rows.Scan(&n, &name); err != nil {
			return err
		}
		if !slices.ContainsFunc(steps, func(s Step) bool { return s.Number == n }) {
			return fault.New(fault.Unavailable, "fault.store_newer", fault.Args{"step": fmt.Sprintf("%04d_%s", n, name)})
		}
		done[n] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	rows.Close()
	for _, s := range steps {
		if done[s.Number] {
			continue
		}
		if err := apply(ctx, db, s); err != nil {
			return fmt.Errorf("migration %04d_%s: %w", s.Number, s.Name, err)
		}
	}
	return nil
}

func apply(ctx context.Context, db *sql.DB, s Step) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, s.SQL); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO schema_step (number, name, hash, at) VALUES ($1, $2, $3, $4)`,
		s.Number, s.Name, s.Hash, time.Now().UnixMicro()); err != nil {
		return err
	}
	return tx.Commit()
}
