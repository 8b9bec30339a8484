package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"merida/identity"
)

// A need is sent on as a request in one step; silence circulates it when its day has ended everywhere; it is answered,
// and a year later its State says what came of it. The clock is the test's.
func TestARequestGoesItsWay(t *testing.T) {
	s := newTestSite(t)
	clock := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) // a Tuesday
	s.Now = func() time.Time { return clock }
	run := func(want int) {
		t.Helper()
		if n, err := s.Clearing.Run(t.Context(), identity.OperatorActor()); err != nil || n != want {
			t.Fatalf("at %s %d cases moved, want %d: %v", clock, n, want, err)
		}
	}
	focal, contact, officer := s.person(identity.FocalPoint, "QM"), s.person(identity.ContactPoint, "QM"), s.person(identity.Officer, "")
	provider, neighbour := s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QN")
	where, _ := focal.follow(t, "/en/needs", url.Values{"what": {"A course for ten auditors"}, "provision": {"9(2)(d)"}, "form": {"training"}})
	need := idOf(where, "needs")
	has(t, focal.page("/en/needs/"+need, 200), "Send this need as a request")
	has(t, focal.page("/en/requests/new?need="+need, 200), "A course for ten auditors", "All States and providers")
	neighbour.page("/en/requests/new?need="+need, 404)
	provider.page("/en/requests/new", 403)

	// Faults come back at their fields with what was typed.
	has(t, focal.sends("/en/requests", 422, "what", "KEPT words", "circle", "named"), "KEPT words", "This is needed")
	where, page := focal.follow(t, "/en/requests", url.Values{"need": {need}, "circle": {"parties"}})
	at := "/en/requests/" + idOf(where, "requests")
	has(t, page, "It is sent to the secretariat.", "Received", "Due 1 December 2026", "if each step takes all its time")
	has(t, focal.page("/en/needs/"+need, 200), "1 request was made of this need")
	lacks(t, focal.page(at, 200), `id="do-authenticate"`) // nobody authenticates their own
	focal.sends(at+"/authenticate", 403)
	provider.page(at, 404)
	has(t, contact.page("/en/tasks", 200), "Authenticate by 1 December 2026: A course for ten auditors")
	contact.sends(at+"/authenticate", 303)
	has(t, officer.page("/en/tasks", 200), "Acknowledge by 27 November 2026")
	officer.sends(at+"/acknowledge", 303, "note", "Received with thanks.")
	has(t, contact.page(at, 200), "Circulated after this day unless its author objects", "Received with thanks.", "Object to its being circulated")
	lacks(t, officer.page(at, 200), `id="do-let-go"`)

	clock = time.Date(2026, 12, 2, 11, 0, 0, 0, time.UTC)
	run(0) // somewhere it is still the first of December
	lacks(t, provider.page("/en/requests", 200), "A course for ten auditors")
	clock = time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC)
	run(1)
	run(0)
	provider, neighbour = s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QN")
	has(t, provider.page("/en/tasks", 200), "Answer by 30 December 2026: A course for ten auditors")
	page = provider.page(at, 200)
	has(t, page, "by the schedule, by nobody", "Can offer it")
	lacks(t, page, "Received with thanks.", "What could meet it", focal.account.Name)
	provider.sends(at+"/answer", 422, "answer", "declines")
	_, page = provider.follow(t, at+"/answer", url.Values{"answer": {"ready"}, "text": {"Two places in May."}})
	has(t, page, "Your answer is recorded.", "Two places in May.", "Change your answer")
	neighbour.follow(t, at+"/answer", url.Values{"answer": {"declines"}, "text": {"No trainers this year."}})
	lacks(t, neighbour.page(at, 200), "Two places in May.")
	has(t, s.person(identity.Approver, "QM").page(at, 200), "Two places in May.", "No trainers this year.")
	s.public().page(at, 404)
	s.person(identity.Approver, "QM").sends(at+"/publish", 303)
	page = s.public().page(at, 200)
	has(t, page, "A course for ten auditors", "Circulated")
	lacks(t, page, "Two places in May.", `id="timeline"`)
	for _, suffix := range []string{".csv", ".jsonl"} {
		has(t, s.public().page("/en/requests"+suffix, 200), "A course for ten auditors")
	}
	has(t, s.public().page("/en/requests?state=circulated&provision=uncac/art_9", 200), "A course for ten auditors")
	lacks(t, s.public().page("/en/requests?state=closed", 200), "A course for ten auditors")

	// The time to answer passes; a year later the State is asked, and says.
	clock = time.Date(2026, 12, 31, 13, 0, 0, 0, time.UTC)
	run(1)
	clock = time.Date(2027, 12, 31, 9, 0, 0, 0, time.UTC)
	contact = s.person(identity.ContactPoint, "QM")
	has(t, contact.page("/en/tasks", 200), "What came of it? A course for ten auditors")
	contact.sends(at+"/report", 303, "result", "partly", "words", "One course of two was held.")
	has(t, s.public().page(at, 200), "One course of two was held.", "In part")
	contact.sends(at+"/withdraw", 409, "reason", "Late")
}

