package clearing

import (
	"cmp"
	"context"
	"slices"

	"merida/assistance"
	"merida/identity"
	"merida/party"
)

// Candidate is a case, a need or an activity that could meet another, with why.
type Candidate struct {
	Case     *Case
	Need     assistance.NeedID
	Activity assistance.ActivityID
	Weight   int // sum of the weights of the reasons; only for the order
	Reasons  []assistance.Reason
}

// asked is a request in the shape in which the board weighs needs.
func (c Case) asked() assistance.NeedRow {
	return assistance.NeedRow{ID: c.Need, Party: c.Party, Provisions: c.Provisions, Form: c.Form, From: c.From, To: c.To, Status: assistance.Open}
}

// offered is an offer in the shape in which the board weighs activities.
func (c Case) offered() assistance.ActivityRow {
	row := assistance.ActivityRow{Party: c.Party, Organisation: c.Organisation, Phase: assistance.Planned, From: c.From, To: c.To, Recipients: c.Parties,
		Forms: []assistance.Mapping{{Form: c.Form, Status: assistance.Confirmed}}}
	for _, p := range c.Provisions {
		row.Provisions = append(row.Provisions, assistance.Mapping{Provision: p, Status: assistance.Confirmed})
	}
	return row
}

// For reports whether an offer is made to a State.
func (c Case) For(p party.ID) bool { return len(c.Parties) == 0 || slices.Contains(c.Parties, p) }

// reworded are the reasons of a match as they read for an offer, which is nowhere yet and not planned.
func reworded(m assistance.Match, offer Case) (out []assistance.Reason) {
	for _, r := range m.Reasons {
		switch r.Key {
		case "match.state":
			r.Key = "request.match.state"
		case "match.planned", "match.elsewhere":
			continue
		}
		out = append(out, r)
	}
	if len(offer.Parties) == 0 {
		out = append(out, assistance.Reason{Key: "request.match.any"})
	}
	if offer.SouthSouth() {
		out = append(out, assistance.Reason{Key: "request.match.south"})
	}
	return out
}

// live are the states in which an offer or a request can still be met.
var live = []State{Circulated, Answered}

// OffersFor ranks the offers that could meet what a State needs, as far as the actor sees them.
func (s *Service) OffersFor(ctx context.Context, actor identity.Actor, n assistance.NeedRow, limit int) (out []Candidate, err error) {
	offers, _, err := s.Store.Cases(ctx, ReaderOf(actor), Filter{Kind: Offer, States: live, Limit: 500})
	if err != nil {
		return nil, err
	}
	for _, o := range offers {
		if o.Party == n.Party || !o.For(n.Party) {
			continue
		}
		if m, ok := s.Board.Compare(n, o.offered()); ok {
			out = append(out, Candidate{Case: &o, Weight: m.Weight, Reasons: reworded(m, o)})
		}
	}
	return best(out, limit), nil
}

// MatchesOf ranks the offers and the activities that could meet a request; for an offer, the requests and the open needs
// that it could meet.
func (s *Service) MatchesOf(ctx context.Context, actor identity.Actor, c Case, limit int) (out []Candidate, err error) {
	if c.Kind == Request {
		if out, err = s.OffersFor(ctx, actor, c.asked(), limit); err != nil {
			return nil, err
		}
		ms, err := s.Board.MatchesFor(ctx, actor.Sight(), c.asked(), limit)
		for _, m := range ms {
			out = append(out, Candidate{Activity: m.Activity, Weight: m.Weight, Reasons: m.Reasons})
		}
		return best(out, limit), err
	}
	requests, _, err := s.Store.Cases(ctx, ReaderOf(actor), Filter{Kind: Request, States: live, Limit: 500})
	if err != nil {
		return nil, err
	}
	made := map[assistance.NeedID]bool{}
	for _, q := range requests {
		if q.Party == c.Party || !c.For(q.Party) {
			continue
		}
		if m, ok := s.Board.Compare(q.asked(), c.offered()); ok {
			made[q.Need] = true
			out = append(out, Candidate{Case: &q, Weight: m.Weight, Reasons: reworded(m, c)})
		}
	}
	ms, err := s.Board.NeedsNear(ctx, actor.Sight(), c.offered(), 500)
	for _, m := range ms {
		if m.Party != c.Party && c.For(m.Party) && !made[m.Need] {
			out = append(out, Candidate{Need: m.Need, Weight: m.Weight, Reasons: reworded(m, c)})
		}
	}
	return best(out, limit), err
}

func best(all []Candidate, limit int) []Candidate {
	slices.SortStableFunc(all, func(a, b Candidate) int { return cmp.Compare(b.Weight, a.Weight) })
	return all[:min(len(all), limit)]
}
