package assessment

import (
	"context"
	"fmt"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/mail"
	"merida/party"
)

// Load is the work that one contributor holds.
type Load struct {
	Answers   int // assigned, in every round
	Open      int // of these, not answered yet
	Proposals int // texts that are being written or wait for the focal point
}

// HandOver passes a departing contributor's work to another of the same party and
// closes the account: what was assigned, and the texts that are not settled. Texts
// keep the name of who wrote them.
// Denied or NotFound: the actor does not lead the party's answers.
// Invalid: from and to are not two open contributors of the party.
func (s *Service) HandOver(ctx context.Context, actor identity.Actor, p party.ID, from, to identity.Account) error {
	if err := actor.Must(identity.HandOverWork, identity.Scope{Party: p}); err != nil {
		return err
	}
	if from.Party != p || from.Role != identity.Contributor {
		return fault.New(fault.NotFound, "", nil)
	}
	if to.ID == from.ID || to.Party != p || to.Role != identity.Contributor || to.Disabled {
		var bad fault.List
		bad.Add("to", "fault.unknown_choice", nil)
		return bad.Err()
	}
	now := s.Now()
	return s.Store.HandOver(ctx, p, from.ID, to, now, actor.Once(), func(l Load) audit.Trace {
		t := actor.Trace(now, identity.HandOverWork, p, "account", from.ID, map[string]string{"to": to.ID, "answers": fmt.Sprint(l.Answers), "proposals": fmt.Sprint(l.Proposals)})
		if l.Answers > 0 {
			t.Mail = append(t.Mail, mail.Note{Kind: mail.HandedOver, Account: to.ID, Party: p, Args: map[string]string{"path": "/tasks"}})
		}
		return t
	})
}
