package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/publication"
	"merida/store"
)

func init() {
	cases = append(cases,
		testCase{"an answer walks from draft to publication", answerWalk},
		testCase{"a stale save is merged or kept beside", staleSave},
		testCase{"a contribution is kept apart until it is accepted", contribution},
		testCase{"a State is granted a later date and no other is", extension},
		testCase{"two hundred savers lose nothing", savers},
		testCase{"rights on answers hold in every read", answerRights},
		testCase{"a cited law follows the submission", submittedCitation},
		testCase{"a new citation leads to what its writer sees", foundedCitation},
		testCase{"a measure is taken in once and revised when it changes", intake},
	)
}

// world is one round with parties QM and QN and a person for each role.
type world struct {
	t     *testing.T
	db    store.DB
	now   time.Time
	ids   identity.Service
	ass   assessment.Service
	lib   library.Service
	round assessment.RoundID
	who   map[string]identity.Actor
}

var questions = []assessment.Question{
	{ID: "9-1", Provision: "uncac/art_9/para_1"}, {ID: "9-2", Provision: "uncac/art_9/para_2"}, {ID: "15-a", Provision: "uncac/art_15/para_1/point_a"},
}

func newWorld(t *testing.T, db store.DB) *world {
	w := &world{t: t, db: db, now: time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC), who: map[string]identity.Actor{}}
	tick := clock.Func(func() time.Time { return w.now })
	w.ids = identity.Service{Store: store.Identity{DB: db}, Now: tick}
	w.ass = assessment.Service{Store: store.Assessments{DB: db}, Now: tick}
	w.lib = library.Service{Store: store.Library{DB: db}, Now: tick, Known: func(p convention.ID) bool { return strings.HasPrefix(string(p), "uncac/") }}
	for name, a := range map[string]identity.Account{
		"officer":        {Role: identity.Officer},
		"focal":          {Role: identity.FocalPoint, Party: "QM"},
		"approver":       {Role: identity.Approver, Party: "QM"},
		"contributor":    {Role: identity.Contributor, Party: "QM", Agency: "Procurement Authority"},
		"contact point":  {Role: identity.ContactPoint, Party: "QM"},
		"other focal":    {Role: identity.FocalPoint, Party: "QN"},
		"other approver": {Role: identity.Approver, Party: "QN"},
		"reviewer":       {Role: identity.Reviewer, Party: "QN"},
		"auditor":        {Role: identity.Auditor},
		"administrator":  {Role: identity.Administrator},
		"provider":       {Role: identity.Provider, Organisation: "XM-DEMO-1"},
	} {
		a.Name = name
		a, err := w.ids.Add(t.Context(), identity.OperatorActor(), a)
		if err != nil {
			t.Fatal(err)
		}
		w.who[name] = a.Actor()
	}
	w.who["public"] = identity.Actor{}
	var err error
	w.round, err = w.ass.OpenRound(t.Context(), w.who["officer"], "self-assessment-1", lang.T("en", "First round"), assessment.Due("2027-03-31"), questions, []party.ID{"QM", "QN"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) pass() { w.now = w.now.Add(time.Minute) }

// as gives the actor with a fresh idempotency key.
func (w *world) as(name string) identity.Actor {
	a, ok := w.who[name]
	if !ok {
		w.t.Fatalf("nobody is called %q", name)
	}
	a.Request = identity.Request{ID: "r", Key: id.New(w.now), Hash: "h"}
	return a
}

func (w *world) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fails(err error, k fault.Kind) {
	w.t.Helper()
	if !fault.Is(err, k) {
		w.t.Fatalf("got %v, want %v", err, k)
	}
}

func (w *world) whole(name string, p party.ID) assessment.Whole {
	w.t.Helper()
	rows, err := w.ass.Store.Find(w.t.Context(), assessment.Filter{Round: w.round, Party: p})
	w.ok(err)
	if len(rows) != 1 {
		w.t.Fatalf("%d assessments of %s", len(rows), p)
	}
	out, err := w.ass.Store.Whole(w.t.Context(), w.who[name].Sight(), rows[0].ID)
	w.ok(err)
	return out
}

// full is an answer that nothing blocks.
func full(m library.ID) assessment.Content {
	return assessment.Content{Lang: "en", Implementation: assessment.InPart, Citations: []library.Citation{{Measure: m, Version: 1, EID: "art_1"}},
		Practice: "Three audits.", Missing: "No appeal body.", Wanted: []assessment.Wanted{{Form: "legislative-drafting", What: "a draft law"}}}
}

func (w *world) law(name, title string) library.ID {
	w.t.Helper()
	m, err := w.lib.Add(w.t.Context(), w.as(name), library.Whole{Measure: library.Measure{Lang: "en", Titles: lang.T("en", title)},
		Version: library.Version{Format: "typed"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Heading: "Open tenders", Text: "Tenders are open."}}})
	w.ok(err)
	return m
}

