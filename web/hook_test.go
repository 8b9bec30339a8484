package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"merida/identity"
)

// outside is the other end of the webhooks of a test.
type outside struct{ bodies []string }

func (o *outside) Check(url string) error {
	if !strings.HasPrefix(url, "https://hooks.example.org/") {
		return errors.New("not on the list")
	}
	return nil
}

func (o *outside) Post(_ context.Context, _ string, _ map[string]string, body []byte) (int, string, error) {
	o.bodies = append(o.bodies, string(body))
	return http.StatusBadGateway, "", nil
}

// TestWebhooks adds one, sees its secret once, reads in its log why nothing arrives, and removes it.
func TestWebhooks(t *testing.T) {
	s := newTestSite(t)
	provider, admin, other := s.person(identity.Provider, ""), s.person(identity.Administrator, ""), s.person(identity.Officer, "")
	has(t, provider.get("/en/webhooks").Body.String(), "Webhooks are off here")
	if w := provider.post("/en/webhooks", url.Values{"url": {"https://hooks.example.org/in"}}); w.Code != http.StatusServiceUnavailable {
		t.Errorf("added while off: %d", w.Code)
	}
	o := &outside{}
	s.Hooks.Post, s.Hooks.Key = o, []byte("0123456789abcdef0123456789abcdef")
	if w := provider.post("/en/webhooks", url.Values{"url": {"https://127.0.0.1/"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("an address that is not allowed: %d", w.Code)
	}
	if w := provider.post("/en/webhooks", url.Values{"url": {"https://hooks.example.org/in"}, "all": {"1"}}); w.Code != http.StatusForbidden {
		t.Errorf("everything for who is no administrator: %d", w.Code)
	}
	lacks(t, provider.get("/en/webhooks").Body.String(), `name="all"`)
	page := admin.post("/en/webhooks", url.Values{"url": {"https://hooks.example.org/in"}, "all": {"1"}, "once": {"k"}}).Body.String()
	has(t, page, "whsec_", "Every public change")
	m := regexp.MustCompile(`/webhooks/([a-z0-9]+)/switch`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal(mainOf(page))
	}
	path := "/en/webhooks/" + m[1]
	lacks(t, admin.get(path).Body.String(), "whsec_Z", "It is not shown again", `<code dir="ltr">whsec_`)
	for _, p := range []*visitor{provider, other} {
		if w := p.get(path); w.Code != http.StatusNotFound {
			t.Errorf("somebody else reads it: %d", w.Code)
		}
		for _, act := range []string{"/secret", "/switch", "/drop"} {
			if w := p.post(path+act, url.Values{"on": {"0"}}); w.Code != http.StatusNotFound {
				t.Errorf("somebody else does %s: %d", act, w.Code)
			}
		}
	}
	s.shownNeed("Drafting")
	if n, err := s.Hooks.Tell(t.Context(), identity.OperatorActor()); err != nil || n != 0 || len(o.bodies) != 1 || !strings.Contains(o.bodies[0], "Drafting") {
		t.Fatal(n, err, o.bodies)
	}
	has(t, admin.get(path).Body.String(), "answered with an error", "502")
	if w := admin.get(path + ".csv"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), ",502,1,") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := admin.post(path+"/switch", url.Values{"on": {"2"}}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("neither on nor off: %d", w.Code)
	}
	admin.post(path+"/switch", url.Values{"on": {"0"}})
	has(t, admin.get("/ar/webhooks").Body.String(), "hooks.example.org")
	has(t, admin.post(path+"/secret", nil).Body.String(), "whsec_")
	if w := admin.post(path+"/drop", nil); w.Code != http.StatusSeeOther {
		t.Errorf("drop: %d", w.Code)
	}
	if w := admin.get(path); w.Code != http.StatusNotFound {
		t.Errorf("still there: %d", w.Code)
	}
}
