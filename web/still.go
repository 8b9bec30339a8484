package web

import (
	"merida/directory"
)

var stillRoutes = []route{
	{get, "/still/{secret}", (*visit).stillPage, false, false},
	{post, "/still/{secret}", (*visit).answerStill, false, false},
}

type stillPage struct {
	Base
	Secret string
	C      directory.ContactPoint
	Who    string
	Office Words
	Said   string // yes or no, once it was said
}

// stillPage shows the contact point of a letter's link and asks whether it is still right. It shows nothing but that one
// record, to who has the letter; programs that scan mail press no buttons.
func (v *visit) stillPage() error {
	c, err := v.site.Contacts.Still(v.r.Context(), v.vars[0])
	if err != nil {
		return err
	}
	return v.showStill(c, "")
}

func (v *visit) showStill(c directory.ContactPoint, said string) error {
	p := stillPage{Base: v.base("", v.p.T("still.title", nil)), Secret: v.vars[0], C: c, Who: c.Organisation, Office: v.words(c.Office), Said: said}
	if c.Party != "" {
		p.Who = v.partyName(string(c.Party))
	}
	return v.show("still", p)
}

// answerStill takes the answer, without signing in.
func (v *visit) answerStill() error {
	said := v.form("answer")
	if said != "yes" && said != "no" {
		return v.stillPage()
	}
	c, err := v.site.Contacts.AnswerStill(v.r.Context(), v.vars[0], said == "yes", v.actor.Request.ID)
	if err != nil {
		return err
	}
	return v.showStill(c, said)
}
