package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/identity"
)

// A contact point is kept, published, held against the nomination, asked about after a year and handed over; a second
// one for the same State is refused, and the list that is handed out follows region, provision and form.
func TestRegisterOfContactPoints(t *testing.T) {
	s := newTestSite(t)
	clock := time.Now().UTC()
	s.Now = func() time.Time { return clock }
	contact, approver, officer := s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM"), s.person(identity.Officer, "")
	form := url.Values{"role": {"ta_contact_point"}, "office": {"Office, of Cooperation; Unit 2"}, "person": {"Test Person"}, "email": {"desk@qm.example"}, "telephone": {"+000 1"}, "from": {"2026-01-01"}, "language": {"en", "ar"}}
	contact.follow(t, "/en/contact-points", form)
	if w := contact.post("/en/contact-points", form); w.Code != http.StatusConflict {
		t.Errorf("a second contact point: %d", w.Code)
	}
	page := contact.get("/en/contact-points?party=QM").Body.String()
	m := regexp.MustCompile(`/contact-points/([a-z0-9]+)/confirm`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal(mainOf(page))
	}
	id := m[1]
	for _, path := range []string{"/en/contact-points/" + id, "/en/contact-points/" + id + ".vcf"} {
		if w := s.public().get(path); w.Code != http.StatusNotFound {
			t.Errorf("the public sees %s: %d", path, w.Code)
		}
	}
	if w := approver.post("/en/contact-points/"+id+"/publish", nil); w.Code != http.StatusSeeOther {
		t.Fatalf("publish: %d", w.Code)
	}
	w := s.public().get("/en/contact-points/" + id + ".vcf")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/vcard") {
		t.Fatalf("card: %d %v", w.Code, w.Header())
	}
	for _, line := range strings.Split(strings.TrimSuffix(w.Body.String(), "\r\n"), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d bytes: %s", len(line), line)
		}
	}
	has(t, strings.ReplaceAll(w.Body.String(), "\r\n ", ""), "BEGIN:VCARD\r\nVERSION:4.0", `ORG:Quamara;Office\, of Cooperation\; Unit 2`, "EMAIL:desk@qm.example", "LANG:ar", "END:VCARD\r\n")
	for _, suffix := range []string{".csv", ".xml", ".ics"} {
		if w := s.public().get("/en/contact-points/" + id + suffix); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", suffix, w.Code)
		}
	}
	if w := contact.post("/en/contact-points/"+id+"/verify", url.Values{"nomination": {"Ours"}}); w.Code != http.StatusForbidden {
		t.Errorf("a State verifies itself: %d", w.Code)
	}
	_, page = officer.follow(t, "/en/contact-points/"+id+"/verify", url.Values{"nomination": {"Note verbale 12 of 3 January 2026"}})
	has(t, page, "Note verbale 12")
	page = s.public().get("/en/contact-points/" + id).Body.String()
	lacks(t, page, "Note verbale 12", "Not yet", "save-contact", "hand-over", "verify-contact")
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		for _, p := range []*visitor{s.public(), contact, officer} {
			if w := p.get("/" + l + "/contact-points/" + id); w.Code != http.StatusOK {
				t.Errorf("%s: %d", l, w.Code)
			}
		}
	}
	// Distribution lists: by provision and form of the needs that the State states.
	contact.follow(t, "/en/needs", url.Values{"what": {"A course"}, "provision": {"9(2)(d)"}, "form": {"training"}})
	lacks(t, s.public().get("/en/contact-points.csv?cite=9").Body.String(), "desk@qm.example") // the need is the State's own
	approver.follow(t, "/en/needs/"+string(firstNeed(t, s, contact))+"/publish", url.Values{"rev": {"1"}})
	has(t, s.public().get("/en/contact-points.csv?cite=9&form=training").Body.String(), "desk@qm.example")
	for _, q := range []string{"cite=44", "form=research-data", "region=none", "role=provider_desk"} {
		lacks(t, s.public().get("/en/contact-points.csv?"+q).Body.String(), "desk@qm.example")
	}
	// A year on the State is asked; a change takes the verification back; the office is handed over.
	lacks(t, contact.get("/en/tasks").Body.String(), "is this contact point still right")
	clock = clock.AddDate(1, 0, 1)
	contact = s.person(identity.ContactPoint, "QM")
	has(t, contact.get("/en/tasks").Body.String(), "is this contact point still right")
	has(t, contact.get("/en/contact-points").Body.String(), "Still right?")
	form.Set("rev", revOf(t, contact.get("/en/contact-points/"+id).Body.String()))
	form.Set("person", "Other Person")
	_, page = contact.follow(t, "/en/contact-points/"+id, form)
	has(t, page, "Other Person", "Not yet")
	lacks(t, contact.get("/en/tasks").Body.String(), "is this contact point still right")
	if w := contact.post("/en/contact-points/"+id+"/hand-over", url.Values{"office": {"New office"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("handed over without a day: %d", w.Code)
	}
	begin := clock.AddDate(0, 0, 0).Format(time.DateOnly)
	where, page := contact.follow(t, "/en/contact-points/"+id+"/hand-over", url.Values{"office": {"New office"}, "from": {begin}})
	has(t, page, "New office", "Handed over")
	if strings.Contains(where, id) {
		t.Error("the successor is the same record")
	}
	has(t, contact.get("/en/contact-points/"+id).Body.String(), "Until")
	lacks(t, contact.get("/en/contact-points").Body.String(), "Other Person")
	has(t, contact.get("/en/contact-points?ended=1").Body.String(), "Other Person")
}

func firstNeed(t *testing.T, s *testSite, p *visitor) assistance.NeedID {
	t.Helper()
	needs, _, err := s.Assistance.Store.FindNeeds(t.Context(), p.account.Actor().Sight(), assistance.NeedFilter{})
	if err != nil || len(needs) == 0 {
		t.Fatal(err)
	}
	return needs[0].ID
}
