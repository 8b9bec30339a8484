package web

import (
	"time"

	"merida/assistance"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// matchLine is an activity that could serve a need, with why in words.
type matchLine struct {
	Activity activityLine
	Need     needLine
	Reasons  []string
}

// declinedLine is a match that was set aside.
type declinedLine struct {
	Activity activityLine
	Who      string
	Words    Words
	At       time.Time
}

const matchesShown = 10

// reasonText says a reason of a match; ids become names.
func (v *visit) reasonText(r assistance.Reason) string {
	args := fault.Args{}
	for k, x := range r.Args {
		s, _ := x.(string)
		switch k {
		case "provision":
			s = v.base("", "").ProvisionName(s)
		case "form":
			s = v.formName(s)
		case "party":
			s = v.partyName(s)
		}
		args[k] = s
	}
	return v.p.T(r.Key, args)
}

// matchLines reads the records of matches; those that the visitor does not reach any more are left out.
func (v *visit) matchLines(ms []assistance.Match) (out []matchLine, err error) {
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, m := range ms {
		needs, activities = append(needs, m.Need), append(activities, m.Activity)
	}
	ns, err := store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	lines := make([]activityLine, len(as))
	for i, a := range as {
		lines[i] = v.activityLine(a)
	}
	if err := v.standing(lines); err != nil {
		return nil, err
	}
	for _, m := range ms {
		var x matchLine
		for _, n := range ns {
			if n.ID == m.Need {
				x.Need = v.needLine(n)
			}
		}
		for _, a := range lines {
			if a.ID == m.Activity {
				x.Activity = a
			}
		}
		if x.Need.ID == "" || x.Activity.ID == "" {
			continue
		}
		for _, r := range m.Reasons {
			x.Reasons = append(x.Reasons, v.reasonText(r))
		}
		out = append(out, x)
	}
	return out, nil
}

// matchesOf are the activities that could serve a need and those that were set aside.
func (v *visit) matchesOf(n assistance.Need) (ms []matchLine, declined []declinedLine, err error) {
	ctx, sight := v.r.Context(), v.actor.Sight()
	gone, err := v.site.Assistance.Store.Declined(ctx, sight, n.ID)
	if err != nil {
		return nil, nil, err
	}
	var skip []assistance.ActivityID
	for _, d := range gone {
		skip = append(skip, d.Activity)
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(ctx, sight, uniq(skip))
	if err != nil {
		return nil, nil, err
	}
	for _, d := range gone {
		for _, a := range as {
			if a.ID == d.Activity {
				declined = append(declined, declinedLine{v.activityLine(a), d.ByName, v.words(d.Reason), d.At})
			}
		}
	}
	found, err := v.site.Assistance.Board.Matches(ctx, sight, n.ID, skip, matchesShown)
	if err != nil {
		return nil, nil, err
	}
	ms, err = v.matchLines(found)
	return ms, declined, err
}

// declineMatch sets a match aside with its reason.
func (v *visit) declineMatch() error {
	if err := v.site.Assistance.Decline(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), assistance.ActivityID(v.form("activity")), lang.T(v.lang, v.form("reason"))); err != nil {
		return err
	}
	return v.see(v.needPath() + "?done=declined#matches")
}

type matchesPage struct {
	Base
	Lines []matchLine
}

// matchesPage lists for a provider the needs that it could serve, with why.
func (v *visit) matchesPage() error {
	org := v.actor.Organisation
	if err := v.actor.Must(identity.RecordActivity, identity.Scope{Organisation: org}); err != nil {
		return err
	}
	found, err := v.site.Assistance.Board.NeedsFor(v.r.Context(), v.actor.Sight(), org, 50)
	if err != nil {
		return err
	}
	p := matchesPage{Base: v.base("assistance", v.p.T("match.title", nil))}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.Band = v.ownBand("matches")
	if p.Lines, err = v.matchLines(found); err != nil {
		return err
	}
	return v.show("matches", p)
}

type waitingPage struct {
	Base
	Lines []waitingLine
	Total int
}

type waitingLine struct {
	Need  needLine
	Since time.Time
	Days  int
}

const waitingShown = 200

// waitingPage lists needs that nobody serves yet, the longest waiting first.
func (v *visit) waitingPage() error {
	limit := waitingShown
	if v.suffix == "csv" {
		limit = table.Limit
	}
	waits, total, err := v.site.Assistance.Board.Waits(v.r.Context(), v.actor.Sight(), party.ID(v.query("party")), limit)
	if err != nil {
		return err
	}
	var ids []assistance.NeedID
	for _, w := range waits {
		ids = append(ids, w.Need)
	}
	needs, err := v.site.Assistance.Store.NeedsByID(v.r.Context(), v.actor.Sight(), ids)
	if err != nil {
		return err
	}
	byID := map[assistance.NeedID]assistance.Need{}
	for _, n := range needs {
		byID[n.ID] = n
	}
	p := waitingPage{Base: v.base("assistance", v.p.T("waiting.title", nil)), Total: total}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("need.list", nil), v.href("/needs")}}
	for _, w := range waits {
		if n, ok := byID[w.Need]; ok {
			p.Lines = append(p.Lines, waitingLine{v.needLine(n), w.Since, int(v.site.Now().Sub(w.Since) / (24 * time.Hour))})
		}
	}
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("column.state", nil), "party", v.p.T("need.what", nil), v.p.T("need.form", nil), v.p.T("waiting.since", nil), v.p.T("waiting.days_head", nil), "id"}}
		for _, l := range p.Lines {
			rows = append(rows, []string{l.Need.State, string(l.Need.Party), l.Need.Words.S, l.Need.Form, l.Since.UTC().Format(time.DateOnly), itoa(l.Days), string(l.Need.ID)})
		}
		return v.csv("needs-waiting", rows)
	}
	return v.show("waiting", p)
}

