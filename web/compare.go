package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"merida/convention"
	"merida/directory"
	"merida/exchange/table"
	"merida/fault"
	"merida/lang"
	"merida/library"
	"merida/locale"
	"merida/party"
	"merida/report"
)

var compareRoutes = []route{{get, "/compare", (*visit).comparePage, false, true}}

// comparedOnScreen is how many States stand side by side on a page; a file holds all that the address names.
const comparedOnScreen = 4

type comparePage struct {
	Base
	Asked     string // as the reader typed it
	Provision *convention.Provision
	Heading   Words
	Name      string
	States    []comparedState
	More      int // States that the address names and the page does not show
	Rows      []compareRow
	Holders   []*directory.Party // that have something here and are not shown
	Others    []*directory.Party
	Full      bool
	Articles  []leaf
	Lines     int
}

type comparedState struct {
	ID, Name string
	Drop     string // the address without it
}

type compareRow struct {
	Name    string
	ID      convention.ID
	Heading Words
	Cells   []compareCell
}

type compareCell struct {
	report.Cell
	State string
	Word  string
	Ago   string
	Lang  lang.Tag
	Texts []lawText
}

// lawText is a section of a law as the comparison shows it.
type lawText struct {
	Title    Words // for the reader; the original follows where it is another
	Original string
	Lang     lang.Tag
	Section  string
	Text     string
	Cut      bool // the section has more
	Href     string
	Standing string
	Note     Words
	Licence  string
	In       *lawRendering // the section in the reader's language
}

// textShown is how many characters of a section stand in the comparison; the rest is on the section's own page and in the file.
const textShown = 3000

// comparedStates reads the States of the address, each once, in the order given. Invalid: one is none.
func (v *visit) comparedStates() (out []party.ID, err error) {
	var bad fault.List
	for _, code := range append(v.values("state"), v.values("party")...) {
		p, ok := v.site.Parties.Lookup(code)
		if !ok {
			bad.Add("state", "compare.error.state", fault.Args{"code": code})
			continue
		}
		if !slices.Contains(out, p.ID) {
			out = append(out, p.ID)
		}
	}
	return out, bad.Err()
}

// comparePage sets what States published on one provision side by side, with the text of the laws they cite.
func (v *visit) comparePage() error {
	p := comparePage{Base: v.base("convention", v.p.T("compare.title", nil)), Asked: v.query("provision")}
	p.Description = v.p.T("compare.lead", nil)
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	states, err := v.comparedStates()
	if bad := v.fieldErrors(err); bad != nil {
		p.Errors = bad
	}
	if p.Asked != "" {
		if id, ok := v.site.Conventions.Parse(p.Asked); ok {
			p.Provision, _ = v.site.Conventions.Get(id)
		}
		if p.Provision == nil {
			p.Errors = append(p.Errors, FieldError{Field: "provision", Text: v.p.T("compare.error.provision", nil)})
		}
	}
	if p.Errors != nil && !v.downloads() {
		v.comparePicker(&p, nil, states)
		return v.showStatus(422, "compare", p)
	}
	if v.downloads() {
		if p.Provision == nil {
			return fault.Of(fault.NotFound)
		}
		return v.compareTable(p.Provision, states)
	}
	if p.Provision == nil {
		v.comparePicker(&p, nil, states)
		return v.show("compare", p)
	}
	ctx, reader := v.r.Context(), v.reports()
	holders, err := reader.Holders(ctx, p.Provision.ID)
	if err != nil {
		return err
	}
	p.Name, p.Heading = v.name(p.Provision), v.words(p.Provision.Heading())
	p.Title = p.Name + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Name, v.href("/provisions/%s", p.Provision.ID)})
	v.comparePicker(&p, holders, states)
	shown := states[:min(comparedOnScreen, len(states))]
	p.More = len(states) - len(shown)
	if len(shown) == 0 {
		return v.show("compare", p)
	}
	c, err := reader.Compare(ctx, p.Provision.ID, shown)
	if err != nil {
		return err
	}
	in := report.Renderings{Library: v.site.Library.Store, Lang: v.lang}
	for _, r := range c.Rows {
		row := compareRow{Name: v.name(r.Provision), ID: r.Provision.ID, Heading: v.words(r.Provision.Heading())}
		for _, cell := range r.Cells {
			x, err := v.compareCell(&in, cell)
			if err != nil {
				return err
			}
			row.Cells = append(row.Cells, x)
		}
		p.Rows = append(p.Rows, row)
	}
	p.Lines = len(v.tables().ComparisonLines(c))
	return v.show("compare", p)
}

