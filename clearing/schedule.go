package clearing

import (
	"time"

	"merida/fault"
)

// Schedule is how long each step lasts, in working days of whoever has to act. 0 passes a step over.
type Schedule struct {
	Kind Kind  `json:"-"`
	N    int64 `json:"-"` // counts the schedules of a kind, from 1; 0 is the one that the program brings
	// Authenticate: the State's contact point, or the secretariat, says that the case is what it seems.
	Authenticate int `json:"authenticate"`
	Acknowledge  int `json:"acknowledge"` // the secretariat acknowledges it
	Object       int `json:"object"`      // the author may object to its being circulated
	Answer       int `json:"answer"`      // those to whom it was circulated answer
	FollowUp     int `json:"follow_up"`   // months until the author says what came of it
	Remind       int `json:"remind"`      // working days before a due day on which a reminder goes out
	// At is when it was set; zero for the one that the program brings.
	At time.Time `json:"-"`
}

// DefaultSchedule is what stands until an officer sets another: a week to authenticate, three days to
// acknowledge, a week to object, a month to answer, a year until it is asked what came of it. An offer
// is circulated as soon as it is acknowledged: whoever offers wants to be heard.
func DefaultSchedule(k Kind) Schedule {
	s := Schedule{Kind: k, Authenticate: 5, Acknowledge: 3, Object: 5, Answer: 20, FollowUp: 12, Remind: 2}
	if k == Offer {
		s.Object = 0
	}
	return s
}

const (
	maxDays   = 250 // working days of about a year
	maxMonths = 60
)

// Check refuses periods that are no periods. Invalid: a period outside its bounds, or a request without time to object.
func (s Schedule) Check() error {
	var bad fault.List
	in := func(field string, n, low, high int) {
		if n < low || n > high {
			bad.Add(field, "request.error.period", fault.Args{"low": low, "high": high})
		}
	}
	low := 0
	if s.Kind == Request { // silence is consent only where there was time to speak
		low = 1
	}
	in("authenticate", s.Authenticate, 0, maxDays)
	in("acknowledge", s.Acknowledge, 0, maxDays)
	in("object", s.Object, low, maxDays)
	in("answer", s.Answer, 0, maxDays)
	in("follow_up", s.FollowUp, 0, maxMonths)
	in("remind", s.Remind, 0, 60)
	return bad.Err()
}
