package web

import (
	"slices"

	"merida/clearing"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/mechanism"
)

type eventLine struct {
	clearing.Event
	Who  string
	Note Words
}

type replyLine struct {
	clearing.Answer
	Who   string
	Kind  string // in words; empty where nobody answered yet
	Words Words
}

type plannedLine struct {
	Text string
	Due  string
}

type casePage struct {
	Base
	C         caseLine
	Title     Words
	From      string // the word for its author
	ForWhom   Words
	When      Words
	Tongue    string
	Outcome   Words
	Reason    Words
	Asked     []string
	Mechanism *mechanismLine
	Events    []eventLine
	Ahead     []plannedLine
	Answers   []replyLine
	Inside    bool
	Matches   []candidateLine
	// What the visitor may do now.
	May       map[string]bool
	MayAct    bool
	ByOfficer bool // what an officer authenticates is held against a nomination
	Kinds     []choice
	Results   []clearing.Result
	Mine      *replyLine // the visitor's own answer
}

// casePage shows a request or an offer: how far it has come, when what is due, and what the visitor may do.
func (v *visit) casePage() error {
	ctx, r, st := v.r.Context(), clearing.ReaderOf(v.actor), v.clearing().Store
	c, err := st.Case(ctx, r, clearing.ID(v.vars[0]))
	if err != nil {
		return err
	}
	if c.Kind != v.caseKind() {
		return fault.Of(fault.NotFound)
	}
	answers, err := st.Answers(ctx, r, c.ID)
	if err != nil {
		return err
	}
	me := clearing.Addressee{Party: r.Party, Organisation: r.Organisation}
	mine := slices.IndexFunc(answers, func(a clearing.Answer) bool { return a.Addressee == me })
	p := casePage{C: v.caseLine(c, mine >= 0), ForWhom: v.words(c.ForWhom), When: v.words(c.When), Outcome: v.words(c.Outcome), Reason: v.words(c.Reason),
		Inside: r.Inside(c), Asked: v.circleOf(c), From: v.p.T(kinded(c.Kind, "request.from", "offer.from"), nil), Results: clearing.Results}
	if p.Title = p.C.Words; p.Title.S == "" { // withdrawn: its words are gone
		p.Title = Words{S: p.C.Form}
	}
	p.Base = v.base("assistance", p.Title.S)
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T(kinded(c.Kind, "request.list", "offer.list"), nil), v.href("%s", casePath(c.Kind))})
	if v.actor.SignedIn() {
		p.Band = v.ownBand(casePath(c.Kind)[1:])
	}
	if c.Language != "" {
		p.Tongue = v.langName(c.Language)
	}
	for _, a := range answers {
		p.Answers = append(p.Answers, v.replyLine(c.Kind, a))
	}
	if mine >= 0 && !p.Inside {
		p.Mine = &p.Answers[mine]
	}
	if p.Inside {
		p.Answers = append(p.Answers, v.silent(c, answers)...)
	}
	if c.Circle.Mechanism != "" {
		m, err := v.mechanisms().Mechanism(ctx, mechanism.ReaderOf(v.actor), c.Circle.Mechanism)
		if err == nil {
			l := v.mechanismLine(m)
			p.Mechanism = &l
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if err := v.caseSteps(&p); err != nil {
		return err
	}
	v.caseMay(&p)
	if p.Inside && !c.State.Over() {
		found, err := v.clearing().MatchesOf(ctx, v.actor, c, matchesShown)
		if err != nil {
			return err
		}
		if p.Matches, err = v.candidates(found); err != nil {
			return err
		}
	}
	switch done := v.query("done"); done {
	case "sent", "moved", "answer":
		p.Done = v.p.T("request.done."+done, nil)
	}
	return v.show("clearing_case", p)
}

// answerKinds are the words of answers; being ready reads otherwise where something is offered.
func (v *visit) answerKind(k clearing.Kind, a clearing.AnswerKind) string {
	if a == clearing.Ready && k == clearing.Offer {
		return v.p.T("offer.answer.ready", nil)
	}
	return v.p.T("request.answer."+string(a), nil)
}

func (v *visit) replyLine(k clearing.Kind, a clearing.Answer) replyLine {
	return replyLine{a, v.addressee(a.Addressee), v.answerKind(k, a.Kind), v.words(a.Text)}
}

// silent are those who were asked by name and have not answered.
func (v *visit) silent(c clearing.Case, answers []clearing.Answer) (out []replyLine) {
	if c.CirculatedAt.IsZero() {
		return nil
	}
	for _, a := range c.Circle.Asked {
		if !slices.ContainsFunc(answers, func(x clearing.Answer) bool { return x.Addressee == a }) {
			out = append(out, replyLine{Answer: clearing.Answer{Addressee: a}, Who: v.addressee(a)})
		}
	}
	return out
}

// caseSteps fills in what happened and what is to come.
func (v *visit) caseSteps(p *casePage) error {
	ctx, c := v.r.Context(), p.C.Case
	events, err := v.clearing().Store.Events(ctx, clearing.ReaderOf(v.actor), c.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		l := eventLine{Event: e, Note: v.words(e.Note)}
		switch {
		case e.Rule:
			l.Who = v.p.T("request.by_rule", nil)
		case e.Party != "" || e.Organisation != "":
			l.Who = v.addressee(e.Addressee)
			if p.Inside {
				l.Who += ", " + v.p.T("role."+string(e.Role), nil)
			}
		default:
			l.Who = v.p.T("request.secretariat", nil)
		}
		p.Events = append(p.Events, l)
	}
	if !p.Inside {
		return nil
	}
	author, secretariat, err := v.clearing().Calendars(ctx, c)
	if err != nil {
		return err
	}
	for _, x := range c.Plan(author, secretariat) {
		p.Ahead = append(p.Ahead, plannedLine{v.p.T("request.step."+string(x.State), nil), v.partial(x.Due)})
	}
	return nil
}

// caseMay says what the visitor may do with the case as it stands.
func (v *visit) caseMay(p *casePage) {
	c := p.C.Case
	in := func(states ...clearing.State) bool { return slices.Contains(states, c.State) }
	may := func(a identity.Act) bool { return v.actor.May(a, c.Scope()) }
	own := identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation}
	p.May = map[string]bool{
		"authenticate": in(clearing.Received) && may(identity.AuthenticateCase) && c.By != v.actor.Account,
		"acknowledge":  in(clearing.Authenticated) && may(identity.AcknowledgeCase),
		"hold":         in(clearing.Acknowledged) && may(identity.DecideCirculation),
		"let-go":       in(clearing.Acknowledged, clearing.Objected) && may(identity.DecideCirculation),
		"answer":       in(clearing.Circulated, clearing.Answered) && v.actor.May(identity.AnswerCase, own) && c.Author() != (clearing.Addressee{Party: clearing.ReaderOf(v.actor).Party, Organisation: clearing.ReaderOf(v.actor).Organisation}),
		"conclude":     in(clearing.Circulated) && may(identity.ConcludeAnswers),
		"report":       in(clearing.Circulated, clearing.Answered) && may(identity.ReportOutcome),
		"publish":      in(clearing.Circulated, clearing.Answered, clearing.Closed) && !c.Public && may(identity.PublishCase),
		"withdraw":     !c.State.Over() && may(identity.WithdrawCase),
	}
	for _, ok := range p.May {
		p.MayAct = p.MayAct || ok
	}
	p.ByOfficer = v.actor.Party == ""
	for _, a := range clearing.AnswerKinds {
		on := p.Mine != nil && p.Mine.Answer.Kind == a
		p.Kinds = append(p.Kinds, choice{string(a), v.answerKind(c.Kind, a), on})
	}
}

