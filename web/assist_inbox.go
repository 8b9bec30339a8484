package web

import (
	"merida/assistance"
	"merida/fault"
	"merida/identity"
)

// declaredPage is what others declared about the visitor's State: the contact point confirms, disputes or adds.
type declaredPage struct {
	Base
	Lines   []declaredLine
	Total   int
	Show    string // waiting, publish or all
	Tabs    []workFilter
	Pager   Pager
	MaySay  bool
	MayShow bool // publish what colleagues said
	MayAdd  bool // declare an activity
}

type declaredLine struct {
	activityLine
	Reporter string
	Own      []statementLine // what the State said and nobody outside sees yet
}

// declaredFilter says which records a view of the inbox lists.
func (v *visit) declaredFilter(show string) assistance.ActivityFilter {
	f := assistance.ActivityFilter{Recipient: v.actor.Party, Others: v.actor.Party}
	switch show {
	case "waiting":
		f.AwaitsWord = v.actor.Party
	case "publish":
		f.AwaitsPublication = v.actor.Party
	}
	return f
}

// waitingForWord counts the records of others about the visitor's State of which it has said nothing.
func (v *visit) waitingForWord() (int, error) {
	f := v.declaredFilter("waiting")
	f.Limit = 1
	_, n, err := v.site.Assistance.Store.FindActivities(v.r.Context(), v.actor.Sight(), f)
	return n, err
}

func (v *visit) declaredPage() error {
	scope := identity.Scope{Party: v.actor.Party}
	if !v.actor.May(identity.StateOnActivity, scope) {
		return fault.New(fault.Denied, "", fault.Args{"act": string(identity.StateOnActivity)})
	}
	show := v.query("show")
	if show != "all" && show != "publish" {
		show = "waiting"
	}
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	f := v.declaredFilter(show)
	f.Limit, f.Offset = 25, v.number("offset", 0, 0, 1_000_000)
	if v.downloads() {
		f.Limit, f.Offset = 1, 0
	}
	as, total, err := store.FindActivities(ctx, sight, f)
	if err != nil {
		return err
	}
	if v.downloads() {
		return v.activitiesTable("declared", total, f)
	}
	lines := make([]activityLine, len(as))
	for i, a := range as {
		lines[i] = v.activityLine(a)
	}
	if err := v.standing(lines); err != nil {
		return err
	}
	p := declaredPage{Base: v.base("assistance", v.p.T("declared.title", nil)), Total: total, Show: show, Pager: v.pager(total, f.Limit, f.Offset), MaySay: true, MayShow: v.actor.May(identity.Publish, scope)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.Band = v.ownBand("declared")
	for _, s := range []string{"waiting", "publish", "all"} {
		p.Tabs = append(p.Tabs, workFilter{Label: v.p.T("declared.show."+s, nil), Href: "?show=" + s, On: s == show})
	}
	for _, l := range lines {
		d := declaredLine{activityLine: l, Reporter: l.Reporter.Name.Pick(v.lang)}
		if d.Reporter == "" {
			d.Reporter = l.Reporter.Ref
		}
		if show == "publish" {
			statements, err := store.Statements(ctx, sight, l.ID)
			if err != nil {
				return err
			}
			for _, s := range statements {
				if s.Party == v.actor.Party && s.Class == "own" {
					d.Own = append(d.Own, statementLine{Statement: s, Words: v.words(s.Text), Who: s.ByName, MayPublish: p.MayShow && s.By != v.actor.Account})
				}
			}
		}
		p.Lines = append(p.Lines, d)
	}
	if v.query("done") == "stated" {
		p.Done = v.p.T("activity.done.stated", nil)
	}
	p.MayAdd = v.mayDeclare()
	return v.show("declared", p)
}
