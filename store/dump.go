package store

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"merida/fault"
)

// Tables lists every table that a backup holds, those that others refer to first.
// The outbox is left out: it only tells derived copies what to read again, and
// these are built anew after a restore. A test holds the list to the schema.
var Tables = []string{
	"schema_step", "audit_entry", "once", "setting", "account", "link", "session", "mail", "edition",
	"saved_search", "subscription", "seen_mark", "digest", "stop_link", "webhook", "webhook_delivery",
	"edition_step",
	"measure", "measure_version", "section", "mapping", "translation", "translation_section",
	"round", "assessment", "answer", "answer_version", "proposal", "proposal_save", "snapshot", "pub_answer", "pub_answer_citation",
	"extension", "remark", "finding", "reuse", // of rounds and answers
	"round_waiting", "round_plan", "migration", "migration_assessment", "migration_answer",
	"contact_point", "contact_link",
	"treaty_text", "treaty_passage", "reference_file",
	"need", "need_version", "need_provision", "pub_need", "need_asked", "pub_need_provision",
	"mechanism", "mechanism_party", "mechanism_member", "meeting", "action", "answer_release", "dossier",
	"clearing", "clearing_provision", "clearing_event", "clearing_asked", "clearing_answer", "clearing_schedule", "work_calendar", "pub_clearing", "pub_clearing_provision",
	"activity", "activity_key", "activity_original", "statement", "need_link", "match_declined",
}

// NotDumped lists the tables that a backup leaves out, with the reason in Tables' comment.
var NotDumped = []string{"outbox"}

// A dump is lines of JSON: a table line {"table","columns"} and then a row line per
// row, an array of cells. Bytes are {"b":"base64"}; text, whole numbers, booleans and null are themselves.
type tableLine struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
}

type bytesCell struct {
	B string `json:"b"`
}

// Dump writes every record as it stands at one moment.
func Dump(ctx context.Context, db DB, w io.Writer, tell func(table string, rows int64)) error {
	out := bufio.NewWriterSize(w, 1<<20)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	err := db.Read(ctx, func(tx Tx) error {
		for _, table := range Tables {
			if err := dumpTable(ctx, tx, enc, table, tell); err != nil {
				return fmt.Errorf("dump %s: %w", table, err)
			}
		}
		return nil
	})
	return errors.Join(err, out.Flush())
}

func dumpTable(ctx context.Context, tx Tx, enc *json.Encoder, table string, tell func(string, int64)) error {
	rows, err := tx.Query(ctx, `SELECT * FROM `+table) // every column, whatever a migration added
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := enc.Encode(tableLine{table, columns}); err != nil {
		return err
	}
	cells, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var n int64
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, c := range cells {
			if b, ok := c.([]byte); ok {
				cells[i] = bytesCell{base64.StdEncoding.EncodeToString(b)}
			}
		}
		if err := enc.Encode(cells); err != nil {
			return err
		}
		if n++; n%1000 == 0 && tell != nil {
			tell(table, n)
		}
	}
	return rows.Err()
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

const loadBatch = 500

// Load fills a fresh store with what Dump wrote.
// Conflict: the store holds records already. Invalid: the dump is none, or of a newer program.
func Load(ctx context.Context, db DB, r io.Reader, tell func(table string, rows int64)) error {
	if err := db.Read(ctx, func(tx Tx) error {
		n, err := One(ctx, tx, Value[int64], `SELECT COUNT(*) FROM account`)
		if err == nil && n > 0 {
			return fault.New(fault.Conflict, "backup.not_empty", nil)
		}
		return err
	}); err != nil {
		return err
	}
	dec := json.NewDecoder(bufio.NewReaderSize(r, 1<<20))
	dec.UseNumber()
	var table tableLine
	var insert string
	var batch [][]any
	var n int64
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		err := db.Bulk(ctx, func(tx Tx) error {
			for _, row := range batch {
				if _, err := tx.Exec(ctx, insert, row...); err != nil {
					return fmt.Errorf("load %s: %w", table.Table, err)
				}
			}
			return nil
		})
		batch = batch[:0]
		return err
	}
	for {
		var raw json.RawMessage
		err := dec.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return flush()
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "backup.damaged", err)
		}
		if raw[0] == '{' {
			if err := flush(); err != nil {
				return err
			}
			table = tableLine{}
			if err := json.Unmarshal(raw, &table); err != nil || !slices.Contains(Tables, table.Table) {
				return fault.New(fault.Invalid, "backup.unknown", fault.Args{"table": table.Table})
			}
			places := make([]string, len(table.Columns))
			for i, c := range table.Columns {
				if !plainName.MatchString(c) {
					return fault.New(fault.Invalid, "backup.unknown", fault.Args{"table": table.Table})
				}
				places[i] = fmt.Sprintf("$%d", i+1)
			}
			insert = fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table.Table, strings.Join(table.Columns, ", "), strings.Join(places, ", "))
			n = 0
			continue
		}
		if table.Table == "schema_step" {
			continue // the fresh store has its own; cmd compares them before
		}
		var cells []any
		if err := unmarshalNumbers(raw, &cells); err != nil || len(cells) != len(table.Columns) {
			return fault.Wrap(fault.Invalid, "backup.damaged", err)
		}
		for i, c := range cells {
			switch c := c.(type) {
			case json.Number:
				x, err := c.Int64()
				if err != nil {
					return fault.Wrap(fault.Invalid, "backup.damaged", err)
				}
				cells[i] = x
			case map[string]any:
				s, _ := c["b"].(string)
				b, err := base64.StdEncoding.DecodeString(s)
				if err != nil {
					return fault.Wrap(fault.Invalid, "backup.damaged", err)
				}
				cells[i] = b
			}
		}
		batch = append(batch, cells)
		if n++; n%1000 == 0 && tell != nil {
			tell(table.Table, n)
		}
		if len(batch) >= loadBatch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
}

func unmarshalNumbers(raw []byte, v any) error {
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	return d.Decode(v)
}
