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

// TickedGroup reports whether a whole regional group was ticked.
func (p newRoundPage) TickedGroup(code string) bool { return slices.Contains(p.Form["group"], code) }

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
	p.Titles = v.sixTitles()
	p.Groups = v.partyGroups()
	return p, nil
}

// sixTitles are the fields for a round's title, filled with what was typed, else with a proposal.
func (v *visit) sixTitles() (out []titleField) {
	for _, t := range lang.Official {
		f := titleField{Lang: t, Name: locale.OwnName(t), Value: v.form("title-" + string(t))}
		if v.r.Method != http.MethodPost {
			f.Value = v.site.Locale.Printer(t).T("round.default_title", fault.Args{"year": itoa(v.site.Now().UTC().Year())})
		}
		out = append(out, f)
	}
	return out
}

// partyGroups are the States parties to choose from: those of the demonstration, then by regional group.
func (v *visit) partyGroups() (out []partyGroup) {
	all := v.site.Parties.StatesParties(v.lang)
	group := func(code, name string, keep func(*directory.Party) bool) {
		g := partyGroup{Code: code, Name: name}
		for _, x := range all {
			if keep(x) {
				g.Parties = append(g.Parties, x)
			}
		}
		if len(g.Parties) > 0 {
			out = append(out, g)
		}
	}
	group("demo", v.p.T("round.demonstration", nil), func(x *directory.Party) bool { return x.ID.Demonstration() })
	for _, t := range v.site.Parties.Groups() {
		group(t.Code, t.Name.Pick(v.lang), func(x *directory.Party) bool { return !x.ID.Demonstration() && string(x.Group) == t.Code })
	}
	group("none", v.p.T("parties.no_group", nil), func(x *directory.Party) bool { return !x.ID.Demonstration() && x.Group == "" })
	return out
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
	for _, g := range p.Groups {
		if p.TickedGroup(g.Code) {
			for _, x := range g.Parties {
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
	var id assessment.RoundID
	if err = bad.Err(); err == nil {
		var questions []assessment.Question
		for _, q := range e.Content.All() {
			questions = append(questions, assessment.Question{ID: q.ID, Provision: q.Provision})
		}
		id, err = v.site.Assessments.BeginRound(v.r.Context(), v.act(), string(e.ID), v.sixTexts("title"), v.deadlinesForm(), questions, parties)
	}
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/round_new", p)
	}
	if err != nil {
		return err
	}
	if _, err := v.site.Assessments.Enter(v.r.Context(), id, enterWithin); err != nil {
		return err
	}
	return v.seeTold(v.href("/rounds/%s", id), "round_opened", len(parties))
}

// deadlinesForm reads the dates of the steps from the fields due_prepare and so on.
func (v *visit) deadlinesForm() assessment.Deadlines {
	return assessment.Deadlines{Prepare: v.form("due_prepare"), Submit: v.form("due_submit"), Review: v.form("due_review"), Publish: v.form("due_publish")}
}
