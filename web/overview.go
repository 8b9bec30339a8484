package web

import (
	"strings"
	"time"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/exchange/table"
	"merida/identity"
	"merida/report"
)

// reports reads what is public for the pages that put it together.
func (v *visit) reports() report.Reader {
	s := v.site
	r := report.Reader{Conventions: s.Conventions, Library: s.Library.Store, Assessments: s.Assessments.Store}
	if s.Assistance != nil {
		r.Board = s.Assistance.Board
	}
	return r
}

// overview is what a State's page shows of each chapter: what the State published, its measures, needs and assistance.
type overview struct {
	report.Overview
	Chapters []overviewChapter
	Ago      string // since the newest publication
	Contacts []contactLine
}

type overviewChapter struct {
	Of       string // the convention, where that is another one
	Name     string
	Heading  Words
	Articles []overviewArticle
	Silent   []leaf // articles on which nothing is public
}

type overviewArticle struct {
	report.Article
	Name    string
	Heading Words
	Said    []saidLine
	Needs   int
	Helped  int // activities
	Ago     string
}

type saidLine struct {
	ID, Name, Word string
	Cited          int
}

// below leaves out the article that a Chinese citation begins with, where the row names it: 第九条第一款 is 第一款 there.
func below(cited, article string) string {
	if rest, ok := strings.CutPrefix(cited, article); ok && strings.HasPrefix(rest, "第") {
		return rest
	}
	return cited
}

func (v *visit) overview(x *directory.Party) (overview, error) {
	o, err := v.reports().Overview(v.r.Context(), x.ID)
	out := overview{Overview: o, Ago: v.ago(o.Latest)}
	if err != nil {
		return out, err
	}
	for _, ch := range o.Chapters {
		var c overviewChapter
		if ch.Provision != nil {
			c.Name, c.Heading = v.name(ch.Provision), v.words(ch.Provision.Heading())
		}
		if of, ok := v.site.Conventions.Convention(ch.Convention); ok && of.ID != convention.UNCAC {
			c.Of = of.ShortTitles.Pick(v.lang)
		}
		for _, a := range ch.Articles {
			if a.Empty() {
				c.Silent = append(c.Silent, leaf{a.Provision, v.words(a.Provision.Heading())})
				continue
			}
			l := overviewArticle{Article: a, Name: v.name(a.Provision), Heading: v.words(a.Provision.Heading()), Needs: a.Cell.Needs(), Helped: a.Cell.Activities(), Ago: v.ago(a.Latest)}
			for _, y := range a.Lines {
				if y.Answer.Answer == "" {
					continue
				}
				s := saidLine{ID: string(y.Answer.Answer), Name: below(y.Provision.CitedIn(v.lang), a.Provision.CitedIn(v.lang)), Word: v.p.T("answers.part_not_public", nil), Cited: len(y.Answer.Content.Citations)}
				if i := y.Answer.Content.Implementation; i != "" {
					s.Word = v.p.T("implementation."+string(i), nil)
				}
				l.Said = append(l.Said, s)
			}
			c.Articles = append(c.Articles, l)
		}
		out.Chapters = append(out.Chapters, c)
	}
	contacts, err := v.site.Contacts.Store.Contacts(v.r.Context(), identity.Sight{}, directory.ContactFilter{Party: x.ID})
	for _, c := range contacts {
		out.Contacts = append(out.Contacts, contactLine{ContactPoint: c, OfficeName: v.words(c.Office)})
	}
	return out, err
}

// Cell is the address of the needs and activities of the State on an article.
func (p partyPage) Cell(id convention.ID) string {
	return p.Href("/coordination?party=%s&columns=article&provision=%s#records", p.Party.ID, id)
}

// NeedsSaid says the needs of a cell in words: a number alone would not say what became of them.
func (b Base) NeedsSaid(c assistance.Cell) string {
	var out []string
	for _, x := range []struct {
		key string
		n   int
	}{{"overview.unmet", c.Unmet}, {"overview.being_met", c.BeingMet}, {"overview.met", c.Met}} {
		if x.n > 0 {
			out = append(out, b.T(x.key, "n", x.n))
		}
	}
	return b.List(out)
}

// HelpSaid says the activities of a cell in words.
func (b Base) HelpSaid(c assistance.Cell) string {
	var out []string
	for _, x := range []struct {
		key string
		n   int
	}{{"overview.planned", c.Planned}, {"overview.under_way", c.UnderWay}, {"overview.completed", c.Done}, {"overview.stopped", c.Stopped}} {
		if x.n > 0 {
			out = append(out, b.T(x.key, "n", x.n))
		}
	}
	return b.List(out)
}

func (v *visit) overviewTable(o report.Overview) error {
	lines := table.OverviewLines(o)
	t, row := v.tables().Overview("party-"+string(o.Party), len(lines))
	return v.table(t, table.Rows(lines, row))
}

// ago says how long ago something was, as people say it; empty for no time.
func (v *visit) ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	days := int(v.site.Now().Sub(t).Hours() / 24)
	switch {
	case days < 1:
		return v.p.T("ago.today", nil)
	case days < 60:
		return v.p.T("ago.days", pairs([]any{"n", days}))
	case days < 730:
		return v.p.T("ago.months", pairs([]any{"n", days * 12 / 365}))
	}
	return v.p.T("ago.years", pairs([]any{"n", days / 365}))
}

// Ago says how long ago something was.
func (b Base) Ago(t time.Time) string { return b.v.ago(t) }
