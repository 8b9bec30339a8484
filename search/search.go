// Package search finds records by words and facets. It knows no word of the
// product: a Document is titles, sections and fields; package library makes one of
// a measure. An Index is a second copy, derived from the store and never the only
// place of a fact; it can be thrown away and built anew, and its engine may
// change behind the contract. The embedded engine is in package inverted; analysis
// (words, stems, scripts) is in package analysis and serves every engine.
//
// What is restricted is not indexed at all: every document is public.
package search

import (
	"context"
	"strings"
	"time"

	"merida/lang"
	"merida/search/analysis"
)

// Document is a record as the index sees it.
type Document struct {
	ID       string
	SourceID string
	Lang     lang.Tag // of the sections
	Titles   lang.Text
	Summary  lang.Text
	Date     string    // "2017" or "2017-03-01"; empty when not known
	Year     int       // 0 when not known
	Changed  time.Time // when the record last changed; zero when not known
	// Fields are the facets: a name and its values. Where values form a tree, the document carries the ancestors too.
	Fields   map[string][]string
	Sections []Section
}

// Section is a part of a document that can be the place of a hit.
type Section struct {
	EID     string
	Heading string // number and heading
	Text    string
	// Lang is set for a section of a translation: its language, in which it is read and shown. Empty means that of the document.
	Lang lang.Tag
}

// Sort is an order of hits.
type Sort string

const (
	ByRelevance Sort = ""
	Newest      Sort = "newest"
	Oldest      Sort = "oldest"
	ByTitle     Sort = "title"
)

// Query is what is asked for.
type Query struct {
	Words string
	// Filter narrows: any of the values within a name, all of the names together.
	Filter           map[string][]string
	YearFrom, YearTo int       // 0 means no bound
	ChangedAfter     time.Time // only records that changed later; zero means any
	Sort             Sort
	Limit, Offset    int
	After            string   // the Next of an earlier result: goes on behind its last hit, wherever that stands now; Offset is left out
	Facets           []string // whose counts are wanted
	// Also are other ways of saying what the words say, in the same or another language. What only they find is mixed in behind the
	// first hits that have all the words, one of three; the languages of the texts take turns.
	Also []Also
	// WordsOnly asks for no other ways of saying: whoever would add them leaves them out.
	WordsOnly bool
	// Stands are words that a field's value answers as well as the text: a State's name is answered by that State's laws.
	Stands []Stand
}

// Also is another way of saying what a query says.
type Also struct {
	Words string   // parts of it stand close to each other, in any order; a part without spaces stands as it is
	Lang  lang.Tag // its language, for the stems
	Key   string   // what it means, for whoever asked
	// Field and Value, where they are set, say it by a facet in place of words: a law that is mapped to the provision of a concept.
	Field, Value string
}

// Stand is a value of a field that answers for words, which are in exact form (see package analysis).
type Stand struct {
	Words        []string
	Field, Value string
}

// Terms are the words of an alternative as a snippet marks them.
func (a Also) Terms() (out []Term) {
	for part := range strings.FieldsSeq(a.Words) {
		for tok := range analysis.Tokens(part) {
			w := part[tok.Start:tok.End]
			t := Term{Exact: []string{analysis.Fold(w)}}
			if t.Light = analysis.Light(t.Exact[0]); t.Light {
				continue
			}
			if s, ok := analysis.Stem(a.Lang, w); ok {
				t.Stems = []string{s}
			}
			out = append(out, t)
		}
	}
	return out
}

// Fragment is a piece of a snippet.
type Fragment struct {
	Text string `json:"text"`
	Mark bool   `json:"mark,omitempty"` // it matches the query
}

// Hit is a document with its best section.
type Hit struct {
	ID, SourceID string
	Score        float64 // comparable within one result only
	EID          string  // of the best section; empty for the document as a whole
	Heading      string
	Snippet      []Fragment
	Lang         lang.Tag // of the snippet
	// Translation: the snippet, section and heading are those of a translation into Lang.
	Translation bool
	// Also is the other way of saying by which the document was found; nil where the query's own words found it.
	Also *Also
}

// Count is a facet value with the number of documents that have it.
type Count struct {
	Value string
	N     int
}

// Result is what was found. Total and counts are of documents. The counts of a
// facet ignore that facet's own filter, so that a reader sees what adding a value would give.
type Result struct {
	Total  int
	Hits   []Hit
	Facets map[string][]Count // most first
	Next   string             // for After; empty behind the last hit
	// ByWords is the number of documents that the query's own words found; the others were found by other ways of saying the same.
	ByWords int
	// Relaxed says that no section had all the words, so that some of them, or all in different sections, were enough.
	Relaxed bool
	Missing []string // words of the query that stand nowhere at all, folded (see package analysis)
	Took    time.Duration
}

// Index keeps documents and finds them. Methods may be called at once; what Apply
// was given is found by every Search that begins after it returned.
type Index interface {
	// Apply adds or replaces documents and removes others in one step, with the cursor up to which the index follows the store.
	Apply(ctx context.Context, put []Document, remove []string, cursor int64) error
	// Search answers a query. Invalid: the words pass a limit.
	Search(ctx context.Context, q Query) (Result, error)
	// Cursor is that of the last Apply, 0 for an empty index.
	Cursor(ctx context.Context) (int64, error)
	// Len is the number of documents.
	Len() int
	Close() error
}

// Limits of a query's words.
const (
	MaxRunes = 400
	MaxTerms = 32
)
