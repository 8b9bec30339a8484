package follow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/internal/id"
	"merida/mail"
)

// Digest is what one letter tells, as kinds and ids.
type Digest struct {
	ID      string
	Account string
	Pace    Pace
	Lines   []Line // the newest, MaxLines at most
	Total   int    // how many there were
	At      time.Time
}

// Line is a change of a digest and the subscriptions that it concerns.
type Line struct {
	Kind Kind   `json:"k"`
	ID   string `json:"id"`
	Of   []ID   `json:"s"`
}

// MaxLines is how many changes a letter lists.
const MaxLines = 100

// When letters go out.
const (
	atOnceGap  = 10 * time.Minute
	sendHour   = 5 // UTC, of a daily or weekly letter
	keepDigest = 400 * 24 * time.Hour
)

// dueBefore is the moment before which a subscription of a pace must have been looked at to be due now.
func dueBefore(p Pace, now time.Time) time.Time {
	now = now.UTC()
	morning := time.Date(now.Year(), now.Month(), now.Day(), sendHour, 0, 0, 0, time.UTC)
	if morning.After(now) {
		morning = morning.AddDate(0, 0, -1)
	}
	switch p {
	case AtOnce:
		return now.Add(-atOnceGap)
	case Weekly: // the last Monday morning
		return morning.AddDate(0, 0, -(int(morning.Weekday())+6)%7)
	}
	return morning
}

// Tell notes the letters that are due: for each account and pace one, of everything that changed of what it follows.
// It may be called as often as one likes. It tells how many letters were noted.
// Denied: the actor is not the program itself.
func (s *Service) Tell(ctx context.Context, actor identity.Actor) (letters int, err error) {
	if err := actor.Must(identity.SendDigests, identity.Scope{}); err != nil {
		return 0, err
	}
	last, err := s.Store.Last(ctx)
	if err != nil {
		return 0, err
	}
	now := s.Now()
	for _, p := range []Pace{AtOnce, Daily, Weekly} {
		due, err := s.Store.Due(ctx, p, dueBefore(p, now))
		if err != nil {
			return letters, err
		}
		for len(due) > 0 {
			n := slices.IndexFunc(due, func(x Subscription) bool { return x.Account != due[0].Account })
			if n < 0 {
				n = len(due)
			}
			told, err := s.tell(ctx, actor, p, due[:n], last, now)
			switch {
			case fault.Is(err, fault.Conflict): // another process was faster, or the person changed something
			case err != nil:
				return letters, err
			case told:
				letters++
			}
			if due = due[n:]; ctx.Err() != nil {
				return letters, nil
			}
		}
	}
	return letters, s.Store.Forget(ctx, now.Add(-keepDigest))
}

// tell looks at the subscriptions of one account and pace and notes their letter, where there is something to tell.
func (s *Service) tell(ctx context.Context, actor identity.Actor, p Pace, subs []Subscription, last int64, now time.Time) (told bool, err error) {
	d := Digest{ID: id.New(now), Account: subs[0].Account, Pace: p, At: now}
	at := map[string]int{}
	var all []Change
	var of [][]ID
	behind := false
	for _, x := range subs {
		after := x.Cursor
		if after > last { // the outbox began anew after a restore
			after = 0
		}
		if after == last {
			continue
		}
		behind = true
		found, err := s.changes(ctx, x.Account, x.Subject, Filter{After: after, Upto: last})
		if err != nil {
			return false, err
		}
		for _, c := range found {
			i, have := at[c.Key()]
			if !have {
				i = len(all)
				at[c.Key()] = i
				all, of = append(all, c), append(of, nil)
			}
			of[i] = append(of[i], x.ID)
		}
	}
	if !behind && p == AtOnce {
		return false, nil // nothing was written since: the cursors may stay
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return all[j].At.Compare(all[i].At) })
	for _, i := range order[:min(len(order), MaxLines)] {
		d.Lines = append(d.Lines, Line{all[i].Kind, all[i].ID, of[i]})
	}
	d.Total = len(all)
	if d.Total == 0 {
		looked := now
		if p == AtOnce {
			looked = time.Time{} // the next change need not wait
		}
		return false, s.Store.Tell(ctx, subs, last, looked, nil, actor.Trace(now, identity.SendDigests, "", "digest", "", nil))
	}
	t := actor.Trace(now, identity.SendDigests, "", "digest", d.ID, map[string]string{"changes": fmt.Sprint(d.Total)})
	t.Mail = []mail.Note{{Kind: mail.Digest, Account: d.Account, Ref: "digest:" + d.ID, Args: map[string]string{"digest": d.ID, "n": fmt.Sprint(d.Total), "path": "/new?since=seen"}}}
	return true, s.Store.Tell(ctx, subs, last, now, &d, t)
}

// Told is a group of a letter: what changed of one subscription.
type Told struct {
	Subscription
	Changes []Change
}

// Read gives what a digest tells now: each line is read again with the rights that the account has at this moment, and
// lines of subscriptions that were dropped meanwhile are left out. Each change stands under the first subscription
// that it concerns. NotFound: there is no such digest, or it is another's.
func (s *Service) Read(ctx context.Context, account, digest string) (out []Told, d Digest, err error) {
	if d, err = s.Store.Digest(ctx, digest); err != nil {
		return nil, d, err
	}
	if d.Account != account {
		return nil, d, fault.Of(fault.NotFound)
	}
	subs, err := s.Store.Subscriptions(ctx, account)
	if err != nil {
		return nil, d, err
	}
	said := map[string]bool{}
	for _, x := range subs {
		byKind := map[Kind][]string{}
		for _, l := range d.Lines {
			if slices.Contains(l.Of, x.ID) {
				byKind[l.Kind] = append(byKind[l.Kind], l.ID)
			}
		}
		t := Told{Subscription: x}
		for k, ids := range byKind {
			f := Filter{Kinds: []Kind{k}, IDs: ids}
			var found []Change
			if k == Meeting || k == Action {
				found, err = s.Store.MemberChanges(ctx, account, "", f)
			} else {
				found, err = s.Store.Changes(ctx, f)
			}
			if err != nil {
				return nil, d, err
			}
			for _, c := range found {
				if !said[c.Key()] {
					said[c.Key()] = true
					t.Changes = append(t.Changes, c)
				}
			}
		}
		if len(t.Changes) > 0 {
			slices.SortStableFunc(t.Changes, func(a, b Change) int { return b.At.Compare(a.At) })
			out = append(out, t)
		}
	}
	return out, d, nil
}
