package web

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
)

// teamRoutes are the pages on which several people work on one answer.
var teamRoutes = []route{
	{post, "/questions/{id}/remarks", (*visit).addRemark, true, false},
	{post, "/questions/{id}/remarks/{remark}/settle", (*visit).settleRemark, true, false},
	{get, "/questions/{id}/here", (*visit).hereNow, true, false},
	{get, "/assessments/{id}/people/{account}/hand-over", (*visit).handOverPage, true, false},
	{post, "/assessments/{id}/people/{account}/hand-over", (*visit).handOver, true, false},
}

// remarkLine is a remark as a page shows it.
type remarkLine struct {
	assessment.Remark
	Mine bool
	Late bool // the answer has changed since it was written
}

// remarks fills the page with what was written beside the answer, and to whom the reader can write.
func (v *visit) remarks(q asked, p *questionPage) error {
	p.Audiences = assessment.Audiences(v.actor, q.Answer)
	found, err := v.site.Assessments.Store.Remarks(v.r.Context(), v.actor.Sight(), assessment.RemarkFilter{Answer: q.Answer.ID})
	if err != nil {
		return err
	}
	for _, r := range found {
		l := remarkLine{Remark: r, Mine: r.Author == v.actor.Account, Late: r.Version < q.Current.N}
		if r.SettledAt.IsZero() {
			p.Remarks = append(p.Remarks, l)
		} else {
			p.Settled = append(p.Settled, l)
		}
	}
	return nil
}

// addRemark writes beside an answer.
func (v *visit) addRemark() error {
	if _, err := v.question(); err != nil {
		return err
	}
	err := v.site.Assessments.Remark(v.r.Context(), v.act(), assessment.AnswerID(v.vars[0]), assessment.Audience(v.form("audience")), v.form("remark"))
	if fault.Is(err, fault.Invalid) {
		return v.onPage(err)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/questions/%s", v.vars[0])+"#remarks", "remarked", 0)
}

// settleRemark marks a remark as dealt with, or opens it again.
func (v *visit) settleRemark() error {
	if _, err := v.question(); err != nil {
		return err
	}
	if err := v.site.Assessments.Settle(v.r.Context(), v.act(), assessment.AnswerID(v.vars[0]), assessment.RemarkID(v.vars[1]), v.form("settled") == "1"); err != nil {
		return err
	}
	return v.see(v.href("/questions/%s", v.vars[0]) + "#remarks")
}

// presence remembers who has a question open for writing. It lives in memory, is of
// this process alone and forgets within two minutes: it prevents surprises between
// two people, and nothing rests on it.
type presence struct {
	mu   sync.Mutex
	seen map[assessment.AnswerID]map[string]sighting
}

type sighting struct {
	name string
	at   time.Time
}

const (
	present     = 2 * time.Minute
	maxPresence = 10000 // questions; beyond it nobody new is remembered
)

// mark notes somebody at a question and tells who else is there, by name.
func (p *presence) mark(id assessment.AnswerID, who identity.Actor, now time.Time) (others []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[assessment.AnswerID]map[string]sighting{}
	}
	for account, s := range p.seen[id] {
		if now.Sub(s.at) > present {
			delete(p.seen[id], account)
		} else if account != who.Account {
			others = append(others, s.name)
		}
	}
	if p.seen[id] == nil {
		if len(p.seen) >= maxPresence {
			for other, people := range p.seen { // drop what is over
				for account, s := range people {
					if now.Sub(s.at) > present {
						delete(people, account)
					}
				}
				if len(people) == 0 {
					delete(p.seen, other)
				}
			}
			if len(p.seen) >= maxPresence {
				return others
			}
		}
		p.seen[id] = map[string]sighting{}
	}
	p.seen[id][who.Account] = sighting{who.Name, now}
	slices.Sort(others)
	return others
}

// others names who else of the team has the question open for writing.
func (v *visit) others(q asked) string {
	if q.Write == readOnly || v.actor.Sight().Party != q.Answer.Party {
		return ""
	}
	names := v.site.present.mark(q.Answer.ID, v.actor, v.site.Now())
	if len(names) == 0 {
		return ""
	}
	return v.p.T("question.here", fault.Args{"n": len(names), "names": v.list(names)})
}

// hereNow answers a page that stays open: who else writes here, in a few bytes, or nothing.
func (v *visit) hereNow() error {
	// Whether the reader sees the answer was asked when the page was opened; it is asked again, but no more is read.
	d, err := v.site.Assessments.Store.Detail(v.r.Context(), v.actor.Sight(), assessment.AnswerID(v.vars[0]))
	if err != nil {
		return err
	}
	q := asked{Detail: d, Write: ownLine}
	if !d.Answer.Writable(d.Assessment.State) {
		q.Write = readOnly
	}
	v.w.Header().Set("Cache-Control", "no-store")
	words := v.others(q)
	if words == "" {
		v.w.WriteHeader(http.StatusNoContent)
		return nil
	}
	return v.json(http.StatusOK, map[string]string{"here": words})
}

type handOverPage struct {
	Base
	Sheet  *workSheet
	From   identity.Account
	Load   assessment.Load
	Others []identity.Account
	To     string
}

func (v *visit) handingOver() (p handOverPage, err error) {
	people, err := v.people()
	if err != nil {
		return p, err
	}
	p = handOverPage{Base: v.workBase(people.Sheet, "people", v.p.T("handover.title", nil)), Sheet: people.Sheet}
	p.Crumbs = append(p.Crumbs, Crumb{v.p.T("work.people", nil), v.href("/assessments/%s/people", p.Sheet.Assessment.ID)})
	for _, a := range people.People {
		switch {
		case a.ID == v.vars[1]:
			p.From = a
		case !a.Disabled:
			p.Others = append(p.Others, a)
		}
	}
	if p.From.ID == "" {
		return p, fault.Of(fault.NotFound)
	}
	p.Load, err = v.site.Assessments.Store.Load(v.r.Context(), p.Sheet.Assessment.Party, p.From.ID)
	return p, err
}

// handOverPage tells what a departing person holds and asks who takes it over.
func (v *visit) handOverPage() error {
	p, err := v.handingOver()
	if err != nil {
		return err
	}
	return v.show("work/handover", p)
}

// handOver passes the work on and closes the account.
func (v *visit) handOver() error {
	p, err := v.handingOver()
	if err != nil {
		return err
	}
	var to identity.Account
	for _, a := range p.Others {
		if a.ID == v.form("to") {
			to = a
		}
	}
	err = v.site.Assessments.HandOver(v.r.Context(), v.act(), p.Sheet.Assessment.Party, p.From, to)
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors, p.To = v.fieldErrors(err), v.form("to")
		return v.showStatus(http.StatusUnprocessableEntity, "work/handover", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/assessments/%s/people", p.Sheet.Assessment.ID), "handed_over", p.Load.Answers)
}
