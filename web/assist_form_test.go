package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"merida/assistance"
	"merida/identity"
)

// where follows a form: the answer must lead somewhere, and the page there must open.
func (p *visitor) follow(t *testing.T, path string, form url.Values) (where, page string) {
	t.Helper()
	w := p.post(path, form)
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%s: %d %s", path, w.Code, mainOf(w.Body.String()))
	}
	where = w.Header().Get("Location")
	got := p.get(where)
	if got.Code != http.StatusOK {
		t.Fatalf("%s: %d", where, got.Code)
	}
	return where, got.Body.String()
}

func idOf(where, noun string) string {
	_, id, _ := strings.Cut(where, "/"+noun+"/")
	id, _, _ = strings.Cut(id, "?")
	return id
}

func TestStateStatesANeed(t *testing.T) {
	s := newTestSite(t)
	contact, approver, other := s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM"), s.person(identity.ContactPoint, "QN")
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		if w := contact.get("/" + l + "/needs/new"); w.Code != http.StatusOK {
			t.Fatalf("%s: %d", l, w.Code)
		}
	}
	if w := s.person(identity.Provider, "").get("/en/needs/new"); w.Code != http.StatusForbidden {
		t.Errorf("a provider may state a need: %d", w.Code)
	}
	// A draft with one word is stored; the page asks what is missing and does not refuse.
	where, page := contact.follow(t, "/en/needs", url.Values{"what": {"Training"}, "once": {"a"}})
	has(t, page, `id="unsaid"`, "For whom? The institution", "The need is stored")
	id := idOf(where, "needs")
	if w := contact.post("/en/needs", url.Values{"what": {"Training"}, "once": {"a"}}); idOf(w.Header().Get("Location"), "needs") != id {
		t.Error("the same form sent twice made two needs")
	}
	if w := approver.post("/en/needs/"+id+"/publish", url.Values{"rev": {"1"}, "once": {"p"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a need without provision and form was published: %d", w.Code)
	}
	if w := other.get("/en/needs/" + id); w.Code != http.StatusNotFound {
		t.Errorf("another State sees a draft: %d", w.Code)
	}
	if w := other.post("/en/needs/"+id+"/edit", url.Values{"rev": {"1"}, "what": {"x"}}); w.Code != http.StatusNotFound {
		t.Errorf("another State edits a draft: %d", w.Code)
	}
	// What cannot be read comes back with what was typed.
	w := contact.post("/en/needs/"+id+"/edit", url.Values{"rev": {"1"}, "what": {"A course"}, "provision": {"9(2)(d); 999"}, "form": {"training"}})
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("an unknown provision: %d", w.Code)
	}
	has(t, w.Body.String(), "9(2)(d); 999", "is no provision that is known here", ">A course<")
	full := url.Values{"rev": {"1"}, "what": {"A course of five days on auditing procurement contracts"}, "provision": {"9(2)(d)؛ 52(1)"}, "article": {"uncac/art_5"}, "form": {"training"}, "for_whom": {"Twelve auditors of the Court"},
		"when": {"In the first half of the year"}, "from": {"2027-01-01"}, "to": {"2027-06-30"}, "language": {"fr"}, "modality": {"on_site"}, "priority": {"high"}}
	_, page = contact.follow(t, "/en/needs/"+id+"/edit", full)
	has(t, page, "Twelve auditors", "In person", "French", "High")
	lacks(t, page, `id="unsaid"`)
	if n, err := s.Assistance.Store.Need(context.Background(), contact.account.Actor().Sight(), assistance.NeedID(id)); err != nil || len(n.Provisions) != 3 {
		t.Fatal(n.Provisions, err)
	}
	// Words in a second language are added beside the first, never over them.
	french := url.Values{"in": {"fr"}, "rev": {"2"}, "what": {"Un stage de cinq jours"}, "article": {"uncac/art_5"}, "provision": {"9(2)(d); 52(1)"}, "form": {"training"}}
	contact.follow(t, "/fr/needs/"+id+"/edit?in=fr", french)
	n, err := s.Assistance.Store.Need(context.Background(), contact.account.Actor().Sight(), assistance.NeedID(id))
	if err != nil || n.What["fr"].S == "" || !strings.HasPrefix(n.What["en"].S, "A course of five") {
		t.Fatal(n.What, err)
	}
	// Published to the parties alone: another State sees it, the public does not.
	_, page = approver.follow(t, "/en/needs/"+id+"/publish", url.Values{"rev": {"3"}, "class": {"parties"}})
	has(t, page, "The need is published")
	if w := s.public().get("/en/needs/" + id); w.Code != http.StatusNotFound {
		t.Errorf("the public sees a need for parties: %d", w.Code)
	}
	_, page = approver.follow(t, "/en/needs/"+id+"/withdraw", url.Values{"rev": {"3"}, "outcome": {"Done by ourselves."}})
	has(t, page, "The need is withdrawn", "Withdrawn")
	lacks(t, page, `id="edit-need"`, `id="withdraw-need"`)
}

