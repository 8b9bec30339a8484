package web

import (
	"fmt"
	"slices"
	"strings"
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
	Query   string             // of this page, for its other forms
	Kept    *mechanism.Frozen  // what was on the table of a meeting; nil where the page shows what stands today
	Earlier []mechanism.Frozen // kept for the same meeting, the newest first
	MayKeep bool
}

// paperPart is a part of a paper: a heading, and under it a table or the word that there is nothing.
// The page, the document and the table of a dossier are all made of the same parts.
type paperPart struct {
	Level   int // 2 or 3
	ID      string
	Heading string
	Of      string // the State that the part is about
	Party   string // its code
	Head    []string
	Rows    [][]paperCell
	None    string
}

type paperCell struct {
	S    string
	Lang lang.Tag // where it is not that of the page
	Href string
	Code string // what the words stand for: of a provision, a form, a status, or the id of a record
}

func (v *visit) dossierPage() error {
	ctx, mid := v.r.Context(), mechanism.ID(v.vars[0])
	var d mechanism.Dossier
	var drift map[string][]mechanism.Drifted
	var kept *mechanism.Frozen
	var err error
	if fid := v.query("kept"); fid != "" {
		var f mechanism.Frozen
		f, d, drift, err = v.site.Dossiers.Kept(ctx, v.actor, mid, mechanism.FrozenID(fid))
		kept = &f
	} else {
		d, err = v.site.Dossiers.Dossier(ctx, v.actor, mid, mechanism.MeetingID(v.query("meeting")))
	}
	if err != nil {
		return err
	}
	p := dossierPage{Base: v.base("assistance", v.p.T("dossier.title", nil)), M: v.mechanismLine(d.Mechanism), Since: d.Since, At: d.At, Kept: kept}
	p.Crumbs = v.mechanismCrumbs(d.Mechanism)
	if d.Meeting != nil {
		m := *d.Meeting
		p.Meeting = &meetingLine{m, v.words(m.Title), v.words(m.Agenda), v.words(m.Outcome), m.Ends.Before(d.At)}
		p.Query = "?meeting=" + string(m.ID)
	}
	if kept != nil {
		p.Query = "?kept=" + string(kept.ID)
	}
	if p.Parts, err = v.dossierParts(d, drift); err != nil {
		return err
	}
	switch v.suffix {
	case "csv", "xlsx":
		return v.csv("dossier", p.table())
	case "docx":
		return v.dossierDocument(p)
	}
	if d.Meeting != nil {
		all, err := v.mechanisms().Dossiers(ctx, mechanism.ReaderOf(v.actor), mid)
		if err != nil {
			return err
		}
		for _, f := range all {
			if f.Meeting == d.Meeting.ID {
				p.Earlier = append(p.Earlier, f)
			}
		}
		if kept == nil && d.Mechanism.ClosedAt.IsZero() {
			if p.MayKeep, err = v.site.Mechanisms.MayConvene(ctx, v.actor, mid); err != nil {
				return err
			}
		}
	}
	return v.show("dossier", p)
}

// keepDossier keeps the dossier of a meeting as it stands.
func (v *visit) keepDossier() error {
	id, err := v.site.Mechanisms.Freeze(v.r.Context(), v.act(), v.site.Dossiers, mechanism.ID(v.vars[0]), mechanism.MeetingID(v.form("meeting")))
	if err != nil {
		return err
	}
	return v.see(v.href("/mechanisms/%s/dossier?kept=%s", v.vars[0], id))
}

