package table

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"merida/lang"
)

// jsonlWriter writes an object a line, with the keys in the order of the columns; what is empty is null.
type jsonlWriter struct {
	t    Table
	w    *bufio.Writer
	keys [][]byte // quoted, with the colon
	b    bytes.Buffer
	e    *json.Encoder
}

func newJSONL(w io.Writer, t Table) writer {
	out := &jsonlWriter{t: t, w: bufio.NewWriter(w)}
	out.e = json.NewEncoder(&out.b)
	out.e.SetEscapeHTML(false)
	for _, c := range t.Columns {
		k, _ := json.Marshal(c.Key) // a string always can be written
		out.keys = append(out.keys, append(k, ':'))
	}
	return out
}

func (w *jsonlWriter) row(r Row) error {
	w.b.Reset()
	w.b.WriteByte('{')
	for i, v := range r {
		if i > 0 {
			w.b.WriteByte(',')
		}
		w.b.Write(w.keys[i])
		if err := w.value(v); err != nil {
			return err
		}
	}
	w.b.WriteString("}\n")
	_, err := w.w.Write(w.b.Bytes())
	return err
}

func (w *jsonlWriter) value(v any) error {
	switch x := v.(type) {
	case int:
	case []string:
		if x == nil {
			v = []string{}
		}
	case lang.Text:
		v = x.Plain()
	default:
		if s := words(x); s == "" {
			v = nil
		} else {
			v = s
		}
	}
	if err := w.e.Encode(v); err != nil {
		return err
	}
	w.b.Truncate(w.b.Len() - 1) // the encoder ends with a new line
	return nil
}

func (w *jsonlWriter) close(int) error { return w.w.Flush() }
