package web

import (
	"net/url"
	"strings"
	"testing"

	"merida/identity"
)

// Whoever declares an activity that overlaps with another sees it before anything is stored, and may go on; both
// providers and the State find the pair on their lists afterwards.
func TestOverlapIsSeenBeforeAndAfter(t *testing.T) {
	s := newTestSite(t)
	fund, network, contact := s.personOf(identity.Provider, "", "XM-TEST-1"), s.personOf(identity.Provider, "", "XM-TEST-2"), s.person(identity.ContactPoint, "QM")
	form := func(title, provider, form string) url.Values {
		return url.Values{"title": {title}, "organisation": {provider}, "recipient": {"QM"}, "form": {form}, "provision": {"9(1)"}, "status": {"2"}, "from": {"2026-06-01"}, "to": {"2027-06-30"}}
	}
	first, _ := fund.follow(t, "/en/activities", form("Courses on tenders", "Fund of the test", "training"))
	has(t, fund.page("/en/overlaps", 200), "No overlap is known")

	again := form("Seminars on tenders", "Network of the test", "training")
	w := network.post("/en/activities", again)
	if w.Code != 200 {
		t.Fatalf("an overlapping activity is answered %d", w.Code)
	}
	page := w.Body.String()
	has(t, page, "Nothing is stored yet", "Courses on tenders", "Fund of the test", "The same State: Quamara", "Record it all the same", `value="Seminars on tenders"`, `name="seen" value="`+idOf(first, "activities")+`"`)
	lacks(t, s.public().page("/en/activities", 200), "Seminars on tenders")

	// Something else on the same provision is no overlap, and is stored at once.
	network.follow(t, "/en/activities", form("A draft law", "Network of the test", "legislative-drafting"))
	// Sent again, it is taken as it is.
	again.Set("seen", idOf(first, "activities"))
	second, _ := network.follow(t, "/en/activities", again)
	has(t, s.public().page("/en/activities", 200), "Seminars on tenders")
	for name, p := range map[string]*visitor{"fund": fund, "network": network, "the State": contact} {
		list := p.page("/en/overlaps", 200)
		has(t, list, "Courses on tenders", "Seminars on tenders", "Quamara", "Article 9(1)", "Training")
		if name == "network" && strings.Index(list, "Seminars") > strings.Index(list, "Courses") {
			t.Error("the own activity comes first")
		}
		has(t, p.page("/en/overlaps.csv", 200), "uncac/art_9/para_1", idOf(second, "activities"))
		has(t, p.page("/en/tasks", 200), "1 possible overlap between activities")
	}
	s.public().page("/en/overlaps", 401)
	s.person(identity.Officer, "").page("/en/overlaps", 403)
	has(t, s.person(identity.ContactPoint, "QN").page("/ar/overlaps", 200), "لا تداخل معروف")

	// What one knows already does not stand in the way of an edit; what is new does.
	edit := again
	edit.Del("seen")
	edit.Set("rev", "1")
	edit.Set("title", "Seminars on public tenders")
	network.follow(t, "/en/activities/"+idOf(second, "activities")+"/edit", edit)
	fund.follow(t, "/en/activities", form("Advice on tenders", "Fund of the test", "legal-advice"))
	edit.Set("rev", "2")
	edit["form"] = []string{"training", "legal-advice"}
	if w := network.post("/en/activities/"+idOf(second, "activities")+"/edit", edit); w.Code != 200 || !strings.Contains(w.Body.String(), "Advice on tenders") {
		t.Errorf("an edit that brings a new overlap: %d", w.Code)
	}

	// A table says it row by row before it is stored.
	has(t, network.send("/en/activities/import", "title,providers,parties,provisions,forms,phase,from,to\nTender clinic,Network of the test,QM,uncac/art_9/para_1,legal-advice,under_way,2026-09-01,2026-12-31\n").Body.String(), "Tender clinic", "1 other activity", "Advice on tenders")
}
