package store

import (
	"context"
	"slices"
	"strings"

	"merida/assistance"
	"merida/identity"
)

// Positions tells where the States that receive stand towards records, as far as the sight reaches their statements.
// The records themselves are not checked here: a statement is public only with its record, and a party's own
// statements are on records that the party reads.
func (st Assistance) Positions(ctx context.Context, s identity.Sight, ids []assistance.ActivityID) (map[assistance.ActivityID][]assistance.Position, error) {
	out := map[assistance.ActivityID][]assistance.Position{}
	f := Library(st).from(s)
	for some := range slices.Chunk(ids, idsPerQuery) {
		var w Where
		w.And("s.activity IN (?)", some)
		w.And("s.side = 'beneficiary'")
		if f.prefix == "" {
			w.Sight(s, "s.party", "s.class_rank", "")
			w.Sight(s, "a.party", "a.class_rank", "")
		}
		if err := f.db(ctx, func(tx Tx) error {
			rows, err := All(ctx, tx, func(r Scanner) (p assistance.Position, err error) {
				var rev, now int64
				err = r.Scan(&p.Activity, &p.Party, &p.Kind, FromJSON(&p.Text), &p.Class, InTime(&p.At), &rev, &now)
				p.Earlier = rev < now
				return p, err
			}, `SELECT s.activity, s.party, s.kind, s.words, s.class, s.at, s.rev, a.rev FROM `+f.prefix+`statement s JOIN `+f.prefix+`activity a ON a.id = s.activity`+w.SQL()+` ORDER BY s.id`, w.Args()...)
			for _, p := range rows {
				out[p.Activity] = stand(out[p.Activity], p)
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	for _, ps := range out {
		slices.SortFunc(ps, func(a, b assistance.Position) int { return strings.Compare(string(a.Party), string(b.Party)) })
	}
	return out, nil
}

// stand puts a later word in the place of an earlier one of the same party; what only adds does not
// take back what was confirmed or disputed.
func stand(have []assistance.Position, p assistance.Position) []assistance.Position {
	i := slices.IndexFunc(have, func(x assistance.Position) bool { return x.Party == p.Party })
	switch {
	case i < 0:
		return append(have, p)
	case p.Kind != assistance.Adds || have[i].Kind == assistance.Adds:
		have[i] = p
	}
	return have
}
