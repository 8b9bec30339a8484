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

// Similar lists what a record would overlap with once it says what a person has just stated, as far as the sight
// reaches it: what Rivals would tell of it. id is that of the record which is changed, empty for a new one.
func (b *Board) Similar(ctx context.Context, sight identity.Sight, id ActivityID, in ActivityDraft) (out []Rival, err error) {
	row := &ActivityRow{ID: id, Identifier: in.IATIIdentifier, Phase: in.Phase()}
	row.From, row.To = Span(in.Dates)
	for _, p := range in.Provisions {
		row.Provisions = append(row.Provisions, Mapping{Provision: p, Status: Confirmed})
	}
	for _, f := range in.Forms {
		row.Forms = append(row.Forms, Mapping{Form: f, Status: Confirmed})
	}
	for _, r := range in.Recipients {
		row.Recipients = append(row.Recipients, r.Party)
	}
	for _, o := range in.Content.Providers() {
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

// Pair is two activities that overlap, one of them of the organisation or State that asks.
type Pair struct {
	Party party.ID
	Overlap
	Own ActivityID // the one that the organisation gives or keeps; empty where a State asks, or where it gives both
}

// Pairs lists the overlaps of an organisation's activities with those of others, or all overlaps within a State,
// by State and activity: each pair stands once per State. What a rule merely proposed does not count.
func (b *Board) Pairs(ctx context.Context, sight identity.Sight, org string, of party.ID) (out []Pair, err error) {
	if org == "" && of == "" {
		return nil, nil
	}
	err = b.look(ctx, sight, func(_ []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		f := Filter{}
		if of != "" {
			f.Parties = []party.ID{of}
		} else { // the States in which the organisation is at work
			f.Parties = []party.ID{}
			for _, a := range activities {
				if a.running() && a.gives(org) {
					f.Parties = append(f.Parties, a.Recipients...)
				}
			}
		}
		given := map[ActivityID]bool{}
		for _, a := range activities {
			given[a.ID] = a.gives(org)
		}
		s := b.scope(f)
		for p, r := range s.gather(nil, activities) {
			seen := map[[2]ActivityID]bool{}
			for _, o := range s.overlaps(r.activities) {
				x := Pair{Party: p, Overlap: o}
				switch {
				case seen[[2]ActivityID{o.A, o.B}] || of == "" && !given[o.A] && !given[o.B]:
					continue
				case given[o.A] && !given[o.B]:
					x.Own = o.A
				case given[o.B] && !given[o.A]:
					x.Own = o.B
				}
				seen[[2]ActivityID{o.A, o.B}] = true
				out = append(out, x)
			}
		}
		return nil
	})
	slices.SortFunc(out, func(x, y Pair) int {
		return cmp.Or(cmp.Compare(x.Party, y.Party), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return out, err
}
