package store

import (
	"context"
	"time"

	"merida/internal/id"
	"merida/mail"
)

// Mail keeps what is to be written to people.
type Mail struct{ DB DB }

var _ mail.Store = Mail{}

// addNote saves a note within an act: a row for each account that it is addressed
// to. The same occasion is kept once for each reader; letters counts the new ones.
func addNote(ctx context.Context, tx Tx, n mail.Note, at time.Time) (letters int64, err error) {
	key := id.New(at)
	ref := n.Ref
	if ref == "" {
		ref = key
	}
	us := Micros(at)
	if n.Contact != "" {
		return tx.Exec(ctx, `INSERT INTO mail (id, account, party, kind, ref, args, at, next_at, tries, sent_at, failed, given_up, recipient, subject, body, contact)
SELECT $1, '', CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS BIGINT), CAST($6 AS BIGINT), 0, 0, '', FALSE, '', '', '', c.id FROM contact_point c WHERE c.id = $7 AND c.email <> ''
ON CONFLICT (account, ref) DO NOTHING`, key, string(n.Party), string(n.Kind), ref, JSON(n.Args), us, n.Contact)
	}
	about := n.About
	if about == "" {
		about = n.Party
	}
	var w Where
	// The statement is one for both ways of addressing, so that a closed account gets nothing either way.
	head := `INSERT INTO mail (id, account, party, kind, ref, args, at, next_at, tries, sent_at, failed, given_up, recipient, subject, body)
SELECT ` + w.Arg(key) + ` || '-' || a.id, a.id, ` + w.Arg(string(about)) + `, ` + w.Arg(string(n.Kind)) + `, ` + w.Arg(ref) + `, ` + w.Arg(JSON(n.Args)) + `,
CAST(` + w.Arg(us) + ` AS BIGINT), CAST(` + w.Arg(us) + ` AS BIGINT), 0, 0, '', FALSE, '', '', '' FROM account a`
	w.And("NOT a.disabled")
	w.And("a.email <> ''")
	if n.But != "" {
		w.And("a.party <> ?", string(n.But))
	}
	if n.ButOrganisation != "" {
		w.And("a.organisation <> ?", n.ButOrganisation)
	}
	switch {
	case n.Officers:
		w.And("a.role = 'officer'")
	case n.Account != "":
		w.And("a.id = ?", n.Account)
	case n.Mechanism != "":
		w.And("a.id IN (SELECT account FROM mechanism_member WHERE mechanism = ?)", n.Mechanism)
	case n.Everyone:
		w.And("a.role IN (?)", n.Roles)
	case n.Organisation != "":
		w.And("a.organisation = ?", n.Organisation)
		w.And("a.role IN (?)", n.Roles)
	default:
		w.And("a.party = ?", string(n.Party))
		w.And("a.role IN (?)", n.Roles)
	}
	return tx.Exec(ctx, head+w.SQL()+` ON CONFLICT (account, ref) DO NOTHING`, w.Args()...)
}

const messageColumns = `m.id, m.account, m.party, m.kind, m.ref, m.args, m.at, m.next_at, m.tries, m.sent_at, m.failed, m.given_up, m.recipient, m.subject, m.body, m.contact`

func scanMessage(s Scanner) (m mail.Message, err error) {
	return m, s.Scan(&m.ID, &m.Account, &m.Party, &m.Kind, &m.Ref, FromJSON(&m.Args), InTime(&m.At), InTime(&m.NextAt), &m.Tries, InTime(&m.SentAt), &m.Failed, &m.GivenUp, &m.To, &m.Subject, &m.Body, &m.Contact)
}

// Waiting lists messages that may be tried now, oldest first.
func (st Mail) Waiting(ctx context.Context, now time.Time, limit int) (out []mail.Message, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM mail m WHERE m.sent_at = 0 AND NOT m.given_up AND m.next_at <= $1 ORDER BY m.id LIMIT $2`, Micros(now), limit)
		return err
	})
	return out, err
}

// Claim sets when a message may be tried next, unless somebody else did.
func (st Mail) Claim(ctx context.Context, m mail.Message, until time.Time) (ok bool, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE mail SET next_at = $1 WHERE id = $2 AND next_at = $3 AND sent_at = 0`, Micros(until), m.ID, Micros(m.NextAt))
		ok = n == 1
		return err
	})
	return ok, err
}

// Mark saves what became of a message.
func (st Mail) Mark(ctx context.Context, m mail.Message) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `UPDATE mail SET next_at = $1, tries = $2, sent_at = $3, failed = $4, given_up = $5, recipient = $6, subject = $7, body = $8 WHERE id = $9`,
			Micros(m.NextAt), m.Tries, Micros(m.SentAt), m.Failed, m.GivenUp, m.To, m.Subject, m.Body, m.ID)
		return err
	})
}

// Messages lists messages, newest first.
func (st Mail) Messages(ctx context.Context, f mail.Filter) (out []mail.Message, total int, err error) {
	var w Where
	if f.Waiting {
		w.And("m.sent_at = 0 AND NOT m.given_up")
	}
	if f.Limit <= 0 {
		f.Limit = 100
	}
	where, args := w.SQL(), w.Args()
	page := ` ORDER BY m.id DESC LIMIT ` + w.Arg(f.Limit) + ` OFFSET ` + w.Arg(f.Offset)
	err = st.DB.Read(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM mail m`+where, args...); err != nil {
			return err
		}
		out, err = All(ctx, tx, scanMessage, `SELECT `+messageColumns+` FROM mail m`+where+page, w.Args()...)
		return err
	})
	return out, total, err
}

// Known tells which refs have been noted.
func (st Mail) Known(ctx context.Context, refs []string) (map[string]bool, error) {
	out := make(map[string]bool, len(refs))
	err := st.DB.Read(ctx, func(tx Tx) error {
		for len(refs) > 0 {
			n := min(len(refs), 500)
			var w Where
			w.And("m.ref IN (?)", refs[:n])
			found, err := All(ctx, tx, Value[string], `SELECT DISTINCT m.ref FROM mail m`+w.SQL(), w.Args()...)
			if err != nil {
				return err
			}
			for _, r := range found {
				out[r] = true
			}
			refs = refs[n:]
		}
		return nil
	})
	return out, err
}
