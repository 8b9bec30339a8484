package web

import (
	"slices"

	"merida/assistance"
)

type formCell struct {
	assistance.FormCell
	Name       string
	Heading    Words
	FormName   string
	Needs      []needLine
	Activities []activityLine
	NOverlaps  int
}

func (v *visit) formCells(cells []assistance.FormCell) (out []formCell, err error) {
	ctx, sight := v.r.Context(), v.actor.Sight()
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, c := range cells {
		needs, activities = append(needs, c.Needs...), append(activities, c.Activities...)
	}
	ns, err := v.site.Assistance.Store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	byNeed, byActivity := map[assistance.NeedID]needLine{}, map[assistance.ActivityID]activityLine{}
	for _, n := range ns {
		byNeed[n.ID] = v.needLine(n)
	}
	lines := make([]activityLine, len(as))
	for i, a := range as {
		lines[i] = v.activityLine(a)
	}
	if err := v.standing(lines); err != nil {
		return nil, err
	}
	for _, l := range lines {
		byActivity[l.ID] = l
	}
	for _, c := range cells {
		x := formCell{FormCell: c, FormName: v.formName(c.Form), NOverlaps: len(c.Overlaps)}
		if c.Form == "" {
			x.FormName = v.p.T("coordination.no_form", nil)
		}
		if p, ok := v.site.Conventions.Get(c.Provision); ok {
			x.Name, x.Heading = v.name(p), v.words(p.Heading())
		}
		for _, id := range c.Needs {
			if n, ok := byNeed[id]; ok {
				x.Needs = append(x.Needs, n)
			}
		}
		for _, id := range c.Activities {
			if a, ok := byActivity[id]; ok {
				x.Activities = append(x.Activities, a)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

func uniq[T ~string](in []T) []T {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}
