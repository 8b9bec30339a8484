package docx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"merida/exchange/docx"
	"merida/lang"
)

func write(t *testing.T, tag lang.Tag) (parts map[string]string) {
	t.Helper()
	var b bytes.Buffer
	d := docx.New(&b, `Dossier <"QM"> & more`, tag)
	d.Heading(1, "العنوان & <title>")
	d.Text("one\ntwo\x00")
	d.In("ar", "نص")
	d.Item("point")
	d.Table([]string{"A", "B"}, [][]string{{"1", "2"}, {"only one"}, {"x", "y", "beyond"}})
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	parts = map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		parts[f.Name] = string(text)
		for x := xml.NewDecoder(bytes.NewReader(text)); ; {
			if _, err := x.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s is not well formed: %v", f.Name, err)
			}
		}
	}
	return parts
}

func TestDocument(t *testing.T) {
	parts := write(t, "fr")
	if z := parts["[Content_Types].xml"]; z == "" || parts["_rels/.rels"] == "" || parts["word/styles.xml"] == "" {
		t.Fatal("the package lacks a part")
	}
	doc := parts["word/document.xml"]
	for _, want := range []string{`<w:t xml:space="preserve">العنوان &amp; &lt;title&gt;</w:t>`, "<w:br/>", "two\ufffd", "only one", "<w:tblHeader/>"} {
		if !strings.Contains(doc, want) {
			t.Errorf("no %q in %s", want, doc)
		}
	}
	if strings.Contains(doc, "beyond") || strings.Count(doc, "<w:tc>") != 8 {
		t.Error("a row has more cells than the head, or less")
	}
	// The Arabic paragraph runs its own way in a French document, and nothing else does.
	if strings.Count(doc, "<w:bidi/>") != 1 || strings.Contains(doc, "bidiVisual") {
		t.Errorf("directions: %s", doc)
	}
	if arabic := write(t, "ar")["word/document.xml"]; !strings.Contains(arabic, "<w:bidiVisual/>") || strings.Count(arabic, "<w:bidi/>") < 10 {
		t.Error("an Arabic document does not run from right to left")
	}
	if core := parts["docProps/core.xml"]; !strings.Contains(core, "Dossier &lt;&#34;QM&#34;&gt; &amp; more") || !strings.Contains(core, "<dc:language>fr</dc:language>") {
		t.Errorf("properties: %s", core)
	}
}

type full struct{ left int }

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestAFullDiskIsTold(t *testing.T) {
	for _, room := range []int{0, 100, 1500} {
		d := docx.New(&full{room}, "T", "en")
		for range 2000 {
			d.Text(strings.Repeat("words ", 50))
		}
		if err := d.Close(); !errors.Is(err, io.ErrShortWrite) {
			t.Errorf("room for %d bytes: %v", room, err)
		}
	}
}
