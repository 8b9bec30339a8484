package store

import (
	"context"
	"errors"
	"slices"
	"time"

	"merida/assessment"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/party"
)

// Assessments keeps rounds, assessments, answers with their versions, and what is public of them.
type Assessments struct{ DB DB }

var _ assessment.Store = Assessments{}

const assessmentColumns = `s.id, s.round, s.party, s.state, s.rev, s.submissions, s.submitted_at, s.submitted_by, s.receipt, s.extended, s.changed_at`

func assessmentDest(a *assessment.Assessment) []any {
	return []any{&a.ID, &a.Round, &a.Party, &a.State, &a.Rev, &a.Submissions, InTime(&a.SubmittedAt), &a.SubmittedBy, &a.Receipt, FromJSON(&a.Extended), InTime(&a.ChangedAt)}
}

const answerColumns = `a.id, a.assessment, a.party, a.question, a.provision, a.ord, a.state, a.version, a.submitted, a.published, a.class, a.assignee, a.agency, a.due_on, a.reason, a.returned_by, a.returned_at, a.changed_at`

func answerDest(a *assessment.Answer) []any {
	return []any{&a.ID, &a.Assessment, &a.Party, &a.Question, &a.Provision, &a.Order, &a.State, &a.Version, &a.Submitted, &a.Published, &a.Class,
		&a.Assignee, &a.Agency, &a.DueOn, &a.Reason, &a.ReturnedBy, InTime(&a.ReturnedAt), InTime(&a.ChangedAt)}
}

func scanAnswer(s Scanner) (a assessment.Answer, err error) { return a, s.Scan(answerDest(&a)...) }

const versionColumns = `v.answer, v.n, v.content, v.hash, v.at, v.by_account, v.by_name, v.agency, v.source, v.proposal`

func versionDest(v *assessment.Version) []any {
	return []any{&v.Answer, &v.N, FromJSON(&v.Content), &v.Hash, InTime(&v.At), &v.By, &v.ByName, &v.Agency, &v.Source, &v.Of}
}

func scanVersion(s Scanner) (v assessment.Version, err error) { return v, s.Scan(versionDest(&v)...) }

const proposalColumns = `p.id, p.answer, p.base, p.author, p.name, p.agency, p.state, p.saves, p.content, p.note, p.at`

func scanProposal(s Scanner) (p assessment.Proposal, err error) {
	return p, s.Scan(&p.ID, &p.Answer, &p.Base, &p.Author, &p.Name, &p.Agency, &p.State, &p.Saves, FromJSON(&p.Content), &p.Note, InTime(&p.At))
}

// answerSight adds what a reader may see of answers (alias a). To readers outside
// the party an answer exists once it was submitted.
func answerSight(w *Where, s identity.Sight) {
	w.Sight(s, "a.party", "a.class_rank", "a.assignee = ?")
}

// inside reports whether a reader sees the party's own line rather than what was submitted.
func inside(s identity.Sight, p party.ID) bool { return s.Party != "" && s.Party == p }

// outside takes off what concerns the work on an answer and not the answer: who
// writes it, by when, why it was returned. The party, the reviewers and the
// secretariat work on it; others read what was shared with them.
func outside(s identity.Sight, a *assessment.Answer, v *assessment.Version) {
	if s.Works(a.Party) {
		return
	}
	a.Assignee, a.Agency, a.DueOn, a.Reason, a.ReturnedBy, a.ReturnedAt = "", "", "", "", "", time.Time{}
	if a.State == assessment.SentBack {
		a.State = assessment.Frozen
		if a.Published > 0 {
			a.State = assessment.Published
		}
	}
	if v != nil {
		v.By, v.ByName, v.Agency, v.Of = "", "", "", ""
	}
}