// table writes all parts below each other, each row with its State and part, codes beside the words that they stand for.
func (p dossierPage) table() (rows [][]string) {
	rows = append(rows, []string{p.T("column.state"), "party", p.T("dossier.part"), "part"})
	for _, x := range p.Parts {
		coded := make([]bool, len(x.Head))
		for _, r := range x.Rows {
			for i, c := range r {
				coded[i] = coded[i] || c.Code != ""
			}
		}
		code := strings.TrimSuffix(x.ID, "-"+x.Party)
		for i, r := range x.Rows {
			if i == 0 {
				row := []string{x.Of, x.Party, x.Heading, code}
				for j, h := range x.Head {
					if row = append(row, h); coded[j] {
						row = append(row, h+" ("+p.T("table.codes")+")")
					}
				}
				rows = append(rows, row)
			}
			row := []string{x.Of, x.Party, x.Heading, code}
			for j, c := range r {
				if row = append(row, c.S); coded[j] {
					row = append(row, c.Code)
				}
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
	if p.Kept != nil {
		out = append(out, p.T("dossier.kept_at", "at", p.P().Moment(p.Kept.At), "by", p.Kept.ByName), "SHA-256 "+p.Kept.Hash)
	} else {
		out = append(out, p.T("dossier.at", "at", p.P().Moment(p.At)))
	}
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

func (c paperCell) coded(code any) paperCell {
	c.Code = fmt.Sprint(code)
	return c
}

func linked(c paperCell, href string) paperCell {
	c.Href = href
	return c
}

func (v *visit) dossierParts(d mechanism.Dossier, drift map[string][]mechanism.Drifted) (out []paperPart, err error) {
	t := func(key string) string { return v.p.T(key, nil) }
	actions := paperPart{Level: 2, ID: "actions", Heading: t("mechanism.actions"), None: t("mechanism.action.none"), Head: []string{t("mechanism.action.what"), t("mechanism.action.who"), t("work.due"), t("column.status"), t("mechanism.outcome")}}
	for _, a := range d.Actions {
		actions.Rows = append(actions.Rows, []paperCell{said(v.words(a.What)), plain(a.Who), plain(v.p.Partial(a.DueOn)), plain(t("mechanism.action." + string(a.State))), said(v.words(a.Outcome))})
	}
	out = append(out, actions)
	for _, s := range d.States {
		parts, err := v.stateParts(s, !d.Since.IsZero(), drift[string(s.Party)])
		if err != nil {
			return nil, err
		}
		out = append(out, parts...)
	}
	return out, nil
}

func (v *visit) stateParts(s mechanism.StateDossier, changes bool, drift []mechanism.Drifted) (out []paperPart, err error) {
	t := func(key string) string { return v.p.T(key, nil) }
	state := v.partyName(string(s.Party))
	out = append(out, paperPart{Level: 2, ID: "state-" + string(s.Party), Heading: state, Of: state, Party: string(s.Party)})
	part := func(id, none string, head ...string) *paperPart {
		out = append(out, paperPart{Level: 3, ID: id + "-" + string(s.Party), Heading: t("dossier." + id), Of: state, Party: string(s.Party), Head: head, None: t("dossier." + none)})
		return &out[len(out)-1]
	}
	b := Base{v: v}
	on := func(id any) paperCell {
		return linked(plain(b.ProvisionName(id)), v.href("/provisions/%s", id)).coded(id)
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
		answers.Rows = append(answers.Rows, []paperCell{on(a.Provision), plain(implemented).coded(a.Content.Implementation), plain(v.list(laws)), missing, plain(told)})
	}

	titles := map[assistance.ActivityID]activityLine{}
	for _, a := range s.Activities {
		titles[a.ID] = v.activityLine(a)
	}
	activity := func(id assistance.ActivityID) paperCell {
		if l, ok := titles[id]; ok {
			return linked(said(l.Title), v.href("/activities/%s", id)).coded(id)
		}
		return linked(plain(string(id)), v.href("/activities/%s", id)).coded(id)
	}
	needs := part("needs", "needs_none", t("column.provision"), t("need.form"), t("need.what"), t("column.status"), t("need.served_by"))
	words := map[assistance.NeedID]paperCell{}
	for _, n := range s.Needs {
		var names, ids []string
		for _, x := range n.Provisions {
			names, ids = append(names, b.ProvisionName(x)), append(ids, string(x))
		}
		var served []string
		for _, a := range s.Served[n.ID] {
			served = append(served, activity(a).S)
		}
		words[n.ID] = linked(said(v.words(n.What)), v.href("/needs/%s", n.ID)).coded(n.ID)
		needs.Rows = append(needs.Rows, []paperCell{plain(v.list(names)).coded(strings.Join(ids, " ")), plain(v.formName(n.Form)).coded(n.Form), words[n.ID], plain(t("need.status." + string(n.Status))).coded(n.Status), plain(v.list(served))})
	}

	given := part("activities", "activities_none", t("activity.title"), t("dossier.providers"), t("column.status"), t("dossier.period"))
	for _, a := range s.Activities {
		from, to := assistance.Span(a.Dates)
		given.Rows = append(given.Rows, []paperCell{activity(a.ID), plain(titles[a.ID].Providers), plain(t("activity.phase." + string(a.Phase()))).coded(a.Phase()), plain(v.span(from, to))})
	}

	overlaps := part("overlaps", "overlaps_none", t("dossier.one"), t("dossier.other"), t("column.provision"), t("need.form"), t("dossier.period"))
	for _, o := range s.Overlaps {
		overlaps.Rows = append(overlaps.Rows, []paperCell{activity(o.A), activity(o.B), on(o.Provision), plain(v.formName(o.Form)).coded(o.Form), plain(v.span(o.From, o.To))})
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
		contacts.Rows = append(contacts.Rows, []paperCell{plain(t("contact.role." + string(c.Role))).coded(c.Role), said(v.words(c.Office)), plain(v.list(nonEmpty(c.Person, c.Email, c.Telephone))), plain(v.p.Partial(c.ConfirmedOn))})
	}

	if !changes && drift == nil {
		return out, nil
	}
	drifted := *part("drift", "drift_none", t("dossier.record"), t("dossier.what_changed"), t("dossier.how"), t("dossier.when"))
	out = out[:len(out)-1]
	changed := part("changes", "changes_none", t("dossier.when"), t("dossier.record"), t("dossier.what_changed"))
	offices := map[string]paperCell{}
	for _, c := range s.Contacts {
		offices[string(c.ID)] = said(v.words(c.Office))
	}
	on4answer := map[string]paperCell{}
	for _, a := range s.Answers {
		on4answer[string(a.Answer)] = on(a.Provision)
	}
	name := func(k mechanism.ChangeKind, id string) paperCell {
		var c paperCell
		switch k {
		case mechanism.AnswerChanged:
			c = on4answer[id]
			c.Href = v.href("/answers/%s", id)
		case mechanism.NeedChanged:
			c = words[assistance.NeedID(id)]
			c.Href = v.href("/needs/%s", id)
		case mechanism.ActivityChanged:
			c = activity(assistance.ActivityID(id))
		case mechanism.ContactChanged:
			c = offices[id]
		}
		if c.S == "" { // it came after the paper, or its words are gone
			c.S = id
		}
		return c.coded(id)
	}
	for _, c := range s.Changes {
		changed.Rows = append(changed.Rows, []paperCell{plain(v.p.Date(c.At)), plain(t("dossier.kind." + string(c.Kind))).coded(c.Kind), name(c.Kind, c.ID)})
	}
	if !changes {
		out = out[:len(out)-1]
	}
	if drift == nil {
		return out, nil
	}
	for _, c := range drift {
		what := name(c.Kind, c.ID)
		if c.How == mechanism.Gone {
			what.Href = ""
		}
		drifted.Rows = append(drifted.Rows, []paperCell{plain(t("dossier.kind." + string(c.Kind))).coded(c.Kind), what, plain(t("dossier.drift." + string(c.How))).coded(c.How), plain(v.p.Date(c.At))})
	}
	return slices.Insert(out, 1, drifted), nil
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
