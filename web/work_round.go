package web

import (
	"net/http"
	"net/url"
	"slices"

	"merida/assessment"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/party"
	"merida/questionnaire"
)

type roundsPage struct {
	Base
	Rounds []taskRound
}

// roundsPage lists every round with how many parties have submitted.
func (v *visit) roundsPage() error {
	if err := v.actor.Must(identity.FollowRound, identity.Scope{}); err != nil {
		return err
	}
	var t tasksPage
	if err := v.officerTasks(&t); err != nil {
		return err
	}
	p := roundsPage{v.base("tasks", v.p.T("work.rounds", nil)), t.Rounds}
	p.Band = v.ownBand("rounds")
	return v.show("work/rounds", p)
}

type newRoundPage struct {
	Base
	Editions []questionnaire.Edition
	Groups   []partyGroup
	Titles   []titleField
	Steps    []assessment.Step
	Today    string
	Form     url.Values
}

type titleField struct {
	Lang  lang.Tag
	Name  string // of the language
	Value string
}

// Ticked reports whether a party was ticked when the form was sent.
func (p newRoundPage) Ticked(id party.ID) bool { return slices.Contains(p.Form["party"], string(id)) }

func (v *visit) newRound() (p newRoundPage, err error) {
	if err := v.actor.Must(identity.OpenRound, identity.Scope{}); err != nil {
		return p, err
	}
	p = newRoundPage{Base: v.base("tasks", v.p.T("round.new", nil)), Form: v.r.PostForm, Steps: assessment.Steps, Today: v.today()}
	p.Band = v.ownBand("rounds")
	p.Crumbs = []Crumb{{v.p.T("work.rounds", nil), v.href("/rounds")}}
	es, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	if err != nil {
		return p, err
	}
	for _, e := range es {
		if e.State == questionnaire.Approved {
			p.Editions = append(p.Editions, e)
		}
	}
	for _, t := range lang.Official {
		f := titleField{Lang: t, Name: locale.OwnName(t), Value: v.form("title-" + string(t))}
		if v.r.Method != http.MethodPost {
			f.Value = v.site.Locale.Printer(t).T("round.default_title", fault.Args{"year": itoa(v.site.Now().UTC().Year())})
		}
		p.Titles = append(p.Titles, f)
	}
	all := v.site.Parties.StatesParties(v.lang)
	group := func(name string, keep func(*directory.Party) bool) {
		g := partyGroup{Name: name}
		for _, x := range all {
			if keep(x) {
				g.Parties = append(g.Parties, x)
			}
		}
		if len(g.Parties) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	group(v.p.T("round.demonstration", nil), func(x *directory.Party) bool { return x.ID.Demonstration() })
	for _, t := range v.site.Parties.Groups() {
		group(t.Name.Pick(v.lang), func(x *directory.Party) bool { return !x.ID.Demonstration() && string(x.Group) == t.Code })
	}
	group(v.p.T("parties.no_group", nil), func(x *directory.Party) bool { return !x.ID.Demonstration() && x.Group == "" })
	return p, nil
}

func (v *visit) newRoundPage() error {
	p, err := v.newRound()
	if err != nil {
		return err
	}
	return v.show("work/round_new", p)
}

// openRound opens an approved edition to the parties that were ticked.
func (v *visit) openRound() error {
	p, err := v.newRound()
	if err != nil {
		return err
	}
	var bad fault.List
	var e questionnaire.Edition
	if i := slices.IndexFunc(p.Editions, func(e questionnaire.Edition) bool { return string(e.ID) == v.form("edition") }); i >= 0 {
		e = p.Editions[i]
	} else {
		bad.Add("edition", "round.error.not_approved", nil)
	}
	var parties []party.ID
	add := func(id party.ID) {
		if !slices.Contains(parties, id) {
			parties = append(parties, id)
		}
	}
	if v.form("all") != "" {
		for _, x := range v.site.Parties.StatesParties(v.lang) {
			if !x.ID.Demonstration() {
				add(x.ID)
			}
		}
	}
	for _, code := range v.r.PostForm["party"] {
		x, ok := v.site.Parties.Get(party.ID(code))
		if !ok || !x.IsParty() {
			bad.Add("party", "fault.unknown_choice", nil)
			continue
		}
		add(x.ID)
	}
	if err = bad.Err(); err == nil {
		var questions []assessment.Question
		for _, q := range e.Content.All() {
			questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
		}
		_, err = v.site.Assessments.OpenRound(v.r.Context(), v.act(), string(e.ID), v.sixTexts("title"), v.deadlinesForm(), questions, parties)
	}
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/round_new", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/rounds"), "round_opened", len(parties))
}

