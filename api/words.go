package api

import (
	"slices"
	"strconv"
	"time"

	"merida/assessment"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/questionnaire"
)

type texts = map[lang.Tag]string

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Convention is a treaty as the API shows it.
type Convention struct {
	ID     convention.ID `json:"id"`
	Short  string        `json:"short"`
	Titles texts         `json:"titles"`
	URL    string        `json:"url"`
	// Provisions is the whole tree in printed order; absent in lists.
	Provisions []Provision `json:"provisions,omitempty"`
}

// Provision is a node of a convention's tree.
type Provision struct {
	ID         convention.ID                 `json:"id"`
	Kind       convention.Kind               `json:"kind"`
	Number     string                        `json:"number"`
	Citation   string                        `json:"citation"`
	Parent     convention.ID                 `json:"parent,omitempty"`
	Children   []convention.ID               `json:"children,omitempty"`
	Titles     texts                         `json:"titles,omitempty"`
	Checks     map[lang.Tag]convention.Check `json:"titles_status,omitempty"`
	Label      texts                         `json:"label,omitempty"` // our own wording, unofficial
	Obligation string                        `json:"obligation,omitempty"`
	Verb       string                        `json:"verb,omitempty"`
	Themes     []string                      `json:"themes,omitempty"`
	Cycle      int                           `json:"review_cycle,omitempty"`
	Related    []Related                     `json:"related,omitempty"`
	URL        string                        `json:"url"`
	Measures   *List                         `json:"measures,omitempty"` // only where one provision is asked for
	Answers    []Answer                      `json:"answers,omitempty"`
}

// Related is a link to another provision.
type Related struct {
	ID       convention.ID           `json:"id"`
	Relation convention.RelationKind `json:"relation"`
}

// pageURL is the address of the page that shows the same, in the reader's language.
func (r *request) pageURL(rest string) string {
	return r.api.BaseURL + "/" + string(r.api.tag(r.Request)) + rest
}

func (r *request) wireProvision(p *convention.Provision) Provision {
	out := Provision{ID: p.ID, Kind: p.Kind, Number: p.Number, Citation: p.Citation, Parent: p.Parent, Children: p.Children,
		Obligation: string(p.Obligation.Level), Verb: p.Obligation.Verb, Themes: p.Themes, Cycle: p.ReviewCycle, URL: r.pageURL("/provisions/" + string(p.ID))}
	if len(p.Titles) > 0 {
		out.Titles, out.Checks = p.Titles.Plain(), p.TitleChecks
	}
	if len(p.Label) > 0 {
		out.Label = p.Label.Plain()
	}
	for _, x := range r.api.Conventions.Related(p.ID) {
		out.Related = append(out.Related, Related{x.To, x.Kind})
	}
	return out
}

func (r *request) wireConvention(c *convention.Convention) Convention {
	return Convention{ID: c.ID, Short: c.Short, Titles: c.Titles.Plain(), URL: r.pageURL("/conventions/" + string(c.ID))}
}

func (r *request) conventions() (any, error) {
	var out []Convention
	for _, c := range r.api.Conventions.Conventions() {
		out = append(out, r.wireConvention(c))
	}
	return cut(r, out)
}

func (r *request) convention() (any, error) {
	c, ok := r.api.Conventions.Convention(convention.ID(r.path[0]))
	if !ok || string(c.ID) != r.path[0] {
		return nil, fault.Of(fault.NotFound)
	}
	out := r.wireConvention(c)
	for p := range r.api.Conventions.Walk(c.ID) {
		out.Provisions = append(out.Provisions, r.wireProvision(p))
	}
	return out, nil
}

func (r *request) provision() (any, error) {
	id, ok := r.api.Conventions.Parse(r.path[0])
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	p, ok := r.api.Conventions.Get(id)
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	out := r.wireProvision(p)
	below := r.api.Conventions.Below(id)
	mapped, err := r.api.Library.Mapped(r.Context(), identity.Sight{}, below)
	if err != nil {
		return nil, err
	}
	var ms []MappedSection
	for _, x := range mapped {
		ms = append(ms, r.wireMapped(x))
	}
	l := list(r, ms, len(ms), len(ms), 0)
	out.Measures = &l
	out.Answers, err = r.published(assessment.PublicFilter{Provisions: below})
	return out, err
}

