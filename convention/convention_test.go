package convention

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
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
