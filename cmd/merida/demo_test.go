package main

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"merida/assessment"
	"merida/lang"
	"merida/party"
	"merida/web"
)

// filled opens a demonstration in a folder of the test and serves it.
func filled(t *testing.T) (*app, *httptest.Server) {
	t.Helper()
	a, srv, _ := filledWith(t)
	return a, srv
}

// unfilled opens a demonstration in a folder of the test, with nothing in it yet.
func unfilled(t testing.TB) *app {
	t.Helper()
	f, err := openFolder(filepath.Join(t.TempDir(), "demo"))
	if err != nil {
		t.Fatal(err)
	}
	if err := claimForDemo(f); err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), f, appOptions{demo: true, log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.close)
	return a
}

// filledWith also gives the people who may be played.
func filledWith(t *testing.T) (*app, *httptest.Server, []web.DemoPerson) {
	t.Helper()
	a := unfilled(t)
	people, err := a.people(t.Context(), &env{out: io.Discard, err: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(nil)
	srv.Config.Handler = a.handler("http://"+srv.Listener.Addr().String(), people, false)
	srv.Start()
	t.Cleanup(srv.Close)
	return a, srv, people
}

func fetch(t *testing.T, url string, want int) (body string, h http.Header) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if r.StatusCode != want {
		t.Errorf("GET %s: %d, want %d: %.200s", url, r.StatusCode, want, b)
	}
	return string(b), r.Header
}

func first(t *testing.T, base, list, field string) string {
	t.Helper()
	b, _ := fetch(t, base+list, 200)
	var l struct {
		Items []map[string]any `json:"items"`
		Total int              `json:"total"`
	}
	if err := json.Unmarshal([]byte(b), &l); err != nil || len(l.Items) == 0 || l.Total < len(l.Items) {
		t.Fatalf("%s: %v %.200s", list, err, b)
	}
	s, _ := l.Items[0][field].(string)
	if s == "" {
		t.Fatalf("%s: the first item has no %s: %v", list, field, l.Items[0])
	}
	return s
}

// Every GET of the contract answers on the demonstration with something in it.
func TestEveryAddressOfTheAPI(t *testing.T) {
	_, srv := filled(t)
	api := srv.URL + "/api/v1"
	measure := first(t, api, "/measures", "id")
	for _, path := range []string{
		"/search?q=corruption", "/search?q=soborno&country=PE&limit=5", "/search?provision=uncac/art_15", "/measures/" + measure, "/conventions/uncac", "/conventions/untoc", "/provisions/uncac/art_16/para_1",
		"/parties/QM", "/parties/KEN", "/questionnaires/self-assessment-1", "/coordination", "/coordination?party=QM&columns=article", "/coordination?level=regional", "/coordination?region=african&cooperation=south_south", "/who-does-what-where", "/who-does-what-where?party=QM&limit=1", "/codelists/ta-form",
		"/needs/" + first(t, api, "/needs", "id"), "/activities/" + first(t, api, "/activities", "id"), "/requests/" + first(t, api, "/requests", "id"), "/offers/" + first(t, api, "/offers", "id"), "/answers/" + first(t, api, "/answers", "id"), "/assessments/" + first(t, api, "/assessments", "id"),
	} {
		b, h := fetch(t, api+path, 200)
		var v map[string]any
		if err := json.Unmarshal([]byte(b), &v); err != nil || len(v) == 0 || !strings.HasPrefix(h.Get("Content-Type"), "application/json") {
			t.Errorf("%s: %v %q", path, err, h.Get("Content-Type"))
		}
	}
	first(t, api, "/parties", "id")
	first(t, api, "/organisations", "key")
	first(t, api, "/contact-points", "id")
	first(t, api, "/questionnaires", "id")
	b, _ := fetch(t, api+"/search?q=corruption", 200)
	var r struct {
		Total  int `json:"total"`
		Hits   []map[string]any
		Facets map[string][]struct{ Count int }
	}
	if err := json.Unmarshal([]byte(b), &r); err != nil || r.Total == 0 || len(r.Hits) == 0 || len(r.Facets["country"]) == 0 {
		t.Errorf("search: %v %.300s", err, b)
	}
	for path, want := range map[string]int{"/nothing": 404, "/measures/nothing": 404, "/needs?provision=uncac/art_999": 422, "/measures?limit=0": 422, "/search?q=" + strings.Repeat("a", 500): 422, "/coordination?from=soon": 422, "/coordination?level=lunar": 422, "/coordination?provider_type=x": 422, "/who-does-what-where?region=x": 422} {
		b, h := fetch(t, api+path, want)
		var p struct {
			Status int
			Kind   string
		}
		if err := json.Unmarshal([]byte(b), &p); err != nil || p.Status != want || p.Kind == "" || h.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v %q %.200s", path, err, h.Get("Content-Type"), b)
		}
	}
	fetch(t, srv.URL+"/openapi.json", 200)
	fetch(t, srv.URL+"/healthz", 200)
	fetch(t, srv.URL+"/readyz", 200)
}

