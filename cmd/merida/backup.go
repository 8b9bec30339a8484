package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"merida/fault"
	"merida/files"
	"merida/identity"
	"merida/library"
	"merida/store"
	"merida/store/migrate"
)

// A backup is a tar archive, compressed with gzip: store.jsonl (every record, see
// store.Dump), files/HASH for every file, and manifest.json last, which names each
// entry with its size and hash. Restoring reads the whole archive once and
// compares it with the manifest before the first record is written.
type manifest struct {
	Format  string          `json:"format"` // backupFormat
	Version string          `json:"version"`
	At      time.Time       `json:"at"`
	Steps   []string        `json:"steps"` // migrations of the store, in order
	Entries []manifestEntry `json:"entries"`
}

type manifestEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

const (
	backupFormat = "merida backup v1"
	storeEntry   = "store.jsonl"
	filesPrefix  = "files/"
	manifestName = "manifest.json"
)

type backupArgs struct {
	Path string `json:"path"`
}

type backupResult struct {
	Path    string `json:"path"`
	Entries int    `json:"entries"`
	Bytes   int64  `json:"bytes"`
}

func backupOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args backupArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	// Written under another name and renamed, so that a backup that broke off never looks like one.
	part := args.Path + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(part)
	defer out.Close()
	n, err := a.writeBackup(ctx, out, tell)
	if err != nil {
		return nil, err
	}
	if err := out.Sync(); err != nil {
		return nil, err
	}
	info, err := out.Stat()
	if err != nil {
		return nil, err
	}
	if _, err := os.Lstat(args.Path); err == nil {
		return nil, fmt.Errorf("%s exists; a backup does not replace another file", args.Path)
	}
	if err := os.Rename(part, args.Path); err != nil {
		return nil, err
	}
	return backupResult{args.Path, n, info.Size()}, nil
}

func (a *app) writeBackup(ctx context.Context, w io.Writer, tell func(progress)) (entries int, err error) {
	m := manifest{Format: backupFormat, Version: version, At: a.now()}
	steps, err := migrate.Steps(a.db.Engine())
	if err != nil {
		return 0, err
	}
	for _, s := range steps {
		m.Steps = append(m.Steps, fmt.Sprintf("%04d_%s", s.Number, s.Name))
	}
	dump, err := os.CreateTemp(a.folder.dir, "backup-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(dump.Name())
	defer dump.Close()
	if err := store.Dump(ctx, a.db, dump, func(table string, rows int64) { tell(progress{Stage: "records of " + table, Done: rows}) }); err != nil {
		return 0, err
	}
	z := gzip.NewWriter(w)
	t := tar.NewWriter(z)
	add := func(name string, size int64, r io.Reader) error {
		if err := t.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: m.At}); err != nil {
			return err
		}
		h := sha256.New()
		n, err := io.Copy(io.MultiWriter(t, h), r)
		if err == nil && n != size {
			err = fmt.Errorf("%s: %d bytes instead of %d", name, n, size)
		}
		m.Entries = append(m.Entries, manifestEntry{name, n, hex.EncodeToString(h.Sum(nil))})
		return err
	}
	size, err := dump.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0, err
	}
	if _, err := dump.Seek(0, io.SeekStart); err != nil {
		return 0, err
	}
	if err := add(storeEntry, size, dump); err != nil {
		return 0, err
	}
	// Files are never changed or removed, so those that the records name are still there after the snapshot.
	if err := a.files.Walk(ctx, func(s files.Stored) error {
		f, err := a.files.Open(ctx, s.Hash)
		if err != nil {
			return err
		}
		defer f.Close()
		tell(progress{Stage: "files", Done: int64(len(m.Entries))})
		return add(filesPrefix+string(s.Hash), s.Size, f)
	}); err != nil {
		return 0, err
	}
	b, err := json.Marshal(m)
	if err != nil {
		return 0, err
	}
	if err := t.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(b)), ModTime: m.At}); err != nil {
		return 0, err
	}
	if _, err := t.Write(b); err != nil {
		return 0, err
	}
	return len(m.Entries), errors.Join(t.Close(), z.Close())
}

func backupCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "backup")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usage("name one file to write")
	}
	path, err := filepath.Abs(rest[0])
	if err != nil {
		return err
	}
	var out backupResult
	if err := operate(ctx, e, *data, *database, "backup", backupArgs{path}, &out); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	fmt.Fprintf(e.out, "%s: %d entries, %d bytes. It holds what States keep to themselves: keep it as safe as the store.\n", out.Path, out.Entries, out.Bytes)
	return nil
}

// verifyBackup reads a whole archive and compares it with its manifest.
func verifyBackup(path string, tell func(progress)) (manifest, error) {
	var m manifest
	found := map[string]manifestEntry{}
	size := int64(0)
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	err := readBackup(path, func(name string, r io.Reader, at int64) error {
		tell(progress{Stage: "verify", Done: at, Total: size})
		if m.Format != "" {
			return fault.New(fault.Invalid, "backup.damaged", nil) // nothing may follow the manifest
		}
		if name == manifestName {
			return json.NewDecoder(io.LimitReader(r, 256<<20)).Decode(&m)
		}
		h := sha256.New()
		n, err := io.Copy(h, r)
		if _, twice := found[name]; twice || err != nil {
			return errors.Join(err, fault.New(fault.Invalid, "backup.damaged", nil))
		}
		found[name] = manifestEntry{name, n, hex.EncodeToString(h.Sum(nil))}
		return nil
	})
	if err != nil {
		return m, err
	}
	if m.Format != backupFormat || len(m.Entries) != len(found) {
		return m, fault.New(fault.Invalid, "backup.damaged", nil)
	}
	for _, x := range m.Entries {
		if found[x.Name] != x {
			return m, fault.New(fault.Invalid, "backup.damaged", nil)
		}
		if hash, ok := strings.CutPrefix(x.Name, filesPrefix); x.Name != storeEntry && (!ok || !files.Hash(hash).Valid() || hash != x.SHA256) {
			return m, fault.New(fault.Invalid, "backup.damaged", nil)
		}
	}
	return m, nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func readBackup(path string, fn func(name string, r io.Reader, at int64) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	c := &counter{r: f}
	z, err := gzip.NewReader(c)
	if err != nil {
		return fault.Wrap(fault.Invalid, "backup.damaged", err)
	}
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.Wrap(fault.Invalid, "backup.damaged", err)
		}
		if err := fn(h.Name, t, c.n); err != nil {
			if _, ok := errors.AsType[*fault.Error](err); !ok && (errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, gzip.ErrChecksum)) {
				return fault.Wrap(fault.Invalid, "backup.damaged", err)
			}
			return err
		}
	}
}

func restoreCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "restore")
	data := fs.String("data", "./data", "empty folder to fill")
	database := fs.String("database", "", "empty PostgreSQL database to fill instead of the embedded store")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return usage("name one backup to read")
	}
	bar := newBar(e)
	defer bar.end()
	m, err := verifyBackup(rest[0], bar.show)
	if err != nil {
		return err
	}
	f, err := openFolder(*data)
	if err != nil {
		return err
	}
	if empty, err := f.empty(); err != nil || !empty {
		f.close()
		if err == nil {
			err = fault.New(fault.Conflict, "backup.not_empty", nil)
		}
		return err
	}
	a, err := openApp(ctx, f, appOptions{database: *database, log: quiet()})
	if err != nil {
		return err
	}
	defer a.close()
	steps, err := migrate.Steps(a.db.Engine())
	if err != nil {
		return err
	}
	if len(m.Steps) > len(steps) {
		return fault.New(fault.Unavailable, "fault.store_newer", fault.Args{"step": m.Steps[len(m.Steps)-1]})
	}
	if err := readBackup(rest[0], func(name string, r io.Reader, _ int64) error {
		switch {
		case name == storeEntry:
			return store.Load(ctx, a.db, r, func(table string, rows int64) {
				bar.show(progress{Stage: "records of " + table, Done: rows})
			})
		case strings.HasPrefix(name, filesPrefix):
			h, _, err := a.files.Put(ctx, r)
			if err == nil && filesPrefix+string(h) != name {
				err = fault.New(fault.Invalid, "backup.damaged", nil)
			}
			return err
		}
		return nil
	}); err != nil {
		return err
	}
	bar.end()
	fmt.Fprintf(e.out, "%s holds the backup of %s (%d entries).\nRun `merida check --data %s`, then start the server; the search index is built when it starts.\n", *data, m.At.Format(time.RFC3339), len(m.Entries), *data)
	return nil
}

