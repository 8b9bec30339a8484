package storetest

import (
	"fmt"
	"strings"
	"testing"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/store"
	"merida/suggest"
	"merida/thesaurus"
)

func init() {
	cases = append(cases,
		testCase{"a suggestion is nobody's statement until a person accepts it", suggestionLife},
		testCase{"who may do what with mappings", mappingRights},
		testCase{"suggestions are computed when the editor is first opened, and learn from what is public", suggestionsComputed},
		testCase{"laws wait for mapping until every section was looked at", waitingForMapping},
	)
}

func key(eid, provision string) library.MappingKey {
	return library.MappingKey{EID: eid, Provision: convention.ID(provision)}
}

// offer writes suggestions as the program would have computed them.
func (w *world) offer(id library.ID, strength suggest.Strength, keys ...library.MappingKey) {
	w.t.Helper()
	var ss []library.Suggestion
	for i, k := range keys {
		ss = append(ss, library.Suggestion{Measure: id, EID: k.EID, Provision: k.Provision, State: library.Open, Strength: strength, Score: 0.9 - float64(i)/100,
			Reasons: []suggest.Reason{{Kind: suggest.ByConcept, Concept: "procurement", Term: "canary tender", Count: 2}}, At: w.now})
	}
	w.ok(w.lib.Store.Propose(w.t.Context(), id, 1, 2, w.now, ss))
}

// rows reads what stands in the store, whoever may see it.
func (w *world) rows(query string, id library.ID) string {
	w.t.Helper()
	var out []string
	w.ok(w.db.Read(w.t.Context(), func(tx store.Tx) (err error) {
		out, err = store.All(w.t.Context(), tx, func(r store.Scanner) (s string, err error) {
			var eid, p, state, more string
			err = r.Scan(&eid, &p, &state, &more)
			return strings.TrimSpace(fmt.Sprintf("%s>%s %s %s", eid, strings.TrimPrefix(p, "uncac/"), state, more)), err
		}, query, string(id))
		return err
	}))
	return strings.Join(out, ", ")
}

func (w *world) mappings(id library.ID) string {
	w.t.Helper()
	return w.rows(`SELECT eid, provision, status, validated_by FROM mapping WHERE measure = $1 ORDER BY eid, provision`, id)
}

func (w *world) suggestions(id library.ID) string {
	w.t.Helper()
	return w.rows(`SELECT eid, provision, state, strength FROM suggestion WHERE measure = $1 ORDER BY eid, provision`, id)
}

func (w *world) is(what, got, want string) {
	w.t.Helper()
	if strings.TrimSpace(got) != want {
		w.t.Fatalf("%s: %q, want %q", what, got, want)
	}
}

