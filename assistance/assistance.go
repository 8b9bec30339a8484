package assistance

import (
	"time"

	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// NeedID identifies a need.
type NeedID string

// ActivityID identifies an activity within this instance; an IATI identifier is another thing.
type ActivityID string

// LinkID identifies a link between a need and an activity.
type LinkID string

// StatementID identifies a statement.
type StatementID string

// NeedStatus is what has become of a need.
type NeedStatus string

const (
	Open      NeedStatus = "open"
	BeingMet  NeedStatus = "being_met"
	Met       NeedStatus = "met"
	Withdrawn NeedStatus = "withdrawn"
)

// NeedStatuses lists the statuses in the order of a need's life.
var NeedStatuses = []NeedStatus{Open, BeingMet, Met, Withdrawn}

// Priority is how urgent the State itself says that a need is; empty when it said nothing.
type Priority string

const (
	High   Priority = "high"
	Medium Priority = "medium"
	Low    Priority = "low"
)

// Priorities lists the priorities from the most urgent.
var Priorities = []Priority{High, Medium, Low}

// Modality is in which way assistance should be given; empty when the State said nothing.
type Modality string

const (
	OnSite Modality = "on_site" // people meet
	Remote Modality = "remote"  // at a distance: online, by telephone, in writing
	Mixed  Modality = "mixed"   // some of both
)

// Modalities lists the modalities in the order in which they are offered.
var Modalities = []Modality{OnSite, Remote, Mixed}

// Day is a date as "2006-01-02"; empty when not known. Days compare as strings.
type Day string

// Origin is the line of an answer from which a need was drafted; the zero value where it was entered by hand.
type Origin struct {
	Answer  string `json:"answer,omitempty"`  // assessment.AnswerID
	Version int    `json:"version,omitempty"` // of the answer
	Line    int    `json:"line,omitempty"`    // which of the wanted assistance, from 1
}

// NeedContent is what a need says. It is versioned and frozen as a whole.
type NeedContent struct {
	Provisions []convention.ID `json:"provisions"`
	Form       string          `json:"form"`               // code of list ta-form
	What       lang.Text       `json:"what"`               // what is asked for
	ForWhom    lang.Text       `json:"for_whom,omitempty"` // institution, group, number of people
	When       lang.Text       `json:"when,omitempty"`     // in words
	From       Day             `json:"from,omitempty"`     // the same in days, for the view
	To         Day             `json:"to,omitempty"`
	Language   lang.Tag        `json:"language,omitempty"` // in which the assistance should be given
	Modality   Modality        `json:"modality,omitempty"`
	Priority   Priority        `json:"priority,omitempty"`
	Status     NeedStatus      `json:"status"`
	Outcome    lang.Text       `json:"outcome,omitempty"` // when met or withdrawn
	// Provisions and Form may be empty while a need is a draft; what is shown to others has both.
}

// Need is assistance that a party asks for. To readers outside the party,
// Content is the version that was shown to them, never a later draft.
type Need struct {
	ID    NeedID
	Party party.ID
	NeedContent
	Origin Origin
	Class  publication.Class // who sees the shown version; Own until something was published
	Rev    int64             // newest version, from 1
	Shown  int64             // version seen outside the party, 0 when none
	// Hash is the SHA-256 of the content in this value, hex.
	Hash string
	// Author is the account that drafted the need; empty for readers outside the party.
	Author string
	// CreatedAt and ChangedAt are the party's own times; to readers outside the party they
	// are when what they see was shown.
	CreatedAt   time.Time
	ChangedAt   time.Time
	LastEditor  string    // account of the newest version; empty for readers outside the party
	PublishedAt time.Time // of the shown version
	// WithdrawnAt is set on the tombstone of a public need: dates, status and outcome remain, the words do not.
	WithdrawnAt time.Time
}

// Pending reports whether the party has changed something since it last published.
func (n Need) Pending() bool { return n.Shown > 0 && n.Rev > n.Shown }

// NeedVersion is one acknowledged save of a need.
type NeedVersion struct {
	N       int64
	Content NeedContent
	Hash    string
	At      time.Time
	By      string // account
	ByName  string // as it stood then
}

// Source says how a record of an activity came here.
type Source string

const (
	FromIATI        Source = "iati"        // a publisher's own IATI file
	FromProvider    Source = "provider"    // a provider's form
	FromSecretariat Source = "secretariat" // recorded by an officer
	FromParty       Source = "party"       // recorded by a State, own until published
)

// Editorial reports whether records of this source are public at once, marked with it.
func (s Source) Editorial() bool { return s != FromParty }

// MappingStatus says how sure a provision or form of an activity is.
type MappingStatus string

const (
	Proposed  MappingStatus = "proposed"  // by a rule, with its reason
	Confirmed MappingStatus = "confirmed" // by a person, or stated by whoever recorded the activity
	Rejected  MappingStatus = "rejected"  // a person said that the proposal is wrong
)

// Reason is a catalogue key with arguments: why a rule proposes something.
type Reason struct {
	Key  string     `json:"key"`
	Args fault.Args `json:"args,omitempty"`
}

// Mapping ties an activity to a provision or to a form of assistance.
type Mapping struct {
	Provision convention.ID // empty for a form
	Form      string        // code of list ta-form; empty for a provision
	Status    MappingStatus
	Reasons   []Reason  // of the proposal; nil where a person stated it
	At        time.Time // of the decision; who decided stands in the audit trail, since mappings are public with their activity
}

// Org is an organisation as a record names it.
type Org struct {
	Ref      string    `json:"ref,omitempty"`  // IATI organisation identifier
	Type     string    `json:"type,omitempty"` // code of list organisation-type
	Role     string    `json:"role,omitempty"` // code of list organisation-role, where it takes part
	Name     lang.Text `json:"name,omitempty"`
	Activity string    `json:"activity,omitempty"` // IATI identifier of its own record of the same activity
}

// Recipient is a State or area that receives.
type Recipient struct {
	Party party.ID `json:"party"`
	// Percent as stated, decimal text; empty when the record states none.
	Percent string `json:"percent,omitempty"`
	// Stated says where the record names it: "activity" or "transaction".
	Stated string    `json:"stated"`
	Text   lang.Text `json:"text,omitempty"`
}

// Region is a receiving region by code.
type Region struct {
	Vocabulary string    `json:"vocabulary,omitempty"`
	Code       string    `json:"code"`
	Percent    string    `json:"percent,omitempty"`
	Text       lang.Text `json:"text,omitempty"`
}

// Sector is a purpose by code.
type Sector struct {
	Vocabulary string `json:"vocabulary,omitempty"` // "1" is the five-digit list of the DAC
	// VocabularyURI is where a publisher lists a vocabulary of its own, 98 or 99.
	VocabularyURI string    `json:"vocabulary_uri,omitempty"`
	Code          string    `json:"code,omitempty"`
	Percent       string    `json:"percent,omitempty"`
	Text          lang.Text `json:"text,omitempty"`
}

// Marker is a policy marker.
type Marker struct {
	Vocabulary   string    `json:"vocabulary,omitempty"`
	Code         string    `json:"code"`
	Significance string    `json:"significance,omitempty"`
	Text         lang.Text `json:"text,omitempty"`
}

// Date is a dated event of an activity.
type Date struct {
	Type string    `json:"type"` // code of list activity-date-type
	On   Day       `json:"on"`
	Text lang.Text `json:"text,omitempty"`
}

// Description is a text about an activity.
type Description struct {
	Type string    `json:"type,omitempty"` // 1 general, 2 objectives, 3 target groups, 4 other
	Text lang.Text `json:"text"`
}

// Place is where an activity happens.
type Place struct {
	Ref         string    `json:"ref,omitempty"`
	Name        lang.Text `json:"name,omitempty"`
	Description lang.Text `json:"description,omitempty"`
	Point       string    `json:"point,omitempty"` // "latitude longitude", decimal degrees, WGS 84
}

// Money is an amount exactly as the record states it. Amounts of different records are never added.
type Money struct {
	Value    string `json:"value"`              // decimal text, may be negative
	Currency string `json:"currency,omitempty"` // ISO 4217; empty when the record gives none
	On       Day    `json:"on,omitempty"`       // date for the rate of exchange
}

// Cooperation is who works with whom.
type Cooperation string

const (
	SouthSouth Cooperation = "south_south" // between developing countries
	Triangular Cooperation = "triangular"  // the same with a third partner that supports it
)

// Cooperations lists the kinds of cooperation that a record can state.
var Cooperations = []Cooperation{SouthSouth, Triangular}

// Transaction is a movement of money or a promise of one, as stated.
type Transaction struct {
	Ref          string    `json:"ref,omitempty"`
	Type         string    `json:"type"` // code of list transaction-type
	On           Day       `json:"on,omitempty"`
	Money        Money     `json:"money"`
	Text         lang.Text `json:"text,omitempty"`
	Provider     *Org      `json:"provider,omitempty"`
	Receiver     *Org      `json:"receiver,omitempty"`
	Sectors      []Sector  `json:"sectors,omitempty"`
	Recipient    party.ID  `json:"recipient,omitempty"`
	Region       *Region   `json:"region,omitempty"`
	FlowType     string    `json:"flow_type,omitempty"`
	FinanceType  string    `json:"finance_type,omitempty"`
	AidTypes     []string  `json:"aid_types,omitempty"`
	TiedStatus   string    `json:"tied_status,omitempty"`
	Humanitarian bool      `json:"humanitarian,omitempty"`
}

// Budget is an indicative amount for a period, or a planned disbursement, as stated.
type Budget struct {
	Type     string `json:"type,omitempty"`   // code of list budget-type
	Status   string `json:"status,omitempty"` // code of list budget-status
	From     Day    `json:"from,omitempty"`
	To       Day    `json:"to,omitempty"`
	Money    Money  `json:"money"`
	Provider *Org   `json:"provider,omitempty"` // planned disbursements only
	Receiver *Org   `json:"receiver,omitempty"`
}

// Document is something to read about an activity; it stays where its publisher keeps it.
type Document struct {
	URL         string     `json:"url"`
	Format      string     `json:"format,omitempty"`
	Title       lang.Text  `json:"title,omitempty"`
	Description lang.Text  `json:"description,omitempty"`
	Categories  []string   `json:"categories,omitempty"` // codes of list document-category
	Languages   []lang.Tag `json:"languages,omitempty"`
	On          Day        `json:"on,omitempty"`
}

// Related names another activity by its IATI identifier.
type Related struct {
	Type       string `json:"type"` // code of list related-activity-type
	Identifier string `json:"identifier"`
}

// Contact is whom a record names for questions. Persons are named as their organisation published them.
type Contact struct {
	Type         string    `json:"type,omitempty"`
	Organisation lang.Text `json:"organisation,omitempty"`
	Department   lang.Text `json:"department,omitempty"`
	Person       lang.Text `json:"person,omitempty"`
	JobTitle     lang.Text `json:"job_title,omitempty"`
	Telephones   []string  `json:"telephones,omitempty"`
	Emails       []string  `json:"emails,omitempty"`
	Websites     []string  `json:"websites,omitempty"`
	Address      lang.Text `json:"address,omitempty"`
}

// Result is what an activity says that it brings about; indicators stay in the original.
type Result struct {
	Type  string    `json:"type,omitempty"`
	Title lang.Text `json:"title,omitempty"`
}

// Content is what a record says about an activity, in its own words and codes.
type Content struct {
	// Reporter is who publishes or recorded this; Secondary means that it reports on another's activity.
	Reporter  Org  `json:"reporter"`
	Secondary bool `json:"secondary,omitempty"`

	Titles       lang.Text     `json:"titles"`
	Descriptions []Description `json:"descriptions,omitempty"`
	Language     lang.Tag      `json:"language,omitempty"` // default of the record
	Currency     string        `json:"currency,omitempty"` // default of the record
	Hierarchy    string        `json:"hierarchy,omitempty"`
	Humanitarian bool          `json:"humanitarian,omitempty"`
	Status       string        `json:"status,omitempty"` // code of list activity-status
	Scope        string        `json:"scope,omitempty"`  // code of list activity-scope
	Dates        []Date        `json:"dates,omitempty"`
	Orgs         []Org         `json:"orgs,omitempty"` // who takes part, with roles
	Recipients   []Recipient   `json:"recipients,omitempty"`
	Regions      []Region      `json:"regions,omitempty"`
	// Places are the first twenty of PlaceCount locations.
	Places     []Place  `json:"places,omitempty"`
	PlaceCount int      `json:"place_count,omitempty"`
	Sectors    []Sector `json:"sectors,omitempty"`
	Markers    []Marker `json:"markers,omitempty"`

	CollaborationType string `json:"collaboration_type,omitempty"`
	// Cooperation is what the record itself calls the cooperation; empty when it says nothing.
	Cooperation Cooperation `json:"cooperation,omitempty"`
	FlowType    string      `json:"flow_type,omitempty"`
	FinanceType string      `json:"finance_type,omitempty"`
	AidTypes    []string    `json:"aid_types,omitempty"`
	TiedStatus  string      `json:"tied_status,omitempty"`

	Budgets      []Budget      `json:"budgets,omitempty"`
	Planned      []Budget      `json:"planned,omitempty"`
	Transactions []Transaction `json:"transactions,omitempty"`
	Documents    []Document    `json:"documents,omitempty"`
	Related      []Related     `json:"related,omitempty"`
	Contacts     []Contact     `json:"contacts,omitempty"`
	Results      []Result      `json:"results,omitempty"`
}

// Activity is assistance planned, given or received, as one record tells it.
type Activity struct {
	ID     ActivityID
	Source Source
	// IATIIdentifier is the publisher's identifier, or the one under which we would publish; may be empty.
	IATIIdentifier string
	Content
	// From and To are the first known and last known days, actual before planned; empty when not stated.
	From, To   Day
	Provisions []Mapping
	Forms      []Mapping
	// Organisation is the organisation, Party the State, whose people keep this record; both empty for imports and officers.
	Organisation string
	Party        party.ID
	Class        publication.Class // Public for editorial sources
	Rev          int64
	CreatedAt    time.Time
	ChangedAt    time.Time
	// LastUpdated is when the publisher says it last changed the record; zero when it does not say.
	LastUpdated time.Time
	PublishedAt time.Time // of a State's own record
}

// Phase is where an activity stands in time.
type Phase string

const (
	PhaseUnknown Phase = "unknown"
	Planned      Phase = "planned"
	UnderWay     Phase = "under_way"
	Completed    Phase = "completed"
	Stopped      Phase = "stopped" // cancelled or suspended
)

// Phase reads the activity-status code. Source: IATI code list ActivityStatus.
func (c Content) Phase() Phase {
	switch c.Status {
	case "1":
		return Planned
	case "2":
		return UnderWay
	case "3", "4":
		return Completed
	case "5", "6":
		return Stopped
	}
	return PhaseUnknown
}

// Statuses lists the codes of list activity-status that stand for a phase; "" stands for none that is known.
func (p Phase) Statuses() []string {
	switch p {
	case Planned:
		return []string{"1"}
	case UnderWay:
		return []string{"2"}
	case Completed:
		return []string{"3", "4"}
	case Stopped:
		return []string{"5", "6"}
	}
	return []string{""}
}

// Side is who speaks in a statement.
type Side string

const (
	ProviderSide    Side = "provider"
	BeneficiarySide Side = "beneficiary"
)

// StatementKind is what a side does with its statement.
type StatementKind string

const (
	Says     StatementKind = "says"     // the provider's own account
	Confirms StatementKind = "confirms" // the beneficiary agrees
	Disputes StatementKind = "disputes" // the beneficiary sees it otherwise
	Adds     StatementKind = "adds"     // the beneficiary completes
)

// Statement is what one side says about an activity.
type Statement struct {
	ID       StatementID
	Activity ActivityID
	Side     Side
	Kind     StatementKind
	Text     lang.Text // may be empty for Confirms
	// Party or Organisation for which By spoke.
	Party        party.ID
	Organisation string
	Class        publication.Class // Public for providers; Own until published for States
	By           string            // account; empty for public readers
	ByName       string            // as it stood then; empty for public readers
	At           time.Time
	Rev          int64 // of the record of which it speaks
}

// Position is where a State that receives stands towards a record: its last word that confirms or disputes,
// else what it added.
type Position struct {
	Activity ActivityID
	Party    party.ID
	Kind     StatementKind
	Text     lang.Text
	Class    publication.Class
	At       time.Time
	Earlier  bool // it speaks of an earlier revision of the record
}

// Link says that an activity serves a need. An undone link stays on record.
type Link struct {
	ID       LinkID
	Need     NeedID
	Activity ActivityID
	Note     lang.Text
	// By is the account; Role, Party and Organisation say for whom it acted.
	By           string
	Role         string
	Party        party.ID
	Organisation string
	At           time.Time
	UndoneBy     string
	UndoneAt     time.Time // zero while the link stands
}

// Standing reports whether the link was not undone.
func (l Link) Standing() bool { return l.UndoneAt.IsZero() }
