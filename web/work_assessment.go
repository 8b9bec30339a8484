package web

import (
	"net/http"
	"net/url"
	"slices"

	"merida/assessment"
	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/publication"
)

type assessmentPage struct {
	Base
	Sheet    *workSheet
	Mark     workMark
	Progress assessment.Progress
	Groups   []workGroup
	Inside   bool // the reader is of the party
	Steps    []stepLine
	// Extensions are what the State was granted, with the reasons, for those who lead its answers and the officers.
	Extensions []assessment.Extension
	Passages   []passage
}

func (v *visit) workBase(s *workSheet, current, title string) Base {
	b := v.base("tasks", title+" · "+v.partyName(string(s.Assessment.Party)))
	b.Band = v.band(s.Assessment, s.Round, current)
	b.Crumbs = []Crumb{{v.p.T("work.tasks", nil), v.href("/tasks")}, {s.Round.Titles.Pick(v.lang), v.href("/assessments/%s", s.Assessment.ID)}}
	return b
}

// assessmentPage is one assessment as a whole: where it stands and each question with its state.
func (v *visit) assessmentPage() error {
	s, err := v.sheet(v.vars[0])
	if err != nil {
		return err
	}
	p := assessmentPage{Base: v.workBase(s, "answers", s.Round.Titles.Pick(v.lang)), Sheet: s, Mark: v.assessmentMark(s.Assessment.State), Progress: progress(s.Answers),
		Steps: v.stepLines(s.Assessment.Deadlines(s.Round))}
	p.Inside = v.actor.Sight().Party == s.Assessment.Party
	p.Groups = v.groups(s, func(assessment.Answer) bool { return true })
	if v.actor.May(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party}) || v.actor.May(identity.FollowRound, identity.Scope{}) {
		if p.Extensions, err = v.site.Assessments.Store.Extensions(v.r.Context(), assessment.Filter{Round: s.Round.ID, Party: s.Assessment.Party}); err != nil {
			return err
		}
	}
	if p.Passages, err = v.passages(s); err != nil {
		return err
	}
	if !v.downloads() {
		return v.show("work/assessment", p)
	}
	versions, err := v.site.Assessments.Store.Contents(v.r.Context(), v.actor.Sight(), s.Assessment.ID)
	if err != nil {
		return err
	}
	t := func(key string) string { return v.p.T(key, nil) }
	out := v.tables().Plain("assessment-"+string(s.Assessment.Party), p.Title, table.Column{Key: "provision_name", Label: t("column.provision")}, table.Column{Key: "provision", Width: 24}, table.Column{Key: "question", Label: t("work.question"), Width: 50},
		table.Column{Key: "status", Label: t("column.status")}, table.Column{Key: "implementation_name", Label: t("column.implemented")}, table.Column{Key: "implementation"}, table.Column{Key: "practice", Label: t("part.practice"), Width: 60}, table.Column{Key: "missing", Label: t("part.missing"), Width: 60},
		table.Column{Key: "version", Label: t("answer.version"), Kind: table.Number}, table.Column{Key: "assignee", Label: t("work.assignee"), Width: 24}, table.Column{Key: "due_on", Label: t("work.due"), Width: 16}, table.Column{Key: "answer", Width: 30})
	var rows []table.Row
	for _, g := range p.Groups {
		for _, l := range g.Lines {
			c := versions[l.ID].Content
			said := ""
			if c.Implementation != "" {
				said = t("implementation." + string(c.Implementation))
			}
			due := ""
			if p.Inside {
				due = l.Due
			}
			rows = append(rows, table.Row{l.Name, l.Provision, l.Text.S, l.Mark.Word, said, c.Implementation, c.Practice, c.Missing, versions[l.ID].N, l.Who, due, l.ID})
		}
	}
	return v.table(out, table.Rows(rows, func(r table.Row) table.Row { return r }))
}

type peoplePage struct {
	Base
	Sheet    *workSheet
	Groups   []workGroup
	People   []identity.Account
	Form     url.Values
	Link     string // shown once
	LinkName string
	Langs    []langOption
	Default  string // date
	Chapters []selectLine
	Mailed   bool
}

type langOption struct {
	Code lang.Tag
	Name string
}

func langOptions() (out []langOption) {
	for _, t := range lang.Official {
		out = append(out, langOption{t, locale.OwnName(t)})
	}
	return out
}

