// Package sqlite is the embedded engine: one file, one writer with group
// commit, read-only pools, and a public pool that an authorizer confines to
// names that begin with pub_.
//
// Why a group: with synchronous=FULL a commit waits for the disk. Writes that
// wait at the same moment share one commit, each within its own savepoint, so
// that the failure of one undoes only itself. Every Write returns after the
// commit that holds it, never before.
package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"merida/fault"
	"merida/store"
	"merida/store/migrate"
)

const (
	groupMax  = 512                   // writes that share one commit
	groupTime = 20 * time.Millisecond // a group is closed after this long
)

// DB is an open database file.
type DB struct {
	path    string
	writer  *sql.DB
	readers *pool
	public  *pool
	urgent  chan *job
	bulk    chan *job
	stop    chan struct{}
	stopped sync.WaitGroup
	once    sync.Once
}

var _ store.DB = (*DB)(nil)

type job struct {
	ctx  context.Context
	fn   func(store.Tx) error
	done chan error
}

// Open opens or creates the file and brings it to the present schema. The
// folder must exist and belong to this process alone (see cmd: the lock file).
func Open(ctx context.Context, path string) (*DB, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	// The file holds what parties keep to themselves: only its owner may read it.
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f.Close()
	writer, err := sql.Open("sqlite", dsn(path, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)",
		"_pragma=foreign_keys(1)", "_pragma=busy_timeout(5000)", "_pragma=cache_size(-8192)", "_pragma=wal_autocheckpoint(4000)", "_pragma=temp_store(MEMORY)"))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	if err := checkEngine(ctx, writer); err != nil {
		writer.Close()
		return nil, err
	}
	if err := migrate.Up(ctx, writer, "sqlite"); err != nil {
		writer.Close()
		return nil, err
	}
	d := &DB{path: path, writer: writer, urgent: make(chan *job, groupMax), bulk: make(chan *job), stop: make(chan struct{})}
	readPragmas := []string{"mode=ro", "_pragma=query_only(1)", "_pragma=busy_timeout(5000)", "_pragma=cache_size(-16384)", "_pragma=mmap_size(268435456)"}
	n := max(4, 2*runtime.GOMAXPROCS(0))
	d.readers = openPool(&sqlite.Driver{}, dsn(path, readPragmas...), n)
	confined := &sqlite.Driver{}
	confined.RegisterConnectionHook(func(c sqlite.ExecQuerierContext, _ string) error {
		r, ok := c.(sqlite.AuthorizerRegisterer)
		if !ok {
			return errors.New("sqlite driver has no authorizer")
		}
		return r.RegisterAuthorizer(publicOnly)
	})
	d.public = openPool(confined, dsn(path, readPragmas...), n)
	d.stopped.Add(1)
	go d.writeLoop()
	return d, nil
}

func dsn(path string, params ...string) string {
	// modernc reads the part after ? itself; the path is escaped so that a ? or # in it does no harm.
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(params, "&")
}

// checkEngine refuses engines before 3.51.3, whose WAL could lose pages when a
// checkpoint met a starting writer.
func checkEngine(ctx context.Context, db *sql.DB) error {
	var v string
	if err := db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&v); err != nil {
		return err
	}
	var a, b, c int
	if _, err := fmt.Sscanf(v, "%d.%d.%d", &a, &b, &c); err != nil || a < 3 || a == 3 && (b < 51 || b == 51 && c < 3) {
		return fmt.Errorf("SQLite engine %s is too old: 3.51.3 or newer is needed", v)
	}
	return nil
}

// publicOnly lets a statement read names that begin with pub_, directly or
// through a view of such a name, and nothing else; it lets no statement attach, change or inspect.
func publicOnly(action sqlite.AuthorizerActionCode, arg1, arg2, _, view string) sqlite.AuthorizerReturnCode {
	switch action {
	case sqlite.AuthSelect, sqlite.AuthTransaction, sqlite.AuthFunction, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthRead:
		if arg1 == "" || strings.HasPrefix(arg1, "pub_") || strings.HasPrefix(view, "pub_") {
			return sqlite.AuthorizerOK
		}
	}
	return sqlite.AuthorizerDeny
}

