package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/questionnaire"
)

// printRoutes are the pages that are made for paper.
var printRoutes = []route{
	{get, "/assessments/{id}/print", (*visit).printPage, true, false},
	{get, "/assessments/{id}/print/running.css", (*visit).printRunning, true, false},
}

// paperPage is a checklist, or a part of one, as it goes to paper: with the
// answers of a party, or blank with boxes for writing by hand.
type paperPage struct {
	Base
	Words    Words  // title of the questionnaire
	State    string // whose answers; empty where the form is nobody's yet
	Round    string
	Edition  questionnaire.Edition
	Status   string
	Receipt  string
	Blank    bool
	Short    bool   // blank with few boxes, so that several questions fit on a sheet
	Of       string // the chosen part, as in the address
	OfName   string
	Choices  []paperChoices
	Chapters []paperChapter
	Count    int

	Parts      map[string]partLine
	Order      []assessment.Part // of the parts
	Options    []optionLine
	Challenges []optionLine
	Forms      []formOption // a form's number on paper is its place here, from 1

	Today    string
	ReturnBy string
	ReturnTo string
	Running  string // address of the style sheet with the running lines
	Back     string
	Answers  bool // there are answers to show: the reader may choose between blank and filled
}

type paperChoices struct {
	Label   string
	Choices []paperChoice
}

type paperChoice struct {
	Value, Name string
	On          bool
}

type paperChapter struct {
	Name     string
	Heading  Words
	Articles []paperArticle
}

type paperArticle struct {
	ID        convention.ID
	Name      string
	Heading   Words
	Text      *treatyText // the official text of the article, where it is loaded
	Questions []paperQuestion
}

// paperQuestion is one question with what was answered; on a blank form the answer is zero.
type paperQuestion struct {
	questionnaire.Question
	Name           string
	Level          string
	Words          Words
	Guide          Words
	Answer         assessment.Answer
	Version        assessment.Version
	Mark           workMark
	Who, Due       string
	Unsubmitted    bool // written after what was submitted
	Cites          []citeLine
	Wanted         []wantedLine
	Given          []givenLine
	Challenges     []string
	Implementation string
}

// form reads whether the paper is blank: "blank" with all boxes, "short" with few.
func (p *paperPage) form(fill string) {
	p.Short = fill == "short"
	p.Blank = p.Short || fill == "blank"
}

// Said reports whether the answer says anything.
func (q paperQuestion) Said() bool { return q.Version.N > 0 && !q.Version.Content.Empty() }

// Rows are the empty lines of a table that is filled in by hand.
func (p paperPage) Rows(n int) []struct{} { return make([]struct{}, n) }

// paper starts a page for paper of an edition: what is asked, and the lists that go with it.
func (v *visit) paper(e questionnaire.Edition) paperPage {
	b := &e.Content.Block
	p := paperPage{Base: v.base("", e.Content.Titles.Pick(v.lang)), Words: v.words(e.Content.Titles), Edition: e, Parts: map[string]partLine{}, Order: assessment.Parts, Today: v.p.Date(v.site.Now())}
	for _, o := range b.Options {
		p.Options = append(p.Options, optionLine{Code: o.Code, Label: o.Label.Pick(v.lang), Hint: o.Hint.Pick(v.lang)})
	}
	for _, o := range b.Challenges {
		p.Challenges = append(p.Challenges, optionLine{Code: o.Code, Label: o.Label.Pick(v.lang)})
	}
	for _, part := range assessment.Parts {
		x := b.Part(string(part))
		l := partLine{v.words(x.Label), v.words(x.Hint)}
		if l.Label.S == "" {
			l.Label.S = v.p.T("part."+string(part), nil)
		}
		p.Parts[string(part)] = l
	}
	if g := b.General; g != nil {
		p.Parts["general"] = partLine{v.words(g.Label), v.words(g.Hint)}
	}
	p.Forms = v.formOptions(assessment.Content{})
	return p
}

