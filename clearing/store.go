package clearing

import (
	"context"
	"errors"

	"merida/assistance"
	"merida/audit"
	"merida/convention"
	"merida/mail"
	"merida/party"
)

// Change is one case inside an atomic change: what was read, and what fn wants saved.
type Change struct {
	Case    Case     // saved back
	Answers []Answer // all, by time

	Events    []Event // appended
	PutAnswer *Answer // takes the place of an earlier one of the same addressee
	// Seat has Case.Circle.Asked filled with whoever sits in the mechanism now, its author left out.
	Seat bool
	// Publish makes the public copy what the case says now; a case that is public is copied again at each change.
	Publish bool
	Mail    []mail.Note
}

// ErrNothing is what the function of a Change returns when there is nothing to do any more; nothing is saved then.
var ErrNothing = errors.New("nothing to do")

// Filter narrows a list of cases; zero fields do not narrow.
type Filter struct {
	Kind         Kind
	Party        party.ID
	Organisation string
	Need         assistance.NeedID
	States       []State
	Forms        []string
	Provisions   []convention.ID
	Open         bool           // something waits still
	DueBefore    assistance.Day // its step is due before this day
	Limit        int            // 100 when zero, 500 at most
	Offset       int
}

// Store is what this package asks of persistence. A reader gets what Reader describes;
// NotFound where the case is not there or the reader may not know of it.
type Store interface {
	// Cases lists cases, the newest first, with how many there are.
	Cases(ctx context.Context, r Reader, f Filter) ([]Case, int, error)
	// Case reads one.
	Case(ctx context.Context, r Reader, id ID) (Case, error)
	// Add saves a new case; a repeated request gets the first one's id.
	Add(ctx context.Context, c Change, trace audit.Trace) (ID, error)
	// Change loads a case, lets fn decide, and saves. fn may run twice. done is false where fn returned ErrNothing.
	Change(ctx context.Context, id ID, once audit.Once, fn func(*Change) (audit.Trace, error)) (done bool, err error)
	// Events lists what happened to a case, in order, as the reader is shown it.
	Events(ctx context.Context, r Reader, id ID) ([]Event, error)
	// Answers lists the answers to a case, by time: to its author and the secretariat all, to others their own.
	Answers(ctx context.Context, r Reader, id ID) ([]Answer, error)
	// Answered tells which cases the reader's State or organisation has answered.
	Answered(ctx context.Context, r Reader) (map[ID]bool, error)

	// Schedule reads the present schedule of a kind; the default where none was set.
	Schedule(ctx context.Context, k Kind) (Schedule, error)
	// PutSchedule adds a schedule after the one whose number is s.N. Conflict: another was set since.
	PutSchedule(ctx context.Context, s Schedule, trace audit.Trace) error
	// Calendar reads the working days of a State, or of the secretariat; the default where none was set.
	Calendar(ctx context.Context, owner party.ID) (Calendar, error)
	// PutCalendar replaces one whose revision is still c.Rev. Conflict: it has changed since.
	PutCalendar(ctx context.Context, c Calendar, trace audit.Trace) error

	// Organisations lists the organisations that have an open provider's account, by reference.
	Organisations(ctx context.Context) ([]string, error)
	// AddNotes keeps the letters whose occasion is new, and tells how many were addressed to somebody.
	AddNotes(ctx context.Context, notes []mail.Note, trace func(n int) audit.Trace) (int, error)
}
