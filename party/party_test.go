package party_test

import (
	"testing"

	"merida/party"
)

func TestValidIsTheFormAlone(t *testing.T) {
	for id, want := range map[party.ID]bool{"KE": true, "EU": true, "QM": true, "ZZ": true,
		"": false, "ke": false, "KEN": false, "K": false, "K1": false, "É1": false, "KE\n": false, " KE": false} {
		if id.Valid() != want {
			t.Errorf("%q valid: %v", id, !want)
		}
	}
}

func TestDemonstrationPartiesAreUserAssignedCodes(t *testing.T) {
	n := 0
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if party.ID(string([]rune{a, b})).Demonstration() {
				n++
				if a != 'Q' || b < 'M' {
					t.Errorf("%c%c may be a real code of ISO 3166-1", a, b)
				}
			}
		}
	}
	if n != 14 {
		t.Errorf("%d demonstration codes, QM to QZ are 14", n)
	}
	for _, id := range []party.ID{"", "Q", "QMX", "qm"} {
		if id.Demonstration() {
			t.Errorf("%q", id)
		}
	}
}
