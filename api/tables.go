package api

import (
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"

	"merida/assessment"
	"merida/assistance"
	"merida/convention"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
	"merida/library"
)

// maker makes the table of a list and its rows.
type maker func(*request) (table.Table, iter.Seq2[table.Row, error], error)

// tables are the lists that are had as a file too: the same address with .csv, .xlsx or .jsonl at its end.
// The file holds what the filters leave, from the first row to table.Limit; limit and offset do not count.
var tables map[string]maker

func init() {
	tables = map[string]maker{
		"/search":                 (*request).searchTable,
		"/measures":               (*request).measuresTable,
		"/provisions/{id}":        (*request).provisionTable,
		"/parties/{iso}/overview": (*request).overviewTable,
		"/compare":                (*request).compareTable,
		"/answers":                (*request).answersTable,
		"/needs":                  (*request).needsTable,
		"/activities":             (*request).activitiesTable,
		"/requests":               (*request).requestsTable,
		"/offers":                 (*request).offersTable,
		"/organisations":          (*request).organisationsTable,
		"/coordination":           (*request).coordinationTable,
		"/who-does-what-where":    (*request).deedsTable,
		"/contact-points":         (*request).contactsTable,
		"/parties":                (*request).partiesTable,
	}
}

// cutFormat takes the ending of a file off the last segment of a path.
func cutFormat(segments []string) table.Format {
	last := &segments[len(segments)-1]
	for _, f := range table.Formats {
		if cut, ok := strings.CutSuffix(*last, "."+string(f)); ok && cut != "" {
			*last = cut
			return f
		}
	}
	return ""
}

// errSent says that an answer has been sent already.
var errSent = errors.New("api: sent")

// send sends a table; it ends with errSent. What fails after the first row breaks the connection, so that
// nobody takes half a file for a whole one.
func (r *request) send(w http.ResponseWriter, f table.Format, make maker) error {
	t, rows, err := make(r)
	if err != nil {
		return err
	}
	if rows, err = table.Peek(rows); err != nil {
		return err
	}
	t = t.From(r.words(), r.api.BaseURL+r.URL.RequestURI())
	h := w.Header()
	h.Set("Content-Type", f.ContentType())
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, t.FileName(f)))
	h.Set("Content-Language", string(t.Lang))
	h.Set("Cache-Control", "public, max-age=60")
	h.Add("Vary", "Accept-Language")
	if r.Method == http.MethodHead {
		return errSent
	}
	if _, err := t.Write(w, f, rows); err != nil {
		if r.Context().Err() == nil {
			r.api.Log.ErrorContext(r.Context(), "table", "path", r.URL.Path, "error", err)
		}
		panic(http.ErrAbortHandler)
	}
	return errSent
}

// words names things in the reader's language.
func (r *request) words() table.Words {
	a := r.api
	tag := a.tag(r.Request)
	return table.Words{Lang: tag, Text: a.Locale.Printer(tag).T, States: a.Parties, Conventions: a.Conventions, Codes: a.Codes, BaseURL: a.BaseURL, At: a.Now()}
}

func (r *request) searchTable() (table.Table, iter.Seq2[table.Row, error], error) {
	q, err := r.query()
	if err != nil {
		return table.Table{}, nil, err
	}
	q.Limit, q.Offset, q.Facets = 1, 0, nil
	found, err := r.api.Finder.Search(r.Context(), q)
	t, row := r.words().Found(found.Total)
	return t, table.Pages(func(limit, offset int) ([]library.FoundLine, error) {
		q.Limit, q.Offset = limit, offset
		found, err := r.api.Finder.Search(r.Context(), q)
		return found.Lines, err
	}, row), err
}

func (r *request) measuresTable() (table.Table, iter.Seq2[table.Row, error], error) {
	f := r.measureFilter()
	f.Limit = 1
	_, total, err := r.api.Library.Find(r.Context(), identity.Sight{}, f)
	t, row := r.words().Measures(total)
	return t, table.PagesE(func(limit, offset int) ([]library.Measure, error) {
		f.Limit, f.Offset = limit, offset
		ms, _, err := r.api.Library.Find(r.Context(), identity.Sight{}, f)
		return ms, err
	}, func(m library.Measure) (table.Row, error) {
		xs, err := r.api.Library.Mappings(r.Context(), identity.Sight{}, m.ID)
		return row(m, library.Provisions(xs)), err
	}), err
}

