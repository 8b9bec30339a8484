package table

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"merida/internal/workbook"
	"merida/lang"
)

func sample() Table {
	return Table{Name: "measures", Title: "Measures: all [of] them", Lang: "ar", At: time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		Columns:  []Column{{Key: "country"}, {Key: "titles", Label: "Title", Kind: Texts, Width: 50}, {Key: "n", Label: "Sections", Kind: Number}, {Key: "date", Label: "Date", Kind: Day}, {Key: "provisions", Kind: List}},
		LangName: func(t lang.Tag) string { return strings.ToUpper(string(t)) }, AboutTitle: "About",
		About: func(n int) [][2]string { return [][2]string{{"Rows", "2"}, {"Licence", "CC BY 4.0 & more"}} }}
}

var sampleRows = []Row{
	{"QM", lang.Text{"ar": {S: "قانون"}, "en": {S: `=HYPERLINK("http://a.example","x") & <b>`}}, -3, "2026-11-25", []string{"uncac/art_16", "uncac/art_15"}},
	{"QN", lang.Text{"fr": {S: "Loi _x0041_ \x00\r\nfin"}}, 0, "2017", []string(nil)},
}

func write(t *testing.T, tab Table, f Format, rows []Row) []byte {
	t.Helper()
	var b bytes.Buffer
	n, err := tab.Write(&b, f, Rows(rows, func(r Row) Row { return r }))
	if err != nil || n != len(rows) {
		t.Fatalf("%s: %d rows, %v", f, n, err)
	}
	return b.Bytes()
}

func TestCSV(t *testing.T) {
	b := write(t, sample(), CSV, sampleRows)
	if !bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		t.Error("spreadsheets would not read UTF-8")
	}
	rows, err := csv.NewReader(bytes.NewReader(b[3:])).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], "|"); got != "country|Title (AR)|Title (ZH)|Title (EN)|Title (FR)|Title (RU)|Title (ES)|Sections|Date|provisions" {
		t.Error(got)
	}
	if got := rows[1][3]; got[0] != '\'' {
		t.Errorf("a formula came through: %s", got)
	}
	if rows[1][7] != "-3" || rows[1][9] != "uncac/art_16 uncac/art_15" {
		t.Error(rows[1])
	}
}

func TestGuard(t *testing.T) {
	for _, s := range []string{"=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n1", " =1", "\u00a0=1", "\u200b=1", "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20a", "\u3000=1"} {
		if got := guard(s); got != "'"+s {
			t.Errorf("%q came through as %q", s, got)
		}
	}
	for _, s := range []string{"", "a=1", "Law-2", "المادة 16", "第十六条", "'=1", "  plain", "—"} {
		if got := guard(s); got != s {
			t.Errorf("%q was changed to %q", s, got)
		}
	}
}

func TestJSONLines(t *testing.T) {
	lines := strings.Split(strings.TrimSuffix(string(write(t, sample(), JSONL, sampleRows)), "\n"), "\n")
	if len(lines) != 2 {
		t.Fatal(len(lines), "lines")
	}
	var x struct {
		Country    string
		Titles     map[string]string
		N          int
		Date       *string
		Provisions []string
	}
	if err := json.Unmarshal([]byte(lines[0]), &x); err != nil {
		t.Fatal(err)
	}
	if x.Country != "QM" || x.Titles["en"][0] != '=' || x.N != -3 || *x.Date != "2026-11-25" || len(x.Provisions) != 2 {
		t.Errorf("%+v", x)
	}
	if !strings.HasPrefix(lines[0], `{"country":"QM","titles":`) || !strings.Contains(lines[0], "<b>") || !strings.HasSuffix(lines[1], `"provisions":[]}`) {
		t.Error(lines)
	}
}

// sheetOf reads a sheet as a stranger would: cells by their reference.
func sheetOf(t *testing.T, b []byte, name string) (cells map[string]string, types map[string]string, text string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File { // every part is well-formed
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		all, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(bytes.NewReader(all))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f.Name, err)
			}
		}
		if f.Name == name {
			text = string(all)
		}
	}
	var x struct {
		Rows []struct {
			Cells []struct {
				R string `xml:"r,attr"`
				T string `xml:"t,attr"`
				V string `xml:"v"`
				S string `xml:"is>t"`
			} `xml:"c"`
		} `xml:"sheetData>row"`
	}
	if err := xml.Unmarshal([]byte(text), &x); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	cells, types = map[string]string{}, map[string]string{}
	for _, r := range x.Rows {
		for _, c := range r.Cells {
			cells[c.R], types[c.R] = c.V+c.S, c.T
		}
	}
	return cells, types, text
}

