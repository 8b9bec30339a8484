package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"merida/assessment"
	"merida/exchange/ical"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/mechanism"
	"merida/party"
)

// mechanismRoutes are the pages of coordination bodies: for their members, the States they cover and the secretariat.
var mechanismRoutes = []route{
	{get, "/mechanisms", (*visit).mechanismsPage, true, true},
	{get, "/mechanisms/new", (*visit).mechanismForm, true, false},
	{post, "/mechanisms", (*visit).keepMechanism, true, false},
	{get, "/mechanisms/{id}", (*visit).mechanismPage, true, true},
	{get, "/mechanisms/{id}/edit", (*visit).mechanismForm, true, false},
	{post, "/mechanisms/{id}", (*visit).keepMechanism, true, false},
	{post, "/mechanisms/{id}/closed", (*visit).closeMechanism, true, false},
	{post, "/mechanisms/{id}/members", (*visit).seatMember, true, false},
	{get, "/mechanisms/{id}/meetings/new", (*visit).meetingForm, true, false},
	{post, "/mechanisms/{id}/meetings", (*visit).keepMeeting, true, false},
	{get, "/mechanisms/{id}/meetings/{meeting}", (*visit).meetingForm, true, false},
	{post, "/mechanisms/{id}/meetings/{meeting}", (*visit).keepMeeting, true, false},
	{get, "/mechanisms/{id}/actions/new", (*visit).actionForm, true, false},
	{post, "/mechanisms/{id}/actions", (*visit).keepAction, true, false},
	{get, "/mechanisms/{id}/actions/{action}", (*visit).actionForm, true, false},
	{post, "/mechanisms/{id}/actions/{action}", (*visit).keepAction, true, false},
	{get, "/mechanisms/{id}/release", (*visit).releasePage, true, false},
	{post, "/mechanisms/{id}/release", (*visit).release, true, false},
	{get, "/mechanisms/{id}/dossier", (*visit).dossierPage, true, true},
	{post, "/mechanisms/{id}/dossier", (*visit).keepDossier, true, false},
}

func (v *visit) mechanisms() mechanism.Store { return v.site.Mechanisms.Store }

func (v *visit) mechanism() (mechanism.Mechanism, error) {
	return v.mechanisms().Mechanism(v.r.Context(), mechanism.ReaderOf(v.actor), mechanism.ID(v.vars[0]))
}

// maySit reports whether the visitor's role can have a seat in a mechanism, or found one.
func (v *visit) maySit() bool {
	return v.actor.May(identity.ConveneMechanism, identity.Scope{Member: true}) || v.actor.May(identity.KeepMechanism, identity.Scope{})
}

type mechanismLine struct {
	mechanism.Mechanism
	Name   Words
	States []string
}

func (v *visit) mechanismLine(m mechanism.Mechanism) mechanismLine {
	l := mechanismLine{Mechanism: m, Name: v.words(m.Names)}
	for _, p := range m.Parties {
		l.States = append(l.States, v.partyName(string(p)))
	}
	locale.Sort(v.p, l.States, func(s string) string { return s })
	return l
}

type mechanismsPage struct {
	Base
	Lines   []mechanismLine
	MayKeep bool
}

// mechanismsPage lists the mechanisms that the visitor may know of.
func (v *visit) mechanismsPage() error {
	all, err := v.mechanisms().Mechanisms(v.r.Context(), mechanism.ReaderOf(v.actor))
	if err != nil {
		return err
	}
	p := mechanismsPage{Base: v.base("assistance", v.p.T("mechanism.list", nil)), MayKeep: v.actor.May(identity.KeepMechanism, identity.Scope{})}
	p.Crumbs = v.assistanceCrumbs()
	for _, m := range all {
		p.Lines = append(p.Lines, v.mechanismLine(m))
	}
	if v.downloads() {
		rows := [][]string{{v.p.T("mechanism.name", nil), v.p.T("mechanism.kind", nil), "kind", v.p.T("column.state", nil), "parties", "id"}}
		for _, l := range p.Lines {
			rows = append(rows, []string{l.Name.S, v.p.T("mechanism.kind."+string(l.Kind), nil), string(l.Kind), strings.Join(l.States, "; "), joined(l.Parties), string(l.ID)})
		}
		return v.csv("mechanisms", rows)
	}
	return v.show("mechanisms", p)
}

