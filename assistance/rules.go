package assistance

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"merida/assessment"
	"merida/codelist"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/party"
	"merida/publication"
)

// Limits of what people type; imported records have those of their reader.
const (
	MaxText       = 20 << 10 // bytes of one field of prose in one language
	MaxProvisions = 40
	MaxForms      = 20
	MaxRows       = 100 // organisations, dates, budgets and the like of one record
)

// Terms are the closed lists and the provisions against which records are checked.
type Terms struct {
	Conventions *convention.Catalogue
	Lists       *codelist.Lists
}

// Hash is the SHA-256 of the content's canonical JSON (fields in the order of the
// type, absent when empty), hex.
func (c NeedContent) Hash() string {
	b, _ := json.Marshal(c) // cannot fail: strings only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Equal reports whether two contents say the same.
func (c NeedContent) Equal(d NeedContent) bool { return c.Hash() == d.Hash() }

// Check brings a need to its stored form and refuses what breaks a rule of those that others read.
// Invalid: what Draft refuses, no provision, or no form; each field is named.
func (t Terms) Check(c NeedContent) (NeedContent, error) {
	c, bad := t.draft(c)
	if len(c.Provisions) == 0 {
		bad.Add("provision", "fault.required", nil)
	}
	if c.Form == "" {
		bad.Add("form", "fault.required", nil)
	}
	return c, bad.Err()
}

// Draft brings a need to its stored form while only its party sees it: what is not known yet may be empty.
// Invalid: an unknown provision or form, nothing said about what is asked for, days that
// are none or run backwards, an unknown language, modality, priority or status, a limit passed; each field is named.
func (t Terms) Draft(c NeedContent) (NeedContent, error) {
	c, bad := t.draft(c)
	return c, bad.Err()
}

func (t Terms) draft(c NeedContent) (NeedContent, *fault.List) {
	var bad fault.List
	c.Provisions = t.provisions(&bad, c.Provisions)
	if c.Form != "" {
		t.form(&bad, c.Form)
	}
	if c.Modality != "" && !slices.Contains(Modalities, c.Modality) {
		bad.Add("modality", "fault.unknown_choice", nil)
	}
	if c.Language != "" && !lang.IsOfficial(c.Language) {
		if _, ok := t.Lists.Get("language", string(c.Language)); !ok {
			bad.Add("language", "fault.unknown_choice", nil)
		}
	}
	c.What, c.ForWhom, c.When = cleanText(&bad, "what", c.What), cleanText(&bad, "for_whom", c.ForWhom), cleanText(&bad, "when", c.When)
	c.Outcome = cleanText(&bad, "outcome", c.Outcome)
	if c.What.Empty() {
		bad.Add("what", "fault.required", nil)
	}
	period(&bad, c.From, c.To)
	if c.Priority != "" && !slices.Contains(Priorities, c.Priority) {
		bad.Add("priority", "fault.unknown_choice", nil)
	}
	if c.Status == "" {
		c.Status = Open
	}
	if !slices.Contains(NeedStatuses, c.Status) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	if (c.Status == Met || c.Status == Withdrawn) && c.Outcome.Empty() {
		bad.Add("outcome", "fault.required", nil)
	}
	return c, &bad
}

func (t Terms) provisions(bad *fault.List, ids []convention.ID) []convention.ID {
	var out []convention.ID
	for _, id := range ids {
		id = convention.ID(strings.TrimSpace(string(id)))
		switch {
		case id == "" || slices.Contains(out, id):
		case !t.Conventions.Known(id):
			bad.Add("provision", "need.error.provision", fault.Args{"id": string(id)})
		default:
			out = append(out, id)
		}
	}
	if len(out) > MaxProvisions {
		bad.Add("provision", "fault.too_many", fault.Args{"limit": MaxProvisions})
	}
	slices.Sort(out)
	return out
}

func (t Terms) form(bad *fault.List, form string) {
	if form == "" {
		bad.Add("form", "fault.required", nil)
	} else if c, ok := t.Lists.Get("ta-form", form); !ok || c.Status != codelist.Active {
		bad.Add("form", "fault.unknown_choice", nil)
	}
}

// Period holds what a filter says of time: two dates, of which the end is not before the beginning.
func (f Filter) Period(bad *fault.List) { period(bad, f.From, f.To) }

func period(bad *fault.List, from, to Day) {
	valid := true
	for _, x := range []struct {
		name string
		day  Day
	}{{"from", from}, {"to", to}} {
		if !x.day.Valid() {
			bad.Add(x.name, "fault.not_a_date", nil)
			valid = false
		}
	}
	if valid && from != "" && to != "" && to < from {
		bad.Add("to", "need.error.backwards", nil)
	}
}

// Valid reports whether the day is empty or a date of the calendar.
func (d Day) Valid() bool {
	if d == "" {
		return true
	}
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}

// cleanText brings each rendering to its stored form: NFC, no control characters but line breaks and tabs.
func cleanText(bad *fault.List, name string, t lang.Text) lang.Text {
	var out lang.Text
	for tag, v := range t {
		if !utf8.ValidString(v.S) {
			bad.Add(name, "fault.not_utf8", nil)
			continue
		}
		if len(v.S) > MaxText {
			bad.Add(name, "fault.too_long", fault.Args{"limit": MaxText, "length": len(v.S)})
			continue
		}
		if v.S = CleanString(v.S); v.S == "" {
			continue
		}
		if out == nil {
			out = lang.Text{}
		}
		out[tag] = v
	}
	return out
}

// CleanString is the stored form of typed or imported words: NFC, trimmed, without control
// characters other than line breaks and tabs.
func CleanString(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) >= 0 {
		s = strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\n' && r != '\t' {
				return -1
			}
			return r
		}, s)
	}
	s = strings.TrimSpace(s)
	if !norm.NFC.IsNormalString(s) {
		s = norm.NFC.String(s)
	}
	return s
}

