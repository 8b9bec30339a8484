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
	err = b.look(ctx, sight, func(_ []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		i := slices.IndexFunc(activities, func(a *ActivityRow) bool { return a.ID == id })
		if i < 0 {
			return nil
		}
		near := slices.DeleteFunc(slices.Clone(activities), func(a *ActivityRow) bool {
			return !slices.ContainsFunc(a.Recipients, func(p party.ID) bool { return slices.Contains(activities[i].Recipients, p) })
		})
		out = b.rivalsOf(activities[i], near)
		return nil
	})
	return out, err
}

// Similar lists what a record that is not kept yet would overlap with, as far as the sight reaches it: what Rivals
// would say of it. draft needs its recipients, provisions, forms, phase, days and providers.
func (b *Board) Similar(ctx context.Context, sight identity.Sight, draft Activity) (out []Rival, err error) {
	row := &ActivityRow{ID: draft.ID, Identifier: draft.IATIIdentifier, Phase: draft.Phase(), From: draft.From, To: draft.To, Provisions: draft.Provisions, Forms: draft.Forms}
	for _, r := range draft.Recipients {
		row.Recipients = append(row.Recipients, r.Party)
	}
	for _, o := range draft.Content.Providers() {
		row.Providers = append(row.Providers, Org{Ref: o.Key(), Type: o.Type})
	}
	err = b.look(ctx, sight, func(_ []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		near := []*ActivityRow{row}
		for _, a := range activities {
			if a.ID != row.ID && slices.ContainsFunc(a.Recipients, func(p party.ID) bool { return slices.Contains(row.Recipients, p) }) {
				near = append(near, a)
			}
		}
		out = b.rivalsOf(row, near)
		return nil
	})
	return out, err
}

// rivalsOf compares a record with those that share a State with it; it is one of near itself.
func (b *Board) rivalsOf(row *ActivityRow, near []*ActivityRow) (out []Rival) {
	sure := b.rivals(Filter{Parties: row.Recipients}, near, row.ID)
	for _, r := range b.rivals(Filter{Parties: row.Recipients, Proposed: true}, near, row.ID) {
		r.Proposed = !slices.ContainsFunc(sure, func(x Rival) bool { return x.Party == r.Party && x.Activity == r.Activity })
		out = append(out, r)
	}
	return out
}

func (b *Board) rivals(f Filter, activities []*ActivityRow, id ActivityID) (out []Rival) {
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
