package demo_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/demo"
	"merida/directory"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/mechanism"
	"merida/party"
	"merida/questionnaire"
	"merida/store"
	"merida/store/sqlite"
	"merida/store/storetest"
)

// system is an installation as cmd makes it, on the embedded engine.
func system(t *testing.T) demo.Services {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return services(t, db)
}

func services(t *testing.T, db store.DB) demo.Services {
	t.Helper()
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	lists, err := codelist.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC) }
	needs := store.Assistance{DB: db}
	known := func(p party.ID) bool { return p.Demonstration() }
	return demo.Services{
		Clearing: &clearing.Service{Store: store.Clearing{DB: db}, Mechanisms: store.Mechanisms{DB: db}, Needs: needs, Board: &assistance.Board{Store: needs, Conventions: tree, Now: now},
			Terms: assistance.Terms{Conventions: tree, Lists: lists}, Now: now, Known: known},
		Identity:       &identity.Service{Store: store.Identity{DB: db}, Now: now},
		Library:        &library.Service{Store: store.Library{DB: db}, Now: now, Known: tree.Known},
		Questionnaires: &questionnaire.Service{Store: store.Questionnaires{DB: db}, Now: now},
		Assessments:    &assessment.Service{Store: store.Assessments{DB: db}, Now: now},
		Assistance: &assistance.Service{Store: store.Assistance{DB: db}, Now: now, Terms: assistance.Terms{Conventions: tree, Lists: lists},
			Board: &assistance.Board{Store: store.Assistance{DB: db}, Conventions: tree, Now: now}},
		Contacts:   &directory.Register{Store: store.Contacts{DB: db}, Now: now},
		Mechanisms: &mechanism.Service{Store: store.Mechanisms{DB: db}, Now: now, Known: known},
	}
}

var now = time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)

// shared is the folder of a filled system for the tests that only read it.
var shared struct {
	folder string
	once   sync.Once
	s      demo.Services
	people demo.People
}

