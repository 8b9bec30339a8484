package storetest

import (
	"testing"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"remarks, findings, receipts and texts taken over keep to their readers", teamwork},
		testCase{"a departing contributor's work passes on", handOver})
}

// teamwork holds who reads what is written beside an answer, what a receipt holds, and what a later round is offered.
func teamwork(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	sight := func(name string) identity.Sight { return w.who[name].Sight() }
	law := w.law("focal", "Act")
	whole := w.whole("focal", "QM")
	for _, a := range whole.Answers {
		_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, full(law))
		w.ok(err)
	}
	first := whole.Answers[0]
	w.ok(w.ass.Remark(ctx, w.as("focal"), first.ID, assessment.Team, "team"))
	w.fails(w.ass.Remark(ctx, w.as("officer"), first.ID, assessment.Shared, "early"), fault.NotFound)
	w.fails(w.ass.Find(ctx, w.as("officer"), first.ID, assessment.Observation, "early"), fault.NotFound)
	w.ok(w.ass.Propose(ctx, w.as("focal"), whole.Assessment.ID, 1))
	w.ok(w.ass.Submit(ctx, w.as("approver"), whole.Assessment.ID, 2))
	w.pass()
	w.ok(w.ass.Remark(ctx, w.as("officer"), first.ID, assessment.Shared, "shared"))
	w.ok(w.ass.Remark(ctx, w.as("officer"), first.ID, assessment.Desk, "desk"))
	w.ok(w.ass.Find(ctx, w.as("officer"), first.ID, assessment.Recommendation, "found"))
	w.fails(w.ass.Find(ctx, w.as("reviewer"), first.ID, assessment.Recommendation, "x"), fault.NotFound) // it was submitted to the secretariat alone
	for name, want := range map[string]int{"focal": 2, "approver": 2, "officer": 2, "contributor": 0, "other focal": 0, "reviewer": 0, "auditor": 0, "administrator": 0, "provider": 0, "public": 0} {
		got, err := w.ass.Store.Remarks(ctx, sight(name), assessment.RemarkFilter{})
		w.ok(err)
		if len(got) != want {
			t.Errorf("%s reads %d remarks, want %d", name, len(got), want)
		}
		for _, r := range got {
			if !r.ReadBy(sight(name)) {
				t.Errorf("the query gives %s a remark for %s", name, r.Audience)
			}
		}
	}
	for name, want := range map[string]int{"focal": 1, "officer": 1, "contributor": 0, "other focal": 0, "reviewer": 0, "auditor": 0, "provider": 0, "public": 0} {
		got, err := w.ass.Store.Findings(ctx, sight(name), assessment.FindingFilter{Party: "QM", Provision: first.Provision, Open: true})
		w.ok(err)
		if len(got) != want {
			t.Errorf("%s reads %d findings, want %d", name, len(got), want)
		}
	}
	remarks, err := w.ass.Store.Remarks(ctx, sight("officer"), assessment.RemarkFilter{Answer: first.ID})
	w.ok(err)
	for _, r := range remarks {
		w.ok(w.ass.Settle(ctx, w.as("officer"), first.ID, r.ID, true))
	}
	if open, err := w.ass.Store.Remarks(ctx, sight("officer"), assessment.RemarkFilter{Assessment: whole.Assessment.ID, Open: true}); err != nil || len(open) != 0 {
		t.Errorf("%d remarks stay open, %v", len(open), err)
	}
	snap, contents, err := w.ass.Store.Snapshot(ctx, sight("approver"), whole.Assessment.ID, 1)
	w.ok(err)
	if len(contents) != 3 || snap.Lines[0].Hash != contents[0].Hash() || snap.At.IsZero() {
		t.Errorf("%+v", snap)
	}
	if _, _, err := w.ass.Store.Snapshot(ctx, sight("other focal"), whole.Assessment.ID, 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("another State reads the receipt: %v", err)
	}

	// The next round is offered what was said, and is asked when that changes.
	id, err := w.ass.OpenRound(ctx, w.as("officer"), "self-assessment-1", lang.T("en", "Second round"), assessment.Deadlines{}, questions[:1], []party.ID{"QM"})
	w.ok(err)
	rows, err := w.ass.Store.Find(ctx, assessment.Filter{Round: id})
	w.ok(err)
	next, err := w.ass.Store.Whole(ctx, sight("focal"), rows[0].ID)
	w.ok(err)
	target := next.Answers[0]
	for name, want := range map[string]int{"focal": 1, "other focal": 0, "officer": 0, "public": 0} {
		got, err := w.ass.Store.Answered(ctx, sight(name), "QM", []convention.ID{first.Provision})
		w.ok(err)
		if len(got) != want {
			t.Errorf("%s is offered %d answers, want %d", name, len(got), want)
		}
	}
	w.ok(w.ass.Reuse(ctx, w.as("focal"), target.ID, 0, first.ID, 1, assessment.Equal))
	stale := func() bool {
		us, err := w.ass.Store.Reuses(ctx, sight("focal"), rows[0].ID, target.ID)
		w.ok(err)
		if len(us) != 1 || us[0].Provision != first.Provision {
			t.Fatalf("%+v", us)
		}
		return us[0].Stale()
	}
	if stale() {
		t.Error("it is asked again at once")
	}
	w.ok(w.ass.Return(ctx, w.as("officer"), whole.Assessment.ID, first.ID, "Which?"))
	c := full(law)
	c.Practice = "Four audits."
	_, err = w.ass.Save(ctx, w.as("focal"), first.ID, 1, c)
	w.ok(err)
	if !stale() {
		t.Error("nobody is asked although the origin changed")
	}
	w.fails(w.ass.StillValid(ctx, w.as("focal"), target.ID, first.ID, 1), fault.Conflict)
	w.ok(w.ass.StillValid(ctx, w.as("focal"), target.ID, first.ID, 2))
	if stale() {
		t.Error("the reply is not kept")
	}
}

