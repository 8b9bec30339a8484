package web

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestWhatWasDoneIsSaidOnce follows the confirmation of an act over its redirect.
func TestWhatWasDoneIsSaidOnce(t *testing.T) {
	s := through(t)
	id := strings.TrimPrefix(s.path, "/en/assessments/")
	w := s.focal.post("/en/assessments/"+id+"/assign", url.Values{"provision": {string(s.answers[0].Provision)}, "account": {""}})
	if w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	var told *http.Cookie
	for _, c := range w.Result().Cookies() {
		if c.Name == toldCookie {
			told = c
		}
	}
	if told == nil {
		t.Fatal("nothing is said")
	}
	r := httptest.NewRequest(http.MethodGet, w.Header().Get("Location"), nil)
	r.AddCookie(told)
	shown := s.focal.do(r)
	has(t, shown.Body.String(), "assigned to nobody now")
	gone := false
	for _, c := range shown.Result().Cookies() {
		gone = gone || c.Name == toldCookie && c.MaxAge < 0
	}
	if !gone {
		t.Error("it would be said again")
	}
	for _, forged := range []string{"<b>.1", "published", "nothing.1", "published.x"} {
		r := httptest.NewRequest(http.MethodGet, "/en/tasks", nil)
		r.AddCookie(&http.Cookie{Name: toldCookie, Value: forged})
		lacks(t, s.focal.do(r).Body.String(), "note done")
	}
}
