package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"html"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
)

// sendsFile posts a form with a file, as a browser does.
func (p *visitor) sendsFile(path string, status int, file []byte, fields ...string) string {
	p.site.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		m.WriteField(fields[i], fields[i+1])
	}
	if file != nil {
		f, err := m.CreateFormFile("file", "answers.xlsx")
		if err != nil {
			p.site.t.Fatal(err)
		}
		f.Write(file)
	}
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := p.do(r)
	if w.Code != status {
		p.site.t.Fatalf("POST %s: %d, want %d\n%s", path, w.Code, status, mainOf(w.Body.String()))
	}
	return html.UnescapeString(w.Body.String())
}

// table takes the answers as CSV and lets fn change the cell of a question in a column.
func (p *visitor) table(as string, fn func(question, column, value string) string) []byte {
	p.site.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.get("/en/assessments/"+as+"/sheet/table").Body.String(), "\ufeff"))).ReadAll()
	if err != nil {
		p.site.t.Fatal(err)
	}
	question := 0
	for i := range rows[0] {
		if strings.HasSuffix(rows[0][i], "[question]") {
			question = i
		}
	}
	for _, r := range rows[1:] {
		for i := range r {
			_, key, _ := strings.Cut(rows[0][i], "[")
			r[i] = fn(r[question], strings.TrimSuffix(key, "]"), r[i])
		}
	}
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	c.WriteAll(rows)
	return b.Bytes()
}

// rowsOf is what the preview would send back.
func rowsOf(t *testing.T, page string) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `<textarea name="rows" hidden>`)
	rows, _, _ := strings.Cut(rest, "</textarea>")
	if !ok {
		t.Fatal("the preview offers nothing to save")
	}
	return rows
}

