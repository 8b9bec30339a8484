package corpus

import (
	"errors"
	"io/fs"
	"os"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/library"
)

// Walk reads the records of a corpus folder with their texts and changes nothing. want is asked of each record, as the index has it,
// whether it is read; those that cannot be read are counted and passed over. An error of fn ends the walk.
// Invalid: the folder has no index. TooLarge: the index passes a limit.
func Walk(dir string, want func(w library.Whole) bool, fn func(w library.Whole, done, total int) error) (refused int, err error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fault.Wrap(fault.Invalid, "corpus.error.no_folder", err)
	}
	if err != nil {
		return 0, err
	}
	defer root.Close()
	lines, err := readIndex(root.FS())
	if err != nil {
		return 0, err
	}
	for i, l := range lines {
		w, err := read(root.FS(), l, want)
		if errors.Is(err, errPassed) {
			continue
		}
		if err != nil {
			refused++
			continue
		}
		if err := fn(w, i+1, len(lines)); err != nil {
			return refused, err
		}
	}
	return refused, nil
}

var errPassed = errors.New("nobody asks for the record")

func read(fsys fs.FS, l line, want func(library.Whole) bool) (library.Whole, error) {
	if l.err != nil {
		return library.Whole{}, l.err
	}
	w, err := l.entry.measure()
	if err != nil {
		return w, err
	}
	if !want(w) {
		return w, errPassed
	}
	b, err := readFile(fsys, l.entry.File, legaltext.Limit(l.entry.Format))
	if err != nil {
		return w, err
	}
	w.Sections, _, err = legaltext.Parse(l.entry.Format, w.Measure.Lang, b)
	return w, err
}
