package library

// Change says what became of a section between two versions.
type Change string

// The changes of a section. Unchanged sections are not listed.
const (
	SectionAdded   Change = "added"
	SectionRemoved Change = "removed"
	SectionChanged Change = "changed" // number, heading or text differ
)

// SectionChange is a section that differs between two versions of a text.
// Before is empty for an added section, After for a removed one.
type SectionChange struct {
	Change        Change
	Before, After Section
}

// Compare lists the sections that differ, paired by eId, in the order of the
// newer text; a removed section stands where it stood, behind the one before it.
// A section that moved with the same eId and words counts as unchanged.
func Compare(before, after []Section) (out []SectionChange) {
	old, kept := make(map[string]Section, len(before)), make(map[string]bool, len(after))
	for _, s := range before {
		old[s.EID] = s
	}
	for _, s := range after {
		kept[s.EID] = true
	}
	gone, last := map[string][]Section{}, "" // removed sections by the kept one before them
	for _, s := range before {
		if kept[s.EID] {
			last = s.EID
		} else {
			gone[last] = append(gone[last], s)
		}
	}
	removed := func(eid string) {
		for _, s := range gone[eid] {
			out = append(out, SectionChange{Change: SectionRemoved, Before: s})
		}
	}
	removed("")
	for _, s := range after {
		switch o, ok := old[s.EID]; {
		case !ok:
			out = append(out, SectionChange{Change: SectionAdded, After: s})
		case o.Num != s.Num || o.Heading != s.Heading || o.Text != s.Text:
			out = append(out, SectionChange{SectionChanged, o, s})
		}
		removed(s.EID)
	}
	return out
}
