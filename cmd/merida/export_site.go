package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"merida/exchange/table"
	"merida/store"
)

// dumpFile is a file of a dump while it is written, beside its place until the dump is whole.
type dumpFile struct {
	f    *os.File
	b    *bufio.Writer
	sum  hash.Hash
	size int64
}

func newDumpFile(dir string) (*dumpFile, error) {
	f, err := os.CreateTemp(dir, ".merida-*")
	if err != nil {
		return nil, err
	}
	d := &dumpFile{f: f, sum: sha256.New()}
	d.b = bufio.NewWriterSize(d, 1<<18)
	return d, nil
}

// Write is what the buffer calls.
func (d *dumpFile) Write(p []byte) (int, error) {
	d.sum.Write(p)
	d.size += int64(len(p))
	return d.f.Write(p)
}

func (d *dumpFile) finish() error {
	return errors.Join(d.b.Flush(), d.f.Chmod(0o644), d.f.Close())
}

// siteSet is a table of a dump.
type siteSet struct {
	name, about string
	rows        int
	csv, jsonl  *dumpFile
	columns     []string
}

// exportSite writes every public table as CSV and JSON Lines into a folder, with checksums, a catalogue (DCAT, JSON-LD) and a page
// that explains them. It reads through the public pool at one moment. Files of an earlier dump are replaced when the new one is whole.
func (a *app) exportSite(ctx context.Context, dir, base string, tell func(progress)) (int, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	var sets []*siteSet
	var files []*dumpFile
	defer func() {
		for _, f := range files {
			f.f.Close()
			os.Remove(f.f.Name()) // gone already where it went to its place
		}
	}()
	about := map[string]string{}
	for _, t := range store.PublicTables {
		about[t.Name] = t.About
	}
	var sheet *csv.Writer
	total := 0
	err := store.EachPublic(ctx, a.db, func(name string, columns []string) error {
		s := &siteSet{name: strings.TrimPrefix(name, "pub_"), about: about[name], columns: columns}
		for _, f := range []**dumpFile{&s.csv, &s.jsonl} {
			x, err := newDumpFile(dir)
			if err != nil {
				return err
			}
			*f = x
			files = append(files, x)
		}
		if sheet != nil {
			sheet.Flush()
		}
		sheet = csv.NewWriter(s.csv.b)
		sets = append(sets, s)
		return sheet.Write(columns)
	}, func(row []any) error {
		s := sets[len(sets)-1]
		s.rows++
		if total++; total%1000 == 0 {
			tell(progress{Stage: s.name, Done: int64(total)})
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		cells := make([]string, len(row))
		object := make(map[string]any, len(row))
		for i, c := range row {
			object[s.columns[i]] = c
			cells[i] = dumpCell(c)
		}
		if err := sheet.Write(cells); err != nil {
			return err
		}
		enc := json.NewEncoder(s.jsonl.b)
		enc.SetEscapeHTML(false)
		return enc.Encode(object)
	})
	if err != nil {
		return total, err
	}
	sheet.Flush()
	var sums strings.Builder
	place := map[*dumpFile]string{}
	for _, s := range sets {
		for ending, f := range map[string]*dumpFile{"csv": s.csv, "jsonl": s.jsonl} {
			if err := f.finish(); err != nil {
				return total, err
			}
			place[f] = s.name + "." + ending
		}
		for _, f := range []*dumpFile{s.csv, s.jsonl} {
			fmt.Fprintf(&sums, "%s  %s\n", hex.EncodeToString(f.sum.Sum(nil)), place[f])
		}
	}
	for _, f := range files {
		if err := os.Rename(f.f.Name(), filepath.Join(dir, place[f])); err != nil {
			return total, err
		}
	}
	catalogue, err := a.siteCatalogue(sets, base)
	if err != nil {
		return total, err
	}
	return total, errors.Join(writeWhole(filepath.Join(dir, "SHA256SUMS"), []byte(sums.String())), writeWhole(filepath.Join(dir, "catalog.jsonld"), catalogue),
		writeWhole(filepath.Join(dir, "README.txt"), []byte(a.siteReadme(sets, base))))
}

// dumpCell writes a value for a sheet, in which nothing may be taken for a formula.
func dumpCell(c any) string {
	switch c := c.(type) {
	case nil:
		return ""
	case string:
		return table.Guard(c)
	case json.RawMessage:
		return string(c)
	}
	return fmt.Sprint(c)
}

// siteCatalogue names the files of a dump. Source: W3C, Data Catalog Vocabulary (DCAT) version 3; checksums by SPDX.
func (a *app) siteCatalogue(sets []*siteSet, base string) ([]byte, error) {
	rights := a.locale.Printer("en").T("table.licence", nil)
	var out []any
	for _, s := range sets {
		var files []any
		for _, x := range []struct {
			f             *dumpFile
			ending, media string
		}{{s.csv, "csv", "text/csv"}, {s.jsonl, "jsonl", "application/jsonl"}} {
			files = append(files, map[string]any{"@type": "dcat:Distribution", "dct:title": s.name + "." + x.ending, "dcat:downloadURL": map[string]string{"@id": s.name + "." + x.ending}, "dcat:mediaType": x.media, "dcat:byteSize": x.f.size, "dct:rights": rights,
				"spdx:checksum": map[string]any{"@type": "spdx:Checksum", "spdx:algorithm": map[string]string{"@id": "spdx:checksumAlgorithm_sha256"}, "spdx:checksumValue": hex.EncodeToString(x.f.sum.Sum(nil))}})
		}
		out = append(out, map[string]any{"@id": base + "/catalog.jsonld#dump-" + s.name, "@type": "dcat:Dataset", "dct:identifier": s.name, "dct:title": s.name, "dct:description": s.about, "dct:rights": rights, "dcat:distribution": files})
	}
	return json.MarshalIndent(map[string]any{
		"@context": map[string]string{"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "spdx": "http://spdx.org/rdf/terms#", "foaf": "http://xmlns.com/foaf/0.1/"},
		"@type":    "dcat:Catalog", "dct:title": "Merida: what is public", "dct:issued": a.now().UTC().Format(time.RFC3339), "foaf:homepage": map[string]string{"@id": base + "/"}, "dcat:dataset": out}, "", " ")
}

func (a *app) siteReadme(sets []*siteSet, base string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "What is public in %s, taken on %s.\n\n%s\n\n", base, a.now().UTC().Format(time.RFC3339), a.locale.Printer("en").T("table.licence", nil))
	io.WriteString(&b, "Each table is there as CSV (UTF-8) and as JSON Lines. Moments are in UTC; text in several languages is an object by language. A cell of the CSV that would be taken\nfor a formula begins with an apostrophe. SHA256SUMS holds the checksums (sha256sum -c SHA256SUMS), catalog.jsonld the catalogue in the words of DCAT.\n\n")
	for _, s := range sets {
		fmt.Fprintf(&b, "%-22s %8d  %s\n", s.name, s.rows, s.about)
	}
	return b.String()
}
