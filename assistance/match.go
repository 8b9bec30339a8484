package assistance

import (
	"cmp"
	"context"
	"slices"
	"time"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	sid "merida/internal/id"
	"merida/lang"
	"merida/party"
)

// Match is an activity that could serve a need, with why. Reasons come in the order of their weight; the order
// of matches is by weight and then by id, so that the same question has the same answer.
type Match struct {
	Need     NeedID
	Activity ActivityID
	Party    party.ID // of the need
	Weight   int      // sum of the weights of the reasons; only for the order
	Reasons  []Reason
}

// Declined is a match that somebody looked at and set aside, with the reason; it is not proposed again.
type Declined struct {
	ID           string
	Need         NeedID
	Activity     ActivityID
	Reason       lang.Text
	Party        party.ID // for whom By spoke: the State that needs, or the organisation that gives
	Organisation string
	By           string // account
	ByName       string // as it stood then
	At           time.Time
}

// The weights of reasons are ours. A match needs the same matter (a provision that is the same or lies in the
// other, or at least the same article) and, besides, the same form of assistance or the same State.
const (
	weightProvision = 6
	weightForm      = 5
	weightState     = 4
	weightArticle   = 3
	weightTime      = 2
	weightPlanned   = 1
)

// match weighs an activity against a need.
func (s *scope) match(n *NeedRow, a *ActivityRow) (m Match, ok bool) {
	m = Match{Need: n.ID, Activity: a.ID, Party: n.Party}
	why := func(weight int, key string, args fault.Args) {
		m.Weight += weight
		m.Reasons = append(m.Reasons, Reason{key, args})
	}
	var near, article convention.ID
	proposed := false
	for _, p := range n.Provisions {
		for _, q := range a.Provisions {
			if narrow, ok := s.related(p, q.Provision); ok {
				if near == "" || q.Status == Confirmed {
					near, proposed = narrow, q.Status == Proposed
				}
			} else if articleOf(p) == articleOf(q.Provision) {
				article = articleOf(p)
			}
		}
	}
	form := n.Form != "" && slices.ContainsFunc(a.Forms, func(f Mapping) bool { return f.Form == n.Form })
	here := slices.Contains(a.Recipients, n.Party)
	if near == "" && article == "" || !form && !here || a.Phase == Stopped {
		return m, false
	}
	if near != "" {
		why(weightProvision, "match.provision", fault.Args{"provision": string(near)})
	}
	if form {
		why(weightForm, "match.form", fault.Args{"form": n.Form})
	}
	if here {
		why(weightState, "match.state", fault.Args{"party": string(n.Party)})
	}
	if near == "" {
		why(weightArticle, "match.article", fault.Args{"provision": string(article)})
	}
	within := (n.To == "" || a.From == "" || a.From <= n.To) && (n.From == "" || a.To == "" || a.To >= n.From)
	if a.running() && within && (n.From != "" || n.To != "") && (a.From != "" || a.To != "") {
		why(weightTime, "match.time", nil)
	}
	if a.Phase == Planned {
		why(weightPlanned, "match.planned", nil)
	}
	if !here {
		why(0, "match.elsewhere", nil)
	}
	if a.Phase == Completed {
		why(-weightTime, "match.done", nil)
	}
	if proposed {
		why(0, "match.proposed", nil)
	}
	return m, true
}

func (a *ActivityRow) running() bool { return a.Phase == Planned || a.Phase == UnderWay }

// gives reports whether an organisation keeps or gives the activity.
func (a *ActivityRow) gives(org string) bool {
	return org != "" && (a.Organisation == org || slices.ContainsFunc(a.Providers, func(o Org) bool { return o.Ref == org }))
}

func ranked(ms []Match, limit int) []Match {
	slices.SortFunc(ms, func(x, y Match) int {
		return cmp.Or(cmp.Compare(y.Weight, x.Weight), cmp.Compare(x.Need, y.Need), cmp.Compare(x.Activity, y.Activity))
	})
	return ms[:min(len(ms), limit)]
}

// Matches ranks the activities that could serve a need, as far as the sight reaches both; those that serve it already
// are left out. skip holds those that were declined. NotFound: the sight does not reach the need.
func (b *Board) Matches(ctx context.Context, sight identity.Sight, need NeedID, skip []ActivityID, limit int) (out []Match, err error) {
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		i := slices.IndexFunc(needs, func(n *NeedRow) bool { return n.ID == need })
		if i < 0 {
			return fault.Of(fault.NotFound)
		}
		s := b.scope(Filter{})
		for _, a := range activities {
			if slices.Contains(needs[i].Served, a.ID) || slices.Contains(skip, a.ID) {
				continue
			}
			if m, ok := s.match(needs[i], a); ok {
				out = append(out, m)
			}
		}
		out = ranked(out, limit)
		return nil
	})
	return out, err
}

