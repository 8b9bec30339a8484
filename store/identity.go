package store

import (
	"context"
	"errors"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/identity"
)

// Identity keeps accounts, links and sessions.
type Identity struct{ DB DB }

var _ identity.Store = Identity{}

const accountColumns = `a.id, a.email, a.name, a.agency, a.role, a.party, a.organisation, a.lang, a.disabled, a.created_at`

func scanAccount(s Scanner) (a identity.Account, err error) {
	return a, s.Scan(&a.ID, &a.Email, &a.Name, &a.Agency, &a.Role, &a.Party, &a.Organisation, &a.Lang, &a.Disabled, InTime(&a.CreatedAt))
}

// AddAccount saves a new account.
func (st Identity) AddAccount(ctx context.Context, a identity.Account, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO account (id, email, name, agency, role, party, organisation, lang, disabled, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, a.ID, a.Email, a.Name, a.Agency, string(a.Role), string(a.Party), a.Organisation, string(a.Lang), a.Disabled, Micros(a.CreatedAt))
		if errors.Is(err, ErrUnique) {
			return fault.New(fault.Conflict, "account.error.exists", nil)
		}
		return err
	})
	return err
}

// Account reads one account.
func (st Identity) Account(ctx context.Context, id string) (a identity.Account, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		a, err = One(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM account a WHERE a.id = $1`, id)
		return Found(err, "")
	})
	return a, err
}

// Accounts lists accounts.
func (st Identity) Accounts(ctx context.Context, f identity.AccountFilter) (out []identity.Account, err error) {
	var w Where
	if f.Party != "" {
		w.And("a.party = ?", string(f.Party))
	}
	if f.Role != "" {
		w.And("a.role = ?", string(f.Role))
	}
	if f.Email != "" {
		w.And("a.email = ?", f.Email)
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanAccount, `SELECT `+accountColumns+` FROM account a`+w.SQL()+` ORDER BY a.id`, w.Args()...)
		return err
	})
	return out, err
}

// SetDisabled closes an account or opens it again.
func (st Identity) SetDisabled(ctx context.Context, id string, disabled bool, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE account SET disabled = $1 WHERE id = $2`, disabled, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Of(fault.NotFound)
		}
		if !disabled {
			return nil
		}
		if _, err := tx.Exec(ctx, `DELETE FROM session WHERE account = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `DELETE FROM link WHERE account = $1`, id)
		return err
	})
	return err
}

// Note saves a trace alone.
func (st Identity) Note(ctx context.Context, trace audit.Trace) error {
	return st.DB.Write(ctx, func(tx Tx) error { return SaveTrace(ctx, tx, trace) })
}

// AddLink saves a link.
func (st Identity) AddLink(ctx context.Context, l identity.Link, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO link (hash, account, expires, reusable) VALUES ($1, $2, $3, $4)`, l.Hash, l.Account, Micros(l.Expires), l.Reusable)
		return err
	})
	return err
}

const linkAccount = `SELECT ` + accountColumns + ` FROM link l JOIN account a ON a.id = l.account
WHERE l.hash = $1 AND l.expires > $2 AND NOT a.disabled`

// LinkAccount reads the account of a link.
func (st Identity) LinkAccount(ctx context.Context, hash string, now time.Time) (a identity.Account, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		a, err = One(ctx, tx, scanAccount, linkAccount, hash, Micros(now))
		return Found(err, "signin.error.link")
	})
	return a, err
}

// UseLink uses a link up and opens a session.
func (st Identity) UseLink(ctx context.Context, hash string, now time.Time, s identity.Session, trace func(identity.Account) audit.Trace) (a identity.Account, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		a, err = One(ctx, tx, scanAccount, linkAccount, hash, Micros(now))
		if err != nil {
			return Found(err, "signin.error.link")
		}
		if _, err := tx.Exec(ctx, `DELETE FROM link WHERE hash = $1 AND NOT reusable`, hash); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO session (hash, account, created_at, seen_at) VALUES ($1, $2, $3, $4)`, s.Hash, a.ID, Micros(s.CreatedAt), Micros(s.SeenAt)); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace(a))
	})
	return a, err
}

// Session reads a session with its account.
func (st Identity) Session(ctx context.Context, hash string) (s identity.Session, a identity.Account, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		a, err = One(ctx, tx, func(r Scanner) (a identity.Account, err error) {
			return a, r.Scan(&a.ID, &a.Email, &a.Name, &a.Agency, &a.Role, &a.Party, &a.Organisation, &a.Lang, &a.Disabled, InTime(&a.CreatedAt), InTime(&s.CreatedAt), InTime(&s.SeenAt))
		}, `SELECT `+accountColumns+`, s.created_at, s.seen_at FROM session s JOIN account a ON a.id = s.account WHERE s.hash = $1 AND NOT a.disabled`, hash)
		return Found(err, "")
	})
	s.Hash, s.Account = hash, a.ID
	return s, a, err
}

// SeenSession notes when a session was last used.
func (st Identity) SeenSession(ctx context.Context, hash string, at time.Time) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `UPDATE session SET seen_at = $1 WHERE hash = $2`, Micros(at), hash)
		return err
	})
}

// EndSession forgets a session.
func (st Identity) EndSession(ctx context.Context, hash string, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM session WHERE hash = $1`, hash)
		return err
	})
	return err
}
