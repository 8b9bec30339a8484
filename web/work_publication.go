package web

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"merida/assessment"
	"merida/assistance"
	"merida/fault"
	"merida/identity"
	"merida/library"
	"merida/publication"
)

type publicationPage struct {
	Base
	Sheet *workSheet
	Lines []publicationLine
	Needs []draftedNeed
	Acts  bool // the reader may publish
}

type publicationLine struct {
	workLine
	SeenBy string
	Parts  []string
	Public assessment.Public // zero when nothing of it was published
}

// draftedNeed is a need made of an answer of this assessment that no reader outside the party sees yet.
type draftedNeed struct {
	needLine
	Provision string
}

// publicationPage says of each submitted answer who sees it.
func (v *visit) publicationPage() error {
	s, err := v.led(v.vars[0])
	if err != nil {
		return err
	}
	p := publicationPage{Base: v.workBase(s, "publication", v.p.T("work.publication", nil)), Sheet: s}
	p.Acts = v.actor.May(identity.Withdraw, identity.Scope{Party: s.Assessment.Party})
	found, err := v.site.Assessments.Store.Published(v.r.Context(), assessment.PublicFilter{Party: s.Assessment.Party, Withdrawn: true})
	if err != nil {
		return err
	}
	public := map[assessment.AnswerID]assessment.Public{}
	for _, x := range found {
		public[x.Answer] = x
	}
	names := map[string]string{}
	for _, a := range s.Answers {
		l := publicationLine{workLine: v.workLine(s, a), SeenBy: v.className(publication.Own), Public: public[a.ID]}
		names[string(a.ID)] = l.Name
		if a.Submitted > 0 {
			l.SeenBy = v.className(publication.Secretariat)
		}
		for _, part := range l.Public.Parts {
			l.Parts = append(l.Parts, v.p.T("part."+string(part), nil))
		}
		p.Lines = append(p.Lines, l)
	}
	if v.site.Assistance != nil {
		needs, _, err := v.site.Assistance.Store.FindNeeds(v.r.Context(), v.actor.Sight(), assistance.NeedFilter{Party: s.Assessment.Party, Limit: 500})
		if err != nil {
			return err
		}
		for _, n := range needs {
			if name, ok := names[n.Origin.Answer]; ok && n.Shown == 0 && n.Status != assistance.Withdrawn {
				p.Needs = append(p.Needs, draftedNeed{v.needLine(n), name})
			}
		}
	}
	return v.show("work/publication", p)
}

type publishPage struct {
	Base
	Sheet   *workSheet
	Line    workLine
	Version assessment.Version
	SeenBy  string
	Public  assessment.Public // zero when nothing is public
	Parts   []publishPart
	Preview *saidView
	Found   []foundAddress
	Wanted  []wantedNeed
	Acts    bool // the reader may publish
	Four    bool // an approver who wrote the version last
	Needs   bool // the reader may draft needs
}

type publishPart struct {
	Part assessment.Part
	On   bool
	Said saidView
}

// saidView is content as a page shows it.
type saidView struct {
	assessment.Content
	Cites      []library.CitedSection
	Challenges []string
	Wanted     []wantedLine
	Given      []givenLine
}

// wantedNeed is a wish for assistance with the need that was made of it.
type wantedNeed struct {
	wantedLine
	Line int
	Need *assistance.Need
}

func (v *visit) said(s *workSheet, c assessment.Content) (out saidView, err error) {
	out.Content = c
	if out.Cites, err = v.site.Library.Store.Cited(v.r.Context(), v.actor.Sight(), c.Citations); err != nil {
		return out, err
	}
	for _, o := range s.Edition.Content.Block.Challenges {
		if slices.Contains(c.Challenges, o.Code) {
			out.Challenges = append(out.Challenges, o.Label.Pick(v.lang))
		}
	}
	for _, w := range c.Wanted {
		out.Wanted = append(out.Wanted, wantedLine{w, v.formName(w.Form)})
	}
	for _, g := range c.Given {
		out.Given = append(out.Given, givenLine{g, v.formName(g.Form)})
	}
	return out, nil
}

