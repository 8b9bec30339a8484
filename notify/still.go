package notify

import (
	"context"
	"strings"

	"merida/directory"
	"merida/fault"
	"merida/lang"
	"merida/mail"
)

// still writes the yearly question to a contact point, which need not have an account: the link answers it.
func (c *Courier) still(ctx context.Context, m mail.Message) (l mail.Letter, err error) {
	to, err := c.Contacts.LetterTo(ctx, directory.ContactID(m.Contact))
	if err != nil {
		return l, err
	}
	if to.Email == "" || to.AskedOn == "" { // it was answered, or the address is gone
		return l, errNobody
	}
	tag := lang.Tag("en")
	for _, t := range to.Languages {
		if lang.IsOfficial(t) {
			tag = t
			break
		}
	}
	p := c.Locale.Printer(tag)
	name := to.Person
	if name == "" {
		name = to.Office.Pick(tag)
	}
	of := to.Organisation
	if to.Party != "" {
		of = c.partyName(to.Party, tag)
	}
	args := fault.Args{"name": plain(name), "party": plain(of), "role": p.T("contact.role."+string(to.Role), nil), "office": plain(to.Office.Pick(tag)), "date": p.Partial(to.ConfirmedOn)}
	secret, err := c.Contacts.StillLink(ctx, to.ID)
	if err != nil {
		return l, err
	}
	words := []string{p.T("mail.greeting", args), p.T("mail."+string(m.Kind)+".body", args), c.BaseURL + "/" + string(tag) + "/still/" + secret, p.T("mail.still_hint", nil), p.T("mail.footer", nil)}
	return mail.Letter{ID: m.ID, From: c.From, To: to.Email, ToName: plain(name), Subject: plain(p.T("mail."+string(m.Kind)+".subject", args)), Body: strings.Join(words, "\n\n") + "\n", Lang: tag, At: c.Now()}, nil
}