// ask adds a question under its chapter and article, in the order of the questionnaire.
func (p *paperPage) ask(q paperQuestion) {
	v := p.v
	var chapter paperChapter
	article := paperArticle{ID: q.Provision, Name: string(q.Provision)}
	if x, ok := v.subject(q.Provision); ok {
		q.Name = v.name(x)
		if level, ok := v.site.Conventions.Level(x.Obligation.Level); ok {
			q.Level = level.Name.Pick(v.lang)
		}
	}
	a, ok := v.site.Conventions.Article(q.Provision)
	if !ok {
		a, ok = v.subject(q.Provision)
	}
	if ok {
		article = paperArticle{ID: a.ID, Name: v.name(a), Heading: v.words(a.Heading())}
	}
	if c, ok := v.chapterOf(q.Provision); ok {
		chapter = paperChapter{Name: v.name(c), Heading: v.words(c.Heading())}
	}
	q.Words, q.Guide = v.words(q.Text), v.words(q.Guidance)
	if n := len(p.Chapters); n == 0 || p.Chapters[n-1].Name != chapter.Name {
		p.Chapters = append(p.Chapters, chapter)
	}
	c := &p.Chapters[len(p.Chapters)-1]
	if n := len(c.Articles); n == 0 || c.Articles[n-1].ID != article.ID {
		c.Articles = append(c.Articles, article)
	}
	last := &c.Articles[len(c.Articles)-1]
	last.Questions = append(last.Questions, q)
	p.Count++
}