func answerWalk(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qm := w.whole("focal", "QM")
	law := w.law("focal", "Procurement Act (demonstration)")
	if _, err := w.lib.Store.Measure(ctx, identity.Sight{}, law); !fault.Is(err, fault.NotFound) {
		t.Fatalf("the public sees a measure that the State has not published: %v", err)
	}
	w.fails(w.ass.Propose(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev), fault.Invalid)
	for _, a := range qm.Answers {
		w.pass()
		saved, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, full(law))
		w.ok(err)
		if saved.Version != 1 {
			t.Fatalf("first save is version %d", saved.Version)
		}
	}
	w.fails(w.ass.Submit(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev), fault.Denied)
	w.fails(w.ass.Submit(ctx, w.as("other approver"), qm.Assessment.ID, qm.Assessment.Rev), fault.NotFound)
	w.ok(w.ass.Propose(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev))
	w.fails(w.ass.Submit(ctx, w.as("approver"), qm.Assessment.ID, qm.Assessment.Rev), fault.Conflict)
	qm = w.whole("approver", "QM")
	w.ok(w.ass.Submit(ctx, w.as("approver"), qm.Assessment.ID, qm.Assessment.Rev))

	first := qm.Answers[0].ID
	d, err := w.ass.Store.Detail(ctx, w.who["officer"].Sight(), first)
	w.ok(err)
	if d.Current.Content.Practice != "Three audits." || d.Answer.State != assessment.Frozen || len(d.Assessment.Receipt) != 64 {
		t.Fatalf("the officer reads %+v", d)
	}
	_, err = w.ass.Save(ctx, w.as("focal"), first, 1, assessment.Content{Lang: "en"})
	w.fails(err, fault.Denied)

	w.fails(w.ass.Return(ctx, w.as("officer"), qm.Assessment.ID, first, " "), fault.Invalid)
	w.fails(w.ass.Return(ctx, w.as("focal"), qm.Assessment.ID, first, "no"), fault.Denied)
	w.ok(w.ass.Return(ctx, w.as("officer"), qm.Assessment.ID, first, "Which section?"))
	_, err = w.ass.Save(ctx, w.as("focal"), qm.Answers[1].ID, 1, assessment.Content{Lang: "en"})
	w.fails(err, fault.Denied) // only the returned answer is open again
	c := full(law)
	c.Practice = "Three audits, one appeal."
	_, err = w.ass.Save(ctx, w.as("focal"), first, 1, c)
	w.ok(err)
	d, err = w.ass.Store.Detail(ctx, w.who["officer"].Sight(), first)
	w.ok(err)
	if d.Current.Content.Practice != "Three audits." {
		t.Fatal("the officer reads a draft that was not submitted")
	}
	qm = w.whole("focal", "QM")
	w.ok(w.ass.Propose(ctx, w.as("focal"), qm.Assessment.ID, qm.Assessment.Rev))
	qm = w.whole("approver", "QM")
	w.ok(w.ass.Submit(ctx, w.as("approver"), qm.Assessment.ID, qm.Assessment.Rev))

	all := assessment.Parts
	w.fails(w.ass.Publish(ctx, w.as("focal"), first, 2, all), fault.Denied)
	w.fails(w.ass.Publish(ctx, w.as("officer"), first, 2, all), fault.NotFound)
	w.fails(w.ass.Publish(ctx, w.as("approver"), first, 1, all), fault.Conflict)
	w.fails(w.ass.Publish(ctx, w.as("approver"), first, 2, nil), fault.Invalid)
	w.pass()
	w.ok(w.ass.Publish(ctx, w.as("approver"), first, 2, []assessment.Part{assessment.PartCitations, assessment.PartImplementation}))

	pub, err := w.ass.Store.Published(ctx, assessment.PublicFilter{Provisions: []convention.ID{"uncac/art_9", "uncac/art_9/para_1"}})
	w.ok(err)
	if len(pub) != 1 || pub[0].Content.Practice != "" || pub[0].Content.Implementation != assessment.InPart || pub[0].Hash != pub[0].Content.Hash() {
		t.Fatalf("published: %+v", pub)
	}
	m, err := w.lib.Store.Whole(ctx, identity.Sight{}, law, 0)
	w.ok(err)
	if len(m.Mappings) != 1 || m.Mappings[0].Status != library.Validated || m.Mappings[0].Provision != "uncac/art_9/para_1" || m.Measure.ValidatedAt.IsZero() {
		t.Fatalf("the cited measure: %+v %+v", m.Measure, m.Mappings)
	}
	cited, err := w.ass.Store.CitedBy(ctx, string(law))
	w.ok(err)
	if len(cited) != 1 || cited[0].Answer != first {
		t.Fatalf("cited by %+v", cited)
	}
	w.fails(w.ass.Withdraw(ctx, w.as("approver"), first, ""), fault.Invalid)
	w.ok(w.ass.Withdraw(ctx, w.as("approver"), first, "A section was renumbered."))
	if pub, _ = w.ass.Store.Published(ctx, assessment.PublicFilter{Party: "QM"}); len(pub) != 0 {
		t.Fatal("withdrawn and still public")
	}
	pub, err = w.ass.Store.Published(ctx, assessment.PublicFilter{Party: "QM", Withdrawn: true})
	w.ok(err)
	if len(pub) != 1 || !pub[0].Content.Empty() || pub[0].WithdrawnAt.IsZero() || pub[0].Reason == "" {
		t.Fatalf("the tombstone: %+v", pub)
	}
	entries, err := store.AuditEntries(ctx, db, store.AuditFilter{Kind: "answer", Object: string(first)})
	w.ok(err)
	var acts []string
	for _, e := range entries {
		acts = append(acts, e.Act)
	}
	if got := strings.Join(acts, " "); got != "publication.withdraw publication.publish answer.edit answer.return answer.edit" {
		t.Fatalf("the record of the answer reads %s", got)
	}
}

