package assessment

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
	"merida/publication"
)

// ID identifies an assessment.
type ID string

// RoundID identifies a round.
type RoundID string

// AnswerID identifies an answer.
type AnswerID string

// ProposalID identifies a contribution that is kept apart.
type ProposalID string

// Round is an approved edition opened to parties.
type Round struct {
	ID       RoundID
	Edition  string // questionnaire.EditionID
	Titles   lang.Text
	OpenedAt time.Time
	OpenedBy string
	// Deadlines are the dates of the steps; the one that most readers ask for is that of the submission.
	Deadlines Deadlines
}

// State is where an assessment stands.
type State string

const (
	Draft     State = "draft"     // agencies answer
	Proposed  State = "proposed"  // the focal point hands it to the approver
	Submitted State = "submitted" // frozen, seen by the secretariat
	Returned  State = "returned"  // some answers are open again, with reasons
	Closed    State = "closed"    // the State goes on in another round; nothing here changes any more
)

// Assessment is one party in one round.
type Assessment struct {
	ID          ID
	Round       RoundID
	Party       party.ID
	State       State
	Rev         int64 // grows with each change of the assessment itself
	Submissions int   // how often it was submitted
	SubmittedAt time.Time
	SubmittedBy string
	Receipt     string    // SHA-256 of the last snapshot, hex
	Extended    Deadlines // dates that this State was granted over those of the round
	ChangedAt   time.Time
}

// AnswerState is where one answer stands.
type AnswerState string

const (
	Empty     AnswerState = "empty"
	Drafted   AnswerState = "draft"
	Frozen    AnswerState = "submitted"
	SentBack  AnswerState = "returned" // open again because a reviewer asked
	Published AnswerState = "published"
)

// Answer is a party's answer to one question, without the words: those are in its versions.
type Answer struct {
	ID         AnswerID
	Assessment ID
	Party      party.ID
	Question   string
	Provision  convention.ID
	Order      int
	State      AnswerState
	Version    int // newest version, 0 when nothing was saved
	Submitted  int // version frozen by the last submission, 0 when none
	Published  int // version that the public sees, 0 when none
	// Class is the widest class that reads the submitted version: own until submission.
	Class      publication.Class
	Assignee   string // account that contributes, "" when nobody
	Agency     string // its agency, as shown to the party
	DueOn      string
	Reason     string // why it was returned, in the words of who returned it
	ReturnedBy string
	ReturnedAt time.Time
	ChangedAt  time.Time
}

// Implementation is the first part of every answer.
type Implementation string

const (
	Unanswered Implementation = ""
	Yes        Implementation = "yes"
	InPart     Implementation = "in_part"
	No         Implementation = "no"
)

// Wanted is assistance that would help, as specific as the party can say.
type Wanted struct {
	Form    string `json:"form"` // code of the list of forms of assistance
	What    string `json:"what,omitempty"`
	ForWhom string `json:"for_whom,omitempty"`
	When    string `json:"when,omitempty"`
}

// Given is assistance already received.
type Given struct {
	Form string `json:"form"`
	By   string `json:"by,omitempty"`
	When string `json:"when,omitempty"`
	What string `json:"what,omitempty"`
}

// Content is what an answer says. All parts are in one version; a publication names the parts it shows.
type Content struct {
	Lang           lang.Tag           `json:"lang"` // language of the party's own words
	Implementation Implementation     `json:"implementation,omitempty"`
	Citations      []library.Citation `json:"citations,omitempty"`
	Practice       string             `json:"practice,omitempty"` // cases, statistics, evaluations
	Missing        string             `json:"missing,omitempty"`  // what is not yet in place
	Challenges     []string           `json:"challenges,omitempty"`
	Wanted         []Wanted           `json:"wanted,omitempty"`
	Given          []Given            `json:"given,omitempty"`
}

// Part names what can be published apart.
type Part string

const (
	PartImplementation Part = "implementation"
	PartCitations      Part = "citations"
	PartPractice       Part = "practice"
	PartMissing        Part = "missing"
	PartWanted         Part = "wanted"
	PartGiven          Part = "given"
)

// Parts lists every part in the order of the questionnaire.
var Parts = []Part{PartImplementation, PartCitations, PartPractice, PartMissing, PartWanted, PartGiven}