// Engine names the engine.
func (d *DB) Engine() string { return "sqlite" }

// Path is the file's absolute path.
func (d *DB) Path() string { return d.path }

// Ping answers whether a read works now.
func (d *DB) Ping(ctx context.Context) error {
	return d.Read(ctx, func(tx store.Tx) error {
		_, err := store.One(ctx, tx, store.Value[int64], `SELECT 1`)
		return err
	})
}

// Close waits for the writes under way and closes the file.
func (d *DB) Close() error {
	var err error
	d.once.Do(func() {
		close(d.stop)
		d.stopped.Wait()
		d.readers.close()
		d.public.close()
		err = d.writer.Close()
	})
	return err
}

// Backup writes a consistent copy of the database to a new file.
func (d *DB) Backup(ctx context.Context, to string) error {
	return d.readers.use(ctx, func(s *session) error {
		_, err := s.conn.ExecContext(ctx, `VACUUM INTO $1`, to)
		return err
	})
}

// Check asks the engine to look through the whole file; it lists what is wrong.
func (d *DB) Check(ctx context.Context) (faults []string, err error) {
	err = d.readers.use(ctx, func(s *session) error {
		rows, err := s.conn.QueryContext(ctx, `PRAGMA integrity_check`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var line string
			if err := rows.Scan(&line); err != nil {
				return err
			}
			if line != "ok" {
				faults = append(faults, line)
			}
		}
		return rows.Err()
	})
	return faults, err
}

// Read runs fn on a snapshot.
func (d *DB) Read(ctx context.Context, fn func(store.Tx) error) error { return d.readers.read(ctx, fn) }

// Public runs fn on a snapshot of what is named pub_….
func (d *DB) Public(ctx context.Context, fn func(store.Tx) error) error {
	return d.public.read(ctx, fn)
}

// Write runs fn in the next group of writes.
func (d *DB) Write(ctx context.Context, fn func(store.Tx) error) error {
	return d.submit(ctx, d.urgent, fn)
}

// Bulk runs fn when no Write waits.
func (d *DB) Bulk(ctx context.Context, fn func(store.Tx) error) error {
	return d.submit(ctx, d.bulk, fn)
}

func (d *DB) submit(ctx context.Context, queue chan *job, fn func(store.Tx) error) error {
	j := &job{ctx, fn, make(chan error, 1)}
	select {
	case queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-d.stop:
		return fault.New(fault.Unavailable, "fault.stopping", nil)
	}
	// Once queued, the outcome is awaited even when the caller has gone: a write must never be
	// reported as failed while it may still commit. The writer ends every job it was given.
	select {
	case err := <-j.done:
		return err
	case <-d.stop:
		// The writer drains its queue before it ends.
		d.stopped.Wait()
		select {
		case err := <-j.done:
			return err
		default:
			return fault.New(fault.Unavailable, "fault.stopping", nil)
		}
	}
}

func (d *DB) writeLoop() {
	defer d.stopped.Done()
	var s *session
	for {
		var first *job
		select {
		case first = <-d.urgent:
		default:
			select {
			case first = <-d.urgent:
			case first = <-d.bulk:
			case <-d.stop:
				for { // end what was queued before the stop
					select {
					case j := <-d.urgent:
						s = d.group(s, j)
						continue
					default:
					}
					if s != nil {
						s.close()
					}
					return
				}
			}
		}
		s = d.group(s, first)
	}
}

// group runs first and whatever Writes wait behind it in one commit and answers all of them.
// It returns the session to use next time, nil when this one broke.
func (d *DB) group(s *session, first *job) *session {
	ctx := context.Background()
	if s == nil {
		conn, err := d.writer.Conn(ctx)
		if err != nil {
			first.done <- err
			return nil
		}
		s = newSession(conn)
	}
	if _, err := s.Exec(ctx, `BEGIN IMMEDIATE`); err != nil {
		first.done <- err
		s.close()
		return nil
	}
	deadline := time.Now().Add(groupTime)
	var good []*job
	j := first
	for n := 1; ; n++ {
		if err := s.savepoint(j); err != nil {
			j.done <- err
		} else {
			good = append(good, j)
		}
		if n >= groupMax || time.Now().After(deadline) {
			break
		}
		select {
		case j = <-d.urgent:
			continue
		default:
		}
		break
	}
	_, err := s.Exec(ctx, `COMMIT`)
	for _, j := range good {
		j.done <- err
	}
	if err != nil {
		// After a failed commit nothing is known of the file's state: start anew from a new connection.
		s.conn.ExecContext(ctx, `ROLLBACK`)
		s.close()
		return nil
	}
	return s
}

