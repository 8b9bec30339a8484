package assessment

import (
	"context"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/identity"
	"merida/library"
	"merida/mail"
	"merida/party"
)

// Store is what this package asks of persistence. Errors: NotFound where the
// thing is not there or the sight does not reach it; what fn returns comes back unchanged.
type Store interface {
	// AddRound saves a round and which parties wait for it. A repeated request gets the first one's round.
	AddRound(ctx context.Context, o Opening, parties []party.ID, trace audit.Trace) (RoundID, error)
	// Waiting lists the parties that wait for a round, and WaitingRounds the rounds that any waits for.
	Waiting(ctx context.Context, round RoundID) ([]party.ID, error)
	WaitingRounds(ctx context.Context) ([]RoundID, error)
	// Enter lets one party into a round: it loads what it said in the round before, lets fn decide, and saves
	// that with the trace. Where the party does not wait any more it does nothing.
	Enter(ctx context.Context, round RoundID, p party.ID, fn func(*Entry) (audit.Trace, error)) error
	// Migration reads how a round came about; NotFound where no answers came along.
	Migration(ctx context.Context, round RoundID) (Migration, error)
	// Migrated lists the States whose answers came along into a round.
	Migrated(ctx context.Context, round RoundID) ([]Came, error)
	// Passages lists the migrations of which an assessment is either end, oldest first; Passed those of a round.
	Passages(ctx context.Context, id ID) ([]Came, error)
	Passed(ctx context.Context, from RoundID) ([]Migration, error)
	// CarriedInto lists where the answers of an assessment came from, as far as the sight reaches.
	CarriedInto(ctx context.Context, s identity.Sight, id ID) ([]Carried, error)
	// Spoken lists, for each party of a round, the questions to which it has said something; without content.
	Spoken(ctx context.Context, round RoundID) (map[party.ID][]string, error)
	// WrittenSince lists the answers that somebody wrote since they came into a round.
	WrittenSince(ctx context.Context, round RoundID) ([]Written, error)
	// UndoMigration marks a migration as undone; the parties that still wait for the round wait no longer.
	UndoMigration(ctx context.Context, round RoundID, at time.Time, name string, trace audit.Trace) (repeated bool, err error)
	// Leave loads one State's part of a migration, lets fn decide, and saves that with the trace. A round that every State has left is closed.
	Leave(ctx context.Context, id ID, fn func(*Leave) (audit.Trace, error)) error
	// Rounds lists all rounds, newest first. That a round is open is no secret.
	Rounds(ctx context.Context) ([]Round, error)
	// PublicRounds lists all rounds, newest first, as everyone may read them.
	PublicRounds(ctx context.Context) ([]Round, error)
	// Extend loads an assessment with its round, lets fn decide, and saves the dates and the extension with the trace.
	Extend(ctx context.Context, id ID, once audit.Once, fn func(*Assessment, Round) (*Extension, audit.Trace, error)) error
	// Standing lists all assessments without their progress, for the program itself.
	Standing(ctx context.Context) ([]Assessment, error)
	// Owing lists what contributors were assigned and have not handed over, for the program itself.
	Owing(ctx context.Context) ([]Owing, error)
	// AddNotes keeps those letters whose occasion is new, with a trace that is told how many
	// letters they make; where nobody can be reached there is no trace.
	AddNotes(ctx context.Context, notes []mail.Note, trace func(n int) audit.Trace) (n int, err error)
	// Extensions lists what the States of a round were granted, newest first. The rows
	// are those of one party where f names one.
	Extensions(ctx context.Context, f Filter) ([]Extension, error)
	// Find lists assessments with their progress. The rows carry no content;
	// officers see every party's progress, others that of their own party.
	Find(ctx context.Context, f Filter) ([]Row, error)
	// Whole reads an assessment with its answers; a narrowed sight gets the assigned answers only.
	Whole(ctx context.Context, s identity.Sight, id ID) (Whole, error)
	// Outline reads where each answer of an assessment stands and nothing else of it, in
	// the order of the questionnaire: what a list beside a page needs.
	Outline(ctx context.Context, s identity.Sight, id ID) ([]Answer, error)
	// Detail reads one answer for its page. Readers outside the party get the submitted
	// version as Current, never a later draft, and no proposals.
	Detail(ctx context.Context, s identity.Sight, id AnswerID) (Detail, error)
	// Versions lists an answer's versions, newest first; readers outside the party get the submitted one only.
	Versions(ctx context.Context, s identity.Sight, id AnswerID) ([]Version, error)
	// Contents reads the newest version of each answer of an assessment, by answer; answers never saved are absent.
	Contents(ctx context.Context, s identity.Sight, id ID) (map[AnswerID]Version, error)

	// Remarks lists what was written beside answers, oldest first, as far as the sight reaches the answer and the remark.
	Remarks(ctx context.Context, s identity.Sight, f RemarkFilter) ([]Remark, error)
	// Answered lists a State's own answers on provisions, in any round, with their newest
	// versions; none to readers outside the State.
	Answered(ctx context.Context, s identity.Sight, p party.ID, provisions []convention.ID) ([]Offer, error)
	// Reuses lists what was taken over into an assessment, or into one answer of it.
	Reuses(ctx context.Context, s identity.Sight, id ID, answer AnswerID) ([]Reused, error)
	// Findings lists what reviews wrote, newest first, as far as the sight reaches.
	Findings(ctx context.Context, s identity.Sight, f FindingFilter) ([]Finding, error)
	// Snapshots lists the submissions of an assessment, newest first, without their lines.
	Snapshots(ctx context.Context, s identity.Sight, id ID) ([]Snapshot, error)
	// Snapshot reads one submission with its lines and, in their order, the answers as they were
	// frozen. Who may read it is the caller's to ask. NotFound: there is no such submission.
	Snapshot(ctx context.Context, s identity.Sight, id ID, n int) (Snapshot, []Content, error)
	// Load counts what a contributor of a party holds.
	Load(ctx context.Context, p party.ID, account string) (Load, error)
	// HandOver passes what one contributor of a party holds to another, ends the first one's
	// sessions and closes the account. trace learns what was passed.
	HandOver(ctx context.Context, p party.ID, from string, to identity.Account, now time.Time, once audit.Once, trace func(Load) audit.Trace) error

	// Proposals lists the contributions to an assessment that the sight reaches, newest first.
	Proposals(ctx context.Context, s identity.Sight, id ID) ([]Proposal, error)

	// Unfounded gives those of the citations that lead to nothing the sight sees: to no such
	// measure, version or section.
	Unfounded(ctx context.Context, s identity.Sight, cs []library.Citation) ([]library.Citation, error)

	// ChangeAnswer loads an answer, lets fn decide, and saves what fn put into the
	// change together with the trace, atomically. fn may run twice. The result is that of store.Act.
	ChangeAnswer(ctx context.Context, id AnswerID, ref Ref, fn func(*AnswerChange) (audit.Trace, error)) (result string, repeated bool, err error)
	// ChangeAssessment does the same for an assessment with all its answers.
	ChangeAssessment(ctx context.Context, id ID, once audit.Once, fn func(*AssessmentChange) (audit.Trace, error)) error

	// Published reads what the public sees, through the public pool, by party, newest round first, in the order of the questionnaire.
	Published(ctx context.Context, f PublicFilter) ([]Public, error)
	// CitedBy reads the published answers that cite a measure.
	CitedBy(ctx context.Context, measure string) ([]Public, error)
}

