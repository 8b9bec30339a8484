package web

import (
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/search/inverted"
	"merida/store"
	"merida/thesaurus"
)

// searching gives a site of tests an index, with three laws about bribery in it.
func searching(t *testing.T) *testSite {
	t.Helper()
	s := newTestSite(t)
	ix, err := inverted.Open(t.Context(), filepath.Join(t.TempDir(), "search"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ix.Close() })
	terms, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	s.Finder = &library.Finder{Index: ix, Store: s.Library.Store, Parties: s.Parties, Conventions: s.Conventions, Thesaurus: terms}
	s.Searches = &library.Searches{Store: store.SavedSearches{DB: s.db}, Now: s.Library.Now}
	s.law("t-es", "PE", "es", "Ley contra el soborno", "El soborno de un funcionario se castiga.")
	s.law("t-ru", "RU", "ru", "Закон о взятках", "Получение взятки должностным лицом, взяточничество и подкуп должностных лиц наказываются.")
	s.law("t-en", "KE", "en", "Gifts Act", "Nobody gives anything.")
	return s
}

func (s *testSite) law(source, country, tag, title, text string) {
	s.t.Helper()
	_, _, err := s.Library.Intake(s.t.Context(), identity.OperatorActor(), library.Measure{}, library.Whole{
		Measure: library.Measure{SourceID: source, Country: party.ID(country), Lang: lang.Tag(tag), Titles: lang.T(lang.Tag(tag), title), Date: "2017"},
		Version: library.Version{Format: "md"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Text: text}}})
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestSearchAcrossLanguagesCanBeSwitchedOff(t *testing.T) {
	s := searching(t)
	page := s.public().get("/en/search?q=soborno").Body.String()
	for _, want := range []string{"Ley contra el soborno", "Закон о взятках", "Found through: ", "/en/search?across=0&amp;q=soborno", "in 2 States"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	off := s.public().get("/en/search?q=soborno&across=0").Body.String()
	if strings.Contains(off, "Закон о взятках") || !strings.Contains(off, "Ley contra el soborno") || !strings.Contains(off, `href="/en/search?q=soborno"`) {
		t.Error("switched off, it still looks in other languages, or does not offer to")
	}
	for _, tag := range lang.Official {
		if w := s.public().get("/" + string(tag) + "/search/help"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "q=article%3A12") {
			t.Errorf("help in %s: %d", tag, w.Code)
		}
	}
	if got := s.public().get("/en/search/suggest?q=gift").Body.String(); !strings.Contains(got, "Gifts Act") {
		t.Errorf("suggested: %s", got)
	}
	if got := s.public().get("/en/search/suggest?q=").Body.String(); strings.TrimSpace(got) != `{"suggestions":[]}` {
		t.Errorf("suggested for nothing: %s", got)
	}
}

func TestSavedSearch(t *testing.T) {
	s := searching(t)
	if w := s.public().get("/en/searches"); w.Code == http.StatusOK {
		t.Error("the public sees a list of saved searches")
	}
	focal, other := s.person(identity.FocalPoint, "QM"), s.person(identity.FocalPoint, "QN")
	if page := focal.get("/en/searches").Body.String(); !strings.Contains(page, "You have saved no search yet") {
		t.Error("an empty list does not say what to do")
	}
	form := url.Values{"name": {"Bribes in Peru"}, "query": {"q=soborno&country=PE&offset=20&evil=1"}, "once": {"s1"}}
	for range 2 { // sent twice, saved once
		if w := focal.post("/en/searches", form); w.Code != http.StatusSeeOther {
			t.Fatalf("save: %d %s", w.Code, w.Body)
		}
	}
	w := focal.post("/en/searches", url.Values{"name": {""}, "query": {"q=soborno"}, "once": {"s2"}})
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "save-error") || !strings.Contains(w.Body.String(), "Ley contra el soborno") {
		t.Errorf("a search without a name: %d", w.Code)
	}
	page := focal.get("/en/searches").Body.String()
	ids := regexp.MustCompile(`/en/searches/([^/"]+)/open`).FindAllStringSubmatch(page, -1)
	if len(ids) != 1 || !strings.Contains(page, "Bribes in Peru") || strings.Contains(page, "since=") || strings.Contains(other.get("/en/searches").Body.String(), "Bribes in Peru") {
		t.Fatalf("%d saved searches, or somebody else sees them", len(ids))
	}
	id := ids[0][1]
	s.Now = func() time.Time { return time.Now().Add(time.Minute) }
	s.law("t-es2", "PE", "es", "Segunda ley del soborno", "El soborno se castiga.")
	page = focal.get("/en/searches").Body.String()
	link := regexp.MustCompile(`href="([^"]*since=[^"]*)"`).FindStringSubmatch(page)
	if link == nil {
		t.Fatal("what is new is not counted")
	}
	if fresh := focal.get(strings.ReplaceAll(link[1], "&amp;", "&")).Body.String(); !strings.Contains(fresh, "Segunda ley") || strings.Contains(fresh, "Ley contra el soborno") {
		t.Error("the list of what is new has something else")
	}
	if csv := focal.get("/en/searches.csv").Body.String(); !strings.Contains(csv, "Bribes in Peru") {
		t.Errorf("as a table: %s", csv)
	}
	if w := other.post("/en/searches/"+id+"/open", url.Values{"once": {"o1"}}); w.Code != http.StatusNotFound {
		t.Errorf("somebody else opens it: %d", w.Code)
	}
	s.Now = func() time.Time { return time.Now().Add(2 * time.Minute) }
	if w := focal.post("/en/searches/"+id+"/open", url.Values{"once": {"o2"}}); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/en/search?country=PE&q=soborno" {
		t.Errorf("opened: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if page := focal.get("/en/searches").Body.String(); strings.Contains(page, "since=") {
		t.Error("what was looked at is still new")
	}
	if w := other.post("/en/searches/"+id+"/drop", url.Values{"once": {"d1"}}); w.Code != http.StatusNotFound {
		t.Errorf("somebody else deletes it: %d", w.Code)
	}
	if w := focal.post("/en/searches/"+id+"/drop", url.Values{"once": {"d2"}}); w.Code != http.StatusSeeOther || strings.Contains(focal.get("/en/searches").Body.String(), "Bribes in Peru") {
		t.Error("it is not deleted")
	}
}

