package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"merida/assistance"
	"merida/clearing"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/locale"
	"merida/mechanism"
	"merida/party"
)

// caseForm is the page on which a request or an offer is written.
type caseForm struct {
	Base
	Kind       clearing.Kind
	Path       string
	Lead       string
	Need       *needLine // of which a request is made: nothing is typed again
	C          clearing.Content
	What       string
	ForWhom    string
	When       string
	Picker     picker
	Forms      []choice
	Tongues    []choice
	Modalities []assistance.Modality
	Parties    string // codes, as typed
	Circle     clearing.CircleKind
	Circles    []clearing.CircleKind
	Providers  []choice
	States     string // codes, as typed
	Mechanisms []choice
}

func (v *visit) caseFormWith(status int, d clearing.Draft, typed string, bad []FieldError) error {
	k := d.Kind
	p := caseForm{Base: v.base("assistance", v.p.T(kinded(k, "request.new", "offer.new"), nil)), Kind: k, Path: casePath(k), Lead: v.p.T(kinded(k, "request.form_lead", "offer.form_lead"), nil), C: d.Content,
		What: d.What.Pick(v.lang), ForWhom: d.ForWhom.Pick(v.lang), When: d.When.Pick(v.lang), Picker: v.picker(d.Provisions, typed), Forms: v.formChoices(d.Form), Tongues: v.languageChoices(d.Language),
		Modalities: assistance.Modalities, Circle: d.Circle.Kind, Circles: clearing.CircleKinds, Parties: joined(d.Parties)}
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T(kinded(k, "request.list", "offer.list"), nil), v.href("%s", p.Path)})
	p.Band = v.ownBand(p.Path[1:])
	p.Errors = bad
	ctx := v.r.Context()
	if d.Need != "" {
		n, err := v.site.Assistance.Store.Need(ctx, v.actor.Sight(), d.Need)
		if err != nil {
			return err
		}
		l := v.needLine(n)
		p.Need = &l
	}
	orgs, err := v.clearing().Store.Organisations(ctx)
	if err != nil {
		return err
	}
	for _, o := range orgs {
		if o != v.actor.Organisation {
			p.Providers = append(p.Providers, choice{o, v.oneOrganisation(o), slices.Contains(d.Circle.Asked, clearing.Addressee{Organisation: o})})
		}
	}
	locale.Sort(v.p, p.Providers, func(c choice) string { return c.Name })
	var states []party.ID
	for _, a := range d.Circle.Asked {
		if a.Party != "" {
			states = append(states, a.Party)
		}
	}
	p.States = joined(states)
	ms, err := v.mechanisms().Mechanisms(ctx, mechanism.ReaderOf(v.actor))
	if err != nil {
		return err
	}
	for _, m := range ms {
		if m.ClosedAt.IsZero() {
			p.Mechanisms = append(p.Mechanisms, choice{string(m.ID), m.Names.Pick(v.lang), m.ID == d.Circle.Mechanism})
		}
	}
	return v.showStatus(status, "clearing_form", p)
}

// mustSend refuses whoever speaks for nobody.
func (v *visit) mustSend(k clearing.Kind) error {
	if k == clearing.Offer {
		return v.actor.Must(identity.SendOffer, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation})
	}
	return v.actor.Must(identity.SendRequest, identity.Scope{Party: v.actor.Party})
}

// newCasePage is the empty form, or the short one that sends a need on.
func (v *visit) newCasePage() error {
	d := clearing.Draft{Kind: v.caseKind(), Circle: clearing.Circle{Kind: clearing.All}, Content: clearing.Content{Language: v.lang, Form: v.query("form")}}
	if err := v.mustSend(d.Kind); err != nil {
		return err
	}
	if id := v.query("need"); id != "" && d.Kind == clearing.Request {
		if err := v.ofNeed(&d, assistance.NeedID(id)); err != nil {
			return err
		}
	}
	return v.caseFormWith(http.StatusOK, d, "", nil)
}

// ofNeed fills a request from a need of the visitor's State.
func (v *visit) ofNeed(d *clearing.Draft, id assistance.NeedID) error {
	n, err := v.site.Assistance.Store.Need(v.r.Context(), v.actor.Sight(), id)
	if err != nil {
		return err
	}
	if n.Party != v.actor.Party {
		return fault.Of(fault.NotFound)
	}
	d.Need, d.Content = n.ID, clearing.OfNeed(n.NeedContent)
	return nil
}

// partyCodes reads codes of States with whatever stands between them.
func partyCodes(s string) (out []party.ID) {
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if id := party.ID(strings.ToUpper(x)); !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

func (v *visit) sendCase() error {
	d := clearing.Draft{Kind: v.caseKind(), Circle: clearing.Circle{Kind: clearing.CircleKind(v.form("circle")), Mechanism: mechanism.ID(v.form("mechanism"))}}
	if err := v.mustSend(d.Kind); err != nil {
		return err
	}
	for _, o := range v.r.PostForm["asked"] {
		d.Circle.Asked = append(d.Circle.Asked, clearing.Addressee{Organisation: o})
	}
	for _, p := range partyCodes(v.form("asked_states")) {
		d.Circle.Asked = append(d.Circle.Asked, clearing.Addressee{Party: p})
	}
	var bad fault.List
	if id := v.form("need"); id != "" {
		if err := v.ofNeed(&d, assistance.NeedID(id)); err != nil {
			return err
		}
	} else {
		d.Content = clearing.Content{Provisions: v.picked(&bad), Form: v.form("form"), What: v.spoken("what"), ForWhom: v.spoken("for_whom"), When: v.spoken("when"), From: assistance.Day(v.form("from")), To: assistance.Day(v.form("to")),
			Language: lang.Tag(v.form("language")), Modality: assistance.Modality(v.form("modality"))}
		if d.Kind == clearing.Offer {
			d.Parties = partyCodes(v.form("parties"))
		}
	}
	err := bad.Err()
	var id clearing.ID
	if err == nil {
		id, err = v.clearing().Send(v.r.Context(), v.act(), d)
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && len(f.Fields) > 0 {
		return v.caseFormWith(http.StatusUnprocessableEntity, d, v.form("provision"), v.fieldErrors(err))
	}
	if err != nil {
		return err
	}
	return v.see(v.href("%s/%s?done=sent", casePath(d.Kind), id))
}
