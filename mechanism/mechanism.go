package mechanism

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/assessment"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// ID identifies a mechanism.
type ID string

// MeetingID identifies a meeting.
type MeetingID string

// ActionID identifies an agreed action.
type ActionID string

// Kind is the level at which a mechanism coordinates.
type Kind string

const (
	National      Kind = "national"      // the donor table of one State
	Regional      Kind = "regional"      // a network of neighbours
	International Kind = "international" // a group of donors or organisations
)

// Kinds lists the levels in the order in which they are shown.
var Kinds = []Kind{National, Regional, International}

// Mechanism is a coordination body.
type Mechanism struct {
	ID      ID
	Kind    Kind
	Names   lang.Text
	About   lang.Text  // what it is for, in a paragraph
	Parties []party.ID // States whose assistance it coordinates; in order, at least one
	// ClosedAt is when the secretariat closed it; zero while it works.
	ClosedAt  time.Time
	Rev       int64
	ChangedAt time.Time
}

// Covers reports whether the mechanism coordinates assistance to a State.
func (m Mechanism) Covers(p party.ID) bool { return p != "" && slices.Contains(m.Parties, p) }

// Member is an account that sits in a mechanism.
type Member struct {
	Account      string
	Name         string
	Role         identity.Role
	Party        party.ID
	Organisation string
	Chair        bool
	Since        time.Time
}

// Meeting is a meeting, to come or held.
type Meeting struct {
	ID           MeetingID
	Mechanism    ID
	Title        lang.Text
	Begins, Ends time.Time
	Place        string    // room, town, or address of a call
	Agenda       lang.Text // prose
	Outcome      lang.Text // what was agreed, written after it
	CancelledAt  time.Time
	Rev          int64
	ChangedAt    time.Time
}

// ActionState is how an agreed action stands.
type ActionState string

const (
	ActionOpen    ActionState = "open"
	ActionDone    ActionState = "done"
	ActionDropped ActionState = "dropped" // with the reason as its outcome
)

// ActionStates lists the states in the order in which they are shown.
var ActionStates = []ActionState{ActionOpen, ActionDone, ActionDropped}

// Action is what somebody is to do after a meeting.
type Action struct {
	ID        ActionID
	Mechanism ID
	Meeting   MeetingID // that agreed on it; empty when none did
	What      lang.Text
	Who       string // person, office or organisation that does it, as the meeting named it
	DueOn     string // "2027-03-31", or empty
	State     ActionState
	Outcome   lang.Text
	Rev       int64
	ChangedAt time.Time
}

// Overdue reports whether an open action should have been done before a day ("2027-03-31").
func (a Action) Overdue(today string) bool {
	return a.State == ActionOpen && a.DueOn != "" && a.DueOn < today
}

// Release is a submitted answer that a State lets the members of a mechanism read: a frozen copy.
type Release struct {
	Mechanism  ID
	Answer     assessment.AnswerID
	Round      assessment.RoundID
	Party      party.ID
	Question   string
	Provision  convention.ID
	Order      int // within the questionnaire
	Version    int // of the answer
	Content    assessment.Content
	Hash       string
	ReleasedAt time.Time
}

// Reader is who asks, as far as it decides what of mechanisms is seen.
type Reader struct {
	Account string
	Party   party.ID // whose people may know what covers their State
	All     bool     // the secretariat
}

// ReaderOf says what an actor may see of mechanisms.
func ReaderOf(a identity.Actor) Reader {
	r := Reader{Account: a.Account, All: a.May(identity.KeepMechanism, identity.Scope{})}
	switch a.Role {
	case identity.FocalPoint, identity.Approver, identity.ContactPoint:
		r.Party = a.Party
	}
	return r
}

const (
	maxName   = 300
	maxProse  = 20_000
	maxStates = 250 // of one mechanism
)

func texts(bad *fault.List, name string, t lang.Text, limit int) {
	for _, v := range t {
		if !utf8.ValidString(v.S) {
			bad.Add(name, "fault.not_utf8", nil)
		}
		if len(v.S) > limit {
			bad.Add(name, "fault.too_long", fault.Args{"limit": limit, "length": len(v.S)})
		}
	}
}

// Check cleans a mechanism. Invalid: no name, no State, an unknown level, or a text beyond its limit.
func (m *Mechanism) Check(known func(party.ID) bool) error {
	var bad fault.List
	if !slices.Contains(Kinds, m.Kind) {
		bad.Add("kind", "fault.unknown_choice", nil)
	}
	if m.Names.Empty() {
		bad.Add("name", "fault.required", nil)
	}
	texts(&bad, "name", m.Names, maxName)
	texts(&bad, "about", m.About, maxProse)
	slices.Sort(m.Parties)
	m.Parties = slices.Compact(m.Parties)
	switch {
	case len(m.Parties) == 0:
		bad.Add("party", "fault.required", nil)
	case len(m.Parties) > maxStates:
		bad.Add("party", "fault.too_many", fault.Args{"limit": maxStates})
	case m.Kind == National && len(m.Parties) > 1:
		bad.Add("party", "mechanism.error.one_state", nil)
	}
	for _, p := range m.Parties {
		if !known(p) {
			bad.Add("party", "fault.unknown_choice", nil)
			break
		}
	}
	return bad.Err()
}

// Check cleans a meeting. Invalid: no title, no beginning, an end before it, or a text beyond its limit.
func (m *Meeting) Check() error {
	var bad fault.List
	m.Place = strings.TrimSpace(m.Place)
	if m.Title.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	if m.Begins.IsZero() {
		bad.Add("begins", "fault.required", nil)
	} else if m.Ends.Before(m.Begins) {
		bad.Add("ends", "mechanism.error.ends_before", nil)
	} else if m.Ends.Sub(m.Begins) > 31*24*time.Hour {
		bad.Add("ends", "mechanism.error.too_long", nil)
	}
	texts(&bad, "title", m.Title, maxName)
	texts(&bad, "place", lang.T("en", m.Place), maxName)
	texts(&bad, "agenda", m.Agenda, maxProse)
	texts(&bad, "outcome", m.Outcome, maxProse)
	return bad.Err()
}

// Check cleans an action. Invalid: nothing to do, nobody to do it, a due day that is none, or a dropped action without a reason.
func (a *Action) Check() error {
	var bad fault.List
	a.Who = strings.TrimSpace(a.Who)
	if a.What.Empty() {
		bad.Add("what", "fault.required", nil)
	}
	if a.Who == "" {
		bad.Add("who", "fault.required", nil)
	}
	if a.DueOn != "" {
		if _, err := time.Parse(time.DateOnly, a.DueOn); err != nil {
			bad.Add("due", "fault.not_a_date", nil)
		}
	}
	if !slices.Contains(ActionStates, a.State) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	if a.State == ActionDropped && a.Outcome.Empty() {
		bad.Add("outcome", "fault.required", nil)
	}
	texts(&bad, "what", a.What, maxProse)
	texts(&bad, "who", lang.T("en", a.Who), maxName)
	texts(&bad, "outcome", a.Outcome, maxProse)
	return bad.Err()
}
