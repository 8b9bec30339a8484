package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/mechanism"
	"merida/party"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"a request goes its way by its clock, never early and once", clearingClock},
		testCase{"a request is seen by its author, then by its circle, and by all when it is published", clearingRights},
		testCase{"what is withdrawn or held is circulated to nobody", clearingHeld},
		testCase{"schedules and calendars are data, and a case keeps its schedule", clearingSchedules})
}

func (w *world) clearing() *clearing.Service {
	w.t.Helper()
	tree, err := convention.Load()
	w.ok(err)
	lists, err := codelist.Load()
	w.ok(err)
	tick := func() time.Time { return w.now }
	needs := store.Assistance{DB: w.db}
	return &clearing.Service{Store: store.Clearing{DB: w.db}, Mechanisms: store.Mechanisms{DB: w.db}, Needs: needs, Board: &assistance.Board{Store: needs, Conventions: tree, Now: tick},
		Terms: assistance.Terms{Conventions: tree, Lists: lists}, Now: tick, Known: func(p party.ID) bool { return p == "QM" || p == "QN" || p == "QP" }}
}

func ask(circle clearing.Circle) clearing.Draft {
	return clearing.Draft{Kind: clearing.Request, Circle: circle, Content: clearing.Content{Provisions: []convention.ID{"uncac/art_9/para_2/point_d"}, Form: "training", What: lang.T("en", "A course for internal auditors (demonstration)")}}
}

var toAll = clearing.Circle{Kind: clearing.All}

func (w *world) stands(s *clearing.Service, id clearing.ID, state clearing.State, due assistance.Day) clearing.Case {
	w.t.Helper()
	c, err := s.Store.Case(w.t.Context(), clearing.Reader{All: true}, id)
	w.ok(err)
	if c.State != state || c.Due != due {
		w.t.Fatalf("%s is %s and due on %q, want %s and %q", id, c.State, c.Due, state, due)
	}
	return c
}

