package questionnaire

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"merida/convention"
)

//go:embed data/*.json
var data embed.FS

// Shipped gives the content of the editions that come with the program, in the
// order of their file names, then those composed from the trees of the
// conventions, each read by the same rules as a file of an operator. The wording is ours and marked unofficial in every language. An
// edition still has to be added, tabled and approved here before a round opens on it.
func Shipped() ([]Content, error) {
	all, err := shipped()
	return slices.Clone(all), err
}

// Composing and checking a thousand texts takes a moment; they never change while the program runs.
var shipped = sync.OnceValues(readShipped)

func readShipped() ([]Content, error) {
	provisions, err := convention.Load()
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(data, "data/*.json")
	if err != nil {
		return nil, err
	}
	out := make([]Content, 0, len(names))
	for _, name := range names {
		b, err := data.ReadFile(name)
		if err != nil {
			return nil, err
		}
		c, err := Parse(bytes.NewReader(b), provisions.Known)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, nil
	}
	more, err := composed(provisions, out[0])
	if err != nil {
		return nil, err
	}
	for _, c := range more {
		b, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		if c, err = Parse(bytes.NewReader(b), provisions.Known); err != nil {
			return nil, fmt.Errorf("%s-%d: %w", c.Questionnaire, c.Edition, err)
		}
		out = append(out, c)
	}
	return out, nil
}
