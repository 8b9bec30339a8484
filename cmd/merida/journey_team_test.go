package main

import (
	"context"
	"errors"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/web"
)

// cut takes the window's network away, or gives it back.
func (w *window) cut(offline bool) {
	w.t.Helper()
	w.run("network", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{{Offline: offline, DownloadThroughput: -1, UploadThroughput: -1}}})
		return err
	}))
}

// until waits for an expression of the page to become true.
func (w *window) until(what, js string) {
	w.t.Helper()
	for began := time.Now(); !look[bool](w, js); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 15*time.Second {
			w.fail(what, errors.New("it does not happen: "+look[string](w, `document.querySelector('#save')?.textContent || ''`)))
		}
	}
}

// Four people of one State answer: a contributor in Arabic whose line is cut and whose
// browser goes away, another contributor, and two focal points who write the same
// answer at the same time. Nothing that anybody typed is lost.
func TestJourneyOfATeam(t *testing.T) {
	if os.Getenv("MERIDA_ENGINES") == "sqlite" {
		t.Skip("make test-fast leaves the browser out")
	}
	a, srv, people := filledWith(t)
	ctx := t.Context()
	find := func(r identity.Role, p party.ID, tag lang.Tag) web.DemoPerson {
		for _, x := range people {
			if x.Account.Role == r && x.Account.Party == p && (tag == "" || x.Account.Lang == tag) {
				return x
			}
		}
		t.Fatalf("nobody is %s of %q", r, p)
		return web.DemoPerson{}
	}
	officer := find(identity.Officer, "", "").Account.Actor()
	edition := short(t, a, officer, find(identity.Administrator, "", "").Account.Actor())
	e, err := a.questionnaires.Store.Edition(ctx, edition)
	if err != nil {
		t.Fatal(err)
	}
	var questions []assessment.Question
	for _, q := range e.Content.All() {
		questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	round, err := a.assessments.OpenRound(ctx, officer, string(edition), lang.Text{"en": {S: "Team round"}, "ar": {S: "جولة الفريق"}}, assessment.Deadlines{}, questions, []party.ID{"QN"})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := a.assessments.Store.Find(ctx, assessmentOf(round, "QN"))
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	focalPerson, karim, claire := find(identity.FocalPoint, "QN", ""), find(identity.Contributor, "QN", "ar"), find(identity.Contributor, "QN", "fr")
	whole, err := a.assessments.Store.Whole(ctx, focalPerson.Account.Actor().Sight(), rows[0].ID)
	if err != nil || len(whole.Answers) != 3 {
		t.Fatal(len(whole.Answers), err)
	}
	second, err := a.identity.Add(ctx, identity.OperatorActor(), identity.Account{Name: "Second Demonstration", Role: identity.FocalPoint, Party: "QN", Lang: "en"})
	if err != nil {
		t.Fatal(err)
	}
	secret, err := a.identity.NewLink(ctx, identity.OperatorActor(), second, time.Hour, false)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, "http://localhost:"+u.Port())
	sheet := "/en/assessments/" + string(rows[0].ID)
	at := func(tag string, i int) string { return "/" + tag + "/questions/" + string(whole.Answers[i].ID) }
	stored := `/\d\d:\d\d/.test(document.querySelector('#save')?.textContent || '') && Object.keys(localStorage).every(k => !k.startsWith('answer:'))`

	// The focal point gives two questions away, ticked in the table, and is told so.
	focal := b.as("focal point", focalPerson.Secret)
	for i, who := range []web.DemoPerson{karim, claire} {
		focal.open(sheet + "/people")
		focal.fill(`[name=question][value="`+string(whole.Answers[i].ID)+`"]`, "on", `[form=assign][name=account], #assign [name=account]`, who.Account.ID)
		focal.press(`#assign button.primary`)
		focal.sees("The questions are assigned.")
	}

	// Karim writes in Arabic. His line is cut while he types; then his browser goes away.
	ar := b.as("karim", karim.Secret)
	ar.open("/ar/tasks")
	ar.sees("جولة الفريق")
	ar.open(at("ar", 0))
	ar.run("direction", chromedp.WaitReady(`html[dir=rtl][lang=ar]`))
	ar.run("type", chromedp.SendKeys(`[name=practice]`, "نُشرت إعلانات المناقصات."))
	ar.until("the first text is stored", stored)
	ar.cut(true)
	ar.run("type on", chromedp.SendKeys(`[name=practice]`, " وأُجريت ثلاث مراجعات."))
	ar.until("the page says that the text is kept on this device", `Object.keys(localStorage).some(k => k.startsWith('answer:')) && /\d\d:\d\d/.test(document.querySelector('#save').textContent)`)
	ar.run("the window goes away", chromedp.Navigate("about:blank"))
	ar.cut(false)
	ar.open(at("ar", 0))
	if got := look[string](ar, `document.querySelector('[name=practice]').value`); got != "نُشرت إعلانات المناقصات. وأُجريت ثلاث مراجعات." {
		t.Fatalf("after the line was cut Karim finds %q", got)
	}
	ar.fill(`[name=implementation][value=no]`, "on", `[name=missing]`, "لا توجد هيئة مراجعة.")
	ar.until("the rest is stored", stored)
	ar.press(`form[action$="/offer"] button`)

	// A word beside the answer goes there and back.
	focal.open(at("en", 0))
	focal.sees("وأُجريت ثلاث مراجعات")
	focal.fill(`#f-remark`, "Which year do you mean?")
	focal.press(`form[action$="/remarks"] button`)
	ar.open(at("ar", 0))
	ar.sees("Which year do you mean?")
	focal.open(at("en", 0))
	focal.press(`form[action$="/accept"] button`)

	// Claire writes the second answer and hands it over.
	fr := b.as("claire", claire.Secret)
	if fr.status(at("fr", 0)) != 404 {
		t.Fatal("Claire reads what Karim was given")
	}
	fr.open(at("fr", 1))
	fr.fill(`[name=implementation][value=no]`, "on", `[name=missing]`, "Aucune règle n'existe.")
	fr.press(`button[form=qf].primary`)
	fr.press(`form[action$="/offer"] button`)
	focal.open(at("en", 1))
	focal.press(`form[action$="/accept"] button`)

	// Two focal points write the third answer at once. Both know; both texts stay.
	other := b.as("second focal point", secret)
	focal.open(at("en", 2))
	other.open(at("en", 2))
	other.sees(focalPerson.Account.Name + " is writing here now")
	focal.fill(`[name=implementation][value=no]`, "on", `[name=missing]`, "FIRSTHAND: no registry.")
	focal.until("the first hand is stored", stored)
	other.run("type", chromedp.SendKeys(`[name=missing]`, "SECONDHAND: no staff."))
	other.until("the page leads to both texts", `!!document.querySelector('#save a[href*="/both/"]')`)
	other.press(`#save a`)
	other.sees("FIRSTHAND: no registry.", "SECONDHAND: no staff.")
	focal.open(at("en", 2))
	focal.sees("FIRSTHAND: no registry.")
	focal.press(`a[href*="take="]`)
	focal.fill(`[name=implementation][value=no]`, "on", `[name=missing]`, "FIRSTHAND: no registry. SECONDHAND: no staff.")
	focal.press(`button[form=qf].primary`)
	focal.open(at("en", 2) + "/history")
	focal.sees("FIRSTHAND", "SECONDHAND")

	// Everything that was typed is with the State, and goes to the secretariat with a receipt.
	contents, err := a.assessments.Store.Contents(ctx, focalPerson.Account.Actor().Sight(), rows[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, words := range [][]string{{"نُشرت إعلانات المناقصات. وأُجريت ثلاث مراجعات.", "لا توجد هيئة مراجعة."}, {"Aucune règle n'existe."}, {"FIRSTHAND: no registry.", "SECONDHAND: no staff."}} {
		c := contents[whole.Answers[i].ID].Content
		for _, x := range words {
			if !strings.Contains(c.Practice+"\n"+c.Missing, x) {
				t.Errorf("answer %d has lost %q: %+v", i+1, x, c)
			}
		}
	}
	focal.open(sheet + "/check")
	focal.press(`form[action$="/propose"] button`)
	focal.sees("The assessment is handed to the approver.")
	approver := b.as("approver", find(identity.Approver, "QN", "").Secret)
	approver.open(sheet + "/check")
	approver.press(`form[action$="/submit"] button`)
	approver.sees("The assessment is submitted.", "SHA-256")
	if approver.status(sheet+"/receipt/1/file") != 200 {
		t.Error("the receipt has no file")
	}
	if len(b.said) > 0 {
		t.Errorf("the pages complained:\n%s", strings.Join(b.said, "\n"))
	}
}
