// Package fts is the embedded search engine: a full-text index of SQLite (FTS5) in
// a file of its own, fed with words that package analysis took apart, and the facets
// of every document in memory, so that counts are exact and cheap.
//
// A row of the index is a section; the record's title stands in each row's title
// columns, so that words of title and section together find the section. Exact words and
// stems have columns of their own: exact ones weigh more and can be asked for in sequence.
//
// The file is a second copy: one of another version, or a damaged one, is thrown away
// and reports cursor 0, so that whoever follows the store fills it again.
package fts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // registers the engine

	"merida/lang"
	"merida/search"
	"merida/search/analysis"
)

// version changes with the schema or the analysis; an index of another version is built anew.
const version = "1"

const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE doc (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
CREATE TABLE sec (rid INTEGER PRIMARY KEY, doc INTEGER NOT NULL, eid TEXT NOT NULL, heading TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX sec_doc ON sec (doc);
CREATE VIRTUAL TABLE words USING fts5(te, ts, be, bs, content='', contentless_delete=1, detail=full, tokenize="unicode61 remove_diacritics 0");
INSERT INTO meta (name, value) VALUES ('version', '` + version + `'), ('cursor', '0');`

// doc is what memory holds of a document.
type doc struct {
	ID       string              `json:"id"`
	SourceID string              `json:"source_id,omitempty"`
	Lang     lang.Tag            `json:"lang"`
	Title    string              `json:"title"` // folded, for the order
	Date     string              `json:"date,omitempty"`
	Year     int                 `json:"year,omitempty"`
	Fields   map[string][]string `json:"fields,omitempty"`
}

// Index is an open index file.
type Index struct {
	writer  *sql.DB
	readers *sql.DB

	mu     sync.RWMutex
	docs   map[int64]*doc
	byID   map[string]int64
	docOf  map[int64]int64 // section -> document
	cursor int64
	write  sync.Mutex
}

var _ search.Index = (*Index)(nil)

// Open opens an index file, or makes one where there is none or one that this program cannot use.
func Open(ctx context.Context, path string) (*Index, error) {
	ix, err := open(ctx, path)
	if err == nil || ctx.Err() != nil {
		return ix, err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("search: throw away %s: %w", path, err)
		}
	}
	return open(ctx, path)
}

func open(ctx context.Context, path string) (*Index, error) {
	dsn := func(params ...string) string {
		return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(params, "&")
	}
	// A copy that can be made again need not wait for the disk at each commit.
	writer, err := sql.Open("sqlite", dsn("_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(NORMAL)", "_pragma=busy_timeout(5000)", "_pragma=cache_size(-65536)"))
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	ix := &Index{writer: writer, docs: map[int64]*doc{}, byID: map[string]int64{}, docOf: map[int64]int64{}}
	if err := ix.load(ctx); err != nil {
		writer.Close()
		return nil, err
	}
	if ix.readers, err = sql.Open("sqlite", dsn("_pragma=query_only(1)", "_pragma=busy_timeout(5000)", "_pragma=cache_size(-32768)", "_pragma=mmap_size(268435456)")); err != nil {
		writer.Close()
		return nil, err
	}
	ix.readers.SetMaxOpenConns(8)
	ix.readers.SetMaxIdleConns(8)
	return ix, nil
}

func (ix *Index) load(ctx context.Context) error {
	var n int
	if err := ix.writer.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master WHERE name = 'meta'`).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		if _, err := ix.writer.ExecContext(ctx, schema); err != nil {
			return err
		}
	}
	var v string
	if err := ix.writer.QueryRowContext(ctx, `SELECT value FROM meta WHERE name = 'version'`).Scan(&v); err != nil {
		return err
	}
	if v != version {
		return fmt.Errorf("search: the index has version %s", v)
	}
	if err := ix.writer.QueryRowContext(ctx, `SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'cursor'`).Scan(&ix.cursor); err != nil {
		return err
	}
	rows, err := ix.writer.QueryContext(ctx, `SELECT rid, body FROM doc`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var rid int64
		var body string
		if err := rows.Scan(&rid, &body); err != nil {
			return err
		}
		d := &doc{}
		if err := json.Unmarshal([]byte(body), d); err != nil {
			return err
		}
		ix.docs[rid], ix.byID[d.ID] = d, rid
	}
	if err := rows.Err(); err != nil {
		return err
	}
	secs, err := ix.writer.QueryContext(ctx, `SELECT rid, doc FROM sec`)
	if err != nil {
		return err
	}
	defer secs.Close()
	for secs.Next() {
		var rid, d int64
		if err := secs.Scan(&rid, &d); err != nil {
			return err
		}
		ix.docOf[rid] = d
	}
	return secs.Err()
}

// Close closes the file.
func (ix *Index) Close() error { return errors.Join(ix.readers.Close(), ix.writer.Close()) }

// Len is the number of documents.
func (ix *Index) Len() int {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return len(ix.docs)
}

// Cursor is that of the last Apply.
func (ix *Index) Cursor(context.Context) (int64, error) {
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	return ix.cursor, nil
}

