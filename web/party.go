package web

import (
	"time"

	"merida/assessment"
	"merida/directory"
	"merida/exchange/table"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/library"
	"merida/party"
	"merida/questionnaire"
)

type partiesPage struct {
	Base
	Groups []partyGroup
	Total  int
}

type partyGroup struct {
	Code    string // of the regional group; "demo" and "none" for those without
	Name    string
	Parties []*directory.Party
}

// partiesPage lists the parties by regional group, alphabetically in the reader's language.
func (v *visit) partiesPage() error {
	p := partiesPage{Base: v.base("parties", v.p.T("parties.title", nil))}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	all := v.site.Parties.StatesParties(v.lang)
	p.Total = len(all)
	if v.downloads() {
		t, row := v.tables().Parties(len(all))
		return v.table(t, table.Rows(all, row))
	}
	for _, g := range append(v.site.Parties.Groups(), directory.Term{}) {
		group := partyGroup{Name: g.Name.Pick(v.lang)}
		if g.Code == "" {
			group.Name = v.p.T("parties.no_group", nil)
		}
		for _, x := range all {
			if string(x.Group) == g.Code {
				group.Parties = append(group.Parties, x)
			}
		}
		if len(group.Parties) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	return v.show("parties", p)
}

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

type partyPage struct {
	Base
	Party     *directory.Party
	Name      string
	Group     string
	Standing  string
	By        string // kind of instrument
	Measures  []measureLine
	NMeasures int
	Answers   []answerLine
	Withdrawn []answerLine
	Assist    *assistanceBlock
	Overview  overview
	General   []saidLine // published answers about a convention as a whole
	Follow    *followBar
}

// partyPage shows a State: its dates, what it published, its measures, needs and assistance.
func (v *visit) partyPage() error {
	x, ok := v.site.Parties.Lookup(v.vars[0])
	if !ok {
		return fault.Of(fault.NotFound)
	}
	if string(x.ID) != v.vars[0] {
		return v.see(v.href("/parties/%s", x.ID))
	}
	ctx := v.r.Context()
	p := partyPage{Base: v.base("parties", x.Name(v.lang)), Party: x, Name: x.Name(v.lang), Group: v.site.Parties.GroupName(x.Group).Pick(v.lang),
		Standing: v.site.Parties.StandingName(x.UNCAC.Standing).Pick(v.lang), By: v.site.Parties.InstrumentName(x.UNCAC.Instrument).Pick(v.lang)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.parties", nil), v.href("/parties")}}
	o, err := v.overview(x)
	if err != nil {
		return err
	}
	if v.downloads() {
		return v.overviewTable(o.Overview)
	}
	p.Overview = o
	ms, total, err := v.site.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Country: x.ID, Limit: 50})
	if err != nil {
		return err
	}
	p.NMeasures = total
	for _, m := range ms {
		p.Measures = append(p.Measures, v.measureLine(m))
	}
	published, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{Party: x.ID, Withdrawn: true})
	if err != nil {
		return err
	}
	for _, a := range v.answerLines(published) {
		if a.WithdrawnAt.IsZero() {
			p.Answers = append(p.Answers, a)
		} else {
			p.Withdrawn = append(p.Withdrawn, a)
		}
	}
	if p.General, err = v.generalAnswers(p.Answers); err != nil {
		return err
	}
	if p.Assist, err = v.assistanceOn(party.ID(x.ID), nil); err != nil {
		return err
	}
	if p.Follow, err = v.followBar(follow.State, string(x.ID), "", "country="+string(x.ID), follow.Filter{Party: x.ID}); err != nil {
		return err
	}
	return v.show("party", p)
}

// generalAnswers are those of published answers that are about a convention as a whole, each with its question; of a
// question that was answered in several rounds the newest.
func (v *visit) generalAnswers(as []answerLine) (out []saidLine, err error) {
	var rounds []assessment.Round
	seen := map[string]bool{}
	for _, a := range as { // newest round first
		if !questionnaire.General(a.Provision) || seen[a.Public.Question] {
			continue
		}
		seen[a.Public.Question] = true
		if rounds == nil {
			if rounds, err = v.site.Assessments.Store.PublicRounds(v.r.Context()); err != nil {
				return nil, err
			}
		}
		l := saidLine{ID: string(a.Answer), Name: a.Public.Question, Cited: len(a.Content.Citations)}
		for _, r := range rounds {
			if r.ID != a.Round {
				continue
			}
			if e, err := v.site.Questionnaires.Store.Public(v.r.Context(), editionID(r.Edition)); err == nil {
				if q, _, ok := e.Content.Question(a.Public.Question); ok {
					l.Word = q.Text.Pick(v.lang)
				}
			}
		}
		out = append(out, l)
	}
	return out, nil
}