func clearingClock(t *testing.T, db store.DB) {
	w := newWorld(t, db) // a Tuesday
	ctx := t.Context()
	s := w.clearing()
	operator := identity.OperatorActor()

	// The focal point sends; a repeated request sends once; the contact point authenticates what a colleague sent.
	once := w.as("focal")
	id, err := s.Send(ctx, once, ask(toAll))
	w.ok(err)
	again, err := s.Send(ctx, once, ask(toAll))
	if err != nil || again != id {
		t.Fatalf("%s and %s: %v", id, again, err)
	}
	w.stands(s, id, clearing.Received, "2026-12-01") // five working days
	w.fails(s.Authenticate(ctx, w.as("approver"), "nothing", nil), fault.NotFound)
	w.fails(s.Acknowledge(ctx, w.as("officer"), id, nil), fault.Conflict) // not yet
	w.ok(s.Authenticate(ctx, w.as("contact point"), id, nil))
	w.stands(s, id, clearing.Authenticated, "2026-11-27")
	w.ok(s.Acknowledge(ctx, w.as("officer"), id, lang.T("en", "Received, with thanks.")))
	w.stands(s, id, clearing.Acknowledged, "2026-12-01")

	// Silence is consent when the last day has ended everywhere, not a second before.
	for _, at := range []time.Time{time.Date(2026, 12, 1, 23, 59, 59, 0, time.UTC), time.Date(2026, 12, 2, 11, 59, 59, 0, time.UTC)} {
		w.now = at
		n, err := s.Run(ctx, operator)
		if err != nil || n != 0 {
			t.Fatalf("moved %d at %s: %v", n, at, err)
		}
	}
	w.now = time.Date(2026, 12, 2, 12, 0, 0, 0, time.UTC)
	_, err = s.Run(ctx, w.as("officer"))
	w.fails(err, fault.Denied)
	// Two processes at once move it once.
	moved := make([]int, 2)
	var wg sync.WaitGroup
	for i := range moved {
		wg.Go(func() {
			n, err := s.Run(ctx, operator)
			if err != nil {
				t.Error(err)
			}
			moved[i] = n
		})
	}
	wg.Wait()
	if moved[0]+moved[1] != 1 {
		t.Errorf("moved %v times", moved)
	}
	c := w.stands(s, id, clearing.Circulated, "2026-12-30") // 20 working days
	if c.CirculatedAt != w.now {
		t.Errorf("circulated at %s", c.CirculatedAt)
	}
	entries, err := store.AuditEntries(ctx, db, store.AuditFilter{Object: string(id)})
	w.ok(err)
	if e := entries[0]; e.Act != string(identity.RunClocks) || e.Actor != "operator" || e.Detail["rule"] != "silence" || e.Detail["due"] != "2026-12-01" || len(entries) != 4 {
		t.Errorf("%d entries, the last is %+v", len(entries), e)
	}
	events, err := s.Store.Events(ctx, clearing.Reader{All: true}, id)
	w.ok(err)
	if e := events[len(events)-1]; e.Kind != clearing.WasCirculated || !e.Rule || len(events) != 4 {
		t.Errorf("%d events, the last is %+v", len(events), e)
	}

	// Answers: the last word of each stands; nobody answers their own, and a refusal has a reason.
	w.fails(s.Answer(ctx, w.as("contact point"), id, clearing.Ready, nil), fault.Denied)
	w.fails(s.Answer(ctx, w.as("provider"), id, clearing.Declines, nil), fault.Invalid)
	w.fails(s.Answer(ctx, w.as("reviewer"), id, clearing.Ready, nil), fault.NotFound)
	w.ok(s.Answer(ctx, w.as("provider"), id, clearing.Interested, nil))
	w.ok(s.Answer(ctx, w.as("provider"), id, clearing.Ready, lang.T("en", "Two courses in May.")))
	w.ok(s.Answer(ctx, w.as("other focal"), id, clearing.Declines, lang.T("en", "No trainers this year.")))
	for who, want := range map[string]int{"focal": 2, "officer": 2, "provider": 1, "other approver": 1} {
		got, err := s.Store.Answers(ctx, clearing.ReaderOf(w.who[who]), id)
		if err != nil || len(got) != want {
			t.Errorf("%s reads %d answers, want %d: %v", who, len(got), want, err)
		}
	}
	if mine, err := s.Store.Answered(ctx, clearing.ReaderOf(w.who["provider"])); err != nil || !mine[id] {
		t.Errorf("the provider does not know that it answered: %v", err)
	}

	// The time to answer passes, and a year later the State says what came of it.
	w.now = time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC)
	if n, err := s.Run(ctx, operator); err != nil || n != 1 {
		t.Fatalf("moved %d: %v", n, err)
	}
	c = w.stands(s, id, clearing.Answered, "2027-12-31")
	if c.Waits(w.who["focal"], false, w.now) || !c.Waits(w.who["focal"], false, w.now.AddDate(1, 0, 0)) {
		t.Error("the State is asked too early, or not at all")
	}
	w.fails(s.Report(ctx, w.as("provider"), id, clearing.Achieved, lang.T("en", "x")), fault.Denied)
	w.fails(s.Report(ctx, w.as("focal"), id, "fine", nil), fault.Invalid)
	w.ok(s.Report(ctx, w.as("contact point"), id, clearing.Partly, lang.T("en", "One course of two was held.")))
	w.stands(s, id, clearing.Closed, "")
	w.fails(s.Withdraw(ctx, w.as("focal"), id, lang.T("en", "Too late")), fault.Conflict)
	if n, err := s.Run(ctx, operator); err != nil || n != 0 {
		t.Errorf("a closed case moved: %d %v", n, err)
	}
}

func clearingRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s := w.clearing()
	everybody := []string{"officer", "focal", "approver", "contributor", "contact point", "other focal", "other approver", "reviewer", "auditor", "administrator", "provider", "public"}
	seen := func(id clearing.ID, want ...string) {
		t.Helper()
		for _, who := range everybody {
			r := clearing.ReaderOf(w.who[who])
			c, err := s.Store.Case(ctx, r, id)
			if (err == nil) != slices.Contains(want, who) || err != nil && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s reads it: %v", who, err)
			}
			list, total, err := s.Store.Cases(ctx, r, clearing.Filter{})
			w.ok(err)
			if slices.ContainsFunc(list, func(x clearing.Case) bool { return x.ID == id }) != slices.Contains(want, who) || total != len(list) {
				t.Errorf("%s: the list of %d says something else", who, total)
			}
			if inside := r.Inside(c); err == nil && c.ID != "" && (c.By != "") != inside {
				t.Errorf("%s is told who sent it: %q", who, c.By)
			}
			if _, err := s.Store.Events(ctx, r, id); (err == nil) != slices.Contains(want, who) {
				t.Errorf("%s reads what happened: %v", who, err)
			}
		}
	}
	for who, want := range map[string]fault.Kind{"contributor": fault.Denied, "officer": fault.Denied, "provider": fault.Denied, "reviewer": fault.Denied, "auditor": fault.Denied, "administrator": fault.Denied, "public": fault.Unauthenticated} {
		_, err := s.Send(ctx, w.as(who), ask(toAll))
		w.fails(err, want)
	}
	own := []string{"officer", "focal", "approver", "contact point"}

	// To named ones: one organisation.
	named := clearing.Circle{Kind: clearing.Named, Asked: []clearing.Addressee{{Organisation: "XM-DEMO-1"}}}
	id, err := s.Send(ctx, w.as("contact point"), ask(named)) // the contact point's own hand authenticates
	w.ok(err)
	w.stands(s, id, clearing.Authenticated, "2026-11-27")
	seen(id, own...)
	w.ok(s.Acknowledge(ctx, w.as("officer"), id, nil))
	seen(id, own...)
	w.fails(s.LetGo(ctx, w.as("provider"), id), fault.NotFound)
	w.fails(s.LetGo(ctx, w.as("officer"), id), fault.Denied) // not even the secretariat hurries a State
	w.ok(s.LetGo(ctx, w.as("approver"), id))
	seen(id, append(own, "provider")...)
	w.fails(s.Publish(ctx, w.as("contact point"), id), fault.Denied)
	w.ok(s.Publish(ctx, w.as("approver"), id))
	seen(id, everybody...)
	c, err := s.Store.Case(ctx, clearing.ReaderOf(w.who["provider"]), id)
	w.ok(err)
	if !c.Waits(w.who["provider"], false, w.now) || c.Waits(w.who["provider"], true, w.now) || c.Waits(w.who["other focal"], false, w.now) || c.Waits(w.who["focal"], false, w.now) {
		t.Error("those who were asked by name, and nobody else, are to answer")
	}
	if got, _, err := s.Store.Cases(ctx, clearing.Reader{}, clearing.Filter{Kind: clearing.Request, Provisions: s.Below("uncac/art_9"), Forms: []string{"training"}}); err != nil || len(got) != 1 || got[0].What.Pick("en") == "" {
		t.Errorf("the public finds %+v: %v", got, err)
	}

	// To a mechanism: whoever sits there.
	m := &mechanism.Service{Store: store.Mechanisms{DB: db}, Now: s.Now, Known: s.Known}
	at, err := m.Keep(ctx, w.as("officer"), mechanism.Mechanism{Kind: mechanism.National, Names: lang.T("en", "Table"), Parties: []party.ID{"QM"}})
	w.ok(err)
	w.ok(m.Seat(ctx, w.as("officer"), at, w.who["other focal"].Account, false))
	id, err = s.Send(ctx, w.as("contact point"), ask(clearing.Circle{Kind: clearing.AtTable, Mechanism: at}))
	w.ok(err)
	w.ok(s.Acknowledge(ctx, w.as("officer"), id, nil))
	w.ok(s.LetGo(ctx, w.as("contact point"), id))
	seen(id, append(own, "other focal", "other approver")...) // the State that sits there was asked
	_, err = s.Send(ctx, w.as("other focal"), ask(clearing.Circle{Kind: clearing.AtTable, Mechanism: "none"}))
	w.fails(err, fault.Invalid)

	// To all: every State's people and every provider.
	id, err = s.Send(ctx, w.as("contact point"), ask(toAll))
	w.ok(err)
	w.ok(s.Acknowledge(ctx, w.as("officer"), id, nil))
	w.ok(s.LetGo(ctx, w.as("contact point"), id))
	seen(id, append(own, "other focal", "other approver", "provider")...)

	// An organisation's offer is authenticated by the secretariat, with what it was held against.
	offer := ask(toAll)
	offer.Kind = clearing.Offer
	id, err = s.Send(ctx, w.as("provider"), offer)
	w.ok(err)
	seen(id, "officer", "provider")
	w.fails(s.Authenticate(ctx, w.as("provider"), id, lang.T("en", "me")), fault.Denied)
	w.fails(s.Authenticate(ctx, w.as("officer"), id, nil), fault.Invalid)
	w.ok(s.Authenticate(ctx, w.as("officer"), id, lang.T("en", "Note of 3 November (demonstration)")))
	w.ok(s.Acknowledge(ctx, w.as("officer"), id, nil)) // and circulated at once: there is no time to object
	w.stands(s, id, clearing.Circulated, "2026-12-22")
	seen(id, append(own, "other focal", "other approver", "provider")...)
	w.ok(s.Answer(ctx, w.as("contact point"), id, clearing.Ready, nil))
}

