package legaltext

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"merida/fault"
	"merida/internal/cage"
	"merida/lang"
	"merida/library"
)

// Parser reads a text as [Parse] does.
type Parser func(ctx context.Context, format string, l lang.Tag, b []byte) ([]library.Section, []Warning, error)

// InProcess reads a text in this process.
func InProcess(_ context.Context, format string, l lang.Tag, b []byte) ([]library.Section, []Warning, error) {
	return Parse(format, l, b)
}

// caged are the formats whose reading may be turned against the reader; Markdown and plain text are read line by line.
var caged = map[string]bool{AkomaNtoso: true, HTML: true, DOCX: true, PDF: true}

// In reads XML, HTML, DOCX and PDF in processes of the cage. Besides the faults of Parse, TooLarge says that the
// reading took too long or too much memory. The process must call [ServeCage].
func In(c *cage.Cage) Parser {
	return func(ctx context.Context, format string, l lang.Tag, b []byte) ([]library.Section, []Warning, error) {
		if !caged[format] {
			return Parse(format, l, b)
		}
		if err := size(format, b); err != nil { // known without a process
			return nil, nil, err
		}
		out, err := c.Run(ctx, b, format, string(l))
		switch {
		case errors.Is(err, cage.ErrTime):
			return nil, nil, &fault.Error{Kind: fault.TooLarge, Key: "legaltext.error.slow", Err: err}
		case errors.Is(err, cage.ErrDied):
			return nil, nil, &fault.Error{Kind: fault.TooLarge, Key: "legaltext.error.heavy", Err: err}
		case err != nil:
			return nil, nil, err
		}
		return decode(out)
	}
}

// read is what a process of the cage says.
type read struct {
	Sections []library.Section
	Warnings []Warning
	Kind     fault.Kind
	Key      string
	Args     fault.Args
	Failed   bool
}

// ServeCage is the work of a process of the cage: it holds itself to the limits, reads a file from in and writes what it found to out.
func ServeCage(args []string, in io.Reader, out io.Writer) error {
	if err := cage.Enter(MaxTime); err != nil {
		return err
	}
	if len(args) != 2 {
		return errors.New("a format and a language are needed")
	}
	b, err := io.ReadAll(io.LimitReader(in, maxPDF+1))
	if err != nil {
		return err
	}
	r := read{}
	r.Sections, r.Warnings, err = Parse(args[0], lang.Tag(args[1]), b)
	if err != nil {
		f, ok := errors.AsType[*fault.Error](err)
		if !ok {
			return err
		}
		r.Failed, r.Kind, r.Key, r.Args = true, f.Kind, f.Key, f.Args
	}
	return json.NewEncoder(out).Encode(r)
}

func decode(b []byte) ([]library.Section, []Warning, error) {
	var r read
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&r); err != nil {
		return nil, nil, err
	}
	integers(r.Args)
	for _, w := range r.Warnings {
		integers(w.Args)
	}
	if r.Failed {
		return nil, nil, fault.New(r.Kind, r.Key, r.Args)
	}
	return r.Sections, r.Warnings, nil
}

// integers makes the numbers of arguments what they were.
func integers(args fault.Args) {
	for k, v := range args {
		if n, ok := v.(json.Number); ok {
			if i, err := n.Int64(); err == nil {
				args[k] = int(i)
			}
		}
	}
}
