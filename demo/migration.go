package demo

import (
	"context"
	"fmt"
	"time"

	"merida/assessment"
	"merida/party"
	"merida/questionnaire"
)

// newEdition opens a further round on the comprehensive edition for the party that has submitted everything: what it said
// comes along, each answer with the link to where it came from.
func (t *tale) newEdition(ctx context.Context) error {
	rounds, err := t.assessments.Store.Rounds(ctx)
	if err != nil {
		return err
	}
	first := rounds[len(rounds)-1]
	old, err := t.questionnaires.Store.Edition(ctx, questionnaire.EditionID(first.Edition))
	if err != nil {
		return err
	}
	e, err := t.questionnaires.Store.Edition(ctx, "self-assessment-3")
	if err != nil {
		return err
	}
	var lines []assessment.Question
	ways, _ := questionnaire.Ways(&old.Content, &e.Content, nil)
	for _, w := range ways {
		lines = append(lines, assessment.Question{ID: w.Question.ID, Provision: w.Question.Provision, Fate: assessment.Fate(w.Fate), Of: w.Of, Takes: w.Takes})
	}
	on := func(months int) string { return t.end.AddDate(0, months, 0).Format(time.DateOnly) }
	due := assessment.Deadlines{Prepare: on(8), Submit: on(10), Review: on(12), Publish: on(13)}
	id, err := t.assessments.Migrate(ctx, t.as("officer"), first.ID, false, string(e.ID), comprehensiveTitles, due, lines, []party.ID{Qupenia})
	if err == nil {
		_, err = t.assessments.Enter(ctx, id, 0)
	}
	if err != nil {
		return fmt.Errorf("demo: new edition: %w", err)
	}
	return nil
}

var comprehensiveTitles = ours("جولة العرض التوضيحي على القائمة الشاملة", "综合清单演示轮次", "Demonstration round on the comprehensive checklist", "Cycle de démonstration sur la liste complète", "Демонстрационный цикл по полному перечню", "Ciclo de demostración con la lista completa")
