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
	"slices"
	"strings"
	"sync"
	"time"

	_ "modernc.org/sqlite" // registers the engine

	"merida/fault"
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

// match writes terms in the language of FTS5. all says whether every group must occur.
func match(ts []search.Term, all bool) string {
	quote := func(words []string) string { return `"` + strings.ReplaceAll(strings.Join(words, " "), `"`, ``) + `"` }
	one := func(t search.Term) string {
		x := `{te be} : ` + quote(t.Exact)
		if t.Prefix {
			x += ` *`
		}
		for _, s := range t.Stems {
			x += ` OR {ts bs} : ` + quote([]string{s})
		}
		return `(` + x + `)`
	}
	heavy := slices.ContainsFunc(ts, func(t search.Term) bool { return !t.Not && !t.Light })
	var groups, members []string
	last := 0
	flush := func() {
		if len(members) > 0 {
			groups = append(groups, `(`+strings.Join(members, ` OR `)+`)`)
		}
		members = nil
	}
	for _, t := range ts {
		if t.Not {
			continue
		}
		if t.Light && heavy && len(t.Exact) == 1 && !t.Prefix {
			continue
		}
		if t.Group != last {
			flush()
			last = t.Group
		}
		members = append(members, one(t))
	}
	flush()
	if len(groups) == 0 {
		return ""
	}
	joiner := ` AND `
	if !all {
		joiner = ` OR `
	}
	return strings.Join(groups, joiner)
}

// excluded writes the terms that must not occur anywhere in a document; empty when there is none.
func excluded(ts []search.Term) string {
	var out []search.Term
	for _, t := range ts {
		if t.Not {
			t.Not, t.Light = false, false
			t.Group = 0
			out = append(out, t)
		}
	}
	for i := range out {
		out[i].Group = i + 1
	}
	return match(out, false)
}

type hit struct {
	doc, sec int64
	score    float64
	n        int
	cover    float64 // share of the query that the document holds, 1 for all
	together bool    // one section holds all of it
	also     *search.Also
}

