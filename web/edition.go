package web

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"

	"merida/assessment"
	"merida/exchange/xlsform"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/questionnaire"
)

// editionRoutes are the pages of editions. What was put before the Conference is
// public; drafts and the acts belong to those who prepare and approve editions.
var editionRoutes = []route{
	{get, "/editions", (*visit).editionsPage, false, true},
	{post, "/editions", (*visit).addEdition, true, false},
	{get, "/editions/{id}", (*visit).editionPage, false, true},
	{post, "/editions/{id}/table", (*visit).tableEdition, true, false},
	{post, "/editions/{id}/approve", (*visit).approveEdition, true, false},
	{post, "/editions/{id}/retire", (*visit).retireEdition, true, false},
	{get, "/editions/{id}/changes", (*visit).editionChanges, false, true},
	{get, "/editions/{id}/document", (*visit).editionDocument, false, false},
	{get, "/editions/{id}/form", (*visit).editionForm, false, false},
	{get, "/editions/{id}/running.css", (*visit).editionRunning, false, false},
}

// keepsEditions reports whether the visitor prepares or approves editions.
func (v *visit) keepsEditions() bool {
	return v.actor.May(identity.PrepareEdition, identity.Scope{}) || v.actor.May(identity.ApproveEdition, identity.Scope{})
}

// edition reads the edition that the path names. Drafts are shown to those who prepare and
// approve editions; to everybody else an edition exists once it was put before the Conference.
func (v *visit) edition() (questionnaire.Edition, error) {
	if v.keepsEditions() {
		return v.site.Questionnaires.Store.Edition(v.r.Context(), editionID(v.vars[0]))
	}
	return v.site.Questionnaires.Store.Public(v.r.Context(), editionID(v.vars[0]))
}

// editionStatus says where an edition stands.
func (v *visit) editionStatus(e questionnaire.Edition) string {
	switch e.State {
	case questionnaire.Approved, questionnaire.Retired:
		return v.p.T("edition.status."+string(e.State), fault.Args{"symbol": e.Symbol, "date": v.p.Partial(e.ApprovedOn)})
	}
	return v.p.T("edition.status."+string(e.State), nil)
}

type editionsPage struct {
	Base
	Lines   []editionLine
	Shipped []editionLine // those that are not here yet
	Keeper  bool
	Prepare bool
}

type editionLine struct {
	questionnaire.Edition
	Title     Words
	Questions int
	Status    string
	Rounds    int
}

// editionsPage lists the editions with their standing.
func (v *visit) editionsPage() error {
	p, err := v.editions()
	if err != nil {
		return err
	}
	if !v.downloads() {
		return v.show("edition/list", p)
	}
	t := func(key string) string { return v.p.T(key, nil) }
	rows := [][]string{{"id", t("column.title"), t("column.status"), "status", t("edition.symbol"), t("edition.on"), t("round.questions"), t("work.rounds"), "sha256"}}
	for _, l := range p.Lines {
		rows = append(rows, []string{string(l.ID), l.Title.S, t("edition.state." + string(l.State)), string(l.State), l.Symbol, l.ApprovedOn, itoa(l.Questions), itoa(l.Rounds), l.Hash})
	}
	return v.csv("editions", rows)
}

func (v *visit) editions() (p editionsPage, err error) {
	p = editionsPage{Base: v.base("tasks", v.p.T("work.editions", nil)), Keeper: v.keepsEditions(), Prepare: v.actor.May(identity.PrepareEdition, identity.Scope{})}
	read := v.site.Questionnaires.Store.Publics
	if p.Keeper {
		p.Band = v.ownBand("editions")
		read = v.site.Questionnaires.Store.Editions
	} else {
		p.Nav = "convention"
	}
	es, err := read(v.r.Context())
	if err != nil {
		return p, err
	}
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return p, err
	}
	have := map[questionnaire.EditionID]bool{}
	for _, e := range es {
		have[e.ID] = true
		l := editionLine{e, v.words(e.Content.Titles), len(e.Content.All()), v.editionStatus(e), 0}
		for _, r := range rounds {
			if r.Edition == string(e.ID) {
				l.Rounds++
			}
		}
		p.Lines = append(p.Lines, l)
	}
	if !p.Prepare {
		return p, nil
	}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return p, err
	}
	for _, c := range shipped {
		if id := c.ID(); !have[id] {
			p.Shipped = append(p.Shipped, editionLine{Edition: questionnaire.Edition{ID: id, Content: c}, Title: v.words(c.Titles), Questions: len(c.All())})
		}
	}
	return p, nil
}

