package identity

import (
	"time"

	"merida/audit"
	"merida/fault"
	"merida/internal/id"
	"merida/party"
	"merida/publication"
)

// Role is the capacity in which somebody acts. One account has one role; a
// person with two duties has two accounts (and signs in to one at a time).
type Role string

const (
	Anonymous       Role = ""                 // the public
	Contributor     Role = "contributor"      // an agency's person who answers what was assigned
	FocalPoint      Role = "focal_point"      // prepares a party's answers and proposes
	Approver        Role = "approver"         // submits and publishes for a party
	ContactPoint    Role = "contact_point"    // a party's contact point for technical assistance
	Officer         Role = "officer"          // secretariat
	Administrator   Role = "administrator"    // accounts and settings
	Provider        Role = "provider"         // gives assistance: donor State, international body, NGO
	Reviewer        Role = "reviewer"         // governmental expert
	Auditor         Role = "auditor"          // reads the audit log
	OrgContributor  Role = "org_contributor"  // international organisation that feeds the repository
	MechanismMember Role = "mechanism_member" // member of a coordination body
	Operator        Role = "operator"         // whoever runs the program's commands on the host
)

// Roles lists every role that can sign in.
var Roles = []Role{Contributor, FocalPoint, Approver, ContactPoint, Officer, Administrator, Provider, Reviewer, Auditor, OrgContributor, MechanismMember}

// OfParty reports whether accounts of the role belong to a party.
func (r Role) OfParty() bool {
	switch r {
	case Contributor, FocalPoint, Approver, ContactPoint, Reviewer:
		return true
	}
	return false
}

// Actor is who does something: the zero Actor is the public.
type Actor struct {
	Account      string // account id, "" for the public
	Name         string // for screens and receipts, never for logs
	Agency       string // the agency an official works for, as shown to the party
	Role         Role
	Party        party.ID // the party for which the actor acts, "" when none
	Organisation string   // the organisation for which a provider acts
	Request      Request
}

// Request ties what an actor does to the request that asked for it.
type Request struct {
	ID   string // for log and audit
	Key  string // idempotency key, "" when the request carries none
	Hash string // hash of route and body, belongs to Key
}

// OperatorActor acts for the commands of the program: it records and imports, and never publishes for a party.
func OperatorActor() Actor { return Actor{Account: "operator", Role: Operator} }

// SignedIn reports whether the actor is not the public.
func (a Actor) SignedIn() bool { return a.Account != "" }

// Trace makes the record of an act on one object, to be saved with the change.
func (a Actor) Trace(at time.Time, act Act, p party.ID, kind, object string, detail map[string]string) audit.Trace {
	return audit.Trace{Once: a.Once(), Entries: []audit.Entry{{
		ID: id.New(at), At: at, Actor: a.Account, Role: string(a.Role), Party: p,
		Act: string(act), Kind: kind, Object: object, Detail: detail, Request: a.Request.ID,
	}}}
}

// Once names the request for the store, so that a repetition has no second
// effect; the zero value when the request carries no key.
func (a Actor) Once() audit.Once {
	if a.Request.Key == "" {
		return audit.Once{}
	}
	return audit.Once{Actor: a.Account, Key: a.Request.Key, Hash: a.Request.Hash}
}

// Scope is what an act is about, as far as rights depend on it.
type Scope struct {
	Party        party.ID // party whose record it is, "" for records of no party
	Organisation string   // organisation whose record it is
	Assigned     bool     // the record is assigned to the actor
	LastEditor   string   // account that last edited what is to be published
	Member       bool     // the actor sits in the mechanism whose record it is
}

// Must returns nil when the policy lets the actor do the act within the scope.
// Unauthenticated: nobody is signed in. NotFound: the actor may not know of the
// record. Denied: the actor may know of it but not do this.
func (a Actor) Must(act Act, s Scope) error {
	if a.May(act, s) {
		return nil
	}
	switch {
	case !a.SignedIn():
		return fault.Of(fault.Unauthenticated)
	case s.Party != "" && a.Party != s.Party && policy[act].ofParties():
		return fault.Of(fault.NotFound)
	default:
		return fault.New(fault.Denied, "", fault.Args{"act": string(act)})
	}
}

// May reports what Must would allow.
func (a Actor) May(act Act, s Scope) bool { return policy[act][a.Role].holds(a, s) }

// Sight is what an actor may see of records that carry a party and a visibility class.
// The zero Sight sees what is public.
type Sight struct {
	// Party is the party whose records are seen at every class; "" when none.
	Party party.ID
	// Assigned, when not empty, narrows Party to the answers that are assigned to this account.
	Assigned string
	// Floor is the narrowest class that is seen of any party; the zero value means Public.
	Floor publication.Class
	// Organisation is the organisation whose own records are seen at every class; "" when none.
	Organisation string
}

// Works reports whether the reader has a part in a party's assessment: its own
// people, the reviewers and the secretariat. Others read what was shared, not the work on it.
func (s Sight) Works(p party.ID) bool {
	return s.Party != "" && s.Party == p || s.Floor == publication.Secretariat || s.Floor == publication.Reviewers
}

// Sight says what the actor may see now.
func (a Actor) Sight() Sight {
	s := Sight{Floor: publication.Public, Organisation: a.Organisation}
	switch a.Role {
	case FocalPoint, Approver, ContactPoint:
		s.Party, s.Floor = a.Party, publication.Parties
	case Contributor:
		s.Party, s.Assigned = a.Party, a.Account
	case Reviewer:
		s.Floor = publication.Reviewers
	case Officer:
		s.Floor = publication.Secretariat
	case Provider:
		if a.Party != "" { // a donor State reads what parties share with each other
			s.Floor = publication.Parties
		}
	}
	return s
}

// MinRank is the rank from which a class is seen of any party.
func (s Sight) MinRank() int {
	if r := s.Floor.Rank(); r >= 0 {
		return r
	}
	return publication.Public.Rank()
}

// Sees reports whether a record of party p at class c is seen. Where Assigned
// narrows the sight, the caller must ask for the assignment as well.
func (s Sight) Sees(p party.ID, c publication.Class) bool {
	return c.Rank() >= s.MinRank() || s.Party != "" && s.Party == p && s.Assigned == ""
}
