package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"merida/assistance"
	"merida/convention"
	"merida/exchange/iati"
	"merida/exchange/table"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

type activitiesPage struct {
	Base
	Lines []activityLine
	Total int
	Words string
	Pager Pager
	May   bool // declare one
	// Follow is set where the list is that of one provider.
	Follow *followBar
}

// activitiesPage lists activities that the visitor may see.
func (v *visit) activitiesPage() error {
	f := assistance.ActivityFilter{Words: v.query("q"), Recipient: party.ID(strings.ToUpper(v.query("party"))), Provisions: v.below(v.query("provision")), Forms: v.values("form"), Organisation: v.query("organisation"), Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.downloads() {
		f.Limit, f.Offset = 1, 0
	}
	if v.suffix == "xml" {
		return v.activitiesXML(f)
	}
	as, total, err := v.site.Assistance.Store.FindActivities(v.r.Context(), v.actor.Sight(), f)
	if err != nil {
		return err
	}
	if v.downloads() {
		return v.activitiesTable("activities", total, f)
	}
	p := activitiesPage{Base: v.base("assistance", v.p.T("activity.list", nil)), Words: f.Words, May: v.mayDeclare(), Total: total, Pager: v.pager(total, f.Limit, f.Offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	for _, a := range as {
		p.Lines = append(p.Lines, v.activityLine(a))
	}
	if err := v.standing(p.Lines); err != nil {
		return err
	}
	if f.Organisation != "" {
		if p.Follow, err = v.followBar(follow.Provider, f.Organisation, v.providerName(f.Organisation, as), "organisation="+url.QueryEscape(f.Organisation), follow.Filter{Organisation: f.Organisation}); err != nil {
			return err
		}
	}
	return v.show("activities", p)
}

// providerName is the name that some records give an organisation, else its key.
func (v *visit) providerName(key string, as []assistance.Activity) string {
	return assistance.NameIn(as, key, v.lang)
}

// activitiesXML sends the public activities of a list as a file of the IATI standard, whoever asks.
func (v *visit) activitiesXML(f assistance.ActivityFilter) error {
	h := v.w.Header()
	h.Set("Content-Type", "application/xml; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="activities.xml"`)
	_, err := (&iati.Exporter{Store: v.site.Assistance.Store, Parties: v.site.Parties, BaseURL: v.site.BaseURL, Now: v.site.Now}).Export(v.r.Context(), v.w, f, table.Limit, nil)
	if err != nil { // the file has begun: without its end it is no file, and no page could say so any more
		v.site.Log.ErrorContext(v.r.Context(), "activities.xml", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// activitiesTable sends the activities that a filter leaves as a file, with what States say of them.
func (v *visit) activitiesTable(name string, total int, f assistance.ActivityFilter) error {
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	t, row := v.tables().Activities(total)
	t.Name = name
	return v.table(t, table.Pages(func(limit, offset int) ([]table.Stated, error) {
		f.Limit, f.Offset = limit, offset
		as, _, err := store.FindActivities(ctx, sight, f)
		if err != nil {
			return nil, err
		}
		return table.Stand(ctx, store, sight, as)
	}, row))
}

type activityPage struct {
	Base
	Activity     activityLine
	Descriptions []Words
	Mappings     []activityMapping
	Statements   []statementLine
	Links        []linkedNeed
	Money        []moneyLine
	MoneyMore    int
	Same         []activityLine
	MayMap       bool
	Speaks       string // "provider", "beneficiary" or empty
	Forms        []choice
	Reporter     string
	Rivals       []rivalLine
	MayEdit      bool
	MayPublish   bool
	Place        Words
}

type activityMapping struct {
	assistance.Mapping
	Name    string
	Reasons []string
}

type statementLine struct {
	assistance.Statement
	Words      Words
	Who        string
	MayPublish bool
}

type linkedNeed struct {
	Need     needLine
	NoteText Words
}

type moneyLine struct {
	Kind, Value, Currency, On string
}

const moneyShown = 20

// activityPage shows a record of assistance with what each side says of it.
func (v *visit) activityPage() error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	store := v.site.Assistance.Store
	a, err := store.Activity(ctx, sight, assistance.ActivityID(v.vars[0]))
	if err != nil {
		return err
	}
	p := activityPage{Base: v.base("assistance", v.words(a.Titles).S), Activity: v.activityLine(a)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("activity.list", nil), v.href("/activities")}}
	if p.Reporter = a.Reporter.Name.Pick(v.lang); p.Reporter == "" {
		p.Reporter = a.Reporter.Ref
	}
	for _, d := range a.Descriptions {
		p.Descriptions = append(p.Descriptions, v.words(d.Text))
	}
	for _, m := range slices.Concat(a.Provisions, a.Forms) {
		x := activityMapping{Mapping: m, Name: v.formName(m.Form)}
		if m.Provision != "" {
			x.Name = p.ProvisionName(m.Provision) + " " + p.ProvisionHeading(m.Provision).S
		}
		for _, r := range m.Reasons {
			x.Reasons = append(x.Reasons, v.p.T(r.Key, r.Args))
		}
		p.Mappings = append(p.Mappings, x)
	}
	statements, err := store.Statements(ctx, sight, a.ID)
	if err != nil {
		return err
	}
	for _, s := range statements {
		l := statementLine{Statement: s, Words: v.words(s.Text), Who: s.Organisation}
		if s.Party != "" {
			l.Who = v.partyName(string(s.Party))
		}
		l.MayPublish = s.Party != "" && s.Party == v.actor.Party && v.actor.Role == "approver" && s.Class != publication.Public
		p.Statements = append(p.Statements, l)
	}
	links, err := store.Links(ctx, sight, assistance.LinkFilter{Activities: []assistance.ActivityID{a.ID}})
	if err != nil {
		return err
	}
	var ids []assistance.NeedID
	for _, l := range links {
		ids = append(ids, l.Need)
	}
	needs, err := store.NeedsByID(ctx, sight, uniq(ids))
	if err != nil {
		return err
	}
	for _, l := range links {
		for _, n := range needs {
			if n.ID == l.Need {
				p.Links = append(p.Links, linkedNeed{v.needLine(n), v.words(l.Note)})
			}
		}
	}
	for _, b := range a.Budgets {
		p.Money = append(p.Money, moneyLine{v.p.T("activity.budget", nil), b.Money.Value, b.Money.Currency, string(b.From)})
	}
	for _, t := range a.Transactions {
		p.Money = append(p.Money, moneyLine{v.site.Codes.Name("transaction-type", t.Type, v.lang), t.Money.Value, t.Money.Currency, string(t.On)})
	}
	if len(p.Money) > moneyShown {
		p.MoneyMore = len(p.Money) - moneyShown
		p.Money = p.Money[:moneyShown]
	}
	if a.IATIIdentifier != "" {
		same, err := store.ActivitiesByIATI(ctx, sight, a.IATIIdentifier)
		if err != nil {
			return err
		}
		for _, x := range same {
			if x.ID != a.ID {
				p.Same = append(p.Same, v.activityLine(x))
			}
		}
		if err := v.standing(p.Same); err != nil {
			return err
		}
	}
	if p.Rivals, err = v.rivals(a.ID); err != nil {
		return err
	}
	p.MayEdit = v.mayDeclare() && a.MayEdit(v.actor) == nil
	p.MayPublish = a.Source == assistance.FromParty && a.Class == publication.Own && v.actor.May(identity.PublishNeed, identity.Scope{Party: a.Party})
	if len(a.Places) > 0 {
		p.Place = v.words(a.Places[0].Name)
	}
	if done := v.query("done"); slices.Contains([]string{"added", "saved", "published", "stated"}, done) {
		p.Done = v.p.T("activity.done."+done, nil)
	}
	org := v.actor.Organisation
	switch {
	case v.actor.Role == "officer", org != "" && (a.Organisation == org || a.Reporter.Ref == org):
		p.MayMap = true
	}
	switch {
	case v.actor.Party != "" && a.Receives(v.actor.Party) && (v.actor.Role == "contact_point" || v.actor.Role == "approver" || v.actor.Role == "focal_point"):
		p.Speaks = "beneficiary"
	case org != "" && (a.Organisation == org || a.Reporter.Ref == org || slices.ContainsFunc(a.Orgs, func(o assistance.Org) bool { return o.Ref == org })):
		p.Speaks, p.MayMap = "provider", true
	}
	if p.MayMap {
		forms, _ := v.site.Codes.List("ta-form")
		for _, c := range forms.Active() {
			p.Forms = append(p.Forms, choice{Code: c.Code, Name: c.Name.Pick(v.lang)})
		}
	}
	top := []activityLine{p.Activity}
	if err := v.standing(top); err != nil {
		return err
	}
	p.Activity = top[0]
	return v.show("activity", p)
}

func (v *visit) partial(d assistance.Day) string {
	if d == "" {
		return ""
	}
	return v.p.Partial(string(d))
}

func (v *visit) activityPath() string { return v.href("/activities/%s", v.vars[0]) }

func (v *visit) mapActivity() error {
	provision := convention.ID(v.form("provision"))
	if s := v.form("cite"); s != "" { // typed as people cite: "Article 9(1)"
		id, ok := v.site.Conventions.Parse(s)
		if !ok {
			var bad fault.List
			bad.Add("provision", "need.error.provision", fault.Args{"id": s})
			return bad.Err()
		}
		provision = id
	}
	status := assistance.Confirmed
	if v.form("status") == "rejected" {
		status = assistance.Rejected
	}
	if err := v.site.Assistance.Map(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), provision, v.form("form"), status); err != nil {
		return err
	}
	return v.see(v.activityPath())
}

func (v *visit) stateOnActivity() error {
	if _, err := v.site.Assistance.State(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), assistance.StatementKind(v.form("kind")), lang.T(v.lang, v.form("text"))); err != nil {
		return err
	}
	if v.form("back") == "declared" {
		return v.see(v.href("/declared?done=stated"))
	}
	return v.see(v.activityPath() + "?done=stated")
}

func (v *visit) publishStatement() error {
	if err := v.site.Assistance.PublishStatement(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), assistance.StatementID(v.vars[1])); err != nil {
		return err
	}
	if v.form("back") == "declared" {
		return v.see(v.href("/declared?show=publish"))
	}
	return v.see(v.activityPath())
}

type organisationsPage struct {
	Base
	Lines []assistance.Organisation
	Total int
	Pager Pager
}

// organisationsPage lists who gives, as public records name them.
func (v *visit) organisationsPage() error {
	limit, offset := 50, v.number("offset", 0, 0, 1_000_000)
	if v.downloads() {
		limit, offset = 1, 0
	}
	lines, total, err := v.site.Assistance.Store.Organisations(v.r.Context(), v.actor.Sight(), limit, offset)
	if err != nil {
		return err
	}
	if v.downloads() {
		t, row := v.tables().Organisations(total)
		return v.table(t, table.Pages(func(limit, offset int) ([]assistance.Organisation, error) {
			os, _, err := v.site.Assistance.Store.Organisations(v.r.Context(), v.actor.Sight(), limit, offset)
			return os, err
		}, row))
	}
	p := organisationsPage{Base: v.base("assistance", v.p.T("organisation.list", nil)), Lines: lines, Total: total, Pager: v.pager(total, limit, offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	return v.show("organisations", p)
}
