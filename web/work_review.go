package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// reviewRoutes are the pages on which submitted answers are read and receipts fetched.
var reviewRoutes = []route{
	{get, "/assessments/{id}/review", (*visit).reviewPage, true, true},
	{get, "/assessments/{id}/review/{answer}", (*visit).benchPage, true, false},
	{post, "/assessments/{id}/review/{answer}/findings", (*visit).addFinding, true, false},
	{post, "/assessments/{id}/review/{answer}/findings/{finding}/close", (*visit).closeFinding, true, false},
	{get, "/assessments/{id}/receipt/{n}", (*visit).receiptPage, true, false},
	{get, "/assessments/{id}/receipt/{n}/file", (*visit).receiptFile, true, false},
}

// reviews reads an assessment for those who review it: officers, and reviewers with whom it was shared.
func (v *visit) reviews() (*workSheet, error) {
	s, err := v.sheet(v.vars[0])
	if err != nil {
		return nil, err
	}
	return s, v.actor.Must(identity.RecordFinding, identity.Scope{Party: s.Assessment.Party})
}

type reviewPage struct {
	Base
	Sheet    *workSheet
	Lines    []reviewLine
	Shows    []workFilter
	Findings int
}

type reviewLine struct {
	workLine
	Said     string
	Asked    int // remarks that wait
	Findings int
}

// reviewPage lists the submitted answers of one State with what still waits on each.
func (v *visit) reviewPage() error {
	s, err := v.reviews()
	if err != nil {
		return err
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	versions, err := v.site.Assessments.Store.Contents(ctx, sight, s.Assessment.ID)
	if err != nil {
		return err
	}
	remarks, err := v.site.Assessments.Store.Remarks(ctx, sight, assessment.RemarkFilter{Assessment: s.Assessment.ID, Open: true})
	if err != nil {
		return err
	}
	findings, err := v.site.Assessments.Store.Findings(ctx, sight, assessment.FindingFilter{Assessment: s.Assessment.ID})
	if err != nil {
		return err
	}
	p := reviewPage{Base: v.workBase(s, "review", v.p.T("review.title", nil)), Sheet: s, Findings: len(findings)}
	show := v.query("show")
	kinds := []struct {
		code string
		keep func(l reviewLine) bool
	}{
		{"", func(reviewLine) bool { return true }},
		{"asked", func(l reviewLine) bool { return l.Asked > 0 }},
		{"found", func(l reviewLine) bool { return l.Findings > 0 }},
		{"returned", func(l reviewLine) bool { return l.State == assessment.SentBack }},
	}
	counts := make([]int, len(kinds))
	for _, a := range s.Answers {
		if a.Submitted == 0 {
			continue
		}
		l := reviewLine{workLine: v.workLine(s, a)}
		if i := versions[a.ID].Content.Implementation; i != "" {
			l.Said = v.p.T("implementation."+string(i), nil)
		}
		for _, r := range remarks {
			if r.Answer == a.ID {
				l.Asked++
			}
		}
		for _, f := range findings {
			if f.Answer == a.ID {
				l.Findings++
			}
		}
		for i, k := range kinds {
			if k.keep(l) {
				counts[i]++
				if k.code == show {
					p.Lines = append(p.Lines, l)
				}
			}
		}
	}
	for i, k := range kinds {
		label, href := v.p.T("work.filter.all", nil), v.href("/assessments/%s/review", s.Assessment.ID)
		if k.code != "" {
			label, href = v.p.T("review.show."+k.code, nil), href+"?show="+k.code
		}
		p.Shows = append(p.Shows, workFilter{label, href, counts[i], show == k.code})
	}
	if !v.downloads() {
		return v.show("work/review", p)
	}
	t := func(key string) string { return v.p.T(key, nil) }
	rows := [][]string{{t("column.provision"), "provision", t("column.status"), t("column.implemented"), t("review.show.asked"), t("review.findings"), "answer"}}
	for _, l := range p.Lines {
		rows = append(rows, []string{l.Name, string(l.Provision), l.Mark.Word, l.Said, itoa(l.Asked), itoa(l.Findings), string(l.ID)})
	}
	return v.csv("review-"+string(s.Assessment.Party), rows)
}

type benchPage struct {
	questionPage
	Sheet    *workSheet
	Said     saidView
	Before   string // address of the answer before, and after
	After    string
	Findings []findingLine
	Kinds    []assessment.FindingKind
	Finding  string // what was typed and refused
	Kind     string
}

// findingLine is a finding as a page shows it.
type findingLine struct {
	assessment.Finding
	Round string // in which it was written, where that is another one
	Close string // address that closes it; empty where the reader cannot
}

// findings are what reviews wrote on a provision of a State, in this round and before it.
func (v *visit) findings(q asked) (out []findingLine, err error) {
	if !v.actor.Sight().Works(q.Answer.Party) {
		return nil, nil
	}
	found, err := v.site.Assessments.Store.Findings(v.r.Context(), v.actor.Sight(), assessment.FindingFilter{Party: q.Answer.Party, Provision: q.Answer.Provision})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	titles := map[assessment.RoundID]lang.Text{}
	rounds, err := v.site.Assessments.Store.Rounds(v.r.Context())
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		titles[r.ID] = r.Titles
	}
	for _, f := range found {
		if f.Round != q.Round.ID && !f.ClosedAt.IsZero() {
			continue // met in an earlier round
		}
		if f.Round == q.Round.ID && f.Answer != q.Answer.ID {
			continue // on another question about the same provision
		}
		l := findingLine{Finding: f}
		if f.Round != q.Round.ID {
			l.Round = titles[f.Round].Pick(v.lang)
		}
		if v.actor.May(identity.RecordFinding, identity.Scope{Party: f.Party}) {
			l.Close = v.href("/assessments/%s/review/%s/findings/%s/close", f.Assessment, f.Answer, f.ID)
		}
		out = append(out, l)
	}
	return out, nil
}

