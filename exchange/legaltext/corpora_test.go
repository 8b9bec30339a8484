package legaltext

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"merida/fault"
	"merida/lang"
	"merida/library"
)

var outlines = flag.String("outlines", "", "write the outline of each real law into this folder, to be looked at")

type realLaw struct {
	ID, File, Lang, Format string
	TextLayer              string `json:"text_layer"`
}

// realLaws reads the index of the folder that MERIDA_CORPORA names.
func realLaws(t testing.TB) (string, []realLaw) {
	root := os.Getenv("MERIDA_CORPORA")
	if root == "" {
		t.Skip("MERIDA_CORPORA names no folder of real laws")
	}
	dir := filepath.Join(root, "laws")
	f, err := os.Open(filepath.Join(dir, "index.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []realLaw
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var l realLaw
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		out = append(out, l)
	}
	return dir, out
}

func outline(ss []library.Section) string {
	var b strings.Builder
	for _, s := range ss {
		text := []rune(s.Text)
		if len(text) > 60 {
			text = append(text[:57], '…')
		}
		fmt.Fprintf(&b, "%s%s [%s] %q", strings.Repeat("  ", s.Level-1), s.EID, s.Kind, s.Num)
		if s.Heading != "" {
			fmt.Fprintf(&b, " = %q", s.Heading)
		}
		fmt.Fprintf(&b, " (%d) %q\n", utf8.RuneCountInString(s.Text), string(text))
	}
	return b.String()
}

// tally counts the words of a text: runs of letters, and of digits; Chinese by character.
func tally(s string) map[string]int {
	out := map[string]int{}
	digit := false
	var parted strings.Builder
	for _, r := range s {
		if d := unicode.IsNumber(r); d != digit {
			parted.WriteByte(' ')
			digit = d
		}
		parted.WriteRune(r)
	}
	s = notes.ReplaceAllString(parted.String(), " ")
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return !isWord(r) }) {
		if strings.IndexFunc(w, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
			out[w]++
			continue
		}
		for _, r := range w {
			out[string(r)]++
		}
	}
	return out
}

func letters(words map[string]int) map[string]int {
	out := map[string]int{}
	for w, n := range words {
		for _, r := range w {
			out[string(r)] += n
		}
	}
	return out
}

