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
	// Rivals are the first of the NRivals activities that overlap with what was typed; Seen names them all, so that
	// the form sent again is taken as it is.
	Rivals  []rivalLine
	NRivals int
	Seen    string
}

// activityFields is what the form holds: the short form, and what of it is typed as lists.
type activityFields struct {
	assistance.Declared
	Recipient, Others string
	Provisions        []convention.ID
	TypedProvisions   string
	Forms             []string
}

// PartnerLines are the partners as they stand in the form.
func (f activityFields) PartnerLines() string { return strings.Join(f.Partners, "\n") }

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
	p.More = f.Amount+f.PartnerLines()+f.Contact+f.Email+f.Identifier+string(f.Cooperation)+f.Place+f.Others != ""
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
	f := activityFields{Declared: assistance.Declared{Status: "1", Ref: v.actor.Organisation}, Recipient: strings.ToUpper(v.query("party"))}
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

// typedActivity reads the form; each State that is not known is a fault of its field.
func (v *visit) typedActivity(bad *fault.List) activityFields {
	f := activityFields{Recipient: v.form("recipient"), Others: v.form("others"), Provisions: v.picked(bad), TypedProvisions: v.form("provision"), Forms: v.r.PostForm["form"]}
	f.Declared = assistance.Declared{Title: v.form("title"), What: v.form("description"), Provider: v.form("organisation"), Ref: v.form("ref"), Type: v.form("type"), Place: v.form("place"), Status: v.form("status"),
		From: assistance.Day(v.form("from")), To: assistance.Day(v.form("to")), Amount: v.form("value"), Currency: v.form("currency"), Partners: assistance.Listed(v.form("partners")), Contact: v.form("contact"),
		Email: v.form("email"), Identifier: v.form("identifier"), Cooperation: assistance.Cooperation(v.form("cooperation"))}
	if v.actor.Organisation != "" {
		f.Ref = v.actor.Organisation
	}
	for i, s := range append([]string{f.Recipient}, assistance.Listed(f.Others)...) {
		if s == "" {
			continue
		}
		p, ok := v.stateNamed(s)
		if !ok {
			bad.Add([]string{"recipient", "others"}[min(i, 1)], "activity.error.state", fault.Args{"name": s})
		}
		f.Recipients = append(f.Recipients, p)
	}
	if f.Provider == "" {
		bad.Add("organisation", "fault.required", nil)
	}
	return f
}

// fieldsOf shows a record in the form.
func (v *visit) fieldsOf(a assistance.Activity) activityFields {
	d := a.Confirmed()
	f := activityFields{Declared: assistance.DeclaredOf(a, v.lang), Provisions: d.Provisions, Forms: d.Forms}
	var others []string
	for i, p := range f.Recipients {
		if i == 0 {
			f.Recipient = string(p)
		} else {
			others = append(others, v.partyName(string(p)))
		}
	}
	f.Others = strings.Join(others, "; ")
	return f
}

func (v *visit) draft(have assistance.Content, f activityFields) assistance.ActivityDraft {
	return assistance.ActivityDraft{IATIIdentifier: f.Identifier, Content: f.Over(have, v.lang, v.actor.Organisation != ""), Provisions: f.Provisions, Forms: f.Forms}
}

func (v *visit) activityFault(id assistance.ActivityID, rev int64, f activityFields, err error) error {
	if x, ok := errors.AsType[*fault.Error](err); !ok || len(x.Fields) == 0 {
		return err
	}
	p := v.activityForm(id, rev, f)
	p.Errors = v.fieldErrors(err)
	return v.showStatus(http.StatusUnprocessableEntity, "activity_form", p)
}

// source is where a record that the visitor makes comes from.
func (v *visit) source() assistance.Source {
	switch {
	case v.actor.Organisation != "":
		return assistance.FromProvider
	case v.actor.Party != "":
		return assistance.FromParty
	}
	return assistance.FromSecretariat
}

func (v *visit) addActivity() error {
	if !v.mayDeclare() {
		return v.actor.Must(identity.RecordActivity, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation})
	}
	var bad fault.List
	f := v.typedActivity(&bad)
	if err := bad.Err(); err != nil {
		return v.activityFault("", 0, f, err)
	}
	draft := v.draft(assistance.Content{}, f)
	if err := v.site.Assistance.CheckActivity(v.source(), v.actor.Party, draft); err != nil {
		return v.activityFault("", 0, f, err)
	}
	if shown, err := v.overlapSeen("", 0, f, draft); shown || err != nil {
		return err
	}
	id, err := v.site.Assistance.RecordActivity(v.r.Context(), v.act(), draft)
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
	if err := bad.Err(); err != nil {
		return v.activityFault(a.ID, rev, f, err)
	}
	draft := v.draft(a.Content, f)
	if err := v.site.Assistance.CheckActivity(a.Source, a.Party, draft); err != nil {
		return v.activityFault(a.ID, rev, f, err)
	}
	if shown, err := v.overlapSeen(a.ID, rev, f, draft); shown || err != nil {
		return err
	}
	if err := v.site.Assistance.EditActivity(v.r.Context(), v.act(), a.ID, rev, draft); err != nil {
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
