package web

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
)

func TestMeasuresFeed(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	add := func(a identity.Actor, country party.ID, title string) {
		t.Helper()
		w := library.Whole{Measure: library.Measure{Country: country, Type: library.Law, Lang: "en", Licence: "CC0-1.0", Titles: lang.T("en", title)}, Version: library.Version{Format: "typed"}}
		if _, err := s.Library.Add(t.Context(), a, w); err != nil {
			t.Fatal(err)
		}
	}
	add(identity.OperatorActor(), "QN", "Act <1> & more")
	add(identity.OperatorActor(), "QM", "Other act")
	add(focal.account.Actor(), "QM", "Canary act")
	for _, l := range lang.Official {
		for path, n := range map[string]int{"": 2, "?country=QN": 1, "?country=QM": 1, "?country=QP": 0} {
			for _, who := range []*visitor{s.public(), focal} { // a feed is public even for those who see more
				w := who.get("/" + string(l) + "/measures/feed" + path)
				var f atomFeed
				if err := xml.Unmarshal(w.Body.Bytes(), &f); err != nil || w.Code != http.StatusOK {
					t.Fatal(w.Code, err)
				}
				if len(f.Entries) != n || f.Lang != string(l) || f.Updated == "" || !strings.HasPrefix(f.ID, "http://merida.test/") {
					t.Errorf("%s%s: %d entries, want %d: %+v", l, path, len(f.Entries), n, f)
				}
				if strings.Contains(w.Body.String(), "Canary") {
					t.Errorf("%s%s: an own measure is in the feed", l, path)
				}
				for _, e := range f.Entries {
					if e.Rights != "CC0-1.0" || e.Title == "" || e.Link.Href != e.ID {
						t.Errorf("entry %+v", e)
					}
				}
			}
		}
	}
	s.public().page("/en/measures/feed?country=ZZZ", http.StatusNotFound)
}
