package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"merida/assessment"
	"merida/identity"
	"merida/lang"
)

// says saves an answer of a party as its focal point.
func (p *visitor) says(answer assessment.AnswerID, c assessment.Content) {
	p.site.t.Helper()
	if c.Lang == "" {
		c.Lang = "en"
	}
	d, err := p.site.Assessments.Store.Detail(context.Background(), p.account.Actor().Sight(), answer)
	if err != nil {
		p.site.t.Fatal(err)
	}
	if _, err := p.site.Assessments.Save(context.Background(), p.account.Actor(), answer, d.Answer.Version, c); err != nil {
		p.site.t.Fatal(err)
	}
}

func TestPaperOfAnAssessment(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM", "QN")
	focal, agency := s.person(identity.FocalPoint, "QM"), s.person(identity.Contributor, "QM")
	as := string(r.Assessments["QM"])
	focal.says(r.Answers["QM"]["9.1"], assessment.Content{Implementation: assessment.InPart, Practice: "Tenders are <b>published</b>.", Missing: "No review body.",
		Challenges: []string{"staff"}, Wanted: []assessment.Wanted{{Form: "training", What: "Reviewers"}}})
	if err := s.Assessments.Assign(context.Background(), focal.account.Actor(), r.Assessments["QM"], "uncac/art_15", agency.account.ID, agency.account.Agency, "2027-01-31"); err != nil {
		t.Fatal(err)
	}

	whole := focal.get("/en/assessments/" + as + "/print").Body.String()
	for _, want := range []string{"Tenders are &lt;b&gt;published&lt;/b&gt;.", "No review body.", "Limited human resources", "Reviewers", "Yes, in part",
		"Draft, not submitted", "self-assessment-1", "CAC/TEST/1", "Article 15", "Article 52", `href="/en/assessments/` + as + `/print/running.css`} {
		if !strings.Contains(whole, want) {
			t.Errorf("the whole on paper lacks %q", want)
		}
	}
	if strings.Contains(whole, `class="box`) {
		t.Error("the filled paper has boxes for writing by hand")
	}
	blank := focal.get("/en/assessments/" + as + "/print?fill=blank").Body.String()
	if strings.Contains(blank, "No review body.") || strings.Count(blank, `class="box"`) != len(r.Answers["QM"]) || !strings.Contains(blank, "Blank form") {
		t.Error("the blank paper carries answers, or not one box a question")
	}
	if short := focal.get("/en/assessments/" + as + "/print?fill=short").Body.String(); strings.Count(short, `class="box sm"`) != len(r.Answers["QM"]) || strings.Contains(short, `class="box"`) {
		t.Error("the short form has not one box a question")
	}
	part := focal.get("/en/assessments/" + as + "/print?fill=blank&of=" + url.QueryEscape("a:"+agency.account.Agency)).Body.String()
	if !strings.Contains(part, "15.a") || strings.Contains(part, ">9.1<") || !strings.Contains(part, "31 January 2027") {
		t.Error("the agency's part is not article 15 with its own date")
	}
	if chapter := focal.get("/en/assessments/" + as + "/print?of=p:uncac/chp_V").Body.String(); strings.Contains(chapter, ">9.1<") || !strings.Contains(chapter, "52.1") {
		t.Error("chapter V is not what was printed")
	}
	focal.page("/en/assessments/"+as+"/print?of=a:Nobody", http.StatusNotFound)

	own := agency.get("/en/assessments/" + as + "/print").Body.String()
	if !strings.Contains(own, "15.a") || strings.Contains(own, "No review body.") || strings.Contains(own, ">9.1<") {
		t.Error("a contributor's paper is not the assigned part")
	}
	s.person(identity.FocalPoint, "QN").page("/en/assessments/"+as+"/print", http.StatusNotFound)
	s.person(identity.FocalPoint, "QN").page("/en/assessments/"+as+"/print/running.css", http.StatusNotFound)
	s.public().page("/en/assessments/"+as+"/print", http.StatusUnauthorized)
	for _, tag := range lang.Official {
		for _, fill := range []string{"", "blank", "short"} {
			body := focal.page("/"+string(tag)+"/assessments/"+as+"/print?fill="+fill, http.StatusOK)
			if !strings.Contains(body, `<html lang="`+string(tag)+`" dir="`+tag.Dir()+`"`) || strings.Count(body, "<h1") != 1 || strings.Contains(body, "[print.") {
				t.Errorf("%s %s: language, direction, one h1 or a text is missing", tag, fill)
			}
		}
	}
}

func TestRunningLinesAreSafeStyle(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM")
	css := s.person(identity.FocalPoint, "QM").get("/ar/assessments/" + string(r.Assessments["QM"]) + "/print/running.css")
	body := css.Body.String()
	if got := css.Header().Get("Content-Type"); got != "text/css; charset=utf-8" {
		t.Errorf("content type %q", got)
	}
	if !strings.Contains(body, "direction:rtl") || !strings.Contains(body, `" counter(page) "`) || !strings.Contains(body, `" counter(pages) "`) {
		t.Errorf("running lines: %s", body)
	}
	if got := cssString("a\"}\\ \u0645</style>\n"); got != `"a\000022 \00007d \00005c  \000645 \00003c \00002f style\00003e \00000a "` {
		t.Errorf("a text in style: %s", got)
	}
}

func TestBlankFormOfAnEdition(t *testing.T) {
	s := newTestSite(t)
	r := s.openRound("QM")
	path := "/en/editions/" + string(r.Edition) + "/form"
	body := s.public().page(path, http.StatusOK)
	if strings.Count(body, `class="box"`) != len(r.Answers["QM"]) || !strings.Contains(body, "Article 52") {
		t.Error("the public form is not the whole checklist")
	}
	if part := s.public().page(path+"?of=p:uncac/art_15", http.StatusOK); strings.Contains(part, "52.1") || !strings.Contains(part, "15.a") {
		t.Error("an article of the form")
	}
	s.public().page("/en/editions/none-1/form", http.StatusNotFound)
}
