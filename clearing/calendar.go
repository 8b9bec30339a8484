package clearing

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/assistance"
	"merida/fault"
	"merida/party"
)

// Calendar says which days are working days for a State, or for the secretariat.
type Calendar struct {
	// Owner is the State; empty for the secretariat.
	Owner    party.ID
	Weekend  []time.Weekday // in order from Sunday; at most five
	Holidays []Holiday      // in order of their days
	Rev      int64          // 0 where nobody has set one and the default stands
	// ChangedAt is zero where the default stands.
	ChangedAt time.Time
}

// Holiday is a day on which its State, or the secretariat, does not work.
type Holiday struct {
	On   assistance.Day `json:"on"`
	Name string         `json:"name,omitempty"`
}

// DefaultCalendar rests on Saturday and Sunday and knows no holiday: which days a State keeps
// is for the State to say.
func DefaultCalendar(owner party.ID) Calendar {
	return Calendar{Owner: owner, Weekend: []time.Weekday{time.Sunday, time.Saturday}}
}

const (
	maxHolidays = 400
	maxWeekend  = 5 // two working days are left in a week, so that every count comes to an end
)

// Check cleans a calendar. Invalid: too long a weekend, or a holiday that is no day.
func (c *Calendar) Check() error {
	var bad fault.List
	slices.Sort(c.Weekend)
	c.Weekend = slices.Compact(c.Weekend)
	for _, d := range c.Weekend {
		if d < time.Sunday || d > time.Saturday {
			bad.Add("weekend", "fault.unknown_choice", nil)
			break
		}
	}
	if len(c.Weekend) > maxWeekend {
		bad.Add("weekend", "fault.too_many", fault.Args{"limit": maxWeekend})
	}
	for i := range c.Holidays {
		h := &c.Holidays[i]
		h.Name = assistance.CleanString(h.Name)
		if h.On == "" || !h.On.Valid() {
			bad.Add("holidays", "request.error.holiday", fault.Args{"day": clip(string(h.On), 40)})
		}
		if len(h.Name) > 300 {
			bad.Add("holidays", "fault.too_long", fault.Args{"limit": 300, "length": len(h.Name)})
		}
	}
	if len(c.Holidays) > maxHolidays {
		bad.Add("holidays", "fault.too_many", fault.Args{"limit": maxHolidays})
	}
	slices.SortStableFunc(c.Holidays, func(a, b Holiday) int { return strings.Compare(string(a.On), string(b.On)) })
	c.Holidays = slices.CompactFunc(c.Holidays, func(a, b Holiday) bool { return a.On == b.On })
	return bad.Err()
}

// clip cuts words for a message, between characters.
func clip(s string, limit int) string {
	for len(s) > limit {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// Working reports whether a day is a working day.
func (c Calendar) Working(t time.Time) bool {
	if slices.Contains(c.Weekend, t.Weekday()) {
		return false
	}
	_, holiday := slices.BinarySearchFunc(c.Holidays, dayOf(t), func(h Holiday, d assistance.Day) int { return strings.Compare(string(h.On), string(d)) })
	return !holiday
}

// After is the n-th working day after the UTC day of a moment, which itself does not count.
func (c Calendar) After(t time.Time, n int) assistance.Day {
	t = t.UTC()
	for n > 0 {
		if t = t.AddDate(0, 0, 1); c.Working(t) {
			n--
		}
	}
	return dayOf(t)
}

// Before is the n-th working day before a day; a day that is none is given back.
func (c Calendar) Before(d assistance.Day, n int) assistance.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return d
	}
	for n > 0 {
		if t = t.AddDate(0, 0, -1); c.Working(t) {
			n--
		}
	}
	return dayOf(t)
}

// Months is the first working day that is not before the same day n months later.
func (c Calendar) Months(t time.Time, n int) assistance.Day {
	t = t.UTC().AddDate(0, n, 0)
	for !c.Working(t) {
		t = t.AddDate(0, 0, 1)
	}
	return dayOf(t)
}

func dayOf(t time.Time) assistance.Day { return assistance.Day(t.UTC().Format(time.DateOnly)) }

// Ended reports whether a day has ended everywhere on earth: at noon UTC of the next day, when it ends
// in the last zone (UTC-12). An empty day never ends.
func Ended(d assistance.Day, now time.Time) bool {
	t, err := time.Parse(time.DateOnly, string(d))
	return err == nil && !now.UTC().Before(t.Add(36*time.Hour))
}
