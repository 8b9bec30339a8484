package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/httpx"
	"merida/internal/id"
	"merida/lang"
	"merida/locale"
)

// visit is one request: who came, in which language, for what.
type visit struct {
	w      http.ResponseWriter
	r      *http.Request
	site   *Site
	lang   lang.Tag
	p      *locale.Printer
	rest   string // the path after the language, escaped
	suffix string // of a download: "csv", "xlsx" or "jsonl"; "ics" of a calendar
	route  route
	vars   []string // variable parts of the path

	actor   identity.Actor // the zero Actor is the public
	account identity.Account
	session string

	named map[string]string // names that the header asked for, by key

	toldRead bool   // the cookie of what was just done has been read
	just     string // what was just done, as a text
}

const (
	sessionCookie = "__Host-s"
	themeCookie   = "theme"
)

// who finds out who is signed in. A session that is over leaves the public.
func (v *visit) who() error {
	c, err := v.r.Cookie(sessionCookie)
	if err != nil || c.Value == "" {
		return nil
	}
	actor, account, err := v.site.Identity.Who(v.r.Context(), c.Value)
	if fault.Is(err, fault.Unauthenticated) {
		return nil
	}
	if err != nil {
		return err
	}
	v.actor, v.account, v.session = actor, account, c.Value
	v.actor.Request.ID = httpx.RequestID(v.r.Context())
	return nil
}