// What a lawyer types first: the number of an inserted article, the name of a code, one letter, a provision.
func TestFirstQueries(t *testing.T) {
	s := searching(t)
	add := func(source, tag, title string, sections ...library.Section) {
		t.Helper()
		if _, _, err := s.Library.Intake(t.Context(), identity.OperatorActor(), library.Measure{}, library.Whole{
			Measure: library.Measure{SourceID: source, Country: "FR", Lang: lang.Tag(tag), Titles: lang.T(lang.Tag(tag), title)}, Version: library.Version{Format: "md"}, Sections: sections}); err != nil {
			t.Fatal(err)
		}
	}
	text := func(eid, num, words string) library.Section {
		return library.Section{EID: eid, Level: 1, Kind: "article", Num: num, Text: words}
	}
	add("bis", "fr", "Loi première", text("art_12", "Art. 12", "Douze."), text("art_12bis", "Art. 12 bis", "Inséré."))
	add("one", "de", "Gesetz", text("art_12bis", "Art. 12bis", "Eingefügt."))
	add("none", "fr", "Loi seconde", text("art_12", "Art. 12", "Comme on dit bis repetita, article 12, encore bis."))
	add("code", "fr", "Code des marchés publics", text("art_1", "Art. 1", "Le présent code."))
	add("talk", "fr", "Loi de finances", text("art_1", "Art. 1", "Les marchés publics et les marchés publics. Des marchés publics."), text("art_2", "Art. 2", "Marchés publics."))
	first := func(q, want, not string) {
		t.Helper()
		w := s.public().get("/fr/search?q=" + url.QueryEscape(q))
		b := w.Body.String()
		i := strings.Index(b, want)
		if w.Code != 200 || i < 0 {
			t.Fatalf("%q: %d, does not find %s", q, w.Code, want)
		}
		if j := strings.Index(b, not); not != "" && j >= 0 && j < i {
			t.Errorf("%q: %s stands before %s", q, not, want)
		}
	}
	first("art. 12 bis", "Loi première", "Loi seconde")
	first("Art 12bis", "Gesetz", "Loi seconde")
	first("Marchés publics", "Code des marchés publics", "Loi de finances")
	first("marches publics", "Code des marchés publics", "Loi de finances")
	for _, q := range []string{"a", "é", "第", "ر", "§", "-", "\"", "article"} {
		if w := s.public().get("/en/search?q=" + url.QueryEscape(q)); w.Code != 200 {
			t.Errorf("%q: %d", q, w.Code)
		}
	}
	if b := s.public().get("/en/search?q=Article+16").Body.String(); !strings.Contains(b, "/en/provisions/uncac/art_16") {
		t.Error("Article 16 is not read as the provision")
	}
}
