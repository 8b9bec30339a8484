package web

import (
	"slices"
	"strings"

	"merida/assistance"
	"merida/clearing"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/locale"
	"merida/party"
)

// clearingRoutes are the pages of requests and offers, alike for both, and of the periods by which they go.
var clearingRoutes = append(append([]route{
	{get, "/requests/schedule", (*visit).schedulePage, true, false},
	{post, "/requests/schedule", (*visit).keepSchedule, true, false},
	{get, "/requests/calendar", (*visit).calendarPage, true, false},
	{post, "/requests/calendar", (*visit).keepCalendar, true, false},
}, caseRoutes("/requests")...), caseRoutes("/offers")...)

func caseRoutes(at string) []route {
	out := []route{
		{get, at, (*visit).casesPage, false, true},
		{get, at + "/new", (*visit).newCasePage, true, false},
		{post, at, (*visit).sendCase, true, false},
		{get, at + "/{id}", (*visit).casePage, false, false},
	}
	for name, do := range caseActs {
		out = append(out, route{post, at + "/{id}/" + name, caseAct(do), true, false})
	}
	return out
}

func (v *visit) clearing() *clearing.Service { return v.site.Clearing }

// caseKind tells by the address whether requests or offers are asked for.
func (v *visit) caseKind() clearing.Kind {
	if strings.HasPrefix(v.route.pattern, "/offers") {
		return clearing.Offer
	}
	return clearing.Request
}

// kinded chooses between a text of requests and one of offers.
func kinded(k clearing.Kind, request, offer string) string {
	if k == clearing.Offer {
		return offer
	}
	return request
}

// casePath is the address of the list of a kind.
func casePath(k clearing.Kind) string { return kinded(k, "/requests", "/offers") }

type caseLine struct {
	clearing.Case
	Words Words
	Who   string
	Form  string
	Late  bool
	Mine  bool // waits for the visitor
	Path  string
	For   []string // the States to which an offer is made
}

func (v *visit) addressee(a clearing.Addressee) string {
	if a.Party != "" {
		return v.partyName(string(a.Party))
	}
	return v.oneOrganisation(a.Organisation)
}

func (v *visit) caseLine(c clearing.Case, answered bool) caseLine {
	l := caseLine{Case: c, Words: v.words(c.What), Who: v.addressee(c.Author()), Form: v.formName(c.Content.Form), Late: c.Overdue(v.site.Now()), Path: casePath(c.Kind) + "/" + string(c.ID)}
	l.Mine = v.actor.SignedIn() && c.Waits(v.actor, answered, v.site.Now())
	for _, p := range c.Parties {
		l.For = append(l.For, v.partyName(string(p)))
	}
	return l
}

type casesPage struct {
	Base
	Kind   clearing.Kind
	Path   string
	Lead   string
	None   string
	New    string
	Lines  []caseLine
	Total  int
	Pager  Pager
	States []choice
	MaySee map[string]bool // pages beside the list: "new", "schedule", "calendar"
}

// casesPage lists the requests, or the offers, that the visitor may see.
func (v *visit) casesPage() error {
	k := v.caseKind()
	f := clearing.Filter{Kind: k, Party: party.ID(strings.ToUpper(v.query("party"))), Organisation: v.query("organisation"), Forms: v.values("form"), Provisions: v.below(v.query("provision")), Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	for _, s := range v.values("state") {
		f.States = append(f.States, clearing.State(s))
	}
	if v.downloads() {
		f.Limit, f.Offset = 1, 0
	}
	ctx, r := v.r.Context(), clearing.ReaderOf(v.actor)
	found, total, err := v.clearing().Store.Cases(ctx, r, f)
	if err != nil {
		return err
	}
	if v.downloads() {
		t, row := v.tables().Cases(k, total, v.addressee)
		return v.table(t, table.Pages(func(limit, offset int) ([]clearing.Case, error) {
			f.Limit, f.Offset = limit, offset
			cs, _, err := v.clearing().Store.Cases(ctx, r, f)
			return cs, err
		}, row))
	}
	answered, err := v.clearing().Store.Answered(ctx, r)
	if err != nil {
		return err
	}
	p := casesPage{Base: v.base("assistance", v.p.T(kinded(k, "request.count", "offer.count"), fault.Args{"n": total})), Kind: k, Path: casePath(k), Lead: v.p.T(kinded(k, "request.lead", "offer.lead"), nil),
		None: v.p.T(kinded(k, "request.none", "offer.none"), nil), New: v.p.T(kinded(k, "request.new", "offer.new"), nil), Total: total, Pager: v.pager(total, f.Limit, f.Offset)}
	p.Crumbs = v.assistanceCrumbs()
	p.MaySee = map[string]bool{"new": v.maySend(k), "schedule": v.actor.May(identity.KeepSchedule, identity.Scope{}), "calendar": v.actor.May(identity.KeepCalendar, identity.Scope{Party: v.actor.Party})}
	if v.actor.SignedIn() {
		p.Band = v.ownBand(strings.TrimPrefix(p.Path, "/"))
	}
	for _, c := range found {
		p.Lines = append(p.Lines, v.caseLine(c, answered[c.ID]))
	}
	for _, s := range clearing.States {
		p.States = append(p.States, choice{string(s), v.p.T("request.state."+string(s), nil), slices.Contains(f.States, s)})
	}
	return v.show("clearing", p)
}

func (v *visit) maySend(k clearing.Kind) bool {
	if k == clearing.Offer {
		return v.actor.May(identity.SendOffer, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation})
	}
	return v.actor.May(identity.SendRequest, identity.Scope{Party: v.actor.Party})
}

