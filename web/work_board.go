package web

import (
	"net/http"
	"slices"
	"time"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/locale"
)

type roundPage struct {
	Base
	Round   assessment.Round
	Lines   []roundLine
	All     int // rows before the filter
	Sent    int
	Steps   []stepLine
	Filters []workFilter
	Waiting int                    // States that have not entered yet
	Came    assessment.Migration   // zero where no answers came along
	Passed  []assessment.Migration // to other rounds
	Migrate bool                   // the reader may take the answers to another edition
}

type roundLine struct {
	assessment.Row
	State    string
	Mark     workMark
	Due      string // date of the submission, as it holds for this State
	Late     bool
	Extended bool
}

// stepLine is a step of a round with its date.
type stepLine struct {
	Step assessment.Step
	Name string
	On   string // as people write it
	ISO  string
	Past bool
}

func (v *visit) today() string { return v.site.Now().UTC().Format(time.DateOnly) }

// stepLines are the steps of a round that have a date.
func (v *visit) stepLines(d assessment.Deadlines) (out []stepLine) {
	for _, s := range assessment.Steps {
		if on := d.Of(s); on != "" {
			out = append(out, stepLine{s, v.p.T("round.step."+string(s), nil), v.p.Partial(on), on, on < v.today()})
		}
	}
	return out
}

// round finds a round by the path for who follows rounds.
func (v *visit) round() (r assessment.Round, err error) {
	if err := v.actor.Must(identity.FollowRound, identity.Scope{}); err != nil {
		return r, err
	}
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return r, err
	}
	i := slices.IndexFunc(rounds, func(r assessment.Round) bool { return string(r.ID) == v.vars[0] })
	if i < 0 {
		return r, fault.Of(fault.NotFound)
	}
	return rounds[i], nil
}

// boardFilters are what the status board can be narrowed to.
var boardFilters = []struct {
	code string
	keep func(l roundLine) bool
}{
	{"", func(roundLine) bool { return true }},
	{"quiet", func(l roundLine) bool { return l.Progress.Answered == 0 }},
	{"working", func(l roundLine) bool { return l.Progress.Answered > 0 && l.Submissions == 0 }},
	{"late", func(l roundLine) bool { return l.Late }},
	{"submitted", func(l roundLine) bool { return l.Submissions > 0 }},
	{"returned", func(l roundLine) bool { return l.Assessment.State == assessment.Returned }},
}

// roundPage is the status board: a row for each party, in the alphabetical order of the reader's language.
func (v *visit) roundPage() error {
	r, err := v.round()
	if err != nil {
		return err
	}
	rows, err := v.site.Assessments.Store.Find(v.r.Context(), assessment.Filter{Round: r.ID})
	if err != nil {
		return err
	}
	p := roundPage{Base: v.base("tasks", r.Titles.Pick(v.lang)), Round: r, All: len(rows), Steps: v.stepLines(r.Deadlines)}
	p.Band = v.ownBand("rounds")
	p.Band.What = p.Title
	p.Crumbs = []Crumb{{v.p.T("work.rounds", nil), v.href("/rounds")}}
	waiting, err := v.site.Assessments.Store.Waiting(v.r.Context(), r.ID)
	if err != nil {
		return err
	}
	p.Waiting, p.Migrate = len(waiting), v.actor.May(identity.MigrateRound, identity.Scope{})
	if p.Came, err = v.site.Assessments.Store.Migration(v.r.Context(), r.ID); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if p.Passed, err = v.site.Assessments.Store.Passed(v.r.Context(), r.ID); err != nil {
		return err
	}
	show, today := v.query("show"), v.today()
	counts := make([]int, len(boardFilters))
	for _, row := range rows {
		l := roundLine{Row: row, State: v.partyName(string(row.Party)), Mark: v.assessmentMark(row.Assessment.State), Extended: row.Extended != assessment.Deadlines{}}
		due := row.Deadlines(r).Submit
		l.Due, l.Late = v.p.Partial(due), due != "" && due < today && row.Submissions == 0
		if row.Submissions > 0 {
			p.Sent++
		}
		for i, f := range boardFilters {
			if f.keep(l) {
				counts[i]++
				if f.code == show {
					p.Lines = append(p.Lines, l)
				}
			}
		}
	}
	for i, f := range boardFilters {
		href := v.href("/rounds/%s", r.ID)
		label := v.p.T("work.filter.all", nil)
		if f.code != "" {
			href += "?show=" + f.code
			label = v.p.T("round.show."+f.code, nil)
		}
		p.Filters = append(p.Filters, workFilter{label, href, counts[i], show == f.code})
	}
	locale.Sort(v.p, p.Lines, func(l roundLine) string { return l.State })
	if !v.downloads() {
		return v.show("work/round", p)
	}
	t := func(key string) string { return v.p.T(key, nil) }
	out := [][]string{{t("column.state"), "iso", t("column.status"), t("round.answered"), t("round.questions"), t("work.due"), t("round.extended"), t("work.submitted_on"), t("work.returned"), t("work.last_act")}}
	for _, l := range p.Lines {
		out = append(out, []string{l.State, string(l.Party), l.Mark.Word, itoa(l.Progress.Answered), itoa(l.Progress.Questions), l.Row.Deadlines(r).Submit, l.Row.Extended.Submit, iso(l.SubmittedAt), itoa(l.Progress.Returned), iso(l.ChangedAt)})
	}
	return v.csv("round", out)
}

