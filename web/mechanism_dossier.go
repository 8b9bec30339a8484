package web

import (
	"fmt"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/exchange/docx"
	"merida/lang"
	"merida/mechanism"
)

// dossierPage is what the members read before a meeting: on the screen, on paper, as a document or a table.
type dossierPage struct {
	Base
	M       mechanismLine
	Meeting *meetingLine
	Since   time.Time
	At      time.Time
	Parts   []paperPart
	Query   string // of this page, for its other forms
}

// paperPart is a part of a paper: a heading, and under it a table or the word that there is nothing.
// The page, the document and the table of a dossier are all made of the same parts.
type paperPart struct {
	Level   int // 2 or 3
	ID      string
	Heading string
	Of      string // the State that the part is about
	Head    []string
	Rows    [][]paperCell
	None    string
}

type paperCell struct {
	S    string
	Lang lang.Tag // where it is not that of the page
	Href string
}

func (v *visit) dossierPage() error {
	d, err := v.site.Dossiers.Dossier(v.r.Context(), v.actor, mechanism.ID(v.vars[0]), mechanism.MeetingID(v.query("meeting")))
	if err != nil {
		return err
	}
	p := dossierPage{Base: v.base("assistance", v.p.T("dossier.title", nil)), M: v.mechanismLine(d.Mechanism), Since: d.Since, At: d.At}
	p.Crumbs = v.mechanismCrumbs(d.Mechanism)
	if d.Meeting != nil {
		m := *d.Meeting
		p.Meeting = &meetingLine{m, v.words(m.Title), v.words(m.Agenda), v.words(m.Outcome), m.Ends.Before(d.At)}
		p.Query = "?meeting=" + string(m.ID)
	}
	if p.Parts, err = v.dossierParts(d); err != nil {
		return err
	}
	switch v.suffix {
	case "csv":
		return v.csv("dossier", p.table())
	case "docx":
		return v.dossierDocument(p)
	}
	return v.show("dossier", p)
}

