package xlsform_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"merida/convention"
	"merida/exchange/xlsform"
	"merida/fault"
	"merida/internal/workbook"
	"merida/questionnaire"
)

func known(t *testing.T) func(convention.ID) bool {
	t.Helper()
	c, err := convention.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c.Known
}

// Every edition that ships with the program comes back from a form unchanged.
func TestEditionsComeBack(t *testing.T) {
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		var b bytes.Buffer
		if err := xlsform.Write(&b, c); err != nil {
			t.Fatal(err)
		}
		f, bad, err := xlsform.Read(b.Bytes())
		if err != nil || len(bad) > 0 {
			t.Fatalf("%s: %v %v", c.ID(), bad, err)
		}
		got, left, bad := f.Edition(questionnaire.Block{}, known(t))
		if len(left)+len(bad) > 0 || got.Hash() != c.Hash() {
			x, _ := json.Marshal(got)
			y, _ := json.Marshal(c)
			for i := range min(len(x), len(y)) {
				if x[i] != y[i] {
					t.Fatalf("%s: left %v, bad %v\n%s\n%s", c.ID(), left, bad, x[max(i-200, 0):min(i+200, len(x))], y[max(i-200, 0):min(i+200, len(y))])
				}
			}
			t.Fatalf("%s comes back changed: left %v, bad %v", c.ID(), left, bad)
		}
	}
}

