// Package publication holds the ladder of visibility classes on which every
// record of a party stands, and the vocabulary of raising and withdrawing.
//
// What a State entered is Own until its approver raises it. Submission raises
// the frozen snapshot to Secretariat. What becomes Public is copied, frozen and
// hashed, into rows that alone feed public pages. Who may raise is decided in
// package identity; this package only knows the ladder.
package publication

// Class is a rung of the ladder: each class includes the readers of those before it.
type Class string

const (
	Own         Class = "own"         // the party itself
	Secretariat Class = "secretariat" // officers of the round
	Reviewers   Class = "reviewers"   // reviewers of the party
	Parties     Class = "parties"     // every State party
	Public      Class = "public"      // everyone
)

// Ladder lists the classes from the narrowest to the widest.
var Ladder = []Class{Own, Secretariat, Reviewers, Parties, Public}

// Rank is the place on the ladder, 0 for Own to 4 for Public, -1 for an unknown class.
// It is stored beside the class so that a query can compare.
func (c Class) Rank() int {
	for i, x := range Ladder {
		if x == c {
			return i
		}
	}
	return -1
}

// Valid reports whether c is a rung of the ladder.
func (c Class) Valid() bool { return c.Rank() >= 0 }
