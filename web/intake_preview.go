package web

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/library"
)

type intakePreview struct {
	Base
	S        *staged
	W        library.Whole
	State    string
	Size     string
	Outcome  library.Outcome
	Of       *measureLine  // the record that would get a new version
	Next     int           // its number
	Others   []measureLine // records that this could be a version of
	Articles []string      // as recognised, the first of them
	More     int           // further ones
	Count    int
	Remarks  []string
	Changes  []sectionDiff
	Total    int // changes in all
	Unsure   bool
	Own      bool // seen by the party alone
}

const (
	articlesShown = 60
	changesShown  = 20
)

// held is the file under the token of the address.
func (v *visit) held() (*staged, error) {
	if may, _ := v.mayIntake(); !may {
		return nil, fault.Of(fault.Denied)
	}
	s := v.site.staging.get(v.vars[0], v.actor.Account, v.site.Now())
	if s == nil {
		return nil, fault.New(fault.NotFound, "intake.gone", nil)
	}
	return s, nil
}

// known is the record that the form names, the zero Measure when it names none.
func (v *visit) known(s *staged) (library.Measure, error) {
	of := s.form.Get("of")
	if of == "" {
		return library.Measure{}, nil
	}
	m, err := v.site.Library.Store.Measure(v.r.Context(), v.actor.Sight(), library.ID(of))
	if err == nil && !library.MayKeep(v.actor, m) {
		err = fault.Of(fault.NotFound)
	}
	return m, err
}

// foresee says what storing would do.
func (v *visit) foresee(s *staged, w library.Whole) (library.Outcome, []library.SectionChange, error) {
	m, err := v.known(s)
	if err != nil {
		return "", nil, err
	}
	return v.site.Library.Foresee(v.r.Context(), v.actor, m, w)
}

// alike are the records that the visitor keeps and that hold the same file or bear the same title.
func (v *visit) alike(ctx context.Context, s *staged, w library.Whole) (out []library.Measure, err error) {
	same, err := v.site.Library.Store.ByFile(ctx, v.actor.Sight(), string(s.hash))
	if err != nil {
		return nil, err
	}
	title := w.Measure.Titles.Pick(w.Measure.Lang)
	named, _, err := v.site.Library.Store.Find(ctx, v.actor.Sight(), library.Filter{Country: w.Measure.Country, Words: title, Limit: 20})
	if err != nil {
		return nil, err
	}
	for _, m := range named {
		if strings.EqualFold(m.Titles.Pick(m.Lang), title) {
			same = append(same, m)
		}
	}
	for _, m := range same {
		if library.MayKeep(v.actor, m) && !slices.ContainsFunc(out, func(x library.Measure) bool { return x.ID == m.ID }) && len(out) < 10 {
			out = append(out, m)
		}
	}
	return out, nil
}