// Party is a State or organization as the API shows it.
type Party struct {
	ID            party.ID `json:"id"`
	Alpha3        string   `json:"alpha3,omitempty"`
	Type          string   `json:"type"`
	Names         texts    `json:"names"`
	Group         string   `json:"regional_group,omitempty"`
	Status        string   `json:"uncac_status"`
	Signed        string   `json:"signed,omitempty"`
	Instrument    string   `json:"instrument,omitempty"`
	Deposited     string   `json:"deposited,omitempty"`
	InForce       string   `json:"in_force,omitempty"`
	Demonstration bool     `json:"demonstration,omitempty"`
	Unverified    []string `json:"unverified,omitempty"`
	URL           string   `json:"url"`
}

func (r *request) wireParty(p *directory.Party) Party {
	return Party{ID: p.ID, Alpha3: p.Alpha3, Type: string(p.Type), Names: p.Names.Plain(), Group: string(p.Group), Status: string(p.UNCAC.Standing),
		Signed: day(p.UNCAC.Signed.Time), Instrument: string(p.UNCAC.Instrument), Deposited: day(p.UNCAC.Deposited.Time), InForce: day(p.UNCAC.InForce.Time),
		Demonstration: p.Demonstration, Unverified: p.Unverified, URL: r.pageURL("/parties/" + string(p.ID))}
}

// someParties are the parties that the filters leave, in the alphabetical order of the reader's language.
func (r *request) someParties() (out []*directory.Party) {
	groups, statuses := r.values("region"), r.values("status")
	for _, p := range r.api.Parties.All(r.api.tag(r.Request)) {
		if len(groups) > 0 && !slices.Contains(groups, string(p.Group)) || len(statuses) > 0 && !slices.Contains(statuses, string(p.UNCAC.Standing)) {
			continue
		}
		out = append(out, p)
	}
	return out
}

func (r *request) parties() (any, error) {
	var out []Party
	for _, p := range r.someParties() {
		out = append(out, r.wireParty(p))
	}
	return cut(r, out)
}

func (r *request) party() (any, error) {
	p, ok := r.api.Parties.Lookup(r.path[0])
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	return r.wireParty(p), nil
}

// Measure is a record of the repository as the API shows it.
type Measure struct {
	ID          library.ID               `json:"id"`
	SourceID    string                   `json:"source_id,omitempty"`
	URL         string                   `json:"url"`
	Country     party.ID                 `json:"country"`
	Type        library.Type             `json:"type"`
	Status      library.Status           `json:"status"`
	Lang        lang.Tag                 `json:"lang"`
	Titles      texts                    `json:"titles"`
	TitleStatus map[lang.Tag]lang.Status `json:"titles_status,omitempty"`
	Summary     texts                    `json:"summary,omitempty"`
	Date        string                   `json:"date,omitempty"`
	Source      library.Source           `json:"source"`
	SourceURL   string                   `json:"source_url,omitempty"`
	Licence     string                   `json:"licence,omitempty"`
	Validated   bool                     `json:"validated_by_state"`          // with the newest text
	ValidatedOn string                   `json:"validated_on,omitempty"`      // present when the State has validated the newest or an older text
	ValidatedN  int                      `json:"validated_version,omitempty"` // the text that the State looked at
	Version     int                      `json:"version"`
	Text        *Version                 `json:"text,omitempty"`  // dates and source of the text shown; only where one measure is asked for
	AsOf        *AsOf                    `json:"as_of,omitempty"` // only where the text of a day was asked for
	ChangedAt   time.Time                `json:"changed_at"`
	Sections    []Section                `json:"sections,omitempty"`
	Mappings    []Mapping                `json:"provisions,omitempty"`
	CitedBy     []Answer                 `json:"cited_by,omitempty"`
}

// Section is a node of a text.
type Section struct {
	EID        string    `json:"eid"`
	Parent     string    `json:"parent,omitempty"`
	Level      int       `json:"level"`
	Kind       string    `json:"kind"`
	Num        string    `json:"num,omitempty"`
	Heading    string    `json:"heading,omitempty"`
	Text       string    `json:"text,omitempty"`
	Lang       lang.Tag  `json:"lang"`
	URL        string    `json:"url"`
	Provisions []Mapping `json:"provisions,omitempty"`
	Measure    *Measure  `json:"measure,omitempty"` // only where one section is asked for
}

