package corpus_test

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"merida/exchange"
	"merida/exchange/corpus"
	"merida/files"
	"merida/library"
)

// docx makes the smallest document with paragraphs of these words.
func docx(t testing.TB, paragraphs ...string) string {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	body := `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`
	for _, p := range paragraphs {
		body += "<w:p><w:r><w:t>" + p + "</w:t></w:r></w:p>"
	}
	if _, err := w.Write([]byte(body + "</w:body></w:document>")); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A folder made to do harm on a real disk: everything bad is refused with its reason, what is good beside it comes in.
func TestAHostileFolder(t *testing.T) {
	w := newWorld(t)
	dir, outside := t.TempDir(), t.TempDir()
	write := func(name, data string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(outside, "secret.md"), bribery)
	if err := os.Symlink(filepath.Join(outside, "secret.md"), filepath.Join(dir, "link.md")); err != nil {
		t.Skip("this system makes no links:", err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "folder")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loop.md", filepath.Join(dir, "loop.md")); err != nil {
		t.Fatal(err)
	}
	write(filepath.Join(dir, "good.md"), bribery)
	write(filepath.Join(dir, "good.docx"), docx(t, "Article 1", "Nobody gives.", "Article 2", "Nobody takes."))
	write(filepath.Join(dir, "pdf.docx"), "%PDF-1.7\n")
	write(filepath.Join(dir, "zip.md"), docx(t, strings.Repeat("Corrupción ", 50)))
	write(filepath.Join(dir, "broken.txt"), "Article 1\n\nCorrupci\xf3n \xff\xfe")
	write(filepath.Join(dir, "huge.txt"), "")
	const huge = 200 << 20
	if err := os.Truncate(filepath.Join(dir, "huge.txt"), huge); err != nil {
		t.Fatal(err)
	}
	record := func(id, file, format string) string {
		return strings.NewReplacer("qm-bribery", id, "qm/bribery.md", file, `"format":"md"`, `"format":"`+format+`"`).Replace(good)
	}
	write(filepath.Join(dir, corpus.IndexName), record("link", "link.md", "md")+record("folder", "folder/secret.md", "md")+record("loop", "loop.md", "md")+
		record("up", "../"+filepath.Base(outside)+"/secret.md", "md")+record("deep", "a/../../secret.md", "md")+record("root", filepath.ToSlash(filepath.Join(outside, "secret.md")), "md")+
		record("pdf", "pdf.docx", "docx")+record("zip", "zip.md", "md")+record("md-as-docx", "good.md", "docx")+record("exe", "good.md", "exe")+
		record("broken", "broken.txt", "txt")+record("huge", "huge.txt", "txt")+record("good", "good.md", "md")+record("word", "good.docx", "docx"))
	var got []string
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := w.ImportDir(t.Context(), operator, dir, nil, func(l exchange.Line) {
		got = append(got, strings.TrimSpace(l.Record+" "+string(l.Outcome)+" "+l.Reason.Key))
	}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	same(t, got, "link refused corpus.refused.file", "folder refused corpus.refused.file", "loop refused corpus.refused.file",
		"up refused corpus.refused.path", "deep refused corpus.refused.path", "root refused corpus.refused.path",
		"pdf refused legaltext.error.not_docx", "zip refused legaltext.error.utf8", "md-as-docx refused legaltext.error.not_docx", "exe refused corpus.refused.format",
		"broken refused legaltext.error.utf8", "huge refused legaltext.error.size", "good accepted", "word accepted")
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 15 {
		t.Errorf("the folder took %d MiB of memory: the large file was read", used)
	}
	n := 0
	if err := w.files.Walk(t.Context(), func(files.Stored) error { n++; return nil }); err != nil || n != 2 {
		t.Errorf("%d files are kept, %v", n, err)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	w := newWorld(t)
	dry := func(fsys fstest.MapFS) []exchange.Line {
		t.Helper()
		var out []exchange.Line
		im := w.Importer
		im.DryRun = true
		if _, err := im.Import(t.Context(), operator, fsys, nil, func(l exchange.Line) { out = append(out, l) }); err != nil {
			t.Fatal(err)
		}
		return out
	}
	state := func() (measures, versions, stored int) {
		t.Helper()
		found, n, err := w.Library.Store.Find(t.Context(), operator.Sight(), library.Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			versions += m.Version + 1000*int(m.Rev)
		}
		if err := w.files.Walk(t.Context(), func(files.Stored) error { stored++; return nil }); err != nil {
			t.Fatal(err)
		}
		return n, versions, stored
	}
	if l := dry(folder(good)); len(l) != 1 || l[0].Outcome != exchange.Accepted {
		t.Errorf("a new record: %+v", l)
	}
	if n, _, stored := state(); n != 0 || stored != 0 {
		t.Errorf("the dry run left %d measures and %d files", n, stored)
	}
	w.run(t, folder(good))
	n, versions, stored := state()
	changed := folder(good + "{broken\n")
	changed["qm/bribery.md"] = &fstest.MapFile{Data: []byte(strings.Replace(strings.Replace(bribery, "a bribe", "any bribe", 1), "\n2. Who takes one is fined.\n", "", 1) + "\n### Article 3\n\nIn force.\n")}
	foreseen := dry(changed)
	if len(foreseen) != 2 || foreseen[0].Outcome != exchange.Updated || foreseen[1].Reason.Key != "corpus.refused.json" {
		t.Fatalf("a changed text: %+v", foreseen)
	}
	a := foreseen[0].Remarks
	if len(a) != 1 || a[0].Key != "corpus.remark.sections" || a[0].Args["added"] != 1 || a[0].Args["changed"] != 1 || a[0].Args["removed"] != 1 {
		t.Errorf("it would change %+v", a)
	}
	if n2, v2, s2 := state(); n2 != n || v2 != versions || s2 != stored {
		t.Errorf("the dry run made %d, %d, %d of %d, %d, %d", n2, v2, s2, n, versions, stored)
	}
	var real []exchange.Line
	if _, err := w.Import(t.Context(), operator, changed, nil, func(l exchange.Line) { real = append(real, l) }); err != nil {
		t.Fatal(err)
	}
	if len(real) != 2 || real[0].Outcome != foreseen[0].Outcome || len(real[0].Remarks) != 1 || real[0].Remarks[0].Args["removed"] != 1 {
		t.Errorf("what came is %+v, foreseen was %+v", real, foreseen)
	}
	if l := dry(changed); l[0].Outcome != exchange.Unchanged || len(l[0].Remarks) != 0 {
		t.Errorf("the same again: %+v", l[0])
	}
}

// What leaves one system comes into an empty one with equal content: record, sections, mappings, original.
func TestTheCopyIsEqual(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	word := strings.NewReplacer("qm-bribery", "qm-word", "qm/bribery.md", "qm/a.docx", `"format":"md"`, `"format":"docx"`).Replace(good)
	w.run(t, folder(good+word, "qm/a.docx", docx(t, "Article 1", "Nobody gives.", "Article 2", "Nobody takes.")))
	dir := filepath.Join(t.TempDir(), "out")
	if n, err := w.Export(t.Context(), dir, nil); err != nil || n != 2 {
		t.Fatalf("exported %d, %v", n, err)
	}
	got, _ := other.run(t, os.DirFS(dir))
	if len(got) != 2 {
		t.Fatalf("read %v", got)
	}
	for _, id := range []string{"qm-bribery", "qm-word"} {
		var both [2]library.Whole
		for i, x := range []*world{w, other} {
			known, err := x.Library.Store.BySource(t.Context(), []string{id})
			if err != nil {
				t.Fatal(err)
			}
			if both[i], err = x.Library.Store.Whole(t.Context(), operator.Sight(), known[id].ID, 0); err != nil {
				t.Fatal(err)
			}
		}
		a, b := both[0], both[1]
		if len(a.Sections) < 2 || len(library.Compare(a.Sections, b.Sections)) != 0 || library.HashSections(a.Sections) != library.HashSections(b.Sections) {
			t.Errorf("%s: sections %+v became %+v", id, a.Sections, b.Sections)
		}
		if a.Version.FileHash != b.Version.FileHash || a.Version.Format != b.Version.Format || a.Version.FileHash == "" {
			t.Errorf("%s: the original %+v became %+v", id, a.Version, b.Version)
		}
		x, y := a.Measure, b.Measure
		if x.Country != y.Country || x.Lang != y.Lang || x.Titles["en"] != y.Titles["en"] || x.Date != y.Date || x.Licence != y.Licence || x.SourceURL != y.SourceURL || x.Type != y.Type || x.Status != y.Status || x.Visibility != y.Visibility {
			t.Errorf("%s: %+v became %+v", id, x, y)
		}
		if len(a.Mappings) != 1 || len(b.Mappings) != 1 || a.Mappings[0].Provision != b.Mappings[0].Provision || a.Mappings[0].EID != b.Mappings[0].EID {
			t.Errorf("%s: mappings %+v became %+v", id, a.Mappings, b.Mappings)
		}
	}
}

// The folder may be written as Akoma Ntoso instead; the same tree comes back.
func TestTheCopyInAkomaNtosoHasTheSameText(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	w.run(t, folder(good))
	dir := filepath.Join(t.TempDir(), "out")
	w.AsAkomaNtoso = true
	if n, err := w.Export(t.Context(), dir, nil); err != nil || n != 1 {
		t.Fatalf("exported %d, %v", n, err)
	}
	if got, _ := other.run(t, os.DirFS(dir)); len(got) != 1 {
		t.Fatalf("read %v", got)
	}
	var hash [2]string
	for i, x := range []*world{w, other} {
		known, err := x.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
		if err != nil {
			t.Fatal(err)
		}
		whole, err := x.Library.Store.Whole(t.Context(), operator.Sight(), known["qm-bribery"].ID, 0)
		if err != nil {
			t.Fatal(err)
		}
		hash[i] = library.HashSections(whole.Sections)
		if i == 1 && whole.Version.Format != "akn" {
			t.Errorf("the format is %s", whole.Version.Format)
		}
	}
	if hash[0] == "" || hash[0] != hash[1] {
		t.Errorf("%s became %s", hash[0], hash[1])
	}
}
