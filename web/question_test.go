package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"merida/assessment"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/store"
)

// answerOf is the form of an answer as a browser sends it.
func answerOf(base int, practice string, more ...string) url.Values {
	f := url.Values{"base": {fmt.Sprint(base)}, "lang": {"en"}, "implementation": {"in_part"}, "practice": {practice}}
	for i := 0; i+1 < len(more); i += 2 {
		f.Add(more[i], more[i+1])
	}
	return f
}

func mustHave(t *testing.T, w *httptest.ResponseRecorder, status int, words ...string) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d\n%.1500s", w.Code, status, w.Body)
	}
	for _, x := range words {
		if !strings.Contains(w.Body.String(), x) {
			t.Errorf("the page lacks %q", x)
		}
	}
	if strings.Contains(w.Body.String(), "[question.") || strings.Contains(w.Body.String(), "ZgotmplZ") {
		t.Errorf("the page shows a key or a refused value: %.200s", regexp.MustCompile(`.{80}(\[question\.|ZgotmplZ).{40}`).FindString(w.Body.String()))
	}
}

// assign gives a question to a contributor.
func (r testRound) assign(t *testing.T, s *testSite, focal, to *visitor, question string) {
	t.Helper()
	whole, err := s.Assessments.Store.Whole(t.Context(), focal.account.Actor().Sight(), r.Assessments[focal.account.Party])
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range whole.Answers {
		if a.Question == question {
			if err := s.Assessments.Assign(t.Context(), focal.account.Actor(), whole.Assessment.ID, a.Provision, to.account.ID, to.account.Agency, ""); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("no question %s", question)
}

func (r testRound) versions(t *testing.T, s *testSite, p *visitor, question string) []assessment.Version {
	t.Helper()
	vs, err := s.Assessments.Store.Versions(t.Context(), p.account.Actor().Sight(), r.Answers[p.account.Party][question])
	if err != nil {
		t.Fatal(err)
	}
	return vs
}

func TestFocalPointSavesAnAnswer(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.get(at), 200, `name="practice"`, `name="base" value="0"`, "Nothing stored yet", `id="save"`)

	cited := string(s.editorial("law-1", "QM", "Tenders are open.", library.Life{}).ID) + "|1|art_1"
	f := answerOf(0, "Tenders are public.", "missing", "Training.", "challenge", "staff", "cite", cited,
		"wanted_form", "", "wanted_what", "", "wanted_for", "", "wanted_when", "")
	f.Add("wanted_form", "legal-advice")
	f.Add("wanted_what", "A model clause")
	f.Add("wanted_for", "The tender board")
	f.Add("wanted_when", "2027")
	w := focal.post(at, f)
	mustHave(t, w, http.StatusSeeOther)
	if to := w.Header().Get("Location"); to != at+"?done=stored" {
		t.Fatalf("sent to %s", to)
	}
	mustHave(t, focal.get(at+"?done=stored"), 200, "Tenders are public.", `name="base" value="1"`, "Stored ", focal.account.Name, "A model clause", "The tender board")
	c := r.versions(t, s, focal, "9.1")[0].Content
	if c.Implementation != assessment.InPart || len(c.Wanted) != 1 || c.Wanted[0].ForWhom != "The tender board" || len(c.Challenges) != 1 || len(c.Citations) != 1 {
		t.Fatalf("stored %+v", c)
	}
	// What was cited and cannot be seen any more is not lost by the form.
	if err := s.db.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE measure SET owner = 'QN', visibility = 'own', visibility_rank = 0`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	mustHave(t, focal.get(at), 200, `value="`+cited+`"`, "A measure that you cannot see")
	f.Set("base", "1")
	f.Set("drop", cited)
	mustHave(t, focal.post(at, f), http.StatusSeeOther)
	if c := r.versions(t, s, focal, "9.1")[0].Content; len(c.Citations) != 0 {
		t.Fatalf("the citation stayed: %+v", c.Citations)
	}
	f.Set("base", "2")
	f.Set("next", "next")
	if to := focal.post(at, f).Header().Get("Location"); !strings.Contains(to, "/questions/") || !strings.Contains(to, "?saved="+string(r.Answers["QM"]["9.1"])) {
		t.Fatalf("save and continue leads to %s", to)
	}
}

// What the page does not offer is refused with a word at the field, and nothing of it is stored.
func TestAnswerTakesOnlyWhatIsOffered(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.post(at, answerOf(0, "Typed.", "cite", "nothing|1|art_1")), http.StatusUnprocessableEntity, "no such section in a law that you can see", "Typed.")
	mustHave(t, focal.post(at, answerOf(0, "Typed.", "wanted_form", "cash", "wanted_what", "x")), http.StatusUnprocessableEntity, "This choice does not exist", "Typed.")
	mustHave(t, focal.post(at, answerOf(0, "Typed.", "given_form", "cash", "given_by", "x")), http.StatusUnprocessableEntity, "This choice does not exist", "Typed.")
	if n := len(r.versions(t, s, focal, "9.1")); n != 0 {
		t.Errorf("%d versions are stored", n)
	}
}

func TestAutosaveSpeaksJSON(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	accept := []string{"Accept", "application/json"}
	for range 3 { // the answer to a save was lost and it is sent again
		w := focal.post(at, answerOf(0, "One."), append(accept, "Idempotency-Key", "k1")...)
		mustHave(t, w, 200)
		var saved assessment.Saved
		if err := json.Unmarshal(w.Body.Bytes(), &saved); err != nil || saved.Version != 1 || saved.By != focal.account.Name {
			t.Fatalf("%+v %v", saved, err)
		}
	}
	mustHave(t, focal.post(at, answerOf(1, "Two."), append(accept, "Idempotency-Key", "k2")...), 200, `"version":2`)
	if n := len(r.versions(t, s, focal, "9.1")); n != 2 {
		t.Fatalf("%d versions", n)
	}
	mustHave(t, focal.post(at, answerOf(2, "Three."), append(accept, "Idempotency-Key", "k2")...), http.StatusUnprocessableEntity, `"detail"`)
	w := focal.post(at, answerOf(1, "Stale."), append(accept, "Idempotency-Key", "k3")...)
	var clash clashJSON
	mustHave(t, w, http.StatusConflict)
	if err := json.Unmarshal(w.Body.Bytes(), &clash); err != nil || !strings.HasPrefix(clash.Both, at+"/both/") {
		t.Fatalf("%+v %v", clash, err)
	}
	mustHave(t, focal.get(clash.Both), 200, "Stale.", "Two.")
	mustHave(t, s.public().post(at, answerOf(2, "Kept on the device."), accept...), http.StatusUnauthorized, `"unauthenticated"`)
	mustHave(t, focal.post(at, answerOf(2, strings.Repeat("x", assessment.MaxText+1)), accept...), http.StatusUnprocessableEntity, `"practice"`)
	mustHave(t, focal.post(at, url.Values{"practice": {"x"}}, accept...), http.StatusUnprocessableEntity, `"base"`)
}

func TestStaleSaveShowsBothTexts(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	other := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.post(at, answerOf(0, "The text of the first.", "given_form", "", "given_by", "First donor")), http.StatusSeeOther)
	w := other.post(at, answerOf(0, "The text of the second.", "once", "key-of-the-form"))
	mustHave(t, w, http.StatusConflict, "The text of the first.", "The text of the second.", "Two texts of one answer")
	// The same form again shows the same page and keeps nothing twice.
	mustHave(t, other.post(at, answerOf(0, "The text of the second.", "once", "key-of-the-form")), http.StatusConflict, "The text of the second.")
	if n := len(r.versions(t, s, focal, "9.1")); n != 1 {
		t.Fatalf("%d versions", n)
	}
	page := other.get(at)
	mustHave(t, page, 200, "Texts kept beside", "The text of the first.")
	both := regexp.MustCompile(regexp.QuoteMeta(at)+`/both/[a-z0-9]+`).FindAllString(page.Body.String(), -1)
	if len(both) != 1 {
		t.Fatalf("texts beside: %v", both)
	}
	take := "?take=" + both[0][strings.LastIndex(both[0], "/")+1:]
	mustHave(t, other.get(at+take), 200, "The text of the second.", `name="kept"`, `name="base" value="1"`)
	// Meanwhile a third version comes: nothing is chosen unseen.
	mustHave(t, focal.post(at, answerOf(1, "The first, again.", "given_form", "", "given_by", "First donor")), http.StatusSeeOther)
	choice := url.Values{"base": {"1"}, "take_practice": {"both"}, "take_given": {"theirs"}}
	mustHave(t, other.post(both[0], choice), http.StatusConflict, "The first, again.", "The text of the second.")
	choice.Set("base", "2")
	mustHave(t, other.post(both[0], choice), http.StatusSeeOther)
	c := r.versions(t, s, focal, "9.1")[0].Content
	if c.Practice != "The first, again.\n\nThe text of the second." || len(c.Given) != 1 {
		t.Fatalf("chosen %+v", c)
	}
	if body := other.get(at).Body.String(); strings.Contains(body, "Texts kept beside") {
		t.Error("a text that was taken over is still asked about")
	}
}

func TestOtherPartsAreJoined(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.post(at, answerOf(0, "A.")), http.StatusSeeOther)
	mustHave(t, focal.post(at, answerOf(1, "A.", "missing", "M.")), http.StatusSeeOther)
	w := focal.post(at, answerOf(1, "B."))
	if to := w.Header().Get("Location"); to != at+"?done=merged" {
		t.Fatalf("%d to %s", w.Code, to)
	}
	if c := r.versions(t, s, focal, "9.1")[0].Content; c.Practice != "B." || c.Missing != "M." {
		t.Fatalf("joined %+v", c)
	}
}

func TestContributorWritesWhatIsAssigned(t *testing.T) {
	s := newTestSite(t)
	focal, agency := s.person(identity.FocalPoint, "QM"), s.person(identity.Contributor, "QM")
	r := s.openRound("QM")
	r.assign(t, s, focal, agency, "9.1.a")
	mine, others := "/en/questions/"+string(r.Answers["QM"]["9.1.a"]), "/en/questions/"+string(r.Answers["QM"]["9.1.b"])
	mustHave(t, agency.get(others), http.StatusNotFound)
	mustHave(t, agency.post(others, answerOf(0, "x")), http.StatusNotFound)
	page := agency.get(mine)
	mustHave(t, page, 200, `data-write="proposal"`)
	if n := strings.Count(page.Body.String(), "/en/questions/"+string(r.Answers["QM"]["9.1.b"])); n != 0 {
		t.Error("the outline names a question that is not assigned")
	}
	mustHave(t, agency.post(mine, answerOf(0, "From the agency.")), http.StatusSeeOther)
	if body := focal.get(mine).Body.String(); strings.Contains(body, "From the agency.") {
		t.Error("the focal point sees a text that was not handed over")
	}
	// The same account in another window keeps both texts.
	mustHave(t, agency.post(mine, answerOf(0, "From the other window.")), http.StatusConflict, "From the agency.", "From the other window.")
	mustHave(t, agency.get(mine), 200, "Hand to the focal point", "From the agency.", `name="base" value="1"`)
	mustHave(t, agency.post(mine+"/offer", nil), http.StatusSeeOther)
	page = focal.get(mine)
	mustHave(t, page, 200, "From the agency.", "Accept")
	proposal := regexp.MustCompile(`name="proposal" value="([a-z0-9]+)"`).FindStringSubmatch(page.Body.String())[1]
	mustHave(t, focal.post(mine+"/hand-back", url.Values{"proposal": {proposal}}), http.StatusUnprocessableEntity, "This is needed.")
	mustHave(t, focal.post(mine+"/hand-back", url.Values{"proposal": {proposal}, "reason": {"Name the law."}}), http.StatusSeeOther)
	mustHave(t, agency.get(mine), 200, "Name the law.", `name="base" value="1"`)
	mustHave(t, agency.post(mine, answerOf(1, "With the law.")), http.StatusSeeOther)
	mustHave(t, agency.post(mine+"/offer", nil), http.StatusSeeOther)
	mustHave(t, agency.post(mine+"/accept", url.Values{"proposal": {proposal}, "base": {"0"}}), http.StatusForbidden)
	mustHave(t, focal.post(mine, answerOf(0, "The focal point's own.")), http.StatusSeeOther)
	mustHave(t, focal.post(mine+"/accept", url.Values{"proposal": {proposal}, "base": {"0"}}), http.StatusConflict, "With the law.", "The focal point&#39;s own.")
	mustHave(t, focal.post(mine+"/accept", url.Values{"proposal": {proposal}, "base": {"1"}}), http.StatusSeeOther)
	vs := r.versions(t, s, focal, "9.1.a")
	if len(vs) != 2 || vs[0].Content.Practice != "With the law." || vs[0].Source != assessment.Accepted || vs[0].Agency != agency.account.Agency {
		t.Fatalf("%d versions, newest %+v", len(vs), vs[0])
	}
	mustHave(t, focal.get(mine+"/history"), 200, "<ins>", "<del>", "Accepted from an agency", agency.account.Agency)
}

func TestWhoMayKnowOfAnAnswer(t *testing.T) {
	s := newTestSite(t)
	focal, approver, stranger, officer := s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM"), s.person(identity.FocalPoint, "QN"), s.person(identity.Officer, "")
	r := s.openRound("QM", "QN")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.post(at, answerOf(0, "Own State only.")), http.StatusSeeOther)
	for _, p := range []*visitor{stranger, officer, s.person(identity.Reviewer, "QN"), s.person(identity.Provider, ""), s.person(identity.Administrator, "")} {
		for _, path := range []string{"", "/history", "/cite", "/law"} {
			if w := p.get(at + path); w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "Own State only.") {
				t.Errorf("%s at %s: %d", p.account.Role, path, w.Code)
			}
		}
		for _, path := range []string{"", "/offer", "/accept", "/hand-back", "/return", "/cite", "/law"} {
			if w := p.post(at+path, answerOf(1, "x", "reason", "x", "proposal", "x")); w.Code != http.StatusNotFound {
				t.Errorf("%s posts to %s: %d", p.account.Role, path, w.Code)
			}
		}
	}
	if w := s.public().get(at); w.Code != http.StatusUnauthorized {
		t.Errorf("the public: %d", w.Code)
	}
	page := approver.get(at)
	mustHave(t, page, 200, "Own State only.", "not open to you for writing")
	if strings.Contains(page.Body.String(), `id="qf"`) {
		t.Error("the approver gets a form")
	}
	mustHave(t, approver.post(at, answerOf(1, "x")), http.StatusForbidden)
}

func TestOfficerReturnsASubmittedAnswer(t *testing.T) {
	s := newTestSite(t)
	focal, approver, officer := s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM"), s.person(identity.Officer, "")
	r := s.openRound("QM")
	for q, id := range r.Answers["QM"] {
		c := assessment.Content{Lang: "en", Implementation: assessment.No, Missing: "All of it, " + q + "."}
		if _, err := s.Assessments.Save(t.Context(), focal.account.Actor(), id, 0, c); err != nil {
			t.Fatal(err)
		}
	}
	rev := func() int64 {
		w, err := s.Assessments.Store.Whole(t.Context(), focal.account.Actor().Sight(), r.Assessments["QM"])
		if err != nil {
			t.Fatal(err)
		}
		return w.Assessment.Rev
	}
	if err := s.Assessments.Propose(t.Context(), focal.account.Actor(), r.Assessments["QM"], rev()); err != nil {
		t.Fatal(err)
	}
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	mustHave(t, officer.get(at), http.StatusNotFound)
	mustHave(t, focal.get(at), 200, "not open to you for writing")
	if err := s.Assessments.Submit(t.Context(), approver.account.Actor(), r.Assessments["QM"], rev()); err != nil {
		t.Fatal(err)
	}
	mustHave(t, officer.get(at), 200, "All of it, 9.1.", "Return this answer")
	mustHave(t, officer.post(at+"/return", url.Values{"reason": {" "}}), http.StatusUnprocessableEntity, "This is needed.")
	mustHave(t, officer.post(at+"/return", url.Values{"reason": {"Please name the authority."}}), http.StatusSeeOther)
	mustHave(t, focal.get(at), 200, "This answer was returned to you", "Please name the authority.", `id="qf"`)
	f := url.Values{"base": {"1"}, "lang": {"en"}, "implementation": {"no"}, "missing": {"A later draft."}}
	mustHave(t, focal.post(at, f), http.StatusSeeOther)
	if body := officer.get(at).Body.String(); strings.Contains(body, "A later draft.") || !strings.Contains(body, "All of it, 9.1.") {
		t.Error("the secretariat sees a draft that was not submitted")
	}
	if body := officer.get(at + "/history").Body.String(); strings.Contains(body, "A later draft.") {
		t.Error("the history shows the secretariat a draft")
	}
}

func TestCitingALaw(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	law := library.Whole{Measure: library.Measure{Country: "QM", Type: library.Law, Lang: "en", Titles: lang.T("en", "Procurement Act")},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Article 1", Heading: "Openness", Text: "Tenders are open."}, {EID: "art_2", Level: 1, Kind: "article", Num: "Article 2", Text: "Appeals."}},
		Mappings: []library.Mapping{{EID: "art_1", Provision: convention.ID("uncac/art_9/para_1")}}}
	id, err := s.Library.Add(t.Context(), identity.OperatorActor(), law)
	if err != nil {
		t.Fatal(err)
	}
	// The typed text is stored before the picker opens.
	w := focal.post(at, answerOf(0, "Typed before citing.", "next", "cite", "q", "procure"))
	if to := w.Header().Get("Location"); to != at+"/cite?q=procure" {
		t.Fatalf("%d to %s", w.Code, to)
	}
	mustHave(t, focal.get(at+"/cite?q=procure"), 200, "Procurement Act", "?measure="+string(id))
	mustHave(t, focal.get(at+"/cite"), 200, "Already mapped to this provision", string(id)+"|1|art_1")
	mustHave(t, focal.get(at+"/cite?measure="+string(id)), 200, "Openness", string(id)+"|1|art_2", "Cite the whole law")
	if body := focal.get(at + "/cite?measure=" + string(id) + "&in=appeals").Body.String(); strings.Contains(body, "Openness") || !strings.Contains(body, "art_2") {
		t.Error("words within the law do not narrow")
	}
	mustHave(t, focal.post(at+"/cite", url.Values{"cite": {string(id) + "|1|art_9"}}), http.StatusUnprocessableEntity, "no such section")
	mustHave(t, focal.post(at+"/cite", url.Values{"cite": {"rubbish"}}), http.StatusUnprocessableEntity)
	for range 2 { // twice the same form
		mustHave(t, focal.post(at+"/cite", url.Values{"cite": {string(id) + "|1|art_1"}, "once": {"cite-1"}}), http.StatusSeeOther)
	}
	mustHave(t, focal.get(at), 200, "Procurement Act &gt; Article 1 Openness", "Typed before citing.")

	mustHave(t, focal.post(at+"/law", url.Values{"title": {""}, "lang": {"en"}, "type": {"law"}, "date": {"soon"}, "article_text": {"Kept."}}), http.StatusUnprocessableEntity, "This is needed.", "This is not a date", "Kept.")
	own := url.Values{"title": {"Whistle Act"}, "lang": {"en"}, "type": {"law"}, "date": {"2021-03"}, "article_num": {"Article 12 bis"}, "article_heading": {"Shield"}, "article_text": {"No reprisal."}, "once": {"law-1"}}
	for range 2 {
		mustHave(t, focal.post(at+"/law", own), http.StatusSeeOther)
	}
	mustHave(t, focal.get(at), 200, "Whistle Act &gt; Article 12 bis Shield")
	c := r.versions(t, s, focal, "9.1")[0].Content
	if len(c.Citations) != 2 || c.Citations[1].EID != "art_12bis" || c.Practice != "Typed before citing." {
		t.Fatalf("citations %+v", c)
	}
	ms, n, err := s.Library.Store.Find(t.Context(), focal.account.Actor().Sight(), library.Filter{Words: "whistle"})
	if err != nil || n != 1 || ms[0].Visibility != "own" {
		t.Fatalf("laws %d %+v %v", n, ms, err)
	}
}

func TestQuestionEscapesWhatPeopleType(t *testing.T) {
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	at := "/en/questions/" + string(r.Answers["QM"]["9.1"])
	evil := `</textarea><script>alert("1")</script><img src=x onerror=alert(1)>`
	f := answerOf(0, evil, "missing", evil, "wanted_form", "legal-advice", "wanted_what", evil, "given_form", "", "given_by", evil)
	mustHave(t, focal.post(at, f), http.StatusSeeOther)
	mustHave(t, focal.post(at, answerOf(0, evil+"2")), http.StatusConflict)
	mustHave(t, focal.post(at, answerOf(1, strings.Repeat(evil, 5000))), http.StatusUnprocessableEntity)
	pages := []*httptest.ResponseRecorder{focal.get(at), focal.get(at + "/history"), s.person(identity.Approver, "QM").get(at), focal.post(at, answerOf(0, evil+"3")),
		focal.get(at + "/cite?q=" + url.QueryEscape(evil)), focal.get(at + "/law?title=" + url.QueryEscape(evil)), focal.post(at+"/law", url.Values{"title": {evil}, "lang": {evil}, "article_text": {evil}})}
	for i, w := range pages {
		if body := w.Body.String(); w.Code >= 500 || strings.Contains(body, "<script>alert") || strings.Contains(body, "<img src=x") || !strings.Contains(body, "&lt;script&gt;") {
			t.Errorf("page %d: status %d", i, w.Code)
		}
	}
}

func TestQuestionPagesInSixLanguages(t *testing.T) {
	s := newTestSite(t)
	focal, agency := s.person(identity.FocalPoint, "QM"), s.person(identity.Contributor, "QM")
	r := s.openRound("QM")
	r.assign(t, s, focal, agency, "9.1")
	id := string(r.Answers["QM"]["9.1"])
	mustHave(t, focal.post("/en/questions/"+id, answerOf(0, "First.", "challenge", "no such code")), http.StatusUnprocessableEntity)
	mustHave(t, focal.post("/en/questions/"+id, answerOf(0, "First.", "challenge", "staff")), http.StatusSeeOther)
	mustHave(t, focal.post("/en/questions/"+id, answerOf(0, "Second.")), http.StatusConflict)
	mustHave(t, agency.post("/en/questions/"+id, answerOf(0, "Agency.")), http.StatusSeeOther)
	mustHave(t, agency.post("/en/questions/"+id+"/offer", nil), http.StatusSeeOther)
	both := regexp.MustCompile(`/both/[a-z0-9]+`).FindString(focal.get("/en/questions/" + id).Body.String())
	for _, l := range lang.Official {
		at := "/" + string(l) + "/questions/" + id
		for _, path := range []string{"", "?done=stored", "?done=merged", "/history", "/cite", "/cite?q=x", "/law", both} {
			w := focal.get(at + path)
			mustHave(t, w, 200, fmt.Sprintf(`<html lang="%s" dir="%s"`, l, l.Dir()))
			if body := w.Body.String(); strings.Contains(body, "[fault.") || strings.Contains(body, "<no value>") || regexp.MustCompile(`>[^<]*\{[a-z]+\}`).MatchString(body[:strings.Index(body, `id="t"`)]) {
				t.Errorf("%s%s shows a placeholder", at, path)
			}
		}
		mustHave(t, agency.get(at), 200)
	}
}

func TestDiffWords(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"", "new", "+new"},
		{"old", "", "-old"},
		{"the same", "the same", "the same"},
		{"the old law here", "the new law here", "the -old+new law here"},
		{"法律规定", "法律不规定", "法律+不规定"},
		{"قانون قديم", "قانون جديد", "قانون -قديم+جديد"},
	} {
		var got strings.Builder
		was, is := "", ""
		for _, p := range diffWords(c.a, c.b) {
			got.WriteString(map[string]string{"": "", "ins": "+", "del": "-"}[p.Kind] + p.S)
			if p.Kind != "ins" {
				was += p.S
			}
			if p.Kind != "del" {
				is += p.S
			}
		}
		if got.String() != c.want || was != c.a || is != c.b {
			t.Errorf("%q to %q: %q", c.a, c.b, got.String())
		}
	}
	long := strings.Repeat("word ", 40_000)
	if ps := diffWords("x "+long+"y", "z "+strings.ToUpper(long)+"w"); len(ps) < 2 {
		t.Errorf("a long text: %d pieces", len(ps))
	}
}
