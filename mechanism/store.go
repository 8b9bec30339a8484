package mechanism

import (
	"context"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/party"
)

// Store is what this package asks of persistence. A reader gets what Reader describes;
// NotFound where the thing is not there or the reader may not know of it.
type Store interface {
	// Mechanisms lists what the reader may know of, by kind and id.
	Mechanisms(ctx context.Context, r Reader) ([]Mechanism, error)
	// Mechanism reads one.
	Mechanism(ctx context.Context, r Reader, id ID) (Mechanism, error)
	// PutMechanism adds (Rev 0) or replaces it where its revision is still m.Rev; a repeated request gets the
	// first one's id. Conflict: it has changed since.
	PutMechanism(ctx context.Context, m Mechanism, trace audit.Trace) (ID, error)

	// Members lists who sits in a mechanism, the chair first.
	Members(ctx context.Context, r Reader, id ID) ([]Member, error)
	// IsMember reports whether an account sits in it.
	IsMember(ctx context.Context, id ID, account string) (bool, error)
	// PutMember adds an account, or changes whether it chairs. NotFound: there is no such account, or it is closed.
	PutMember(ctx context.Context, id ID, account string, m Member, trace audit.Trace) error
	// DropMember takes an account out.
	DropMember(ctx context.Context, id ID, account string, trace audit.Trace) error

	// Meetings lists a mechanism's meetings, the latest first; to members and the secretariat alone.
	Meetings(ctx context.Context, r Reader, id ID) ([]Meeting, error)
	// PutMeeting adds or replaces as PutMechanism does.
	PutMeeting(ctx context.Context, m Meeting, trace audit.Trace) (MeetingID, error)
	// Actions lists agreed actions, open ones first, then by due day; to members and the secretariat alone.
	Actions(ctx context.Context, r Reader, id ID) ([]Action, error)
	// PutAction adds or replaces as PutMechanism does.
	PutAction(ctx context.Context, a Action, trace audit.Trace) error

	// Releases lists what was released, by party and order: to members and the secretariat all of it,
	// to a covered State's people their own.
	Releases(ctx context.Context, r Reader, id ID) ([]Release, error)
	// Release makes the submitted versions of these answers of a party the ones that were released to a
	// mechanism, and takes back others of that party in the same round. It tells how many stand then.
	// Answers that are not submitted, or of another party, are left out.
	Release(ctx context.Context, id ID, p party.ID, of assessment.ID, answers []assessment.AnswerID, at time.Time, trace audit.Trace) (int, error)

	// PutDossier keeps a dossier; a repeated request gets the first one's id.
	PutDossier(ctx context.Context, f Frozen, trace audit.Trace) (FrozenID, error)
	// Dossiers lists the kept dossiers of a mechanism without their content, the newest first; to members and the secretariat alone.
	Dossiers(ctx context.Context, r Reader, id ID) ([]Frozen, error)
	// Frozen reads a kept dossier whole.
	Frozen(ctx context.Context, r Reader, id ID, frozen FrozenID) (Frozen, error)
}
