package assistance

import (
	"context"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/party"
)

// Store is what this package asks of persistence. A sight that sees only what
// is public is answered through the public pool. Errors: NotFound where the
// thing is not there or the sight does not reach it; what fn returns comes back unchanged.
type Store interface {
	// AddNeed saves a new need with its first version. A repeated request adds nothing and gets the
	// first one's id. Conflict: a need of the same origin exists.
	AddNeed(ctx context.Context, n Need, v NeedVersion, trace audit.Trace) (NeedID, error)
	// ChangeNeed loads a need with its links, lets fn decide, and saves what fn put into
	// the change together with the trace, atomically. fn may run twice. It gives the result of the
	// trace; a repeated request changes nothing and gets the first one's.
	ChangeNeed(ctx context.Context, id NeedID, once audit.Once, fn func(*NeedChange) (audit.Trace, error)) (result string, err error)
	// Need reads a need as the sight sees it.
	Need(ctx context.Context, s identity.Sight, id NeedID) (Need, error)
	// NeedsByID reads those of the needs that the sight reaches, in the order of ids.
	NeedsByID(ctx context.Context, s identity.Sight, ids []NeedID) ([]Need, error)
	// NeedOf finds the need that was drafted from a line of an answer. NotFound where none was.
	NeedOf(ctx context.Context, s identity.Sight, answer string, line int) (Need, error)
	// FindNeeds lists needs as the sight sees them, by party and then newest first, with how many there are in all.
	FindNeeds(ctx context.Context, s identity.Sight, f NeedFilter) ([]Need, int, error)
	// NeedVersions lists a need's versions, newest first; readers outside the party get the shown one only.
	NeedVersions(ctx context.Context, s identity.Sight, id NeedID) ([]NeedVersion, error)

	// AddActivity saves a new record; repeated requests as with AddNeed.
	AddActivity(ctx context.Context, a Activity, trace audit.Trace) (ActivityID, error)
	// ChangeActivity loads a record with its statements, lets fn decide, and saves; otherwise as ChangeNeed.
	ChangeActivity(ctx context.Context, id ActivityID, once audit.Once, fn func(*ActivityChange) (audit.Trace, error)) (result string, err error)
	// Activity reads a record with everything it says.
	Activity(ctx context.Context, s identity.Sight, id ActivityID) (Activity, error)
	// ActivitiesByID reads those of the records that the sight reaches, in the order of ids, without
	// money, places, documents, related activities, contacts and results.
	ActivitiesByID(ctx context.Context, s identity.Sight, ids []ActivityID) ([]Activity, error)
	// ActivitiesByIATI finds the records under an IATI identifier, of all reporters.
	ActivitiesByIATI(ctx context.Context, s identity.Sight, identifier string) ([]Activity, error)
	// FindActivities lists records as ActivitiesByID reads them, those that begin last first, with how many there are in all.
	FindActivities(ctx context.Context, s identity.Sight, f ActivityFilter) ([]Activity, int, error)
	// Organisations lists who reports, funds, accounts for or carries out activities that the sight reaches,
	// by name, with how many there are in all.
	Organisations(ctx context.Context, s identity.Sight, limit, offset int) ([]Organisation, int, error)
	// Original reads the bytes from which the newest version of a record was imported. NotFound for records made here.
	Original(ctx context.Context, s identity.Sight, id ActivityID) (Original, error)
	// Statements lists what each side said, oldest first.
	Statements(ctx context.Context, s identity.Sight, id ActivityID) ([]Statement, error)
	// Positions tells for records of which the sight reaches statements where each receiving State stands, by party.
	Positions(ctx context.Context, s identity.Sight, ids []ActivityID) (map[ActivityID][]Position, error)
	// Decline keeps a match that was set aside; a repeated request adds nothing. Declined lists those of a need: all
	// of them to the State that needs, to an organisation its own, to others none.
	Decline(ctx context.Context, d Declined, trace audit.Trace) error
	Declined(ctx context.Context, s identity.Sight, need NeedID) ([]Declined, error)
	// Links lists standing links between needs and activities that the sight both reaches.
	Links(ctx context.Context, s identity.Sight, f LinkFilter) ([]Link, error)

	// Current finds which of the hashes are those of records as they stand now.
	Current(ctx context.Context, hashes []string) (map[string]ActivityID, error)
	// Apply takes records of one batch in, in order, as one change that gives way to people's
	// saves: decide is asked for each with the record as it stands, nil when there is none, and says
	// what to save. The outcomes are in the order of in. decide may run twice.
	Apply(ctx context.Context, batch string, in []Incoming, decide func(present *Present, in Incoming) (Decision, error), trace func([]Decision) audit.Trace) ([]Decision, error)

	// StandingNeeds lists needs that others see, neither met nor withdrawn, of which nothing has changed since a moment, by party.
	StandingNeeds(ctx context.Context, before time.Time) ([]Standing, error)
	// AskMet notes for which needs and years a State is asked whether they were met, with the letter, and tells how many
	// are asked for the first time; where none is, nothing is saved.
	AskMet(ctx context.Context, asked []StandingYear, at time.Time, trace func(n int) audit.Trace) (int, error)
	// Changed lists needs and activities noted in the outbox after a number, and the newest number.
	// More than limit gives all = true and no ids: everything is to be read again.
	Changed(ctx context.Context, after int64, limit int) (needs []NeedID, activities []ActivityID, last int64, all bool, err error)
	// NeedRows and ActivityRows read what the view needs of the named records, all when ids is nil;
	// records that are not there are absent. public reads through the public pool.
	NeedRows(ctx context.Context, public bool, ids []NeedID, fn func(NeedRow)) error
	ActivityRows(ctx context.Context, public bool, ids []ActivityID, fn func(ActivityRow)) error
}

