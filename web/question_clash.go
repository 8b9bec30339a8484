package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/lang"
)

func asClash(err error) (*assessment.Clash, bool) { return errors.AsType[*assessment.Clash](err) }

// clashJSON tells a script where both texts are shown.
type clashJSON struct {
	Kind   string `json:"kind"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Both   string `json:"both"`
}

// clashed answers two texts for one answer: both are kept, and both are shown.
func (v *visit) clashed(c *assessment.Clash) error {
	if v.wantsJSON() {
		return v.json(http.StatusConflict, clashJSON{"conflict", http.StatusConflict, v.p.T("question.both.lead", nil), v.href("/questions/%s/both/%s", v.vars[0], c.Kept)})
	}
	return v.showBoth(http.StatusConflict, string(c.Kept), nil)
}

type bothPage struct {
	Base
	Q      asked
	Mine   assessment.Proposal
	Theirs assessment.Version // the text that stands now
	At     int
	Parts  []bothPart
	Write  bool
	ByMe   bool
	Clash  bool // a save has just met another one; else the text was kept earlier
}

// bothPart is one part of an answer in two texts.
type bothPart struct {
	ID, Label     string
	Theirs, Mine  []string
	Pieces        []piece
	Same          bool
	Joinable      bool // both may be kept, one after the other
	TLang, MyLang lang.Tag
}

func (v *visit) bothPage() error { return v.showBoth(http.StatusOK, v.vars[1], nil) }

// standing is the text against which a text that is kept beside is held.
func (q *asked) standing() assessment.Version {
	if q.Write == apart && q.Mine != nil {
		return assessment.Version{Content: q.Mine.Content, At: q.Mine.At, ByName: q.Mine.Name, Agency: q.Mine.Agency}
	}
	return q.Current
}

// showBoth shows a text that is kept beside with the one that stands, part by part.
func (v *visit) showBoth(status int, kept string, bad []FieldError) error {
	q, err := v.question()
	if err != nil {
		return err
	}
	mine, err := q.proposal(kept)
	if err != nil {
		return err
	}
	p := bothPage{Base: v.questionBase(q, v.p.T("question.both.title", nil)), Q: q, Mine: mine, Theirs: q.standing(), Write: q.Write != readOnly}
	p.Errors, p.Clash = bad, status == http.StatusConflict
	p.Crumbs = append(p.Crumbs, Crumb{v.name(q.Provision), v.href("/questions/%s", q.Answer.ID)})
	_, p.At = q.newest()
	p.ByMe = mine.Author == v.actor.Account
	if p.Parts, err = v.bothParts(q, p.Theirs.Content, mine.Content); err != nil {
		return err
	}
	return v.showStatus(status, "question/both", p)
}

// partLines writes a part of an answer as lines, for reading and for comparing.
func (v *visit) partLines(q asked, c assessment.Content, part assessment.Part, cites map[string]string) (out []string) {
	join := func(xs ...string) string {
		xs = slices.DeleteFunc(xs, func(s string) bool { return s == "" })
		for i, x := range xs {
			xs[i] = "\u2068" + x + "\u2069" // a text may run the other way than its neighbours
		}
		return strings.Join(xs, " · ")
	}
	text := func(s string) []string {
		if s == "" {
			return nil
		}
		return strings.Split(s, "\n")
	}
	switch part {
	case assessment.PartImplementation:
		if c.Implementation != "" {
			out = append(out, v.p.T("implementation."+string(c.Implementation), nil))
		}
	case assessment.PartCitations:
		for _, x := range c.Citations {
			out = append(out, cites[citeValue(x)])
		}
	case assessment.PartPractice:
		out = text(c.Practice)
	case assessment.PartMissing:
		out = text(c.Missing)
	case partChallenges:
		for _, code := range c.Challenges {
			label := code
			for _, o := range q.Edition.Content.Block.Challenges {
				if o.Code == code {
					label = o.Label.Pick(v.lang)
				}
			}
			out = append(out, label)
		}
	case assessment.PartWanted:
		for _, w := range c.Wanted {
			out = append(out, join(v.formName(w.Form), w.What, w.ForWhom, w.When))
		}
	case assessment.PartGiven:
		for _, g := range c.Given {
			out = append(out, join(v.formName(g.Form), g.By, g.When, g.What))
		}
	case partLanguage:
		if c.Lang != "" {
			out = append(out, v.langName(c.Lang))
		}
	}
	return out
}

// What is compared apart though it is published with another part, or with every one.
const (
	partChallenges assessment.Part = "challenges"
	partLanguage   assessment.Part = "language"
)

var comparedParts = []assessment.Part{partLanguage, assessment.PartImplementation, assessment.PartCitations, assessment.PartPractice,
	assessment.PartMissing, partChallenges, assessment.PartWanted, assessment.PartGiven}

func (v *visit) partLabel(p assessment.Part) string {
	switch p {
	case partChallenges:
		return v.p.T("question.challenges", nil)
	case partLanguage:
		return v.p.T("question.language", nil)
	}
	return v.p.T("part."+string(p), nil)
}

// citeNames are the names of the citations of several texts.
func (v *visit) citeNames(cs ...assessment.Content) (map[string]string, error) {
	out := map[string]string{}
	for _, c := range cs {
		lines, err := v.citeLines(c.Citations)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			out[l.Value] = l.Law
			if l.Name != "" {
				out[l.Value] += " > " + l.Name
			}
			if l.Unseen {
				out[l.Value] = v.p.T("question.cite_unseen", nil)
			}
		}
	}
	return out, nil
}

func (v *visit) bothParts(q asked, theirs, mine assessment.Content) (out []bothPart, err error) {
	cites, err := v.citeNames(theirs, mine)
	if err != nil {
		return nil, err
	}
	for _, part := range comparedParts {
		b := bothPart{ID: string(part), Label: v.partLabel(part), Theirs: v.partLines(q, theirs, part, cites), Mine: v.partLines(q, mine, part, cites), TLang: theirs.Lang, MyLang: mine.Lang}
		b.Same = slices.Equal(b.Theirs, b.Mine)
		b.Joinable = part != partLanguage && part != assessment.PartImplementation
		if b.Same && len(b.Mine) == 0 {
			continue
		}
		out = append(out, b)
	}
	return out, nil
}

// choose makes one text of two: for each part "theirs", "mine" or "both".
func choose(theirs, mine assessment.Content, take func(part string) string) assessment.Content {
	out := theirs
	pick := func(part assessment.Part, mineOnly, both func()) {
		switch take(string(part)) {
		case "mine":
			mineOnly()
		case "both":
			both()
		}
	}
	join := func(a, b string) string {
		if a == "" || b == "" || a == b {
			return max(a, b)
		}
		return a + "\n\n" + b
	}
	pick(partLanguage, func() { out.Lang = mine.Lang }, func() {})
	pick(assessment.PartImplementation, func() { out.Implementation = mine.Implementation }, func() {})
	pick(assessment.PartCitations, func() { out.Citations = mine.Citations }, func() { out.Citations = slices.Concat(theirs.Citations, mine.Citations) })
	pick(assessment.PartPractice, func() { out.Practice = mine.Practice }, func() { out.Practice = join(theirs.Practice, mine.Practice) })
	pick(assessment.PartMissing, func() { out.Missing = mine.Missing }, func() { out.Missing = join(theirs.Missing, mine.Missing) })
	pick(partChallenges, func() { out.Challenges = mine.Challenges }, func() { out.Challenges = slices.Concat(theirs.Challenges, mine.Challenges) })
	pick(assessment.PartWanted, func() { out.Wanted = mine.Wanted }, func() { out.Wanted = union(theirs.Wanted, mine.Wanted) })
	pick(assessment.PartGiven, func() { out.Given = mine.Given }, func() { out.Given = union(theirs.Given, mine.Given) })
	return out
}

func union[T comparable](a, b []T) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

// chooseBoth stores what was chosen of two texts on the newest one. Where that has
// changed meanwhile, both are shown again: nothing is chosen unseen.
func (v *visit) chooseBoth() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	if q.Write == readOnly {
		return fault.New(fault.Denied, "", fault.Args{"act": string(identity.EditAnswer)})
	}
	mine, err := q.proposal(v.vars[1])
	if err != nil {
		return err
	}
	at, err := v.formNumber("base")
	if err != nil {
		return err
	}
	if _, now := q.newest(); int(at) != now {
		return v.showBoth(http.StatusConflict, v.vars[1], nil)
	}
	text := choose(q.standing().Content, mine.Content, func(part string) string { return v.form("take_" + part) })
	if _, err := v.store(q.Answer.ID, v.act(), int(at), text); err != nil {
		if clash, ok := asClash(err); ok {
			return v.clashed(clash)
		}
		if bad := v.fieldErrors(err); bad != nil {
			return v.showBoth(http.StatusUnprocessableEntity, v.vars[1], bad)
		}
		return err
	}
	if err := v.site.Assessments.TakeOver(v.r.Context(), v.actor, q.Answer.ID, mine.ID); err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	return v.done("stored")
}
