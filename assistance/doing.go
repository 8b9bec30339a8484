package assistance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/party"
)

// Doing is one line of "who does what where": an activity for one State on one provision in one form of
// assistance. An activity that names two States, two provisions and two forms gives eight of them.
type Doing struct {
	Party     party.ID // NoState where the record names none
	Provision convention.ID
	Form      string // empty where the form is not known
	Activity  ActivityID
	// Proposed says that a rule proposed the provision or the form, and nobody has confirmed it.
	Proposed bool
}

// Doings lists who does what where, by State, provision in the order of the Convention, form and activity.
// Activities of which no provision is known are not in it.
func (b *Board) Doings(ctx context.Context, sight identity.Sight, f Filter) (out []Doing, err error) {
	err = b.look(ctx, sight, func(_ []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		s := b.scope(f)
		s.noState = s.noState || f.Parties == nil && f.Among == nil
		for p, r := range s.gather(nil, activities) {
			for _, a := range r.activities {
				forms := a.forms
				if len(forms) == 0 {
					forms = []string{""}
				}
				for _, on := range a.on {
					for _, form := range forms {
						if f.Forms != nil && !slices.Contains(f.Forms, form) {
							continue
						}
						sure := slices.Contains(a.sure.on, on) && (form == "" || slices.Contains(a.sure.forms, form))
						out = append(out, Doing{p, on, form, a.ID, !sure})
					}
				}
			}
		}
		return nil
	})
	order := map[convention.ID]int{}
	for _, d := range out {
		if _, known := order[d.Provision]; !known {
			if p, ok := b.Conventions.Get(d.Provision); ok {
				order[d.Provision] = p.Order
			}
		}
	}
	slices.SortFunc(out, func(x, y Doing) int {
		return cmp.Or(cmp.Compare(x.Party, y.Party), cmp.Compare(order[x.Provision], order[y.Provision]), cmp.Compare(x.Provision, y.Provision), cmp.Compare(x.Form, y.Form), cmp.Compare(x.Activity, y.Activity))
	})
	return out, err
}
