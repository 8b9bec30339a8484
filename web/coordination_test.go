package web

import (
	"net/url"
	"strings"
	"testing"

	"merida/identity"
)

// The view in each of its shapes, at each level, with its filters, as the public sees it.
func TestCoordinationInItsShapes(t *testing.T) {
	s := newTestSite(t)
	provider, contact, approver := s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QM"), s.person(identity.Approver, "QM")
	declare := func(title, states, provision, form, from, to, cooperation string) {
		first, others, _ := strings.Cut(states, ";")
		provider.follow(t, "/en/activities", url.Values{"title": {title}, "organisation": {"Fund of the test"}, "type": {"21"}, "recipient": {first}, "others": {others}, "form": {form}, "provision": {provision}, "status": {"2"}, "from": {from}, "to": {to}, "cooperation": {cooperation}})
	}
	declare("Courses for two States", "QM;QN", "9(2)(d)", "training", "2026-06-01", "2027-06-30", "south_south")
	declare("Advice on tenders", "KE", "9(1)", "legal-advice", "2026-06-01", "2026-12-31", "")
	where, _ := contact.follow(t, "/en/needs", url.Values{"what": {"A course on contracts"}, "provision": {"9(2)(d)"}, "form": {"model-legislation"}, "from": {"2026-07-01"}, "to": {"2026-09-01"}})
	approver.follow(t, "/en/needs/"+idOf(where, "needs")+"/publish", url.Values{"rev": {"1"}})

	reader := s.public()
	page := func(path string) string { return bare(reader.page("/en/coordination"+path, 200)) }
	has(t, page("?view=matrix&columns=article"), "Quamara", "Kenya", "Group of African States", "1 unmet", "1 under way", "1 without a stated need", "All rows", "Nairobi outcome document", `aria-current="true">Matrix`)
	has(t, page("?view=table&columns=article"), "Quamara", "Article 9", "3 cells with records")
	grid := page("?view=grid")
	has(t, grid, "Kenya", "Uruguay", "none stated", "European Union")
	if n := strings.Count(grid, `class="nm"`); n < 192 {
		t.Errorf("%d tiles", n)
	}
	line := page("?view=timeline&from=2026-05-01&to=2027-08-31")
	has(t, line, "May 2026 to August 2027", "Time runs from left to right", "<svg", "The tallest bar stands for 2.", "July 2026")
	has(t, page("?view=timeline&party=QM&from=2026-05-01&to=2027-08-31"), "Courses for two States", "A course on contracts", `class="lane"`)

	// At the regional level a row is a group, and a record counts once in it; the level leads to its States.
	regional := page("?level=regional&columns=chapter")
	has(t, regional, "Group of African States", "Other parties", "No State named", "region=african", "1 unmet", "1 under way")
	lacks(t, regional, "Kenya")
	has(t, page("?region=african"), "Kenya")
	lacks(t, page("?region=african"), ">Quamara<")
	all := page("?level=international&columns=chapter")
	has(t, all, "All States together", "2 under way")
	lacks(t, all, "Kenya")

	// Filters of provider and cooperation.
	has(t, page("?cooperation=south_south"), ">Quamara<", ">Qunera<")
	lacks(t, page("?cooperation=south_south"), ">Kenya<")
	lacks(t, page("?provider_type=state"), ">Kenya<")
	has(t, page("?provider_type=non_state"), ">Kenya<")
	has(t, page("?party=none"), "No State named")
	has(t, page("?party=QM&theme=&columns=provision&provision=uncac/art_9"), "A course on contracts", "Courses for two States")
	for _, bad := range []string{"level=moon", "view=pie", "region=atlantis", "provider_type=x", "cooperation=x", "show=x", "columns=x", "from=soon", "theme=x", "provision=uncac/art_999"} {
		if w := reader.get("/en/coordination?" + bad); w.Code != 422 {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
	if w := reader.get("/en/coordination?mechanism=x"); w.Code != 404 {
		t.Errorf("a mechanism that the public may not know of: %d", w.Code)
	}

	// Who does what where: a line for each State; and the downloads of each shape.
	who := bare(reader.page("/en/who-does-what-where", 200))
	has(t, who, "3 lines", "Fund of the test", "Advice on tenders", "Kenya")
	if strings.Index(who, "Advice on tenders") > strings.Index(who, "Courses for two States") {
		t.Error("Kenya comes before Quamara")
	}
	has(t, bare(reader.page("/en/who-does-what-where?party=QN", 200)), "1 line")
	csv := reader.page("/fr/who-does-what-where.csv", 200)
	has(t, csv, "Qui", "Fund of the test", "uncac/art_9", "legal-advice", "south_south", "Coopération Sud-Sud", "KE")
	has(t, reader.page("/en/who-does-what-where.jsonl?form=training", 200), `"party":"QM"`, `"party":"QN"`)
	has(t, reader.page("/en/coordination.csv?level=regional", 200), "african", "Group of African States")
	has(t, reader.page("/en/coordination.csv?view=grid", 200), "Uruguay", "grulac")
	has(t, reader.page("/en/coordination.csv?view=timeline&from=2026-05-01&to=2027-08-31", 200), "2026-07")
	for _, l := range []string{"ar", "zh", "en", "fr", "ru", "es"} {
		for _, path := range []string{"?view=matrix", "?view=table", "?view=grid", "?view=timeline", "?view=timeline&party=QM", "?level=regional", "?level=international", "?party=QM"} {
			lacks(t, reader.page("/"+l+"/coordination"+path, 200), ">[", "ZgotmplZ")
		}
		lacks(t, reader.page("/"+l+"/who-does-what-where", 200), ">[")
	}
	has(t, reader.page("/zh/coordination?view=timeline&from=2026-05-01&to=2027-08-31", 200), "2026年5月")
	has(t, reader.page("/ru/coordination?view=timeline&from=2026-05-01&to=2027-08-31", 200), "май 2026")
	has(t, reader.page("/es/coordination?view=timeline&from=2026-05-01&to=2027-08-31", 200), "mayo de 2026")
}

// bare is a page without the choices of its filters.
func bare(page string) string {
	before, rest, _ := strings.Cut(page, "<form")
	for {
		_, after, found := strings.Cut(rest, "</form>")
		if !found {
			return before + rest
		}
		var next string
		next, rest, found = strings.Cut(after, "<form")
		before += next
		if !found {
			return before
		}
	}
}