// Offers meet needs and requests, with reasons; periods and days of rest are set on pages; every page speaks six languages.
func TestOffersAndTheirPeriods(t *testing.T) {
	s := newTestSite(t)
	clock := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	s.Now = func() time.Time { return clock }
	officer, provider, contact, approver := s.person(identity.Officer, ""), s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM")
	where, _ := provider.follow(t, "/en/offers", url.Values{"what": {"Places in two courses"}, "provision": {"9(2)"}, "form": {"training"}, "circle": {"parties"}, "parties": {"QM, QN"}})
	at := "/en/offers/" + idOf(where, "offers")
	contact.page(at, 404)
	officer.sends(at+"/authenticate", 422)
	officer.sends(at+"/authenticate", 303, "note", "Letter of 2 November")
	officer.sends(at+"/acknowledge", 303)
	where, _ = contact.follow(t, "/en/needs", url.Values{"what": {"A course on audits"}, "provision": {"9(2)(d)"}, "form": {"training"}})
	has(t, contact.page("/en/needs/"+idOf(where, "needs"), 200), "Offers that could meet this need", "Places in two courses", "The same form of assistance: Training", "It is offered to this State: Quamara")
	approver.sends("/en/needs/"+idOf(where, "needs")+"/publish", 303, "rev", "1")
	has(t, provider.page(at, 200), "What could meet it", "A course on audits")
	has(t, contact.page(at, 200), "Wishes to take it up")
	provider.sends(at+"/publish", 303)
	has(t, s.public().page("/en/offers", 200), "Places in two courses")
	provider.sends("/en/requests"+strings.TrimPrefix(at, "/en/offers")+"/withdraw", 303, "reason", "x") // the address names the kind for its page alone
	s.public().page("/en/requests"+strings.TrimPrefix(at, "/en/offers"), 404)
	lacks(t, s.public().page(at, 200), "Places in two courses")

	contact.page("/en/requests/schedule", 403)
	has(t, officer.sends("/en/requests/schedule", 422, "kind", "request", "n", "0", "authenticate", "5", "acknowledge", "3", "object", "0", "answer", "many", "follow_up", "12", "remind", "2"), "between 1 and 250", `value="many"`)
	officer.sends("/en/requests/schedule", 303, "kind", "request", "n", "0", "authenticate", "5", "acknowledge", "3", "object", "10", "answer", "20", "follow_up", "12", "remind", "2")
	officer.sends("/en/requests/schedule", 409, "kind", "request", "n", "0", "authenticate", "5", "acknowledge", "3", "object", "9", "answer", "20", "follow_up", "12", "remind", "2")
	provider.page("/en/requests/calendar", 403)
	has(t, contact.sends("/en/requests/calendar", 422, "rev", "0", "weekend", "5", "holidays", "2027-13-01 Nothing"), "is no date", "2027-13-01 Nothing")
	contact.sends("/en/requests/calendar", 303, "rev", "0", "weekend", "5", "weekend", "6", "holidays", "2027-01-01 New Year")
	has(t, contact.page("/en/requests/calendar", 200), "2027-01-01 New Year")
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		for path, p := range map[string]*visitor{"/requests": s.public(), "/offers": s.public(), "/requests/new": contact, "/offers/new": provider, "/requests/schedule": officer, "/requests/calendar": contact, strings.TrimPrefix(at, "/en"): provider} {
			if body := p.page("/"+l+path, 200); strings.Contains(body, "request.") && strings.Contains(body, ">request.") {
				t.Errorf("/%s%s shows a key", l, path)
			}
		}
	}
}
