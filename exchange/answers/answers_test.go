package answers

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"merida/assessment"
	"merida/codelist"
	"merida/convention"
	"merida/internal/workbook"
	"merida/lang"
	"merida/locale"
	"merida/questionnaire"
)

func words(t testing.TB, tag lang.Tag) Words {
	t.Helper()
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	edition := shipped[0]
	for _, c := range shipped {
		if len(c.All()) > len(edition.All()) {
			edition = c
		}
	}
	codes, err := codelist.Load()
	if err != nil {
		t.Fatal(err)
	}
	tree, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	cat, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := cat.Printer(tag)
	return Words{Lang: tag, T: func(key string) string { return p.T(key, nil) }, Edition: &edition, Codes: codes, Conventions: tree, Provision: func(id convention.ID) string { return string(id) }}
}

// full is an assessment in which every question is answered at length.
func full(w Words) (rows []Row) {
	for i, q := range w.Edition.All() {
		c := assessment.Content{Lang: "en", Implementation: assessment.InPart, Practice: strings.Repeat("Cases and statistics of the year. ", 40), Missing: "=No review body\nyet.",
			Challenges: []string{"staff", "funds"}, Wanted: []assessment.Wanted{{Form: "training", What: "@Reviewers", ForWhom: "Office", When: "2027"}}, Given: []assessment.Given{{Form: "training", By: "-X"}}}
		rows = append(rows, Row{Answer: assessment.Answer{ID: assessment.AnswerID("answer-" + q.ID), Question: q.ID, Provision: q.Provision}, Version: assessment.Version{N: i + 1, Content: c, At: time.Unix(0, 0)}, Status: "Draft", Cites: []string{"Law > Section 1"}})
	}
	return rows
}

func TestSheetComesBackAsItWent(t *testing.T) {
	for _, tag := range lang.Official {
		w := words(t, tag)
		rows := full(w)
		var xlsx, csv bytes.Buffer
		if err := w.XLSX(&xlsx, "Title", rows); err != nil {
			t.Fatal(err)
		}
		if err := w.CSV(&csv, rows); err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{"xlsx": xlsx.Bytes(), "csv": csv.Bytes()} {
			got, refused, err := words(t, "en").Read(b) // whoever reads it back may use another language
			if err != nil || len(refused) > 0 || len(got) != len(rows) {
				t.Fatalf("%s %s: %d rows, refused %v, %v", tag, name, len(got), refused, err)
			}
			for i, r := range got {
				if r.Answer != rows[i].Answer.ID || r.Version != i+1 {
					t.Fatalf("%s %s: row %d is %+v", tag, name, i, r)
				}
				c, err := rows[i].Version.Content.With(r.Cells).Clean()
				want, _ := rows[i].Version.Content.Clean()
				if err != nil || !c.Equal(want) {
					t.Fatalf("%s %s: row %d came back as %+v %v", tag, name, i, c, err)
				}
			}
		}
		for _, line := range strings.Split(csv.String(), "\n") {
			for _, cell := range strings.Split(line, ",") {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
					t.Fatalf("%s: a cell of the table begins with %q", tag, cell)
				}
			}
		}
	}
}

// edited writes a sheet with the first row's cells changed.
func edited(t *testing.T, w Words, rows []Row, cells map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.XLSX(&b, "", rows); err != nil {
		t.Fatal(err)
	}
	grids, err := workbook.Open(bytes.NewReader(b.Bytes()), int64(b.Len()), workbook.Ordinary)
	if err != nil {
		t.Fatal(err)
	}
	s := workbook.Sheet{Name: "S"}
	for i, row := range grids[0].Rows {
		var line []workbook.Cell
		for j := range row {
			text := row[j].Text
			if v, ok := cells[keyOf(grids[0].At(0, j).Text)]; ok && i == 1 {
				text = v
			}
			line = append(line, workbook.Cell{Text: text})
		}
		s.Rows = append(s.Rows, line)
	}
	b.Reset()
	if err := workbook.Write(&b, []workbook.Sheet{s}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCellsAreRead(t *testing.T) {
	w := words(t, "en")
	rows := full(w)[:2]
	got, refused, err := w.Read(edited(t, w, rows, map[string]string{"implementation": "Oui, en partie", "challenges": "funds\nLimited human resources", "practice": "", "wanted_2_form": "TRAINING"}))
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v %v", refused, err)
	}
	c := got[0].Cells
	if c["implementation"] != "in_part" || c["challenges"] != "funds\nstaff" || c["wanted_2_form"] != "training" {
		t.Errorf("labels of another language, codes and letters of any case: %v", c)
	}
	if _, there := c["practice"]; there {
		t.Error("a blank cell came through")
	}
	_, refused, err = w.Read(edited(t, w, rows, map[string]string{"implementation": "perhaps", "challenges": "staff\nnonsense", "wanted_1_form": "gold", "version": "x"}))
	if err != nil || len(refused) != 4 {
		t.Fatalf("%v %v", refused, err)
	}
	for i, want := range []string{"implementation", "challenges", "wanted_1_form", ""} {
		if refused[i].Field != want || refused[i].Line != 2 {
			t.Errorf("refused %+v", refused[i])
		}
	}
}

func TestTextLongerThanACellIsNotReadBack(t *testing.T) {
	w := words(t, "en")
	rows := full(w)[:1]
	rows[0].Version.Content.Practice = strings.Repeat("\u4e2d", 40_000)
	var b bytes.Buffer
	if err := w.XLSX(&b, "", rows); err != nil {
		t.Fatal(err)
	}
	got, refused, err := w.Read(b.Bytes())
	if err != nil || len(refused) > 0 || len(got) != 1 {
		t.Fatalf("%v %v", refused, err)
	}
	if _, there := got[0].Cells["practice"]; there {
		t.Error("the cut text would replace the whole one")
	}
}

func FuzzRead(f *testing.F) {
	w := words(f, "en")
	w.Edition = &questionnaire.Content{Block: w.Edition.Block}
	f.Add([]byte("a [answer],v [version],p [practice]\nx,1,words\n"))
	f.Add([]byte("[answer];[version]\n\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, _, err := w.Read(b)
		for _, r := range rows {
			if err != nil || r.Answer == "" || len(r.Cells) == 0 {
				t.Fatalf("%+v %v", r, err)
			}
		}
	})
}

// An assessment of 311 answers at length as a workbook: at most a second.
func BenchmarkXLSX(b *testing.B) {
	w := words(b, "ar")
	rows := full(w)
	var out bytes.Buffer
	for b.Loop() {
		out.Reset()
		if err := w.XLSX(&out, "Title", rows); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(rows)), "answers")
	b.ReportMetric(float64(out.Len())/1024, "KB")
}

func BenchmarkRead(b *testing.B) {
	w := words(b, "ar")
	var out bytes.Buffer
	if err := w.XLSX(&out, "Title", full(w)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := w.Read(out.Bytes()); err != nil {
			b.Fatal(err)
		}
	}
}