// Mapping ties a section to a provision.
type Mapping struct {
	EID       string                `json:"eid,omitempty"`
	Provision convention.ID         `json:"provision"`
	Status    library.MappingStatus `json:"status"`
	Note      texts                 `json:"note,omitempty"`
	At        time.Time             `json:"at"`
}

// MappedSection is a mapping seen from the provision.
type MappedSection struct {
	Measure Measure  `json:"measure"`
	Section *Section `json:"section,omitempty"`
	Mapping Mapping  `json:"mapping"`
}

func (r *request) wireMeasure(m library.Measure) Measure {
	out := Measure{ID: m.ID, SourceID: m.SourceID, URL: r.pageURL("/measures/" + string(m.ID)), Country: m.Country, Type: m.Type, Status: m.Status, Lang: m.Lang, Titles: m.Titles.Plain(),
		Date: m.Date, Source: m.Source, SourceURL: m.SourceURL, Licence: m.Licence, Validated: m.Validated(), ValidatedOn: day(m.ValidatedAt), ValidatedN: m.ValidatedVersion, Version: m.Version, ChangedAt: m.ChangedAt}
	for t, v := range m.Titles {
		if v.Status != "" {
			if out.TitleStatus == nil {
				out.TitleStatus = map[lang.Tag]lang.Status{}
			}
			out.TitleStatus[t] = v.Status
		}
	}
	if !m.Summary.Empty() {
		out.Summary = m.Summary.Plain()
	}
	return out
}

func wireMapping(x library.Mapping) Mapping {
	out := Mapping{EID: x.EID, Provision: x.Provision, Status: x.Status, At: x.At}
	if !x.Note.Empty() {
		out.Note = x.Note.Plain()
	}
	return out
}

func (r *request) wireSection(m library.Measure, n int, s library.Section) Section {
	url := "/measures/" + string(m.ID)
	if n != m.Version {
		url += "/versions/" + strconv.Itoa(n)
	}
	return Section{EID: s.EID, Parent: s.Parent, Level: s.Level, Kind: s.Kind, Num: s.Num, Heading: s.Heading, Text: s.Text, Lang: m.Lang, URL: r.pageURL(url + "/sections/" + s.EID)}
}

func (r *request) wireMapped(x library.Mapped) MappedSection {
	out := MappedSection{Measure: r.wireMeasure(x.Measure), Mapping: wireMapping(x.Mapping)}
	if x.Section.EID != "" {
		s := r.wireSection(x.Measure, x.Measure.Version, x.Section)
		out.Section = &s
	}
	return out
}

func (r *request) measureFilter() library.Filter {
	f := library.Filter{Words: r.URL.Query().Get("q")}
	if v := r.values("country"); len(v) > 0 {
		f.Country = party.ID(v[0])
	}
	if v := r.values("type"); len(v) > 0 {
		f.Type = library.Type(v[0])
	}
	return f
}

func (r *request) measures() (any, error) {
	limit, offset, err := r.page()
	if err != nil {
		return nil, err
	}
	f := r.measureFilter()
	f.Limit, f.Offset = limit, offset
	ms, total, err := r.api.Library.Find(r.Context(), identity.Sight{}, f)
	if err != nil {
		return nil, err
	}
	out := make([]Measure, len(ms))
	for i, m := range ms {
		out[i] = r.wireMeasure(m)
	}
	return list(r, out, total, limit, offset), nil
}

// measureID is the measure that the path names by its id or its source id.
func (r *request) measureID() (library.ID, error) {
	known, err := r.api.Library.BySource(r.Context(), []string{r.path[0]})
	if m, ok := known[r.path[0]]; ok {
		return m.ID, err
	}
	return library.ID(r.path[0]), err
}

func (r *request) whole(n int) (library.Whole, error) {
	id, err := r.measureID()
	if err != nil {
		return library.Whole{}, err
	}
	return r.api.Library.Whole(r.Context(), identity.Sight{}, id, n)
}

func (r *request) wireWhole(w library.Whole) (Measure, error) {
	out := r.wireMeasure(w.Measure)
	out.Version = w.Version.N
	v := r.wireVersion(w.Version)
	out.Text = &v
	for _, s := range w.Sections {
		out.Sections = append(out.Sections, r.wireSection(w.Measure, w.Version.N, s))
	}
	for _, m := range w.Mappings {
		out.Mappings = append(out.Mappings, wireMapping(m))
	}
	cited, err := r.api.Assessments.CitedBy(r.Context(), string(w.Measure.ID))
	for _, p := range cited {
		out.CitedBy = append(out.CitedBy, r.wireAnswer(p))
	}
	return out, err
}

