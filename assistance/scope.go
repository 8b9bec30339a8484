package assistance

import (
	"slices"
	"strings"

	"merida/convention"
	"merida/party"
)

// scope answers which provisions and forms a filter asks for.
type scope struct {
	f    Filter
	tree *convention.Catalogue
	cols []Column
	at   map[convention.ID][]int // columns of a provision
	form map[string]int
	memo map[convention.ID]bool

	rows, among map[party.ID]bool // States that the filter names; nil where it names none
	noState     bool              // activities without a State are asked for
}

func (b *Board) scope(f Filter) *scope {
	s := &scope{f: f, tree: b.Conventions, at: map[convention.ID][]int{}, form: map[string]int{}, memo: map[convention.ID]bool{},
		rows: setOf(f.Parties), among: setOf(f.Among)}
	s.noState = s.rows[NoState] || slices.ContainsFunc(f.Groups, func(g Grouping) bool { return g.NoState })
	root := convention.ID("uncac")
	if f.Provision != "" {
		root = f.Provision
	}
	switch f.Columns {
	case ByForm: // forms become columns as they occur
	case ByChapter, ByArticle:
		kind := convention.Chapter
		if f.Columns == ByArticle {
			kind = convention.Article
		}
		for p := range b.Conventions.Walk(root) {
			if p.Kind == kind {
				s.cols = append(s.cols, Column{f.Columns, p.Citation, p.ID})
			}
		}
	case ByProvision:
		for _, p := range b.Conventions.Leaves(root) {
			s.cols = append(s.cols, Column{ByProvision, string(p.ID), p.ID})
		}
	default:
		for _, t := range b.Conventions.Themes() {
			if f.Theme == "" || f.Theme == t.Code {
				s.cols = append(s.cols, Column{ByTheme, t.Code, ""})
			}
		}
	}
	return s
}

// wants reports whether the filter asks for a provision.
func (s *scope) wants(id convention.ID) bool {
	if ok, known := s.memo[id]; known {
		return ok
	}
	ok := s.f.Provision == "" || id == s.f.Provision || s.tree.Descends(id, s.f.Provision)
	if ok && s.f.Theme != "" {
		p, known := s.tree.Get(id)
		ok = known && slices.Contains(s.themes(p), s.f.Theme)
	}
	s.memo[id] = ok
	return ok
}

// themes are a provision's own, else those of the nearest above it.
func (s *scope) themes(p *convention.Provision) []string {
	for p != nil {
		if len(p.Themes) > 0 {
			return p.Themes
		}
		up, ok := s.tree.Get(p.Parent)
		if !ok {
			return nil
		}
		p = up
	}
	return nil
}

// columns of a provision, by number.
func (s *scope) columns(id convention.ID) []int {
	if at, ok := s.at[id]; ok {
		return at
	}
	var out []int
	p, ok := s.tree.Get(id)
	if ok {
		for i, c := range s.cols {
			switch {
			case c.Kind == ByTheme && slices.Contains(s.themes(p), c.Code),
				c.Provision != "" && (c.Provision == id || s.tree.Descends(id, c.Provision) || c.Kind == ByProvision && s.tree.Descends(c.Provision, id)):
				out = append(out, i)
			}
		}
	}
	s.at[id] = out
	return out
}

func (s *scope) formColumn(form string) int {
	i, ok := s.form[form]
	if !ok {
		i = len(s.cols)
		s.form[form] = i
		s.cols = append(s.cols, Column{ByForm, form, ""})
	}
	return i
}

// touches reports whether a span of days and the filter's period have a day in common; an open end always does.
func (s *scope) touches(from, to Day) bool {
	return (s.f.To == "" || from == "" || from <= s.f.To) && (s.f.From == "" || to == "" || to >= s.f.From)
}

func (s *scope) wantsParty(p party.ID) bool {
	return (s.rows == nil || s.rows[p]) && (s.among == nil || s.among[p])
}

func setOf(ps []party.ID) map[party.ID]bool {
	if ps == nil {
		return nil
	}
	out := make(map[party.ID]bool, len(ps))
	for _, p := range ps {
		out[p] = true
	}
	return out
}

