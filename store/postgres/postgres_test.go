package postgres_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"merida/audit"
	"merida/internal/id"
	"merida/internal/testkit"
	"merida/store"
	"merida/store/postgres"
	"merida/store/storetest"
)

func open(t *testing.T) store.DB {
	db, err := postgres.Open(t.Context(), testkit.Postgres(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func TestStore(t *testing.T) {
	testkit.Need(t, "postgres")
	storetest.Run(t, open)
}

// BenchmarkWriters is 200 people who save at once, each their own record: read, change, leave an entry.
func BenchmarkWriters(b *testing.B) {
	ctx := b.Context()
	db, err := postgres.Open(ctx, testkit.Postgres(b))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	const people = 200
	err = db.Write(ctx, func(tx store.Tx) error {
		for p := range people {
			if _, err := tx.Exec(ctx, `INSERT INTO setting (name, value) VALUES ($1, '0')`, fmt.Sprint("p", p)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	var left atomic.Int64
	b.ResetTimer()
	left.Store(int64(b.N))
	var wg sync.WaitGroup
	for p := range people {
		name := fmt.Sprint("p", p)
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				err := db.Write(ctx, func(tx store.Tx) error {
					if _, err := store.One(ctx, tx, store.Value[string], `SELECT value FROM setting WHERE name = $1`, name); err != nil {
						return err
					}
					if _, err := tx.Exec(ctx, `UPDATE setting SET value = $1 WHERE name = $2`, id.New(time.Now()), name); err != nil {
						return err
					}
					return store.SaveTrace(ctx, tx, audit.Trace{Entries: []audit.Entry{{ID: id.New(time.Now()), At: time.Now(), Actor: name, Act: "answer.edit", Kind: "answer", Object: name}}})
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "saves/s")
}
