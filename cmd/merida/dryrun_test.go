package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A dry run tells what an import would do, with the sections that would change, and leaves the store as it was.
func TestImportDryRun(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("index.jsonl", `{"id":"qm-1","file":"a.md","country":"QM","lang":"en","title":"Act","format":"md"}`+"\n")
	write("a.md", "# Act\n\n## Article 1\n\nNobody gives.\n\n## Article 2\n\nNobody takes.\n")
	has := func(want string, args ...string) {
		t.Helper()
		if out := merida(t, 0, append([]string{"import", "corpus", "--data", data}, append(args, dir)...)...); !strings.Contains(out, want) {
			t.Errorf("%v says %q, not %q", args, out, want)
		}
	}
	has("accepted  a.md:1  qm-1", "--dry-run")
	has("Nothing was changed. Of 1 record: 1 accepted", "--dry-run") // the second time as the first
	has("1 record: 1 accepted, 0 updated")
	write("a.md", "# Act\n\n## Article 1\n\nNobody gives or offers.\n\n## Article 3\n\nIn force.\n")
	has("updated  a.md:1  qm-1  Sections of the text: 1 added, 1 changed, 1 removed.", "--dry-run")
	has("Sections of the text: 1 added, 1 changed, 1 removed.", "--every")
	has("0 updated, 1 unchanged", "--dry-run")
	merida(t, 2, "import", "iati", "--data", data, "--dry-run", dir)
	// A refused record is a result; where all are refused the import failed.
	write("index.jsonl", `{"id":"qm-1","file":"a.md","country":"QM","lang":"en","title":"Act","format":"md"}`+"\n"+`{"id":"qm-2","file":"a.md","country":"QM","lang":"en","title":"Act","format":"markdown"}`+"\n")
	has("1 refused")
	write("index.jsonl", `{"id":"qm-2","file":"a.md","country":"QM","lang":"en","title":"Act","format":"markdown"}`+"\n")
	merida(t, 1, "import", "corpus", "--data", data, dir)
}
