package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/locale"
)

// readCitation reads the hidden field of a citation, "measure|version|eid".
func readCitation(s string) (library.Citation, bool) {
	parts := strings.SplitN(s, "|", 3)
	if len(parts) != 3 || parts[0] == "" || len(s) > 500 {
		return library.Citation{}, false
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil || n < 0 {
		return library.Citation{}, false
	}
	return library.Citation{Measure: library.ID(parts[0]), Version: n, EID: parts[2]}, true
}

const (
	lawsFound     = 25  // of one search
	sectionsFound = 200 // of one law
)

type citePage struct {
	Base
	Q         asked
	Words     string
	In        string // words searched within the law
	Laws      []measureLine
	Total     int
	Law       *measureLine
	Sections  []pickLine
	More      bool // there are more sections than shown
	Suggested []pickLine
	At        int
}

// pickLine is a section, or a whole law, that can be cited.
type pickLine struct {
	Value, Name, Law, Href string
	Text                   string
	Lang                   lang.Tag
	Level                  int
}

// writable reads the question of the path for somebody who writes in it. Denied: it is not open to the actor.
func (v *visit) writable() (asked, error) {
	q, err := v.question()
	if err == nil && q.Write == readOnly {
		err = fault.New(fault.Denied, "assessment.not_open", nil)
	}
	return q, err
}

// citePage finds laws of the party in the repository, then their sections.
func (v *visit) citePage() error {
	q, err := v.writable()
	if err != nil {
		return err
	}
	return v.citeWith(http.StatusOK, q, nil)
}

func (v *visit) citeWith(status int, q asked, bad []FieldError) error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	p := citePage{Base: v.questionBase(q, v.p.T("question.cite.title", nil)), Q: q, Words: v.query("q"), In: v.query("in")}
	p.Errors = bad
	p.Crumbs = append(p.Crumbs, Crumb{v.name(q.Provision), v.href("/questions/%s", q.Answer.ID)})
	_, p.At = q.newest()
	if id := v.query("measure"); id != "" {
		w, err := v.site.Library.Store.Whole(ctx, sight, library.ID(id), 0)
		if err != nil {
			return err
		}
		l := v.measureLine(w.Measure)
		p.Law = &l
		words := strings.ToLower(p.In)
		for _, s := range w.Sections {
			if words != "" && !strings.Contains(strings.ToLower(s.Num+" "+s.Heading+" "+s.Text), words) {
				continue
			}
			if len(p.Sections) == sectionsFound {
				p.More = true
				break
			}
			p.Sections = append(p.Sections, pick(w.Measure, s))
		}
		return v.showStatus(status, "question/cite", p)
	}
	laws, total, err := v.site.Library.Store.Find(ctx, sight, library.Filter{Country: q.Answer.Party, Words: p.Words, Limit: lawsFound})
	if err != nil {
		return err
	}
	p.Total = total
	for _, m := range laws {
		p.Laws = append(p.Laws, v.measureLine(m))
	}
	if p.Words == "" {
		mapped, err := v.site.Library.Store.Mapped(ctx, sight, append([]convention.ID{q.Provision.ID}, v.site.Conventions.Below(q.Provision.ID)...))
		if err != nil {
			return err
		}
		for _, m := range mapped {
			if m.Measure.Country == q.Answer.Party && len(p.Suggested) < lawsFound {
				p.Suggested = append(p.Suggested, pick(m.Measure, m.Section))
			}
		}
	}
	return v.showStatus(status, "question/cite", p)
}

func pick(m library.Measure, s library.Section) pickLine {
	l := pickLine{Value: citeValue(library.Citation{Measure: m.ID, Version: m.Version, EID: s.EID}), Name: sectionName(s), Law: m.Titles.Pick(m.Lang), Lang: m.Lang, Level: min(max(s.Level, 1), 6)}
	if l.Name == "" {
		l.Name = s.EID
	}
	if text := []rune(s.Text); len(text) > 160 {
		l.Text = string(text[:160]) + "…"
	} else {
		l.Text = s.Text
	}
	return l
}

// cite adds a citation to the newest text of the answer.
func (v *visit) cite() error {
	q, err := v.writable()
	if err != nil {
		return err
	}
	c, ok := readCitation(v.form("cite"))
	if ok {
		found, err := v.site.Library.Store.Cited(v.r.Context(), v.actor.Sight(), []library.Citation{c})
		if err != nil {
			return err
		}
		ok = len(found) == 1 && !found[0].Pinned && (c.EID == "" || found[0].Section.EID == c.EID)
	}
	if !ok {
		var bad fault.List
		bad.Add("cite", "question.error.cite", nil)
		return v.citeWith(http.StatusUnprocessableEntity, q, v.fieldErrors(bad.Err()))
	}
	return v.append(q, v.act(), []library.Citation{c})
}

// append stores the newest text with more citations.
func (v *visit) append(q asked, actor identity.Actor, cs []library.Citation) error {
	text, at := q.newest()
	text.Citations = append(text.Citations[:len(text.Citations):len(text.Citations)], cs...)
	if text.Lang == "" {
		text.Lang = v.lang
	}
	// A save that came between reading and storing is joined with this one, or both texts are shown.
	if _, err := v.store(q.Answer.ID, actor, at, text); err != nil {
		if clash, ok := asClash(err); ok {
			return v.clashed(clash)
		}
		return v.onPage(err)
	}
	return v.see(v.href("/questions/%s?done=cited#f-citations", q.Answer.ID))
}

