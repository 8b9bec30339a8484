package web

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// sitemapSize is how many records one part of the map of the site holds. Source: sitemaps.org, protocol 0.9 (50,000 addresses, 50 MB).
const sitemapSize = 5000

type sitemapIndex struct {
	XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Parts   []sitemapEntry `xml:"sitemap"`
}

type sitemapEntry struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

type sitemapPart struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc        string             `xml:"loc"`
	LastMod    string             `xml:"lastmod,omitempty"`
	Alternates []sitemapAlternate `xml:"xhtml:link"`
}

type sitemapAlternate struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// sitemapPath reports whether a path is that of the map of the site, which has no language.
func sitemapPath(path string) bool {
	return path == "/sitemap.xml" || strings.HasPrefix(path, "/sitemap/") && strings.HasSuffix(path, ".xml")
}

// sitemap answers the map of the site: an index, and parts with the addresses of public pages, each with those in the other languages.
func (s *Site) sitemap(v *visit, path string) error {
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		return fault.Of(fault.NotFound)
	}
	ctx := v.r.Context()
	if path == "/sitemap.xml" {
		out := sitemapIndex{Parts: []sitemapEntry{{Loc: s.BaseURL + "/sitemap/pages.xml"}}}
		_, total, err := s.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Limit: 1})
		if err != nil {
			return err
		}
		for n := 1; (n-1)*sitemapSize < total; n++ {
			out.Parts = append(out.Parts, sitemapEntry{Loc: fmt.Sprintf("%s/sitemap/measures-%d.xml", s.BaseURL, n)})
		}
		return v.xml(out)
	}
	out := sitemapPart{XHTML: "http://www.w3.org/1999/xhtml"}
	name := strings.TrimSuffix(strings.TrimPrefix(path, "/sitemap/"), ".xml")
	if name == "pages" {
		for _, p := range []string{"/", "/search", "/new", "/collections", "/measures", "/parties", "/compare", "/coordination", "/needs", "/activities", "/organisations", "/contact-points"} {
			out.URLs = append(out.URLs, s.sitemapURL(p, time.Time{}))
		}
		for _, c := range s.Conventions.Conventions() {
			out.URLs = append(out.URLs, s.sitemapURL("/conventions/"+string(c.ID), time.Time{}))
			for p := range s.Conventions.Walk(c.ID) {
				out.URLs = append(out.URLs, s.sitemapURL("/provisions/"+string(p.ID), time.Time{}))
			}
		}
		for _, p := range s.Parties.All("en") {
			out.URLs = append(out.URLs, s.sitemapURL("/parties/"+string(p.ID), time.Time{}))
		}
		return v.xml(out)
	}
	n, err := strconv.Atoi(strings.TrimPrefix(name, "measures-"))
	if err != nil || !strings.HasPrefix(name, "measures-") || n < 1 || n > 10_000 {
		return fault.Of(fault.NotFound)
	}
	for offset := (n - 1) * sitemapSize; offset < n*sitemapSize; offset += 500 {
		ms, _, err := s.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Limit: 500, Offset: offset})
		if err != nil {
			return err
		}
		for _, m := range ms {
			out.URLs = append(out.URLs, s.sitemapURL("/measures/"+string(m.ID), m.ChangedAt))
		}
		if len(ms) == 0 {
			break
		}
	}
	if len(out.URLs) == 0 {
		return fault.Of(fault.NotFound)
	}
	return v.xml(out)
}

func (s *Site) sitemapURL(path string, changed time.Time) sitemapURL {
	u := sitemapURL{Loc: s.BaseURL + "/en" + path, LastMod: iso(changed)}
	for _, t := range lang.Official {
		u.Alternates = append(u.Alternates, sitemapAlternate{"alternate", string(t), s.BaseURL + "/" + string(t) + path})
	}
	return u
}

func (v *visit) xml(body any) error {
	b, err := xml.Marshal(body)
	if err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	v.w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = v.w.Write(append([]byte(xml.Header), b...))
	return err
}