type checksPage struct {
	Base
	Groups []checkGroup
}

type checkGroup struct {
	Kind  string
	Lines []checkLine
}

type checkLine struct {
	Need     *needLine
	Activity *activityLine
	Since    string
}

// checksPage is what a State's contact point should look at: stale, or in contradiction.
func (v *visit) checksPage() error {
	if err := v.actor.Must(identity.StateOnActivity, identity.Scope{Party: v.actor.Party}); err != nil {
		return err
	}
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	checks, err := v.site.Assistance.Board.Checks(ctx, sight, v.actor.Party, v.site.Now())
	if err != nil {
		return err
	}
	p := checksPage{Base: v.base("assistance", v.p.T("check.title", nil))}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.Band = v.ownBand("checks")
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, c := range checks {
		if c.Need != "" {
			needs = append(needs, c.Need)
		} else {
			activities = append(activities, c.Activity)
		}
	}
	ns, err := store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return err
	}
	as, err := store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return err
	}
	for _, c := range checks {
		l := checkLine{Since: v.partial(c.Since)}
		for _, n := range ns {
			if n.ID == c.Need {
				x := v.needLine(n)
				l.Need = &x
			}
		}
		for _, a := range as {
			if a.ID == c.Activity {
				x := v.activityLine(a)
				l.Activity = &x
			}
		}
		if len(p.Groups) == 0 || p.Groups[len(p.Groups)-1].Kind != string(c.Kind) {
			p.Groups = append(p.Groups, checkGroup{Kind: string(c.Kind)})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Lines = append(g.Lines, l)
	}
	return v.show("checks", p)
}

// assistanceNotes adds what of assistance waits for the visitor to the first page after signing in.
func (v *visit) assistanceNotes(p *tasksPage) error {
	if v.actor.May(identity.StateOnActivity, identity.Scope{Party: v.actor.Party}) {
		n, err := v.waitingForWord()
		if err != nil {
			return err
		}
		if n > 0 {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/declared"), Text: v.p.T("declared.note", fault.Args{"n": n})})
		}
		checks, err := v.site.Assistance.Board.Checks(v.r.Context(), v.actor.Sight(), v.actor.Party, v.site.Now())
		if err != nil {
			return err
		}
		if len(checks) > 0 {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/checks"), Text: v.p.T("check.note", fault.Args{"n": len(checks)})})
		}
	}
	due, err := v.contactsDue()
	if err != nil {
		return err
	}
	for _, c := range due {
		if c.LeftOn != "" {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/contact-points/%s", c.ID), Text: v.p.T("still.left_note", fault.Args{"office": c.OfficeName.S, "date": v.p.Partial(c.LeftOn)})})
			continue
		}
		p.Notes = append(p.Notes, taskNote{Href: v.href("/contact-points/%s", c.ID), Text: v.p.T("contact.note", fault.Args{"office": c.OfficeName.S, "date": v.p.Partial(c.ConfirmedOn)})})
	}
	if v.mayPairs() {
		found, err := v.pairs()
		if err != nil {
			return err
		}
		if len(found) > 0 {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/overlaps"), Text: v.p.T("overlap.note", fault.Args{"n": len(found)})})
		}
	}
	if org := v.actor.Organisation; v.actor.May(identity.RecordActivity, identity.Scope{Organisation: org}) {
		ms, err := v.site.Assistance.Board.NeedsFor(v.r.Context(), v.actor.Sight(), org, 500)
		if err != nil {
			return err
		}
		if len(ms) > 0 {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/matches"), Text: v.p.T("match.note", fault.Args{"n": len(ms)})})
		}
	}
	return nil
}
