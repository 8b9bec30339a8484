package store

import (
	"context"

	"merida/assessment"
	"merida/identity"
)

// Outline reads where each answer of an assessment stands.
func (st Assessments) Outline(ctx context.Context, s identity.Sight, id assessment.ID) (out []assessment.Answer, err error) {
	var w Where
	w.And("a.assessment = ?", string(id))
	answerSight(&w, s)
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (a assessment.Answer, err error) {
			return a, r.Scan(&a.ID, &a.Party, &a.Provision, &a.Order, &a.State, &a.Published, &a.Assignee)
		}, `SELECT a.id, a.party, a.provision, a.ord, a.state, a.published, a.assignee FROM answer a`+w.SQL()+` ORDER BY a.ord`, w.Args()...)
		for i := range out {
			outside(s, &out[i], nil)
		}
		return err
	})
	return out, err
}