type checkResult struct {
	Checked int64    `json:"checked"`
	Files   int      `json:"files"`
	Damaged []string `json:"damaged"`
}

func checkOperation(ctx context.Context, a *app, _ json.RawMessage, tell func(progress)) (any, error) {
	out := checkResult{Damaged: []string{}}
	if c, ok := a.db.(interface {
		Check(context.Context) ([]string, error)
	}); ok {
		tell(progress{Stage: "pages of the database file"})
		faults, err := c.Check(ctx)
		if err != nil {
			return nil, err
		}
		for _, f := range faults {
			out.Damaged = append(out.Damaged, "database: "+f)
		}
	}
	n, damaged, err := store.CheckHashes(ctx, a.db, func(done int64) { tell(progress{Stage: "records", Done: done}) })
	if err != nil {
		return nil, err
	}
	out.Checked = n
	out.Damaged = append(out.Damaged, damaged...)
	if out.Files, err = a.files.Verify(ctx, func(s files.Stored) error {
		out.Damaged = append(out.Damaged, "file "+string(s.Hash))
		return nil
	}); err != nil {
		return nil, err
	}
	return out, nil
}

func checkCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "check")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usage("%q is not expected", rest[0])
	}
	var out checkResult
	if err := operate(ctx, e, *data, *database, "check", struct{}{}, &out); err != nil {
		return err
	}
	if *asJSON {
		if err := json.NewEncoder(e.out).Encode(out); err != nil {
			return err
		}
	} else {
		hashes := fmt.Sprintf("%d hashes", out.Checked)
		if out.Checked == 1 {
			hashes = "1 hash"
		}
		fmt.Fprintf(e.out, "%s and %s looked at, %d damaged.\n", hashes, some(int64(out.Files), "file"), len(out.Damaged))
		for _, d := range out.Damaged {
			fmt.Fprintln(e.out, "  "+d)
		}
	}
	if len(out.Damaged) > 0 {
		fmt.Fprintln(e.err, "Stop the server, keep this folder as it is, and restore the last good backup into another one.")
		return errReported
	}
	return nil
}

func doctorCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "doctor")
	data, database := storeFlags(fs)
	if rest, err := parse(fs, args); err != nil || len(rest) > 0 {
		if err == nil {
			err = usage("%q is not expected", rest[0])
		}
		return err
	}
	var out doctorResult
	if err := operate(ctx, e, *data, *database, "doctor", struct{}{}, &out); err != nil {
		return err
	}
	for _, l := range out.Lines {
		fmt.Fprintln(e.out, l)
	}
	return nil
}

type doctorResult struct {
	Lines []string `json:"lines"`
}

func doctorOperation(ctx context.Context, a *app, _ json.RawMessage, _ func(progress)) (any, error) {
	out := doctorResult{Lines: []string{"version  " + version, "store    " + a.describe()}}
	accounts, err := a.identity.Store.Accounts(ctx, identity.AccountFilter{})
	if err != nil {
		return nil, err
	}
	_, total, err := a.library.Store.Find(ctx, identity.Sight{}, library.Filter{Limit: 1})
	if err != nil {
		return nil, err
	}
	editions, err := a.questionnaires.Store.Editions(ctx)
	if err != nil {
		return nil, err
	}
	rounds, err := a.assessments.Store.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	out.Lines = append(out.Lines, fmt.Sprintf("holds    %d accounts, %d public measures, %d editions, %d rounds", len(accounts), total, len(editions), len(rounds)))
	if len(accounts) == 0 {
		out.Lines = append(out.Lines, "lacks    an account: start `merida serve`, it prints a link for the first administrator")
	}
	if total == 0 {
		out.Lines = append(out.Lines, "lacks    measures: `merida import corpus DIR` takes them in")
	}
	if len(editions) == 0 {
		out.Lines = append(out.Lines, "lacks    a questionnaire: an officer adds the one that ships with the program")
	}
	lines, err := a.referenceLines(ctx)
	out.Lines = append(out.Lines, lines...)
	return out, err
}