func joined(ps []party.ID) string {
	out := make([]string, len(ps))
	for i, p := range ps {
		out[i] = string(p)
	}
	return strings.Join(out, " ")
}

func (v *visit) assistanceCrumbs() []Crumb {
	return []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
}

func (v *visit) mechanismCrumbs(m mechanism.Mechanism) []Crumb {
	return append(v.assistanceCrumbs(), Crumb{v.p.T("mechanism.list", nil), v.href("/mechanisms")}, Crumb{m.Names.Pick(v.lang), v.href("/mechanisms/%s", m.ID)})
}

type meetingLine struct {
	mechanism.Meeting
	Name   Words
	Agenda Words
	Said   Words // its outcome
	Held   bool
}

type actionLine struct {
	mechanism.Action
	Words   Words
	Settled Words
	Late    bool
}

type seatLine struct {
	mechanism.Member
	Of string // State or organisation
}

type mechanismPage struct {
	Base
	M          mechanismLine
	About      Words
	Members    []seatLine
	Next, Past []meetingLine
	Actions    []actionLine
	Released   int // answers of the reader's own State
	Inside     bool
	MayKeep    bool
	MayRelease bool
	Accounts   []choice // who could be given a seat
	Follow     *followBar
}

func (v *visit) mechanismPage() error {
	m, err := v.mechanism()
	if err != nil {
		return err
	}
	if v.suffix == "ics" {
		return v.calendar(m)
	}
	ctx, r := v.r.Context(), mechanism.ReaderOf(v.actor)
	p := mechanismPage{Base: v.base("assistance", m.Names.Pick(v.lang)), M: v.mechanismLine(m), About: v.words(m.About)}
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T("mechanism.list", nil), v.href("/mechanisms")})
	if p.Inside, err = v.site.Mechanisms.MayConvene(ctx, v.actor, m.ID); err != nil {
		return err
	}
	p.MayKeep = v.actor.May(identity.KeepMechanism, identity.Scope{})
	p.MayRelease = v.actor.May(identity.ReleaseAnswer, identity.Scope{Party: v.actor.Party}) && m.Covers(v.actor.Party)
	members, err := v.mechanisms().Members(ctx, r, m.ID)
	if err != nil {
		return err
	}
	for _, x := range members {
		p.Members = append(p.Members, seatLine{x, v.memberOf(x)})
	}
	if p.Next, p.Past, err = v.meetingLines(m.ID); err != nil {
		return err
	}
	if p.Actions, err = v.actionLines(m.ID); err != nil {
		return err
	}
	if v.actor.Party != "" && m.Covers(v.actor.Party) {
		released, err := v.mechanisms().Releases(ctx, r, m.ID)
		if err != nil {
			return err
		}
		for _, x := range released {
			if x.Party == v.actor.Party {
				p.Released++
			}
		}
	}
	if p.MayKeep {
		if p.Accounts, err = v.seatable(members); err != nil {
			return err
		}
	}
	switch v.query("done") {
	case "kept", "meeting", "action", "released", "seat":
		p.Done = v.p.T("mechanism.done."+v.query("done"), nil)
	}
	if in, err := v.mechanisms().IsMember(v.r.Context(), m.ID, v.actor.Account); err != nil {
		return err
	} else if in {
		if p.Follow, err = v.followBar(follow.Mechanism, string(m.ID), "", "", follow.Filter{}); err != nil {
			return err
		}
	}
	return v.show("mechanism", p)
}

func (v *visit) memberOf(x mechanism.Member) string {
	if x.Party != "" {
		return v.partyName(string(x.Party))
	}
	return x.Organisation
}

// meetingLines are the meetings to come, the nearest first, and those that were held, the latest first.
func (v *visit) meetingLines(id mechanism.ID) (next, past []meetingLine, err error) {
	ms, err := v.mechanisms().Meetings(v.r.Context(), mechanism.ReaderOf(v.actor), id)
	now := v.site.Now()
	for _, m := range ms {
		l := meetingLine{m, v.words(m.Title), v.words(m.Agenda), v.words(m.Outcome), m.Ends.Before(now)}
		if l.Held {
			past = append(past, l)
		} else {
			next = slices.Insert(next, 0, l)
		}
	}
	return next, past, err
}