// FromWanted makes the content of a need out of a line of an answer.
func FromWanted(provision convention.ID, tag lang.Tag, w assessment.Wanted) NeedContent {
	return NeedContent{Provisions: []convention.ID{provision}, Form: w.Form, What: lang.T(tag, w.What), ForWhom: lang.T(tag, w.ForWhom), When: lang.T(tag, w.When), Status: Open}
}

// Span gives the first and last known days of a record's dates, actual before planned.
// Types are those of the IATI code list ActivityDateType: 1 planned start, 2 actual start,
// 3 planned end, 4 actual end.
func Span(dates []Date) (from, to Day) {
	on := map[string]Day{}
	for _, d := range dates {
		if on[d.Type] == "" {
			on[d.Type] = d.On
		}
	}
	from, to = on["2"], on["4"]
	if from == "" {
		from = on["1"]
	}
	if to == "" {
		to = on["3"]
	}
	return from, to
}

// Providers lists who gives: funding, accountable and extending organisations, else the
// reporter. Roles are those of the IATI code list OrganisationRole.
func (c Content) Providers() []Org {
	var out []Org
	for _, role := range []string{"1", "2", "3"} {
		for _, o := range c.Orgs {
			if o.Role == role && !slices.ContainsFunc(out, func(x Org) bool { return x.Key() == o.Key() }) {
				out = append(out, o)
			}
		}
	}
	if len(out) == 0 {
		out = append(out, c.Reporter)
	}
	return out
}

// Key tells organisations apart: the reference where there is one, else the folded name.
func (o Org) Key() string {
	if o.Ref != "" {
		return o.Ref
	}
	return "name:" + strings.ToLower(o.Name.Pick("en"))
}

// NameIn is the name under which activities know the organisation of a key, in a language; else the key.
func NameIn(as []Activity, key string, l lang.Tag) string {
	for _, a := range as {
		for _, o := range append([]Org{a.Reporter}, a.Orgs...) {
			if n := o.Name.Pick(l); o.Key() == key && n != "" {
				return n
			}
		}
	}
	return key
}

// Kind is which cooperation a record states: in its own words, or by the collaboration type "bilateral, triangular
// co-operation". Nothing is concluded from who gives and who receives. Source: IATI code list CollaborationType, code 8.
func (c Content) Kind() Cooperation {
	if c.Cooperation == "" && c.CollaborationType == "8" {
		return Triangular
	}
	return c.Cooperation
}

// ProviderKind puts types of organisations together as people ask for them.
type ProviderKind string