// Whole reads an assessment with its answers.
func (st Assessments) Whole(ctx context.Context, s identity.Sight, id assessment.ID) (out assessment.Whole, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out = assessment.Whole{}
		_, err := One(ctx, tx, func(r Scanner) (struct{}, error) {
			dest := append(assessmentDest(&out.Assessment), roundDest(&out.Round)...)
			return struct{}{}, r.Scan(dest...)
		}, `SELECT `+assessmentColumns+`, `+roundColumns+` FROM assessment s JOIN round r ON r.id = s.round WHERE s.id = $1`, string(id))
		if err != nil {
			return Found(err, "")
		}
		var w Where
		w.And("a.assessment = ?", string(id))
		answerSight(&w, s)
		out.Answers, err = All(ctx, tx, scanAnswer, `SELECT `+answerColumns+` FROM answer a`+w.SQL()+` ORDER BY a.ord`, w.Args()...)
		if err == nil && len(out.Answers) == 0 {
			return fault.Of(fault.NotFound)
		}
		for i := range out.Answers {
			outside(s, &out.Answers[i], nil)
		}
		if !s.Works(out.Assessment.Party) {
			outsideAssessment(&out.Assessment)
		}
		return err
	})
	return out, err
}

// outsideAssessment keeps that and when it was submitted.
func outsideAssessment(a *assessment.Assessment) {
	a.SubmittedBy, a.Receipt = "", ""
	if a.State != assessment.Submitted && a.Submissions > 0 {
		a.State = assessment.Submitted
	}
}

// Detail reads one answer for its page.
func (st Assessments) Detail(ctx context.Context, s identity.Sight, id assessment.AnswerID) (out assessment.Detail, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out = assessment.Detail{}
		var w Where
		w.And("a.id = ?", string(id))
		answerSight(&w, s)
		_, err := One(ctx, tx, func(r Scanner) (struct{}, error) {
			dest := append(answerDest(&out.Answer), assessmentDest(&out.Assessment)...)
			dest = append(dest, roundDest(&out.Round)...)
			return struct{}{}, r.Scan(dest...)
		}, `SELECT `+answerColumns+`, `+assessmentColumns+`, `+roundColumns+` FROM answer a JOIN assessment s ON s.id = a.assessment JOIN round r ON r.id = s.round`+w.SQL(), w.Args()...)
		if err != nil {
			return Found(err, "")
		}
		n := out.Answer.Version
		if !inside(s, out.Answer.Party) {
			n = out.Answer.Submitted
		}
		if n > 0 {
			if out.Current, err = One(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer_version v WHERE v.answer = $1 AND v.n = $2`, string(id), n); err != nil {
				return err
			}
		}
		if !inside(s, out.Answer.Party) {
			outside(s, &out.Answer, &out.Current)
			if !s.Works(out.Answer.Party) {
				outsideAssessment(&out.Assessment)
			}
			return nil
		}
		var pw Where
		pw.And("p.answer = ?", string(id))
		if s.Assigned != "" { // a contributor sees its own agency's text only
			pw.And("p.author = ?", s.Assigned)
		} else { // what is still being written stays with its author until it is offered
			pw.And("p.state <> 'writing'")
		}
		out.Proposals, err = All(ctx, tx, scanProposal, `SELECT `+proposalColumns+` FROM proposal p`+pw.SQL()+` ORDER BY p.id DESC`, pw.Args()...)
		return err
	})
	return out, err
}

// Versions lists an answer's versions, newest first.
func (st Assessments) Versions(ctx context.Context, s identity.Sight, id assessment.AnswerID) (out []assessment.Version, err error) {
	d, err := st.Detail(ctx, s, id)
	if err != nil {
		return nil, err
	}
	var w Where
	w.And("v.answer = ?", string(id))
	if !inside(s, d.Answer.Party) {
		w.And("v.n = ?", d.Answer.Submitted)
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer_version v`+w.SQL()+` ORDER BY v.n DESC`, w.Args()...)
		for i := range out {
			outside(s, &d.Answer, &out[i])
		}
		return err
	})
	return out, err
}

// Contents reads the newest (or, outside the party, the submitted) version of each answer.
func (st Assessments) Contents(ctx context.Context, s identity.Sight, id assessment.ID) (out map[assessment.AnswerID]assessment.Version, err error) {
	var w Where
	w.And("a.assessment = ?", string(id))
	answerSight(&w, s)
	err = st.DB.Read(ctx, func(tx Tx) error {
		type row struct {
			a assessment.Answer
			v assessment.Version
		}
		rows, err := All(ctx, tx, func(r Scanner) (x row, err error) {
			return x, r.Scan(append(answerDest(&x.a), versionDest(&x.v)...)...)
		}, `SELECT `+answerColumns+`, `+versionColumns+` FROM answer a JOIN answer_version v ON v.answer = a.id AND (v.n = a.version OR v.n = a.submitted)`+w.SQL(), w.Args()...)
		out = make(map[assessment.AnswerID]assessment.Version, len(rows))
		for _, x := range rows {
			want := x.a.Version
			if !inside(s, x.a.Party) {
				want = x.a.Submitted
			}
			if x.v.N == want {
				outside(s, &x.a, &x.v)
				out[x.a.ID] = x.v
			}
		}
		return err
	})
	return out, err
}

