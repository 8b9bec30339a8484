package storetest

import (
	"reflect"
	"strings"
	"testing"

	"merida/assessment"
	"merida/assistance"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
	"merida/store"
	"merida/store/migrate"
)

func init() {
	cases = append(cases,
		testCase{"nothing public names an account", noAccounts},
		testCase{"mappings of older stores lose their account", olderMappings},
		testCase{"a State's people record what it gives or receives", stateActivity},
		testCase{"a match that was set aside keeps its reason, for those whom it concerns", declinedMatch},
	)
}

// aid is the service of needs and activities over the world's store.
func (w *world) aid() *assistance.Service {
	w.t.Helper()
	tree, err := convention.Load()
	w.ok(err)
	lists, err := codelist.Load()
	w.ok(err)
	st := store.Assistance{DB: w.db}
	return &assistance.Service{Store: st, Terms: assistance.Terms{Conventions: tree, Lists: lists}, Now: w.ass.Now,
		Board: &assistance.Board{Store: st, Conventions: tree, Now: w.ass.Now}}
}

// wish is a need with the given words.
func wish(what string) assistance.NeedContent {
	return assistance.NeedContent{Provisions: []convention.ID{"uncac/art_9/para_1"}, Form: "legislative-drafting", What: lang.T("en", what)}
}

// deed is an activity for a State.
func deed(title string, p party.ID) assistance.ActivityDraft {
	return assistance.ActivityDraft{Content: assistance.Content{Titles: lang.T("en", title), Recipients: []assistance.Recipient{{Party: p}},
		Status: "2", Dates: []assistance.Date{{Type: "2", On: "2026-01-01"}}}, Provisions: []convention.ID{"uncac/art_9/para_1"}, Forms: []string{"legislative-drafting"}}
}

func noAccounts(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	qm := w.whole("focal", "QM")
	law := w.law("focal", "Procurement Act (demonstration)")
	for _, a := range qm.Answers {
		_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, full(law))
		w.ok(err)
	}
	w.ok(w.ass.Propose(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev))
	qm = w.whole("approver", "QM")
	w.ok(w.ass.Submit(ctx, w.as("approver"), qm.Assessment.ID, qm.Assessment.Rev))
	w.ok(w.ass.Publish(ctx, w.as("approver"), qm.Answers[0].ID, qm.Answers[0].Version, assessment.Parts))
	need, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("A draft law."), assistance.Origin{})
	w.ok(err)
	w.ok(aid.PublishNeed(ctx, w.as("approver"), need.ID, need.Rev, publication.Public))
	activity, err := aid.RecordActivity(ctx, w.as("provider"), deed("Drafting", "QM"))
	w.ok(err)
	_, err = aid.Link(ctx, w.as("provider"), need.ID, activity, nil)
	w.ok(err)
	w.ok(aid.Map(ctx, w.as("focal"), activity, "uncac/art_9/para_2", "", assistance.Confirmed))
	said, err := aid.State(ctx, w.as("focal"), activity, assistance.Confirms, lang.T("en", "It took place."))
	w.ok(err)
	w.ok(aid.PublishStatement(ctx, w.as("approver"), activity, said))
	var ids []string
	for name := range w.who {
		ids = append(ids, w.who[name].Account)
	}
	if n := NothingPublic(t, db, ids...); n < 10 {
		t.Fatalf("only %d public rows were looked at", n)
	}
	whole, err := w.lib.Store.Whole(ctx, identity.Sight{}, law, 0)
	w.ok(err)
	if whole.Measure.AddedBy != "" || whole.Version.By != "" || len(whole.Mappings) != 1 || whole.Mappings[0].By != "" {
		t.Fatalf("the public reads who typed: %+v", whole)
	}
}

