package mechanism

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/internal/id"
)

// FrozenID identifies a kept dossier.
type FrozenID string

// Frozen is a dossier as it lay on the table of a meeting. It is never changed; a meeting can have several, of
// which the newest counts.
type Frozen struct {
	ID        FrozenID
	Mechanism ID
	Meeting   MeetingID
	// Content is the canonical JSON of the Dossier, and Hash its SHA-256, hex. Lists of them leave the content away.
	Content string
	Hash    string
	At      time.Time
	By      string // account
	ByName  string // as it stood then
}

// frozenLimit is how large a kept dossier may be, in bytes.
const frozenLimit = 32 << 20

// Freeze keeps a meeting's dossier as it stands. Allowed is who may convene the mechanism. NotFound: there is no such
// meeting. Conflict: the mechanism is closed. TooLarge: it covers more than can be kept in one piece.
func (s *Service) Freeze(ctx context.Context, actor identity.Actor, from Sources, mid ID, meeting MeetingID) (FrozenID, error) {
	if err := s.working(ctx, actor, mid); err != nil {
		return "", err
	}
	if meeting == "" {
		return "", fault.Of(fault.NotFound)
	}
	d, err := from.Dossier(ctx, actor, mid, meeting)
	if err != nil {
		return "", err
	}
	b, err := json.Marshal(d)
	if err != nil {
		return "", fmt.Errorf("freeze dossier of %s: %w", meeting, err)
	}
	if len(b) > frozenLimit {
		return "", fault.New(fault.TooLarge, "", fault.Args{"limit": frozenLimit})
	}
	now := s.Now()
	f := Frozen{ID: FrozenID(id.New(now)), Mechanism: mid, Meeting: meeting, Content: string(b), Hash: hashOf(b), At: now, By: actor.Account, ByName: actor.Name}
	trace := actor.Trace(now, identity.ConveneMechanism, "", "meeting", string(meeting), map[string]string{"mechanism": string(mid), "dossier": string(f.ID), "hash": f.Hash})
	trace.Result = string(f.ID)
	return s.Store.PutDossier(ctx, f, trace)
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Dossier gives back what was kept. An error means that the content is not what was hashed.
func (f Frozen) Dossier() (d Dossier, err error) {
	if hashOf([]byte(f.Content)) != f.Hash {
		return d, fmt.Errorf("dossier %s: the content does not have the hash that it was kept with", f.ID)
	}
	return d, json.Unmarshal([]byte(f.Content), &d)
}

// Drift is what has become of a record since a dossier was kept.
type Drift string

const (
	Added   Drift = "added"
	Altered Drift = "altered"
	Gone    Drift = "gone" // taken back or withdrawn: it is not shown any more
)

// Drifted is a record that is no longer what a kept dossier says.
type Drifted struct {
	Kind ChangeKind
	ID   string
	How  Drift
	At   time.Time // of the change; zero for what is gone
}

// Against compares a kept dossier with the one of today. It gives the kept one without what is shown to nobody any more
// (an answer that was taken back, a need that was withdrawn from the public, an office that has ended), since paper
// that is printed again must not show it; and, State by State in the order of the kept one, what has changed.
func (d Dossier) Against(now Dossier) (Dossier, map[string][]Drifted) {
	out := d
	out.States = slices.Clone(d.States)
	drift := map[string][]Drifted{}
	for i, was := range out.States {
		j := slices.IndexFunc(now.States, func(s StateDossier) bool { return s.Party == was.Party })
		var is StateDossier
		if j >= 0 {
			is = now.States[j]
		}
		before, after := was.marks(), is.marks()
		gone := map[string]bool{}
		list := []Drifted{}
		for key, m := range before {
			n, there := after[key]
			switch {
			case !there || m.released && !n.released: // what is public may say less than what was released
				gone[key] = true
				list = append(list, Drifted{m.kind, m.id, Gone, time.Time{}})
			case n.mark != m.mark:
				list = append(list, Drifted{m.kind, m.id, Altered, n.at})
			}
		}
		for key, n := range after {
			if _, there := before[key]; !there {
				list = append(list, Drifted{n.kind, n.id, Added, n.at})
			}
		}
		slices.SortFunc(list, func(a, b Drifted) int {
			return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.How, b.How), cmp.Compare(a.ID, b.ID))
		})
		drift[string(was.Party)] = list
		out.States[i] = was.without(gone)
	}
	return out, drift
}

type mark struct {
	kind     ChangeKind
	id, mark string
	at       time.Time
	released bool // the members alone read it
}

// marks tell each record of a State, and which state of it.
func (s StateDossier) marks() map[string]mark {
	out := map[string]mark{}
	add := func(k ChangeKind, id, m string, at time.Time) { out[string(k)+id] = mark{k, id, m, at, false} }
	for _, a := range s.Answers {
		out[string(AnswerChanged)+string(a.Answer)] = mark{AnswerChanged, string(a.Answer), fmt.Sprint(a.Version, a.Content.Hash()), a.At, a.Released}
	}
	for _, n := range s.Needs {
		add(NeedChanged, string(n.ID), n.Hash, n.ChangedAt)
	}
	for _, a := range s.Activities {
		add(ActivityChanged, string(a.ID), fmt.Sprint(a.Rev), a.ChangedAt)
	}
	for _, c := range s.Contacts {
		add(ContactChanged, string(c.ID), fmt.Sprint(c.Rev), c.ChangedAt)
	}
	return out
}

func (s StateDossier) without(gone map[string]bool) StateDossier {
	if len(gone) == 0 {
		return s
	}
	s.Answers = slices.DeleteFunc(slices.Clone(s.Answers), func(a Told) bool { return gone[string(AnswerChanged)+string(a.Answer)] })
	s.Gaps = slices.DeleteFunc(slices.Clone(s.Gaps), func(g Gap) bool {
		return g.Answer != "" && gone[string(AnswerChanged)+string(g.Answer)] || g.Need != "" && gone[string(NeedChanged)+string(g.Need)]
	})
	s.Contacts = slices.Clone(s.Contacts)
	for i, c := range s.Contacts {
		if gone[string(ContactChanged)+string(c.ID)] { // the office stays, the person does not
			s.Contacts[i].Person, s.Contacts[i].Email, s.Contacts[i].Telephone = "", "", ""
		}
	}
	for _, x := range s.Needs {
		if gone[string(NeedChanged)+string(x.ID)] {
			s.Needs = slices.Clone(s.Needs)
			for i := range s.Needs {
				if gone[string(NeedChanged)+string(s.Needs[i].ID)] {
					s.Needs[i].What, s.Needs[i].ForWhom, s.Needs[i].When = nil, nil, nil
				}
			}
			break
		}
	}
	return s
}

// Kept reads the dossier that was kept under an id, beside the one of today. NotFound: the actor may not know of it.
func (s Sources) Kept(ctx context.Context, actor identity.Actor, mid ID, fid FrozenID) (f Frozen, kept Dossier, drift map[string][]Drifted, err error) {
	if f, err = s.Mechanisms.Frozen(ctx, ReaderOf(actor), mid, fid); err != nil {
		return f, kept, nil, err
	}
	now, err := s.Dossier(ctx, actor, mid, f.Meeting)
	if err != nil {
		return f, kept, nil, err
	}
	if kept, err = f.Dossier(); err != nil {
		return f, kept, nil, err
	}
	kept, drift = kept.Against(now)
	return f, kept, drift, nil
}
