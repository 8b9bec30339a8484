package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"merida/convention"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/lang"
	"merida/library"
	"merida/party"
)

// IndexName is the name of the index within a corpus folder.
const IndexName = "index.jsonl"

// Limits of an index.
const (
	maxIndex   = 64 << 20 // bytes
	maxLine    = 256 << 10
	maxRecords = 100_000
	maxID      = 200
	maxLinks   = 500 // provisions of one record
)

// entry is one line of the index.
type entry struct {
	ID         string  `json:"id"`
	File       string  `json:"file"`
	Country    string  `json:"country"`
	Lang       string  `json:"lang"`
	Title      texts   `json:"title"`
	Date       *string `json:"date,omitempty"`
	Source     string  `json:"source,omitempty"`
	Licence    string  `json:"licence,omitempty"`
	Format     string  `json:"format"`
	Provisions []link  `json:"provisions,omitempty"`
	Kind       string  `json:"kind,omitempty"`
	SourceURL  string  `json:"source_url,omitempty"`
	Status     string  `json:"status,omitempty"`
	Summary    texts   `json:"summary,omitempty"`
	// What is known of the life of the text, and its renderings in other languages.
	Adopted      string      `json:"adopted,omitempty"`
	From         string      `json:"in_force_from,omitempty"`
	Until        string      `json:"in_force_until,omitempty"`
	Translations []rendering `json:"translations,omitempty"`
}

// texts is a text, or an object of texts by language. The empty tag stands for the record's own language.
type texts lang.Text

func (t *texts) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = texts{"": {S: s}}
		return nil
	}
	var m lang.Text
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*t = texts(m)
	return nil
}

// text gives the texts with their languages, trimmed; empty ones are left out.
func (t texts) text(own lang.Tag) lang.Text {
	var out lang.Text
	for k, v := range t {
		if k == "" {
			k = own
		}
		v.S = strings.TrimSpace(v.S)
		if v.S == "" {
			continue
		}
		if out == nil {
			out = lang.Text{}
		}
		out[k] = v
	}
	return out
}

// link is a provision that the law implements: an id, or an object that names the section too.
type link struct {
	ID   string    `json:"id"`
	EID  string    `json:"eid,omitempty"`
	Note lang.Text `json:"note,omitempty"`
}

func (l link) MarshalJSON() ([]byte, error) {
	if l.EID == "" && len(l.Note) == 0 {
		return json.Marshal(l.ID)
	}
	type plain link
	return json.Marshal(plain(l))
}

func (l *link) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &l.ID)
	}
	type plain link
	return json.Unmarshal(b, (*plain)(l))
}

// line is a line of the index: the entry, or why it cannot be read.
type line struct {
	n     int
	entry entry
	err   error
}

// readIndex reads every line of the index; empty lines are passed over.
func readIndex(fsys fs.FS) ([]line, error) {
	f, err := fsys.Open(IndexName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Invalid, "corpus.error.no_index", fault.Args{"file": IndexName})
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(io.LimitReader(f, maxIndex+1), 64<<10)
	var out []line
	read := 0
	for n := 1; ; n++ {
		b, size, err := readLine(r)
		if read += size; read > maxIndex {
			return nil, fault.New(fault.TooLarge, "corpus.error.index_size", fault.Args{"limit": maxIndex >> 20})
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		if n == 1 {
			b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		}
		if b = bytes.TrimSpace(b); len(b) > 0 {
			if len(out) == maxRecords {
				return nil, fault.New(fault.TooLarge, "corpus.error.records", fault.Args{"limit": maxRecords})
			}
			l := line{n: n}
			l.entry, l.err = readEntry(b, size)
			out = append(out, l)
		}
		if err != nil {
			return out, nil
		}
	}
}

// readLine reads a line and how long it was; of one that is too long only the beginning is kept.
func readLine(r *bufio.Reader) (b []byte, size int, err error) {
	for {
		part, err := r.ReadSlice('\n')
		size += len(part)
		if len(b) <= maxLine {
			b = append(b, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return b, size, err
		}
	}
}

func readEntry(b []byte, size int) (e entry, err error) {
	if size > maxLine {
		return e, fault.New(fault.TooLarge, "corpus.refused.line_size", fault.Args{"limit": maxLine >> 10})
	}
	if !utf8.Valid(b) {
		return e, fault.New(fault.Invalid, "fault.not_utf8", nil)
	}
	if err := json.Unmarshal(b, &e); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			var bad fault.List
			bad.Add(wrong.Field, "corpus.refused.field_type", fault.Args{"field": wrong.Field})
			return e, bad.Err()
		}
		return e, &fault.Error{Kind: fault.Invalid, Key: "corpus.refused.json", Err: err}
	}
	return e, nil
}

