package web

import (
	"merida/assessment"
	"merida/convention"
)

// reuseRoutes take a State's earlier and related answers over.
var reuseRoutes = []route{
	{post, "/questions/{id}/reuse", (*visit).reuseAnswer, true, false},
	{post, "/questions/{id}/still-valid", (*visit).stillValid, true, false},
}

const mostOffers = 6

// offerLine is an answer that may be taken over, as a page shows it.
type offerLine struct {
	assessment.Offer
	Name  string // of its provision
	Cites []citeLine
	Taken bool // it was taken over before
}

// reuse fills the page with what may be taken over and what was.
func (v *visit) reuse(q asked, p *questionPage) error {
	sight := v.actor.Sight()
	if sight.Party != q.Answer.Party || q.Write == readOnly {
		return nil
	}
	ctx := v.r.Context()
	var err error
	if p.Reused, err = v.site.Assessments.Store.Reuses(ctx, sight, q.Assessment.ID, q.Answer.ID); err != nil {
		return err
	}
	var related []convention.ID
	for _, r := range v.site.Conventions.Related(q.Answer.Provision) {
		related = append(related, r.To)
	}
	look := append([]convention.ID{q.Answer.Provision}, related...)
	for _, x := range v.site.Conventions.Ancestors(q.Answer.Provision) {
		look = append(look, x.ID)
	}
	if !q.Answer.General() {
		look = append(look, v.site.Conventions.Below(q.Answer.Provision)...)
	}
	found, err := v.site.Assessments.Store.Answered(ctx, sight, q.Answer.Party, look)
	if err != nil {
		return err
	}
	for _, o := range assessment.Offers(q.Answer, found, related, mostOffers) {
		l := offerLine{Offer: o, Name: string(o.Answer.Provision)}
		if x, ok := v.site.Conventions.Get(o.Answer.Provision); ok {
			l.Name = v.name(x)
		}
		if l.Cites, err = v.citeLines(o.Version.Content.Citations); err != nil {
			return err
		}
		for _, u := range p.Reused {
			l.Taken = l.Taken || u.Origin == o.Answer.ID && u.Version == o.Version.N
		}
		p.Offers = append(p.Offers, l)
	}
	return nil
}

// reuseAnswer takes over what another answer says into the parts that are empty here.
func (v *visit) reuseAnswer() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	base, err := v.formNumber("base")
	if err != nil {
		return err
	}
	version, err := v.formNumber("version")
	if err != nil {
		return err
	}
	// How it covers the question is not the form's to say.
	var p questionPage
	if err := v.reuse(q, &p); err != nil {
		return err
	}
	coverage := assessment.Coverage("")
	for _, o := range p.Offers {
		if string(o.Answer.ID) == v.form("origin") {
			coverage = o.Coverage
		}
	}
	if err := v.site.Assessments.Reuse(v.r.Context(), v.act(), q.Answer.ID, int(base), assessment.AnswerID(v.form("origin")), int(version), coverage); err != nil {
		return err
	}
	return v.seeTold(v.href("/questions/%s", q.Answer.ID), "reused", 0)
}

// stillValid says that what was taken over still holds.
func (v *visit) stillValid() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	version, err := v.formNumber("version")
	if err != nil {
		return err
	}
	if err := v.site.Assessments.StillValid(v.r.Context(), v.act(), q.Answer.ID, assessment.AnswerID(v.form("origin")), int(version)); err != nil {
		return err
	}
	return v.seeTold(v.href("/questions/%s", q.Answer.ID), "still_valid", 0)
}
