package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"merida/identity"
	"merida/party"
	"merida/questionnaire"
	"merida/web"
)

// browser is a real Chromium; each role of a journey has a window with cookies of its own.
type browser struct {
	t    *testing.T
	base string
	root context.Context
	mu   sync.Mutex
	said []string // complaints of the pages' scripts
}

type window struct {
	*browser
	ctx context.Context
	who string
}

func openBrowser(t *testing.T, base string) *browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("the journey needs Chromium: run `make tools`, or use `make test-fast` to leave it out")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-sync", true))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	ctx, cancel2 := chromedp.NewContext(alloc)
	t.Cleanup(cancel2)
	ctx, cancel3 := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(cancel3)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	return &browser{t: t, base: base, root: ctx}
}

// as signs somebody in, in a window of their own; an empty secret is the public.
func (b *browser) as(who, secret string) *window {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.root, chromedp.WithNewBrowserContext())
	b.t.Cleanup(cancel)
	w := &window{b, ctx, who}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		if x, ok := ev.(*runtime.EventExceptionThrown); ok {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.said = append(b.said, fmt.Sprintf("%s: %s", who, x.ExceptionDetails.Text))
		}
	}); err != nil {
		b.t.Fatal(err)
	}
	if secret != "" {
		w.open("/en/sign-in/" + secret)
		w.press(`main form button`)
	}
	return w
}

func (w *window) run(what string, actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.fail(what, err)
	}
}

func (w *window) fail(what string, err error) {
	w.t.Helper()
	here, _ := chromedp.Run(w.ctx, chromedp.Location())
	text, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string](`document.querySelector('main')?.innerText.slice(0, 1500) || ''`))
	w.t.Fatalf("%s: %s: %v\nat %s\n%s", w.who, what, err, here, text)
}

// look evaluates an expression in the page.
func look[T any](w *window, js string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		w.fail(js, err)
	}
	return v
}

func (w *window) open(path string) {
	w.t.Helper()
	w.run("open "+path, chromedp.Navigate(w.base+path), chromedp.WaitReady("main"))
}

// press clicks what leads to another page, and waits for that page.
func (w *window) press(selector string) {
	w.t.Helper()
	if !look[bool](w, `!!document.querySelector(`+quote(selector)+`)`) {
		w.fail("press "+selector, errors.New("there is nothing of that kind"))
	}
	ctx, cancel := context.WithTimeout(w.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Evaluate[chromedp.Void](`document.querySelector(`+quote(selector)+`).click()`)); err != nil {
		w.fail("press "+selector, err)
	}
	w.run("wait", chromedp.WaitReady("main"))
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// fill sets fields as a person does: what is typed or chosen tells the page so.
func (w *window) fill(pairs ...string) {
	w.t.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		js := `(() => { const e = document.querySelector(` + quote(pairs[i]) + `); if (!e) return false;
			if (e.type === 'radio' || e.type === 'checkbox') e.checked = ` + quote(pairs[i+1]) + ` === 'on'; else e.value = ` + quote(pairs[i+1]) + `;
			e.dispatchEvent(new Event('input', { bubbles: true })); e.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`
		if !look[bool](w, js) {
			w.fail("fill "+pairs[i], errors.New("there is no such field"))
		}
	}
}

func (w *window) text() string {
	w.t.Helper()
	return look[string](w, `document.body.innerText + '\n' + [...document.querySelectorAll('textarea, input[type=text], input:not([type]), option:checked')].map(e => e.value).join('\n')`)
}

func (w *window) sees(words ...string) {
	w.t.Helper()
	text := w.text()
	for _, x := range words {
		if !strings.Contains(text, x) {
			w.t.Fatalf("%s does not see %q:\n%.2500s", w.who, x, text)
		}
	}
}

func (w *window) seesNot(words ...string) {
	w.t.Helper()
	text := w.text()
	for _, x := range words {
		if strings.Contains(text, x) {
			w.t.Fatalf("%s sees %q:\n%.2500s", w.who, x, text)
		}
	}
}