func clearingHeld(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s := w.clearing()
	send := func() clearing.ID {
		id, err := s.Send(ctx, w.as("contact point"), ask(toAll))
		w.ok(err)
		w.ok(s.Acknowledge(ctx, w.as("officer"), id, nil))
		return id
	}
	held, gone := send(), send()
	w.fails(s.Hold(ctx, w.as("focal"), held, nil), fault.Invalid)
	w.ok(s.Hold(ctx, w.as("focal"), held, lang.T("en", "The Minister has to read it first.")))
	w.ok(s.Withdraw(ctx, w.as("approver"), gone, lang.T("en", "Served already.")))
	w.now = w.now.AddDate(0, 3, 0)
	if n, err := s.Run(ctx, identity.OperatorActor()); err != nil || n != 0 {
		t.Fatalf("moved %d: %v", n, err)
	}
	w.stands(s, held, clearing.Objected, "")
	w.stands(s, gone, clearing.Withdrawn, "")
	w.ok(s.LetGo(ctx, w.as("focal"), held))
	w.ok(s.Publish(ctx, w.as("approver"), held))
	r := clearing.ReaderOf(w.who["provider"])
	events, err := s.Store.Events(ctx, r, held)
	w.ok(err)
	for _, e := range events {
		if e.Kind == clearing.WasRefused || e.Kind == clearing.WasAllowed || !e.Note.Empty() {
			t.Errorf("the circle is told of %+v", e)
		}
	}
	// Withdrawn after it was published: its words are gone for all but its author and the secretariat.
	w.ok(s.Withdraw(ctx, w.as("focal"), held, lang.T("en", "No longer needed.")))
	for who, want := range map[string]bool{"provider": false, "public": false, "officer": true, "contact point": true} {
		c, err := s.Store.Case(ctx, clearing.ReaderOf(w.who[who]), held)
		if err != nil || c.State != clearing.Withdrawn || c.What.Empty() == want || c.Reason.Empty() == want {
			t.Errorf("%s reads %+v: %v", who, c, err)
		}
	}
}

func clearingSchedules(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s := w.clearing()
	old, err := s.Send(ctx, w.as("contact point"), ask(toAll))
	w.ok(err)
	in, err := s.Store.Schedule(ctx, clearing.Request)
	w.ok(err)
	if in != clearing.DefaultSchedule(clearing.Request) {
		t.Fatalf("%+v", in)
	}
	in.Object, in.Acknowledge = 10, 0
	w.fails(s.KeepSchedule(ctx, w.as("contact point"), in), fault.Denied)
	none := in
	none.Object = 0
	w.fails(s.KeepSchedule(ctx, w.as("officer"), none), fault.Invalid) // a request always has time to object
	w.ok(s.KeepSchedule(ctx, w.as("officer"), in))
	w.fails(s.KeepSchedule(ctx, w.as("officer"), in), fault.Conflict) // another was set since

	// Working days of the State: Friday and Saturday are its weekend, and it rests on the 29th of November.
	w.fails(s.KeepCalendar(ctx, w.as("provider"), clearing.Calendar{}), fault.Denied)
	w.fails(s.KeepCalendar(ctx, w.as("contact point"), clearing.Calendar{Holidays: []clearing.Holiday{{On: "2026-02-30"}}}), fault.Invalid)
	mine := clearing.Calendar{Weekend: []time.Weekday{time.Saturday, time.Friday}, Holidays: []clearing.Holiday{{On: "2026-11-29", Name: "Day of the demonstration"}}}
	w.ok(s.KeepCalendar(ctx, w.as("contact point"), mine))
	w.fails(s.KeepCalendar(ctx, w.as("contact point"), mine), fault.Conflict)

	// The old case keeps its schedule; the new one is acknowledged by its rule and has ten of the State's days.
	w.ok(s.Acknowledge(ctx, w.as("officer"), old, nil))
	w.stands(s, old, clearing.Acknowledged, "2026-12-02") // 25, 26, 30, 1, 2
	fresh, err := s.Send(ctx, w.as("contact point"), ask(toAll))
	w.ok(err)
	c := w.stands(s, fresh, clearing.Acknowledged, "2026-12-09")
	if c.Schedule.N != 1 || c.Schedule.Object != 10 {
		t.Errorf("%+v", c.Schedule)
	}
	events, err := s.Store.Events(ctx, clearing.Reader{All: true}, fresh)
	w.ok(err)
	if e := events[len(events)-1]; e.Kind != clearing.WasSeen || !e.Rule {
		t.Errorf("%+v", events)
	}
}