func TestSheetGoesOutAndComesBack(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM", "QN")
	focal, as := s.person(identity.FocalPoint, "QM"), string(r.Assessments["QM"])
	answers := r.Answers["QM"]
	focal.says(answers["9.1"], assessment.Content{Implementation: assessment.InPart, Practice: "=Old practice.", Missing: "No review body."})
	focal.says(answers["9.1.a"], assessment.Content{Implementation: assessment.Yes, Practice: "Same."})
	focal.says(answers["9.1.b"], assessment.Content{Practice: "First sentence. Second sentence."})
	path := "/en/assessments/" + as + "/sheet"

	if xlsx := focal.get(path + "/workbook"); xlsx.Code != http.StatusOK || !strings.HasPrefix(xlsx.Body.String(), "PK") {
		t.Fatalf("workbook: %d", xlsx.Code)
	} else if body := focal.sendsFile(path, http.StatusOK, xlsx.Body.Bytes()); !strings.Contains(body, "This sheet changes nothing.") {
		t.Error("the workbook as it went out changes something")
	}
	file := focal.table(as, func(question, column, value string) string {
		switch question + " " + column {
		case "9.1 practice":
			return "New practice."
		case "9.1 missing", "9.1.a practice":
			return "" // blank cells erase nothing
		case "9.1.b practice":
			return "First sentence of the sheet. Second sentence."
		case "9.1.c implementation":
			return "No"
		case "9.1.c wanted_1_form":
			return "training"
		case "9.1.d implementation":
			return "Perhaps"
		}
		return value
	})
	// While the sheet is away, somebody writes in two of its answers: at another place in one, at the same in the other.
	focal.says(answers["9.1"], assessment.Content{Implementation: assessment.InPart, Practice: "=Old practice.", Missing: "No review body and no portal."})
	focal.says(answers["9.1.b"], assessment.Content{Practice: "First sentence of a colleague. Second sentence."})

	preview := focal.sendsFile(path, http.StatusOK, file)
	for _, want := range []string{"3 answers would be written.", "1 says the same already.", "New practice.", "=Old practice.", "Is joined with what was written since", "Somebody else changed the same part", "First sentence of a colleague.", "First sentence of the sheet.",
		"“Perhaps” is not on the list"} {
		if !strings.Contains(preview, want) {
			t.Errorf("the preview lacks %q", want)
		}
	}
	now := func(q string) assessment.Detail {
		d, err := s.Assessments.Store.Detail(context.Background(), focal.account.Actor().Sight(), answers[q])
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if now("9.1").Current.Content.Practice != "=Old practice." {
		t.Fatal("the preview saved something")
	}
	rows := rowsOf(t, preview)
	s.person(identity.Approver, "QM").sendsFile(path+"/apply", http.StatusForbidden, nil, "rows", rows)
	s.person(identity.FocalPoint, "QN").sendsFile(path+"/apply", http.StatusNotFound, nil, "rows", rows)
	focal.sendsFile(path+"/apply", http.StatusSeeOther, nil, "rows", rows, "once", "k1")
	focal.sendsFile(path+"/apply", http.StatusSeeOther, nil, "rows", rows, "once", "k1")
	if c := now("9.1").Current.Content; c.Practice != "New practice." || c.Missing != "No review body and no portal." {
		t.Errorf("joined: %+v", c)
	}
	if c := now("9.1.a").Current.Content; c.Practice != "Same." || c.Implementation != assessment.Yes {
		t.Errorf("blank cells erased: %+v", c)
	}
	if d := now("9.1.b"); d.Current.Content.Practice != "First sentence of a colleague. Second sentence." || len(d.Proposals) != 1 || d.Proposals[0].Content.Practice != "First sentence of the sheet. Second sentence." {
		t.Errorf("the clash: %+v", d)
	}
	if c := now("9.1.c").Current.Content; c.Implementation != assessment.No || len(c.Wanted) != 1 || c.Wanted[0].Form != "training" {
		t.Errorf("a new answer: %+v", c)
	}
	if now("9.1.d").Answer.Version != 0 {
		t.Error("a choice that is none was saved")
	}
	if page := focal.page(path+"?saved=2&kept=1&refused=0", http.StatusOK); !strings.Contains(page, "2 answers were stored. Kept beside: 1.") {
		t.Error("what was done is not said")
	}
}

func TestSheetRefusesWhatIsNone(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM", "QN")
	focal, path := s.person(identity.FocalPoint, "QM"), "/en/assessments/"+string(r.Assessments["QM"])+"/sheet"
	for want, file := range map[string]string{"neither an XLSX file": "PK\x03\x04 no archive", "lacks the columns": "a,b\n1,2\n", "CSV file in UTF-8": "\xff\xfe\x00"} {
		if body := focal.sendsFile(path, http.StatusUnprocessableEntity, []byte(file)); !strings.Contains(body, want) {
			t.Errorf("%q is not told of %q", want, file)
		}
	}
	focal.sendsFile(path, http.StatusUnprocessableEntity, nil)
	// Answers of another State are unknown here.
	other := s.person(identity.FocalPoint, "QN").table(string(r.Assessments["QN"]), func(q, column, value string) string {
		if column == "practice" {
			return "Words"
		}
		return value
	})
	if body := focal.sendsFile(path, http.StatusOK, other); !strings.Contains(body, "has no answer with this identifier") || strings.Contains(body, "<textarea") {
		t.Error("another State's sheet was taken")
	}
	focal.sendsFile(path+"/apply", http.StatusUnprocessableEntity, nil, "rows", `[{"answers":1}]`)
	agency := s.person(identity.Contributor, "QM")
	if err := s.Assessments.Assign(context.Background(), focal.account.Actor(), r.Assessments["QM"], "uncac/art_15", agency.account.ID, "", ""); err != nil {
		t.Fatal(err)
	}
	if page := agency.page(path, http.StatusOK); strings.Contains(page, `type="file"`) || !strings.Contains(page, "/sheet/workbook") {
		t.Error("a contributor takes the sheet along and hands it to the focal point")
	}
	if got := agency.get(path + "/table").Body.String(); strings.Contains(got, "9.1.a") || !strings.Contains(got, "15.a") {
		t.Error("a contributor's sheet is not the assigned part")
	}
	for _, tag := range lang.Official {
		if body := focal.page("/"+string(tag)+path[3:], http.StatusOK); strings.Contains(body, "[sheet.") || strings.Count(body, "<h1") != 1 {
			t.Errorf("%s: the page lacks a text", tag)
		}
	}
}
