package storetest

import (
	"errors"
	"testing"

	"merida/assessment"
	"merida/fault"
	"merida/lang"
	"merida/party"
	"merida/store"
)

// fieldsOf names the fields of an Invalid fault.
func fieldsOf(err error) map[string]string {
	out := map[string]string{}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		for _, x := range f.Fields {
			out[x.Name] = x.Key
		}
	}
	return out
}

// extension holds the dates of a round: they lie ahead and in order, and what one
// State is granted is its own.
func extension(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	open := func(d assessment.Deadlines) (assessment.RoundID, error) {
		return w.ass.OpenRound(t.Context(), w.as("officer"), "self-assessment-1", lang.T("en", "Second round"), d, questions, []party.ID{"QM", "QN"})
	}
	_, err := open(assessment.Deadlines{Prepare: "2026-11-23", Submit: "soon", Review: "2027-05-01", Publish: "2027-04-30"})
	if f := fieldsOf(err); f["due_prepare"] != "round.error.past" || f["due_submit"] != "fault.not_a_date" || f["due_publish"] != "round.error.order" || len(f) != 3 {
		t.Fatalf("%v %v", f, err)
	}
	round := assessment.Deadlines{Prepare: "2026-11-24", Submit: "2027-03-31", Publish: "2027-06-30"}
	id, err := open(round)
	w.ok(err)
	w.pass()
	rows, err := w.ass.Store.Find(t.Context(), assessment.Filter{Round: id})
	w.ok(err)
	if len(rows) != 2 || rows[0].Party != "QM" {
		t.Fatalf("%+v", rows)
	}
	qm := rows[0]
	w.fails(w.ass.Extend(t.Context(), w.as("focal"), qm.ID, assessment.Hand, "2027-04-30", "We ask."), fault.Denied)
	for due, key := range map[string]string{"2027-03-31": "round.error.not_later", "2026-01-01": "round.error.past", "later": "fault.not_a_date"} {
		if f := fieldsOf(w.ass.Extend(t.Context(), w.as("officer"), qm.ID, assessment.Hand, due, "")); f["due"] != key || f["reason"] != "fault.required" {
			t.Errorf("%s: %v", due, f)
		}
	}
	if f := fieldsOf(w.ass.Extend(t.Context(), w.as("officer"), qm.ID, "never", "2027-04-30", "Because.")); f["step"] == "" {
		t.Errorf("an unknown step: %v", f)
	}
	officer := w.as("officer")
	w.ok(w.ass.Extend(t.Context(), officer, qm.ID, assessment.Hand, "2027-04-30", "A new ministry."))
	w.ok(w.ass.Extend(t.Context(), officer, qm.ID, assessment.Hand, "2027-04-30", "A new ministry.")) // the form came twice
	rows, err = w.ass.Store.Find(t.Context(), assessment.Filter{Round: id})
	w.ok(err)
	rounds, err := w.ass.Store.PublicRounds(t.Context())
	w.ok(err)
	if rounds[0].Deadlines != round || rounds[0].OpenedBy != "" {
		t.Fatalf("the public reads %+v", rounds[0])
	}
	want := round
	want.Submit = "2027-04-30"
	if got := rows[0].Deadlines(rounds[0]); got != want {
		t.Errorf("QM: %+v", got)
	}
	if got := rows[1].Deadlines(rounds[0]); got != round || rows[0].Rev != qm.Rev {
		t.Errorf("QN: %+v", got)
	}
	es, err := w.ass.Store.Extensions(t.Context(), assessment.Filter{Round: id})
	w.ok(err)
	if len(es) != 1 || es[0].Party != "QM" || es[0].Was != "2027-03-31" || es[0].Reason != "A new ministry." {
		t.Fatalf("%+v", es)
	}
}