// Search answers a query.
func (ix *Index) Search(ctx context.Context, q search.Query) (out search.Result, err error) {
	began := time.Now()
	parsed, err := search.Parse(q.Words)
	if err != nil {
		return out, err
	}
	filter := map[string][]string{}
	for _, f := range []map[string][]string{q.Filter, parsed.Filter} {
		for k, v := range f {
			if len(v) > 0 {
				filter[k] = append(filter[k], v...)
			}
		}
	}
	if y := filter["year"]; len(y) > 0 {
		delete(filter, "year")
		fmt.Sscan(y[0], &q.YearFrom)
		q.YearTo = q.YearFrom
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	hits := map[int64]*hit{}
	var also map[int64]*hit
	asked := match(parsed.Terms, true) != ""
	if asked {
		if err := ix.gather(ctx, q, parsed.Terms, hits); err != nil {
			return out, err
		}
		if also, err = ix.alternatives(ctx, q.Also); err != nil {
			return out, err
		}
		for rid := range also {
			if hits[rid] == nil {
				hits[rid] = &hit{doc: rid}
			}
		}
	} else if !slices.ContainsFunc(parsed.Terms, func(t search.Term) bool { return !t.Not }) {
		for rid := range ix.docs {
			hits[rid] = &hit{doc: rid}
		}
	}
	if m := excluded(parsed.Terms); m != "" {
		out := map[int64]*hit{}
		if err := ix.find(ctx, m, out); err != nil {
			return search.Result{}, err
		}
		for rid := range out {
			delete(hits, rid)
		}
	}
	// A document that fails one filter alone still counts in that filter's facet.
	failed := map[*hit]string{}
	var narrowed, beside []*hit
	for rid, h := range hits {
		d := ix.docs[rid]
		if d == nil || q.YearFrom > 0 && d.Year < q.YearFrom || q.YearTo > 0 && (d.Year > q.YearTo || d.Year == 0) {
			continue
		}
		n, which := 0, ""
		for name, values := range filter {
			if !slices.ContainsFunc(d.Fields[name], func(v string) bool { return slices.Contains(values, v) }) {
				n++
				which = name
			}
		}
		switch n {
		case 0:
			narrowed = append(narrowed, h)
		case 1:
			beside = append(beside, h)
			failed[h] = which
		}
	}
	found := narrowed
	if asked {
		whole := slices.ContainsFunc(narrowed, func(h *hit) bool { return h.together })
		found, out.Relaxed = settle(narrowed, also)
		// What stands beside is counted as what ticking it would add to the present answer.
		beside = slices.DeleteFunc(beside, func(h *hit) bool {
			return h.cover < 1 && (whole || also[h.doc] == nil && (!out.Relaxed || h.cover < least))
		})
	}
	counts := map[string]map[string]int{}
	for _, f := range q.Facets {
		counts[f] = map[string]int{}
	}
	for _, h := range slices.Concat(found, beside) {
		for name, c := range counts {
			if which := failed[h]; which == "" || which == name {
				for _, v := range ix.docs[h.doc].Fields[name] {
					c[v]++
				}
			}
		}
	}
	ix.order(found, q.Sort)
	out.Total = len(found)
	out.Facets = map[string][]search.Count{}
	for name, c := range counts {
		list := make([]search.Count, 0, len(c))
		for v, n := range c {
			list = append(list, search.Count{Value: v, N: n})
		}
		slices.SortFunc(list, func(a, b search.Count) int {
			if a.N != b.N {
				return b.N - a.N
			}
			return strings.Compare(a.Value, b.Value)
		})
		out.Facets[name] = list
	}
	if q.Limit <= 0 {
		q.Limit = 20
	}
	from := min(max(0, q.Offset), len(found))
	for _, h := range found[from:min(len(found), from+q.Limit)] {
		d := ix.docs[h.doc]
		x := search.Hit{ID: d.ID, SourceID: d.SourceID, Score: h.score, Lang: d.Lang, Also: h.also}
		where, arg := `doc = $1 ORDER BY rid LIMIT 1`, h.doc
		if h.sec != 0 {
			where, arg = `rid = $1`, h.sec
		}
		var text string
		if err := ix.readers.QueryRowContext(ctx, `SELECT eid, heading, body FROM sec WHERE `+where, arg).Scan(&x.EID, &x.Heading, &text); err != nil {
			return out, err
		}
		terms := parsed.Terms
		if h.also != nil {
			terms = append(slices.Clone(terms), h.also.Terms()...)
		}
		x.Snippet = search.Snippet(text, d.Lang, terms)
		out.Hits = append(out.Hits, x)
	}
	out.Took = time.Since(began)
	return out, nil
}

// sectionsMost bounds how many sections of one query are looked at.
const sectionsMost = 500_000

func (ix *Index) find(ctx context.Context, m string, hits map[int64]*hit) error {
	// Weights: an exact word of a title or heading counts most, a stem in the text least.
	rows, err := ix.readers.QueryContext(ctx, `SELECT rowid, bm25(words, 6.0, 3.0, 2.0, 1.0) FROM words WHERE words MATCH $1 LIMIT $2`, m, sectionsMost)
	if err != nil {
		return fault.Wrap(fault.Invalid, "search.error.words", err)
	}
	defer rows.Close()
	for rows.Next() {
		var rid int64
		var score float64
		if err := rows.Scan(&rid, &score); err != nil {
			return err
		}
		score = -score
		d, ok := ix.docOf[rid]
		if !ok {
			continue
		}
		h := hits[d]
		if h == nil {
			h = &hit{doc: d, sec: rid, score: score}
			hits[d] = h
		} else if score > h.score {
			h.sec, h.score = rid, score
		}
		h.n++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	// A record in which many sections match is more likely about the matter; the gain flattens quickly.
	for _, h := range hits {
		h.score *= 1 + 0.05*float64(min(h.n, 8))
	}
	return nil
}

func (ix *Index) order(hs []*hit, s search.Sort) {
	slices.SortFunc(hs, func(a, b *hit) int {
		x, y := ix.docs[a.doc], ix.docs[b.doc]
		c := 0
		switch s {
		case search.Newest:
			c = strings.Compare(y.Date, x.Date)
		case search.Oldest:
			switch {
			case x.Date == "" && y.Date != "":
				c = 1
			case y.Date == "" && x.Date != "":
				c = -1
			default:
				c = strings.Compare(x.Date, y.Date)
			}
		case search.ByTitle:
			c = strings.Compare(x.Title, y.Title)
		default:
			switch {
			case a.score > b.score:
				c = -1
			case a.score < b.score:
				c = 1
			default:
				c = strings.Compare(y.Date, x.Date)
			}
		}
		if c == 0 {
			c = strings.Compare(x.ID, y.ID)
		}
		return c
	})
}
