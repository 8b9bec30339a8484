package web

import (
	"net/url"
	"slices"
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

var questionRoutes = []route{
	{get, "/questions/{id}", (*visit).questionPage, true, false},
	{post, "/questions/{id}", (*visit).saveQuestion, true, false},
	{get, "/questions/{id}/cite", (*visit).citePage, true, false},
	{post, "/questions/{id}/cite", (*visit).cite, true, false},
	{get, "/questions/{id}/law", (*visit).lawPage, true, false},
	{post, "/questions/{id}/law", (*visit).addLaw, true, false},
	{get, "/questions/{id}/both/{proposal}", (*visit).bothPage, true, false},
	{post, "/questions/{id}/both/{proposal}", (*visit).chooseBoth, true, false},
	{post, "/questions/{id}/offer", (*visit).offerAnswer, true, false},
	{post, "/questions/{id}/accept", (*visit).acceptAnswer, true, false},
	{post, "/questions/{id}/hand-back", (*visit).handBackAnswer, true, false},
	{post, "/questions/{id}/return", (*visit).returnAnswer, true, false},
	{get, "/questions/{id}/history", (*visit).historyPage, true, false},
}

// Where an actor's words on a question go.
const (
	ownLine  = "line"     // the party's own line of versions
	apart    = "proposal" // a contribution that is kept apart
	readOnly = ""
)

// asked is one question of one party as this actor meets it.
type asked struct {
	assessment.Detail
	Edition   questionnaire.Edition
	Asked     questionnaire.Question
	Provision *convention.Provision
	Write     string
	Mine      *assessment.Proposal // the contributor's newest text that is not settled
}

// question reads the answer that the path names. NotFound: the visitor may not know of it.
func (v *visit) question() (q asked, err error) {
	ctx := v.r.Context()
	if q.Detail, err = v.site.Assessments.Store.Detail(ctx, v.actor.Sight(), assessment.AnswerID(v.vars[0])); err != nil {
		return q, err
	}
	if q.Edition, err = v.site.Questionnaires.Store.Edition(ctx, editionID(q.Round.Edition)); err != nil {
		return q, err
	}
	if x, _, ok := q.Edition.Content.Question(q.Answer.Question); ok {
		q.Asked = *x
	}
	var ok bool
	if q.Provision, ok = v.subject(q.Answer.Provision); !ok {
		return q, fault.Of(fault.NotFound)
	}
	if q.Answer.Writable(q.Assessment.State) {
		switch scope := q.Answer.Scope(v.actor); {
		case v.actor.May(identity.EditAnswer, scope):
			q.Write = ownLine
		case v.actor.May(identity.Contribute, scope):
			q.Write = apart
		}
	}
	for i, p := range q.Proposals { // newest first
		if p.Author == v.actor.Account && (p.Open() || p.State == assessment.Offered) {
			q.Mine = &q.Proposals[i]
			break
		}
	}
	return q, nil
}

// newest is the text on which the actor goes on writing, with the number that a save of it must name.
func (q *asked) newest() (c assessment.Content, base int) {
	if q.Write != apart {
		return q.Current.Content, q.Current.N
	}
	switch {
	case q.Mine == nil:
		return q.Current.Content, 0
	case q.Mine.Open():
		return q.Mine.Content, q.Mine.Saves
	}
	return q.Mine.Content, 0 // was handed over: what is written now is a new text
}

// proposal finds one of the texts that are kept apart. NotFound: the actor may not see it, or there is none.
func (q *asked) proposal(id string) (assessment.Proposal, error) {
	for _, p := range q.Proposals {
		if string(p.ID) == id {
			return p, nil
		}
	}
	return assessment.Proposal{}, fault.Of(fault.NotFound)
}

// store saves the actor's words where they belong: in the party's own line, or apart for who may only contribute.
func (v *visit) store(answer assessment.AnswerID, actor identity.Actor, base int, c assessment.Content) (assessment.Saved, error) {
	if !actor.May(identity.EditAnswer, identity.Scope{Party: actor.Party}) && actor.May(identity.Contribute, identity.Scope{Party: actor.Party, Assigned: true}) {
		return v.site.Assessments.Contribute(v.r.Context(), actor, answer, base, c)
	}
	return v.site.Assessments.Save(v.r.Context(), actor, answer, base, c)
}

type questionPage struct {
	Base
	Q                      asked
	Question, Guidance     Words
	Options, Challenges    []optionLine
	Parts                  map[string]partLine
	Outline                []outlineSection
	Answered, Total        int
	Progress               string     // the two in words
	Stands                 workMark   // of the answer, or of a contributor's own text
	Lacks                  []lackLine // what the stored text still needs
	Previous, Next, Number string
	Content                assessment.Content
	Cites                  []citeLine
	Wanted                 []assessment.Wanted
	Given                  []assessment.Given
	WantedLines            []wantedLine
	GivenLines             []givenLine
	Forms                  []formOption
	Langs                  []languageOption
	At                     int    // version, or save of the contribution, that the form was made from
	Kept                   string // a text kept beside that this form takes over
	Offered, Aside         []proposalLine
	MayReturn, MayOffer    bool
	OfferedAt              time.Time
	Remarks, Settled       []remarkLine
	Audiences              []assessment.Audience // to whom the reader can write beside the answer
	Typed                  string                // a remark that was refused
	Found                  []findingLine
	Offers                 []offerLine
	Reused                 []assessment.Reused
	Here                   string // who else has the page open for writing
	Treaty                 *treatyText
	General                bool // about the convention as a whole: the block does not follow
}

type optionLine struct {
	Code, Label, Hint string
	On                bool
}

type partLine struct{ Label, Hint Words }

type formOption struct{ Code, Name string }

type languageOption struct {
	Tag  lang.Tag
	Name string
}

type proposalLine struct {
	assessment.Proposal
	Cites []citeLine
}

// citeLine is a citation with what people call it.
type citeLine struct {
	Value, Name, Href string
	Law               string
	Lang              lang.Tag
	Unseen            bool // the reader may not see the measure
	// Href is empty where the reader sees the measure through the submitted answer alone; Text is then what it cites.
	Text string
}

func citeValue(c library.Citation) string {
	return string(c.Measure) + "|" + itoa(c.Version) + "|" + c.EID
}

// citeLines names citations for the reader, in their order; none is left out.
func (v *visit) citeLines(cs []library.Citation) (out []citeLine, err error) {
	if len(cs) == 0 {
		return nil, nil
	}
	found, err := v.site.Library.Store.Cited(v.r.Context(), v.actor.Sight(), cs)
	if err != nil {
		return nil, err
	}
	by := make(map[library.Citation]library.CitedSection, len(found))
	for _, f := range found {
		by[f.Citation] = f
	}
	for _, c := range cs {
		f, ok := by[c]
		l := citeLine{Value: citeValue(c), Unseen: !ok}
		if ok {
			l.Law, l.Name, l.Lang = f.Measure.Titles.Pick(f.Measure.Lang), sectionName(f.Section), f.Measure.Lang
			if l.Name == "" {
				l.Name = c.EID
			}
			if f.Pinned {
				l.Text = f.Section.Text
			} else {
				l.Href = v.href("/measures/%s", c.Measure)
				if c.Version > 0 {
					l.Href = v.href("/measures/%s/versions/%d", c.Measure, c.Version)
				}
				if c.EID != "" {
					l.Href += "/sections/" + url.PathEscape(c.EID)
				}
			}
		}
		out = append(out, l)
	}
	return out, nil
}

// answerIcons are shown with the word of the state beside them.
var answerIcons = map[assessment.AnswerState][2]string{
	assessment.Empty: {"empty", ""}, assessment.Drafted: {"half", "go"}, assessment.Frozen: {"lock", "ok"},
	assessment.SentBack: {"back", "warn"}, assessment.Published: {"eye", "ok"},
}

// questionBase begins a page about one question.
func (v *visit) questionBase(q asked, title string) Base {
	b := v.base("tasks", title)
	b.Crumbs = []Crumb{{v.p.T("nav.tasks", nil), v.href("/tasks")}, {q.Round.Titles.Pick(v.lang), v.href("/assessments/%s", q.Assessment.ID)}}
	b.Band = &Band{Owner: v.partyName(string(q.Assessment.Party)), What: q.Round.Titles.Pick(v.lang), Save: v.stands(q),
		Links: []BandLink{{v.p.T("nav.tasks", nil), v.href("/tasks"), false}, {v.p.T("question.assessment", nil), v.href("/assessments/%s", q.Assessment.ID), false}}}
	return b
}

// stands says what of the text is safe.
func (v *visit) stands(q asked) string {
	at, by := q.Current.At, q.Current.ByName
	if q.Write == apart {
		at = time.Time{}
		if q.Mine != nil {
			at, by = q.Mine.At, q.Mine.Name
		}
	}
	if at.IsZero() {
		return v.p.T("question.nothing_stored", nil)
	}
	if by == "" {
		return v.clock(at)
	}
	return v.p.T("question.stored", fault.Args{"time": v.clock(at), "name": by})
}

// clock is a time of today, or a day with its time.
func (v *visit) clock(at time.Time) string {
	if at.Format(time.DateOnly) == v.site.Now().Format(time.DateOnly) {
		return v.p.Clock(at) + " UTC"
	}
	return v.p.Moment(at)
}

// questionPage shows one question with its follow-ups: as a form to who may write, else to read.
func (v *visit) questionPage() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	content, at := q.newest()
	kept := ""
	if take := v.query("take"); take != "" && q.Write != readOnly {
		p, err := q.proposal(take)
		if err != nil {
			return err
		}
		content, kept = p.Content, take
	}
	page, err := v.questionWith(q, content, at)
	if err != nil {
		return err
	}
	page.Kept = kept
	switch done := v.query("done"); done {
	case "stored":
		page.Done = v.stands(q)
	case "offered", "accepted", "handed_back", "returned", "cited", "merged":
		page.Done = v.p.T("question.done."+done, nil)
	}
	if v.query("saved") != "" {
		page.Done = v.p.T("question.done.saved", nil)
	}
	return v.show("question/page", page)
}

