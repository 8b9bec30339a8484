package web

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/questionnaire"
)

// workRoutes are the pages of the people who work on a round.
var workRoutes = []route{
	{get, "/tasks", (*visit).tasksPage, true, false},

	{get, "/assessments/{id}", (*visit).assessmentPage, true, true},
	{get, "/assessments/{id}/people", (*visit).peoplePage, true, false},
	{post, "/assessments/{id}/people", (*visit).invite, true, false},
	{post, "/assessments/{id}/people/{account}/link", (*visit).linkContributor, true, false},
	{post, "/assessments/{id}/assign", (*visit).assign, true, false},
	{get, "/assessments/{id}/check", (*visit).checkPage, true, false},
	{post, "/assessments/{id}/propose", (*visit).propose, true, false},
	{post, "/assessments/{id}/reopen", (*visit).reopen, true, false},
	{post, "/assessments/{id}/submit", (*visit).submit, true, false},
	{get, "/assessments/{id}/receipt", (*visit).receiptPage, true, false},
	{get, "/assessments/{id}/publication", (*visit).publicationPage, true, false},
	{get, "/assessments/{id}/publication/{answer}", (*visit).publishPage, true, false},
	{post, "/assessments/{id}/publication/{answer}", (*visit).publish, true, false},
	{post, "/assessments/{id}/publication/{answer}/withdraw", (*visit).withdraw, true, false},
	{post, "/assessments/{id}/publication/{answer}/need", (*visit).needOfAnswer, true, false},
	{post, "/assessments/{id}/publication/needs/{need}/publish", (*visit).publishDraftedNeed, true, false},

	{get, "/rounds", (*visit).roundsPage, true, false},
	{get, "/rounds/new", (*visit).newRoundPage, true, false},
	{post, "/rounds", (*visit).openRound, true, false},
	{get, "/rounds/{id}", (*visit).roundPage, true, true},
	{get, "/rounds/{id}/parties/{iso}", (*visit).roundPartyPage, true, false},
	{post, "/rounds/{id}/parties/{iso}/extend", (*visit).extendDeadline, true, false},

	{get, "/mailbox", (*visit).mailboxPage, true, true},
	{get, "/accounts", (*visit).accountsPage, true, false},
	{post, "/accounts", (*visit).addAccount, true, false},
	{post, "/accounts/{id}/link", (*visit).linkAccount, true, false},
	{post, "/accounts/{id}/disabled", (*visit).disableAccount, true, false},
	{get, "/audit", (*visit).auditPage, true, true},
}

// band is the second line of the header on pages about one assessment. current is the
// last word of the address of this page: tasks, people, check, publication, or empty.
func (v *visit) band(a assessment.Assessment, r assessment.Round, current string) *Band {
	b := &Band{Owner: v.partyName(string(a.Party)), What: r.Titles.Pick(v.lang)}
	link := func(word, label, href string) {
		b.Links = append(b.Links, BandLink{label, href, word == current})
	}
	link("tasks", v.p.T("work.tasks", nil), v.href("/tasks"))
	link("answers", v.p.T("work.answers", nil), v.href("/assessments/%s", a.ID))
	if v.actor.May(identity.AssignAnswer, identity.Scope{Party: a.Party}) {
		link("people", v.p.T("work.people", nil), v.href("/assessments/%s/people", a.ID))
		link("check", v.p.T("work.check", nil), v.href("/assessments/%s/check", a.ID))
		link("publication", v.p.T("work.publication", nil), v.href("/assessments/%s/publication", a.ID))
	}
	if v.actor.May(identity.RecordFinding, identity.Scope{Party: a.Party}) && a.Submissions > 0 {
		link("review", v.p.T("review.title", nil), v.href("/assessments/%s/review", a.ID))
	}
	if v.actor.May(identity.FollowRound, identity.Scope{}) {
		link("round", v.p.T("work.status_board", nil), v.href("/rounds/%s", r.ID))
	}
	return b
}

