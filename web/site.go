package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/follow"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/mail"
	"merida/mechanism"
	"merida/questionnaire"
	"merida/treaty"
)

// Site answers people. All fields but Demo are needed.
type Site struct {
	Conventions    *convention.Catalogue
	Parties        *directory.Parties
	Codes          *codelist.Lists
	Locale         *locale.Catalogue
	Identity       *identity.Service
	Library        *library.Service
	Files          files.Store      // originals of texts
	Reader         legaltext.Parser // reads the files that people give; nil means in this process
	Finder         *library.Finder
	Searches       *library.Searches
	Follow         *follow.Service
	Hooks          *follow.Hooks
	Collections    *library.Collections
	Questionnaires *questionnaire.Service
	Assessments    *assessment.Service
	Assistance     *assistance.Service
	Contacts       *directory.Register
	Mechanisms     *mechanism.Service
	Dossiers       mechanism.Sources
	Treaties       *treaty.Service // official texts of conventions
	TreatyFinder   *treaty.Finder
	Clearing       *clearing.Service
	Audit          *identity.Trail
	Now            clock.Func
	Log            *slog.Logger
	BaseURL        string // without a slash at the end
	Mail           mail.Store
	present        presence
	Mailed         bool // letters go out, so that a link to sign in can be asked for
	Demo           []DemoPerson
	staging        staging // files that people look at before they store them
}

// DemoPerson is somebody of the demonstration whom a visitor on the same machine may play.
// A site with demonstration people says on every page that its data are a demonstration.
type DemoPerson struct {
	Account identity.Account
	Secret  string // of a sign-in link that may be used again
}

// crossOrigin refuses posts that another site's page sends. One that names no origin at all passes: every browser
// of today names one, and those of yesterday keep the session's cookie back (SameSite=Lax).
var crossOrigin = http.NewCrossOriginProtection()

// ServeHTTP answers every address that is not the API's.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if strings.HasPrefix(path, "/static/") {
		serveAsset(w, r)
		return
	}
	if path == dcatPath || sitemapPath(path) {
		v := &visit{w: w, r: r, site: s, lang: "en", p: s.Locale.Printer("en"), rest: path}
		answer := func() error { return s.sitemap(v, path) }
		if path == dcatPath {
			answer = func() error { return s.dcat(v) }
		}
		if err := answer(); err != nil {
			v.fail(err)
		}
		return
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	tag := lang.Tag(first)
	if !lang.IsOfficial(tag) {
		s.withoutLanguage(w, r, path)
		return
	}
	v := &visit{w: w, r: r, site: s, lang: tag, p: s.Locale.Printer(tag), rest: "/" + rest}
	if err := s.serve(v); err != nil {
		v.fail(err)
	}
}

// Refuse answers a request with a fault, in the language of its address or else of its reader, before any of it is
// read: the reader came too often, say. Who is signed in is not asked, since that would ask the store.
func (s *Site) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.EscapedPath(), "/"), "/")
	tag := lang.Tag(first)
	if !lang.IsOfficial(tag) {
		tag, rest = locale.Accept(r.Header.Get("Accept-Language")), ""
	}
	w.Header().Set("Cache-Control", "no-store")
	v := &visit{w: w, r: r, site: s, lang: tag, p: s.Locale.Printer(tag), rest: "/" + rest}
	v.fail(err)
}

// withoutLanguage sends readers of an address without language to the same page in theirs.
func (s *Site) withoutLanguage(w http.ResponseWriter, r *http.Request, path string) {
	tag := locale.Accept(r.Header.Get("Accept-Language"))
	v := &visit{w: w, r: r, site: s, lang: tag, p: s.Locale.Printer(tag), rest: path}
	w.Header().Add("Vary", "Accept-Language")
	segments := split(path)
	known := len(segments) == 0
	for _, route := range routes {
		known = known || len(segments) > 0 && strings.HasPrefix(route.pattern+"/", "/"+segments[0]+"/")
	}
	if !known || r.Method != http.MethodGet && r.Method != http.MethodHead {
		v.fail(fault.Of(fault.NotFound))
		return
	}
	to := url.URL{Path: "/" + string(tag) + r.URL.Path, RawQuery: r.URL.RawQuery}
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func split(path string) []string {
	path = strings.Trim(path, "/")
	if path == "" {
		return nil
	}
	return strings.Split(path, "/")
}

func (s *Site) serve(v *visit) error {
	if err := v.who(); err != nil {
		return err
	}
	segments := split(v.rest)
	for i, x := range segments {
		u, err := url.PathUnescape(x)
		if err != nil {
			return fault.Of(fault.NotFound)
		}
		segments[i] = u
	}
	if len(segments) > 0 { // a download is the same address with a suffix
		last := &segments[len(segments)-1]
		for _, suffix := range []string{"csv", "xlsx", "jsonl", "ics", "akn", "xml", "docx", "vcf"} {
			if cut, ok := strings.CutSuffix(*last, "."+suffix); ok && cut != "" {
				*last, v.suffix = cut, suffix
			}
		}
	}
	known := routes
	if v.suffix == "akn" {
		known = aknRoutes
	}
	var allow []string
	for _, route := range known {
		vars, ok := route.match(segments)
		if !ok || v.suffix != "" && !route.download || v.suffix == "xml" && route.pattern != "/activities" || v.suffix == "vcf" && route.pattern != "/contact-points/{id}" {
			continue
		}
		if route.method != v.r.Method && !(route.method == http.MethodGet && v.r.Method == http.MethodHead) {
			allow = append(allow, route.method)
			continue
		}
		v.vars, v.route = vars, route
		if route.method != http.MethodGet {
			if err := v.receive(); err != nil {
				return err
			}
		}
		if route.signedIn && !v.actor.SignedIn() {
			return fault.Of(fault.Unauthenticated)
		}
		return route.handle(v)
	}
	if allow != nil {
		v.w.Header().Set("Allow", strings.Join(allow, ", "))
		return fault.New(fault.Invalid, "fault.method", nil)
	}
	return fault.Of(fault.NotFound)
}

// receive lets in what a page of this site sent: same origin, form or JSON of a form.
func (v *visit) receive() error {
	if err := crossOrigin.Check(v.r); err != nil {
		return fault.Wrap(fault.Denied, "fault.cross_origin", err)
	}
	if BodyLimit(v.r, 0) > 0 {
		return nil // the form that takes a law reads its parts itself, once the rights are known
	}
	parse := v.r.ParseForm
	if strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data") {
		// The body is bounded by the server, so that a form with a file stays in memory.
		parse = func() error { return v.r.ParseMultipartForm(maxForm) }
	}
	if err := parse(); err != nil {
		if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return fault.New(fault.TooLarge, "", fault.Args{"limit": tooLarge.Limit})
		}
		return fault.Wrap(fault.Invalid, "fault.form", err)
	}
	n := 0
	for _, values := range v.r.PostForm {
		n += len(values)
	}
	if n > maxFields {
		return fault.New(fault.TooLarge, "", fault.Args{"limit": maxFields})
	}
	return nil
}

const maxFields = 1000

// maxForm is how much of a form with files is kept in memory, in bytes; more than the server lets in.
const maxForm = 4 << 20