func (s *session) savepoint(j *job) (err error) {
	if err := j.ctx.Err(); err != nil {
		return err
	}
	ctx := context.WithoutCancel(j.ctx)
	if _, err := s.Exec(ctx, `SAVEPOINT job`); err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v", p)
		}
		if err != nil {
			if _, rerr := s.Exec(ctx, `ROLLBACK TO job`); rerr != nil {
				err = errors.Join(err, rerr)
			}
		}
		if _, rerr := s.Exec(ctx, `RELEASE job`); rerr != nil && err == nil {
			err = rerr
		}
	}()
	return j.fn(s)
}

// session is one connection with its prepared statements. It is a store.Tx while a transaction is open on it.
type session struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func newSession(c *sql.Conn) *session { return &session{c, map[string]*sql.Stmt{}} }

const maxStmts = 400 // statements kept; those with lists of varying length must not fill the memory

func (s *session) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := s.stmts[query]; ok {
		return st, nil
	}
	if len(s.stmts) >= maxStmts {
		for _, st := range s.stmts {
			st.Close()
		}
		clear(s.stmts)
	}
	st, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, translate(err)
	}
	s.stmts[query] = st
	return st, nil
}

func (s *session) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	st, err := s.prepare(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := st.ExecContext(ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	return r.RowsAffected()
}

func (s *session) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := s.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	rows, err := st.QueryContext(ctx, args...)
	return rows, translate(err)
}

func (s *session) Touch(ctx context.Context, kind, id string) error {
	_, err := s.Exec(ctx, `INSERT INTO outbox (kind, object) VALUES ($1, $2)`, kind, id)
	return err
}

func (s *session) close() {
	for _, st := range s.stmts {
		st.Close()
	}
	s.conn.Close()
}

// translate keeps the engine's codes inside this package.
func translate(err error) error {
	e, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", store.ErrUnique, err)
	case sqlite3.SQLITE_FULL:
		return fault.Wrap(fault.StorageFull, "", err)
	}
	return err
}

// pool is a fixed number of read-only connections, opened when first needed.
type pool struct {
	db   *sql.DB
	free chan *session // nil stands for a connection not yet opened
}

func openPool(d *sqlite.Driver, dsn string, n int) *pool {
	p := &pool{db: sql.OpenDB(connector{d, dsn}), free: make(chan *session, n)}
	p.db.SetMaxIdleConns(n)
	for range n {
		p.free <- nil
	}
	return p
}

// connector opens connections of a driver with its own hooks, which the
// registered driver of the same name does not have.
type connector struct {
	d   *sqlite.Driver
	dsn string
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.d.Open(c.dsn) }
func (c connector) Driver() driver.Driver                        { return c.d }

func (p *pool) use(ctx context.Context, fn func(*session) error) error {
	var s *session
	select {
	case s = <-p.free:
	case <-ctx.Done():
		return ctx.Err()
	}
	if s == nil {
		conn, err := p.db.Conn(context.WithoutCancel(ctx))
		if err != nil {
			p.free <- nil
			return err
		}
		s = newSession(conn)
	}
	defer func() { p.free <- s }()
	return fn(s)
}

func (p *pool) read(ctx context.Context, fn func(store.Tx) error) error {
	return p.use(ctx, func(s *session) error {
		own := context.WithoutCancel(ctx)
		if _, err := s.Exec(own, `BEGIN`); err != nil {
			return err
		}
		defer s.Exec(own, `ROLLBACK`)
		return fn(s)
	})
}

func (p *pool) close() {
	for range cap(p.free) {
		if s := <-p.free; s != nil {
			s.close()
		}
	}
	p.db.Close()
}