func (v *visit) actionLines(id mechanism.ID) (out []actionLine, err error) {
	as, err := v.mechanisms().Actions(v.r.Context(), mechanism.ReaderOf(v.actor), id)
	today := v.site.Now().UTC().Format(time.DateOnly)
	for _, a := range as {
		out = append(out, actionLine{a, v.words(a.What), v.words(a.Outcome), a.Overdue(today)})
	}
	return out, err
}

// seatable lists open accounts that have no seat yet.
func (v *visit) seatable(members []mechanism.Member) (out []choice, err error) {
	all, err := v.site.Identity.Store.Accounts(v.r.Context(), identity.AccountFilter{})
	for _, a := range all {
		sits := slices.ContainsFunc(members, func(m mechanism.Member) bool { return m.Account == a.ID })
		if a.Disabled || sits || !a.Actor().May(identity.ConveneMechanism, identity.Scope{Member: true}) || a.Role == identity.Officer {
			continue
		}
		of := a.Organisation
		if a.Party != "" {
			of = v.partyName(string(a.Party))
		}
		out = append(out, choice{a.ID, strings.Trim(a.Name+" · "+v.p.T("role."+string(a.Role), nil)+" · "+of, " ·"), false})
	}
	locale.Sort(v.p, out, func(c choice) string { return c.Name })
	return out, err
}

// calendar sends the meetings as a file that calendars read.
func (v *visit) calendar(m mechanism.Mechanism) error {
	ms, err := v.mechanisms().Meetings(v.r.Context(), mechanism.ReaderOf(v.actor), m.ID)
	if err != nil {
		return err
	}
	var events []ical.Event
	for _, x := range ms {
		events = append(events, ical.Event{UID: string(x.ID) + "@merida", Sequence: x.Rev, Changed: x.ChangedAt, Begins: x.Begins, Ends: x.Ends, Title: x.Title.Pick(v.lang), Place: x.Place,
			Text: x.Agenda.Pick(v.lang), URL: v.site.BaseURL + v.href("/mechanisms/%s/meetings/%s", m.ID, x.ID), Cancelled: !x.CancelledAt.IsZero()})
	}
	v.w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	v.w.Header().Set("Content-Disposition", `attachment; filename="meetings.ics"`)
	return ical.Write(v.w, m.Names.Pick(v.lang), events)
}

type mechanismFormPage struct {
	Base
	M      mechanism.Mechanism
	Titles []titleField
	About  string
	Kinds  []choice
	Groups []partyGroup
}

// Ticked reports whether the mechanism covers a State.
func (p mechanismFormPage) Ticked(id party.ID) bool { return p.M.Covers(id) }

func (v *visit) mechanismForm() error {
	m := mechanism.Mechanism{Kind: mechanism.National}
	if len(v.vars) > 0 {
		var err error
		if m, err = v.mechanism(); err != nil {
			return err
		}
	}
	return v.mechanismFormWith(http.StatusOK, m, nil)
}

func (v *visit) mechanismFormWith(status int, m mechanism.Mechanism, bad []FieldError) error {
	if err := v.actor.Must(identity.KeepMechanism, identity.Scope{}); err != nil {
		return err
	}
	title := v.p.T("mechanism.new", nil)
	if m.ID != "" {
		title = v.p.T("mechanism.edit", nil)
	}
	p := mechanismFormPage{Base: v.base("assistance", title), M: m, About: m.About.Pick(v.lang), Groups: v.partyGroups()}
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T("mechanism.list", nil), v.href("/mechanisms")})
	p.Errors = bad
	for _, t := range lang.Official {
		p.Titles = append(p.Titles, titleField{t, locale.OwnName(t), m.Names[t].S})
	}
	for _, k := range mechanism.Kinds {
		p.Kinds = append(p.Kinds, choice{string(k), v.p.T("mechanism.kind."+string(k), nil), k == m.Kind})
	}
	return v.showStatus(status, "mechanism_form", p)
}