// withText puts the official text at the head of each article, but on the form with few boxes, which saves paper.
func (p *paperPage) withText() (err error) {
	if p.Short {
		return nil
	}
	for i := range p.Chapters {
		for j := range p.Chapters[i].Articles {
			a := &p.Chapters[i].Articles[j]
			if a.Text, err = p.v.treatyText(a.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// chapterOf is the chapter in which a provision stands.
func (v *visit) chapterOf(id convention.ID) (*convention.Provision, bool) {
	for _, x := range v.site.Conventions.Ancestors(id) {
		if x.Kind == convention.Chapter {
			return x, true
		}
	}
	return nil, false
}

// printPage is an assessment on paper: whole, or a chapter, an article, an agency's
// or a person's part; blank or with the answers that the reader sees.
func (v *visit) printPage() error {
	s, err := v.sheet(v.vars[0])
	if err != nil {
		return err
	}
	p := v.paper(s.Edition)
	title := s.Round.Titles.Pick(v.lang)
	p.State, p.Round, p.Title = v.partyName(string(s.Assessment.Party)), title, title+" \u00b7 "+v.partyName(string(s.Assessment.Party))
	p.Status = v.paperStatus(s)
	p.Answers = true
	p.form(v.query("fill"))
	if p.Blank {
		p.Status = v.p.T("print.state.blank", nil)
	} else if s.Assessment.Submissions > 0 && v.actor.Sight().Works(s.Assessment.Party) {
		p.Receipt = s.Assessment.Receipt
	}
	p.Back = v.href("/assessments/%s", s.Assessment.ID)
	keep, err := v.paperPart(s, &p)
	if err != nil {
		return err
	}
	running := url.Values{}
	if p.Blank {
		running.Set("fill", "blank")
	}
	p.Running = v.href("/assessments/%s/print/running.css", s.Assessment.ID) + "?" + running.Encode()

	var contents map[assessment.AnswerID]assessment.Version
	cites := map[library.Citation]citeLine{}
	if !p.Blank {
		if contents, err = v.site.Assessments.Store.Contents(v.r.Context(), v.actor.Sight(), s.Assessment.ID); err != nil {
			return err
		}
		if cites, err = v.allCites(contents); err != nil {
			return err
		}
	}
	inside := v.actor.Sight().Party == s.Assessment.Party
	for _, a := range s.Answers {
		if !keep(a) {
			continue
		}
		line := v.workLine(s, a)
		q := paperQuestion{Question: questionnaire.Question{ID: a.Question, Provision: a.Provision}, Answer: a, Mark: line.Mark, Due: line.Due}
		if x, _, ok := s.Edition.Content.Question(a.Question); ok {
			q.Question = *x
		}
		if inside {
			q.Who = line.Who
		}
		if !p.Blank {
			v.paperAnswer(&q, contents[a.ID], cites, &p)
			q.Unsubmitted = inside && a.Submitted > 0 && q.Version.N > a.Submitted
		}
		p.ask(q)
	}
	if err := p.withText(); err != nil {
		return err
	}
	p.ReturnBy = v.p.Partial(s.Assessment.Deadlines(s.Round).Submit)
	if len(p.Chapters) == 1 && len(p.Chapters[0].Articles) > 0 {
		if due := p.Chapters[0].Articles[0].Questions[0].Answer.DueOn; due != "" {
			p.ReturnBy = v.p.Partial(due)
		}
	}
	if inside && v.actor.May(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party}) {
		p.ReturnTo = v.actor.Name
	}
	return v.showDocument("print/checklist", p)
}

// paperStatus says of the whole what a reader of the paper must know: whether the State has submitted it.
func (v *visit) paperStatus(s *workSheet) string {
	on := fault.Args{"date": v.p.Date(s.Assessment.SubmittedAt)}
	switch s.Assessment.State {
	case assessment.Submitted:
		return v.p.T("print.state.submitted", on)
	case assessment.Returned:
		return v.p.T("print.state.returned", on)
	case assessment.Proposed:
		return v.p.T("print.state.proposed", nil)
	}
	if s.Assessment.Submissions > 0 {
		return v.p.T("print.state.returned", on)
	}
	return v.p.T("print.state.draft", nil)
}

// paperPart reads which part of the assessment is wanted and lists the others.
// An unknown part is NotFound: a page that silently showed the whole would be sent to the wrong agency.
func (v *visit) paperPart(s *workSheet, p *paperPage) (keep func(assessment.Answer) bool, err error) {
	p.Of = v.query("of")
	add := func(g *paperChoices, value, name string) {
		if slices.ContainsFunc(g.Choices, func(c paperChoice) bool { return c.Value == value }) {
			return
		}
		on := value == p.Of
		if on {
			p.OfName = name
		}
		g.Choices = append(g.Choices, paperChoice{value, name, on})
	}
	chapters, articles := paperChoices{Label: v.p.T("print.chapters", nil)}, paperChoices{Label: v.p.T("print.articles", nil)}
	agencies, people := paperChoices{Label: v.p.T("print.agencies", nil)}, paperChoices{Label: v.p.T("print.people", nil)}
	lead := v.actor.May(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party})
	for _, a := range s.Answers {
		if c, ok := v.chapterOf(a.Provision); ok {
			add(&chapters, "p:"+string(c.ID), v.name(c)+" \u00b7 "+c.Heading().Pick(v.lang))
		}
		if x, ok := v.site.Conventions.Article(a.Provision); ok {
			add(&articles, "p:"+string(x.ID), v.name(x)+" \u00b7 "+x.Heading().Pick(v.lang))
		}
		if lead && a.Assignee != "" {
			if a.Agency != "" {
				add(&agencies, "a:"+a.Agency, a.Agency)
			}
			if who, ok := s.people[a.Assignee]; ok {
				add(&people, "u:"+a.Assignee, who.Name)
			}
		}
	}
	locale.Sort(v.p, agencies.Choices, func(c paperChoice) string { return c.Name })
	locale.Sort(v.p, people.Choices, func(c paperChoice) string { return c.Name })
	for _, g := range []paperChoices{agencies, people, chapters, articles} {
		if len(g.Choices) > 0 {
			p.Choices = append(p.Choices, g)
		}
	}
	kind, value, _ := strings.Cut(p.Of, ":")
	switch {
	case p.Of == "":
		return func(assessment.Answer) bool { return true }, nil
	case p.OfName == "":
		return nil, fault.Of(fault.NotFound)
	case kind == "a":
		return func(a assessment.Answer) bool { return a.Assignee != "" && a.Agency == value }, nil
	case kind == "u":
		return func(a assessment.Answer) bool { return a.Assignee == value }, nil
	}
	below := convention.ID(value)
	return func(a assessment.Answer) bool {
		return a.Provision == below || v.site.Conventions.Descends(a.Provision, below)
	}, nil
}

// paperAnswer puts into words what an answer says.
func (v *visit) paperAnswer(q *paperQuestion, version assessment.Version, cites map[library.Citation]citeLine, p *paperPage) {
	c := version.Content
	q.Version = version
	if c.Implementation != "" {
		q.Implementation = v.p.T("implementation."+string(c.Implementation), nil)
		for _, o := range p.Options {
			if o.Code == string(c.Implementation) {
				q.Implementation = o.Label
			}
		}
	}
	for _, x := range c.Citations {
		q.Cites = append(q.Cites, cites[x])
	}
	for _, w := range c.Wanted {
		q.Wanted = append(q.Wanted, wantedLine{w, v.formName(w.Form)})
	}
	for _, g := range c.Given {
		q.Given = append(q.Given, givenLine{g, v.formName(g.Form)})
	}
	for _, code := range c.Challenges {
		name := code
		for _, o := range p.Challenges {
			if o.Code == code {
				name = o.Label
			}
		}
		q.Challenges = append(q.Challenges, name)
	}
}

// allCites names every citation of many answers, with few questions to the store.
func (v *visit) allCites(contents map[assessment.AnswerID]assessment.Version) (map[library.Citation]citeLine, error) {
	var all []library.Citation
	out := map[library.Citation]citeLine{}
	for _, x := range contents {
		for _, c := range x.Content.Citations {
			if _, twice := out[c]; !twice {
				out[c] = citeLine{}
				all = append(all, c)
			}
		}
	}
	for some := range slices.Chunk(all, assessment.MaxCitations) {
		lines, err := v.citeLines(some)
		if err != nil {
			return nil, err
		}
		for i, c := range some {
			out[c] = lines[i]
		}
	}
	return out, nil
}

// printRunning is the style sheet with the lines that run on every sheet of an assessment's paper.
func (v *visit) printRunning() error {
	w, err := v.site.Assessments.Store.Whole(v.r.Context(), v.actor.Sight(), assessment.ID(v.vars[0]))
	if err != nil {
		return err
	}
	status := v.p.T("print.state.blank", nil)
	if v.query("fill") == "" {
		status = v.paperStatus(&workSheet{Whole: w})
	}
	return v.running(v.partyName(string(w.Assessment.Party))+" \u00b7 "+w.Round.Titles.Pick(v.lang), status)
}

// running writes the margins of each sheet: what it is, where it stands, when it was
// printed, and its number. The words stand in a style sheet because pages carry no
// style of their own; browsers that print no margins leave them out.
func (v *visit) running(what, status string) error {
	dir := v.lang.Dir()
	start, end := "left", "right"
	if dir == "rtl" {
		start, end = end, start
	}
	// The number of the sheet is known to the browser alone: the text is cut at its placeholders.
	const page, pages = "\ufff9", "\ufffa"
	number := cssString(v.p.T("print.page", fault.Args{"page": page, "pages": pages}))
	number = strings.NewReplacer(cssRune('\ufff9'), `" counter(page) "`, cssRune('\ufffa'), `" counter(pages) "`).Replace(number)
	h := v.w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	for _, box := range [][2]string{{"top-" + start, cssString(what)}, {"top-" + end, cssString(status)},
		{"bottom-" + start, cssString(v.p.Date(v.site.Now()) + " \u00b7 Merida")}, {"bottom-" + end, number}} {
		fmt.Fprintf(v.w, "@page{@%s{direction:%s;content:%s}}\n", box[0], dir, box[1])
	}
	return nil
}

// cssString writes a text as a string of CSS in which nothing but plain letters, digits and spaces stands unescaped.
func cssString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == ' ' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			b.WriteRune(r)
		case r == 0:
		default:
			b.WriteString(cssRune(r))
		}
	}
	b.WriteByte('"')
	return b.String()
}

// cssRune escapes a character; the space ends the escape and is no part of the text.
func cssRune(r rune) string { return fmt.Sprintf(`\%06x `, r) }

// written says when and by whom a version was written, as far as the reader may know.
func (v *visit) written(x assessment.Version) string {
	if x.ByName == "" {
		return v.p.Moment(x.At)
	}
	return v.p.T("question.stored", fault.Args{"time": v.p.Moment(x.At), "name": x.ByName})
}

// Written says when and by whom a version was written.
func (p paperPage) Written(x assessment.Version) string { return p.v.written(x) }

// OwnLang is the language of the party's words where it is not that of the page.
func (p paperPage) OwnLang(t lang.Tag) lang.Tag {
	if t == "" {
		return p.v.lang
	}
	return t
}

// Day writes a date of the store.
func (p paperPage) Day(t time.Time) string { return p.v.p.Date(t) }
