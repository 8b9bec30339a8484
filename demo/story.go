package demo

import (
	"context"
	"time"

	"merida/assessment"
	"merida/party"
)

var (
	// law is what a party shows without saying what it lacks.
	law = []assessment.Part{assessment.PartImplementation, assessment.PartCitations, assessment.PartPractice}
	// everything is an answer with its gap and what would help.
	everything = assessment.Parts
)

func answers(p party.ID) ([]answer, error) {
	var f answerFile
	if err := read("answers.json", &f); err != nil {
		return nil, err
	}
	return f.Answers[p], nil
}

// quamara answers with two agencies, submits, gets one answer back and publishes most of the others.
func (t *tale) quamara(ctx context.Context) error {
	d, err := t.open(ctx, Quamara)
	if err != nil {
		return err
	}
	all, err := answers(Quamara)
	if err != nil {
		return err
	}
	if err := d.assign(ctx, "uncac/art_9/para_1", "contributor"); err != nil {
		return err
	}
	if err := d.assign(ctx, "uncac/art_52", "bank"); err != nil {
		return err
	}
	t.pass(5 * 24 * time.Hour)
	for _, a := range all {
		switch a.Question {
		case "9.1.d", "9.1.e": // the procurement office knows
			first := a
			first.Practice = ""
			if err := d.contribute(ctx, "contributor", first, true); err != nil {
				return err
			}
			if err := d.accept(ctx, a.Question); err != nil {
				return err
			}
		case "52.1":
			if err := d.contribute(ctx, "bank", a, true); err != nil {
				return err
			}
			if err := d.accept(ctx, a.Question); err != nil {
				return err
			}
		}
		if err := d.save(ctx, a); err != nil { // a second version where the first came from an agency
			return err
		}
		t.pass(9 * time.Hour)
	}
	if err := d.submit(ctx); err != nil {
		return err
	}
	t.pass(4 * 24 * time.Hour)
	if err := t.assessments.Return(ctx, t.as("officer"), d.id, d.by["9.1.e"].ID,
		"Please say which posts are considered at risk, and whether training is foreseen in the budget. (demonstration)"); err != nil {
		return err
	}
	t.pass(2 * 24 * time.Hour)
	if err := d.publish(ctx, law, "9.1", "9.1.a", "9.1.b", "9.1.d", "9.2.a", "15.a", "15.b", "52.4"); err != nil {
		return err
	}
	return d.publish(ctx, everything, "9.1.c", "9.2.d", "52.1")
}

// qupenia answers, submits and publishes its gaps among the rest.
func (t *tale) qupenia(ctx context.Context) error {
	d, err := t.open(ctx, Qupenia)
	if err != nil {
		return err
	}
	all, err := answers(Qupenia)
	if err != nil {
		return err
	}
	if err := d.assign(ctx, "uncac/art_52/para_5", "contributor"); err != nil {
		return err
	}
	for _, a := range all {
		if a.Question == "52.5" {
			if err := d.contribute(ctx, "contributor", a, true); err != nil {
				return err
			}
			if err := d.accept(ctx, a.Question); err != nil {
				return err
			}
			continue
		}
		if err := d.save(ctx, a); err != nil {
			return err
		}
	}
	if err := d.submit(ctx); err != nil {
		return err
	}
	t.pass(3 * 24 * time.Hour)
	if err := d.publish(ctx, law, "9.1", "9.1.a", "9.2.c", "15.a", "15.b", "52.3"); err != nil {
		return err
	}
	return d.publish(ctx, everything, "9.1.d", "9.1.e", "52.5")
}

// qunera is at work: drafts, one article with an agency that has offered a text and is
// writing another, one article assigned and not begun.
func (t *tale) qunera(ctx context.Context) error {
	d, err := t.open(ctx, Qunera)
	if err != nil {
		return err
	}
	var f answerFile
	if err := read("answers.json", &f); err != nil {
		return err
	}
	if err := d.assign(ctx, "uncac/art_15", "contributor"); err != nil {
		return err
	}
	if err := d.assign(ctx, "uncac/art_52", "bank"); err != nil {
		return err
	}
	for _, a := range f.Answers[Qunera] {
		if err := d.save(ctx, a); err != nil {
			return err
		}
	}
	for _, c := range f.Contributions {
		if err := d.contribute(ctx, c.By[len(c.Party)+1:], c.Answer, c.Offer); err != nil {
			return err
		}
	}
	return nil
}
