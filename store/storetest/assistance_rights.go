package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"merida/assistance"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"rights on needs hold in every read, count and cell", needRights},
		testCase{"a contributor writes needs of the own drafting and no other", contributorNeeds},
		testCase{"rights on activities hold in every read, count and cell", activityRights},
		testCase{"what a State says of an activity is its own until published", statementRights},
		testCase{"a link is seen by those who see both its ends", linkRights},
	)
}

// reaches says who outside and inside QM sees a record of QM at each class, as the ladder of the design has it.
func reaches(name string, c publication.Class) bool {
	switch name {
	case "focal", "approver", "contact point":
		return true
	case "officer":
		return c.Rank() >= publication.Secretariat.Rank()
	case "reviewer":
		return c.Rank() >= publication.Reviewers.Rank()
	case "other focal", "other approver":
		return c.Rank() >= publication.Parties.Rank()
	}
	return c == publication.Public
}

// reading is everything that a reader gets of needs and activities, by the name of the question.
type reading struct {
	t   *testing.T
	got map[string]int
	all []any
}

func (r *reading) add(question string, n int, err error, said ...any) {
	r.t.Helper()
	if err != nil && !fault.Is(err, fault.NotFound) {
		r.t.Fatalf("%s: %v", question, err)
	}
	r.got[question] = n
	r.all = append(r.all, said...)
}

func one(err error) int {
	if err != nil {
		return 0
	}
	return 1
}

// holds reports every question whose number is not n, and the secret words that the answers say.
func (r *reading) holds(when string, n int, secrets ...string) {
	r.t.Helper()
	for q, got := range r.got {
		if got != n {
			r.t.Errorf("%s: %s gives %d, want %d", when, q, got, n)
		}
	}
	b, err := json.Marshal(r.all)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, s := range secrets {
		if strings.Contains(string(b), s) {
			r.t.Errorf("%s: %q can be read in %s", when, s, b)
		}
	}
}

func (w *world) readNeeds(aid *assistance.Service, name string, n assistance.Need, form string) *reading {
	w.t.Helper()
	ctx, s, st := w.t.Context(), w.who[name].Sight(), aid.Store
	r := &reading{t: w.t, got: map[string]int{}}
	x, err := st.Need(ctx, s, n.ID)
	r.add("Need", one(err), err, x)
	x, err = st.NeedOf(ctx, s, n.Origin.Answer, n.Origin.Line)
	r.add("NeedOf", one(err), err, x)
	xs, err := st.NeedsByID(ctx, s, []assistance.NeedID{n.ID})
	r.add("NeedsByID", len(xs), err, xs)
	vs, err := st.NeedVersions(ctx, s, n.ID)
	r.add("NeedVersions", min(len(vs), 1), err, vs)
	for q, f := range map[string]assistance.NeedFilter{"all": {}, "party": {Party: "QM"}, "provision": {Provisions: []convention.ID{"uncac/art_9/para_1"}}, "form": {Forms: []string{form}},
		"status": {Status: []assistance.NeedStatus{assistance.Open}}, "answer": {Answer: n.Origin.Answer}} {
		xs, total, err := st.FindNeeds(ctx, s, f)
		r.add("FindNeeds by "+q, len(xs), err, xs)
		r.add("the total by "+q, total, err)
	}
	for _, c := range []assistance.Columns{assistance.ByTheme, assistance.ByForm, assistance.ByArticle} {
		m, err := aid.Board.Matrix(ctx, s, assistance.Filter{Columns: c})
		r.add(fmt.Sprintf("the rows of the matrix by %s", c), len(m.Rows), err, m)
		r.add(fmt.Sprintf("the matrix by %s", c), m.Total.Unmet+m.Total.BeingMet+m.Total.Met, err)
	}
	d, err := aid.Board.Detail(ctx, s, assistance.Filter{Parties: []party.ID{"QM"}})
	r.add("the cells of the State", len(d), err, d)
	return r
}

func needRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	n, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("canary"), assistance.Origin{Answer: "answer-1", Version: 1, Line: 1})
	w.ok(err)
	hidden := wish("canary")
	hidden.Form, hidden.Provisions = "model-legislation", []convention.ID{"uncac/art_15"}
	hiddenForms := []string{hidden.Form}
	for i, c := range publication.Ladder {
		if c != publication.Own {
			// The words that are shown; then words that the party writes afterwards and keeps.
			w.pass()
			w.ok(aid.EditNeed(ctx, w.as("focal"), n.ID, n.Rev, wish(fmt.Sprint("shown ", i))))
			n.Rev++
			w.ok(aid.PublishNeed(ctx, w.as("approver"), n.ID, n.Rev, c))
			w.pass()
			w.ok(aid.EditNeed(ctx, w.as("focal"), n.ID, n.Rev, hidden))
			n.Rev++
		}
		for name := range w.who {
			when := fmt.Sprintf("%s asks for a need of class %s", name, c)
			if w.who[name].Party == "QM" && name != "contributor" {
				x, err := aid.Store.Need(ctx, w.who[name].Sight(), n.ID)
				w.ok(err)
				if x.Rev != n.Rev || x.What.Pick("en") != "canary" {
					t.Errorf("%s: the party reads %+v", when, x)
				}
				continue
			}
			want := 0
			if reaches(name, c) {
				want = 1
			}
			w.readNeeds(aid, name, n, "legislative-drafting").holds(when, want, "canary", "model-legislation", w.who["focal"].Account)
			for _, f := range []assistance.NeedFilter{{Forms: hiddenForms}, {Provisions: hidden.Provisions}} {
				if xs, total, err := aid.Store.FindNeeds(ctx, w.who[name].Sight(), f); err != nil || len(xs)+total != 0 {
					t.Errorf("%s: what the party has not shown is found by %+v: %d %d %v", when, f, len(xs), total, err)
				}
			}
			m, err := aid.Board.Matrix(ctx, w.who[name].Sight(), assistance.Filter{Provision: "uncac/art_15"})
			w.ok(err)
			if m.Total != (assistance.Cell{}) {
				t.Errorf("%s: what the party has not shown is counted on its provision: %+v", when, m.Total)
			}
		}
		NothingPublic(t, db, "canary", "model-legislation")
	}
}

// contributorNeeds holds what a contributor may do with needs: draft one, read it back and mend it until
// others have seen it, and nothing with those of colleagues, of which not even the existence is told.
func contributorNeeds(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	sight := w.as("contributor").Sight()
	n, err := aid.DraftNeed(ctx, w.as("contributor"), "QM", wish("canary"), assistance.Origin{})
	w.ok(err)
	read := func(rev int64, words string) {
		t.Helper()
		x, err := aid.Store.Need(ctx, sight, n.ID)
		w.ok(err)
		if x.Rev != rev || x.What.Pick("en") != words {
			t.Errorf("the contributor reads version %d %q, want %d %q", x.Rev, x.What.Pick("en"), rev, words)
		}
	}
	read(1, "canary")
	xs, total, err := aid.Store.FindNeeds(ctx, sight, assistance.NeedFilter{Party: "QM"})
	w.ok(err)
	if len(xs) != 1 || total != 1 {
		t.Errorf("the contributor lists %d of %d needs, want the one drafted", len(xs), total)
	}
	w.ok(aid.EditNeed(ctx, w.as("focal"), n.ID, 1, wish("canary, mended by the focal point")))
	read(2, "canary, mended by the focal point")
	w.ok(aid.EditNeed(ctx, w.as("contributor"), n.ID, 2, wish("canary again")))
	read(3, "canary again")

	other, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("of a colleague"), assistance.Origin{})
	w.ok(err)
	w.fails(aid.EditNeed(ctx, w.as("contributor"), other.ID, 1, wish("attack")), fault.NotFound)
	w.fails(aid.FollowNeed(ctx, w.as("contributor"), other.ID, 1, assistance.BeingMet, nil), fault.NotFound)
	w.fails(aid.WithdrawNeed(ctx, w.as("contributor"), other.ID, 1, nil), fault.NotFound)

	w.ok(aid.PublishNeed(ctx, w.as("approver"), n.ID, 3, publication.Public))
	w.fails(aid.EditNeed(ctx, w.as("contributor"), n.ID, 3, wish("attack")), fault.Denied)
	w.fails(aid.FollowNeed(ctx, w.as("contributor"), n.ID, 3, assistance.BeingMet, nil), fault.Denied)
	w.fails(aid.WithdrawNeed(ctx, w.as("contributor"), n.ID, 3, lang.T("en", "attack")), fault.Denied)
}

func activityRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	draft := deed("canary drafting", "QM")
	draft.IATIIdentifier = "QM-GOV-1-canary"
	draft.Orgs = []assistance.Org{{Ref: "QM-GOV-canary", Role: "1", Name: lang.T("en", "canary Ministry")}}
	id, err := aid.RecordActivity(ctx, w.as("focal"), draft)
	w.ok(err)
	for _, c := range publication.Ladder {
		w.ok(db.Write(ctx, func(tx store.Tx) error {
			if _, err := tx.Exec(ctx, `UPDATE activity SET class = $1, class_rank = $2 WHERE id = $3`, string(c), c.Rank(), string(id)); err != nil {
				return err
			}
			return tx.Touch(ctx, "activity", string(id))
		}))
		for name := range w.who {
			s, st := w.who[name].Sight(), aid.Store
			r := &reading{t: t, got: map[string]int{}}
			x, err := st.Activity(ctx, s, id)
			r.add("Activity", one(err), err, x)
			xs, err := st.ActivitiesByID(ctx, s, []assistance.ActivityID{id})
			r.add("ActivitiesByID", len(xs), err, xs)
			xs, err = st.ActivitiesByIATI(ctx, s, draft.IATIIdentifier)
			r.add("ActivitiesByIATI", len(xs), err, xs)
			for q, f := range map[string]assistance.ActivityFilter{"all": {}, "words": {Words: "CANARY"}, "recipient": {Recipient: "QM"}, "party": {Party: "QM"}, "source": {Source: assistance.FromParty},
				"provision": {Provisions: draft.Provisions}, "form": {Forms: draft.Forms}, "organisation": {Organisation: "QM-GOV-canary"}, "phase": {Phase: assistance.UnderWay}, "identifier": {IATIIdentifier: draft.IATIIdentifier}} {
				xs, total, err := st.FindActivities(ctx, s, f)
				r.add("FindActivities by "+q, len(xs), err, xs)
				r.add("the total by "+q, total, err)
			}
			os, total, err := st.Organisations(ctx, s, 10, 0)
			named := 0
			for _, o := range os {
				if o.Ref == "QM-GOV-canary" {
					named++
				}
			}
			r.add("Organisations", named, err, os)
			r.add("the total of organisations", min(total, 1), err)
			for _, c := range []assistance.Columns{assistance.ByTheme, assistance.ByForm, assistance.ByArticle} {
				m, err := aid.Board.Matrix(ctx, s, assistance.Filter{Columns: c})
				r.add(fmt.Sprintf("the rows of the matrix by %s", c), len(m.Rows), err, m)
				r.add(fmt.Sprintf("the matrix by %s", c), m.Total.UnderWay, err)
				r.add(fmt.Sprintf("what nobody asked for by %s", c), m.Total.Unasked, err)
				r.add(fmt.Sprintf("the providers by %s", c), m.Total.Providers, err)
			}
			d, err := aid.Board.Detail(ctx, s, assistance.Filter{Parties: []party.ID{"QM"}})
			r.add("the cells of the State", len(d), err, d)
			when := fmt.Sprintf("%s asks for an activity of class %s", name, c)
			if reaches(name, c) {
				r.holds(when, 1)
			} else {
				r.holds(when, 0, "canary")
				if _, err := st.Statements(ctx, s, id); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: Statements: %v", when, err)
				}
				if _, err := st.Original(ctx, s, id); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: Original: %v", when, err)
				}
				if _, err := aid.State(ctx, w.as(name), id, assistance.Says, lang.T("en", "?")); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: State: %v", when, err)
				}
				if err := aid.Map(ctx, w.as(name), id, "uncac/art_15", "", assistance.Confirmed); !fault.Is(err, fault.NotFound) {
					t.Errorf("%s: Map: %v", when, err)
				}
			}
		}
		if c != publication.Public {
			NothingPublic(t, db, "canary")
		}
	}
}

func statementRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	id, err := aid.RecordActivity(ctx, w.as("provider"), deed("Drafting", "QM"))
	w.ok(err)
	_, err = aid.State(ctx, w.as("other focal"), id, assistance.Disputes, lang.T("en", "Not theirs to say."))
	w.fails(err, fault.Denied)
	_, err = aid.State(ctx, w.as("focal"), id, assistance.Says, lang.T("en", "The provider's word."))
	w.fails(err, fault.Invalid)
	once := w.as("contact point")
	made, err := aid.State(ctx, once, id, assistance.Disputes, lang.T("en", "canary"))
	w.ok(err)
	again, err := aid.State(ctx, once, id, assistance.Disputes, lang.T("en", "canary"))
	w.ok(err)
	if n := count(t, db, `SELECT COUNT(*) FROM statement`); again != made || n != 1 {
		t.Fatalf("a repeated statement made %d rows: %s and %s", n, made, again)
	}
	_, err = aid.State(ctx, w.as("provider"), id, assistance.Says, lang.T("en", "It took place."))
	w.ok(err)
	sees := func(published bool) {
		t.Helper()
		for name, who := range w.who {
			got, err := aid.Store.Statements(ctx, who.Sight(), id)
			w.ok(err)
			want := 1
			if published || who.Party == "QM" && name != "contributor" {
				want = 2
			}
			if len(got) != want {
				t.Errorf("%s reads %d statements, want %d", name, len(got), want)
			}
			for _, x := range got {
				if name == "public" && (x.By != "" || x.ByName != "") {
					t.Errorf("the public reads who typed: %+v", x)
				}
			}
		}
	}
	sees(false)
	NothingPublic(t, db, "canary")
	w.fails(aid.PublishStatement(ctx, w.as("focal"), id, made), fault.Denied)
	w.fails(aid.PublishStatement(ctx, w.as("officer"), id, made), fault.NotFound)
	w.fails(aid.PublishStatement(ctx, w.as("other approver"), id, made), fault.NotFound)
	w.ok(aid.PublishStatement(ctx, w.as("approver"), id, made))
	sees(true)
	// Where the State stands is told as far as the statement is seen; what it adds later takes nothing back.
	stands := func(who string, kind assistance.StatementKind, earlier bool) {
		t.Helper()
		got, err := aid.Store.Positions(ctx, w.as(who).Sight(), []assistance.ActivityID{id})
		w.ok(err)
		if kind == "" && len(got[id]) != 0 || kind != "" && (len(got[id]) != 1 || got[id][0].Kind != kind || got[id][0].Party != "QM" || got[id][0].Earlier != earlier) {
			t.Errorf("%s reads %+v, want %s", who, got, kind)
		}
	}
	waits := func(n int, f assistance.ActivityFilter) {
		t.Helper()
		_, total, err := aid.Store.FindActivities(ctx, w.as("contact point").Sight(), f)
		w.ok(err)
		if total != n {
			t.Errorf("%d records for %+v, want %d", total, f, n)
		}
	}
	stands("public", assistance.Disputes, false)
	waits(0, assistance.ActivityFilter{AwaitsWord: "QM"})
	waits(0, assistance.ActivityFilter{AwaitsPublication: "QM"})
	_, err = aid.State(ctx, w.as("contact point"), id, assistance.Confirms, nil)
	w.ok(err)
	waits(1, assistance.ActivityFilter{AwaitsPublication: "QM"})
	stands("public", assistance.Disputes, false)
	stands("other focal", assistance.Disputes, false)
	stands("focal", assistance.Confirms, false)
	w.ok(aid.EditActivity(ctx, w.as("provider"), id, 1, deed("Drafting, changed", "QM")))
	stands("focal", assistance.Confirms, true)
	waits(1, assistance.ActivityFilter{AwaitsWord: "QM"})
	own, err := aid.State(ctx, w.as("approver"), id, assistance.Adds, lang.T("en", "Alone."))
	stands("focal", assistance.Confirms, true)
	waits(0, assistance.ActivityFilter{AwaitsWord: "QM"})
	w.ok(err)
	w.fails(aid.PublishStatement(ctx, w.as("approver"), id, own), fault.Denied) // two people
}

func linkRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	aid := w.aid()
	n, err := aid.DraftNeed(ctx, w.as("focal"), "QM", wish("Of the State alone."), assistance.Origin{})
	w.ok(err)
	given, err := aid.RecordActivity(ctx, w.as("provider"), deed("Drafting", "QM"))
	w.ok(err)
	own, err := aid.RecordActivity(ctx, w.as("focal"), deed("Of the State alone", "QM"))
	w.ok(err)
	link := func(name string, a assistance.ActivityID) (assistance.LinkID, error) {
		w.pass()
		return aid.Link(ctx, w.as(name), n.ID, a, lang.T("en", "canary"))
	}
	sees := func(when string, want func(name string) int) {
		t.Helper()
		for name, who := range w.who {
			byNeed, err := aid.Store.Links(ctx, who.Sight(), assistance.LinkFilter{Needs: []assistance.NeedID{n.ID}})
			w.ok(err)
			byActivity, err := aid.Store.Links(ctx, who.Sight(), assistance.LinkFilter{Activities: []assistance.ActivityID{given, own}})
			w.ok(err)
			if len(byNeed) != want(name) || len(byActivity) != want(name) {
				t.Errorf("%s: %s sees %d links of the need and %d of the activities, want %d", when, name, len(byNeed), len(byActivity), want(name))
			}
		}
	}
	inside := func(n, others int) func(string) int {
		return func(name string) int {
			if reaches(name, publication.Own) {
				return n
			}
			return others
		}
	}
	for name, k := range map[string]fault.Kind{"provider": fault.NotFound, "officer": fault.NotFound, "other focal": fault.NotFound, "contributor": fault.NotFound, "public": fault.NotFound} {
		_, err := link(name, given)
		w.fails(err, k)
	}
	first, err := link("focal", given)
	w.ok(err)
	sees("the need is its State's own", inside(1, 0))
	NothingPublic(t, db, "canary")
	w.ok(aid.PublishNeed(ctx, w.as("approver"), n.ID, n.Rev, publication.Public))
	sees("the need is public", inside(1, 1))
	again, err := link("provider", given)
	w.ok(err)
	if again != first {
		t.Errorf("a link that stands was made again: %s and %s", first, again)
	}
	_, err = link("other focal", given)
	w.fails(err, fault.NotFound)
	_, err = link("auditor", given)
	w.fails(err, fault.NotFound)
	w.fails(aid.Unlink(ctx, w.as("provider"), n.ID, first), fault.Denied) // the State made it
	w.fails(aid.Unlink(ctx, w.as("other focal"), n.ID, first), fault.NotFound)
	undo := w.as("focal")
	w.ok(aid.Unlink(ctx, undo, n.ID, first))
	w.ok(aid.Unlink(ctx, undo, n.ID, first)) // the same request
	w.fails(aid.Unlink(ctx, w.as("focal"), n.ID, first), fault.NotFound)
	sees("the link was taken back", inside(0, 0))
	if k := count(t, db, `SELECT COUNT(*) FROM need_link WHERE undone_at > 0`); k != 1 {
		t.Fatalf("%d undone links on record", k)
	}

	// The State links its public need to an activity that it keeps to itself: nobody else learns that the need is served.
	_, err = link("provider", own)
	w.fails(err, fault.NotFound)
	_, err = link("focal", own)
	w.ok(err)
	sees("the activity is its State's own", inside(1, 0))
	for name, who := range w.who {
		m, err := aid.Board.Matrix(ctx, who.Sight(), assistance.Filter{Columns: assistance.ByArticle})
		w.ok(err)
		want := assistance.Cell{Unmet: 1}
		if reaches(name, publication.Own) {
			want = assistance.Cell{BeingMet: 1}
		}
		if m.Total.Unmet != want.Unmet || m.Total.BeingMet != want.BeingMet {
			t.Errorf("%s reads the need as %+v, want %+v", name, m.Total, want)
		}
	}
	NothingPublic(t, db, "canary")
	byProvider, err := link("provider", given)
	w.ok(err)
	w.ok(aid.Unlink(ctx, w.as("provider"), n.ID, byProvider))
	byProvider, err = link("provider", given)
	w.ok(err)
	w.ok(aid.Unlink(ctx, w.as("contact point"), n.ID, byProvider)) // the State may undo any link of its need
	_, err = aid.Store.Need(ctx, identity.Sight{}, n.ID)
	w.ok(err)
}
