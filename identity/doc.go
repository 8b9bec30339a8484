// Package identity says who acts and what they may do and see.
//
// An Actor is a person (or the operator at the command line) in one role. The
// whole permission table is in policy.go: every act of every service asks it
// through Actor.Must. A Sight is made from an Actor and goes with every read;
// the store alone turns it into conditions of a query, so that page, count,
// facet, export and API cannot differ.
//
// Accounts, sessions and sign-in links are here as well: see account.go.
package identity
