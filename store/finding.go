package store

import (
	"context"
	"errors"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
)

const findingColumns = `f.id, f.answer, f.assessment, f.round, f.party, f.provision, f.kind, f.body, f.author, f.name, f.role, f.at, f.closed_at, f.closed_by`

func scanFinding(s Scanner) (f assessment.Finding, err error) {
	return f, s.Scan(&f.ID, &f.Answer, &f.Assessment, &f.Round, &f.Party, &f.Provision, &f.Kind, &f.Body, &f.Author, &f.Name, &f.Role, InTime(&f.At), InTime(&f.ClosedAt), &f.ClosedBy)
}

func findingOf(ctx context.Context, tx Tx, answer assessment.AnswerID, id assessment.FindingID) (assessment.Finding, error) {
	f, err := One(ctx, tx, scanFinding, `SELECT `+findingColumns+` FROM finding f WHERE f.id = $1 AND f.answer = $2`, string(id), string(answer))
	if errors.Is(err, ErrNoRow) {
		return assessment.Finding{}, nil
	}
	return f, err
}

func putFinding(ctx context.Context, tx Tx, f assessment.Finding) error {
	_, err := tx.Exec(ctx, `INSERT INTO finding (id, answer, assessment, round, party, provision, kind, body, author, name, role, at, closed_at, closed_by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, closed_by = excluded.closed_by`,
		string(f.ID), string(f.Answer), string(f.Assessment), string(f.Round), string(f.Party), string(f.Provision), string(f.Kind), f.Body, f.Author, f.Name, string(f.Role),
		Micros(f.At), Micros(f.ClosedAt), f.ClosedBy)
	return err
}

// Findings lists what reviews wrote, newest first. The State's people read what was
// written about their own State, contributors on the provisions they were given; the
// secretariat and the reviewers read it on the answers they see.
func (st Assessments) Findings(ctx context.Context, s identity.Sight, f assessment.FindingFilter) (out []assessment.Finding, err error) {
	var w Where
	switch {
	case s.Assigned != "":
		w.And("f.party = ?", string(s.Party))
		w.And("EXISTS (SELECT 1 FROM answer b WHERE b.party = f.party AND b.provision = f.provision AND b.assignee = ?)", s.Assigned)
	case s.Works(""): // the secretariat and the reviewers
		answerSight(&w, s)
	case s.Party != "":
		w.And("f.party = ?", string(s.Party))
	default:
		return nil, nil
	}
	if f.Party != "" {
		w.And("f.party = ?", string(f.Party))
	}
	if f.Provision != "" {
		w.And("f.provision = ?", string(f.Provision))
	}
	if f.Assessment != "" {
		w.And("f.assessment = ?", string(f.Assessment))
	}
	if f.Open {
		w.And("f.closed_at = 0")
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanFinding, `SELECT `+findingColumns+` FROM finding f JOIN answer a ON a.id = f.answer`+w.SQL()+` ORDER BY f.id DESC`, w.Args()...)
		return err
	})
	return out, err
}

// Snapshots lists the submissions of an assessment, newest first, without their lines.
func (st Assessments) Snapshots(ctx context.Context, s identity.Sight, id assessment.ID) (out []assessment.Snapshot, err error) {
	if _, err := st.Outline(ctx, s, id); err != nil {
		return nil, err
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (x assessment.Snapshot, err error) {
			return x, r.Scan(&x.Assessment, &x.N, &x.Hash, &x.By, &x.ByName, InTime(&x.At))
		}, `SELECT x.assessment, x.n, x.hash, x.by_account, x.by_name, x.at FROM snapshot x WHERE x.assessment = $1 ORDER BY x.n DESC`, string(id))
		return err
	})
	return out, err
}

// Snapshot reads one submission with its lines and the answers as they were frozen.
func (st Assessments) Snapshot(ctx context.Context, s identity.Sight, id assessment.ID, n int) (out assessment.Snapshot, contents []assessment.Content, err error) {
	seen, err := st.Outline(ctx, s, id)
	if err != nil {
		return out, nil, err
	}
	if len(seen) == 0 {
		return out, nil, fault.Of(fault.NotFound)
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		contents = nil
		out, err = One(ctx, tx, func(r Scanner) (x assessment.Snapshot, err error) {
			return x, r.Scan(&x.Assessment, &x.N, &x.Hash, &x.By, &x.ByName, InTime(&x.At), FromJSON(&x.Lines))
		}, `SELECT x.assessment, x.n, x.hash, x.by_account, x.by_name, x.at, x.lines FROM snapshot x WHERE x.assessment = $1 AND x.n = $2`, string(id), n)
		if err != nil {
			return Found(err, "")
		}
		for _, l := range out.Lines {
			v, err := One(ctx, tx, scanVersion, `SELECT `+versionColumns+` FROM answer_version v WHERE v.answer = $1 AND v.n = $2`, string(l.Answer), l.Version)
			if err != nil {
				return err
			}
			contents = append(contents, v.Content)
		}
		return nil
	})
	return out, contents, err
}
