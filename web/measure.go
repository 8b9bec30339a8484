package web

import (
	"cmp"
	"net/url"
	"strconv"

	"merida/assessment"
	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/party"
	"merida/questionnaire"
)

func editionID(s string) questionnaire.EditionID { return questionnaire.EditionID(s) }

type measuresPage struct {
	Base
	Lines   []measureLine
	Waiting int // editorial records about the reader's State that the reader may validate
	Total   int
	Pager   Pager
}

type measureLine struct {
	library.Measure
	Title    Words
	Original string // the title in the original's language, where that is another one
	State    string
}

func (v *visit) measureLine(m library.Measure) measureLine {
	l := measureLine{Measure: m, Title: v.words(m.Titles), State: v.partyName(string(m.Country))}
	if o := m.Titles[m.Lang].S; o != l.Title.S {
		l.Original = o
	}
	return l
}

// Line makes a measure ready for a list.
func (b Base) Line(m library.Measure) measureLine { return b.v.measureLine(m) }

// Pager leads through a long list.
type Pager struct {
	Previous, Next string // addresses, empty at the ends
	From, To       int
}

func (v *visit) pager(total, limit, offset int) (p Pager) {
	at := func(o int) string {
		q := v.r.URL.Query()
		q.Set("offset", strconv.Itoa(o))
		return "?" + q.Encode()
	}
	p.From, p.To = min(offset+1, total), min(offset+limit, total)
	if offset > 0 {
		p.Previous = at(max(0, offset-limit))
	}
	if offset+limit < total {
		p.Next = at(offset + limit)
	}
	return p
}