func suggestionLife(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	id := w.editorial("qm-law", "QM", "Tenders are open.", library.Life{})
	eid := "art_1"
	a, b := key(eid, "uncac/art_9/para_1"), key(eid, "uncac/art_15")
	w.offer(id, suggest.Strong, a, b)

	// Neither the public nor the index nor a citation list knows of it.
	NothingPublic(t, db, "canary")
	if ms, err := w.lib.Store.Mapped(ctx, identity.Sight{}, []convention.ID{a.Provision, b.Provision}); err != nil || len(ms) != 0 {
		t.Fatalf("a suggestion is public: %v %v", ms, err)
	}
	w.is("no mapping yet", w.mappings(id), "")
	before, err := store.LastChange(ctx, db)
	w.ok(err)

	// Accepted, it is editorial with its reasons, and the index hears of it; twice does no more.
	w.pass()
	done, err := w.lib.Accept(ctx, w.as("officer"), id, []library.MappingKey{a, key("art_99", "uncac/art_9/para_1")})
	w.ok(err)
	if len(done) != 1 || done[0] != a {
		t.Fatalf("accepted %v", done)
	}
	again, err := w.lib.Accept(ctx, w.as("officer"), id, []library.MappingKey{a})
	w.ok(err)
	if len(again) != 0 {
		t.Fatalf("accepted twice: %v", again)
	}
	w.is("accepted", w.mappings(id), "art_1>art_9/para_1 editorial")
	if after, err := store.LastChange(ctx, db); err != nil || after <= before {
		t.Fatalf("the index was not told: %d %d %v", before, after, err)
	}
	ms, err := w.lib.Store.Mappings(ctx, w.who["officer"].Sight(), id)
	w.ok(err)
	if len(ms[0].Reasons) != 1 || ms[0].Reasons[0].Term != "canary tender" || ms[0].By != w.who["officer"].Account {
		t.Fatalf("%+v", ms[0])
	}
	NothingPublic(t, db, "canary") // the reasons stay with those who map

	// Undone, it is offered again as it was; refused, it is not, even when the program proposes it anew.
	w.ok(w.lib.Remove(ctx, w.as("officer"), id, []library.MappingKey{a}, true))
	w.is("undone", w.mappings(id), "")
	w.is("offered again", w.suggestions(id), "art_1>art_15 open strong, art_1>art_9/para_1 open strong")
	w.ok(w.lib.Refuse(ctx, w.as("officer"), id, b))
	w.offer(id, suggest.Likely, a, b)
	w.is("refused for good", w.suggestions(id), "art_1>art_15 refused strong, art_1>art_9/para_1 open likely")
	none, err := w.lib.Accept(ctx, w.as("officer"), id, []library.MappingKey{b})
	w.ok(err)
	if len(none) != 0 {
		t.Fatal("a refused suggestion was accepted with others")
	}
	w.ok(w.lib.Remove(ctx, w.as("officer"), id, []library.MappingKey{b}, true))
	w.is("opened again", w.suggestions(id), "art_1>art_15 open strong, art_1>art_9/para_1 open likely")

	// What a person maps by hand and takes away again is not offered either.
	w.ok(w.lib.Map(ctx, w.as("officer"), library.Mapping{Measure: id, EID: eid, Provision: "uncac/art_9/para_2", Note: lang.T("en", "accounts")}))
	w.ok(w.lib.Remove(ctx, w.as("officer"), id, []library.MappingKey{key(eid, "uncac/art_9/para_2")}, false))
	w.offer(id, suggest.Strong, b, key(eid, "uncac/art_9/para_2"))
	w.is("taken away", w.suggestions(id), "art_1>art_15 open strong, art_1>art_9/para_2 refused")
	w.fails(w.lib.Remove(ctx, w.as("officer"), id, []library.MappingKey{key(eid, "uncac/art_20")}, false), fault.NotFound)

	// The State holds a suggestion to be right: a validated mapping, which nobody else touches.
	w.ok(w.lib.ValidateMapping(ctx, w.as("approver"), id, b, true))
	w.is("validated", w.mappings(id), "art_1>art_15 validated QM")
	w.fails(w.lib.Remove(ctx, w.as("officer"), id, []library.MappingKey{b}, false), fault.Conflict)
	w.fails(w.lib.Map(ctx, w.as("officer"), library.Mapping{Measure: id, EID: eid, Provision: b.Provision}), fault.Conflict)
	w.fails(w.lib.Store.ChangeMappings(ctx, library.MappingChange{Measure: id, Remove: []library.MappingKey{b}}, audit.Trace{}), fault.Conflict)
	public, err := w.lib.Store.Mappings(ctx, identity.Sight{}, id)
	w.ok(err)
	if len(public) != 1 || public[0].ValidatedBy != "QM" || !public[0].ValidatedAt.Equal(w.now) || public[0].By != "" || public[0].Reasons != nil {
		t.Fatalf("the public reads %+v", public)
	}
	w.ok(w.lib.ValidateMapping(ctx, w.as("approver"), id, b, false))
	w.is("taken back", w.mappings(id), "art_1>art_15 editorial")
	w.fails(w.lib.ValidateMapping(ctx, w.as("approver"), id, key(eid, "uncac/art_44"), true), fault.NotFound)

	// Each act left its entry: accepted, undone, refused, opened, mapped, taken away, validated, taken back.
	entries := count(t, db, `SELECT COUNT(*) FROM audit_entry WHERE kind = 'mapping'`)
	if entries != 8 {
		t.Errorf("%d entries tell of eight acts", entries)
	}
}

