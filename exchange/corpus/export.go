package corpus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/library"
)

// Export writes every public measure into a folder, as Import reads it: the original
// file where there is one, else the text as Markdown; with AsAkomaNtoso every text that can be brought into that form in it. An import of the folder into the
// same system changes nothing of what was imported before. The folder is made when it is not there
// and must hold no index yet; the index appears last, so that a folder with one is complete.
// each hears the path of every file that was written and may be nil. Export returns how many measures it wrote.
// Conflict: there is an index already.
func (im *Importer) Export(ctx context.Context, dir string, each func(file string)) (n int, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	if _, err := root.Lstat(IndexName); err == nil {
		return 0, fault.New(fault.Conflict, "corpus.error.has_index", fault.Args{"file": IndexName})
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	var index bytes.Buffer
	enc := json.NewEncoder(&index)
	enc.SetEscapeHTML(false)
	taken := map[string]bool{}
	err = im.Library.Store.Each(ctx, func(w library.Whole) error {
		e := describe(w)
		body, err := im.original(ctx, &e, w)
		if err != nil {
			return err
		}
		defer body.Close()
		e.File = fileName(taken, string(w.Measure.Country), e.ID, e.Format)
		folder, _, _ := strings.Cut(e.File, "/")
		if err := root.Mkdir(folder, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := writeTo(root, e.File, body); err != nil {
			return err
		}
		if each != nil {
			each(e.File)
		}
		if err := im.renderings(ctx, root, taken, &e, w, each); err != nil {
			return err
		}
		n++
		return enc.Encode(e)
	})
	if err != nil {
		return n, fmt.Errorf("export the corpus to %s: %w", dir, err)
	}
	part := IndexName + ".part"
	if err := writeTo(root, part, &index); err != nil {
		return n, err
	}
	return n, root.Rename(part, IndexName)
}

func describe(w library.Whole) entry {
	m := w.Measure
	e := entry{ID: m.SourceID, Country: string(m.Country), Lang: string(m.Lang), Title: texts(m.Titles), Summary: texts(m.Summary), Licence: m.Licence,
		Format: w.Version.Format, Kind: string(m.Type), SourceURL: m.SourceURL, Status: string(m.Status),
		Adopted: w.Version.Life.Adopted, From: w.Version.Life.From, Until: w.Version.Life.Until}
	if e.ID == "" {
		e.ID = "merida-" + string(m.ID) // typed here: the id of the record is unique everywhere
	}
	if m.Date != "" {
		e.Date = &m.Date
	}
	for _, x := range w.Mappings {
		if x.Status != library.Suggested {
			e.Provisions = append(e.Provisions, link{ID: string(x.Provision), EID: x.EID, Note: x.Note})
		}
	}
	return e
}

// original opens the file that a text came from; where there is none, or it is gone, the
// text is written anew as Markdown.
func (im *Importer) original(ctx context.Context, e *entry, w library.Whole) (io.ReadCloser, error) {
	if im.AsAkomaNtoso && len(w.Sections) > 0 {
		b, err := legaltext.WriteAkomaNtoso(w, "")
		if err == nil {
			e.Format = legaltext.AkomaNtoso
			return io.NopCloser(bytes.NewReader(b)), nil
		}
		if !fault.Is(err, fault.Invalid) {
			return nil, err
		}
	}
	if h := files.Hash(w.Version.FileHash); h.Valid() {
		f, err := im.Files.Open(ctx, h)
		if err == nil {
			return f, nil
		}
		if !fault.Is(err, fault.NotFound) {
			return nil, err
		}
	}
	e.Format = legaltext.Markdown
	return io.NopCloser(strings.NewReader(legaltext.WriteMarkdown(w.Sections))), nil
}

// fileName makes a path of an id: letters, digits, points and strokes, unique in the folder.
func fileName(taken map[string]bool, country, id, format string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(id) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' && b.Len() > 0 {
			b.WriteRune(r)
		} else {
			b.WriteByte('-')
		}
		if b.Len() == 120 {
			break
		}
	}
	base := strings.ToLower(country) + "/" + strings.TrimRight(b.String(), ".")
	name := base + "." + format
	for i := 2; taken[name]; i++ {
		name = fmt.Sprintf("%s-%d.%s", base, i, format)
	}
	taken[name] = true
	return name
}

func writeTo(root *os.Root, name string, r io.Reader) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, r); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
