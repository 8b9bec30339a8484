package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/files"
	"merida/follow"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/mechanism"
	"merida/party"
	"merida/questionnaire"
	"merida/search/inverted"
	"merida/store"
	"merida/store/sqlite"
	"merida/treaty"
)

// testSite is a whole site over a database in a folder of the test.
type testSite struct {
	*Site
	t  testing.TB
	db store.DB
}

// newTestSite makes an empty site of the demonstration parties QM, QN and QP beside the real ones.
func newTestSite(t *testing.T) *testSite { return benchSite(t) }

// benchSite is newTestSite for benchmarks too.
func benchSite(t testing.TB) *testSite {
	t.Helper()
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
	s := &Site{Now: clock.System, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "http://merida.test"}
	s.Conventions, err = convention.Load()
	must(err)
	s.Parties, err = directory.Load(directory.Demonstration()...)
	must(err)
	s.Codes, err = codelist.Load()
	must(err)
	s.Locale, err = locale.Load()
	must(err)
	now := func() time.Time { return s.Now() } // a test may set the clock of the site
	s.Identity = &identity.Service{Store: store.Identity{DB: db}, Now: now}
	s.Files, err = files.Open(filepath.Join(t.TempDir(), "files"))
	must(err)
	s.Library = &library.Service{Store: store.Library{DB: db}, Now: now, Known: s.Conventions.Known}
	s.Collections = &library.Collections{Store: store.Collections{DB: db}, Library: s.Library.Store, Known: s.Conventions.Known, Now: now}
	s.Questionnaires = &questionnaire.Service{Store: store.Questionnaires{DB: db, Cache: &sync.Map{}}, Now: now}
	s.Assessments = &assessment.Service{Store: store.Assessments{DB: db}, Now: now}
	needs := store.Assistance{DB: db}
	s.Assistance = &assistance.Service{Store: needs, Board: &assistance.Board{Store: needs, Conventions: s.Conventions, Now: now},
		Terms: assistance.Terms{Conventions: s.Conventions, Lists: s.Codes}, Now: now}
	s.Searches = &library.Searches{Store: store.SavedSearches{DB: db}, Now: now}
	s.Follow = &follow.Service{Store: store.NewFollows(db), Conventions: s.Conventions, Searches: s.Searches.Store, Finder: lateFinder{s}, Mechanisms: store.Mechanisms{DB: db},
		Known: func(p party.ID) bool { _, ok := s.Parties.Get(p); return ok }, Now: now}
	s.Hooks = &follow.Hooks{Store: store.Hooks{DB: db}, Follow: s.Follow, BaseURL: s.BaseURL, Now: now}
	s.Contacts = &directory.Register{Store: store.Contacts{DB: db}, Now: now}
	s.Treaties = &treaty.Service{Store: store.Treaties{DB: db}, Conventions: s.Conventions, Now: now}
	texts, err := inverted.Open(t.Context(), filepath.Join(t.TempDir(), "texts"))
	must(err)
	t.Cleanup(func() { texts.Close() })
	s.TreatyFinder = &treaty.Finder{Index: texts, Store: s.Treaties.Store, Conventions: s.Conventions}
	s.Mail, s.Mailed = store.Mail{DB: db}, true
	s.Mechanisms = &mechanism.Service{Store: store.Mechanisms{DB: db}, Now: now, Known: func(p party.ID) bool { x, ok := s.Parties.Get(p); return ok && x.IsParty() }}
	s.Dossiers = mechanism.Sources{Mechanisms: s.Mechanisms.Store, Assessments: s.Assessments.Store, Assistance: needs, Board: s.Assistance.Board, Contacts: s.Contacts.Store, Now: now}
	s.Clearing = &clearing.Service{Store: store.Clearing{DB: db}, Mechanisms: s.Mechanisms.Store, Needs: needs, Board: s.Assistance.Board, Terms: s.Assistance.Terms, Now: now, Known: s.Mechanisms.Known}
	return &testSite{Site: s, t: t, db: db}
}

// lateFinder asks the finder that a test gives the site, if it does.
type lateFinder struct{ s *Site }

func (f lateFinder) Saved(ctx context.Context, query string, after time.Time, limit int) ([]library.Measure, error) {
	if f.s.Finder == nil {
		return nil, nil
	}
	return f.s.Finder.Saved(ctx, query, after, limit)
}

// visitor is somebody with a browser; the one of the zero account is the public.
type visitor struct {
	site    *testSite
	account identity.Account
	session string
}