// deadlinesForm reads the dates of the steps from the fields due_prepare and so on.
func (v *visit) deadlinesForm() assessment.Deadlines {
	return assessment.Deadlines{Prepare: v.form("due_prepare"), Submit: v.form("due_submit"), Review: v.form("due_review"), Publish: v.form("due_publish")}
}

type editionsPage struct {
	Base
	Lines   []editionLine
	Shipped []editionLine // those that are not here yet
	Prepare bool
	Approve bool
	Today   string
}

type editionLine struct {
	questionnaire.Edition
	Title     Words
	Questions int
	On        string
}

func (v *visit) editions() (p editionsPage, err error) {
	p = editionsPage{Base: v.base("tasks", v.p.T("work.editions", nil)), Prepare: v.actor.May(identity.PrepareEdition, identity.Scope{}), Approve: v.actor.May(identity.ApproveEdition, identity.Scope{}),
		Today: v.site.Now().UTC().Format("2006-01-02")}
	if !p.Approve {
		if err := v.actor.Must(identity.PrepareEdition, identity.Scope{}); err != nil {
			return p, err
		}
	}
	p.Band = v.ownBand("editions")
	es, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	if err != nil {
		return p, err
	}
	have := map[questionnaire.EditionID]bool{}
	for _, e := range es {
		have[e.ID] = true
		p.Lines = append(p.Lines, editionLine{e, v.words(e.Content.Titles), len(e.Content.All()), v.p.Partial(e.ApprovedOn)})
	}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return p, err
	}
	for _, c := range shipped {
		if id := shippedID(c); !have[id] {
			p.Shipped = append(p.Shipped, editionLine{questionnaire.Edition{ID: id, Content: c}, v.words(c.Titles), len(c.All()), ""})
		}
	}
	return p, nil
}

// shippedID is the id that an edition gets when it is added.
func shippedID(c questionnaire.Content) questionnaire.EditionID {
	return editionID(c.Questionnaire + "-" + itoa(c.Edition))
}

// editionsPage lists the editions with their standing and offers the next step of each.
func (v *visit) editionsPage() error {
	p, err := v.editions()
	if err != nil {
		return err
	}
	return v.show("work/editions", p)
}

// addEdition takes one of the editions that come with the program in as a draft.
func (v *visit) addEdition() error {
	p, err := v.editions()
	if err != nil {
		return err
	}
	for _, l := range p.Shipped {
		if string(l.ID) == v.form("edition") {
			if _, err := v.site.Questionnaires.Add(v.r.Context(), v.act(), l.Content); err != nil {
				return err
			}
			return v.seeTold(v.href("/editions"), "edition_added", 0)
		}
	}
	for _, l := range p.Lines {
		if string(l.ID) == v.form("edition") {
			return v.see(v.href("/editions")) // it is here already: the form came twice
		}
	}
	return fault.Of(fault.NotFound)
}

func (v *visit) tableEdition() error {
	if err := v.site.Questionnaires.Table(v.r.Context(), v.act(), editionID(v.vars[0])); err != nil {
		return err
	}
	return v.seeTold(v.href("/editions"), "edition_tabled", 0)
}

func (v *visit) approveEdition() error {
	err := v.site.Questionnaires.Approve(v.r.Context(), v.act(), editionID(v.vars[0]), v.form("symbol"), v.form("on"))
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p, readErr := v.editions()
		if readErr != nil {
			return readErr
		}
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/editions", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/editions"), "edition_approved", 0)
}

func (v *visit) retireEdition() error {
	if err := v.site.Questionnaires.Retire(v.r.Context(), v.act(), editionID(v.vars[0])); err != nil {
		return err
	}
	return v.seeTold(v.href("/editions"), "edition_retired", 0)
}
