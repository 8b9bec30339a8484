package web

import (
	"strconv"

	"merida/library"
)

type unmappedPage struct {
	Base
	Lines  []unmappedLine
	Total  int
	All    bool
	Unread int // laws of this page for which nothing was proposed yet
	States []choice
	Pager  Pager
}

type unmappedLine struct {
	library.Waiting
	Line measureLine
}

const (
	waitingPerPage = 25
	mostWaiting    = 50_000 // rows of one file
)

// unmappedPage lists the laws whose sections nobody looked at yet.
func (v *visit) unmappedPage() error {
	f := library.WaitingFilter{Country: v.query("country"), All: v.query("all") == "1", Limit: waitingPerPage, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.suffix != "" {
		f.Limit, f.Offset = 500, 0
	}
	p := unmappedPage{Base: v.base("tasks", v.p.T("mapping.waiting.title", nil)), All: f.All}
	p.Band = v.ownBand("mapping")
	for {
		ws, total, err := v.site.Library.WaitingForMapping(v.r.Context(), v.actor, f)
		if err != nil {
			return err
		}
		p.Total = total
		for _, w := range ws {
			p.Lines = append(p.Lines, unmappedLine{w, v.measureLine(w.Measure)})
			if !w.Proposed {
				p.Unread++
			}
		}
		if v.suffix == "" || len(ws) == 0 || len(p.Lines) >= total || len(p.Lines) >= mostWaiting {
			break
		}
		f.Offset += len(ws)
	}
	if v.downloads() {
		return v.unmappedCSV(p.Lines)
	}
	for _, x := range v.site.Parties.All(v.lang) {
		p.States = append(p.States, choice{string(x.ID), x.Name(v.lang), string(x.ID) == f.Country})
	}
	p.Pager = v.pager(p.Total, f.Limit, f.Offset)
	return v.show("mapping_waiting", p)
}

func (v *visit) unmappedCSV(lines []unmappedLine) error {
	rows := [][]string{{v.p.T("column.state", nil), "country", v.p.T("column.title", nil), "lang", "id", "source_id", v.p.T("mapping.waiting.sections", nil), v.p.T("mapping.waiting.seen", nil),
		v.p.T("mapping.waiting.mapped", nil), v.p.T("mapping.waiting.open", nil), v.p.T("mapping.waiting.strong", nil)}}
	for _, l := range lines {
		row := []string{l.Line.State, string(l.Measure.Country), l.Line.Title.S, string(l.Measure.Lang), string(l.Measure.ID), l.Measure.SourceID}
		if l.Proposed {
			row = append(row, strconv.Itoa(l.Sections), strconv.Itoa(l.Seen), strconv.Itoa(l.Mapped), strconv.Itoa(l.Open), strconv.Itoa(l.Strong))
		} else {
			row = append(row, "", strconv.Itoa(l.Seen), strconv.Itoa(l.Mapped), "", "")
		}
		rows = append(rows, row)
	}
	return v.csv("waiting-for-mapping", rows)
}

// prepareWaiting lets the program read the laws of one page of the list.
func (v *visit) prepareWaiting() error {
	ids := v.r.PostForm["id"]
	for _, id := range ids[:min(len(ids), waitingPerPage)] {
		if _, _, err := v.site.Library.Work(v.r.Context(), v.actor, library.ID(id)); err != nil {
			return err
		}
	}
	back := v.href("/mapping")
	if q := v.r.URL.RawQuery; q != "" {
		back += "?" + q
	}
	return v.see(back)
}