type editionPage struct {
	Base
	E          questionnaire.Edition
	Title      Words
	Status     string
	Mark       workMark
	Convention string
	Chapters   []paperChapter
	Count      int
	Steps      []editionStep
	Seconded   []editionStep // records of an approval that waits for other people
	Missing    int           // people who are still to record it
	Waits      bool          // put before the Conference; somebody else records the approval
	Approvers  string        // who can
	Start      bool          // approved: a round can be opened
	Rounds     []taskRound
	Table      bool
	Approve    bool
	Retire     bool
	Today      string
	Form       url.Values
	Conflict   string // why the act was refused
	Documents  []LanguageLink
}

type editionStep struct {
	questionnaire.Step
	On string // date of the decision, in words
}

func (v *visit) editionView() (p editionPage, err error) {
	e, err := v.edition()
	if err != nil {
		return p, err
	}
	title := v.words(e.Content.Titles)
	p = editionPage{Base: v.base("convention", title.S), E: e, Title: title, Status: v.editionStatus(e), Form: v.r.PostForm, Today: v.site.Now().UTC().Format("2006-01-02")}
	p.Mark = workMark{map[questionnaire.State]string{questionnaire.Draft: "half", questionnaire.Tabled: "clock", questionnaire.Approved: "check", questionnaire.Retired: "lock"}[e.State], "", p.Status}
	p.Crumbs = []Crumb{{v.p.T("work.editions", nil), v.href("/editions")}}
	if c, ok := v.site.Conventions.Convention(e.Content.Convention); ok {
		p.Convention = c.Titles.Pick(v.lang)
	}
	read := v.site.Questionnaires.Store.PublicSteps
	if v.keepsEditions() {
		p.Band, p.Nav = v.ownBand("editions"), "tasks"
		read = v.site.Questionnaires.Store.Steps
	}
	steps, err := read(v.r.Context(), e.ID)
	if err != nil {
		return p, err
	}
	for _, s := range steps {
		p.Steps = append(p.Steps, editionStep{s, v.p.Partial(s.On)})
	}
	for _, s := range questionnaire.Seconded(steps) {
		p.Seconded = append(p.Seconded, editionStep{s, v.p.Partial(s.On)})
	}
	paper := v.paper(e)
	for _, q := range e.Content.All() {
		paper.ask(paperQuestion{Question: q})
	}
	p.Chapters, p.Count = paper.Chapters, paper.Count
	for _, t := range lang.Official {
		p.Documents = append(p.Documents, LanguageLink{t, locale.OwnName(t), "/" + string(t) + "/editions/" + url.PathEscape(string(e.ID)) + "/document", t == v.lang})
	}
	if err := v.editionRounds(&p); err != nil {
		return p, err
	}
	may := func(a identity.Act) bool { return v.actor.May(a, identity.Scope{}) }
	p.Table = e.State == questionnaire.Draft && may(identity.TableEdition)
	p.Retire = e.State == questionnaire.Approved && may(identity.RetireEdition)
	p.Approve = e.State == questionnaire.Tabled && may(identity.ApproveEdition)
	if e.State == questionnaire.Tabled {
		p.Missing = max(v.site.Questionnaires.Approvers, 1) - len(p.Seconded)
	}
	for _, s := range p.Seconded {
		p.Approve = p.Approve && s.By != v.actor.Account
	}
	p.Start = e.State == questionnaire.Approved && may(identity.OpenRound) && len(p.Rounds) == 0
	if p.Waits = e.State == questionnaire.Tabled && !p.Approve && v.keepsEditions(); p.Waits {
		who, err := v.approvers()
		if err != nil {
			return p, err
		}
		p.Approvers = strings.Join(who, " · ")
	}
	return p, nil
}

// editionRounds lists the rounds that were opened on the edition. That a round is open is no secret.
func (v *visit) editionRounds(p *editionPage) error {
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return err
	}
	rounds = slices.DeleteFunc(rounds, func(r assessment.Round) bool { return r.Edition != string(p.E.ID) })
	var rows []assessment.Row
	if v.actor.May(identity.FollowRound, identity.Scope{}) {
		if rows, err = v.site.Assessments.Store.Find(v.r.Context(), assessment.Filter{}); err != nil {
			return err
		}
	}
	p.Rounds = v.roundLines(rounds, rows)
	if rows == nil {
		for i := range p.Rounds {
			p.Rounds[i].Href = ""
		}
	}
	return nil
}

