package store

import (
	"context"
	"time"

	"merida/assistance"
	"merida/audit"
)

// StandingNeeds lists shown needs that have stood unchanged.
func (st Assistance) StandingNeeds(ctx context.Context, before time.Time) (out []assistance.Standing, err error) {
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(s Scanner) (x assistance.Standing, err error) {
			return x, s.Scan(&x.Need, &x.Party, InTime(&x.ChangedAt))
		}, `SELECT n.id, n.party, n.changed_at FROM need n JOIN need_version v ON v.need = n.id AND v.n = n.rev
WHERE n.shown > 0 AND n.withdrawn_at = 0 AND v.status IN ('open', 'being_met') AND n.changed_at <= $1 ORDER BY n.party, n.id`, Micros(before))
		return err
	})
	return out, err
}

// AskMet notes for which needs a State is asked.
func (st Assistance) AskMet(ctx context.Context, asked []assistance.StandingYear, at time.Time, trace func(n int) audit.Trace) (n int, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		n = 0
		for _, x := range asked {
			added, err := tx.Exec(ctx, `INSERT INTO need_asked (need, year, at) VALUES ($1, $2, $3) ON CONFLICT (need, year) DO NOTHING`, string(x.Need), x.Year, Micros(at))
			if err != nil {
				return err
			}
			n += int(added)
		}
		if n == 0 {
			return nil
		}
		return SaveTrace(ctx, tx, trace(n))
	})
	return n, err
}