// NeedsFor ranks the needs that wait for an answer and that an organisation could serve, going by what it does or
// has done: each need stands once, beside the activity that fits it best.
func (b *Board) NeedsFor(ctx context.Context, sight identity.Sight, org string, limit int) (out []Match, err error) {
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		s := b.scope(Filter{})
		at := map[convention.ID][]*ActivityRow{} // the organisation's activities by article
		for _, a := range activities {
			if !a.gives(org) {
				continue
			}
			seen := map[convention.ID]bool{}
			for _, p := range a.Provisions {
				if x := articleOf(p.Provision); !seen[x] {
					seen[x] = true
					at[x] = append(at[x], a)
				}
			}
		}
		for _, n := range needs {
			if n.Status != Open || len(n.Served) > 0 {
				continue
			}
			var best Match
			for _, p := range n.Provisions {
				for _, a := range at[articleOf(p)] {
					if m, ok := s.match(n, a); ok && (best.Activity == "" || m.Weight > best.Weight) {
						best = m
					}
				}
			}
			if best.Activity != "" {
				out = append(out, best)
			}
		}
		out = ranked(out, limit)
		return nil
	})
	return out, err
}

// Waiting is a need that nobody serves yet.
type Waiting struct {
	Need  NeedID
	Party party.ID
	Since time.Time // when its readers could see it as it stands
}

// Waits lists the open needs that no activity serves, the longest waiting first; all of them, or those of one State.
func (b *Board) Waits(ctx context.Context, sight identity.Sight, of party.ID, limit int) (out []Waiting, total int, err error) {
	err = b.look(ctx, sight, func(needs []*NeedRow, _ []*ActivityRow, _ time.Time) error {
		for _, n := range needs {
			if n.Status == Open && len(n.Served) == 0 && (of == "" || n.Party == of) {
				out = append(out, Waiting{n.ID, n.Party, n.ChangedAt})
			}
		}
		slices.SortFunc(out, func(x, y Waiting) int { return cmp.Or(x.Since.Compare(y.Since), cmp.Compare(x.Need, y.Need)) })
		total = len(out)
		out = out[:min(len(out), limit)]
		return nil
	})
	return out, total, err
}

// Decline sets a match aside with its reason. Allowed is whoever may link the two; the State that needs and the
// organisations that give see who declined and why. Invalid: no reason. NotFound: the actor does not see both.
func (s *Service) Decline(ctx context.Context, actor identity.Actor, need NeedID, activity ActivityID, reason lang.Text) error {
	var bad fault.List
	if reason = cleanText(&bad, "reason", reason); reason.Empty() {
		bad.Add("reason", "fault.required", nil)
	}
	if err := bad.Err(); err != nil {
		return err
	}
	n, err := s.Store.Need(ctx, actor.Sight(), need)
	if err != nil {
		return err
	}
	if _, err := s.Store.Activity(ctx, actor.Sight(), activity); err != nil {
		return err
	}
	if err := actor.Must(identity.LinkNeedActivity, identity.Scope{Party: n.Party}); err != nil {
		return err
	}
	now := s.Now()
	d := Declined{ID: sid.New(now), Need: need, Activity: activity, Reason: reason, Party: actor.Party, Organisation: actor.Organisation, By: actor.Account, ByName: actor.Name, At: now}
	trace := actor.Trace(now, identity.LinkNeedActivity, n.Party, "need", string(need), map[string]string{"activity": string(activity), "declined": "1"})
	trace.Result = d.ID
	return s.Store.Decline(ctx, d, trace)
}

// Compare weighs something asked for against something offered by the rules of Matches. ok is false where nothing ties them.
func (b *Board) Compare(n NeedRow, a ActivityRow) (m Match, ok bool) {
	return b.scope(Filter{}).match(&n, &a)
}

// MatchesFor ranks the activities that could serve what a row asks for, whether or not it is a need of the store.
func (b *Board) MatchesFor(ctx context.Context, sight identity.Sight, n NeedRow, limit int) (out []Match, err error) {
	err = b.look(ctx, sight, func(_ []*NeedRow, activities []*ActivityRow, _ time.Time) error {
		s := b.scope(Filter{})
		for _, a := range activities {
			if m, ok := s.match(&n, a); ok && !slices.Contains(n.Served, a.ID) {
				out = append(out, m)
			}
		}
		out = ranked(out, limit)
		return nil
	})
	return out, err
}

// NeedsNear ranks the open needs that nobody serves and that what a row offers could serve.
func (b *Board) NeedsNear(ctx context.Context, sight identity.Sight, a ActivityRow, limit int) (out []Match, err error) {
	err = b.look(ctx, sight, func(needs []*NeedRow, _ []*ActivityRow, _ time.Time) error {
		s := b.scope(Filter{})
		for _, n := range needs {
			if n.Status != Open || len(n.Served) > 0 {
				continue
			}
			if m, ok := s.match(n, &a); ok {
				out = append(out, m)
			}
		}
		out = ranked(out, limit)
		return nil
	})
	return out, err
}
