package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// activityForm is the page on which assistance is declared, or a declaration is changed: few fields first,
// the others under a heading of their own.
type activityForm struct {
	Base
	ID           assistance.ActivityID // empty for a new one
	Rev          int64
	F            activityFields
	Picker       picker
	Forms        []choice
	States       []choice
	Statuses     []choice
	Currencies   []choice
	Types        []choice
	Cooperations []assistance.Cooperation
	Own          bool // the provider is the visitor's own organisation
	More         bool // something of the second half is filled
}

// activityFields is what the form holds, as it is typed.
type activityFields struct {
	Title, What, Provider, Ref, Type, Recipient, Others, Place, Status, From, To string
	Amount, Currency, Partners, Contact, Email, Identifier, Cooperation          string
	Provisions                                                                   []convention.ID
	TypedProvisions                                                              string
	Forms                                                                        []string
}

// The statuses that the form offers, one for each phase. Source: IATI code list ActivityStatus.
var formStatuses = []string{"1", "2", "4", "5"}

func (v *visit) activityForm(id assistance.ActivityID, rev int64, f activityFields) activityForm {
	title := v.p.T("activity.new", nil)
	if id != "" {
		title = v.p.T("activity.edit", nil)
	}
	p := activityForm{Base: v.base("assistance", title), ID: id, Rev: rev, F: f, Picker: v.picker(f.Provisions, f.TypedProvisions), Forms: v.formChoices(f.Forms...), States: v.stateChoices(party.ID(f.Recipient)),
		Currencies: v.codes(codelist.Currency, f.Currency), Types: v.codes(codelist.OrganisationType, f.Type), Cooperations: assistance.Cooperations, Own: v.actor.Organisation != ""}
	statuses := formStatuses
	if f.Status != "" && !slices.Contains(statuses, f.Status) {
		statuses = append([]string{f.Status}, statuses...) // what a record says already stays as it is
	}
	for _, s := range statuses {
		p.Statuses = append(p.Statuses, choice{s, v.p.T("activity.phase."+string(assistance.Content{Status: s}.Phase()), nil), s == f.Status})
	}
	p.More = f.Amount+f.Partners+f.Contact+f.Email+f.Identifier+f.Cooperation+f.Place+f.Others != ""
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("activity.list", nil), v.href("/activities")}}
	p.Band = v.ownBand("activities")
	return p
}

// mayDeclare reports whether the visitor can record an activity at all.
func (v *visit) mayDeclare() bool {
	return v.actor.May(identity.RecordActivity, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation}) || v.actor.May(identity.EditActivity, identity.Scope{})
}

// newActivityPage is the form with what is known already: the provider's own name, the State that records, the need that is to be served.
func (v *visit) newActivityPage() error {
	if !v.mayDeclare() {
		return v.actor.Must(identity.RecordActivity, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation})
	}
	f := activityFields{Status: "1", Recipient: strings.ToUpper(v.query("party")), Ref: v.actor.Organisation}
	if f.Recipient == "" {
		f.Recipient = string(v.actor.Party)
	}
	var bad fault.List
	f.Provisions, f.Forms = v.assistanceProvisions(&bad), v.values("form")
	if org := v.actor.Organisation; org != "" {
		known, _, err := v.site.Assistance.Store.FindActivities(v.r.Context(), v.actor.Sight(), assistance.ActivityFilter{Organisation: org, Limit: 5})
		if err != nil {
			return err
		}
		for _, a := range known {
			for _, o := range append([]assistance.Org{a.Reporter}, a.Orgs...) {
				if o.Ref == org && f.Provider == "" {
					f.Provider, f.Type = o.Name.Pick(v.lang), o.Type
				}
			}
		}
	}
	return v.show("activity_form", v.activityForm("", 0, f))
}

// assistanceProvisions reads ?provision= of an address that hands a provision over.
func (v *visit) assistanceProvisions(bad *fault.List) (out []convention.ID) {
	for _, s := range v.values("provision") {
		if id := convention.ID(s); v.site.Conventions.Known(id) {
			out = append(out, id)
		} else {
			bad.Add("provision", "need.error.provision", fault.Args{"id": s})
		}
	}
	return out
}

func (v *visit) typedActivity(bad *fault.List) activityFields {
	return activityFields{Title: v.form("title"), What: v.form("description"), Provider: v.form("organisation"), Ref: v.form("ref"), Type: v.form("type"), Recipient: v.form("recipient"), Others: v.form("others"),
		Place: v.form("place"), Status: v.form("status"), From: v.form("from"), To: v.form("to"), Amount: v.form("value"), Currency: v.form("currency"), Partners: v.form("partners"), Contact: v.form("contact"),
		Email: v.form("email"), Identifier: v.form("identifier"), Cooperation: v.form("cooperation"), Provisions: v.picked(bad), TypedProvisions: v.form("provision"), Forms: v.r.PostForm["form"]}
}