func (v *visit) keepMechanism() error {
	var m mechanism.Mechanism
	if len(v.vars) > 0 {
		var err error
		if m, err = v.mechanism(); err != nil {
			return err
		}
		if m.Rev, err = v.formNumber("rev"); err != nil {
			return err
		}
	}
	m.Kind, m.Names, m.Parties = mechanism.Kind(v.form("kind")), v.sixTexts("name"), nil
	m.About = v.typedText(m.About, "about")
	for _, x := range v.r.PostForm["party"] {
		m.Parties = append(m.Parties, party.ID(x))
	}
	id, err := v.site.Mechanisms.Keep(v.r.Context(), v.act(), m)
	if bad := v.fieldErrors(err); bad != nil {
		return v.mechanismFormWith(http.StatusUnprocessableEntity, m, bad)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=kept", id))
}

// typedText puts what was typed in the language of the page into a text; other languages stay, and nothing typed takes this one out.
func (v *visit) typedText(t lang.Text, field string) lang.Text {
	out := lang.Text{}
	for k, x := range t {
		out[k] = x
	}
	delete(out, v.lang)
	if s := v.form(field); s != "" {
		out[v.lang] = lang.Value{S: s}
	}
	return out
}

func (v *visit) closeMechanism() error {
	id := mechanism.ID(v.vars[0])
	if err := v.site.Mechanisms.Close(v.r.Context(), v.act(), id, v.form("closed") == "1"); err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=kept", id))
}

func (v *visit) seatMember() error {
	id := mechanism.ID(v.vars[0])
	var err error
	if v.form("do") == "drop" {
		err = v.site.Mechanisms.Unseat(v.r.Context(), v.act(), id, v.form("account"))
	} else {
		err = v.site.Mechanisms.Seat(v.r.Context(), v.act(), id, v.form("account"), v.form("chair") == "1")
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=seat#members", id))
}

type releasePage struct {
	Base
	M      mechanismLine
	Groups []releaseGroup
}

type releaseGroup struct {
	Round string
	ID    assessment.ID
	Lines []releaseLine
}

type releaseLine struct {
	assessment.Answer
	Name     string
	Heading  Words
	Released bool
	Newer    bool // a newer version was submitted since
}

// releasePage offers the submitted answers of the reader's State.
func (v *visit) releasePage() error {
	m, err := v.mechanism()
	if err != nil {
		return err
	}
	if err := v.actor.Must(identity.ReleaseAnswer, identity.Scope{Party: v.actor.Party}); err != nil {
		return err
	}
	if !m.Covers(v.actor.Party) {
		return fault.Of(fault.NotFound)
	}
	ctx := v.r.Context()
	released, err := v.mechanisms().Releases(ctx, mechanism.ReaderOf(v.actor), m.ID)
	if err != nil {
		return err
	}
	version := map[assessment.AnswerID]int{}
	for _, x := range released {
		version[x.Answer] = x.Version
	}
	p := releasePage{Base: v.base("assistance", v.p.T("mechanism.release", nil)), M: v.mechanismLine(m)}
	p.Crumbs = v.mechanismCrumbs(m)
	rows, err := v.site.Assessments.Store.Find(ctx, assessment.Filter{Party: v.actor.Party})
	if err != nil {
		return err
	}
	for _, r := range rows {
		w, err := v.site.Assessments.Store.Whole(ctx, v.actor.Sight(), r.Assessment.ID)
		if err != nil {
			return err
		}
		g := releaseGroup{Round: w.Round.Titles.Pick(v.lang), ID: w.Assessment.ID}
		for _, a := range w.Answers {
			if a.Submitted == 0 {
				continue
			}
			l := releaseLine{Answer: a, Name: p.ProvisionName(a.Provision), Heading: p.ProvisionHeading(a.Provision)}
			l.Released, l.Newer = version[a.ID] > 0, version[a.ID] > 0 && version[a.ID] < a.Submitted
			g.Lines = append(g.Lines, l)
		}
		if len(g.Lines) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	return v.show("mechanism_release", p)
}

func (v *visit) release() error {
	id := mechanism.ID(v.vars[0])
	var answers []assessment.AnswerID
	for _, x := range v.r.PostForm["answer"] {
		answers = append(answers, assessment.AnswerID(x))
	}
	if _, err := v.site.Mechanisms.Release(v.r.Context(), v.act(), id, assessment.ID(v.form("assessment")), answers); err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s?done=released", id))
}