// counted is what of a record's provisions and forms counts.
type counted struct {
	on    []convention.ID
	forms []string
}

// settle fills in what counts with and without the proposals of rules, once for all questions.
func (r *ActivityRow) settle() {
	of := func(proposed bool) (x counted) {
		for _, m := range r.Provisions {
			if m.Status == Confirmed || proposed {
				x.on = append(x.on, m.Provision)
			}
		}
		for _, m := range r.Forms {
			if m.Status == Confirmed || proposed {
				x.forms = append(x.forms, m.Form)
			}
		}
		return x
	}
	r.sure, r.maybe, r.settled = of(false), of(true), true
}

// need is a need as far as the filter asks for it.
type need struct {
	*NeedRow
	on []convention.ID
}

// activity is an activity for one receiving State, as far as the filter asks for it.
type activity struct {
	*ActivityRow
	on       []convention.ID
	forms    []string // empty means that the form is not known
	proposed bool     // stands here only because a rule proposed it
}

func (a activity) running() bool { return a.Phase == Planned || a.Phase == UnderWay }

// state is one row in the making.
type state struct {
	needs      []need
	activities []activity
}

// wanted keeps of a record's provisions those that the filter asks for; the list is the record's own where it asks for all.
func (s *scope) wanted(on []convention.ID) []convention.ID {
	if s.f.Provision == "" && s.f.Theme == "" {
		return on
	}
	for i, p := range on {
		if !s.wants(p) {
			out := slices.Clone(on[:i])
			for _, q := range on[i+1:] {
				if s.wants(q) {
					out = append(out, q)
				}
			}
			return out
		}
	}
	return on
}

// wantsActivity reports whether the filter asks for activities of this time, these providers and this cooperation.
func (s *scope) wantsActivity(a *ActivityRow) bool {
	return s.touches(a.From, a.To) &&
		(s.f.Cooperation == "" || a.Cooperation == s.f.Cooperation) &&
		(s.f.Provider == "" || slices.ContainsFunc(a.Providers, func(o Org) bool { return o.Ref == s.f.Provider })) &&
		(s.f.ProviderTypes == nil || slices.ContainsFunc(a.Providers, func(o Org) bool { return slices.Contains(s.f.ProviderTypes, o.Type) }))
}

func (s *scope) gather(needs []*NeedRow, activities []*ActivityRow) map[party.ID]*state {
	rows := map[party.ID]*state{}
	row := func(p party.ID) *state {
		r := rows[p]
		if r == nil {
			r = &state{}
			rows[p] = r
		}
		return r
	}
	for _, n := range needs {
		if n.Status == Withdrawn || !s.wantsParty(n.Party) || !s.touches(n.From, n.To) || s.f.Forms != nil && !slices.Contains(s.f.Forms, n.Form) {
			continue
		}
		if on := s.wanted(n.Provisions); len(on) > 0 {
			r := row(n.Party)
			r.needs = append(r.needs, need{n, on})
		}
	}
	for _, a := range activities {
		if !s.wantsActivity(a) {
			continue
		}
		if !a.settled {
			a.settle() // a row that no picture keeps
		}
		c := a.sure
		if s.f.Proposed {
			c = a.maybe
		}
		x := activity{ActivityRow: a, on: s.wanted(c.on), forms: c.forms}
		if len(x.on) == 0 || s.f.Forms != nil && !slices.ContainsFunc(x.forms, func(f string) bool { return slices.Contains(s.f.Forms, f) }) {
			continue
		}
		x.proposed = s.f.Proposed && !slices.ContainsFunc(x.on, func(p convention.ID) bool { return slices.Contains(a.sure.on, p) })
		for _, p := range a.Recipients {
			if s.wantsParty(p) {
				r := row(p)
				r.activities = append(r.activities, x)
			}
		}
		if len(a.Recipients) == 0 && s.noState {
			r := row(NoState)
			r.activities = append(r.activities, x)
		}
	}
	for _, p := range s.f.All {
		if s.wantsParty(p) {
			row(p)
		}
	}
	for _, p := range s.f.Parties {
		if s.wantsParty(p) {
			row(p)
		}
	}
	return rows
}

