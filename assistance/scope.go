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
}

func (b *Board) scope(f Filter) *scope {
	s := &scope{f: f, tree: b.Conventions, at: map[convention.ID][]int{}, form: map[string]int{}, memo: map[convention.ID]bool{}}
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
	return s.f.Parties == nil || slices.Contains(s.f.Parties, p)
}

// need is a need as far as the filter asks for it.
type need struct {
	NeedRow
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

func (s *scope) gather(needs []NeedRow, activities []ActivityRow) map[party.ID]*state {
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
		x := need{NeedRow: n}
		for _, p := range n.Provisions {
			if s.wants(p) {
				x.on = append(x.on, p)
			}
		}
		if len(x.on) > 0 {
			r := row(n.Party)
			r.needs = append(r.needs, x)
		}
	}
	for i := range activities {
		a := &activities[i]
		if !s.touches(a.From, a.To) || s.f.Provider != "" && !slices.ContainsFunc(a.Providers, func(o Org) bool { return o.Ref == s.f.Provider }) ||
			s.f.ProviderTypes != nil && !slices.ContainsFunc(a.Providers, func(o Org) bool { return slices.Contains(s.f.ProviderTypes, o.Type) }) {
			continue
		}
		x := activity{ActivityRow: a}
		sure := false
		for _, m := range a.Provisions {
			if (m.Status == Confirmed || s.f.Proposed) && s.wants(m.Provision) {
				x.on = append(x.on, m.Provision)
				sure = sure || m.Status == Confirmed
			}
		}
		for _, m := range a.Forms {
			if m.Status == Confirmed || s.f.Proposed {
				x.forms = append(x.forms, m.Form)
			}
		}
		if len(x.on) == 0 || s.f.Forms != nil && !slices.ContainsFunc(x.forms, func(f string) bool { return slices.Contains(s.f.Forms, f) }) {
			continue
		}
		x.proposed = !sure
		for _, p := range a.Recipients {
			if s.wantsParty(p) {
				r := row(p)
				r.activities = append(r.activities, x)
			}
		}
	}
	for _, p := range s.f.All {
		if s.wantsParty(p) {
			row(p)
		}
	}
	for _, p := range s.f.Parties {
		row(p)
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
		activity
		on convention.ID
	}
	at := map[matter][]place{}
	var order []matter
	for _, a := range as {
		if !a.running() {
			continue
		}
		for _, f := range a.forms {
			for _, p := range a.on {
				k := matter{f, articleOf(p)}
				if at[k] == nil {
					order = append(order, k)
				}
				at[k] = append(at[k], place{a, p})
			}
		}
	}
	for _, k := range order {
		for i, a := range at[k] {
			for _, b := range at[k][i+1:] {
				narrow, ok := s.related(a.on, b.on)
				if !ok || a.ID == b.ID || a.Identifier != "" && a.Identifier == b.Identifier || sameProviders(a.activity, b.activity) {
					continue
				}
				from, to := laterOf(a.From, b.From), earlierOf(a.To, b.To)
				if from != "" && to != "" && month(to) < month(from) {
					continue
				}
				out = append(out, Overlap{min(a.ID, b.ID), max(a.ID, b.ID), narrow, k.form, from, to})
			}
		}
	}
	return out
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

func sameProviders(a, b activity) bool {
	return slices.ContainsFunc(a.Providers, func(o Org) bool {
		return slices.ContainsFunc(b.Providers, func(x Org) bool { return x.Ref == o.Ref })
	})
}
