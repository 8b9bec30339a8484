package table

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"merida/fault"
	"merida/library"
	"merida/report"
)

// OverviewLine is a line of a State's overview: an article with its counts, or a provision below it with its answer.
type OverviewLine struct {
	Chapter report.Chapter
	Article *report.Article // of a line that counts
	Line    report.Line     // of a line that says
}

// OverviewLines are the lines of an overview in printed order.
func OverviewLines(o report.Overview) (out []OverviewLine) {
	for _, ch := range o.Chapters {
		for _, a := range ch.Articles {
			out = append(out, OverviewLine{Chapter: ch, Article: &a})
			for _, l := range a.Lines {
				out = append(out, OverviewLine{Chapter: ch, Line: l})
			}
		}
	}
	return out
}

// Overview is what is public about a State: a row for each article, with its counts, and one for each provision below it, with
// what the State published on it. Counts stand on the rows of articles alone, where each record counts once.
func (w Words) Overview(name string, total int) (Table, func(OverviewLine) Row) {
	return w.table(name, w.T("overview.title"), total,
			Column{Key: "chapter", Label: w.T("table.chapter"), Width: 12}, Column{Key: "provision_name", Label: w.T("column.provision"), Width: 24}, Column{Key: "provision", Width: 24}, code("kind"),
			Column{Key: "heading", Label: w.T("column.title"), Width: 50},
			Column{Key: "implementation_name", Label: w.T("column.implemented")}, code("implementation"), Column{Key: "published_on", Label: w.T("column.published"), Kind: Day}, Column{Key: "days", Label: w.T("table.days"), Kind: Number},
			Column{Key: "cited", Label: w.T("column.cited"), Kind: Number}, Column{Key: "measures", Label: w.T("overview.measures"), Kind: Number}, Column{Key: "measure_ids", Kind: List, Width: 30},
			Column{Key: "needs_unmet", Label: w.T("coordination.count.unmet"), Kind: Number}, Column{Key: "needs_being_met", Label: w.T("coordination.count.being_met"), Kind: Number}, Column{Key: "needs_met", Label: w.T("coordination.count.met"), Kind: Number},
			Column{Key: "activities_planned", Label: w.T("coordination.count.planned"), Kind: Number}, Column{Key: "activities_under_way", Label: w.T("coordination.count.under_way"), Kind: Number}, Column{Key: "activities_completed", Label: w.T("coordination.count.completed"), Kind: Number},
			Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(l OverviewLine) Row {
			chapter := ""
			if p := l.Chapter.Provision; p != nil {
				chapter = p.Number
			}
			if a := l.Article; a != nil {
				var ids []string
				for _, m := range a.Measures {
					ids = append(ids, string(m.ID))
				}
				return Row{chapter, w.Provision(a.Provision.ID), a.Provision.ID, "article", a.Provision.Heading().Pick(w.Lang), "", "", "", "", "", len(a.Measures), ids,
					a.Cell.Unmet, a.Cell.BeingMet, a.Cell.Met, a.Cell.Planned, a.Cell.UnderWay, a.Cell.Done, w.URL("/provisions/" + string(a.Provision.ID))}
			}
			x := l.Line
			said, url := "", w.URL("/provisions/"+string(x.Provision.ID))
			var days, cited any = "", ""
			if x.Answer.Answer != "" {
				if i := x.Answer.Content.Implementation; i != "" {
					said = w.T("implementation." + string(i))
				}
				days, cited, url = int(w.At.Sub(x.Answer.PublishedAt)/(24*time.Hour)), len(x.Answer.Content.Citations), w.URL("/answers/"+string(x.Answer.Answer))
			}
			var ids []string
			for _, m := range x.Sections {
				ids = append(ids, string(m.Measure.ID))
			}
			return Row{chapter, w.Provision(x.Provision.ID), x.Provision.ID, string(x.Provision.Kind), x.Provision.Heading().Pick(w.Lang), said, x.Answer.Content.Implementation, Date(x.Answer.PublishedAt), days, cited,
				"", ids, "", "", "", "", "", "", url}
		}
}

// ComparisonLine is one section, cited or recorded, of one State on one provision; or the answer of a State that cites nothing.
type ComparisonLine struct {
	Provision report.Row
	Cell      report.Cell
	Measure   library.Measure
	Section   library.Section
	Version   int
	Status    string // cited, or that of the mapping; empty where there is no section
	Note      string
	In        *report.Rendering // the section in the reader's language; nil where no translation has it, and until Render
}

// Render adds to lines the rendering of their sections in the language of the table.
func (w Words) Render(ctx context.Context, st library.Store, lines []ComparisonLine) error {
	in := report.Renderings{Library: st, Lang: w.Lang}
	for i := range lines {
		l := &lines[i]
		if l.Status == "" {
			continue
		}
		x, ok, err := in.Of(ctx, l.Measure, l.Section, l.Version)
		if err != nil {
			return err
		}
		if ok {
			l.In = &x
		}
	}
	return nil
}

// ComparisonLines are the lines of a comparison, by provision and then in the order of the parties.
func (w Words) ComparisonLines(c report.Comparison) (out []ComparisonLine) {
	for _, r := range c.Rows {
		for _, cell := range r.Cells {
			if cell.Empty() {
				continue
			}
			n := len(out)
			for _, x := range cell.Cited {
				out = append(out, ComparisonLine{r, cell, x.Measure, x.Section, x.Citation.Version, "cited", "", nil})
			}
			for _, x := range cell.Recorded {
				out = append(out, ComparisonLine{r, cell, x.Measure, x.Section, x.Measure.Version, string(x.Mapping.Status), x.Mapping.Note.Pick(w.Lang), nil})
			}
			if len(out) == n {
				out = append(out, ComparisonLine{Provision: r, Cell: cell})
			}
		}
	}
	return out
}

// Comparison is a provision over States, with the text of what each cites and a citation in full for each row.
func (w Words) Comparison(name string, total int) (Table, func(ComparisonLine) Row) {
	return w.table(name, w.T("compare.title"), total,
			Column{Key: "provision_name", Label: w.T("column.provision")}, Column{Key: "provision", Width: 24}, Column{Key: "state", Label: w.T("column.state"), Width: 24}, code("party"),
			Column{Key: "implementation_name", Label: w.T("column.implemented")}, code("implementation"), Column{Key: "practice", Label: w.T("part.practice"), Width: 60}, Column{Key: "missing", Label: w.T("part.missing"), Width: 60}, code("answer_lang"),
			Column{Key: "published_on", Label: w.T("column.published"), Kind: Day}, Column{Key: "standing_name", Label: w.T("table.mapping")}, code("standing"),
			Column{Key: "title", Label: w.T("column.measure"), Width: 40}, Column{Key: "title_original", Label: w.T("column.original"), Width: 40}, Column{Key: "section", Label: w.T("column.section"), Width: 30}, code("eid"), Column{Key: "version", Label: w.T("table.version"), Kind: Number},
			Column{Key: "text", Label: w.T("table.text"), Width: 80}, Column{Key: "language", Label: w.T("table.language")}, code("lang"), Column{Key: "translation", Label: w.T("table.translation"), Width: 80}, Column{Key: "translation_status_name", Label: w.T("table.translation_status")}, code("translation_status"), Column{Key: "note", Label: w.T("column.note"), Width: 40},
			Column{Key: "citation", Label: w.T("compare.citation"), Width: 80}, Column{Key: "licence", Label: w.T("column.licence")}, Column{Key: "answer", Width: 30}, Column{Key: "url", Label: w.T("table.address"), Width: 40}),
		func(l ComparisonLine) Row {
			a := l.Cell.Answer
			said := ""
			if i := a.Content.Implementation; i != "" {
				said = w.T("implementation." + string(i))
			}
			id := l.Provision.Provision.ID
			r := Row{w.Provision(id), id, w.party(l.Cell.Party), l.Cell.Party, said, a.Content.Implementation, a.Content.Practice, a.Content.Missing, a.Content.Lang, Date(a.PublishedAt)}
			if l.Status == "" {
				return append(r, "", "", "", "", "", "", "", "", "", "", "", "", "", "", w.citeAnswer(l), "", a.Answer, w.URL("/answers/"+string(a.Answer)))
			}
			standing := w.T("compare.cited")
			if l.Status != "cited" {
				standing = w.T("mapping.status." + l.Status)
			}
			m := l.Measure
			at := w.sectionURL(m, l.Version, l.Section.EID)
			var answer any = a.Answer
			in, authority, code := "", "", ""
			if x := l.In; x != nil {
				in, authority, code = x.Text, w.T("translation.status."+string(x.Status)), string(x.Status)
				if x.Stale {
					authority += " (" + w.T("compare.stale") + ")"
				}
			}
			return append(r, standing, l.Status, m.Titles.Pick(w.Lang), m.Titles[m.Lang].S, sectionName(l.Section), l.Section.EID, l.Version, l.Section.Text, w.Language(m.Lang), m.Lang, in, authority, code, l.Note,
				cite(w.party(m.Country), m.Titles[m.Lang].S, sectionName(l.Section), m.Date, at), m.Licence, answer, at)
		}
}

// cite is the usual form: State, original title, section, date, address; what is not known is left out.
func cite(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}

func (w Words) citeAnswer(l ComparisonLine) string {
	a := l.Cell.Answer
	return w.Text("compare.cite_answer", fault.Args{"state": w.party(a.Party), "provision": w.Provision(a.Provision), "date": Date(a.PublishedAt), "address": w.URL("/answers/" + string(a.Answer))})
}

func (w Words) sectionURL(m library.Measure, version int, eid string) string {
	at := "/measures/" + string(m.ID)
	if version > 0 && version != m.Version {
		at += "/versions/" + strconv.Itoa(version)
	}
	if eid != "" {
		at += "/sections/" + eid
	}
	return w.URL(at)
}