// comparePicker fills what the reader chooses from: the States that have something here first.
func (v *visit) comparePicker(p *comparePage, holders, states []party.ID) {
	for _, id := range states[:min(comparedOnScreen, len(states))] {
		u := url.Values{"provision": {p.Asked}}
		for _, other := range states {
			if other != id {
				u.Add("state", string(other))
			}
		}
		p.States = append(p.States, comparedState{string(id), v.partyName(string(id)), v.href("/compare") + "?" + u.Encode()})
	}
	p.Full = len(p.States) == comparedOnScreen
	for _, x := range v.site.Parties.All(v.lang) {
		switch {
		case slices.Contains(states, x.ID):
		case slices.Contains(holders, x.ID):
			p.Holders = append(p.Holders, x)
		default:
			p.Others = append(p.Others, x)
		}
	}
	for _, ch := range v.site.Conventions.Children("uncac") {
		for _, a := range v.site.Conventions.Children(ch.ID) {
			if n, err := strconv.Atoi(a.Number); err == nil && n >= 5 && n <= 62 { // those on which parties report
				p.Articles = append(p.Articles, leaf{a, v.words(a.Heading())})
			}
		}
	}
}

func (v *visit) compareCell(r *report.Renderings, c report.Cell) (compareCell, error) {
	out := compareCell{Cell: c, State: v.partyName(string(c.Party)), Lang: c.Answer.Content.Lang, Ago: v.ago(c.Answer.PublishedAt)}
	if i := c.Answer.Content.Implementation; i != "" {
		out.Word = v.p.T("implementation."+string(i), nil)
	}
	add := func(m library.Measure, s library.Section, version int, standing string, note lang.Text) (err error) {
		t := v.lawText(m, s, version, standing, note)
		t.In, err = v.rendering(r, m, s, version)
		out.Texts = append(out.Texts, t)
		return err
	}
	for _, x := range c.Cited {
		if err := add(x.Measure, x.Section, x.Citation.Version, v.p.T("compare.cited", nil), nil); err != nil {
			return out, err
		}
	}
	for _, x := range c.Recorded {
		if err := add(x.Measure, x.Section, 0, v.p.T("mapping.status."+string(x.Mapping.Status), nil), x.Mapping.Note); err != nil {
			return out, err
		}
	}
	return out, nil
}

func (v *visit) lawText(m library.Measure, s library.Section, version int, standing string, note lang.Text) lawText {
	l := v.measureLine(m)
	t := lawText{Title: l.Title, Original: l.Original, Lang: m.Lang, Section: sectionName(s), Text: s.Text, Standing: standing, Note: v.words(note), Licence: m.Licence, Href: v.href("/measures/%s", m.ID)}
	if version > 0 && version != m.Version {
		t.Href += "/versions/" + itoa(version)
	}
	if s.EID != "" {
		t.Href += "/sections/" + s.EID
	}
	t.Text, t.Cut = shorten(t.Text)
	return t
}

// lawRendering is a section in the reader's language, where a translation has it.
type lawRendering struct {
	report.Rendering
	Said string // its authority
}

// rendering reads the section of a law in the reader's language; nil where there is none.
func (v *visit) rendering(r *report.Renderings, m library.Measure, s library.Section, version int) (*lawRendering, error) {
	x, ok, err := r.Of(v.r.Context(), m, s, version)
	if err != nil || !ok {
		return nil, err
	}
	x.Text, _ = shorten(x.Text)
	return &lawRendering{x, v.textStatus(x.Status)}, nil
}

// shorten cuts a text to what the comparison shows of it.
func shorten(s string) (string, bool) {
	if utf8.RuneCountInString(s) <= textShown {
		return s, false
	}
	return strings.TrimSpace(string([]rune(s)[:textShown])) + " …", true
}

// compareTable sends the comparison of all States that the address names, or of all that have something where it names none.
func (v *visit) compareTable(p *convention.Provision, states []party.ID) error {
	ctx, reader := v.r.Context(), v.reports()
	if len(states) == 0 {
		var err error
		if states, err = reader.Holders(ctx, p.ID); err != nil {
			return err
		}
		locale.Sort(v.p, states, func(id party.ID) string { return v.partyName(string(id)) })
	}
	c, err := reader.Compare(ctx, p.ID, states)
	if err != nil {
		return err
	}
	w := v.tables()
	lines := w.ComparisonLines(c)
	if err := w.Render(ctx, v.site.Library.Store, lines); err != nil {
		return err
	}
	t, row := w.Comparison("compare-"+strings.ReplaceAll(string(p.ID), "/", "-"), len(lines))
	return v.table(t, table.Rows(lines, row))
}
