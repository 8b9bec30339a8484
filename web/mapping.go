package web

import (
	"net/url"
	"slices"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/library"
)

// mappingRoutes are the pages on which people say which provisions the sections of a law implement.
var mappingRoutes = []route{
	{get, "/mapping", (*visit).unmappedPage, true, true},
	{post, "/mapping", (*visit).prepareWaiting, true, false},
	{get, "/measures/{id}/mapping", (*visit).mappingPage, true, true},
	{post, "/measures/{id}/mapping", (*visit).changeMapping, true, false},
}

// wholeLaw stands in addresses and forms for the measure as a whole, which has no section id.
const wholeLaw = "*"

type mappingPage struct {
	Base
	Line                measureLine
	MayMap, MayValidate bool
	Seen, Total         int
	Open, Strong        int // suggestions that wait
	Filters             []workFilter
	Show                string
	Units               []mapUnit
	Pager               Pager
	At                  *mapUnit
	Previous, Next      string
	Tree                []mapChapter
	Words               string // the filter of the tree
	Said, Stamp         string // what was just done, and by what it is undone
	Cite                string // typed and not understood
}

// mapUnit is a section, as it is mapped: with those below it.
type mapUnit struct {
	EID, Name, Start string
	Sections         []library.Section
	Seen, Current    bool
	Mapped           []mapLine
	Open, Refused    []mapLine
	Href             string
	unit             library.Unit
}

// mapLine is a provision to which a section belongs or may belong, with what is known of why.
type mapLine struct {
	Key       library.MappingKey
	Part      string // the section within the unit, where it is not the unit itself
	Name      string
	Heading   Words
	Status    string // of a mapping
	Strength  string // of a suggestion
	Who       string
	Note      Words
	Reasons   []string
	Similar   []link
	Validated bool
}

type link struct{ Label, Href string }

type mapChapter struct {
	Name     string
	Open     bool
	Articles []mapNode
}

type mapNode struct {
	ID          convention.ID
	Name, Label string
	On          bool // mapped already
	Open        bool
	Below       []mapNode
	Depth       int
}

// mappingShows are what the list of sections can be narrowed to.
var mappingShows = []struct {
	code string
	keep func(u mapUnit) bool
}{
	{"", func(mapUnit) bool { return true }},
	{"unseen", func(u mapUnit) bool { return !u.Seen }},
	{"suggested", func(u mapUnit) bool { return len(u.Open) > 0 }},
	{"unmapped", func(u mapUnit) bool { return len(u.Mapped) == 0 }},
	{"mapped", func(u mapUnit) bool { return len(u.Mapped) > 0 }},
	{"unvalidated", func(u mapUnit) bool {
		return slices.ContainsFunc(u.Mapped, func(l mapLine) bool { return !l.Validated })
	}},
}

const unitsPerPage = 40

// mappingPage is the editor: the law on one side, the Convention on the other.
func (v *visit) mappingPage() error {
	w, work, err := v.mappingWork()
	if err != nil {
		return err
	}
	p := mappingPage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), MayMap: library.MayMap(v.actor, w.Measure), MayValidate: library.MayValidateMapping(v.actor, w.Measure),
		Show: v.query("show"), Words: v.query("q")}
	p.Title = v.p.T("mapping.title", nil) + " · " + p.Line.Title.S
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	p.Band = v.ownBand("mapping")
	p.Scripts = []string{"mapping.js"}
	units, err := v.mapUnits(w, work)
	if err != nil {
		return err
	}
	if v.downloads() {
		return v.mappingCSV(w, units)
	}
	for _, u := range units {
		if u.EID == wholeLaw {
			continue
		}
		p.Total++
		if u.Seen {
			p.Seen++
		}
	}
	for _, s := range work.Suggestions {
		if s.State == library.Open {
			p.Open++
			if s.Strength == "strong" {
				p.Strong++
			}
		}
	}
	p.narrow(v, units)
	p.Tree = v.mapTree(p.Words, p.At)
	p.said(v)
	return v.show("mapping", p)
}

// mappingWork reads the law that the path names with its mapping, for those who have a part in it.
func (v *visit) mappingWork() (library.Whole, library.MappingWork, error) {
	w, _, err := v.whole()
	if err != nil {
		return w, library.MappingWork{}, err
	}
	return v.site.Library.Work(v.r.Context(), v.actor, w.Measure.ID)
}