// table writes all parts below each other, each row with its State and part.
func (p dossierPage) table() (rows [][]string) {
	rows = append(rows, []string{p.T("column.state"), p.T("dossier.part")})
	for _, x := range p.Parts {
		for i, r := range x.Rows {
			if i == 0 {
				rows = append(rows, append([]string{x.Of, x.Heading}, x.Head...))
			}
			row := []string{x.Of, x.Heading}
			for _, c := range r {
				row = append(row, c.S)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (v *visit) dossierDocument(p dossierPage) error {
	v.w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
	v.w.Header().Set("Content-Disposition", `attachment; filename="dossier.docx"`)
	d := docx.New(v.w, p.Title+" · "+p.M.Name.S, v.lang)
	d.Heading(1, p.Title+" · "+p.M.Name.S)
	for _, s := range p.Lead() {
		d.Text(s)
	}
	if p.Meeting != nil && p.Meeting.Agenda.S != "" {
		d.Heading(2, p.T("mechanism.meeting.agenda"))
		d.In(p.Meeting.Agenda.Lang, p.Meeting.Agenda.S)
	}
	for _, x := range p.Parts {
		d.Heading(x.Level, x.Heading)
		if len(x.Rows) == 0 {
			if x.None != "" {
				d.Text(x.None)
			}
			continue
		}
		rows := make([][]string, len(x.Rows))
		for i, r := range x.Rows {
			for _, c := range r {
				rows[i] = append(rows[i], c.S)
			}
		}
		d.Table(x.Head, rows)
	}
	return d.Close()
}

// Lead says for which meeting the dossier is, since when it tells changes, and when it was made.
func (p dossierPage) Lead() (out []string) {
	if p.Meeting != nil {
		out = append(out, p.Meeting.Name.S+" · "+p.P().Moment(p.Meeting.Begins))
	}
	out = append(out, p.T("dossier.at", "at", p.P().Moment(p.At)))
	if p.Since.IsZero() {
		out = append(out, p.T("dossier.first"))
	} else {
		out = append(out, p.T("dossier.since", "date", p.P().Date(p.Since)))
	}
	return append(out, p.T("dossier.what"))
}

func plain(s string) paperCell { return paperCell{S: s} }

func said(w Words) paperCell {
	c := paperCell{S: w.S}
	if w.Other {
		c.Lang = w.Lang
	}
	return c
}

func linked(c paperCell, href string) paperCell {
	c.Href = href
	return c
}

func (v *visit) dossierParts(d mechanism.Dossier) (out []paperPart, err error) {
	t := func(key string) string { return v.p.T(key, nil) }
	actions := paperPart{Level: 2, ID: "actions", Heading: t("mechanism.actions"), None: t("mechanism.action.none"), Head: []string{t("mechanism.action.what"), t("mechanism.action.who"), t("work.due"), t("column.status"), t("mechanism.outcome")}}
	for _, a := range d.Actions {
		actions.Rows = append(actions.Rows, []paperCell{said(v.words(a.What)), plain(a.Who), plain(v.p.Partial(a.DueOn)), plain(t("mechanism.action." + string(a.State))), said(v.words(a.Outcome))})
	}
	out = append(out, actions)
	for _, s := range d.States {
		parts, err := v.stateParts(s, !d.Since.IsZero())
		if err != nil {
			return nil, err
		}
		out = append(out, parts...)
	}
	return out, nil
}

func (v *visit) stateParts(s mechanism.StateDossier, changes bool) (out []paperPart, err error) {
	t := func(key string) string { return v.p.T(key, nil) }
	state := v.partyName(string(s.Party))
	out = append(out, paperPart{Level: 2, ID: "state-" + string(s.Party), Heading: state, Of: state})
	part := func(id, none string, head ...string) *paperPart {
		out = append(out, paperPart{Level: 3, ID: id + "-" + string(s.Party), Heading: t("dossier." + id), Of: state, Head: head, None: t("dossier." + none)})
		return &out[len(out)-1]
	}
	b := Base{v: v}
	on := func(id any) paperCell {
		return linked(plain(b.ProvisionName(id)), v.href("/provisions/%s", id))
	}

	answers := part("answers", "answers_none", t("column.provision"), t("column.implemented"), t("column.cited"), t("field.missing"), t("dossier.told_to"))
	contents := make([]assessment.Content, len(s.Answers))
	for i, a := range s.Answers {
		contents[i] = a.Content
	}
	cites, err := v.citeNames(contents...)
	if err != nil {
		return nil, err
	}
	for _, a := range s.Answers {
		implemented, laws, told := "", []string(nil), t("dossier.told_all")
		if a.Content.Implementation != "" {
			implemented = t("implementation." + string(a.Content.Implementation))
		}
		for _, c := range a.Content.Citations {
			laws = append(laws, cites[citeValue(c)])
		}
		if a.Released {
			told = t("dossier.told_members")
		}
		missing := paperCell{S: a.Content.Missing, Lang: a.Content.Lang}
		answers.Rows = append(answers.Rows, []paperCell{on(a.Provision), plain(implemented), plain(v.list(laws)), missing, plain(told)})
	}

	titles := map[assistance.ActivityID]activityLine{}
	for _, a := range s.Activities {
		titles[a.ID] = v.activityLine(a)
	}
	activity := func(id assistance.ActivityID) paperCell {
		if l, ok := titles[id]; ok {
			return linked(said(l.Title), v.href("/activities/%s", id))
		}
		return linked(plain(string(id)), v.href("/activities/%s", id))
	}
	needs := part("needs", "needs_none", t("column.provision"), t("need.form"), t("need.what"), t("column.status"), t("need.served_by"))
	words := map[assistance.NeedID]paperCell{}
	for _, n := range s.Needs {
		var names []string
		for _, x := range n.Provisions {
			names = append(names, b.ProvisionName(x))
		}
		var served []string
		for _, a := range s.Served[n.ID] {
			served = append(served, activity(a).S)
		}
		words[n.ID] = linked(said(v.words(n.What)), v.href("/needs/%s", n.ID))
		needs.Rows = append(needs.Rows, []paperCell{plain(v.list(names)), plain(v.formName(n.Form)), words[n.ID], plain(t("need.status." + string(n.Status))), plain(v.list(served))})
	}

	given := part("activities", "activities_none", t("activity.title"), t("dossier.providers"), t("column.status"), t("dossier.period"))
	for _, a := range s.Activities {
		from, to := assistance.Span(a.Dates)
		given.Rows = append(given.Rows, []paperCell{activity(a.ID), plain(titles[a.ID].Providers), plain(t("activity.phase." + string(a.Phase()))), plain(v.span(from, to))})
	}

	overlaps := part("overlaps", "overlaps_none", t("dossier.one"), t("dossier.other"), t("column.provision"), t("need.form"), t("dossier.period"))
	for _, o := range s.Overlaps {
		overlaps.Rows = append(overlaps.Rows, []paperCell{activity(o.A), activity(o.B), on(o.Provision), plain(v.formName(o.Form)), plain(v.span(o.From, o.To))})
	}

	gaps := part("gaps", "gaps_none", t("column.provision"), t("dossier.gap"))
	for _, g := range s.Gaps {
		row := []paperCell{on(g.Provision), plain(t("dossier.gap_answer"))}
		if g.Need != "" {
			row[1] = words[g.Need]
		}
		gaps.Rows = append(gaps.Rows, row)
	}

	unasked := part("unasked", "unasked_none", t("activity.title"), t("dossier.providers"))
	for _, a := range s.Unasked {
		unasked.Rows = append(unasked.Rows, []paperCell{activity(a), plain(titles[a].Providers)})
	}

	contacts := part("contacts", "contacts_none", t("contact.role"), t("contact.office"), t("contact.reach"), t("contact.confirmed"))
	for _, c := range s.Contacts {
		contacts.Rows = append(contacts.Rows, []paperCell{plain(t("contact.role." + string(c.Role))), said(v.words(c.Office)), plain(v.list(nonEmpty(c.Person, c.Email, c.Telephone))), plain(v.p.Partial(c.ConfirmedOn))})
	}

	if !changes {
		return out, nil
	}
	changed := part("changes", "changes_none", t("dossier.when"), t("dossier.record"), t("dossier.what_changed"))
	offices := map[string]paperCell{}
	for _, c := range s.Contacts {
		offices[string(c.ID)] = said(v.words(c.Office))
	}
	on4answer := map[string]paperCell{}
	for _, a := range s.Answers {
		on4answer[string(a.Answer)] = on(a.Provision)
	}
	for _, c := range s.Changes {
		var what paperCell
		switch c.Kind {
		case mechanism.AnswerChanged:
			what = on4answer[c.ID]
		case mechanism.NeedChanged:
			what = words[assistance.NeedID(c.ID)]
		case mechanism.ActivityChanged:
			what = activity(assistance.ActivityID(c.ID))
		case mechanism.ContactChanged:
			what = offices[c.ID]
		}
		changed.Rows = append(changed.Rows, []paperCell{plain(v.p.Date(c.At)), plain(t("dossier.kind." + string(c.Kind))), what})
	}
	return out, nil
}

// span writes a period; an end that is not known stays open.
func (v *visit) span(from, to assistance.Day) string {
	if from == "" && to == "" {
		return ""
	}
	return fmt.Sprintf("%s – %s", v.p.Partial(string(from)), v.p.Partial(string(to)))
}

func nonEmpty(ss ...string) (out []string) {
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
