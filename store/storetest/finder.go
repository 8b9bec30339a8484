package storetest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/publication"
	"merida/search"
	"merida/search/inverted"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"an unpublished measure is in no result, total, facet or file of the index", finderRights})
}

func finderRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	folder := t.TempDir()
	ix, err := inverted.Open(ctx, folder)
	w.ok(err)
	defer ix.Close()
	tree, err := convention.Load()
	w.ok(err)
	parties, err := directory.Load()
	w.ok(err)
	finder := library.Finder{Index: ix, Store: w.lib.Store, Parties: parties, Conventions: tree}
	_, _, err = w.lib.Intake(ctx, identity.OperatorActor(), library.Measure{}, library.Whole{Measure: library.Measure{SourceID: "xx-1", Country: "PE", Lang: "es", Titles: lang.T("es", "Ley de contratación"), Date: "2017"},
		Version: library.Version{Format: "md"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Text: "Licitación."}}, Mappings: []library.Mapping{{Provision: "uncac/art_9"}}})
	w.ok(err)
	text := library.Whole{Measure: library.Measure{Lang: "en", Titles: lang.T("en", "Canaryact"), Summary: lang.T("en", "Canarysummary"), Date: "1999", Type: library.Types[1]},
		Version: library.Version{Format: "typed"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Heading: "Canaryheading", Text: "Canarytext"}},
		Mappings: []library.Mapping{{EID: "art_1", Provision: "uncac/art_15", Note: lang.T("en", "Canarynote")}}}
	law, err := w.lib.Add(ctx, w.as("focal"), text)
	w.ok(err)

	hidden := func(when string) {
		t.Helper()
		for _, words := range []string{"", "Canaryact", "Canarysummary", "Canaryheading", "Canarytext", "Canarynote", "canary*"} {
			for _, filter := range []map[string][]string{nil, {"country": {"QM"}}, {"provision": {"uncac/art_15"}}, {"year": {"1999"}}, {"lang": {"en"}}, {"type": {string(text.Measure.Type)}}} {
				got, err := finder.Search(ctx, search.Query{Words: words, Filter: filter, Facets: library.Facets, Limit: 10})
				w.ok(err)
				b, err := json.Marshal(got)
				w.ok(err)
				want := 0
				if words == "" && filter == nil {
					want = 1
				}
				if got.Total != want || len(got.Hits) != want || len(got.Lines) != want {
					t.Errorf("%s: %q %v finds %d, %d hits, %d lines; want %d", when, words, filter, got.Total, len(got.Hits), len(got.Lines), want)
				}
				for name, counts := range got.Facets {
					for _, c := range counts {
						if slices.Contains([]string{"QM", "uncac/art_15", "1999", "en", string(text.Measure.Type)}, c.Value) && c.N > 0 {
							t.Errorf("%s: %q %v counts %d under %s %s", when, words, filter, c.N, name, c.Value)
						}
					}
				}
				for _, secret := range []string{string(law), "Canarya", "Canarys", "Canaryh", "Canaryt", "Canaryn"} {
					if bytes.Contains(b, []byte(secret)) {
						t.Errorf("%s: %q %v says %s", when, words, filter, secret)
					}
				}
			}
		}
		for name, who := range w.who {
			if who.Party == "QM" {
				continue
			}
			s, st := who.Sight(), w.lib.Store
			found, total, err := st.Find(ctx, s, library.Filter{})
			w.ok(err)
			mapped, err := st.Mapped(ctx, s, []convention.ID{"uncac/art_15"})
			w.ok(err)
			ties, err := st.Mappings(ctx, s, law)
			w.ok(err)
			if len(found) != 1 || total != 1 || len(mapped)+len(ties) != 0 {
				t.Errorf("%s: %s finds %d of %d, %d mapped, %d mappings", when, name, len(found), total, len(mapped), len(ties))
			}
			_, err = st.Whole(ctx, s, law, 1)
			w.fails(err, fault.NotFound)
			_, err = st.Versions(ctx, s, law)
			w.fails(err, fault.NotFound)
		}
		NothingPublic(t, db, "anary", string(law))
	}
	hidden("entered")
	w.ok(finder.Reindex(ctx, nil))
	hidden("indexed anew")
	files, err := os.ReadDir(folder)
	w.ok(err)
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(folder, f.Name()))
		w.ok(err)
		if b = bytes.ToLower(b); bytes.Contains(b, []byte("canary")) || bytes.Contains(b, []byte(law)) {
			t.Errorf("the file %s of the index holds the text", f.Name())
		}
	}

	// Once public it is found; taken back, it is gone again from everything that is asked.
	class := func(c string, rank int) {
		w.ok(db.Write(ctx, func(tx store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE measure SET visibility = $1, visibility_rank = $2 WHERE id = $3`, c, rank, string(law)); err != nil {
				return err
			}
			return tx.Touch(ctx, "measure", string(law))
		}))
	}
	class(string(publication.Public), publication.Public.Rank())
	got, err := finder.Search(ctx, search.Query{Words: "Canarytext", Facets: library.Facets, Limit: 10})
	w.ok(err)
	if got.Total != 1 || len(got.Lines) != 1 || got.Lines[0].Measure.ID != law {
		t.Fatalf("the public measure is not found, so that the test shows nothing: %+v", got)
	}
	class(string(publication.Own), publication.Own.Rank())
	hidden("taken back")
}
