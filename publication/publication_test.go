package publication_test

import (
	"testing"

	"merida/publication"
)

// The rank is stored in every row, so the order of the ladder must never change:
// a new class between two would make old rows mean something else.
func TestRanksAreThoseThatAreStored(t *testing.T) {
	for class, rank := range map[publication.Class]int{"own": 0, "secretariat": 1, "reviewers": 2, "parties": 3, "public": 4} {
		if class.Rank() != rank || !class.Valid() {
			t.Errorf("%s has the rank %d, stored rows say %d", class, class.Rank(), rank)
		}
	}
	if len(publication.Ladder) != 5 {
		t.Errorf("%d classes on the ladder", len(publication.Ladder))
	}
	for _, c := range []publication.Class{"", "Public", "everyone"} {
		if c.Rank() != -1 || c.Valid() {
			t.Errorf("%q is on the ladder", c)
		}
	}
}
