package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/mail"
	"merida/mechanism"
	"merida/party"
	"merida/publication"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"what changed is told of what is public, and of a mechanism to its members", changesPublic},
		testCase{"a letter of changes is noted once, whatever stops between", digests},
		testCase{"what was withdrawn or left before a letter is written is not in it", digestRights})
}

// everything finds every measure: what a saved search asks is the finder's matter.
type everything struct{ lib library.Store }

func (f everything) Saved(ctx context.Context, _ string, after time.Time, limit int) ([]library.Measure, error) {
	ms, _, err := f.lib.Find(ctx, identity.Sight{}, library.Filter{Limit: limit})
	return slices.DeleteFunc(ms, func(m library.Measure) bool { return !m.ChangedAt.After(after) }), err
}

func (w *world) follows() *follow.Service {
	w.t.Helper()
	tree, err := convention.Load()
	w.ok(err)
	return &follow.Service{Store: store.NewFollows(w.db), Conventions: tree, Searches: store.SavedSearches{DB: w.db}, Finder: everything{w.lib.Store}, Mechanisms: store.Mechanisms{DB: w.db},
		Known: func(p party.ID) bool { return p == "QM" || p == "QN" }, Now: w.ass.Now}
}

// shownNeed is a public need of QM.
func (w *world) shownNeed(aid *assistance.Service, what string) assistance.Need {
	w.t.Helper()
	n, err := aid.DraftNeed(w.t.Context(), w.as("focal"), "QM", wish(what), assistance.Origin{})
	w.ok(err)
	w.ok(aid.PublishNeed(w.t.Context(), w.as("approver"), n.ID, n.Rev, publication.Public))
	return n
}

