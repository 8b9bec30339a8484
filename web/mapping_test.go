package web

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/suggest"
	"merida/thesaurus"
)

// mapperSite is a site with suggestions and one editorial law about QN.
func mapperSite(t *testing.T) (*testSite, library.Measure) {
	t.Helper()
	s := newTestSite(t)
	th, err := thesaurus.Load()
	if err != nil {
		t.Fatal(err)
	}
	s.Library.Suggester = &library.Suggester{Reference: suggest.NewReference(th, s.Conventions), Store: s.Library.Store}
	return s, s.editorial("map-1", "QN", "El soborno de funcionarios públicos extranjeros y el blanqueo de dinero se castigan.", library.Life{})
}

var stampField = regexp.MustCompile(`name="stamp" value="(\d+)"`)

// TestMappingByForms walks the officer and the State's approver through the editor without script.
func TestMappingByForms(t *testing.T) {
	s, m := mapperSite(t)
	officer, public := s.person(identity.Officer, ""), s.public()
	at := "/en/measures/" + string(m.ID)
	act := func(p *visitor, status int, form url.Values) string {
		t.Helper()
		w := p.post(at+"/mapping", form)
		if w.Code != status {
			t.Fatalf("%v: %d, want %d: %s", form, w.Code, status, w.Body)
		}
		return w.Header().Get("Location")
	}
	mustHold(t, public.page(at, http.StatusOK), "!/mapping\"")
	mustHold(t, officer.page(at, http.StatusOK), at+"/mapping\"")
	mustHold(t, officer.page("/en/mapping", http.StatusOK), "Test Act", "not read yet", "Qunera")
	page := officer.page(at+"/mapping", http.StatusOK)
	mustHold(t, page, "0 of 1 section looked at", "Article 16", "soborno de funcionarios públicos extranjeros", `value="accept"`, `value="refuse"`, "!value=\"validate\"", "Bribery of foreign public officials")

	// Nobody else learns of it before it is accepted; then everybody does at once.
	mustHold(t, public.page(at, http.StatusOK), "!Article 16")
	mustHold(t, public.page("/en/provisions/uncac/art_16", http.StatusOK), "!Test Act")
	provision := regexp.MustCompile(`name="provision" value="(uncac/art_16[^"]*)"`).FindStringSubmatch(page)[1]
	next := act(officer, http.StatusSeeOther, url.Values{"do": {"accept"}, "eid": {"art_1"}, "provision": {provision}})
	page = officer.page(next[:len(next)-len("#at")], http.StatusOK)
	mustHold(t, page, "1 suggestion accepted.", "1 of 1 section looked at", `value="undo"`)
	mustHold(t, public.page(at, http.StatusOK), "Article 16", "Editorial")
	mustHold(t, public.page("/en/provisions/"+provision, http.StatusOK), "Test Act")

	// Undone, it is a suggestion again; refused, it is offered no more.
	act(officer, http.StatusSeeOther, url.Values{"do": {"undo"}, "eid": {"art_1"}, "stamp": {stampField.FindStringSubmatch(page)[1]}})
	mustHold(t, public.page(at, http.StatusOK), "!Article 16")
	act(officer, http.StatusSeeOther, url.Values{"do": {"refuse"}, "eid": {"art_1"}, "provision": {provision}})
	mustHold(t, officer.page(at+"/mapping", http.StatusOK), "1 refused", `value="reopen"`)
	act(officer, http.StatusSeeOther, url.Values{"do": {"again"}})
	mustHold(t, officer.page(at+"/mapping", http.StatusOK), "1 refused")

	// By hand: ticked and typed together, one of them twice.
	act(officer, http.StatusSeeOther, url.Values{"do": {"map"}, "eid": {"art_1"}, "provision": {"uncac/art_20"}, "cite": {"15(a); 20\u061b"}, "once": {"key-1"}})
	mustHold(t, public.page(at, http.StatusOK), "Article 20", "Article 15(a)")
	act(officer, http.StatusSeeOther, url.Values{"do": {"remove"}, "eid": {"art_1"}, "provision": {"uncac/art_20"}})
	mustHold(t, public.page(at, http.StatusOK), "!Article 20", "Article 15(a)")
	act(officer, http.StatusUnprocessableEntity, url.Values{"do": {"map"}, "eid": {"art_1"}, "cite": {"article one million"}})
	act(officer, http.StatusUnprocessableEntity, url.Values{"do": {"map"}, "eid": {"art_1"}})
	act(officer, http.StatusUnprocessableEntity, url.Values{"do": {"map"}, "eid": {"art_77"}, "cite": {"15"}})
	act(officer, http.StatusUnprocessableEntity, url.Values{"do": {"conquer"}})

	// The State's approver validates; the officer can no longer remove it.
	approver := s.person(identity.Approver, "QN")
	mustHold(t, approver.page(at+"/mapping", http.StatusOK), `value="validate"`, "!value=\"accept\"", "!value=\"remove\"")
	act(approver, http.StatusSeeOther, url.Values{"do": {"validate"}, "eid": {"art_1"}, "provision": {"uncac/art_15/para_1/point_a"}})
	mustHold(t, public.page(at, http.StatusOK), "Validated by the State")
	act(officer, http.StatusConflict, url.Values{"do": {"remove"}, "eid": {"art_1"}, "provision": {"uncac/art_15/para_1/point_a"}})

	// Tables, filters, every language.
	mustHold(t, officer.page(at+"/mapping.csv", http.StatusOK), "uncac/art_15/para_1/point_a,", "validated")
	mustHold(t, officer.page(at+"/mapping?show=unmapped", http.StatusOK), "No section is left here.")
	mustHold(t, officer.page(at+"/mapping?q=laundering&at=art_1", http.StatusOK), `value="uncac/art_23"`, `!value="uncac/art_44"`)
	mustHold(t, officer.page(at+"/mapping?q=zzzz&at=art_1", http.StatusOK), "No provision holds these words.")
	mustHold(t, officer.page("/en/mapping?all=1&country=QN", http.StatusOK), "Test Act")
	mustHold(t, officer.page("/en/mapping", http.StatusOK), "No law waits for mapping.")
	mustHold(t, officer.page("/en/mapping.csv?all=1", http.StatusOK), "map-1", "!not read")
	for _, l := range lang.Official {
		officer.page("/"+string(l)+"/measures/"+string(m.ID)+"/mapping", http.StatusOK)
		officer.page("/"+string(l)+"/mapping?all=1", http.StatusOK)
	}
}

