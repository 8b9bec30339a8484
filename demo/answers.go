package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"merida/assessment"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/questionnaire"
)

// answer is what a fictional party says; a citation is "key-of-law eid".
type answer struct {
	Question       string                    `json:"question"`
	Lang           lang.Tag                  `json:"lang"`
	Implementation assessment.Implementation `json:"implementation"`
	Citations      []string                  `json:"citations"`
	Practice       string                    `json:"practice"`
	Missing        string                    `json:"missing"`
	Challenges     []string                  `json:"challenges"`
	Wanted         []assessment.Wanted       `json:"wanted"`
	Given          []assessment.Given        `json:"given"`
}

type answerFile struct {
	Answers       map[party.ID][]answer `json:"answers"`
	Contributions []struct {
		Party  party.ID `json:"party"`
		By     string   `json:"by"`
		Answer answer   `json:"answer"`
		Offer  bool     `json:"offer"`
	} `json:"contributions"`
}

func (t *tale) content(a answer) (assessment.Content, error) {
	c := assessment.Content{Lang: a.Lang, Implementation: a.Implementation, Practice: a.Practice, Missing: a.Missing, Challenges: a.Challenges,
		Wanted: a.Wanted, Given: a.Given}
	for _, x := range a.Citations {
		key, eid, _ := strings.Cut(x, " ")
		id, ok := t.laws[key]
		if !ok {
			return c, fmt.Errorf("demo: %s cites the unknown law %s", a.Question, key)
		}
		c.Citations = append(c.Citations, library.Citation{Measure: id, Version: 1, EID: eid})
	}
	return c, nil
}

// library1 fills the repository: the real measures, recorded by the officer, and the laws
// that the fictional parties enter themselves, which stay their own until an answer that cites them is published.
func (t *tale) library1(ctx context.Context) error {
	if err := t.measures(ctx, t.as("officer")); err != nil {
		return err
	}
	var rs []record
	if err := read("laws.json", &rs); err != nil {
		return err
	}
	for _, r := range rs {
		w := r.whole()
		w.Measure.Country, w.Version.Format = r.Party, "typed"
		id, err := t.library.Add(ctx, t.as(string(r.Party)+".focal_point"), w)
		if err != nil {
			return fmt.Errorf("demo: law %s: %w", r.Key, err)
		}
		t.laws[r.Key] = id
	}
	return nil
}

// round opens the approved edition to the three parties.
func (t *tale) round(ctx context.Context) error {
	e, err := t.questionnaires.Store.Edition(ctx, "self-assessment-1")
	if err != nil {
		return err
	}
	t.pass(24 * time.Hour)
	_, err = t.assessments.OpenRound(ctx, t.as("officer"), string(e.ID), roundTitles, t.deadlines(), questions(e.Content), []party.ID{Quamara, Qunera, Qupenia})
	if err != nil {
		return fmt.Errorf("demo: round: %w", err)
	}
	return nil
}

// deadlines are those of the demonstration's round: the submission four months after the story ends.
func (t *tale) deadlines() assessment.Deadlines {
	on := func(months, days int) string { return t.end.AddDate(0, months, days).Format(time.DateOnly) }
	return assessment.Deadlines{Prepare: on(3, 0), Submit: on(4, 0), Review: on(6, 0), Publish: on(7, 0)}
}

func questions(c questionnaire.Content) (out []assessment.Question) {
	for _, q := range c.All() {
		out = append(out, assessment.Question{ID: q.ID, Provision: q.Provision})
	}
	return out
}

var roundTitles = ours("جولة العرض التوضيحي", "演示轮次", "Demonstration round", "Cycle de démonstration", "Демонстрационный раунд", "Ronda de demostración")

// ours is a text in six languages in the order of lang.Official, marked as our wording.
func ours(ar, zh, en, fr, ru, es string) lang.Text {
	out := lang.Text{}
	for i, s := range []string{ar, zh, en, fr, ru, es} {
		out[lang.Official[i]] = lang.Value{S: s, Status: lang.Unofficial}
	}
	return out
}

// desk is one party's assessment as its people work on it.
type desk struct {
	t     *tale
	party party.ID
	id    assessment.ID
	by    map[string]assessment.Answer // question -> answer as it was when the desk was opened
}

