package postgres_test

import (
	"testing"

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
