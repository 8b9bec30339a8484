package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/identity"
	"merida/lang"
	"merida/publication"
)

// shownNeed is a public need of QM with these words.
func (s *testSite) shownNeed(what string) assistance.Need {
	s.t.Helper()
	focal := identity.Actor{Account: "focal-of-need", Name: "Focal", Role: identity.FocalPoint, Party: "QM"}
	n, err := s.Assistance.DraftNeed(s.t.Context(), focal, "QM", assistance.NeedContent{Provisions: []convention.ID{"uncac/art_9/para_1"}, Form: "legislative-drafting", What: lang.T("en", what)}, assistance.Origin{})
	if err != nil {
		s.t.Fatal(err)
	}
	approver := identity.Actor{Account: "approver-of-need", Name: "Approver", Role: identity.Approver, Party: "QM"}
	if err := s.Assistance.PublishNeed(s.t.Context(), approver, n.ID, n.Rev, publication.Public); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestWhatIsNewAndFollowed goes from a State's page to what is followed, to what is new, to the feed, and back.
func TestWhatIsNewAndFollowed(t *testing.T) {
	s := newTestSite(t)
	provider, public := s.person(identity.Provider, ""), s.public()
	s.shownNeed("Drafting of a <law>")
	has(t, public.get("/en/new").Body.String(), "Drafting of a &lt;law&gt;", "published", "Quamara", "/en/new/feed")
	lacks(t, public.get("/en/parties/QM").Body.String(), `action="/en/subscriptions"`)
	if w := public.get("/en/new?since=seen"); w.Code == http.StatusOK {
		t.Errorf("the public has seen something: %d", w.Code)
	}
	if w := public.get("/en/new?provision=uncac/art_999"); w.Code != http.StatusNotFound {
		t.Errorf("a provision that is none: %d", w.Code)
	}
	page := provider.get("/en/parties/QM").Body.String()
	has(t, page, `action="/en/subscriptions"`, "1 change you have not seen")
	form := url.Values{"kind": {"state"}, "value": {"QM"}, "pace": {"daily"}, "to": {"/en/parties/QM"}}
	w := provider.post("/en/subscriptions", form)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/en/parties/QM" {
		t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
	}
	for _, to := range []string{"//evil.example", `/\evil.example`, "https://evil.example"} {
		form.Set("to", to)
		if w := provider.post("/en/subscriptions", form); w.Header().Get("Location") != "/en/subscriptions" {
			t.Errorf("%q leads to %s", to, w.Header().Get("Location"))
		}
	}
	has(t, provider.get("/en/parties/QM").Body.String(), "You follow this. Letters: Once a day")
	if w := provider.post("/en/subscriptions", url.Values{"kind": {"state"}, "value": {"XX"}, "pace": {"daily"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an unknown State: %d", w.Code)
	}
	if w := public.post("/en/subscriptions", form); w.Code == http.StatusSeeOther && !strings.Contains(w.Header().Get("Location"), "sign-in") {
		t.Errorf("the public follows: %d", w.Code)
	}
	page = provider.get("/en/subscriptions").Body.String()
	has(t, page, "Quamara", "no mail address")
	id := regexp.MustCompile(`/subscriptions/([a-z0-9]+)/pace`).FindStringSubmatch(page)[1]
	if w := s.person(identity.Officer, "").post("/en/subscriptions/"+id+"/drop", nil); w.Code != http.StatusNotFound {
		t.Errorf("somebody else drops it: %d", w.Code)
	}
	if w := provider.get("/en/subscriptions.csv"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "QM,Once a day,daily") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	// What is new, marked as seen.
	page = provider.get("/en/tasks").Body.String()
	has(t, page, "New for you", "Drafting of a &lt;law&gt;")
	upto := regexp.MustCompile(`name="upto" value="(\d+)"`).FindStringSubmatch(page)[1]
	s.shownNeed("Came meanwhile")
	if w := provider.post("/en/new/seen", url.Values{"upto": {upto}}); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	page = provider.get("/en/new?since=seen").Body.String()
	has(t, page, "Came meanwhile")
	lacks(t, page, "Drafting of a")
	if w := provider.get("/en/new.csv?since=seen"); strings.Count(w.Body.String(), "\n") != 2 {
		t.Errorf("%s", w.Body)
	}
	// The feeds narrow as the lists do, and read as the public.
	for path, want := range map[string]int{"/en/needs/feed": 2, "/en/needs/feed?party=qm": 2, "/fr/needs/feed?provision=uncac/art_9": 2, "/en/needs/feed?party=QN": 0, "/en/activities/feed?organisation=XM-1": 0, "/ar/new/feed?country=QM": 2} {
		w := public.get(path)
		if n := strings.Count(w.Body.String(), "<entry>"); w.Code != http.StatusOK || n != want || !strings.HasPrefix(w.Header().Get("Content-Type"), "application/atom+xml") {
			t.Errorf("%s: %d, %d entries, want %d", path, w.Code, n, want)
		}
	}
	if w := public.get("/en/needs/feed?party=XX"); w.Code != http.StatusNotFound {
		t.Errorf("feed of no State: %d", w.Code)
	}
	// A letter's link stops letters: looking at it changes nothing, pressing does, without a session.
	secret, err := s.Follow.StopLink(t.Context(), provider.account.ID)
	if err != nil {
		t.Fatal(err)
	}
	has(t, public.get("/zh/stop/"+secret).Body.String(), `method="post"`)
	pace := func() string {
		subs, err := s.Follow.Store.Subscriptions(t.Context(), provider.account.ID)
		if err != nil || len(subs) != 1 {
			t.Fatal(subs, err)
		}
		return string(subs[0].Pace)
	}
	if pace() != "daily" {
		t.Error("looking stopped the letters")
	}
	if w := public.post("/zh/stop/"+secret, url.Values{"List-Unsubscribe": {"One-Click"}}); w.Code != http.StatusOK || pace() != "quiet" {
		t.Errorf("%d %s", w.Code, pace())
	}
	if w := public.post("/en/stop/guessed", nil); w.Code != http.StatusNotFound {
		t.Errorf("a guessed link: %d", w.Code)
	}
	provider.post("/en/subscriptions/"+id+"/drop", nil)
	has(t, provider.get("/en/subscriptions").Body.String(), "You follow nothing yet")
}

// TestStillTheContact presses both buttons of a contact point's yearly letter.
func TestStillTheContact(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	id, err := s.Contacts.Keep(t.Context(), focal.account.Actor(), directory.ContactPoint{Role: directory.TAContact, Office: lang.T("en", "Desk"), Email: "desk@qm.example", From: "2025-01-01", ConfirmedOn: "2025-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := s.Contacts.StillLink(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	public := s.public()
	has(t, public.get("/fr/still/"+secret).Body.String(), "desk@qm.example", `value="yes"`, `value="no"`)
	has(t, public.post("/fr/still/"+secret, url.Values{"answer": {"perhaps"}}).Body.String(), `value="yes"`)
	if c, _ := s.Contacts.LetterTo(t.Context(), id); c.ConfirmedOn != "2025-01-01" {
		t.Error("looking confirmed it")
	}
	has(t, focal.get("/en/tasks").Body.String(), "/en/contact-points/"+string(id))
	has(t, public.post("/ar/still/"+secret, url.Values{"answer": {"no"}}).Body.String(), "dir=\"rtl\"")
	has(t, focal.get("/en/tasks").Body.String(), "somebody else has followed")
	has(t, focal.get("/en/contact-points/"+string(id)).Body.String(), "Name who follows")
	has(t, public.post("/en/still/"+secret, url.Values{"answer": {"yes"}}).Body.String(), "confirmed with today")
	lacks(t, focal.get("/en/tasks").Body.String(), "somebody else has followed")
	if w := public.get("/en/still/guessed"); w.Code != http.StatusNotFound {
		t.Errorf("a guessed link: %d", w.Code)
	}
}
