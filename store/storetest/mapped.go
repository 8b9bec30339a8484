package storetest

import (
	"testing"

	"merida/identity"
	"merida/library"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"what ties the measures of a State to provisions is read with each reader's sight, without text", mappedIn})
}

func mappedIn(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	older := w.editorial("older", "QM", "Old words.", library.Life{})
	newer := w.editorial("newer", "QM", "New words.", library.Life{})
	w.editorial("other", "QN", "Of another State.", library.Life{})
	own := w.law("focal", "A law of its own")
	for _, id := range []library.ID{older, newer} {
		w.ok(w.lib.MapAll(ctx, w.as("officer"), id, []library.Mapping{{Measure: id, EID: "art_1", Provision: "uncac/art_15"}, {Measure: id, Provision: "uncac/art_5"}}))
	}
	w.ok(w.lib.Map(ctx, w.as("focal"), library.Mapping{Measure: own, Provision: "uncac/art_16"}))
	read := func(who string) (out []library.Mapped) {
		s := w.who[who].Sight()
		if who == "public" {
			s = identity.Sight{}
		}
		out, err := w.lib.Store.MappedIn(ctx, s, "QM")
		w.ok(err)
		return out
	}
	public := read("public")
	if len(public) != 4 || len(read("focal")) != 5 || len(read("other focal")) != 4 {
		t.Fatalf("the public reads %d, the State %d, another %d", len(public), len(read("focal")), len(read("other focal")))
	}
	for _, m := range public {
		if m.Measure.ID == own || m.Measure.Country != "QM" || m.Section.Text != "" || m.Mapping.By != "" {
			t.Errorf("%+v", m)
		}
		if (m.Mapping.EID == "art_1") != (m.Section.Num == "Artículo 1") {
			t.Errorf("%s has the section %+v", m.Mapping.EID, m.Section)
		}
	}
	got, err := w.lib.Store.MappedIn(ctx, identity.Sight{}, "QP")
	if err != nil || got != nil {
		t.Errorf("a State without measures: %v %v", got, err)
	}
	// A new text without the section keeps the mapping and shows no section.
	if _, _, err := w.lib.Intake(ctx, identity.OperatorActor(), public[0].Measure, library.Whole{Measure: public[0].Measure, Version: library.Version{Format: "md", FileHash: "x"},
		Sections: []library.Section{{EID: "art_9", Level: 1, Kind: "article", Num: "Artículo 9", Text: "Other."}}}); err != nil {
		t.Fatal(err)
	}
	if again := read("public"); len(again) != 4 {
		t.Errorf("%d mappings after a new text", len(again))
	}
}