// mappingRights holds every act on mappings to who may do it: on an editorial law about QM, and on QM's own law.
func mappingRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	editorial := w.editorial("qm-law", "QM", "Tenders are open.", library.Life{})
	own := w.law("focal", "Own Act (demonstration)")
	k := key("art_1", "uncac/art_9/para_1")
	acts := []struct {
		name string
		do   func(actor identity.Actor, id library.ID) error
	}{
		{"work", func(a identity.Actor, id library.ID) error { _, _, err := w.lib.Work(ctx, a, id); return err }},
		{"map", func(a identity.Actor, id library.ID) error {
			return w.lib.Map(ctx, a, library.Mapping{Measure: id, EID: "art_1", Provision: "uncac/art_9/para_1"})
		}},
		{"accept", func(a identity.Actor, id library.ID) error {
			_, err := w.lib.Accept(ctx, a, id, []library.MappingKey{k})
			return err
		}},
		{"refuse", func(a identity.Actor, id library.ID) error { return w.lib.Refuse(ctx, a, id, k) }},
		{"remove", func(a identity.Actor, id library.ID) error {
			return w.lib.Remove(ctx, a, id, []library.MappingKey{key("art_1", "uncac/art_15")}, true)
		}},
		{"validate", func(a identity.Actor, id library.ID) error {
			return w.lib.ValidateMapping(ctx, a, id, key("art_1", "uncac/art_15"), true)
		}},
		{"looked at", func(a identity.Actor, id library.ID) error {
			return w.lib.LookedAt(ctx, a, id, []string{"art_1"}, true)
		}},
		{"propose again", func(a identity.Actor, id library.ID) error { return w.lib.ProposeAgain(ctx, a, id) }},
	}
	// In the order of acts: . allowed, d denied, n not found, u not signed in.
	for name, want := range map[string][2]string{
		"officer":        {".....n..", "nnnnnnnn"},
		"focal":          {"dddddddd", ".....d.."},
		"approver":       {".dddd.dd", "........"},
		"contributor":    {"dddddddd", ".....d.."},
		"contact point":  {"dddddddd", "dddddddd"},
		"other focal":    {"dddddndd", "nnnnnnnn"},
		"other approver": {"dddddndd", "nnnnnnnn"},
		"reviewer":       {"..dddndd", "nnnnnnnn"},
		"auditor":        {"dddddndd", "nnnnnnnn"},
		"administrator":  {"dddddndd", "nnnnnnnn"},
		"provider":       {"..dddndd", "nnnnnnnn"},
		"public":         {"uuuuuuuu", "nnnnnnnn"},
	} {
		for i, id := range []library.ID{editorial, own} {
			for j, act := range acts {
				w.pass()
				w.ok(db.Write(ctx, func(tx store.Tx) error {
					for _, table := range []string{"mapping", "suggestion"} {
						if _, err := tx.Exec(ctx, `DELETE FROM `+table+` WHERE measure = $1`, string(id)); err != nil {
							return err
						}
					}
					return nil
				}))
				w.ok(w.lib.Store.ChangeMappings(ctx, library.MappingChange{Measure: id, Map: []library.Mapping{{ID: fmt.Sprint(name, i, j), Measure: id, EID: "art_1", Provision: "uncac/art_15", Status: library.Editorial, At: w.now}}, At: w.now}, audit.Trace{}))
				w.offer(id, suggest.Strong, k)
				got := "."
				switch err := act.do(w.as(name), id); {
				case fault.Is(err, fault.Denied):
					got = "d"
				case fault.Is(err, fault.NotFound):
					got = "n"
				case fault.Is(err, fault.Unauthenticated):
					got = "u"
				case err != nil:
					got = err.Error()
				}
				if got != want[i][j:j+1] {
					t.Errorf("%s, %s on the %s law: %s, want %s", name, act.name, []string{"editorial", "own"}[i], got, want[i][j:j+1])
				}
				changed := w.mappings(id) != "art_1>art_15 editorial" || w.suggestions(id) != "art_1>art_9/para_1 open strong"
				if got != "." && changed {
					t.Errorf("%s, %s: refused and yet done: %q %q", name, act.name, w.mappings(id), w.suggestions(id))
				}
			}
		}
	}
}

func (w *world) suggester() {
	w.t.Helper()
	th, err := thesaurus.Load()
	w.ok(err)
	c, err := convention.Load()
	w.ok(err)
	w.lib.Suggester = &library.Suggester{Reference: suggest.NewReference(th, c), Store: w.lib.Store}
}

