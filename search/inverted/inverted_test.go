package inverted

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"merida/fault"
	"merida/lang"
	"merida/search"
)

func openTest(t testing.TB) (*Index, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "search")
	ix, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	return ix, path
}

func law(id, country string, tag lang.Tag, title, heading, text string, provisions ...string) search.Document {
	return search.Document{ID: id, Lang: tag, Titles: lang.T(tag, title), Date: "2010", Year: 2010, Fields: map[string][]string{"country": {country}, "lang": {string(tag)}, "provision": provisions},
		Sections: []search.Section{{EID: "art_1", Heading: heading, Text: text}, {EID: "art_2", Heading: "2", Text: "Entry into force"}}}
}

var laws = []search.Document{
	law("en", "QM", "en", "Prevention of Corruption Act", "Section 1 Bribery", "Whoever bribes a public official commits an offence.", "uncac/art_15"),
	law("es", "QP", "es", "Ley contra la corrupción", "Artículo 1", "El que sobornare a un funcionario público será castigado.", "uncac/art_15"),
	law("ar", "QN", "ar", "نظام مكافحة الرشوة", "المادة الأولى", "كل موظف عام طلب رشوة لنفسه يعد مرتشيا، وبالعقوبة يعاقب.", "uncac/art_15"),
	law("zh", "QM", "zh", "反洗钱法", "第一条", "为了预防洗钱活动，制定本法。", "uncac/art_14"),
	law("ru", "QM", "ru", "О противодействии коррупции", "Статья 1", "Получение взятки должностным лицом наказывается.", "uncac/art_15"),
	law("fr", "QN", "fr", "Loi relative aux marchés publics", "Article 1er", "Les marchés publics sont passés après appel d'offres.", "uncac/art_9"),
}

func found(t *testing.T, ix *Index, q search.Query) (ids []string, r search.Result) {
	t.Helper()
	r, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%+v: %v", q, err)
	}
	for _, h := range r.Hits {
		ids = append(ids, h.ID)
	}
	return ids, r
}

func TestSearch(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 7); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"bribing officials": "en", `"public official"`: "en", "soborno": "", "funcionarios": "es", "الرشوة": "ar", "للرشوة": "ar", "洗钱": "zh", "反洗钱法": "zh", "взятку": "ru", "marche public": "fr",
		"corrup*": "en es", "lang:fr marchés": "fr", "corruption -bribes": "", "BRIBES": "en", "corruption OR offres": "en fr",
	} {
		ids, r := found(t, ix, search.Query{Words: words})
		slices.Sort(ids)
		got := strings.Join(ids, " ")
		if r.Relaxed {
			continue
		}
		if want != "" && got != want {
			t.Errorf("%s found %q, want %q", words, got, want)
		}
		if want == "" && slices.Contains(ids, "en") && words == "corruption -bribes" {
			t.Errorf("%s found what it excludes", words)
		}
	}
	_, r := found(t, ix, search.Query{Words: "bribes", Facets: []string{"country"}})
	h := r.Hits[0]
	var marked []string
	for _, f := range h.Snippet {
		if f.Mark {
			marked = append(marked, f.Text)
		}
	}
	if h.EID != "art_1" || strings.Join(marked, " ") != "bribes" {
		t.Errorf("hit %+v marks %q", h, marked)
	}
}

func TestFacetsCountDocuments(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 1); err != nil {
		t.Fatal(err)
	}
	_, r := found(t, ix, search.Query{Filter: map[string][]string{"provision": {"uncac/art_15"}, "country": {"QM"}}, Facets: []string{"country", "provision", "lang"}})
	if r.Total != 2 {
		t.Fatalf("total %d", r.Total)
	}
	count := func(name, value string) int {
		for _, c := range r.Facets[name] {
			if c.Value == value {
				return c.N
			}
		}
		return 0
	}
	// Its own filter does not narrow a facet; the others do.
	if count("country", "QM") != 2 || count("country", "QN") != 1 || count("provision", "uncac/art_14") != 1 || count("lang", "zh") != 0 {
		t.Errorf("facets %+v", r.Facets)
	}
	if ids, r := found(t, ix, search.Query{Sort: search.ByTitle, Limit: 2, Offset: 2}); len(ids) != 2 || r.Total != len(laws) {
		t.Errorf("a page of two: %v of %d", ids, r.Total)
	}
}

