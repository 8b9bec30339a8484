package web

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/store"
)

// workSite is a site whose audit record can be read.
func workSite(t *testing.T) *testSite {
	s := newTestSite(t)
	s.Audit = &identity.Trail{Read: func(ctx context.Context, q identity.TrailQuery) ([]audit.Entry, error) {
		return store.AuditEntries(ctx, s.db, store.AuditFilter(q))
	}}
	return s
}

// page reads a page and fails unless its status is the expected one.
func (p *visitor) page(path string, status int) string {
	p.site.t.Helper()
	w := p.get(path)
	if w.Code != status {
		p.site.t.Fatalf("GET %s as %s: %d, want %d\n%s", path, p.account.Role, w.Code, status, mainOf(w.Body.String()))
	}
	return html.UnescapeString(w.Body.String())
}

// sends posts a form and fails unless the answer has the expected status; it gives the body.
func (p *visitor) sends(path string, status int, fields ...string) string {
	p.site.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	w := p.post(path, form)
	if w.Code != status {
		p.site.t.Fatalf("POST %s as %s: %d, want %d\n%s", path, p.account.Role, w.Code, status, mainOf(w.Body.String()))
	}
	return html.UnescapeString(w.Body.String())
}

func mainOf(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page[:min(len(page), 1500)]
}

func has(t testing.TB, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page lacks %q:\n%s", w, mainOf(page))
		}
	}
}

func lacks(t testing.TB, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(page, w) {
			t.Errorf("the page shows %q", w)
		}
	}
}

var hiddenRev = regexp.MustCompile(`name="rev" value="(\d+)"`)

func revOf(t *testing.T, page string) string {
	t.Helper()
	m := hiddenRev.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no revision in the form:\n%s", mainOf(page))
	}
	return m[1]
}

var onceLink = regexp.MustCompile(`http://merida\.test(/[a-z]{2}/sign-in/[^<"]+)`)

// joins signs in with a link that a page showed once.
func (s *testSite) joins(page string) *visitor {
	s.t.Helper()
	m := onceLink.FindStringSubmatch(page)
	if m == nil {
		s.t.Fatalf("no link on the page:\n%s", mainOf(page))
	}
	p := &visitor{site: s}
	w := p.post(m[1], url.Values{})
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("sign in by link: %d", w.Code)
	}
	for _, c := range w.Result().Cookies() {
		if c.Name == sessionCookie {
			p.session = c.Value
		}
	}
	if w.Header().Get("Location") != m[1][:3]+"/tasks" {
		s.t.Errorf("after signing in: %s", w.Header().Get("Location"))
	}
	if again := (&visitor{site: s}).post(m[1], url.Values{}); again.Code != http.StatusNotFound {
		s.t.Errorf("the link was good twice: %d", again.Code)
	}
	return p
}

// story is a round of one party, answered, with the people of the party.
type story struct {
	*testSite
	officer, admin, focal, approver *visitor
	assessment                      assessment.Assessment
	path                            string
	answers                         []assessment.Answer
	law                             library.ID
}

const (
	practice = "A tribunal applied this in three cases. Write to clerk@example.test or call +41 22 730 00 00."
	missing  = "No rules on witnesses exist yet."
	wish     = "Training of thirty prosecutors"
)