func setSession(w http.ResponseWriter, secret string) {
	c := &http.Cookie{Name: sessionCookie, Value: secret, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(identity.SessionWhole / time.Second)}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// act is the actor with the key of the form, so that the same form sent twice has one effect.
func (v *visit) act() identity.Actor {
	a := v.actor
	key := v.form("once")
	if key == "" {
		key = v.r.Header.Get("Idempotency-Key")
	}
	if key == "" || len(key) > 64 {
		return a
	}
	names := make([]string, 0, len(v.r.PostForm))
	for k := range v.r.PostForm {
		if k != "once" {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	h := sha256.New()
	io.WriteString(h, v.r.Method+" "+v.rest)
	for _, k := range names {
		for _, x := range v.r.PostForm[k] {
			fmt.Fprintf(h, "\n%d:%s%d:%s", len(k), k, len(x), x)
		}
	}
	a.Request.Key, a.Request.Hash = key, hex.EncodeToString(h.Sum(nil))
	return a
}

func (v *visit) form(name string) string  { return strings.TrimSpace(v.r.PostForm.Get(name)) }
func (v *visit) query(name string) string { return strings.TrimSpace(v.r.URL.Query().Get(name)) }

// values reads a filter that may be repeated or hold commas; never more than 200 values.
func (v *visit) values(name string) (out []string) {
	for _, x := range v.r.URL.Query()[name] {
		for y := range strings.SplitSeq(x, ",") {
			if y = strings.TrimSpace(y); y != "" && len(out) < 200 && !slices.Contains(out, y) {
				out = append(out, y)
			}
		}
	}
	return out
}

// number reads a whole number of the query; otherwise where it is absent or none or out of bounds.
func (v *visit) number(name string, otherwise, min, max int) int {
	n, err := strconv.Atoi(v.query(name))
	if err != nil || n < min || n > max {
		return otherwise
	}
	return n
}

// formNumber reads a whole number of a form. Invalid: it is none.
func (v *visit) formNumber(name string) (int64, error) {
	n, err := strconv.ParseInt(v.form(name), 10, 64)
	if err != nil {
		var bad fault.List
		bad.Add(name, "fault.required", nil)
		return 0, bad.Err()
	}
	return n, nil
}

// href is the address of a page in the language of this one.
func (v *visit) href(format string, a ...any) string {
	return "/" + string(v.lang) + fmt.Sprintf(format, a...)
}

// see sends the browser to another page after a form.
func (v *visit) see(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// provision reads the rest of a path as the id of a provision. NotFound: there is none.
func (v *visit) provision(id string) (*convention.Provision, error) {
	p, ok := v.site.Conventions.Get(convention.ID(id))
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	return p, nil
}

// subject is what a question is about: a provision, or a convention as a whole, which stands here as one without a place in the tree.
func (v *visit) subject(id convention.ID) (*convention.Provision, bool) {
	if p, ok := v.site.Conventions.Get(id); ok {
		return p, true
	}
	c, ok := v.site.Conventions.Convention(id)
	if !ok || c.ID != id {
		return nil, false
	}
	return &convention.Provision{ID: id, Citation: v.p.T("provision.whole", nil), Titles: c.Titles}, true
}

// Base is what every page has.
type Base struct {
	v           *visit
	Title       string // of the page, read back to front: "Article 33 · Kenya"
	Description string
	Nav         string // which entry of the menu is this page's: search, parties, convention, assistance
	Crumbs      []Crumb
	Band        *Band    // of signed-in pages
	Styles      []string // style sheets of the page itself, by the names of their files
	Scripts     []string
	Alternates  []Alternate    // other forms of the page
	Linked      map[string]any // what the page says to search engines, as JSON-LD
	Done        string         // what has just been done, as a text
	Errors      []FieldError
}

// Crumb is a step on the way to this page.
type Crumb struct{ Label, Href string }

// Band is the second line of the header: whose workspace this is.
type Band struct {
	Owner string // State or organisation
	What  string // round
	Links []BandLink
	Save  string // the state of saving, where the page has one
}

// BandLink is an entry of the band.
type BandLink struct {
	Label, Href string
	Current     bool
}

// FieldError is a message at a field.
// Named says at the head of the page what Text says beside the field.
type FieldError struct{ Field, Text, Named string }

// base starts a page.
func (v *visit) base(nav, title string) Base {
	if !v.toldRead {
		v.toldRead, v.just = true, v.told()
	}
	return Base{v: v, Nav: nav, Title: title, Done: v.just}
}

// T gives a text of the catalogue; what follows the key are names and values of placeholders.
func (b Base) T(key string, args ...any) string { return b.v.p.T(key, pairs(args)) }

func pairs(args []any) fault.Args {
	if len(args) == 0 {
		return nil
	}
	out := make(fault.Args, len(args)/2)
	for i := 0; i+1 < len(args); i += 2 {
		out[args[i].(string)] = args[i+1]
	}
	return out
}

// Lang is the language of the page.
func (b Base) Lang() lang.Tag { return b.v.lang }

// Dir is the direction of the page.
func (b Base) Dir() string { return b.v.lang.Dir() }

// P writes numbers and dates.
func (b Base) P() *locale.Printer { return b.v.p }

// Actor is who reads the page.
func (b Base) Actor() identity.Actor { return b.v.actor }

// Demonstration reports whether the data are a demonstration.
func (b Base) Demonstration() bool { return b.v.site.Demo != nil }

// Theme is "light" or "dark" where the reader chose one, else empty.
func (b Base) Theme() string {
	if c, err := b.v.r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// Href is the address of a page of this language.
func (b Base) Href(format string, a ...any) string { return b.v.href(format, a...) }

// Here is the address of this page.
func (b Base) Here() string { return b.v.r.URL.RequestURI() }

// Once is a new key for a form.
func (b Base) Once() string { return id.New(b.v.site.Now()) }

// List joins names as the language does.
func (b Base) List(names []string) string { return b.v.list(names) }

// OrganisationName is what a public record calls an organisation, else its key.
func (b Base) OrganisationName(key string) string { return b.v.oneOrganisation(key) }

// PartyName is what people call a party.
func (b Base) PartyName(p any) string { return b.v.partyName(fmt.Sprint(p)) }

// Error is the message at a field, empty when there is none.
func (b Base) Error(field string) string {
	for _, e := range b.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// LanguageLink is this page in another language.
type LanguageLink struct {
	Lang    lang.Tag
	Name    string
	Href    string
	Current bool
}

// Languages offers the page in each official language.
func (b Base) Languages() []LanguageLink {
	var out []LanguageLink
	for _, t := range lang.Official {
		u := url.URL{Path: "/" + string(t) + b.v.unescaped(), RawQuery: b.v.r.URL.RawQuery}
		if b.v.r.Method != http.MethodGet && b.v.r.Method != http.MethodHead {
			u = url.URL{Path: "/" + string(t) + "/"}
		}
		out = append(out, LanguageLink{t, locale.OwnName(t), u.String(), t == b.v.lang})
	}
	return out
}

func (v *visit) unescaped() string {
	s, err := url.PathUnescape(v.rest)
	if err != nil {
		return "/"
	}
	return s
}

// OwnName is the page's language in itself.
func (b Base) OwnName() string { return locale.OwnName(b.v.lang) }

// Words is a text in the language of the reader with the language and status that it really has.
type Words struct {
	S      string
	Lang   lang.Tag
	Dir    string
	Status lang.Status
	Other  bool // not in the language of the page
}

// words picks a rendering for the reader.
func (v *visit) words(t lang.Text) Words {
	x, got, _ := t.In(v.lang)
	return Words{x.S, got, got.Dir(), x.Status, got != "" && got != v.lang}
}

// Words picks a rendering for the reader.
func (b Base) Words(t lang.Text) Words { return b.v.words(t) }

// LangName is the name of a language.
func (b Base) LangName(t lang.Tag) string { return b.v.langName(t) }

func (v *visit) langName(t lang.Tag) string { return v.site.Codes.Name("language", string(t), v.lang) }

func (v *visit) partyName(code string) string {
	if p, ok := v.site.Parties.Lookup(code); ok {
		return p.Name(v.lang)
	}
	return code
}
