package assistance

import (
	"slices"

	"merida/directory"
	"merida/party"
)

// Codes of the groupings that are no regional group of the United Nations.
const (
	OtherStates = "other" // States and organisations that belong to no regional group
	EveryState  = "all"
	Nameless    = "none" // activities whose record names no State
)

// Regional lists the rows of the view at the regional level: the regional groups of the United Nations in their
// order, who belongs to none, and what names no State.
func Regional(ps *directory.Parties) (out []Grouping) {
	grouped := map[party.ID]bool{}
	for _, g := range ps.Groups() {
		members := []party.ID{}
		for _, p := range ps.ByGroup(directory.Group(g.Code), "en") {
			members, grouped[p.ID] = append(members, p.ID), true
		}
		slices.Sort(members)
		out = append(out, Grouping{Code: g.Code, Parties: members})
	}
	others := Grouping{Code: OtherStates, Parties: []party.ID{}}
	for _, p := range ps.All("en") {
		if !grouped[p.ID] {
			others.Parties = append(others.Parties, p.ID)
		}
	}
	return append(out, others, Grouping{Code: Nameless, Parties: []party.ID{}, NoState: true})
}
