package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"merida/fault"
)

// DB is a database of either engine. All methods may be called at once from many goroutines.
type DB interface {
	// Read runs fn on one consistent snapshot. fn must not write.
	Read(ctx context.Context, fn func(Tx) error) error
	// Write runs fn as one atomic change that is durable when Write returns nil.
	// fn may run twice (after a serialisation failure) and must do no other I/O,
	// since other writers may wait for it. An error from fn undoes its changes and comes back as it is.
	Write(ctx context.Context, fn func(Tx) error) error
	// Bulk is Write for imports: it gives way to waiting Writes.
	Bulk(ctx context.Context, fn func(Tx) error) error
	// Public runs fn on a snapshot that can see only what is named pub_….
	Public(ctx context.Context, fn func(Tx) error) error
	// Ping answers whether the database can serve now.
	Ping(ctx context.Context) error
	// Engine is "sqlite" or "postgres", for messages; nothing may branch on it.
	Engine() string
	Close() error
}

// Tx runs statements inside Read, Write or Public. It is valid only until fn returns.
type Tx interface {
	// Exec runs a statement and tells how many rows it touched.
	// Conflict ErrUnique: a unique key exists already. StorageFull: no room on disk.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	// Query runs a query; the caller closes the rows.
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// Touch notes in the outbox, within this transaction, that the public form
	// of an object may have changed, so that the search index follows.
	Touch(ctx context.Context, kind, id string) error
}

// ErrUnique is wrapped by the error of an Exec that met an existing unique key.
var ErrUnique = errors.New("unique key exists")

// ErrNoRow is wrapped where one row was asked for and there is none.
var ErrNoRow = sql.ErrNoRows

// Scanner is a row to be read.
type Scanner interface{ Scan(dest ...any) error }

// All reads every row with scan. The slice is nil when there is no row.
func All[T any](ctx context.Context, tx Tx, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("scan: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// One reads exactly one row with scan; ErrNoRow when there is none.
func One[T any](ctx context.Context, tx Tx, scan func(Scanner) (T, error), query string, args ...any) (T, error) {
	var zero T
	rows, err := tx.Query(ctx, query, args...)
	if err != nil {
		return zero, fmt.Errorf("query: %w", err)
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return zero, err
		}
		return zero, ErrNoRow
	}
	v, err := scan(rows)
	if err != nil {
		return zero, fmt.Errorf("scan: %w", err)
	}
	return v, rows.Close()
}

// Value scans a single column; use it with One and All.
func Value[T any](s Scanner) (v T, err error) { return v, s.Scan(&v) }

// Found turns a missing row into NotFound with the given key and passes other errors on.
func Found(err error, key string) error {
	if errors.Is(err, ErrNoRow) {
		return fault.New(fault.NotFound, key, nil)
	}
	return err
}

// Micros is the stored form of a time; the zero time is stored as 0.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Time reads what Micros stored.
func Time(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// JSON is the stored form of a value that SQL never looks into.
// It panics on values that cannot be marshalled, which is a mistake of the program.
func JSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("store: %T cannot be stored as JSON: %v", v, err))
	}
	return string(b)
}

// FromJSON is a destination for Scan that reads what JSON stored; an empty column leaves v as it is.
func FromJSON(v any) sql.Scanner { return jsonDest{v} }

type jsonDest struct{ v any }

func (d jsonDest) Scan(src any) error {
	var b []byte
	switch s := src.(type) {
	case string:
		b = []byte(s)
	case []byte:
		b = s
	case nil:
	default:
		return fmt.Errorf("JSON column holds %T", src)
	}
	if len(b) == 0 || string(b) == "null" {
		return nil
	}
	return json.Unmarshal(b, d.v)
}

// InTime is a destination for Scan that reads what Micros stored.
func InTime(t *time.Time) sql.Scanner { return timeDest{t} }

type timeDest struct{ t *time.Time }

func (d timeDest) Scan(src any) error {
	us, ok := src.(int64)
	if !ok {
		return fmt.Errorf("time column holds %T", src)
	}
	*d.t = Time(us)
	return nil
}