func (r *request) measure() (any, error) {
	w, a, err := r.wholeNow()
	if err != nil {
		return nil, err
	}
	out, err := r.wireWhole(w)
	out.AsOf = a
	return out, err
}

func (r *request) number() (int, error) {
	n, err := strconv.Atoi(r.path[1])
	if err != nil || n < 1 {
		return 0, fault.Of(fault.NotFound)
	}
	return n, nil
}

func (r *request) version() (any, error) {
	n, err := r.number()
	if err != nil {
		return nil, err
	}
	w, err := r.whole(n)
	if err != nil {
		return nil, err
	}
	return r.wireWhole(w)
}

func (r *request) section() (any, error) {
	w, a, err := r.wholeNow()
	if err != nil {
		return nil, err
	}
	return r.oneSection(w, a, r.path[1])
}

func (r *request) versionSection() (any, error) {
	n, err := r.number()
	if err != nil {
		return nil, err
	}
	w, err := r.whole(n)
	if err != nil {
		return nil, err
	}
	return r.oneSection(w, nil, r.path[2])
}

func (r *request) oneSection(w library.Whole, a *AsOf, eid string) (any, error) {
	s, ok := w.Section(eid)
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	out := r.wireSection(w.Measure, w.Version.N, s)
	m := r.wireMeasure(w.Measure)
	v := r.wireVersion(w.Version)
	m.Text, m.AsOf = &v, a
	out.Measure = &m
	for _, x := range w.Mappings {
		if x.EID == eid {
			out.Provisions = append(out.Provisions, wireMapping(x))
		}
	}
	return out, nil
}

// Questionnaire is an edition that was put before the Conference.
type Questionnaire struct {
	ID         questionnaire.EditionID `json:"id"`
	State      questionnaire.State     `json:"state"`
	Symbol     string                  `json:"decision,omitempty"`
	ApprovedOn string                  `json:"approved_on,omitempty"`
	Hash       string                  `json:"hash"`
	Convention convention.ID           `json:"convention"`
	Titles     texts                   `json:"titles"`
	Status     lang.Status             `json:"wording"` // unofficial: our own
	Questions  []Question              `json:"questions,omitempty"`
	Block      *questionnaire.Block    `json:"block,omitempty"`
}

// Question is what is asked about one provision.
type Question struct {
	ID        string        `json:"id"`
	Provision convention.ID `json:"provision"`
	Text      texts         `json:"text"`
	Guidance  texts         `json:"guidance,omitempty"`
}

func wireEdition(e questionnaire.Edition) Questionnaire {
	return Questionnaire{ID: e.ID, State: e.State, Symbol: e.Symbol, ApprovedOn: e.ApprovedOn, Hash: e.Hash, Convention: e.Content.Convention, Titles: e.Content.Titles.Plain(), Status: lang.Unofficial}
}

func (r *request) questionnaires() (any, error) {
	es, err := r.api.Questionnaires.Editions(r.Context())
	if err != nil {
		return nil, err
	}
	var out []Questionnaire
	for _, e := range es {
		if e.State != questionnaire.Draft {
			out = append(out, wireEdition(e))
		}
	}
	return cut(r, out)
}

func (r *request) questionnaire() (any, error) {
	e, err := r.api.Questionnaires.Edition(r.Context(), questionnaire.EditionID(r.path[0]))
	if err != nil {
		return nil, err
	}
	if e.State == questionnaire.Draft {
		return nil, fault.Of(fault.NotFound)
	}
	out := wireEdition(e)
	for _, q := range e.Content.All() {
		out.Questions = append(out.Questions, Question{q.ID, q.Provision, q.Text.Plain(), q.Guidance.Plain()})
	}
	out.Block = &e.Content.Block
	return out, nil
}

// Answer is a published answer.
type Answer struct {
	ID          assessment.AnswerID `json:"id"`
	Assessment  assessment.ID       `json:"assessment"`
	Party       party.ID            `json:"party"`
	Question    string              `json:"question"`
	Provision   convention.ID       `json:"provision"`
	Version     int                 `json:"version,omitempty"`
	Parts       []assessment.Part   `json:"parts,omitempty"`
	Content     *assessment.Content `json:"content,omitempty"`
	Hash        string              `json:"hash,omitempty"`
	PublishedAt time.Time           `json:"published_at"`
	WithdrawnAt *time.Time          `json:"withdrawn_at,omitempty"`
	Reason      string              `json:"withdrawn_because,omitempty"`
	URL         string              `json:"url"`
}

