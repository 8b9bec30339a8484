package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// folder is the one place where an installation keeps everything: the
// database, the files by hash, the search index, a lock and a socket for commands.
type folder struct {
	dir  string
	lock *os.File
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }

// errLocked says that another process owns the folder.
var errLocked = errors.New("the folder is in use by another merida process; stop that one first (Ctrl-C, or the service that runs it), or name another folder with --data")

// openFolder makes the folder if need be and takes it for this process.
func openFolder(dir string) (*folder, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	f := &folder{dir: dir}
	if f.lock, err = os.OpenFile(f.path("lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	if err := lockFile(f.lock); err != nil {
		f.lock.Close()
		return nil, fmt.Errorf("%s: %w", dir, errLocked)
	}
	return f, nil
}

func (f *folder) close() { f.lock.Close() }

// empty reports whether the folder holds nothing but what openFolder made.
func (f *folder) empty() (bool, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		if e.Name() != "lock" {
			return false, nil
		}
	}
	return true, nil
}
