package corpus

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"

	"merida/exchange"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/identity"
	"merida/library"
)

// batch is how many records are looked up in the library at once.
const batch = 100

// Importer takes corpus folders in and writes them out.
type Importer struct {
	Library *library.Service
	Files   files.Store
	// Parse reads the texts; nil means in this process.
	Parse legaltext.Parser
	// DryRun makes Import say what would become of each record and change nothing: neither a record nor a file.
	DryRun bool
	// AsAkomaNtoso makes Export write each text in that form, built from its sections, instead of the original.
	AsAkomaNtoso bool
}

// ImportDir imports a folder of the disk. Neither a path in the index nor a link in the
// folder can lead out of it.
func (im *Importer) ImportDir(ctx context.Context, actor identity.Actor, dir string, tell func(done, total int), each func(exchange.Line)) (exchange.Report, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return exchange.Report{}, fault.Wrap(fault.Invalid, "corpus.error.no_folder", err)
	}
	if err != nil {
		return exchange.Report{}, err
	}
	defer root.Close()
	return im.Import(ctx, actor, root.FS(), tell, each)
}

// Import takes in what the index of a folder names. fsys must keep paths within the
// folder, as os.Root does. tell hears after each record how many of how many are done;
// each hears what became of it; both may be nil. What was taken in stays when an error ends
// the import, and importing again goes on from there.
// Denied: the actor may not import. Invalid: there is no index. TooLarge: the index passes a limit.
// StorageFull, Unavailable and internal errors end the import; the faults of a record never do.
func (im *Importer) Import(ctx context.Context, actor identity.Actor, fsys fs.FS, tell func(done, total int), each func(exchange.Line)) (rep exchange.Report, err error) {
	if err := actor.Must(identity.Import, identity.Scope{}); err != nil {
		return rep, err
	}
	lines, err := readIndex(fsys)
	if err != nil {
		return rep, err
	}
	seen := make(map[string]bool, len(lines))
	for part := range slices.Chunk(lines, batch) {
		ids := make([]string, 0, len(part))
		for _, l := range part {
			if l.err == nil && l.entry.ID != "" {
				ids = append(ids, l.entry.ID)
			}
		}
		known, err := im.Library.Store.BySource(ctx, ids)
		if err != nil {
			return rep, err
		}
		for _, l := range part {
			if err := ctx.Err(); err != nil {
				return rep, err
			}
			out := exchange.Line{File: short(l.entry.File), N: l.n, Record: short(l.entry.ID)}
			if out.File == "" {
				out.File = IndexName
			}
			err := l.err
			if err == nil && l.entry.ID != "" && seen[l.entry.ID] {
				err = fault.New(fault.Invalid, "corpus.refused.twice", fault.Args{"id": short(l.entry.ID)})
			}
			if err == nil {
				seen[l.entry.ID] = true
				err = im.take(ctx, actor, fsys, l.entry, known[l.entry.ID], &out)
			}
			if err != nil && !out.Refuse(err) {
				return rep, err
			}
			rep.Add(out)
			if each != nil {
				each(out)
			}
			if tell != nil {
				tell(rep.Records, len(lines))
			}
		}
	}
	return rep, nil
}

// take reads one record and brings it into the library.
func (im *Importer) take(ctx context.Context, actor identity.Actor, fsys fs.FS, e entry, known library.Measure, out *exchange.Line) error {
	w, err := e.measure()
	out.Title = short(w.Measure.Titles.Pick(w.Measure.Lang))
	if err != nil {
		return err
	}
	b, err := readFile(fsys, e.File, legaltext.Limit(e.Format))
	if err != nil {
		return err
	}
	parse := im.Parse
	if parse == nil {
		parse = legaltext.InProcess
	}
	ss, warnings, err := parse(ctx, e.Format, w.Measure.Lang, b)
	if err != nil {
		return err
	}
	w.Sections = ss
	sum := sha256.Sum256(b)
	hash := files.Hash(hex.EncodeToString(sum[:]))
	w.Version.FileHash = string(hash)
	// The rules first: what the library refuses leaves no file behind.
	if err := im.Library.Check(&w); err != nil {
		return err
	}
	ts, err := translations(ctx, parse, fsys, e, w.Measure)
	if err != nil {
		return err
	}
	if im.DryRun {
		outcome, changes, err := im.Library.Foresee(ctx, actor, known, w)
		if err != nil {
			return err
		}
		out.Outcome = exchange.Outcome(outcome)
		out.Remarks = remarks(changes, warnings)
		return im.translate(ctx, actor, e.ID, ts, out)
	}
	if has, err := im.Files.Has(ctx, hash); err != nil {
		return err
	} else if !has {
		if _, _, err := im.Files.Put(ctx, bytes.NewReader(b)); err != nil {
			return err
		}
	}
	outcome, changes, err := im.Library.IntakeChanges(ctx, actor, known, w)
	if err != nil {
		return err
	}
	out.Outcome = exchange.Outcome(outcome)
	out.Remarks = remarks(changes, warnings)
	return im.translate(ctx, actor, e.ID, ts, out)
}

// remarks tells what changed in a text, and what a person may want to look at.
func remarks(changes []library.SectionChange, warnings []legaltext.Warning) (out []exchange.Note) {
	if len(changes) > 0 {
		n := map[library.Change]int{}
		for _, c := range changes {
			n[c.Change]++
		}
		out = append(out, exchange.Note{Key: "corpus.remark.sections", Args: fault.Args{"added": n[library.SectionAdded], "changed": n[library.SectionChanged], "removed": n[library.SectionRemoved]}})
	}
	for _, x := range warnings {
		out = append(out, exchange.Note{Key: x.Key, Args: x.Args})
	}
	return out
}

// readFile reads a file of the folder whole, up to a limit in bytes.
func readFile(fsys fs.FS, name string, limit int) ([]byte, error) {
	refuse := func(err error) error {
		return &fault.Error{Kind: fault.Invalid, Key: "corpus.refused.file", Args: fault.Args{"file": short(name)}, Err: err}
	}
	// Asked before it is opened: opening a pipe would wait for ever.
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, refuse(err) // absent, unreadable, or a link that leads out of the folder
	}
	if !info.Mode().IsRegular() {
		return nil, refuse(nil)
	}
	if info.Size() > int64(limit) { // known without reading it
		return nil, fault.New(fault.TooLarge, "legaltext.error.size", fault.Args{"limit": limit >> 20})
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, refuse(err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, refuse(err)
	}
	return b, nil
}
