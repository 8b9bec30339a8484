package web

import (
	"archive/zip"
	"bytes"
	"io"
	"net/url"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/identity"
	"merida/mechanism"
)

func TestAMeetingFromItsCallToItsDossier(t *testing.T) {
	s := newTestSite(t)
	officer, focal, approver := s.person(identity.Officer, ""), s.person(identity.FocalPoint, "QM"), s.person(identity.Approver, "QM")
	desk, provider, stranger := s.person(identity.ContactPoint, "QM"), s.person(identity.Provider, ""), s.person(identity.ContactPoint, "QN")
	r := s.openRound("QM", "QN")

	// The officer founds it; a form with faults comes back with what was typed.
	has(t, officer.sends("/en/mechanisms", 422, "kind", "national", "name-fr", "Table", "party", "QM", "party", "QN"), "one State", `value="Table"`)
	officer.sends("/en/mechanisms", 303, "kind", "national", "name-en", "Donor table", "name-ar", "طاولة المانحين", "about", "Meets each month.", "party", "QM")
	all, err := s.Mechanisms.Store.Mechanisms(t.Context(), mechanism.Reader{All: true})
	if err != nil || len(all) != 1 || all[0].Names["ar"].S == "" {
		t.Fatalf("%+v: %v", all, err)
	}
	at := "/en/mechanisms/" + string(all[0].ID)
	has(t, officer.page(at, 200), "Donor table", desk.account.ID, provider.account.ID)
	officer.sends(at+"/members", 303, "account", desk.account.ID, "chair", "1")
	officer.sends(at+"/members", 303, "account", provider.account.ID)

	// Who knows of it, and what of it.
	has(t, focal.page(at, 200), "This mechanism covers your State", provider.account.Name)
	lacks(t, focal.page(at, 200), "Call a meeting", "Dossier")
	stranger.page(at, 404)
	stranger.page(at+"/dossier", 404)
	focal.page(at+"/dossier", 403)
	s.public().page(at, 401)
	has(t, stranger.page("/en/mechanisms", 200), "no mechanism in which you sit")
	provider.sends(at, 403, "rev", "1", "kind", "national", "name-en", "Mine", "party", "QM")

	// A member calls a meeting.
	begins := s.Now().Add(100 * time.Hour).UTC().Format(formTime)
	has(t, provider.sends(at+"/meetings", 422, "title", "", "begins", "tomorrow", "agenda", "Kept <b>words</b>"), "day and time", "Kept <b>words</b>")
	provider.sends(at+"/meetings", 303, "title", "First meeting", "begins", begins, "agenda", "1. Needs", "place", "Room 1")
	focal.sends(at+"/meetings", 403, "title", "Mine", "begins", begins)
	has(t, desk.page(at+".ics", 200), "SUMMARY:First meeting", "LOCATION:Room 1")
	lacks(t, focal.page(at+".ics", 200), "First meeting")
	has(t, provider.sends(at+"/actions", 422, "what", "Send the draft", "status", "open"), "By whom: This is needed.", "Send the draft")
	provider.sends(at+"/actions", 303, "what", "Send the draft", "who", "The Ministry", "status", "open", "due", "2020-01-31")
	has(t, desk.page(at, 200), "Send the draft", "The Ministry", "past due")

	// The State submits an answer, and its approver releases it.
	answer := r.Answers["QM"]["9.1"]
	for _, id := range r.Answers["QM"] {
		focal.says(id, assessment.Content{Lang: "en", Implementation: assessment.No, Practice: "None.", Missing: "An appeal body."})
	}
	has(t, approver.page(at+"/release", 200), "has not submitted an answer yet")
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
	if err := s.Assessments.Submit(t.Context(), approver.account.Actor(), r.Assessments["QM"], rev()); err != nil {
		t.Fatal(err)
	}
	has(t, approver.page(at+"/release", 200), string(answer))
	focal.page(at+"/release", 403)
	approver.sends(at+"/release", 303, "assessment", string(r.Assessments["QM"]), "answer", string(answer))
	has(t, approver.page(at, 200), "members read 1 answer of your State")

	// The dossier holds it, in each form, for members and the secretariat alone.
	dossier := provider.page(at+"/dossier", 200)
	has(t, dossier, "An appeal body.", "Members of this mechanism", "The answer names what is missing, and no need is stated.", "Send the draft", "No meeting came before")
	has(t, desk.page(strings.Replace(at, "/en/", "/ar/", 1)+"/dossier", 200), `dir="rtl"`, "An appeal body.", "طاولة المانحين")
	has(t, officer.page(at+"/dossier.csv", 200), "An appeal body.")
	lacks(t, s.public().page("/en/parties/QM", 200), "An appeal body.")
	approver.page(at+"/dossier", 403)
	b := provider.get(at + "/dossier.docx").Body.Bytes()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	has(t, string(doc), "An appeal body.", "Send the draft", "Donor table")

	has(t, officer.page(at+"/dossier.csv", 200), "uncac/art_9", "(Codes)")
	sheet := provider.get(at + "/dossier.xlsx")
	if z, err := zip.NewReader(bytes.NewReader(sheet.Body.Bytes()), int64(sheet.Body.Len())); err != nil || sheet.Code != 200 {
		t.Fatalf("dossier.xlsx: %d, %v", sheet.Code, err)
	} else if f, err := z.Open("xl/worksheets/sheet1.xml"); err != nil {
		t.Fatal(err)
	} else if b, err := io.ReadAll(f); err != nil {
		t.Fatal(err)
	} else {
		has(t, string(b), "An appeal body.", "uncac/art_9")
	}

	// What is on the table of the meeting is kept, by who may convene.
	meetings, err := s.Mechanisms.Store.Meetings(t.Context(), mechanism.Reader{All: true}, all[0].ID)
	if err != nil || len(meetings) != 1 {
		t.Fatalf("%d meetings: %v", len(meetings), err)
	}
	of := "?meeting=" + string(meetings[0].ID)
	has(t, provider.page(at+"/dossier"+of, 200), "Keep this dossier as it stands")
	approver.sends(at+"/dossier", 403, "meeting", string(meetings[0].ID))
	provider.sends(at+"/dossier", 404, "meeting", "")
	provider.sends(at+"/dossier", 404, "meeting", "nothing")
	kept, page := provider.follow(t, at+"/dossier", url.Values{"meeting": {string(meetings[0].ID)}})
	has(t, page, "Kept on", "SHA-256", "This is what was on the table", "An appeal body.", "Changed since it was kept", "Nothing.")
	stranger.page(kept, 404)
	focal.page(kept, 404)
	has(t, desk.page(at+"/dossier"+of, 200), "Dossiers kept for this meeting", kept)

	// Taken back, it is gone, also from the paper that was kept; and the paper says so.
	approver.sends(at+"/release", 303, "assessment", string(r.Assessments["QM"]))
	lacks(t, provider.page(at+"/dossier", 200), "An appeal body.")
	lacks(t, provider.page(kept, 200), "An appeal body.")
	has(t, provider.page(kept, 200), "taken back, or not shown any more")
	for _, l := range []string{"ar", "zh", "fr", "ru", "es"} {
		lacks(t, provider.page("/"+l+strings.TrimPrefix(kept, "/en"), 200), ">[", "An appeal body.")
	}
	lacks(t, provider.page(strings.Replace(kept, "dossier?", "dossier.csv?", 1), 200), "An appeal body.")
	officer.sends(at+"/closed", 303, "closed", "1")
	provider.sends(at+"/actions", 409, "what", "Late", "who", "Me", "status", "open")
}