func staleSave(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	a := w.whole("focal", "QM").Answers[0].ID
	save := func(base int, c assessment.Content) (assessment.Saved, error) {
		w.pass()
		return w.ass.Save(ctx, w.as("focal"), a, base, c)
	}
	_, err := save(0, assessment.Content{Lang: "en", Practice: "one", Missing: "one"})
	w.ok(err)
	_, err = save(1, assessment.Content{Lang: "en", Practice: "two", Missing: "one"})
	w.ok(err)
	s, err := save(1, assessment.Content{Lang: "en", Practice: "one", Missing: "three"})
	w.ok(err)
	if !s.Merged || s.Version != 3 {
		t.Fatalf("a change of another part was not merged: %+v", s)
	}
	_, err = save(1, assessment.Content{Lang: "en", Practice: "four", Missing: "one"})
	var clash *assessment.Clash
	if !errors.As(err, &clash) || !fault.Is(err, fault.Conflict) {
		t.Fatalf("got %v", err)
	}
	if clash.Theirs.Content.Practice != "two" || clash.Mine.Practice != "four" {
		t.Fatalf("clash %+v", clash)
	}
	d, err := w.ass.Store.Detail(ctx, w.who["focal"].Sight(), a)
	w.ok(err)
	if len(d.Proposals) != 1 || d.Proposals[0].ID != clash.Kept || d.Proposals[0].Content.Practice != "four" {
		t.Fatal("the second text is gone")
	}
	if d.Current.Content.Practice != "two" || d.Current.Content.Missing != "three" {
		t.Fatalf("the line reads %+v", d.Current.Content)
	}
	// The same request sent three times has one effect.
	actor := w.as("focal")
	for i := range 3 {
		s, err := w.ass.Save(ctx, actor, a, 3, assessment.Content{Lang: "en", Practice: "five", Missing: "three"})
		w.ok(err)
		if s.Version != 4 {
			t.Fatalf("try %d stored version %d", i, s.Version)
		}
	}
	vs, err := w.ass.Store.Versions(ctx, w.who["focal"].Sight(), a)
	w.ok(err)
	if len(vs) != 4 || vs[0].Hash != vs[0].Content.Hash() {
		t.Fatalf("%d versions", len(vs))
	}
}

