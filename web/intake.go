package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
)

// intakeRoutes take a law from a file that is chosen in the browser: choose, look at what was read, store.
var intakeRoutes = []route{
	{get, "/intake", (*visit).intakePage, true, false},
	{post, "/intake", (*visit).intakeFile, true, false},
	{get, "/intake/{id}", (*visit).intakePreview, true, false},
	{post, "/intake/{id}", (*visit).intakeStore, true, false},
	{get, "/measures/{id}/original", (*visit).measureOriginal, false, false},
	{get, "/measures/{id}/versions/{n}/original", (*visit).measureOriginal, false, false},
}

// uploadExtra is what the other fields of the form with a file may take.
const uploadExtra = 256 << 10

// BodyLimit is how many bytes a request to an address may send: otherwise, but for the one form that takes a file.
func BodyLimit(r *http.Request, otherwise int64) int64 {
	if p := split(r.URL.Path); r.Method == http.MethodPost && len(p) == 2 && p[1] == "intake" && lang.IsOfficial(lang.Tag(p[0])) {
		return int64(legaltext.Limit(legaltext.PDF)) + uploadExtra
	}
	return otherwise
}

type intakePage struct {
	Base
	Form      url.Values
	Held      *staged // the file that was chosen before
	Of        *measureLine
	Editorial bool // the actor records about any State
	Countries []stateOption
	Types     []library.Type
	Statuses  []library.Status
	Langs     []languageOption
	MaxPDF    int // MiB
	MaxDocx   int
	MaxOther  int
}

type stateOption struct {
	ID   party.ID
	Name string
}

// mayIntake tells whether the visitor may add a record at all, and whether about any State.
func (v *visit) mayIntake() (may, editorial bool) {
	if v.actor.Party != "" {
		return v.actor.May(identity.AddMeasure, identity.Scope{Party: v.actor.Party}), false
	}
	return v.actor.May(identity.AddEditorial, identity.Scope{}), true
}

// MayIntake reports whether the reader may add a law from a file.
func (b Base) MayIntake() bool { may, _ := b.v.mayIntake(); return may }

func (v *visit) newIntake(form url.Values) (p intakePage, err error) {
	may, editorial := v.mayIntake()
	if !may {
		return p, fault.Of(fault.Denied)
	}
	mib := func(format string) int { return legaltext.Limit(format) >> 20 }
	p = intakePage{Base: v.base("search", v.p.T("intake.title", nil)), Form: form, Editorial: editorial, Types: library.Types, Statuses: library.Statuses,
		MaxPDF: mib(legaltext.PDF), MaxDocx: mib(legaltext.DOCX), MaxOther: mib(legaltext.Plain)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("measures.title", nil), v.href("/measures")}}
	if editorial {
		for _, x := range v.site.Parties.All(v.lang) {
			p.Countries = append(p.Countries, stateOption{x.ID, x.Name(v.lang)})
		}
	}
	if l, ok := v.site.Codes.List("language"); ok {
		for _, c := range l.Active() {
			p.Langs = append(p.Langs, languageOption{lang.Tag(c.Code), c.Name.Pick(v.lang)})
		}
	}
	if id := form.Get("of"); id != "" {
		m, err := v.site.Library.Store.Measure(v.r.Context(), v.actor.Sight(), library.ID(id))
		if err != nil {
			return p, err
		}
		if !library.MayKeep(v.actor, m) {
			return p, fault.Of(fault.NotFound)
		}
		l := v.measureLine(m)
		p.Of = &l
	}
	if s := v.site.staging.get(form.Get("held"), v.actor.Account, v.site.Now()); s != nil {
		p.Held = s
	}
	return p, nil
}

// intakePage shows the form: empty, for a new version of a record (?of=), or once more with what was given (?held=).
func (v *visit) intakePage() error {
	form := url.Values{"of": {v.query("of")}, "lang": {string(v.lang)}, "type": {string(library.Law)}, "status": {string(library.Unknown)}}
	if s := v.site.staging.get(v.query("held"), v.actor.Account, v.site.Now()); s != nil {
		form = s.form
		form.Set("held", s.Token)
	}
	p, err := v.newIntake(form)
	if err != nil {
		return err
	}
	if p.Of != nil && p.Held == nil {
		m := p.Of.Measure
		for k, x := range map[string]string{"country": string(m.Country), "title": m.Titles.Pick(m.Lang), "lang": string(m.Lang), "type": string(m.Type), "status": string(m.Status), "source_url": m.SourceURL, "licence": m.Licence} {
			form.Set(k, x)
		}
	}
	return v.show("intake", p)
}

// intakeFile reads the file that was sent and leads to what it holds. Nothing is stored.
func (v *visit) intakeFile() error {
	if may, _ := v.mayIntake(); !may { // before a byte of the file is read
		return fault.Of(fault.Denied)
	}
	name, b, err := v.intakeUpload()
	if err != nil {
		return v.intakeBad(err)
	}
	s := &staged{account: v.actor.Account, Name: name, b: b, form: v.r.PostForm}
	if len(b) == 0 {
		held := v.site.staging.get(v.form("held"), v.actor.Account, v.site.Now())
		if held == nil {
			var bad fault.List
			bad.Add("file", "intake.no_file", nil)
			return v.intakeBad(bad.Err())
		}
		s.Name, s.b = held.Name, held.b
	}
	if s.format = formatOf(s.Name); s.format == "" {
		var bad fault.List
		bad.Add("file", "corpus.refused.format", fault.Args{"format": shortExt(s.Name)})
		return v.intakeBad(bad.Err())
	}
	w := v.intakeRecord(s)
	if err := v.site.Library.Check(&w); err != nil {
		return v.intakeBad(err)
	}
	read := v.site.Reader
	if read == nil {
		read = legaltext.InProcess
	}
	if s.sections, s.warnings, err = read(v.r.Context(), s.format, w.Measure.Lang, s.b); err != nil {
		return v.intakeBad(atFile(err))
	}
	sum := sha256.Sum256(s.b)
	s.hash = files.Hash(hex.EncodeToString(sum[:]))
	w = v.intakeRecord(s)
	if _, _, err := v.foresee(s, w); err != nil {
		return v.intakeBad(err)
	}
	if err := v.site.staging.put(s, v.site.Now()); err != nil {
		return err
	}
	return v.see(v.href("/intake/%s", s.Token))
}

