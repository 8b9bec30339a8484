package thesaurus_test

import (
	"fmt"
	"strings"
	"testing"

	"merida/lang"
	"merida/thesaurus"
)

func TestReader(t *testing.T) {
	th, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		lang lang.Tag
		text string
		want string
	}{
		{"en", "The bribery of foreign public officials is an offence. Whoever commits bribery is punished; bribery of any kind.", "bribery-national-officials 2, bribery-foreign-officials 1"},
		{"es", "Decomiso de bienes. El decomiso se ordena por sentencia.", "confiscation 2"},
		{"nl", "Omkoping van ambtenaren", ""},
		{"en", "", ""},
		{"ar", "\xff\xfe", ""},
	} {
		r := th.Reader(x.lang)
		var got []string
		for _, m := range r.Mentions(r.Words(x.text)) {
			got = append(got, fmt.Sprintf("%s %d", m.Concept.ID, m.Count))
		}
		if s := strings.Join(got, ", "); s != x.want {
			t.Errorf("%s %q: %q, want %q", x.lang, x.text, s, x.want)
		}
	}
	// What a short question names, a reader finds as well.
	for _, c := range th.Concepts() {
		for _, tag := range lang.Official {
			r := th.Reader(tag)
			ok := false
			for _, m := range r.Mentions(r.Words(c.Terms[tag][0])) {
				ok = ok || m.Concept == c
			}
			if !ok {
				t.Errorf("%s: the reader does not find %s in %q", tag, c.ID, c.Terms[tag][0])
			}
		}
	}
}
