package demo

import (
	"context"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/library"
	"merida/mechanism"
	"merida/party"
	"merida/questionnaire"
)

// IATI holds the demonstration's activity files, in version 2.03 of the standard.
//
//go:embed iati/*.xml
var IATI embed.FS

// Services is what a demonstration is told through. Each is copied, so that the
// story's clock never reaches the callers' own.
type Services struct {
	Identity       *identity.Service
	Library        *library.Service
	Questionnaires *questionnaire.Service
	Assessments    *assessment.Service
	Assistance     *assistance.Service
	Contacts       *directory.Register  // nil leaves contact points out
	Mechanisms     *mechanism.Service   // nil leaves the donor table out
	Collections    *library.Collections // nil leaves the thematic collection out
	Clearing       *clearing.Service    // nil leaves requests and offers out
	// Import takes an IATI file in as the actor; nil leaves the files out.
	Import func(ctx context.Context, actor identity.Actor, name string, r io.Reader, size int64) error
}

// The parties of the demonstration and what stands by each: QM has submitted and
// published in part, with one answer returned; QN is still drafting, with agencies
// at work; QP has submitted and published its gaps.
const (
	Quamara party.ID = "QM"
	Qunera  party.ID = "QN"
	Qupenia party.ID = "QP"
)

// Fund and Network are the fictional organisations that give assistance.
const (
	Fund    = "XM-DEMO-1"
	Network = "XM-DEMO-2"
)

// Symbol is the decision that approves the demonstration's edition.
const Symbol = "DEMO/1"

// Person is somebody of the demonstration whom a visitor may play.
type Person struct {
	Key     string // "officer", "QM.approver"
	Account identity.Account
}

// People lists the accounts of the demonstration: those for the common roles first,
// each once, then the others.
type People []Person

// By finds a person. ok is false when there is none of that key.
func (ps People) By(key string) (p Person, ok bool) {
	for _, p := range ps {
		if p.Key == key {
			return p, true
		}
	}
	return Person{}, false
}

// First gives the first person in a role. ok is false when nobody has it.
func (ps People) First(r identity.Role) (p Person, ok bool) {
	for _, p := range ps {
		if p.Account.Role == r {
			return p, true
		}
	}
	return Person{}, false
}

// tick is the time between two acts of the story, length how long before now it begins.
const (
	tick   = 7 * time.Minute
	length = 63 * 24 * time.Hour
)

// tale is a demonstration while it is being told.
type tale struct {
	at             time.Time
	end            time.Time
	identity       identity.Service
	library        library.Service
	questionnaires questionnaire.Service
	assessments    assessment.Service
	assistance     assistance.Service
	contacts       *directory.Register
	mechanisms     *mechanism.Service
	collections    *library.Collections
	clearing       *clearing.Service
	load           func(ctx context.Context, actor identity.Actor, name string, r io.Reader, size int64) error
	who            map[string]identity.Account
	people         People
	laws           map[string]library.ID
}

func newTale(s Services, now time.Time) *tale {
	t := &tale{end: clock.Cut(now), at: clock.Cut(now.Add(-length)), identity: *s.Identity, library: *s.Library, questionnaires: *s.Questionnaires,
		assessments: *s.Assessments, assistance: *s.Assistance, load: s.Import, who: map[string]identity.Account{}, laws: map[string]library.ID{}}
	t.identity.Now, t.library.Now, t.questionnaires.Now, t.assessments.Now, t.assistance.Now = t.now, t.now, t.now, t.now, t.now
	if s.Contacts != nil {
		c := *s.Contacts
		c.Now = t.now
		t.contacts = &c
	}
	if s.Collections != nil {
		c := *s.Collections
		c.Now = t.now
		t.collections = &c
	}
	if s.Mechanisms != nil {
		m := *s.Mechanisms
		m.Now = t.now
		t.mechanisms = &m
	}
	if s.Clearing != nil {
		c := *s.Clearing
		t.clearing = &c
	}
	return t
}

func (t *tale) now() time.Time { return t.at }

// pass moves the story's clock forward, never beyond its end.
func (t *tale) pass(d time.Duration) {
	if t.at = t.at.Add(d); t.at.After(t.end) {
		t.at = t.end
	}
}

// as is the actor of a person; a key that nobody has is a mistake in this package.
func (t *tale) as(key string) identity.Actor {
	a, ok := t.who[key]
	if !ok {
		panic("demo: nobody is called " + key)
	}
	t.pass(tick)
	return a.Actor()
}

// Fill tells the demonstration in an installation that holds none yet; its last act
// happens shortly before now. A second call changes nothing and gives the same people.
// Conflict demo.error.half: an earlier filling was broken off; the folder is to be emptied first.
func Fill(ctx context.Context, s Services, now time.Time) (People, error) {
	t := newTale(s, now)
	accounts, err := s.Identity.Store.Accounts(ctx, identity.AccountFilter{})
	if err != nil {
		return nil, err
	}
	for _, p := range cast {
		for _, a := range accounts {
			if a.Name == p.Name && a.Role == p.Role && a.Party == p.Party {
				t.people = append(t.people, Person{p.key, a})
				break
			}
		}
	}
	switch len(t.people) {
	case len(cast):
		return t.people, nil
	case 0:
	default:
		return nil, fault.New(fault.Conflict, "demo.error.half", nil)
	}
	for _, part := range []func(context.Context) error{t.firstPeople, t.edition, t.library1, t.repository, t.round, t.quamara, t.qupenia, t.qunera, t.activities, t.assist, t.desks, t.table, t.requests, t.collection, t.newEdition, t.lastPeople} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return t.people, nil
}

// edition brings the shipped self-assessment through its approval.
func (t *tale) edition(ctx context.Context) error {
	all, err := questionnaire.Shipped()
	if err != nil {
		return err
	}
	for _, c := range all {
		id, err := t.questionnaires.Add(ctx, t.as("officer"), c)
		if err != nil {
			return fmt.Errorf("demo: edition: %w", err)
		}
		if err := t.questionnaires.Table(ctx, t.as("officer"), id); err != nil {
			return fmt.Errorf("demo: edition %s: %w", id, err)
		}
		t.pass(3 * 24 * time.Hour)
		if err := t.questionnaires.Approve(ctx, t.as("administrator"), id, Symbol, t.at.Format(time.DateOnly)); err != nil {
			return fmt.Errorf("demo: edition %s: %w", id, err)
		}
	}
	return nil
}

// activities takes in the files of the fictional providers, as an officer would.
func (t *tale) activities(ctx context.Context) error {
	if t.load == nil {
		return nil
	}
	names, err := fs.Glob(IATI, "iati/*.xml")
	if err != nil {
		return err
	}
	for _, name := range names {
		f, err := IATI.Open(name)
		if err != nil {
			return err
		}
		i, err := f.Stat()
		if err == nil {
			err = t.load(ctx, t.as("officer"), name, f, i.Size())
		}
		f.Close()
		if err != nil {
			return fmt.Errorf("demo: %s: %w", name, err)
		}
	}
	return nil
}