// TestWhoOpensTheEditor holds who is let in: those who map, those of the State who validate, those who may suggest.
func TestWhoOpensTheEditor(t *testing.T) {
	s, m := mapperSite(t)
	at := "/en/measures/" + string(m.ID) + "/mapping"
	for _, x := range []struct {
		p    *visitor
		page int
		list int
	}{
		{s.public(), http.StatusUnauthorized, http.StatusUnauthorized},
		{s.person(identity.Officer, ""), http.StatusOK, http.StatusOK},
		{s.person(identity.Approver, "QN"), http.StatusOK, http.StatusForbidden},
		{s.person(identity.Approver, "QM"), http.StatusForbidden, http.StatusForbidden},
		{s.person(identity.FocalPoint, "QN"), http.StatusForbidden, http.StatusForbidden},
		{s.person(identity.Provider, ""), http.StatusOK, http.StatusForbidden},
		{s.person(identity.Auditor, ""), http.StatusForbidden, http.StatusForbidden},
	} {
		if got := x.p.get(at).Code; got != x.page {
			t.Errorf("%s %s opens the editor: %d, want %d", x.p.account.Role, x.p.account.Party, got, x.page)
		}
		if got := x.p.get("/en/mapping").Code; got != x.list {
			t.Errorf("%s opens the list: %d, want %d", x.p.account.Role, got, x.list)
		}
	}
	// What a provider suggests is a suggestion for the officer, and public to nobody.
	if w := s.person(identity.Provider, "").post(at, url.Values{"do": {"map"}, "eid": {"art_1"}, "cite": {"33"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	mustHold(t, s.person(identity.Officer, "").page(at, http.StatusOK), "Suggested by a person")
	mustHold(t, s.public().page("/en/measures/"+string(m.ID), http.StatusOK), "!Article 33")
}