// fieldsOf shows a record in the form.
func (v *visit) fieldsOf(a assistance.Activity) (f activityFields) {
	f = activityFields{Title: v.words(a.Titles).S, Status: a.Status, From: string(a.From), To: string(a.To), Identifier: a.IATIIdentifier, Cooperation: string(a.Cooperation)}
	for _, d := range a.Descriptions {
		if f.What == "" {
			f.What = v.words(d.Text).S
		}
	}
	for i, r := range a.Recipients {
		if i == 0 {
			f.Recipient = string(r.Party)
		} else {
			f.Others += v.partyName(string(r.Party)) + "; "
		}
	}
	f.Others = strings.TrimSuffix(f.Others, "; ")
	if ps := a.Content.Providers(); len(ps) > 0 {
		f.Provider, f.Ref, f.Type = ps[0].Name.Pick(v.lang), ps[0].Ref, ps[0].Type
	}
	var partners []string
	for _, o := range a.Orgs {
		if o.Role == "4" {
			partners = append(partners, o.Name.Pick(v.lang))
		}
	}
	f.Partners = strings.Join(partners, "\n")
	if len(a.Places) > 0 {
		f.Place = v.words(a.Places[0].Name).S
	}
	if len(a.Budgets) > 0 {
		f.Amount, f.Currency = a.Budgets[0].Money.Value, a.Budgets[0].Money.Currency
	}
	if len(a.Contacts) > 0 {
		f.Contact = v.words(a.Contacts[0].Person).S
		if len(a.Contacts[0].Emails) > 0 {
			f.Email = a.Contacts[0].Emails[0]
		}
	}
	for _, m := range a.Provisions {
		if m.Status == assistance.Confirmed {
			f.Provisions = append(f.Provisions, m.Provision)
		}
	}
	for _, m := range a.Forms {
		if m.Status == assistance.Confirmed {
			f.Forms = append(f.Forms, m.Form)
		}
	}
	return f
}

// draft writes the form over what the record says already: what the form does not show stays.
func (v *visit) draft(bad *fault.List, have assistance.Content, f activityFields) assistance.ActivityDraft {
	c := have
	over := func(t lang.Text, s string) lang.Text {
		out := lang.Text{}
		for tag, x := range t {
			out[tag] = x
		}
		in := v.lang
		if _, ok := out[in]; !ok && len(out) > 0 { // the form showed the words in the language that there was
			_, in, _ = t.In(v.lang)
		}
		delete(out, in)
		if s != "" {
			out[in] = lang.Value{S: s}
		}
		return out
	}
	one := func(s string) lang.Text { return lang.T(v.lang, s) }
	c.Titles, c.Status, c.Cooperation = over(have.Titles, f.Title), f.Status, assistance.Cooperation(f.Cooperation)
	c.Descriptions = slices.Clone(have.Descriptions)
	if len(c.Descriptions) > 0 {
		c.Descriptions[0].Text = over(c.Descriptions[0].Text, f.What)
	} else if f.What != "" {
		c.Descriptions = []assistance.Description{{Type: "1", Text: one(f.What)}}
	}
	c.Recipients = nil
	for i, s := range append([]string{f.Recipient}, strings.FieldsFunc(f.Others, func(r rune) bool { return strings.ContainsRune(";\n\u061b\uff1b", r) })...) {
		if strings.TrimSpace(s) == "" {
			continue
		}
		p, ok := v.stateNamed(s)
		if !ok {
			bad.Add([]string{"recipient", "others"}[min(i, 1)], "activity.error.state", fault.Args{"name": strings.TrimSpace(s)})
		} else if !c.Receives(p) {
			c.Recipients = append(c.Recipients, recipientOf(have, p))
		}
	}
	ref := f.Ref
	if v.actor.Organisation != "" {
		ref = v.actor.Organisation
	}
	provider := assistance.Org{Ref: ref, Type: f.Type, Role: "1", Name: one(f.Provider)}
	if f.Provider == "" {
		bad.Add("organisation", "fault.required", nil)
	}
	if v.actor.Organisation != "" {
		c.Reporter = assistance.Org{Ref: provider.Ref, Type: provider.Type, Name: provider.Name}
	}
	c.Orgs = []assistance.Org{provider}
	for _, name := range parts(f.Partners) {
		c.Orgs = append(c.Orgs, assistance.Org{Role: "4", Name: one(name)})
	}
	for i, o := range have.Orgs {
		if o.Role != "4" && !(i == 0 || o.Key() == provider.Key()) {
			c.Orgs = append(c.Orgs, o)
		}
	}
	c.Dates = nil
	start, end := "1", "3"
	if f.Status == "2" || f.Status == "4" {
		start = "2"
	}
	if f.Status == "4" {
		end = "4"
	}
	if f.From != "" {
		c.Dates = append(c.Dates, assistance.Date{Type: start, On: assistance.Day(f.From)})
	}
	if f.To != "" {
		c.Dates = append(c.Dates, assistance.Date{Type: end, On: assistance.Day(f.To)})
	}
	c.Budgets = slices.Clone(have.Budgets[min(1, len(have.Budgets)):])
	if f.Amount != "" {
		b := assistance.Budget{Type: "1", Status: "1", From: assistance.Day(f.From), To: assistance.Day(f.To), Money: assistance.Money{Value: f.Amount, Currency: f.Currency, On: assistance.Day(f.From)}}
		c.Budgets = append([]assistance.Budget{b}, c.Budgets...)
	}
	c.Places, c.PlaceCount = slices.Clone(have.Places[min(1, len(have.Places)):]), have.PlaceCount
	if f.Place != "" {
		c.Places = append([]assistance.Place{{Name: one(f.Place)}}, c.Places...)
	}
	c.PlaceCount = max(len(c.Places), have.PlaceCount)
	c.Contacts = slices.Clone(have.Contacts[min(1, len(have.Contacts)):])
	if f.Contact != "" || f.Email != "" {
		x := assistance.Contact{Type: "1", Organisation: provider.Name, Person: one(f.Contact)}
		if f.Email != "" {
			x.Emails = []string{f.Email}
		}
		c.Contacts = append([]assistance.Contact{x}, c.Contacts...)
	}
	return assistance.ActivityDraft{IATIIdentifier: f.Identifier, Content: c, Provisions: f.Provisions, Forms: f.Forms}
}