// measure makes the record that the entry describes, without its text.
// Invalid: a field breaks the contract of the index.
func (e entry) measure() (w library.Whole, err error) {
	var bad fault.List
	if e.ID == "" {
		bad.Add("id", "fault.required", nil)
	} else if len(e.ID) > maxID || strings.IndexFunc(e.ID, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) >= 0 {
		bad.Add("id", "corpus.refused.id", fault.Args{"limit": maxID})
	}
	if !slices.Contains(legaltext.Formats, e.Format) {
		bad.Add("format", "corpus.refused.format", fault.Args{"format": short(e.Format)})
	}
	if e.File == "" {
		bad.Add("file", "fault.required", nil)
	} else if !fs.ValidPath(e.File) || strings.ContainsAny(e.File, "\\\x00:") {
		// The backslash and the colon lead elsewhere on Windows.
		bad.Add("file", "corpus.refused.path", fault.Args{"file": short(e.File)})
	}
	m := &w.Measure
	m.SourceID = e.ID
	m.Country = party.ID(strings.ToUpper(strings.TrimSpace(e.Country)))
	m.Lang = tag(e.Lang)
	m.Titles = e.Title.text(m.Lang)
	m.Summary = e.Summary.text(m.Lang)
	if e.Date != nil {
		m.Date = strings.TrimSpace(*e.Date)
	}
	m.Licence = strings.TrimSpace(e.Licence)
	m.Source = library.FromImport
	m.SourceURL = strings.TrimSpace(e.SourceURL)
	if m.SourceURL == "" && (strings.HasPrefix(e.Source, "https://") || strings.HasPrefix(e.Source, "http://")) {
		m.SourceURL = e.Source
	}
	m.Status = library.Unknown
	switch kind := strings.TrimSpace(e.Kind); {
	case kind == "" || kind == "law":
		m.Type = library.Law
	case kind == "bill":
		m.Type, m.Status = library.Law, library.DraftText
	case slices.Contains(library.Types, library.Type(kind)):
		m.Type = library.Type(kind)
	default:
		bad.Add("kind", "corpus.refused.kind", fault.Args{"kind": short(kind)})
	}
	if e.Status != "" {
		m.Status = library.Status(e.Status) // the library refuses those it does not know
	}
	if len(e.Provisions) > maxLinks {
		bad.Add("provisions", "fault.too_many", fault.Args{"limit": maxLinks})
	} else {
		seen := map[[2]string]bool{}
		for _, p := range e.Provisions {
			key := [2]string{p.EID, p.ID}
			if seen[key] {
				continue
			}
			seen[key] = true
			w.Mappings = append(w.Mappings, library.Mapping{EID: p.EID, Provision: convention.ID(p.ID), Status: library.Editorial, Note: p.Note})
		}
	}
	w.Version.Format = e.Format
	w.Version.Life = library.Life{Adopted: e.Adopted, From: e.From, Until: e.Until}
	return w, bad.Err()
}

// tag brings a language tag to the form of package lang: lower-case language, the rest as usual.
func tag(s string) lang.Tag {
	parts := strings.Split(strings.ReplaceAll(strings.TrimSpace(s), "_", "-"), "-")
	for i, p := range parts {
		for _, r := range p {
			if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return ""
			}
		}
		switch {
		case i == 0:
			parts[i] = strings.ToLower(p)
		case len(p) == 4:
			parts[i] = strings.ToUpper(p[:1]) + strings.ToLower(p[1:])
		case len(p) == 2:
			parts[i] = strings.ToUpper(p)
		}
	}
	if len(s) > 35 {
		return ""
	}
	return lang.Tag(strings.Join(parts, "-"))
}

// short bounds what a message repeats of the input.
func short(s string) string {
	if utf8.RuneCountInString(s) <= 60 {
		return s
	}
	return string([]rune(s)[:60]) + "…"
}
