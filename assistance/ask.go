package assistance

import (
	"context"
	"fmt"
	"time"

	"merida/audit"
	"merida/identity"
	"merida/mail"
	"merida/party"
)

// Standing is a need that others see and that is neither met nor withdrawn.
type Standing struct {
	Need      NeedID
	Party     party.ID
	ChangedAt time.Time
}

// StandingYear is a need with the full years for which it has stood unchanged.
type StandingYear struct {
	Need NeedID
	Year int
}

// AskMet asks each State once a year whether the needs that have stood unchanged for a year were met: one letter to its
// contact and focal points, however many needs there are. It may be called as often as one likes. It tells how many
// States were asked. Denied: the actor is not the program itself.
func (s *Service) AskMet(ctx context.Context, actor identity.Actor) (n int, err error) {
	if err := actor.Must(identity.SendDigests, identity.Scope{}); err != nil {
		return 0, err
	}
	now := s.Now()
	standing, err := s.Store.StandingNeeds(ctx, now.Add(-year))
	if err != nil {
		return 0, err
	}
	for len(standing) > 0 {
		p := standing[0].Party
		var asked []StandingYear
		for len(standing) > 0 && standing[0].Party == p {
			asked = append(asked, StandingYear{standing[0].Need, int(now.Sub(standing[0].ChangedAt) / year)})
			standing = standing[1:]
		}
		told, err := s.Store.AskMet(ctx, asked, now, func(n int) audit.Trace {
			t := actor.Trace(now, identity.SendDigests, p, "need", "", map[string]string{"question": string(mail.NeedsMet), "needs": fmt.Sprint(n)})
			t.Mail = []mail.Note{{Kind: mail.NeedsMet, Party: p, Roles: []string{string(identity.ContactPoint), string(identity.FocalPoint)}, Ref: "needs_met:" + string(p) + ":" + now.UTC().Format(time.DateOnly),
				Args: map[string]string{"n": fmt.Sprint(n), "path": "/checks"}}}
			return t
		})
		if err != nil {
			return n, err
		}
		if told > 0 {
			n++
		}
	}
	return n, nil
}