// bench reads one submitted answer with the cited law and what was written beside it.
func (v *visit) bench() (p benchPage, err error) {
	s, err := v.reviews()
	if err != nil {
		return p, err
	}
	answers := slices.DeleteFunc(slices.Clone(s.Answers), func(a assessment.Answer) bool { return a.Submitted == 0 })
	i := slices.IndexFunc(answers, func(a assessment.Answer) bool { return string(a.ID) == v.vars[1] })
	if i < 0 {
		return p, fault.Of(fault.NotFound)
	}
	v.vars[0], v.vars[1] = v.vars[1], v.vars[0] // the question reads its id first
	q, err := v.question()
	v.vars[0], v.vars[1] = v.vars[1], v.vars[0]
	if err != nil {
		return p, err
	}
	p.Sheet, p.Kinds = s, assessment.FindingKinds
	p.Base = v.workBase(s, "review", v.name(q.Provision))
	p.Crumbs = append(p.Crumbs, Crumb{v.p.T("review.title", nil), v.href("/assessments/%s/review", s.Assessment.ID)})
	p.Q, p.Question = q, v.words(q.Asked.Text)
	p.MayReturn = (q.Answer.State == assessment.Frozen || q.Answer.State == assessment.Published) && v.actor.May(identity.ReturnAnswer, identity.Scope{Party: q.Answer.Party})
	if p.Said, err = v.said(s, q.Current.Content); err != nil {
		return p, err
	}
	if err := v.remarks(q, &p.questionPage); err != nil {
		return p, err
	}
	if p.Findings, err = v.findings(q); err != nil {
		return p, err
	}
	at := func(a assessment.Answer) string { return v.href("/assessments/%s/review/%s", s.Assessment.ID, a.ID) }
	if i > 0 {
		p.Before = at(answers[i-1])
	}
	if i+1 < len(answers) {
		p.After = at(answers[i+1])
	}
	p.Number = v.p.T("question.number", fault.Args{"number": i + 1, "total": len(answers)})
	return p, nil
}

// benchPage is the bench of a reviewer: the answer, the law it cites beside it, questions, notes and findings.
func (v *visit) benchPage() error {
	p, err := v.bench()
	if err != nil {
		return err
	}
	return v.show("work/bench", p)
}

