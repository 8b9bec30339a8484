// Package clearing brings requests for assistance and offers of it to those who can
// answer, each on its way through steps with clocks.
//
// A [Case] is a request of a State, often made of one of its needs, or an offer of a
// provider or of a State. It is received, authenticated, acknowledged, circulated
// unless its author objects within the time set for that, answered, and a year later
// its author says what came of it. Its author withdraws it at any time, with a reason.
//
// How long each step lasts is a [Schedule]: data that an officer changes for the cases
// to come. A case keeps the schedule with which it began. Days are working days of
// whoever has to act, counted on a [Calendar]; a day has ended when it has ended
// everywhere on earth, so that nothing happens to a State before its own day is over.
//
// Silence carries a case to the circle that its author chose, and never further: to
// everybody it goes when the State's approver, or the provider, publishes it.
//
// Before it is circulated a case is seen by its author and the secretariat; afterwards by
// its circle too. What is answered is seen by who answered, by the author and by the
// secretariat. Nothing here ranks those who answer or those who ask.
//
// Sources: UNCAC articles 60 and 62; the working group on technical assistance, which asked
// in 2007 for contact points and for offers and requests that meet; our own choice of periods
// is in docs/decisions/0037-requests-and-offers-with-clocks.md.
package clearing