const (
	StateProvider    ProviderKind = "state"        // governments and other public bodies of a State
	MultilateralKind ProviderKind = "multilateral" // organisations of States
	NonState         ProviderKind = "non_state"    // non-governmental, private, academic, foundations
)

// ProviderKinds lists the kinds in the order in which they are offered.
var ProviderKinds = []ProviderKind{StateProvider, MultilateralKind, NonState}

// Types lists the organisation types of a kind; none for a kind that is not known. Public private
// partnerships (30) are both and stand under no kind. Source: IATI code list OrganisationType.
func (k ProviderKind) Types() []string {
	switch k {
	case StateProvider:
		return []string{"10", "11", "15"}
	case MultilateralKind:
		return []string{"40"}
	case NonState:
		return []string{"21", "22", "23", "24", "60", "70", "71", "72", "73", "80"}
	}
	return nil
}

// Decimal reports whether s is a plain decimal number: sign, digits, at most one point.
func Decimal(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	digits, points := 0, 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1 && len(s) <= 40
}

// Receives reports whether the record names the party among those that receive.
func (c Content) Receives(p party.ID) bool {
	return slices.ContainsFunc(c.Recipients, func(r Recipient) bool { return r.Party == p })
}

// givenBy reports whether an organisation of the State gives or carries out the activity. Identifiers of
// organisations that are registered in a State begin with its ISO 3166 code. Source: IATI standard,
// "Organisation identifiers": registration agency (QM-GOV, say), hyphen, number.
func (c Content) givenBy(p party.ID) bool {
	return slices.ContainsFunc(append([]Org{c.Reporter}, c.Orgs...), func(o Org) bool { return strings.HasPrefix(o.Ref, string(p)+"-") })
}

// speaksFor tells on which side the actor may speak of the record, and for whom.
func (a Activity) speaksFor(actor identity.Actor) (Side, identity.Scope, bool) {
	if actor.Party != "" && actor.Role.OfParty() && a.Receives(actor.Party) {
		return BeneficiarySide, identity.Scope{Party: actor.Party}, true
	}
	if org := actor.Organisation; org != "" {
		if a.Organisation == org || a.Reporter.Ref == org || slices.ContainsFunc(a.Orgs, func(o Org) bool { return o.Ref == org }) {
			return ProviderSide, identity.Scope{Organisation: org}, true
		}
	}
	return "", identity.Scope{}, false
}

// Decide says what becomes of an incoming record beside the one that is stored.
// The same bytes change nothing, and neither does a version that its publisher last changed earlier than the
// stored one, so that snapshots of a publisher may come in any order; a newer one, or other bytes under the same or no date, replaces it. What people
// decided about provisions and forms stays.
// The record comes back marked as imported and public; its times, and the ID of a new one, are the caller's to set.
func Decide(present *Present, in Incoming) Decision {
	in.Activity.Source, in.Activity.Class = FromIATI, publication.Public
	if present == nil {
		in.Activity.Rev = 1
		return Decision{Outcome: Accepted, Activity: in.Activity}
	}
	if present.Hash == in.Original.Hash {
		return Decision{Outcome: Unchanged, Activity: Activity{ID: present.ID}}
	}
	if !in.Activity.LastUpdated.IsZero() && in.Activity.LastUpdated.Before(present.LastUpdated) {
		return Decision{Outcome: Unchanged, Activity: Activity{ID: present.ID}, Reason: Reason{"iati.remark.older", fault.Args{
			"stored": present.LastUpdated.Format(time.RFC3339), "file": in.Activity.LastUpdated.Format(time.RFC3339)}}}
	}
	a := in.Activity
	a.ID, a.Rev, a.CreatedAt = present.ID, present.Rev+1, present.CreatedAt
	a.Provisions, a.Forms = keepDecided(present.Provisions, a.Provisions), keepDecided(present.Forms, a.Forms)
	return Decision{Outcome: Updated, Activity: a}
}

// keepDecided joins new proposals with what people decided about earlier ones.
func keepDecided(have, proposed []Mapping) []Mapping {
	var out []Mapping
	for _, m := range have {
		if m.Status != Proposed {
			out = append(out, m)
		}
	}
	for _, m := range proposed {
		if !slices.ContainsFunc(out, func(x Mapping) bool { return x.Provision == m.Provision && x.Form == m.Form }) {
			out = append(out, m)
		}
	}
	return out
}
