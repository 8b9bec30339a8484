package workbook

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func open(b []byte) ([]Grid, error) { return Open(bytes.NewReader(b), int64(len(b)), Ordinary) }

func TestWhatIsWrittenIsRead(t *testing.T) {
	texts := []string{"plain", "=1+1", "a\nb\tc", "  spaces  ", "العربية", "中文，", `<&">`, "_x0041_ and _x41", "\u00a0", "-5", "1e3", "\U0001f600"}
	var rows [][]Cell
	rows = append(rows, []Cell{{Text: "head", Style: Header}})
	for _, s := range texts {
		rows = append(rows, []Cell{{Text: s}, {}, {Text: s, Style: Entry}})
	}
	var b bytes.Buffer
	sheets := []Sheet{{Name: "A & B", RightToLeft: true, Frozen: 1, Columns: []Column{{Width: 10}, {Hidden: true}, {List: Range("L's", 0, 3)}}, Rows: rows}, {Name: "L's", Rows: [][]Cell{{{Text: "x"}}}}}
	if err := Write(&b, sheets); err != nil {
		t.Fatal(err)
	}
	got, err := open(b.Bytes())
	if err != nil || len(got) != 2 || got[0].Name != "A & B" || got[1].Name != "L's" {
		t.Fatalf("%+v %v", got, err)
	}
	for i, s := range texts {
		if x := got[0].At(i+1, 0); x.Text != s || x.Formula {
			t.Errorf("wrote %q, read %+v", s, x)
		}
		if x := got[0].At(i+1, 2); x.Text != s || got[0].At(i+1, 1).Text != "" {
			t.Errorf("wrote %q, read %+v", s, x)
		}
	}
	var again bytes.Buffer
	if Write(&again, sheets); !bytes.Equal(again.Bytes(), b.Bytes()) {
		t.Error("the same sheets gave other bytes")
	}
	if bytes.Contains(unzip(t, b.Bytes(), "xl/worksheets/sheet1.xml"), []byte("<f>")) {
		t.Error("a formula was written")
	}
}

func unzip(t *testing.T, b []byte, name string) []byte {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out bytes.Buffer
	out.ReadFrom(f)
	return out.Bytes()
}

// pack makes a file as another program would, with the given sheet and shared strings.
func pack(sheet, shared string, more ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	add := func(name, s string) {
		f, _ := z.Create(name)
		f.Write([]byte(s))
	}
	add("xl/workbook.xml", `<workbook xmlns:r="R"><sheets><sheet name="One" sheetId="1" r:id="a"/></sheets></workbook>`)
	add("xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="a" Target="/xl/worksheets/s.xml"/></Relationships>`)
	add("xl/worksheets/s.xml", sheet)
	if shared != "" {
		add("xl/sharedStrings.xml", shared)
	}
	for i, s := range more {
		add(fmt.Sprintf("more/%d", i), s)
	}
	z.Close()
	return b.Bytes()
}

func TestFilesOfOtherPrograms(t *testing.T) {
	got, err := open(pack(`<worksheet><sheetData><row r="2"><c r="B2" t="s"><v>1</v></c><c r="D2"><f>A1+1</f><v>7</v></c><c t="str"><f>X</f><v>_x0041_</v></c><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c></row></sheetData></worksheet>`,
		`<sst><si><t>zero</t></si><si><r><t>one </t></r><rPh><t>wun</t></rPh><r><t xml:space="preserve">two</t></r></si></sst>`))
	if err != nil {
		t.Fatal(err)
	}
	g := got[0]
	if g.At(1, 1) != (Read{Text: "one two"}) || g.At(1, 3) != (Read{"7", true}) || g.At(1, 4) != (Read{"A", true}) || g.At(1, 5).Text != "" || g.At(1, 6).Text != "1" {
		t.Errorf("%+v", g)
	}
}

// A file of a few kilobytes that claims to hold gigabytes is refused, and little is allocated on the way.
func TestHostileFilesAreBounded(t *testing.T) {
	many := strings.Repeat(`<row><c t="inlineStr"><is><t>a</t></is></c></row>`, 6000)
	wide := `<row><c r="ZZZ1"><v>1</v></c></row>`
	bomb := strings.Repeat(" ", 60<<20)
	deep := strings.Repeat("<a>", 100_000)
	var entries []string
	for range 300 {
		entries = append(entries, "")
	}
	for name, b := range map[string][]byte{
		"rows":    pack(`<worksheet><sheetData>`+many+`</sheetData></worksheet>`, ""),
		"columns": pack(`<worksheet><sheetData>`+wide+`</sheetData></worksheet>`, ""),
		"row":     pack(`<worksheet><sheetData><row r="1000000"><c><v>1</v></c></row></sheetData></worksheet>`, ""),
		"spaces":  pack(`<worksheet>`+bomb+`</worksheet>`, ""),
		"strings": pack(`<worksheet/>`, `<sst><si><t>`+bomb+`</t></si></sst>`),
		"depth":   pack(deep, ""),
		"shared":  pack(`<worksheet/>`, `<sst>`+strings.Repeat("<si/>", 400_000)+`</sst>`),
		"parts":   pack(`<worksheet/>`, "", entries...),
	} {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := open(b)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 200<<20 {
			t.Errorf("%s: %d bytes of file made %d MB of memory pass", name, len(b), n>>20)
		}
	}
	for name, b := range map[string][]byte{"empty": nil, "text": []byte("PK nothing"), "no sheets": pack(`<worksheet/>`, "")[:40], "string that is not there": pack(`<worksheet><row><c t="s"><v>3</v></c></row></worksheet>`, "")} {
		if _, err := open(b); !errors.Is(err, ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>`, `<sst><si><t>x</t></si></sst>`)
	f.Fuzz(func(t *testing.T, sheet, shared string) {
		grids, err := open(pack(sheet, shared))
		if err != nil && !errors.Is(err, ErrFormat) && !errors.Is(err, ErrTooLarge) {
			t.Fatalf("%v", err)
		}
		for _, g := range grids {
			if len(g.Rows) > Ordinary.Rows {
				t.Fatal("more rows than allowed")
			}
		}
	})
}

func TestColumnNames(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want || columnOf(got+"12") != i {
			t.Errorf("%d: %s, back %d", i, got, columnOf(got+"12"))
		}
	}
}

func TestSheetNames(t *testing.T) {
	if got := SheetName("Measures: all [of] them/that a sheet can name", "x"); len(got) > 31 || strings.ContainsAny(got, `[]:*?/\`) {
		t.Error(got)
	}
	if got := SheetName("':'", "x"); got != "x" {
		t.Error(got)
	}
}

// The first sheet can be read alone, and far columns be left away instead of refused.
func TestFirstSheetAndFarColumns(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, []Sheet{{Name: "One", Rows: [][]Cell{{{Text: "a"}, {Text: "b"}, {Text: "c"}}}}, {Name: "Two", Rows: [][]Cell{{{Text: "x"}}}}}); err != nil {
		t.Fatal(err)
	}
	narrow := Ordinary
	narrow.First, narrow.Clip, narrow.Columns = true, true, 2
	got, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), narrow)
	if err != nil || len(got) != 1 || len(got[0].Rows[0]) != 2 {
		t.Errorf("%+v %v", got, err)
	}
	narrow.Clip = false
	if _, err := Open(bytes.NewReader(b.Bytes()), int64(b.Len()), narrow); !errors.Is(err, ErrTooLarge) {
		t.Errorf("%v", err)
	}
}