// ownBand is the second line of the header on pages that are about no assessment.
func (v *visit) ownBand(current string) *Band {
	b := &Band{Owner: v.p.T("role."+string(v.actor.Role), nil)}
	if v.actor.Party != "" {
		b.Owner = v.partyName(string(v.actor.Party))
	} else if v.actor.Organisation != "" {
		b.Owner = v.oneOrganisation(v.actor.Organisation)
	}
	b.Links = append(b.Links, BandLink{v.p.T("work.tasks", nil), v.href("/tasks"), current == "tasks"})
	for _, l := range v.workLinks() {
		b.Links = append(b.Links, BandLink{l.Label, l.Href, strings.HasSuffix(l.Href, "/"+current)})
	}
	return b
}

// workLinks are the pages that a role works with, besides its assessments.
func (v *visit) workLinks() (out []Crumb) {
	add := func(label, path string) { out = append(out, Crumb{label, v.href("%s", path)}) }
	any := identity.Scope{}
	own := identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation}
	if v.actor.May(identity.FollowRound, any) {
		add(v.p.T("work.rounds", nil), "/rounds")
	}
	if v.actor.May(identity.MapMeasure, any) {
		add(v.p.T("mapping.waiting.title", nil), "/mapping")
	}
	if v.actor.May(identity.PrepareEdition, any) || v.actor.May(identity.ApproveEdition, any) {
		add(v.p.T("work.editions", nil), "/editions")
	}
	if v.site.Mail != nil && v.actor.May(identity.ReadMailbox, any) {
		add(v.p.T("mailbox.title", nil), "/mailbox")
	}
	if v.actor.May(identity.CreateAccount, any) {
		add(v.p.T("work.accounts", nil), "/accounts")
	}
	if v.actor.May(identity.StateOnActivity, own) || v.actor.May(identity.RecordActivity, own) || v.actor.May(identity.EditActivity, any) || v.actor.Role == identity.MechanismMember {
		add(v.p.T("work.coordination", nil), "/coordination")
		if v.actor.May(identity.StateOnActivity, own) {
			add(v.p.T("work.declared", nil), "/declared")
			add(v.p.T("work.checks", nil), "/checks")
		}
		if v.actor.Organisation != "" {
			add(v.p.T("match.title", nil), "/matches")
			add(v.p.T("overlap.title", nil), "/overlaps")
		}
		add(v.p.T("work.needs", nil), "/needs")
		add(v.p.T("request.list", nil), "/requests")
		add(v.p.T("offer.list", nil), "/offers")
		add(v.p.T("work.activities", nil), "/activities")
	}
	if may, _ := v.mayIntake(); may {
		add(v.p.T("intake.title", nil), "/intake")
	}
	if v.site.Follow != nil {
		add(v.p.T("subscription.title", nil), "/subscriptions")
	}
	if v.maySit() {
		add(v.p.T("mechanism.list", nil), "/mechanisms")
	}
	if v.site.Audit != nil && (v.actor.May(identity.ReadAudit, any) || v.actor.May(identity.ReadOwnAudit, own)) {
		add(v.p.T("work.audit", nil), "/audit")
	}
	return out
}

// workSheet is an assessment as the reader sees it, with the words that were asked.
type workSheet struct {
	assessment.Whole
	Edition questionnaire.Edition
	people  map[string]identity.Account
	// outdated are the answers whose origin has changed since they were taken over; the task list asks for it.
	outdated map[assessment.AnswerID]bool
	// own are the texts of a contributor; nil for everybody else.
	own map[assessment.AnswerID]assessment.Proposal
}

