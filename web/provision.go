package web

import (
	"slices"
	"strconv"

	"merida/assessment"
	"merida/convention"
	"merida/exchange/table"
	"merida/follow"
	"merida/identity"
	"merida/library"
	"merida/locale"
	"merida/questionnaire"
)

// mappedPage is how many sections of laws stand on a page of a provision.
const mappedPage = 50

// mappedFilter narrows what is tied to a provision; zero fields do not narrow. The names are those of the search.
type mappedFilter struct {
	Region, Country, Type, Status, Lang, Standing []string
	From, To                                      int
}

func (v *visit) mappedFilter() mappedFilter {
	return mappedFilter{v.values("region"), v.values("country"), v.values("type"), v.values("status"), v.values("lang"), v.values("standing"),
		v.number("year_from", 0, 0, 9999), v.number("year_to", 0, 0, 9999)}
}

func (f mappedFilter) any() bool {
	return len(f.Region)+len(f.Country)+len(f.Type)+len(f.Status)+len(f.Lang)+len(f.Standing)+f.From+f.To > 0
}

// value gives what a mapping has for the filter of a name.
func (v *visit) mappedValue(name string, x library.Mapped) string {
	switch name {
	case "region":
		if p, ok := v.site.Parties.Get(x.Measure.Country); ok {
			return string(p.Group)
		}
	case "country":
		return string(x.Measure.Country)
	case "type":
		return string(x.Measure.Type)
	case "status":
		return string(x.Measure.Status)
	case "lang":
		return string(x.Measure.Lang.Base())
	case "standing":
		return string(x.Mapping.Status)
	}
	return ""
}

// mappedFilters are the filters in the order in which the page shows them.
var mappedFilters = []string{"region", "country", "type", "status", "lang", "standing"}

func (f mappedFilter) of(name string) []string {
	return map[string][]string{"region": f.Region, "country": f.Country, "type": f.Type, "status": f.Status, "lang": f.Lang, "standing": f.Standing}[name]
}

// keepMapped keeps what the filter leaves; but leaves one filter out, so that a choice shows what another value would give.
func (v *visit) keepMapped(ms []library.Mapped, f mappedFilter, but string) []library.Mapped {
	if !f.any() {
		return ms
	}
	return slices.DeleteFunc(slices.Clone(ms), func(x library.Mapped) bool {
		for _, name := range mappedFilters {
			if want := f.of(name); name != but && len(want) > 0 && !slices.Contains(want, v.mappedValue(name, x)) {
				return true
			}
		}
		y := x.Measure.Year()
		return f.From > 0 && y < f.From || f.To > 0 && (y == 0 || y > f.To)
	})
}

// mappedChoice is one filter with the values that are there.
type mappedChoice struct {
	Name, Label string
	Values      []facetValue
}