// measuresPage lists the repository, by State and title.
func (v *visit) measuresPage() error {
	f := library.Filter{Country: party.ID(v.query("country")), Type: library.Type(v.query("type")), Unvalidated: v.query("validated") == "no", Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.downloads() {
		f.Limit, f.Offset = 1, 0
	}
	ctx := v.r.Context()
	ms, total, err := v.site.Library.Store.Find(ctx, identity.Sight{}, f)
	if err != nil {
		return err
	}
	if v.downloads() {
		t, row := v.tables().Measures(total)
		return v.table(t, table.PagesE(func(limit, offset int) ([]library.Measure, error) {
			f.Limit, f.Offset = limit, offset
			ms, _, err := v.site.Library.Store.Find(ctx, identity.Sight{}, f)
			return ms, err
		}, func(m library.Measure) (table.Row, error) {
			xs, err := v.site.Library.Store.Mappings(ctx, identity.Sight{}, m.ID)
			return row(m, library.Provisions(xs)), err
		}))
	}
	p := measuresPage{Base: v.base("search", v.p.T("measures.title", nil)), Total: total, Pager: v.pager(total, f.Limit, f.Offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	for _, m := range ms {
		p.Lines = append(p.Lines, v.measureLine(m))
	}
	if v.actor.May(identity.ValidateMeasure, identity.Scope{Party: v.actor.Party}) {
		_, waiting, err := v.site.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Country: v.actor.Party, Unvalidated: true, Limit: 1})
		if err != nil {
			return err
		}
		p.Waiting = waiting
	}
	csv := v.href("/measures.csv")
	if q := v.r.URL.Query().Encode(); q != "" {
		csv += "?" + q
	}
	p.Alternates = []Alternate{{"text/csv", csv}, {"application/atom+xml", v.href("/measures/feed")}}
	return v.show("measures", p)
}

type measurePage struct {
	Base
	Mapper   bool // the reader has a part in its mapping
	Line     measureLine
	Summary  Words
	Version  library.Version
	Versions versionTable
	InOther  []translationLine // languages in which the text can be read besides its own
	AsOf     *asOf             // set where the reader asked for a day
	Newest   bool
	Sections []sectionLine
	Outline  []library.Section
	Pager    Pager
	Mappings []mappedLine
	CitedBy  []answerLine
	Has      map[string]bool // the sections of this version; a mapping may name a section that came later
	Cite     string
	Valid    string // who validated the record, when and of which text, in words
	Validate bool   // the reader may say for their State that the record is right
}

// Status is that of the text shown: the record's, or that of an older version.
func (p measurePage) Status() library.Status {
	if p.Newest {
		return p.Line.Status
	}
	return p.Version.Life.Status
}

// Date is that of the text shown.
func (p measurePage) Date() string { return cmp.Or(p.Version.Date, p.Line.Date) }

// NoText reports whether the reader asked for a day of which no text is known: none is shown for it.
func (p measurePage) NoText() bool { return p.AsOf != nil && p.AsOf.N == 0 }

type sectionLine struct {
	library.Section
	Provisions []convention.ID
	Deep       int // heading level, 2 to 6
}

// At is the address of a section in the text that the page shows: an old version leads on within itself.
func (p measurePage) At(eid string) string { return p.v.sectionHref(p.Version, p.Newest, eid) }

// At is the address of a section in the text that the page shows.
func (p sectionPage) At(eid string) string { return p.v.sectionHref(p.Version, p.Newest, eid) }

// Whole is the address of the text that the section stands in.
func (p sectionPage) Whole() string {
	if p.Newest {
		return p.Href("/measures/%s", p.Line.ID)
	}
	return p.Href("/measures/%s/versions/%d", p.Line.ID, p.Version.N)
}

// sectionHref leads to a section of the newest text, or of the version itself where that is an older one.
func (v *visit) sectionHref(of library.Version, newest bool, eid string) string {
	if newest {
		return v.href("/measures/%s/sections/%s", of.Measure, eid)
	}
	return v.href("/measures/%s/versions/%d/sections/%s", of.Measure, of.N, eid)
}

const sectionsPerPage = 150

// whole reads the measure and version that the path names, as the visitor may see it.
func (v *visit) whole() (library.Whole, int, error) {
	n := 0
	if len(v.vars) > 1 && v.r.URL.Path != "" && hasVersion(v.route.pattern) {
		var err error
		if n, err = strconv.Atoi(v.vars[1]); err != nil || n < 1 {
			return library.Whole{}, 0, fault.Of(fault.NotFound)
		}
	}
	id := library.ID(v.vars[0])
	w, err := v.site.Library.Store.Whole(v.r.Context(), v.actor.Sight(), id, n)
	if fault.Is(err, fault.NotFound) { // the id of the source is an address as well
		bySource, serr := v.site.Library.Store.BySource(v.r.Context(), []string{v.vars[0]})
		if serr != nil {
			return w, n, serr
		}
		if m, ok := bySource[v.vars[0]]; ok {
			w, err = v.site.Library.Store.Whole(v.r.Context(), v.actor.Sight(), m.ID, n)
		}
	}
	return w, n, err
}

func hasVersion(pattern string) bool {
	for _, p := range split(pattern) {
		if p == "versions" {
			return true
		}
	}
	return false
}

func (v *visit) sectionLines(w library.Whole, from, to int) (out []sectionLine) {
	byEID := map[string][]convention.ID{}
	for _, m := range w.Mappings {
		byEID[m.EID] = append(byEID[m.EID], m.Provision)
	}
	for _, s := range w.Sections[from:to] {
		out = append(out, sectionLine{s, byEID[s.EID], min(6, max(2, s.Level+1))})
	}
	return out
}

func (v *visit) measureBase(w library.Whole) Base {
	l := v.measureLine(w.Measure)
	b := v.base("search", l.Title.S+" · "+l.State)
	b.Description = v.words(w.Measure.Summary).S
	b.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.parties", nil), v.href("/parties")}, {l.State, v.href("/parties/%s", w.Measure.Country)}}
	return b
}

// measurePage shows a measure: what it is, who says so, its text, what it implements and who cites it.
func (v *visit) measurePage() error {
	w, n, err := v.whole()
	if err != nil {
		return err
	}
	ctx := v.r.Context()
	var day *asOf
	var badDay []FieldError
	if n == 0 && v.query("as-of") != "" {
		then, a, err := v.wholeAsOf(w.Measure.ID)
		if badDay = v.fieldErrors(err); badDay == nil && err != nil {
			return err
		}
		if badDay == nil {
			w, n, day = then, a.N, v.asOf(a, then.Version)
		}
	}
	p := measurePage{Base: v.measureBase(w), Mapper: v.actor.SignedIn() && library.MayWorkOnMapping(v.actor, w.Measure), Line: v.measureLine(w.Measure), Summary: v.words(w.Measure.Summary), Version: w.Version, AsOf: day, Newest: n == 0 || n == w.Measure.Version}
	p.Errors = badDay
	vs, err := v.site.Library.Store.Versions(ctx, v.actor.Sight(), w.Measure.ID)
	if err != nil {
		return err
	}
	p.Versions = v.versionTable(w.Measure, vs, w.Version.N)
	p.Valid, p.Validate = v.validation(w.Measure), library.MayValidate(v.actor, w.Measure)
	if done := v.query("done"); done == "validated" || done == "withdrawn" {
		p.Done = v.p.T("validate.done."+done, nil)
	}
	offset := v.number("offset", 0, 0, max(0, len(w.Sections)-1))
	p.Pager = v.pager(len(w.Sections), sectionsPerPage, offset)
	p.Sections = v.sectionLines(w, offset, min(len(w.Sections), offset+sectionsPerPage))
	for _, s := range w.Sections {
		if s.Level <= 2 && (s.Num != "" || s.Heading != "") && len(p.Outline) < 200 {
			p.Outline = append(p.Outline, s)
		}
	}
	p.Has = map[string]bool{}
	for _, s := range w.Sections {
		p.Has[s.EID] = true
	}
	for _, m := range w.Mappings {
		s, _ := w.Section(m.EID)
		p.Mappings = append(p.Mappings, mappedLine{library.Mapped{Mapping: m, Measure: w.Measure, Section: s}, p.Line.Title, v.words(m.Note), sectionName(s), nil})
	}
	cited, err := v.site.Assessments.Store.CitedBy(ctx, string(w.Measure.ID))
	if err != nil {
		return err
	}
	p.CitedBy = v.answerLines(cited)
	p.Cite = v.citation(w, p.Newest, nil)
	if p.InOther, err = v.translations(w.Measure); err != nil {
		return err
	}
	if p.Linked = v.legislation(w, p.Newest); p.Linked != nil {
		read, err := v.inLanguages(w.Measure)
		if err != nil {
			return err
		}
		if read != nil {
			p.Linked["workTranslation"] = read
		}
	}
	p.Alternates = []Alternate{{"application/json", "/api/v1/measures/" + string(w.Measure.ID)}, {"application/atom+xml", v.href("/measures/feed") + "?country=" + string(w.Measure.Country)}}
	return v.show("measure", p)
}

type sectionPage struct {
	Base
	Mapper     bool
	Line       measureLine
	Version    library.Version
	AsOf       *asOf // set where the reader asked for a day
	Newest     bool
	Section    library.Section
	Name       string
	Sections   []sectionLine
	Mappings   []mappedLine
	CitedBy    []answerLine
	Cite       string
	InOther    []translationLine // translations of the version that is shown
	Prev, Next *library.Section
}

// sectionPage is the permanent address of a section, with those below it.
func (v *visit) sectionPage() error {
	w, n, err := v.whole()
	if err != nil {
		return err
	}
	eid := v.vars[len(v.vars)-1]
	var day *asOf
	if n == 0 && v.query("as-of") != "" {
		then, a, err := v.wholeAsOf(w.Measure.ID)
		if fault.Is(err, fault.Invalid) || err == nil && a.N == 0 { // the page of the measure says what is wrong
			return v.see(v.href("/measures/%s?as-of=%s", w.Measure.ID, url.QueryEscape(v.query("as-of"))))
		}
		if err != nil {
			return err
		}
		w, n, day = then, a.N, v.asOf(a, then.Version)
	}
	at := -1
	for i, s := range w.Sections {
		if s.EID == eid {
			at = i
		}
	}
	if at < 0 {
		return fault.Of(fault.NotFound)
	}
	s := w.Sections[at]
	end := at + 1
	for end < len(w.Sections) && w.Sections[end].Level > s.Level {
		end++
	}
	p := sectionPage{Base: v.measureBase(w), Mapper: v.actor.SignedIn() && library.MayWorkOnMapping(v.actor, w.Measure), Line: v.measureLine(w.Measure), Version: w.Version, AsOf: day, Newest: n == 0 || n == w.Measure.Version, Section: s, Name: sectionName(s)}
	p.Title = p.Name + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	p.Sections = v.sectionLines(w, at, min(end, at+500))
	for _, m := range w.Mappings {
		if m.EID == eid {
			p.Mappings = append(p.Mappings, mappedLine{library.Mapped{Mapping: m, Measure: w.Measure, Section: s}, p.Line.Title, v.words(m.Note), p.Name, nil})
		}
	}
	if at > 0 {
		p.Prev = &w.Sections[at-1]
	}
	if end < len(w.Sections) {
		p.Next = &w.Sections[end]
	}
	cited, err := v.site.Assessments.Store.CitedBy(v.r.Context(), string(w.Measure.ID))
	if err != nil {
		return err
	}
	for _, a := range cited {
		for _, c := range a.Content.Citations {
			if c.Measure == w.Measure.ID && (c.EID == eid || c.EID == "") {
				p.CitedBy = append(p.CitedBy, v.answerLines([]assessment.Public{a})...)
				break
			}
		}
	}
	p.Cite = v.citation(w, p.Newest, &s)
	in, err := v.translations(w.Measure)
	if err != nil {
		return err
	}
	for _, t := range in {
		if t.N == w.Version.N {
			p.InOther = append(p.InOther, t)
		}
	}
	return v.show("section", p)
}
