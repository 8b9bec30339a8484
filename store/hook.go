package store

import (
	"context"
	"time"

	"merida/audit"
	"merida/fault"
	"merida/follow"
)

// Hooks keeps webhooks and what was sent to them.
type Hooks struct{ DB DB }

var _ follow.HookStore = Hooks{}

const hookColumns = `h.id, h.account, h.url, h.everything, h.salt, h.cursor, h.disabled_at, h.why, h.added_at`

// Hooks lists those of an account, or every one of an open account.
func (st Hooks) Hooks(ctx context.Context, account string) (out []follow.Hook, err error) {
	var w Where
	w.And("NOT a.disabled")
	if account != "" {
		w.And("h.account = ?", account)
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (h follow.Hook, err error) {
			return h, s.Scan(&h.ID, &h.Account, &h.URL, &h.All, &h.Salt, &h.Cursor, InTime(&h.DisabledAt), &h.Why, InTime(&h.AddedAt))
		}, `SELECT `+hookColumns+` FROM webhook h JOIN account a ON a.id = h.account`+w.SQL()+` ORDER BY h.id`, w.Args()...)
		return err
	})
	return out, err
}

// AddHook saves a new one.
func (st Hooks) AddHook(ctx context.Context, h follow.Hook, trace audit.Trace) (follow.HookID, error) {
	trace.Result = string(h.ID)
	result, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO webhook (id, account, url, everything, salt, cursor, disabled_at, why, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			string(h.ID), h.Account, h.URL, h.All, h.Salt, h.Cursor, Micros(h.DisabledAt), h.Why, Micros(h.AddedAt))
		return err
	})
	return follow.HookID(result), err
}

// SetHook saves what changes of it.
func (st Hooks) SetHook(ctx context.Context, h follow.Hook, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE webhook SET salt = $1, disabled_at = $2, why = $3 WHERE account = $4 AND id = $5`, h.Salt, Micros(h.DisabledAt), h.Why, h.Account, string(h.ID))
		if err == nil && n != 1 {
			err = fault.Of(fault.NotFound)
		}
		if err != nil || !h.DisabledAt.IsZero() {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE webhook_delivery SET given_up = FALSE, tries = 0 WHERE hook = $1 AND given_up`, string(h.ID)) // what was given up is tried again
		return err
	})
	return err
}

// DropHook removes one with its deliveries.
func (st Hooks) DropHook(ctx context.Context, account string, id follow.HookID, trace audit.Trace) error {
	_, _, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `DELETE FROM webhook_delivery WHERE hook IN (SELECT id FROM webhook WHERE account = $1 AND id = $2)`, account, string(id)); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `DELETE FROM webhook WHERE account = $1 AND id = $2`, account, string(id))
		if err == nil && n != 1 {
			return fault.Of(fault.NotFound)
		}
		return err
	})
	return err
}

// TellHook moves the cursor and saves what is to be delivered.
func (st Hooks) TellHook(ctx context.Context, h follow.Hook, upto int64, ds []follow.Delivery) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE webhook SET cursor = $1 WHERE id = $2 AND cursor = $3 AND disabled_at = 0`, upto, string(h.ID), h.Cursor)
		if err != nil {
			return err
		}
		if n != 1 {
			return fault.Of(fault.Conflict)
		}
		for _, d := range ds {
			if _, err := tx.Exec(ctx, `INSERT INTO webhook_delivery (id, hook, lines, at, next_at, tries, status, failed, sent_at, given_up) VALUES ($1, $2, $3, $4, $5, 0, 0, '', 0, FALSE)`,
				d.ID, string(d.Hook), JSON(d.Lines), Micros(d.At), Micros(d.NextAt)); err != nil {
				return err
			}
		}
		return nil
	})
}

const deliveryColumns = `d.id, d.hook, d.lines, d.at, d.next_at, d.tries, d.status, d.failed, d.sent_at, d.given_up`

func scanDelivery(s Scanner) (d follow.Delivery, err error) {
	return d, s.Scan(&d.ID, &d.Hook, FromJSON(&d.Lines), InTime(&d.At), InTime(&d.NextAt), &d.Tries, &d.Status, &d.Failed, InTime(&d.SentAt), &d.GivenUp)
}

// WaitingDeliveries lists what may be tried now.
func (st Hooks) WaitingDeliveries(ctx context.Context, now time.Time, limit int) (out []follow.Delivery, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanDelivery, `SELECT `+deliveryColumns+` FROM webhook_delivery d JOIN webhook h ON h.id = d.hook JOIN account a ON a.id = h.account
WHERE d.sent_at = 0 AND NOT d.given_up AND d.next_at <= $1 AND h.disabled_at = 0 AND NOT a.disabled ORDER BY d.id LIMIT $2`, Micros(now), limit)
		return err
	})
	return out, err
}

// ClaimDelivery sets when it may be tried next, unless somebody else did.
func (st Hooks) ClaimDelivery(ctx context.Context, d follow.Delivery, until time.Time) (ok bool, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		n, err := tx.Exec(ctx, `UPDATE webhook_delivery SET next_at = $1 WHERE id = $2 AND next_at = $3 AND sent_at = 0`, Micros(until), d.ID, Micros(d.NextAt))
		ok = n == 1
		return err
	})
	return ok, err
}

// MarkDelivery saves what became of it.
func (st Hooks) MarkDelivery(ctx context.Context, d follow.Delivery, off time.Time, trace audit.Trace) error {
	return st.DB.Write(ctx, func(tx Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE webhook_delivery SET next_at = $1, tries = $2, status = $3, failed = $4, sent_at = $5, given_up = $6 WHERE id = $7`,
			Micros(d.NextAt), d.Tries, d.Status, d.Failed, Micros(d.SentAt), d.GivenUp, d.ID); err != nil {
			return err
		}
		if off.IsZero() {
			return nil
		}
		if _, err := tx.Exec(ctx, `UPDATE webhook SET disabled_at = $1, why = 'failed' WHERE id = $2 AND disabled_at = 0`, Micros(off), string(d.Hook)); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace)
	})
}

// Deliveries lists a hook's, newest first.
func (st Hooks) Deliveries(ctx context.Context, hook follow.HookID, limit, offset int) (out []follow.Delivery, total int, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM webhook_delivery WHERE hook = $1`, string(hook)); err != nil {
			return err
		}
		out, err = All(ctx, tx, scanDelivery, `SELECT `+deliveryColumns+` FROM webhook_delivery d WHERE d.hook = $1 ORDER BY d.id DESC LIMIT $2 OFFSET $3`, string(hook), limit, offset)
		return err
	})
	return out, total, err
}

// ForgetDeliveries drops old ones.
func (st Hooks) ForgetDeliveries(ctx context.Context, before time.Time) error {
	var n int64
	if err := st.DB.Read(ctx, func(tx Tx) (err error) {
		n, err = One(ctx, tx, Value[int64], `SELECT COUNT(*) FROM webhook_delivery WHERE at < $1`, Micros(before))
		return err
	}); err != nil || n == 0 {
		return err
	}
	return st.DB.Bulk(ctx, func(tx Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM webhook_delivery WHERE at < $1`, Micros(before))
		return err
	})
}
