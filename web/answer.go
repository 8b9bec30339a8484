package web

import (
	"bytes"
	"cmp"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"merida/fault"
	"merida/internal/httpx"
)

//go:embed templates
var templateFiles embed.FS

// templates holds a set per page: the layout, the parts and the page itself. They are found by walking.
var templates = sync.OnceValues(func() (map[string]*template.Template, error) {
	var shared, pages []string
	err := fs.WalkDir(templateFiles, "templates", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasPrefix(path, "templates/part/") || path == "templates/layout.html" {
			shared = append(shared, path)
		} else {
			pages = append(pages, path)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	base, err := template.New("layout.html").Funcs(template.FuncMap{"icon": icon, "asset": assetURL, "dict": dict, "add": func(a, b int) int { return a + b },
		"paragraphs": paragraphs, "join": strings.Join}).ParseFS(templateFiles, shared...)
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, p := range pages {
		t, err := template.Must(base.Clone()).ParseFS(templateFiles, p)
		if err != nil {
			return nil, err
		}
		out[strings.TrimSuffix(strings.TrimPrefix(p, "templates/"), ".html")] = t
	}
	return out, nil
})

// dict hands several values to a part of a template.
func dict(args ...any) (map[string]any, error) {
	if len(args)%2 != 0 {
		return nil, errors.New("dict needs names and values")
	}
	out := make(map[string]any, len(args)/2)
	for i := 0; i < len(args); i += 2 {
		out[fmt.Sprint(args[i])] = args[i+1]
	}
	return out, nil
}

// paragraphs parts a text at its blank lines.
func paragraphs(s string) (out []string) {
	for p := range strings.SplitSeq(s, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// show sends a page with status 200.
func (v *visit) show(name string, page any) error { return v.showStatus(http.StatusOK, name, page) }

// showDocument sends a page that is made for paper: without the menus of the site.
func (v *visit) showDocument(name string, page any) error {
	return v.render(http.StatusOK, name, "document", page)
}

// showStatus renders a page to a buffer and sends it: a template that fails sends nothing of itself.
func (v *visit) showStatus(status int, name string, page any) error {
	return v.render(status, name, "layout.html", page)
}

func (v *visit) render(status int, name, frame string, page any) error {
	all, err := templates()
	if err != nil {
		return err
	}
	t, ok := all[name]
	if !ok {
		return fmt.Errorf("web: there is no template %s", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, frame, page); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	note(name)
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.lang))
	v.w.WriteHeader(status)
	v.w.Write(b.Bytes())
	return nil
}

// status is the HTTP status of a kind of fault on a page.
func status(k fault.Kind) int {
	switch k {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Unauthenticated:
		return http.StatusUnauthorized
	case fault.Denied:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Precondition:
		return http.StatusPreconditionRequired
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.RateLimited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	case fault.StorageFull:
		return http.StatusInsufficientStorage
	}
	return http.StatusInternalServerError
}

// message says a fault in the reader's language.
func (v *visit) message(f *fault.Error) string { return v.p.T(f.MessageKey(), f.Args) }

// fieldErrors are the messages of a fault at its fields.
func (v *visit) fieldErrors(err error) (out []FieldError) {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, x := range f.Fields {
			out = append(out, FieldError{x.Name, v.p.T(x.Key, x.Args), v.p.Field(x)})
		}
	}
	return out
}

// errorPage tells what went wrong, what was kept and what to do.
type errorPage struct {
	Base
	Status    int
	Kind      string
	Message   string
	Reference string  // of the request, to be told to the operator
	Back      string  // where the form came from
	Typed     []typed // what was sent, so that it can be copied or sent again
	Action    string  // address to which Typed goes again
	SignIn    bool
}

type typed struct {
	Name, Label, Value string
	Long               bool
}

// fail answers an error. It is the one place where errors become pages.
func (v *visit) fail(err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		if errors.Is(v.r.Context().Err(), v.r.Context().Err()) && v.r.Context().Err() != nil {
			return // the reader has gone
		}
		v.site.Log.ErrorContext(v.r.Context(), "page", "request", httpx.RequestID(v.r.Context()), "route", v.route.pattern, "error", err)
		f = fault.Of(fault.Internal)
	} else if f.Err != nil {
		v.site.Log.WarnContext(v.r.Context(), "fault", "request", httpx.RequestID(v.r.Context()), "route", v.route.pattern, "kind", f.Kind.String(), "error", f.Err)
	}
	code := status(f.Kind)
	if f.Key == "fault.method" {
		code = http.StatusMethodNotAllowed
	}
	p := errorPage{Base: v.base("", v.p.T("error."+f.Kind.String()+".title", nil)), Status: code, Kind: f.Kind.String(), Message: v.message(f), Reference: httpx.RequestID(v.r.Context())}
	p.Errors = v.fieldErrors(err)
	if ref, err := url.Parse(v.r.Referer()); err == nil && ref.Path != "" && strings.HasPrefix(ref.Path, "/") {
		p.Back = (&url.URL{Path: ref.Path, RawQuery: ref.RawQuery}).String()
	}
	p.SignIn = f.Kind == fault.Unauthenticated
	if v.r.Method == http.MethodPost && f.Kind != fault.NotFound && v.r.PostForm != nil {
		p.Action = v.r.URL.RequestURI()
		p.Typed = v.typedFields(v.r.PostForm)
	}
	if v.wantsJSON() {
		v.problem(code, p)
		return
	}
	if err := v.showStatus(code, "error", p); err != nil {
		v.site.Log.Error("error page", "error", err)
		http.Error(v.w, fmt.Sprintf("%d %s", code, p.Reference), code)
	}
}

func (v *visit) typedFields(form url.Values) (out []typed) {
	names := make([]string, 0, len(form))
	for k := range form {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		for _, x := range form[k] {
			out = append(out, typed{k, cmp.Or(v.p.Label(k), k), x, len([]rune(x)) > 40 || strings.Contains(x, "\n")})
		}
	}
	return out
}