// intakeBad shows the form again with what was typed and what is wrong with it.
func (v *visit) intakeBad(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.TooLarge && f.Kind != fault.Conflict || v.wantsJSON() {
		return err
	}
	v.r.PostForm.Del("held")
	p, perr := v.newIntake(v.r.PostForm)
	if perr != nil {
		return perr
	}
	if p.Errors = v.fieldErrors(err); p.Errors == nil {
		p.Errors = v.fieldErrors(atFile(err))
	}
	code := http.StatusUnprocessableEntity
	if f.Kind == fault.TooLarge {
		code = http.StatusRequestEntityTooLarge
	}
	return v.showStatus(code, "intake", p)
}

// atFile puts a fault of the file's own at the field of the file.
func atFile(err error) error {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || len(f.Fields) > 0 || f.Kind != fault.Invalid && f.Kind != fault.TooLarge && f.Kind != fault.Conflict {
		return err
	}
	return &fault.Error{Kind: f.Kind, Key: f.Key, Args: f.Args, Err: f.Err, Fields: []fault.Field{{Name: "file", Key: f.MessageKey(), Args: f.Args}}}
}

// intakeFields are the fields of the form besides the file.
var intakeFields = map[string]bool{"once": true, "of": true, "held": true, "country": true, "title": true, "lang": true, "type": true, "status": true, "date": true, "source_url": true, "licence": true}

// intakeUpload reads the parts of the form: its fields into PostForm, and the file, counted while it is read.
func (v *visit) intakeUpload() (name string, b []byte, err error) {
	defer func() {
		if err != nil {
			io.Copy(io.Discard, v.r.Body) // browsers read no refusal before they have sent all
		}
	}()
	parts, err := v.r.MultipartReader()
	if err != nil {
		return "", nil, fault.Wrap(fault.Invalid, "fault.form", err)
	}
	v.r.PostForm = url.Values{}
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return name, b, nil
		}
		if err != nil {
			return "", nil, tooLong(err, "fault.form")
		}
		if n > 40 {
			return "", nil, fault.New(fault.TooLarge, "", fault.Args{"limit": 40})
		}
		if part.FormName() == "file" {
			name = path.Base(strings.ReplaceAll(part.FileName(), `\`, "/"))
			if !utf8.ValidString(name) || len(name) > 300 {
				name = "file" + path.Ext(strings.ToValidUTF8(name, ""))
			}
			if b, err = v.readPart(part, formatOf(name)); err != nil {
				return "", nil, err
			}
			continue
		}
		if !intakeFields[part.FormName()] {
			return "", nil, fault.New(fault.Invalid, "fault.form", nil)
		}
		x, err := io.ReadAll(io.LimitReader(part, 16<<10))
		if err != nil {
			return "", nil, tooLong(err, "fault.form")
		}
		v.r.PostForm.Add(part.FormName(), strings.ToValidUTF8(string(x), ""))
	}
}

// readPart reads the file up to the limit of its format.
func (v *visit) readPart(part *multipart.Part, format string) ([]byte, error) {
	limit := legaltext.Limit(format)
	var b bytes.Buffer
	if _, err := io.Copy(&b, io.LimitReader(part, int64(limit)+1)); err != nil {
		return nil, tooLong(err, "fault.form")
	}
	if b.Len() > limit {
		return nil, fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": limit >> 20})
	}
	return b.Bytes(), nil
}

// tooLong tells a body that passed its limit from one that is broken.
func tooLong(err error, key string) error {
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": large.Limit >> 20})
	}
	return fault.Wrap(fault.Invalid, key, err)
}

// formats are the endings of file names that are read.
var formats = map[string]string{".md": legaltext.Markdown, ".markdown": legaltext.Markdown, ".txt": legaltext.Plain, ".html": legaltext.HTML, ".htm": legaltext.HTML,
	".xml": legaltext.AkomaNtoso, ".akn": legaltext.AkomaNtoso, ".docx": legaltext.DOCX, ".pdf": legaltext.PDF}

func formatOf(name string) string { return formats[strings.ToLower(path.Ext(name))] }

func shortExt(name string) string {
	e := strings.TrimPrefix(path.Ext(name), ".")
	return string([]rune(e)[:min(len([]rune(e)), 20)])
}

// intakeRecord is the record that the form and the file make.
func (v *visit) intakeRecord(s *staged) library.Whole {
	get := func(k string) string { return strings.TrimSpace(s.form.Get(k)) }
	tag := lang.Tag(get("lang"))
	m := library.Measure{Country: party.ID(get("country")), Type: library.Type(get("type")), Status: library.Status(get("status")), Lang: tag, Titles: lang.T(tag, get("title")),
		Date: get("date"), SourceURL: get("source_url"), Licence: get("licence"), Source: library.FromOrg}
	if get("title") == "" {
		m.Titles = nil
	}
	if v.actor.Party != "" {
		m.Country, m.Source = v.actor.Party, library.FromState
	}
	return library.Whole{Measure: m, Version: library.Version{Format: s.format, FileHash: string(s.hash)}, Sections: s.sections}
}
