// Package party holds the identifier of a party to a convention. It lies below
// everything that speaks of States, so that rights can name a party without
// knowing anything about it; names, dates and groups are in package directory.
package party

import "regexp"

// ID is the ISO 3166-1 alpha-2 code of a State, "EU", or one of the
// user-assigned codes QM to QZ that mark a demonstration party. Upper case.
// The empty ID means no party.
type ID string

var form = regexp.MustCompile(`^[A-Z]{2}$`)

// Valid reports whether the code has the form of a party id; it does not say that such a party exists.
func (id ID) Valid() bool { return form.MatchString(string(id)) }

// Demonstration reports whether the code is one that ISO 3166-1 leaves to users
// and that this system gives to fictional parties only (QM to QZ).
func (id ID) Demonstration() bool {
	return len(id) == 2 && id[0] == 'Q' && id[1] >= 'M' && id[1] <= 'Z'
}
