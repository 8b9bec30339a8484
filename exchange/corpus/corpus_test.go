package corpus_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"merida/convention"
	"merida/exchange"
	"merida/exchange/corpus"
	"merida/fault"
	"merida/files"
	"merida/identity"
	"merida/internal/clock"
	"merida/lang"
	"merida/library"
	"merida/store"
	"merida/store/sqlite"
)

type world struct {
	corpus.Importer
	files *files.Dir
	path  string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "merida.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	path := filepath.Join(t.TempDir(), "files")
	d, err := files.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	lib := &library.Service{Store: store.Library{DB: db}, Known: func(p convention.ID) bool { return p == "uncac/art_15" || p == "uncac/art_16/para_1" }, Now: func() time.Time {
		now = now.Add(time.Second)
		return clock.Cut(now)
	}}
	return &world{corpus.Importer{Library: lib, Files: d}, d, path}
}

var operator = identity.OperatorActor()

// run imports and gives each line as "record outcome reason".
func (w *world) run(t testing.TB, fsys fs.FS) ([]string, exchange.Report) {
	t.Helper()
	var out []string
	told := 0
	rep, err := w.Import(t.Context(), operator, fsys, func(done, total int) {
		if told++; done != told || done > total {
			t.Errorf("told %d of %d at record %d", done, total, told)
		}
	}, func(l exchange.Line) {
		s := strings.TrimSpace(fmt.Sprintf("%s %s %s %s", l.Record, l.Outcome, l.Reason.Key, l.Field))
		out = append(out, s)
	})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Records != len(out) || told != len(out) {
		t.Errorf("%d records reported, %d lines, %d steps", rep.Records, len(out), told)
	}
	return out, rep
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

const bribery = "# Bribery Act\n\n## Part I – General\n\n### Article 1. Bribes\n\nNobody shall give a bribe.\n\n### Article 2. Penalties\n\n1. Who gives one is fined.\n\n2. Who takes one is fined.\n"

func folder(index string, more ...string) fstest.MapFS {
	m := fstest.MapFS{"index.jsonl": {Data: []byte(index)}, "qm/bribery.md": {Data: []byte(bribery)}}
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i]] = &fstest.MapFile{Data: []byte(more[i+1])}
	}
	return m
}

const good = `{"id":"qm-bribery","file":"qm/bribery.md","country":"QM","lang":"EN","title":"Bribery Act","date":"2011-04-01","source":"Gazette","licence":"public domain","format":"md","kind":"law","source_url":"https://law.example/1","provisions":["uncac/art_15","uncac/art_15"],"topics":["penal"],"bytes":12}` + "\n"

