package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"merida/identity"
)

// What a provider declares waits in the inbox of the State's contact point; the disputing words stand beside
// the record on every page that shows it once the approver has published them, and the provider's numbers stay as they are.
func TestContactPointDisputes(t *testing.T) {
	s := newTestSite(t)
	provider, contact, approver := s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM")
	form := url.Values{"title": {"Courses for auditors"}, "organisation": {"Fund of the test"}, "recipient": {"QM"}, "form": {"training"}, "provision": {"9(2)(d)"}, "status": {"2"}, "from": {"2026-06-01"}, "to": {"2027-06-30"}, "value": {"1000"}, "currency": {"EUR"}}
	where, _ := provider.follow(t, "/en/activities", form)
	id := idOf(where, "activities")
	has(t, contact.get("/en/tasks").Body.String(), "1 record about your State waits")
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		if w := contact.get("/" + l + "/declared"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Courses for auditors") {
			t.Fatalf("%s: %d", l, w.Code)
		}
	}
	for name, p := range map[string]*visitor{"a provider": provider, "the officer": s.person(identity.Officer, ""), "a contributor": s.person(identity.Contributor, "QM")} {
		if w := p.get("/en/declared"); w.Code != http.StatusForbidden {
			t.Errorf("%s opens the inbox: %d", name, w.Code)
		}
	}
	if w := contact.post("/en/activities/"+id+"/state", url.Values{"kind": {"disputes"}, "back": {"declared"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a dispute without words: %d", w.Code)
	}
	_, page := contact.follow(t, "/en/activities/"+id+"/state", url.Values{"kind": {"disputes"}, "text": {"Only one course took place."}, "back": {"declared"}})
	has(t, page, "Nothing waits for your word")
	pages := []string{"/en/activities", "/en/activities/" + id, "/en/parties/QM", "/en/provisions/uncac/art_9", "/en/coordination?party=QM"}
	for _, path := range pages {
		lacks(t, s.public().get(path).Body.String(), "Disputed by")
		has(t, contact.get(path).Body.String(), "Disputed by Quamara")
	}
	page = contact.get("/en/declared?show=publish").Body.String()
	has(t, page, "Only one course took place.")
	lacks(t, page, "/publish\"")
	page = approver.get("/en/declared?show=publish").Body.String()
	_, rest, ok := strings.Cut(page, "/statements/")
	if !ok {
		t.Fatalf("the approver finds no statement to publish:\n%s", mainOf(page))
	}
	statement, _, _ := strings.Cut(rest, "/")
	approver.follow(t, "/en/activities/"+id+"/statements/"+statement+"/publish", url.Values{"back": {"declared"}})
	for _, path := range pages {
		page := s.public().get(path).Body.String()
		has(t, page, "Disputed by Quamara", "Courses for auditors")
	}
	has(t, s.public().get("/en/activities.csv").Body.String(), "Quamara: Disputes (Only one course took place.)")
	// The provider changes the record: it waits for the State's word again, and the old word says of what it spoke.
	form.Set("rev", "1")
	form.Set("title", "One course for auditors")
	provider.follow(t, "/en/activities/"+id+"/edit", form)
	has(t, contact.get("/en/declared").Body.String(), "One course for auditors", "of an earlier version of the record")
}
