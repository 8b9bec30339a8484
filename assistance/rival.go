package assistance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/identity"
	"merida/party"
)

// Rival is another activity that may do the same as one that was asked about: another provider, the same
// State, provision and form, and months in common. Proposed says that it stands there only because a rule
// proposed the provision or form of one of the two.
type Rival struct {
	Party    party.ID
	Activity ActivityID
	Overlap
	Proposed bool
}

// Rivals lists what overlaps with an activity, as far as the sight reaches it, by State and activity; each
// pair stands once per State. Records of the same IATI identifier are one activity told by several, and never rivals.
func (b *Board) Rivals(ctx context.Context, sight identity.Sight, id ActivityID) (out []Rival, err error) {
	err = b.look(ctx, sight, func(_ []NeedRow, activities []ActivityRow, _ time.Time) error {
		i := slices.IndexFunc(activities, func(a ActivityRow) bool { return a.ID == id })
		if i < 0 {
			return nil
		}
		near := slices.DeleteFunc(slices.Clone(activities), func(a ActivityRow) bool {
			return !slices.ContainsFunc(a.Recipients, func(p party.ID) bool { return slices.Contains(activities[i].Recipients, p) })
		})
		sure := b.rivals(Filter{Parties: activities[i].Recipients}, near, id)
		for _, r := range b.rivals(Filter{Parties: activities[i].Recipients, Proposed: true}, near, id) {
			r.Proposed = !slices.ContainsFunc(sure, func(x Rival) bool { return x.Party == r.Party && x.Activity == r.Activity })
			out = append(out, r)
		}
		return nil
	})
	return out, err
}

func (b *Board) rivals(f Filter, activities []ActivityRow, id ActivityID) (out []Rival) {
	s := b.scope(f)
	rows := s.gather(nil, activities)
	parties := slices.Clone(f.Parties)
	slices.Sort(parties)
	for _, p := range slices.Compact(parties) {
		seen := map[ActivityID]bool{}
		for _, o := range s.overlaps(rows[p].activities) {
			other := o.A
			if o.A == id {
				other = o.B
			} else if o.B != id {
				continue
			}
			if !seen[other] {
				seen[other] = true
				out = append(out, Rival{Party: p, Activity: other, Overlap: o})
			}
		}
	}
	slices.SortStableFunc(out, func(x, y Rival) int {
		return cmp.Or(cmp.Compare(x.Party, y.Party), cmp.Compare(x.Activity, y.Activity))
	})
	return out
}
