package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"merida/exchange/xlsform"
	"merida/identity"
	"merida/lang"
	"merida/questionnaire"
)

var heldToken = regexp.MustCompile(`name="token" value="([^"]*)"`)

// An edition is taken along as a form, changed elsewhere, looked at with what is wrong, and added as a draft.
func TestEditionOutAndIn(t *testing.T) {
	s := newTestSite(t)
	s.openRound("QM")
	officer := s.person(identity.Officer, "")
	file := []byte(s.public().page("/en/editions/self-assessment-1.xlsx", http.StatusOK))
	f, bad, err := xlsform.Read(file)
	if err != nil || len(bad) > 0 {
		t.Fatal(bad, err)
	}
	c, _, bad := f.Edition(questionnaire.Block{}, s.Conventions.Known)
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	for _, tag := range lang.Official {
		if page := officer.page("/"+string(tag)+"/editions/import", http.StatusOK); strings.Contains(page, "[xlsform.") {
			t.Errorf("%s: %s", tag, page)
		}
	}
	s.person(identity.FocalPoint, "QM").page("/en/editions/import", http.StatusForbidden)
	if page := officer.sendsFile("/en/editions/import", http.StatusOK, file); !strings.Contains(page, "is here already with exactly these words") || heldToken.MatchString(page) {
		t.Error("the same words are nothing new")
	}
	if page := officer.sendsFile("/en/editions/import", http.StatusUnprocessableEntity, []byte("no workbook")); !strings.Contains(page, "no XLSX workbook") {
		t.Error("a file that is none")
	}
	c.Edition, c.Sections = 9, c.Sections[:2]
	broken := c
	broken.Sections = append([]questionnaire.Section(nil), c.Sections...)
	broken.Sections[0].Questions = append([]questionnaire.Question{{ID: "x", Provision: "uncac/art_999", Text: lang.T("en", "Only here?")}}, c.Sections[0].Questions...)
	var b bytes.Buffer
	if err := xlsform.Write(&b, broken); err != nil {
		t.Fatal(err)
	}
	if page := officer.sendsFile("/en/editions/import", http.StatusOK, b.Bytes()); !strings.Contains(page, "6 lines at fault") || !strings.Contains(page, "survey, row 3") || heldToken.MatchString(page) {
		t.Errorf("what is wrong is named with its row: %s", mainOf(page))
	}
	good, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	page := officer.sendsFile("/en/editions/import", http.StatusOK, good)
	m := heldToken.FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, "Against <") && !strings.Contains(page, "Against self-assessment-1") {
		t.Fatalf("%s", mainOf(page))
	}
	officer.sends("/en/editions/import/add", http.StatusConflict, "token", "other")
	officer.sends("/en/editions/import/add", http.StatusSeeOther, "token", m[1])
	e, err := s.Questionnaires.Store.Edition(t.Context(), "self-assessment-9")
	if err != nil || e.State != questionnaire.Draft || e.Content.Hash() != c.Hash() {
		t.Errorf("%+v %v", e.State, err)
	}
}
