package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"merida/assessment"
	"merida/fault"
	"merida/lang"
	"merida/questionnaire"
)

// saveQuestion stores what was typed. A script is answered with what was stored, people with the page.
// The question is read only where the answer needs it: a save decides on the rights by itself, in its own transaction.
func (v *visit) saveQuestion() error {
	answer := assessment.AnswerID(v.vars[0])
	typed := v.answerForm()
	base, err := v.formNumber("base")
	if err != nil {
		return v.refuse(typed, int(base), err)
	}
	if err := v.knownChoices(typed); err != nil {
		return v.refuse(typed, int(base), err)
	}
	next := v.form("next")
	here := v.href("/questions/%s", answer)
	to := map[string]string{"cite": here + "/cite?q=" + url.QueryEscape(v.form("q")), "law": here + "/law"}[next]
	if to != "" && typed.Empty() {
		q, err := v.question()
		if err != nil {
			return err
		}
		if q.Current.N == 0 && q.Mine == nil {
			return v.see(to) // there is nothing to keep yet
		}
	}
	saved, err := v.store(answer, v.act(), int(base), typed)
	if err != nil {
		return v.refuse(typed, int(base), err)
	}
	if kept := v.form("kept"); kept != "" {
		if err := v.site.Assessments.TakeOver(v.r.Context(), v.actor, answer, assessment.ProposalID(kept)); err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	if v.wantsJSON() {
		return v.json(http.StatusOK, saved)
	}
	if to == "" {
		to = here + "?done=stored"
		if saved.Merged {
			to = here + "?done=merged"
		}
		if next == "next" {
			if to, err = v.after(); err != nil {
				return err
			}
		}
	}
	return v.see(to)
}

// after is the page of the next question, or this one's where it is the last.
func (v *visit) after() (string, error) {
	q, err := v.question()
	if err != nil {
		return "", err
	}
	var p questionPage
	if err := v.outline(q, &p); err != nil {
		return "", err
	}
	if p.Next == "" {
		return v.href("/questions/%s?done=stored", q.Answer.ID), nil
	}
	return p.Next + "?saved=" + url.QueryEscape(string(q.Answer.ID)), nil
}

// refuse answers a save that could not be: two texts are shown side by side, what breaks a rule stays typed in the form.
// Who may not know of the answer learns only that.
func (v *visit) refuse(typed assessment.Content, base int, err error) error {
	q, unknown := v.question()
	if unknown != nil {
		return unknown
	}
	if clash, ok := asClash(err); ok {
		return v.clashed(clash)
	}
	bad := v.fieldErrors(err)
	if bad == nil || v.wantsJSON() || q.Write == readOnly {
		return err
	}
	page, perr := v.questionWith(q, typed, base)
	if perr != nil {
		return perr
	}
	page.Errors, page.Kept = bad, v.form("kept")
	return v.showStatus(http.StatusUnprocessableEntity, "question/page", page)
}

// done sends back to the question with a word of what was done.
func (v *visit) done(what string) error {
	return v.see(v.href("/questions/%s?done=%s", v.vars[0], what))
}

// offerAnswer hands the contributor's text to the focal point.
func (v *visit) offerAnswer() error {
	if _, err := v.question(); err != nil {
		return err
	}
	if err := v.site.Assessments.Offer(v.r.Context(), v.act(), assessment.AnswerID(v.vars[0])); err != nil {
		return err
	}
	return v.done("offered")
}

// acceptAnswer makes a contribution the party's newest version.
func (v *visit) acceptAnswer() error {
	if _, err := v.question(); err != nil {
		return err
	}
	base, err := v.formNumber("base")
	if err != nil {
		return err
	}
	err = v.site.Assessments.Accept(v.r.Context(), v.act(), assessment.AnswerID(v.vars[0]), assessment.ProposalID(v.form("proposal")), int(base))
	if clash, ok := asClash(err); ok {
		return v.clashed(clash)
	}
	if err != nil {
		return err
	}
	return v.done("accepted")
}

// handBackAnswer returns a contribution to its author with a reason.
func (v *visit) handBackAnswer() error {
	if _, err := v.question(); err != nil {
		return err
	}
	if err := v.site.Assessments.HandBack(v.r.Context(), v.act(), assessment.AnswerID(v.vars[0]), assessment.ProposalID(v.form("proposal")), v.form("reason")); err != nil {
		return v.onPage(err)
	}
	return v.done("handed_back")
}

// returnAnswer opens a submitted answer again, with a reason that the party reads.
func (v *visit) returnAnswer() error {
	q, err := v.question()
	if err != nil {
		return err
	}
	if err := v.site.Assessments.Return(v.r.Context(), v.act(), q.Assessment.ID, q.Answer.ID, v.form("reason")); err != nil {
		return v.onPage(err)
	}
	return v.done("returned")
}

// onPage shows messages at fields on the page of the question.
func (v *visit) onPage(err error) error {
	bad := v.fieldErrors(err)
	if bad == nil {
		return err
	}
	q, qerr := v.question()
	if qerr != nil {
		return qerr
	}
	content, at := q.newest()
	page, perr := v.questionWith(q, content, at)
	if perr != nil {
		return perr
	}
	page.Errors = bad
	return v.showStatus(http.StatusUnprocessableEntity, "question/page", page)
}

// answerForm reads the text of an answer from the form. Rows are fields of one name, in order.
func (v *visit) answerForm() (c assessment.Content) {
	f := v.r.PostForm
	c = assessment.Content{Lang: lang.Tag(v.form("lang")), Implementation: assessment.Implementation(v.form("implementation")),
		Practice: f.Get("practice"), Missing: f.Get("missing"), Challenges: f["challenge"]}
	if !lang.IsOfficial(c.Lang) {
		if _, ok := v.site.Codes.Get("language", string(c.Lang)); !ok {
			c.Lang = v.lang
		}
	}
	drop := f["drop"]
	for _, x := range f["cite"] {
		if y, ok := readCitation(x); ok && !slices.Contains(drop, x) {
			c.Citations = append(c.Citations, y)
		}
	}
	at := func(name string, i int) string {
		if xs := f[name]; i < len(xs) {
			return strings.TrimSpace(xs[i])
		}
		return ""
	}
	for i := range longest(f, "wanted_form", "wanted_what", "wanted_for", "wanted_when") {
		c.Wanted = append(c.Wanted, assessment.Wanted{Form: at("wanted_form", i), What: at("wanted_what", i), ForWhom: at("wanted_for", i), When: at("wanted_when", i)})
	}
	for i := range longest(f, "given_form", "given_by", "given_when", "given_what") {
		c.Given = append(c.Given, assessment.Given{Form: at("given_form", i), By: at("given_by", i), When: at("given_when", i), What: at("given_what", i)})
	}
	// Rows without content are no rows, also where the text is only shown again.
	c.Wanted = slices.DeleteFunc(c.Wanted, func(w assessment.Wanted) bool { return w == assessment.Wanted{} })
	c.Given = slices.DeleteFunc(c.Given, func(g assessment.Given) bool { return g == assessment.Given{} })
	return c
}

// knownChoices holds that forms of assistance and challenges are of their lists, as the form offers them. Invalid: one is not.
func (v *visit) knownChoices(c assessment.Content) error {
	var bad fault.List
	if len(c.Challenges) > 0 {
		q, err := v.question()
		if err != nil {
			return err
		}
		content, _ := q.newest() // what came along from another edition may stay
		for _, code := range c.Challenges {
			if !slices.Contains(content.Challenges, code) && !slices.ContainsFunc(q.Edition.Content.Block.Challenges, func(o questionnaire.Option) bool { return o.Code == code }) {
				bad.Add("challenges", "fault.unknown_choice", nil)
				break
			}
		}
	}
	check := func(field, code string) {
		if _, ok := v.site.Codes.Get("ta-form", code); code != "" && !ok {
			bad.Add(field, "fault.unknown_choice", nil)
		}
	}
	for _, w := range c.Wanted {
		check("wanted", w.Form)
	}
	for _, g := range c.Given {
		check("given", g.Form)
	}
	return bad.Err()
}

func longest(f url.Values, names ...string) (n int) {
	for _, x := range names {
		n = max(n, len(f[x]))
	}
	return n
}
