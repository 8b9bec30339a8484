package assistance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/party"
)

// Check is something about needs and activities of a State that a person should look at: stale, or in contradiction.
// Nothing is changed by it and nobody but the State is told.
type Check struct {
	Kind     CheckKind
	Need     NeedID     // of a check about a need
	Activity ActivityID // of a check about an activity
	Since    Day        // since when it stands so; empty where nothing says it
}

// CheckKind is what is to be looked at.
type CheckKind string

const (
	PastEnd      CheckKind = "past_end"      // an activity is called planned or under way, and its end has passed
	NeverBegun   CheckKind = "never_begun"   // an activity is called planned, and its beginning lies a year back
	MetByNobody  CheckKind = "met_by_nobody" // a need is met or being met, and no activity serves it
	MetAfterYear CheckKind = "met_after_year"
	// MetAfterYear: a need has been called being met for a year: was it met?
	Unanswered CheckKind = "unanswered" // a need has been open for a year, and nobody answered
	Undecided  CheckKind = "undecided"  // an activity serves a need that is called open
)

// CheckKinds lists the kinds in the order in which they are shown.
var CheckKinds = []CheckKind{MetAfterYear, Unanswered, MetByNobody, Undecided, PastEnd, NeverBegun}

const year = 365 * 24 * time.Hour

// Checks lists what of a State's needs, and of the activities that it receives or keeps, should be looked at on a
// day, by kind, the longest standing first. Source: the design's list of staleness and contradiction.
func (b *Board) Checks(ctx context.Context, sight identity.Sight, of party.ID, now time.Time) (out []Check, err error) {
	if of == "" {
		return nil, fault.Of(fault.NotFound)
	}
	today, lastYear := Day(now.UTC().Format(time.DateOnly)), Day(now.UTC().Add(-year).Format(time.DateOnly))
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		for _, n := range needs {
			if n.Party != of {
				continue
			}
			changed := Day(n.ChangedAt.UTC().Format(time.DateOnly))
			add := func(k CheckKind) { out = append(out, Check{Kind: k, Need: n.ID, Since: changed}) }
			switch {
			case n.Status == BeingMet && changed <= lastYear:
				add(MetAfterYear)
			case n.Status == Open && len(n.Served) > 0:
				add(Undecided)
			case n.Status == Open && changed <= lastYear:
				add(Unanswered)
			case (n.Status == Met || n.Status == BeingMet) && len(n.Served) == 0:
				add(MetByNobody)
			}
		}
		for _, a := range activities {
			if a.Party != of && !slices.Contains(a.Recipients, of) {
				continue
			}
			switch {
			case a.running() && a.To != "" && a.To < today:
				out = append(out, Check{Kind: PastEnd, Activity: a.ID, Since: a.To})
			case a.Phase == Planned && a.From != "" && a.From <= lastYear:
				out = append(out, Check{Kind: NeverBegun, Activity: a.ID, Since: a.From})
			}
		}
		return nil
	})
	slices.SortFunc(out, func(x, y Check) int {
		return cmp.Or(cmp.Compare(slices.Index(CheckKinds, x.Kind), slices.Index(CheckKinds, y.Kind)), cmp.Compare(x.Since, y.Since), cmp.Compare(x.Need, y.Need), cmp.Compare(x.Activity, y.Activity))
	})
	return out, err
}