// Every public page is there in every language, in its direction, with no text left out.
func TestPublicPagesInSixLanguages(t *testing.T) {
	_, srv := filled(t)
	api := srv.URL + "/api/v1"
	pages := []string{"/", "/search?q=corruption", "/search?q=zzzz&type=law", "/measures", "/measures/" + first(t, api, "/measures", "id"), "/conventions/uncac", "/conventions/untoc", "/provisions/uncac/art_9", "/provisions/uncac/art_15/para_1/point_a",
		"/provisions/uncac/chp_II", "/new", "/new?kind=answer&country=QM", "/compare", "/compare?provision=9&state=QM,QN", "/compare?provision=9", "/search?q=Article+16", "/parties", "/parties/QM", "/parties/PE", "/coordination", "/coordination?party=QM", "/coordination?columns=form&show=gaps", "/coordination?view=table&columns=article", "/coordination?view=timeline", "/coordination?view=timeline&party=QM", "/coordination?view=grid", "/coordination?level=regional", "/coordination?level=international&view=table", "/coordination?party=none", "/who-does-what-where", "/needs", "/needs/" + first(t, api, "/needs", "id"), "/requests", "/requests/" + first(t, api, "/requests", "id"), "/offers", "/offers/" + first(t, api, "/offers", "id"), "/activities",
		"/activities/" + first(t, api, "/activities", "id"), "/organisations", "/contact-points", "/answers/" + first(t, api, "/answers", "id"), "/sign-in"}
	for _, tag := range lang.Official {
		for _, page := range pages {
			b, h := fetch(t, srv.URL+"/"+string(tag)+page, 200)
			if !strings.Contains(b, `<html lang="`+string(tag)+`" dir="`+tag.Dir()+`"`) || h.Get("Content-Language") != string(tag) {
				t.Errorf("%s%s: wrong language or direction", tag, page)
			}
			if i := strings.Index(b, ">["); i >= 0 && strings.Contains(b[i:min(len(b), i+60)], ".") {
				t.Errorf("%s%s: a text is missing: %.60s", tag, page, b[i:])
			}
			if strings.Count(b, "<h1") != 1 {
				t.Errorf("%s%s: %d headings of the first level", tag, page, strings.Count(b, "<h1"))
			}
			if strings.Contains(b, "style=") || strings.Contains(b, " onclick") || strings.Contains(b, "ZgotmplZ") {
				t.Errorf("%s%s: the content security policy would refuse a part of it", tag, page)
			}
		}
	}
	fetch(t, srv.URL+"/en/nothing", 404)
	fetch(t, srv.URL+"/en/measures/nothing", 404)
	for _, table := range []string{"/measures", "/parties", "/search?q=corruption", "/needs", "/requests", "/offers", "/activities", "/organisations", "/contact-points", "/coordination", "/coordination?level=regional&provider_type=non_state", "/who-does-what-where", "/provisions/uncac/art_9", "/answers", "/compare?provision=uncac/art_9", "/parties/QM"} {
		path, query, _ := strings.Cut(table, "?")
		for _, door := range []string{"/ar", "/api/v1"} {
			if door == "/ar" && path == "/answers" {
				continue // a list of the API alone
			}
			path := path
			if door != "/ar" && path == "/parties/QM" {
				path += "/overview" // the address without it is the record of the party
			}
			rows := map[string]int{}
			for suffix, media := range map[string]string{"csv": "text/csv", "xlsx": "application/vnd.openxmlformats", "jsonl": "application/jsonl"} {
				b, h := fetch(t, srv.URL+door+path+"."+suffix+"?"+query, 200)
				if !strings.HasPrefix(h.Get("Content-Type"), media) || !strings.Contains(h.Get("Content-Disposition"), "."+suffix) {
					t.Errorf("%s%s.%s: %q, %q", door, table, suffix, h.Get("Content-Type"), h.Get("Content-Disposition"))
				}
				switch suffix {
				case "csv":
					all, err := csv.NewReader(strings.NewReader(b)).ReadAll()
					if err != nil || len(all) < 2 {
						t.Fatalf("%s%s.csv: %d rows, %v", door, table, len(all), err)
					}
					rows[suffix] = len(all) - 1
				case "jsonl":
					rows[suffix] = strings.Count(b, "\n")
				case "xlsx":
					z, err := zip.NewReader(strings.NewReader(b), int64(len(b)))
					if err != nil {
						t.Fatal(err)
					}
					sheet, err := z.Open("xl/worksheets/sheet1.xml")
					if err != nil {
						t.Fatal(err)
					}
					text, err := io.ReadAll(sheet)
					if err != nil {
						t.Fatal(err)
					}
					rows[suffix] = strings.Count(string(text), "</row>") - 1
					if rtl := strings.Contains(string(text), `rightToLeft="1"`); rtl != (door == "/ar") {
						t.Errorf("%s%s.xlsx: from right to left is %t", door, table, rtl)
					}
				}
			}
			if rows["csv"] != rows["jsonl"] || rows["csv"] != rows["xlsx"] {
				t.Errorf("%s%s: the formats hold different rows: %v", door, table, rows)
			}
		}
	}
	fetch(t, srv.URL+"/api/v1/codelists.csv", 404)
	for page, wants := range map[string][]string{
		"/en/parties/QM": {"Answers are public on", "26 days ago", "9(1)(c)", "Nothing is public on articles", "Ministry of Planning (demonstration)"},
		"/en/compare?provision=9&state=QM,QN,QP,AR,BR":      {"1 more State is not shown here", "Public Procurement Act (demonstration)", "20,000 dinars"},
		"/en/search?q=Article+15":                           {"Read as Article 15", "as=words"},
		"/zh/search?q=%E7%AC%AC%E5%8D%81%E4%BA%94%E6%9D%A1": {"as=words"},
	} {
		b, _ := fetch(t, srv.URL+page, 200)
		for _, want := range wants {
			if !strings.Contains(b, want) {
				t.Errorf("%s does not say %q", page, want)
			}
		}
	}
	if b, _ := fetch(t, srv.URL+"/en/search?q=Article+15&as=words", 200); strings.Contains(b, "Read as") {
		t.Error("words are not taken as words")
	}
	fetch(t, srv.URL+"/en/compare?provision=zzz", 422)
	for page, wants := range map[string][]string{
		"/robots.txt":                              {"Sitemap: ", "/sitemap.xml"},
		"/catalog.jsonld":                          {"dcat:Catalog", "/api/v1/measures.jsonl", "/api/v1/answers.xlsx", `"@language":"zh"`},
		"/sitemap.xml":                             {"<sitemapindex", "/sitemap/pages.xml", "/sitemap/measures-1.xml"},
		"/sitemap/pages.xml":                       {`hreflang="ar"`, "/zh/provisions/uncac/art_16", "/en/parties/QM"},
		"/sitemap/measures-1.xml":                  {"<lastmod>", "/en/measures/"},
		"/ar/search/feed?provision=uncac/art_15":   {"<entry>", "<rights>"},
		"/en/search/feed?country=QM&q=procurement": {"Public Procurement Act (demonstration)", "Quamara"},
		"/en/new":                                  {"Training of internal auditors", "Article 9(1)"},
	} {
		b, _ := fetch(t, srv.URL+page, 200)
		for _, want := range wants {
			if !strings.Contains(b, want) {
				t.Errorf("%s does not say %q", page, want)
			}
		}
	}
	fetch(t, srv.URL+"/sitemap/measures-9.xml", 404)
	fetch(t, srv.URL+"/sitemap/nothing.xml", 404)
	fetch(t, srv.URL+"/en/compare?provision=16&state=ZZ", 422)
	fetch(t, srv.URL+"/api/v1/compare?provision=zzz", 422)
	fetch(t, srv.URL+"/en/compare.csv", 404)
	fetch(t, srv.URL+"/en/home.xlsx", 404)
}

func assessmentOf(r assessment.RoundID, p party.ID) assessment.Filter {
	return assessment.Filter{Round: r, Party: p}
}
