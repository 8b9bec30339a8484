package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"merida/identity"
	"merida/lang"
	"merida/library"
)

// A dump holds what is public, whole and with its checksums, and nothing that a State keeps to itself.
func TestExportSite(t *testing.T) {
	data, dir := filepath.Join(t.TempDir(), "data"), filepath.Join(t.TempDir(), "dump")
	f, err := openFolder(data)
	if err != nil {
		t.Fatal(err)
	}
	a, err := openApp(t.Context(), f, appOptions{demo: true, log: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	officer := identity.OperatorActor()
	if _, err := a.library.Add(t.Context(), officer, library.Whole{Measure: library.Measure{Country: "PE", Lang: "es", Titles: lang.T("es", "=Ley pública"), Licence: "CC0-1.0"},
		Sections: []library.Section{{EID: "art_1", Level: 1, Kind: "article", Num: "1", Text: "Nadie da."}}, Mappings: []library.Mapping{{EID: "art_1", Provision: "uncac/art_16"}}}); err != nil {
		t.Fatal(err)
	}
	focal, err := a.identity.Add(t.Context(), officer, identity.Account{Name: "Canary person", Role: identity.FocalPoint, Party: "QM"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.library.Add(t.Context(), focal.Actor(), library.Whole{Measure: library.Measure{Lang: "en", Titles: lang.T("en", "Canary law")}}); err != nil {
		t.Fatal(err)
	}
	a.close()
	out := merida(t, 0, "export", "site", "--data", data, "--base-url", "https://merida.example.org", dir)
	if !strings.Contains(out, "written to") {
		t.Error(out)
	}
	merida(t, 0, "export", "site", "--data", data, dir) // again, over the first
	read := func(name string) string {
		t.Helper()
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(all) < 40 {
		t.Fatalf("%d files, %v", len(all), err)
	}
	for _, path := range all {
		for _, secret := range []string{"Canary", focal.ID} {
			if strings.Contains(read(filepath.Base(path)), secret) {
				t.Errorf("%s holds %q", path, secret)
			}
		}
	}
	if s := read("measure.jsonl"); !strings.Contains(s, `"titles":{"es":"=Ley pública"}`) || !strings.Contains(s, `"licence":"CC0-1.0"`) || strings.Count(s, "\n") != 1 {
		t.Errorf("%q", s)
	}
	rows, err := csv.NewReader(strings.NewReader(read("section.csv"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Errorf("%v %v", rows, err)
	}
	n := 0
	for line := range strings.Lines(read("SHA256SUMS")) {
		want, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		sum := sha256.Sum256([]byte(read(name)))
		if hex.EncodeToString(sum[:]) != want {
			t.Errorf("the checksum of %s is wrong", name)
		}
		n++
	}
	var catalogue struct {
		Sets []struct {
			Files []struct {
				Title string `json:"dct:title"`
				Size  int64  `json:"dcat:byteSize"`
			} `json:"dcat:distribution"`
		} `json:"dcat:dataset"`
	}
	if err := json.Unmarshal([]byte(read("catalog.jsonld")), &catalogue); err != nil {
		t.Fatal(err)
	}
	for _, s := range catalogue.Sets {
		for _, f := range s.Files {
			n--
			if info, err := os.Stat(filepath.Join(dir, f.Title)); err != nil || info.Size() != f.Size {
				t.Errorf("%s: %v", f.Title, err)
			}
		}
	}
	if n != 0 || !strings.Contains(read("README.txt"), "sha256sum -c") {
		t.Errorf("%d files are in one list alone", n)
	}
}
