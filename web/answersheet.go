package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"merida/assessment"
	"merida/convention"
	"merida/exchange/answers"
	"merida/fault"
	"merida/identity"
)

// answerSheetRoutes let people take the answers of an assessment along as a sheet and bring it back.
var answerSheetRoutes = []route{
	{get, "/assessments/{id}/sheet", (*visit).answerSheetPage, true, false},
	{post, "/assessments/{id}/sheet", (*visit).readAnswerSheet, true, false},
	{post, "/assessments/{id}/sheet/apply", (*visit).applyAnswerSheet, true, false},
	{get, "/assessments/{id}/sheet/workbook", (*visit).answerWorkbook, true, false},
	{get, "/assessments/{id}/sheet/table", (*visit).answerTable, true, false},
}

type answerSheetPage struct {
	Base
	Sheet   *workSheet
	Part    paperPage // the parts that can be chosen
	Query   string    // of the downloads
	Read    bool      // the reader may bring a sheet back now
	Why     string    // why not
	Problem string    // why a file was not read
}

func (v *visit) answerSheetView() (p answerSheetPage, err error) {
	s, err := v.sheet(v.vars[0])
	if err != nil {
		return p, err
	}
	p = answerSheetPage{Base: v.workBase(s, "sheet", v.p.T("answersheet.title", nil)), Sheet: s}
	p.Part.v = v
	if _, err := v.paperPart(s, &p.Part); err != nil {
		return p, err
	}
	if p.Part.Of != "" {
		p.Query = "?" + url.Values{"of": {p.Part.Of}}.Encode()
	}
	st := s.Assessment.State
	switch {
	case !v.actor.May(identity.EditAnswer, identity.Scope{Party: s.Assessment.Party}):
		p.Why = v.p.T("answersheet.not_yours", nil)
	case st != assessment.Draft && st != assessment.Returned:
		p.Why = v.p.T("assessment.not_open", nil)
	default:
		p.Read = true
	}
	return p, nil
}

// answerSheetPage offers the answers as a sheet and takes one back.
func (v *visit) answerSheetPage() error {
	p, err := v.answerSheetView()
	if err != nil {
		return err
	}
	if n := v.number("saved", -1, 0, 1<<20); n >= 0 {
		p.Done = v.p.T("answersheet.done", fault.Args{"n": n, "kept": v.number("kept", 0, 0, 1<<20), "refused": v.number("refused", 0, 0, 1<<20)})
	}
	return v.show("answersheet/page", p)
}

func (v *visit) answerSheetWords(s *workSheet) answers.Words {
	return answers.Words{Lang: v.lang, T: func(key string) string { return v.p.T(key, nil) }, Edition: &s.Edition.Content, Codes: v.site.Codes, Conventions: v.site.Conventions,
		Provision: func(id convention.ID) string { return v.base("", "").ProvisionName(id) }}
}

// answerSheetRows are the answers that the reader sees and the address asks for.
func (v *visit) answerSheetRows() (s *workSheet, rows []answers.Row, err error) {
	if s, err = v.sheet(v.vars[0]); err != nil {
		return nil, nil, err
	}
	var part paperPage
	part.v = v
	keep, err := v.paperPart(s, &part)
	if err != nil {
		return nil, nil, err
	}
	contents, err := v.site.Assessments.Store.Contents(v.r.Context(), v.actor.Sight(), s.Assessment.ID)
	if err != nil {
		return nil, nil, err
	}
	cites, err := v.allCites(contents)
	if err != nil {
		return nil, nil, err
	}
	for _, a := range s.Answers {
		if !keep(a) {
			continue
		}
		r := answers.Row{Answer: a, Version: contents[a.ID], Status: v.answerMark(a.State).Word}
		for _, c := range r.Version.Content.Citations {
			l := cites[c]
			switch {
			case l.Unseen:
				r.Cites = append(r.Cites, v.p.T("question.cite_unseen", nil))
			case l.Name == "":
				r.Cites = append(r.Cites, l.Law)
			default:
				r.Cites = append(r.Cites, l.Law+" > "+l.Name)
			}
		}
		rows = append(rows, r)
	}
	return s, rows, nil
}

