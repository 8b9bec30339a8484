package treatytext

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"merida/convention"
	"merida/fault"
	"merida/lang"
	"merida/treaty"
)

// Schema is the mark that a JSON file carries.
const Schema = "merida/treaty-text/1"

// MaxBytes is how large a file may be.
const MaxBytes = 16 << 20

type file struct {
	Schema     string        `json:"schema"`
	Convention convention.ID `json:"convention"`
	Lang       lang.Tag      `json:"lang"`
	Status     lang.Status   `json:"status"`
	Source     string        `json:"source"`
	SourceURL  string        `json:"source_url,omitempty"`
	Licence    string        `json:"licence,omitempty"`
	Date       string        `json:"date,omitempty"`
	Passages   []passage     `json:"passages"`
}

type passage struct {
	ID   convention.ID `json:"id"`
	Text string        `json:"text"`
}

// Read reads a file; its name says whether it is JSON (".json") or text by article. given holds what the caller knows of the
// text, which goes before what the file says; its passages are passed over. The findings are passages that have no
// place in the tree: each is fatal and names its line. What the text itself must hold is checked by [treaty.Check].
// TooLarge: the file passes MaxBytes. Invalid: it is not JSON of the schema, or not UTF-8.
func Read(tree *convention.Catalogue, name string, r io.Reader, given treaty.Text) (treaty.Text, []treaty.Finding, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return treaty.Text{}, nil, err
	}
	if len(b) > MaxBytes {
		return treaty.Text{}, nil, fault.New(fault.TooLarge, "treaty.error.size", fault.Args{"limit": MaxBytes >> 20})
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
		return treaty.Text{}, nil, fault.New(fault.Invalid, "treaty.error.utf8", nil)
	}
	if strings.EqualFold(filepath.Ext(name), ".json") {
		t, err := readJSON(b, given)
		return t, nil, err
	}
	s := strings.ReplaceAll(strings.ReplaceAll(string(b), "\r\n", "\n"), "\r", "\n")
	return readArticles(tree, s, given)
}

func readJSON(b []byte, given treaty.Text) (treaty.Text, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		at := int64(len(b))
		if e, ok := errors.AsType[*json.SyntaxError](err); ok {
			at = e.Offset
		} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			at = e.Offset
		}
		return treaty.Text{}, fault.New(fault.Invalid, "convention.file.malformed", fault.Args{"offset": at})
	}
	if f.Schema != Schema {
		return treaty.Text{}, fault.New(fault.Invalid, "convention.file.schema", fault.Args{"want": Schema, "got": f.Schema})
	}
	if len(f.Passages) > treaty.MaxPassages {
		return treaty.Text{}, fault.New(fault.TooLarge, "fault.too_many", fault.Args{"limit": treaty.MaxPassages})
	}
	t := merge(given, treaty.Text{Convention: f.Convention, Lang: f.Lang, Status: f.Status, Source: f.Source, SourceURL: f.SourceURL, Licence: f.Licence, Date: f.Date})
	for i, p := range f.Passages {
		t.Passages = append(t.Passages, treaty.Passage{Provision: p.ID, Text: p.Text, Line: i + 1})
	}
	return t, nil
}

// merge fills what given leaves open.
func merge(given, said treaty.Text) treaty.Text {
	pick := func(a *string, b string) {
		if *a == "" {
			*a = b
		}
	}
	t := given
	t.Passages = nil
	pick((*string)(&t.Convention), string(said.Convention))
	pick((*string)(&t.Lang), string(said.Lang))
	pick((*string)(&t.Status), string(said.Status))
	pick(&t.Source, said.Source)
	pick(&t.SourceURL, said.SourceURL)
	pick(&t.Licence, said.Licence)
	pick(&t.Date, said.Date)
	return t
}

// Write writes a text as JSON that Read reads back, one passage a line.
func Write(w io.Writer, t treaty.Text) error {
	f := file{Schema, t.Convention, t.Lang, t.Status, t.Source, t.SourceURL, t.Licence, t.Date, []passage{}}
	head, err := marshal(f)
	if err != nil {
		return err
	}
	out := bytes.NewBuffer(bytes.TrimSuffix(head, []byte("]}")))
	for i, p := range t.Passages {
		line, err := marshal(passage{p.Provision, p.Text})
		if err != nil {
			return err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n ")
		out.Write(line)
	}
	out.WriteString("\n]}\n")
	_, err = w.Write(out.Bytes())
	return err
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}