// mapUnits makes the sections of a law ready, the law as a whole first.
func (v *visit) mapUnits(w library.Whole, work library.MappingWork) ([]mapUnit, error) {
	units := []mapUnit{{EID: wholeLaw, Name: v.p.T("mapping.whole", nil), Seen: true}}
	of := map[string]int{} // section to unit
	for _, u := range library.Units(w.Sections) {
		s := w.Sections[u.At]
		for i := u.At; i < u.End; i++ {
			of[w.Sections[i].EID] = len(units)
		}
		x := mapUnit{EID: s.EID, Name: sectionName(s), Sections: w.Sections[u.At:u.End], Seen: slices.Contains(work.Seen, s.EID), unit: u}
		for _, t := range x.Sections {
			if x.Start = firstWords(t.Text); x.Start != "" {
				break
			}
		}
		if x.Name == "" {
			x.Name = s.EID
		}
		units = append(units, x)
	}
	find := func(eid string) (int, string) {
		i, ok := of[eid]
		if !ok || eid == units[i].EID {
			return i, "" // the whole law, also for sections that are in no text any more
		}
		if s, ok := w.Section(eid); ok {
			if name := sectionName(s); name != "" {
				return i, name
			}
		}
		return i, eid
	}
	names := similarNames{}
	for _, m := range w.Mappings {
		i, part := find(m.EID)
		if m.EID != "" && i == 0 {
			part = m.EID
		}
		l := v.mapLine(m.Key(), part)
		l.Status, l.Validated, l.Note = string(m.Status), m.Status == library.Validated, v.words(m.Note)
		switch {
		case l.Validated && !m.ValidatedAt.IsZero():
			l.Who = v.p.T("mapping.validated_on", fault.Args{"state": v.partyName(string(m.ValidatedBy)), "date": m.ValidatedAt})
		case !m.At.IsZero():
			l.Who = v.p.T("mapping.made_on", fault.Args{"date": m.At})
		}
		if err := v.reasons(&l, w, m.Reasons, names); err != nil {
			return nil, err
		}
		units[i].Mapped = append(units[i].Mapped, l)
		units[i].Seen = true
	}
	for _, s := range work.Suggestions {
		i, part := find(s.EID)
		if s.EID != "" && i == 0 || s.State == library.Accepted {
			continue // of an older text, or a mapping by now
		}
		l := v.mapLine(s.Key(), part)
		l.Strength, l.Note = string(s.Strength), v.words(s.Note)
		if s.By != "" {
			l.Who = v.p.T("mapping.by_person", nil)
		}
		if err := v.reasons(&l, w, s.Reasons, names); err != nil {
			return nil, err
		}
		if s.State == library.Open {
			units[i].Open = append(units[i].Open, l)
		} else {
			units[i].Refused = append(units[i].Refused, l)
		}
	}
	return units, nil
}

func (v *visit) mapLine(k library.MappingKey, part string) mapLine {
	l := mapLine{Key: k, Part: part, Name: string(k.Provision)}
	if p, ok := v.site.Conventions.Get(k.Provision); ok {
		l.Name, l.Heading = v.name(p), v.words(p.Heading())
	}
	return l
}

func firstWords(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	rs := []rune(s)
	if len(rs) > 160 {
		return string(rs[:160]) + "…"
	}
	return s
}

