package storetest

import (
	"testing"

	"merida/assistance"
	"merida/fault"
	"merida/lang"
	"merida/publication"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"a repeated act on needs and activities has one effect", assistanceOnce},
		testCase{"a stale version of a need or an activity is refused", assistanceStale},
	)
}

func assistanceOnce(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	// Every act is sent twice under one key; the second answers like the first and leaves the store as it was.
	rows := func() (n int64) {
		for _, table := range []string{"need", "need_version", "activity", "statement", "need_link", "audit_entry", "outbox"} {
			n += count(t, db, `SELECT COUNT(*) FROM `+table)
		}
		return n
	}
	twice := func(what string, act func() (string, error)) string {
		t.Helper()
		w.pass()
		before := rows()
		first, err := act()
		w.ok(err)
		between := rows()
		w.pass()
		second, err := act()
		w.ok(err)
		if after := rows(); first != second || before == between || between != after {
			t.Errorf("%s twice gives %q and %q, rows %d, %d, %d", what, first, second, before, between, after)
		}
		return first
	}
	focal, approver, provider := w.as("focal"), w.as("approver"), w.as("provider")
	need := assistance.NeedID(twice("DraftNeed", func() (string, error) {
		n, err := aid.DraftNeed(ctx, focal, "QM", wish("One."), assistance.Origin{})
		return string(n.ID), err
	}))
	focal = w.as("focal")
	twice("EditNeed", func() (string, error) { return "", aid.EditNeed(ctx, focal, need, 1, wish("Two.")) })
	twice("PublishNeed", func() (string, error) {
		return "", aid.PublishNeed(ctx, approver, need, 2, publication.Public)
	})
	activity := assistance.ActivityID(twice("RecordActivity", func() (string, error) {
		id, err := aid.RecordActivity(ctx, provider, deed("Drafting", "QM"))
		return string(id), err
	}))
	provider = w.as("provider")
	twice("EditActivity", func() (string, error) {
		return "", aid.EditActivity(ctx, provider, activity, 1, deed("Drafting again", "QM"))
	})
	provider = w.as("provider")
	twice("Map", func() (string, error) {
		return "", aid.Map(ctx, provider, activity, "uncac/art_15", "", assistance.Confirmed)
	})
	provider = w.as("provider")
	link := assistance.LinkID(twice("Link", func() (string, error) {
		id, err := aid.Link(ctx, provider, need, activity, nil)
		return string(id), err
	}))
	provider = w.as("provider")
	twice("Unlink", func() (string, error) { return "", aid.Unlink(ctx, provider, need, link) })
	focal = w.as("focal")
	said := assistance.StatementID(twice("State", func() (string, error) {
		id, err := aid.State(ctx, focal, activity, assistance.Adds, lang.T("en", "And more."))
		return string(id), err
	}))
	approver = w.as("approver")
	twice("PublishStatement", func() (string, error) { return "", aid.PublishStatement(ctx, approver, activity, said) })
	focal = w.as("focal")
	twice("FollowNeed", func() (string, error) {
		return "", aid.FollowNeed(ctx, focal, need, 2, assistance.Met, lang.T("en", "Done."))
	})
	approver = w.as("approver")
	twice("WithdrawNeed", func() (string, error) { return "", aid.WithdrawNeed(ctx, approver, need, 3, lang.T("en", "Done.")) })

	approver.Request.Hash = "another request"
	w.fails(aid.WithdrawNeed(ctx, approver, need, 4, lang.T("en", "Other words.")), fault.Invalid)

	// A line of an answer gives one need, whatever the key.
	origin := assistance.Origin{Answer: "answer-1", Version: 1, Line: 1}
	first, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("Of an answer."), origin)
	w.ok(err)
	second, err := aid.DraftNeed(ctx, w.as("approver"), "QM", wish("Of an answer."), origin)
	w.ok(err)
	if first.ID != second.ID {
		t.Errorf("one line gave the needs %s and %s", first.ID, second.ID)
	}
}

func assistanceStale(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	n, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("One."), assistance.Origin{})
	w.ok(err)
	w.ok(aid.EditNeed(ctx, w.as("focal"), n.ID, 1, wish("Two.")))
	w.fails(aid.EditNeed(ctx, w.as("contact point"), n.ID, 1, wish("Lost.")), fault.Conflict)
	w.fails(aid.FollowNeed(ctx, w.as("focal"), n.ID, 1, assistance.BeingMet, nil), fault.Conflict)
	w.fails(aid.PublishNeed(ctx, w.as("approver"), n.ID, 1, publication.Public), fault.Conflict)
	w.fails(aid.WithdrawNeed(ctx, w.as("focal"), n.ID, 1, lang.T("en", "Over.")), fault.Conflict)
	w.fails(aid.EditNeed(ctx, w.as("other focal"), n.ID, 2, wish("Taken over.")), fault.NotFound)
	w.fails(aid.EditNeed(ctx, w.as("officer"), n.ID, 2, wish("Taken over.")), fault.NotFound)
	got, err := aid.Store.Need(ctx, w.who["focal"].Sight(), n.ID)
	w.ok(err)
	vs, err := aid.Store.NeedVersions(ctx, w.who["focal"].Sight(), n.ID)
	w.ok(err)
	if got.Rev != 2 || got.What.Pick("en") != "Two." || got.Class != publication.Own || len(vs) != 2 {
		t.Fatalf("a refused change left %+v and %d versions", got, len(vs))
	}
	id, err := aid.RecordActivity(ctx, w.as("provider"), deed("One", "QM"))
	w.ok(err)
	w.ok(aid.EditActivity(ctx, w.as("provider"), id, 1, deed("Two", "QM")))
	w.fails(aid.EditActivity(ctx, w.as("officer"), id, 1, deed("Lost", "QM")), fault.Conflict)
	w.fails(aid.EditActivity(ctx, w.as("focal"), id, 2, deed("Taken over", "QM")), fault.Denied)
	a, err := aid.Store.Activity(ctx, w.who["public"].Sight(), id)
	w.ok(err)
	if a.Rev != 2 || a.Titles.Pick("en") != "Two" {
		t.Fatalf("a refused change left %+v", a)
	}
}
