package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/internal/clock"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/questionnaire"
)

// API answers the routes. All fields are needed.
type API struct {
	Conventions    *convention.Catalogue
	Parties        *directory.Parties
	Codes          *codelist.Lists
	Library        library.Store
	Finder         *library.Finder
	Questionnaires questionnaire.Store
	Assessments    assessment.Store
	Contacts       directory.ContactStore
	Assistance     assistance.Store
	Board          *assistance.Board
	Clearing       clearing.Store
	Locale         *locale.Catalogue
	Now            clock.Func
	BaseURL        string // without a slash at the end
	Log            *slog.Logger
}

// Route is one address of the API.
type Route struct {
	Pattern string // as in OpenAPI, without the prefix: "/measures/{id}"
	about   string
	answer  any // the wire type of the answer, or of an item where it is a list
	list    bool
	handle  func(*request) (any, error)
}

// request is one call with what every handler needs.
type request struct {
	*http.Request
	api  *API
	path []string // the variable parts of the path
}

// routes lists every address; the first segment decides, the rest is variable.
func (a *API) routes() []Route {
	return []Route{
		{"/conventions", "the conventions", Convention{}, true, (*request).conventions},
		{"/conventions/{id}", "a convention with its whole tree", Convention{}, false, (*request).convention},
		{"/provisions/{id}", "a provision, its relations, the measures mapped to it and the answers published on it", Provision{}, false, (*request).provision}, // the id is a path of several segments
		{"/parties", "States and organizations, in the alphabetical order of the reader's language", Party{}, true, (*request).parties},
		{"/parties/{iso}", "a State or organization, by any of its ISO 3166-1 codes", Party{}, false, (*request).party},
		{"/parties/{iso}/overview", "what is public about a State, article by article: answers, measures, needs and assistance", Overview{}, false, (*request).overview},
		{"/compare", "one provision over some States, with the sections that each cites; without a state, all that have something", Comparison{}, false, (*request).compare},
		{"/measures", "records of the repository", Measure{}, true, (*request).measures},
		{"/measures/{id}.akn", "the newest text of a measure as Akoma Ntoso 3.0", File{}, false, (*request).measureAKN},
		{"/measures/{id}", "a measure with its newest text, or with the one in force on the day as-of; the id may be its source id", Measure{}, false, (*request).measure},
		{"/measures/{id}/sections/{eid}", "a section of the newest text, or of the one in force on the day as-of", Section{}, false, (*request).section},
		{"/measures/{id}/versions", "the versions of a text", Version{}, true, (*request).versions},
		{"/measures/{id}/versions/{n}.akn", "a version of a text as Akoma Ntoso 3.0", File{}, false, (*request).versionAKN},
		{"/measures/{id}/versions/{n}", "a measure as its text stood in a version", Measure{}, false, (*request).version},
		{"/measures/{id}/versions/{n}/sections/{eid}", "a section as it stood: the address of a pinned citation", Section{}, false, (*request).versionSection},
		{"/measures/{id}/translations", "the translations of a text, each of one version", Translation{}, true, (*request).translations},
		{"/measures/{id}/versions/{n}/translations/{lang}", "a translation of a version, section by section", Translation{}, false, (*request).translation},
		{"/questionnaires", "editions that were put before the Conference", Questionnaire{}, true, (*request).questionnaires},
		{"/questionnaires/{id}", "an edition with every question in all its languages", Questionnaire{}, false, (*request).questionnaire},
		{"/assessments", "assessments of which something is public", Assessment{}, true, (*request).assessments},
		{"/assessments/{id}", "what a party published in a round", Assessment{}, false, (*request).assessment},
		{"/answers", "published answers", Answer{}, true, (*request).answers},
		{"/answers/{id}", "a published answer, or the note of its withdrawal", Answer{}, false, (*request).answer},
		{"/search", "measures by words and facets", SearchResult{}, false, (*request).search},
		{"/needs", "needs that States published", Need{}, true, (*request).needs},
		{"/needs/{id}", "a need, with the activities that serve it", Need{}, false, (*request).need},
		{"/activities", "assistance planned, given or received, as records tell it", Activity{}, true, (*request).activities},
		{"/activities/{id}", "an activity with everything its record says, and the statements of both sides", Activity{}, false, (*request).activity},
		{"/requests", "requests for assistance that States published", Request{}, true, cases(clearing.Request)},
		{"/requests/{id}", "a request for assistance", Request{}, false, oneCase(clearing.Request)},
		{"/offers", "offers of assistance that were published", Request{}, true, cases(clearing.Offer)},
		{"/offers/{id}", "an offer of assistance", Request{}, false, oneCase(clearing.Offer)},
		{"/organisations", "who reports, funds or carries out activities", Organisation{}, true, (*request).organisations},
		{"/coordination", "needs set beside assistance, by State and theme, provision or form", Coordination{}, false, (*request).coordination},
		{"/who-does-what-where", "activities by State, provision and form of assistance, one line each", Deed{}, true, (*request).deeds},
		{"/contact-points", "offices that answer for a State or a provider", ContactPoint{}, true, (*request).contactPoints},
		{"/codelists", "the code lists", CodeList{}, true, (*request).codelists},
		{"/codelists/{id}", "a code list", CodeList{}, false, (*request).codelist},
	}
}