// editionPage shows one edition: where it stands, its documents, what uses it, what it asks and the next act.
func (v *visit) editionPage() error {
	p, err := v.editionView()
	if err != nil {
		return err
	}
	switch {
	case v.suffix == "xlsx":
		var b bytes.Buffer
		if err := xlsform.Write(&b, p.E.Content); err != nil {
			return err
		}
		return v.sendFile("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", string(p.E.ID)+".xlsx", b.Bytes())
	case v.downloads():
		return v.editionCSV(p.E)
	}
	return v.show("edition/page", p)
}

// editionCSV is every question in the six languages.
func (v *visit) editionCSV(e questionnaire.Edition) error {
	head := []string{v.p.T("column.provision", nil), "provision", "question"}
	for _, t := range lang.Official {
		head = append(head, "text:"+string(t))
	}
	for _, t := range lang.Official {
		head = append(head, "guidance:"+string(t))
	}
	rows := [][]string{head}
	for _, q := range e.Content.All() {
		row := []string{v.base("", "").ProvisionName(q.Provision), string(q.Provision), q.ID}
		for _, t := range lang.Official {
			row = append(row, q.Text[t].S)
		}
		for _, t := range lang.Official {
			row = append(row, q.Guidance[t].S)
		}
		rows = append(rows, row)
	}
	return v.csv(string(e.ID), rows)
}

// addEdition takes one of the editions that come with the program in as a draft.
func (v *visit) addEdition() error {
	if err := v.actor.Must(identity.PrepareEdition, identity.Scope{}); err != nil {
		return err
	}
	p, err := v.editions()
	if err != nil {
		return err
	}
	id := editionID(v.form("edition"))
	for _, l := range p.Shipped {
		if l.ID == id {
			if _, err := v.site.Questionnaires.Add(v.r.Context(), v.act(), l.Content); err != nil {
				return err
			}
			return v.seeTold(v.href("/editions/%s", id), "edition_added", 0)
		}
	}
	for _, l := range p.Lines {
		if l.ID == id {
			return v.see(v.href("/editions/%s", id)) // it is here already: the form came twice
		}
	}
	return fault.Of(fault.NotFound)
}

func (v *visit) tableEdition() error {
	return v.moved("edition_tabled", v.site.Questionnaires.Table(v.r.Context(), v.act(), editionID(v.vars[0])))
}

func (v *visit) approveEdition() error {
	return v.moved("edition_approved", v.site.Questionnaires.Approve(v.r.Context(), v.act(), editionID(v.vars[0]), v.form("symbol"), v.form("on")))
}

func (v *visit) retireEdition() error {
	return v.moved("edition_retired", v.site.Questionnaires.Retire(v.r.Context(), v.act(), editionID(v.vars[0])))
}

// moved shows the edition as it now stands, with what was wrong at its field or why the act was refused.
func (v *visit) moved(word string, err error) error {
	kind := fault.KindOf(err)
	switch {
	case err == nil:
		return v.seeTold(v.href("/editions/%s", v.vars[0]), word, 0)
	case v.wantsJSON(), kind != fault.Invalid && kind != fault.Conflict:
		return err
	}
	p, readErr := v.editionView()
	if readErr != nil {
		return readErr
	}
	p.Errors = v.fieldErrors(err)
	if kind == fault.Conflict {
		if f, ok := errors.AsType[*fault.Error](err); ok {
			p.Conflict = v.message(f)
		}
	}
	return v.showStatus(status(kind), "edition/page", p)
}

// documentPage is an edition as a document for the Conference.
type documentPage struct {
	paperPage
	ConvTitle Words
	Tabled    string
}

// editionDocument is the edition as a document for the Conference: cover, contents, questions and code lists.
func (v *visit) editionDocument() error {
	e, err := v.edition()
	if err != nil {
		return err
	}
	p := documentPage{paperPage: v.paper(e)}
	p.Status = v.editionStatus(e)
	p.Back = v.href("/editions/%s", e.ID)
	p.Running = v.href("/editions/%s/running.css", e.ID)
	if c, ok := v.site.Conventions.Convention(e.Content.Convention); ok {
		p.ConvTitle = v.words(c.Titles)
	}
	for _, q := range e.Content.All() {
		p.ask(paperQuestion{Question: q})
	}
	steps, err := v.site.Questionnaires.Store.PublicSteps(v.r.Context(), e.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s.Kind == questionnaire.StepTabled {
			p.Tabled = v.p.Date(s.At)
		}
	}
	return v.showDocument("print/edition", p)
}