// related reports whether two provisions are the same or one lies within the other, and gives the narrower.
func (s *scope) related(a, b convention.ID) (convention.ID, bool) {
	switch {
	case a == b, strings.HasPrefix(string(a), string(b)+"/"):
		return a, true
	case strings.HasPrefix(string(b), string(a)+"/"):
		return b, true
	}
	return "", false
}

// matter is what needs and activities must share to be related: a form of assistance and an article.
type matter struct {
	form    string
	article convention.ID
}

// articleOf is the part of a provision's id that names its article or chapter: "uncac/art_9".
func articleOf(id convention.ID) convention.ID {
	if _, rest, ok := strings.Cut(string(id), "/"); ok {
		if i := strings.IndexByte(rest, '/'); i >= 0 {
			return id[:len(id)-len(rest)+i]
		}
	}
	return id
}

// asked holds where a State's needs lie, so that each activity looks at few of them.
func asked(needs []need) map[matter][]convention.ID {
	out := map[matter][]convention.ID{}
	for _, n := range needs {
		for _, p := range n.on {
			for _, form := range []string{n.Form, ""} { // an activity of unknown form may serve any
				k := matter{form, articleOf(p)}
				out[k] = append(out[k], p)
			}
		}
	}
	return out
}

// unasked reports whether the State stated no need for what an activity does.
func (s *scope) unasked(a activity, asked map[matter][]convention.ID, served map[ActivityID]bool) bool {
	if !a.running() || served[a.ID] {
		return false
	}
	forms := a.forms
	if len(forms) == 0 {
		forms = []string{""}
	}
	for _, q := range a.on {
		for _, form := range forms {
			for _, p := range asked[matter{form, articleOf(q)}] {
				if _, ok := s.related(p, q); ok {
					return false
				}
			}
		}
	}
	return true
}

func served(needs []need) map[ActivityID]bool {
	out := map[ActivityID]bool{}
	for _, n := range needs {
		for _, id := range n.Served {
			out[id] = true
		}
	}
	return out
}

// overlaps lists the pairs of running activities of different providers on the same provision and form in the same months.
func (s *scope) overlaps(as []activity) (out []Overlap) {
	type place struct {
		i  int // of as
		on convention.ID
	}
	at := map[matter][]place{}
	var order []matter
	for i, a := range as {
		if !a.running() {
			continue
		}
		for _, f := range a.forms {
			for _, p := range a.on {
				k := matter{f, articleOf(p)}
				if at[k] == nil {
					order = append(order, k)
				}
				at[k] = append(at[k], place{i, p})
			}
		}
	}
	for _, k := range order {
		for i, x := range at[k] {
			for _, y := range at[k][i+1:] {
				narrow, ok := s.related(x.on, y.on)
				if !ok {
					continue
				}
				a, b := as[x.i], as[y.i]
				if from, to, ok := together(a.ActivityRow, b.ActivityRow); ok {
					out = append(out, Overlap{min(a.ID, b.ID), max(a.ID, b.ID), narrow, k.form, from, to})
				}
			}
		}
	}
	return out
}

// together gives the days that two activities of different providers have in common. Records of the same IATI
// identifier are one activity told by several, and stand beside nothing.
func together(a, b *ActivityRow) (from, to Day, ok bool) {
	if a.ID == b.ID || a.Identifier != "" && a.Identifier == b.Identifier || sameProviders(a, b) {
		return "", "", false
	}
	from, to = laterOf(a.From, b.From), earlierOf(a.To, b.To)
	return from, to, from == "" || to == "" || month(to) >= month(from)
}

func month(d Day) Day { return d[:min(7, len(d))] }

func laterOf(a, b Day) Day { return max(a, b) }

// earlierOf gives the earlier of two ends; an end that is not known never comes.
func earlierOf(a, b Day) Day {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

func sameProviders(a, b *ActivityRow) bool {
	return slices.ContainsFunc(a.Providers, func(o Org) bool {
		return slices.ContainsFunc(b.Providers, func(x Org) bool { return x.Ref == o.Ref })
	})
}
