package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"merida/convention"
)

// The operator loads a text, sees what does not fit by its line, takes it back, and finds by doctor what is missing.
func TestTreatyTextByTheOperator(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	has := func(code int, want string, args ...string) {
		t.Helper()
		if out := merida(t, code, append(args, "--data", data)...); !strings.Contains(out, want) {
			t.Errorf("%v says %q, not %q", args, out, want)
		}
	}
	merida(t, 0, "user", "add", "--data", data, "--name", "A", "--role", "auditor")
	text := write("fr.txt", "lang: fr\nstatus: courtesy\nsource: Nous\n---\nArticle 16\nTitre\n1. Une phrase.\n2. Deux.\n")
	has(1, "source: ", "import", "treaty-text", write("bare.txt", "Article 16\n1. Un.\n"), "--convention", "uncac", "--lang", "fr", "--status", "courtesy")
	has(0, "Nothing was changed. uncac/fr: accepted, 2 passages, ", "import", "treaty-text", text, "--convention", "uncac", "--dry-run")
	has(0, "missing  fr.txt  uncac/art_15  It has no words in the file.", "import", "treaty-text", text, "--convention", "uncac")
	has(0, "uncac/fr: unchanged", "import", "treaty-text", text, "--convention", "uncac")
	has(1, "refused  bad.txt:2  uncac/art_99", "import", "treaty-text", write("bad.txt", "Article 16\nArticle 99\n1. x\n"), "--convention", "uncac", "--lang", "fr", "--source", "x", "--status", "courtesy")
	has(0, "holds    the text of uncac in fr", "doctor")
	has(0, "lacks    the text of uncac in ar, zh, en, ru, es", "doctor")
	out := filepath.Join(dir, "out.json")
	has(0, "2 written", "export", "treaty-text", "uncac/fr", out)
	has(0, "uncac/fr: unchanged", "import", "treaty-text", out)
	has(0, "uncac/fr was taken back", "import", "treaty-text", "--undo", "uncac/fr")
	has(1, "No text of uncac in fr is loaded.", "import", "treaty-text", "--undo", "uncac/fr")
	merida(t, 2, "import", "treaty-text", "--data", data)
}

func TestConventionsAndStatesByTheOperator(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	has := func(code int, want string, args ...string) {
		t.Helper()
		if out := merida(t, code, append(args, "--data", data)...); !strings.Contains(out, want) {
			t.Errorf("%v says %q, not %q", args, out, want)
		}
	}
	merida(t, 0, "user", "add", "--data", data, "--name", "A", "--role", "auditor")
	file := filepath.Join(dir, "c.json")
	put := func(s string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(`{"schema":"merida/convention/1","id":"demo-treaty","short":"DT","titles":{"en":"A treaty of ours"},"authentic_languages":["en"],
"nodes":[{"id":"demo-treaty/art_1","kind":"article","number":"1","order":1,"citation":"1","titles":{"en":"Purpose"}}]}`)
	has(0, "Nothing was changed. demo-treaty: accepted, 1 provisions", "import", "convention", "--dry-run", file)
	has(0, "demo-treaty: accepted", "import", "convention", file)
	has(0, "demo-treaty: unchanged", "import", "convention", file)
	has(0, "lacks    the text of demo-treaty", "doctor")
	out := filepath.Join(dir, "out.json")
	has(0, "1 written", "export", "convention", "demo-treaty", out)
	has(0, "demo-treaty: unchanged", "import", "convention", out)

	shipped, err := convention.File("untoc")
	if err != nil {
		t.Fatal(err)
	}
	put(strings.Replace(string(shipped), ` "nodes": [`, ` "nodes": [`+"\n", 1))
	has(0, "untoc: accepted", "import", "convention", file)
	put(strings.Replace(string(shipped), `"untoc/art_41"`, `"untoc/art_42"`, 1))
	has(1, "", "import", "convention", file)
	i := strings.LastIndex(string(shipped), "}\n ]")
	put(string(shipped)[:i] + `}, {"id":"untoc/art_42","kind":"article","number":"42","order":42,"citation":"42","titles":{"en":"More"}}` + string(shipped)[i+1:])
	has(1, "its ids are fixed", "import", "convention", file)
	has(0, "demo-treaty was taken back", "import", "convention", "--undo", "demo-treaty")

	states := filepath.Join(dir, "states.json")
	has(0, "written", "export", "states", states)
	b, err := os.ReadFile(states)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(states, []byte(strings.Replace(string(b), `"en":"Andorra"`, `"en":"Andorra, renamed"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	has(0, "updated  AD", "import", "states", states, "--dry-run")
	has(0, "states: accepted, 1 entries that differ", "import", "states", states)
	has(0, "250 written", "export", "states", states)
	if b, _ = os.ReadFile(states); !strings.Contains(string(b), "Andorra, renamed") {
		t.Error("the exported list does not have what was imported")
	}
	has(0, "states was taken back", "import", "states", "--undo", "states")
	has(1, "", "import", "states", file)
}