// publishing reads one answer of an assessment that the reader leads, with its submitted version.
func (v *visit) publishing() (p publishPage, err error) {
	ctx := v.r.Context()
	s, err := v.led(v.vars[0])
	if err != nil {
		return p, err
	}
	i := slices.IndexFunc(s.Answers, func(a assessment.Answer) bool { return string(a.ID) == v.vars[1] })
	if i < 0 {
		return p, fault.Of(fault.NotFound)
	}
	a := s.Answers[i]
	p = publishPage{Base: v.workBase(s, "publication", v.p.T("work.publication", nil)), Sheet: s, Line: v.workLine(s, a), SeenBy: v.className(publication.Own)}
	p.Title = p.Line.Name + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{v.p.T("work.publication", nil), v.href("/assessments/%s/publication", s.Assessment.ID)})
	p.Acts = v.actor.May(identity.Withdraw, identity.Scope{Party: a.Party})
	if a.Submitted > 0 {
		p.SeenBy = v.className(publication.Secretariat)
		versions, err := v.site.Assessments.Store.Versions(ctx, v.actor.Sight(), a.ID)
		if err != nil {
			return p, err
		}
		for _, x := range versions {
			if x.N == a.Submitted {
				p.Version = x
			}
		}
	}
	p.Four = p.Acts && p.Version.By == v.actor.Account
	if a.Published > 0 {
		found, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{Answer: a.ID})
		if err != nil {
			return p, err
		}
		if len(found) > 0 {
			p.Public = found[0]
		}
	}
	picked := v.values("part")
	if v.r.Method == http.MethodPost {
		picked = v.r.PostForm["part"]
	}
	var named []assessment.Part
	for _, part := range assessment.Parts {
		only := p.Version.Content.Only([]assessment.Part{part})
		if only.Empty() {
			continue
		}
		x := publishPart{Part: part, On: slices.Contains(p.Public.Parts, part)}
		if len(picked) > 0 {
			x.On = slices.Contains(picked, string(part))
		}
		if x.Said, err = v.said(s, only); err != nil {
			return p, err
		}
		if x.On {
			named = append(named, part)
		}
		p.Parts = append(p.Parts, x)
		p.Found = append(p.Found, v.addresses(part, only)...)
	}
	if len(picked) > 0 && len(named) > 0 {
		said, err := v.said(s, p.Version.Content.Only(named))
		if err != nil {
			return p, err
		}
		p.Preview = &said
	}
	p.Needs = v.site.Assistance != nil && v.actor.May(identity.DraftNeed, assistance.NewNeed(a.Party))
	if v.site.Assistance != nil && slices.Contains(p.Public.Parts, assessment.PartWanted) {
		for i, w := range p.Version.Content.Wanted {
			x := wantedNeed{wantedLine: wantedLine{w, v.formName(w.Form)}, Line: i + 1}
			n, err := v.site.Assistance.Store.NeedOf(ctx, v.actor.Sight(), string(a.ID), i+1)
			if err == nil {
				x.Need = &n
			} else if !fault.Is(err, fault.NotFound) {
				return p, err
			}
			p.Wanted = append(p.Wanted, x)
		}
	}
	return p, nil
}

// publishPage shows an answer part by part, as the public would read it.
func (v *visit) publishPage() error {
	p, err := v.publishing()
	if err != nil {
		return err
	}
	return v.show("work/publish", p)
}

// path of the page of one answer.
func (v *visit) publishPath() string {
	return v.href("/assessments/%s/publication/%s", v.vars[0], v.vars[1])
}

func (v *visit) publish() error {
	p, err := v.publishing()
	if err != nil {
		return err
	}
	version, err := v.formNumber("version")
	if err != nil {
		return err
	}
	var parts []assessment.Part
	for _, x := range v.r.PostForm["part"] {
		parts = append(parts, assessment.Part(x))
	}
	err = v.site.Assessments.Publish(v.r.Context(), v.act(), p.Line.ID, int(version), parts)
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/publish", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.publishPath(), "published", len(parts))
}

func (v *visit) withdraw() error {
	p, err := v.publishing()
	if err != nil {
		return err
	}
	err = v.site.Assessments.Withdraw(v.r.Context(), v.act(), p.Line.ID, v.form("reason"))
	if fault.Is(err, fault.Invalid) && !v.wantsJSON() {
		p.Errors = v.fieldErrors(err)
		return v.showStatus(http.StatusUnprocessableEntity, "work/publish", p)
	}
	if err != nil {
		return err
	}
	return v.seeTold(v.publishPath(), "withdrawn", 0)
}

