// Package postgres is the engine for several nodes on one PostgreSQL. The
// public pool acts as a role that may read only what is named pub_….
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"merida/fault"
	"merida/store"
	"merida/store/migrate"
)

const (
	attempts   = 100          // of a write that met another; each is a few milliseconds
	alone      = 3            // attempts after which a write waits for its turn
	writers    = 8            // writes at once from this node: more undo each other more often
	publicRole = "merida_pub" // reads pub_… and nothing else; cannot sign in
	// migrateLock keeps two nodes from migrating at once, outboxLock keeps the
	// outbox in the order of commits, turnLock lets contended writes go one by one. Arbitrary numbers of our own.
	migrateLock = 0x6d657269
	outboxLock  = 0x6d657270
	turnLock    = 0x6d657271
)

// DB is an open PostgreSQL database.
type DB struct {
	db     *sql.DB
	writer *sql.DB
	public *sql.DB
	turn   chan struct{} // holds one token: the right to wait for turnLock
}

var _ store.DB = (*DB)(nil)

// Open connects, migrates and prepares the public role. The URL is that of
// PostgreSQL ("postgres://user:secret@host/name?sslmode=…").
func Open(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("database address: %w", err)
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	cfg.RuntimeParams["synchronous_commit"] = "on"
	d := &DB{db: stdlib.OpenDB(*cfg), turn: make(chan struct{}, 1)}
	d.turn <- struct{}{}
	d.db.SetMaxOpenConns(32)
	d.db.SetMaxIdleConns(16)
	if err := d.prepare(ctx); err != nil {
		d.db.Close()
		return nil, err
	}
	// A serialisable write that reads a table whole conflicts with every other write to
	// it, and small tables are read whole unless an index is preferred.
	wcfg := cfg.Copy()
	wcfg.RuntimeParams["enable_seqscan"] = "off"
	d.writer = stdlib.OpenDB(*wcfg)
	d.writer.SetMaxOpenConns(writers + 1) // one more for whoever waits for its turn
	d.writer.SetMaxIdleConns(writers + 1)
	d.public = stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(func(ctx context.Context, c *pgx.Conn) error {
		_, err := c.Exec(ctx, `SET ROLE `+publicRole)
		return err
	}))
	d.public.SetMaxOpenConns(16)
	d.public.SetMaxIdleConns(16)
	return d, nil
}

func (d *DB) prepare(ctx context.Context) error {
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, migrateLock); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, migrateLock)
	if err := migrate.Up(ctx, d.db, "postgres"); err != nil {
		return err
	}
	// Roles belong to the whole server: another database of it may just have made this one.
	_, err = conn.ExecContext(ctx, `DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '`+publicRole+`') THEN
    BEGIN CREATE ROLE `+publicRole+` NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END;
  END IF;
END $$`)
	if err != nil {
		return fmt.Errorf("the role %s is missing and this account may not make it; let an administrator of the database run: CREATE ROLE %s NOLOGIN; GRANT %s TO the account of this program: %w", publicRole, publicRole, publicRole, err)
	}
	_, err = conn.ExecContext(ctx, `DO $$ DECLARE r record; BEGIN
  EXECUTE 'GRANT USAGE ON SCHEMA ' || quote_ident(current_schema()) || ' TO `+publicRole+`';
  FOR r IN SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'v', 'p') AND c.relname LIKE 'pub\_%' LOOP
    EXECUTE 'GRANT SELECT ON ' || quote_ident(r.relname) || ' TO `+publicRole+`';
  END LOOP;
END $$`)
	return err
}

// Engine names the engine.
func (d *DB) Engine() string { return "postgres" }

// Ping answers whether the database serves now.
func (d *DB) Ping(ctx context.Context) error { return d.db.PingContext(ctx) }

// Close ends all connections.
func (d *DB) Close() error { return errors.Join(d.public.Close(), d.writer.Close(), d.db.Close()) }

// Read runs fn on a snapshot.
func (d *DB) Read(ctx context.Context, fn func(store.Tx) error) error {
	return read(ctx, d.db, fn)
}

// Public runs fn on a snapshot as the public role.
func (d *DB) Public(ctx context.Context, fn func(store.Tx) error) error {
	return read(ctx, d.public, fn)
}

func read(ctx context.Context, db *sql.DB, fn func(store.Tx) error) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelRepeatableRead})
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback()
	return fn(&session{tx})
}

// Write runs fn as one serialisable change and repeats it when another change
// came between. After a few attempts it waits for its turn: writes that contend
// for one record then follow each other instead of undoing each other.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	var err error
	for n := range attempts {
		if n < alone {
			err = d.write(ctx, d.writer, fn)
		} else {
			err = d.inTurn(ctx, fn)
		}
		if !again(err, n) {
			return err
		}
		select { // the wait differs between writers, so that they part
		case <-time.After(time.Duration(rand.IntN(1+min(n, 8)*1000)) * time.Microsecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return fault.Wrap(fault.Unavailable, "", err)
}

// inTurn writes while no other write of any node is in turn. The lock belongs to
// the connection and is taken before the transaction, whose snapshot must not be older than the turn.
func (d *DB) inTurn(ctx context.Context, fn func(store.Tx) error) error {
	select {
	case <-d.turn:
		defer func() { d.turn <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return translate(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock($1)`, turnLock); err != nil {
		return translate(err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock($1)`, turnLock)
	return d.write(ctx, conn, fn)
}

// Bulk is Write: PostgreSQL lets writers work side by side.
func (d *DB) Bulk(ctx context.Context, fn func(store.Tx) error) error { return d.Write(ctx, fn) }

// beginner is a pool or one of its connections.
type beginner interface {
	BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
}

func (d *DB) write(ctx context.Context, on beginner, fn func(store.Tx) error) error {
	tx, err := on.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return translate(err)
	}
	defer tx.Rollback()
	if err := guarded(fn, &session{tx}); err != nil {
		return err
	}
	return translate(tx.Commit())
}

// guarded makes an error of a panic in fn, as the other engine does.
func guarded(fn func(store.Tx) error, tx store.Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v", p)
		}
	}()
	return fn(tx)
}

// again reports whether the error of attempt n says "try the same once more":
// serialization_failure, deadlock_detected. A unique key that is there already may
// be the same thing: the row of another write that this one's snapshot did not
// show. Another attempt tells, for it reads what is there now.
func again(err error, n int) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (e.Code == "40001" || e.Code == "40P01" || e.Code == "23505" && n < alone)
}

type session struct{ tx *sql.Tx }

func (s *session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := s.tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, translate(err)
	}
	return r.RowsAffected()
}

func (s *session) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	rows, err := s.tx.QueryContext(ctx, query, args...)
	return rows, translate(err)
}

// Touch takes a lock until the commit: numbers are given in the order of
// commits, so that a reader of the outbox that has seen n has seen all before n.
func (s *session) Touch(ctx context.Context, kind, id string) error {
	if _, err := s.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, outboxLock); err != nil {
		return err
	}
	_, err := s.Exec(ctx, `INSERT INTO outbox (kind, object) VALUES ($1, $2)`, kind, id)
	return err
}

// translate keeps the engine's codes inside this package.
func translate(err error) error {
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return err
	}
	switch e.Code {
	case "23505":
		return fmt.Errorf("%w: %w", store.ErrUnique, err)
	case "53100":
		return fault.Wrap(fault.StorageFull, "", err)
	}
	return err
}
