package store

import (
	"context"

	"merida/audit"
	"merida/fault"
	"merida/library"
)

func init() { Tables = append(Tables, "collection") }

// Collections keeps what editors gather.
type Collections struct{ DB DB }

var _ library.CollectionStore = Collections{}

const collectionColumns = `id, titles, intro, items, public, rev, added_at, changed_at, by_account`

func scanCollection(s Scanner) (c library.Collection, err error) {
	return c, s.Scan(&c.ID, FromJSON(&c.Titles), FromJSON(&c.Intro), FromJSON(&c.Items), &c.Public, &c.Rev, InTime(&c.AddedAt), InTime(&c.ChangedAt), &c.By)
}

func (st Collections) read(public bool) (func(context.Context, func(Tx) error) error, string) {
	if public {
		return st.DB.Public, "pub_collection"
	}
	return st.DB.Read, "collection"
}

// Collections lists collections, those changed last first.
func (st Collections) Collections(ctx context.Context, public bool) (out []library.Collection, err error) {
	db, table := st.read(public)
	err = db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanCollection, `SELECT `+collectionColumns+` FROM `+table+` ORDER BY changed_at DESC, id`)
		return err
	})
	return out, err
}

// Collection reads one.
func (st Collections) Collection(ctx context.Context, public bool, id library.CollectionID) (c library.Collection, err error) {
	db, table := st.read(public)
	err = db(ctx, func(tx Tx) error {
		c, err = One(ctx, tx, scanCollection, `SELECT `+collectionColumns+` FROM `+table+` WHERE id = $1`, string(id))
		return Found(err, "")
	})
	return c, err
}

// PutCollection adds or replaces one.
func (st Collections) PutCollection(ctx context.Context, c library.Collection, trace audit.Trace) (library.CollectionID, error) {
	trace.Result = string(c.ID)
	result, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if c.Rev == 0 {
			_, err := tx.Exec(ctx, `INSERT INTO collection (id, titles, intro, items, public, rev, added_at, changed_at, by_account) VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8)`,
				string(c.ID), JSON(c.Titles), JSON(c.Intro), JSON(c.Items), c.Public, Micros(c.AddedAt), Micros(c.ChangedAt), c.By)
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE collection SET titles = $1, intro = $2, items = $3, public = $4, rev = rev + 1, changed_at = $5, by_account = $6 WHERE id = $7 AND rev = $8`,
			JSON(c.Titles), JSON(c.Intro), JSON(c.Items), c.Public, Micros(c.ChangedAt), c.By, string(c.ID), c.Rev)
		if err == nil && n != 1 {
			return fault.New(fault.Conflict, "collection.error.changed", nil)
		}
		return err
	})
	return library.CollectionID(result), err
}

// DropCollection removes one.
func (st Collections) DropCollection(ctx context.Context, c library.Collection, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM collection WHERE id = $1 AND rev = $2`, string(c.ID), c.Rev)
		if err == nil && n != 1 {
			return fault.New(fault.Conflict, "collection.error.changed", nil)
		}
		return err
	})
	return err
}
