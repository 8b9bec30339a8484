package main

import (
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"merida/assistance"
	"merida/clearing"
	"merida/identity"
	"merida/internal/clock"
	"merida/party"
	"merida/web"
)

// A need is sent on as a request in one step, in the browser of its State; the time to object passes on a clock of the
// test, and nobody hurries it; it is circulated, answered in French, and followed up in Arabic a year later.
func TestJourneyOfARequest(t *testing.T) {
	if os.Getenv("MERIDA_ENGINES") == "sqlite" {
		t.Skip("make test-fast leaves the browser out")
	}
	a := unfilled(t)
	people, err := a.people(t.Context(), &env{out: io.Discard, err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	at := clock.System()
	a.now = func() time.Time { mu.Lock(); defer mu.Unlock(); return at }
	a.clearing.Now = a.now
	srv := httptest.NewUnstartedServer(nil)
	srv.Config.Handler = a.handler("http://"+srv.Listener.Addr().String(), people, false)
	srv.Start()
	t.Cleanup(srv.Close)
	ctx := t.Context()
	find := func(r identity.Role, p party.ID) web.DemoPerson {
		for _, x := range people {
			if x.Account.Role == r && x.Account.Party == p {
				return x
			}
		}
		t.Fatalf("nobody is %s of %q", r, p)
		return web.DemoPerson{}
	}
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	b := openBrowser(t, "http://localhost:"+u.Port())
	contactPerson := find(identity.ContactPoint, "QM")
	needs, _, err := a.assistance.Store.FindNeeds(ctx, contactPerson.Account.Actor().Sight(), assistance.NeedFilter{Party: "QM", Status: []assistance.NeedStatus{assistance.Open}})
	if err != nil || len(needs) == 0 {
		t.Fatalf("%d open needs: %v", len(needs), err)
	}

	// One step: the need says everything, and all States and providers are the circle that is offered.
	focal := b.as("focal point", find(identity.FocalPoint, "QM").Secret)
	focal.open("/en/needs/" + string(needs[0].ID))
	focal.press(`#send-need`)
	focal.press(`#send-case`)
	focal.sees("It is sent to the secretariat.", "Received")
	where, _, _ := strings.Cut(focal.here(), "?")
	id := clearing.ID(where[strings.LastIndex(where, "/")+1:])
	stands := func(want clearing.State) clearing.Case {
		t.Helper()
		c, err := a.clearing.Store.Case(ctx, clearing.Reader{All: true}, id)
		if err != nil || c.State != want {
			t.Fatalf("the request is %s, want %s: %v", c.State, want, err)
		}
		return c
	}
	// ends lets the day on which the request is due come to its end, and what the clock asks for be done: a second
	// before the day has ended everywhere nothing happens.
	ends := func(before, after clearing.State) clearing.Case {
		t.Helper()
		due, err := time.Parse(time.DateOnly, string(stands(before).Due))
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range []struct {
			after time.Duration
			want  clearing.State
		}{{36*time.Hour - time.Second, before}, {36 * time.Hour, after}} {
			mu.Lock()
			at = due.Add(x.after)
			mu.Unlock()
			if _, err := a.clearing.Run(ctx, identity.OperatorActor()); err != nil {
				t.Fatal(err)
			}
			stands(x.want)
		}
		return stands(after)
	}

	contact := b.as("contact point", contactPerson.Secret)
	contact.open("/en/tasks")
	contact.sees("Authenticate by")
	contact.open("/en/requests/" + string(id))
	contact.press(`#do-authenticate`)
	officer := b.as("officer", find(identity.Officer, "").Secret)
	officer.open("/en/requests/" + string(id))
	officer.press(`#do-acknowledge`)
	contact.open("/ar/requests/" + string(id))
	contact.sees("يُعمم بعد هذا اليوم ما لم يعترض صاحبه")
	provider := b.as("provider", find(identity.Provider, "").Secret)
	if provider.status("/fr/requests/"+string(id)) != 404 {
		t.Error("a provider reads a request before it is circulated")
	}

	ends(clearing.Acknowledged, clearing.Circulated)
	provider.open("/fr/requests/" + string(id))
	provider.sees("par le calendrier, sans intervention")
	provider.fill(`[name=answer][value=ready]`, "on", `#f-text`, "Deux places en mai.")
	provider.press(`#do-answer`)
	provider.sees("Votre réponse est enregistrée.", "Deux places en mai.")
	contact.open("/ar/requests/" + string(id))
	contact.sees("Deux places en mai.", "يمكنه تقديم المساعدة")

	// A year after the time to answer the State is asked, and says what came of it.
	c := ends(clearing.Circulated, clearing.Answered)
	due, err := time.Parse(time.DateOnly, string(c.Due))
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	at = due.Add(9 * time.Hour)
	mu.Unlock()
	contact.open("/ar/tasks")
	contact.sees("ما الذي تحقق؟")
	contact.open("/ar/requests/" + string(id))
	contact.fill(`[name=result][value=partly]`, "on", `#f-words`, "عُقدت دورة واحدة من اثنتين.")
	contact.press(`#do-report`)
	contact.sees("عُقدت دورة واحدة من اثنتين.", "تحقق جزئيا")
	stands(clearing.Closed)
	approver := b.as("approver", find(identity.Approver, "QM").Secret)
	approver.open("/en/requests/" + string(id))
	approver.press(`#do-publish`)
	public := b.as("the public", "")
	public.open("/en/requests/" + string(id))
	public.sees("In part")
	public.seesNot("Deux places en mai.")
	if len(b.said) > 0 {
		t.Errorf("the pages complained:\n%s", strings.Join(b.said, "\n"))
	}
}