func suggestionsComputed(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	w.suggester()
	ctx := t.Context()
	text := "Frumious bandersnatch jubjub slithy toves gyre."
	// A party's own law is mapped; its words must not come out by way of suggestions for others.
	own := w.law("focal", "Own Act (demonstration)")
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE section SET body = $1 WHERE measure = $2`, text, string(own))
		return err
	}))
	w.ok(w.lib.Map(ctx, w.as("focal"), library.Mapping{Measure: own, EID: "art_1", Provision: "uncac/art_39"}))
	first := w.editorial("qn-1", "QN", text, library.Life{})
	_, work, err := w.lib.Work(ctx, w.as("officer"), first)
	w.ok(err)
	if work.Version != 1 || work.Units != 1 {
		t.Fatalf("%+v", work)
	}
	for _, s := range work.Suggestions {
		if strings.HasPrefix(string(s.Provision), "uncac/art_39") {
			t.Fatalf("learnt from what a State keeps to itself: %+v", s)
		}
	}
	// What is mapped in public is learnt, for other laws.
	w.ok(w.lib.Map(ctx, w.as("officer"), library.Mapping{Measure: first, EID: "art_1", Provision: "uncac/art_39"}))
	second := w.editorial("qp-1", "QP", text, library.Life{})
	w.now = w.now.Add(2 * 60 * 1e9)
	_, work, err = w.lib.Work(ctx, w.as("officer"), second)
	w.ok(err)
	open := work.Open("art_1")
	if len(open) == 0 || open[0].Provision != "uncac/art_39" || open[0].By != "" || open[0].Score <= 0 {
		t.Fatalf("%+v", open)
	}
	if r := open[0].Reasons[0]; r.Kind != suggest.BySimilar || r.Law != string(first) || r.EID != "art_1" {
		t.Fatalf("%+v", open[0].Reasons)
	}
	// Opened again, nothing is computed; asked for, it is.
	at := work.ProposedAt
	w.pass()
	_, work, err = w.lib.Work(ctx, w.as("officer"), second)
	w.ok(err)
	if !work.ProposedAt.Equal(at) {
		t.Error("computed twice for the same text")
	}
	w.ok(w.lib.ProposeAgain(ctx, w.as("officer"), second))
	_, work, err = w.lib.Work(ctx, w.as("officer"), second)
	w.ok(err)
	if !work.ProposedAt.Equal(w.now) {
		t.Errorf("proposed at %v, now is %v", work.ProposedAt, w.now)
	}
}

func waitingForMapping(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	a := w.editorial("qm-1", "QM", "Tenders are open.", library.Life{})
	b := w.editorial("qn-1", "QN", "Tenders are open.", library.Life{})
	w.law("focal", "Own Act (demonstration)") // its party's own: not the officer's to see
	list := func(f library.WaitingFilter) string {
		t.Helper()
		ws, total, err := w.lib.WaitingForMapping(ctx, w.as("officer"), f)
		w.ok(err)
		var out []string
		for _, x := range ws {
			out = append(out, fmt.Sprintf("%s %v %d/%d mapped %d open %d strong %d", x.Measure.SourceID, x.Proposed, x.Seen, x.Sections, x.Mapped, x.Open, x.Strong))
		}
		return fmt.Sprintf("%d: %s", total, strings.Join(out, ", "))
	}
	w.is("nobody read them", list(library.WaitingFilter{}), "2: qm-1 false 0/0 mapped 0 open 0 strong 0, qn-1 false 0/0 mapped 0 open 0 strong 0")
	w.ok(w.lib.Store.Propose(ctx, a, 1, 1, w.now, []library.Suggestion{{Measure: a, EID: "art_1", Provision: "uncac/art_9/para_1", State: library.Open, Strength: suggest.Strong, Score: 0.9, At: w.now}}))
	w.is("one is proposed for", list(library.WaitingFilter{}), "2: qm-1 true 0/1 mapped 0 open 1 strong 1, qn-1 false 0/0 mapped 0 open 0 strong 0")
	w.is("of one State", list(library.WaitingFilter{Country: "QN"}), "1: qn-1 false 0/0 mapped 0 open 0 strong 0")
	_, err := w.lib.Accept(ctx, w.as("officer"), a, []library.MappingKey{key("art_1", "uncac/art_9/para_1")})
	w.ok(err)
	w.ok(w.lib.Store.Propose(ctx, b, 1, 1, w.now, nil))
	w.ok(w.lib.LookedAt(ctx, w.as("officer"), b, []string{"art_1", "art_99"}, true))
	w.is("all looked at", list(library.WaitingFilter{}), "0:")
	w.is("all the same", list(library.WaitingFilter{All: true, Limit: 1, Offset: 1}), "2: qn-1 true 1/1 mapped 0 open 0 strong 0")
	w.ok(w.lib.LookedAt(ctx, w.as("officer"), b, []string{"art_1"}, false))
	w.is("not looked at after all", list(library.WaitingFilter{}), "1: qn-1 true 0/1 mapped 0 open 0 strong 0")
	w.fails(w.lib.LookedAt(ctx, w.as("officer"), b, []string{"nowhere"}, true), fault.NotFound)
	for _, name := range []string{"focal", "approver", "reviewer", "provider", "auditor", "administrator"} {
		_, _, err := w.lib.WaitingForMapping(ctx, w.as(name), library.WaitingFilter{})
		w.fails(err, fault.Denied)
	}
	_, _, err = w.lib.WaitingForMapping(ctx, identity.Actor{}, library.WaitingFilter{})
	w.fails(err, fault.Unauthenticated)
}