// needOfAnswer drafts a need out of a wish for assistance; it stays with the party until its approver publishes it.
func (v *visit) needOfAnswer() error {
	p, err := v.publishing()
	if err != nil {
		return err
	}
	if v.site.Assistance == nil {
		return fault.Of(fault.NotFound)
	}
	line, err := strconv.Atoi(v.form("line"))
	if err != nil {
		var bad fault.List
		bad.Add("line", "fault.required", nil)
		return bad.Err()
	}
	if _, err := v.site.Assistance.DraftFromAnswer(v.r.Context(), v.act(), p.Line.Answer, p.Version, line); err != nil {
		return err
	}
	return v.seeTold(v.publishPath(), "need_drafted", 0)
}

// publishDraftedNeed makes a drafted need of this assessment public.
func (v *visit) publishDraftedNeed() error {
	s, err := v.led(v.vars[0])
	if err != nil {
		return err
	}
	if v.site.Assistance == nil {
		return fault.Of(fault.NotFound)
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.PublishNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[1]), rev, publication.Public); err != nil {
		return err
	}
	return v.seeTold(v.href("/assessments/%s/publication", s.Assessment.ID), "need_published", 0)
}

// foundAddress is something in a text that could lead to a person.
type foundAddress struct{ Part, Text string }

var (
	mailAddress = regexp.MustCompile(`[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+`)
	phoneNumber = regexp.MustCompile(`(\+|00)?[0-9(][0-9()./\x{00a0} -]{6,20}[0-9]`)
	// idNumber is a run of nine digits or more, or of letters and digits as passports and
	// bank accounts have them (ISO 7501, ISO 13616).
	idNumber    = regexp.MustCompile(`\b([0-9]{9,20}|[A-Z]{1,2}[0-9]{6,9}|[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30})\b`)
	dateOrYears = regexp.MustCompile(`^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4} ?[-/] ?\d{4}|[\d ]+|\d{1,3}([ .]\d{3})+)$`)
)

// addresses finds mail addresses and telephone numbers in what a part says.
func (v *visit) addresses(part assessment.Part, c assessment.Content) (out []foundAddress) {
	texts := []string{c.Practice, c.Missing}
	for _, w := range c.Wanted {
		texts = append(texts, w.What, w.ForWhom, w.When)
	}
	for _, g := range c.Given {
		texts = append(texts, g.By, g.When, g.What)
	}
	for _, s := range texts {
		for _, x := range addressesIn(s) {
			out = append(out, foundAddress{v.p.T("part."+string(part), nil), x})
		}
	}
	return out
}

// latinDigit gives the digit 0 to 9 for one of another script.
func latinDigit(r rune) rune {
	switch {
	case r >= '\u0660' && r <= '\u0669': // Arabic-Indic
		return r - '\u0660' + '0'
	case r >= '\u06f0' && r <= '\u06f9': // Extended Arabic-Indic
		return r - '\u06f0' + '0'
	case r >= '\uff10' && r <= '\uff19': // full width
		return r - '\uff10' + '0'
	}
	return r
}

// addressesIn finds what looks like a mail address, a number of identity or a telephone number. A run of
// digits counts as a number to call when it has seven digits or more and begins with
// + or 00, or is grouped as no date, range of years or sum is.
func addressesIn(s string) (out []string) {
	s = strings.Map(latinDigit, s)
	out = append(out, mailAddress.FindAllString(s, 20)...)
	for _, x := range idNumber.FindAllString(s, 20) {
		if !strings.HasPrefix(x, "00") { // is found as a telephone number below
			out = append(out, x)
		}
	}
	for _, x := range phoneNumber.FindAllString(s, 50) {
		x = strings.Trim(x, " .-/\u00a0")
		digits := 0
		for _, r := range x {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		abroad := strings.HasPrefix(x, "+") || strings.HasPrefix(x, "00")
		if digits < 7 || digits > 15 || !abroad && dateOrYears.MatchString(x) {
			continue
		}
		out = append(out, x)
	}
	return out[:min(len(out), 20)]
}
