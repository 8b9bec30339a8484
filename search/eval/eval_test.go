package eval_test

import (
	"math"
	"strings"
	"testing"

	"merida/search/eval"
)

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %.6f, want %.6f", name, got, want)
	}
}

// The expected numbers were worked out by hand: 1/log2(2)=1, 1/log2(3)=0.630930, 1/log2(4)=0.5, 1/log2(6)=0.386853.
func TestScores(t *testing.T) {
	for _, c := range []struct {
		name                  string
		found, relevant       []string
		ndcg, r10, r3, firsts float64
	}{
		{"first", []string{"a", "x"}, []string{"a"}, 1, 1, 1, 1},
		{"third", []string{"x", "y", "a"}, []string{"a"}, 0.5, 1, 1, 1.0 / 3},
		{"two of two, first and fifth", []string{"a", "x", "y", "z", "b"}, []string{"a", "b"}, (1 + 0.386853) / (1 + 0.630930), 1, 0.5, 1},
		{"one of two, second", []string{"x", "b"}, []string{"a", "b"}, 0.630930 / 1.630930, 0.5, 0.5, 0.5},
		{"eleventh", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"}, []string{"a"}, 0, 0, 0, 1.0 / 11},
		{"shown twice counts once", []string{"a", "a", "a"}, []string{"a", "b"}, 1 / 1.630930, 0.5, 0.5, 1},
		{"nothing found", nil, []string{"a"}, 0, 0, 0, 0},
		{"nothing expected", []string{"a"}, nil, 0, 0, 0, 0},
	} {
		s := eval.Of(c.found, c.relevant)
		near(t, c.name+" nDCG@10", s.NDCG10, c.ndcg)
		near(t, c.name+" recall@10", s.Recall10, c.r10)
		near(t, c.name+" recall@3", s.Recall3, c.r3)
		near(t, c.name+" MRR", s.MRR, c.firsts)
	}
}

func TestTable(t *testing.T) {
	q := func(id, lang string, across, para bool, country string) eval.Question {
		return eval.Question{ID: id, Words: "w", Lang: "en", Relevant: []string{"a"}, Crosslingual: across, Paraphrase: para, Country: country}
	}
	rows := eval.Table([]eval.Answer{
		{q("1", "en", false, false, ""), []string{"a"}},
		{q("2", "en", false, false, ""), []string{"x", "a"}},
		{q("3", "en", true, false, "QM"), nil},
		{q("4", "en", false, true, ""), []string{"a"}},
	})
	for _, r := range rows {
		if r.Half != "" || r.Lang != "" {
			continue
		}
		switch r.Kind {
		case "":
			near(t, "all MRR", r.MRR, 2.5/4)
		case eval.Own:
			near(t, "own nDCG", r.NDCG10, (1+0.630930)/2)
			if r.N != 2 {
				t.Errorf("own: %d questions", r.N)
			}
		case eval.Across:
			near(t, "across", r.Recall3, 0)
		case eval.Paraphrase:
			near(t, "paraphrase", r.NDCG10, 1)
		default:
			t.Errorf("row of kind %q", r.Kind)
		}
	}
	if rows[0].Kind != "" || rows[0].N != 4 {
		t.Errorf("the first row is %+v, want the mean of all", rows[0])
	}
}

func TestReadRefusesWithTheLine(t *testing.T) {
	const good = `{"qid":"1","query":"bribery","lang":"en","relevant":["a"]}` + "\n"
	for text, want := range map[string]string{
		"":                            "no question",
		good + "\n{":                  "line 3",
		good + good:                   "stands twice",
		`{"qid":"1","query":"x"}`:     "line 1",
		good + `{"qid":2,"query":""}`: "line 2",
	} {
		if _, err := eval.Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q in it", text, err, want)
		}
	}
	if qs, err := eval.Read(strings.NewReader("\n" + good)); err != nil || len(qs) != 1 {
		t.Errorf("%v, %v", qs, err)
	}
}