var (
	frontMatter = regexp.MustCompile(`(?s)\A---[ \t]*\n.*?\n---[ \t]*\n`)
	comments    = regexp.MustCompile(`(?s)<!--.*?-->`)
	addresses   = regexp.MustCompile(`\]\((?:/|http|#)(?:\\.|[^()\\]|\\)*\)|\]\([^()\s]*\)`)
	inWord      = regexp.MustCompile(`</?(?:sup|sub|b|i|em|strong|span|u|font|a|small)(?: [^<>]*)?>`)
	tags        = regexp.MustCompile(`</?[a-zA-Z][^<>]*>`)
	notes       = regexp.MustCompile(`\[\^\s*\d+\s*\]`)
	metas       = regexp.MustCompile(`(?s)<meta>.*?</meta>|<[a-zA-Z]*:?meta [^>]*>.*?</meta>`)
	allTags     = regexp.MustCompile(`(?s)<[^>]*>`)
	entities    = strings.NewReplacer("&amp;", "&", "&nbsp;", " ", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'")
)

// sourceWords is a second, independent reading of the words of a file.
func sourceWords(format string, b []byte) map[string]int {
	s, _, err := clean(b)
	if err != nil {
		return nil
	}
	switch format {
	case Markdown:
		s = comments.ReplaceAllString(frontMatter.ReplaceAllString(s, ""), " ")
		s = inWord.ReplaceAllString(addresses.ReplaceAllString(s, "]"), "")
		s = tags.ReplaceAllString(s, " ")
		s = strings.NewReplacer("*", "", `\`, "", "`", "").Replace(s)
		s = entities.Replace(s)
	case AkomaNtoso:
		s = metas.ReplaceAllString(comments.ReplaceAllString(s, " "), " ")
		s = entities.Replace(allTags.ReplaceAllString(s, " "))
	}
	return tally(s)
}

func TestRealLaws(t *testing.T) {
	dir, laws := realLaws(t)
	type sum struct{ files, sections, articles, warned int }
	per := map[string]*sum{}
	for _, l := range laws {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(l.File)))
		if err != nil {
			t.Fatal(err)
		}
		ss, notes, err := Parse(l.Format, lang.Tag(l.Lang), b)
		if f, ok := err.(*fault.Error); ok && l.TextLayer == "none" && f.Key == "legaltext.error.pdf_scan" {
			continue // pictures of pages; no letters are recognised in them
		}
		if err != nil || l.TextLayer == "none" {
			t.Errorf("%s: %v", l.ID, err)
			continue
		}
		checkTree(t, l.ID, ss)
		got := map[string]int{}
		for _, s := range ss {
			for w, n := range tally(s.Num + "\n" + s.Heading + "\n" + s.Text) {
				got[w] += n
			}
		}
		want := sourceWords(l.Format, b)
		if l.Format == AkomaNtoso { // tags stand within words there: compare by letter
			want, got = letters(want), letters(got)
		}
		if l.Format == HTML || l.Format == PDF { // a page holds much that is no text of the law; its articles are counted below
			want = nil
		}
		lost, all := 0, 0
		var which []string
		for w, n := range want {
			all += n
			if d := n - got[w]; d > 0 {
				lost += d
				which = append(which, fmt.Sprintf("%s×%d", w, d))
			}
		}
		if strings.HasPrefix(l.ID, "zw-") { // put together from a list of sections: the heading of a part is printed again and again, and kept once
			for _, w := range which {
				if !regexp.MustCompile(`^(Part|Schedule|[IVX]+|[0-9]+)×`).MatchString(w) {
					t.Errorf("%s: %s is in no section", l.ID, w)
				}
			}
		} else if lost > 0 {
			t.Errorf("%s: %d of %d words are in no section: %.300v", l.ID, lost, all, which)
		}
		k := l.Lang + " " + l.Format
		if per[k] == nil {
			per[k] = &sum{}
		}
		per[k].files++
		per[k].sections += len(ss)
		for _, s := range ss {
			if strings.HasPrefix(s.EID, "art_") || strings.HasPrefix(s.EID, "sec_") {
				if s.Kind == "article" || s.Kind == "section" {
					per[k].articles++
				}
			}
		}
		per[k].warned += len(notes)
		if *outlines != "" {
			head := ""
			for _, n := range notes {
				head += fmt.Sprintln("!", n.Key, n.Args)
			}
			if err := os.WriteFile(filepath.Join(*outlines, l.ID+".txt"), []byte(head+outline(ss)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for k, s := range per {
		t.Logf("%s: %d files, %d sections, %d of them articles, %d warnings", k, s.files, s.sections, s.articles, s.warned)
	}
}

// checkTree holds sections to what the library and the readers rely on.
func checkTree(t testing.TB, name string, ss []library.Section) {
	t.Helper()
	level := map[string]int{"": 0}
	for _, s := range ss {
		if _, again := level[s.EID]; again {
			t.Errorf("%s: id %q twice", name, s.EID)
		}
		up, ok := level[s.Parent]
		if !ok || s.Level != up+1 {
			t.Errorf("%s: %q at level %d below %q at %d", name, s.EID, s.Level, s.Parent, up)
		}
		level[s.EID] = s.Level
		if s.EID == "" || strings.ContainsAny(s.EID, " /?#%") || s.Kind == "" {
			t.Errorf("%s: %q of kind %q", name, s.EID, s.Kind)
		}
		for _, f := range []string{s.Num, s.Heading, s.Text} {
			if !utf8.ValidString(f) || strings.TrimSpace(f) != f {
				t.Errorf("%s: %s holds %.60q", name, s.EID, f)
			}
		}
	}
}
