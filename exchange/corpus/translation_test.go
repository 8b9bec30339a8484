package corpus_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"merida/exchange"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

const french = "# Loi\n\n## Article 1 Corruption\n\nNul ne donne de pot-de-vin.\n"

func translated(line, more string) string {
	return strings.Replace(line, `"topics"`, more+`,"topics"`, 1)
}

func TestTranslationsComeIn(t *testing.T) {
	w := newWorld(t)
	line := translated(good, `"adopted":"2011-03","in_force_from":"2011-06-01","translations":[{"lang":"fr","file":"qm/bribery.fr.md","format":"md","status":"courtesy","title":"Loi","maker":"Réseau"}]`)
	dry := *w
	dry.DryRun = true
	got, rep := dry.run(t, folder(line, "qm/bribery.fr.md", french))
	if rep.Count[exchange.Accepted] != 1 {
		t.Fatal(got)
	}
	got, _ = w.run(t, folder(line, "qm/bribery.fr.md", french))
	same(t, got, "qm-bribery accepted")
	known, err := w.Library.Store.BySource(t.Context(), []string{"qm-bribery"})
	if err != nil {
		t.Fatal(err)
	}
	id := known["qm-bribery"].ID
	read := func() (library.Version, library.Translated) {
		t.Helper()
		vs, err := w.Library.Store.Versions(t.Context(), identity.Sight{}, id)
		if err != nil {
			t.Fatal(err)
		}
		x, err := w.Library.Store.Translated(t.Context(), identity.Sight{}, id, vs[0].N, "fr")
		if err != nil {
			t.Fatal(err)
		}
		return vs[0], x
	}
	v, x := read()
	if v.Life != (library.Life{Adopted: "2011-03", From: "2011-06-01", Status: library.Unknown}) {
		t.Errorf("%+v", v)
	}
	if x.Status != lang.Courtesy || x.Title != "Loi" || x.Maker != "Réseau" || x.Edition != 1 || x.FileHash == "" || !strings.Contains(x.Sections[len(x.Sections)-1].Text, "pot-de-vin") {
		t.Errorf("%+v", x)
	}
	got, _ = w.run(t, folder(line, "qm/bribery.fr.md", french))
	same(t, got, "qm-bribery unchanged")
	better := strings.Replace(french, "Nul ne", "Personne ne", 1)
	if got, rep = dry.run(t, folder(line, "qm/bribery.fr.md", better)); rep.Count[exchange.Updated] != 1 {
		t.Errorf("a dry run says %v", got)
	}
	got, _ = w.run(t, folder(line, "qm/bribery.fr.md", better))
	same(t, got, "qm-bribery updated")
	if _, x = read(); x.Edition != 2 {
		t.Errorf("%+v", x.Translation)
	}
	// It goes out and comes back unchanged, into this system and through another one.
	dir := filepath.Join(t.TempDir(), "out")
	var names []string
	if _, err := w.Export(t.Context(), dir, func(f string) { names = append(names, f) }); err != nil || len(names) != 2 {
		t.Fatal(names, err)
	}
	if got, rep = w.run(t, os.DirFS(dir)); rep.Count[exchange.Unchanged] != 1 {
		t.Errorf("the same system read %v", got)
	}
	other := newWorld(t)
	if got, rep = other.run(t, os.DirFS(dir)); rep.Count[exchange.Accepted] != 1 {
		t.Errorf("another system read %v", got)
	}
	again := filepath.Join(t.TempDir(), "again")
	if _, err := other.Export(t.Context(), again, nil); err != nil {
		t.Fatal(err)
	}
	if got, rep = w.run(t, os.DirFS(again)); rep.Count[exchange.Unchanged] != 1 {
		t.Errorf("the second loop read %v", got)
	}
	for name, bad := range map[string]string{
		"no such file":     `"translations":[{"lang":"fr","file":"qm/none.md","format":"md","status":"courtesy"}]`,
		"out of it":        `"translations":[{"lang":"fr","file":"../x.md","format":"md","status":"courtesy"}]`,
		"its own language": `"translations":[{"lang":"en","file":"qm/bribery.fr.md","format":"md","status":"courtesy"}]`,
		"unknown status":   `"translations":[{"lang":"fr","file":"qm/bribery.fr.md","format":"md","status":"fine"}]`,
		"twice":            `"translations":[{"lang":"fr","file":"qm/bribery.fr.md","format":"md","status":"courtesy"},{"lang":"fr","file":"qm/bribery.fr.md","format":"md","status":"courtesy"}]`,
		"no date":          `"in_force_from":"soon"`,
	} {
		if got, rep := w.run(t, folder(translated(good, bad), "qm/bribery.fr.md", french)); rep.Count[exchange.Refused] != 1 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
