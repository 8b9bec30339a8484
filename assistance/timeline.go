package assistance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/identity"
	"merida/party"
)

// maxMonths is how many months a timeline shows at most: ten years.
const maxMonths = 120

// Timeline is the coordination view by month: what States need, and what is done, at the same time.
type Timeline struct {
	Months []Day // "2026-01", without gaps
	Rows   []TimelineRow
	Total  TimelineRow
	// Bars are the records one by one, by their beginning; only where the filter names one State.
	Bars []Bar
	// Undated counts needs and activities that state no day at all and so stand in no month.
	Undated int
	AsOf    time.Time
}

// TimelineRow counts one State's records by month. Each list has one number per month.
type TimelineRow struct {
	Party      party.ID
	Needs      []int // open or being met, in the period for which they are stated
	Activities []int // planned, under way or completed, from their first to their last day
}

// Bar is a need or an activity in time.
type Bar struct {
	Need     NeedID // of a need
	Activity ActivityID
	From, To Day // empty where it is not stated: the bar is open at that end
	Phase    Phase
	Status   NeedStatus
}

// Timeline computes the view by month, as the sight sees it. The period is that of the filter; where it has
// none, a year back and two years ahead. A period of more than ten years is cut at its end.
func (b *Board) Timeline(ctx context.Context, sight identity.Sight, f Filter) (t Timeline, err error) {
	today := Day(b.now().UTC().Format(time.DateOnly))
	f.From, f.To = framed(f.From, f.To, today)
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, at time.Time) error {
		t = b.timeline(f, needs, activities)
		t.AsOf = at
		return nil
	})
	return t, err
}

// framed completes a period: a year before today or before its end, three years after its beginning.
func framed(from, to, today Day) (Day, Day) {
	if from == "" {
		base := today
		if to != "" && to < today {
			base = to
		}
		from = Day(parse(base).AddDate(-1, 0, 0).Format("2006-01") + "-01")
	}
	if to == "" {
		to = Day(parse(from).AddDate(3, 0, -1).Format(time.DateOnly))
	}
	return from, to
}

func parse(d Day) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d)) // the door refused what is no day
	return t
}

func (b *Board) timeline(f Filter, needs []*NeedRow, activities []*ActivityRow) (t Timeline) {
	for m := parse(month(f.From) + "-01"); len(t.Months) < maxMonths && Day(m.Format("2006-01")) <= month(f.To); m = m.AddDate(0, 1, 0) {
		t.Months = append(t.Months, Day(m.Format("2006-01")))
	}
	if len(t.Months) == 0 {
		return t
	}
	s := b.scope(f)
	rows := s.gather(needs, activities)
	total := TimelineRow{Needs: make([]int, len(t.Months)+1), Activities: make([]int, len(t.Months)+1)}
	one := len(f.Parties) == 1
	counted := map[ActivityID]bool{}
	for p, r := range rows {
		row := TimelineRow{p, make([]int, len(t.Months)+1), make([]int, len(t.Months)+1)}
		n := 0
		for _, x := range r.needs {
			if x.Status == Met || x.Status == Withdrawn {
				continue
			}
			if one {
				t.Bars = append(t.Bars, Bar{Need: x.ID, From: x.From, To: x.To, Status: x.Status})
			}
			if x.From == "" && x.To == "" {
				t.Undated++
				continue
			}
			n++
			t.span(x.From, x.To, row.Needs, total.Needs)
		}
		for _, a := range r.activities {
			if one {
				t.Bars = append(t.Bars, Bar{Activity: a.ID, From: a.From, To: a.To, Phase: a.Phase})
			}
			if a.Phase == Stopped {
				continue
			}
			first := !counted[a.ID]
			counted[a.ID] = true
			if a.From == "" && a.To == "" {
				if first {
					t.Undated++
				}
				continue
			}
			n++
			if first {
				t.span(a.From, a.To, row.Activities, total.Activities)
			} else {
				t.span(a.From, a.To, row.Activities)
			}
		}
		if n > 0 || p != NoState && (s.rows[p] || f.All != nil) {
			t.Rows = append(t.Rows, row.sum())
		}
	}
	t.Total = total.sum()
	slices.SortFunc(t.Rows, func(x, y TimelineRow) int { return cmp.Compare(x.Party, y.Party) })
	slices.SortFunc(t.Bars, func(x, y Bar) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To), cmp.Compare(x.Need, y.Need), cmp.Compare(x.Activity, y.Activity))
	})
	return t
}

// span notes that something begins in a month and has ended in another: the running sum of these is what goes on.
func (t Timeline) span(from, to Day, in ...[]int) {
	first, end := 0, len(t.Months)
	if from != "" {
		first, _ = slices.BinarySearch(t.Months, month(from))
	}
	if to != "" {
		at, found := slices.BinarySearch(t.Months, month(to))
		if found {
			at++
		}
		end = at
	}
	if first >= end {
		return
	}
	for _, x := range in {
		x[first]++
		x[end]--
	}
}

// sum makes counts of beginnings and ends.
func (r TimelineRow) sum() TimelineRow {
	for _, x := range [][]int{r.Needs, r.Activities} {
		for i := 1; i < len(x); i++ {
			x[i] += x[i-1]
		}
	}
	r.Needs, r.Activities = r.Needs[:len(r.Needs)-1], r.Activities[:len(r.Activities)-1]
	return r
}
