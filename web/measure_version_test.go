package web

import (
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
)

func TestOldVersionLeadsOnWithinItself(t *testing.T) {
	s := newTestSite(t)
	var id string
	for _, text := range []string{"A fine of ten.", "A fine of twenty."} {
		w := library.Whole{Measure: library.Measure{SourceID: "qn-fines", Country: "QN", Type: library.Law, Lang: "en", Titles: lang.T("en", "Fines Act")},
			Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Text: text}, {EID: "art_2", Level: 1, Kind: "article", Num: "Article 2", Text: "Stays."}}}
		known, err := s.Library.Store.BySource(t.Context(), []string{"qn-fines"})
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Library.Intake(t.Context(), identity.OperatorActor(), known["qn-fines"], w)
		if err != nil {
			t.Fatal(err)
		}
		id = string(got)
	}
	for _, l := range lang.Official {
		at := "/" + string(l) + "/measures/" + id
		old := s.public().page(at+"/versions/1", http.StatusOK)
		if strings.Contains(old, `href="`+at+`/sections/`) || !strings.Contains(old, `href="`+at+`/versions/1/sections/art_1"`) {
			t.Errorf("%s: the sections of the old version lead elsewhere", l)
		}
		section := s.public().page(at+"/versions/1/sections/art_1", http.StatusOK)
		if !strings.Contains(section, `href="`+at+`/versions/1/sections/art_2"`) || !strings.Contains(section, `href="`+at+`/versions/1"`) {
			t.Errorf("%s: the section of the old version leads out of it", l)
		}
		for _, page := range []string{old, section} {
			if !strings.Contains(page, s.Locale.Printer(l).T("measure.to_newest", nil)) || !strings.Contains(page, `href="`+at+`"`) {
				t.Errorf("%s: nothing says that a newer version exists", l)
			}
		}
		if now := s.public().page(at, http.StatusOK); !strings.Contains(now, `href="`+at+`/sections/art_1"`) || strings.Contains(now, "/versions/1/sections/") {
			t.Errorf("%s: the newest text does not lead to its permanent addresses", l)
		}
	}
}