type roundPartyPage struct {
	Base
	Round      assessment.Round
	Line       roundLine
	Steps      []stepLine
	Extensions []assessment.Extension
	All        []assessment.Step
	Today      string
	Step       string
	DueOn      string
	Reason     string
}

func (v *visit) roundParty() (p roundPartyPage, err error) {
	r, err := v.round()
	if err != nil {
		return p, err
	}
	x, ok := v.site.Parties.Lookup(v.vars[1])
	if !ok {
		return p, fault.Of(fault.NotFound)
	}
	rows, err := v.site.Assessments.Store.Find(v.r.Context(), assessment.Filter{Round: r.ID, Party: x.ID})
	if err != nil {
		return p, err
	}
	if len(rows) == 0 {
		return p, fault.Of(fault.NotFound)
	}
	row := rows[0]
	p = roundPartyPage{Base: v.base("tasks", v.partyName(string(x.ID))+" · "+r.Titles.Pick(v.lang)), Round: r, Steps: v.stepLines(row.Deadlines(r)), All: assessment.Steps, Today: v.today(), Step: string(assessment.Hand)}
	p.Line = roundLine{Row: row, State: v.partyName(string(x.ID)), Mark: v.assessmentMark(row.Assessment.State)}
	p.Band = v.ownBand("rounds")
	p.Band.What = r.Titles.Pick(v.lang)
	p.Crumbs = []Crumb{{v.p.T("work.rounds", nil), v.href("/rounds")}, {r.Titles.Pick(v.lang), v.href("/rounds/%s", r.ID)}}
	p.Extensions, err = v.site.Assessments.Store.Extensions(v.r.Context(), assessment.Filter{Round: r.ID, Party: x.ID})
	return p, err
}

// roundPartyPage is one State in a round: its dates, what it was granted, and the form to grant more.
func (v *visit) roundPartyPage() error {
	p, err := v.roundParty()
	if err != nil {
		return err
	}
	return v.show("work/round_party", p)
}

// extendDeadline grants one State a later date.
func (v *visit) extendDeadline() error {
	p, err := v.roundParty()
	if err != nil {
		return err
	}
	err = v.site.Assessments.Extend(v.r.Context(), v.act(), p.Line.ID, assessment.Step(v.form("step")), v.form("due"), v.form("reason"))
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors, p.Step, p.DueOn, p.Reason = v.fieldErrors(err), v.form("step"), v.form("due"), v.form("reason")
		return v.showStatus(http.StatusUnprocessableEntity, "work/round_party", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/rounds/%s/parties/%s", p.Round.ID, p.Line.Party), "extended", 0)
}

type timelinePage struct {
	Base
	Rounds []timelineRound
}

type timelineRound struct {
	assessment.Round
	Title Words
	Steps []stepLine
}

// timelinePage tells everyone which rounds there are and the dates of their steps. It names no State.
func (v *visit) timelinePage() error {
	rounds, err := v.site.Assessments.Store.PublicRounds(v.r.Context())
	if err != nil {
		return err
	}
	p := timelinePage{Base: v.base("", v.p.T("timeline.title", nil))}
	p.Description = v.p.T("timeline.lead", nil)
	for _, r := range rounds {
		p.Rounds = append(p.Rounds, timelineRound{r, v.words(r.Titles), v.stepLines(r.Deadlines)})
	}
	if !v.downloads() {
		return v.show("timeline", p)
	}
	out := [][]string{{v.p.T("answer.round", nil), "round", v.p.T("timeline.step", nil), "step", v.p.T("work.due", nil)}}
	for _, r := range p.Rounds {
		out = append(out, []string{r.Title.S, string(r.ID), v.p.T("timeline.opened", nil), "open", iso(r.OpenedAt)})
		for _, s := range r.Steps {
			out = append(out, []string{r.Title.S, string(r.ID), s.Name, string(s.Step), s.ISO})
		}
	}
	return v.csv("timeline", out)
}
