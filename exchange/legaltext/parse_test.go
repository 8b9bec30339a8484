package legaltext

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"merida/fault"
	"merida/lang"
	"merida/library"
)

var update = flag.Bool("update", false, "write the outlines anew")

// own lists the laws of testdata, of fictional States in the shape of real files.
func own(t testing.TB) (names []string, read func(string) (format string, l lang.Tag, b []byte)) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil {
		t.Fatal(err)
	}
	keep := names[:0]
	for _, n := range names {
		if filepath.Ext(n) != ".outline" {
			keep = append(keep, n)
		}
	}
	if len(keep) < 10 {
		t.Fatalf("%d laws in testdata", len(keep))
	}
	return keep, func(name string) (string, lang.Tag, []byte) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		format := strings.TrimPrefix(filepath.Ext(name), ".")
		if format == "xml" {
			format = AkomaNtoso
		}
		l, _, ok := strings.Cut(filepath.Base(name), "-")
		if !ok {
			l = "en"
		}
		return format, lang.Tag(l), b
	}
}

func whole(ss []library.Section) string {
	var b strings.Builder
	for _, s := range ss {
		fmt.Fprintf(&b, "%s%s [%s]", strings.Repeat("  ", s.Level-1), s.EID, s.Kind)
		for _, f := range []struct{ name, s string }{{"num", s.Num}, {"heading", s.Heading}, {"text", s.Text}} {
			if f.s != "" {
				fmt.Fprintf(&b, " %s=%q", f.name, f.s)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestOutlines(t *testing.T) {
	names, read := own(t)
	for _, name := range names {
		format, l, b := read(name)
		ss, notes, err := Parse(format, l, b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkTree(t, name, ss)
		checkWords(t, name, format, b, ss)
		got := whole(ss)
		for _, n := range notes {
			got += fmt.Sprintln("!", n.Key, n.Args)
		}
		golden := name + ".outline"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s reads as\n%swant\n%s", name, got, want)
		}
	}
}

// checkWords holds that each word of the source stands in some section.
func checkWords(t testing.TB, name, format string, b []byte, ss []library.Section) {
	t.Helper()
	got := map[string]int{}
	for _, s := range ss {
		for w, n := range tally(s.Num + "\n" + s.Heading + "\n" + s.Text) {
			got[w] += n
		}
	}
	for w, n := range sourceWords(format, b) {
		if got[w] < n {
			t.Errorf("%s: %q stands %d times in the source and %d times in the sections", name, w, n, got[w])
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ lang, line, key string }{
		{"en", "Article 12", "12"}, {"en", "Article 12 bis", "12bis"}, {"en", "ARTICLE XIV", "XIV"}, {"en", "Sec. 6", "6"}, {"en", "Section 12A.", "12a"},
		{"fr", "Art. 1er.", "1"}, {"fr", "Article L. 1111-1", "L1111-1"}, {"fr", "Article R*12-3", "R12-3"}, {"fr", "Article 706-1-1", "706-1-1"}, {"fr", "LIVRE IIe", "II"},
		{"fr", "Article 59 quindecies", "59quindecies"}, {"fr", "Article premier", "1"},
		{"es", "Artículo 1º.-", "1"}, {"es", "ARTICULO 5°", "5"}, {"es", "Artículo Único", "unico"}, {"es", "Artículo Nº 7", "7"}, {"es", "PRIMERA PARTE", "1"}, {"ca", "Secció desena", "10"},
		{"pt", "Art. 10-A.", "10a"}, {"de", "§ 331a", "331a"}, {"de", "§§ 12 bis 14", "12bis"}, {"de", "Zwölfter Abschnitt", "12"}, {"de", "2. Kapitel", "2"}, {"nl", "Artikel 1.10", "1.10"},
		{"ru", "Статья 290", "290"}, {"ru", "Статья 290.1.", "290.1"}, {"ru", "Глава V", "V"},
		{"ar", "المادة 12", "12"}, {"ar", "المادة ١٢", "12"}, {"ar", "مادة (12)", "12"}, {"ar", "المادة الثانية عشرة", "12"}, {"ar", "المادة الحادية والعشرون بعد المائة", "121"}, {"ar", "المادة المائة", "100"},
		{"ar", "المادة السابعة والثلاثون", "37"}, {"ar", "المادة :6", "6"}, {"ar", "المادة 5 مكرر", "5مكرر"}, {"ar", "الباب التمهيدي", "prel"},
		{"zh", "第十二条", "12"}, {"zh", "第一百二十条之一", "120-1"}, {"zh", "第二百零三条", "203"}, {"zh", "第十章", "10"}, {"zh", "第12条", "12"}, {"zh", "第一千零一条", "1001"},
		{"sw", "Sehemu ya Kwanza", "1"}, {"sw", "Ibara ya 5", "5"}, {"sw", "SURA YA PILI", "2"},
		{"en", "First Schedule", "1"}, {"en", "the Article 5", ""}, {"en", "Articles of association", ""}, {"en", "Article of clothing", ""}, {"en", "Partner 5", ""}, {"zh", "第三人", ""},
	} {
		m, ok := findMark(c.line, c.lang)
		if ok != (c.key != "") || m.no.key != c.key {
			t.Errorf("%s %q: %v %q, want %q", c.lang, c.line, ok, m.no.key, c.key)
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	deep := strings.Repeat("<p>", 100) + strings.Repeat("</p>", 100)
	for _, c := range []struct{ name, format, text, key string }{
		{"a script alone", "html", "<script>a</script><p hidden>b</p>", "legaltext.error.empty"},
		{"a PDF called html", "html", "%PDF-1.7 <p>a</p>", "legaltext.error.utf8"},
		{"Latin 1 page without a declaration", "html", "<p>Corrupci\xf3n</p>", "legaltext.error.utf8"},
		{"a million deep", "html", strings.Repeat("<div>", 1_000_000), "legaltext.error.nodes"},
		{"deep page", "html", strings.Repeat("<div>", 200) + "a", "legaltext.error.depth"},
		{"very deep page", "html", strings.Repeat("<div>", 100_000) + "a", "legaltext.error.depth"},
		{"pdf", "pdf", "%PDF", "legaltext.error.not_pdf"},
		{"no archive", "docx", "PK", "legaltext.error.not_docx"},
		{"no format", "", "a", "corpus.refused.format"},
		{"Latin 1", "txt", "a\nCorrupci\xf3n", "legaltext.error.utf8"},
		{"UTF-16", "txt", "A\x00r\x00t\x00.\x00", "legaltext.error.utf8"},
		{"nothing", "md", "", "legaltext.error.empty"},
		{"front matter alone", "md", "---\ntitle: a\n---\n", "legaltext.error.empty"},
		{"no words", "txt", " \n--- \n* * *", "legaltext.error.empty"},
		{"too large", "txt", strings.Repeat("a", MaxBytes+1), "legaltext.error.size"},
		{"no XML", "akn", "Article 1", "legaltext.error.not_akn"},
		{"other XML", "akn", "<html><p>a</p></html>", "legaltext.error.not_akn"},
		{"broken XML", "akn", "<akomaNtoso><act>", "legaltext.error.xml"},
		{"wrong end", "akn", "<akomaNtoso><act></bill></akomaNtoso>", "legaltext.error.xml"},
		{"entity", "akn", "<akomaNtoso><p>&lol;</p></akomaNtoso>", "legaltext.error.xml"},
		{"doctype", "akn", `<!DOCTYPE lolz [<!ENTITY lol "lol">]><akomaNtoso><p>&lol;</p></akomaNtoso>`, "legaltext.error.doctype"},
		{"external entity", "akn", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><akomaNtoso/>`, "legaltext.error.doctype"},
		{"encoding", "akn", `<?xml version="1.0" encoding="windows-1251"?><akomaNtoso><p>a</p></akomaNtoso>`, "legaltext.error.encoding"},
		{"depth", "akn", "<akomaNtoso><act><body>" + deep + "</body></act></akomaNtoso>", "legaltext.error.depth"},
		{"nodes", "akn", "<akomaNtoso>" + strings.Repeat("<p/>", maxNodes+1) + "</akomaNtoso>", "legaltext.error.nodes"},
		{"meta alone", "akn", "<akomaNtoso><act><meta><p>a</p></meta></act></akomaNtoso>", "legaltext.error.empty"},
		{"too many sections", "txt", strings.Repeat("Article 1.\n\nText.\n\n", 5) + many(maxSections+1), "legaltext.error.sections"},
	} {
		_, _, err := Parse(c.format, "en", []byte(c.text))
		f, ok := err.(*fault.Error)
		if !ok || f.Key != c.key || f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

func TestPages(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"menus stay outside", `<html><head><title>x</title></head><body><nav>Menu</nav><script>evil()</script><main><h1>Act on gifts</h1><h2>Article 1<br>Purpose</h2><p>Nobody gives.</p><ul><li>one;</li><li>two.</li></ul></main><form>Search</form></body></html>`,
			"preamble||Act on gifts|\nart_1|Article 1|Purpose|Nobody gives.\n\n- one;\n\n- two.\n"},
		{"the law of a publisher's page", `<body><div>Home</div><la-akoma-ntoso><section class="akn-article"><h2>Article 2 – Duty</h2><span class="akn-p">Do <b>it</b>.</span></section></la-akoma-ntoso></body>`,
			"art_2|Article 2|Duty|Do it.\n"},
		{"printed lines", "<pre>Статья 1. Понятие\n\nТекст\nдалее.\n\nСтатья 2. Иное\n\nКонец.</pre>", "art_1|Статья 1|Понятие|Текст далее.\nart_2|Статья 2|Иное|Конец.\n"},
		{"a declared encoding", "<meta charset=windows-1251><p>\xd1\xf2\xe0\xf2\xfc\xff 5</p><p>\xc4\xe0.</p>", "art_5|Статья 5||Да.\n"},
		{"a table", "<h3>Article 1</h3><table><tr><td>a</td><td>b</td></tr></table>", "art_1|Article 1||a | b\n"},
	} {
		l := lang.Tag("en")
		if strings.Contains(c.name, "encoding") || strings.Contains(c.name, "printed") {
			l = "ru"
		}
		ss, _, err := Parse(HTML, l, []byte(c.in))
		got := ""
		for _, s := range ss {
			got += s.EID + "|" + s.Num + "|" + s.Heading + "|" + s.Text + "\n"
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%q, want\n%q", c.name, err, got, c.want)
		}
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "Article %d.\n\nText.\n\n", i+1)
	}
	return b.String()
}

func TestCleaning(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\fd":             "a\nb\nc\nd",
		"\ufeffe\u0301\u00adx\x07": "éx",
		"ﻻ ﷲ":                      "لا الله",
		"a\u202eb\u2066c":          "abc",
		"األول واإلدارة اآلتية": "الأول والإدارة الآتية",
		"ﬁ ²": "ﬁ ²", // compatibility forms of other scripts may mean something
	} {
		got, _, err := clean([]byte(in))
		if err != nil || got != want {
			t.Errorf("%q: %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestInlineMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		`**Art. 9º**— La [Ley N° 5](http://x/(a)?b)`: "Art. 9º— La Ley N° 5?b)", // brackets within an address end it, as Markdown says
		`a [b [c](d) e](f) g`:                        "a b c e g",
		`snake_case and _word_`:                      "snake_case and word",
		`a < b > c <br/>d <https://x.example>`:       "a < b > c d <https://x.example>",
		`1\. a \* b`:                                 "1. a * b",
		`&oacute; &bogus; & ; &#0;`:                  "ó &bogus; & ;",
		`(*) [^1] [x]`:                               "(*) [^1] [x]",
		`![logo](a.png) text`:                        "logo text",
	} {
		if got := inline(in).s; got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if l := inline("**LIVRE Ier.** **Des infractions**"); !l.bold || l.lead != len(l.s) {
		t.Errorf("bold throughout: %+v", l)
	}
}

// The time to read should grow with the length and no faster, whatever the text is made of:
// growth is the time of eight times the text over the time of the text, 8 where it is linear.
func BenchmarkParseGrowth(b *testing.B) {
	const size = 64 << 10
	for name, piece := range map[string]string{
		"one line": "word ", "brackets": "[", "links": "[a](", "closed links": "[a](b)", "stars": "*", "tags": "<a ", "entities": "&a", "comments": "<!-- ", "front": "---\n", "articles": "Article 1.\n\nx\n\n",
		"numbers": "1. X\n\n", "subsections": "(1) A (2) B ", "same": "Article 1. A\n\n", "headings": "# A\n\n", "deep headings": "###### A b\n\n", "short lines": "A\n", "alone": "Article 1\n\nTitle\n\n",
		"parts": "Part I\n\nChapter I\n\n", "schedules": "Schedule 1\n\n1. A b\n\n", "contents": "Contents\n\nArticle 1. A\n\n", "raised": "<sup>1</sup> A\n\n", "carriage": "\r", "arabic": "المادة الأولى\n\nالباب الأول\n\nالمادة الأولى\n\n",
		"lam": "األ", "accents": "e\u0301\u0301\u0301", "chinese": "第一条 甲\n", "bars": "|-|\n", "marginal": "Title\n\n1.\n\n", "roman": "I. – A\n\n",
	} {
		b.Run(name, func(b *testing.B) {
			read := func(n int) time.Duration {
				text := []byte(strings.Repeat(piece, n/len(piece)))
				begin := time.Now()
				parse(context.Background(), Markdown, "en", text)
				parse(context.Background(), Plain, "ar", text)
				return time.Since(begin)
			}
			var small, large time.Duration
			for b.Loop() {
				small += read(size)
				large += read(8 * size)
			}
			b.ReportMetric(float64(large)/float64(small), "growth")
		})
	}
}

func TestWrittenMarkdownReadsTheSame(t *testing.T) {
	ss := []library.Section{
		{EID: "preamble", Level: 1, Kind: "preamble", Heading: "Act *on* [gifts]"},
		{EID: "chp_I", Level: 1, Kind: "chapter", Num: "Chapter I", Heading: "General"},
		{EID: "art_1", Parent: "chp_I", Level: 2, Kind: "article", Num: "Article 1", Heading: "Purpose", Text: "To <prevent> a_b & c.\n\nAnd more."},
		{EID: "art_2", Parent: "chp_I", Level: 2, Kind: "article", Num: "Article 2", Text: "The following:"},
		{EID: "art_2__para_1", Parent: "art_2", Level: 3, Kind: "paragraph", Num: "(1)", Text: "One #1."},
		{EID: "art_2__para_2", Parent: "art_2", Level: 3, Kind: "paragraph", Num: "(2)", Text: "Two."},
	}
	got, _, err := Parse(Markdown, "en", []byte(WriteMarkdown(ss)))
	if err != nil || whole(got) != whole(ss) {
		t.Errorf("%v\n%swant\n%s", err, whole(got), whole(ss))
	}
}

func FuzzParse(f *testing.F) {
	names, read := own(f)
	for _, name := range names {
		format, l, b := read(name)
		f.Add(format, string(l), b)
	}
	f.Fuzz(func(t *testing.T, format, l string, b []byte) {
		ss, _, err := Parse(format, lang.Tag(l), b)
		if err != nil {
			if _, ok := err.(*fault.Error); !ok {
				t.Fatalf("%v is no fault", err)
			}
			return
		}
		checkTree(t, format, ss)
		again, _, err := Parse(format, lang.Tag(l), b)
		if err != nil || library.HashSections(again) != library.HashSections(ss) {
			t.Fatal("the same bytes gave other sections")
		}
		if format == Plain { // by letter: a number may stand glued to its heading
			got := map[string]int{}
			for _, s := range ss {
				for w, n := range letters(tally(s.Num + "\n" + s.Heading + "\n" + s.Text)) {
					got[w] += n
				}
			}
			for w, n := range letters(sourceWords(format, b)) {
				if got[w] != n {
					t.Fatalf("%q stands %d times in the source and %d times in the sections", w, n, got[w])
				}
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	names, read := own(b)
	for _, name := range names {
		format, l, text := read(name)
		b.Run(filepath.Base(name), func(b *testing.B) {
			big := text
			if format != AkomaNtoso {
				big = []byte(strings.Repeat(string(text)+"\n\n", 1+(256<<10)/len(text)))
			}
			b.SetBytes(int64(len(big)))
			for b.Loop() {
				if _, _, err := Parse(format, l, big); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
