package web

import (
	"net/http"
	"strings"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/httpx"
	"merida/library"
)

type homePage struct {
	Base
	Chapters []chapter
	Measures int
	Answers  int
	States   int
	Recent   []library.Measure
	Latest   []answerLine
}

type chapter struct {
	Provision *convention.Provision
	Heading   Words
	Articles  int
}

// home is the first page: search, the Convention by chapter, what is here, what came last.
func (v *visit) home() error {
	p := homePage{Base: v.base("", v.p.T("site.name", nil))}
	p.Description = v.p.T("home.lead", nil)
	for _, c := range v.site.Conventions.Children("uncac") {
		p.Chapters = append(p.Chapters, chapter{c, v.words(c.Heading()), len(v.site.Conventions.Children(c.ID))})
	}
	var err error
	ctx := v.r.Context()
	if p.Recent, p.Measures, err = v.site.Library.Store.Find(ctx, identity.Sight{}, library.Filter{Limit: 6, Newest: true}); err != nil {
		return err
	}
	answers, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{})
	if err != nil {
		return err
	}
	p.Answers = len(answers)
	p.Latest = v.answerLines(answers[:min(4, len(answers))])
	for _, x := range v.site.Parties.StatesParties(v.lang) {
		if !x.Demonstration { // fictional parties are no parties to the Convention
			p.States++
		}
	}
	return v.show("home", p)
}

type signInPage struct {
	Base
	To     string // page to begin at
	Mailed bool   // a link can be asked for
	Asked  bool   // and was
	Email  string
	People []DemoPerson
	Secret string
	Who    identity.Account
}

// signInPage tells how to sign in; a demonstration offers its people.
func (v *visit) signInPage() error {
	p := signInPage{Base: v.base("", v.p.T("signin.title", nil)), People: v.site.Demo, Mailed: v.site.Mailed, Asked: v.query("asked") != ""}
	return v.show("signin", p)
}

// askLink has a link to sign in sent. Whether the address is known is not told.
func (v *visit) askLink() error {
	err := v.site.Identity.AskLink(v.r.Context(), v.form("email"), httpx.RequestID(v.r.Context()))
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p := signInPage{Base: v.base("", v.p.T("signin.title", nil)), People: v.site.Demo, Mailed: v.site.Mailed, Email: v.form("email")}
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "signin", p)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/sign-in?asked=1"))
}

// linkPage shows whose link it is and a button: programs that scan mail follow links but press no buttons.
func (v *visit) linkPage() error {
	who, err := v.site.Identity.Peek(v.r.Context(), v.vars[0])
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "signin.used", nil)
	}
	if err != nil {
		return err
	}
	return v.show("signin", signInPage{Base: v.base("", v.p.T("signin.title", nil)), Secret: v.vars[0], Who: who, To: v.query("to")})
}

func (v *visit) signIn() error {
	session, who, err := v.site.Identity.SignIn(v.r.Context(), v.vars[0], v.actor.Request.ID)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "signin.used", nil)
	}
	if err != nil {
		return err
	}
	if v.session != "" && v.session != session {
		if err := v.site.Identity.SignOut(v.r.Context(), v.actor, v.session); err != nil {
			return err
		}
	}
	setSession(v.w, session)
	if to := v.form("to"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.Contains(to, `\`) {
		return v.see(to)
	}
	return v.see(v.href("%s", start(who.Role)))
}

// start is the first page of a role after signing in.
func start(r identity.Role) string {
	if r == identity.Auditor {
		return "/audit"
	}
	return "/tasks"
}

func (v *visit) signOut() error {
	if v.session != "" {
		if err := v.site.Identity.SignOut(v.r.Context(), v.actor, v.session); err != nil {
			return err
		}
	}
	setSession(v.w, "")
	v.w.Header().Set("Clear-Site-Data", `"cookies", "cache"`)
	http.Redirect(v.w, v.r, v.href("/"), http.StatusSeeOther)
	return nil
}