// answerWorkbook sends the answers as a workbook with drop-down lists.
func (v *visit) answerWorkbook() error {
	s, rows, err := v.answerSheetRows()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	title := v.partyName(string(s.Assessment.Party)) + " \u00b7 " + s.Round.Titles.Pick(v.lang) + " \u00b7 " + v.paperStatus(s) + " \u00b7 " + v.p.Date(v.site.Now())
	if err := v.answerSheetWords(s).XLSX(&b, title, rows); err != nil {
		return err
	}
	return v.sendFile("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "answers-"+string(s.Assessment.Party)+".xlsx", b.Bytes())
}

// answerTable sends the same table as CSV.
func (v *visit) answerTable() error {
	s, rows, err := v.answerSheetRows()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := v.answerSheetWords(s).CSV(&b, rows); err != nil {
		return err
	}
	return v.sendFile("text/csv; charset=utf-8", "answers-"+string(s.Assessment.Party)+".csv", b.Bytes())
}

// sendFile sends something to be kept under a name of plain letters.
func (v *visit) sendFile(mime, name string, b []byte) error {
	h := v.w.Header()
	h.Set("Content-Type", mime)
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s"`, name))
	v.w.Write(b)
	return nil
}

type answerSheetPreview struct {
	Base
	Sheet   *workSheet
	Lines   []answerSheetLine
	Refused []string
	Writes  int // rows that would be written
	Kept    int // of them, rows that would be kept beside
	Same    int
	Rows    string // what is sent back to be saved
}

// answerSheetLine is one row of a sheet that would do something, or cannot.
type answerSheetLine struct {
	Href, Name, Outcome, Why, Since string
	Words                           Words
	Cells                           []answerSheetCell
}

type answerSheetCell struct{ Label, Now, New string }

// readAnswerSheet shows, cell by cell, what a sheet would change. Nothing is saved.
func (v *visit) readAnswerSheet() error {
	page, err := v.answerSheetView()
	if err != nil {
		return err
	}
	s := page.Sheet
	if err := v.actor.Must(identity.EditAnswer, identity.Scope{Party: s.Assessment.Party}); err != nil {
		return err
	}
	b, err := v.upload("file", answers.MaxFile)
	var rows []assessment.SheetRow
	var refused []answers.Refusal
	if err == nil {
		rows, refused, err = v.answerSheetWords(s).Read(b)
	}
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.Kind == fault.Invalid || f.Kind == fault.TooLarge) {
		page.Problem = v.message(f)
		if len(f.Fields) > 0 {
			page.Problem = v.p.T(f.Fields[0].Key, f.Fields[0].Args)
		}
		return v.showStatus(status(f.Kind), "answersheet/page", page)
	}
	if err != nil {
		return err
	}
	foreseen, err := v.site.Assessments.ForeseeSheet(v.r.Context(), v.actor, s.Assessment.ID, rows)
	if err != nil {
		return err
	}
	p := answerSheetPreview{Base: v.workBase(s, "sheet", v.p.T("answersheet.preview", nil)), Sheet: s}
	p.Crumbs = append(p.Crumbs, Crumb{v.p.T("answersheet.title", nil), v.href("/assessments/%s/sheet", s.Assessment.ID)})
	w := v.answerSheetWords(s)
	for _, r := range refused {
		text := v.p.T(r.Key, r.Args)
		if r.Field != "" {
			text = w.FieldLabel(r.Field) + ": " + text
		}
		p.Refused = append(p.Refused, v.p.T("answersheet.line", fault.Args{"line": itoa(r.Line)})+" "+text)
	}
	var send []assessment.SheetRow
	for _, f := range foreseen {
		if f.Outcome == assessment.SheetSame {
			p.Same++
			continue
		}
		l := answerSheetLine{Outcome: v.p.T("answersheet.outcome."+string(f.Outcome), nil)}
		if f.Answer.ID != "" {
			line := v.workLine(s, f.Answer)
			l.Href, l.Name, l.Words = v.href("/questions/%s", f.Answer.ID), line.Name, line.Text
		} else {
			l.Name = string(f.Row.Answer)
		}
		if e, ok := errors.AsType[*fault.Error](f.Err); ok {
			l.Why = v.message(e)
			for _, x := range e.Fields {
				l.Why += " " + v.p.T(x.Key, x.Args)
			}
		}
		if f.Since.N > 0 {
			l.Since = v.written(f.Since)
		}
		for _, c := range f.Changes {
			l.Cells = append(l.Cells, answerSheetCell{w.FieldLabel(c.Field), w.Show(c.Field, c.Now), w.Show(c.Field, c.New)})
		}
		switch f.Outcome {
		case assessment.SheetClashes:
			p.Kept++
			p.Writes++
			send = append(send, f.Row)
		case assessment.SheetChanges, assessment.SheetJoins:
			p.Writes++
			send = append(send, f.Row)
		}
		p.Lines = append(p.Lines, l)
	}
	raw, err := json.Marshal(send)
	if err != nil {
		return err
	}
	p.Rows = string(raw)
	return v.show("answersheet/preview", p)
}

// upload reads a file of a form. Invalid: there is none. TooLarge: it is longer than limit.
func (v *visit) upload(name string, limit int64) ([]byte, error) {
	var bad fault.List
	bad.Add(name, "fault.required", nil)
	if v.r.MultipartForm == nil {
		return nil, bad.Err()
	}
	f, _, err := v.r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) {
		return nil, bad.Err()
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(b)) > limit {
		return nil, fault.New(fault.TooLarge, "", fault.Args{"limit": limit})
	}
	if err == nil && len(b) == 0 {
		return nil, bad.Err()
	}
	return b, err
}

// applyAnswerSheet saves what the preview showed. The rows are judged again: the answers may have changed since.
func (v *visit) applyAnswerSheet() error {
	var rows []assessment.SheetRow
	d := json.NewDecoder(strings.NewReader(v.r.PostForm.Get("rows")))
	d.DisallowUnknownFields()
	if err := d.Decode(&rows); err != nil || len(rows) > maxAnswerRows {
		return fault.Wrap(fault.Invalid, "fault.form", err)
	}
	done, err := v.site.Assessments.ApplySheet(v.r.Context(), v.act(), assessment.ID(v.vars[0]), rows)
	if err != nil {
		return err
	}
	return v.see(v.href("/assessments/%s/sheet?saved=%d&kept=%d&refused=%d", v.vars[0], done.Saved, done.Kept, done.Refused))
}

const maxAnswerRows = 5000