func (r *request) wireAnswer(p assessment.Public) Answer {
	out := Answer{ID: p.Answer, Assessment: p.Assessment, Party: p.Party, Question: p.Question, Provision: p.Provision, Version: p.Version, Parts: p.Parts, Hash: p.Hash, PublishedAt: p.PublishedAt,
		URL: r.pageURL("/answers/" + string(p.Answer))}
	if p.WithdrawnAt.IsZero() {
		out.Content = &p.Content
	} else {
		out.WithdrawnAt, out.Reason = &p.WithdrawnAt, p.Reason
	}
	return out
}

func (r *request) published(f assessment.PublicFilter) ([]Answer, error) {
	ps, err := r.api.Assessments.Published(r.Context(), f)
	out := make([]Answer, len(ps))
	for i, p := range ps {
		out[i] = r.wireAnswer(p)
	}
	return out, err
}

func (r *request) answerFilter() (f assessment.PublicFilter) {
	if v := r.values("party"); len(v) > 0 {
		f.Party = party.ID(v[0])
	}
	for _, v := range r.values("provision") {
		if id, ok := r.api.Conventions.Parse(v); ok {
			f.Provisions = append(f.Provisions, r.api.Conventions.Below(id)...)
		} else {
			f.Provisions = append(f.Provisions, convention.ID(v)) // unknown: nothing is found
		}
	}
	return f
}

func (r *request) answers() (any, error) {
	out, err := r.published(r.answerFilter())
	if err != nil {
		return nil, err
	}
	return cut(r, out)
}

func (r *request) answer() (any, error) {
	out, err := r.published(assessment.PublicFilter{Answer: assessment.AnswerID(r.path[0]), Withdrawn: true})
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, fault.Of(fault.NotFound)
	}
	return out[0], nil
}

// Assessment is one party in one round, with what it published.
type Assessment struct {
	ID      assessment.ID      `json:"id"`
	Round   assessment.RoundID `json:"round"`
	Party   party.ID           `json:"party"`
	Answers []Answer           `json:"answers"`
}

// assessments lists those of which something is public; that others exist is not said here.
func (r *request) assessments() (any, error) {
	var f assessment.PublicFilter
	if v := r.values("party"); len(v) > 0 {
		f.Party = party.ID(v[0])
	}
	out, err := r.byAssessment(f)
	if err != nil {
		return nil, err
	}
	return cut(r, out)
}

func (r *request) byAssessment(f assessment.PublicFilter) (out []Assessment, err error) {
	ps, err := r.api.Assessments.Published(r.Context(), f)
	for _, p := range ps {
		i := slices.IndexFunc(out, func(a Assessment) bool { return a.ID == p.Assessment })
		if i < 0 {
			out, i = append(out, Assessment{ID: p.Assessment, Round: p.Round, Party: p.Party}), len(out)
		}
		out[i].Answers = append(out[i].Answers, r.wireAnswer(p))
	}
	return out, err
}

func (r *request) assessment() (any, error) {
	all, err := r.byAssessment(assessment.PublicFilter{Withdrawn: true})
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if string(a.ID) == r.path[0] {
			return a, nil
		}
	}
	return nil, fault.Of(fault.NotFound)
}

// CodeList is a closed list of codes.
type CodeList struct {
	ID    codelist.ID `json:"id"`
	Codes []Code      `json:"codes,omitempty"`
}

// Code is an entry of a list.
type Code struct {
	Code  string `json:"code"`
	Names texts  `json:"names"`
}

func (r *request) codelists() (any, error) {
	var out []CodeList
	for _, id := range r.api.Codes.IDs() {
		out = append(out, CodeList{ID: id})
	}
	return cut(r, out)
}

func (r *request) codelist() (any, error) {
	l, ok := r.api.Codes.List(codelist.ID(r.path[0]))
	if !ok {
		return nil, fault.Of(fault.NotFound)
	}
	out := CodeList{ID: l.ID}
	for _, c := range l.Codes {
		out.Codes = append(out.Codes, Code{c.Code, c.Name.Plain()})
	}
	return out, nil
}