// intakePreview shows what was read of a file and what storing it would change. ?of= picks the record that gets a new version, "-" none.
func (v *visit) intakePreview() error {
	s, err := v.held()
	if err != nil {
		return err
	}
	if s.stored != "" {
		return v.see(v.href("/measures/%s", s.stored))
	}
	ctx := v.r.Context()
	w := v.intakeRecord(s)
	others, err := v.alike(ctx, s, w)
	if err != nil {
		return err
	}
	switch of := v.query("of"); {
	case of == "-":
		s.form.Set("of", "")
	case of != "":
		s.form.Set("of", of)
	case s.form.Get("of") == "" && len(others) > 0 && !v.r.URL.Query().Has("of"): // the likeliest, to be changed by the reader
		s.form.Set("of", string(others[0].ID))
	}
	m, err := v.known(s)
	if err != nil {
		return err
	}
	p := intakePreview{Base: v.base("search", v.p.T("intake.preview", nil)), S: s, W: w, State: v.partyName(string(w.Measure.Country)), Size: v.p.T("intake.size", fault.Args{"size": v.p.Number((len(s.b) + 1023) / 1024)}),
		Unsure: legaltext.Unsure(s.format, string(w.Measure.Lang.Base()))}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("measures.title", nil), v.href("/measures")}, {v.p.T("intake.title", nil), v.href("/intake?held=%s", s.Token)}}
	var changes []library.SectionChange
	if p.Outcome, changes, err = v.site.Library.Foresee(ctx, v.actor, m, w); err != nil {
		return err
	}
	_, editorial := v.mayIntake()
	p.Own = !editorial && (m.ID == "" || m.Visibility != "public")
	if m.ID != "" {
		l := v.measureLine(m)
		p.Of, p.Next = &l, m.Version+1
	}
	for _, x := range others {
		p.Others = append(p.Others, v.measureLine(x))
	}
	if p.Of != nil && !slices.ContainsFunc(p.Others, func(x measureLine) bool { return x.ID == p.Of.ID }) {
		p.Others = append([]measureLine{*p.Of}, p.Others...)
	}
	for _, x := range s.sections {
		if x.Kind == "article" || x.Kind == "section" && strings.HasPrefix(x.EID, "sec_") && x.Num != "" {
			if p.Count++; len(p.Articles) < articlesShown {
				p.Articles = append(p.Articles, strings.TrimSpace(x.Num+" "+x.Heading))
			}
		}
	}
	p.More = p.Count - len(p.Articles)
	for _, x := range s.warnings {
		p.Remarks = append(p.Remarks, v.p.T(x.Key, x.Args))
	}
	p.Total = len(changes)
	for _, c := range changes[:min(len(changes), changesShown)] {
		d := sectionDiff{SectionChange: c, EID: c.After.EID, Name: sectionName(c.After)}
		if c.Change == library.SectionRemoved {
			d.EID, d.Name = c.Before.EID, sectionName(c.Before)
		}
		d.Pieces = diffWords(printed(c.Before), printed(c.After))
		p.Changes = append(p.Changes, d)
	}
	return v.show("intake_preview", p)
}

// intakeStore stores what was looked at: the original by its hash, then the record.
func (v *visit) intakeStore() error {
	s, err := v.held()
	if err != nil {
		return err
	}
	if s.stored != "" { // the same form came before
		return v.see(v.href("/measures/%s", s.stored))
	}
	s.form.Set("of", v.form("of"))
	ctx := v.r.Context()
	m, err := v.known(s)
	if err != nil {
		return err
	}
	w := v.intakeRecord(s)
	outcome, _, err := v.site.Library.Foresee(ctx, v.actor, m, w)
	if err != nil {
		return err
	}
	id := m.ID
	if outcome != library.Unchanged {
		if _, _, err := v.site.Files.Put(ctx, bytes.NewReader(s.b)); err != nil {
			return err
		}
		if id, outcome, err = v.site.Library.Intake(ctx, v.act(), m, w); err != nil {
			return err
		}
	}
	v.site.staging.settle(s, id)
	return v.seeTold(v.href("/measures/%s", id), map[library.Outcome]string{library.Added: "measure_added", library.Revised: "measure_revised", library.Unchanged: "measure_same"}[outcome], 0)
}

// measureOriginal sends the file that a text came from, byte for byte, to be saved and never to be shown by the browser.
func (v *visit) measureOriginal() error {
	w, _, err := v.whole()
	if err != nil {
		return err
	}
	hash := files.Hash(w.Version.FileHash)
	if !hash.Valid() || v.site.Files == nil {
		return fault.Of(fault.NotFound)
	}
	f, err := v.site.Files.Open(v.r.Context(), hash)
	if err != nil {
		return err
	}
	defer f.Close()
	ext := "." + w.Version.Format
	if w.Version.Format == legaltext.AkomaNtoso {
		ext = ".xml"
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "measure-" + string(w.Measure.ID) + "-" + strconv.Itoa(w.Version.N) + ext}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if n, err := f.Seek(0, io.SeekEnd); err == nil {
		h.Set("Content-Length", strconv.FormatInt(n, 10))
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if v.r.Method == http.MethodHead {
		return nil
	}
	_, err = io.Copy(v.w, f)
	return err
}