// sheet reads an assessment. NotFound: the reader's sight reaches none of its answers.
func (v *visit) sheet(id string) (*workSheet, error) {
	w, err := v.site.Assessments.Store.Whole(v.r.Context(), v.actor.Sight(), assessment.ID(id))
	if err != nil {
		return nil, err
	}
	if w.Answers = mine(v.actor.Sight(), w.Answers); len(w.Answers) == 0 {
		return nil, fault.Of(fault.NotFound)
	}
	s := &workSheet{Whole: w, people: map[string]identity.Account{}}
	if s.Edition, err = v.site.Questionnaires.Store.Edition(v.r.Context(), editionID(w.Round.Edition)); err != nil {
		return nil, err
	}
	if v.actor.Party == w.Assessment.Party && v.actor.Sight().Party == w.Assessment.Party {
		accounts, err := v.site.Identity.Store.Accounts(v.r.Context(), identity.AccountFilter{Party: w.Assessment.Party})
		if err != nil {
			return nil, err
		}
		for _, a := range accounts {
			s.people[a.ID] = a
		}
	}
	s.own, err = v.ownTexts(s.Assessment.ID)
	return s, err
}

// mine keeps of an assessment what the reader works on: for who was assigned some of
// it that alone, although what is public of the rest can be read too.
func mine(s identity.Sight, as []assessment.Answer) []assessment.Answer {
	if s.Assigned == "" {
		return as
	}
	return slices.DeleteFunc(as, func(a assessment.Answer) bool { return a.Assignee != s.Assigned })
}

// led reads an assessment for those who lead the party's answers; others are told no more than they may know.
func (v *visit) led(id string) (*workSheet, error) {
	s, err := v.sheet(id)
	if err != nil {
		return nil, err
	}
	return s, v.actor.Must(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party})
}

// workMark is a state with its sign.
type workMark struct{ Icon, Class, Word string }

// answerMark says where an answer stands.
func (v *visit) answerMark(s assessment.AnswerState) workMark {
	m := workMark{"empty", "", v.p.T("work.answer."+string(s), nil)}
	switch s {
	case assessment.Drafted:
		m.Icon, m.Class = "half", "go"
	case assessment.Frozen:
		m.Icon, m.Class = "check", "ok"
	case assessment.SentBack:
		m.Icon, m.Class = "back", "warn"
	case assessment.Published:
		m.Icon, m.Class = "eye", "ok"
	}
	return m
}

// assessmentMark says where an assessment stands.
func (v *visit) assessmentMark(s assessment.State) workMark {
	m := workMark{"half", "go", v.p.T("work.state."+string(s), nil)}
	switch s {
	case assessment.Proposed:
		m.Icon = "clock"
	case assessment.Submitted:
		m.Icon, m.Class = "check", "ok"
	case assessment.Returned:
		m.Icon, m.Class = "back", "warn"
	case assessment.Closed:
		m.Icon, m.Class = "lock", ""
	}
	return m
}

// workLine is one question in a list of work.
type workLine struct {
	assessment.Answer
	Name  string // of the provision
	Label Words  // what the provision is about, in a few words
	Text  Words
	Mark  workMark
	Who   string
	Due   string
	Late  bool
}

// workGroup is the questions on one article.
type workGroup struct {
	ID      string
	Name    string
	Heading Words
	Lines   []workLine
	Done    int
}

func (v *visit) workLine(s *workSheet, a assessment.Answer) workLine {
	l := workLine{Answer: a, Name: string(a.Provision), Mark: v.answerMark(a.State), Who: a.Agency}
	if p, ok := s.own[a.ID]; ok && tells(a, p) {
		l.Mark = v.ownMark(p.State)
	}
	if x, ok := v.subject(a.Provision); ok {
		l.Name, l.Label = v.name(x), v.words(x.Label)
	}
	if a.General() { // there are several, and one name would not tell them apart
		l.Name += " " + a.Question
	}
	if q, _, ok := s.Edition.Content.Question(a.Question); ok {
		l.Text = v.words(q.Text)
	}
	if who, ok := s.people[a.Assignee]; ok {
		l.Who = who.Name
		if who.Agency != "" {
			l.Who += " · " + who.Agency
		}
	}
	if due := dueOf(a, s.Assessment.Deadlines(s.Round)); due != "" && (a.Submitted == 0 || a.State == assessment.SentBack) {
		l.Due = v.p.Partial(due)
		l.Late = open(s.Assessment, a) && due < v.site.Now().UTC().Format(time.DateOnly)
	}
	return l
}

