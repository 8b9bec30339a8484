package storetest

import (
	"errors"
	"slices"
	"testing"

	"merida/assessment"
	"merida/fault"
	"merida/library"
	"merida/publication"
	"merida/store"
)

// submittedCitation holds that a law which its State keeps to itself is seen, where a submitted answer cites it,
// by those who see the answer: the very citation, and by nobody else.
func submittedCitation(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qm := w.whole("focal", "QM")
	law := w.law("focal", "canary Act (demonstration)")
	other := w.law("focal", "canary never cited (demonstration)")
	for i, a := range qm.Answers {
		c := full(law)
		if i == 1 {
			c.Citations = []library.Citation{{Measure: law, Version: 1}} // the whole of it
		}
		_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, c)
		w.ok(err)
	}
	section, whole := library.Citation{Measure: law, Version: 1, EID: "art_1"}, library.Citation{Measure: law, Version: 1}
	asked := []library.Citation{section, whole, {Measure: law, Version: 2, EID: "art_1"}, {Measure: law, Version: 1, EID: "art_2"}, {Measure: other, Version: 1, EID: "art_1"}, {Measure: "no such", Version: 1}}
	seen := func(when string, want map[string]int) {
		t.Helper()
		for name := range w.who {
			got, err := w.lib.Store.Cited(ctx, w.who[name].Sight(), asked)
			w.ok(err)
			if len(got) != want[name] {
				t.Errorf("%s: %s sees %d of the citations, want %d: %+v", when, name, len(got), want[name], got)
			}
			for _, x := range got {
				inside := w.who[name].Party == "QM"
				if x.Pinned == inside {
					t.Errorf("%s: %s sees %+v", when, name, x)
				}
				if x.Pinned && (x.Citation != section && x.Citation != whole || x.Measure.Titles.Pick("en") != "canary Act (demonstration)" || x.Measure.AddedBy != "" || x.Measure.Rev != 0) {
					t.Errorf("%s: %s sees %+v", when, name, x)
				}
			}
			if !slices.Contains([]string{"focal", "approver", "contact point", "contributor"}, name) {
				_, err = w.lib.Store.Measure(ctx, w.who[name].Sight(), law)
				w.fails(err, fault.NotFound) // the citation shows no more than itself
			}
		}
	}
	own := func(others map[string]int) map[string]int {
		for _, name := range []string{"focal", "approver", "contact point", "contributor"} {
			others[name] = 5 // whatever the party entered; the sixth is nowhere
		}
		return others
	}
	seen("drafted", own(map[string]int{}))
	w.ok(w.ass.Propose(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev))
	seen("proposed", own(map[string]int{}))
	qm = w.whole("approver", "QM")
	w.ok(w.ass.Submit(ctx, w.as("approver"), qm.Assessment.ID, qm.Assessment.Rev))
	seen("submitted", own(map[string]int{"officer": 2}))
	got, err := w.lib.Store.Cited(ctx, w.who["officer"].Sight(), []library.Citation{section})
	w.ok(err)
	if got[0].Section.Text != "Tenders are open." || got[0].Section.EID != "art_1" {
		t.Fatalf("the officer reads %+v", got)
	}

	// What the party writes into the returned answer afterwards stays its own until it is submitted again.
	w.ok(w.ass.Return(ctx, w.as("officer"), qm.Assessment.ID, qm.Answers[0].ID, "Which section?"))
	c := full(law)
	c.Citations = []library.Citation{{Measure: other, Version: 1, EID: "art_1"}}
	w.pass()
	_, err = w.ass.Save(ctx, w.as("focal"), qm.Answers[0].ID, 1, c)
	w.ok(err)
	seen("returned and changed", own(map[string]int{"officer": 2}))

	// A wider class of the answers shows the citation to more readers, and to them alone.
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE answer SET class = $1, class_rank = $2 WHERE assessment = $3`, string(publication.Reviewers), publication.Reviewers.Rank(), string(qm.Assessment.ID))
		return err
	}))
	seen("shown to reviewers", own(map[string]int{"officer": 2, "reviewer": 2}))
	NothingPublic(t, db, "canary")
}

// foundedCitation holds that an answer cites what its writer sees and nothing else, that what it
// refuses leaves no version, and that what is cited already stays when the law is out of sight.
func foundedCitation(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qm := w.whole("focal", "QM")
	own, foreign := w.law("focal", "Own Act (demonstration)"), w.law("other focal", "canary of another State (demonstration)")
	id := qm.Answers[0].ID
	for _, account := range []string{"no such account", w.who["other focal"].Account, w.who["officer"].Account} {
		err := w.ass.AssignMany(ctx, w.as("focal"), qm.Assessment.ID, assessment.Selection{Answers: []assessment.AnswerID{id}}, account, "Agency", "")
		f, ok := errors.AsType[*fault.Error](err)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "account" {
			t.Errorf("to assign a question to %s, who is not of the party: %v, want a message at the account", account, err)
		}
	}
	w.ok(w.ass.AssignMany(ctx, w.as("focal"), qm.Assessment.ID, assessment.Selection{Answers: []assessment.AnswerID{id}}, w.who["contributor"].Account, "Agency", ""))
	for name, x := range map[string]library.Citation{
		"a law of another State": {Measure: foreign, Version: 1, EID: "art_1"}, "another State's law as a whole": {Measure: foreign, Version: 1}, "no law": {Measure: "no such", Version: 1},
		"no section": {Measure: own, Version: 1, EID: "art_99"}, "no version": {Measure: own, Version: 7, EID: "art_1"}, "no version of the whole": {Measure: own, Version: 7},
	} {
		c := full(own)
		c.Citations = append(c.Citations, x)
		for _, err := range []error{
			func() error { _, err := w.ass.Save(ctx, w.as("focal"), id, 0, c); return err }(),
			func() error { _, err := w.ass.Contribute(ctx, w.as("contributor"), id, 0, c); return err }(),
		} {
			f, ok := errors.AsType[*fault.Error](err)
			if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "citations" {
				t.Errorf("to cite %s: %v, want a message at the citations", name, err)
			}
		}
	}
	if a := w.whole("focal", "QM").Answers[0]; a.Version != 0 {
		t.Errorf("what was refused left version %d", a.Version)
	}
	_, err := w.ass.Save(ctx, w.as("focal"), id, 0, full(own))
	w.ok(err)
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE measure SET owner = 'QN' WHERE id = $1`, string(own))
		return err
	}))
	c := full(own)
	c.Practice = "Written later."
	_, err = w.ass.Save(ctx, w.as("focal"), id, 1, c)
	w.ok(err)
}
