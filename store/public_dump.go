package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// PublicTables lists every table and view that the public pool reads, with what a row of it is, in English. A test
// holds the list to the schema, so that a dump of what is public leaves nothing out.
var PublicTables = []struct{ Name, About string }{
	{"pub_measure", "a measure: record of a law, policy, institution or case, with source, licence and validation"},
	{"pub_measure_version", "a version of a measure's text, with what is known of its time in force"},
	{"pub_section", "a section of a version's text"},
	{"pub_mapping", "what ties a section or a whole measure to a provision, and who says so"},
	{"pub_translation", "a translation of a version"},
	{"pub_translation_section", "a section of a translation"},
	{"pub_collection", "a thematic collection of provisions and measures"},
	{"pub_answer", "an answer as a State published it, in part or whole"},
	{"pub_answer_citation", "a section that a published answer cites"},
	{"pub_need", "a need for technical assistance that a State published"},
	{"pub_need_provision", "a provision that a need is about"},
	{"pub_activity", "an activity of technical assistance"},
	{"pub_activity_key", "what an activity is about: its recipients, provisions, forms"},
	{"pub_statement", "what a side says of an activity"},
	{"pub_need_link", "a need and an activity that serves it"},
	{"pub_clearing", "an offer or a request of assistance that a party published in the clearing house"},
	{"pub_clearing_provision", "a provision that such an offer or request is about"},
	{"pub_contact_point", "a contact point"},
	{"pub_treaty_text", "the official text of a convention in a language, as the operator loaded it"},
	{"pub_treaty_passage", "the words of one provision in such a text"},
	{"pub_edition", "an edition of a questionnaire, with all its questions"},
	{"pub_edition_step", "a step in the life of an edition"},
	{"pub_round", "a round in which an edition was opened to parties"},
}

// NotDumpedPublic lists public tables that a dump leaves out: those that only tell when something changed, and the
// files from which activities were read, which their publishers offer themselves.
var NotDumpedPublic = []string{"pub_treaty_mark", "pub_last_change", "pub_activity_original",
	"pub_touched_activity", "pub_touched_answer", "pub_touched_contact_point", "pub_touched_measure", "pub_touched_need", "pub_touched_statement"}

// EachPublic gives every row that the public pool sees, table by table in the order of [PublicTables], of one moment. begin is
// called before the rows of each table.
func EachPublic(ctx context.Context, db DB, begin func(table string, columns []string) error, row func([]any) error) error {
	return db.Public(ctx, func(tx Tx) error {
		for _, t := range PublicTables {
			if err := eachPublic(ctx, tx, t.Name, begin, row); err != nil {
				return fmt.Errorf("%s: %w", t.Name, err)
			}
		}
		return nil
	})
}

func eachPublic(ctx context.Context, tx Tx, table string, begin func(string, []string) error, row func([]any) error) error {
	rows, err := tx.Query(ctx, `SELECT * FROM `+table) // every column, whatever a migration added
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := begin(table, columns); err != nil {
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		out := make([]any, len(cells))
		for i, c := range cells {
			out[i] = publicCell(columns[i], c)
		}
		if err := row(out); err != nil {
			return err
		}
	}
	return rows.Err()
}

// publicCell brings a cell to what readers of files expect: a moment as RFC 3339, stored JSON as JSON.
func publicCell(column string, c any) any {
	if b, ok := c.([]byte); ok {
		c = string(b)
	}
	switch c := c.(type) {
	case int64:
		switch {
		case !strings.HasSuffix(column, "_at") && column != "at":
		case c == 0:
			return nil
		default:
			return Time(c).Format(time.RFC3339)
		}
	case string:
		if c == "null" { // an empty text in several languages
			return nil
		}
		if c != "" && (c[0] == '{' || c[0] == '[') && json.Valid([]byte(c)) {
			return json.RawMessage(c)
		}
	}
	return c
}
