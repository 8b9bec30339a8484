package web

import (
	"fmt"
	"iter"
	"net/http"
	"slices"

	"merida/exchange/table"
	"merida/internal/httpx"
)

// downloads reports whether a table is asked for instead of a page.
func (v *visit) downloads() bool { return slices.Contains(table.Formats, table.Format(v.suffix)) }

// tables names things for the tables that leave the house.
func (v *visit) tables() table.Words {
	s := v.site
	return table.Words{Lang: v.lang, Text: v.p.T, States: s.Parties, Conventions: s.Conventions, Codes: s.Codes, BaseURL: s.BaseURL, At: s.Now()}
}

// table sends a table in the format of the address. What fails before the first row becomes a page; what
// fails later breaks the connection, so that nobody takes half a file for a whole one.
func (v *visit) table(t table.Table, rows iter.Seq2[table.Row, error]) error {
	rows, err := table.Peek(rows)
	if err != nil {
		return err
	}
	f := table.Format(v.suffix)
	if v.site.Demo != nil {
		t = t.From(v.tables(), v.site.BaseURL+v.r.URL.RequestURI(), v.p.T("site.demonstration", nil))
	} else {
		t = t.From(v.tables(), v.site.BaseURL+v.r.URL.RequestURI())
	}
	h := v.w.Header()
	h.Set("Content-Type", f.ContentType())
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, t.FileName(f)))
	h.Set("Content-Language", string(v.lang))
	if v.r.Method == http.MethodHead {
		return nil
	}
	if _, err := t.Write(v.w, f, rows); err != nil {
		if v.r.Context().Err() == nil {
			v.site.Log.ErrorContext(v.r.Context(), "table", "request", httpx.RequestID(v.r.Context()), "route", v.route.pattern, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return nil
}

// csv sends a small table whose first row is its head; rows may be shorter or longer than it.
func (v *visit) csv(name string, rows [][]string) error {
	n := 0
	for _, r := range rows {
		n = max(n, len(r))
	}
	cols := make([]table.Column, n)
	for i := range cols {
		cols[i].Key = "column_" + itoa(i+1)
		if i < len(rows[0]) && rows[0][i] != "" {
			cols[i].Key = rows[0][i]
		}
	}
	return v.table(v.tables().Plain(name, name, cols...), table.Rows(rows[1:], func(r []string) table.Row {
		out := make(table.Row, n)
		for i := range out {
			out[i] = ""
			if i < len(r) {
				out[i] = r[i]
			}
		}
		return out
	}))
}

// DownloadLimit is how many rows one file holds at most.
func (Base) DownloadLimit() int { return table.Limit }

// Download is the address of a list as a file, with the filters of this page.
func (b Base) Download(path, format string) string {
	q := b.v.r.URL.Query()
	q.Del("offset")
	q.Del("limit")
	if s := q.Encode(); s != "" {
		return b.Href("%s.%s?%s", path, format, s)
	}
	return b.Href("%s.%s", path, format)
}
