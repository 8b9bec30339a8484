package answers

import "testing"

// Spreadsheets pass over blanks and unseen marks before the sign of a formula; so must the guard, and what it put on
// must come off again.
func TestNoCellIsAFormula(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200f=1", "\ufeff@x", "\uff1d1", " \uff0b1", "'=1", "' =1"} {
		got := guard(s)
		if got != "'"+s {
			t.Errorf("%q is written as %q", s, got)
		}
		if back := unguard(got); back != s {
			t.Errorf("%q comes back as %q", s, back)
		}
	}
	for _, s := range []string{"", "a=1", "Article 5 - prevention", " a", "'quoted'", "1-2"} {
		if got := guard(s); got != s || unguard(s) != s {
			t.Errorf("%q is written as %q", s, got)
		}
	}
}
