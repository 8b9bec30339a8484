package legaltext

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"merida/fault"
	"merida/lang"
)

const wml = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

// archive makes a ZIP of names and contents by turns.
func archive(t testing.TB, parts ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := 0; i+1 < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func document(body string) string {
	return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document ` + wml + `><w:body>` + body + `</w:body></w:document>`
}

// para is a paragraph in a style, with properties.
func para(style, text string, more ...string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/>` + strings.Join(more, "") + `</w:pPr><w:r><w:t xml:space="preserve">` + text + `</w:t></w:r></w:p>`
}

func item(num, level int) string {
	return fmt.Sprintf(`<w:numPr><w:ilvl w:val="%d"/><w:numId w:val="%d"/></w:numPr>`, level, num)
}

const ownStyles = `<w:styles ` + wml + `>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="Kapitel"><w:name w:val="Kapitel"/><w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Artikel"><w:name w:val="Artikel"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="1"/></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>
</w:styles>`

const ownNumbers = `<w:numbering ` + wml + `>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Artikel"/><w:lvlText w:val="Article %1."/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num>
</w:numbering>`

func row(cells ...string) string {
	out := "<w:tr>"
	for _, c := range cells {
		out += "<w:tc>" + c + "</w:tc>"
	}
	return out + "</w:tr>"
}

func TestDocuments(t *testing.T) {
	for _, c := range []struct {
		name string
		l    lang.Tag
		body string
		want string
	}{
		{"styles, lists and a table", "en", para("Title", "Act on gifts") + para("Kapitel", "Chapter I") + para("berschrift1", "General") +
			para("Artikel", "Purpose") + para("", "Nobody gives.", item(2, 0)) + para("", "Nobody takes:", item(2, 0)) + para("", "money;", item(2, 1)) + para("", "goods.", item(2, 1)) +
			para("Artikel", "Fines") + para("", "A fine is due.", item(3, 0)) +
			`<w:tbl>` + row(para("", "Gift"), para("", "Fine")) + row(para("", "small"), para("", "10")) + `</w:tbl>` + para("", "The end."),
			"preamble||Act on gifts|\nchp_I|Chapter I|General|\nart_1|Article 1|Purpose|\nart_1__para_1|1.||Nobody gives.\nart_1__para_2|2.||Nobody takes:\n\n(a) money;\n\n(b) goods.\nart_2|Article 2|Fines|\nart_2__para_1|1.||A fine is due.\n\nGift | Fine\n\nsmall | 10\n\nThe end.\n"},
		{"typed numbers, split runs, revisions", "en", `<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Art</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">icle 7 </w:t></w:r></w:p>` +
			`<w:p><w:r><w:t>Give</w:t></w:r><w:del><w:r><w:t> old</w:t><w:delText>x</w:delText></w:r></w:del><w:ins><w:r><w:t xml:space="preserve"> new</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r><w:r><w:noBreakHyphen/><w:t>made</w:t><w:tab/><w:t>law.</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>`,
			"art_7|Article 7||Give new-made law.\n"},
		{"numbers in Chinese", "zh", para("", "总则。", item(4, 0)) + para("", "附则。", item(4, 0)), "art_1|第一条||总则。\nart_2|第二条||附则。\n"},
		{"a table for the layout", "en", `<w:tbl>` + row(para("", "Article 1")+para("", "One.")+para("", "Article 2")+para("", "Two.")) + `</w:tbl>`, "art_1|Article 1||One.\nart_2|Article 2||Two.\n"},
		{"styles in a circle", "en", para("A", "Words."), "body|||Words.\n"},
	} {
		ss, _, err := Parse(DOCX, c.l, archive(t, "[Content_Types].xml", "<Types/>", "word/document.xml", document(c.body), "word/styles.xml", ownStyles, "word/numbering.xml", ownNumbers))
		got := ""
		for _, s := range ss {
			got += s.EID + "|" + s.Num + "|" + s.Heading + "|" + s.Text + "\n"
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%q, want\n%q", c.name, err, got, c.want)
		}
	}
	if ss, _, err := Parse(DOCX, "en", archive(t, "word/document.xml", strings.Replace(document(para("Heading2", "Article 3")+para("", "Text.")), "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main", 1))); err != nil || len(ss) != 1 || ss[0].EID != "art_3" {
		t.Errorf("strict, without styles: %v, %v", ss, err)
	}
}

func TestNumbersInChinese(t *testing.T) {
	for _, n := range []int{1, 10, 11, 20, 45, 100, 101, 110, 115, 1000, 1001, 1010, 1260, 9999} {
		if s := toChinese(n); chineseNumber(s) != n {
			t.Errorf("%d is written %s, which reads %d", n, s, chineseNumber(s))
		}
	}
}

func TestHostileDocuments(t *testing.T) {
	whole := archive(t, "word/document.xml", document(para("", "Article 1")))
	var entries []string
	for i := range maxEntries + 1 {
		entries = append(entries, fmt.Sprint("a", i), "")
	}
	// A bomb that claims to be small: the sizes in the directory are changed to 100 bytes.
	liar := archive(t, "word/document.xml", document(strings.Repeat(" ", 40<<20)))
	at := bytes.LastIndex(liar, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(liar[at+24:], 100)
	locked := bytes.Clone(whole)
	at = bytes.LastIndex(locked, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint16(locked[at+10:], 99) // packed in a way that nobody knows
	for _, c := range []struct {
		name string
		b    []byte
		key  string
	}{
		{"a PDF named docx", []byte("%PDF-1.7\n" + strings.Repeat("x", 4096)), "legaltext.error.not_docx"},
		{"nothing", nil, "legaltext.error.not_docx"},
		{"half a file", whole[:len(whole)/2], "legaltext.error.not_docx"},
		{"an unknown packing", locked, "legaltext.error.not_docx"},
		{"a spreadsheet", archive(t, "xl/workbook.xml", "<workbook/>"), "legaltext.error.not_docx"},
		{"other XML", archive(t, "word/document.xml", "<html><p>Article 1</p></html>"), "legaltext.error.not_docx"},
		{"two texts", archive(t, "word/document.xml", document("a"), "word/document.xml", document("b")), "legaltext.error.not_docx"},
		{"a bomb", archive(t, "word/document.xml", document(strings.Repeat(" ", 60<<20))), "legaltext.error.zip_size"},
		{"a bomb beside the text", archive(t, "word/document.xml", document(para("", "a")), "word/media/a.png", strings.Repeat("\x00", 70<<20)), "legaltext.error.zip_size"},
		{"a bomb of styles", archive(t, "word/document.xml", document(para("", "a")), "word/styles.xml", strings.Repeat(" ", 9<<20)), "legaltext.error.zip_size"},
		{"a bomb that lies", liar, "legaltext.error.not_docx"},
		{"too many entries", archive(t, entries...), "legaltext.error.zip_entries"},
		{"very many entries", bytes.Repeat([]byte("PK\x01\x02"+strings.Repeat("\x00", 42)), 100_000), "legaltext.error.zip_entries"},
		{"a path out", archive(t, "../../etc/cron.d/x", "a", "word/document.xml", document(para("", "a"))), "legaltext.error.zip_path"},
		{"a path from the root", archive(t, "/etc/x", "a", "word/document.xml", document(para("", "a"))), "legaltext.error.zip_path"},
		{"a path of Windows", archive(t, `..\..\x`, "a", "word/document.xml", document(para("", "a"))), "legaltext.error.zip_path"},
		{"an entity", archive(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY b "c">]>`+document(para("", "&b;"))), "legaltext.error.doctype"},
		{"an outer entity in the styles", archive(t, "word/document.xml", document(para("", "a")), "word/styles.xml", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`), "legaltext.error.doctype"},
		{"an entity that is not known", archive(t, "word/document.xml", document(para("", "&lol;"))), "legaltext.error.xml"},
		{"broken XML", archive(t, "word/document.xml", document("<w:p><w:r></w:p>")), "legaltext.error.xml"},
		{"broken numbering", archive(t, "word/document.xml", document(para("", "a")), "word/numbering.xml", "<a"), "legaltext.error.xml"},
		{"deep tables", archive(t, "word/document.xml", document(strings.Repeat("<w:tbl><w:tr><w:tc>", 40)+"a"+strings.Repeat("</w:tc></w:tr></w:tbl>", 40))), "legaltext.error.depth"},
		{"a hundred thousand deep", archive(t, "word/document.xml", document(strings.Repeat("<w:p>", 100_000))), "legaltext.error.depth"},
		{"Latin 1", archive(t, "word/document.xml", document(para("", "Corrupci\xf3n"))), "legaltext.error.utf8"},
		{"UTF-16", archive(t, "word/document.xml", "\xff\xfe<\x00w\x00"), "legaltext.error.utf8"},
		{"no words", archive(t, "word/document.xml", document("<w:p/>")), "legaltext.error.empty"},
		{"too large", make([]byte, maxDocx+1), "legaltext.error.size"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := Parse(DOCX, "en", c.b)
		runtime.ReadMemStats(&after)
		f, ok := err.(*fault.Error)
		if !ok || f.Key != c.key || f.Kind != fault.Invalid && f.Kind != fault.TooLarge {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s took %d MiB of memory to refuse", c.name, used)
		}
	}
}

// FuzzDocument: whatever stands in the parts, the answer is sections or a fault.
func FuzzDocument(f *testing.F) {
	f.Add(document(para("Artikel", "Purpose")+"<w:tbl>"+row(para("", "a"), para("", "b"))+"</w:tbl>"), ownStyles, ownNumbers)
	f.Add(document("<w:tr><w:p><w:tc><w:r><w:t>a</w:t></w:r></w:tc></w:p></w:tr><w:tc/>"), "", "")
	f.Fuzz(func(t *testing.T, body, styles, numbers string) {
		ls, err := docxLines(body, styles, numbers)
		if _, ok := err.(*fault.Error); err != nil && !ok {
			t.Fatalf("%v is no fault", err)
		}
		if err == nil {
			build(ls, "en")
		}
	})
}