func TestXLSX(t *testing.T) {
	b := write(t, sample(), XLSX, sampleRows)
	cells, types, text := sheetOf(t, b, "xl/worksheets/sheet1.xml")
	for ref, want := range map[string]string{"A1": "country", "B1": "Title (AR)", "A2": "QM", "B2": "قانون", "D2": `=HYPERLINK("http://a.example","x") & <b>`,
		"H2": "-3", "I2": "46351", "I3": "2017", "E3": "Loi _x005F_x0041_ \ufffd_x000D_\nfin"} {
		if cells[ref] != want {
			t.Errorf("%s is %q, not %q", ref, cells[ref], want)
		}
	}
	if types["D2"] != "inlineStr" || strings.Contains(text, "<f>") {
		t.Error("a sheet could take a title for a formula")
	}
	if types["H2"] != "" || types["I2"] != "" {
		t.Error("numbers and days are words")
	}
	if !strings.Contains(text, `rightToLeft="1"`) || !strings.Contains(text, `state="frozen"`) || !strings.Contains(text, `<autoFilter ref="A1:J3"/>`) {
		t.Error(text)
	}
	about, _, _ := sheetOf(t, b, "xl/worksheets/sheet2.xml")
	if about["B2"] != "CC BY 4.0 & more" {
		t.Error(about)
	}
	again := write(t, sample(), XLSX, sampleRows)
	if !bytes.Equal(b, again) {
		t.Error("the same table is another file")
	}
	long := write(t, sample(), XLSX, []Row{{strings.Repeat("å", 40_000), lang.Text{}, 1, "", []string(nil)}})
	if cells, _, _ := sheetOf(t, long, "xl/worksheets/sheet1.xml"); len([]rune(cells["A2"])) > workbook.MaxCell || !strings.HasSuffix(cells["A2"], "…") {
		t.Error("a cell holds more than a sheet can", len([]rune(cells["A2"])))
	}
}

func TestNames(t *testing.T) {
	tab := Table{Name: "a/../b", Total: Limit + 1}
	if got := tab.FileName(CSV); got != "a----b-first-100000.csv" {
		t.Error(got)
	}
}

// endless gives rows until somebody stops it.
func endless(end error) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for i := 0; ; i++ {
			if i == 10 && end != nil {
				yield(nil, end)
				return
			}
			if !yield(Row{"x"}, nil) {
				return
			}
		}
	}
}

func TestEnds(t *testing.T) {
	tab := Table{Name: "x", Columns: []Column{{Key: "a"}}}
	for _, f := range Formats {
		if n, err := tab.Write(io.Discard, f, endless(nil)); n != Limit || err != nil {
			t.Errorf("%s: %d rows, %v", f, n, err)
		}
		bad := errors.New("the store is gone")
		if n, err := tab.Write(io.Discard, f, endless(bad)); n != 10 || !errors.Is(err, bad) {
			t.Errorf("%s: %d rows, %v", f, n, err)
		}
		if _, err := tab.Write(io.Discard, f, Rows([]Row{{"a", "b"}}, func(r Row) Row { return r })); err == nil {
			t.Errorf("%s: a row of too many values was written", f)
		}
	}
	bad := errors.New("no such filter")
	if _, err := Peek(func(yield func(Row, error) bool) { yield(nil, bad) }); !errors.Is(err, bad) {
		t.Error(err)
	}
	rows, err := Peek(Rows([]int{1, 2, 3}, func(i int) Row { return Row{i} }))
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for r := range rows {
		sum += r[0].(int)
	}
	if sum != 6 {
		t.Error("rows were lost", sum)
	}
	rows, _ = Peek(Rows([]int(nil), func(i int) Row { return Row{i} }))
	for range rows {
		t.Error("a row out of nothing")
	}
	var asked []int
	pages := Pages(func(limit, offset int) ([]int, error) {
		asked = append(asked, offset)
		return make([]int, max(0, min(limit, 700-offset))), nil
	}, func(int) Row { return Row{"x"} })
	n := 0
	for range pages {
		n++
	}
	if n != 700 || len(asked) != 3 {
		t.Error(n, asked)
	}
}