// caseActs are what can be done with a case, by the last word of the address.
var caseActs = map[string]func(*visit, clearing.ID) error{
	"authenticate": func(v *visit, id clearing.ID) error {
		return v.clearing().Authenticate(v.r.Context(), v.act(), id, v.spoken("note"))
	},
	"acknowledge": func(v *visit, id clearing.ID) error {
		return v.clearing().Acknowledge(v.r.Context(), v.act(), id, v.spoken("note"))
	},
	"hold": func(v *visit, id clearing.ID) error {
		return v.clearing().Hold(v.r.Context(), v.act(), id, v.spoken("reason"))
	},
	"let-go":   func(v *visit, id clearing.ID) error { return v.clearing().LetGo(v.r.Context(), v.act(), id) },
	"conclude": func(v *visit, id clearing.ID) error { return v.clearing().Conclude(v.r.Context(), v.act(), id) },
	"answer": func(v *visit, id clearing.ID) error {
		return v.clearing().Answer(v.r.Context(), v.act(), id, clearing.AnswerKind(v.form("answer")), v.spoken("text"))
	},
	"report": func(v *visit, id clearing.ID) error {
		return v.clearing().Report(v.r.Context(), v.act(), id, clearing.Result(v.form("result")), v.spoken("words"))
	},
	"publish": func(v *visit, id clearing.ID) error { return v.clearing().Publish(v.r.Context(), v.act(), id) },
	"withdraw": func(v *visit, id clearing.ID) error {
		return v.clearing().Withdraw(v.r.Context(), v.act(), id, v.spoken("reason"))
	},
}

// spoken is what was typed in a field, in the language of the page.
func (v *visit) spoken(field string) lang.Text { return lang.T(v.lang, v.form(field)) }

func caseAct(do func(*visit, clearing.ID) error) func(*visit) error {
	return func(v *visit) error {
		if err := do(v, clearing.ID(v.vars[0])); err != nil {
			return err
		}
		done := "moved"
		if _, ok := v.r.PostForm["answer"]; ok {
			done = "answer"
		}
		return v.see(v.href("%s/%s?done=%s", casePath(v.caseKind()), v.vars[0], done))
	}
}