// dueOf is the date by which an answer is asked for: its own, else for who was
// given it that of preparing, else that of the submission.
func dueOf(a assessment.Answer, d assessment.Deadlines) string {
	if a.DueOn == "" && a.Assignee != "" && d.Prepare != "" {
		return d.Prepare
	}
	return cmp.Or(a.DueOn, d.Submit)
}

// open reports whether an answer waits for its party.
func open(s assessment.Assessment, a assessment.Answer) bool {
	return a.Owed() || s.State == assessment.Draft && a.State == assessment.Empty
}

// groups puts answers under their articles, in the order of the questionnaire.
func (v *visit) groups(s *workSheet, keep func(assessment.Answer) bool) (out []workGroup) {
	at := map[convention.ID]int{}
	for _, a := range s.Answers {
		if !keep(a) {
			continue
		}
		id := a.Provision
		article, ok := v.site.Conventions.Article(a.Provision)
		if !ok {
			article, ok = v.subject(a.Provision)
		}
		if ok {
			id = article.ID
		}
		i, have := at[id]
		if !have {
			i = len(out)
			at[id] = i
			g := workGroup{ID: string(id), Name: string(id)}
			if ok {
				g.Name, g.Heading = v.name(article), v.words(article.Heading())
			}
			out = append(out, g)
		}
		out[i].Lines = append(out[i].Lines, v.workLine(s, a))
		if p, ok := s.own[a.ID]; a.State != assessment.Empty && a.State != assessment.SentBack || ok && tells(a, p) {
			out[i].Done++
		}
	}
	return out
}

type tasksPage struct {
	Base
	Lead    string
	Rounds  []taskRound
	Notes   []taskNote
	Steps   []taskNote // how to begin, where nothing waits yet
	Sheet   *workSheet
	Groups  []workGroup
	Filters []workFilter
	Filter  *taskFilter
	Links   []Crumb
	Agency  []taskAgency
	Due     string
	// Passages say where the answers came from and where they go on.
	Passages []passage
	News     *taskNews
}

// taskRound is a round on the first page: of a party its progress, of an officer the number of parties.
type taskRound struct {
	Title    string
	Href     string
	Current  bool
	Mark     workMark
	Progress assessment.Progress
	Own      *ownPart // of a contributor
	OwnWords string
	Parties  int
	Sent     int
	Due      string
}

// taskNote is something that waits for the reader.
type taskNote struct {
	Href, Text, Reason string
}

type workFilter struct {
	Label, Href string
	N           int // what it keeps
	On          bool
}

type taskAgency struct {
	Name string
	Open int
}

// tasksPage is the first page after signing in: what waits for this person.
func (v *visit) tasksPage() error {
	p := tasksPage{Base: v.base("tasks", v.p.T("work.tasks", nil)), Links: v.workLinks()}
	p.Band = v.ownBand("tasks")
	var err error
	switch {
	case v.actor.Sight().Party != "":
		err = v.partyTasks(&p)
	case v.actor.May(identity.FollowRound, identity.Scope{}):
		err = v.officerTasks(&p)
	case v.actor.May(identity.ApproveEdition, identity.Scope{}):
		err = v.editionTasks(&p, questionnaire.Tabled)
	}
	if err != nil {
		return err
	}
	if err := v.clearingNotes(&p); err != nil {
		return err
	}
	if err := v.firstSteps(&p); err != nil {
		return err
	}
	if err := v.assistanceNotes(&p); err != nil {
		return err
	}
	if err := v.newsForTasks(&p); err != nil {
		return err
	}
	return v.show("work/tasks", p)
}

