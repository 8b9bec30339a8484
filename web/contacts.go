package web

import (
	"slices"
	"strings"

	"merida/directory"
	"merida/exchange/table"
	"merida/lang"
	"merida/party"
)

var contactRoutes = []route{
	{get, "/contact-points", (*visit).contactsPage, false, true},
	{post, "/contact-points", (*visit).keepContact, true, false},
	{get, "/contact-points/{id}", (*visit).contactPage, false, true},
	{post, "/contact-points/{id}", (*visit).changeContact, true, false},
	{post, "/contact-points/{id}/hand-over", (*visit).handOverContact, true, false},
	{post, "/contact-points/{id}/verify", (*visit).verifyContact, true, false},
	{post, "/contact-points/{id}/publish", (*visit).publishContact, true, false},
	{post, "/contact-points/{id}/confirm", (*visit).confirmContact, true, false},
}

type contactsPage struct {
	Base
	Contacts []contactLine
	Roles    []directory.ContactRole
	MayKeep  bool
	Typed    directory.ContactPoint
	Office   string
	Groups   []choice
	Forms    []choice
	Role     string
	Cite     string
}

// CSV is the address of the list as the page shows it, as a file.
func (p contactsPage) CSV() string {
	return p.Href("/contact-points.csv?%s", p.v.r.URL.Query().Encode())
}

type contactLine struct {
	directory.ContactPoint
	Who        string
	OfficeName Words
	MayPublish bool
	MayConfirm bool
	IsDue      bool // it is time to ask whether it is still right
}

func (v *visit) contactList(f directory.ContactFilter) (out []contactLine, err error) {
	all, err := v.site.Contacts.Store.Contacts(v.r.Context(), v.actor.Sight(), f)
	for _, c := range all {
		l := contactLine{ContactPoint: c, OfficeName: v.words(c.Office), Who: c.Organisation}
		if c.Party != "" {
			l.Who = v.partyName(string(c.Party))
		}
		own := v.actor.Party != "" && v.actor.Party == c.Party
		l.MayPublish = own && v.actor.Role == "approver" && c.Class != "public"
		l.MayConfirm = own
		l.IsDue = c.Due(v.site.Now())
		out = append(out, l)
	}
	return out, err
}

// contactsPage is the register of contact points; those who keep one find the form below it.
func (v *visit) contactsPage() error {
	f := directory.ContactFilter{Party: party.ID(strings.ToUpper(v.query("party"))), Organisation: v.query("organisation"), Role: directory.ContactRole(v.query("role"))}
	lines, err := v.contactList(f)
	if err != nil {
		return err
	}
	keep, err := v.listed()
	if err != nil {
		return err
	}
	lines = slices.DeleteFunc(lines, func(c contactLine) bool { return !keep(c) })
	if v.downloads() {
		t, row := v.tables().Contacts(len(lines))
		return v.table(t, table.Rows(lines, func(l contactLine) table.Row { return row(l.ContactPoint) }))
	}
	return v.show("contacts", v.contactsWith(lines))
}

func (v *visit) contactsWith(lines []contactLine) contactsPage {
	p := contactsPage{Base: v.base("assistance", v.p.T("contact.title", nil)), Contacts: lines, Roles: directory.ContactRoles}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.MayKeep = v.actor.Party != "" && (v.actor.Role == "contact_point" || v.actor.Role == "focal_point" || v.actor.Role == "approver")
	p.Typed.Role = directory.TAContact
	p.Forms, p.Role, p.Cite = v.formChoices(v.query("form")), v.query("role"), v.query("cite")
	for _, g := range v.site.Parties.Groups() {
		p.Groups = append(p.Groups, choice{g.Code, g.Name.Pick(v.lang), g.Code == v.query("region")})
	}
	if v.query("done") == "kept" {
		p.Done = v.p.T("contact.kept", nil)
	}
	return p
}

func (v *visit) keepContact() error {
	c := directory.ContactPoint{Role: directory.ContactRole(v.form("role")), Office: lang.T(v.lang, v.form("office")), Person: v.form("person"), Email: v.form("email"),
		Telephone: v.form("telephone"), From: v.form("from"), Languages: []lang.Tag{}}
	for _, t := range v.r.PostForm["language"] {
		if len(c.Languages) < 20 {
			c.Languages = append(c.Languages, lang.Tag(t))
		}
	}
	if _, err := v.site.Contacts.Keep(v.r.Context(), v.act(), c); err != nil {
		if bad := v.fieldErrors(err); bad != nil {
			lines, lerr := v.contactList(directory.ContactFilter{Party: v.actor.Party})
			if lerr != nil {
				return lerr
			}
			p := v.contactsWith(lines)
			p.Errors, p.Typed, p.Office = bad, c, v.form("office")
			return v.showStatus(422, "contacts", p)
		}
		return err
	}
	return v.see(v.href("/contact-points?party=%s&done=kept", v.actor.Party))
}

func (v *visit) publishContact() error {
	if err := v.site.Contacts.Publish(v.r.Context(), v.act(), directory.ContactID(v.vars[0])); err != nil {
		return err
	}
	return v.see(v.href("/contact-points?party=%s", v.actor.Party))
}

func (v *visit) confirmContact() error {
	if err := v.site.Contacts.Confirm(v.r.Context(), v.act(), directory.ContactID(v.vars[0])); err != nil {
		return err
	}
	return v.see(v.href("/contact-points?party=%s", v.actor.Party))
}
