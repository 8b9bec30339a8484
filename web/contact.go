package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// contactPage is one contact point: how to reach it, as a card for address books, and for those who keep it the forms to
// change it, hand it over, or hold it against the nomination.
type contactPage struct {
	Base
	Contact   contactLine
	Typed     directory.ContactPoint
	Office    string
	Roles     []directory.ContactRole
	MayEdit   bool
	MayVerify bool
	Which     string // the form in which the faults are: edit, hand-over or verify
}

// NoContact is an empty form.
func (contactPage) NoContact() directory.ContactPoint { return directory.ContactPoint{} }

func (v *visit) oneContact(id string) (contactLine, error) {
	lines, err := v.contactList(directory.ContactFilter{})
	if err != nil {
		return contactLine{}, err
	}
	i := slices.IndexFunc(lines, func(c contactLine) bool { return string(c.ID) == id })
	if i < 0 {
		return contactLine{}, fault.Of(fault.NotFound)
	}
	return lines[i], nil
}

func (v *visit) contactWith(c contactLine) contactPage {
	p := contactPage{Base: v.base("assistance", v.p.T("contact.role."+string(c.Role), nil)+" · "+c.Who), Contact: c, Typed: c.ContactPoint, Office: c.OfficeName.S, Roles: directory.ContactRoles}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("contact.title", nil), v.href("/contact-points")}}
	p.MayEdit = v.actor.SignedIn() && v.actor.May(identity.KeepContacts, identity.Scope{Party: c.Party})
	p.MayVerify = c.Party != "" && v.actor.May(identity.FollowRound, identity.Scope{})
	return p
}

func (v *visit) contactPage() error {
	c, err := v.oneContact(v.vars[0])
	if err != nil {
		return err
	}
	switch v.suffix {
	case "vcf":
		return v.vcard(c)
	case "":
	default:
		return fault.Of(fault.NotFound)
	}
	p := v.contactWith(c)
	if done := v.query("done"); slices.Contains([]string{"kept", "verified", "handed"}, done) {
		p.Done = v.p.T("contact.done."+done, nil)
	}
	return v.show("contact", p)
}

// vcard sends a contact point as a card. Source: RFC 6350, vCard 4.0.
func (v *visit) vcard(c contactLine) error {
	text := strings.NewReplacer(`\`, `\\`, ",", `\,`, ";", `\;`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)
	var b strings.Builder
	line := func(name, value string) {
		if value == "" {
			return
		}
		// Lines are folded at 75 bytes, never within a character.
		s, width := name+":"+value, 75
		for len(s) > width {
			cut := width
			for cut > 0 && s[cut]&0xc0 == 0x80 {
				cut--
			}
			b.WriteString(s[:cut] + "\r\n ")
			s, width = s[cut:], 74
		}
		b.WriteString(s + "\r\n")
	}
	line("BEGIN", "VCARD")
	line("VERSION", "4.0")
	kind, name := "org", c.OfficeName.S
	if c.Person != "" {
		kind, name = "individual", c.Person
	}
	line("KIND", kind)
	line("FN", text.Replace(name))
	line("ORG", text.Replace(c.Who)+";"+text.Replace(c.OfficeName.S))
	line("TITLE", text.Replace(v.p.T("contact.role."+string(c.Role), nil)))
	line("EMAIL", text.Replace(c.Email))
	line("TEL;VALUE=text", text.Replace(c.Telephone))
	for _, l := range c.Languages {
		line("LANG", string(l))
	}
	line("REV", c.ChangedAt.UTC().Format("20060102T150405Z"))
	line("URL", v.site.BaseURL+v.href("/contact-points/%s", c.ID))
	line("END", "VCARD")
	h := v.w.Header()
	h.Set("Content-Type", "text/vcard; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="contact.vcf"`)
	_, err := v.w.Write([]byte(b.String()))
	return err
}

// typedContact reads the form of a contact point over what there is.
func (v *visit) typedContact(c directory.ContactPoint) directory.ContactPoint {
	office := lang.Text{}
	for tag, x := range c.Office {
		office[tag] = x
	}
	delete(office, v.lang)
	if s := v.form("office"); s != "" {
		office[v.lang] = lang.Value{S: s}
	}
	c.Office, c.Person, c.Email, c.Telephone, c.From = office, v.form("person"), v.form("email"), v.form("telephone"), v.form("from")
	c.Languages = []lang.Tag{}
	for _, t := range v.r.PostForm["language"] {
		if len(c.Languages) < 20 {
			c.Languages = append(c.Languages, lang.Tag(t))
		}
	}
	return c
}

func (v *visit) contactFault(c contactLine, typed directory.ContactPoint, which string, err error) error {
	bad := v.fieldErrors(err)
	if bad == nil {
		return err
	}
	p := v.contactWith(c)
	p.Errors, p.Typed, p.Office, p.Which = bad, typed, v.form("office"), which
	return v.showStatus(http.StatusUnprocessableEntity, "contact", p)
}