// NeedFilter narrows a list of needs; zero fields do not narrow.
type NeedFilter struct {
	Party      party.ID
	Provisions []convention.ID // any of these; the caller adds what lies below (convention.Catalogue.Below)
	Forms      []string
	Status     []NeedStatus
	Answer     string // drafted from this answer
	Limit      int    // 100 when zero, 500 at most
	Offset     int
}

// ActivityFilter narrows a list of activities; zero fields do not narrow.
type ActivityFilter struct {
	Words          string          // each word in a title, description, organisation or identifier
	Recipient      party.ID        // a State that receives
	Provisions     []convention.ID // any of these, confirmed or proposed; the caller adds what lies below
	Forms          []string        // the same
	Organisation   string          // reference, or name where the records give none: Org.Key
	Phase          Phase
	Source         Source
	Party          party.ID // whose people keep the record
	IATIIdentifier string
	// AwaitsWord keeps records of others that name the party among those that receive and of whose present
	// revision it has said nothing; AwaitsPublication those of which it said something that is its own still.
	AwaitsWord        party.ID
	AwaitsPublication party.ID
	Others            party.ID // records that this party's people do not keep themselves
	Limit             int      // 100 when zero, 500 at most
	Offset            int
}

// Organisation is an organisation as activities name it.
type Organisation struct {
	Key        string // see Org.Key
	Ref        string // IATI organisation identifier; empty when the records give none
	Type       string // code of list organisation-type; empty when the records give none
	Name       lang.Text
	Activities int // records that name it
}

// LinkFilter narrows a list of links; at least one field is set.
type LinkFilter struct {
	Needs      []NeedID
	Activities []ActivityID
}

// NeedChange is one need inside an atomic change: what was read, and what fn wants saved.
type NeedChange struct {
	Need  Need   // the newest version; saved back when fn changes it
	Links []Link // all, also those undone

	NewVersion *NeedVersion // appended
	// Show makes Need.Shown what readers of Need.Class see; for the public class a copy
	// of that version becomes the public form, a tombstone when Need.WithdrawnAt is set.
	Show    bool
	PutLink *Link // inserted or replaced by id
}

// ActivityChange is one activity inside an atomic change.
type ActivityChange struct {
	Activity   Activity // saved back when Save is set
	Statements []Statement

	Save         bool
	PutStatement *Statement // inserted, or raised to its class when it exists
}

// Original is an activity exactly as its publisher wrote it.
type Original struct {
	Hash string // SHA-256 of Version, Namespaces and XML, hex
	// Version is that of the IATI standard to which the file claims to keep.
	Version string
	// Namespaces are the declarations of the file's root on which the activity may lean, as attributes.
	Namespaces string
	XML        []byte
}

// Key tells records of IATI files apart: the same identifier reported by different
// organisations, or by its owner and by a secondary reporter, is different records.
type Key struct {
	Identifier string
	Reporter   string
	Secondary  bool
}

// Incoming is an activity read from a file. Activity has no ID yet.
type Incoming struct {
	Activity Activity
	Original Original
}

// Key is the key of the incoming record.
func (in Incoming) Key() Key {
	return Key{in.Activity.IATIIdentifier, in.Activity.Reporter.Ref, in.Activity.Secondary}
}

// Present is what an import must know of the record that it may replace.
type Present struct {
	ID          ActivityID
	Hash        string
	LastUpdated time.Time
	Rev         int64
	CreatedAt   time.Time
	Provisions  []Mapping
	Forms       []Mapping
}

// Outcome is what an import does with a record.
type Outcome string

const (
	Accepted  Outcome = "accepted"
	Updated   Outcome = "updated"
	Unchanged Outcome = "unchanged"
	Refused   Outcome = "refused"
)

// Decision is what is to become of an incoming record. Activity, with its ID and mappings, is saved
// when Outcome is Accepted or Updated.
type Decision struct {
	Outcome  Outcome
	Reason   Reason // of a refusal, or why a version changes nothing although it differs
	Activity Activity
}

// NeedRow is what the view needs of a version of a need.
type NeedRow struct {
	ID         NeedID
	Party      party.ID
	Rank       int  // of the class that sees the shown version
	Newest     bool // seen by the party itself
	Shown      bool // seen by others from Rank on
	Provisions []convention.ID
	Form       string
	Status     NeedStatus
	Priority   Priority
	From, To   Day
	ChangedAt  time.Time
	// Served lists the activities of standing links.
	Served []ActivityID
}

// ActivityRow is what the view needs of an activity.
type ActivityRow struct {
	ID           ActivityID
	Identifier   string   // IATI identifier; records of the same are the same activity, told by several
	Party        party.ID // that recorded it
	Organisation string
	Rank         int
	Source       Source
	Phase        Phase
	From, To     Day
	Recipients   []party.ID
	Provisions   []Mapping // not the rejected ones; Provision and Status only
	Forms        []Mapping // the same
	// Providers are those who give: by reference, or by name where there is none; Ref and Type only.
	Providers   []Org
	Cooperation Cooperation // see Content.Kind
	ChangedAt   time.Time

	settled     bool // settle has filled in what follows
	sure, maybe counted
}
