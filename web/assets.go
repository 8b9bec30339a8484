package web

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

//go:embed static
var staticFiles embed.FS

type asset struct {
	body []byte
	mime string
}

// assets are served under names that hold their hash, so that browsers may keep them for a year.
var assets = sync.OnceValues(func() (byURL map[string]asset, urls map[string]string) {
	byURL, urls = map[string]asset{}, map[string]string{}
	var css []string
	add := func(name string, b []byte) {
		sum := sha256.Sum256(b)
		ext := path.Ext(name)
		u := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		byURL[u], urls[name] = asset{b, mime.TypeByExtension(ext)}, u
		if ext == ".woff2" {
			byURL[u] = asset{b, "font/woff2"}
		}
	}
	fs.WalkDir(staticFiles, "static", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name := strings.TrimPrefix(p, "static/")
		if path.Ext(name) == ".css" {
			css = append(css, p)
			return nil
		}
		b, err := staticFiles.ReadFile(p)
		add(name, b)
		return err
	})
	for _, p := range css { // style sheets last: they name fonts by their hashed addresses
		b, _ := staticFiles.ReadFile(p)
		s := string(b)
		for name, u := range urls {
			s = strings.ReplaceAll(s, "url("+name+")", "url("+u+")")
		}
		add(strings.TrimPrefix(p, "static/"), []byte(s))
	}
	return byURL, urls
})

// assetURL is the address of a file of static/.
func assetURL(name string) string {
	_, urls := assets()
	return urls[name]
}

func serveAsset(w http.ResponseWriter, r *http.Request) {
	byURL, _ := assets()
	a, ok := byURL[r.URL.Path]
	if !ok || r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	if r.Method == http.MethodGet {
		w.Write(a.body)
	}
}

// Our own line icons on a grid of 24.
var icons = map[string]string{
	"menu":     `<path d="M4 6h16M4 12h16M4 18h16"/>`,
	"globe":    `<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18"/>`,
	"person":   `<circle cx="12" cy="8" r="4"/><path d="M4 21a8 8 0 0 1 16 0"/>`,
	"search":   `<circle cx="10" cy="10" r="6"/><path d="m15 15 5 5"/>`,
	"filter":   `<path d="M4 6h16M7 12h10M10 18h4"/>`,
	"download": `<path d="M12 4v11m-5-5 5 5 5-5M5 20h14"/>`,
	"link":     `<path d="M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"/>`,
	"quote":    `<path d="M9 7H5v6h4V7zm0 6c0 3-2 4-4 4M19 7h-4v6h4V7zm0 6c0 3-2 4-4 4"/>`,
	"cloud":    `<path d="M7 18a4 4 0 0 1 0-8 6 6 0 0 1 11-1 4.500 4.500 0 0 1 0 9z"/>`,
	"check":    `<circle cx="12" cy="12" r="9"/><path d="m8 12 3 3 5-6"/>`,
	"half":     `<circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 1 0 18z" fill="currentColor"/>`,
	"empty":    `<circle cx="12" cy="12" r="9"/>`,
	"clock":    `<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`,
	"eye":      `<path d="M3 12s3-6 9-6 9 6 9 6-3 6-9 6-9-6-9-6z"/><circle cx="12" cy="12" r="2.5"/>`,
	"lock":     `<rect x="5" y="11" width="14" height="9" rx="1"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
	"back":     `<path d="M9 7 4 12l5 5M4 12h10a5 5 0 0 1 0 10"/>`,
	"warn":     `<path d="M12 4 3 20h18zM12 10v5m0 2.500v.5"/>`,
	"close":    `<path d="m6 6 12 12M18 6 6 18"/>`,
	"out":      `<path d="M14 4h6v6m0-6-9 9M18 14v6H4V6h6"/>`,
	"next":     `<path d="m9 5 7 7-7 7"/>`,
	"book":     `<path d="M4 5c3-1.500 5-1.500 8 .5 3-2 5-2 8-.5v14c-3-1.500-5-1.500-8 .5-3-2-5-2-8-.5zM12 5.500v14"/>`,
	"mail":     `<rect x="3" y="6" width="18" height="12" rx="1"/><path d="m3 7 9 7 9-7"/>`,
	"print":    `<path d="M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z"/>`,
	"star":     `<path d="M12 4v16M4 12h16"/>`,
}

// icon draws an icon; it is hidden from those who read by ear, since a word stands beside it.
func icon(name string) template.HTML {
	class := "i"
	if name == "next" || name == "back" || name == "out" {
		class = "i flip"
	}
	return template.HTML(`<svg class="` + class + `" viewBox="0 0 24 24" aria-hidden="true">` + icons[name] + `</svg>`)
}
