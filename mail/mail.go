package mail

import (
	"context"
	"time"

	"merida/party"
)

// Kind says what a letter is about; its words are mail.KIND.subject and mail.KIND.body of the catalogue.
type Kind string

const (
	RoundOpened   Kind = "round_opened"
	Extended      Kind = "extended"    // a later date was granted
	Reminder      Kind = "reminder"    // a deadline comes near
	Overdue       Kind = "overdue"     // a deadline has passed
	Assigned      Kind = "assigned"    // questions wait for a contributor
	Offered       Kind = "offered"     // a contribution waits for the focal point
	HandedBack    Kind = "handed_back" // a contribution came back to its author
	Proposed      Kind = "proposed"    // the approver can submit
	Submitted     Kind = "submitted"
	Returned      Kind = "returned" // the secretariat or a reviewer sent answers back
	Invited       Kind = "invited"  // carries a link to come in
	SignIn        Kind = "sign_in"  // carries a link that its reader asked for
	Remarked      Kind = "remarked" // somebody wrote beside an answer
	HandedOver    Kind = "handed_over"
	StillYou      Kind = "still_you" // a contact point is asked whether it is still right
	StillYouAgain Kind = "still_you_again"
	ContactLeft   Kind = "contact_left"        // a contact said that somebody else follows
	Unconfirmed   Kind = "contact_unconfirmed" // nobody answered twice
	ContactDue    Kind = "contact_due"         // a contact point without an address is to be confirmed
	NeedsMet      Kind = "needs_met"           // needs have stood for a year
	HookOff       Kind = "hook_off"            // a webhook was given up
	Digest        Kind = "digest"              // what changed of what its reader follows
)

// Note is a letter to be written. It is addressed to one account, or to everyone
// who holds one of the roles for a party.
type Note struct {
	Kind    Kind
	Account string
	// Contact addresses a contact point of the register instead, which need not have an account.
	Contact string
	Party   party.ID // whose matter it is; with Roles, also the addressees
	Roles   []string // identity.Role
	// Officers addresses the officers of the secretariat instead, about a matter of Party.
	Officers bool
	// Organisation, with Roles, addresses the people of an organisation instead of a party's.
	Organisation string
	// Everyone addresses all who hold one of the roles, and Mechanism the members of a coordination body, except
	// the people of But and of ButOrganisation, whose matter it is.
	Everyone        bool
	Mechanism       string
	But             party.ID
	ButOrganisation string
	// About is whose matter it is where that is not Party, whose people are addressed.
	About party.ID
	// Ref names the occasion: a second note of the same Ref to the same account is dropped. Empty for a note that always counts.
	Ref string
	// Args are ids and dates for the words: "round", "path", "date", "step", "n", "digest", "organisation", "case_state". Never names, texts or secrets.
	Args map[string]string
}

// Message is a note to one account, with what became of it.
type Message struct {
	ID      string
	Account string // empty for a letter to a contact point
	Contact string // id of the contact point, else empty
	Party   party.ID
	Kind    Kind
	Ref     string
	Args    map[string]string
	At      time.Time // when it was noted
	NextAt  time.Time // not to be tried before
	Tries   int
	SentAt  time.Time // zero while it waits
	Failed  string    // why it was given up or could not be sent last; empty when all is well
	GivenUp bool
	// What was written, kept in a demonstration only: letters may carry a link to sign in.
	To, Subject, Body string
}

// How long and how often a letter is tried.
const (
	MaxTries = 8
	// Stale is the age after which a letter is not sent any more: nobody is helped by last month's reminder.
	Stale = 7 * 24 * time.Hour
	claim = 5 * time.Minute
)

// Claim is until when a message that is being sent is left alone by others.
func Claim(now time.Time) time.Time { return now.Add(claim) }

// Again is when a message is tried next after it failed: one minute, then twice as long each time, four hours at most.
func Again(now time.Time, tries int) time.Time {
	d := time.Minute << min(max(tries-1, 0), 8)
	return now.Add(min(d, 4*time.Hour))
}

// Store keeps messages. Notes are added by whatever act they belong to.
type Store interface {
	// Waiting lists messages that may be tried now, oldest first.
	Waiting(ctx context.Context, now time.Time, limit int) ([]Message, error)
	// Claim sets when a message may be tried next; ok is false when somebody else took it meanwhile.
	Claim(ctx context.Context, m Message, until time.Time) (ok bool, err error)
	// Mark saves what became of a message.
	Mark(ctx context.Context, m Message) error
	// Messages lists all, newest first, with how many there are.
	Messages(ctx context.Context, f Filter) ([]Message, int, error)
	// Known tells which of the refs have been noted already.
	Known(ctx context.Context, refs []string) (map[string]bool, error)
}

// Filter narrows a list of messages; zero fields do not narrow.
type Filter struct {
	Waiting bool // neither sent nor given up
	Limit   int  // 100 when zero
	Offset  int
}

// Sender takes a letter away. An error means that it may be tried again later.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}