func TestARecordComesInWhole(t *testing.T) {
	w := newWorld(t)
	got, _ := w.run(t, folder("\ufeff"+good))
	same(t, got, "qm-bribery accepted")
	known, err := w.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
	if err != nil {
		t.Fatal(err)
	}
	whole, err := w.Library.Store.Whole(t.Context(), operator.Sight(), known["qm-bribery"].ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	m := whole.Measure
	if m.Country != "QM" || m.Lang != "en" || m.Titles["en"].S != "Bribery Act" || m.Date != "2011-04-01" || m.Licence != "public domain" || m.SourceURL != "https://law.example/1" ||
		m.Type != library.Law || m.Status != library.Unknown || m.Source != library.FromImport || m.Owner != "" || m.Visibility != "public" || m.Version != 1 || !m.ValidatedAt.IsZero() {
		t.Errorf("the record is %+v", m)
	}
	if s, ok := whole.Section("art_2__para_2"); !ok || s.Text != "Who takes one is fined." {
		t.Errorf("the text is %+v", whole.Sections)
	}
	if len(whole.Mappings) != 1 || whole.Mappings[0].Provision != "uncac/art_15" || whole.Mappings[0].EID != "" || whole.Mappings[0].Status != library.Editorial {
		t.Errorf("mapped to %+v", whole.Mappings)
	}
	f, err := w.files.Open(t.Context(), files.Hash(whole.Version.FileHash))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}

func TestImportingAgain(t *testing.T) {
	w := newWorld(t)
	w.run(t, folder(good))
	got, _ := w.run(t, folder(good))
	same(t, got, "qm-bribery unchanged")

	changed := folder(good)
	changed["qm/bribery.md"] = &fstest.MapFile{Data: []byte(bribery + "\n### Article 3\n\nIn force.\n")}
	got, _ = w.run(t, changed)
	same(t, got, "qm-bribery updated")
	got, _ = w.run(t, changed)
	same(t, got, "qm-bribery unchanged")
	known, _ := w.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
	vs, err := w.Library.Store.Versions(t.Context(), operator.Sight(), known["qm-bribery"].ID)
	if err != nil || len(vs) != 2 {
		t.Fatalf("%d versions, %v", len(vs), err)
	}

	// A new title is a new state of the record, not of its text.
	retitled := folder(strings.Replace(good, `"title":"Bribery Act"`, `"title":{"en":"Bribery Act","fr":"Loi sur la corruption"}`, 1))
	retitled["qm/bribery.md"] = changed["qm/bribery.md"]
	got, _ = w.run(t, retitled)
	same(t, got, "qm-bribery updated")
	if vs, _ := w.Library.Store.Versions(t.Context(), operator.Sight(), known["qm-bribery"].ID); len(vs) != 2 {
		t.Errorf("%d versions after a new title", len(vs))
	}
}

// What people mapped survives an import that changes the text.
func TestMappingsOfPeopleStay(t *testing.T) {
	w := newWorld(t)
	w.run(t, folder(good))
	known, _ := w.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
	id := known["qm-bribery"].ID
	officer := identity.Actor{Account: "officer", Role: identity.Officer}
	if err := w.Library.Map(t.Context(), officer, library.Mapping{Measure: id, EID: "art_1", Provision: "uncac/art_16/para_1", Note: lang.T("en", "bribes")}); err != nil {
		t.Fatal(err)
	}
	changed := folder(good)
	changed["qm/bribery.md"] = &fstest.MapFile{Data: []byte(bribery + "\nMore.\n")}
	got, _ := w.run(t, changed)
	same(t, got, "qm-bribery updated")
	whole, err := w.Library.Store.Whole(t.Context(), operator.Sight(), id, 0)
	if err != nil || len(whole.Mappings) != 2 {
		t.Errorf("mapped to %+v, %v", whole.Mappings, err)
	}
	got, _ = w.run(t, changed)
	same(t, got, "qm-bribery unchanged")
}

func TestBadRecordsAreRefusedAndTheRestGoesOn(t *testing.T) {
	w := newWorld(t)
	line := func(id string, change ...string) string {
		s := strings.Replace(good, "qm-bribery", id, 1)
		for i := 0; i+1 < len(change); i += 2 {
			if !strings.Contains(s, change[i]) {
				t.Fatalf("%s is not in the line", change[i])
			}
			s = strings.Replace(s, change[i], change[i+1], 1)
		}
		return s
	}
	index := "{broken\n\n" + // no JSON
		"[1,2]\n" +
		`{"id":7}` + "\n" +
		line("a", `"file":"qm/bribery.md"`, `"file":"../secret"`) +
		line("b", `"file":"qm/bribery.md"`, `"file":"/etc/passwd"`) +
		line("c", `"file":"qm/bribery.md"`, `"file":"qm\\..\\..\\secret"`) +
		line("d", `"file":"qm/bribery.md"`, `"file":"qm/absent.md"`) +
		line("e", `"file":"qm/bribery.md"`, `"file":"qm"`) +
		line("f", `"format":"md"`, `"format":"odt"`) +
		line("g", `"country":"QM"`, `"country":"Quentland"`) +
		line("h", `"kind":"law"`, `"kind":"poem"`) +
		line("i", `"date":"2011-04-01"`, `"date":"next year"`) +
		line("j", `"title":"Bribery Act"`, `"title":" "`) +
		line("k", `"provisions":["uncac/art_15"`, `"provisions":["uncac/art_999"`) +
		line("l", `"file":"qm/bribery.md"`, `"file":"qm/latin1.txt"`, `"format":"md"`, `"format":"txt"`) +
		line("m", `"file":"qm/bribery.md"`, `"file":"qm/empty.txt"`, `"format":"md"`, `"format":"txt"`) +
		line("n", `"file":"qm/bribery.md"`, `"file":"qm/bomb.xml"`, `"format":"md"`, `"format":"akn"`) +
		line("o o") +
		line("p", `"topics":["penal"]`, `"topics":"`+strings.Repeat("x", 300<<10)+`"`) +
		"\xff\xfe{}\n" +
		line("q") + line("q") +
		strings.TrimSpace(line("r", `"date":"2011-04-01"`, `"date":null`, `"kind":"law"`, `"kind":"bill"`)) // no newline at the end
	got, rep := w.run(t, folder(index, "qm/latin1.txt", "Art. 1\n\nCorrupci\xf3n", "qm/empty.txt", " \n\t\n", "qm/bomb.xml", `<!DOCTYPE a [<!ENTITY b "c">]><akomaNtoso>&b;</akomaNtoso>`))
	same(t, got,
		"refused corpus.refused.json", "refused corpus.refused.json", "refused corpus.refused.field_type id",
		"a refused corpus.refused.path file", "b refused corpus.refused.path file", "c refused corpus.refused.path file", "d refused corpus.refused.file", "e refused corpus.refused.file",
		"f refused corpus.refused.format format", "g refused measure.error.country country", "h refused corpus.refused.kind kind", "i refused fault.not_a_date date", "j refused fault.required title",
		"k refused measure.error.provision provisions", "l refused legaltext.error.utf8", "m refused legaltext.error.empty", "n refused legaltext.error.doctype", "o o refused corpus.refused.id id",
		"refused corpus.refused.line_size", "refused fault.not_utf8", "q accepted", "q refused corpus.refused.twice", "r accepted")
	if rep.Count[exchange.Refused] != 21 || rep.Count[exchange.Accepted] != 2 {
		t.Errorf("counted %v", rep.Count)
	}
	found, total, err := w.Library.Store.Find(t.Context(), operator.Sight(), library.Filter{})
	if err != nil || total != 2 {
		t.Fatalf("%d measures, %v", total, err)
	}
	for _, m := range found {
		if m.SourceID == "r" && (m.Status != library.DraftText || m.Date != "") {
			t.Errorf("the bill is %+v", m)
		}
	}
	n := 0
	if err := w.files.Walk(t.Context(), func(files.Stored) error { n++; return nil }); err != nil || n != 1 {
		t.Errorf("%d files are kept, %v: what was refused leaves none", n, err)
	}
}

func TestLinksDoNotLeadOutOfTheFolder(t *testing.T) {
	w := newWorld(t)
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.md")
	for name, data := range map[string]string{outside: bribery, filepath.Join(dir, "index.jsonl"): strings.Replace(good, "qm/bribery.md", "link.md", 1)} {
		if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(dir, "link.md")); err != nil {
		t.Skip("this system makes no links:", err)
	}
	var lines []exchange.Line
	if _, err := w.ImportDir(t.Context(), operator, dir, nil, func(l exchange.Line) { lines = append(lines, l) }); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 1 || lines[0].Reason.Key != "corpus.refused.file" {
		t.Errorf("got %+v", lines)
	}
}

func TestWhoMayImport(t *testing.T) {
	w := newWorld(t)
	for _, a := range []identity.Actor{{}, {Account: "x", Role: identity.Approver, Party: "QM"}, {Account: "x", Role: identity.Provider}} {
		if _, err := w.Import(t.Context(), a, folder(good), nil, nil); err == nil {
			t.Errorf("%s of %s imported", a.Role, a.Party)
		}
	}
	if _, err := w.Import(t.Context(), operator, fstest.MapFS{}, nil, nil); !fault.Is(err, fault.Invalid) {
		t.Errorf("without an index: %v", err)
	}
}

// A record that a party entered is the party's; an import does not touch it.
func TestAPartysOwnRecordIsNotTouched(t *testing.T) {
	w := newWorld(t)
	focal := identity.Actor{Account: "focal", Role: identity.FocalPoint, Party: "QM"}
	if _, err := w.Library.Add(t.Context(), focal, library.Whole{Measure: library.Measure{SourceID: "qm-bribery", Country: "QM", Lang: "en", Titles: lang.T("en", "Ours")}}); err != nil {
		t.Fatal(err)
	}
	got, _ := w.run(t, folder(good))
	same(t, got, "qm-bribery refused measure.error.owned")
}

func TestTheLoopIsClosed(t *testing.T) {
	w := newWorld(t)
	rich := strings.Replace(good, `"provisions":["uncac/art_15","uncac/art_15"]`, `"status":"in_force","summary":{"en":"Forbids bribes.","es":"Prohíbe el soborno."},"provisions":["uncac/art_15",{"id":"uncac/art_16/para_1","eid":"art_1","note":{"en":"bribes"}}]`, 1)
	w.run(t, folder(rich+strings.Replace(good, "qm-bribery", "weird/../id:1", 1)))
	// Typed here, without a file: written as Markdown.
	typed := library.Whole{Measure: library.Measure{Country: "QN", Lang: "es", Titles: lang.T("es", "Ley de prueba")}, Version: library.Version{Format: "typed"},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "Artículo 1", Heading: "Objeto", Text: "Uno *dos* [tres](x)."}}}
	if _, err := w.Library.Add(t.Context(), operator, typed); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "out")
	var names []string
	n, err := w.Export(t.Context(), dir, func(f string) { names = append(names, f) })
	if err != nil || n != 3 || len(names) != 3 {
		t.Fatalf("exported %d, %v, %v", n, names, err)
	}
	if _, err := w.Export(t.Context(), dir, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second export over the first: %v", err)
	}
	got, rep := w.run(t, os.DirFS(dir))
	if rep.Count[exchange.Unchanged] != 2 || rep.Count[exchange.Accepted] != 1 {
		t.Errorf("the same system read %v", got)
	}
	// Another system takes it, gives it back, and it is the same again.
	other := newWorld(t)
	if got, rep := other.run(t, os.DirFS(dir)); rep.Count[exchange.Accepted] != 3 {
		t.Errorf("another system read %v", got)
	}
	again := filepath.Join(t.TempDir(), "again")
	if _, err := other.Export(t.Context(), again, nil); err != nil {
		t.Fatal(err)
	}
	if got, rep := other.run(t, os.DirFS(again)); rep.Count[exchange.Unchanged] != 3 {
		t.Errorf("the second loop read %v", got)
	}
	known, _ := other.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
	whole, err := other.Library.Store.Whole(t.Context(), operator.Sight(), known["qm-bribery"].ID, 0)
	if err != nil || len(whole.Mappings) != 2 || whole.Measure.Status != library.InForce || whole.Measure.Summary["es"].S != "Prohíbe el soborno." {
		t.Errorf("came over as %+v, %v", whole.Measure, err)
	}
}

