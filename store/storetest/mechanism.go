package storetest

import (
	"slices"
	"testing"
	"time"

	"merida/assessment"
	"merida/fault"
	"merida/lang"
	"merida/mechanism"
	"merida/party"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"a mechanism is known to its members and to the States it covers", mechanismRights},
		testCase{"a State releases submitted answers to a mechanism, and takes them back", mechanismReleases},
		testCase{"what lay on the table of a meeting is kept for its members", mechanismDossiers})
}

// table is a donor table for QM with a provider and QM's contact point in it.
func table(w *world) (*mechanism.Service, mechanism.ID) {
	s := &mechanism.Service{Store: store.Mechanisms{DB: w.db}, Now: w.ass.Now, Known: func(p party.ID) bool { return p == "QM" || p == "QN" }}
	id, err := s.Keep(w.t.Context(), w.as("officer"), mechanism.Mechanism{Kind: mechanism.National, Names: lang.T("en", "Donor table of QM"), Parties: []party.ID{"QM"}})
	w.ok(err)
	w.ok(s.Seat(w.t.Context(), w.as("officer"), id, w.who["provider"].Account, false))
	w.ok(s.Seat(w.t.Context(), w.as("officer"), id, w.who["contact point"].Account, true))
	return s, id
}

func mechanismRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s, id := table(w)

	for name, want := range map[string]fault.Kind{"focal": fault.Denied, "provider": fault.Denied, "administrator": fault.Denied, "public": fault.Unauthenticated} {
		_, err := s.Keep(ctx, w.as(name), mechanism.Mechanism{Kind: mechanism.Regional, Names: lang.T("en", "X"), Parties: []party.ID{"QM"}})
		w.fails(err, want)
		w.fails(s.Seat(ctx, w.as(name), id, w.who["focal"].Account, true), want)
	}
	_, err := s.Keep(ctx, w.as("officer"), mechanism.Mechanism{Kind: mechanism.National, Names: lang.T("en", "X"), Parties: []party.ID{"QM", "QN"}})
	w.fails(err, fault.Invalid)
	_, err = s.Keep(ctx, w.as("officer"), mechanism.Mechanism{Kind: "local", Parties: []party.ID{"XX"}})
	w.fails(err, fault.Invalid)
	w.fails(s.Seat(ctx, w.as("officer"), id, "nobody", false), fault.NotFound)

	// The same request twice founds one mechanism.
	again := w.as("officer")
	one, err := s.Keep(ctx, again, mechanism.Mechanism{Kind: mechanism.Regional, Names: lang.T("en", "Network"), Parties: []party.ID{"QN", "QM", "QN"}})
	w.ok(err)
	two, err := s.Keep(ctx, again, mechanism.Mechanism{Kind: mechanism.Regional, Names: lang.T("en", "Network"), Parties: []party.ID{"QN", "QM"}})
	if err != nil || one != two {
		t.Fatalf("%s and %s: %v", one, two, err)
	}

	begins := w.now.Add(240 * time.Hour)
	meeting := mechanism.Meeting{Mechanism: id, Title: lang.T("en", "First meeting"), Begins: begins, Ends: begins.Add(3 * time.Hour), Place: "Room 1"}
	made, err := s.Meet(ctx, w.as("contact point"), meeting)
	w.ok(err)
	meeting.ID, meeting.Rev, meeting.Outcome = made, 1, lang.T("en", "Agreed.")
	_, err = s.Meet(ctx, w.as("provider"), meeting)
	w.ok(err)
	_, err = s.Meet(ctx, w.as("provider"), meeting) // its revision is stale now
	w.fails(err, fault.Conflict)
	backwards := meeting
	backwards.ID, backwards.Ends = "", begins.Add(-time.Hour)
	_, err = s.Meet(ctx, w.as("officer"), backwards)
	w.fails(err, fault.Invalid)
	action := mechanism.Action{Mechanism: id, Meeting: made, What: lang.T("en", "Send the draft law"), Who: "Ministry (demonstration)", DueOn: "2027-01-31"}
	_, err = s.Agree(ctx, w.as("provider"), action)
	w.ok(err)
	dropped := action
	dropped.State = mechanism.ActionDropped
	_, err = s.Agree(ctx, w.as("provider"), dropped)
	w.fails(err, fault.Invalid) // a dropped action says why

	// Who knows, who sees what is said inside, who may call a meeting.
	for name, sees := range map[string]struct{ known, inside bool }{
		"officer": {true, true}, "provider": {true, true}, "contact point": {true, true}, "focal": {true, false}, "approver": {true, false},
		"other focal": {}, "other approver": {}, "contributor": {}, "reviewer": {}, "auditor": {}, "administrator": {}, "public": {},
	} {
		r := mechanism.ReaderOf(w.who[name])
		_, err := s.Store.Mechanism(ctx, r, id)
		if (err == nil) != sees.known {
			t.Errorf("%s knows of the mechanism: %v", name, err)
		}
		all, err := s.Store.Mechanisms(ctx, r)
		w.ok(err)
		if slices.ContainsFunc(all, func(m mechanism.Mechanism) bool { return m.ID == id }) != sees.known {
			t.Errorf("%s: the list says something else", name)
		}
		members, err := s.Store.Members(ctx, r, id)
		w.ok(err)
		if (len(members) == 2) != sees.known || len(members) == 2 && !members[0].Chair {
			t.Errorf("%s sees the members %+v", name, members)
		}
		ms, err := s.Store.Meetings(ctx, r, id)
		w.ok(err)
		as, err := s.Store.Actions(ctx, r, id)
		w.ok(err)
		if (len(ms) == 1) != sees.inside || (len(as) == 1) != sees.inside {
			t.Errorf("%s sees %d meetings and %d actions", name, len(ms), len(as))
		}
		_, err = s.Meet(ctx, w.as(name), mechanism.Meeting{Mechanism: id, Title: lang.T("en", "Another"), Begins: begins, Ends: begins})
		switch {
		case sees.inside:
			w.ok(err)
		case sees.known:
			w.fails(err, fault.Denied)
		default:
			if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s calls a meeting: %v", name, err)
			}
		}
		if sees.inside { // take it back for the next reader
			w.ok(db.Write(ctx, func(tx store.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM meeting WHERE id <> $1`, string(made))
				return err
			}))
		}
	}

	w.ok(s.Close(ctx, w.as("officer"), id, true))
	_, err = s.Agree(ctx, w.as("provider"), action)
	w.fails(err, fault.Conflict)
	w.ok(s.Close(ctx, w.as("officer"), id, false))
	w.ok(s.Unseat(ctx, w.as("officer"), id, w.who["provider"].Account))
	if ms, err := s.Store.Meetings(ctx, mechanism.ReaderOf(w.who["provider"]), id); err != nil || len(ms) > 0 {
		t.Errorf("who lost the seat still reads %d meetings: %v", len(ms), err)
	}
}

func mechanismReleases(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s, id := table(w)
	law := w.law("focal", "Act on tenders (demonstration)")
	one := w.whole("focal", "QM")
	for _, a := range one.Answers {
		_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, full(law))
		w.ok(err)
	}
	answers := []assessment.AnswerID{one.Answers[0].ID, one.Answers[1].ID}
	n, err := s.Release(ctx, w.as("approver"), id, one.Assessment.ID, answers)
	if err != nil || n != 0 {
		t.Fatalf("%d answers were released before they were submitted: %v", n, err)
	}
	w.ok(w.ass.Propose(ctx, w.as("focal"), one.Assessment.ID, w.whole("focal", "QM").Assessment.Rev))
	w.ok(w.ass.Submit(ctx, w.as("approver"), one.Assessment.ID, w.whole("focal", "QM").Assessment.Rev))

	for name, want := range map[string]fault.Kind{"focal": fault.Denied, "contact point": fault.Denied, "officer": fault.Denied, "other approver": fault.NotFound, "public": fault.Unauthenticated} {
		_, err := s.Release(ctx, w.as(name), id, one.Assessment.ID, answers)
		w.fails(err, want)
	}
	if n, err = s.Release(ctx, w.as("approver"), id, one.Assessment.ID, answers); err != nil || n != 2 {
		t.Fatalf("%d released: %v", n, err)
	}
	// What is written after the release stays the State's own.
	w.ok(w.ass.Return(ctx, w.as("officer"), one.Assessment.ID, one.Answers[0].ID, "Please name the article."))
	later := full(law)
	later.Missing = "Written after the release."
	_, err = w.ass.Save(ctx, w.as("focal"), one.Answers[0].ID, 1, later)
	w.ok(err)

	seen := func(name string) []mechanism.Release {
		out, err := s.Store.Releases(ctx, mechanism.ReaderOf(w.who[name]), id)
		w.ok(err)
		return out
	}
	for name, want := range map[string]int{"provider": 2, "contact point": 2, "officer": 2, "focal": 2, "approver": 2, "other focal": 0, "reviewer": 0, "contributor": 0, "auditor": 0, "public": 0} {
		if got := seen(name); len(got) != want {
			t.Errorf("%s sees %d released answers, want %d", name, len(got), want)
		}
	}
	got := seen("provider")
	if got[0].Content.Missing != full(law).Missing || got[0].Version != 1 || got[0].Hash != got[0].Content.Hash() || got[0].Party != "QM" || got[0].Round != w.round {
		t.Errorf("released: %+v", got[0])
	}
	// Named again, the release keeps its time; not named any more, it is taken back.
	when := got[1].ReleasedAt
	w.pass()
	if n, err = s.Release(ctx, w.as("approver"), id, one.Assessment.ID, answers[1:]); err != nil || n != 1 {
		t.Fatalf("%d stand: %v", n, err)
	}
	if got = seen("provider"); len(got) != 1 || got[0].Answer != answers[1] || !got[0].ReleasedAt.Equal(when) {
		t.Errorf("after one was taken back: %+v", got)
	}
	other := w.whole("other focal", "QN")
	if n, err = s.Release(ctx, w.as("approver"), id, other.Assessment.ID, []assessment.AnswerID{other.Answers[0].ID}); err != nil || n != 0 {
		t.Errorf("%d answers of another State were released: %v", n, err)
	}
	if n, err = s.Release(ctx, w.as("approver"), id, one.Assessment.ID, nil); err != nil || n != 0 || len(seen("provider")) != 0 {
		t.Errorf("%d stand after all was taken back: %v", n, err)
	}
}

func mechanismDossiers(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	s, id := table(w)
	begins := w.now.Add(240 * time.Hour)
	meeting, err := s.Meet(ctx, w.as("contact point"), mechanism.Meeting{Mechanism: id, Title: lang.T("en", "First meeting"), Begins: begins, Ends: begins.Add(time.Hour)})
	w.ok(err)
	st, help := store.Mechanisms{DB: db}, w.aid()
	from := mechanism.Sources{Mechanisms: st, Assessments: store.Assessments{DB: db}, Assistance: help.Store, Board: help.Board, Contacts: store.Contacts{DB: db}, Now: w.ass.Now}

	_, err = s.Freeze(ctx, w.as("officer"), from, id, meeting)
	w.ok(err)
	w.now = w.now.Add(time.Hour)
	for _, name := range []string{"focal", "approver", "administrator", "public"} {
		if _, err := s.Freeze(ctx, w.as(name), from, id, meeting); err == nil {
			t.Errorf("%s keeps a dossier", name)
		}
	}
	_, err = s.Freeze(ctx, w.as("provider"), from, id, "nothing")
	w.fails(err, fault.NotFound)
	// The same request twice keeps one paper.
	again := w.as("provider")
	one, err := s.Freeze(ctx, again, from, id, meeting)
	w.ok(err)
	two, err := s.Freeze(ctx, again, from, id, meeting)
	w.ok(err)
	if one != two {
		t.Errorf("%s and %s", one, two)
	}
	list, err := st.Dossiers(ctx, mechanism.ReaderOf(w.as("provider")), id)
	w.ok(err)
	if len(list) != 2 || list[0].ID != one || list[0].Content != "" || len(list[0].Hash) != 64 || list[0].Meeting != meeting {
		t.Errorf("kept: %+v", list)
	}
	for _, name := range []string{"focal", "approver", "public"} {
		if list, err := st.Dossiers(ctx, mechanism.ReaderOf(w.as(name)), id); err != nil || len(list) != 0 {
			t.Errorf("%s lists %d, %v", name, len(list), err)
		}
		_, err := st.Frozen(ctx, mechanism.ReaderOf(w.as(name)), id, one)
		w.fails(err, fault.NotFound)
	}
	f, err := st.Frozen(ctx, mechanism.ReaderOf(w.as("contact point")), id, one)
	w.ok(err)
	d, err := f.Dossier()
	if err != nil || d.Meeting == nil || d.Meeting.ID != meeting || len(d.States) != 1 || d.States[0].Party != "QM" {
		t.Errorf("what was kept: %+v, %v", d, err)
	}
	f.Content += " "
	if _, err := f.Dossier(); err == nil {
		t.Error("a content that is not what was hashed is read")
	}
}