// narrow chooses which sections the list shows, and the one that is worked on.
func (p *mappingPage) narrow(v *visit, units []mapUnit) {
	keep := mappingShows[0].keep
	for _, x := range mappingShows {
		n := 0
		for _, u := range units {
			if u.EID != wholeLaw && x.keep(u) {
				n++
			}
		}
		if x.code == p.Show {
			keep = x.keep
		}
		if x.code == "unvalidated" && !p.MayValidate {
			continue
		}
		label := v.p.T("mapping.show.all", nil)
		if x.code != "" {
			label = v.p.T("mapping.show."+x.code, nil)
		}
		p.Filters = append(p.Filters, workFilter{label, "?show=" + x.code, n, x.code == p.Show})
	}
	at := v.query("at")
	var shown []mapUnit
	current := -1
	for _, u := range units {
		if u.EID == at && at != "" || keep(u) && (u.EID != wholeLaw || p.Show == "" || len(u.Open) > 0) {
			if u.EID == at && at != "" {
				current = len(shown)
			}
			shown = append(shown, u)
		}
	}
	for i := range shown {
		q := url.Values{"at": {shown[i].EID}}
		if p.Show != "" {
			q.Set("show", p.Show)
		}
		shown[i].Href = "?" + q.Encode() + "#at"
	}
	if current < 0 { // what waits comes first
		current = slices.IndexFunc(shown, func(u mapUnit) bool { return len(u.Open) > 0 && !u.Seen })
	}
	if current < 0 {
		current = slices.IndexFunc(shown, func(u mapUnit) bool { return u.EID != wholeLaw })
	}
	if current >= 0 {
		shown[current].Current = true
		u := shown[current]
		p.At = &u
		if current > 0 {
			p.Previous = shown[current-1].Href
		}
		if current+1 < len(shown) {
			p.Next = shown[current+1].Href
		}
	}
	from := max(0, current) / unitsPerPage * unitsPerPage
	to := min(len(shown), from+unitsPerPage)
	p.Pager = Pager{From: min(from+1, len(shown)), To: to}
	if from > 0 {
		p.Pager.Previous = shown[from-unitsPerPage].Href
	}
	if to < len(shown) {
		p.Pager.Next = shown[to].Href
	}
	p.Units = shown[from:to]
}

// mapTree is the Convention as a list to tick, narrowed to what holds all the words.
func (v *visit) mapTree(words string, at *mapUnit) (out []mapChapter) {
	narrowed := words != ""
	mapped := map[convention.ID]bool{}
	near := map[convention.ID]bool{} // articles that are opened
	if at != nil {
		for _, l := range at.Mapped {
			mapped[l.Key.Provision] = true
			if a, ok := v.site.Conventions.Article(l.Key.Provision); ok {
				near[a.ID] = true
			}
		}
	}
	holds := func(p *convention.Provision) bool {
		return library.HoldsWords(p.Citation+" "+v.name(p)+" "+v.words(p.Heading()).S, words)
	}
	for _, c := range v.site.Conventions.Children(convention.UNCAC) {
		ch := mapChapter{Name: v.name(c) + ". " + v.words(c.Heading()).S, Open: narrowed}
		for _, a := range v.site.Conventions.Children(c.ID) {
			node := mapNode{ID: a.ID, Name: v.name(a), Label: v.words(a.Heading()).S, On: mapped[a.ID], Open: near[a.ID]}
			all := holds(a)
			for x := range v.site.Conventions.Walk(a.ID) {
				if x.ID == a.ID || x.Implicit || !all && !holds(x) {
					continue
				}
				node.Below = append(node.Below, mapNode{ID: x.ID, Name: x.CitedIn(v.lang), Label: v.words(x.Heading()).S, On: mapped[x.ID], Depth: x.Depth - a.Depth})
				node.Open = node.Open || narrowed && !all
			}
			if all || len(node.Below) > 0 {
				ch.Articles = append(ch.Articles, node)
				ch.Open = ch.Open || node.Open || node.On
			}
		}
		if len(ch.Articles) > 0 {
			out = append(out, ch)
		}
	}
	return out
}

func (v *visit) mappingCSV(w library.Whole, units []mapUnit) error {
	rows := [][]string{{v.p.T("mapping.section", nil), "eid", v.p.T("column.provision", nil), "provision", v.p.T("column.title", nil), v.p.T("column.status", nil), "status", v.p.T("mapping.why", nil)}}
	for _, u := range units {
		add := func(l mapLine, status, code string) {
			rows = append(rows, []string{u.Name, l.Key.EID, l.Name, string(l.Key.Provision), l.Heading.S, status, code, strings.Join(l.Reasons, " ")})
		}
		for _, l := range u.Mapped {
			add(l, v.p.T("mapping.status."+l.Status, nil), l.Status)
		}
		for _, l := range u.Open {
			add(l, v.p.T("mapping.status.suggested", nil), "suggested")
		}
	}
	return v.csv("mapping-"+string(w.Measure.ID), rows)
}
