package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"
	"time"

	"merida/fault"
)

// maxBytes bounds one file, so that an endless stream does not fill the disk.
const maxBytes = 1 << 30

// staleAfter is the age at which a temporary file is surely a leftover of a
// crash: another process that shares the folder may be writing a younger one.
const staleAfter = time.Hour

// tmpDir holds files that are not complete yet; it lies beside the others so that
// a rename stays within one file system.
const tmpDir = "tmp"

// Dir keeps files in one folder: "ab/cdef…", the first two characters of the hash being a folder.
type Dir struct {
	root *os.Root
}

var _ Store = (*Dir)(nil)

// Open makes a store of a folder, which it creates when it is not there, and sweeps
// what crashes left behind. All access stays within the folder, whatever links lie in it.
func Open(path string) (*Dir, error) { return openAt(path, time.Now()) }

func openAt(path string, now time.Time) (*Dir, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("files: folder %s: %w", path, err)
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return nil, fmt.Errorf("files: open %s: %w", path, err)
	}
	d := &Dir{root: root}
	if err := d.sweep(now); err != nil {
		root.Close()
		return nil, fmt.Errorf("files: sweep %s: %w", path, err)
	}
	return d, nil
}

// Close lets go of the folder.
func (d *Dir) Close() error { return d.root.Close() }

func (d *Dir) sweep(now time.Time) error {
	if err := d.root.Mkdir(tmpDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	left, err := fs.ReadDir(d.root.FS(), tmpDir)
	if err != nil {
		return err
	}
	for _, e := range left {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // another process was faster
		}
		if err != nil {
			return err
		}
		if now.Sub(info.ModTime()) < staleAfter {
			continue
		}
		if err := d.root.RemoveAll(tmpDir + "/" + e.Name()); err != nil {
			return err
		}
	}
	return nil
}

func place(h Hash) (folder, name string) { return string(h[:2]), string(h[:2] + "/" + h[2:]) }

// Put writes to a temporary file, makes sure that it is on disk, and gives it its name.
func (d *Dir) Put(ctx context.Context, r io.Reader) (h Hash, size int64, err error) {
	defer func() {
		if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
			err = fault.Wrap(fault.StorageFull, "", err)
		}
	}()
	tmp := tmpDir + "/" + randomName()
	f, err := d.root.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, fmt.Errorf("files: put: %w", err)
	}
	defer func() {
		f.Close() // a second close is harmless
		if err != nil {
			d.root.Remove(tmp)
		}
	}()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(&cancelled{ctx, r}, maxBytes+1))
	if err != nil {
		return "", 0, err
	}
	if size > maxBytes {
		return "", 0, fault.New(fault.TooLarge, "", nil)
	}
	h = hashOf(sum.Sum(nil))
	folder, name := place(h)
	if ok, err := d.Has(ctx, h); err != nil {
		return "", 0, err
	} else if ok {
		f.Close()
		if err := d.root.Remove(tmp); err != nil {
			return "", 0, fmt.Errorf("files: put %s: %w", h, err)
		}
		return h, size, d.settle(folder) // whoever put it first may not have come that far
	}
	if err := f.Sync(); err != nil {
		return "", 0, fmt.Errorf("files: put %s: %w", h, err)
	}
	if err := f.Close(); err != nil {
		return "", 0, fmt.Errorf("files: put %s: %w", h, err)
	}
	if err := d.root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", 0, fmt.Errorf("files: put %s: %w", h, err)
	}
	if err := d.root.Rename(tmp, name); err != nil {
		return "", 0, fmt.Errorf("files: put %s: %w", h, err)
	}
	return h, size, d.settle(folder)
}

// settle makes a rename outlive a power cut, and with it the folder that may have been made for it.
func (d *Dir) settle(folder string) error {
	return errors.Join(d.syncDir(folder), d.syncDir("."))
}

func randomName() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

func (d *Dir) syncDir(name string) error {
	f, err := d.root.Open(name)
	if err != nil {
		return fmt.Errorf("files: folder %s: %w", name, err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !cannotSync(err) {
		return fmt.Errorf("files: folder %s: %w", name, err)
	}
	return nil
}

// cannotSync reports that the system has no notion of syncing a folder, as Windows
// and some network file systems; there the rename alone has to do.
func cannotSync(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission)
}

// cancelled ends a copy when its context does.
type cancelled struct {
	ctx context.Context
	r   io.Reader
}

func (c *cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// Open gives the bytes of a hash.
func (d *Dir) Open(_ context.Context, h Hash) (io.ReadSeekCloser, error) {
	if !h.Valid() {
		return nil, fault.Of(fault.NotFound)
	}
	_, name := place(h)
	f, err := d.root.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Of(fault.NotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("files: open %s: %w", h, err)
	}
	return f, nil
}

// Has reports whether the bytes of a hash are there.
func (d *Dir) Has(_ context.Context, h Hash) (bool, error) {
	if !h.Valid() {
		return false, nil
	}
	_, name := place(h)
	info, err := d.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("files: %s: %w", h, err)
	}
	return info.Mode().IsRegular(), nil
}

// Walk tells of every file; what is no file of the store (temporary files, strangers) is passed over.
func (d *Dir) Walk(ctx context.Context, fn func(Stored) error) error {
	folders, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		return fmt.Errorf("files: walk: %w", err)
	}
	for _, folder := range folders {
		if !folder.IsDir() || len(folder.Name()) != 2 || strings.Trim(folder.Name(), "0123456789abcdef") != "" {
			continue
		}
		entries, err := fs.ReadDir(d.root.FS(), folder.Name())
		if err != nil {
			return fmt.Errorf("files: walk: %w", err)
		}
		for _, e := range entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			h := Hash(folder.Name() + e.Name())
			if !h.Valid() || !e.Type().IsRegular() {
				continue
			}
			info, err := e.Info()
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return fmt.Errorf("files: walk: %w", err)
			}
			if err := fn(Stored{h, info.Size()}); err != nil {
				return err
			}
		}
	}
	return nil
}

// Verify reads every file whole.
func (d *Dir) Verify(ctx context.Context, bad func(Stored) error) (n int, err error) {
	err = d.Walk(ctx, func(s Stored) error {
		f, err := d.Open(ctx, s.Hash)
		if err != nil {
			return err
		}
		defer f.Close()
		sum := sha256.New()
		if _, err := io.Copy(sum, &cancelled{ctx, f}); err != nil {
			return fmt.Errorf("files: verify %s: %w", s.Hash, err)
		}
		n++
		if hashOf(sum.Sum(nil)) != s.Hash {
			return bad(s)
		}
		return nil
	})
	return n, err
}
