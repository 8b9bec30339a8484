package locale_test

import (
	"testing"

	"merida/lang"
	"merida/locale"
)

func TestChaptersAreNumberedAsTheConventionDoes(t *testing.T) {
	c, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		tag         lang.Tag
		roman, want string
	}{{"ar", "III", "الثالث"}, {"zh", "VIII", "八"}, {"fr", "III", "III"}, {"ru", "IV", "IV"}, {"ar", "XI", "XI"}, {"zh", "2", "2"}} {
		if got := c.Printer(x.tag).Chapter(x.roman); got != x.want {
			t.Errorf("%s %s: %s, want %s", x.tag, x.roman, got, x.want)
		}
	}
}
