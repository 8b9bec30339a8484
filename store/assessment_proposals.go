package store

import (
	"context"

	"merida/assessment"
	"merida/identity"
)

// Proposals lists the contributions to an assessment that the reader may see, newest first;
// the same ones as Detail gives of each answer.
func (st Assessments) Proposals(ctx context.Context, s identity.Sight, id assessment.ID) (out []assessment.Proposal, err error) {
	if s.Party == "" { // only the party itself reads contributions
		return nil, nil
	}
	var w Where
	w.And("a.assessment = ?", string(id))
	w.And("a.party = ?", string(s.Party))
	if s.Assigned != "" {
		w.And("p.author = ?", s.Assigned)
		w.And("a.assignee = ?", s.Assigned)
	} else {
		w.And("p.state <> 'writing'")
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanProposal, `SELECT `+proposalColumns+` FROM proposal p JOIN answer a ON a.id = p.answer`+w.SQL()+` ORDER BY p.id DESC`, w.Args()...)
		return err
	})
	return out, err
}