func (v *visit) people() (p peoplePage, err error) {
	s, err := v.led(v.vars[0])
	if err != nil {
		return p, err
	}
	p = peoplePage{Base: v.workBase(s, "people", v.p.T("work.people", nil)), Sheet: s, Form: v.r.PostForm, Langs: langOptions(), Default: s.Assessment.Deadlines(s.Round).Prepare}
	p.Mailed = v.site.Mailed
	p.Groups = v.groups(s, func(assessment.Answer) bool { return true })
	f, _, _ := v.narrow(s)
	p.Chapters = f.Chapters
	for _, a := range s.people {
		if a.Role == identity.Contributor {
			p.People = append(p.People, a)
		}
	}
	slices.SortFunc(p.People, func(a, b identity.Account) int { return a.CreatedAt.Compare(b.CreatedAt) })
	return p, nil
}

// peoplePage says who answers what, and lets those who lead the party's answers change it.
func (v *visit) peoplePage() error {
	p, err := v.people()
	if err != nil {
		return err
	}
	return v.show("work/people", p)
}

func (v *visit) assign() error {
	p, err := v.people()
	if err != nil {
		return err
	}
	who := identity.Account{}
	var bad fault.List
	if id := v.form("account"); id != "" {
		i := slices.IndexFunc(p.People, func(a identity.Account) bool { return a.ID == id && !a.Disabled })
		if i < 0 {
			bad.Add("account", "fault.unknown_choice", nil)
		} else {
			who = p.People[i]
		}
	}
	what := v.selection(p.Sheet, &bad)
	if err = bad.Err(); err == nil {
		err = v.site.Assessments.AssignMany(v.r.Context(), v.act(), p.Sheet.Assessment.ID, what, who.ID, who.Agency, v.form("due"))
	}
	if fault.Is(err, fault.Invalid) {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/people", p)
	}
	if err != nil {
		return err
	}
	word := "assigned"
	if who.ID == "" {
		word = "taken_back"
	}
	return v.seeTold(v.href("/assessments/%s/people", p.Sheet.Assessment.ID), word, 0)
}

// selection reads which questions a form names: single ones, and all below chapters,
// articles or paragraphs.
func (v *visit) selection(s *workSheet, bad *fault.List) (what assessment.Selection) {
	for _, x := range v.r.PostForm["question"] {
		what.Answers = append(what.Answers, assessment.AnswerID(x))
	}
	for _, x := range v.r.PostForm["provision"] {
		if x == "" {
			continue
		}
		if _, ok := v.site.Conventions.Get(convention.ID(x)); !ok {
			bad.Add("provision", "fault.unknown_choice", nil)
			continue
		}
		for _, a := range s.Answers { // an article's id does not begin with its chapter's
			if a.Provision == convention.ID(x) || v.site.Conventions.Descends(a.Provision, convention.ID(x)) {
				what.Answers = append(what.Answers, a.ID)
			}
		}
	}
	slices.Sort(what.Answers) // a question can be ticked beside its article
	what.Answers = slices.Compact(what.Answers)
	if len(what.Answers) == 0 {
		bad.Add("provision", "work.assign_nothing", nil)
	}
	return what
}

// invite makes an account of a contributor, gives it questions, and has the link sent;
// where there is no address to send it to, the link is shown once.
func (v *visit) invite() error {
	p, err := v.people()
	if err != nil {
		return err
	}
	if v.form("email") != "" && v.site.Mailed {
		return v.inviteByMail(p)
	}
	a, link, err := v.newAccount(identity.Account{Name: v.form("name"), Agency: v.form("agency"), Email: v.form("email"), Lang: v.formLang(), Role: identity.Contributor, Party: p.Sheet.Assessment.Party})
	if fault.Is(err, fault.Invalid) {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/people", p)
	}
	if err != nil {
		return err
	}
	if p, err = v.people(); err != nil {
		return err
	}
	p.Form, p.Link, p.LinkName = nil, link, a.Name
	return v.show("work/people", p)
}

func (v *visit) formLang() lang.Tag {
	if t := lang.Tag(v.form("lang")); lang.IsOfficial(t) {
		return t
	}
	return v.lang
}

// linkContributor makes another link for a contributor whose first one is used up or lost.
func (v *visit) linkContributor() error {
	p, err := v.people()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.People, func(a identity.Account) bool { return a.ID == v.vars[1] && !a.Disabled })
	if i < 0 {
		return fault.Of(fault.NotFound)
	}
	if p.Link, err = v.newLink(p.People[i]); err != nil {
		return err
	}
	p.LinkName = p.People[i].Name
	return v.show("work/people", p)
}

// newAccount makes an account and its first link.
// Conflict: the same form came twice; the account exists and its link was shown the first time.
func (v *visit) newAccount(a identity.Account) (identity.Account, string, error) {
	a, err := v.site.Identity.Add(v.r.Context(), v.act(), a)
	if err != nil {
		return a, "", err
	}
	if _, err := v.site.Identity.Store.Account(v.r.Context(), a.ID); fault.Is(err, fault.NotFound) {
		return a, "", fault.New(fault.Conflict, "work.account.twice", nil)
	} else if err != nil {
		return a, "", err
	}
	link, err := v.newLink(a)
	return a, link, err
}

