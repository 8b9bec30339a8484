package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What an export of a questionnaire writes an import reads back without a change, in both formats; what is wrong has a line.
func TestQuestionnaireOutAndIn(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), t.TempDir()
	shipped, err := os.ReadFile("../../questionnaire/data/self-assessment-1.json")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "q.json")
	if err := os.WriteFile(file, shipped, 0o600); err != nil {
		t.Fatal(err)
	}
	has := func(code int, want string, args ...string) {
		t.Helper()
		if out := merida(t, code, append(args, "--data", data)...); !strings.Contains(out, want) {
			t.Errorf("%v says %q, not %q", args, out, want)
		}
	}
	has(0, "Nothing was changed. self-assessment-1: accepted", "import", "questionnaire", file, "--dry-run")
	has(0, "self-assessment-1: accepted", "import", "questionnaire", file)
	for _, format := range []string{"json", "xlsform"} {
		out := filepath.Join(dir, "out."+format)
		has(0, "written to", "export", "questionnaire", "self-assessment-1", out, "--format", format)
		has(0, "self-assessment-1: unchanged", "import", "questionnaire", out)
	}
	bad := strings.Replace(strings.Replace(string(shipped), `"id": "9.1.b"`, `"id": "9.1.a"`, 1), "uncac/art_52/para_6", "uncac/art_52/para_66", 1)
	if err := os.WriteFile(file, []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	has(1, "2 at fault", "import", "questionnaire", file)
	merida(t, 2, "export", "questionnaire", "self-assessment-1", "--format", "pdf", "--data", data)
	merida(t, 2, "import", "questionnaire", dir, "--data", data)
	merida(t, 1, "export", "questionnaire", "none-1", filepath.Join(dir, "x"), "--data", data)
}