func (r *request) provisionTable() (table.Table, iter.Seq2[table.Row, error], error) {
	id, ok := r.api.Conventions.Parse(r.path[0])
	if !ok {
		return table.Table{}, nil, fault.Of(fault.NotFound)
	}
	ms, err := r.api.Library.Mapped(r.Context(), identity.Sight{}, append([]convention.ID{id}, r.api.Conventions.Below(id)...))
	t, row := r.words().Mapped("provision-"+strings.ReplaceAll(string(id), "/", "-"), len(ms))
	return t, table.Rows(ms, row), err
}

func (r *request) answersTable() (table.Table, iter.Seq2[table.Row, error], error) {
	as, err := r.api.Assessments.Published(r.Context(), r.answerFilter())
	t, row := r.words().Answers("answers", len(as))
	return t, table.Rows[assessment.Public](as, row), err
}

func (r *request) needsTable() (table.Table, iter.Seq2[table.Row, error], error) {
	f, err := r.needFilter()
	if err != nil {
		return table.Table{}, nil, err
	}
	f.Limit = 1
	_, total, err := r.api.Assistance.FindNeeds(r.Context(), identity.Sight{}, f)
	t, row := r.words().Needs(total)
	return t, table.Pages(func(limit, offset int) ([]assistance.Need, error) {
		f.Limit, f.Offset = limit, offset
		ns, _, err := r.api.Assistance.FindNeeds(r.Context(), identity.Sight{}, f)
		return ns, err
	}, row), err
}

func (r *request) activitiesTable() (table.Table, iter.Seq2[table.Row, error], error) {
	f, err := r.activityFilter()
	if err != nil {
		return table.Table{}, nil, err
	}
	f.Limit = 1
	_, total, err := r.api.Assistance.FindActivities(r.Context(), identity.Sight{}, f)
	t, row := r.words().Activities(total)
	return t, table.Pages(func(limit, offset int) ([]table.Stated, error) {
		f.Limit, f.Offset = limit, offset
		as, _, err := r.api.Assistance.FindActivities(r.Context(), identity.Sight{}, f)
		if err != nil {
			return nil, err
		}
		return table.Stand(r.Context(), r.api.Assistance, identity.Sight{}, as)
	}, row), err
}

func (r *request) organisationsTable() (table.Table, iter.Seq2[table.Row, error], error) {
	_, total, err := r.api.Assistance.Organisations(r.Context(), identity.Sight{}, 1, 0)
	t, row := r.words().Organisations(total)
	return t, table.Pages(func(limit, offset int) ([]assistance.Organisation, error) {
		os, _, err := r.api.Assistance.Organisations(r.Context(), identity.Sight{}, limit, offset)
		return os, err
	}, row), err
}

func (r *request) coordinationTable() (table.Table, iter.Seq2[table.Row, error], error) {
	m, err := r.matrix()
	lines := table.Lines(m, m.Rows)
	t, row := r.words().Coordination(len(lines))
	return t, table.Rows(lines, row), err
}

func (r *request) contactsTable() (table.Table, iter.Seq2[table.Row, error], error) {
	cs, err := r.api.Contacts.Contacts(r.Context(), identity.Sight{}, r.contactFilter())
	t, row := r.words().Contacts(len(cs))
	return t, table.Rows(cs, row), err
}

func (r *request) partiesTable() (table.Table, iter.Seq2[table.Row, error], error) {
	ps := r.someParties()
	t, row := r.words().Parties(len(ps))
	return t, table.Rows(ps, row), nil
}

// asTable describes a list as a file.
func asTable(about string, params []any, problem any) map[string]any {
	content := map[string]any{}
	for _, f := range table.Formats {
		media, _, _ := strings.Cut(f.ContentType(), ";")
		content[media] = map[string]any{}
	}
	kept := []any{map[string]any{"name": "format", "in": "path", "required": true, "schema": map[string]any{"type": "string", "enum": table.Formats}}}
	for _, p := range params {
		if name := p.(map[string]any)["name"]; name != "limit" && name != "offset" {
			kept = append(kept, p)
		}
	}
	return map[string]any{"summary": about + ", as a file", "parameters": kept, "description": fmt.Sprintf("Every row that the filters leave, up to %d, with names in the language of Accept-Language beside the codes.", table.Limit),
		"responses": map[string]any{"200": map[string]any{"description": "What is public.", "content": content}, "default": problem}}
}
