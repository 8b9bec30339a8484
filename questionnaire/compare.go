package questionnaire

import (
	"slices"
	"strings"

	"merida/convention"
)

// Fate says what became of questions between two editions.
type Fate string

const (
	Kept     Fate = "kept"     // the same question in the same words
	Reworded Fate = "reworded" // the same question in other words
	Split    Fate = "split"    // one question became several
	Merged   Fate = "merged"   // several questions became one
	Dropped  Fate = "dropped"  // it is not asked any more
	Added    Fate = "added"    // it was not asked before
)

// Fates lists the fates in the order in which pages count them.
var Fates = []Fate{Kept, Reworded, Split, Merged, Dropped, Added}

// Change is what became of one or several questions. Old and New are in the order of their
// editions; a question stands in one change only.
type Change struct {
	Fate Fate
	Old  []Question
	New  []Question
}

// Compare tells what became of each question of an old edition in a new one, in the order of the
// new edition, with what was dropped at the end.
//
// A question that names its predecessors (From) comes from those. Else it comes from the question
// on the same provision; else a question on part of an old provision was split from it, and one on
// a whole, whose parts were asked about before, was merged from them.
func Compare(old, new *Content) []Change {
	o, n := old.All(), new.All()
	from, to := linked(o, n)
	var out []Change
	done := make([]bool, len(o))
	for j, q := range n {
		switch {
		case len(from[j]) == 0:
			out = append(out, Change{Added, nil, []Question{q}})
		case done[from[j][0]]: // stands with the first question that came of it
		default:
			c := Change{}
			group, olds := []int{j}, from[j]
			for k := 0; k < len(group); k++ { // whatever is linked belongs together
				for _, i := range from[group[k]] {
					if !slices.Contains(olds, i) {
						olds = append(olds, i)
					}
					for _, m := range to[i] {
						if !slices.Contains(group, m) {
							group = append(group, m)
						}
					}
				}
			}
			slices.Sort(olds)
			slices.Sort(group)
			for _, i := range olds {
				c.Old, done[i] = append(c.Old, o[i]), true
			}
			for _, m := range group {
				c.New = append(c.New, n[m])
			}
			switch {
			case len(c.New) > 1:
				c.Fate = Split
			case len(c.Old) > 1:
				c.Fate = Merged
			case sameWords(c.Old[0], c.New[0]):
				c.Fate = Kept
			default:
				c.Fate = Reworded
			}
			out = append(out, c)
		}
	}
	for i, q := range o {
		if len(to[i]) == 0 {
			out = append(out, Change{Dropped, []Question{q}, nil})
		}
	}
	return out
}

// linked gives for each new question the old ones that it comes of, and the other way round, as places in their editions.
func linked(o, n []Question) (from, to [][]int) {
	from, to = make([][]int, len(n)), make([][]int, len(o))
	link := func(i, j int) {
		if !slices.Contains(from[j], i) {
			from[j], to[i] = append(from[j], i), append(to[i], j)
		}
	}
	byID := map[string]int{}
	for i, q := range o {
		byID[q.ID] = i
	}
	for j, q := range n {
		for _, id := range q.From {
			if i, ok := byID[id]; ok {
				link(i, j)
			}
		}
	}
	// The same provision, asked about once in each edition or under the same id.
	for j, q := range n {
		if len(from[j]) > 0 {
			continue
		}
		best := -1
		for i, p := range o {
			if p.Provision == q.Provision && len(to[i]) == 0 && (best < 0 || p.ID == q.ID) {
				best = i
			}
		}
		if best >= 0 {
			link(best, j)
		}
	}
	below := func(id, of convention.ID) bool { return strings.HasPrefix(string(id), string(of)+"/") }
	free := slices.Clone(to) // what was linked by now stays as it is
	for j, q := range n {
		if len(from[j]) > 0 {
			continue
		}
		for i, p := range o {
			if len(free[i]) == 0 && (below(q.Provision, p.Provision) || below(p.Provision, q.Provision)) {
				link(i, j)
			}
		}
	}
	return from, to
}

// sameWords reports whether two questions ask the same in every language.
func sameWords(a, b Question) bool {
	if len(a.Text) != len(b.Text) {
		return false
	}
	for l, x := range a.Text {
		if b.Text[l].S != x.S {
			return false
		}
	}
	return true
}