// ChangeAnswer loads an answer, lets fn decide, and saves what it decided.
func (st Assessments) ChangeAnswer(ctx context.Context, id assessment.AnswerID, ref assessment.Ref, fn func(*assessment.AnswerChange) (audit.Trace, error)) (string, bool, error) {
	var result string
	var repeated bool
	err := st.DB.Write(ctx, func(tx Tx) error {
		result, repeated = "", false
		if kept, ok, err := repeatOf(ctx, tx, ref.Once); err != nil || ok {
			result, repeated = kept, ok
			return err
		}
		var c assessment.AnswerChange
		_, err := One(ctx, tx, func(r Scanner) (struct{}, error) {
			return struct{}{}, r.Scan(append(answerDest(&c.Answer), assessmentDest(&c.Assessment)...)...)
		}, `SELECT `+answerColumns+`, `+assessmentColumns+` FROM answer a JOIN assessment s ON s.id = a.assessment WHERE a.id = $1`, string(id))
		if err != nil {
			return Found(err, "")
		}
		version := func(n int) (v assessment.Version, err error) {
			if n == 0 {
				return v, nil
			}
			v, err = One(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer_version v WHERE v.answer = $1 AND v.n = $2`, string(id), n)
			if errors.Is(err, ErrNoRow) {
				err = nil
			}
			return v, err
		}
		if c.Current, err = version(c.Answer.Version); err != nil {
			return err
		}
		if c.Base = c.Current; ref.Base != c.Answer.Version {
			if c.Base, err = version(ref.Base); err != nil {
				return err
			}
		}
		switch {
		case ref.Proposal != "":
			c.Proposal, err = One(ctx, tx, scanProposal, `SELECT `+proposalColumns+` FROM proposal p WHERE p.id = $1 AND p.answer = $2`, string(ref.Proposal), string(id))
		case ref.Author != "":
			c.Proposal, err = One(ctx, tx, scanProposal, `SELECT `+proposalColumns+` FROM proposal p WHERE p.answer = $1 AND p.author = $2 AND p.state IN ('writing', 'returned', 'offered') ORDER BY p.id DESC LIMIT 1`, string(id), ref.Author)
		}
		if err != nil && !errors.Is(err, ErrNoRow) {
			return err
		}
		if ref.Remark != "" {
			if c.Remark, err = remarkOf(ctx, tx, id, ref.Remark); err != nil {
				return err
			}
		}
		if ref.Finding != "" {
			if c.Finding, err = findingOf(ctx, tx, id, ref.Finding); err != nil {
				return err
			}
		}
		if ref.Origin != "" {
			if err := loadOrigin(ctx, tx, &c, ref.Origin); err != nil {
				return err
			}
		}
		before := c.Answer
		trace, err := fn(&c)
		if err != nil {
			return err
		}
		result = trace.Result
		if err := saveAnswerChange(ctx, tx, before, c); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace)
	})
	return result, repeated, err
}

func saveAnswerChange(ctx context.Context, tx Tx, before assessment.Answer, c assessment.AnswerChange) error {
	if v := c.NewVersion; v != nil {
		if _, err := tx.Exec(ctx, `INSERT INTO answer_version (answer, n, content, hash, at, by_account, by_name, agency, source, proposal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, string(v.Answer), v.N, JSON(v.Content), v.Hash, Micros(v.At), v.By, v.ByName, v.Agency, string(v.Source), string(v.Of)); err != nil {
			return err
		}
	}
	for _, p := range c.PutProposal {
		if _, err := tx.Exec(ctx, `INSERT INTO proposal (id, answer, base, author, name, agency, state, saves, content, note, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET base = excluded.base, name = excluded.name, agency = excluded.agency, state = excluded.state, saves = excluded.saves,
content = excluded.content, note = excluded.note, at = excluded.at`,
			string(p.ID), string(p.Answer), p.Base, p.Author, p.Name, p.Agency, string(p.State), p.Saves, JSON(p.Content), p.Note, Micros(p.At)); err != nil {
			return err
		}
		// A change of state alone is no new save of the text.
		if _, err := tx.Exec(ctx, `INSERT INTO proposal_save (proposal, n, content, at) VALUES ($1, $2, $3, $4) ON CONFLICT (proposal, n) DO NOTHING`,
			string(p.ID), p.Saves, JSON(p.Content), Micros(p.At)); err != nil {
			return err
		}
	}
	if c.PutRemark != nil {
		if err := putRemark(ctx, tx, *c.PutRemark); err != nil {
			return err
		}
	}
	if c.PutFinding != nil {
		if err := putFinding(ctx, tx, *c.PutFinding); err != nil {
			return err
		}
	}
	if c.PutReuse != nil {
		if err := putReuse(ctx, tx, *c.PutReuse); err != nil {
			return err
		}
	}
	if p := c.Publish; p != nil {
		if err := publishAnswer(ctx, tx, *p); err != nil {
			return err
		}
	}
	if p := c.Withdraw; p != nil {
		if _, err := tx.Exec(ctx, `UPDATE pub_answer SET parts = '[]', content = '{}', hash = '', withdrawn_at = $1, reason = $2 WHERE answer = $3`,
			Micros(p.WithdrawnAt), p.Reason, string(p.Answer)); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM pub_answer_citation WHERE answer = $1`, string(p.Answer)); err != nil {
			return err
		}
		if err := tx.Touch(ctx, "answer", string(p.Answer)); err != nil {
			return err
		}
	}
	if c.Answer != before {
		return updateAnswer(ctx, tx, c.Answer)
	}
	return nil
}

func updateAnswer(ctx context.Context, tx Tx, a assessment.Answer) error {
	_, err := tx.Exec(ctx, `UPDATE answer SET state = $1, version = $2, submitted = $3, published = $4, class = $5, class_rank = $6,
assignee = $7, agency = $8, due_on = $9, reason = $10, returned_by = $11, returned_at = $12, changed_at = $13 WHERE id = $14`,
		string(a.State), a.Version, a.Submitted, a.Published, string(a.Class), a.Class.Rank(),
		a.Assignee, a.Agency, a.DueOn, a.Reason, a.ReturnedBy, Micros(a.ReturnedAt), Micros(a.ChangedAt), string(a.ID))
	return err
}

func publishAnswer(ctx context.Context, tx Tx, p assessment.Public) error {
	if _, err := tx.Exec(ctx, `INSERT INTO pub_answer (answer, assessment, round, party, question, provision, ord, version, parts, content, hash, published_at, withdrawn_at, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, '')
ON CONFLICT (answer) DO UPDATE SET version = excluded.version, parts = excluded.parts, content = excluded.content, hash = excluded.hash,
published_at = excluded.published_at, withdrawn_at = 0, reason = ''`,
		string(p.Answer), string(p.Assessment), string(p.Round), string(p.Party), p.Question, string(p.Provision), p.Order, p.Version, JSON(p.Parts), JSON(p.Content), p.Hash, Micros(p.PublishedAt)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM pub_answer_citation WHERE answer = $1`, string(p.Answer)); err != nil {
		return err
	}
	for i, c := range p.Content.Citations {
		if _, err := tx.Exec(ctx, `INSERT INTO pub_answer_citation (answer, ord, measure, version, eid) VALUES ($1, $2, $3, $4, $5)`,
			string(p.Answer), i+1, string(c.Measure), c.Version, c.EID); err != nil {
			return err
		}
		if err := publishCited(ctx, tx, p, c); err != nil {
			return err
		}
	}
	return tx.Touch(ctx, "answer", string(p.Answer))
}

// ChangeAssessment loads an assessment with all its answers, lets fn decide, and saves what it changed.
func (st Assessments) ChangeAssessment(ctx context.Context, aid assessment.ID, once audit.Once, fn func(*assessment.AssessmentChange) (audit.Trace, error)) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		if _, ok, err := repeatOf(ctx, tx, once); err != nil || ok {
			return err
		}
		c := assessment.AssessmentChange{Current: map[assessment.AnswerID]assessment.Version{}, Account: func(id string) (identity.Account, error) {
			a, err := One(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM account a WHERE a.id = $1`, id)
			return a, Found(err, "")
		}}
		var err error
		c.Assessment, err = One(ctx, tx, func(r Scanner) (a assessment.Assessment, err error) { return a, r.Scan(assessmentDest(&a)...) },
			`SELECT `+assessmentColumns+` FROM assessment s WHERE s.id = $1`, string(aid))
		if err != nil {
			return Found(err, "")
		}
		if c.Answers, err = All(ctx, tx, scanAnswer, `SELECT `+answerColumns+` FROM answer a WHERE a.assessment = $1 ORDER BY a.ord`, string(aid)); err != nil {
			return err
		}
		versions, err := All(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer a JOIN answer_version v ON v.answer = a.id AND v.n = a.version WHERE a.assessment = $1`, string(aid))
		if err != nil {
			return err
		}
		for _, v := range versions {
			c.Current[v.Answer] = v
		}
		rev, before := c.Assessment.Rev, slices.Clone(c.Answers)
		trace, err := fn(&c)
		if err != nil {
			return err
		}
		a := c.Assessment
		n, err := tx.Exec(ctx, `UPDATE assessment SET state = $1, rev = $2, submissions = $3, submitted_at = $4, submitted_by = $5, receipt = $6, changed_at = $7 WHERE id = $8 AND rev = $9`,
			string(a.State), rev+1, a.Submissions, Micros(a.SubmittedAt), a.SubmittedBy, a.Receipt, Micros(a.ChangedAt), string(aid), rev)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.New(fault.Conflict, "assessment.changed", nil)
		}
		for i, x := range c.Answers {
			if x == before[i] {
				continue
			}
			if err := updateAnswer(ctx, tx, x); err != nil {
				return err
			}
		}
		if s := c.Snapshot; s != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO snapshot (assessment, n, hash, lines, by_account, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				string(s.Assessment), s.N, s.Hash, JSON(s.Lines), s.By, s.ByName, Micros(a.SubmittedAt)); err != nil {
				return err
			}
		}
		return SaveTrace(ctx, tx, trace)
	})
}

