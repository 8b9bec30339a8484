package web

import (
	"strconv"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/questionnaire"
)

type conventionPage struct {
	Base
	Convention *convention.Convention
	Chapters   []branch
	Query      string
	Hits       []treatyHit // of the words in the official text
	Total      int
	Loaded     []string // languages in which the official text is loaded
}

type branch struct {
	Provision *convention.Provision
	Heading   Words
	Articles  []leaf
}

type leaf struct {
	Provision *convention.Provision
	Heading   Words
}

func (v *visit) conventionPage() error {
	c, ok := v.site.Conventions.Convention(convention.ID(v.vars[0]))
	if !ok {
		return fault.Of(fault.NotFound)
	}
	p := conventionPage{Base: v.base("convention", c.Titles.Pick(v.lang)), Convention: c}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	has, _, err := v.site.Treaties.Languages(v.r.Context(), c.ID)
	if err != nil {
		return err
	}
	for _, tag := range has {
		p.Loaded = append(p.Loaded, v.langName(tag))
	}
	if p.Query = v.query("q"); p.Query != "" {
		p.Title = p.Query + " · " + p.Title
		p.Hits, p.Total, err = v.treatyHits(p.Query, c.ID, 100)
		if bad := v.fieldErrors(err); bad != nil {
			p.Errors = bad
			return v.showStatus(422, "convention", p)
		}
		if err != nil {
			return err
		}
	}
	tree := v.site.Conventions
	for _, x := range tree.Children(c.ID) {
		if x.Kind == convention.Article { // a convention without chapters
			if len(p.Chapters) == 0 {
				p.Chapters = append(p.Chapters, branch{})
			}
			last := &p.Chapters[len(p.Chapters)-1]
			last.Articles = append(last.Articles, leaf{x, v.words(x.Heading())})
			continue
		}
		b := branch{Provision: x, Heading: v.words(x.Heading())}
		for _, a := range tree.Children(x.ID) {
			b.Articles = append(b.Articles, leaf{a, v.words(a.Heading())})
		}
		p.Chapters = append(p.Chapters, b)
	}
	return v.show("convention", p)
}

// name is how a page names a provision: "Article 9(1)(a)" or the chapter's name.
func (v *visit) name(p *convention.Provision) string {
	if p.Kind == convention.Chapter {
		return v.p.T("provision.chapter", pairs([]any{"number", p.CitedIn(v.lang)}))
	}
	if p.Kind == "" { // a convention as a whole
		return p.Citation
	}
	name := v.p.T("provision.article", pairs([]any{"citation", p.CitedIn(v.lang)}))
	if of, ok := v.site.Conventions.Convention(p.ID); ok && of.ID != convention.UNCAC {
		name = v.p.T("provision.of", fault.Args{"provision": name, "convention": of.ShortTitles.Pick(v.lang)})
	}
	return name
}

// ProvisionName names a provision on a page.
func (b Base) ProvisionName(id any) string {
	pid := toProvision(id)
	if p, ok := b.v.subject(pid); ok {
		return b.v.name(p)
	}
	return string(pid)
}

// ProvisionHref is where a provision is read. A question of the general part is about a convention as a whole.
func (b Base) ProvisionHref(id any) string {
	pid := toProvision(id)
	if pid == pid.Convention() {
		return b.Href("/conventions/%s", pid)
	}
	return b.Href("/provisions/%s", pid)
}

// ProvisionHeading is the title of a provision, or that of the article above it.
func (b Base) ProvisionHeading(id any) Words {
	pid := toProvision(id)
	if p, ok := b.v.subject(pid); ok {
		return b.v.words(p.Heading())
	}
	return Words{S: string(pid)}
}

func toProvision(id any) convention.ID {
	switch id := id.(type) {
	case convention.ID:
		return id
	case string:
		return convention.ID(id)
	}
	return ""
}

type relatedLine struct {
	Kind      string
	Provision *convention.Provision
	Heading   Words
}

