// Package testkit starts what the tests need from outside: a real PostgreSQL.
// Only tests import it; walls_test.go holds that.
//
// Which engines a run must cover is said by the environment variable
// MERIDA_ENGINES ("sqlite,postgres"), as `make test` sets it. An engine that is
// asked for and missing fails the run; one that is not asked for is skipped aloud.
package testkit
