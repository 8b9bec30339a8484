package web

import (
	"net/url"
	"sync"
	"time"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/internal/id"
	"merida/library"
)

// Limits of what is held between the look at a file and its acceptance.
const (
	heldFor   = time.Hour
	heldBytes = 256 << 20 // of all files and their texts together
)

// staged is a file that somebody is looking at. It is held in memory and nowhere else: nothing is stored before it is accepted.
type staged struct {
	Token    string
	account  string
	Name     string // of the file, as the browser gave it
	b        []byte
	hash     files.Hash
	format   string
	form     url.Values
	sections []library.Section
	warnings []legaltext.Warning
	at       time.Time
	stored   library.ID // of the measure, once it was accepted
}

func (s *staged) size() int {
	n := len(s.b)
	for _, x := range s.sections {
		n += len(x.Text) + len(x.Heading) + 200
	}
	return n
}

// staging holds one file for each account.
type staging struct {
	mu sync.Mutex
	by map[string]*staged // by account
}

// put holds a file in place of the account's earlier one and gives it its token.
// Unavailable: too much is held already; it is let go of within the hour.
func (x *staging) put(s *staged, now time.Time) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.by == nil {
		x.by = map[string]*staged{}
	}
	total := s.size()
	for a, old := range x.by {
		if a == s.account || now.Sub(old.at) > heldFor {
			delete(x.by, a)
			continue
		}
		total += old.size()
	}
	if total > heldBytes {
		return fault.New(fault.Unavailable, "intake.full", nil)
	}
	s.Token, s.at = id.New(now), now
	x.by[s.account] = s
	return nil
}

// get gives what an account holds under a token, nil when it is no longer held.
func (x *staging) get(token, account string, now time.Time) *staged {
	x.mu.Lock()
	defer x.mu.Unlock()
	s := x.by[account]
	if s == nil || token == "" || s.Token != token || now.Sub(s.at) > heldFor {
		return nil
	}
	return s
}

// settle notes what became of a file and lets go of its bytes; its token still leads to the measure.
func (x *staging) settle(s *staged, m library.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.by[s.account] == s {
		x.by[s.account] = &staged{Token: s.Token, account: s.account, at: s.at, stored: m, form: s.form}
	}
}