type mappedLine struct {
	library.Mapped
	Title, Note Words
	Heading     string
	Provisions  []convention.ID // all to which the section is tied, where a page puts them together
}

func (v *visit) mappedLines(ms []library.Mapped) (out []mappedLine) {
	for _, m := range ms {
		out = append(out, mappedLine{m, v.words(m.Measure.Titles), v.words(m.Mapping.Note), sectionName(m.Section), nil})
	}
	return out
}

func sectionName(s library.Section) string {
	switch {
	case s.Num == "":
		return s.Heading
	case s.Heading == "":
		return s.Num
	}
	return s.Num + " " + s.Heading
}

type answerLine struct {
	assessment.Public
	State    string
	Question string
	Cites    []library.CitedSection
	Lang     lang.Tag
}

// answerLines are published answers with the names that a page shows.
func (v *visit) answerLines(as []assessment.Public) (out []answerLine) {
	for _, a := range as {
		out = append(out, answerLine{Public: a, State: v.partyName(string(a.Party)), Lang: a.Content.Lang})
	}
	return out
}

type publicAnswerPage struct {
	Base
	General    bool // about the convention as a whole
	Answer     answerLine
	Provision  *convention.Provision
	Challenges []string
	Wanted     []wantedLine
	Given      []givenLine
	Round      string
	Assist     *assistanceBlock
}

type wantedLine struct {
	assessment.Wanted
	FormName string
}

type givenLine struct {
	assessment.Given
	FormName string
}

// answerPage is the permanent address of what a State published on a question: the middle of the chain.
func (v *visit) answerPage() error {
	ctx := v.r.Context()
	found, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{Answer: assessment.AnswerID(v.vars[0]), Withdrawn: true})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.Of(fault.NotFound)
	}
	a := v.answerLines(found[:1])[0]
	x, ok := v.subject(a.Provision)
	if !ok {
		return fault.Of(fault.NotFound)
	}
	p := publicAnswerPage{Base: v.base("parties", v.name(x)+" · "+a.State), Provision: x}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.parties", nil), v.href("/parties")}, {a.State, v.href("/parties/%s", a.Party)}, {v.name(x), v.href("/provisions/%s", x.ID)}}
	if a.Cites, err = v.site.Library.Store.Cited(ctx, identity.Sight{}, a.Content.Citations); err != nil {
		return err
	}
	rounds, err := v.site.Assessments.Store.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, r := range rounds {
		if r.ID == a.Round {
			p.Round = r.Titles.Pick(v.lang)
			if e, err := v.site.Questionnaires.Store.Edition(ctx, editionID(r.Edition)); err == nil {
				if q, _, ok := e.Content.Question(a.Answer0()); ok {
					a.Question = q.Text.Pick(v.lang)
				}
				for _, c := range e.Content.Block.Challenges {
					for _, code := range a.Content.Challenges {
						if c.Code == code {
							p.Challenges = append(p.Challenges, c.Label.Pick(v.lang))
						}
					}
				}
			}
		}
	}
	for _, w := range a.Content.Wanted {
		p.Wanted = append(p.Wanted, wantedLine{w, v.formName(w.Form)})
	}
	for _, g := range a.Content.Given {
		p.Given = append(p.Given, givenLine{g, v.formName(g.Form)})
	}
	p.Answer = a
	if questionnaire.General(x.ID) { // what is given and needed under the whole Convention says nothing of this answer
		p.General = true
		return v.show("answer", p)
	}
	if p.Assist, err = v.assistanceOn(a.Party, append([]convention.ID{x.ID}, v.site.Conventions.Below(x.ID)...)); err != nil {
		return err
	}
	return v.show("answer", p)
}

// Answer0 is the id of the question that was asked.
func (a answerLine) Answer0() string { return a.Public.Question }

func (v *visit) formName(code string) string { return v.site.Codes.Name("ta-form", code, v.lang) }

// FormName is the name of a form of assistance.
func (b Base) FormName(code string) string { return b.v.formName(code) }

func itoa(n int) string { return strconv.Itoa(n) }
