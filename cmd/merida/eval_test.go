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

func TestEvalMapping(t *testing.T) {
	dir, data := t.TempDir(), filepath.Join(t.TempDir(), "data")
	for name, text := range map[string]string{
		"index.jsonl": `{"id":"qm-bribery","file":"bribery.md","country":"QM","lang":"en","title":"Bribery Act","date":"2011","licence":"CC0-1.0","format":"md","provisions":[{"id":"uncac/art_44","eid":"sec_1"},{"id":"uncac/art_9","eid":"sec_7"}]}
{"id":"qn-archives","file":"archives.md","country":"QN","lang":"en","title":"Archives Act","date":"2012","licence":"CC0-1.0","format":"md","provisions":[{"id":"uncac/art_10","eid":"sec_1"}]}
{"id":"qp-broken","file":"none.md","country":"QP","lang":"en","title":"Lost Act","format":"md","provisions":["uncac/art_10"]}
`,
		"bribery.md":  "# Bribery Act\n\n## Section 1 Extradition\n\nExtradition of nationals is not refused.\n\n## Section 2\n\nIt enters into force.\n",
		"archives.md": "# Archives Act\n\n## Section 1 Keeping\n\nRecords are kept for thirty years in the national archive.\n",
		"qa.jsonl":    `{"qid":"a","query":"extradition of nationals","lang":"en","relevant":["qm-bribery"],"uncac":["44"],"evidence":[{"doc":"qm-bribery","quote":"Extradition  of nationals is not"},{"doc":"qm-bribery","quote":"nowhere"}]}` + "\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	read := func(args ...string) (out mappingResult) {
		t.Helper()
		if err := json.NewDecoder(strings.NewReader(merida(t, 0, append([]string{"eval", "mapping", "--json"}, args...)...))).Decode(&out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	first := func(out mappingResult) float64 {
		for _, r := range out.Rows {
			if r.Article == "uncac/art_44" && r.Method == "full" {
				return r.Recall3
			}
		}
		return -1
	}
	folder := read(dir)
	if folder.Sections != 2 || folder.Laws != 2 || folder.States != 2 || folder.Others != 1 || len(folder.Missing) != 1 || first(folder) != 1 {
		t.Errorf("the folder: %+v", folder)
	}
	if again := read(filepath.Join(dir, "index.jsonl")); again.Sections != 2 {
		t.Errorf("the index: %+v", again)
	}
	if asked := read(filepath.Join(dir, "qa.jsonl")); asked.Sections != 1 || first(asked) != 1 {
		t.Errorf("the questions: %+v", asked)
	}
	merida(t, 1, "eval", "mapping", filepath.Join(dir, "none.jsonl"))
	merida(t, 1, "eval", "mapping", "--data", data)
	merida(t, 0, "import", "corpus", "--data", data, dir) // one record names no file, one a section that is not there
	if stored := read("--data", data); stored.Sections != 1 {
		t.Errorf("the store: %+v", stored)
	}
	if s := merida(t, 0, "eval", "mapping", dir); !strings.Contains(s, "precision@1") || !strings.Contains(s, "held aside") {
		t.Errorf("the table lacks its heading:\n%s", s)
	}
}