// status is what the server answers to this window for an address.
func (w *window) status(path string) int {
	w.t.Helper()
	return look[int](w, `fetch(`+quote(path)+`).then(r => r.status)`)
}

func (w *window) here() string {
	w.t.Helper()
	return strings.TrimPrefix(look[string](w, `location.href`), w.base)
}

// short is an edition of three questions, one of each article.
func short(t *testing.T, a *app, officer, administrator identity.Actor) questionnaire.EditionID {
	t.Helper()
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	c := all[0]
	c.Questionnaire = "journey"
	var sections []questionnaire.Section
	for _, s := range c.Sections {
		s.Questions = s.Questions[:1]
		sections = append(sections, s)
	}
	c.Sections = sections
	id, err := a.questionnaires.Add(t.Context(), officer, c)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.questionnaires.Table(t.Context(), officer, id); err != nil {
		t.Fatal(err)
	}
	if err := a.questionnaires.Approve(t.Context(), administrator, id, "TEST/1", "2026-11-01"); err != nil {
		t.Fatal(err)
	}
	return id
}

// The main job, end to end, as officer, focal point, contributor, approver, provider and anonymous reader.
func TestJourneyOfAnAnswer(t *testing.T) {
	if os.Getenv("MERIDA_ENGINES") == "sqlite" {
		t.Skip("make test-fast leaves the browser out")
	}
	a, srv, people := filledWith(t)
	by := func(r identity.Role, p party.ID) web.DemoPerson {
		for _, x := range people {
			if x.Account.Role == r && x.Account.Party == p {
				return x
			}
		}
		t.Fatalf("nobody is %s of %q", r, p)
		return web.DemoPerson{}
	}
	edition := short(t, a, by(identity.Officer, "").Account.Actor(), by(identity.Administrator, "").Account.Actor())
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, "http://localhost:"+u.Port())

	// The officer opens a round.
	officer := b.as("officer", by(identity.Officer, "").Secret)
	officer.open("/en/rounds/new")
	officer.fill(`[name=edition]`, string(edition), `[name="title-en"]`, "Journey round", `[name=due_submit]`, time.Now().AddDate(0, 4, 0).Format(time.DateOnly), `[name=party][value=QM]`, "on")
	officer.press(`form[action$="/rounds"] button.primary`)
	officer.sees("Journey round", "Quamara")
	round := officer.here()

	// The focal point assigns article 9 to an agency's contributor.
	focal := b.as("focal point", by(identity.FocalPoint, "QM").Secret)
	rounds, err := a.assessments.Store.Rounds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rows, err := a.assessments.Store.Find(t.Context(), assessmentOf(rounds[0].ID, "QM"))
	if err != nil || len(rows) != 1 {
		t.Fatalf("%d assessments, %v", len(rows), err)
	}
	sheet := "/en/assessments/" + string(rows[0].ID)
	contributorAccount := by(identity.Contributor, "QM")
	focal.open(sheet + "/people")
	focal.fill(`select[name=provision]`, "uncac/art_9", `#assign [name=account]`, contributorAccount.Account.ID)
	focal.press(`form[action$="/assign"] button.primary`)
	whole, err := a.assessments.Store.Whole(t.Context(), by(identity.FocalPoint, "QM").Account.Actor().Sight(), rows[0].ID)
	if err != nil || len(whole.Answers) != 3 {
		t.Fatalf("%d answers, %v", len(whole.Answers), err)
	}
	question := func(i int) string { return "/en/questions/" + string(whole.Answers[i].ID) }

	// The contributor sees what was assigned and nothing else, answers, and adds a law on the spot.
	contributor := b.as("contributor", contributorAccount.Secret)
	if contributor.status(question(1)) != 404 || contributor.status(question(0)) != 200 {
		t.Fatal("the contributor sees what was not assigned, or not what was")
	}
	contributor.open(question(0))
	contributor.run("type", chromedp.SendKeys(`[name=practice]`, "Tender notices of 2025 were published."))
	contributor.fill(`[name=implementation][value=in_part]`, "on", `[name=missing]`, "CANARY no review body exists yet.", `[name=wanted_form]`, "legislative-drafting", `[name=wanted_what]`, "A draft law on a review body",
		`[name=given_by]`, "Quarto Development Fund (demonstration)", `[name=given_form]`, "training")
	for began := time.Now(); !look[bool](contributor, `/Stored/.test(document.querySelector('#save')?.textContent || '')`); time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > 10*time.Second {
			contributor.fail("autosave", errors.New("the page does not say that it stored the text"))
		}
	}
	contributor.press(`button[form=qf].primary`)
	contributor.sees("Tender notices of 2025")
	contributor.open(question(0) + "/law")
	contributor.fill(`[name=title]`, "Tender Review Act (demonstration)", `[name=date]`, "2024-05-01", `[name=article_num]`, "Section 4", `[name=article_heading]`, "Publication of tenders", `[name=article_text]`, "Each tender is published in the zorkmid gazette.")
	contributor.press(`form[action$="/law"] button.primary`)
	contributor.open(question(0))
	contributor.sees("Tender Review Act (demonstration)")
	contributor.press(`form[action$="/offer"] button`)

	// Nobody outside the party knows of it yet.
	reader := b.as("reader", "")
	if got := officer.status(question(0)); got != 404 {
		t.Fatalf("the officer reads a draft: %d", got)
	}
	reader.open("/en/search?q=zorkmid")
	reader.seesNot("Tender Review Act")

	// The focal point accepts, answers the rest and proposes; the approver submits.
	focal.open(question(0))
	focal.press(`form[action$="/accept"] button`)
	for i := 1; i < 3; i++ {
		focal.open(question(i))
		focal.fill(`[name=implementation][value=no]`, "on", `[name=missing]`, fmt.Sprintf("SECRET%d nothing is in place.", i))
		focal.press(`button[form=qf].primary`)
		focal.sees("Stored")
	}
	focal.open(sheet + "/check")
	focal.press(`form[action$="/propose"] button`)
	approver := b.as("approver", by(identity.Approver, "QM").Secret)
	submit := func() {
		t.Helper()
		approver.open(sheet + "/check")
		approver.press(`form[action$="/submit"] button`)
	}
	submit()
	approver.open(sheet + "/receipt")

	// The officer returns one answer with a reason; exactly that one is answered again.
	officer.open(question(0))
	officer.sees("Tender notices of 2025")
	officer.fill(`form[action$="/return"] [name=reason]`, "Which gazette is meant?")
	officer.press(`form[action$="/return"] button`)
	officer.open(round)
	focal.open(question(0))
	focal.sees("Which gazette is meant?")
	focal.fill(`[name=practice]`, "Tender notices of 2025 were published in the zorkmid gazette.")
	focal.press(`button[form=qf].primary`)
	focal.open(question(1))
	if look[bool](focal, `!!document.querySelector('#qf')`) {
		t.Fatal("an answer that was not returned is open for writing")
	}
	officer.open(question(0))
	officer.sees("Each tender is published in the zorkmid gazette.") // the law that the submitted answer cites
	officer.seesNot("were published in the zorkmid gazette.")        // written since the submission
	focal.open(sheet + "/check")
	focal.press(`form[action$="/propose"] button`)
	submit()

	// The approver publishes one answer, without the part on practice, and not the others.
	approver.open(sheet + "/publication/" + string(whole.Answers[0].ID))
	approver.fill(`[name=part][value=practice]`, "")
	approver.fill(`[name=part][value=implementation]`, "on", `[name=part][value=citations]`, "on", `[name=part][value=missing]`, "on", `[name=part][value=wanted]`, "on")
	approver.press(`form[action$="/publication/` + string(whole.Answers[0].ID) + `"] button.primary`)

	// The gap becomes a need: drafted by the focal point, published by the approver.
	focal.open(sheet + "/publication/" + string(whole.Answers[0].ID))
	focal.press(`form[action$="/need"] button`)
	approver.open(sheet + "/publication")
	approver.press(`form[action*="/publication/needs/"] button`)

	// The public finds the cited measure by search, by State and by provision, and walks the chain both ways.
	reader.open("/en/search?q=zorkmid")
	reader.sees("Tender Review Act (demonstration)", "Quamara")
	reader.press(`article.res h2 a`)
	reader.sees("Section 4", "Article 9", "Validated by the State")
	measure := reader.here()
	reader.press(`#cited tbody a`)
	reader.sees("Quamara", "CANARY no review body", "A draft law on a review body")
	reader.seesNot("Tender notices of 2025", "SECRET")
	answer := reader.here()
	reader.press(`main a[href*="/sections/"]`)
	reader.sees("zorkmid gazette")
	reader.open("/en/parties/QM")
	reader.sees("Tender Review Act (demonstration)")
	reader.open("/en/provisions/uncac/art_9")
	reader.sees("Tender Review Act (demonstration)")
	for i := 1; i < 3; i++ {
		if got := reader.status("/en/answers/" + string(whole.Answers[i].ID)); got != 404 {
			t.Fatalf("the public reads an answer that was not published: %d", got)
		}
	}
	reader.open("/ar" + strings.TrimPrefix(measure, "/en"))
	reader.run("direction", chromedp.WaitReady(`html[dir=rtl]`))

	// An IATI file comes in, and the provider links one of its activities to the need.
	file := filepath.Join(t.TempDir(), "activities.xml")
	if err := os.WriteFile(file, []byte(journeyIATI), 0o600); err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(importArgs{Kind: "iati", Paths: []string{file}})
	got, err := importOperation(t.Context(), a, raw, func(progress) {})
	if err != nil || got.(importResult).Count["accepted"] != 1 {
		t.Fatalf("import: %+v %v", got, err)
	}
	reader.open("/en/activities?q=Quokka")
	reader.press(`main ul a`)
	activity := reader.here()
	reader.open(answer)
	reader.open(look[string](reader, `[...document.querySelectorAll('#needs ul a')].find(a => a.innerText.includes('A draft law on a review body'))?.getAttribute('href') || '/en/no-such-need'`))
	reader.sees("A draft law on a review body")
	need := reader.here()
	var provider web.DemoPerson
	for _, x := range people {
		if x.Account.Organisation == "XM-DEMO-1" {
			provider = x
		}
	}
	p := b.as("provider", provider.Secret)
	p.open(activity)
	p.fill(`[name=cite]`, "Article 9")
	p.press(`#add-provision`)
	p.fill(`#f-form`, "legislative-drafting")
	p.press(`#add-form`)
	p.open(need + "?q=Quokka")
	p.press(`#do-link`)
	p.sees("Quokka support to a review body")

	// The coordination view of the State shows need and activity side by side.
	reader.open("/en/coordination?party=QM&form=legislative-drafting")
	beside := look[bool](reader, `[...document.querySelectorAll('#records tbody tr')].some(r => r.innerText.includes('A draft law on a review body') && r.innerText.includes('Quokka support'))`)
	if !beside {
		t.Fatalf("need and activity do not stand side by side:\n%s", reader.text())
	}
	if len(b.said) > 0 {
		t.Errorf("the pages complained:\n%s", strings.Join(b.said, "\n"))
	}
}

const journeyIATI = `<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03"><iati-activity xml:lang="en" default-currency="EUR" last-updated-datetime="2026-11-01T00:00:00Z">
<iati-identifier>XM-DEMO-1-QUOKKA</iati-identifier>
<reporting-org ref="XM-DEMO-1" type="60"><narrative>Quarto Development Fund (demonstration)</narrative></reporting-org>
<title><narrative>Quokka support to a review body (demonstration)</narrative></title>
<description type="1"><narrative>Drafting support.</narrative></description>
<participating-org ref="XM-DEMO-1" role="1" type="60"><narrative>Quarto Development Fund (demonstration)</narrative></participating-org>
<activity-status code="2"/><activity-date type="2" iso-date="2026-01-01"/>
<recipient-country code="QM" percentage="100"/><sector vocabulary="1" code="15113" percentage="100"/>
</iati-activity></iati-activities>
`
