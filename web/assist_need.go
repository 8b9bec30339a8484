package web

import (
	"slices"
	"strings"

	"merida/assistance"
	"merida/clearing"
	"merida/convention"
	"merida/exchange/table"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

type needsPage struct {
	Base
	Lines    []needLine
	Total    int
	Pager    Pager
	Statuses []choice
	MayWrite bool
}

func (v *visit) below(id string) []convention.ID {
	if id == "" {
		return nil
	}
	x := convention.ID(id)
	return append([]convention.ID{x}, v.site.Conventions.Below(x)...)
}

// needsPage lists the needs that the visitor may see.
func (v *visit) needsPage() error {
	f := assistance.NeedFilter{Party: party.ID(strings.ToUpper(v.query("party"))), Provisions: v.below(v.query("provision")), Forms: v.values("form"), Status: v.needStatuses(), Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.downloads() {
		f.Limit, f.Offset = 1, 0
	}
	needs, total, err := v.site.Assistance.Store.FindNeeds(v.r.Context(), v.actor.Sight(), f)
	if err != nil {
		return err
	}
	if v.downloads() {
		t, row := v.tables().Needs(total)
		return v.table(t, table.Pages(func(limit, offset int) ([]assistance.Need, error) {
			f.Limit, f.Offset = limit, offset
			ns, _, err := v.site.Assistance.Store.FindNeeds(v.r.Context(), v.actor.Sight(), f)
			return ns, err
		}, row))
	}
	p := needsPage{Base: v.base("assistance", v.p.T("need.list", nil)), Total: total, Pager: v.pager(total, f.Limit, f.Offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.MayWrite = v.mayWriteNeeds(v.actor.Party)
	for _, n := range needs {
		p.Lines = append(p.Lines, v.needLine(n))
	}
	for _, s := range assistance.NeedStatuses {
		p.Statuses = append(p.Statuses, choice{string(s), v.p.T("need.status."+string(s), nil), slices.Contains(f.Status, s)})
	}
	return v.show("needs", p)
}

func (v *visit) needStatuses() (out []assistance.NeedStatus) {
	for _, s := range v.values("status") {
		out = append(out, assistance.NeedStatus(s))
	}
	return out
}

type needPage struct {
	Base
	Need       needLine
	ForWhom    Words
	When       Words
	Outcome    Words
	Links      []linkLine
	Candidates []activityLine
	Words      string
	MayLink    bool
	MayPublish bool
	MayFollow  bool
	MayEdit    bool
	Withdrawn  bool
	Tongue     string // in which the assistance should be given
	Unsaid     []unsaid
	Matches    []matchLine
	Declined   []declinedLine
	Offers     []candidateLine
	MaySend    bool // as a request
	Sent       int  // requests that were made of it
	Classes    []publication.Class
	Statuses   []choice
}

type linkLine struct {
	assistance.Link
	Activity   activityLine
	MayUnlink  bool
	NoteText   Words
	StatementN int
}

// needPage shows a need with what serves it; who may, links an activity to it.
func (v *visit) needPage() error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	store := v.site.Assistance.Store
	n, err := store.Need(ctx, sight, assistance.NeedID(v.vars[0]))
	if err != nil {
		return err
	}
	p := needPage{Base: v.base("assistance", v.formName(n.NeedContent.Form)+" · "+v.partyName(string(n.Party))), Need: v.needLine(n), ForWhom: v.words(n.ForWhom), When: v.words(n.When), Outcome: v.words(n.Outcome), Words: v.query("q")}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {p.Need.State, v.href("/coordination?party=%s", n.Party)}}
	links, err := store.Links(ctx, sight, assistance.LinkFilter{Needs: []assistance.NeedID{n.ID}})
	if err != nil {
		return err
	}
	var ids []assistance.ActivityID
	for _, l := range links {
		ids = append(ids, l.Activity)
	}
	linked, err := store.ActivitiesByID(ctx, sight, uniq(ids))
	if err != nil {
		return err
	}
	own := v.actor.Party != "" && v.actor.Party == n.Party
	for _, l := range links {
		for _, a := range linked {
			if a.ID == l.Activity {
				p.Links = append(p.Links, linkLine{Link: l, Activity: v.activityLine(a), NoteText: v.words(l.Note), MayUnlink: v.actor.SignedIn() && (l.By == v.actor.Account || own)})
			}
		}
	}
	switch v.actor.Role {
	case "provider", "officer":
		p.MayLink = true
	case "contact_point", "focal_point", "approver":
		p.MayLink, p.MayFollow = own, own
	}
	p.Withdrawn = n.Status == assistance.Withdrawn
	p.MayFollow = p.MayFollow && !p.Withdrawn
	p.MayPublish = own && v.actor.Role == "approver" && !p.Withdrawn && (n.Class != publication.Public || n.Pending())
	p.Classes = publishable(n.Class)
	if p.MayEdit = v.actor.May(identity.DraftNeed, n.Scope(v.actor)) && !p.Withdrawn; p.MayEdit {
		p.Unsaid = v.unsaid(n.NeedContent)
		p.Band = v.ownBand("needs")
	}
	if n.Language != "" {
		p.Tongue = v.langName(n.Language)
	}
	if done := v.query("done"); slices.Contains([]string{"added", "saved", "published", "withdrawn", "followed", "linked", "declined"}, done) {
		p.Done = v.p.T("need.done."+done, nil)
	}
	if p.MayLink && !p.Withdrawn {
		if p.Matches, p.Declined, err = v.matchesOf(n); err != nil {
			return err
		}
	}
	if p.MaySend = own && v.maySend(clearing.Request) && !p.Withdrawn; p.MaySend {
		if _, p.Sent, err = v.clearing().Store.Cases(ctx, clearing.ReaderOf(v.actor), clearing.Filter{Need: n.ID, Limit: 1}); err != nil {
			return err
		}
	}
	if !p.Withdrawn {
		if p.Offers, err = v.offersForNeed(n); err != nil {
			return err
		}
	}
	if p.MayLink {
		f := assistance.ActivityFilter{Recipient: n.Party, Words: p.Words, Limit: 20}
		if v.actor.Role == "provider" && p.Words == "" {
			f.Organisation = v.actor.Organisation
		}
		candidates, _, err := store.FindActivities(ctx, sight, f)
		if err != nil {
			return err
		}
		for _, a := range candidates {
			if !slices.Contains(ids, a.ID) {
				p.Candidates = append(p.Candidates, v.activityLine(a))
			}
		}
	}
	if err := v.standing(p.Candidates); err != nil {
		return err
	}
	served := make([]activityLine, len(p.Links))
	for i := range p.Links {
		served[i] = p.Links[i].Activity
	}
	if err := v.standing(served); err != nil {
		return err
	}
	for i := range served {
		p.Links[i].Activity = served[i]
	}
	for _, s := range assistance.NeedStatuses {
		if s != assistance.Withdrawn {
			p.Statuses = append(p.Statuses, choice{string(s), v.p.T("need.status."+string(s), nil), s == n.Status})
		}
	}
	return v.show("need", p)
}

func (v *visit) needPath() string { return v.href("/needs/%s", v.vars[0]) }

func (v *visit) publishNeed() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	class := publication.Class(v.form("class"))
	if class == "" {
		class = publication.Public
	}
	if err := v.site.Assistance.PublishNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), rev, class); err != nil {
		return err
	}
	return v.see(v.needPath() + "?done=published")
}

func (v *visit) followNeed() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.FollowNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), rev, assistance.NeedStatus(v.form("status")), lang.T(v.lang, v.form("outcome"))); err != nil {
		return err
	}
	return v.see(v.needPath() + "?done=followed")
}

func (v *visit) linkNeed() error {
	if _, err := v.site.Assistance.Link(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), assistance.ActivityID(v.form("activity")), lang.T(v.lang, v.form("note"))); err != nil {
		return err
	}
	return v.see(v.needPath() + "?done=linked")
}

func (v *visit) unlinkNeed() error {
	if err := v.site.Assistance.Unlink(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), assistance.LinkID(v.form("link"))); err != nil {
		return err
	}
	return v.see(v.needPath())
}
