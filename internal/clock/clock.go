// Package clock is the one source of time. Times are UTC and cut to
// microseconds, which both database engines keep exactly.
package clock

import "time"

// Func gives the present time; tests inject their own.
type Func func() time.Time

// System is the machine's clock.
func System() time.Time { return Cut(time.Now()) }

// Cut brings a time to the form in which it is stored.
func Cut(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }
