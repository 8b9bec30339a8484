package questionnaire

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"merida/assessment"
	"merida/convention"
	"merida/lang"
)

func shippedEdition(t *testing.T) Content {
	t.Helper()
	cs, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(cs, func(c Content) bool { return c.Questionnaire == "self-assessment" && c.Edition == 1 })
	if i < 0 {
		t.Fatalf("self-assessment 1 is not among the %d shipped editions", len(cs))
	}
	return cs[i]
}

// texts walks every text of a content with the place where it stands.
func (c *Content) texts(fn func(place string, t lang.Text)) {
	fn("titles", c.Titles)
	for _, q := range c.All() {
		fn(q.ID, q.Text)
		fn(q.ID+" guidance", q.Guidance)
	}
	for _, p := range c.Block.Parts {
		fn("part "+p.ID, p.Label)
		fn("part "+p.ID+" hint", p.Hint)
	}
	if g := c.Block.General; g != nil {
		fn("general", g.Label)
		fn("general hint", g.Hint)
	}
	for _, o := range c.Block.Options {
		fn("option "+o.Code, o.Label)
		fn("option "+o.Code+" hint", o.Hint)
	}
	for _, o := range c.Block.Challenges {
		fn("challenge "+o.Code, o.Label)
	}
}

var scripts = map[lang.Tag]*unicode.RangeTable{"ar": unicode.Arabic, "zh": unicode.Han, "en": unicode.Latin, "fr": unicode.Latin, "ru": unicode.Cyrillic, "es": unicode.Latin}

func TestShippedInSixLanguages(t *testing.T) {
	c := shippedEdition(t)
	n := 0
	c.texts(func(place string, text lang.Text) {
		seen := map[string]lang.Tag{}
		for _, l := range lang.Official {
			n++
			v := text[l]
			if v.S == "" || v.S != strings.TrimSpace(v.S) {
				t.Errorf("%s: %q in %s", place, v.S, l)
				continue
			}
			if v.Status != lang.Unofficial {
				t.Errorf("%s: status %q in %s; our wording is unofficial", place, v.Status, l)
			}
			if !strings.ContainsFunc(v.S, func(r rune) bool { return unicode.Is(scripts[l], r) }) {
				t.Errorf("%s: %q is not in the script of %s", place, v.S, l)
			}
			if other, ok := seen[v.S]; ok && len(v.S) > 12 {
				t.Errorf("%s: the same words in %s and %s: %q", place, other, l, v.S)
			}
			seen[v.S] = l
		}
		if len(text) != len(lang.Official) {
			t.Errorf("%s: %v", place, text.Tags())
		}
	})
	for _, q := range c.All() {
		for _, l := range lang.Official {
			if s := q.Text[l].S; !strings.HasSuffix(s, "?") && !strings.HasSuffix(s, "؟") && !strings.HasSuffix(s, "？") {
				t.Errorf("%s in %s is no question: %q", q.ID, l, s)
			}
		}
	}
	if n < 400 {
		t.Errorf("only %d texts were looked at", n)
	}
}

// Every leaf of the three articles is asked about, by exactly one question.
func TestShippedCoversItsArticles(t *testing.T) {
	c := shippedEdition(t)
	provisions, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	asked := map[convention.ID]int{}
	for _, s := range c.Sections {
		for _, q := range s.Questions {
			asked[q.Provision]++
			if !provisions.Descends(q.Provision, s.Provision) {
				t.Errorf("%s asks about %s, outside its section %s", q.ID, q.Provision, s.Provision)
			}
		}
	}
	for id, n := range asked {
		if n > 1 {
			t.Errorf("%s is asked about %d times", id, n)
		}
	}
	for _, article := range []convention.ID{"uncac/art_9", "uncac/art_15", "uncac/art_52"} {
		for _, p := range provisions.Reported(article) {
			if asked[p.ID] == 0 {
				t.Errorf("nothing asks about %s", p.ID)
			}
		}
	}
}

