package questionnaire_test

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/questionnaire"
	"merida/store"
	"merida/store/sqlite"
)

// six gives a text in the six languages.
func six(s string) lang.Text {
	t := lang.Text{}
	for _, l := range lang.Official {
		t[l] = lang.Value{S: s + " " + string(l), Status: lang.Unofficial}
	}
	return t
}

// small is the least edition that is complete.
func small() questionnaire.Content {
	return questionnaire.Content{Questionnaire: "test", Convention: "uncac", Edition: 1, Titles: six("Title"),
		Sections: []questionnaire.Section{{ID: "9", Provision: "uncac/art_9", Questions: []questionnaire.Question{
			{ID: "9-1", Provision: "uncac/art_9/para_1", Text: six("First?")}, {ID: "9-2", Provision: "uncac/art_9/para_2", Text: six("Second?")}}}},
		Block: questionnaire.Block{Options: []questionnaire.Option{{Code: "yes", Label: six("Yes")}}, Parts: []questionnaire.Part{{ID: "missing", Label: six("Missing")}}}}
}

func known(id convention.ID) bool { return strings.HasPrefix(string(id), "uncac/art_9") }

func parse(t *testing.T, c questionnaire.Content) (questionnaire.Content, error) {
	t.Helper()
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return questionnaire.Parse(strings.NewReader(string(b)), known)
}

func TestParseTakesAWholeEdition(t *testing.T) {
	c, err := parse(t, small())
	if err != nil {
		t.Fatal(err)
	}
	q, s, ok := c.Question("9-2")
	if !ok || q.Provision != "uncac/art_9/para_2" || s.ID != "9" || q.Text["ar"].S != "Second? ar" || q.Text["ar"].Status != lang.Unofficial {
		t.Errorf("%+v in %+v", q, s)
	}
	if _, _, ok := c.Question("10-1"); ok {
		t.Error("a question that nobody asked")
	}
	if len(c.All()) != 2 || c.Block.Part("missing").Label.Empty() || c.Block.Part("other").ID != "other" {
		t.Errorf("%d questions, %+v", len(c.All()), c.Block)
	}
}

func TestParseNamesEachFault(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*questionnaire.Content)
		field  string
		key    string
	}{
		"no name":           {func(c *questionnaire.Content) { c.Questionnaire = "" }, "questionnaire", "fault.required"},
		"no edition number": {func(c *questionnaire.Content) { c.Edition = 0 }, "questionnaire", "fault.required"},
		"title lacks ar":    {func(c *questionnaire.Content) { delete(c.Titles, "ar") }, "titles", "questionnaire.error.language"},
		"question lacks zh": {func(c *questionnaire.Content) { delete(c.Sections[0].Questions[0].Text, "zh") }, "9-1", "questionnaire.error.language"},
		"option lacks ru":   {func(c *questionnaire.Content) { delete(c.Block.Options[0].Label, "ru") }, "yes", "questionnaire.error.language"},
		"part lacks es":     {func(c *questionnaire.Content) { delete(c.Block.Parts[0].Label, "es") }, "missing", "questionnaire.error.language"},
		"an id twice":       {func(c *questionnaire.Content) { c.Sections[0].Questions[1].ID = "9-1" }, "9-1", "questionnaire.error.id"},
		"unknown provision": {func(c *questionnaire.Content) { c.Sections[0].Questions[1].Provision = "uncac/art_42" }, "9-2", "questionnaire.error.provision"},
		"unknown article":   {func(c *questionnaire.Content) { c.Sections[0].Provision = "uncac/art_42" }, "9", "questionnaire.error.provision"},
		"nothing asked":     {func(c *questionnaire.Content) { c.Sections = nil }, "sections", "questionnaire.error.questions"},
	} {
		content := small()
		c.change(&content)
		_, err := parse(t, content)
		f, ok := err.(*fault.Error)
		if !ok || f.Kind != fault.Invalid || !slices.ContainsFunc(f.Fields, func(x fault.Field) bool { return x.Name == c.field && x.Key == c.key }) {
			t.Errorf("%s: %v, should name %s with %s", name, err, c.field, c.key)
		}
	}
}

