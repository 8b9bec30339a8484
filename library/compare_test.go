package library

import (
	"slices"
	"testing"
)

func TestCompare(t *testing.T) {
	s := func(eid, text string) Section { return Section{EID: eid, Num: eid, Text: text} }
	for name, c := range map[string]struct {
		before, after []Section
		want          []string
	}{
		"same":            {[]Section{s("1", "a")}, []Section{s("1", "a")}, nil},
		"words":           {[]Section{s("1", "a")}, []Section{s("1", "b")}, []string{"changed 1"}},
		"heading":         {[]Section{{EID: "1", Heading: "x"}}, []Section{{EID: "1", Heading: "y"}}, []string{"changed 1"}},
		"removed first":   {[]Section{s("1", "a"), s("2", "b")}, []Section{s("2", "b")}, []string{"removed 1"}},
		"removed between": {[]Section{s("1", "a"), s("2", "b"), s("3", "c")}, []Section{s("1", "x"), s("3", "y")}, []string{"changed 1", "removed 2", "changed 3"}},
		"added":           {[]Section{s("1", "a")}, []Section{s("0", "n"), s("1", "a"), s("2", "n")}, []string{"added 0", "added 2"}},
		"moved":           {[]Section{s("1", "a"), s("2", "b")}, []Section{s("2", "b"), s("1", "a")}, nil},
		"from nothing":    {nil, []Section{s("1", "a")}, []string{"added 1"}},
		"to nothing":      {[]Section{s("1", "a")}, nil, []string{"removed 1"}},
	} {
		var got []string
		for _, x := range Compare(c.before, c.after) {
			eid := x.After.EID
			if x.Change == SectionRemoved {
				eid = x.Before.EID
			}
			got = append(got, string(x.Change)+" "+eid)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