const publicColumns = `p.answer, p.assessment, p.round, p.party, p.question, p.provision, p.ord, p.version, p.parts, p.content, p.hash, p.published_at, p.withdrawn_at, p.reason`

func scanPublic(s Scanner) (p assessment.Public, err error) {
	return p, s.Scan(&p.Answer, &p.Assessment, &p.Round, &p.Party, &p.Question, &p.Provision, &p.Order, &p.Version, FromJSON(&p.Parts), FromJSON(&p.Content), &p.Hash,
		InTime(&p.PublishedAt), InTime(&p.WithdrawnAt), &p.Reason)
}

// Published reads what the public sees.
func (st Assessments) Published(ctx context.Context, f assessment.PublicFilter) (out []assessment.Public, err error) {
	var w Where
	if f.Party != "" {
		w.And("p.party = ?", string(f.Party))
	}
	if f.Answer != "" {
		w.And("p.answer = ?", string(f.Answer))
	}
	if f.Provisions != nil {
		w.And("p.provision IN (?)", f.Provisions)
	}
	if !f.Withdrawn {
		w.And("p.withdrawn_at = 0")
	}
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanPublic, `SELECT `+publicColumns+` FROM pub_answer p`+w.SQL()+` ORDER BY p.party, p.round DESC, p.ord`, w.Args()...)
		return err
	})
	return out, err
}

// CitedBy reads the published answers that cite a measure.
func (st Assessments) CitedBy(ctx context.Context, measure string) (out []assessment.Public, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanPublic, `SELECT `+publicColumns+` FROM pub_answer p WHERE p.withdrawn_at = 0
AND p.answer IN (SELECT c.answer FROM pub_answer_citation c WHERE c.measure = $1) ORDER BY p.party, p.round DESC, p.ord`, measure)
		return err
	})
	return out, err
}

// newID is for rows that the store itself adds within an act.
var newID = id.New