func handOver(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	account := func(name string) identity.Account {
		a, err := w.ids.Store.Account(ctx, w.who[name].Account)
		w.ok(err)
		return a
	}
	to, err := w.ids.Add(ctx, identity.OperatorActor(), identity.Account{Name: "next", Role: identity.Contributor, Party: "QM", Agency: "Bank"})
	w.ok(err)
	from := account("contributor")
	whole := w.whole("focal", "QM")
	w.ok(w.ass.Assign(ctx, w.as("focal"), whole.Assessment.ID, "uncac/art_9", from.ID, "A", ""))
	_, err = w.ass.Contribute(ctx, w.as("contributor"), whole.Answers[0].ID, 0, assessment.Content{Lang: "en", Practice: "We train."})
	w.ok(err)
	w.fails(w.ass.HandOver(ctx, w.as("other focal"), "QM", from, to), fault.NotFound)
	w.fails(w.ass.HandOver(ctx, w.as("contributor"), "QM", from, to), fault.Denied)
	w.fails(w.ass.HandOver(ctx, w.as("focal"), "QM", from, account("other focal")), fault.Invalid)
	w.ok(w.ass.HandOver(ctx, w.as("focal"), "QM", from, to))
	l, err := w.ass.Store.Load(ctx, "QM", to.ID)
	w.ok(err)
	if l.Answers != 2 || l.Proposals != 1 || l.Open != 2 {
		t.Errorf("%+v", l)
	}
	if l, err = w.ass.Store.Load(ctx, "QM", from.ID); err != nil || l != (assessment.Load{}) {
		t.Errorf("%+v %v", l, err)
	}
	if a := account("contributor"); !a.Disabled {
		t.Error("the account stays open")
	}
	d, err := w.ass.Store.Detail(ctx, to.Actor().Sight(), whole.Answers[0].ID)
	w.ok(err)
	if len(d.Proposals) != 1 || d.Proposals[0].Name != "contributor" || d.Proposals[0].Content.Practice != "We train." {
		t.Errorf("%+v", d.Proposals)
	}
}