func (t *tale) open(ctx context.Context, p party.ID) (*desk, error) {
	rows, err := t.assessments.Store.Find(ctx, assessment.Filter{Party: p})
	if err != nil {
		return nil, err
	}
	if len(rows) != 1 {
		return nil, fmt.Errorf("demo: %s has %d assessments", p, len(rows))
	}
	d := &desk{t: t, party: p, id: rows[0].ID, by: map[string]assessment.Answer{}}
	w, err := d.whole(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range w.Answers {
		d.by[a.Question] = a
	}
	return d, nil
}

// who is somebody of the party, acting now.
func (d *desk) who(role string) identity.Actor { return d.t.as(string(d.party) + "." + role) }

func (d *desk) whole(ctx context.Context) (assessment.Whole, error) {
	return d.t.assessments.Store.Whole(ctx, d.who("focal_point").Sight(), d.id)
}

// detail reads an answer by its question.
func (d *desk) detail(ctx context.Context, question string) (assessment.Detail, error) {
	a, ok := d.by[question]
	if !ok {
		return assessment.Detail{}, fmt.Errorf("demo: no question %s", question)
	}
	return d.t.assessments.Store.Detail(ctx, d.who("focal_point").Sight(), a.ID)
}

// assign gives what stands below a provision to one of the party's contributors.
func (d *desk) assign(ctx context.Context, below convention.ID, role string) error {
	c := d.who(role)
	return d.t.assessments.Assign(ctx, d.who("focal_point"), d.id, below, c.Account, c.Agency, d.t.end.AddDate(0, 1, 0).Format(time.DateOnly))
}

// save writes an answer into the party's own line.
func (d *desk) save(ctx context.Context, a answer) error {
	c, err := d.t.content(a)
	if err != nil {
		return err
	}
	now, err := d.detail(ctx, a.Question)
	if err != nil {
		return err
	}
	if _, err := d.t.assessments.Save(ctx, d.who("focal_point"), now.Answer.ID, now.Answer.Version, c); err != nil {
		return fmt.Errorf("demo: %s %s: %w", d.party, a.Question, err)
	}
	return nil
}

// contribute writes an answer as a contributor and hands it over when offer is set.
func (d *desk) contribute(ctx context.Context, role string, a answer, offer bool) error {
	c, err := d.t.content(a)
	if err != nil {
		return err
	}
	id := d.by[a.Question].ID
	if _, err := d.t.assessments.Contribute(ctx, d.who(role), id, 0, c); err != nil {
		return fmt.Errorf("demo: %s contributes to %s %s: %w", role, d.party, a.Question, err)
	}
	if !offer {
		return nil
	}
	return d.t.assessments.Offer(ctx, d.who(role), id)
}

// accept takes the contributions that were offered to one question.
func (d *desk) accept(ctx context.Context, question string) error {
	x, err := d.detail(ctx, question)
	if err != nil {
		return err
	}
	for _, p := range x.Proposals {
		if p.State == assessment.Offered {
			return d.t.assessments.Accept(ctx, d.who("focal_point"), x.Answer.ID, p.ID, x.Answer.Version)
		}
	}
	return fmt.Errorf("demo: nothing was offered to %s %s", d.party, question)
}

// submit proposes and submits.
func (d *desk) submit(ctx context.Context) error {
	w, err := d.whole(ctx)
	if err != nil {
		return err
	}
	if err := d.t.assessments.Propose(ctx, d.who("focal_point"), d.id, w.Assessment.Rev); err != nil {
		return fmt.Errorf("demo: %s proposes: %w", d.party, err)
	}
	d.t.pass(20 * time.Hour)
	if w, err = d.whole(ctx); err != nil {
		return err
	}
	if err := d.t.assessments.Submit(ctx, d.who("approver"), d.id, w.Assessment.Rev); err != nil {
		return fmt.Errorf("demo: %s submits: %w", d.party, err)
	}
	return nil
}

// publish makes the named parts of submitted answers public.
func (d *desk) publish(ctx context.Context, parts []assessment.Part, questions ...string) error {
	for _, q := range questions {
		x, err := d.detail(ctx, q)
		if err != nil {
			return err
		}
		if err := d.t.assessments.Publish(ctx, d.who("approver"), x.Answer.ID, x.Answer.Submitted, parts); err != nil {
			return fmt.Errorf("demo: %s publishes %s: %w", d.party, q, err)
		}
	}
	return nil
}