func contribution(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qm := w.whole("focal", "QM")
	a := qm.Answers[0].ID
	_, err := w.ass.Contribute(ctx, w.as("contributor"), a, 0, assessment.Content{Lang: "en", Practice: "x"})
	w.fails(err, fault.Denied) // not assigned yet
	w.ok(w.ass.Assign(ctx, w.as("focal"), qm.Assessment.ID, "uncac/art_9", w.who["contributor"].Account, "Procurement Authority", ""))
	if got := w.whole("contributor", "QM"); len(got.Answers) != 2 {
		t.Fatalf("the contributor sees %d answers, assigned are 2", len(got.Answers))
	}
	w.fails(w.ass.Offer(ctx, w.as("contributor"), a), fault.NotFound)
	s, err := w.ass.Contribute(ctx, w.as("contributor"), a, 0, assessment.Content{Lang: "en", Practice: "draft"})
	w.ok(err)
	d, _ := w.ass.Store.Detail(ctx, w.who["focal"].Sight(), a)
	if len(d.Proposals) != 0 {
		t.Fatal("the focal point reads what is still being written")
	}
	s, err = w.ass.Contribute(ctx, w.as("contributor"), a, s.Saves, assessment.Content{Lang: "en", Practice: "ready"})
	w.ok(err)
	if s.Saves != 2 {
		t.Fatalf("second save is number %d", s.Saves)
	}
	w.ok(w.ass.Offer(ctx, w.as("contributor"), a))
	d, err = w.ass.Store.Detail(ctx, w.who["focal"].Sight(), a)
	w.ok(err)
	if len(d.Proposals) != 1 || d.Answer.Version != 0 {
		t.Fatalf("%+v", d)
	}
	p := d.Proposals[0].ID
	w.fails(w.ass.Accept(ctx, w.as("other focal"), a, p, 0), fault.NotFound)
	w.ok(w.ass.HandBack(ctx, w.as("focal"), a, p, "Name the section."))
	s, err = w.ass.Contribute(ctx, w.as("contributor"), a, s.Saves, assessment.Content{Lang: "en", Practice: "section 1"})
	w.ok(err)
	w.ok(w.ass.Offer(ctx, w.as("contributor"), a))
	w.ok(w.ass.Accept(ctx, w.as("focal"), a, p, 0))
	d, err = w.ass.Store.Detail(ctx, w.who["focal"].Sight(), a)
	w.ok(err)
	if d.Answer.Version != 1 || d.Current.Content.Practice != "section 1" || d.Current.Source != assessment.Accepted || d.Current.Agency != "Procurement Authority" {
		t.Fatalf("%+v", d.Current)
	}
	w.fails(w.ass.Accept(ctx, w.as("focal"), a, p, 1), fault.NotFound)
}

func savers(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	a := w.whole("focal", "QM").Answers[0].ID
	const people, each = 20, 10 // of the same answer, each repeating until stored
	var wg sync.WaitGroup
	for p := range people {
		wg.Go(func() {
			base := 0
			for n := range each {
				for {
					actor := w.who["focal"]
					actor.Request = identity.Request{Key: id.Secret(), Hash: "h"}
					s, err := w.ass.Save(t.Context(), actor, a, base, assessment.Content{Lang: "en", Practice: fmt.Sprintf("%d/%d", p, n)})
					var clash *assessment.Clash
					if errors.As(err, &clash) {
						base = clash.Theirs.N
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					base = s.Version
					break
				}
			}
		})
	}
	wg.Wait()
	vs, err := w.ass.Store.Versions(t.Context(), w.who["focal"].Sight(), a)
	w.ok(err)
	seen := map[string]bool{}
	for i, v := range vs {
		if v.N != len(vs)-i {
			t.Fatalf("version %d stands at place %d", v.N, i)
		}
		seen[v.Content.Practice] = true
	}
	if len(seen) != people*each || len(vs) != people*each {
		t.Fatalf("%d of %d acknowledged texts in %d versions", len(seen), people*each, len(vs))
	}
}

func answerRights(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	qm := w.whole("focal", "QM")
	a := qm.Answers[0]
	_, err := w.ass.Save(ctx, w.as("focal"), a.ID, 0, assessment.Content{Lang: "en", Practice: "canary"})
	w.ok(err)
	w.ok(db.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE answer SET assignee = $1, agency = $1, due_on = '2026-01-01', reason = $1, returned_by = $1 WHERE id = $2`, "hidden hand", string(a.ID))
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE answer_version SET by_name = $1, agency = $1 WHERE answer = $2`, "hidden hand", string(a.ID))
		}
		return err
	}))
	type want struct {
		own, secretariat, reviewers, parties, public bool
	}
	for name, x := range map[string]want{
		"public": {}, "provider": {}, "auditor": {}, "administrator": {}, "contributor": {},
		"focal": {true, true, true, true, true}, "approver": {true, true, true, true, true},
		"officer": {false, true, true, true, true}, "reviewer": {false, false, true, true, true},
		"other focal": {false, false, false, true, true}, "other approver": {false, false, false, true, true},
	} {
		x.public = true
		for i, c := range publication.Ladder {
			set := func(submitted int) {
				w.ok(db.Write(ctx, func(tx store.Tx) error {
					_, err := tx.Exec(ctx, `UPDATE answer SET class = $1, class_rank = $2, submitted = $3 WHERE id = $4`, string(c), c.Rank(), submitted, string(a.ID))
					return err
				}))
			}
			set(1)
			sight := w.who[name].Sight()
			may := []bool{x.own, x.secretariat, x.reviewers, x.parties, x.public}[i]
			_, err := w.ass.Store.Detail(ctx, sight, a.ID)
			if (err == nil) != may || err != nil && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s asks for an answer of class %s: %v", name, c, err)
			}
			vs, err := w.ass.Store.Versions(ctx, sight, a.ID)
			if (err == nil && len(vs) > 0) != may {
				t.Errorf("%s asks for versions of class %s: %d %v", name, c, len(vs), err)
			}
			contents, _ := w.ass.Store.Contents(ctx, sight, qm.Assessment.ID)
			if _, ok := contents[a.ID]; ok != may {
				t.Errorf("%s asks for contents of class %s: %v", name, c, ok)
			}
			// Who works on an answer, and why it came back, is for those who work on it.
			detail, _ := w.ass.Store.Detail(ctx, sight, a.ID)
			whole, _ := w.ass.Store.Whole(ctx, sight, qm.Assessment.ID)
			all := fmt.Sprintf("%+v %+v %+v %+v", detail, whole, vs, contents)
			if works := sight.Works("QM"); strings.Contains(all, "hidden hand") != (works && may) {
				t.Errorf("%s (works on it: %v) at class %s reads of the work: %s", name, works, c, all)
			}
		}
	}
}

