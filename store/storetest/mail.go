package storetest

import (
	"testing"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/mail"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"letters are noted with the act and once for each reader", letters})
}

// letters holds that a note stands and falls with its act, reaches open accounts with an address alone, and counts once.
func letters(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	box := store.Mail{DB: db}
	add := func(a identity.Account) identity.Account {
		a.Name = "Somebody"
		a, err := w.ids.Add(t.Context(), identity.OperatorActor(), a)
		w.ok(err)
		return a
	}
	first := add(identity.Account{Role: identity.FocalPoint, Party: "QN", Email: "a@example.org"})
	add(identity.Account{Role: identity.Approver, Party: "QN", Email: "b@example.org"})
	add(identity.Account{Role: identity.Contributor, Party: "QN", Email: "c@example.org"})
	add(identity.Account{Role: identity.FocalPoint, Party: "QN"})
	closed := add(identity.Account{Role: identity.FocalPoint, Party: "QN", Email: "d@example.org"})
	w.ok(w.ids.Disable(t.Context(), identity.OperatorActor(), closed.ID, true))
	trace := func(n mail.Note) audit.Trace {
		tr := identity.OperatorActor().Trace(w.now, identity.RemindParties, "QN", "round", "", nil)
		tr.Mail = []mail.Note{n}
		return tr
	}
	leads := []string{string(identity.FocalPoint), string(identity.Approver)}
	note := mail.Note{Kind: mail.Reminder, Party: "QN", Roles: leads, Ref: "due:1", Args: map[string]string{"date": "2027-03-31"}}
	_, _, err := store.Act(t.Context(), db, func() audit.Trace { return trace(note) }, func(store.Tx) error { return fault.Of(fault.Conflict) })
	w.fails(err, fault.Conflict)
	if _, n, err := box.Messages(t.Context(), mail.Filter{}); err != nil || n != 0 {
		t.Fatalf("%d letters of an act that was undone, %v", n, err)
	}
	for range 2 {
		_, _, err := store.Act(t.Context(), db, func() audit.Trace { return trace(note) }, func(store.Tx) error { return nil })
		w.ok(err)
	}
	got, n, err := box.Messages(t.Context(), mail.Filter{Limit: 1})
	w.ok(err)
	if n != 2 || len(got) != 1 || got[0].Args["date"] != "2027-03-31" || got[0].Party != "QN" || !got[0].At.Equal(w.now) || !got[0].SentAt.IsZero() {
		t.Fatalf("%d letters, %+v", n, got)
	}
	known, err := box.Known(t.Context(), []string{"due:1", "due:2"})
	w.ok(err)
	if !known["due:1"] || known["due:2"] {
		t.Errorf("%v", known)
	}
	n, err = w.ass.Store.AddNotes(t.Context(), []mail.Note{note, {Kind: mail.Reminder, Account: first.ID, Party: "QN", Ref: "due:2"}, {Kind: mail.Reminder, Party: "QP", Roles: leads, Ref: "due:3"}},
		func(n int) audit.Trace {
			return identity.OperatorActor().Trace(w.now, identity.RemindParties, "", "round", "", nil)
		})
	if err != nil || n != 1 {
		t.Errorf("%d new letters, %v", n, err)
	}
	waiting, err := box.Waiting(t.Context(), w.now, 10)
	w.ok(err)
	if len(waiting) != 3 {
		t.Fatalf("%d wait", len(waiting))
	}
	m := waiting[0]
	m.SentAt, m.Tries = w.now, 1
	w.ok(box.Mark(t.Context(), m))
	if ok, err := box.Claim(t.Context(), m, mail.Claim(w.now)); err != nil || ok {
		t.Errorf("a letter that was sent is sent again: %v %v", ok, err)
	}
	// Who was assigned something and handed nothing over is asked for it.
	whole := w.whole("focal", "QM")
	w.ok(w.ass.Assign(t.Context(), w.as("focal"), whole.Assessment.ID, "uncac/art_9", w.who["contributor"].Account, "Bank", ""))
	owing, err := w.ass.Store.Owing(t.Context())
	w.ok(err)
	if len(owing) != 1 || owing[0].N != 2 || owing[0].Account != w.who["contributor"].Account {
		t.Fatalf("%+v", owing)
	}
	for _, a := range whole.Answers[:1] {
		_, err := w.ass.Contribute(t.Context(), w.as("contributor"), a.ID, 0, assessment.Content{Lang: "en", Practice: "We train."})
		w.ok(err)
		w.ok(w.ass.Offer(t.Context(), w.as("contributor"), a.ID))
	}
	owing, err = w.ass.Store.Owing(t.Context())
	w.ok(err)
	if len(owing) != 1 || owing[0].N != 1 {
		t.Errorf("%+v", owing)
	}
}
