package questionnaire

import (
	"slices"
	"strings"
)

// Way is where the answer to a question of a new edition comes from.
type Way struct {
	Question Question
	Fate     Fate
	Of       []string // questions of the old edition that it comes of, in their order
	Takes    []string // those of them whose text goes here
}

// Ways lays out where answers to an old edition go in a new one, in the order of the new one, and names the old
// questions that are not asked any more. The text of a question that was split goes to one of the new questions,
// so that nothing is said twice: to the one that to names for it, else to the one on the nearest provision.
// Names in to that do not fit the editions are passed over.
func Ways(old, new *Content, to map[string]string) (ways []Way, dropped []string) {
	o, n := old.All(), new.All()
	from, of := linked(o, n)
	ways = make([]Way, len(n))
	fates := map[string]Fate{}
	for _, c := range Compare(old, new) {
		for _, q := range c.New {
			fates[q.ID] = c.Fate
		}
	}
	for j, q := range n {
		ways[j] = Way{Question: q, Fate: fates[q.ID]}
	}
	for i, q := range o {
		if len(of[i]) == 0 {
			dropped = append(dropped, q.ID)
			continue
		}
		target := of[i][0]
		for _, j := range of[i] {
			if nearness(q, n[j]) > nearness(q, n[target]) {
				target = j
			}
		}
		for _, j := range of[i] {
			if n[j].ID == to[q.ID] {
				target = j
			}
		}
		ways[target].Takes = append(ways[target].Takes, q.ID)
	}
	for j := range n {
		for _, i := range slices.Sorted(slices.Values(from[j])) {
			ways[j].Of = append(ways[j].Of, o[i].ID)
		}
	}
	return ways, dropped
}

// nearness says how near a new question stands to an old one it came of; the greater, the nearer.
func nearness(old, new Question) int {
	switch a, b := string(old.Provision), string(new.Provision); {
	case a == b && old.ID == new.ID:
		return 4
	case a == b:
		return 3
	case strings.HasPrefix(a, b+"/"):
		return 2
	}
	return 0
}
