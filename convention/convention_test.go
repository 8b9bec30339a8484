package convention

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"merida/lang"
)

func load(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func fields(s string) []int {
	var out []int
	for f := range strings.FieldsSeq(s) {
		n, _ := strconv.Atoi(f)
		out = append(out, n)
	}
	return out
}

// The printed structure of UNCAC, article 1 to 71: paragraphs (an unnumbered text counts as one) and points.
var (
	paragraphs = fields("1 1 2 2 4 3 4 6 3 1 2 4 2 5 1 2 1 1 1 1 1 1 2 1 1 4 3 1 1 10 10 5 1 1 1 1 5 1 2 1 1 6 2 18 1 30 1 3 1 4 1 6 1 2 9 1 5 1 1 8 3 4 7 2 2 4 4 2 5 2 2")
	points     = fields("3 12 0 0 0 2 4 0 10 3 0 12 6 5 2 0 0 2 0 0 2 0 11 0 2 0 0 0 0 2 2 2 0 0 0 0 0 2 0 0 0 6 0 2 0 32 0 9 0 0 0 2 3 6 5 0 3 0 0 10 0 4 7 3 0 0 0 0 0 0 0")
	chapters   = map[string][2]int{"I": {1, 4}, "II": {5, 14}, "III": {15, 42}, "IV": {43, 50}, "V": {51, 59}, "VI": {60, 62}, "VII": {63, 64}, "VIII": {65, 71}}
	cycles     = map[string]int{"II": 2, "III": 1, "IV": 1, "V": 2}
	priority   = []int{5, 6, 9, 15, 16, 17, 23, 25, 44, 46, 52, 53, 54, 55, 57}
)

func TestStructure(t *testing.T) {
	c := load(t)
	form := regexp.MustCompile(`^uncac/(chp_[IVX]+|art_\d+(/para_\d+(/point_[a-z]+(/point_[ivx]+)?)?)?)$`)
	count := map[Kind]int{}
	article := 0
	for p := range c.Walk(UNCAC) {
		count[p.Kind]++
		if !form.MatchString(string(p.ID)) {
			t.Errorf("%s: malformed id", p.ID)
		}
		path := c.Ancestors(p.ID)
		if len(path) != p.Depth {
			t.Errorf("%s: depth %d, %d ancestors", p.ID, p.Depth, len(path))
		}
		chapter := p
		if len(path) > 0 {
			chapter = path[0]
		}
		if chapter.Kind != Chapter {
			t.Fatalf("%s: not under a chapter", p.ID)
		}
		if p.ReviewCycle != cycles[chapter.Number] {
			t.Errorf("%s: review cycle %d", p.ID, p.ReviewCycle)
		}
		if p.Priority2007 && p.Kind != Article {
			t.Errorf("%s: only articles have priority", p.ID)
		}
		if len(p.Themes) == 0 {
			t.Errorf("%s: no theme", p.ID)
		}
		if p.Kind != Article {
			continue
		}
		article++
		if n, _ := strconv.Atoi(p.Number); n != article {
			t.Fatalf("%s: article %s stands where %d should", p.ID, p.Number, article)
		}
		if r := chapters[chapter.Number]; article < r[0] || article > r[1] {
			t.Errorf("%s: wrong chapter %s", p.ID, chapter.Number)
		}
		if p.Priority2007 != slices.Contains(priority, article) {
			t.Errorf("%s: priority %v", p.ID, p.Priority2007)
		}
		kids := c.Children(p.ID)
		if len(kids) != paragraphs[article-1] {
			t.Errorf("%s: %d paragraphs, want %d", p.ID, len(kids), paragraphs[article-1])
		}
		pts := 0
		for q := range c.Walk(p.ID) {
			if q.Kind == Point {
				pts++
			}
		}
		if pts != points[article-1] {
			t.Errorf("%s: %d points, want %d", p.ID, pts, points[article-1])
		}
		for i, k := range kids {
			switch {
			case k.Implicit && (len(kids) != 1 || k.Number != "" || k.ID != p.ID+"/para_1"):
				t.Errorf("%s: implicit paragraph", k.ID)
			case !k.Implicit && k.Number != strconv.Itoa(i+1):
				t.Errorf("%s: paragraph number %q", k.ID, k.Number)
			}
			for j, q := range c.Children(k.ID) {
				if want := "(" + string(rune('a'+j)) + ")"; q.Number != want {
					t.Errorf("%s: number %q, want %q", q.ID, q.Number, want)
				}
				for l, s := range c.Children(q.ID) {
					if want := "(" + roman(l+1) + ")"; s.Number != want {
						t.Errorf("%s: number %q, want %q", s.ID, s.Number, want)
					}
				}
			}
		}
	}
	if count[Chapter] != 8 || count[Article] != 71 || count[Paragraph] != 239 || count[Point] != 176 {
		t.Errorf("counts %v", count)
	}
	n := 0
	for p := range c.Walk("untoc") {
		if n++; p.ID != ID("untoc/art_"+strconv.Itoa(n)) {
			t.Errorf("%s stands where article %d should", p.ID, n)
		}
	}
	if n != 41 {
		t.Errorf("UNTOC has %d articles", n)
	}
}

func TestReported(t *testing.T) {
	c := load(t)
	got := c.Reported(UNCAC)
	if len(got) != 310 {
		t.Fatalf("%d provisions, want 310", len(got))
	}
	for _, p := range got {
		a, _ := c.Article(p.ID)
		if n, _ := strconv.Atoi(a.Number); n < 5 || n > 62 || !p.Leaf() {
			t.Errorf("%s: leaf %v of article %d", p.ID, p.Leaf(), n)
		}
	}
	if n := len(c.Reported("uncac/art_65")); n != 0 {
		t.Errorf("article 65 gives %d", n)
	}
	if n := len(c.Reported("untoc")); n != 41 {
		t.Errorf("UNTOC gives %d", n)
	}
	if n := len(c.Reported("nothing/art_1")); n != 0 {
		t.Errorf("an unknown id gives %d", n)
	}
}

func TestParse(t *testing.T) {
	c := load(t)
	for s, want := range map[string]ID{
		"uncac/art_16/para_1": "uncac/art_16/para_1", " uncac ": "uncac", "/untoc/art_6/": "untoc/art_6",
		"16(1)": "uncac/art_16/para_1", "16": "uncac/art_16", "15(a)": "uncac/art_15/para_1/point_a",
		"15(1)(a)": "uncac/art_15/para_1/point_a", "1": "uncac/art_1", "23.1.b.ii": "uncac/art_23/para_1/point_b/point_ii",
		"UNCAC art. 13(1)(d)(ii)": "uncac/art_13/para_1/point_d/point_ii", "art 52, para 5": "uncac/art_52/para_5",
		"Article 9, paragraph 1 (a)": "uncac/art_9/para_1/point_a", "UNTOC 6": "untoc/art_6", "Chapter III": "uncac/chp_III",
		"chapitre 4": "uncac/chp_IV", "Глава V": "uncac/chp_V", "пункт 1 статьи": "uncac/art_1", "статья 16, пункт 2": "uncac/art_16/para_2",
		"第十六条第一款": "uncac/art_16/para_1", "第五十二條": "uncac/art_52", "第三章": "uncac/chp_III", "المادة 16": "uncac/art_16",
		"المادة ١٦ (٢)": "uncac/art_16/para_2", "artículo 44, párrafo 18": "uncac/art_44/para_18", "46(3)(k)": "uncac/art_46/para_3/point_k",
	} {
		if got, ok := c.Parse(s); !ok || got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "72", "16(9)", "article", "chapter XI", "chapter 16 3", "bribery", "16(1) and 17", strings.Repeat("1", 300)} {
		if got, ok := c.Parse(s); ok {
			t.Errorf("Parse(%q) = %q, want nothing", s, got)
		}
	}
	// What is printed leads back to the provision, or to the article of an implicit paragraph.
	for _, conv := range c.Conventions() {
		for p := range c.Walk(conv.ID) {
			want := p.ID
			if p.Implicit {
				want = p.Parent
			}
			if got, ok := c.Parse(conv.Short + " " + p.Citation); !ok || got != want {
				t.Errorf("%s is cited %q, which leads to %q", p.ID, p.Citation, got)
			}
			for _, tag := range lang.Official { // what a page writes, its reader may type
				if cited := p.CitedIn(tag); p.Kind != Chapter {
					if got, ok := c.Parse(conv.Short + " " + cited); !ok || got != want {
						t.Errorf("%s is cited %q in %s, which leads to %q", p.ID, cited, tag, got)
					}
				}
			}
		}
	}
}

func BenchmarkRead(b *testing.B) {
	for b.Loop() {
		c := &Catalogue{}
		for _, n := range []string{"data/uncac.json", "data/untoc.json"} {
			f, _ := data.Open(n)
			t, err := read(f)
			if err != nil {
				b.Fatal(err)
			}
			c.trees = append(c.trees, t)
		}
		if err := c.index(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	c := load(b)
	for b.Loop() {
		c.Get("uncac/art_23/para_1/point_b/point_ii")
	}
}

// script reports whether a text has letters of its language's script and, roman numerals and
// accepted abbreviations aside, of no other.
func script(tag lang.Tag, s string) bool {
	want := map[lang.Tag]*unicode.RangeTable{"ar": unicode.Arabic, "zh": unicode.Han, "ru": unicode.Cyrillic}[tag]
	if want == nil {
		want = unicode.Latin
	}
	s = regexp.MustCompile(`\b[IVX]+\b`).ReplaceAllString(s, "")
	found := false
	for _, r := range s {
		switch {
		case unicode.Is(want, r):
			found = true
		case unicode.IsLetter(r):
			return false
		}
	}
	return found
}

// sixLanguages holds a text to the rules for what readers of the six languages see.
func sixLanguages(t *testing.T, where string, text lang.Text) {
	t.Helper()
	if len(text) != len(lang.Official) {
		t.Errorf("%s: languages %v", where, text.Tags())
	}
	seen := map[string]lang.Tag{}
	for _, tag := range lang.Official {
		s := text[tag].S
		if !script(tag, s) {
			t.Errorf("%s: %s text %q", where, tag, s)
		}
		if s != strings.Join(strings.Fields(s), " ") {
			t.Errorf("%s: white space in %s text %q", where, tag, s)
		}
		// The English and the French word are the same once.
		if o, twice := seen[strings.ToLower(s)]; twice && s != "Extradition" {
			t.Errorf("%s: %s and %s are both %q", where, o, tag, s)
		}
		seen[strings.ToLower(s)] = tag
	}
}

func TestTitles(t *testing.T) {
	c := load(t)
	count := map[ID]map[lang.Tag]map[Check]int{}
	for _, conv := range c.Conventions() {
		sixLanguages(t, string(conv.ID), conv.Titles)
		sixLanguages(t, string(conv.ID)+" short", conv.ShortTitles)
		if conv.Adopted.After(conv.OpenedForSignature) || conv.OpenedForSignature.After(conv.EntryIntoForce) || conv.Adopted.IsZero() {
			t.Errorf("%s: dates out of order", conv.ID)
		}
		count[conv.ID] = map[lang.Tag]map[Check]int{}
		for _, tag := range lang.Official {
			count[conv.ID][tag] = map[Check]int{}
		}
		for p := range c.Walk(conv.ID) {
			titled := p.Kind == Chapter || p.Kind == Article
			if titled != (p.Titles != nil) || titled == (p.Label != nil) {
				t.Fatalf("%s: a title for chapters and articles, a label for the rest", p.ID)
			}
			if !titled {
				continue
			}
			sixLanguages(t, string(p.ID), p.Titles)
			for _, tag := range lang.Official {
				check, status := p.TitleChecks[tag], p.Titles[tag].Status
				count[conv.ID][tag][check]++
				if (check == Verified) != (status == lang.Authentic) || check != Verified && status != lang.Unofficial {
					t.Errorf("%s: %s title is %s and %s", p.ID, tag, check, status)
				}
			}
		}
	}
	// The doubts that data/README.md tells: verified, corroborated, unverified.
	for conv, want := range map[ID]map[lang.Tag][3]int{
		"uncac": {"en": {79, 0, 0}, "es": {79, 0, 0}, "fr": {11, 7, 61}, "ru": {10, 0, 69}, "ar": {7, 7, 65}, "zh": {13, 35, 31}},
		"untoc": {"en": {41, 0, 0}, "es": {41, 0, 0}, "fr": {9, 0, 32}, "ru": {6, 0, 35}, "ar": {39, 0, 2}, "zh": {9, 2, 30}},
	} {
		for tag, n := range want {
			got := count[conv][tag]
			if [3]int{got[Verified], got[Corroborated], got[Unverified]} != n {
				t.Errorf("%s %s: %v, want %v", conv, tag, got, n)
			}
		}
	}
}

func TestLabels(t *testing.T) {
	c := load(t)
	word := regexp.MustCompile(`[\pL\pN]`)
	siblings := map[string]ID{}
	n := 0
	for p := range c.Walk(UNCAC) {
		if p.Label == nil {
			continue
		}
		n++
		sixLanguages(t, string(p.ID), p.Label)
		for tag, v := range p.Label {
			if v.Status != lang.Unofficial {
				t.Errorf("%s: the %s label is ours and must say so", p.ID, tag)
			}
			words := 0
			for w := range strings.FieldsSeq(v.S) {
				if word.MatchString(w) {
					words++
				}
			}
			// Chinese does not separate words; two characters make one on average.
			if words > 12 || tag == "zh" && utf8.RuneCountInString(v.S) > 24 {
				t.Errorf("%s: the %s label is too long: %q", p.ID, tag, v.S)
			}
			if strings.HasSuffix(v.S, ".") || strings.HasSuffix(v.S, "。") {
				t.Errorf("%s: the %s label is no sentence: %q", p.ID, tag, v.S)
			}
			key := string(p.Parent) + " " + string(tag) + " " + v.S
			if o, twice := siblings[key]; twice {
				t.Errorf("%s and %s share the %s label %q", p.ID, o, tag, v.S)
			}
			siblings[key] = p.ID
		}
	}
	if n != 415 {
		t.Errorf("%d labels", n)
	}
}

func TestTerms(t *testing.T) {
	c := load(t)
	used := map[string]bool{}
	for p := range c.Walk(UNCAC) {
		for i, code := range p.Themes {
			used[code] = true
			if slices.Contains(p.Themes[:i], code) {
				t.Errorf("%s: theme %s twice", p.ID, code)
			}
		}
	}
	if len(c.Themes()) != 29 {
		t.Errorf("%d themes", len(c.Themes()))
	}
	for _, x := range c.Themes() {
		sixLanguages(t, x.Code, x.Name)
		if !used[x.Code] || len(c.WithTheme(x.Code)) == 0 {
			t.Errorf("theme %s is never used", x.Code)
		}
		if got, ok := c.Theme(x.Code); !ok || got.Code != x.Code {
			t.Errorf("theme %s is not found", x.Code)
		}
	}
	for _, must := range strings.Fields("prevention public-sector private-sector procurement criminalization jurisdiction law-enforcement international-cooperation " +
		"extradition mutual-legal-assistance asset-recovery money-laundering technical-assistance information-exchange transparency judiciary civil-society protection-of-persons") {
		if _, ok := c.Theme(must); !ok {
			t.Errorf("no theme %s", must)
		}
	}
	for _, l := range Levels {
		x, ok := c.Level(l)
		if !ok {
			t.Errorf("level %s has no name", l)
		}
		sixLanguages(t, x.Code, x.Name)
	}
	for _, k := range RelationKinds {
		x, ok := c.Relation(k)
		if !ok {
			t.Errorf("relation %s has no name", k)
		}
		sixLanguages(t, x.Code, x.Name)
		if (k == RefersTo) != (x.Inverse != nil) {
			t.Errorf("relation %s: inverse %v", k, x.Inverse)
		}
		if x.Inverse != nil {
			sixLanguages(t, x.Code+" inverse", x.Inverse)
		}
	}
}

func TestObligations(t *testing.T) {
	c := load(t)
	soft := regexp.MustCompile(`consider|endeavour|seek`)
	for p := range c.Walk(UNCAC) {
		o := p.Obligation
		if p.Label == nil {
			if o.Level != "" {
				t.Errorf("%s: a %s has no obligation of its own", p.ID, p.Kind)
			}
			continue
		}
		if slices.Contains(o.Also, o.Level) {
			t.Errorf("%s: also its own level", p.ID)
		}
		if (o.Verb == "") != (o.VerbSource == "" || o.VerbSource == "points") {
			t.Errorf("%s: verb %q from %q", p.ID, o.Verb, o.VerbSource)
		}
		if o.Verb == "" {
			if o.Level != Other && o.VerbSource != "points" {
				t.Errorf("%s: %s without a verb", p.ID, o.Level)
			}
			continue
		}
		switch o.Level {
		case ShallConsider:
			if !soft.MatchString(o.Verb) {
				t.Errorf("%s: %q is no duty to consider", p.ID, o.Verb)
			}
		case Mandatory:
			if !strings.Contains(o.Verb, "shall") && !strings.Contains(o.Verb, "may not") && !strings.HasPrefix(o.Verb, "is ") {
				t.Errorf("%s: %q is not mandatory", p.ID, o.Verb)
			}
		case May:
			if strings.HasPrefix(o.Verb, "shall") {
				t.Errorf("%s: %q is not optional", p.ID, o.Verb)
			}
		}
	}
	for id, want := range map[ID]Level{
		"uncac/art_15/para_1/point_a": Mandatory, "uncac/art_16/para_1": Mandatory, "uncac/art_16/para_2": ShallConsider,
		"uncac/art_20/para_1": ShallConsider, "uncac/art_11/para_2": May, "uncac/art_2/para_1/point_a": Other,
	} {
		if p, _ := c.Get(id); p.Obligation.Level != want {
			t.Errorf("%s is %s, want %s", id, p.Obligation.Level, want)
		}
	}
}

func TestRelations(t *testing.T) {
	c := load(t)
	cite := regexp.MustCompile(`^\d+(\([0-9a-z]+\))*$`)
	articles := map[[2]ID]int{} // pairs of corresponding articles, counted from both ends
	for _, conv := range c.Conventions() {
		for p := range c.Walk(conv.ID) {
			seen := map[Relation]bool{}
			for _, r := range p.Related {
				key := Relation{To: r.To, Kind: r.Kind, Detail: r.Detail}
				if seen[key] {
					t.Errorf("%s: %s %s twice", p.ID, r.Kind, r.To)
				}
				seen[key] = true
				to, ok := c.Get(r.To)
				if !ok {
					t.Fatalf("%s: relation to unknown %s", p.ID, r.To)
				}
				if r.Kind != CorrespondsTo {
					continue
				}
				if to.ID.Convention() == conv.ID {
					t.Errorf("%s: corresponds to its own convention", p.ID)
				}
				if (r.Basis == "text_similarity") != (r.Similarity >= 0.5) {
					t.Errorf("%s: %s with similarity %v", p.ID, r.Basis, r.Similarity)
				}
				if r.Detail != "" && (!cite.MatchString(r.Detail) || strings.Split(r.Detail, "(")[0] != to.Number) {
					t.Errorf("%s: detail %q of %s", p.ID, r.Detail, to.ID)
				}
				if p.Kind == Article {
					pair := [2]ID{p.ID, r.To}
					if conv.ID != UNCAC {
						pair = [2]ID{r.To, p.ID}
					}
					articles[pair]++
				}
			}
			// Each link is seen from its other end.
			for _, r := range p.Related {
				if !slices.ContainsFunc(c.Related(r.To), func(b Relation) bool { return b.To == p.ID && b.Kind == r.Kind }) {
					t.Errorf("%s does not show that %s %s it", r.To, p.ID, r.Kind)
				}
			}
		}
	}
	for pair, n := range articles {
		if n != 2 {
			t.Errorf("%s and %s correspond one way only", pair[0], pair[1])
		}
	}
	for _, x := range [][2]ID{{"uncac/art_23", "untoc/art_6"}, {"uncac/art_44", "untoc/art_16"}, {"uncac/art_46", "untoc/art_18"}, {"uncac/art_26", "untoc/art_10"},
		{"uncac/art_32", "untoc/art_24"}, {"uncac/art_15", "untoc/art_8"}, {"uncac/art_16", "untoc/art_8"}} {
		if articles[x] == 0 {
			t.Errorf("%s and %s should correspond", x[0], x[1])
		}
	}
	if c.Related("uncac") != nil || c.Related("nothing") != nil {
		t.Error("a convention has no relations of its own")
	}
	// Shown in order: what the provision refers to, what refers to it, what corresponds, what to see.
	last := -1
	for _, r := range c.Related("uncac/art_31") {
		i := 10 * slices.Index(RelationKinds, r.Kind)
		if r.Kind == RefersTo && r.Incoming {
			i++
		}
		if i < last {
			t.Errorf("%v is out of order", r)
		}
		last = i
	}
}

func TestTree(t *testing.T) {
	c := load(t)
	for _, x := range []struct {
		id, of ID
		want   bool
	}{
		{"uncac/art_16/para_1", "uncac/art_16", true}, {"uncac/art_16/para_1", "uncac/chp_III", true}, {"uncac/art_16/para_1", "uncac", true},
		{"uncac/art_16", "uncac/art_16", true}, {"uncac", "uncac", true}, {"uncac/art_16", "uncac/art_16/para_1", false},
		{"uncac/art_16", "uncac/art_1", false}, {"uncac/art_16", "uncac/chp_II", false}, {"untoc/art_6", "uncac", false},
		{"uncac", "uncac/art_1", false}, {"nothing", "nothing", false}, {"uncac/art_71/para_2", "uncac/chp_VIII", true},
	} {
		if got := c.Descends(x.id, x.of); got != x.want {
			t.Errorf("Descends(%s, %s) = %v", x.id, x.of, got)
		}
	}
	// Descends agrees with the chain of parents, for every pair in a chapter and its neighbours.
	for p := range c.Walk("uncac/chp_I") {
		for q := range c.Walk(UNCAC) {
			want := p == q || slices.Contains(c.Ancestors(p.ID), q)
			if c.Descends(p.ID, q.ID) != want {
				t.Fatalf("Descends(%s, %s) = %v", p.ID, q.ID, !want)
			}
		}
	}
	if got := c.Below("uncac/art_15"); !slices.Equal(got, []ID{"uncac/art_15", "uncac/art_15/para_1", "uncac/art_15/para_1/point_a", "uncac/art_15/para_1/point_b"}) {
		t.Errorf("below article 15: %v", got)
	}
	if n := len(c.Children("uncac")); n != 8 {
		t.Errorf("%d chapters", n)
	}
	if n := len(c.Children("untoc")); n != 41 {
		t.Errorf("%d articles of UNTOC", n)
	}
	if c.Children("nothing") != nil || c.Leaves("nothing") != nil || c.Ancestors("nothing") != nil {
		t.Error("an unknown id has nothing around it")
	}
	if a, ok := c.Article("uncac/art_23/para_1/point_b/point_ii"); !ok || a.ID != "uncac/art_23" {
		t.Errorf("article %v", a)
	}
	if _, ok := c.Article("uncac/chp_III"); ok {
		t.Error("a chapter is in no article")
	}
	for range c.Walk(UNCAC) {
		break // stops without trouble
	}
	got, ok := c.Parts("uncac/art_23/para_1/point_b/point_ii")
	if !ok || got.Convention.ID != UNCAC || got.Chapter != "" || got.Article != "23" || got.Paragraph != "1" || !slices.Equal(got.Points, []string{"(b)", "(ii)"}) {
		t.Errorf("parts %+v", got)
	}
	if got, _ := c.Parts("uncac/art_15/para_1/point_a"); got.Paragraph != "" || got.Article != "15" {
		t.Errorf("an implicit paragraph has no number: %+v", got)
	}
	if got, _ := c.Parts("uncac/chp_III"); got.Chapter != "III" || got.Article != "" {
		t.Errorf("parts of a chapter: %+v", got)
	}
	if _, ok := c.Parts("uncac"); ok {
		t.Error("a convention has no parts")
	}
	if conv, ok := c.Convention("untoc/art_6"); !ok || conv.Short != "UNTOC" {
		t.Errorf("convention %v", conv)
	}
	if _, ok := c.Convention("nothing/art_1"); ok {
		t.Error("an unknown convention is found")
	}
}