// olderMappings holds that the step which takes accounts out of stored mappings keeps all else.
func olderMappings(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	id, err := aid.RecordActivity(ctx, w.as("provider"), deed("Drafting", "QM"))
	w.ok(err)
	w.ok(aid.Map(ctx, w.as("officer"), id, "uncac/art_9/para_2", "", assistance.Rejected))
	before, err := aid.Store.Activity(ctx, w.who["officer"].Sight(), id)
	w.ok(err)
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE activity SET provisions = REPLACE(provisions, '"At":', '"By":"canary","At":'), forms = REPLACE(forms, '"At":', '"By":"canary","At":') WHERE id = $1`, string(id))
		return err
	}))
	if n := count(t, db, `SELECT COUNT(*) FROM pub_activity WHERE REPLACE(provisions, 'canary', '') <> provisions AND REPLACE(forms, 'canary', '') <> forms`); n != 1 {
		t.Fatal("the test did not make an older record")
	}
	var done int
	for _, engine := range []string{"sqlite", "postgres"} { // the text of the other engine is refused
		steps, err := migrate.Steps(engine)
		w.ok(err)
		for _, s := range steps {
			if s.Number == 71 && db.Write(ctx, func(tx store.Tx) error {
				return each(s.SQL, func(q string) error { _, err := tx.Exec(ctx, q); return err })
			}) == nil {
				done++
			}
		}
	}
	if done != 1 {
		t.Fatalf("%d steps ran", done)
	}
	after, err := aid.Store.Activity(ctx, w.who["officer"].Sight(), id)
	w.ok(err)
	if !reflect.DeepEqual(before, after) {
		t.Fatalf("before %+v\nafter %+v", before, after)
	}
	NothingPublic(t, db, "canary")
}

// each runs fn on every statement of a migration that holds no semicolon within a statement.
func each(sql string, fn func(string) error) error {
	for _, q := range strings.Split(sql, ";\n") {
		var lines []string
		for _, l := range strings.Split(q, "\n") {
			if !strings.HasPrefix(l, "--") {
				lines = append(lines, l)
			}
		}
		if q = strings.TrimSpace(strings.Join(lines, "\n")); q == "" {
			continue
		}
		if err := fn(q); err != nil {
			return err
		}
	}
	return nil
}

func stateActivity(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	for _, name := range []string{"focal", "contact point"} {
		id, err := aid.RecordActivity(ctx, w.as(name), deed("Received by "+name, "QM"))
		w.ok(err)
		given := deed("Given by "+name, "QN")
		given.Orgs = []assistance.Org{{Ref: "QM-GOV-1", Role: "1", Name: lang.T("en", "Ministry (demonstration)")}}
		_, err = aid.RecordActivity(ctx, w.as(name), given)
		w.ok(err)
		_, err = aid.RecordActivity(ctx, w.as(name), deed("Of others alone", "QN"))
		w.fails(err, fault.Invalid)
		got, err := aid.Store.Activity(ctx, w.who["contact point"].Sight(), id)
		w.ok(err)
		if got.Source != assistance.FromParty || got.Party != "QM" || got.Class != publication.Own {
			t.Fatalf("recorded as %+v", got)
		}
		w.fails(aid.EditActivity(ctx, w.as(name), id, 1, deed("Of others alone", "QN")), fault.Invalid)
		w.ok(aid.EditActivity(ctx, w.as("focal"), id, 1, deed("Received, edited", "QM")))
		w.fails(aid.EditActivity(ctx, w.as("other focal"), id, 2, deed("Taken over", "QM")), fault.NotFound)
		w.fails(aid.PublishActivity(ctx, w.as(name), id, 2), fault.Denied)
		w.fails(aid.PublishActivity(ctx, w.as("other approver"), id, 2), fault.NotFound)
		w.fails(aid.PublishActivity(ctx, w.as("approver"), id, 1), fault.Conflict)
		_, err = aid.Store.Activity(ctx, identity.Sight{}, id)
		w.fails(err, fault.NotFound)
		w.ok(aid.PublishActivity(ctx, w.as("approver"), id, 2))
		_, err = aid.Store.Activity(ctx, identity.Sight{}, id)
		w.ok(err)
		w.fails(aid.EditActivity(ctx, w.as("focal"), id, 2, deed("Changed in public", "QM")), fault.Denied)
	}
	for _, name := range []string{"contributor", "approver", "reviewer", "auditor", "administrator"} {
		_, err := aid.RecordActivity(ctx, w.as(name), deed("Not theirs", "QM"))
		w.fails(err, fault.Denied)
	}
}
