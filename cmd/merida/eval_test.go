package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEvalSearch(t *testing.T) {
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	for name, text := range map[string]string{
		"index.jsonl": `{"id":"qm-bribery","file":"bribery.md","country":"QM","lang":"en","title":"Bribery Act","date":"2011","licence":"CC0-1.0","format":"md"}
{"id":"qn-archives","file":"archives.md","country":"QN","lang":"en","title":"Archives Act","date":"2012","licence":"CC0-1.0","format":"md"}
`,
		"bribery.md":  "# Bribery Act\n\n## Section 1 Bribe\n\nWhoever promises an undue advantage to an official is punished.\n",
		"archives.md": "# Archives Act\n\n## Section 1 Keeping\n\nRecords are kept for thirty years in the national archive.\n",
		"qa.jsonl": `{"qid":"a","query":"undue advantage official","lang":"en","relevant":["qm-bribery"]}
{"qid":"b","query":"archive records","lang":"en","relevant":["qn-archives"],"paraphrase":true}
{"qid":"c","query":"undue advantage","lang":"en","relevant":["qn-archives"]}
{"qid":"d","query":"records","lang":"en","relevant":["qn-elsewhere"],"crosslingual":true,"country":"QN"}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	merida(t, 0, "import", "corpus", "--data", data, dir)
	var out evalResult
	text := merida(t, 0, "eval", "search", "--data", data, "--json", filepath.Join(dir, "qa.jsonl"))
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&out); err != nil { // progress may follow
		t.Fatal(err, text)
	}
	if out.Measures != 2 || len(out.Unknown) != 1 || out.Unknown[0] != "qn-elsewhere" {
		t.Errorf("%d measures, unknown %v", out.Measures, out.Unknown)
	}
	want := map[string]float64{"own": 0.5, "paraphrase": 1, "across": 0}
	for _, r := range out.Rows {
		if w, ok := want[string(r.Kind)]; ok && r.Lang == "" && r.Half == "" {
			if r.NDCG10 != w || r.Recall3 != w {
				t.Errorf("%s: nDCG@10 %.3f recall@3 %.3f, want %.1f", r.Kind, r.NDCG10, r.Recall3, w)
			}
			delete(want, string(r.Kind))
		}
	}
	if len(want) > 0 {
		t.Errorf("no row for %v", want)
	}
	if s := merida(t, 0, "eval", "search", "--data", data, filepath.Join(dir, "qa.jsonl")); !strings.Contains(s, "nDCG@10") {
		t.Errorf("the table lacks its heading:\n%s", s)
	}
	merida(t, 2, "eval", "--data", data)
	merida(t, 1, "eval", "search", "--data", data, filepath.Join(dir, "none.jsonl"))
}
