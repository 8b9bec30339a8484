package main

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/internal/httpx"
)

// BenchmarkPublicPages opens each public page that the sitemap names, and the lists with some
// filters, in English and Arabic, on the demonstration with the real laws beside it where their
// folder is there. It prints for each kind of page the time that the server spends, in ms,
// and what goes over the line on a first visit, packed: the page with its styles, scripts and fonts, in KB.
func BenchmarkPublicPages(b *testing.B) {
	a := unfilled(b)
	people, err := a.people(b.Context(), &env{out: io.Discard, err: io.Discard})
	if err != nil {
		b.Fatal(err)
	}
	if dir := os.Getenv("MERIDA_CORPORA"); dir != "" {
		args, _ := json.Marshal(importArgs{Kind: "corpus", Paths: []string{filepath.Join(dir, "laws")}})
		if _, err := importOperation(b.Context(), a, args, func(progress) {}); err != nil {
			b.Fatal(err)
		}
	}
	s := server{httpx.Compress(a.handler("http://merida.test", people, false))}
	kinds := map[string][]string{}
	for _, m := range s.locations(b, "/sitemap.xml") {
		for _, page := range s.locations(b, m) {
			for _, tag := range []string{"/en/", "/ar/"} {
				page := tag + strings.TrimPrefix(page, "/en/")
				kind, _, _ := strings.Cut(page[4:], "/")
				kinds[kind] = append(kinds[kind], page)
			}
		}
	}
	kinds["search?"] = []string{"/en/search?q=corruption", "/en/search?q=public+procurement&country=QM", "/ar/search?q=%D8%A7%D9%84%D8%B1%D8%B4%D9%88%D8%A9", "/en/search?q=bribery+of+foreign+officials"}
	kinds["compare?"] = []string{"/en/compare?provision=9&state=QM,QN,PE,BR", "/ar/compare?provision=15"}
	kinds["coordination?"] = []string{"/en/coordination?columns=form", "/ar/coordination?party=QM"}
	parts := map[string]int{}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		pages := kinds[kind]
		b.Run(strings.TrimRight("of "+kind, " "), func(b *testing.B) {
			largest, which := 0, ""
			for _, page := range pages {
				w := s.get(page)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", page, w.Code)
				}
				if size := w.Body.Len(); size > largest {
					largest, which = size, page
				}
			}
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				began := time.Now()
				s.get(pages[i*37%len(pages)])
				took = append(took, time.Since(began))
			}
			// What the heaviest page brings with it.
			total := largest
			r := httptest.NewRequest("GET", which, nil)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			for _, m := range part.FindAllStringSubmatch(w.Body.String(), -1) {
				if parts[m[1]] == 0 {
					parts[m[1]] = s.get(m[1]).Body.Len()
				}
				total += parts[m[1]]
			}
			slices.Sort(took)
			at := func(p int) float64 { return float64(took[(len(took)-1)*p/100].Microseconds()) / 1000 }
			b.ReportMetric(at(50), "ms/p50")
			b.ReportMetric(at(95), "ms/p95")
			b.ReportMetric(float64(largest)/1024, "KB-page")
			b.ReportMetric(float64(total)/1024, "KB-first")
			b.ReportMetric(float64(len(pages)), "pages")
			b.Logf("%s: heaviest %s", kind, which)
		})
	}
}

// part finds what a page loads.
var part = regexp.MustCompile(`(?:src|href)="(/static/[^"]+\.(?:css|js|woff2|svg))"`)

type server struct{ http.Handler }

// get asks as a browser does that unpacks.
func (s server) get(path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "merida.test"
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// locations are the paths that a sitemap names.
func (s server) locations(b *testing.B, path string) (out []string) {
	b.Helper()
	r := httptest.NewRequest("GET", path, nil)
	r.Host = "merida.test"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var m struct {
		Of []struct {
			Loc string `xml:"loc"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &m); err != nil || len(m.Of) == 0 {
		b.Fatalf("%s: %d, %v", path, w.Code, err)
	}
	for _, l := range m.Of {
		out = append(out, strings.TrimPrefix(l.Loc, "http://merida.test"))
	}
	return out
}