func TestProviderDeclaresAnActivity(t *testing.T) {
	s := newTestSite(t)
	provider, contact, approver := s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM")
	if w := s.person(identity.Reviewer, "QN").get("/en/activities/new"); w.Code != http.StatusForbidden {
		t.Errorf("a reviewer may declare: %d", w.Code)
	}
	if _, err := s.Identity.Add(context.Background(), identity.OperatorActor(), identity.Account{Name: "Nobody", Role: identity.Provider, Lang: "en"}); err == nil {
		t.Error("a provider that acts for no organisation was let in")
	}
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		if w := provider.get("/" + l + "/activities/new"); w.Code != http.StatusOK {
			t.Fatalf("%s: %d", l, w.Code)
		}
	}
	form := url.Values{"title": {"Courses for auditors"}, "organisation": {"Fund of the test"}, "recipient": {"QM"}, "others": {"Qunera; ZZZ"}, "form": {"training"}, "provision": {"9(2)(d)"}, "status": {"2"}, "from": {"2026-06-01"}, "to": {"2027-06-30"},
		"value": {"125000.50"}, "currency": {"EUR"}, "partners": {"Court of Audit\nSchool of Finance"}, "contact": {"Desk"}, "email": {"desk@fund.example"}, "cooperation": {"triangular"}, "place": {"Capital"}, "once": {"x"}}
	w := provider.post("/en/activities", form)
	if w.Code != http.StatusUnprocessableEntity {
		t.Fatalf("an unknown State: %d", w.Code)
	}
	has(t, w.Body.String(), "is no State that is known here", "Courses for auditors", "125000.50")
	form.Set("others", "Qunera")
	form.Set("once", "y")
	where, page := provider.follow(t, "/en/activities", form)
	has(t, page, "The activity is stored", "125000.50", "Triangular cooperation", "Capital")
	id := idOf(where, "activities")
	a, err := s.Assistance.Store.Activity(context.Background(), identity.Sight{}, assistance.ActivityID(id))
	if err != nil || a.Organisation != "XM-DAC-00000" || len(a.Recipients) != 2 || len(a.Orgs) != 3 || a.Contacts[0].Emails[0] != "desk@fund.example" {
		t.Fatalf("%+v %v", a, err)
	}
	w = s.public().get("/en/activities.xml?party=QM")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/xml") {
		t.Fatalf("activities.xml: %d", w.Code)
	}
	has(t, w.Body.String(), "Courses for auditors", `code="uncac/art_9/para_2/point_d"`, `<tag code="triangular"`, "</iati-activities>")
	if w := s.public().get("/en/needs.xml"); w.Code != http.StatusNotFound {
		t.Errorf("needs.xml: %d", w.Code)
	}
	// An edit changes what the form shows and nothing else.
	form.Set("title", "Courses for sixty auditors")
	form.Set("rev", "1")
	form.Del("once")
	_, page = provider.follow(t, "/en/activities/"+id+"/edit", form)
	has(t, page, "Courses for sixty auditors")
	if w := provider.post("/en/activities/"+id+"/edit", form); w.Code != http.StatusConflict {
		t.Errorf("a stale edit: %d", w.Code)
	}
	// The State records what it receives from another provider: its own, and the overlap shows.
	own := url.Values{"title": {"Audit school"}, "organisation": {"Academy"}, "recipient": {"QM"}, "form": {"training"}, "article": {"uncac/art_9"}, "status": {"1"}, "from": {"2026-09-01"}, "to": {"2026-12-31"}, "seen": {id}, "once": {"z"}}
	where, page = contact.follow(t, "/en/activities", own)
	has(t, page, `id="overlap"`, "Courses for sixty auditors")
	mine := idOf(where, "activities")
	if w := s.public().get("/en/activities/" + mine); w.Code != http.StatusNotFound {
		t.Errorf("the public sees a State's own record: %d", w.Code)
	}
	lacks(t, s.public().get("/en/activities/"+id).Body.String(), "Audit school", `id="overlap"`)
	_, page = approver.follow(t, "/en/activities/"+mine+"/publish", url.Values{"rev": {"1"}})
	has(t, page, "The record is published")
	has(t, s.public().get("/en/activities/"+id).Body.String(), "Audit school", `id="overlap"`)
	// A form of many months later overlaps with nothing.
	own.Set("title", "Later school")
	own.Set("from", "2028-01-01")
	own.Set("to", "2028-12-31")
	own.Set("once", "later")
	_, page = contact.follow(t, "/en/activities", own)
	lacks(t, page, `id="overlap"`)
}
