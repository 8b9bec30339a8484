package storetest

import (
	"testing"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/questionnaire"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"an edition's words stand from the time it is tabled, and its steps are kept", editions})
}

func editions(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qs := &questionnaire.Service{Store: store.Questionnaires{DB: db}, Now: w.ass.Now, Approvers: 2}
	officer := identity.Actor{Account: "eo", Name: "Olga", Role: identity.Officer}
	admin, second := identity.Actor{Account: "a1", Name: "Ada", Role: identity.Administrator}, identity.Actor{Account: "a2", Name: "Ben", Role: identity.Administrator}
	c := questionnaire.Content{Questionnaire: "words", Edition: 7, Convention: "uncac",
		Sections: []questionnaire.Section{{ID: "9", Provision: "uncac/art_9", Questions: []questionnaire.Question{{ID: "9.1", Provision: convention.ID("uncac/art_9/para_1")}}}}}
	id, err := qs.Add(ctx, officer, c)
	w.ok(err)
	changed, err := qs.Revise(ctx, officer, c)
	w.ok(err)
	if changed {
		t.Fatal("the same words are no revision")
	}
	c.Sections[0].Questions[0].ID = "9.one"
	_, err = qs.Revise(ctx, admin, c)
	w.fails(err, fault.Denied)
	changed, err = qs.Revise(ctx, officer, c)
	w.ok(err)
	if e, err := qs.Store.Edition(ctx, id); err != nil || !changed || e.Content.Sections[0].Questions[0].ID != "9.one" {
		t.Fatalf("revised: %+v %v", e, err)
	}
	if _, err := qs.Store.Public(ctx, id); !fault.Is(err, fault.NotFound) {
		t.Fatalf("a draft is public: %v", err)
	}
	w.ok(qs.Table(ctx, officer, id))
	c.Sections[0].Questions[0].ID = "9.two"
	_, err = qs.Revise(ctx, officer, c)
	w.fails(err, fault.Conflict)
	stale, err := qs.Store.Edition(ctx, id)
	w.ok(err)
	stale.Content, stale.State = c, questionnaire.Draft
	w.fails(qs.Store.Revise(ctx, stale, questionnaire.Step{Edition: id}, officer.Trace(w.ass.Now(), identity.PrepareEdition, "", "edition", string(id), nil)), fault.Conflict)

	w.ok(qs.Approve(ctx, admin, id, "CAC/TEST/7", "2026-11-24"))
	w.fails(qs.Approve(ctx, admin, id, "CAC/TEST/7", "2026-11-24"), fault.Conflict)
	w.fails(qs.Approve(ctx, second, id, "CAC/TEST/8", "2026-11-24"), fault.Conflict)
	if e, err := qs.Store.Public(ctx, id); err != nil || e.State != questionnaire.Tabled || e.Symbol != "" {
		t.Fatalf("one of two people approved: %+v %v", e, err)
	}
	w.ok(qs.Approve(ctx, second, id, "CAC/TEST/7", "2026-11-24"))
	w.ok(qs.Retire(ctx, officer, id))
	steps, err := qs.Store.Steps(ctx, id)
	w.ok(err)
	var kinds []questionnaire.StepKind
	for i, s := range steps {
		kinds = append(kinds, s.Kind)
		if s.N != i+1 || s.By == "" || len(s.Hash) != 64 || s.At.IsZero() {
			t.Errorf("step %+v", s)
		}
	}
	want := []questionnaire.StepKind{questionnaire.StepAdded, questionnaire.StepRevised, questionnaire.StepTabled, questionnaire.StepSeconded, questionnaire.StepApproved, questionnaire.StepRetired}
	if len(kinds) != len(want) {
		t.Fatalf("steps %v", kinds)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Fatalf("steps %v", kinds)
		}
	}
	public, err := qs.Store.PublicSteps(ctx, id)
	w.ok(err)
	if len(public) != 3 || public[0].Kind != questionnaire.StepTabled || public[1].Symbol != "CAC/TEST/7" || public[1].ByName != "" || public[1].By != "" {
		t.Fatalf("public steps %+v", public)
	}
	list, err := qs.Store.Publics(ctx)
	w.ok(err)
	if len(list) == 0 || list[len(list)-1].Hash != steps[2].Hash {
		t.Fatalf("public editions %+v", list)
	}
	if _, damaged, err := store.CheckHashes(ctx, db, nil); err != nil || len(damaged) > 0 {
		t.Fatalf("damaged %v %v", damaged, err)
	}
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE edition SET content = '{}' WHERE id = $1`, string(id))
		return err
	}))
	if _, damaged, err := store.CheckHashes(ctx, db, nil); err != nil || len(damaged) != 1 || damaged[0] != "edition "+string(id) {
		t.Fatalf("a changed word was not found: %v %v", damaged, err)
	}
}
