//go:build !unix

package testkit

import "testing"

// Postgres fails when PostgreSQL is asked for: tests start it on Unix only.
func Postgres(t testing.TB) (url string) {
	t.Helper()
	Need(t, "postgres")
	t.Fatal("the tests can start PostgreSQL on Unix only")
	return ""
}