// addFinding writes an observation or a recommendation.
func (v *visit) addFinding() error {
	p, err := v.bench()
	if err != nil {
		return err
	}
	err = v.site.Assessments.Find(v.r.Context(), v.act(), p.Q.Answer.ID, assessment.FindingKind(v.form("kind")), v.form("finding"))
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors, p.Finding, p.Kind = v.fieldErrors(err), v.form("finding"), v.form("kind")
		return v.showStatus(http.StatusUnprocessableEntity, "work/bench", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/assessments/%s/review/%s", v.vars[0], v.vars[1]), "found", 0)
}

// closeFinding says that a finding was met, or opens it again.
func (v *visit) closeFinding() error {
	if err := v.site.Assessments.CloseFinding(v.r.Context(), v.act(), assessment.AnswerID(v.vars[1]), assessment.FindingID(v.vars[2]), v.form("closed") == "1"); err != nil {
		return err
	}
	return v.see(v.href("/assessments/%s/review/%s", v.vars[0], v.vars[1]))
}

type receiptPage struct {
	Base
	Sheet      *workSheet
	Snapshots  []assessment.Snapshot
	Shown      assessment.Snapshot
	Superseded int // by which submission, 0 when it is the newest
}

// receipts reads the submissions of an assessment for the party and those it was submitted to.
func (v *visit) receipts() (p receiptPage, err error) {
	s, err := v.sheet(v.vars[0])
	if err != nil {
		return p, err
	}
	sight := v.actor.Sight()
	if s.Assessment.Submissions == 0 || !sight.Works(s.Assessment.Party) {
		return p, fault.Of(fault.NotFound)
	}
	p = receiptPage{Base: v.workBase(s, "", v.p.T("work.receipt", nil)), Sheet: s}
	if p.Snapshots, err = v.site.Assessments.Store.Snapshots(v.r.Context(), sight, s.Assessment.ID); err != nil {
		return p, err
	}
	n := s.Assessment.Submissions
	if len(v.vars) > 1 {
		if n, err = strconv.Atoi(v.vars[1]); err != nil {
			return p, fault.Of(fault.NotFound)
		}
	}
	i := slices.IndexFunc(p.Snapshots, func(x assessment.Snapshot) bool { return x.N == n })
	if i < 0 {
		return p, fault.Of(fault.NotFound)
	}
	p.Shown = p.Snapshots[i]
	if i > 0 {
		p.Superseded = p.Snapshots[i-1].N
	}
	return p, nil
}

// receiptPage is what a party keeps of a submission: the hash of the snapshot, when and by whom, and what superseded it.
func (v *visit) receiptPage() error {
	p, err := v.receipts()
	if err != nil {
		return err
	}
	return v.show("work/receipt", p)
}

// receipt is the file that proves a submission: whoever has it can compute the hashes again.
type receipt struct {
	Format      string                    `json:"format"` // "merida.receipt/1"
	Instance    string                    `json:"instance"`
	Assessment  assessment.ID             `json:"assessment"`
	Party       string                    `json:"party"`
	Round       lang.Text                 `json:"round"`
	Edition     string                    `json:"edition"`
	Submission  int                       `json:"submission"`
	Supersedes  int                       `json:"supersedes,omitempty"`
	SubmittedAt string                    `json:"submitted_at"`
	SubmittedBy string                    `json:"submitted_by"`
	Hash        string                    `json:"sha256"`
	Of          string                    `json:"sha256_of"`
	Lines       []assessment.SnapshotLine `json:"lines"`
	Answers     []assessment.Content      `json:"answers"` // in the order of lines
}

// receiptFile sends a submission as it was frozen, with its receipt.
func (v *visit) receiptFile() error {
	p, err := v.receipts()
	if err != nil {
		return err
	}
	if v.actor.Sight().Assigned != "" {
		return fault.Of(fault.NotFound) // the file holds every answer, and a contributor sees what was assigned
	}
	x, contents, err := v.site.Assessments.Store.Snapshot(v.r.Context(), v.actor.Sight(), p.Sheet.Assessment.ID, p.Shown.N)
	if err != nil {
		return err
	}
	out := receipt{Format: "merida.receipt/1", Instance: v.site.BaseURL, Assessment: x.Assessment, Party: string(p.Sheet.Assessment.Party), Round: p.Sheet.Round.Titles, Edition: p.Sheet.Round.Edition,
		Submission: x.N, Supersedes: x.N - 1, SubmittedAt: iso(x.At), SubmittedBy: x.ByName, Hash: x.Hash, Of: "the JSON of lines, without spaces", Lines: x.Lines, Answers: contents}
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="receipt-%s-%d.json"`, p.Sheet.Assessment.Party, x.N))
	_, err = v.w.Write(b)
	return err
}
