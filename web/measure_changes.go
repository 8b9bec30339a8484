package web

import (
	"strconv"
	"strings"

	"merida/fault"
	"merida/library"
)

type changesPage struct {
	Base
	Line          measureLine
	Before, After library.Version
	Changes       []sectionDiff
	Total         int
	Pager         Pager
}

// sectionDiff is a section that differs, with the words that went and came.
type sectionDiff struct {
	library.SectionChange
	EID    string
	Name   string
	Pieces []piece
}

const changesPerPage = 50 // bounds the comparing that one page does

// measureChanges sets two versions of a text side by side, section by section:
// the version of the path against the one before it, or against ?from=.
func (v *visit) measureChanges() error {
	w, n, err := v.whole()
	if err != nil {
		return err
	}
	from := n - 1
	if s := v.query("from"); s != "" {
		if from, err = strconv.Atoi(s); err != nil {
			return fault.Of(fault.NotFound)
		}
	}
	if from < 1 || from == n {
		return fault.Of(fault.NotFound)
	}
	old, err := v.site.Library.Store.Whole(v.r.Context(), v.actor.Sight(), w.Measure.ID, from)
	if err != nil {
		return err
	}
	p := changesPage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), Before: old.Version, After: w.Version}
	p.Title = v.p.T("changes.title", map[string]any{"from": from, "to": n}) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	all := library.Compare(old.Sections, w.Sections)
	p.Total = len(all)
	offset := v.number("offset", 0, 0, max(0, p.Total-1))
	p.Pager = v.pager(p.Total, changesPerPage, offset)
	for _, c := range all[offset:min(p.Total, offset+changesPerPage)] {
		d := sectionDiff{SectionChange: c, EID: c.After.EID, Name: sectionName(c.After)}
		if c.Change == library.SectionRemoved {
			d.EID, d.Name = c.Before.EID, sectionName(c.Before)
		}
		d.Pieces = diffWords(printed(c.Before), printed(c.After))
		p.Changes = append(p.Changes, d)
	}
	return v.show("changes", p)
}

// printed is a section as one text: number and heading, then its own words.
func printed(s library.Section) string {
	head := strings.TrimSpace(s.Num + " " + s.Heading)
	if head == "" || s.Text == "" {
		return head + s.Text
	}
	return head + "\n" + s.Text
}

// Ends are the two versions compared, the older first as it was asked for.
func (p changesPage) Ends() []library.Version { return []library.Version{p.Before, p.After} }

// VersionOf is the version that holds a section: a removed one stands only in the former.
func (p changesPage) VersionOf(d sectionDiff) int {
	if d.Change == library.SectionRemoved {
		return p.Before.N
	}
	return p.After.N
}