func TestRealFolder(t *testing.T) {
	root := os.Getenv("MERIDA_CORPORA")
	if root == "" {
		t.Skip("MERIDA_CORPORA names no folder of real laws")
	}
	w := newWorld(t)
	begin := time.Now()
	refused := map[string]int{}
	rep, err := w.ImportDir(t.Context(), operator, filepath.Join(root, "laws"), nil, func(l exchange.Line) {
		if l.Outcome == exchange.Refused {
			refused[fmt.Sprint(l.Reason.Key, " ", l.Reason.Args["format"])]++
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("first: %v in %v, refused %v", rep.Count, time.Since(begin).Round(time.Millisecond), refused)
	if rep.Records != 264 || rep.Count[exchange.Accepted] != 263 || refused["legaltext.error.pdf_scan <nil>"] != 1 {
		t.Errorf("first: %v, refused %v", rep.Count, refused)
	}
	begin = time.Now()
	rep, err = w.ImportDir(t.Context(), operator, filepath.Join(root, "laws"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("second: %v in %v", rep.Count, time.Since(begin).Round(time.Millisecond))
	if rep.Count[exchange.Unchanged] != 263 || rep.Count[exchange.Refused] != 1 {
		t.Errorf("second: %v", rep.Count)
	}
	if n, err := w.files.Verify(t.Context(), func(s files.Stored) error { return fmt.Errorf("%s is broken", s.Hash) }); err != nil || n == 0 {
		t.Errorf("%d originals, %v", n, err)
	}
}