// tasksShown is how many requests and offers the first page names one by one.
const tasksShown = 8

// clearingNotes adds the requests and offers that wait for the visitor to the first page after signing in.
func (v *visit) clearingNotes(p *tasksPage) error {
	ctx, r := v.r.Context(), clearing.ReaderOf(v.actor)
	cases, _, err := v.clearing().Store.Cases(ctx, r, clearing.Filter{Open: true, Limit: 500})
	if err != nil {
		return err
	}
	answered, err := v.clearing().Store.Answered(ctx, r)
	if err != nil {
		return err
	}
	var waits []clearing.Case
	for _, c := range cases {
		if c.Waits(v.actor, answered[c.ID], v.site.Now()) {
			waits = append(waits, c)
		}
	}
	slices.SortStableFunc(waits, func(a, b clearing.Case) int { return strings.Compare(string(a.Due)+"~", string(b.Due)+"~") })
	for i, c := range waits {
		if i == tasksShown {
			p.Notes = append(p.Notes, taskNote{Href: v.href("/requests"), Text: v.p.T("request.task.more", fault.Args{"n": len(waits) - i})})
			break
		}
		n := taskNote{Href: v.href("%s/%s", casePath(c.Kind), c.ID), Text: v.p.T("request.task."+string(c.State), fault.Args{"date": v.partial(c.Due), "what": c.What.Pick(v.lang)})}
		if c.Overdue(v.site.Now()) {
			n.Reason = v.p.T("request.overdue", fault.Args{"date": v.partial(c.Due)})
		}
		p.Notes = append(p.Notes, n)
	}
	return nil
}

// offersForNeed are offers that could meet a need, each with why.
func (v *visit) offersForNeed(n assistance.Need) ([]candidateLine, error) {
	found, err := v.clearing().OffersFor(v.r.Context(), v.actor, assistance.NeedRow{ID: n.ID, Party: n.Party, Provisions: n.Provisions, Form: n.NeedContent.Form, From: n.From, To: n.To, Status: n.Status}, matchesShown)
	if err != nil {
		return nil, err
	}
	return v.candidates(found)
}

type candidateLine struct {
	Href    string
	Kind    string // what it is
	Words   Words
	Who     string
	Reasons []string
}

// candidates puts what could meet a case into words; what the visitor does not reach any more is left out.
func (v *visit) candidates(found []clearing.Candidate) (out []candidateLine, err error) {
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, c := range found {
		switch {
		case c.Need != "":
			needs = append(needs, c.Need)
		case c.Activity != "":
			activities = append(activities, c.Activity)
		}
	}
	ns, err := store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		var l candidateLine
		switch {
		case c.Case != nil:
			l = candidateLine{Href: v.href("%s/%s", casePath(c.Case.Kind), c.Case.ID), Kind: v.p.T(kinded(c.Case.Kind, "request.one", "offer.one"), nil), Words: v.words(c.Case.What), Who: v.addressee(c.Case.Author())}
		case c.Need != "":
			i := slices.IndexFunc(ns, func(n assistance.Need) bool { return n.ID == c.Need })
			if i < 0 {
				continue
			}
			l = candidateLine{Href: v.href("/needs/%s", c.Need), Kind: v.p.T("request.match.need", nil), Words: v.words(ns[i].What), Who: v.partyName(string(ns[i].Party))}
		default:
			i := slices.IndexFunc(as, func(a assistance.Activity) bool { return a.ID == c.Activity })
			if i < 0 {
				continue
			}
			a := v.activityLine(as[i])
			l = candidateLine{Href: v.href("/activities/%s", c.Activity), Kind: v.p.T("request.match.activity", nil), Words: a.Title, Who: a.Providers}
		}
		for _, r := range c.Reasons {
			l.Reasons = append(l.Reasons, v.reasonText(r))
		}
		out = append(out, l)
	}
	return out, nil
}

// circleOf says to whom a case is circulated.
func (v *visit) circleOf(c clearing.Case) (out []string) {
	for _, a := range c.Circle.Asked {
		out = append(out, v.addressee(a))
	}
	locale.Sort(v.p, out, func(s string) string { return s })
	return out
}
