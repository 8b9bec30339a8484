package directory

import (
	"context"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// ContactID identifies a contact point.
type ContactID string

// ContactRole is what a contact point is there for.
type ContactRole string

const (
	TAContact          ContactRole = "ta_contact_point"     // technical assistance: gathers and spreads what is received and given
	NationalFocalPoint ContactRole = "focal_point"          // of the self-assessment
	CompetentAuthority ContactRole = "competent_authority"  // named under the Convention, such as article 46(13)
	PreventionBody     ContactRole = "preventive_authority" // article 6(3)
	ProviderDesk       ContactRole = "provider_desk"        // where a provider answers requests
)

// ContactRoles lists the roles in the order in which they are shown.
var ContactRoles = []ContactRole{TAContact, NationalFocalPoint, CompetentAuthority, PreventionBody, ProviderDesk}

// ContactPoint is an office, or a person in it, that answers for a party or an organisation.
type ContactPoint struct {
	ID           ContactID
	Party        party.ID // of a State's contact point; empty for a provider's desk
	Organisation string   // reference of the organisation; empty for a State's
	Role         ContactRole
	Office       lang.Text
	Person       string // may be empty: offices last longer than people
	Email        string
	Telephone    string
	Languages    []lang.Tag
	From, To     string // dates, "2026-01-31"; To is empty while the mandate lasts
	ConfirmedOn  string // date on which the contact point last said that this is still right
	// Nomination is what the secretariat held it against: the State's note, with its date; VerifiedOn is when.
	// A change of office, person or address takes the verification back.
	Nomination string
	VerifiedOn string
	Asked
	Class      publication.Class
	Rev        int64
	LastEditor string
	ChangedAt  time.Time
}

// Current reports whether the mandate lasts on a day ("2026-01-31").
func (c ContactPoint) Current(day string) bool {
	return (c.From == "" || c.From <= day) && (c.To == "" || c.To >= day)
}

// Due reports whether it is time to ask again whether a contact point is still right: its mandate lasts, and it was
// last confirmed a year ago or longer.
func (c ContactPoint) Due(now time.Time) bool {
	return c.Current(now.UTC().Format(time.DateOnly)) && c.ConfirmedOn <= now.UTC().AddDate(-1, 0, 0).Format(time.DateOnly)
}

// ContactFilter narrows a list of contact points; zero fields do not narrow.
type ContactFilter struct {
	Party        party.ID
	Organisation string
	Role         ContactRole
}

// ContactStore is what the register asks of persistence. A sight that sees only what is public is answered by the public pool.
type ContactStore interface {
	// Contacts lists what the sight reaches, by party, organisation and role.
	Contacts(ctx context.Context, s identity.Sight, f ContactFilter) ([]ContactPoint, error)
	// PutContact adds a contact point (Rev 0) or replaces it where its revision is still c.Rev. Conflict: it has changed since.
	PutContact(ctx context.Context, c ContactPoint, trace audit.Trace) error
	// AskContact saves how far the yearly question is, with its letter. Conflict: the contact point or the question has moved since c was read.
	AskContact(ctx context.Context, c ContactPoint, a Asked, trace audit.Trace) error
	// AddContactLink saves the hash of a letter's link.
	AddContactLink(ctx context.Context, hash string, of ContactID, at time.Time) error
	// ContactOfLink reads the contact point of a link made after a moment, whatever its class. NotFound: there is no such link.
	ContactOfLink(ctx context.Context, hash string, after time.Time) (ContactPoint, error)
	// ForgetContactLinks drops links made before a moment.
	ForgetContactLinks(ctx context.Context, before time.Time) error
}

// Register holds the acts on contact points.
type Register struct {
	Store ContactStore
	Now   clock.Func
}

const maxContactField = 500

// Keep adds a contact point, or changes it when c.ID is set. What a State's people enter is the State's own until it is
// published; what the secretariat enters is public at once. A change takes a published record back to the State.
// Denied or NotFound: the actor does not keep that party's register. Invalid: a field is missing or none of its kind.
func (r *Register) Keep(ctx context.Context, actor identity.Actor, c ContactPoint) (ContactID, error) {
	if actor.Party != "" {
		c.Party = actor.Party
	}
	if err := actor.Must(identity.KeepContacts, identity.Scope{Party: c.Party}); err != nil {
		return "", err
	}
	c.Class = publication.Own
	if actor.Party == "" {
		c.Class = publication.Public
	}
	if err := c.check(); err != nil {
		return "", err
	}
	now := r.Now()
	fresh := c.ID == ""
	if fresh {
		c.ID, c.Rev = ContactID(id.New(now)), 0
	} else {
		have, err := r.one(ctx, actor, c.ID)
		if err != nil {
			return "", err
		}
		if c.Nomination, c.VerifiedOn = have.Nomination, have.VerifiedOn; !have.same(c) {
			c.VerifiedOn = ""
		}
	}
	if err := r.alone(ctx, actor, c, now); err != nil {
		return "", err
	}
	c.LastEditor, c.ChangedAt, c.Asked = actor.Account, now, Asked{} // who writes it down says that it is right
	if c.ConfirmedOn == "" {
		c.ConfirmedOn = now.Format(time.DateOnly)
	}
	return c.ID, r.Store.PutContact(ctx, c, actor.Trace(now, identity.KeepContacts, c.Party, "contact_point", string(c.ID), nil))
}

// alone holds that a State has one contact point for technical assistance at a time. Conflict: another holds the
// mandate; it is handed over, not doubled.
func (r *Register) alone(ctx context.Context, actor identity.Actor, c ContactPoint, now time.Time) error {
	today := now.UTC().Format(time.DateOnly)
	if c.Role != TAContact || c.Party == "" || c.To != "" && c.To < today {
		return nil
	}
	all, err := r.Store.Contacts(ctx, actor.Sight(), ContactFilter{Party: c.Party, Role: TAContact})
	for _, x := range all {
		if x.ID != c.ID && (x.To == "" || x.To >= today) && (x.To == "" || c.From == "" || x.To >= c.From) {
			return fault.New(fault.Conflict, "contact.error.second", nil)
		}
	}
	return err
}

// same reports whether what a nomination names is the same.
func (c ContactPoint) same(d ContactPoint) bool {
	return c.Role == d.Role && c.Person == d.Person && c.Email == d.Email && c.Telephone == d.Telephone && c.Office.Pick("en") == d.Office.Pick("en")
}

// HandOver ends a contact point on the day before its successor begins and adds the successor, which is the State's own
// until it is published. Invalid: the successor has no day on which it begins, or see Keep.
func (r *Register) HandOver(ctx context.Context, actor identity.Actor, from ContactID, to ContactPoint) (ContactID, error) {
	old, err := r.one(ctx, actor, from)
	if err != nil {
		return "", err
	}
	if err := actor.Must(identity.KeepContacts, identity.Scope{Party: old.Party}); err != nil {
		return "", err
	}
	begins, err := time.Parse(time.DateOnly, to.From)
	if err != nil {
		var bad fault.List
		bad.Add("from", "fault.not_a_date", nil)
		return "", bad.Err()
	}
	to.ID, to.Role, to.Party, to.Organisation = "", old.Role, old.Party, old.Organisation
	probe := to
	if err := probe.check(); err != nil { // before anything is changed
		return "", err
	}
	old.To = begins.AddDate(0, 0, -1).Format(time.DateOnly)
	if old.From > old.To {
		old.To = old.From
	}
	old.ChangedAt = r.Now()
	ending := actor
	ending.Request.Key = ""
	if err := r.Store.PutContact(ctx, old, ending.Trace(old.ChangedAt, identity.KeepContacts, old.Party, "contact_point", string(old.ID), map[string]string{"to": old.To})); err != nil {
		return "", err
	}
	return r.Keep(ctx, actor, to)
}

// Verify records that the secretariat held a contact point against the State's nomination. Denied: the actor is not of
// the secretariat. Invalid: it is not said against which nomination.
func (r *Register) Verify(ctx context.Context, actor identity.Actor, id ContactID, nomination string) error {
	c, err := r.one(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.FollowRound, identity.Scope{}); err != nil { // officers
		return err
	}
	var bad fault.List
	if nomination = strings.TrimSpace(nomination); nomination == "" {
		bad.Add("nomination", "fault.required", nil)
	} else if len(nomination) > maxContactField || !utf8.ValidString(nomination) {
		bad.Add("nomination", "fault.too_long", fault.Args{"limit": maxContactField, "length": len(nomination)})
	}
	if err := bad.Err(); err != nil {
		return err
	}
	c.ChangedAt = r.Now()
	c.Nomination, c.VerifiedOn = nomination, c.ChangedAt.UTC().Format(time.DateOnly)
	return r.Store.PutContact(ctx, c, actor.Trace(c.ChangedAt, identity.KeepContacts, c.Party, "contact_point", string(c.ID), map[string]string{"verified": c.VerifiedOn}))
}

func (r *Register) one(ctx context.Context, actor identity.Actor, id ContactID) (ContactPoint, error) {
	all, err := r.Store.Contacts(ctx, actor.Sight(), ContactFilter{Party: actor.Party})
	if err != nil {
		return ContactPoint{}, err
	}
	i := slices.IndexFunc(all, func(c ContactPoint) bool { return c.ID == id })
	if i < 0 {
		return ContactPoint{}, fault.Of(fault.NotFound)
	}
	return all[i], nil
}

// Publish makes a State's contact point public. Denied: the actor is no approver, or edited it last.
func (r *Register) Publish(ctx context.Context, actor identity.Actor, id ContactID) error {
	c, err := r.one(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.Publish, identity.Scope{Party: c.Party, LastEditor: c.LastEditor}); err != nil {
		return err
	}
	c.Class, c.ChangedAt = publication.Public, r.Now()
	return r.Store.PutContact(ctx, c, actor.Trace(c.ChangedAt, identity.Publish, c.Party, "contact_point", string(c.ID), nil))
}

// Confirm records that a contact point is still right today.
func (r *Register) Confirm(ctx context.Context, actor identity.Actor, id ContactID) error {
	c, err := r.one(ctx, actor, id)
	if err != nil {
		return err
	}
	if err := actor.Must(identity.KeepContacts, identity.Scope{Party: c.Party}); err != nil {
		return err
	}
	c.ChangedAt = r.Now()
	c.ConfirmedOn, c.Asked = c.ChangedAt.Format(time.DateOnly), Asked{}
	return r.Store.PutContact(ctx, c, actor.Trace(c.ChangedAt, identity.KeepContacts, c.Party, "contact_point", string(c.ID), map[string]string{"confirmed": c.ConfirmedOn}))
}

func (c *ContactPoint) check() error {
	var bad fault.List
	c.Person, c.Email, c.Telephone = strings.TrimSpace(c.Person), strings.TrimSpace(c.Email), strings.TrimSpace(c.Telephone)
	if (c.Party == "") == (c.Organisation == "") {
		bad.Add("party", "fault.required", nil)
	}
	if !slices.Contains(ContactRoles, c.Role) {
		bad.Add("role", "fault.unknown_choice", nil)
	}
	if c.Office.Empty() {
		bad.Add("office", "fault.required", nil)
	}
	for name, s := range map[string]string{"person": c.Person, "email": c.Email, "telephone": c.Telephone, "organisation": c.Organisation} {
		if len(s) > maxContactField {
			bad.Add(name, "fault.too_long", fault.Args{"limit": maxContactField, "length": len(s)})
		}
		if !utf8.ValidString(s) {
			bad.Add(name, "fault.not_utf8", nil)
		}
	}
	for _, v := range c.Office {
		if len(v.S) > maxContactField {
			bad.Add("office", "fault.too_long", fault.Args{"limit": maxContactField, "length": len(v.S)})
		}
	}
	if c.Email != "" {
		if m, err := mail.ParseAddress(c.Email); err != nil || m.Address != c.Email {
			bad.Add("email", "fault.not_an_address", nil)
		}
	}
	for name, s := range map[string]string{"from": c.From, "to": c.To, "confirmed_on": c.ConfirmedOn} {
		if s == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			bad.Add(name, "fault.not_a_date", nil)
		}
	}
	return bad.Err()
}
