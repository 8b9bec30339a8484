package follow

import (
	"context"
	"time"

	"merida/convention"
	"merida/lang"
	"merida/party"
)

// Kind says what has changed.
type Kind string

const (
	Measure   Kind = "measure"
	Answer    Kind = "answer"
	Need      Kind = "need"
	Activity  Kind = "activity"
	Statement Kind = "statement" // what a side says of an activity
	Contact   Kind = "contact_point"
	Meeting   Kind = "meeting" // of a mechanism: for its members alone
	Action    Kind = "action"  // the same
)

// Kinds lists the kinds of what is public, in the order in which they are shown.
var Kinds = []Kind{Measure, Answer, Need, Activity, Statement, Contact}

// Event says what happened to a record.
type Event string

const (
	Added     Event = "added"     // recorded, and public since
	Changed   Event = "changed"   // its public form may have changed
	Published Event = "published" // a State made it public, or published a later version
	Withdrawn Event = "withdrawn" // a State took it back; the date remains
)

// Change is a record that changed, as everyone may know it; of a mechanism's, as its members may.
type Change struct {
	Kind  Kind
	ID    string
	Event Event
	At    time.Time
	// Party is the State that the record is about or that spoke; empty where it names none. Of an activity, Parties are those that receive.
	Party   party.ID
	Parties []party.ID
	// Under is the activity of a statement, the mechanism of a meeting or an action.
	Under     string
	Provision convention.ID // of an answer
	Title     lang.Text     // empty of an answer
	// Word is the role of a contact point or the kind of a statement, as codes.
	Word string
}

// Path is the address of the page about the change, after the language.
func (c Change) Path() string {
	switch c.Kind {
	case Measure:
		return "/measures/" + c.ID
	case Answer:
		return "/answers/" + c.ID
	case Need:
		return "/needs/" + c.ID
	case Activity:
		return "/activities/" + c.ID
	case Statement:
		return "/activities/" + c.Under
	case Contact:
		return "/contact-points/" + c.ID
	case Meeting, Action:
		return "/mechanisms/" + c.Under
	}
	return "/new"
}

// Key names the record among all.
func (c Change) Key() string { return string(c.Kind) + " " + c.ID }

// Filter narrows a list of changes; zero fields do not narrow.
type Filter struct {
	// After and Upto are numbers of the outbox: what was noted behind After, up to and with Upto. Without Upto the
	// latest changes are given, by their own dates.
	After, Upto  int64
	Kinds        []Kind
	IDs          []string
	Party        party.ID        // about this State, received by it or said by it
	Provisions   []convention.ID // mapped to, answered on, asked for or served; the caller adds what lies below
	Organisation string          // assistance.Org.Key of who gives: activities, statements on them, its contact points
	Limit        int             // of each kind; 500 when zero
}

// News is what the list of changes asks of persistence.
type News interface {
	// Changes lists changes of what is public, newest first, through the public pool.
	Changes(ctx context.Context, f Filter) ([]Change, error)
	// MemberChanges lists changed meetings and actions of mechanisms in which the account sits now, newest first. Of the
	// filter After, Upto, Kinds, IDs and Limit hold; mechanism "" means each.
	MemberChanges(ctx context.Context, account, mechanism string, f Filter) ([]Change, error)
	// Last is the newest number of the outbox, 0 when it is empty.
	Last(ctx context.Context) (int64, error)
}
