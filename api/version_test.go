package api_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"merida/api"
	"merida/convention"
	"merida/directory"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/store"
	"merida/store/sqlite"
)

func TestTextOfADay(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tree, err := convention.Load()
	must(err)
	words, err := locale.Load()
	must(err)
	parties, err := directory.Load(directory.Demonstration()...)
	must(err)
	lib := &library.Service{Store: store.Library{DB: db}, Now: clock.System, Known: tree.Known}
	a := &api.API{Conventions: tree, Parties: parties, Library: lib.Store, Assessments: store.Assessments{DB: db}, Locale: words, BaseURL: "http://merida.test", Log: slog.New(slog.DiscardHandler)}
	take := func(source, text string, life library.Life) {
		known, err := lib.Store.BySource(t.Context(), []string{source})
		must(err)
		_, _, err = lib.Intake(t.Context(), identity.OperatorActor(), known[source], library.Whole{
			Measure: library.Measure{SourceID: source, Country: "QN", Lang: "es", Titles: lang.T("es", "Ley de prueba"), Status: life.Status}, Version: library.Version{Format: "md", FileHash: text, Life: life},
			Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Text: text}}})
		must(err)
	}
	take("day", "viejo", library.Life{Adopted: "2001", From: "2001-05-10", Until: "2014-12-31", Status: library.Amended})
	take("day", "nuevo", library.Life{From: "2015", Status: library.InForce})
	take("undated", "nada", library.Life{})
	get := func(path string, status int, into any) {
		t.Helper()
		w := httptest.NewRecorder()
		a.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil))
		if w.Code != status {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		must(json.Unmarshal(w.Body.Bytes(), into))
	}
	var m api.Measure
	get("/measures/day?as-of=2010-01-01", http.StatusOK, &m)
	if m.AsOf == nil || m.AsOf.Version != 1 || m.AsOf.Doubt != "" || m.Version != 1 || m.Text.From != "2001-05-10" || m.Text.Until != "2014-12-31" || m.Text.Status != library.Amended || m.Sections[0].Text != "viejo" {
		t.Errorf("%+v", m)
	}
	m = api.Measure{}
	get("/measures/day?as-of=2015-02-01", http.StatusOK, &m)
	if m.AsOf.Version != 2 || m.AsOf.Doubt != library.StartDoubt {
		t.Errorf("%+v", m.AsOf)
	}
	m = api.Measure{}
	get("/measures/day", http.StatusOK, &m)
	if m.AsOf != nil || m.Text.N != 2 || m.Validated {
		t.Errorf("%+v", m)
	}
	var sec api.Section
	get("/measures/day/sections/art_1?as-of=2010-01-01", http.StatusOK, &sec)
	if sec.Text != "viejo" || sec.Measure.AsOf.Version != 1 {
		t.Errorf("%+v", sec)
	}
	var vs struct{ Items []api.Version }
	get("/measures/day/versions", http.StatusOK, &vs)
	if len(vs.Items) != 2 || vs.Items[1].Adopted != "2001" || vs.Items[0].Status != library.InForce {
		t.Errorf("%+v", vs)
	}
	for path, key := range map[string]string{"/measures/day?as-of=2000-01-01": "measure.error.not_in_force", "/measures/undated?as-of=2000-01-01": "measure.error.no_dates"} {
		var p api.Problem
		get(path, http.StatusNotFound, &p)
		if p.Key != key || p.Detail == "" {
			t.Errorf("%s: %+v", path, p)
		}
	}
	var p api.Problem
	get("/measures/day?as-of=soon", http.StatusUnprocessableEntity, &p)
	if len(p.Fields) != 1 || p.Fields[0].Key != "measure.error.as_of" {
		t.Errorf("%+v", p)
	}
	day, err := lib.Store.BySource(t.Context(), []string{"day"})
	must(err)
	_, err = lib.Translate(t.Context(), identity.OperatorActor(), library.Translated{Translation: library.Translation{Measure: day["day"].ID, N: 1, Lang: "en", Status: lang.Machine},
		Sections: []library.Section{{EID: "sec_1", Text: "old"}, {EID: "note", Text: "more"}}})
	must(err)
	var ts struct{ Items []api.Translation }
	get("/measures/day/translations", http.StatusOK, &ts)
	if len(ts.Items) != 1 || !ts.Items[0].Stale || ts.Items[0].Status != lang.Machine || ts.Items[0].Sections != nil {
		t.Errorf("%+v", ts)
	}
	var tr api.Translation
	get("/measures/day/versions/1/translations/en", http.StatusOK, &tr)
	if len(tr.Sections) != 2 || tr.Sections[0].Of != "art_1" || tr.Sections[1].Of != "" {
		t.Errorf("%+v", tr)
	}
	get("/measures/day/versions/2/translations/en", http.StatusNotFound, &p)
}