// Only keeps the named parts. Challenges go with what is missing.
func (c Content) Only(parts []Part) Content {
	out := Content{Lang: c.Lang}
	for _, p := range parts {
		switch p {
		case PartImplementation:
			out.Implementation = c.Implementation
		case PartCitations:
			out.Citations = c.Citations
		case PartPractice:
			out.Practice = c.Practice
		case PartMissing:
			out.Missing, out.Challenges = c.Missing, c.Challenges
		case PartWanted:
			out.Wanted = c.Wanted
		case PartGiven:
			out.Given = c.Given
		}
	}
	return out
}

// Empty reports whether nothing was said; the language alone says nothing.
func (c Content) Empty() bool { return c.Equal(Content{Lang: c.Lang}) }

// Equal reports whether two contents say the same.
func (c Content) Equal(d Content) bool {
	return c.Lang == d.Lang && c.Implementation == d.Implementation && c.Practice == d.Practice && c.Missing == d.Missing &&
		slices.Equal(c.Citations, d.Citations) && slices.Equal(c.Challenges, d.Challenges) &&
		slices.Equal(c.Wanted, d.Wanted) && slices.Equal(c.Given, d.Given)
}

// Hash is the SHA-256 of the content's canonical JSON (fields in the order of
// the type, absent when empty), hex. It is stored with each version and checked by `merida check`.
func (c Content) Hash() string {
	b, _ := json.Marshal(c) // cannot fail: strings and numbers only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Version is one acknowledged save of an answer.
type Version struct {
	Answer  AnswerID
	N       int // 1, 2, …
	Content Content
	Hash    string
	At      time.Time
	By      string // account
	ByName  string // as it stood then
	Agency  string
	Source  Source
	Of      ProposalID // the contribution that was accepted, when Source says so
}

// Source says how a version came about.
type Source string

const (
	Typed     Source = "typed"
	Accepted  Source = "accepted" // from a contribution
	FromReuse Source = "reused"   // from another answer of the same State
	Migrated  Source = "migrated" // from the same State's answer to an earlier edition; By is who wrote it
)

// ProposalState is where a contribution stands.
type ProposalState string

const (
	Writing     ProposalState = "writing"
	Offered     ProposalState = "offered" // handed to the focal point
	Taken       ProposalState = "accepted"
	HandedBack  ProposalState = "returned"
	SetAside    ProposalState = "set_aside" // the second of two texts, kept until somebody decides
	Transferred ProposalState = "merged"    // its text was taken over by hand
)

// Proposal is a text that is kept apart from the party's line of versions.
type Proposal struct {
	ID      ProposalID
	Answer  AnswerID
	Base    int // version of the answer that the author saw
	Author  string
	Name    string
	Agency  string
	State   ProposalState
	Saves   int // version of the proposal itself, grows with each save
	Content Content
	Note    string // the focal point's reason when handed back
	At      time.Time
}

// Open reports whether the author may still write in it.
func (p Proposal) Open() bool { return p.State == Writing || p.State == HandedBack }

// Progress counts an assessment's answers.
type Progress struct {
	Questions, Answered, Submitted, Returned, Published int
}

// Row is an assessment as lists show it.
type Row struct {
	Assessment
	Progress Progress
}

// Whole is an assessment with its round and answers in the order of the questionnaire.
type Whole struct {
	Assessment Assessment
	Round      Round
	Answers    []Answer
}

// Detail is everything that the page of one question needs.
type Detail struct {
	Assessment Assessment
	Round      Round
	Answer     Answer
	Current    Version    // zero when nothing was saved
	Proposals  []Proposal // those the reader may see, newest first
}

// Public is a published answer as everyone sees it.
type Public struct {
	Answer      AnswerID
	Assessment  ID
	Round       RoundID
	Party       party.ID
	Question    string
	Provision   convention.ID
	Order       int // within the questionnaire
	Version     int
	Parts       []Part
	Content     Content // only the published parts; empty after a withdrawal
	Hash        string  // of Content
	PublishedAt time.Time
	WithdrawnAt time.Time // zero while it is public
	Reason      string    // why it was withdrawn, when that was said
}

// Scope is what rights on an answer depend on.
func (a Answer) Scope(actor identity.Actor) identity.Scope {
	return identity.Scope{Party: a.Party, Assigned: a.Assignee != "" && a.Assignee == actor.Account}
}
