package web

import (
	"bytes"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"merida/assistance"
	"merida/identity"
)

// send posts a file as a browser does.
func (p *visitor) send(path, content string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	w, err := m.CreateFormFile("file", "table.csv")
	if err != nil {
		p.site.t.Fatal(err)
	}
	w.Write([]byte(content))
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return p.do(r)
}

var hiddenTable = regexp.MustCompile(`name="table" value="([^"]*)"`)

// apply sends what a plan holds, as its button does.
func (p *visitor) apply(t *testing.T, path, page, once string) string {
	t.Helper()
	m := hiddenTable.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("the plan cannot be applied:\n%s", mainOf(page))
	}
	w := p.post(path, url.Values{"apply": {"1"}, "once": {once}, "table": {html.UnescapeString(m[1])}})
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, mainOf(w.Body.String()))
	}
	return w.Body.String()
}

func counts(t *testing.T, page string, want ...string) {
	t.Helper()
	got := regexp.MustCompile(`<dt>([^<]*)</dt><dd class="num">(\d+)</dd>`).FindAllStringSubmatch(page, -1)
	var all []string
	for _, m := range got {
		all = append(all, m[1]+" "+m[2])
	}
	if s := strings.Join(all, ", "); s != strings.Join(want, ", ") {
		t.Errorf("the page counts %s, want %s\n%s", s, want, mainOf(page))
	}
}

func TestNeedsFromATable(t *testing.T) {
	s := newTestSite(t)
	contact := s.person(identity.ContactPoint, "QM")
	if w := s.person(identity.Provider, "").get("/en/needs/import"); w.Code != http.StatusForbidden {
		t.Errorf("a provider brings needs: %d", w.Code)
	}
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		if w := contact.get("/" + l + "/needs/import"); w.Code != http.StatusOK {
			t.Fatalf("%s: %d", l, w.Code)
		}
	}
	if w := contact.send("/en/needs/import", "a,b\n1,2\n"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a table of something else: %d", w.Code)
	}
	table := "What is needed;Forme d'assistance;provisions;For whom;From;To;language;modality;Priorité;Notes\n" +
		"A course of five days;Training;9(2)(d);Twelve auditors;2027-01-01;2027-02-01;fr;Sur place;high;x\n" +
		"A draft law;legislative-drafting;uncac/art_33 uncac/art_32;;;;;;;\n" +
		"Something;no such form;999;;;;;;;\n"
	page := contact.send("/en/needs/import", table).Body.String()
	counts(t, page, "New 2", "Changed 0", "As it is 0", "Refused 1")
	has(t, page, "Nothing has been stored yet", "Notes", "is none of the choices")
	if _, n, _ := s.Assistance.Store.FindNeeds(t.Context(), contact.account.Actor().Sight(), assistance.NeedFilter{}); n != 0 {
		t.Fatalf("a plan stored %d needs", n)
	}
	done := contact.apply(t, "/en/needs/import", page, "k")
	counts(t, done, "New 2", "Changed 0", "As it is 0", "Refused 1")
	contact.apply(t, "/en/needs/import", page, "k") // the button pressed twice
	needs, n, err := s.Assistance.Store.FindNeeds(t.Context(), contact.account.Actor().Sight(), assistance.NeedFilter{})
	if err != nil || n != 2 {
		t.Fatal(n, err)
	}
	counts(t, contact.send("/en/needs/import", table).Body.String(), "New 0", "Changed 0", "As it is 2", "Refused 1")
	// A blank cell erases nothing; what is filled changes.
	page = contact.send("/en/needs/import", "what,for_whom,priority\nA course of five days,Twenty auditors,\n").Body.String()
	counts(t, page, "New 0", "Changed 1", "As it is 0", "Refused 0")
	contact.apply(t, "/en/needs/import", page, "l")
	for _, x := range needs {
		n, err := s.Assistance.Store.Need(t.Context(), contact.account.Actor().Sight(), x.ID)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(n.What["en"].S, "A course") && (n.ForWhom["en"].S != "Twenty auditors" || n.Priority != "high" || n.Form != "training" || n.Modality != "on_site") {
			t.Errorf("%+v", n.NeedContent)
		}
	}
	// What the page hands out comes back as it is.
	csv := contact.get("/en/needs.csv").Body.String()
	page = contact.send("/en/needs/import", csv).Body.String()
	counts(t, page, "New 0", "Changed 0", "As it is 2", "Refused 0")
}

func TestActivitiesFromATable(t *testing.T) {
	s := newTestSite(t)
	provider := s.person(identity.Provider, "")
	table := "title,providers,parties,forms,provisions,phase,from,to,value,currency,partners,cooperation\n" +
		"Courses,Test fund,QM QN,training; legal-advice,9(2)(d),Under way,2026-01-01,2026-12-31,100.50,EUR,School; Court,south_south\n" +
		"Broken,Test fund,QM,,,,,,12x,EUR,,\n"
	page := provider.send("/en/activities/import", table).Body.String()
	counts(t, page, "New 1", "Changed 0", "As it is 0", "Refused 1")
	provider.apply(t, "/en/activities/import", page, "a")
	as, n, err := s.Assistance.Store.FindActivities(t.Context(), identity.Sight{}, assistance.ActivityFilter{})
	if err != nil || n != 1 || len(as[0].Recipients) != 2 || as[0].Status != "2" || as[0].Cooperation != assistance.SouthSouth {
		t.Fatalf("%+v %v", as, err)
	}
	counts(t, provider.send("/en/activities/import", table).Body.String(), "New 0", "Changed 0", "As it is 1", "Refused 1")
	page = provider.send("/en/activities/import", "title,parties,to\nCourses,QM QN,2027-03-31\n").Body.String()
	counts(t, page, "New 0", "Changed 1", "As it is 0", "Refused 0")
	provider.apply(t, "/en/activities/import", page, "b")
	a, err := s.Assistance.Store.Activity(t.Context(), identity.Sight{}, as[0].ID)
	if err != nil || a.To != "2027-03-31" || a.From != "2026-01-01" || a.Budgets[0].Money.Value != "100.50" || len(a.Orgs) != 3 {
		t.Errorf("%+v %v", a, err)
	}
	counts(t, provider.send("/en/activities/import", provider.get("/en/activities.csv").Body.String()).Body.String(), "New 0", "Changed 0", "As it is 1", "Refused 0")
	other := s.person(identity.ContactPoint, "QM")
	page = other.send("/en/activities/import", "id,title,providers,parties\n"+string(a.ID)+",Stolen,Us,QM\n").Body.String()
	counts(t, page, "New 0", "Changed 0", "As it is 0", "Refused 1")
}