// person makes an account of a role and signs it in. p is empty for roles of no party.
func (s *testSite) person(role identity.Role, p party.ID) *visitor {
	s.t.Helper()
	return s.personOf(role, p, "XM-DAC-00000")
}

// personOf is person for a provider of a certain organisation.
func (s *testSite) personOf(role identity.Role, p party.ID, organisation string) *visitor {
	s.t.Helper()
	ctx, operator := context.Background(), identity.OperatorActor()
	a := identity.Account{Name: "Person " + string(role) + " " + string(p), Agency: "Agency of " + string(role), Role: role, Party: p, Lang: "en"}
	if role == identity.Provider {
		a.Organisation = organisation
	}
	a, err := s.Identity.Add(ctx, operator, a)
	if err != nil {
		s.t.Fatal(err)
	}
	link, err := s.Identity.NewLink(ctx, operator, a, time.Hour, false)
	if err != nil {
		s.t.Fatal(err)
	}
	session, _, err := s.Identity.SignIn(ctx, link, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return &visitor{s, a, session}
}

// public is a visitor who is not signed in.
func (s *testSite) public() *visitor { return &visitor{site: s} }

func (p *visitor) do(r *http.Request) *httptest.ResponseRecorder {
	if p.session != "" {
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: p.session})
	}
	w := httptest.NewRecorder()
	p.site.ServeHTTP(w, r)
	return w
}

// get asks for an address with its language: "/en/parties".
func (p *visitor) get(path string) *httptest.ResponseRecorder {
	return p.do(httptest.NewRequest(http.MethodGet, path, nil))
}

// post sends a form; headers are names and values in turn.
func (p *visitor) post(path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return p.do(r)
}

// testRound is a round on the edition that ships with the program.
type testRound struct {
	ID          assessment.RoundID
	Edition     questionnaire.EditionID
	Assessments map[party.ID]assessment.ID
	Answers     map[party.ID]map[string]assessment.AnswerID // by question
}

// openRound adds, tables and approves the first shipped edition and opens it to the parties.
func (s *testSite) openRound(parties ...party.ID) testRound {
	s.t.Helper()
	shipped, err := questionnaire.Shipped()
	if err != nil {
		s.t.Fatal(err)
	}
	return s.openRoundOn(shipped[0], parties...)
}

// openRoundOn does the same with an edition.
func (s *testSite) openRoundOn(c questionnaire.Content, parties ...party.ID) testRound {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	ctx := context.Background()
	officer := identity.Actor{Account: "officer-of-rounds", Name: "Officer", Role: identity.Officer}
	edition, err := s.Questionnaires.Add(ctx, officer, c)
	must(err)
	must(s.Questionnaires.Table(ctx, officer, edition))
	must(s.Questionnaires.Approve(ctx, identity.OperatorActor(), edition, "CAC/TEST/1", "2026-11-24"))
	var questions []assessment.Question
	for _, q := range c.All() {
		questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	out := testRound{Edition: edition, Assessments: map[party.ID]assessment.ID{}, Answers: map[party.ID]map[string]assessment.AnswerID{}}
	out.ID, err = s.Assessments.OpenRound(ctx, officer, string(edition), lang.T("en", "Round of the tests"), assessment.Deadlines{}, questions, parties)
	must(err)
	rows, err := s.Assessments.Store.Find(ctx, assessment.Filter{Round: out.ID})
	must(err)
	for _, r := range rows {
		out.Assessments[r.Party] = r.ID
		whole, err := s.Assessments.Store.Whole(ctx, identity.Actor{Account: "x", Role: identity.FocalPoint, Party: r.Party}.Sight(), r.ID)
		must(err)
		out.Answers[r.Party] = map[string]assessment.AnswerID{}
		for _, a := range whole.Answers {
			out.Answers[r.Party][a.Question] = a.ID
		}
	}
	return out
}

func TestSiteOfTestsStands(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	if w := focal.get("/en/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), focal.account.Name) {
		t.Fatalf("home of a signed-in person: %d", w.Code)
	}
	if w := s.public().get("/en/"); w.Code != http.StatusOK || strings.Contains(w.Body.String(), focal.account.Name) {
		t.Fatalf("home of the public: %d", w.Code)
	}
	r := s.openRound("QM", "QN")
	if len(r.Answers["QM"]) < 10 || len(r.Answers["QN"]) != len(r.Answers["QM"]) {
		t.Fatalf("answers %d and %d", len(r.Answers["QM"]), len(r.Answers["QN"]))
	}
}