// changeContact saves what was typed about a contact point.
func (v *visit) changeContact() error {
	c, err := v.oneContact(v.vars[0])
	if err != nil {
		return err
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	typed := v.typedContact(c.ContactPoint)
	typed.Rev, typed.To, typed.ConfirmedOn = rev, v.form("to"), ""
	if _, err := v.site.Contacts.Keep(v.r.Context(), v.act(), typed); err != nil {
		return v.contactFault(c, typed, "edit", err)
	}
	return v.see(v.href("/contact-points/%s?done=kept", c.ID))
}

// handOverContact ends a contact point and adds its successor.
func (v *visit) handOverContact() error {
	c, err := v.oneContact(v.vars[0])
	if err != nil {
		return err
	}
	typed := v.typedContact(directory.ContactPoint{Role: c.Role, Party: c.Party, Organisation: c.Organisation})
	next, err := v.site.Contacts.HandOver(v.r.Context(), v.act(), c.ID, typed)
	if err != nil {
		return v.contactFault(c, typed, "hand-over", err)
	}
	return v.see(v.href("/contact-points/%s?done=handed", next))
}

// verifyContact records that the secretariat held a contact point against the nomination.
func (v *visit) verifyContact() error {
	c, err := v.oneContact(v.vars[0])
	if err != nil {
		return err
	}
	if err := v.site.Contacts.Verify(v.r.Context(), v.act(), c.ID, v.form("nomination")); err != nil {
		return v.contactFault(c, c.ContactPoint, "verify", err)
	}
	return v.see(v.href("/contact-points/%s?done=verified", c.ID))
}

// listed says which contact points a distribution list holds, besides role and State: those of a regional group, and
// those whom a provision or a form of assistance concerns, because their State stated a need or their organisation
// gives assistance on it. Mandates that are over are left out.
func (v *visit) listed() (keep func(contactLine) bool, err error) {
	today := v.site.Now().UTC().Format(time.DateOnly)
	region, provision, form := v.query("region"), convention.ID(v.query("provision")), v.query("form")
	if s := v.query("cite"); s != "" {
		id, ok := v.site.Conventions.Parse(s)
		if !ok {
			var bad fault.List
			bad.Add("provision", "need.error.provision", fault.Args{"id": s})
			return nil, bad.Err()
		}
		provision = id
	}
	var concerned map[string]bool
	if provision != "" || form != "" {
		if concerned, err = v.concerned(provision, form); err != nil {
			return nil, err
		}
	}
	return func(c contactLine) bool {
		if c.To != "" && c.To < today && v.query("ended") != "1" {
			return false
		}
		if region != "" {
			if p, ok := v.site.Parties.Get(c.Party); !ok || string(p.Group) != region {
				return false
			}
		}
		return concerned == nil || concerned[string(c.Party)] || concerned[c.Organisation]
	}, nil
}

const concernedMost = 20 // pages of records that are looked through for a list

// concerned are the States that stated a need, and the organisations that give, on a provision or a form.
func (v *visit) concerned(provision convention.ID, form string) (map[string]bool, error) {
	ctx, sight, store := v.r.Context(), v.actor.Sight(), v.site.Assistance.Store
	out := map[string]bool{}
	var forms []string
	if form != "" {
		forms = []string{form}
	}
	for page := range concernedMost {
		needs, total, err := store.FindNeeds(ctx, sight, assistance.NeedFilter{Provisions: v.below(string(provision)), Forms: forms, Limit: 500, Offset: page * 500})
		if err != nil {
			return nil, err
		}
		for _, n := range needs {
			out[string(n.Party)] = true
		}
		if (page+1)*500 >= total {
			break
		}
	}
	for page := range concernedMost {
		as, total, err := store.FindActivities(ctx, sight, assistance.ActivityFilter{Provisions: v.below(string(provision)), Forms: forms, Limit: 500, Offset: page * 500})
		if err != nil {
			return nil, err
		}
		for _, a := range as {
			for _, o := range a.Content.Providers() {
				out[o.Ref] = true
			}
		}
		if (page+1)*500 >= total {
			break
		}
	}
	delete(out, "")
	return out, nil
}

// contactsDue are the current contact points of the visitor's State that were last confirmed a year ago.
func (v *visit) contactsDue() (out []contactLine, err error) {
	if !v.actor.May(identity.KeepContacts, identity.Scope{Party: v.actor.Party}) || v.actor.Party == "" {
		return nil, nil
	}
	lines, err := v.contactList(directory.ContactFilter{Party: party.ID(v.actor.Party)})
	for _, c := range lines {
		if c.Due(v.site.Now()) || c.LeftOn != "" && c.Current(iso(v.site.Now().UTC())) {
			out = append(out, c)
		}
	}
	return out, err
}
