// Package store keeps every word's records in SQL: one file per concept, one
// SQL text for both engines. It decides nothing: permission, validation and
// state belong to the words; the store applies the Sight it is given and makes
// each act atomic together with its audit entry.
//
// A DB has three doors. Read is a snapshot of everything, for queries that
// carry a Sight. Write is one atomic change. Public reads a snapshot through a
// connection that can see only names that begin with pub_: what is not there
// cannot leak, whatever a query says. The engines are in the packages sqlite
// and postgres; the schema is in migrate.
//
// Conventions of the SQL: parameters are $1, $2, …; times are BIGINT
// microseconds since 1970 UTC (Micros, Time); JSON columns are TEXT and opaque to
// SQL; columns are listed, never *; text is folded and ordered in Go.
package store
