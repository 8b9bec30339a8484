package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"merida/identity"
)

// A published need finds the activities that could serve it, each with its reasons; what is set aside keeps its
// reason and is proposed no more; the provider finds the need; and what nobody answers is on the list of those that wait.
func TestNeedIsMatched(t *testing.T) {
	s := newTestSite(t)
	clock := time.Now().UTC()
	s.Now = func() time.Time { return clock }
	provider, contact, approver := s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM")
	declare := func(title, state, provision, form, from, to string) string {
		where, _ := provider.follow(t, "/en/activities", url.Values{"title": {title}, "organisation": {"Fund of the test"}, "recipient": {state}, "form": {form}, "provision": {provision}, "status": {"2"}, "from": {from}, "to": {to}})
		return idOf(where, "activities")
	}
	near := declare("Courses next door", "QN", "9(2)(d)", "training", "2026-06-01", "2027-06-30")
	here := declare("Advice here", "QM", "9(2)", "legal-advice", "2026-06-01", "2027-06-30")
	declare("Something else", "QM", "44", "legal-advice", "2026-06-01", "2027-06-30")
	where, _ := contact.follow(t, "/en/needs", url.Values{"what": {"A course of five days on auditing procurement contracts"}, "provision": {"9(2)(d)"}, "form": {"training"}, "from": {"2027-01-01"}, "to": {"2027-03-01"}})
	need := idOf(where, "needs")
	lacks(t, provider.get("/en/matches").Body.String(), "A course of five days")
	approver.follow(t, "/en/needs/"+need+"/publish", url.Values{"rev": {"1"}})
	page := contact.get("/en/needs/" + need).Body.String()
	first, second := strings.Index(page, "Courses next door"), strings.Index(page, "Advice here")
	if first < 0 || second < first || strings.Contains(page[:strings.Index(page, `id="link"`)], "Something else") {
		t.Errorf("matches at %d and %d\n%s", first, second, mainOf(page))
	}
	has(t, page, "The same provision: Article 9(2)(d)", "The same form of assistance: Training", "could be extended", "It is in the same State already: Quamara", "At the time that is asked for")
	has(t, provider.get("/en/matches").Body.String(), "A course of five days", "Courses next door")
	has(t, provider.get("/en/tasks").Body.String(), "1 need lies close to what you do")
	for _, path := range []string{"/en/needs/waiting", "/en/needs/waiting.csv"} {
		has(t, s.public().get(path).Body.String(), "A course of five days")
	}
	if w := contact.post("/en/needs/"+need+"/decline", url.Values{"activity": {here}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("set aside without a reason: %d", w.Code)
	}
	_, page = contact.follow(t, "/en/needs/"+need+"/decline", url.Values{"activity": {here}, "reason": {"We have legal advice enough."}})
	has(t, page, "We have legal advice enough.", "Courses next door")
	matches := page[strings.Index(page, `id="matches"`):strings.Index(page, `id="declined"`)]
	lacks(t, matches, "Advice here")
	for name, p := range map[string]*visitor{"the public": s.public(), "another State": s.person(identity.ContactPoint, "QN")} {
		if strings.Contains(p.get("/en/needs/"+need).Body.String(), "legal advice enough") {
			t.Errorf("%s reads why a match was set aside", name)
		}
	}
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		for path, p := range map[string]*visitor{"/matches": provider, "/checks": contact, "/needs/waiting": s.public(), "/needs/" + need: contact} {
			if w := p.get("/" + l + path); w.Code != http.StatusOK {
				t.Errorf("%s%s: %d", l, path, w.Code)
			}
		}
	}
	// A year on, the State is asked what has become of it.
	has(t, contact.get("/en/checks").Body.String(), "Nothing needs to be looked at now")
	clock = clock.AddDate(1, 1, 0)
	contact = s.person(identity.ContactPoint, "QM")
	page = contact.get("/en/checks").Body.String()
	has(t, page, "Open for a year without an answer", "A course of five days", "Under way past their end", "Advice here")
	lacks(t, page, "Courses next door")
	contact.follow(t, "/en/needs/"+need+"/link", url.Values{"activity": {near}})
	has(t, contact.get("/en/checks").Body.String(), "Open although an activity serves them")
	contact.follow(t, "/en/needs/"+need+"/follow", url.Values{"rev": {"1"}, "status": {"being_met"}})
	lacks(t, contact.get("/en/checks").Body.String(), "A course of five days")
	clock = clock.AddDate(1, 1, 0)
	contact = s.person(identity.ContactPoint, "QM")
	has(t, contact.get("/en/checks").Body.String(), "Being met for a year", "Was the need met?")
	has(t, contact.get("/en/tasks").Body.String(), "should be looked at")
	if w := s.person(identity.Reviewer, "QN").get("/en/checks"); w.Code != http.StatusForbidden {
		t.Errorf("a reviewer opens the list: %d", w.Code)
	}
}