func (v *visit) editionTasks(p *tasksPage, state questionnaire.State) error {
	es, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	for _, e := range es {
		if e.State == state {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/editions/%s", e.ID), Text: v.p.T("work.note.edition", pairs([]any{"title", e.Content.Titles.Pick(v.lang)}))})
		}
	}
	return err
}

func (v *visit) officerTasks(p *tasksPage) error {
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return err
	}
	rows, err := v.site.Assessments.Store.Find(v.r.Context(), assessment.Filter{})
	if err != nil {
		return err
	}
	p.Rounds = v.roundLines(rounds, rows)
	return nil
}

// roundLines are rounds with how many parties have submitted.
func (v *visit) roundLines(rounds []assessment.Round, rows []assessment.Row) (out []taskRound) {
	for _, r := range rounds {
		t := taskRound{Title: r.Titles.Pick(v.lang), Href: v.href("/rounds/%s", r.ID), Due: v.p.Partial(r.Deadlines.Submit)}
		for _, x := range rows {
			if x.Round == r.ID {
				t.Parties++
				if x.Submissions > 0 {
					t.Sent++
				}
			}
		}
		out = append(out, t)
	}
	return out
}

// partyTasks fills the first page of a party's people with the round they chose, else the newest.
func (v *visit) partyTasks(p *tasksPage) error {
	ctx := v.r.Context()
	rows, err := v.site.Assessments.Store.Find(ctx, assessment.Filter{Party: v.actor.Party})
	if err != nil {
		return err
	}
	rounds, err := v.site.Assessments.Store.Rounds(ctx)
	if err != nil {
		return err
	}
	titles := map[assessment.RoundID]assessment.Round{}
	for _, r := range rounds {
		titles[r.ID] = r
	}
	chosen := v.query("round")
	for _, row := range rows {
		s, err := v.sheet(string(row.ID))
		if fault.Is(err, fault.NotFound) {
			continue // nothing of it is assigned to this person
		}
		if err != nil {
			return err
		}
		r := titles[row.Round]
		t := taskRound{Title: r.Titles.Pick(v.lang), Href: "?round=" + string(r.ID), Mark: v.assessmentMark(row.State), Progress: progress(s.Answers), Due: v.p.Partial(row.Deadlines(r).Submit)}
		if chosen == string(r.ID) || chosen == "" && p.Sheet == nil && (row.State != assessment.Closed || len(rows) == 1) {
			t.Current, p.Sheet, p.Due = true, s, t.Due
		}
		if t.Own = v.ownPart(s.Answers, s.own); t.Own != nil {
			t.OwnWords = v.ownWords(t.Own)
		}
		p.Rounds = append(p.Rounds, t)
		if err := v.notes(p, s); err != nil {
			return err
		}
	}
	if p.Sheet == nil {
		return nil
	}
	s := p.Sheet
	p.Band = v.band(s.Assessment, s.Round, "tasks")
	p.Title = s.Round.Titles.Pick(v.lang)
	reused, err := v.site.Assessments.Store.Reuses(ctx, v.actor.Sight(), s.Assessment.ID, "")
	if err != nil {
		return err
	}
	s.outdated = map[assessment.AnswerID]bool{}
	for _, u := range reused {
		s.outdated[u.Answer] = s.outdated[u.Answer] || u.Stale()
	}
	if p.Passages, err = v.passages(s); err != nil {
		return err
	}
	filter, shows, keep := v.narrow(s)
	p.Filter, p.Filters = &filter, shows
	p.Groups = v.groups(s, keep)
	if v.actor.May(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party}) {
		waiting := map[string]int{}
		for _, a := range s.Answers {
			if a.Assignee != "" && open(s.Assessment, a) {
				waiting[a.Agency]++
			}
		}
		for name, n := range waiting {
			p.Agency = append(p.Agency, taskAgency{name, n})
		}
		slices.SortFunc(p.Agency, func(a, b taskAgency) int { return strings.Compare(a.Name, b.Name) })
	}
	return nil
}