func TestMain(m *testing.M) {
	var err error
	if shared.folder, err = os.MkdirTemp("", "merida-demo"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(shared.folder)
	os.Exit(code)
}

// filled is a demonstration to be read only.
func filled(t *testing.T) (demo.Services, demo.People) {
	t.Helper()
	shared.once.Do(func() {
		db, err := sqlite.Open(context.WithoutCancel(t.Context()), filepath.Join(shared.folder, "merida.db"))
		if err != nil {
			t.Fatal(err)
		}
		shared.s = services(t, db)
		if shared.people, err = demo.Fill(t.Context(), shared.s, now); err != nil {
			t.Fatal(err)
		}
	})
	if len(shared.people) == 0 {
		t.Fatal("the shared demonstration could not be made")
	}
	return shared.s, shared.people
}

func fill(t *testing.T) (demo.Services, demo.People) {
	t.Helper()
	s := system(t)
	people, err := demo.Fill(t.Context(), s, now)
	if err != nil {
		t.Fatal(err)
	}
	return s, people
}

func TestEveryRoleHasSomebody(t *testing.T) {
	s, people := filled(t)
	for _, r := range []identity.Role{identity.Officer, identity.FocalPoint, identity.Contributor, identity.Approver, identity.Provider, identity.Administrator,
		identity.Auditor, identity.ContactPoint, identity.Reviewer} {
		p, ok := people.First(r)
		if !ok {
			t.Errorf("nobody is %s", r)
			continue
		}
		a, err := s.Identity.Store.Account(t.Context(), p.Account.ID)
		if err != nil || a.Role != r || a.Name != p.Account.Name {
			t.Errorf("%s: %+v, %v", r, a, err)
		}
	}
	for _, p := range people {
		if !marked(p.Account.Name) {
			t.Errorf("%q does not say that the person is invented", p.Account.Name)
		}
		if p.Account.Party != "" && !p.Account.Party.Demonstration() {
			t.Errorf("%s acts for %s", p.Key, p.Account.Party)
		}
	}
	if p, ok := people.By("QM.approver"); !ok || p.Account.Role != identity.Approver || p.Account.Party != demo.Quamara {
		t.Errorf("QM.approver is %+v", p)
	}
}

// marked reports whether words say, in any of the six languages, that they belong to a demonstration.
func marked(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc([]string{"demonstration", "démonstration", "demostración", "демонстрац", "عرض", "演示", "fictional", "fictive", "ficticia", "ficticio", "fictif"},
		func(m string) bool { return strings.Contains(s, m) })
}

func TestRealMeasures(t *testing.T) {
	s, _ := filled(t)
	ms, _, err := s.Library.Store.Find(t.Context(), identity.Sight{}, library.Filter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	states, langs, real := map[party.ID]bool{}, map[lang.Tag]bool{}, 0
	for _, m := range ms {
		if m.Country.Demonstration() {
			continue
		}
		real++
		states[m.Country], langs[m.Lang.Base()] = true, true
		if m.Owner != "" || !m.ValidatedAt.IsZero() {
			t.Errorf("%s looks as if its State had entered or validated it", m.SourceID)
		}
		for _, l := range lang.Official {
			if m.Titles[l].S == "" || m.Summary[l].S == "" {
				t.Errorf("%s has no title or summary in %s", m.SourceID, l)
			}
			if l != m.Lang && m.Titles[l].Status != lang.Unofficial || m.Summary[l].Status != lang.Unofficial {
				t.Errorf("%s: our words in %s do not say that they are unofficial", m.SourceID, l)
			}
		}
		if m.SourceURL == "" || m.Licence == "" {
			t.Errorf("%s does not say where it comes from", m.SourceID)
		}
		w, err := s.Library.Store.Whole(t.Context(), identity.Sight{}, m.ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(w.Mappings) == 0 {
			t.Errorf("%s implements nothing", m.SourceID)
		}
		for _, x := range w.Sections {
			if x.Text != "" {
				t.Errorf("%s %s carries text; the laws are not in the repository", m.SourceID, x.EID)
			}
		}
		for _, x := range w.Mappings {
			if x.EID == "" || x.Status != library.Editorial || x.Note["en"].S == "" || x.Note[m.Lang].S == "" {
				t.Errorf("%s: mapping %+v", m.SourceID, x)
			}
		}
	}
	if real < 60 || len(states) < 20 {
		t.Errorf("%d real measures of %d States", real, len(states))
	}
	for _, l := range lang.Official {
		if !langs[l] {
			t.Errorf("no original in %s", l)
		}
	}
}

// The facts are those of the index of the laws, and each article that we name exists there.
func TestRealMeasuresAreFacts(t *testing.T) {
	dir := os.Getenv("MERIDA_CORPORA")
	if dir == "" {
		t.Skip("MERIDA_CORPORA is not set: no laws to compare with")
	}
	b, err := os.ReadFile(filepath.Join(dir, "laws/index.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	type entry struct {
		ID, File, Format, Country, Lang, Title, Date, Licence string
		URL                                                   string `json:"source_url"`
		Repo                                                  string `json:"source_repo"`
	}
	index := map[string]entry{}
	for line := range strings.Lines(string(b)) {
		var e entry
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		index[e.ID] = e
	}
	ws, err := demo.Measures()
	if err != nil {
		t.Fatal(err)
	}
	// Where the index has a damaged title or no date, the heading of the law was read.
	mended := []string{"ma-loi-protection-temoins-denonciateurs", "ma-loi-31-13-droit-information", "ma-decret-commission-nationale-anticorruption"}
	for _, w := range ws {
		m := w.Measure
		e, ok := index[m.SourceID]
		if !ok {
			t.Errorf("%s is not in the index", m.SourceID)
			continue
		}
		if string(m.Country) != e.Country || string(m.Lang) != e.Lang || m.Licence != e.Licence {
			t.Errorf("%s: %s %s %q, index has %+v", m.SourceID, m.Country, m.Lang, m.Licence, e)
		}
		if !slices.Contains(mended, m.SourceID) && (m.Titles[m.Lang].S != e.Title || m.Date != e.Date) {
			t.Errorf("%s: %q of %s, index has %q of %s", m.SourceID, m.Titles[m.Lang].S, m.Date, e.Title, e.Date)
		}
		if u := m.SourceURL; u != e.Repo && (e.URL == "" || !strings.HasPrefix(e.URL, u)) {
			t.Errorf("%s: source %s, index has %s", m.SourceID, u, e.URL)
		}
		text, err := os.ReadFile(filepath.Join(dir, "laws", e.File))
		if err != nil {
			t.Fatal(err)
		}
		if e.Format == "md" || e.Format == "txt" || e.Format == "akn" {
			sections, _, err := legaltext.Parse(e.Format, m.Lang, text)
			if err != nil {
				t.Errorf("%s: %v", m.SourceID, err)
				continue
			}
			read := library.Whole{Sections: sections}
			for _, x := range w.Sections {
				if _, ok := read.Section(x.EID); !ok {
					t.Errorf("%s has no section %s", m.SourceID, x.EID)
				}
			}
		}
		plain := strings.Join(strings.Fields(tags.ReplaceAllString(string(text), " ")), " ")
		for _, x := range w.Sections {
			if x.Heading != "" && !strings.Contains(plain, x.Heading) {
				t.Errorf("%s %s: the heading %q is not in the law", m.SourceID, x.EID, x.Heading)
			}
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>|&nbsp;|\*`)

func TestParties(t *testing.T) {
	s, people := filled(t)
	want := map[party.ID]assessment.State{demo.Quamara: assessment.Returned, demo.Qunera: assessment.Draft, demo.Qupenia: assessment.Submitted}
	officer, _ := people.First(identity.Officer)
	for p, state := range want {
		rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Party: p})
		if p == demo.Qupenia && len(rows) == 2 { // the newer one holds what came along into the next edition
			if r := rows[0]; r.State != assessment.Draft || r.Progress.Answered != rows[1].Progress.Questions {
				t.Errorf("what came along: %+v", r)
			}
			rows = rows[1:]
		} else if p == demo.Qupenia {
			t.Errorf("%s has %d assessments", p, len(rows))
		}
		if err != nil || len(rows) != 1 {
			t.Fatalf("%s: %v, %v", p, rows, err)
		}
		if rows[0].State != state {
			t.Errorf("%s is %s, want %s", p, rows[0].State, state)
		}
		public, err := s.Assessments.Store.Published(t.Context(), assessment.PublicFilter{Party: p})
		if err != nil {
			t.Fatal(err)
		}
		if p == demo.Qunera && len(public) > 0 || p != demo.Qunera && (len(public) < 6 || len(public) >= rows[0].Progress.Questions) {
			t.Errorf("%s shows %d of %d answers", p, len(public), rows[0].Progress.Questions)
		}
		// What is not published is not seen, not even that it was said.
		w, err := s.Assessments.Store.Whole(t.Context(), officer.Account.Actor().Sight(), rows[0].ID)
		if p == demo.Qunera {
			if err == nil && slices.ContainsFunc(w.Answers, func(a assessment.Answer) bool { return a.Submitted > 0 }) {
				t.Error("the secretariat sees a draft of QN as submitted")
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		returned := 0
		for _, a := range w.Answers {
			if a.State == assessment.SentBack {
				returned++
			}
		}
		if p == demo.Quamara && returned != 1 || p == demo.Qupenia && returned != 0 {
			t.Errorf("%s has %d returned answers", p, returned)
		}
	}
}

// QN's people see what waits for them: a contribution that was offered, one that is being written.
func TestWorkWaits(t *testing.T) {
	s, people := filled(t)
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Party: demo.Qunera})
	if err != nil {
		t.Fatal(err)
	}
	focal, _ := people.By("QN.focal_point")
	w, err := s.Assessments.Store.Whole(t.Context(), focal.Account.Actor().Sight(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	states := map[assessment.ProposalState]int{}
	assigned := 0
	for _, a := range w.Answers {
		if a.Assignee != "" {
			assigned++
		}
		d, err := s.Assessments.Store.Detail(t.Context(), focal.Account.Actor().Sight(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range d.Proposals {
			states[p.State]++
		}
	}
	if states[assessment.Offered] != 1 || assigned < 5 {
		t.Errorf("proposals %v, %d questions assigned", states, assigned)
	}
}

func TestNeedsAndActivities(t *testing.T) {
	s, _ := filled(t)
	st := s.Assistance.Store
	counts := map[assistance.NeedStatus]int{}
	hidden, linked := 0, 0
	if err := st.NeedRows(t.Context(), false, nil, func(n assistance.NeedRow) {
		if n.Shown {
			counts[n.Status]++
		} else {
			hidden++
		}
		if len(n.Served) > 0 {
			linked++
		}
		if !n.Party.Demonstration() {
			t.Errorf("a need of %s", n.Party)
		}
	}); err != nil {
		t.Fatal(err)
	}
	if counts[assistance.Open] < 2 || counts[assistance.BeingMet] < 1 || counts[assistance.Met] < 1 || hidden < 2 || linked < 3 {
		t.Errorf("needs %v, %d not shown, %d linked", counts, hidden, linked)
	}
	var ids []assistance.ActivityID
	if err := st.ActivityRows(t.Context(), true, nil, func(a assistance.ActivityRow) {
		ids = append(ids, a.ID)
		for _, p := range a.Recipients {
			if !p.Demonstration() {
				t.Errorf("activity %s is for %s", a.ID, p)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if len(ids) < 4 {
		t.Errorf("%d activities", len(ids))
	}
	kinds := map[assistance.StatementKind]int{}
	for _, id := range ids {
		a, err := st.Activity(t.Context(), identity.Sight{}, id)
		if err != nil {
			t.Fatal(err)
		}
		if !marked(a.Titles.Pick("en")) {
			t.Errorf("%q does not say that it is a demonstration", a.Titles.Pick("en"))
		}
		said, err := st.Statements(t.Context(), identity.Sight{}, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range said {
			kinds[x.Kind]++
		}
	}
	if kinds[assistance.Says] < 2 || kinds[assistance.Confirms] < 1 || kinds[assistance.Disputes] < 1 {
		t.Errorf("the public reads statements %v", kinds)
	}
}

// Nothing but measures is said of a real State, and the laws of fictional ones say what they are.
func TestOnlyFictionIsInvented(t *testing.T) {
	s, _ := filled(t)
	ms, _, err := s.Library.Store.Find(t.Context(), identity.Sight{}, library.Filter{Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, m := range ms {
		if !m.Country.Demonstration() {
			continue
		}
		shown++
		for l, v := range m.Titles {
			if !marked(v.S) {
				t.Errorf("%q (%s) of %s does not say that it is a demonstration", v.S, l, m.Country)
			}
		}
	}
	if shown < 5 {
		t.Errorf("the public finds %d laws of the fictional parties", shown)
	}
	answers, err := s.Assessments.Store.Published(t.Context(), assessment.PublicFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		if !a.Party.Demonstration() {
			t.Errorf("an answer of %s", a.Party)
		}
	}
	contacts, err := s.Contacts.Store.Contacts(t.Context(), identity.Sight{}, directory.ContactFilter{})
	if err != nil || len(contacts) < 4 {
		t.Errorf("%d contact points, %v", len(contacts), err)
	}
	for _, c := range contacts {
		if c.Party != "" && !c.Party.Demonstration() {
			t.Errorf("a contact point of %s", c.Party)
		}
	}
}

func TestFillTwice(t *testing.T) {
	s, first := fill(t)
	again, err := demo.Fill(t.Context(), s, now.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if len(again) != len(first) {
		t.Fatalf("%d people, then %d", len(first), len(again))
	}
	for i := range first {
		if first[i].Key != again[i].Key || first[i].Account.ID != again[i].Account.ID {
			t.Errorf("%s became %s", first[i].Key, again[i].Key)
		}
	}
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{})
	if err != nil || len(rows) != 4 {
		t.Errorf("%d assessments, %v", len(rows), err)
	}
}

func TestHalfFilled(t *testing.T) {
	s := system(t)
	if _, err := s.Identity.Add(t.Context(), identity.OperatorActor(), identity.Account{Name: "Olga Demonstration", Role: identity.Officer}); err != nil {
		t.Fatal(err)
	}
	if _, err := demo.Fill(t.Context(), s, now); !fault.Is(err, fault.Conflict) {
		t.Errorf("a broken-off filling gives %v", err)
	}
}

// Whoever imports the laws afterwards gets their texts as the next version of the same
// measures, and what people wrote about them stays.
func TestTextComesLater(t *testing.T) {
	s, _ := fill(t)
	ws, err := demo.Measures()
	if err != nil {
		t.Fatal(err)
	}
	mine := ws[0]
	take := func() (library.ID, library.Outcome) {
		known, err := s.Library.Store.BySource(t.Context(), []string{mine.Measure.SourceID})
		if err != nil {
			t.Fatal(err)
		}
		w := library.Whole{Measure: library.Measure{SourceID: mine.Measure.SourceID, Country: mine.Measure.Country, Lang: mine.Measure.Lang,
			Titles: lang.T(mine.Measure.Lang, mine.Measure.Titles[mine.Measure.Lang].S), SourceURL: mine.Measure.SourceURL, Licence: mine.Measure.Licence},
			Version: library.Version{FileHash: "f1", Format: "md"}}
		for _, x := range mine.Sections {
			x.Text = "(text)"
			w.Sections = append(w.Sections, x)
		}
		id, o, err := s.Library.Intake(t.Context(), identity.OperatorActor(), known[mine.Measure.SourceID], w)
		if err != nil {
			t.Fatal(err)
		}
		return id, o
	}
	id, o := take()
	if o != library.Revised {
		t.Errorf("the text was %s", o)
	}
	w, err := s.Library.Store.Whole(t.Context(), identity.Sight{}, id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if w.Version.N != 2 || w.Sections[0].Text == "" || len(w.Mappings) != len(mine.Mappings) || len(w.Measure.Titles) != 6 || len(w.Measure.Summary) != 6 {
		t.Errorf("version %d, %d mappings of %d, titles %v, summary %v", w.Version.N, len(w.Mappings), len(mine.Mappings), w.Measure.Titles.Tags(), w.Measure.Summary.Tags())
	}
	if _, o = take(); o != library.Unchanged {
		t.Errorf("the same text again was %s", o)
	}
}

// Public tables and views say what is so, never which account typed it.
func TestNothingPublicNamesAnAccount(t *testing.T) {
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	people, err := demo.Fill(t.Context(), services(t, db), now)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range people {
		ids = append(ids, string(p.Account.ID))
	}
	if n := storetest.NothingPublic(t, db, ids...); n < 100 {
		t.Errorf("only %d public rows were looked at", n)
	}
}

// The law that shows versions and translations says what was in force, and which rendering is stale.
func TestVersionsAndTranslations(t *testing.T) {
	s, _ := filled(t)
	known, err := s.Library.Store.BySource(t.Context(), []string{"demo-qm-information"})
	if err != nil {
		t.Fatal(err)
	}
	m := known["demo-qm-information"]
	if m.Version != 2 || !m.Validated() || m.ValidatedBy != string(demo.Quamara) || m.Owner != "" {
		t.Errorf("%+v", m)
	}
	for day, want := range map[string]int{"2012-02-29": 0, "2015-01-01": 1, "2026-11-25": 2} {
		if _, a, err := library.ReadAsOf(t.Context(), s.Library.Store, identity.Sight{}, m.ID, day); err != nil || a.N != want {
			t.Errorf("%s: %+v, %v", day, a, err)
		}
	}
	ts, err := s.Library.Store.Translations(t.Context(), identity.Sight{}, m.ID)
	if err != nil {
		t.Fatal(err)
	}
	got := map[lang.Tag]bool{}
	for _, x := range library.Latest(ts) {
		got[x.Lang] = x.Stale(m)
	}
	if len(got) != 3 || got["en"] || got["es"] || !got["fr"] {
		t.Errorf("stale by language: %v", got)
	}
}
