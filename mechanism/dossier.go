package mechanism

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"merida/assessment"
	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/party"
)

// Dossier is what the members of a mechanism read before a meeting.
type Dossier struct {
	Mechanism Mechanism
	Meeting   *Meeting  // for which it was made; nil outside a meeting
	Since     time.Time // end of the meeting before; zero when there was none
	At        time.Time // when it was made
	States    []StateDossier
	Actions   []Action // the open ones, and those settled since
}

// StateDossier is what a dossier says of one State.
type StateDossier struct {
	Party      party.ID
	Answers    []Told
	Needs      []assistance.Need
	Activities []assistance.Activity
	Served     map[assistance.NeedID][]assistance.ActivityID
	Overlaps   []assistance.Overlap
	Unasked    []assistance.ActivityID // nobody stated a need on the same provision and form
	Gaps       []Gap
	Contacts   []directory.ContactPoint
	Changes    []Change // since the meeting before, the newest first
}

// Told is what a State said on a provision: to everybody, or to this mechanism.
type Told struct {
	Answer    assessment.AnswerID
	Question  string
	Provision convention.ID
	Order     int
	Version   int
	Content   assessment.Content
	At        time.Time
	// Released is set where the members alone read it.
	Released bool
}

// Gap is a need that nobody serves, or a provision where something is missing and no need was stated.
type Gap struct {
	Provision convention.ID
	Need      assistance.NeedID   // an open need that no activity serves, or
	Answer    assessment.AnswerID // an answer that names what is missing
}

// ChangeKind is what has changed.
type ChangeKind string

const (
	AnswerChanged   ChangeKind = "answer"
	NeedChanged     ChangeKind = "need"
	ActivityChanged ChangeKind = "activity"
	ContactChanged  ChangeKind = "contact"
)

// Change is a record that was made or changed since the meeting before.
type Change struct {
	Kind ChangeKind
	ID   string
	At   time.Time
}

// Sources are where a dossier is read from.
type Sources struct {
	Mechanisms  Store
	Assessments assessment.Store
	Assistance  assistance.Store
	Board       *assistance.Board
	Contacts    directory.ContactStore
	Now         clock.Func
}

// maxRecords is how many needs, and how many activities, of one State a dossier lists; the board counts all.
const maxRecords = 500

// Dossier makes the dossier of a mechanism for a meeting, or for none when meeting is empty.
// NotFound: the actor may not know of the mechanism, or there is no such meeting. Denied: the actor has no seat.
func (s Sources) Dossier(ctx context.Context, actor identity.Actor, id ID, meeting MeetingID) (d Dossier, err error) {
	r := ReaderOf(actor)
	if d.Mechanism, err = s.Mechanisms.Mechanism(ctx, r, id); err != nil {
		return d, err
	}
	in, err := s.Mechanisms.IsMember(ctx, id, actor.Account)
	if err != nil {
		return d, err
	}
	if !in && !r.All {
		return d, fault.Of(fault.Denied)
	}
	d.At = s.Now()
	meetings, err := s.Mechanisms.Meetings(ctx, r, id)
	if err != nil {
		return d, err
	}
	if d.Meeting, d.Since, err = around(meetings, meeting, d.At); err != nil {
		return d, err
	}
	actions, err := s.Mechanisms.Actions(ctx, r, id)
	if err != nil {
		return d, err
	}
	for _, a := range actions {
		if a.State == ActionOpen || !d.Since.IsZero() && a.ChangedAt.After(d.Since) {
			d.Actions = append(d.Actions, a)
		}
	}
	released, err := s.Mechanisms.Releases(ctx, r, id)
	if err != nil {
		return d, err
	}
	for _, p := range d.Mechanism.Parties {
		one, err := s.state(ctx, p, released, d.Since)
		if err != nil {
			return d, err
		}
		d.States = append(d.States, one)
	}
	return d, nil
}

// around finds a meeting, and when the last one before it (or before now) ended. Cancelled meetings do not count.
func around(meetings []Meeting, id MeetingID, now time.Time) (*Meeting, time.Time, error) {
	var one *Meeting
	before := now
	if id != "" {
		i := slices.IndexFunc(meetings, func(m Meeting) bool { return m.ID == id })
		if i < 0 {
			return nil, time.Time{}, fault.Of(fault.NotFound)
		}
		one, before = &meetings[i], meetings[i].Begins
	}
	var since time.Time
	for _, m := range meetings {
		if m.CancelledAt.IsZero() && m.ID != id && !m.Ends.After(before) && m.Ends.After(since) {
			since = m.Ends
		}
	}
	return one, since, nil
}

// everybody is the sight in which the records of a dossier are read: what is in it may lie on any table.
var everybody = identity.Actor{}.Sight()

