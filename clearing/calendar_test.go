package clearing

import (
	"testing"
	"time"

	"merida/assistance"
	"merida/fault"
)

func TestWorkingDays(t *testing.T) {
	monday := time.Date(2026, 11, 23, 22, 0, 0, 0, time.UTC)
	plain := DefaultCalendar("QM")
	south := Calendar{Weekend: []time.Weekday{time.Saturday, time.Friday}, Holidays: []Holiday{{On: "2026-11-30"}, {On: "2026-11-26"}}}
	if err := south.Check(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cal  Calendar
		n    int
		want assistance.Day
	}{
		{plain, 0, "2026-11-23"}, {plain, 1, "2026-11-24"}, {plain, 4, "2026-11-27"}, {plain, 5, "2026-11-30"}, {plain, 250, "2027-11-08"},
		{south, 1, "2026-11-24"}, {south, 3, "2026-11-29"}, {south, 4, "2026-12-01"},
	} {
		if got := c.cal.After(monday, c.n); got != c.want {
			t.Errorf("%d working days after: %s, want %s", c.n, got, c.want)
		}
		if back := c.cal.Before(c.want, c.n); c.n > 0 && back > "2026-11-23" {
			t.Errorf("%d working days before %s: %s", c.n, c.want, back)
		}
	}
	if got := plain.Months(time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC), 12); got != "2027-11-29" { // the 28th is a Sunday then
		t.Errorf("a year later: %s", got)
	}
	busy := Calendar{Weekend: []time.Weekday{0, 1, 2, 3, 4, 5, 6}}
	if err := busy.Check(); !fault.Is(err, fault.Invalid) {
		t.Errorf("a week without a working day: %v", err)
	}
}

func TestADayEndsEverywhere(t *testing.T) {
	for at, want := range map[string]bool{"2026-12-01T23:59:59Z": false, "2026-12-02T11:59:59Z": false, "2026-12-02T12:00:00Z": true, "2026-12-02T01:00:00-12:00": true, "2026-12-01T23:59:59-12:00": false} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if Ended("2026-12-01", now) != want {
			t.Errorf("at %s the day has ended: %v", at, !want)
		}
	}
	if Ended("", time.Now()) {
		t.Error("no day has ended")
	}
}

func TestThePlanFollowsTheSchedule(t *testing.T) {
	c := Case{State: Received, Due: "2026-12-01", Schedule: DefaultSchedule(Request)}
	cal := DefaultCalendar("")
	got := c.Plan(cal, cal)
	want := []Planned{{Authenticated, "2026-12-04"}, {Acknowledged, "2026-12-11"}, {Circulated, "2027-01-08"}, {Answered, "2028-01-10"}}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	if c.State = Withdrawn; c.Plan(cal, cal) != nil {
		t.Error("something is to come for what was withdrawn")
	}
}