// Prefix is where the API stands.
const Prefix = "/api/v1"

// ServeHTTP answers a call under Prefix, and /openapi.json.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Origin", "*") // published data only, never with credentials
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if r.URL.Path == "/openapi.json" {
		h.Set("Content-Type", "application/json")
		h.Set("Cache-Control", "public, max-age=300")
		w.Write(a.OpenAPI())
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		a.problem(w, r, http.StatusMethodNotAllowed, fault.New(fault.Invalid, "fault.method", nil))
		return
	}
	if r.URL.Path == Prefix+"/activities.xml" {
		a.activitiesXML(w, r)
		return
	}
	out, err := a.dispatch(w, r)
	if errors.Is(err, errSent) {
		return
	}
	if err != nil {
		a.problem(w, r, 0, err)
		return
	}
	h.Set("Cache-Control", "public, max-age=60")
	if f, ok := out.(File); ok {
		h.Set("Content-Type", f.media)
		w.Write(f.body)
		return
	}
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Add("Vary", "Accept-Language")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(out); err != nil {
		a.Log.Debug("answer not sent", "error", err)
	}
}

func (a *API) dispatch(w http.ResponseWriter, r *http.Request) (any, error) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), Prefix+"/")
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	segments := strings.Split(strings.TrimSuffix(rest, "/"), "/")
	for i, s := range segments {
		u, err := url.PathUnescape(s)
		if err != nil {
			return nil, fault.Of(fault.NotFound)
		}
		segments[i] = u
	}
	if segments[0] == "provisions" && len(segments) > 1 {
		segments = []string{"provisions", strings.Join(segments[1:], "/")}
	}
	if f := cutFormat(segments); f != "" {
		for pattern, make := range tables {
			if vars, ok := match(pattern, segments); ok {
				return nil, (&request{r, a, vars}).send(w, f, make)
			}
		}
		return nil, fault.Of(fault.NotFound)
	}
	for _, route := range a.routes() {
		if vars, ok := match(route.Pattern, segments); ok {
			return route.handle(&request{r, a, vars})
		}
	}
	return nil, fault.Of(fault.NotFound)
}

func match(pattern string, segments []string) (vars []string, ok bool) {
	parts := strings.Split(pattern[1:], "/")
	if len(parts) != len(segments) {
		return nil, false
	}
	for i, p := range parts {
		if name, suffix, ok := strings.Cut(p, "}"); ok && strings.HasPrefix(name, "{") {
			v, ok := strings.CutSuffix(segments[i], suffix)
			if !ok || v == "" {
				return nil, false
			}
			vars = append(vars, v)
		} else if p != segments[i] {
			return nil, false
		}
	}
	return vars, true
}