// The block speaks of the parts and codes that answers have.
func TestShippedBlock(t *testing.T) {
	c := shippedEdition(t)
	var parts []assessment.Part
	for _, p := range c.Block.Parts {
		parts = append(parts, assessment.Part(p.ID))
	}
	if !slices.Equal(parts, assessment.Parts) {
		t.Errorf("parts %v, answers have %v", parts, assessment.Parts)
	}
	var options []assessment.Implementation
	for _, o := range c.Block.Options {
		options = append(options, assessment.Implementation(o.Code))
	}
	if want := []assessment.Implementation{assessment.Yes, assessment.InPart, assessment.No}; !slices.Equal(options, want) {
		t.Errorf("options %v, want %v", options, want)
	}
	seen := map[string]bool{}
	for _, o := range c.Block.Challenges {
		if o.Code == "" || seen[o.Code] {
			t.Errorf("challenge %q", o.Code)
		}
		seen[o.Code] = true
	}
	if len(seen) < 10 {
		t.Errorf("%d challenges", len(seen))
	}
}

var word = regexp.MustCompile(`\pL+`)

// words are the words of a text, folded, so that a copied passage is found whatever its punctuation.
func words(s string) []string { return word.FindAllString(strings.ToLower(s), -1) }

// copied gives the passages of n words that the text has in common with the source.
func copied(source map[string]bool, text string, n int) (out []string) {
	w := words(text)
	for i := 0; i+n <= len(w); i++ {
		if p := strings.Join(w[i:i+n], " "); source[p] {
			out = append(out, p)
		}
	}
	return out
}

func passages(s string, n int) map[string]bool {
	w := words(s)
	out := map[string]bool{}
	for i := 0; i+n <= len(w); i++ {
		out[strings.Join(w[i:i+n], " ")] = true
	}
	return out
}

// No passage of the treaty stands in the questions. The one authentic version
// among the real laws is Spanish (the law by which Argentina approved the
// Convention); the wording in the other languages follows the same plan.
func TestShippedCopiesNoSentence(t *testing.T) {
	dir := os.Getenv("MERIDA_CORPORA")
	if dir == "" {
		t.Skip("MERIDA_CORPORA is not set: no text of the Convention to compare with")
	}
	b, err := os.ReadFile(filepath.Join(dir, "laws/ar/ar-ley-26097-uncac.md"))
	if err != nil {
		t.Fatal(err)
	}
	const n = 11 // longer than the Convention's own terms and lists
	treaty := passages(string(b), n)
	if len(copied(treaty, string(b[2000:20000]), n)) < 100 {
		t.Fatal("the comparison finds nothing in the treaty itself")
	}
	c := shippedEdition(t)
	c.texts(func(place string, text lang.Text) {
		if got := copied(treaty, text["es"].S, n); len(got) > 0 {
			t.Errorf("%s has in common with the treaty: %q", place, got)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	known := func(convention.ID) bool { return true }
	whole, err := data.ReadFile("data/self-assessment-1.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(string) string{
		"cut off":          func(s string) string { return s[:len(s)/2] },
		"unknown member":   func(s string) string { return strings.Replace(s, `"edition": 1`, `"edition": 1, "editions": 2`, 1) },
		"id twice":         func(s string) string { return strings.Replace(s, `"id": "9.1.b"`, `"id": "9.1.a"`, 1) },
		"language missing": func(s string) string { return strings.Replace(s, `"ru":`, `"uk":`, 1) },
		"more after it":    func(s string) string { return s + "{}" },
		"no edition":       func(s string) string { return strings.Replace(s, `"edition": 1`, `"edition": 0`, 1) },
	} {
		if _, err := Parse(strings.NewReader(change(string(whole))), known); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := Parse(strings.NewReader(string(whole)), func(id convention.ID) bool { return id != "uncac/art_52/para_6" }); err == nil {
		t.Error("unknown provision: accepted")
	}
}
