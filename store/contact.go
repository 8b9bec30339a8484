package store

import (
	"context"

	"merida/audit"
	"merida/directory"
	"merida/fault"
	"merida/identity"
)

// Contacts keeps the register of contact points.
type Contacts struct{ DB DB }

var _ directory.ContactStore = Contacts{}

// Contacts lists what the sight reaches.
func (st Contacts) Contacts(ctx context.Context, s identity.Sight, f directory.ContactFilter) (out []directory.ContactPoint, err error) {
	from := Library(st).from(s)
	var w Where
	if from.prefix == "" {
		w.Sight(s, "party", "class_rank", "")
	}
	if f.Party != "" {
		w.And("party = ?", string(f.Party))
	}
	if f.Organisation != "" {
		w.And("organisation = ?", f.Organisation)
	}
	if f.Role != "" {
		w.And("role = ?", string(f.Role))
	}
	err = from.db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (c directory.ContactPoint, err error) {
			return c, r.Scan(&c.ID, &c.Party, &c.Organisation, &c.Role, FromJSON(&c.Office), &c.Person, &c.Email, &c.Telephone, FromJSON(&c.Languages),
				&c.From, &c.To, &c.ConfirmedOn, &c.Class, &c.Rev, &c.LastEditor, InTime(&c.ChangedAt), &c.Nomination, &c.VerifiedOn)
		}, `SELECT id, party, organisation, role, office, person, email, telephone, languages, valid_from, valid_to, confirmed_on, class, rev, last_editor, changed_at, nomination, verified_on
FROM `+from.prefix+`contact_point`+w.SQL()+` ORDER BY party, organisation, role, id`, w.Args()...)
		return err
	})
	return out, err
}

// PutContact adds or replaces a contact point.
func (st Contacts) PutContact(ctx context.Context, c directory.ContactPoint, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if err := tx.Touch(ctx, "contact_point", string(c.ID)); err != nil {
			return err
		}
		if c.Rev == 0 {
			_, err := tx.Exec(ctx, `INSERT INTO contact_point (id, party, organisation, role, office, person, email, telephone, languages, valid_from, valid_to, confirmed_on, class, class_rank, rev, last_editor, changed_at, nomination, verified_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`, string(c.ID), string(c.Party), c.Organisation, string(c.Role), JSON(c.Office), c.Person, c.Email, c.Telephone,
				JSON(c.Languages), c.From, c.To, c.ConfirmedOn, string(c.Class), c.Class.Rank(), int64(1), c.LastEditor, Micros(c.ChangedAt), c.Nomination, c.VerifiedOn)
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE contact_point SET role = $1, office = $2, person = $3, email = $4, telephone = $5, languages = $6, valid_from = $7, valid_to = $8,
confirmed_on = $9, class = $10, class_rank = $11, rev = $12, last_editor = $13, changed_at = $14, nomination = $15, verified_on = $16 WHERE id = $17 AND rev = $18`,
			string(c.Role), JSON(c.Office), c.Person, c.Email, c.Telephone, JSON(c.Languages), c.From, c.To, c.ConfirmedOn, string(c.Class), c.Class.Rank(), c.Rev+1, c.LastEditor,
			Micros(c.ChangedAt), c.Nomination, c.VerifiedOn, string(c.ID), c.Rev)
		if err == nil && n != 1 {
			return fault.Of(fault.Conflict)
		}
		return err
	})
	return err
}
