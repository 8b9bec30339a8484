package assessment

import (
	"strings"
	"testing"
)

func TestMergeProse(t *testing.T) {
	const base = "The law was passed in 2010. Courts apply it. No statistics exist."
	for _, x := range []struct{ say, base, mine, theirs, want string }{
		{"nobody changed", base, base, base, base},
		{"only mine", base, base + " A register is planned.", base, base + " A register is planned."},
		{"only theirs", base, base, "New first. " + base, "New first. " + base},
		{"different sentences", base, "The law was passed in 2011. Courts apply it. No statistics exist.", "The law was passed in 2010. Courts apply it. Statistics exist since 2020.",
			"The law was passed in 2011. Courts apply it. Statistics exist since 2020."},
		{"one takes out, one adds elsewhere", base, "Courts apply it. No statistics exist.", base + " A register is planned.", "Courts apply it. No statistics exist. A register is planned."},
		{"the same change", base, "Other.", "Other.", "Other."},
		{"the same sentence differently", base, "The law was passed in 2011. Courts apply it. No statistics exist.", "The law was passed in 2012. Courts apply it. No statistics exist.", ""},
		{"sentences that touch", "A. B. C. D.", "A. b. C. D.", "A. B. c. D.", ""},
		{"both add at the end", base, base + " Mine.", base + " Theirs.", ""},
		{"one takes out what the other changes", "A. B. C.", "A. C.", "A. b. C.", ""},
		{"two texts from nothing", "", "Mine.", "Theirs.", ""},
		{"paragraphs without full stops", "one\ntwo\nthree\n", "ONE\ntwo\nthree\n", "one\ntwo\nTHREE\n", "ONE\ntwo\nTHREE\n"},
		{"Chinese", "\u6cd5\u5f8b\u5df2\u901a\u8fc7\u3002\u6cd5\u9662\u9002\u7528\u3002\u6ca1\u6709\u7edf\u8ba1\u3002", "\u6cd5\u5f8b2011\u5e74\u901a\u8fc7\u3002\u6cd5\u9662\u9002\u7528\u3002\u6ca1\u6709\u7edf\u8ba1\u3002",
			"\u6cd5\u5f8b\u5df2\u901a\u8fc7\u3002\u6cd5\u9662\u9002\u7528\u3002\u6709\u7edf\u8ba1\u3002", "\u6cd5\u5f8b2011\u5e74\u901a\u8fc7\u3002\u6cd5\u9662\u9002\u7528\u3002\u6709\u7edf\u8ba1\u3002"},
	} {
		got, ok := MergeProse(x.base, x.mine, x.theirs)
		if ok != (x.want != "") || got != x.want {
			t.Errorf("%s: %q %v, want %q", x.say, got, ok, x.want)
		}
		if back, ok2 := MergeProse(x.base, x.theirs, x.mine); back != got || ok2 != ok {
			t.Errorf("%s: the other way round it is %q %v", x.say, back, ok2)
		}
	}
}

func TestMergeProseGivesUpOnWhatIsTooLong(t *testing.T) {
	long := strings.Repeat("a.", 3000)
	if _, ok := MergeProse(long, long+"b.", "b."+long); ok {
		t.Error("three thousand sentences against three thousand were compared")
	}
}

func FuzzMergeProse(f *testing.F) {
	f.Add("A. B. C.", "A. b. C.", "A. B. C. D.")
	f.Add("", "\u3002x", "\n\n")
	f.Add("\xff.", " \xff. ", "..")
	f.Fuzz(func(t *testing.T, base, mine, theirs string) {
		for _, s := range []string{base, mine, theirs} {
			if strings.Join(sentences(s), "") != s {
				t.Fatalf("cutting lost something of %q", s)
			}
		}
		got, ok := MergeProse(base, mine, theirs)
		if !ok {
			return
		}
		// Nothing that somebody added is lost: each new sentence of either side is in the result.
		old, have := count(base), count(got)
		for _, side := range []string{mine, theirs} {
			for s, n := range count(side) {
				if old[s] == 0 && have[s] < n {
					t.Fatalf("%q was written, and is not in %q", s, got)
				}
			}
		}
	})
}

func count(s string) map[string]int {
	out := map[string]int{}
	for _, x := range sentences(s) {
		out[x]++
	}
	return out
}