func intake(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx := t.Context()
	law := library.Whole{Measure: library.Measure{SourceID: "xx-1", Country: "PE", Lang: "es", Titles: lang.T("es", "Ley de contratación pública"), Date: "2017"},
		Version: library.Version{Format: "md", FileHash: "f1"}, Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: "Licitación."}},
		Mappings: []library.Mapping{{Provision: "uncac/art_9"}}}
	take := func(x library.Whole) (library.ID, library.Outcome) {
		t.Helper()
		w.pass()
		x.Mappings = append([]library.Mapping(nil), x.Mappings...)
		known, err := w.lib.Store.BySource(ctx, []string{"xx-1"})
		w.ok(err)
		id, o, err := w.lib.Intake(ctx, identity.OperatorActor(), known["xx-1"], x)
		w.ok(err)
		return id, o
	}
	first, o := take(law)
	if o != library.Added {
		t.Fatal(o)
	}
	if _, o = take(law); o != library.Unchanged {
		t.Fatalf("the same again: %s", o)
	}
	changed := law
	changed.Sections = []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Text: "Licitación pública."}}
	second, o := take(changed)
	if o != library.Revised || second != first {
		t.Fatal(o, second)
	}
	vs, err := w.lib.Store.Versions(ctx, identity.Sight{}, first)
	w.ok(err)
	if len(vs) != 2 {
		t.Fatalf("%d versions", len(vs))
	}
	old, err := w.lib.Store.Whole(ctx, identity.Sight{}, first, 1)
	w.ok(err)
	if old.Sections[0].Text != "Licitación." {
		t.Fatal("the first version is not what it was")
	}
	mapped, err := w.lib.Store.Mapped(ctx, identity.Sight{}, []convention.ID{"uncac/art_9"})
	w.ok(err)
	if len(mapped) != 1 || mapped[0].Measure.ID != first {
		t.Fatalf("mapped: %+v", mapped)
	}
	found, total, err := w.lib.Store.Find(ctx, identity.Sight{}, library.Filter{Words: "CONTRATACION", Country: "PE"})
	w.ok(err)
	if total != 1 || found[0].ID != first {
		t.Fatalf("found %d", total)
	}
	_, _, err = w.lib.Intake(ctx, w.as("provider"), library.Measure{}, law)
	w.fails(err, fault.Denied)
	bad := law
	bad.Measure.Titles, bad.Measure.Country, bad.Measure.Date = nil, "x", "yesterday"
	_, _, err = w.lib.Intake(ctx, identity.OperatorActor(), library.Measure{}, bad)
	w.fails(err, fault.Invalid)
}