// mappedChoices lists for each filter the values that the other filters leave, with the number of sections.
func (v *visit) mappedChoices(ms []library.Mapped, f mappedFilter) (out []mappedChoice) {
	for _, name := range mappedFilters {
		c := mappedChoice{Name: name}
		if c.Label = v.p.T("provision.filter.standing", nil); name != "standing" {
			c.Label = v.p.T("search.facet."+name, nil)
		}
		on := f.of(name)
		count := map[string]map[[2]string]bool{}
		for _, value := range on {
			count[value] = map[[2]string]bool{}
		}
		for _, x := range v.keepMapped(ms, f, name) {
			if value := v.mappedValue(name, x); value != "" {
				if count[value] == nil {
					count[value] = map[[2]string]bool{}
				}
				count[value][[2]string{string(x.Measure.ID), x.Mapping.EID}] = true
			}
		}
		for value, sections := range count {
			label := v.facetLabel(name, value)
			if key := "mapping.status." + value; name == "standing" && v.site.Locale.Has(key) {
				label = v.p.T(key, nil)
			}
			c.Values = append(c.Values, facetValue{value, label, len(sections), slices.Contains(on, value)})
		}
		locale.Sort(v.p, c.Values, func(x facetValue) string { return x.Label })
		if len(c.Values) > 1 || len(on) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// oneSection puts the lines of one section of a measure together: it stands once, with every provision to which it is tied.
func oneSection(lines []mappedLine) (out []mappedLine) {
	at := map[[2]string]int{}
	for _, l := range lines {
		k := [2]string{string(l.Measure.ID), l.Mapping.EID}
		i, seen := at[k]
		if !seen {
			at[k] = len(out)
			l.Provisions = []convention.ID{l.Mapping.Provision}
			out = append(out, l)
			continue
		}
		o := &out[i]
		if !slices.Contains(o.Provisions, l.Mapping.Provision) {
			o.Provisions = append(o.Provisions, l.Mapping.Provision)
		}
		if o.Note.S == "" {
			o.Note = l.Note
		}
		if l.Mapping.Status == library.Validated {
			o.Mapping.Status = library.Validated
		}
	}
	return out
}

// asksLine is what the checklist asks on a provision, with its guidance.
type asksLine struct {
	Provision convention.ID
	Question  Words
	Guidance  Words
}

// asks reads what the newest approved edition asks on provisions; nothing while none is approved.
func (v *visit) asks(below []convention.ID) (out []asksLine, edition string, err error) {
	ctx := v.r.Context()
	all, err := v.site.Questionnaires.Store.Editions(ctx)
	if err != nil {
		return nil, "", err
	}
	var newest *questionnaire.Edition
	for i := range all {
		if e := &all[i]; e.State == questionnaire.Approved && (newest == nil || e.ApprovedOn > newest.ApprovedOn || e.ApprovedOn == newest.ApprovedOn && e.ID > newest.ID) {
			newest = e
		}
	}
	if newest == nil {
		return nil, "", nil
	}
	e, err := v.site.Questionnaires.Store.Edition(ctx, newest.ID)
	if err != nil {
		return nil, "", err
	}
	for _, q := range e.Content.All() {
		if slices.Contains(below, q.Provision) {
			out = append(out, asksLine{q.Provision, v.words(q.Text), v.words(q.Guidance)})
		}
	}
	return out, string(e.ID), nil
}

type provisionPage struct {
	Base
	Provision *convention.Provision
	Heading   Words
	Article   *convention.Provision
	Text      *treatyText
	Level     string
	Themes    []string
	Children  []leaf
	Related   []relatedLine
	Measures  []mappedLine
	Choices   []mappedChoice
	Years     [2]string
	All       int // sections of laws that are tied to it, whatever the filters
	Sections  int // that the filters leave
	Rows      int // of the file: a section and a provision each
	States    int // whose they are
	Filtered  bool
	Pager     Pager
	Asks      []asksLine
	Edition   string // that asks
	Answers   []answerLine
	Assist    *assistanceBlock
	Follow    *followBar
}

// provisionPage shows a provision, what it is tied to, and what States have recorded on it and below it.
func (v *visit) provisionPage() error {
	if c, ok := v.site.Conventions.Convention(convention.ID(v.vars[0])); ok && string(c.ID) == v.vars[0] && !v.downloads() {
		return v.see(v.href("/conventions/%s", v.vars[0]))
	}
	x, err := v.provision(v.vars[0])
	if err != nil {
		return err
	}
	tree, ctx := v.site.Conventions, v.r.Context()
	p := provisionPage{Base: v.base("convention", v.name(x)), Provision: x, Heading: v.words(x.Heading())}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	if c, ok := tree.Convention(x.ID.Convention()); ok {
		p.Crumbs = append(p.Crumbs, Crumb{c.Titles.Pick(v.lang), v.href("/conventions/%s", c.ID)})
	}
	for _, a := range tree.Ancestors(x.ID) {
		p.Crumbs = append(p.Crumbs, Crumb{v.name(a), v.href("/provisions/%s", a.ID)})
	}
	if a, ok := tree.Article(x.ID); ok && a.ID != x.ID {
		p.Article = a
	}
	if x.Obligation.Level != "" {
		if t, ok := tree.Level(x.Obligation.Level); ok {
			p.Level = t.Name.Pick(v.lang)
		}
	}
	for _, code := range x.Themes {
		if t, ok := tree.Theme(code); ok {
			p.Themes = append(p.Themes, t.Name.Pick(v.lang))
		}
	}
	for _, c := range tree.Children(x.ID) {
		p.Children = append(p.Children, leaf{c, v.words(c.Heading())})
	}
	for _, r := range tree.Related(x.ID) {
		to, ok := tree.Get(r.To)
		if !ok {
			continue
		}
		kind := string(r.Kind)
		if t, ok := tree.Relation(r.Kind); ok {
			kind = t.Name.Pick(v.lang)
		}
		p.Related = append(p.Related, relatedLine{kind, to, v.words(to.Heading())})
	}
	below := append([]convention.ID{x.ID}, tree.Below(x.ID)...)
	mapped, err := v.site.Library.Store.Mapped(ctx, identity.Sight{}, below)
	if err != nil {
		return err
	}
	p.narrow(mapped)
	answers, err := v.site.Assessments.Store.Published(ctx, assessment.PublicFilter{Provisions: below})
	if err != nil {
		return err
	}
	p.Answers = v.answerLines(answers)
	if v.downloads() {
		mapped = v.keepMapped(mapped, v.mappedFilter(), "")
		t, row := v.tables().Mapped("provision-"+x.Citation, len(mapped))
		return v.table(t, table.Rows(mapped, row))
	}
	if p.Assist, err = v.assistanceOn("", below); err != nil {
		return err
	}
	if p.Text, err = v.treatyText(x.ID); err != nil {
		return err
	}
	if p.Asks, p.Edition, err = v.asks(below); err != nil {
		return err
	}
	if p.Follow, err = v.followBar(follow.Provision, string(x.ID), "", "provision="+string(x.ID), follow.Filter{Provisions: below}); err != nil {
		return err
	}
	return v.show("provision", p)
}

// narrow fills the part of the page that lists laws: what the filters leave, a page of it.
func (p *provisionPage) narrow(ms []library.Mapped) {
	v := p.v
	f := v.mappedFilter()
	left := v.keepMapped(ms, f, "")
	lines := oneSection(v.mappedLines(left))
	p.Rows = len(left)
	p.All, p.Sections, p.Filtered = len(oneSection(v.mappedLines(ms))), len(lines), f.any()
	p.Choices = v.mappedChoices(ms, f)
	for i, y := range []int{f.From, f.To} {
		if y > 0 {
			p.Years[i] = strconv.Itoa(y)
		}
	}
	offset := v.number("offset", 0, 0, max(0, len(lines)-1)) / mappedPage * mappedPage
	p.Measures = lines[offset:min(len(lines), offset+mappedPage)]
	p.Pager = v.pager(len(lines), mappedPage, offset)
	states := map[string]bool{}
	for _, l := range lines {
		states[string(l.Measure.Country)] = true
	}
	p.States = len(states)
}
