package assistance

import (
	"slices"
	"strings"

	"merida/lang"
	"merida/party"
)

// Declared is an activity as a person states it on the short form or in a row of a table: one language,
// one provider, one amount. What a record says besides stays when the form is laid over it.
type Declared struct {
	Title, What         string
	Provider, Ref, Type string // name, reference and type of the organisation that gives
	Recipients          []party.ID
	Place, Status       string // Status is a code of list activity-status
	From, To            Day
	Amount, Currency    string
	Partners            []string // who carries it out, by name
	Contact, Email      string
	Identifier          string // IATI identifier
	Cooperation         Cooperation
}

// DeclaredOf shows a record on the short form, in the language of the reader where it has it.
func DeclaredOf(a Activity, tag lang.Tag) (d Declared) {
	d = Declared{Title: a.Titles.Pick(tag), Status: a.Status, From: a.From, To: a.To, Identifier: a.IATIIdentifier, Cooperation: a.Cooperation}
	if len(a.Descriptions) > 0 {
		d.What = a.Descriptions[0].Text.Pick(tag)
	}
	for _, r := range a.Recipients {
		d.Recipients = append(d.Recipients, r.Party)
	}
	if ps := a.Content.Providers(); len(ps) > 0 {
		d.Provider, d.Ref, d.Type = ps[0].Name.Pick(tag), ps[0].Ref, ps[0].Type
	}
	for _, o := range a.Orgs {
		if o.Role == "4" {
			d.Partners = append(d.Partners, o.Name.Pick(tag))
		}
	}
	if len(a.Places) > 0 {
		d.Place = a.Places[0].Name.Pick(tag)
	}
	if len(a.Budgets) > 0 {
		d.Amount, d.Currency = a.Budgets[0].Money.Value, a.Budgets[0].Money.Currency
	}
	if len(a.Contacts) > 0 {
		d.Contact = a.Contacts[0].Person.Pick(tag)
		if len(a.Contacts[0].Emails) > 0 {
			d.Email = a.Contacts[0].Emails[0]
		}
	}
	return d
}

// Over lays the form over what a record says already: words go to the language in which the form showed
// them, and what the form does not show stays. reports says that the provider itself reports.
// Roles, date and budget types are those of the IATI code lists: 1 funding, 4 implementing; 1 and 2 planned and
// actual start, 3 and 4 planned and actual end; an original, indicative budget.
func (d Declared) Over(have Content, tag lang.Tag, reports bool) Content {
	c := have
	over := func(t lang.Text, s string) lang.Text {
		out := lang.Text{}
		for l, x := range t {
			out[l] = x
		}
		in := tag
		if _, ok := out[in]; !ok && len(out) > 0 {
			_, in, _ = t.In(tag)
		}
		delete(out, in)
		if s != "" {
			out[in] = lang.Value{S: s}
		}
		return out
	}
	one := func(s string) lang.Text { return lang.T(tag, s) }
	c.Titles, c.Status, c.Cooperation = over(have.Titles, d.Title), d.Status, d.Cooperation
	c.Descriptions = slices.Clone(have.Descriptions)
	if len(c.Descriptions) > 0 {
		c.Descriptions[0].Text = over(c.Descriptions[0].Text, d.What)
	} else if d.What != "" {
		c.Descriptions = []Description{{Type: "1", Text: one(d.What)}}
	}
	c.Recipients = nil
	for _, p := range d.Recipients {
		if c.Receives(p) {
			continue
		}
		r := Recipient{Party: p, Stated: "activity"}
		if i := slices.IndexFunc(have.Recipients, func(x Recipient) bool { return x.Party == p }); i >= 0 {
			r = have.Recipients[i] // with its share, say
		}
		c.Recipients = append(c.Recipients, r)
	}
	named := func(role, ref, typ, name string) Org {
		o := Org{Ref: ref, Type: typ, Role: role, Name: one(name)}
		for _, x := range have.Orgs { // a name in further languages stays
			if x.Role == role && x.Ref == ref && x.Name.Pick(tag) == name {
				o.Name, o.Activity = x.Name, x.Activity
			}
		}
		return o
	}
	provider := named("1", d.Ref, d.Type, d.Provider)
	if reports {
		c.Reporter = Org{Ref: provider.Ref, Type: provider.Type, Name: provider.Name}
	}
	c.Orgs = []Org{provider}
	for _, name := range d.Partners {
		c.Orgs = append(c.Orgs, named("4", "", "", name))
	}
	was := Activity{Content: have}.Content.Providers()
	for _, o := range have.Orgs {
		if o.Role != "4" && o.Key() != provider.Key() && !(len(was) > 0 && o.Key() == was[0].Key()) {
			c.Orgs = append(c.Orgs, o)
		}
	}
	start, end := "1", "3"
	if p := (Content{Status: d.Status}).Phase(); p == UnderWay || p == Completed {
		start = "2"
		if p == Completed {
			end = "4"
		}
	}
	c.Dates = nil
	if d.From != "" {
		c.Dates = append(c.Dates, Date{Type: start, On: d.From})
	}
	if d.To != "" {
		c.Dates = append(c.Dates, Date{Type: end, On: d.To})
	}
	c.Budgets = slices.Clone(have.Budgets[min(1, len(have.Budgets)):])
	if d.Amount != "" {
		b := Budget{Type: "1", Status: "1", From: d.From, To: d.To, Money: Money{Value: d.Amount, Currency: d.Currency, On: d.From}}
		c.Budgets = append([]Budget{b}, c.Budgets...)
	}
	c.Places = slices.Clone(have.Places[min(1, len(have.Places)):])
	if d.Place != "" {
		p := Place{Name: one(d.Place)}
		if len(have.Places) > 0 {
			p = have.Places[0]
			p.Name = over(p.Name, d.Place)
		}
		c.Places = append([]Place{p}, c.Places...)
	}
	c.PlaceCount = max(len(c.Places), have.PlaceCount)
	c.Contacts = slices.Clone(have.Contacts[min(1, len(have.Contacts)):])
	if d.Contact != "" || d.Email != "" {
		x := Contact{Type: "1", Organisation: provider.Name}
		if len(have.Contacts) > 0 {
			x = have.Contacts[0]
		}
		x.Person, x.Emails = over(x.Person, d.Contact), nil
		if d.Email != "" {
			x.Emails = []string{d.Email}
		}
		c.Contacts = append([]Contact{x}, c.Contacts...)
	}
	return c
}

// Listed cuts a list that a person typed: at semicolons and line breaks, and the signs of other scripts for them.
func Listed(s string) (out []string) {
	for _, x := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";\n\u061b\uff1b", r) }) {
		if x = strings.TrimSpace(x); x != "" && len(out) < 200 {
			out = append(out, x)
		}
	}
	return out
}

// Confirmed lists the provisions and forms that are confirmed.
func (a Activity) Confirmed() (d ActivityDraft) {
	for _, m := range a.Provisions {
		if m.Status == Confirmed {
			d.Provisions = append(d.Provisions, m.Provision)
		}
	}
	for _, m := range a.Forms {
		if m.Status == Confirmed {
			d.Forms = append(d.Forms, m.Form)
		}
	}
	return d
}
