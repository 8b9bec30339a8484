package sheet_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"merida/exchange/sheet"
	"merida/fault"
)

// workbook makes an XLSX in the shape of real ones: the first sheet by the workbook's order is not sheet1.xml.
func workbook(t *testing.T, sheetXML string, more map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	parts := map[string]string{
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Needs" sheetId="2" r:id="rId2"/><sheet name="Other" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Target="worksheets/sheet2.xml"/></Relationships>`,
		"xl/sharedStrings.xml":       `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>what</t></si><si><r><t>A </t></r><r><t>course</t></r></si></sst>`,
		"xl/worksheets/sheet2.xml":   `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` + sheetXML + `</sheetData></worksheet>`,
	}
	for k, v := range more {
		parts[k] = v
	}
	for name, body := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(body))
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func utf16le(s string) []byte {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return b
}

func TestRead(t *testing.T) {
	xlsx := `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="inlineStr"><is><t>from</t></is></c></row><row r="4"><c r="A4" t="s"><v>1</v></c><c r="C4"><v>46023</v></c></row>`
	for name, c := range map[string]struct {
		in   []byte
		want string
	}{
		"commas":      {[]byte("\ufeffwhat,form\n\"A, b\",training\n\n"), "[what form] [{2 [A, b training]}]"},
		"semicolons":  {[]byte("what;form\r\nA;training\r\n"), "[what form] [{2 [A training]}]"},
		"tabs":        {utf16le("what\tform\n\u0623\ttraining\n"), "[what form] [{2 [\u0623 training]}]"},
		"apostrophes": {[]byte("what\n'=1+1\n'quoted\n"), "[what] [{2 [=1+1]} {3 ['quoted]}]"},
		"workbook":    {workbook(t, xlsx, nil), "[what  from] [{4 [A course  46023]}]"},
	} {
		got, err := sheet.Read(c.in)
		if s := fmt.Sprint(got.Head, " ", got.Rows); err != nil || s != c.want {
			t.Errorf("%s: %s, %v; want %s", name, s, err, c.want)
		}
		if again, err := sheet.Read([]byte(got.JSON())); err != nil || fmt.Sprint(again) != fmt.Sprint(got) {
			t.Errorf("%s: through the page: %v %v", name, again, err)
		}
	}
}

func TestHostileTables(t *testing.T) {
	row := func(n int, cell string) string {
		return strings.Repeat("<row><c t=\"inlineStr\"><is><t>"+cell+"</t></is></c></row>", n)
	}
	for name, c := range map[string]struct {
		in   []byte
		kind fault.Kind
	}{
		"nothing":         {nil, fault.Invalid},
		"a head alone":    {[]byte("what\n"), fault.Invalid},
		"bytes":           {[]byte("what\n\xff\xfe\n"), fault.Invalid},
		"a picture":       {[]byte("\x89PNG\r\n\x1a\n\x00\x00"), fault.Invalid},
		"broken quotes":   {[]byte("what\n\"a\nb\n"), fault.Invalid},
		"a broken zip":    {[]byte("PK\x03\x04rest"), fault.Invalid},
		"another zip":     {workbook(t, "<row><c><v>1</v></c></row><row", nil), fault.Invalid},
		"too many rows":   {[]byte("what\n" + strings.Repeat("a\n", sheet.MaxRows+1)), fault.TooLarge},
		"too much":        {bytes.Repeat([]byte("a,b\n"), sheet.MaxBytes), fault.TooLarge},
		"a long cell":     {[]byte("what\n" + strings.Repeat("x", 30<<10) + "\n"), fault.TooLarge},
		"rows of a book":  {workbook(t, row(sheet.MaxRows+2, "x"), nil), fault.TooLarge},
		"a bomb":          {workbook(t, row(1, strings.Repeat("x", 20<<20)), nil), fault.TooLarge},
		"a bomb of words": {workbook(t, row(2, "x"), map[string]string{"xl/sharedStrings.xml": "<sst>" + strings.Repeat(" ", 20<<20) + "</sst>"}), fault.TooLarge},
		"entities":        {workbook(t, row(1, "x"), map[string]string{"xl/worksheets/sheet2.xml": `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><row><c><v>&a;</v></c></row></worksheet>`}), fault.Invalid},
	} {
		if _, err := sheet.Read(c.in); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, want %v", name, err, c.kind)
		}
	}
	// Far columns are left away, not made room for.
	if got, err := sheet.Read(workbook(t, `<row><c r="A1"><v>what</v></c><c r="XFD1"><v>far</v></c></row><row><c r="ZZZZZZZZZZ9"><v>x</v></c><c r="A2"><v>y</v></c></row>`, nil)); err != nil || len(got.Head) != 1 {
		t.Errorf("%v %v", got, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("what,form\na,b\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte(`{"head":["a"],"rows":[{"line":1,"cells":["b"]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := sheet.Read(b)
		if err == nil && (len(got.Head) == 0 || len(got.Rows) == 0 || len(got.Rows) > sheet.MaxRows) {
			t.Errorf("%d heads, %d rows", len(got.Head), len(got.Rows))
		}
	})
}
