// Package audit is the record of who did what, when and for which party. An
// entry is written in the same transaction as the act it records: no act
// without its entry, no entry without its act. Entries hold ids, never the
// content of answers, names of persons or secrets, so that a person can be
// erased without touching the record.
package audit

import (
	"time"

	"merida/mail"
	"merida/party"
)

// Entry is one act that was done.
type Entry struct {
	ID      string
	At      time.Time // UTC, microseconds
	Actor   string    // account id; "operator" for the command line
	Role    string    // role in which the actor acted
	Party   party.ID  // party concerned, empty when none
	Act     string    // name of the act, as in the policy table
	Kind    string    // kind of the object ("answer", "measure", …)
	Object  string    // id of the object
	Detail  map[string]string
	Request string // id of the request, to find the log line
}

// Once names a request that must have one effect however often it is sent.
// The store keeps the key with the hash of what was asked, in the transaction
// of the act, for 48 hours.
type Once struct {
	Actor string
	Key   string // chosen by the sender, 1 to 64 characters
	Hash  string // SHA-256 of route and body, hex; another hash under the same key is refused
}

// Trace is what an act leaves besides its change: its entries, and the key
// under which a repetition is recognised. The store saves it with the change.
type Trace struct {
	Entries []Entry
	Once    Once // the zero value means that repetition is harmless or guarded otherwise
	// Mail are letters to be written because of the act.
	Mail []mail.Note
	// Result is kept under Once.Key and handed to a repeated request.
	Result string
}