func TestParseRefusesWhatIsNoEdition(t *testing.T) {
	for _, s := range []string{``, `7`, `[]`, `{"questionnaire"`, `{"titel": {}}`, `{} {}`, "\xff", strings.Repeat(`[`, 100_000)} {
		if _, err := questionnaire.Parse(strings.NewReader(s), known); !fault.Is(err, fault.Invalid) {
			t.Errorf("%.20q: %v", s, err)
		}
	}
	if _, err := questionnaire.Parse(strings.NewReader(strings.Repeat(" ", 5<<20)), known); !fault.Is(err, fault.TooLarge) {
		t.Errorf("five megabytes: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	b, err := json.Marshal(small())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(b))
	f.Add(`{"sections":[{}],"block":{"options":null}}`)
	f.Fuzz(func(t *testing.T, s string) {
		c, err := questionnaire.Parse(strings.NewReader(s), known)
		if err == nil && (len(c.All()) == 0 || c.Titles["ar"].S == "") {
			t.Errorf("taken: %+v", c)
		}
	})
}

func TestAnEditionKeepsItsWordsOnceTabled(t *testing.T) {
	ctx := t.Context()
	db, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := &questionnaire.Service{Store: store.Questionnaires{DB: db}, Now: func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }}
	officer := identity.Actor{Account: "o", Role: identity.Officer}
	admin := identity.Actor{Account: "a", Role: identity.Administrator}

	if _, err := s.Add(ctx, admin, small()); !fault.Is(err, fault.Denied) {
		t.Errorf("an administrator prepares an edition: %v", err)
	}
	id, err := s.Add(ctx, officer, small())
	if err != nil || id != "test-1" {
		t.Fatalf("%s %v", id, err)
	}
	if _, err := s.Add(ctx, officer, small()); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same number twice: %v", err)
	}
	if err := s.Approve(ctx, admin, id, "DEMO/1", "2026-11-24"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a draft is approved: %v", err)
	}
	if err := s.Table(ctx, officer, id); err != nil {
		t.Fatal(err)
	}
	tabled, err := s.Store.Edition(ctx, id)
	if err != nil || tabled.State != questionnaire.Tabled || len(tabled.Hash) != 64 {
		t.Fatalf("%+v %v", tabled.State, err)
	}
	if err := s.Table(ctx, officer, id); !fault.Is(err, fault.Conflict) {
		t.Errorf("tabled twice: %v", err)
	}
	if err := s.Approve(ctx, officer, id, "DEMO/1", "2026-11-24"); !fault.Is(err, fault.Denied) {
		t.Errorf("who prepares also approves: %v", err)
	}
	for _, c := range []struct{ symbol, on string }{{"", "2026-11-24"}, {"DEMO/1", "24.11.2026"}, {"DEMO/1", ""}} {
		if err := s.Approve(ctx, admin, id, c.symbol, c.on); !fault.Is(err, fault.Invalid) {
			t.Errorf("approved by %q on %q: %v", c.symbol, c.on, err)
		}
	}
	if err := s.Approve(ctx, admin, id, "DEMO/1", "2026-11-24"); err != nil {
		t.Fatal(err)
	}
	if err := s.Retire(ctx, officer, id); err != nil {
		t.Fatal(err)
	}
	e, err := s.Store.Edition(ctx, id)
	if err != nil || e.State != questionnaire.Retired || e.Symbol != "DEMO/1" || e.ApprovedOn != "2026-11-24" || e.Hash != tabled.Hash {
		t.Errorf("%+v %v", e.State, err)
	}
	if got, err := json.Marshal(e.Content); err != nil || string(got) != string(must(json.Marshal(small()))) {
		t.Errorf("the words changed: %s %v", got, err)
	}
	if err := s.Table(ctx, officer, "no-such-1"); !fault.Is(err, fault.NotFound) {
		t.Errorf("an edition that is not there: %v", err)
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
