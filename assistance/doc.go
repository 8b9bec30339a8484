// Package assistance holds what States need and what is given to them: needs,
// activities, what each side says about an activity, and the view that joins
// them per State, provision and form of assistance.
//
// A [Need] is asked for by a party: provisions, form of assistance, what, for
// whom and when. It is the party's own until its approver publishes it; what
// was published is a frozen copy, and later edits stay with the party until
// they are published in turn. A need is open, being met, met or withdrawn, and
// the last two carry an outcome.
//
// An [Activity] is assistance planned, given or received. It comes from an IATI
// file, from a provider's form or from a State's contact point. What an
// organisation, the secretariat or an import records about a State is editorial:
// public at once and marked with its source. What a State's contact point
// records is the State's own until its approver publishes it. Provisions and
// forms that a rule proposes carry their reason and count as proposed until a
// person confirms them.
//
// A [Statement] is what one side says of an activity: the provider says, the
// beneficiary confirms, disputes or adds. Statements stand side by side; nothing
// here adds up money, and nothing ranks States.
//
// A [Link] says that an activity serves a need. It is made and undone by
// people, each time with a trace.
//
// [Board] keeps the compact picture from which the coordination view is computed.
//
// Sources: UNCAC articles 60 to 62; the IATI standard 2.03 for the elements of an activity.
package assistance