func said(cs []follow.Change) string {
	var out []string
	for _, c := range cs {
		out = append(out, string(c.Kind)+" "+string(c.Event)+" "+c.Title.Pick("en"))
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

func changesPublic(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx, aid, f := t.Context(), w.aid(), w.follows()
	start, err := f.Store.Last(ctx)
	w.ok(err)
	list := func(want string, g follow.Filter) {
		t.Helper()
		last, err := f.Store.Last(ctx)
		w.ok(err)
		for _, upto := range []int64{0, last} {
			g.After, g.Upto = start, upto
			got, err := f.Store.Changes(ctx, g)
			w.ok(err)
			if said(got) != want {
				t.Errorf("%+v: %s, want %s", g, said(got), want)
			}
		}
	}
	draft, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("canary"), assistance.Origin{})
	w.ok(err)
	list("", follow.Filter{})
	w.ok(aid.PublishNeed(ctx, w.as("approver"), draft.ID, draft.Rev, publication.Parties)) // not public
	list("", follow.Filter{})
	need := w.shownNeed(aid, "Drafting")
	deedID, err := aid.RecordActivity(ctx, w.as("provider"), deed("Workshop", "QM"))
	w.ok(err)
	_, err = aid.RecordActivity(ctx, w.as("focal"), deed("Own record", "QM"))
	w.ok(err)
	_, err = aid.RecordActivity(ctx, w.as("provider"), deed("Elsewhere", "QN"))
	w.ok(err)
	word, err := aid.State(ctx, w.as("contact point"), deedID, assistance.Disputes, lang.T("en", "It was later."))
	w.ok(err)
	register := &directory.Register{Store: store.Contacts{DB: db}, Now: w.ass.Now}
	contact, err := register.Keep(ctx, w.as("focal"), directory.ContactPoint{Role: directory.TAContact, Office: lang.T("en", "Desk"), From: "2026-01-01"})
	w.ok(err)
	list("activity added Elsewhere; activity added Workshop; need published Drafting", follow.Filter{})
	w.ok(aid.PublishStatement(ctx, w.as("approver"), deedID, word))
	w.ok(register.Publish(ctx, w.as("approver"), contact))
	w.ok(aid.EditActivity(ctx, w.as("provider"), deedID, 1, deed("Workshop, moved", "QM")))
	all := "activity added Elsewhere; activity changed Workshop, moved; contact_point changed Desk; need published Drafting; statement added Workshop, moved"
	list(all, follow.Filter{})
	list("activity changed Workshop, moved; contact_point changed Desk; need published Drafting; statement added Workshop, moved", follow.Filter{Party: "QM"})
	list("activity added Elsewhere; activity changed Workshop, moved; need published Drafting; statement added Workshop, moved", follow.Filter{Provisions: []convention.ID{"uncac/art_9/para_1"}})
	list("", follow.Filter{Provisions: []convention.ID{"uncac/art_15"}})
	list("activity added Elsewhere; activity changed Workshop, moved; statement added Workshop, moved", follow.Filter{Organisation: "XM-DEMO-1"})
	list("need published Drafting", follow.Filter{Kinds: []follow.Kind{follow.Need}})
	list("activity changed Workshop, moved", follow.Filter{IDs: []string{string(deedID)}})
	// A draft of what is public already is no news; its withdrawal is.
	last, err := f.Store.Last(ctx)
	w.ok(err)
	w.ok(aid.EditNeed(ctx, w.as("focal"), need.ID, 1, wish("canary")))
	now, err := f.Store.Last(ctx)
	w.ok(err)
	if got, err := f.Store.Changes(ctx, follow.Filter{After: last, Upto: now}); err != nil || len(got) != 0 {
		t.Errorf("a draft is news: %s %v", said(got), err)
	}
	w.ok(aid.WithdrawNeed(ctx, w.as("approver"), need.ID, 2, lang.T("en", "Done elsewhere.")))
	list("need withdrawn ", follow.Filter{Kinds: []follow.Kind{follow.Need}})
	NothingPublic(t, db, "canary")

	// Meetings are told to who sits in the mechanism at that moment.
	s, id := table(w)
	begins := w.now.Add(240 * time.Hour)
	_, err = s.Meet(ctx, w.as("contact point"), mechanism.Meeting{Mechanism: id, Title: lang.T("en", "First meeting"), Begins: begins, Ends: begins.Add(time.Hour)})
	w.ok(err)
	for name, want := range map[string]string{"provider": "meeting added First meeting", "contact point": "meeting added First meeting", "focal": "", "officer": "", "other focal": ""} {
		got, err := f.Store.MemberChanges(ctx, w.who[name].Account, "", follow.Filter{})
		w.ok(err)
		if said(got) != want {
			t.Errorf("%s is told %q", name, said(got))
		}
	}
	if got, err := f.Store.Changes(ctx, follow.Filter{Kinds: []follow.Kind{follow.Meeting}}); err != nil || len(got) != 0 {
		t.Errorf("meetings are public: %v %v", got, err)
	}

	// The mark: what was seen is not new.
	news, mark, last, err := f.Since(ctx, w.as("provider"), follow.Filter{})
	w.ok(err)
	if len(news) < 4 || !mark.At.IsZero() {
		t.Errorf("first look: %s %+v", said(news), mark)
	}
	w.fails(f.Seen(ctx, identity.Actor{}, last), fault.Unauthenticated)
	w.ok(f.Seen(ctx, w.as("provider"), last))
	w.shownNeed(aid, "Later")
	news, _, _, err = f.Since(ctx, w.as("provider"), follow.Filter{})
	w.ok(err)
	if said(news) != "need published Later" {
		t.Errorf("since the mark: %s", said(news))
	}
}

// lettersOf counts the letters of changes of an account.
func lettersOf(t *testing.T, db store.DB, account string) int {
	return int(count(t, db, `SELECT COUNT(*) FROM mail WHERE kind = 'digest' AND account = $1`, account))
}

func (w *world) reader(name, email string, r identity.Role, p party.ID, org string) {
	w.t.Helper()
	a, err := w.ids.Add(w.t.Context(), identity.OperatorActor(), identity.Account{Name: name, Email: email, Role: r, Party: p, Organisation: org})
	w.ok(err)
	w.who[name] = a.Actor()
}

func digests(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx, aid, f := t.Context(), w.aid(), w.follows()
	w.reader("reader", "reader@example.org", identity.Provider, "", "XM-DEMO-2")
	tell := func() int {
		t.Helper()
		n, err := f.Tell(ctx, identity.OperatorActor())
		w.ok(err)
		return n
	}
	for _, bad := range []follow.Subject{{Kind: follow.State, Value: "XX"}, {Kind: follow.Provision, Value: "uncac/art_999"}, {Kind: follow.Provider}, {Kind: follow.Search, Value: "x"}, {Kind: "planet", Value: "Mars"}, {Kind: follow.Mechanism, Value: "x"}} {
		_, err := f.Follow(ctx, w.as("reader"), bad, "", follow.Daily)
		w.fails(err, fault.Invalid)
	}
	_, err := f.Follow(ctx, w.as("reader"), follow.Subject{Kind: follow.State, Value: "QM"}, "", "hourly")
	w.fails(err, fault.Invalid)
	_, err = f.Follow(ctx, identity.Actor{}, follow.Subject{Kind: follow.State, Value: "QM"}, "", follow.Daily)
	w.fails(err, fault.Unauthenticated)
	_, err = f.Tell(ctx, w.as("administrator"))
	w.fails(err, fault.Denied)

	once := w.as("reader")
	first, err := f.Follow(ctx, once, follow.Subject{Kind: follow.State, Value: "QM"}, "", follow.AtOnce)
	w.ok(err)
	again, err := f.Follow(ctx, once, follow.Subject{Kind: follow.State, Value: "QM"}, "", follow.AtOnce)
	w.ok(err)
	twice, err := f.Follow(ctx, w.as("reader"), follow.Subject{Kind: follow.State, Value: "QM"}, "", follow.AtOnce)
	w.ok(err)
	if first != again || first != twice {
		t.Fatalf("one subject is followed as %s, %s and %s", first, again, twice)
	}
	below, err := f.Follow(ctx, w.as("reader"), follow.Subject{Kind: follow.Provision, Value: "uncac/art_9"}, "", follow.AtOnce)
	w.ok(err)
	me := w.who["reader"].Account
	if tell() != 0 || lettersOf(t, db, me) != 0 {
		t.Fatal("there is nothing to tell")
	}
	need := w.shownNeed(aid, "Drafting") // concerns both, and is told once
	if tell() != 1 || tell() != 0 || lettersOf(t, db, me) != 1 {
		t.Fatalf("%d letters", lettersOf(t, db, me))
	}
	box := store.Mail{DB: db}
	ms, _, err := box.Messages(ctx, mail.Filter{})
	w.ok(err)
	told, d, err := f.Read(ctx, me, ms[0].Args["digest"])
	w.ok(err)
	if len(told) != 1 || told[0].ID != first || len(told[0].Changes) != 1 || told[0].Changes[0].ID != string(need.ID) || d.Total != 1 || !slices.Equal(d.Lines[0].Of, []follow.ID{first, below}) {
		t.Fatalf("%+v %+v", told, d)
	}
	if _, _, err := f.Read(ctx, w.who["provider"].Account, d.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else reads it: %v", err)
	}
	// Within ten minutes there is no second letter; after them there is one of both.
	w.shownNeed(aid, "Two")
	w.pass()
	w.shownNeed(aid, "Three")
	if tell() != 0 {
		t.Error("a second letter at once")
	}
	w.now = w.now.Add(10 * time.Minute)

	// The process dies at any statement of the transaction: nothing was noted, no cursor has moved, the next one tells all.
	state := func() string {
		subs, err := f.Store.Subscriptions(ctx, me)
		w.ok(err)
		return fmt.Sprint(subs, lettersOf(t, db, me), count(t, db, `SELECT COUNT(*) FROM digest`), count(t, db, `SELECT COUNT(*) FROM audit_entry`))
	}
	before := state()
	for n := range 8 {
		dying := w.follows()
		dying.Store = store.NewFollows(&dies{DB: db, after: n})
		_, err := dying.Tell(ctx, identity.OperatorActor())
		if n < 5 && err == nil {
			t.Fatalf("statement %d was not reached", n)
		}
		if err == nil {
			break
		}
		if got := state(); got != before {
			t.Fatalf("killed at statement %d: %s, before %s", n, got, before)
		}
	}
	if tell() != 0 || lettersOf(t, db, me) != 2 {
		t.Errorf("%d letters after the kills", lettersOf(t, db, me))
	}
	// Two processes at once: one letter.
	w.now = w.now.Add(time.Hour)
	w.shownNeed(aid, "Four")
	due, err := f.Store.Due(ctx, follow.AtOnce, w.now)
	w.ok(err)
	last, err := f.Store.Last(ctx)
	w.ok(err)
	if tell() != 1 {
		t.Error("nothing was told")
	}
	w.fails(f.Store.Tell(ctx, due, last, w.now, &follow.Digest{ID: "late", Account: me, Pace: follow.AtOnce, At: w.now}, identity.OperatorActor().Trace(w.now, identity.SendDigests, "", "digest", "late", nil)), fault.Conflict)
	if n := count(t, db, `SELECT COUNT(*) FROM digest WHERE id = 'late'`); n != 0 {
		t.Error("two processes told the same")
	}
	// By the day: at five in the morning, once, and by the week on Monday.
	for _, p := range []follow.Pace{follow.Daily, follow.Weekly} {
		for _, id := range []follow.ID{first, below} {
			w.ok(f.SetPace(ctx, w.as("reader"), id, p))
		}
		w.fails(f.SetPace(ctx, w.as("provider"), first, p), fault.NotFound)
		w.shownNeed(aid, "For "+string(p))
		sent := lettersOf(t, db, me)
		for range 7 * 24 {
			w.now = w.now.Add(time.Hour)
			if n := tell(); n == 1 && (w.now.Hour() != 5 || p == follow.Weekly && w.now.Weekday() != time.Monday) {
				t.Errorf("%s letter on %s", p, w.now)
			}
		}
		if got := lettersOf(t, db, me) - sent; got != 1 {
			t.Errorf("%d letters %s", got, p)
		}
	}
	// The link of a letter stops them without signing in, and so does following no longer.
	secret, err := f.StopLink(ctx, me)
	w.ok(err)
	_, err = f.Stop(ctx, "guessed")
	w.fails(err, fault.NotFound)
	for want := 2; want >= 0; want -= 2 {
		if n, err := f.Stop(ctx, secret); err != nil || n != want {
			t.Errorf("%d stopped, want %d: %v", n, want, err)
		}
	}
	w.fails(f.Drop(ctx, w.as("provider"), first), fault.NotFound)
	w.ok(f.Drop(ctx, w.as("reader"), first))
	w.shownNeed(aid, "After")
	w.now = w.now.Add(8 * 24 * time.Hour)
	if tell() != 0 {
		t.Error("a letter that nobody wants")
	}
	// A year later the link and what letters told are forgotten.
	w.now = w.now.Add(401 * 24 * time.Hour)
	tell()
	if n := count(t, db, `SELECT COUNT(*) FROM digest`) + count(t, db, `SELECT COUNT(*) FROM stop_link`); n != 0 {
		t.Errorf("%d rows are kept for ever", n)
	}
}

func digestRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx, aid, f := t.Context(), w.aid(), w.follows()
	w.reader("reader", "reader@example.org", identity.Provider, "", "XM-DEMO-2")
	me := w.who["reader"].Account
	s, id := table(w)
	w.ok(s.Seat(ctx, w.as("officer"), id, me, false))
	for _, what := range []follow.Subject{{Kind: follow.State, Value: "QM"}, {Kind: follow.Mechanism, Value: string(id)}} {
		_, err := f.Follow(ctx, w.as("reader"), what, "", follow.AtOnce)
		w.ok(err)
	}
	_, err := f.Follow(ctx, w.as("focal"), follow.Subject{Kind: follow.Mechanism, Value: string(id)}, "", follow.AtOnce)
	w.fails(err, fault.Invalid) // it covers the State, but its meetings are its members'
	need := w.shownNeed(aid, "Drafting")
	begins := w.now.Add(240 * time.Hour)
	_, err = s.Meet(ctx, w.as("contact point"), mechanism.Meeting{Mechanism: id, Title: lang.T("en", "First meeting"), Begins: begins, Ends: begins.Add(time.Hour)})
	w.ok(err)
	if n, err := f.Tell(ctx, identity.OperatorActor()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	ms, _, err := store.Mail{DB: db}.Messages(ctx, mail.Filter{})
	w.ok(err)
	read := func() (out string) {
		t.Helper()
		told, _, err := f.Read(ctx, me, ms[0].Args["digest"])
		w.ok(err)
		for _, x := range told {
			out += said(x.Changes) + "|"
		}
		return out
	}
	if got := read(); got != "need published Drafting|meeting added First meeting|" {
		t.Errorf("%q", got)
	}
	w.ok(s.Unseat(ctx, w.as("officer"), id, me))
	if got := read(); got != "need published Drafting|" {
		t.Errorf("who left the mechanism reads %q", got)
	}
	w.ok(aid.WithdrawNeed(ctx, w.as("approver"), need.ID, 1, lang.T("en", "No longer.")))
	if got := read(); got != "need withdrawn |" {
		t.Errorf("a withdrawn need reads %q", got)
	}
}

// dies fails the write at a statement, as a process that is killed there.
type dies struct {
	store.DB
	after int
}

type dyingTx struct {
	store.Tx
	left *int
}

func (d *dies) Write(ctx context.Context, fn func(store.Tx) error) error {
	return d.DB.Write(ctx, func(tx store.Tx) error {
		left := d.after
		return fn(dyingTx{tx, &left})
	})
}

func (d dyingTx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if *d.left--; *d.left < 0 {
		return 0, context.Canceled
	}
	return d.Tx.Exec(ctx, query, args...)
}
