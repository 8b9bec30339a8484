package library

import (
	"slices"
	"strings"
	"time"

	"merida/fault"
)

// Life is what is known of the life of one version of a text. Dates are a year, a month or a day
// ("2017", "2017-03", "2017-03-01"), empty where the source gives none.
type Life struct {
	Adopted string // when the text was adopted
	From    string // its first day in force
	Until   string // its last day in force; empty while it lasts, or where the end is not known
	Status  Status // of this text; Unknown where the source does not say
	Source  string // the address where this very text can be read; empty: that of the measure
}

// Known reports whether anything is said of the text's life.
func (l Life) Known() bool {
	return l.Adopted != "" || l.From != "" || l.Until != "" || l.Source != "" || l.Status != "" && l.Status != Unknown
}

// keep fills in what the source of a text does not say from what is known.
func (l *Life) keep(known Life) {
	for _, x := range []struct {
		to   *string
		from string
	}{{&l.Adopted, known.Adopted}, {&l.From, known.From}, {&l.Until, known.Until}, {&l.Source, known.Source}} {
		if *x.to == "" {
			*x.to = x.from
		}
	}
	if l.Status == "" || l.Status == Unknown {
		l.Status = known.Status
	}
}

// check brings a life to its stored form and names what breaks a rule.
func (l *Life) check(bad *fault.List) {
	if l.Status == "" {
		l.Status = Unknown
	}
	if !slices.Contains(Statuses, l.Status) {
		bad.Add("status", "fault.unknown_choice", nil)
	}
	sound := true
	for _, x := range []struct {
		name string
		date *string
	}{{"adopted", &l.Adopted}, {"from", &l.From}, {"until", &l.Until}} {
		if *x.date = strings.TrimSpace(*x.date); !ValidDate(*x.date) {
			bad.Add(x.name, "fault.not_a_date", nil)
			sound = false
		}
	}
	if sound && l.From != "" && l.Until != "" {
		from, _ := span(l.From)
		if _, until := span(l.Until); until < from {
			bad.Add("until", "measure.error.until", nil)
		}
	}
	if !validURL(l.Source) {
		bad.Add("source_url", "measure.error.url", nil)
	}
}

func validURL(u string) bool {
	return u == "" || (strings.HasPrefix(u, "https://") || strings.HasPrefix(u, "http://")) && len(u) <= 2000
}

// span gives the first and the last day that a partial date may mean. The date must be valid and not empty.
func span(date string) (first, last string) {
	switch len(date) {
	case len("2006"):
		return date + "-01-01", date + "-12-31"
	case len("2006-01"):
		t, err := time.Parse("2006-01", date)
		if err != nil {
			return date, date
		}
		return date + "-01", t.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	return date, date
}

// Doubt says why a text is in force on a day only as far as can be told.
type Doubt string

const (
	NoDoubt    Doubt = ""
	StartDoubt Doubt = "start" // the source gives the month or the year of the beginning alone, and the day lies in it
	EndDoubt   Doubt = "end"   // the day lies in the month or year of the end, or the text is repealed and nobody says since when
)

// AsOf answers which version of a text was in force on a day.
type AsOf struct {
	Day      string
	N        int // the version in force, 0 where none that is known was
	Doubt    Doubt
	Previous Version // where N is 0: the version that had ended last before the day, zero when there is none
	Next     Version // where N is 0: the version that begins first after the day, zero when there is none
	Undated  int     // versions of which nobody says since when they are in force; they cannot be placed
	Dated    int     // versions that could be asked
}

// InForceOn finds the version in force on a day (YYYY-MM-DD) by the dates that the versions have of their own.
// A version lasts until the day it says or, where it says none, until a later one begins. Drafts are never in
// force. Where two begin on the same day, the one recorded later stands. Invalid: day is none.
func InForceOn(vs []Version, day string) (AsOf, error) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		var bad fault.List
		bad.Add("as-of", "measure.error.as_of", nil)
		return AsOf{}, bad.Err()
	}
	out := AsOf{Day: day}
	var held, next Version
	for _, v := range vs {
		if v.Life.Status == DraftText {
			continue
		}
		if v.Life.From == "" || !ValidDate(v.Life.From) {
			out.Undated++
			continue
		}
		out.Dated++
		first, _ := span(v.Life.From)
		if first > day {
			if next.N == 0 || first < start(next) || first == start(next) && v.N > next.N {
				next = v
			}
			continue
		}
		if held.N == 0 || first > start(held) || first == start(held) && v.N > held.N {
			held = v
		}
	}
	if held.N == 0 {
		out.Next = next
		return out, nil
	}
	if u := held.Life.Until; u != "" && ValidDate(u) {
		first, last := span(u)
		if last < day {
			out.Previous, out.Next = held, next
			return out, nil
		}
		if first <= day && first != last {
			out.Doubt = EndDoubt
		}
	} else if held.Life.Status == Repealed {
		out.Doubt = EndDoubt
	}
	if _, last := span(held.Life.From); last > day {
		out.Doubt = StartDoubt
	}
	out.N = held.N
	return out, nil
}

func start(v Version) string {
	first, _ := span(v.Life.From)
	return first
}
