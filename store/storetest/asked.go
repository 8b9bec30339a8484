package storetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/audit"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/mail"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"a contact point is asked each year, once more, and then marked", contactAsked},
		testCase{"a State is asked once a year whether its needs were met", needsAsked})
}

// kinds lists the letters that stand, by kind and who gets them.
func kinds(w *world) (out []string) {
	w.t.Helper()
	ms, _, err := store.Mail{DB: w.db}.Messages(w.t.Context(), mail.Filter{})
	w.ok(err)
	for _, m := range ms {
		to := "account"
		if m.Contact != "" {
			to = "contact"
		}
		out = append(out, string(m.Kind)+" to "+to)
	}
	slices.Sort(out)
	return out
}

func contactAsked(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	w.reader("keeper", "keeper@example.org", identity.ContactPoint, "QM", "")
	r := &directory.Register{Store: store.Contacts{DB: db}, Now: w.ass.Now}
	keep := func(c directory.ContactPoint) directory.ContactID {
		t.Helper()
		c.Office, c.From = lang.T("en", "Desk"), "2026-01-01"
		id, err := r.Keep(ctx, w.as("focal"), c)
		w.ok(err)
		return id
	}
	with := keep(directory.ContactPoint{Role: directory.TAContact, Person: "Somebody", Email: "desk@example.org", Languages: []lang.Tag{"fr"}})
	keep(directory.ContactPoint{Role: directory.CompetentAuthority})
	w.ok(r.Publish(ctx, w.as("approver"), with))
	ask := func(want int) {
		t.Helper()
		for i := range 2 { // a second run brings nothing
			n, err := r.Ask(ctx, identity.OperatorActor())
			w.ok(err)
			if n != want*(1-i) {
				t.Fatalf("on %s, run %d: %d steps, want %d", w.now.Format(time.DateOnly), i, n, want)
			}
		}
	}
	now := func() directory.ContactPoint {
		t.Helper()
		c, err := r.LetterTo(ctx, with)
		w.ok(err)
		return c
	}
	_, err := r.Ask(ctx, w.as("administrator"))
	w.fails(err, fault.Denied)
	ask(0)
	start := w.now
	day := func(n int) { w.now = start.AddDate(1, 0, n) }
	day(1)
	before := now()
	ask(2)
	if got := kinds(w); !slices.Equal(got, []string{"contact_due to account", "still_you to contact"}) {
		t.Fatalf("%v", got)
	}
	if c := now(); c.Rev != before.Rev || c.AskedOn == "" || c.ChangedAt != before.ChangedAt {
		t.Errorf("asking changed the record: %+v", c)
	}
	day(29)
	ask(0)
	day(31)
	ask(2)
	day(60)
	ask(0)
	day(61)
	ask(2)
	seen, err := r.Store.Contacts(ctx, identity.Sight{}, directory.ContactFilter{Party: "QM"})
	w.ok(err)
	if len(seen) != 1 || seen[0].UnconfirmedOn != "2028-01-24" || seen[0].AskedOn != "" || seen[0].LeftOn != "" {
		t.Errorf("the public reads %+v", seen)
	}
	day(300)
	ask(0)
	// One press confirms; the next question comes a year later.
	secret, err := r.StillLink(ctx, with)
	w.ok(err)
	_, err = r.Still(ctx, "guessed")
	w.fails(err, fault.NotFound)
	for range 2 {
		c, err := r.AnswerStill(ctx, secret, true, "request")
		w.ok(err)
		if c.UnconfirmedOn != "" || c.ConfirmedOn != w.now.Format(time.DateOnly) {
			t.Fatalf("%+v", c)
		}
	}
	if got := now(); got.Class != "public" || got.LastEditor != before.LastEditor {
		t.Errorf("confirming took it back from the public: %+v", got)
	}
	rev := now().Rev
	ask(0)
	// Or it says that somebody else follows: the keepers are asked once.
	for range 2 {
		_, err = r.AnswerStill(ctx, secret, false, "request")
		w.ok(err)
	}
	if c := now(); c.LeftOn == "" || c.UnconfirmedOn == "" || c.Rev != rev+1 {
		t.Errorf("%+v", c)
	}
	if n := strings.Count(strings.Join(kinds(w), ","), "contact_left"); n != 1 {
		t.Errorf("%d letters to the keeper", n)
	}
	w.now = w.now.AddDate(2, 0, 0)
	ask(0)
	_, err = r.Still(ctx, secret)
	w.fails(err, fault.NotFound) // the link is too old
	// A successor ends it.
	next, err := r.HandOver(ctx, w.as("focal"), with, directory.ContactPoint{Office: lang.T("en", "New desk"), Person: "Other", From: w.now.AddDate(0, 0, 1).Format(time.DateOnly)})
	w.ok(err)
	if c, err := r.LetterTo(ctx, next); err != nil || c.Asked != (directory.Asked{}) {
		t.Errorf("%+v %v", c, err)
	}
	entries, err := store.AuditEntries(ctx, db, store.AuditFilter{Kind: "contact_point", Object: string(with)})
	w.ok(err)
	if !slices.ContainsFunc(entries, func(e audit.Entry) bool { return e.Actor == "contact:"+string(with) && e.Detail["by"] == "link" }) {
		t.Errorf("the record does not say who confirmed: %+v", entries)
	}
}

func needsAsked(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx, aid := t.Context(), w.aid()
	w.reader("keeper", "keeper@example.org", identity.ContactPoint, "QM", "")
	ask := func(want int) {
		t.Helper()
		for i := range 2 {
			n, err := aid.AskMet(ctx, identity.OperatorActor())
			w.ok(err)
			if n != want*(1-i) {
				t.Fatalf("%d States were asked, want %d", n, want*(1-i))
			}
		}
	}
	first, second := w.shownNeed(aid, "One"), w.shownNeed(aid, "Two")
	_, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("A draft"), assistance.Origin{})
	w.ok(err)
	_, err = aid.AskMet(ctx, w.as("officer"))
	w.fails(err, fault.Denied)
	ask(0)
	w.now = w.now.AddDate(1, 0, 1)
	ask(1)
	ms, _, err := store.Mail{DB: db}.Messages(ctx, mail.Filter{})
	w.ok(err)
	if len(ms) != 1 || ms[0].Kind != mail.NeedsMet || ms[0].Args["n"] != "2" {
		t.Fatalf("%+v", ms)
	}
	w.ok(aid.WithdrawNeed(ctx, w.as("approver"), first.ID, 1, lang.T("en", "Met otherwise.")))
	w.now = w.now.AddDate(1, 0, 1)
	ask(1)
	ms, _, err = store.Mail{DB: db}.Messages(ctx, mail.Filter{})
	w.ok(err)
	if len(ms) != 2 || ms[0].Args["n"] != "1" {
		t.Fatalf("%+v", ms)
	}
	w.ok(aid.WithdrawNeed(ctx, w.as("approver"), second.ID, 1, lang.T("en", "Met otherwise.")))
	w.now = w.now.AddDate(5, 0, 0)
	ask(0)
}
