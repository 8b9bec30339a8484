package assessment

import (
	"context"

	"merida/audit"
	"merida/fault"
	"merida/identity"
)

// TakeOver notes that a text which was kept apart has been worked into a newer
// one by hand, so that nobody is asked about it again. The text itself stays.
// NotFound: there is no such text, or it is settled already.
// Denied or NotFound: the actor neither leads the party's answers nor wrote it.
func (s *Service) TakeOver(ctx context.Context, actor identity.Actor, answer AnswerID, proposal ProposalID) error {
	_, _, err := s.Store.ChangeAnswer(ctx, answer, Ref{Once: actor.Once(), Proposal: proposal}, func(c *AnswerChange) (audit.Trace, error) {
		act, p := identity.ResolveProposal, c.Proposal
		if p.Author == actor.Account && p.State == SetAside && actor.Role == identity.Contributor {
			act = identity.Contribute
		}
		if err := actor.Must(act, c.Answer.Scope(actor)); err != nil {
			return audit.Trace{}, err
		}
		if p.ID == "" || p.State != SetAside && p.State != Offered {
			return audit.Trace{}, fault.New(fault.NotFound, "assessment.no_proposal", nil)
		}
		now := s.Now()
		p.State, p.At = Transferred, now
		c.PutProposal = []Proposal{p}
		return actor.Trace(now, act, c.Answer.Party, "proposal", string(p.ID), map[string]string{"state": string(Transferred)}), nil
	})
	return err
}
