package storetest

import (
	"strings"
	"testing"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"answers move to a new edition and back, and nothing is lost", migration},
		testCase{"a round that was broken off while it opened goes on", brokenOpening})
}

// planned is a new edition of the three questions: one is split, two are merged, one is dropped, one is added.
var planned = []assessment.Question{
	{ID: "9-1a", Provision: "uncac/art_9/para_1/point_a", Fate: "split", Of: []string{"9-1"}, Takes: []string{"9-1"}},
	{ID: "9-1b", Provision: "uncac/art_9/para_1/point_b", Fate: "split", Of: []string{"9-1"}},
	{ID: "mix", Provision: "uncac/art_9", Fate: "merged", Of: []string{"9-2", "15-a"}, Takes: []string{"9-2", "15-a"}},
	{ID: "new", Provision: "uncac/art_52", Fate: "added"},
}

func migration(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	law := w.law("focal", "Act")
	old := w.whole("focal", "QM")
	focal := w.who["focal"].Sight()
	w.ok(w.ass.Assign(ctx, w.as("focal"), old.Assessment.ID, "uncac/art_9/para_1", w.who["contributor"].Account, "Procurement Authority", "2027-01-31"))
	texts := []assessment.Content{full(law), {Lang: "en", Implementation: assessment.Yes, Practice: "Second."}, {Lang: "en", Implementation: assessment.No, Practice: "Third.", Missing: "A law."}}
	for i, a := range old.Answers {
		_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, texts[i])
		w.ok(err)
	}
	_, err := w.ass.Contribute(ctx, w.as("contributor"), old.Answers[0].ID, 0, assessment.Content{Lang: "en", Practice: "Half written."})
	w.ok(err)
	w.pass()
	spoken, err := w.ass.Store.Spoken(ctx, w.round)
	w.ok(err)
	if len(spoken["QM"]) != 3 || len(spoken["QN"]) != 0 {
		t.Fatalf("%v", spoken)
	}
	move := func(actor identity.Actor) (assessment.RoundID, error) {
		return w.ass.Migrate(ctx, actor, w.round, true, "self-assessment-2", lang.T("en", "On the new edition"), assessment.Deadlines{}, planned, nil)
	}
	_, err = move(w.as("focal"))
	w.fails(err, fault.Denied)
	_, err = w.ass.Migrate(ctx, w.as("officer"), w.round, true, "self-assessment-1", lang.T("en", "Again"), assessment.Deadlines{}, planned, nil)
	w.fails(err, fault.Invalid)
	_, err = w.ass.Migrate(ctx, w.as("officer"), "none", true, "self-assessment-2", lang.T("en", "Again"), assessment.Deadlines{}, planned, nil)
	w.fails(err, fault.NotFound)
	officer := w.as("officer")
	round, err := move(officer)
	w.ok(err)
	if again, err := move(officer); err != nil || again != round {
		t.Fatalf("the form came twice: %s %v", again, err)
	}
	if left, err := w.ass.Enter(ctx, round, 0); err != nil || left != 0 {
		t.Fatalf("%d still wait, %v", left, err)
	}
	came, err := w.ass.Store.Migrated(ctx, round)
	w.ok(err)
	if len(came) != 2 {
		t.Fatalf("%+v", came)
	}
	in := func(round assessment.RoundID) assessment.Whole {
		t.Helper()
		rows, err := w.ass.Store.Find(ctx, assessment.Filter{Round: round, Party: "QM"})
		w.ok(err)
		out, err := w.ass.Store.Whole(ctx, focal, rows[0].ID)
		w.ok(err)
		return out
	}
	now := in(round)
	contents, err := w.ass.Store.Contents(ctx, focal, now.Assessment.ID)
	w.ok(err)
	if now.Assessment.Deadlines(now.Round).Submit != "2027-03-31" || len(now.Answers) != 4 || len(contents) != 2 {
		t.Fatalf("%+v", now)
	}
	split, mix := contents[now.Answers[0].ID], contents[now.Answers[2].ID]
	if !split.Content.Equal(texts[0]) || split.Source != assessment.Migrated || split.By != w.who["focal"].Account {
		t.Errorf("split: %+v", split)
	}
	if c := mix.Content; c.Implementation != "" || c.Practice != "[9-2]\nSecond.\n\n[15-a]\nThird." || !strings.HasSuffix(c.Missing, "[15-a]\nA law.") {
		t.Errorf("merged: %+v", c)
	}
	if a := now.Answers[0]; a.Assignee != w.who["contributor"].Account || a.DueOn != "2027-01-31" || now.Answers[3].State != assessment.Empty {
		t.Errorf("%+v", a)
	}
	if d, err := w.ass.Store.Detail(ctx, w.who["contributor"].Sight(), now.Answers[0].ID); err != nil || len(d.Proposals) != 1 || d.Proposals[0].Content.Practice != "Half written." || d.Proposals[0].Base != 1 {
		t.Errorf("what an agency writes: %+v %v", d.Proposals, err)
	}
	lines, err := w.ass.Store.CarriedInto(ctx, focal, now.Assessment.ID)
	w.ok(err)
	if len(lines) != 4 || lines[0].Origin != old.Answers[0].ID || lines[0].Version != 1 || lines[1].Version != 0 || lines[1].Fate != "split" {
		t.Errorf("%+v", lines)
	}
	for _, name := range []string{"other focal", "officer", "public"} {
		if x, err := w.ass.Store.CarriedInto(ctx, w.who[name].Sight(), now.Assessment.ID); err != nil || len(x) > 0 {
			t.Errorf("%s reads where a State's texts came from: %v %v", name, x, err)
		}
	}
	reused, err := w.ass.Store.Reuses(ctx, focal, now.Assessment.ID, "")
	w.ok(err)
	if len(reused) != 3 || !reused[0].Reasked() {
		t.Errorf("the State is not asked whether its text holds: %+v", reused)
	}

	// The old answers stay readable and cannot be written.
	before := in(w.round)
	if before.Assessment.State != assessment.Closed {
		t.Fatalf("%s", before.Assessment.State)
	}
	_, err = w.ass.Save(ctx, w.as("focal"), old.Answers[0].ID, 1, texts[1])
	w.fails(err, fault.Denied)
	w.fails(w.ass.Propose(ctx, w.as("focal"), old.Assessment.ID, before.Assessment.Rev), fault.Conflict)

	// QN writes; then everything is undone. QN keeps its new answers, QM is where it was.
	w.pass()
	rows, err := w.ass.Store.Find(ctx, assessment.Filter{Round: round, Party: "QN"})
	w.ok(err)
	qn, err := w.ass.Store.Whole(ctx, w.who["other focal"].Sight(), rows[0].ID)
	w.ok(err)
	_, err = w.ass.Save(ctx, w.as("other focal"), qn.Answers[3].ID, 0, texts[1])
	w.ok(err)
	written, err := w.ass.Store.WrittenSince(ctx, round)
	w.ok(err)
	if len(written) != 1 || written[0].Party != "QN" || written[0].Question != "new" {
		t.Fatalf("%+v", written)
	}
	_, _, err = w.ass.Undo(ctx, w.as("focal"), round)
	w.fails(err, fault.Denied)
	n, kept, err := w.ass.Undo(ctx, w.as("officer"), round)
	w.ok(err)
	if n != 1 || len(kept) != 1 || kept[0].Answer != qn.Answers[3].ID {
		t.Fatalf("%d undone, kept %+v", n, kept)
	}
	back := in(w.round)
	if back.Assessment.State != assessment.Draft || in(round).Assessment.State != assessment.Closed {
		t.Errorf("%s %s", back.Assessment.State, in(round).Assessment.State)
	}
	_, err = w.ass.Save(ctx, w.as("focal"), old.Answers[1].ID, 1, texts[2])
	w.ok(err)
	_, err = w.ass.Save(ctx, w.as("focal"), now.Answers[0].ID, 1, texts[2])
	w.fails(err, fault.Denied)
	if qn, err = w.ass.Store.Whole(ctx, w.who["other focal"].Sight(), qn.Assessment.ID); err != nil || qn.Assessment.State != assessment.Draft {
		t.Errorf("%+v %v", qn.Assessment, err)
	}
	if m, err := w.ass.Store.Migration(ctx, round); err != nil || m.UndoneAt.IsZero() || m.From != w.round {
		t.Errorf("%+v %v", m, err)
	}

	// Beside the earlier round, for a party that was not in it as well, and undone whole: nobody hears of it any more.
	w.pass()
	beside, err := w.ass.Migrate(ctx, w.as("officer"), w.round, false, "self-assessment-2", lang.T("en", "Beside"), assessment.Deadlines{}, planned, []party.ID{"QM", "QP"})
	w.ok(err)
	_, err = w.ass.Enter(ctx, beside, 0)
	w.ok(err)
	if in(w.round).Assessment.State != assessment.Draft {
		t.Error("a round beside closes the earlier one")
	}
	n, kept, err = w.ass.Undo(ctx, w.as("officer"), beside)
	w.ok(err)
	if n != 2 || len(kept) != 0 {
		t.Errorf("%d undone, kept %+v", n, kept)
	}
	_, _, err = w.ass.Undo(ctx, w.as("officer"), beside)
	w.fails(err, fault.Conflict)
	public, err := w.ass.Store.PublicRounds(ctx)
	w.ok(err)
	for _, r := range public {
		if r.ID == beside {
			t.Error("a round that every State has left is still announced")
		}
	}
}

