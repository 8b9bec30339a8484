package clearing

import (
	"slices"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/mechanism"
	"merida/party"
)

// ID identifies a case.
type ID string

// Kind tells requests from offers.
type Kind string

const (
	Request Kind = "request"
	Offer   Kind = "offer"
)

// State is how far a case has come; each but the last two waits for a step.
type State string

const (
	Received      State = "received"      // waits to be authenticated
	Authenticated State = "authenticated" // waits to be acknowledged
	Acknowledged  State = "acknowledged"  // will be circulated unless its author objects
	Objected      State = "objected"      // its author objected: it waits for its author
	Circulated    State = "circulated"    // waits for answers
	Answered      State = "answered"      // waits for its author to say what came of it
	Closed        State = "closed"        // its author said it, or nobody asks
	Withdrawn     State = "withdrawn"
)

// States lists the states in the order of a case's life.
var States = []State{Received, Authenticated, Acknowledged, Objected, Circulated, Answered, Closed, Withdrawn}

// Over reports whether nothing happens to the case any more.
func (s State) Over() bool { return s == Closed || s == Withdrawn }

// CircleKind says to whom a case is circulated.
type CircleKind string

const (
	Named   CircleKind = "named"     // providers and States by name
	AtTable CircleKind = "mechanism" // the members of a mechanism
	All     CircleKind = "parties"   // the people of every State, and every provider that has an account
)

// CircleKinds lists the circles from the narrowest.
var CircleKinds = []CircleKind{Named, AtTable, All}

// Circle is to whom a case is circulated. A published case is seen by everybody besides.
type Circle struct {
	Kind      CircleKind
	Mechanism mechanism.ID // of AtTable
	Asked     []Addressee  // of Named: whoever was named; of AtTable: who sat there when it was circulated
}

// Addressee is who is asked, or who answers: a State, or an organisation by its reference.
type Addressee struct {
	Party        party.ID
	Organisation string
}

// Content is what is asked for or offered.
type Content struct {
	Provisions []convention.ID     `json:"provisions"`
	Form       string              `json:"form"` // code of list ta-form
	What       lang.Text           `json:"what"`
	ForWhom    lang.Text           `json:"for_whom,omitempty"`
	When       lang.Text           `json:"when,omitempty"` // in words
	From       assistance.Day      `json:"from,omitempty"`
	To         assistance.Day      `json:"to,omitempty"`
	Language   lang.Tag            `json:"language,omitempty"`
	Modality   assistance.Modality `json:"modality,omitempty"`
	// Parties are the States to which an offer is made; empty means any. A request names none.
	Parties []party.ID `json:"parties,omitempty"`
}

// OfNeed is the content of a request made of a need: nothing is typed twice.
func OfNeed(n assistance.NeedContent) Content {
	return Content{Provisions: n.Provisions, Form: n.Form, What: n.What, ForWhom: n.ForWhom, When: n.When, From: n.From, To: n.To, Language: n.Language, Modality: n.Modality}
}

// need is the content in the form in which package assistance checks and weighs it.
func (c Content) need() assistance.NeedContent {
	return assistance.NeedContent{Provisions: c.Provisions, Form: c.Form, What: c.What, ForWhom: c.ForWhom, When: c.When, From: c.From, To: c.To, Language: c.Language, Modality: c.Modality}
}

// Result is what came of a case, in its author's eyes; empty until it was said.
type Result string

const (
	Achieved Result = "achieved"
	Partly   Result = "partly"
	Nothing  Result = "nothing"
)

// Results lists the results in the order in which they are offered.
var Results = []Result{Achieved, Partly, Nothing}

// Case is a request for assistance or an offer of it.
type Case struct {
	ID   ID
	Kind Kind
	// Party is the State that asks, or that offers; empty where an organisation offers.
	Party        party.ID
	Organisation string            // that offers
	Need         assistance.NeedID // of which a request was made; empty otherwise
	Content
	Circle   Circle
	Schedule Schedule // with which it began; it keeps it
	State    State
	// Due is the last day of the step that waits; empty when none has a day. See Ended.
	Due          assistance.Day
	Since        time.Time // when that step began
	CirculatedAt time.Time // zero before
	Public       bool      // its author published it
	Result       Result
	Outcome      lang.Text // what came of it, in words
	Reason       lang.Text // of an objection or a withdrawal; empty for readers outside
	By           string    // account that sent it; empty for readers outside
	Rev          int64
	CreatedAt    time.Time
	ChangedAt    time.Time
}

