package inverted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"merida/lang"
	"merida/search"
)

// model answers by looking at every text.
type model map[string]search.Document

func (m model) find(holds func(text, title string, sections []string) bool, filter func(search.Document) bool) (out []string) {
	for id, d := range m {
		var all []string
		for _, s := range d.Sections {
			all = append(all, " "+s.Heading+" "+strings.Repeat("| ", 3)+s.Text+" ")
		}
		title := " " + d.Titles["en"].S + " "
		if filter(d) && holds(title+strings.Join(all, "||"), title, all) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// TestAgainstModel applies many changes, so that segments are merged and documents die, and compares answers with those of a model.
func TestAgainstModel(t *testing.T) {
	ix, path := openTest(t)
	r := rand.New(rand.NewPCG(11, 12))
	word := func() string { return fmt.Sprintf("w%c%c", 'a'+r.IntN(5), 'a'+r.IntN(6)) }
	text := func(n int) string {
		var ws []string
		for range n {
			ws = append(ws, word())
		}
		return strings.Join(ws, " ")
	}
	m := model{}
	check := func(when string) {
		t.Helper()
		for range 40 {
			a, b, c := word(), word(), word()
			has := func(w string) func(string) bool { return func(s string) bool { return strings.Contains(s, " "+w+" ") } }
			for q, holds := range map[string]func(text, title string, sections []string) bool{
				a:                                       func(s, _ string, _ []string) bool { return has(a)(s) },
				a + " AND " + b:                         func(s, _ string, _ []string) bool { return has(a)(s) && has(b)(s) },
				a + " OR " + b:                          func(s, _ string, _ []string) bool { return has(a)(s) || has(b)(s) },
				a + " -" + b:                            func(s, _ string, _ []string) bool { return has(a)(s) && !has(b)(s) },
				a + " AND NOT (" + b + " OR " + c + ")": func(s, _ string, _ []string) bool { return has(a)(s) && !has(b)(s) && !has(c)(s) },
				`"` + a + " " + b + `"`:                 func(s, _ string, _ []string) bool { return strings.Contains(s, " "+a+" "+b+" ") },
				a[:2] + "* AND title:" + b:              func(s, title string, _ []string) bool { return strings.Contains(s, " "+a[:2]) && has(b)(title) },
			} {
				country := fmt.Sprint("C", r.IntN(3))
				want := m.find(holds, func(d search.Document) bool { return d.Fields["country"][0] == country })
				got, err := ix.Search(t.Context(), search.Query{Words: q, Filter: map[string][]string{"country": {country}}, Facets: []string{"country", "kind"}, Limit: 1000})
				if err != nil {
					t.Fatal(err)
				}
				var ids []string
				for _, h := range got.Hits {
					ids = append(ids, h.ID)
				}
				slices.Sort(ids)
				if !slices.Equal(ids, want) || got.Total != len(want) {
					t.Fatalf("%s: %s in %s finds %d %v, want %d %v", when, q, country, got.Total, ids, len(want), want)
				}
				// Counts: the country's ignore the filter, the kind's do not.
				counted := map[string]int{}
				for _, list := range got.Facets {
					for _, c := range list {
						counted[c.Value] += c.N
					}
				}
				for k := range 3 {
					inCountry := m.find(holds, func(d search.Document) bool { return d.Fields["country"][0] == fmt.Sprint("C", k) })
					kinds := m.find(holds, func(d search.Document) bool {
						return d.Fields["country"][0] == country && slices.Contains(d.Fields["kind"], fmt.Sprint("K", k))
					})
					if counted[fmt.Sprint("C", k)] != len(inCountry) || counted[fmt.Sprint("K", k)] != len(kinds) {
						t.Fatalf("%s: %s counts %v, want C%d %d and K%d %d", when, q, counted, k, len(inCountry), k, len(kinds))
					}
				}
			}
		}
		// Pages that follow each other show every document once.
		seen := map[string]bool{}
		for after := ""; ; {
			p, err := ix.Search(t.Context(), search.Query{Words: "wa*", Limit: 7, After: after})
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range p.Hits {
				if seen[h.ID] {
					t.Fatalf("%s: %s stands on two pages", when, h.ID)
				}
				seen[h.ID] = true
			}
			if after = p.Next; after == "" {
				if len(seen) != p.Total {
					t.Fatalf("%s: %d on the pages, total %d", when, len(seen), p.Total)
				}
				break
			}
		}
	}
	for round := range 60 {
		var put []search.Document
		var remove []string
		for range 1 + r.IntN(8) {
			d := search.Document{ID: fmt.Sprint("d", r.IntN(120)), Lang: "en", Titles: lang.T("en", text(3)), Date: fmt.Sprint(1990 + r.IntN(30)),
				Fields: map[string][]string{"country": {fmt.Sprint("C", r.IntN(3))}, "kind": slices.Compact([]string{fmt.Sprint("K", r.IntN(2)), "K2"})}}
			for s := range r.IntN(40) {
				d.Sections = append(d.Sections, search.Section{EID: fmt.Sprint("s", s), Heading: text(1), Text: text(1 + r.IntN(4))})
			}
			if !slices.ContainsFunc(put, func(x search.Document) bool { return x.ID == d.ID }) {
				put = append(put, d)
			}
		}
		for range r.IntN(4) {
			id := fmt.Sprint("d", r.IntN(120))
			if !slices.ContainsFunc(put, func(x search.Document) bool { return x.ID == id }) {
				remove = append(remove, id)
				delete(m, id)
			}
		}
		for _, d := range put {
			m[d.ID] = d
		}
		if err := ix.Apply(t.Context(), put, remove, int64(round+1)); err != nil {
			t.Fatal(err)
		}
		if round%20 == 19 {
			check(fmt.Sprint("round ", round))
		}
	}
	if err := ix.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(ix.now.segments); n >= 2*tierGrowth {
		t.Errorf("%d segments after the merges", n)
	}
	check("merged")
	ix.Close()
	again, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if c, _ := again.Cursor(t.Context()); c != 60 || again.Len() != len(m) {
		t.Errorf("opened again: cursor %d, %d documents, want 60, %d", c, again.Len(), len(m))
	}
	ix = again
	check("opened again")
}

// TestServesMeanwhile searches while documents are replaced and segments are merged.
func TestServesMeanwhile(t *testing.T) {
	ix, _ := openTest(t)
	var all []search.Document
	for i := range 40 {
		all = append(all, law(fmt.Sprint("d", i), "QM", "en", "Act on gifts", "Section 1", strings.Repeat("Nobody gives anything. ", 20), "uncac/art_15"))
	}
	if err := ix.Apply(t.Context(), all, nil, 1); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if r, err := ix.Search(t.Context(), search.Query{Words: "nobody gives", Facets: []string{"country"}, Limit: 50}); err != nil || r.Total != 40 || len(r.Hits) != 40 {
					t.Errorf("found %d, %v", r.Total, err)
					return
				}
			}
		})
	}
	for round := range 60 {
		if err := ix.Apply(t.Context(), all[round%40:round%40+1], nil, int64(round+2)); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	wg.Wait()
}