func brokenOpening(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	parties := []party.ID{"QM", "QN", "QP"}
	id, err := w.ass.BeginRound(ctx, w.as("officer"), "self-assessment-1", lang.T("en", "Broken off"), assessment.Deadlines{}, questions, parties)
	w.ok(err)
	if waiting, err := w.ass.Store.Waiting(ctx, id); err != nil || len(waiting) != 3 {
		t.Fatalf("%v %v", waiting, err)
	}
	if left, err := w.ass.Enter(ctx, id, 1); err != nil || left == 0 {
		t.Fatalf("a budget of nothing lets everybody in: %d %v", left, err)
	}
	w.ok(w.ass.EnterAll(ctx, 0))
	w.ok(w.ass.EnterAll(ctx, 0))
	rows, err := w.ass.Store.Find(ctx, assessment.Filter{Round: id})
	w.ok(err)
	if len(rows) != 3 {
		t.Fatalf("%d assessments", len(rows))
	}
	for _, r := range rows {
		if r.Progress.Questions != len(questions) || r.Progress.Answered != 0 {
			t.Errorf("%+v", r)
		}
	}
	if rounds, err := w.ass.Store.WaitingRounds(ctx); err != nil || len(rounds) != 0 {
		t.Errorf("%v %v", rounds, err)
	}
}