// Author is whose case it is.
func (c Case) Author() Addressee { return Addressee{c.Party, c.Organisation} }

// SouthSouth reports whether a State offers it to others.
func (c Case) SouthSouth() bool { return c.Kind == Offer && c.Party != "" }

// Scope is what rights on the case depend on.
func (c Case) Scope() identity.Scope {
	return identity.Scope{Party: c.Party, Organisation: c.Organisation}
}

// Overdue reports whether the step that waits is past its day.
func (c Case) Overdue(now time.Time) bool { return !c.State.Over() && Ended(c.Due, now) }

// EventKind is what happened to a case.
type EventKind string

const (
	Sent          EventKind = "sent"
	WasVerified   EventKind = "authenticated"
	WasSeen       EventKind = "acknowledged"
	WasRefused    EventKind = "objected"
	WasAllowed    EventKind = "allowed" // its author let it be circulated before the time was over, or after an objection
	WasCirculated EventKind = "circulated"
	AnswersClosed EventKind = "answered"
	WasFollowed   EventKind = "closed"
	WasPublished  EventKind = "published"
	WasWithdrawn  EventKind = "withdrawn"
)

// Event is something that happened to a case. Whose people did it is kept, not who: that stands in the audit record.
type Event struct {
	ID   string
	Case ID
	At   time.Time
	Kind EventKind
	Role identity.Role
	Addressee
	// Rule is set where the schedule did it and no person: a step passed over, or a time that ran out.
	Rule bool
	Note lang.Text // for the author and the secretariat
}

// AnswerKind is how somebody answers.
type AnswerKind string

const (
	Interested AnswerKind = "interested"
	Ready      AnswerKind = "ready"    // can give what is asked for; wishes to take up what is offered
	Declines   AnswerKind = "declines" // with the reason
)

// AnswerKinds lists the answers in the order in which they are offered.
var AnswerKinds = []AnswerKind{Interested, Ready, Declines}

// Answer is the present answer of a State or an organisation to a case; a later one takes its place, and the audit record keeps both.
type Answer struct {
	ID   string
	Case ID
	Addressee
	Kind AnswerKind
	Text lang.Text
	At   time.Time
	By   string // account
}

// Reader is who asks, as far as it decides what of cases is seen. The zero value is the public.
type Reader struct {
	Account      string
	Party        party.ID
	Organisation string
	All          bool // the secretariat
	Circle       bool // belongs to the circle of all States and providers
}

// ReaderOf says what an actor may see of cases.
func ReaderOf(a identity.Actor) Reader {
	r := Reader{Account: a.Account, All: a.May(identity.AcknowledgeCase, identity.Scope{})}
	switch a.Role {
	case identity.FocalPoint, identity.Approver, identity.ContactPoint:
		r.Party, r.Circle = a.Party, true
	case identity.Provider:
		r.Organisation, r.Circle = a.Organisation, true
	}
	return r
}

// Inside reports whether the reader is of the case's author or of the secretariat.
func (r Reader) Inside(c Case) bool {
	return r.All || r.Party != "" && r.Party == c.Party || r.Organisation != "" && r.Organisation == c.Organisation
}

// Seen takes out of a case what a reader outside is not told: who sent it and why it was held, who else was
// asked, and the words of one that was withdrawn.
func (r Reader) Seen(c Case) Case {
	if r.Inside(c) {
		return c
	}
	c.By, c.Reason = "", nil
	me := Addressee{r.Party, r.Organisation}
	c.Circle.Asked = slices.DeleteFunc(slices.Clone(c.Circle.Asked), func(a Addressee) bool { return a != me })
	if c.State == Withdrawn {
		c.What, c.ForWhom, c.When = nil, nil, nil
	}
	return c
}

// Shown lists the events that a reader is shown, and how: outside, without notes and without the author's hesitations.
func (r Reader) Shown(c Case, all []Event) (out []Event) {
	if r.Inside(c) {
		return all
	}
	for _, e := range all {
		if e.Kind == WasRefused || e.Kind == WasAllowed {
			continue
		}
		e.Note = nil
		out = append(out, e)
	}
	return out
}