// form makes a workbook of sheets of lines, cells parted by "|".
func form(t *testing.T, sheets ...string) []byte {
	t.Helper()
	var out []workbook.Sheet
	for i := 0; i+1 < len(sheets); i += 2 {
		s := workbook.Sheet{Name: sheets[i]}
		for line := range strings.Lines(sheets[i+1]) {
			var row []workbook.Cell
			for c := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "|") {
				row = append(row, workbook.Cell{Text: c})
			}
			s.Rows = append(s.Rows, row)
		}
		out = append(out, s)
	}
	var b bytes.Buffer
	if err := workbook.Write(&b, out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func keys(lines []xlsform.Line) (out []string) {
	for _, l := range lines {
		out = append(out, strings.TrimPrefix(strings.TrimPrefix(l.Key, "xlsform."), "error."))
	}
	return out
}

func TestFaultsOfForms(t *testing.T) {
	const choices = "list_name|name|label\nyn|yes|Yes\nyn|no|No\n"
	for name, c := range map[string]struct {
		survey, choices string
		want            []string
	}{
		"fine":          {"type|name|label|relevant\nselect_one yn|a|A?|\ntext|b|B?|${a} = 'yes'\n", choices, nil},
		"old words":     {"type|name|label\nselect one from yn|a|A?\nbegin group|g|G\nselect all that apply from yn|b|B\nend group||\n", choices, nil},
		"unknown type":  {"type|name|label\ntxt|a|A?\n", choices, []string{"type"}},
		"no name":       {"type|name|label\ntext||A?\n", choices, []string{"no_name"}},
		"bad name":      {"type|name|label\ntext|a b|A?\n", choices, []string{"name"}},
		"twice":         {"type|name|label\ntext|a|A?\ntext|a|B?\n", choices, []string{"name_twice"}},
		"no list":       {"type|name|label\nselect_one other|a|A?\n", choices, []string{"no_list"}},
		"no end":        {"type|name|label\nbegin_group|g|G\ntext|a|A?\n", choices, []string{"no_end"}},
		"too many ends": {"type|name|label\ntext|a|A?\nend_group||\n", choices, []string{"end"}},
		"nothing there": {"type|name|label|relevant\ntext|a|A?|${z} > 1\n", choices, []string{"reference"}},
		"a circle":      {"type|name|label|relevant\ntext|a|A?|${b} = 1\ntext|b|B?|${c} = 1\ntext|c|C?|${a} = 1\n", choices, []string{"circle"}},
		"code twice":    {"type|name|label\nselect_one yn|a|A?\n", choices + "yn|yes|Yes again\n", []string{"choice_twice"}},
	} {
		_, bad, err := xlsform.Read(form(t, "survey", c.survey, "choices", c.choices))
		if err != nil || !slices.Equal(keys(bad), c.want) {
			t.Errorf("%s: %v %v, want %v", name, keys(bad), err, c.want)
		}
		for _, l := range bad {
			if l.Row < 2 {
				t.Errorf("%s: no row is named: %+v", name, l)
			}
		}
	}
	for name, b := range map[string][]byte{"no survey": form(t, "answers", "a|b\n"), "text": []byte("type,name\n"), "old workbook": []byte("\xd0\xcf\x11\xe0\xa1\xb1"), "nothing": nil} {
		if _, _, err := xlsform.Read(b); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A form of others becomes an edition as far as it is bound to provisions; the rest is named with its row.
func TestFormsOfOthers(t *testing.T) {
	block, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	six := "Q en?|Q fr ?|Q es?|Q ru?|Q zh?|Q ar?"
	head := "type|name|label::English|label::Français (fr)|label::es|label::Russian|label::中文 (zh)|label::Arabic|label::Swahili|merida::provision|required\n"
	settings := "form_title::en|form_title::fr|form_title::es|form_title::ru|form_title::zh|form_title::ar|form_id|version\nT|T|T|T|T|T|My form|3\n"
	f, bad, err := xlsform.Read(form(t, "survey", head+"text|a|"+six+"|Q sw?|uncac/art_9/para_1|yes\ninteger|n|How many?\n", "settings", settings))
	if err != nil || len(bad) > 0 {
		t.Fatal(bad, err)
	}
	c, left, bad := f.Edition(block[0].Block, known(t))
	if len(bad) > 0 || c.ID() != "my-form-3" || c.Convention != "uncac" || len(c.All()) != 1 || c.Sections[0].Provision != "uncac/art_9" || c.All()[0].Text["ru"].S != "Q ru?" {
		t.Errorf("%+v %+v", c.Sections, bad)
	}
	if got := keys(left); !slices.Equal(got, []string{"left.language", "left.column", "left.type"}) {
		t.Errorf("left %v", got)
	}
	f, _, err = xlsform.Read(form(t, "survey", head+"text|a|"+six+"||uncac/art_999\ntext|b|Q en?|||||||uncac/art_5/para_1\ntext|c|"+six+"\ntext|d|"+strings.Repeat("x", 5000)+"|b|b|b|b|b||uncac/art_5/para_2\n", "settings", settings))
	if err != nil {
		t.Fatal(err)
	}
	_, _, bad = f.Edition(block[0].Block, known(t))
	n := map[string]int{}
	for _, l := range bad {
		n[strings.TrimPrefix(l.Key, "questionnaire.error.")]++
		if l.Row < 2 {
			t.Errorf("no row: %+v", l)
		}
	}
	if n["provision"] != 1 || n["language"] != 5 || n["xlsform.error.no_provision"] != 1 || n["fault.too_long"] != 1 {
		t.Errorf("%v", n)
	}
}

// The forms of others, as far as they are workbooks of today: none brings the reader down, and its verdict is upstream's.
func TestRealForms(t *testing.T) {
	dir := os.Getenv("MERIDA_CORPORA")
	if dir == "" {
		t.Skip("MERIDA_CORPORA is not set: no real forms")
	}
	dir = filepath.Join(dir, "xlsform")
	index, err := os.Open(filepath.Join(dir, "index.jsonl"))
	if err != nil {
		t.Skip(err)
	}
	defer index.Close()
	block, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	is := known(t)
	count := map[string]int{}
	lines := bufio.NewScanner(index)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x struct {
			File, Kind, Format string
			Rows               int `json:"survey_rows"`
			Expected           struct{ Verdict string }
		}
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, x.File))
		if err != nil {
			t.Fatal(err)
		}
		f, bad, err := xlsform.Read(b)
		if x.Kind != "form" || x.Format != "xlsx" && x.Format != "xlsm" {
			if err == nil {
				t.Errorf("%s is no workbook of today and was read", x.File)
			}
			count["not read: "+x.Format]++
			continue
		}
		got := "accepted"
		if err != nil || len(bad) > 0 {
			got = "rejected"
		}
		want := x.Expected.Verdict
		count[want+" > "+got]++
		if (want == "rejected") != (got == "rejected") {
			t.Errorf("%s: %s, upstream %s: %v %v", x.File, got, want, err, bad)
		}
		if err != nil {
			continue
		}
		if x.Rows > 0 && len(f.Survey) < x.Rows {
			t.Errorf("%s: %d rows of %d", x.File, len(f.Survey), x.Rows)
		}
		_, left, bad := f.Edition(block[0].Block, is)
		if len(bad) == 0 {
			t.Errorf("%s binds nothing to a provision and became an edition", x.File)
		}
		count["lines left out"] += len(left)
		count["lines at fault"] += len(bad)
	}
	for _, k := range slices.Sorted(maps.Keys(count)) {
		t.Logf("%4d  %s", count[k], k)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		form, _, err := xlsform.Read(b)
		if err == nil {
			form.Edition(questionnaire.Block{}, func(convention.ID) bool { return true })
		}
	})
}