// Filter narrows a list of assessments; zero fields do not narrow.
type Filter struct {
	Round RoundID
	Party party.ID
}

// RemarkFilter narrows a list of remarks; zero fields do not narrow.
type RemarkFilter struct {
	Assessment ID
	Answer     AnswerID
	Open       bool // not settled
}

// PublicFilter narrows a list of published answers; zero fields do not narrow.
type PublicFilter struct {
	Party party.ID
	// Provisions lists the wanted ones; the caller adds descendants. nil does not narrow.
	Provisions []convention.ID
	Answer     AnswerID
	// Withdrawn also gives what was withdrawn: the date and reason, without content.
	Withdrawn bool
}

// Ref says what else ChangeAnswer must load.
type Ref struct {
	Once     audit.Once // looked up before fn is asked
	Base     int        // this version of the answer
	Proposal ProposalID // this proposal
	Author   string     // the open proposal of this account, when Proposal is empty
	Remark   RemarkID   // this remark
	Finding  FindingID  // this finding
	Origin   AnswerID   // another answer, whose text is or was taken over
}

// AnswerChange is one answer inside an atomic change: what was read, and what fn wants saved.
type AnswerChange struct {
	Assessment Assessment
	Answer     Answer // saved back when fn changes it
	Current    Version
	Base       Version  // the version named by Ref.Base, zero when there is none
	Proposal   Proposal // the proposal named by Ref, zero when there is none
	// The answer named by Ref.Origin with its newest version, and what was taken over of it before; zero when there is none.
	Origin        Answer
	OriginVersion Version
	Reused        Reused
	Finding       Finding // the finding named by Ref, zero when there is none
	Remark        Remark  // the remark named by Ref, zero when there is none

	NewVersion  *Version   // appended
	PutProposal []Proposal // inserted or replaced by id
	PutRemark   *Remark    // inserted, or its settling saved
	PutFinding  *Finding   // inserted, or its closing saved
	PutReuse    *Reused    // inserted, or replaced by answer and origin
	// Publish becomes the public form of this answer. The cited measures that the
	// party itself entered become public with it, and the cited sections are mapped
	// to the answer's provision as validated by the party.
	Publish  *Public
	Withdraw *Public // the public form keeps its dates and loses its content
}

// AssessmentChange is one assessment inside an atomic change.
type AssessmentChange struct {
	Assessment Assessment // saved back when fn changes it
	Answers    []Answer   // saved back where fn changes them
	Current    map[AnswerID]Version
	Snapshot   *Snapshot // kept when fn sets it
	// Account finds an account as it stands now; NotFound for none.
	Account func(id string) (identity.Account, error)
}

// Snapshot is what a submission froze.
type Snapshot struct {
	Assessment ID
	N          int // 1 for the first submission
	Hash       string
	Lines      []SnapshotLine
	By         string
	ByName     string
	At         time.Time // set by reading
}

// SnapshotLine is one answer in a snapshot.
type SnapshotLine struct {
	Answer    AnswerID      `json:"answer"`
	Question  string        `json:"question"`
	Provision convention.ID `json:"provision"`
	Version   int           `json:"version"`
	Hash      string        `json:"hash"`
}