func (s Sources) state(ctx context.Context, p party.ID, released []Release, since time.Time) (out StateDossier, err error) {
	out.Party = p
	public, err := s.Assessments.Published(ctx, assessment.PublicFilter{Party: p})
	if err != nil {
		return out, err
	}
	out.Answers = told(p, public, released)
	if out.Needs, _, err = s.Assistance.FindNeeds(ctx, everybody, assistance.NeedFilter{Party: p, Limit: maxRecords}); err != nil {
		return out, err
	}
	if out.Activities, _, err = s.Assistance.FindActivities(ctx, everybody, assistance.ActivityFilter{Recipient: p, Limit: maxRecords}); err != nil {
		return out, err
	}
	if out.Served, err = s.served(ctx, out.Needs); err != nil {
		return out, err
	}
	cells, err := s.Board.Detail(ctx, everybody, assistance.Filter{Parties: []party.ID{p}})
	if err != nil {
		return out, err
	}
	for _, c := range cells {
		for _, o := range c.Overlaps {
			if !slices.Contains(out.Overlaps, o) {
				out.Overlaps = append(out.Overlaps, o)
			}
		}
		for _, a := range c.Unasked {
			if !slices.Contains(out.Unasked, a) {
				out.Unasked = append(out.Unasked, a)
			}
		}
	}
	if out.Contacts, err = s.Contacts.Contacts(ctx, everybody, directory.ContactFilter{Party: p}); err != nil {
		return out, err
	}
	out.Gaps = gaps(out)
	if !since.IsZero() {
		out.Changes = changes(out, since)
	}
	return out, nil
}

// served tells which activities serve each need.
func (s Sources) served(ctx context.Context, needs []assistance.Need) (map[assistance.NeedID][]assistance.ActivityID, error) {
	out := map[assistance.NeedID][]assistance.ActivityID{}
	if len(needs) == 0 {
		return out, nil
	}
	ids := make([]assistance.NeedID, len(needs))
	for i, n := range needs {
		ids[i] = n.ID
	}
	links, err := s.Assistance.Links(ctx, everybody, assistance.LinkFilter{Needs: ids})
	for _, l := range links {
		if l.Standing() {
			out[l.Need] = append(out[l.Need], l.Activity)
		}
	}
	return out, err
}

// told joins what everybody reads with what was released: per answer the newer version, and of equal ones the public one.
func told(p party.ID, public []assessment.Public, released []Release) (out []Told) {
	at := map[assessment.AnswerID]int{}
	for _, x := range public {
		at[x.Answer] = len(out)
		out = append(out, Told{x.Answer, x.Question, x.Provision, x.Order, x.Version, x.Content, x.PublishedAt, false})
	}
	for _, x := range released {
		if x.Party != p {
			continue
		}
		t := Told{x.Answer, x.Question, x.Provision, x.Order, x.Version, x.Content, x.ReleasedAt, true}
		i, ok := at[x.Answer]
		switch {
		case !ok:
			out = append(out, t)
		// The same version published in part says less than what the members were given.
		case x.Version > out[i].Version || x.Version == out[i].Version && !x.Content.Equal(out[i].Content):
			out[i] = t
		}
	}
	slices.SortStableFunc(out, func(a, b Told) int { return cmp.Compare(a.Order, b.Order) })
	return out
}

// gaps lists open needs that nobody serves, and answers that name what is missing where no need was stated.
func gaps(s StateDossier) (out []Gap) {
	asked := map[convention.ID]bool{}
	for _, n := range s.Needs {
		for _, p := range n.Provisions {
			asked[p] = true
		}
		if n.Status == assistance.Open && len(s.Served[n.ID]) == 0 {
			g := Gap{Need: n.ID}
			if len(n.Provisions) > 0 {
				g.Provision = n.Provisions[0]
			}
			out = append(out, g)
		}
	}
	for _, a := range s.Answers {
		if a.Content.Missing != "" && !covers(asked, a.Provision) {
			out = append(out, Gap{Provision: a.Provision, Answer: a.Answer})
		}
	}
	return out
}

// covers reports whether a need was stated on a provision, above it or below it.
func covers(asked map[convention.ID]bool, p convention.ID) bool {
	for q := range asked {
		if p == q || strings.HasPrefix(string(p), string(q)+"/") || strings.HasPrefix(string(q), string(p)+"/") {
			return true
		}
	}
	return false
}

func changes(s StateDossier, since time.Time) (out []Change) {
	add := func(k ChangeKind, id string, at time.Time) {
		if at.After(since) {
			out = append(out, Change{k, id, at})
		}
	}
	for _, a := range s.Answers {
		add(AnswerChanged, string(a.Answer), a.At)
	}
	for _, n := range s.Needs {
		add(NeedChanged, string(n.ID), n.ChangedAt)
	}
	for _, a := range s.Activities {
		add(ActivityChanged, string(a.ID), a.ChangedAt)
	}
	for _, c := range s.Contacts {
		add(ContactChanged, string(c.ID), c.ChangedAt)
	}
	slices.SortStableFunc(out, func(a, b Change) int { return b.At.Compare(a.At) })
	return out
}
