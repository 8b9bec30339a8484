package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"merida/internal/httpx"
)

// Who comes too often is told so in their language, and a program as a problem; both are told when to come again.
func TestTooOftenIsSaidInTheReadersLanguage(t *testing.T) {
	a := unfilled(t)
	h := httpx.Chain(http.NotFoundHandler(), limits(a.tooOften("http://merida.test"), nil))
	ask := func(path, accept string) *httptest.ResponseRecorder { // until it is refused
		for range 100_000 {
			r := httptest.NewRequest("GET", "http://merida.test"+path, nil)
			r.RemoteAddr = "192.0.2.7:1000"
			r.Header.Set("Accept-Language", accept)
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code == http.StatusTooManyRequests {
				return w
			}
		}
		t.Fatal("nobody is ever refused")
		return nil
	}
	const key = "fault.rate_limited"
	for _, x := range []struct {
		path, accept string
		tag          string
	}{{"/ar/search", "en", "ar"}, {"/", "zh", "zh"}, {"/api/v1/measures", "ru", "ru"}} {
		w := ask(x.path, x.accept)
		if w.Header().Get("Retry-After") == "" || w.Header().Get("Content-Language") != x.tag {
			t.Errorf("%s: %d, %v", x.path, w.Code, w.Header())
		}
	}
	if body := ask("/ar/search", "en").Body.String(); !strings.Contains(body, `dir="rtl"`) || !strings.Contains(body, a.locale.Printer("ar").T(key, nil)) {
		t.Errorf("an Arabic reader reads %s", body)
	}
	var p struct{ Key string }
	if w := ask("/api/v1/measures", "ru"); json.Unmarshal(w.Body.Bytes(), &p) != nil || p.Key != key {
		t.Errorf("a program reads %s", w.Body)
	}
}
