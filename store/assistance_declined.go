package store

import (
	"context"

	"merida/assistance"
	"merida/audit"
	"merida/identity"
)

// Decline keeps a match that was set aside. A repeated request adds nothing.
func (st Assistance) Decline(ctx context.Context, d assistance.Declined, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO match_declined (id, need, activity, reason, party, organisation, by_account, by_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			d.ID, string(d.Need), string(d.Activity), JSON(d.Reason), string(d.Party), d.Organisation, d.By, d.ByName, Micros(d.At))
		return err
	})
	return err
}

// Declined lists what was set aside of a need, oldest first: all of it to the State that needs, to an organisation its
// own, to others nothing.
func (st Assistance) Declined(ctx context.Context, s identity.Sight, need assistance.NeedID) (out []assistance.Declined, err error) {
	n, err := st.Need(ctx, s, need)
	if err != nil {
		return nil, err
	}
	var w Where
	w.And("d.need = ?", string(need))
	switch {
	case s.Party != "" && s.Party == n.Party && s.Assigned == "":
	case s.Organisation != "":
		w.And("d.organisation = ?", s.Organisation)
	default:
		return nil, nil
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (d assistance.Declined, err error) {
			return d, r.Scan(&d.ID, &d.Need, &d.Activity, FromJSON(&d.Reason), &d.Party, &d.Organisation, &d.By, &d.ByName, InTime(&d.At))
		}, `SELECT d.id, d.need, d.activity, d.reason, d.party, d.organisation, d.by_account, d.by_name, d.at FROM match_declined d`+w.SQL()+` ORDER BY d.at, d.id`, w.Args()...)
		return err
	})
	return out, err
}
