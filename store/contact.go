package store

import (
	"context"
	"time"

	"merida/audit"
	"merida/directory"
	"merida/fault"
	"merida/identity"
)

// Contacts keeps the register of contact points.
type Contacts struct{ DB DB }

var _ directory.ContactStore = Contacts{}

const contactColumns = `c.id, c.party, c.organisation, c.role, c.office, c.person, c.email, c.telephone, c.languages, c.valid_from, c.valid_to, c.confirmed_on, c.class, c.rev, c.last_editor, c.changed_at,
c.nomination, c.verified_on, c.asked_on, c.reminded_on, c.unconfirmed_on, c.left_on`

func scanContact(r Scanner) (c directory.ContactPoint, err error) {
	return c, r.Scan(&c.ID, &c.Party, &c.Organisation, &c.Role, FromJSON(&c.Office), &c.Person, &c.Email, &c.Telephone, FromJSON(&c.Languages), &c.From, &c.To, &c.ConfirmedOn, &c.Class, &c.Rev, &c.LastEditor,
		InTime(&c.ChangedAt), &c.Nomination, &c.VerifiedOn, &c.AskedOn, &c.RemindedOn, &c.UnconfirmedOn, &c.LeftOn)
}

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
		out, err = All(ctx, tx, scanContact, `SELECT `+contactColumns+` FROM `+from.prefix+`contact_point c`+w.SQL()+` ORDER BY party, organisation, role, id`, w.Args()...)
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
confirmed_on = $9, class = $10, class_rank = $11, rev = $12, last_editor = $13, changed_at = $14, nomination = $15, verified_on = $16,
asked_on = $17, reminded_on = $18, unconfirmed_on = $19, left_on = $20 WHERE id = $21 AND rev = $22`,
			string(c.Role), JSON(c.Office), c.Person, c.Email, c.Telephone, JSON(c.Languages), c.From, c.To, c.ConfirmedOn, string(c.Class), c.Class.Rank(), c.Rev+1, c.LastEditor,
			Micros(c.ChangedAt), c.Nomination, c.VerifiedOn, c.AskedOn, c.RemindedOn, c.UnconfirmedOn, c.LeftOn, string(c.ID), c.Rev)
		if err == nil && n != 1 {
			return fault.Of(fault.Conflict)
		}
		return err
	})
	return err
}

// AskContact saves how far the yearly question is. Its revision stays: nothing of what the record says has changed.
func (st Contacts) AskContact(ctx context.Context, c directory.ContactPoint, a directory.Asked, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE contact_point SET asked_on = $1, reminded_on = $2, unconfirmed_on = $3, left_on = $4 WHERE id = $5 AND rev = $6 AND asked_on = $7 AND reminded_on = $8 AND unconfirmed_on = $9 AND left_on = $10`,
			a.AskedOn, a.RemindedOn, a.UnconfirmedOn, a.LeftOn, string(c.ID), c.Rev, c.AskedOn, c.RemindedOn, c.UnconfirmedOn, c.LeftOn)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.Of(fault.Conflict)
		}
		if a.UnconfirmedOn == c.UnconfirmedOn {
			return nil
		}
		return tx.Touch(ctx, "contact_point", string(c.ID)) // this mark is public
	})
	return err
}

// AddContactLink saves the hash of a letter's link.
func (st Contacts) AddContactLink(ctx context.Context, hash string, of directory.ContactID, at time.Time) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO contact_link (hash, contact, made_at) VALUES ($1, $2, $3)`, hash, string(of), Micros(at))
		return err
	})
}

// ContactOfLink reads the contact point of a link.
func (st Contacts) ContactOfLink(ctx context.Context, hash string, after time.Time) (c directory.ContactPoint, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		c, err = One(ctx, tx, scanContact, `SELECT `+contactColumns+` FROM contact_link l JOIN contact_point c ON c.id = l.contact WHERE l.hash = $1 AND l.made_at > $2`, hash, Micros(after))
		return Found(err, "still.error.link")
	})
	return c, err
}

// ForgetContactLinks drops old links.
func (st Contacts) ForgetContactLinks(ctx context.Context, before time.Time) error {
	return st.DB.Bulk(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM contact_link WHERE made_at < $1`, Micros(before))
		return err
	})
}