// Problem is an error as RFC 9457 has it, with the members that this API adds.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail,omitempty"`
	Kind   string         `json:"kind"`
	Key    string         `json:"key"`
	Fields []ProblemField `json:"fields,omitempty"`
	ID     string         `json:"request_id,omitempty"`
}

// ProblemField is one place of the request that breaks a rule.
type ProblemField struct {
	Name   string `json:"name"`
	Key    string `json:"key"`
	Detail string `json:"detail"`
}

// Status is the HTTP status of a kind of fault: the one table for all doors.
func Status(k fault.Kind) int {
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

// Refuse answers a request with a fault before any of it is read: the caller came too often, say.
func (a *API) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "Retry-After")
	a.problem(w, r, 0, err)
}

func (a *API) problem(w http.ResponseWriter, r *http.Request, status int, err error) {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		a.Log.ErrorContext(r.Context(), "api", "path", r.URL.Path, "error", err)
		f = fault.Of(fault.Internal)
	}
	if status == 0 {
		status = Status(f.Kind)
	}
	tag := a.tag(r)
	p := a.Locale.Printer(tag)
	out := Problem{Type: "about:blank", Title: p.T(fault.Of(f.Kind).MessageKey(), nil), Status: status, Kind: f.Kind.String(), Key: f.MessageKey(), ID: w.Header().Get("X-Request-Id")}
	if f.Key != "" {
		out.Detail = p.T(f.Key, f.Args)
	}
	for _, x := range f.Fields {
		out.Fields = append(out.Fields, ProblemField{x.Name, x.Key, p.T(x.Key, x.Args)})
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", string(tag))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(out)
}

// tag is the reader's language by Accept-Language, English where none of the six is wished.
func (a *API) tag(r *http.Request) lang.Tag { return locale.Accept(r.Header.Get("Accept-Language")) }

// List is one page of a list.
type List struct {
	Items any     `json:"items"`
	Total int     `json:"total"`
	Next  *string `json:"next"`
}

// page reads limit and offset. Invalid: not numbers, or out of bounds.
func (r *request) page() (limit, offset int, err error) {
	var bad fault.List
	number := func(name string, otherwise, min, max int) int {
		s := r.URL.Query().Get(name)
		if s == "" {
			return otherwise
		}
		n, err := strconv.Atoi(s)
		if err != nil || n < min || n > max {
			bad.Add(name, "fault.out_of_bounds", fault.Args{"min": min, "max": max})
		}
		return n
	}
	limit = number("limit", 100, 1, 500)
	offset = number("offset", 0, 0, 10_000_000)
	return limit, offset, bad.Err()
}

// list cuts one page out of all items; those that the store pages pass their own total.
func list[T any](r *request, items []T, total, limit, offset int) List {
	if items == nil {
		items = []T{}
	}
	out := List{Items: items, Total: total}
	if offset+len(items) < total && len(items) > 0 {
		q := r.URL.Query()
		q.Set("limit", strconv.Itoa(limit))
		q.Set("offset", strconv.Itoa(offset+len(items)))
		next := fmt.Sprintf("%s%s?%s", r.api.BaseURL, r.URL.EscapedPath(), q.Encode())
		out.Next = &next
	}
	return out
}

func cut[T any](r *request, all []T) (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	from := min(offset, len(all))
	return list(r, all[from:min(from+limit, len(all))], len(all), limit, offset), nil
}

// values reads a filter that may be repeated or hold commas.
func (r *request) values(name string) (out []string) {
	for _, v := range r.URL.Query()[name] {
		for x := range strings.SplitSeq(v, ",") {
			if x = strings.TrimSpace(x); x != "" {
				out = append(out, x)
			}
		}
	}
	return out
}
