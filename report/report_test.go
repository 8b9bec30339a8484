package report_test

import (
	"path/filepath"
	"testing"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/report"
	"merida/store"
	"merida/store/sqlite"
)

type desk struct {
	*testing.T
	lib library.Service
	report.Reader
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	lib := library.Service{Store: store.Library{DB: db}, Now: time.Now, Known: tree.Known}
	return &desk{t, lib, report.Reader{Conventions: tree, Library: lib.Store, Assessments: store.Assessments{DB: db}}}
}

// law records a law of one article that is tied to provisions.
func (d *desk) law(country party.ID, date, text string, provisions ...convention.ID) library.ID {
	d.Helper()
	w := library.Whole{Measure: library.Measure{Country: country, Lang: "es", Titles: lang.T("es", "Ley "+date), Date: date},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: text}}}
	for _, p := range provisions {
		w.Mappings = append(w.Mappings, library.Mapping{EID: "art_1", Provision: p})
	}
	id, err := d.lib.Add(d.Context(), identity.OperatorActor(), w)
	if err != nil {
		d.Fatal(err)
	}
	return id
}

func TestOverviewCountsEachMeasureOnce(t *testing.T) {
	d := newDesk(t)
	d.law("QM", "2001", "Uno.", "uncac/art_16/para_1", "uncac/art_16/para_2", "uncac/art_9/para_1")
	d.law("QM", "2010", "Dos.", "uncac/art_16")
	d.law("QN", "2010", "De otro Estado.", "uncac/art_16")
	o, err := d.Overview(t.Context(), "QM")
	if err != nil {
		t.Fatal(err)
	}
	if o.Measures != 2 || o.Answers != 0 || !o.First.IsZero() {
		t.Errorf("%d measures, %d answers, %v", o.Measures, o.Answers, o.First)
	}
	with := map[convention.ID]int{}
	for _, ch := range o.Chapters {
		for _, a := range ch.Articles {
			if !a.Empty() {
				with[a.Provision.ID] = len(a.Measures)
			}
		}
	}
	if len(with) != 2 || with["uncac/art_16"] != 2 || with["uncac/art_9"] != 1 {
		t.Errorf("%v", with)
	}
	if o, err := d.Overview(t.Context(), "QP"); err != nil || o.Measures != 0 || len(o.Chapters) == 0 {
		t.Errorf("a State with nothing: %+v %v", o, err)
	}
}

func TestComparisonOfStates(t *testing.T) {
	d := newDesk(t)
	d.law("QM", "2001", "Uno.", "uncac/art_16/para_1")
	d.law("QN", "2010", "Dos.", "uncac/art_16/para_2")
	holders, err := d.Holders(t.Context(), "uncac/art_16")
	if err != nil || len(holders) != 2 {
		t.Fatalf("%v %v", holders, err)
	}
	c, err := d.Compare(t.Context(), "uncac/art_16", []party.ID{"QN", "QM", "QP"})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Rows) != 2 || c.Rows[0].Provision.ID != "uncac/art_16/para_1" || len(c.Rows[0].Cells) != 3 {
		t.Fatalf("%+v", c.Rows)
	}
	// The cells stand in the order that was asked for.
	if first := c.Rows[0].Cells; !first[0].Empty() || first[1].Party != "QM" || len(first[1].Recorded) != 1 || first[1].Recorded[0].Section.Text != "Uno." || !first[2].Empty() {
		t.Errorf("%+v", first)
	}
	if c, err := d.Compare(t.Context(), "uncac/art_17", []party.ID{"QM"}); err != nil || len(c.Rows) != 1 || !c.Rows[0].Cells[0].Empty() {
		t.Errorf("nothing there: %+v %v", c, err)
	}
	if c, err := d.Compare(t.Context(), "uncac/art_99", []party.ID{"QM"}); err != nil || len(c.Rows) != 0 {
		t.Errorf("no such provision: %+v %v", c, err)
	}
}

func TestRenderingsOfASection(t *testing.T) {
	d := newDesk(t)
	ctx := t.Context()
	id := d.law("QM", "2001", "Uno.", "uncac/art_16")
	translate := func(words string) {
		t.Helper()
		if _, err := d.lib.Translate(ctx, identity.OperatorActor(), library.Translated{Translation: library.Translation{Measure: id, Lang: "en", Status: lang.Courtesy},
			Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Text: words}}}); err != nil {
			t.Fatal(err)
		}
	}
	of := func(tag lang.Tag, version int) (report.Rendering, bool) {
		t.Helper()
		w, err := d.Library.Whole(ctx, identity.Sight{}, id, version)
		if err != nil {
			t.Fatal(err)
		}
		r := report.Renderings{Library: d.Library, Lang: tag}
		for range 2 { // the second time it is remembered
			x, ok, err := r.Of(ctx, w.Measure, w.Sections[0], version)
			if err != nil {
				t.Fatal(err)
			}
			if !ok || version == 0 {
				return x, ok
			}
		}
		x, ok, _ := r.Of(ctx, w.Measure, w.Sections[0], version)
		return x, ok
	}
	if _, ok := of("en", 0); ok {
		t.Error("a rendering before there is one")
	}
	translate("One.")
	if x, ok := of("en", 0); !ok || x.Text != "One." || x.Stale || x.Status != lang.Courtesy {
		t.Errorf("%v %+v", ok, x)
	}
	if _, ok := of("es", 0); ok {
		t.Error("the original's own language needs none")
	}
	if _, ok := of("fr", 0); ok {
		t.Error("a language without translation")
	}
	m, err := d.Library.Measure(ctx, identity.Sight{}, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.lib.Intake(ctx, identity.OperatorActor(), m, library.Whole{Measure: m, Version: library.Version{Format: "md"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: "Uno bis."}}}); err != nil {
		t.Fatal(err)
	}
	if x, ok := of("en", 0); !ok || x.Text != "One." || !x.Stale {
		t.Errorf("after a new text: %v %+v", ok, x)
	}
	if x, ok := of("en", 1); !ok || x.Stale {
		t.Errorf("the older version: %v %+v", ok, x)
	}
}