// newLink makes a sign-in link. It carries no key of the form: the secret is kept
// nowhere, so a repetition could not be told the same one.
func (v *visit) newLink(a identity.Account) (string, error) {
	secret, err := v.site.Identity.NewLink(v.r.Context(), v.actor, a, identity.LinkLife, false)
	if err != nil {
		return "", err
	}
	tag := a.Lang
	if !lang.IsOfficial(tag) {
		tag = v.lang
	}
	return v.site.BaseURL + "/" + string(tag) + "/sign-in/" + secret, nil
}

type checkPage struct {
	Base
	Sheet    *workSheet
	Mark     workMark
	Progress assessment.Progress
	Blocked  []blockedLine
	Returned []workLine
	Propose  bool
	Submit   bool
	Reopen   bool
	Conflict string // why the act was refused
}

type blockedLine struct {
	workLine
	Why []string
}

func (v *visit) check() (p checkPage, err error) {
	s, err := v.led(v.vars[0])
	if err != nil {
		return p, err
	}
	versions, err := v.site.Assessments.Store.Contents(v.r.Context(), v.actor.Sight(), s.Assessment.ID)
	if err != nil {
		return p, err
	}
	p = checkPage{Base: v.workBase(s, "check", v.p.T("work.check", nil)), Sheet: s, Mark: v.assessmentMark(s.Assessment.State), Progress: progress(s.Answers)}
	byID := map[assessment.AnswerID]assessment.Answer{}
	for _, a := range s.Answers {
		byID[a.ID] = a
		if a.Owed() {
			p.Returned = append(p.Returned, v.workLine(s, a))
		}
	}
	for _, b := range assessment.Check(s.Answers, versions) {
		l := blockedLine{workLine: v.workLine(s, byID[b.Answer])}
		for _, k := range b.Keys {
			l.Why = append(l.Why, v.p.T(k, nil))
		}
		p.Blocked = append(p.Blocked, l)
	}
	scope := identity.Scope{Party: s.Assessment.Party}
	st, lead, submits := s.Assessment.State, v.actor.May(identity.ProposeAnswers, scope), v.actor.May(identity.Submit, scope)
	p.Propose = lead && (st == assessment.Draft || st == assessment.Returned)
	p.Submit = submits && st == assessment.Proposed
	p.Reopen = (lead || submits) && st == assessment.Proposed
	return p, nil
}

// checkPage lists everything that blocks, as links, and offers the next act.
func (v *visit) checkPage() error {
	p, err := v.check()
	if err != nil {
		return err
	}
	return v.show("work/check", p)
}

func (v *visit) propose() error {
	return v.move(func(id assessment.ID, rev int64) error {
		return v.site.Assessments.Propose(v.r.Context(), v.act(), id, rev)
	}, "check", "proposed")
}

func (v *visit) reopen() error {
	return v.move(func(id assessment.ID, rev int64) error {
		return v.site.Assessments.Reopen(v.r.Context(), v.act(), id, rev)
	}, "check", "reopened")
}

func (v *visit) submit() error {
	return v.move(func(id assessment.ID, rev int64) error {
		to := publication.Secretariat
		if v.form("reviewers") != "" {
			to = publication.Reviewers
		}
		return v.site.Assessments.SubmitTo(v.r.Context(), v.act(), id, rev, to)
	}, "receipt", "submitted")
}

// move does an act on the revision that the form saw. What blocks or has changed
// meanwhile is shown on the check page as it now stands.
func (v *visit) move(act func(assessment.ID, int64) error, next, word string) error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	id := assessment.ID(v.vars[0])
	err = act(id, rev)
	switch {
	case err == nil:
		return v.seeTold(v.href("/assessments/%s/%s", id, next), word, 0)
	case fault.Is(err, fault.Conflict):
		return v.refused(err, http.StatusConflict)
	case fault.Is(err, fault.Invalid) && fault.KindOf(err) == fault.Invalid:
		return v.refused(err, http.StatusUnprocessableEntity)
	}
	return err
}

func (v *visit) refused(err error, code int) error {
	p, readErr := v.check()
	if readErr != nil {
		return readErr
	}
	if v.wantsJSON() {
		return err
	}
	p.Conflict = v.p.T("work.check.refused", nil)
	if code == http.StatusConflict {
		p.Conflict = v.p.T("work.check.conflict", pairs([]any{"state", p.Mark.Word}))
	}
	return v.showStatus(code, "work/check", p)
}

// className says who sees something.
func (v *visit) className(c publication.Class) string {
	return v.p.T("publication.class."+string(c), nil)
}