// terms gives a text's exact words and its stems, parted by spaces.
func terms(text string, tag lang.Tag) (exact, stems string) {
	var e, s strings.Builder
	for tok := range analysis.Tokens(text) {
		w := text[tok.Start:tok.End]
		x := analysis.Fold(w)
		if x == "" {
			continue
		}
		e.WriteString(x)
		e.WriteByte(' ')
		if st, ok := analysis.Stem(tag, w); ok {
			x = st
		}
		s.WriteString(x)
		s.WriteByte(' ')
	}
	return e.String(), s.String()
}

type change struct {
	rid  int64
	old  int64 // document that goes, 0 for none
	doc  *doc
	secs []int64
}

// Apply adds, replaces and removes documents in one transaction.
func (ix *Index) Apply(ctx context.Context, put []search.Document, remove []string, cursor int64) error {
	ix.write.Lock()
	defer ix.write.Unlock()
	tx, err := ix.writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	var changes []change
	for _, id := range remove {
		if old, ok := ix.byID[id]; ok {
			if err := drop(ctx, tx, old); err != nil {
				return err
			}
			changes = append(changes, change{old: old})
		}
	}
	for i := range put {
		c, err := ix.put(ctx, tx, &put[i])
		if err != nil {
			return fmt.Errorf("search: index %s: %w", put[i].ID, err)
		}
		changes = append(changes, c)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET value = $1 WHERE name = 'cursor'`, fmt.Sprint(cursor)); err != nil {
		return err
	}
	// Searches wait for the moment in which file and memory change together.
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if err := tx.Commit(); err != nil {
		return err
	}
	ix.cursor = cursor
	for _, c := range changes {
		if c.old != 0 {
			delete(ix.byID, ix.docs[c.old].ID)
			delete(ix.docs, c.old)
		}
		if c.doc != nil {
			ix.docs[c.rid], ix.byID[c.doc.ID] = c.doc, c.rid
			for _, s := range c.secs {
				ix.docOf[s] = c.rid
			}
		}
	}
	return nil
}

func drop(ctx context.Context, tx *sql.Tx, rid int64) error {
	for _, q := range []string{`DELETE FROM words WHERE rowid IN (SELECT rid FROM sec WHERE doc = $1)`, `DELETE FROM sec WHERE doc = $1`, `DELETE FROM doc WHERE rid = $1`} {
		if _, err := tx.ExecContext(ctx, q, rid); err != nil {
			return err
		}
	}
	return nil
}

func (ix *Index) put(ctx context.Context, tx *sql.Tx, d *search.Document) (c change, err error) {
	if old, ok := ix.byID[d.ID]; ok {
		c.old = old
		if err := drop(ctx, tx, old); err != nil {
			return c, err
		}
	}
	title := d.Titles[d.Lang].S
	if title == "" {
		title = d.Titles.Pick("en")
	}
	c.doc = &doc{d.ID, d.SourceID, d.Lang, foldAll(title), d.Date, d.Year, d.Fields}
	b, err := json.Marshal(c.doc)
	if err != nil {
		return c, err
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO doc (id, body) VALUES ($1, $2)`, d.ID, string(b))
	if err != nil {
		return c, err
	}
	if c.rid, err = r.LastInsertId(); err != nil {
		return c, err
	}
	var te, ts strings.Builder
	for _, tag := range d.Titles.Tags() {
		e, s := terms(d.Titles[tag].S, tag)
		te.WriteString(e)
		ts.WriteString(s)
	}
	add := func(s search.Section, e, st string) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO sec (doc, eid, heading, body) VALUES ($1, $2, $3, $4)`, c.rid, s.EID, s.Heading, s.Text)
		if err != nil {
			return err
		}
		rid, err := r.LastInsertId()
		if err != nil {
			return err
		}
		he, hs := terms(s.Heading, d.Lang)
		c.secs = append(c.secs, rid)
		_, err = tx.ExecContext(ctx, `INSERT INTO words (rowid, te, ts, be, bs) VALUES ($1, $2, $3, $4, $5)`, rid, te.String()+he, ts.String()+hs, e, st)
		return err
	}
	// The record as a whole: title and summaries in every language.
	var e, s strings.Builder
	summary := d.Summary[d.Lang].S
	for _, tag := range d.Summary.Tags() {
		x, y := terms(d.Summary[tag].S, tag)
		e.WriteString(x)
		s.WriteString(y)
	}
	if summary == "" {
		summary = d.Summary.Pick("en")
	}
	if err := add(search.Section{Text: summary}, e.String(), s.String()); err != nil {
		return c, err
	}
	for _, x := range d.Sections {
		if x.Text == "" && x.Heading == "" {
			continue
		}
		e, s := terms(x.Text, d.Lang)
		if err := add(x, e, s); err != nil {
			return c, err
		}
	}
	return c, nil
}

func foldAll(s string) string {
	var out []string
	for tok := range analysis.Tokens(s) {
		out = append(out, analysis.Fold(s[tok.Start:tok.End]))
	}
	return strings.Join(out, " ")
}