func progress(as []assessment.Answer) (p assessment.Progress) {
	p.Questions = len(as)
	for _, a := range as {
		if a.State != assessment.Empty && !a.Owed() {
			p.Answered++
		}
		if a.Submitted > 0 {
			p.Submitted++
		}
		if a.State == assessment.SentBack {
			p.Returned++
		}
		if a.Published > 0 {
			p.Published++
		}
	}
	return p
}

const soon = 14 * 24 * time.Hour

// notes adds what of an assessment waits for the reader.
func (v *visit) notes(p *tasksPage, s *workSheet) error {
	scope := identity.Scope{Party: s.Assessment.Party}
	link := func(format string, a ...any) string { return v.href(format, a...) }
	note := func(href, reason, key string, args ...any) {
		p.Notes = append(p.Notes, taskNote{href, v.p.T(key, pairs(args)), reason})
	}
	v.assignStep(p, s)
	byID := map[assessment.AnswerID]assessment.Answer{}
	lead, submits, contributes := v.actor.May(identity.ProposeAnswers, scope), v.actor.May(identity.Submit, scope), v.actor.Role == identity.Contributor
	late, first := 0, ""
	limit := v.site.Now().UTC().Add(soon).Format(time.DateOnly)
	all := true
	for _, a := range s.Answers {
		byID[a.ID] = a
		all = all && a.State != assessment.Empty && !a.Owed()
		if a.Owed() {
			note(link("/questions/%s", a.ID), a.Reason, "work.note.returned", "provision", v.workLine(s, a).Name)
		}
		if due := dueOf(a, s.Assessment.Deadlines(s.Round)); due != "" && due <= limit && a.State == assessment.Empty && !handedIn(s.own[a.ID].State) && open(s.Assessment, a) {
			late++
			if first == "" || due < first {
				first = due
			}
		}
	}
	proposals, err := v.site.Assessments.Store.Proposals(v.r.Context(), v.actor.Sight(), s.Assessment.ID)
	if err != nil {
		return err
	}
	for _, x := range proposals {
		a := byID[x.Answer]
		if a.ID == "" {
			continue
		}
		name := v.workLine(s, a).Name
		who := x.Name
		if x.Agency != "" {
			who = x.Agency
		}
		switch {
		case lead && x.State == assessment.Offered:
			note(link("/questions/%s", a.ID), "", "work.note.offered", "provision", name, "who", who)
		case lead && x.State == assessment.SetAside:
			note(link("/questions/%s", a.ID), "", "work.note.set_aside", "provision", name, "who", who)
		case contributes && x.State == assessment.HandedBack:
			note(link("/questions/%s", a.ID), x.Note, "work.note.handed_back", "provision", name)
		}
	}
	if late > 0 && (lead || contributes) {
		note("?round="+string(s.Round.ID)+"&show=unanswered", "", "work.note.due", "n", late, "date", v.p.Partial(first))
	}
	switch st := s.Assessment.State; {
	case submits && st == assessment.Proposed:
		note(link("/assessments/%s/check", s.Assessment.ID), "", "work.note.submit", "title", s.Round.Titles.Pick(v.lang))
	case lead && all && (st == assessment.Draft || st == assessment.Returned):
		note(link("/assessments/%s/check", s.Assessment.ID), "", "work.note.propose", "title", s.Round.Titles.Pick(v.lang))
	}
	return nil
}

// sixTexts reads a text in six languages from form fields prefix-ar, prefix-zh and so on.
func (v *visit) sixTexts(prefix string) lang.Text {
	out := lang.Text{}
	for _, t := range lang.Official {
		if s := v.form(prefix + "-" + string(t)); s != "" {
			out[t] = lang.Value{S: s}
		}
	}
	return out
}
