package legaltext

import (
	"encoding/binary"
	"errors"
	"os"
	"strings"
	"testing"

	"merida/fault"
)

// Files that were made to do harm, each with the answer that docs/hostile-files.md promises for it. A key means that
// the file is refused with it; without one it is read, and check says what must hold of what was read.
func TestHostileFiles(t *testing.T) {
	table, err := os.ReadFile("../../docs/hostile-files.md")
	if err != nil {
		t.Fatal(err)
	}
	akn := func(s string) string {
		return `<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><act><body>` + s + `</body></act></akomaNtoso>`
	}
	laughs := `<!DOCTYPE lolz [<!ENTITY a "ha">`
	for c := 'b'; c <= 'j'; c++ {
		laughs += `<!ENTITY ` + string(c) + ` "` + strings.Repeat("&"+string(c-1)+";", 10) + `">`
	}
	laughs += "]>"
	word := func(s string) string { return string(archive(t, "word/document.xml", document(para("", s)))) }
	var utf16 []byte
	for _, r := range "Article 1. Nobody gives." {
		utf16 = binary.LittleEndian.AppendUint16(utf16, uint16(r))
	}
	entries := []string{"word/document.xml", document(para("", "a"))}
	for i := range 600 {
		entries = append(entries, "word/media/"+toKey(i), "")
	}
	for _, c := range []struct {
		name, format, data, key string
		check                   func(text string) bool
	}{
		{"zip bomb in a DOCX", DOCX, string(archive(t, "word/document.xml", document(strings.Repeat(" ", 60<<20)))), "legaltext.error.zip_size", nil},
		{"DOCX with thousands of entries", DOCX, string(archive(t, entries...)), "legaltext.error.zip_entries", nil},
		{"DOCX with names that lead out of it", DOCX, string(archive(t, "word/document.xml", document(para("", "a")), "../../etc/passwd", "x")), "legaltext.error.zip_path", nil},
		{"XXE in Akoma Ntoso", AkomaNtoso, `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>` + akn("<article><content><p>&x;</p></content></article>"), "legaltext.error.doctype", nil},
		{"XXE in a DOCX", DOCX, string(archive(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY x SYSTEM "http://localhost:1/">]>`+document(para("", "&x;")))), "legaltext.error.doctype", nil},
		{"XXE in a page", HTML, `<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>Article 1. Nobody gives &x; anything.</p></body></html>`, "",
			func(s string) bool { return strings.Contains(s, "&x;") && !strings.Contains(s, "root:") }},
		{"billion laughs in Akoma Ntoso", AkomaNtoso, laughs + akn("<article><content><p>&j;</p></content></article>"), "legaltext.error.doctype", nil},
		{"billion laughs in a DOCX", DOCX, string(archive(t, "word/document.xml", laughs+document(para("", "&j;")))), "legaltext.error.doctype", nil},
		{"polyglot, PDF before a DOCX, given as PDF", PDF, "%PDF-1.7\n" + word("Nobody gives."), "legaltext.error.not_pdf", nil},
		{"polyglot, PDF before a DOCX, given as DOCX", DOCX, "%PDF-1.7\n" + word("Nobody gives."), "", func(s string) bool { return s == "Nobody gives." }},
		{"polyglot, PDF before a page, given as a page", HTML, "%PDF-1.7\n<html><body><p>Nobody gives.</p></body></html>", "legaltext.error.utf8", nil},
		{"archive given as text", Plain, word(strings.Repeat("Corrupción ", 200)), "legaltext.error.utf8", nil},
		{"script in a page", HTML, `<html><body><script>alert(1)</script><p onclick="alert(2)">Article 1. Nobody <img src=x onerror=alert(3)>gives.</p></body></html>`, "",
			func(s string) bool { return !strings.Contains(s, "alert") && strings.Contains(s, "gives.") }},
		{"200 MB of text", Plain, strings.Repeat("Article 1. Nobody gives.\n", 200<<20/25), "legaltext.error.size", nil},
		{"broken UTF-8", Plain, "Article 1\n\nCorrupci\xf3n \xff\xfe", "legaltext.error.utf8", nil},
		{"UTF-16 without a mark", Plain, string(utf16), "legaltext.error.utf8", nil},
		{"XML nested a thousand deep", AkomaNtoso, akn(strings.Repeat("<hcontainer>", 1000) + strings.Repeat("</hcontainer>", 1000)), "legaltext.error.depth", nil},
		{"page nested a thousand deep", HTML, "<html><body>" + strings.Repeat("<div>", 1000) + "a", "legaltext.error.depth", nil},
		{"marks that turn the direction of letters", Plain, "Article 1\n\nNobody \u202egives\u202c anything.\u200b", "", func(s string) bool { return strings.Contains(s, "Nobody gives anything.") }},
		{"line of 15 MB", Plain, "Article 1. " + strings.Repeat("Nobody gives ", 15<<20/13), "", func(s string) bool { return len(s) > 10<<20 }},
	} {
		ss, _, err := Parse(c.format, "en", []byte(c.data))
		f, _ := errors.AsType[*fault.Error](err)
		switch {
		case c.key == "" && err != nil, c.key != "" && (f == nil || f.Key != c.key):
			t.Errorf("%s: %v", c.name, err)
		case c.key == "":
			var text []string
			for _, s := range ss {
				text = append(text, strings.TrimSpace(s.Num+" "+s.Heading+" "+s.Text))
			}
			if all := strings.Join(text, "\n"); !c.check(all) {
				t.Errorf("%s: read %.200q", c.name, all)
			}
		}
		said := "read"
		if c.key != "" {
			said = "`" + c.key + "`"
		}
		found := false
		for line := range strings.SplitSeq(string(table), "\n") {
			found = found || strings.HasPrefix(line, "| "+c.name+" | ") && strings.Contains(line, said)
		}
		if !found {
			t.Errorf("docs/hostile-files.md has no line %q with %s", c.name, said)
		}
	}
}
