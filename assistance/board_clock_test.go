package assistance

import (
	"context"
	"testing"
	"time"

	"merida/identity"
)

// bare is a store that holds nothing.
type bare struct{ Store }

func (bare) Changed(context.Context, int64, int) ([]NeedID, []ActivityID, int64, bool, error) {
	return nil, nil, 0, false, nil
}
func (bare) NeedRows(context.Context, bool, []NeedID, func(NeedRow)) error             { return nil }
func (bare) ActivityRows(context.Context, bool, []ActivityID, func(ActivityRow)) error { return nil }

func TestABoardWithoutAClockUsesTheMachines(t *testing.T) {
	b := board(t)
	b.Store = bare{}
	for range 2 { // the second time nothing has changed
		m, err := b.Matrix(t.Context(), identity.Sight{}, Filter{})
		if err != nil || time.Since(m.AsOf) > time.Minute {
			t.Fatalf("as of %v: %v", m.AsOf, err)
		}
	}
}
