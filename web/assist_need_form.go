package web

import (
	"errors"
	"net/http"

	"merida/assistance"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// needForm is the page on which a State states a need, or changes one.
type needForm struct {
	Base
	ID         assistance.NeedID // empty for a new one
	Rev        int64
	In         lang.Tag // the language of the words
	C          assistance.NeedContent
	What       string
	ForWhom    string
	When       string
	Picker     picker
	Forms      []choice
	Tongues    []choice
	Modalities []assistance.Modality
	Priorities []assistance.Priority
	Other      bool // the words are not in the language of the page
}

// writesIn is the language in which the words of a need are edited on this page: that of the page when
// there are such words or none at all, else the one in which they were written. ?in= asks for another.
func (v *visit) writesIn(t lang.Text) lang.Tag {
	asked := v.query("in")
	if asked == "" {
		asked = v.form("in")
	}
	if lang.IsOfficial(lang.Tag(asked)) {
		return lang.Tag(asked)
	}
	if _, ok := t[v.lang]; ok || t.Empty() {
		return v.lang
	}
	_, got, _ := t.In(v.lang)
	return got
}

func (v *visit) needForm(n assistance.Need, c assistance.NeedContent, typed string) needForm {
	title := v.p.T("need.new", nil)
	if n.ID != "" {
		title = v.p.T("need.edit", nil)
	}
	in := v.writesIn(n.What)
	p := needForm{Base: v.base("assistance", title), ID: n.ID, Rev: n.Rev, In: in, C: c, What: c.What[in].S, ForWhom: c.ForWhom[in].S, When: c.When[in].S,
		Picker: v.picker(c.Provisions, typed), Forms: v.formChoices(c.Form), Tongues: v.languageChoices(c.Language), Modalities: assistance.Modalities, Priorities: assistance.Priorities, Other: in != v.lang}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("need.list", nil), v.href("/needs")}}
	p.Band = v.ownBand("needs")
	return p
}

// newNeedPage is the empty form, or one filled with a provision and a form that a page of the chain hands over.
func (v *visit) newNeedPage() error {
	if err := v.actor.Must(identity.DraftNeed, assistance.NewNeed(v.actor.Party)); err != nil {
		return err
	}
	c := assistance.NeedContent{Form: v.query("form"), Language: v.lang}
	var bad fault.List
	c.Provisions = v.assistanceProvisions(&bad)
	return v.show("need_form", v.needForm(assistance.Need{}, c, ""))
}

// needContent reads the form over what the need says already: words in other languages stay.
func (v *visit) needContent(have assistance.NeedContent) (c assistance.NeedContent, bad fault.List) {
	c = have
	in := v.writesIn(have.What)
	set := func(t lang.Text, name string) lang.Text {
		out := lang.Text{}
		for tag, x := range t {
			out[tag] = x
		}
		delete(out, in)
		if s := v.form(name); s != "" {
			out[in] = lang.Value{S: s}
		}
		return out
	}
	c.What, c.ForWhom, c.When = set(have.What, "what"), set(have.ForWhom, "for_whom"), set(have.When, "when")
	c.Provisions, c.Form = v.picked(&bad), v.form("form")
	c.From, c.To = assistance.Day(v.form("from")), assistance.Day(v.form("to"))
	c.Language, c.Modality, c.Priority = lang.Tag(v.form("language")), assistance.Modality(v.form("modality")), assistance.Priority(v.form("priority"))
	return c, bad
}

// needFault shows the form again with what was typed and a message at each field.
func (v *visit) needFault(n assistance.Need, c assistance.NeedContent, err error) error {
	if f, ok := errors.AsType[*fault.Error](err); !ok || len(f.Fields) == 0 {
		return err
	}
	p := v.needForm(n, c, v.form("provision"))
	p.Errors = v.fieldErrors(err)
	return v.showStatus(http.StatusUnprocessableEntity, "need_form", p)
}

func (v *visit) addNeed() error {
	c, bad := v.needContent(assistance.NeedContent{})
	if err := bad.Err(); err != nil {
		return v.needFault(assistance.Need{}, c, err)
	}
	n, err := v.site.Assistance.DraftNeed(v.r.Context(), v.act(), v.actor.Party, c, assistance.Origin{})
	if err != nil {
		return v.needFault(assistance.Need{}, c, err)
	}
	return v.see(v.href("/needs/%s?done=added", n.ID))
}

// ownNeed reads a need that the visitor may edit.
func (v *visit) ownNeed() (assistance.Need, error) {
	n, err := v.site.Assistance.Store.Need(v.r.Context(), v.actor.Sight(), assistance.NeedID(v.vars[0]))
	if err != nil {
		return n, err
	}
	return n, v.actor.Must(identity.DraftNeed, n.Scope(v.actor))
}

func (v *visit) editNeedPage() error {
	n, err := v.ownNeed()
	if err != nil {
		return err
	}
	if n.Status == assistance.Withdrawn {
		return fault.New(fault.Conflict, "need.error.withdrawn", nil)
	}
	return v.show("need_form", v.needForm(n, n.NeedContent, ""))
}

func (v *visit) editNeed() error {
	n, err := v.ownNeed()
	if err != nil {
		return err
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	c, bad := v.needContent(n.NeedContent)
	if err := bad.Err(); err != nil {
		return v.needFault(n, c, err)
	}
	if err := v.site.Assistance.EditNeed(v.r.Context(), v.act(), n.ID, rev, c); err != nil {
		return v.needFault(n, c, err)
	}
	return v.see(v.href("/needs/%s?done=saved", n.ID))
}

// withdrawNeed ends a need with its outcome.
func (v *visit) withdrawNeed() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.WithdrawNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), rev, lang.T(v.lang, v.form("outcome"))); err != nil {
		return err
	}
	return v.see(v.needPath() + "?done=withdrawn")
}

// publishable are the classes to which a need can be raised from where it stands, the widest first.
func publishable(from publication.Class) (out []publication.Class) {
	for i := len(publication.Ladder) - 1; i > 0; i-- {
		if c := publication.Ladder[i]; c.Rank() >= from.Rank() {
			out = append(out, c)
		}
	}
	return out
}

// unsaid is what a need leaves open, as questions.
type unsaid struct {
	Field, Text string
}

// mayWriteNeeds reports whether the visitor drafts needs of the party.
func (v *visit) mayWriteNeeds(p party.ID) bool {
	return p != "" && v.actor.May(identity.DraftNeed, assistance.NewNeed(p))
}

func (v *visit) unsaid(c assistance.NeedContent) (out []unsaid) {
	for _, a := range v.site.Assistance.Terms.Unsaid(c) {
		out = append(out, unsaid{string(a), v.p.T("need.ask."+string(a), nil)})
	}
	return out
}