// questionWith makes the page of a question with the given text in it.
func (v *visit) questionWith(q asked, content assessment.Content, at int) (p questionPage, err error) {
	title := v.name(q.Provision)
	if h := q.Provision.Heading().Pick(v.lang); h != "" {
		title += " · " + h
	}
	p = questionPage{Base: v.questionBase(q, title), Q: q, Content: content, At: at, Question: v.words(q.Asked.Text), Guidance: v.words(q.Asked.Guidance)}
	if q.Write != readOnly {
		p.Scripts = []string{"answer.js"}
	}
	b := &q.Edition.Content.Block
	for _, o := range b.Options {
		p.Options = append(p.Options, optionLine{o.Code, o.Label.Pick(v.lang), o.Hint.Pick(v.lang), string(content.Implementation) == o.Code})
	}
	for _, o := range b.Challenges {
		p.Challenges = append(p.Challenges, optionLine{o.Code, o.Label.Pick(v.lang), o.Hint.Pick(v.lang), slices.Contains(content.Challenges, o.Code)})
	}
	p.General = q.Answer.General()
	p.Parts = map[string]partLine{}
	for _, part := range assessment.Parts {
		x := b.Part(string(part))
		l := partLine{v.words(x.Label), v.words(x.Hint)}
		if l.Label.S == "" {
			l.Label.S = v.p.T("part."+string(part), nil)
		}
		if g := b.General; g != nil && p.General && g.ID == string(part) {
			l = partLine{v.words(g.Label), v.words(g.Hint)}
		}
		if p.General && part == assessment.PartCitations {
			l.Label.S = v.p.T("question.general_citations", nil)
		}
		p.Parts[string(part)] = l
	}
	if p.Cites, err = v.citeLines(content.Citations); err != nil {
		return p, err
	}
	p.Wanted = append(slices.Clone(content.Wanted), assessment.Wanted{}, assessment.Wanted{})
	p.Given = append(slices.Clone(content.Given), assessment.Given{}, assessment.Given{})
	for _, w := range content.Wanted {
		p.WantedLines = append(p.WantedLines, wantedLine{w, v.formName(w.Form)})
	}
	for _, g := range content.Given {
		p.GivenLines = append(p.GivenLines, givenLine{g, v.formName(g.Form)})
	}
	p.Forms, p.Langs = v.formOptions(content), v.languageOptions(content.Lang)
	if p.Content.Lang == "" {
		p.Content.Lang = v.lang
	}
	if err := v.outline(q, &p); err != nil {
		return p, err
	}
	p.Stands, p.Lacks = workMark{answerIcons[q.Answer.State][0], answerIcons[q.Answer.State][1], v.p.T("question.state."+string(q.Answer.State), nil)}, v.lacks(&q)
	if t := q.mineOf(v.actor); t != nil && v.actor.Sight().Assigned != "" && tells(q.Answer, *t) {
		p.Stands = v.ownMark(t.State)
	}
	if err := v.remarks(q, &p); err != nil {
		return p, err
	}
	if p.Found, err = v.findings(q); err != nil {
		return p, err
	}
	if err := v.reuse(q, &p); err != nil {
		return p, err
	}
	if p.Treaty, err = v.treatyText(q.Provision.ID); err != nil {
		return p, err
	}
	p.Typed, p.Here = v.form("remark"), v.others(q)
	for _, x := range q.Proposals {
		cites, err := v.citeLines(x.Content.Citations)
		if err != nil {
			return p, err
		}
		switch x.State {
		case assessment.Offered:
			p.Offered = append(p.Offered, proposalLine{x, cites})
		case assessment.SetAside:
			p.Aside = append(p.Aside, proposalLine{x, cites})
		}
	}
	p.MayOffer = q.Write == apart && q.Mine != nil && q.Mine.Open()
	if q.Mine != nil && q.Mine.State == assessment.Offered {
		p.OfferedAt = q.Mine.At
	}
	with := q.Answer.State == assessment.Frozen || q.Answer.State == assessment.Published
	p.MayReturn = with && v.actor.May(identity.ReturnAnswer, identity.Scope{Party: q.Answer.Party})
	return p, nil
}

// formOptions are the forms of assistance that may be chosen, and those that were chosen when they still could be.
func (v *visit) formOptions(c assessment.Content) (out []formOption) {
	l, _ := v.site.Codes.List("ta-form")
	if l != nil {
		for _, x := range l.Active() {
			out = append(out, formOption{x.Code, x.Name.Pick(v.lang)})
		}
	}
	add := func(code string) {
		if code != "" && !slices.ContainsFunc(out, func(f formOption) bool { return f.Code == code }) {
			out = append(out, formOption{code, v.formName(code)})
		}
	}
	for _, w := range c.Wanted {
		add(w.Form)
	}
	for _, g := range c.Given {
		add(g.Form)
	}
	return out
}

// languageOptions are the six official languages, and the one in use where it is another.
func (v *visit) languageOptions(in lang.Tag) (out []languageOption) {
	for _, t := range lang.Official {
		out = append(out, languageOption{t, locale.OwnName(t)})
	}
	if in != "" && !lang.IsOfficial(in) {
		out = append(out, languageOption{in, v.langName(in)})
	}
	return out
}