func TestReplaceRemoveAndReopen(t *testing.T) {
	ix, path := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 3); err != nil {
		t.Fatal(err)
	}
	changed := laws[0]
	changed.Sections = []search.Section{{EID: "art_9", Heading: "9", Text: "Embezzlement of property."}}
	if err := ix.Apply(t.Context(), []search.Document{changed}, []string{"es", "unknown"}, 9); err != nil {
		t.Fatal(err)
	}
	check := func(ix *Index) {
		t.Helper()
		if ids, _ := found(t, ix, search.Query{Words: "embezzlement"}); len(ids) != 1 {
			t.Errorf("the new text is not found: %v", ids)
		}
		for _, words := range []string{"bribes", "funcionario"} {
			if _, r := found(t, ix, search.Query{Words: words}); r.Total != 0 {
				t.Errorf("%s is still found", words)
			}
		}
		if c, _ := ix.Cursor(t.Context()); c != 9 || ix.Len() != len(laws)-1 {
			t.Errorf("cursor %d, %d documents", c, ix.Len())
		}
	}
	check(ix)
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	check(again)
	again.Close()
	// What is no index is thrown away and begun anew, whichever file it is.
	for _, damage := range []string{manifestName, "*.seg"} {
		names, _ := filepath.Glob(filepath.Join(path, damage))
		if len(names) == 0 {
			t.Fatalf("no %s", damage)
		}
		for _, name := range names {
			if err := os.WriteFile(name, []byte(strings.Repeat("no index ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		fresh, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if c, _ := fresh.Cursor(t.Context()); c != 0 || fresh.Len() != 0 {
			t.Errorf("after damage to %s: cursor %d, %d documents", damage, c, fresh.Len())
		}
		if err := fresh.Apply(t.Context(), laws, nil, 3); err != nil {
			t.Fatal(err)
		}
		fresh.Close()
	}
}

// Damage that shows only while a search reads answers with a fault, never with a panic, and the index asks to be filled again.
func TestDamageFoundBySearch(t *testing.T) {
	ix, path := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 3); err != nil {
		t.Fatal(err)
	}
	ix.Close()
	names, _ := filepath.Glob(filepath.Join(path, "*.seg"))
	whole, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for at := 0; at < len(whole)-400; at += 701 {
		b := slices.Clone(whole)
		for i := at; i < at+40; i++ {
			b[i] = 0xff
		}
		if err := os.WriteFile(names[0], b, 0o600); err != nil {
			t.Fatal(err)
		}
		ix, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{"bribes", `"public official"`, "corrup*", "взятки", "offense~"} {
			if _, err := ix.Search(t.Context(), search.Query{Words: words, Facets: []string{"country"}}); err != nil {
				seen = true
				if c, _ := ix.Cursor(t.Context()); !fault.Is(err, fault.Unavailable) || c != 0 || ix.Len() != 0 {
					t.Fatalf("damage at %d: %v, cursor %d, %d documents", at, err, c, ix.Len())
				}
			}
		}
		ix.Close()
		if err := os.WriteFile(names[0], whole, 0o600); err != nil {
			t.Fatal(err)
		}
		// The manifest went with what was thrown away.
		if _, err := os.Stat(filepath.Join(path, manifestName)); err != nil {
			again, err := Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			if err := again.Apply(t.Context(), laws, nil, 3); err != nil {
				t.Fatal(err)
			}
			again.Close()
			names, _ = filepath.Glob(filepath.Join(path, "*.seg"))
			if whole, err = os.ReadFile(names[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !seen {
		t.Error("no search met the damage, so that the test shows nothing")
	}
}

func TestFilesAreTheOwners(t *testing.T) {
	ix, path := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 3); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(path)
	if err != nil || len(entries) < 2 {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v", info.Mode(), err)
	}
}

func TestHostileQueries(t *testing.T) {
	ix, _ := openTest(t)
	if err := ix.Apply(t.Context(), laws, nil, 1); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{`"`, `" OR 1=1 --`, `*`, `-`, `- -`, `OR OR`, `()`, `NEAR(a b)`, `te:x`, `{te} : x`, "\x00", `country:`, `"a" "b`, `a*b*`, `'; DROP TABLE doc`, `^x`, `-bribes`, "«x»"} {
		if _, err := ix.Search(t.Context(), search.Query{Words: words, Facets: []string{"country"}}); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
	for _, words := range []string{strings.Repeat("a", 401), strings.Repeat("a ", 33), "\xff"} {
		if _, err := ix.Search(t.Context(), search.Query{Words: words}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %v", words, err)
		}
	}
}
