package main

import (
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var (
	hrefs = regexp.MustCompile(`href="(/en/[^"]*)"`)
	ident = regexp.MustCompile(`[0-9a-z]{26}|/[A-Z]{2}\b|art_[0-9]+.*|chp_.*|\?.*`)
)

// How many pages of one kind the public opens, and each of those who are signed in: they see the same pages, and some more.
const (
	perShape         = 12
	perShapeSignedIn = 4
)

// Whoever follows the links of the demonstration, signed in or not, meets a page at each.
func TestEveryLinkLeadsToAPage(t *testing.T) {
	_, srv, people := filledWith(t)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	get := func(path, cookie string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
	walk := func(who, cookie string) {
		most := perShape
		if cookie != "" {
			most = perShapeSignedIn
		}
		todo := []string{"/en/", "/en/coordination", "/en/coordination?party=QM&columns=form", "/en/parties/QM", "/en/parties/QN", "/en/parties/FR", "/en/activities", "/en/needs"}
		if cookie != "" {
			todo = append(todo, "/en/tasks")
		}
		from := map[string]string{} // the page that led there first
		seen, shapes, opened := map[string]bool{}, map[string]int{}, 0
		for len(todo) > 0 {
			path := todo[0]
			todo = todo[1:]
			shape := ident.ReplaceAllString(path, "*")
			if seen[path] || shapes[shape] >= most {
				continue
			}
			seen[path] = true
			shapes[shape]++
			opened++
			status, body := get(path, cookie)
			if status != http.StatusOK {
				t.Errorf("%s: GET %s, to which %s leads: %d", who, path, from[path], status)
				continue
			}
			if !strings.Contains(body, "<main") {
				continue // a file
			}
			for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
				link := html.UnescapeString(m[1])
				if u, err := url.Parse(link); err != nil {
					t.Errorf("%s: %s leads to %q: %v", who, path, link, err)
				} else if u.Fragment = ""; !strings.Contains(link, "%3d") && !strings.Contains(link, "%26") {
					if to := u.String(); from[to] == "" {
						from[to] = path
					}
					todo = append(todo, u.String())
				} else {
					t.Errorf("%s: %s leads to %q, escaped twice", who, path, link)
				}
			}
		}
		if opened < 60 {
			t.Errorf("%s found only %d pages", who, opened)
		}
	}
	walk("the public", "")
	for _, p := range people {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/en/sign-in/"+p.Secret, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", srv.URL)
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		// Written by hand: the cookie is for TLS and localhost, and a jar would keep it from this address.
		var pairs []string
		for _, c := range res.Cookies() {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
		if len(pairs) == 0 {
			t.Fatalf("%s was not signed in: %d", p.Account.Role, res.StatusCode)
		}
		walk(string(p.Account.Role)+" of "+string(p.Account.Party), strings.Join(pairs, "; "))
	}
}
