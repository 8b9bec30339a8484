package web

import (
	"net/url"
	"slices"
	"time"

	"merida/assessment"
	"merida/convention"
	"merida/identity"
	"merida/locale"
)

// staleAfter is how long a draft may rest before the task list calls it stale.
const staleAfter = 30 * 24 * time.Hour

// taskShows are the standings to which the task list can be narrowed.
var taskShows = []struct {
	code string
	keep func(v *visit, s *workSheet, a assessment.Answer) bool
}{
	{"", func(*visit, *workSheet, assessment.Answer) bool { return true }},
	{"unanswered", func(_ *visit, _ *workSheet, a assessment.Answer) bool { return a.State == assessment.Empty }},
	{"returned", func(_ *visit, _ *workSheet, a assessment.Answer) bool { return a.State == assessment.SentBack }},
	{"stale", func(v *visit, s *workSheet, a assessment.Answer) bool {
		return s.outdated[a.ID] || a.State == assessment.Drafted && v.site.Now().Sub(a.ChangedAt) > staleAfter
	}},
	{"assigned", func(_ *visit, _ *workSheet, a assessment.Answer) bool { return a.Assignee != "" }},
	{"unassigned", func(_ *visit, _ *workSheet, a assessment.Answer) bool { return a.Assignee == "" }},
}

// selectLine is an entry of a choice, with how many questions it keeps.
type selectLine struct {
	Code, Label string
	N           int
	On          bool
}

// taskFilter is what the task list is narrowed to, and what it could be.
type taskFilter struct {
	Chapters, Themes, Levels, Agencies []selectLine
	Round, Show                        string
	Any                                bool // something besides the standing is chosen
	Clear                              string
}

// narrow reads the filters of the task list from the query. Each choice is counted
// among the questions that the other choices keep, so that no choice leads to nothing unseen.
func (v *visit) narrow(s *workSheet) (f taskFilter, shows []workFilter, keep func(assessment.Answer) bool) {
	cat := v.site.Conventions
	chapter, theme, level, agency, show := v.query("chapter"), v.query("theme"), v.query("level"), v.query("agency"), v.query("show")
	inChapter := func(a assessment.Answer, c string) bool {
		return c == "" || cat.Descends(a.Provision, convention.ID(c))
	}
	provision := func(a assessment.Answer) *convention.Provision {
		if p, ok := cat.Get(a.Provision); ok {
			return p
		}
		return &convention.Provision{}
	}
	inTheme := func(a assessment.Answer, c string) bool { return c == "" || slices.Contains(provision(a).Themes, c) }
	atLevel := func(a assessment.Answer, c string) bool { return c == "" || string(provision(a).Obligation.Level) == c }
	ofAgency := func(a assessment.Answer, c string) bool { return c == "" || a.Agency == c }
	standing := taskShows[0].keep
	for _, x := range taskShows {
		if x.code == show {
			standing = x.keep
		}
	}
	matches := func(a assessment.Answer, skip string) bool {
		return (skip == "chapter" || inChapter(a, chapter)) && (skip == "theme" || inTheme(a, theme)) && (skip == "level" || atLevel(a, level)) &&
			(skip == "agency" || ofAgency(a, agency)) && (skip == "show" || standing(v, s, a))
	}
	chapters, themes, levels, agencies, standings := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, a := range s.Answers {
		if matches(a, "chapter") {
			if c := chapterOf(cat, a.Provision); c != "" {
				chapters[string(c)]++
			}
		}
		if matches(a, "theme") {
			for _, t := range provision(a).Themes {
				themes[t]++
			}
		}
		if matches(a, "level") {
			levels[string(provision(a).Obligation.Level)]++
		}
		if a.Agency != "" && matches(a, "agency") {
			agencies[a.Agency]++
		}
		if matches(a, "show") {
			for _, x := range taskShows {
				if x.keep(v, s, a) {
					standings[x.code]++
				}
			}
		}
	}
	f = taskFilter{Round: string(s.Round.ID), Show: show, Any: chapter != "" || theme != "" || level != "" || agency != ""}
	seen := map[convention.ID]bool{}
	for _, a := range s.Answers {
		if c := chapterOf(cat, a.Provision); c != "" && !seen[c] {
			seen[c] = true
			if p, ok := cat.Get(c); ok {
				f.Chapters = append(f.Chapters, selectLine{string(c), v.name(p) + ". " + p.Heading().Pick(v.lang), chapters[string(c)], string(c) == chapter})
			}
		}
	}
	for _, t := range cat.Themes() {
		if n := themes[t.Code]; n > 0 || t.Code == theme {
			f.Themes = append(f.Themes, selectLine{t.Code, t.Name.Pick(v.lang), n, t.Code == theme})
		}
	}
	for _, l := range []convention.Level{convention.Mandatory, convention.ShallConsider, convention.May, convention.Other} {
		if n := levels[string(l)]; n > 0 || string(l) == level {
			if t, ok := cat.Level(l); ok {
				f.Levels = append(f.Levels, selectLine{string(l), t.Name.Pick(v.lang), n, string(l) == level})
			}
		}
	}
	if v.actor.May(identity.AssignAnswer, identity.Scope{Party: s.Assessment.Party}) {
		for name, n := range agencies {
			f.Agencies = append(f.Agencies, selectLine{name, name, n, name == agency})
		}
		locale.Sort(v.p, f.Agencies, func(l selectLine) string { return l.Label })
	}
	query := func(show string) string {
		q := url.Values{"round": {string(s.Round.ID)}}
		for _, x := range []struct{ k, v string }{{"chapter", chapter}, {"theme", theme}, {"level", level}, {"agency", agency}, {"show", show}} {
			if x.v != "" {
				q.Set(x.k, x.v)
			}
		}
		return "?" + q.Encode()
	}
	for _, x := range taskShows {
		label := v.p.T("work.filter.all", nil)
		if x.code != "" {
			label = v.p.T("work.filter."+x.code, nil)
		}
		shows = append(shows, workFilter{label, query(x.code), standings[x.code], x.code == show})
	}
	f.Clear = "?round=" + url.QueryEscape(string(s.Round.ID))
	return f, shows, func(a assessment.Answer) bool { return matches(a, "") }
}

// chapterOf is the chapter that a provision stands in, empty where it stands in none.
func chapterOf(cat *convention.Catalogue, id convention.ID) convention.ID {
	for _, p := range cat.Ancestors(id) {
		if p.Kind == convention.Chapter {
			return p.ID
		}
	}
	return ""
}