func TestSyntax(t *testing.T) {
	ix, _ := openTest(t)
	docs := slices.Concat(laws, []search.Document{
		law("n1", "QM", "en", "Law No. 12 of 2004 on declarations", "Article 7 Scope", "Officials declare gifts."),
		law("n2", "QM", "en", "Law 13/2004 on gifts", "Article 8 Scope", "Gifts are declared by officials. Nothing here is of 12."),
		law("n3", "QM", "ru", "Федеральный закон № 273-ФЗ", "Статья 7", "Подарки."),
	})
	if err := ix.Apply(t.Context(), docs, nil, 1); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]string{
		"Law 12/2004":                  "n1",
		"number:12/2004":               "n1",
		"№ 273-ФЗ":                     "n3",
		"title:gifts":                  "n2",
		"article:7":                    "n1 n3",
		"article:7 title:declarations": "n1",
		"oficials~":                    "en n1 n2",
		"offcial~ AND gift*":           "n1 n2",
		"(bribes OR gifts) AND officials NOT nothing": "en n1",
		`"officials declare"`:                         "n1",
		`"declare officials"~3`:                       "",
		`"officials gifts"~2`:                         "n1",
		"((gifts":                                     "n1 n2",
		`title:"public contracts`:                     "fr",
	} {
		ids, _ := found(t, ix, search.Query{Words: words})
		slices.Sort(ids)
		if got := strings.Join(ids, " "); got != want {
			t.Errorf("%s found %q, want %q", words, got, want)
		}
	}
	// Words near one another rank higher.
	far := law("far", "QM", "en", "A", "1", "zebra "+strings.Repeat("and other matters of law ", 8)+"quagga")
	close := law("close", "QM", "en", "A", "1", strings.Repeat("and other matters of law ", 8)+"zebra quagga")
	if err := ix.Apply(t.Context(), []search.Document{far, close}, nil, 2); err != nil {
		t.Fatal(err)
	}
	if ids, _ := found(t, ix, search.Query{Words: "zebra quagga"}); !slices.Equal(ids, []string{"close", "far"}) {
		t.Errorf("words near one another: %v", ids)
	}
}

func TestDistance(t *testing.T) {
	var rows [3][]int
	for _, c := range []struct {
		a, b string
		want int
	}{{"bribe", "bribe", 0}, {"bribe", "brribe", 1}, {"bribe", "birbe", 1}, {"bribe", "brib", 1}, {"bribe", "tribe", 1}, {"взятка", "взятки", 1}, {"ab", "ba", 1}, {"bribe", "xxxxx", 3}} {
		for i := range rows {
			rows[i] = make([]int, len([]rune(c.a))+1)
		}
		if got := distance([]rune(c.a), []rune(c.b), 2, &rows); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
