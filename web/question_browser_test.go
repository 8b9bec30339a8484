package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"merida/assessment"
	"merida/identity"
	"merida/internal/httpx"
)

// TestAutosaveInABrowser types into the page as people do: what is typed is stored
// without a button, outlives a server that does not answer, and two texts are never one.
func TestAutosaveInABrowser(t *testing.T) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" || testing.Short() {
		t.Skip("no Chromium on this machine, or a short run")
	}
	s := newTestSite(t)
	focal := s.person(identity.FocalPoint, "QM")
	r := s.openRound("QM")
	id := r.Answers["QM"]["9.1"]
	var down atomic.Bool
	served := httpx.Headers(false)(s.Site)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() && r.Method == http.MethodPost {
			http.Error(w, "away", http.StatusBadGateway)
			return
		}
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: focal.session}) // the browser takes this cookie over TLS only
		served.ServeHTTP(w, r)
	}))
	defer server.Close()

	alloc, stop := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)...)
	defer stop()
	browser, done := chromedp.NewContext(alloc)
	defer done()
	browser, cancel := context.WithTimeout(browser, 90*time.Second)
	defer cancel()
	at := server.URL + "/en/questions/" + string(id)
	run := func(as ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(browser, as...); err != nil {
			t.Fatal(err)
		}
	}
	text := func(a chromedp.Action[string]) string {
		t.Helper()
		got, err := chromedp.Run(browser, a)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	says := func(words string) {
		t.Helper()
		var got string
		for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			got = text(chromedp.TextContent("#save"))
			if strings.Contains(got, words) {
				return
			}
		}
		t.Fatalf("the place of saving says %q, not %q", got, words)
	}
	newest := func() (v assessment.Version) {
		t.Helper()
		if vs := r.versions(t, s, focal, "9.1"); len(vs) > 0 {
			v = vs[0]
		}
		return v
	}
	// stored waits until the server holds what is expected.
	stored := func(what string, holds func(assessment.Content) bool) {
		t.Helper()
		for end := time.Now().Add(15 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if holds(newest().Content) {
				says("Stored")
				return
			}
		}
		t.Fatalf("%s: stored is %+v, the page says %q", what, newest(), text(chromedp.TextContent("#save")))
	}
	run(chromedp.Navigate(at), chromedp.SendKeys("#f-practice", "Typed and not sent by a button."))
	stored("the first words", func(c assessment.Content) bool { return c.Practice == "Typed and not sent by a button." })
	run(chromedp.SendKeys("#f-practice", " More."))
	stored("more words", func(c assessment.Content) bool { return strings.HasSuffix(c.Practice, "button. More.") })

	// The server is away; the browser is closed and opened; the text is there and goes out.
	down.Store(true)
	run(chromedp.SendKeys("#f-missing", "Kept here."))
	says("Kept on this device")
	run(chromedp.Navigate("about:blank"), chromedp.Navigate(at))
	notice, missing := text(chromedp.TextContent("#restored")), text(chromedp.Value("#f-missing"))
	if missing != "Kept here." || !strings.Contains(notice, "put back") {
		t.Fatalf("after reopening: %q, notice %q", missing, notice)
	}
	down.Store(false)
	run(chromedp.SendKeys("#f-missing", " Sent."))
	stored("after the server came back", func(c assessment.Content) bool {
		return c.Missing == "Kept here. Sent." && strings.HasSuffix(c.Practice, "More.")
	})

	// Somebody else changes another part: both are kept, and the page shows them.
	c := newest().Content
	c.Implementation = assessment.Yes
	if _, err := s.Assessments.Save(t.Context(), focal.account.Actor(), id, newest().N, c); err != nil {
		t.Fatal(err)
	}
	run(chromedp.SendKeys("#f-practice", " Joined."), chromedp.WaitVisible(`input[name=implementation][value=yes]:checked`))
	stored("two parts of two hands", func(c assessment.Content) bool {
		// A page that is shown anew has its caret at the start.
		return c.Implementation == assessment.Yes && strings.HasPrefix(c.Practice, "Joined.")
	})

	// Somebody else changes the same part: the page leads to both texts.
	c = newest().Content
	c.Practice = "By another hand."
	if _, err := s.Assessments.Save(t.Context(), focal.account.Actor(), id, newest().N, c); err != nil {
		t.Fatal(err)
	}
	run(chromedp.WaitReady("#qf"), chromedp.SendKeys("#f-practice", " Mine."))
	says("Somebody else")
	run(chromedp.Click("#save a"), chromedp.WaitVisible(".texts"))
	body := text(chromedp.TextContent("main"))
	if !strings.Contains(body, "By another hand.") || !strings.Contains(body, "Mine.Joined.") {
		t.Fatalf("both texts: %.600s", body)
	}

	// The session ends: the text stays and the page says what to do.
	run(chromedp.Navigate(at), chromedp.WaitReady("#qf"))
	if err := s.Identity.SignOut(t.Context(), focal.account.Actor(), focal.session); err != nil {
		t.Fatal(err)
	}
	run(chromedp.SendKeys("#f-missing", " After the end."))
	says("Your session has ended")
}