// through walks the pages from the empty site to a round that is open for QM.
func through(t *testing.T) *story {
	s := &story{testSite: workSite(t)}
	s.officer, s.admin = s.person(identity.Officer, ""), s.person(identity.Administrator, "")
	s.focal, s.approver = s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM")
	page := s.officer.page("/en/editions", 200)
	edition := regexp.MustCompile(`name="edition" value="([^"]+)"`).FindStringSubmatch(page)[1]
	s.officer.page("/en/rounds/new", 200)
	s.officer.sends("/en/editions", 303, "edition", edition)
	s.officer.sends("/en/editions", 303, "edition", edition) // the form came twice
	s.officer.sends("/en/editions/"+edition+"/approve", 403, "symbol", "CAC/TEST/1", "on", "2026-11-24")
	s.officer.sends("/en/editions/"+edition+"/table", 303)
	has(t, s.admin.page("/en/tasks", 200), "An edition is tabled")
	s.admin.sends("/en/editions/"+edition+"/approve", 422, "symbol", "", "on", "yesterday")
	s.admin.sends("/en/editions/"+edition+"/approve", 303, "symbol", "CAC/TEST/1", "on", "2026-11-24")
	s.admin.sends("/en/rounds", 403, "edition", edition, "party", "QM", "title-en", "R")

	has(t, s.officer.page("/en/rounds/new", 200), "self-assessment", "CAC/TEST/1", `value="QM"`)
	has(t, s.officer.sends("/en/rounds", 422, "edition", edition, "title-en", "Round one"), "Choose at least one party")
	s.officer.sends("/en/rounds", 422, "edition", "no-such", "title-en", "Round one", "party", "QM")
	s.officer.sends("/en/rounds", 422, "edition", edition, "title-en", "Round one", "party", "XX")
	s.officer.sends("/en/rounds", 303, "edition", edition, "title-en", "Round one", "title-fr", "Premier cycle", "due_submit", time.Now().AddDate(0, 0, 6).Format(time.DateOnly), "party", "QM", "party", "QN")
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Party: "QM"})
	if err != nil || len(rows) != 1 {
		t.Fatalf("assessments of QM: %d, %v", len(rows), err)
	}
	s.assessment, s.path = rows[0].Assessment, "/en/assessments/"+string(rows[0].ID)
	w, err := s.Assessments.Store.Whole(t.Context(), s.focal.account.Actor().Sight(), s.assessment.ID)
	if err != nil {
		t.Fatal(err)
	}
	s.answers = w.Answers
	s.law, err = s.Library.Add(t.Context(), s.focal.account.Actor(), library.Whole{
		Measure: library.Measure{Country: "QM", Type: library.Law, Titles: lang.T("en", "Law of the tests"), Lang: "en"},
		Version: library.Version{Format: "typed"}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill answers every question as the focal point; the first says more.
func (s *story) fill() {
	s.t.Helper()
	for i, a := range s.answers {
		c := assessment.Content{Lang: "en", Implementation: assessment.No, Missing: "Nothing yet."}
		if i == 0 {
			c = assessment.Content{Lang: "en", Implementation: assessment.InPart, Practice: practice, Missing: missing,
				Citations: []library.Citation{{Measure: s.law, Version: 1}}, Wanted: []assessment.Wanted{{Form: s.form(), What: wish}}}
		}
		if _, err := s.Assessments.Save(s.t.Context(), s.focal.account.Actor(), a.ID, 0, c); err != nil {
			s.t.Fatalf("answer %d: %v", i, err)
		}
	}
}

func (s *story) form() string {
	l, _ := s.Codes.List("ta-form")
	return l.Codes[0].Code
}

func TestRoundFromOpeningToPublication(t *testing.T) {
	s := through(t)
	first := s.answers[0]

	// The focal point invites, assigns and sees what the contributor sees.
	has(t, s.focal.page("/en/tasks", 200), "Round one", "Not started", "due soon", "/questions/"+string(first.ID))
	invited := s.focal.sends(s.path+"/people", 200, "name", "Cora Contributor", "agency", "Central Bank", "email", "", "lang", "fr")
	has(t, invited, "Cora Contributor", "one use", "7 days")
	cora := s.joins(invited)
	has(t, cora.page("/fr/tasks", 200), "Il n'y a pas encore de cycle")
	s.focal.sends(s.path+"/people", 422, "name", "", "email", "no address")
	account := regexp.MustCompile(`<option value="([^"]+)">Cora Contributor`).FindStringSubmatch(s.focal.page(s.path+"/people", 200))[1]
	s.focal.sends(s.path+"/assign", 422, "provision", string(first.Provision), "account", "nobody")
	s.focal.sends(s.path+"/assign", 422, "provision", "uncac/art_999", "account", account)
	s.focal.sends(s.path+"/assign", 422, "provision", string(first.Provision), "account", account, "due", "soon")
	s.focal.sends(s.path+"/assign", 303, "provision", string(first.Provision), "account", account, "due", "2026-11-30")
	has(t, cora.page("/fr/tasks", 200), "Premier cycle", string(first.ID))
	lacks(t, cora.page("/fr/tasks", 200), string(s.answers[len(s.answers)-1].ID))
	has(t, s.focal.page("/en/tasks?show=assigned", 200), "Central Bank", string(first.ID))
	lacks(t, s.focal.page("/en/tasks?show=assigned", 200), string(s.answers[len(s.answers)-1].ID))
	for _, path := range []string{"/people", "/check", "/publication"} {
		cora.page("/fr"+strings.TrimPrefix(s.path, "/en")+path, 403)
	}
	who, err := s.Identity.Store.Account(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Assessments.Contribute(t.Context(), who.Actor(), first.ID, 0, assessment.Content{Lang: "fr", Implementation: assessment.Yes}); err != nil {
		t.Fatal(err)
	}
	lacks(t, s.focal.page("/en/tasks", 200), "A contribution by")
	if err := s.Assessments.Offer(t.Context(), who.Actor(), first.ID); err != nil {
		t.Fatal(err)
	}
	has(t, s.focal.page("/en/tasks", 200), "A contribution by Central Bank")

	// Nothing can be proposed while something blocks; what blocks is linked.
	page := s.focal.page(s.path+"/check", 200)
	has(t, page, "The question has not been answered.", "/questions/"+string(first.ID))
	has(t, s.focal.sends(s.path+"/propose", 422, "rev", revOf(t, page)), "the answers below still need something")
	s.fill()
	page = s.focal.page(s.path+"/check", 200)
	has(t, page, "Nothing keeps this from being submitted.")
	has(t, s.focal.sends(s.path+"/propose", 409, "rev", "99"), "has changed since you opened the page")
	s.focal.sends(s.path+"/propose", 422)
	s.approver.sends(s.path+"/propose", 403, "rev", revOf(t, page))
	s.focal.sends(s.path+"/propose", 303, "rev", revOf(t, page))
	has(t, s.approver.page("/en/tasks", 200), "wait for your decision")
	s.approver.sends(s.path+"/reopen", 303, "rev", revOf(t, s.approver.page(s.path+"/check", 200)))
	s.focal.sends(s.path+"/propose", 303, "rev", revOf(t, s.focal.page(s.path+"/check", 200)))

	// Until the approver submits, the secretariat reads nothing; there is no receipt.
	s.officer.page(s.path, 404)
	s.approver.page(s.path+"/receipt", 404)
	page = s.approver.page(s.path+"/check", 200)
	s.focal.sends(s.path+"/submit", 403, "rev", revOf(t, page))
	s.officer.sends(s.path+"/submit", 404, "rev", revOf(t, page))
	s.approver.sends(s.path+"/submit", 303, "rev", revOf(t, page))
	has(t, s.approver.sends(s.path+"/submit", 409, "rev", revOf(t, page)), "has changed since you opened the page")
	rows, err := s.Assessments.Store.Find(t.Context(), assessment.Filter{Party: "QM"})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []*visitor{s.approver, s.focal, s.officer} {
		has(t, p.page(s.path+"/receipt", 200), rows[0].Receipt, s.approver.account.Name)
	}
	has(t, s.officer.page("/en/rounds/"+string(s.assessment.Round), 200), "1 of 2 parties have submitted", s.path)
	csv := s.officer.page("/en/rounds/"+string(s.assessment.Round)+".csv", 200)
	has(t, csv, "QM", "QN", itoa(len(s.answers)))
	has(t, s.officer.page(s.path, 200), "Submitted", rows[0].Receipt)
	lacks(t, s.officer.page(s.path, 200), "Central Bank")
	has(t, s.officer.page(s.path+".csv", 200), practice)

	// The officer returns one answer, which alone is open again.
	if err := s.Assessments.Return(t.Context(), s.officer.account.Actor(), s.assessment.ID, s.answers[1].ID, "Which court was it?"); err != nil {
		t.Fatal(err)
	}
	has(t, s.focal.page("/en/tasks", 200), "Which court was it?", "An answer was returned")
	has(t, s.focal.page("/en/tasks?show=returned", 200), string(s.answers[1].ID))
	has(t, s.focal.page(s.path+"/check", 200), "Which court was it?")

	s.publication(first)
}

// publication makes some parts of an answer public, a need of its wish, and takes the answer back.
func (s *story) publication(first assessment.Answer) {
	t := s.t
	one := s.path + "/publication/" + string(first.ID)
	public := "/en/answers/" + string(first.ID)
	s.public().page(public, 404)
	has(t, s.focal.page(s.path+"/publication", 200), "The State and the secretariat", "Your State's approver decides")
	page := s.approver.page(one, 200)
	has(t, page, practice, missing, "clerk@example.test", "+41 22 730 00 00", "2 mail addresses or telephone numbers")
	preview := s.approver.page(one+"?part=implementation&part=missing", 200)
	_, preview, _ = strings.Cut(preview, `id="preview"`)
	preview, _, _ = strings.Cut(preview, "</section>")
	has(t, preview, missing)
	lacks(t, preview, practice, "clerk@example.test")

	s.focal.sends(one, 403, "version", "1", "part", "missing")
	s.officer.sends(one, 404, "version", "1", "part", "missing")
	has(t, s.approver.sends(one, 422, "version", "1"), "Choose at least one part")
	s.approver.sends(one, 422, "version", "1", "part", "no-such-part")
	s.approver.sends(one, 409, "version", "7", "part", "missing")
	s.approver.sends(one, 303, "version", "1", "part", "implementation", "part", "missing", "part", "wanted")
	shown := s.public().page(public, 200)
	has(t, shown, missing, wish)
	lacks(t, shown, practice, "clerk@example.test")
	s.public().page("/en/answers/"+string(s.answers[2].ID), 404)

	// A wish becomes a need of the party; the focal point drafts it, the approver publishes it.
	has(t, s.focal.page(one, 200), "Make a need of this")
	s.focal.sends(one+"/need", 303, "line", "1")
	s.focal.sends(one+"/need", 303, "line", "1") // the same line again is the same need
	s.focal.sends(one+"/need", 422, "line", "2")
	s.officer.sends(one+"/need", 404, "line", "1")
	list := s.approver.page(s.path+"/publication", 200)
	has(t, list, wish)
	needs := regexp.MustCompile(`/publication/needs/([^/"]+)/publish`).FindAllStringSubmatch(list, -1)
	if len(needs) != 1 {
		t.Fatalf("%d drafted needs", len(needs))
	}
	need := needs[0][1]
	lacks(t, s.public().page("/en/needs", 200), wish)
	s.focal.sends(s.path+"/publication/needs/"+need+"/publish", 403, "rev", "1")
	s.approver.sends(s.path+"/publication/needs/"+need+"/publish", 409, "rev", "5")
	s.approver.sends(s.path+"/publication/needs/"+need+"/publish", 303, "rev", "1")
	has(t, s.public().page("/en/needs", 200), wish)
	lacks(t, s.approver.page(s.path+"/publication", 200), "needs/"+need+"/publish")

	s.approver.sends(one+"/withdraw", 422, "reason", " ")
	s.focal.sends(one+"/withdraw", 403, "reason", "mistake")
	s.approver.sends(one+"/withdraw", 303, "reason", "A mistake in the text")
	shown = s.public().page(public, 200)
	has(t, shown, "A mistake in the text")
	lacks(t, shown, missing)
	s.approver.sends(one+"/withdraw", 404, "reason", "again")
}

func TestStrangersAndWrongRolesAreKeptOut(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM", "QN")
	a := "/en/assessments/" + string(r.Assessments["QM"])
	var answer string
	for _, id := range r.Answers["QM"] {
		answer = string(id)
	}
	for _, rt := range workRoutes {
		path := strings.NewReplacer("{id}", "x", "{answer}", "y", "{account}", "z", "{need}", "n").Replace("/en" + rt.pattern)
		w := s.public().get(path)
		if rt.method == post {
			w = s.public().post(path, url.Values{})
		}
		if w.Code != http.StatusUnauthorized {
			t.Errorf("%s %s unsigned: %d", rt.method, rt.pattern, w.Code)
		}
	}
	stranger := s.person(identity.FocalPoint, "QN")
	for _, p := range []*visitor{stranger, s.person(identity.Provider, ""), s.person(identity.Officer, ""), s.person(identity.Auditor, "")} {
		for _, path := range []string{"", "/people", "/check", "/receipt", "/publication", "/publication/" + answer} {
			p.page(a+path, 404)
		}
		for _, path := range []string{"/assign", "/people", "/publication/" + answer} {
			p.sends(a+path, 404, "rev", "1")
		}
		for _, path := range []string{"/propose", "/submit", "/reopen"} {
			w := p.post(a+path, url.Values{"rev": {"1"}})
			if w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s as %s of %s: %d", path, p.account.Role, p.account.Party, w.Code)
			}
		}
	}
	focal := s.person(identity.FocalPoint, "QM")
	for _, path := range []string{"/en/rounds", "/en/rounds/new", "/en/rounds/" + string(r.ID), "/en/accounts"} {
		focal.page(path, 403)
	}
	focal.sends("/en/accounts", 403, "name", "X", "role", "officer")
	focal.sends("/en/editions", 403, "edition", string(r.Edition))
	focal.page(a+"/publication/"+string(r.Answers["QN"][first(r.Answers["QN"])]), 404)
	if !fault.Is(s.Assessments.Propose(t.Context(), stranger.account.Actor(), r.Assessments["QM"], 1), fault.NotFound) {
		t.Error("a stranger learns that the assessment exists")
	}
}

func first(m map[string]assessment.AnswerID) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return slices.Min(keys)
}

func TestAccountsAreMadeClosedAndOpened(t *testing.T) {
	s := workSite(t)
	admin := s.person(identity.Administrator, "")
	page := admin.sends("/en/accounts", 200, "name", "Nora New", "role", "officer", "email", "nora@example.test", "lang", "es")
	has(t, page, "Nora New", "/es/sign-in/")
	nora := s.joins(page)
	nora.page("/es/rounds", 200)
	has(t, admin.sends("/en/accounts", 409, "name", "Nora Again", "role", "officer", "email", "nora@example.test"), "Nora Again")
	admin.sends("/en/accounts", 422, "name", "", "role", "king")
	admin.sends("/en/accounts", 422, "name", "F", "role", "focal_point", "party", "")
	admin.sends("/en/accounts", 422, "name", "F", "role", "focal_point", "party", "XX")
	as, err := s.Identity.Store.Accounts(t.Context(), identity.AccountFilter{Role: identity.Officer})
	if err != nil || len(as) != 1 {
		t.Fatalf("officers: %d, %v", len(as), err)
	}
	admin.sends("/en/accounts/"+as[0].ID+"/disabled", 303, "disabled", "1")
	nora.page("/es/rounds", 401)
	admin.sends("/en/accounts/"+as[0].ID+"/link", 404)
	admin.sends("/en/accounts/"+as[0].ID+"/disabled", 303, "disabled", "0")
	s.joins(admin.sends("/en/accounts/"+as[0].ID+"/link", 200)).page("/es/rounds", 200)
	admin.sends("/en/accounts/"+admin.account.ID+"/disabled", 409, "disabled", "1")
	// The same form sent twice makes one account.
	admin.sends("/en/accounts", 200, "name", "Once", "role", "auditor", "once", "key-1")
	has(t, admin.sends("/en/accounts", 409, "name", "Once", "role", "auditor", "once", "key-1"), "This form came twice")

	auditor := s.person(identity.Auditor, "")
	if start(identity.Auditor) != "/audit" || start(identity.Officer) != "/tasks" {
		t.Error("first pages")
	}
	has(t, auditor.page("/en/audit", 200), "Account made", "Account closed or opened again", as[0].ID)
	has(t, auditor.page("/ar/audit", 200), "إنشاء حساب")
	lacks(t, auditor.page("/en/audit?kind=link", 200), "Account closed or opened again")
	has(t, auditor.page("/en/audit.csv", 200), "account.disable", as[0].ID)
	admin.page("/en/audit", 403)
	focal := s.person(identity.FocalPoint, "QM")
	s.person(identity.Approver, "QN")
	own := focal.page("/en/audit", 200)
	has(t, own, focal.account.Name)
	lacks(t, own, as[0].ID)
	focal.page("/en/audit?party=QN", 404)
}

func TestAddressesAreFoundAndDatesAreNot(t *testing.T) {
	for text, want := range map[string]string{
		"Write to a.b+c@mail.example.test.":                           "a.b+c@mail.example.test",
		"Call +41 (22) 730-00-00 or 0041227300000":                    "+41 (22) 730-00-00 0041227300000",
		"tel. 022-730-0000":                                           "022-730-0000",
		"Between 2019-2024, on 2024-03-01":                            "",
		"12 345 678 euros, 1.234.567 and Law 2010/2011 of 12/03/2011": "",
		"Article 33, paragraph 2":                                     "",
	} {
		if got := strings.Join(addressesIn(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestWorkPagesInSixLanguages(t *testing.T) {
	s := through(t)
	s.fill()
	ctx := t.Context()
	who, party := s.assessment.ID, s.focal.account.Actor()
	act := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	rev := func() int64 {
		rows, err := s.Assessments.Store.Find(ctx, assessment.Filter{Party: "QM"})
		act(err)
		return rows[0].Rev
	}
	act(s.Assessments.Propose(ctx, party, who, rev()))
	act(s.Assessments.Submit(ctx, s.approver.account.Actor(), who, rev()))
	act(s.Assessments.Publish(ctx, s.approver.account.Actor(), s.answers[0].ID, 1, assessment.Parts[:5]))
	act(s.Assessments.Return(ctx, s.officer.account.Actor(), who, s.answers[1].ID, "Reason"))
	a, one := "/assessments/"+string(who), "/publication/"+string(s.answers[0].ID)
	auditor := s.person(identity.Auditor, "")
	visits := []struct {
		p     *visitor
		paths []string
	}{
		{s.focal, []string{"/tasks", "/tasks?show=unanswered", a, a + "/people", a + "/check", a + "/receipt", a + "/publication", a + one, "/audit"}},
		{s.approver, []string{"/tasks", a + "/check", a + "/publication", a + one + "?part=practice"}},
		{s.officer, []string{"/tasks", "/rounds", "/rounds/new", "/rounds/" + string(s.assessment.Round), "/editions", a}},
		{s.admin, []string{"/tasks", "/accounts", "/editions"}},
		{auditor, []string{"/tasks", "/audit"}},
		{s.person(identity.ContactPoint, "QM"), []string{"/tasks"}},
		{s.person(identity.Provider, ""), []string{"/tasks"}},
		{s.person(identity.Contributor, "QM"), []string{"/tasks"}},
	}
	unfilled := regexp.MustCompile(`\{[a-z_]+\}|<no value>|%!`)
	bracket := regexp.MustCompile(`\[[a-z_]+(\.[a-z_]+)+\]`)
	for _, l := range lang.Official {
		for _, x := range visits {
			for _, path := range x.paths {
				page := x.p.page("/"+string(l)+path, 200)
				if !strings.Contains(page, fmt.Sprintf(`<html lang="%s" dir="%s"`, l, l.Dir())) {
					t.Errorf("%s %s: language or direction", l, path)
				}
				if m := bracket.FindString(page); m != "" {
					t.Errorf("%s %s: %s", l, path, m)
				}
				text, _, _ := strings.Cut(page, "</main>") // what follows holds texts that a script fills
				if m := unfilled.FindString(text); m != "" {
					t.Errorf("%s %s: %s was not filled", l, path, m)
				}
			}
		}
	}
}