type lawPage struct {
	Base
	Q     asked
	Typed lawTyped
	Types []library.Type
	Rows  []articleTyped
	Langs []languageOption
}

type lawTyped struct {
	Title, Lang, Type, Date, URL string
}

type articleTyped struct{ Num, Heading, Text string }

// articlesTyped is how many articles the page offers; a whole law comes in by import.
const articlesTyped = 3

func (v *visit) lawPage() error {
	q, err := v.writable()
	if err != nil {
		return err
	}
	return v.lawWith(http.StatusOK, q, lawTyped{Title: v.query("title"), Lang: string(v.lang), Type: string(library.Law)}, nil, nil)
}

func (v *visit) lawWith(status int, q asked, typed lawTyped, rows []articleTyped, bad []FieldError) error {
	p := lawPage{Base: v.questionBase(q, v.p.T("question.law.title", nil)), Q: q, Typed: typed, Types: library.Types, Rows: rows}
	p.Errors = bad
	p.Crumbs = append(p.Crumbs, Crumb{v.name(q.Provision), v.href("/questions/%s", q.Answer.ID)})
	for len(p.Rows) < articlesTyped {
		p.Rows = append(p.Rows, articleTyped{})
	}
	if l, ok := v.site.Codes.List("language"); ok {
		for _, c := range l.Active() {
			p.Langs = append(p.Langs, languageOption{lang.Tag(c.Code), c.Name.Pick(v.lang)})
		}
		locale.Sort(v.p, p.Langs, func(o languageOption) string { return o.Name })
		slices.SortStableFunc(p.Langs, func(a, b languageOption) int { // the official languages first
			switch x, y := lang.IsOfficial(a.Tag), lang.IsOfficial(b.Tag); {
			case x == y:
				return 0
			case x:
				return -1
			}
			return 1
		})
	}
	return v.showStatus(status, "question/law", p)
}

// addLaw records a law of the party, seen by the party alone, and cites what was typed of it.
func (v *visit) addLaw() error {
	q, err := v.writable()
	if err != nil {
		return err
	}
	f := v.r.PostForm
	typed := lawTyped{v.form("title"), v.form("lang"), v.form("type"), v.form("date"), v.form("source_url")}
	var rows []articleTyped
	for i := range min(longest(f, "article_num", "article_heading", "article_text"), 50) {
		at := func(name string) string {
			if xs := f[name]; i < len(xs) {
				return strings.TrimSpace(strings.ReplaceAll(xs[i], "\r\n", "\n"))
			}
			return ""
		}
		if r := (articleTyped{at("article_num"), at("article_heading"), at("article_text")}); r != (articleTyped{}) {
			rows = append(rows, r)
		}
	}
	w := library.Whole{Measure: library.Measure{Country: q.Answer.Party, Type: library.Type(typed.Type), Lang: lang.Tag(typed.Lang), Date: typed.Date,
		SourceURL: typed.URL, Titles: lang.T(lang.Tag(typed.Lang), typed.Title)}, Version: library.Version{Format: "typed"}, Sections: articles(rows)}
	ctx, actor := v.r.Context(), v.act()
	id, err := v.site.Library.Add(ctx, actor, w)
	if err != nil {
		if bad := v.fieldErrors(err); bad != nil {
			return v.lawWith(http.StatusUnprocessableEntity, q, typed, rows, bad)
		}
		return err
	}
	if _, err := v.site.Library.Store.Measure(ctx, v.actor.Sight(), id); fault.Is(err, fault.NotFound) {
		// The same form came before: its law is there already, under the id of then.
		return v.see(v.href("/questions/%s/cite?q=%s", q.Answer.ID, url.QueryEscape(typed.Title)))
	} else if err != nil {
		return err
	}
	cs := []library.Citation{{Measure: id, Version: 1}}
	if len(w.Sections) > 0 {
		cs = cs[:0]
		for _, s := range w.Sections {
			cs = append(cs, library.Citation{Measure: id, Version: 1, EID: s.EID})
		}
	}
	if actor.Request.Key != "" {
		actor.Request.Key = actor.Request.Key[:min(len(actor.Request.Key), 60)] + ".c" // the second act of one form
	}
	return v.append(q, actor, cs)
}

// articles makes sections of what was typed; the number gives the address within the law.
func articles(rows []articleTyped) (out []library.Section) {
	seen := map[string]bool{}
	for i, r := range rows {
		var eid strings.Builder
		for _, c := range strings.ToLower(r.Num) {
			if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') && eid.Len() < 40 {
				eid.WriteRune(c)
			}
		}
		name := strings.TrimPrefix(strings.TrimPrefix(eid.String(), "article"), "art")
		if name == "" {
			name = itoa(i + 1)
		}
		name = "art_" + name
		for seen[name] {
			name += "_" + itoa(i+1)
		}
		seen[name] = true
		out = append(out, library.Section{EID: name, Level: 1, Kind: "article", Num: r.Num, Heading: r.Heading, Text: r.Text})
	}
	return out
}
