package legaltext

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/library"
)

// measureOf is a record around a text, as the library would keep it.
func measureOf(ss []library.Section, l lang.Tag) library.Whole {
	at := time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)
	return library.Whole{
		Measure:  library.Measure{ID: "01hz", SourceID: "qm-law", Country: "QM", Type: library.Law, Lang: l, Titles: lang.Text{l: {S: `Law "on" <trust> & order`}}, AddedAt: at, Version: 1},
		Version:  library.Version{N: 1, Lang: l, RecordedAt: at},
		Sections: ss,
	}
}

// comesBack writes a text as Akoma Ntoso and holds what is read from it to the text.
func comesBack(t testing.TB, name string, w library.Whole) []byte {
	t.Helper()
	b, err := WriteAkomaNtoso(w, "https://merida.test/en/measures/01hz")
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return nil
	}
	got, _, err := Parse(AkomaNtoso, w.Measure.Lang, b)
	if err != nil {
		t.Errorf("%s is not read back: %v", name, err)
		return nil
	}
	if len(got) != len(w.Sections) {
		t.Errorf("%s: %d sections became %d", name, len(w.Sections), len(got))
	}
	for i := range min(len(got), len(w.Sections)) {
		if got[i] != w.Sections[i] {
			t.Errorf("%s: section %d\n%+q\nbecame\n%+q", name, i, fmt.Sprint(w.Sections[i]), fmt.Sprint(got[i]))
			break
		}
	}
	return b
}

func TestAkomaNtosoComesBack(t *testing.T) {
	texts, err := filepath.Glob("testdata/*")
	if err != nil || len(texts) == 0 {
		t.Fatal("no testdata", err)
	}
	n := 0
	for _, f := range texts {
		format := strings.Replace(strings.TrimPrefix(filepath.Ext(f), "."), "xml", AkomaNtoso, 1)
		b, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		ss, _, err := Parse(format, "en", b)
		if err != nil {
			continue
		}
		n++
		w := measureOf(ss, "en")
		w.Mappings = []library.Mapping{{Provision: convention.ID("uncac/art_16"), EID: ss[0].EID, Status: library.Editorial}, {Provision: "uncac/art_17", Status: library.Suggested}}
		doc := comesBack(t, f, w)
		if !bytes.Contains(doc, []byte(`value="uncac/art_16"`)) || bytes.Contains(doc, []byte("uncac/art_17")) {
			t.Errorf("%s: keywords", f)
		}
	}
	if n < 3 {
		t.Errorf("only %d texts were tried", n)
	}
	comesBack(t, "signs", measureOf([]library.Section{
		{EID: "preamble", Level: 1, Kind: "preamble", Num: "No. 1", Heading: "A law", Text: "We < you & they.\n\nAnd:\n- so\n- it is"},
		{EID: "chp_I", Level: 1, Kind: "chapter", Num: "Chapter I", Text: "Of it."},
		{EID: "art_1", Parent: "chp_I", Level: 2, Kind: "article", Num: "Article 1", Text: "(*)"},
		{EID: "art_1~2", Parent: "chp_I", Level: 2, Kind: "article", Num: "المادة 1", Heading: "عنوان"},
		{EID: "hcontainer_1", Level: 1, Kind: "section", Heading: "第一"},
		{EID: "att_1", Level: 1, Kind: "schedule", Num: "Schedule 1"},
		{EID: "att_1__part_1", Parent: "att_1", Level: 2, Kind: "part", Num: "Part 1", Text: "x"},
		{EID: "body", Level: 1, Kind: "body", Text: "End."},
	}, "ar"))
}

func TestAkomaNtosoRefuses(t *testing.T) {
	one := []library.Section{{EID: "body", Level: 1, Kind: "body", Text: "words"}}
	for _, c := range []struct {
		key    string
		change func(*library.Whole)
	}{
		{"akn.refused.empty", func(w *library.Whole) { w.Sections = nil }},
		{"akn.refused.record", func(w *library.Whole) { w.Measure.Country = "" }},
		{"akn.refused.character", func(w *library.Whole) { w.Sections[0].Text = "a\x01b" }},
		{"akn.refused.eid", func(w *library.Whole) { w.Sections[0].EID = "a/b" }},
	} {
		w := measureOf(append([]library.Section{}, one...), "en")
		c.change(&w)
		_, err := WriteAkomaNtoso(w, "")
		if f, ok := err.(*fault.Error); !ok || f.Kind != fault.Invalid || f.Key != c.key {
			t.Errorf("%s: %v", c.key, err)
		}
	}
}

// Every real law that can be read is written, valid against the schema of the standard, and read back the same.
func TestAkomaNtosoOfRealLaws(t *testing.T) {
	dir, laws := realLaws(t)
	schema := filepath.Join(filepath.Dir(dir), "akn", "schema", "3.0-final", "akomantoso30.xsd")
	if _, err := os.Stat(schema); err != nil {
		t.Skip("the schema of Akoma Ntoso is not in the folder of MERIDA_CORPORA")
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is not installed: run make tools")
	}
	out := t.TempDir()
	var names []string
	unread, refused := 0, 0
	for _, l := range laws {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(l.File)))
		if err != nil {
			t.Fatal(err)
		}
		ss, _, err := Parse(l.Format, lang.Tag(l.Lang), b)
		if err != nil {
			unread++
			t.Logf("%s is not read: %v", l.ID, err)
			continue
		}
		w := measureOf(ss, lang.Tag(l.Lang))
		w.Measure.SourceID = l.ID
		doc := comesBack(t, l.ID, w)
		if doc == nil {
			refused++
			continue
		}
		name := filepath.Join(out, l.ID+".xml")
		if err := os.WriteFile(name, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	said, err := exec.CommandContext(t.Context(), lint, append([]string{"--nonet", "--noout", "--schema", schema}, names...)...).CombinedOutput()
	valid := bytes.Count(said, []byte(" validates\n"))
	if err != nil || valid != len(names) {
		lines := strings.SplitN(string(said), "\n", 20)
		t.Errorf("%d of %d documents are valid: %v\n%s", valid, len(names), err, strings.Join(lines[:min(len(lines), 19)], "\n"))
	}
	t.Logf("%d laws: %d written and valid, %d refused, %d not read", len(laws), valid, refused, unread)
}