// recipientOf keeps what the record said of a State before.
func recipientOf(have assistance.Content, p party.ID) assistance.Recipient {
	for _, r := range have.Recipients {
		if r.Party == p {
			return r
		}
	}
	return assistance.Recipient{Party: p, Stated: "activity"}
}

func (v *visit) activityFault(id assistance.ActivityID, rev int64, f activityFields, err error) error {
	if x, ok := errors.AsType[*fault.Error](err); !ok || len(x.Fields) == 0 {
		return err
	}
	p := v.activityForm(id, rev, f)
	p.Errors = v.fieldErrors(err)
	return v.showStatus(http.StatusUnprocessableEntity, "activity_form", p)
}

func (v *visit) addActivity() error {
	var bad fault.List
	f := v.typedActivity(&bad)
	d := v.draft(&bad, assistance.Content{}, f)
	if err := bad.Err(); err != nil {
		return v.activityFault("", 0, f, err)
	}
	id, err := v.site.Assistance.RecordActivity(v.r.Context(), v.act(), d)
	if err != nil {
		return v.activityFault("", 0, f, err)
	}
	return v.see(v.href("/activities/%s?done=added", id))
}

// editActivityPage is the form with what the record says.
func (v *visit) editActivityPage() error {
	a, err := v.keptActivity()
	if err != nil {
		return err
	}
	return v.show("activity_form", v.activityForm(a.ID, a.Rev, v.fieldsOf(a)))
}

// keptActivity reads a record that the visitor keeps.
func (v *visit) keptActivity() (assistance.Activity, error) {
	a, err := v.site.Assistance.Store.Activity(v.r.Context(), v.actor.Sight(), assistance.ActivityID(v.vars[0]))
	if err != nil {
		return a, err
	}
	return a, a.MayEdit(v.actor)
}

func (v *visit) editActivity() error {
	a, err := v.keptActivity()
	if err != nil {
		return err
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	var bad fault.List
	f := v.typedActivity(&bad)
	d := v.draft(&bad, a.Content, f)
	if err := bad.Err(); err != nil {
		return v.activityFault(a.ID, rev, f, err)
	}
	if err := v.site.Assistance.EditActivity(v.r.Context(), v.act(), a.ID, rev, d); err != nil {
		return v.activityFault(a.ID, rev, f, err)
	}
	return v.see(v.href("/activities/%s?done=saved", a.ID))
}

// publishActivity makes a State's own record public.
func (v *visit) publishActivity() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.PublishActivity(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), rev); err != nil {
		return err
	}
	return v.see(v.activityPath() + "?done=published")
}
