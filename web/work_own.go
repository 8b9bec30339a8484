package web

import (
	"slices"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
)

// ownTexts are the newest texts of a contributor on the questions of an assessment. Nil for
// everybody else: their words stand in the party's own line, and the state of the answer tells of them.
func (v *visit) ownTexts(id assessment.ID) (map[assessment.AnswerID]assessment.Proposal, error) {
	sight := v.actor.Sight()
	if sight.Assigned == "" {
		return nil, nil
	}
	ps, err := v.site.Assessments.Store.Proposals(v.r.Context(), sight, id)
	if err != nil {
		return nil, err
	}
	out := make(map[assessment.AnswerID]assessment.Proposal, len(ps))
	for _, p := range ps { // newest first
		if _, have := out[p.Answer]; !have && p.Author == v.actor.Account {
			out[p.Answer] = p
		}
	}
	return out, nil
}

// ownMark says where the text of a contributor stands.
func (v *visit) ownMark(s assessment.ProposalState) workMark {
	switch s {
	case assessment.Offered:
		return workMark{"clock", "go", v.p.T("contribution.offered", nil)}
	case assessment.Taken, assessment.Transferred:
		return workMark{"check", "ok", v.p.T("contribution.accepted", nil)}
	case assessment.HandedBack:
		return workMark{"back", "warn", v.p.T("contribution.returned", nil)}
	case assessment.SetAside:
		return workMark{"half", "warn", v.p.T("contribution.set_aside", nil)}
	}
	return workMark{"half", "go", v.p.T("contribution.writing", nil)}
}

// handedIn reports whether a text has left its author's hands.
func handedIn(s assessment.ProposalState) bool {
	return s == assessment.Offered || s == assessment.Taken || s == assessment.Transferred || s == assessment.SetAside
}

// tells reports whether the author's own text says more of an answer than its state does: until it is
// submitted, and after a return once the author has written again.
func tells(a assessment.Answer, p assessment.Proposal) bool {
	switch a.State {
	case assessment.Empty, assessment.Drafted:
		return true
	case assessment.SentBack:
		return p.At.After(a.ReturnedAt)
	}
	return false
}

// ownPart counts what a contributor has done of the own questions.
type ownPart struct{ Questions, Written, Handed int }

func (v *visit) ownPart(as []assessment.Answer, own map[assessment.AnswerID]assessment.Proposal) *ownPart {
	if own == nil {
		return nil
	}
	o := &ownPart{Questions: len(as)}
	for _, a := range as {
		p, have := own[a.ID]
		have = have && tells(a, p)
		if have || a.State != assessment.Empty && !a.Owed() {
			o.Written++
		}
		if have && handedIn(p.State) || !have && a.State != assessment.Empty && !a.Owed() {
			o.Handed++
		}
	}
	return o
}

// ownWords says the part of a contributor in one line.
func (v *visit) ownWords(o *ownPart) string {
	return v.p.T("contribution.progress", fault.Args{"done": o.Written, "n": o.Questions, "handed": o.Handed})
}

// mineOf is the actor's newest text on a question in any state, nil where there is none.
func (q *asked) mineOf(actor identity.Actor) *assessment.Proposal {
	i := slices.IndexFunc(q.Proposals, func(p assessment.Proposal) bool { return p.Author == actor.Account })
	if i < 0 {
		return nil
	}
	return &q.Proposals[i]
}

// lackLine is something that a stored answer still needs before it can be submitted, with the field where it is written.
type lackLine struct{ Field, Text string }

// lacks lists what the stored text still needs. Nothing is said before anything is stored: it would nag.
func (v *visit) lacks(q *asked) (out []lackLine) {
	c, _ := q.newest()
	if q.Write == readOnly || c.Empty() {
		return nil
	}
	fields := map[string]string{"assessment.blocks.unanswered": "f-implementation", "assessment.blocks.no_citation": "f-citations",
		"assessment.blocks.no_missing": "f-missing", "assessment.blocks.no_form": "f-wanted"}
	for _, k := range c.Blocks() {
		out = append(out, lackLine{fields[k], v.p.T(k, nil)})
	}
	return out
}
