package assistance

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/internal/clock"
	"merida/party"
	"merida/publication"
)

// Board keeps the compact picture from which the coordination view is computed.
// It follows the store's outbox, so that an answer holds what was committed before
// the question. There are two pictures: one read through the public pool, which
// alone answers the public, and one for those who see more.
type Board struct {
	Store       Store
	Conventions *convention.Catalogue
	Now         clock.Func // the machine's clock when nil

	public, inside picture
}

func (b *Board) now() time.Time {
	if b.Now == nil {
		return clock.System()
	}
	return b.Now()
}

// picture is what one pool shows.
type picture struct {
	mu         sync.RWMutex
	loaded     bool
	seq        int64
	at         time.Time
	newest     map[NeedID]NeedRow // what the party itself sees
	shown      map[NeedID]NeedRow // what readers from the row's rank on see
	activities map[ActivityID]ActivityRow
}

const followLimit = 5000 // changes read one by one; more of them read everything anew

// follow brings a picture up to what is committed.
func (b *Board) follow(ctx context.Context, p *picture, public bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	needs, activities, last, all, err := b.Store.Changed(ctx, p.seq, followLimit)
	if err != nil {
		return err
	}
	if all || !p.loaded {
		needs, activities = nil, nil
		p.newest, p.shown, p.activities = map[NeedID]NeedRow{}, map[NeedID]NeedRow{}, map[ActivityID]ActivityRow{}
	} else if len(needs) == 0 && len(activities) == 0 {
		p.seq, p.at = last, b.now()
		return nil
	}
	p.loaded = false // until both are read
	for _, id := range needs {
		delete(p.newest, id)
		delete(p.shown, id)
	}
	for _, id := range activities {
		delete(p.activities, id)
	}
	if needs != nil || activities == nil {
		if err := inGroups(needs, func(ids []NeedID) error {
			return b.Store.NeedRows(ctx, public, ids, func(r NeedRow) {
				if r.Newest {
					p.newest[r.ID] = r
				}
				if r.Shown {
					p.shown[r.ID] = r
				}
			})
		}); err != nil {
			return err
		}
	}
	if activities != nil || needs == nil {
		if err := inGroups(activities, func(ids []ActivityID) error {
			return b.Store.ActivityRows(ctx, public, ids, func(r ActivityRow) { p.activities[r.ID] = r })
		}); err != nil {
			return err
		}
	}
	p.loaded, p.seq, p.at = true, last, b.now()
	return nil
}

// inGroups reads nil as everything in one go.
func inGroups[K ~string](ids []K, read func([]K) error) error {
	if ids == nil {
		return read(nil)
	}
	ids = slices.Clone(ids)
	slices.Sort(ids)
	for some := range slices.Chunk(slices.Compact(ids), 400) {
		if err := read(some); err != nil {
			return err
		}
	}
	return nil
}

// look gives the needs and activities that a sight reaches.
func (b *Board) look(ctx context.Context, s identity.Sight, fn func(needs []NeedRow, activities []ActivityRow, at time.Time) error) error {
	p, public := &b.inside, false
	if s == (identity.Sight{}) || s == (identity.Actor{}).Sight() {
		p, public = &b.public, true
	}
	if err := b.follow(ctx, p, public); err != nil {
		return err
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	own := s.Party
	if s.Assigned != "" {
		own = ""
	}
	needs := make([]NeedRow, 0, len(p.shown))
	for id, r := range p.shown {
		if own != "" && r.Party == own {
			continue // the party sees its newest version instead
		}
		if r.Rank >= s.MinRank() {
			needs = append(needs, p.shown[id])
		}
	}
	if own != "" {
		for _, r := range p.newest {
			if r.Party == own {
				needs = append(needs, r)
			}
		}
	}
	activities := make([]ActivityRow, 0, len(p.activities))
	reached := func(r ActivityRow) bool {
		return r.Rank >= s.MinRank() || own != "" && r.Party == own || public && r.Rank >= publication.Public.Rank()
	}
	for _, r := range p.activities {
		if reached(r) {
			activities = append(activities, r)
		}
	}
	// What serves a need is told as far as it is seen itself: not even a count may give an activity away.
	sees := func(id ActivityID) bool {
		r, ok := p.activities[id]
		return ok && reached(r)
	}
	for i, n := range needs {
		if slices.ContainsFunc(n.Served, func(id ActivityID) bool { return !sees(id) }) {
			needs[i].Served = slices.DeleteFunc(slices.Clone(n.Served), func(id ActivityID) bool { return !sees(id) })
		}
	}
	return fn(needs, activities, p.at)
}

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
				if !ok || a.ID == b.ID || sameProviders(a.activity, b.activity) {
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

// Matrix computes the coordination view as the sight sees it.
func (b *Board) Matrix(ctx context.Context, sight identity.Sight, f Filter) (m Matrix, err error) {
	err = b.look(ctx, sight, func(needs []NeedRow, activities []ActivityRow, at time.Time) error {
		m = b.matrix(f, needs, activities)
		m.AsOf = at
		return nil
	})
	return m, err
}

func (b *Board) matrix(f Filter, needs []NeedRow, activities []ActivityRow) (m Matrix) {
	s := b.scope(f)
	rows := s.gather(needs, activities)
	ids := make([]party.ID, 0, len(rows))
	for p := range rows {
		ids = append(ids, p)
	}
	slices.Sort(ids)
	if f.Columns == ByForm { // fix the columns before the cells are made
		var forms []string
		for _, r := range rows {
			for _, n := range r.needs {
				forms = append(forms, n.Form)
			}
			for _, a := range r.activities {
				forms = append(forms, a.forms...)
			}
		}
		slices.Sort(forms)
		for _, x := range slices.Compact(forms) {
			s.formColumn(x)
		}
	}
	m.Columns = s.cols
	m.Totals = make([]Cell, len(s.cols))
	for _, p := range ids {
		r := s.row(p, rows[p])
		if f.Show != ShowAll && r.Total.Empty() {
			continue
		}
		for i, c := range r.Cells {
			m.Totals[i] = m.Totals[i].plus(c)
		}
		m.Total = m.Total.plus(r.Total)
		m.Rows = append(m.Rows, r)
	}
	return m
}

// row counts one State's records. A record stands once in each of its columns, and once in the total.
func (s *scope) row(p party.ID, r *state) Row {
	out := Row{Party: p, Cells: make([]Cell, len(s.cols))}
	providers := map[int]map[string]bool{}
	where := func(on []convention.ID, forms []string) []int {
		var at []int
		if s.f.Columns == ByForm {
			for _, f := range forms {
				at = append(at, s.formColumn(f))
			}
		} else {
			for _, id := range on {
				at = append(at, s.columns(id)...)
			}
		}
		slices.Sort(at)
		return slices.Compact(at)
	}
	count := func(at []int, fn func(*Cell)) {
		for _, i := range at {
			fn(&out.Cells[i])
		}
		fn(&out.Total)
	}
	for _, n := range r.needs {
		count(where(n.on, []string{n.Form}), func(c *Cell) {
			switch {
			case n.Status == Met:
				c.Met++
			case n.Status == BeingMet || len(n.Served) > 0:
				c.BeingMet++
			default:
				c.Unmet++
			}
		})
	}
	wanted, serving := asked(r.needs), served(r.needs)
	for _, a := range r.activities {
		at := where(a.on, a.forms)
		unasked := s.unasked(a, wanted, serving)
		count(at, func(c *Cell) {
			switch a.Phase {
			case Planned:
				c.Planned++
			case UnderWay:
				c.UnderWay++
			case Completed:
				c.Done++
			default:
				c.Stopped++
			}
			if a.proposed {
				c.Proposed++
			}
			if unasked {
				c.Unasked++
			}
		})
		if a.running() {
			for _, i := range append(slices.Clone(at), -1) {
				if providers[i] == nil {
					providers[i] = map[string]bool{}
				}
				for _, o := range a.Providers {
					providers[i][o.Ref] = true
				}
			}
		}
	}
	for i, set := range providers {
		if i < 0 {
			out.Total.Providers = len(set)
		} else {
			out.Cells[i].Providers = len(set)
		}
	}
	type pair struct{ a, b ActivityID }
	inCell, inTotal := map[int]map[pair]bool{}, map[pair]bool{}
	for _, o := range s.overlaps(r.activities) {
		inTotal[pair{o.A, o.B}] = true
		for _, i := range where([]convention.ID{o.Provision}, []string{o.Form}) {
			if inCell[i] == nil {
				inCell[i] = map[pair]bool{}
			}
			inCell[i][pair{o.A, o.B}] = true
		}
	}
	for i, set := range inCell {
		out.Cells[i].Overlaps = len(set)
	}
	out.Total.Overlaps = len(inTotal)
	for i := range out.Cells {
		if !s.shows(out.Cells[i]) {
			out.Cells[i] = Cell{}
		}
	}
	if !s.shows(out.Total) {
		out.Total = Cell{}
	}
	return out
}

func (s *scope) shows(c Cell) bool {
	switch s.f.Show {
	case ShowGaps:
		return c.Unmet > 0
	case ShowOverlaps:
		return c.Overlaps > 0
	case ShowUnasked:
		return c.Unasked > 0
	}
	return true
}

// plus adds counts of different States. Providers of different States are not told apart here, so the sum counts them per State.
func (c Cell) plus(d Cell) Cell {
	return Cell{c.Unmet + d.Unmet, c.BeingMet + d.BeingMet, c.Met + d.Met, c.Planned + d.Planned, c.UnderWay + d.UnderWay, c.Done + d.Done, c.Stopped + d.Stopped,
		c.Proposed + d.Proposed, c.Providers + d.Providers, c.Overlaps + d.Overlaps, c.Unasked + d.Unasked}
}

// Detail lists the records behind the cells of one State (the first of f.Parties), by article and form of assistance, so that
// needs and activities on the same matter stand side by side even where one names a paragraph and the other the article.
func (b *Board) Detail(ctx context.Context, sight identity.Sight, f Filter) (out []FormCell, err error) {
	if len(f.Parties) == 0 {
		return nil, nil
	}
	err = b.look(ctx, sight, func(needs []NeedRow, activities []ActivityRow, _ time.Time) error {
		s := b.scope(f)
		out = s.detail(s.gather(needs, activities)[f.Parties[0]])
		return nil
	})
	return out, err
}

func (s *scope) detail(r *state) (out []FormCell) {
	if r == nil {
		return nil
	}
	type key struct {
		article convention.ID
		form    string
	}
	cells := map[key]*FormCell{}
	article := func(id convention.ID) convention.ID {
		if a, ok := s.tree.Article(id); ok {
			return a.ID
		}
		return id
	}
	cell := func(id convention.ID, form string) *FormCell {
		k := key{article(id), form}
		if cells[k] == nil {
			cells[k] = &FormCell{Provision: k.article, Form: form}
		}
		return cells[k]
	}
	for _, n := range r.needs {
		for _, p := range n.on {
			if c := cell(p, n.Form); !slices.Contains(c.Needs, n.ID) {
				c.Needs = append(c.Needs, n.ID)
			}
		}
	}
	wanted, serving := asked(r.needs), served(r.needs)
	for _, a := range r.activities {
		forms := a.forms
		if len(forms) == 0 {
			forms = []string{""}
		}
		unasked := s.unasked(a, wanted, serving)
		for _, p := range a.on {
			for _, f := range forms {
				c := cell(p, f)
				if !slices.Contains(c.Activities, a.ID) {
					c.Activities = append(c.Activities, a.ID)
					if unasked {
						c.Unasked = append(c.Unasked, a.ID)
					}
				}
			}
		}
	}
	for _, n := range r.needs { // an activity that serves a need stands beside it, whatever it says of itself
		for _, p := range n.on {
			c := cell(p, n.Form)
			for _, id := range n.Served {
				if !slices.Contains(c.Activities, id) && slices.ContainsFunc(r.activities, func(a activity) bool { return a.ID == id }) {
					c.Activities = append(c.Activities, id)
				}
			}
		}
	}
	for _, o := range s.overlaps(r.activities) {
		c := cell(o.Provision, o.Form)
		if !slices.ContainsFunc(c.Overlaps, func(x Overlap) bool { return x.A == o.A && x.B == o.B }) {
			c.Overlaps = append(c.Overlaps, o)
		}
	}
	for _, c := range cells {
		slices.Sort(c.Needs)
		slices.Sort(c.Activities)
		switch s.f.Show {
		case ShowGaps:
			if len(c.Needs) == 0 || len(c.Activities) > 0 {
				continue
			}
		case ShowOverlaps:
			if len(c.Overlaps) == 0 {
				continue
			}
		case ShowUnasked:
			if len(c.Unasked) == 0 {
				continue
			}
		}
		out = append(out, *c)
	}
	order := func(id convention.ID) int {
		if p, ok := s.tree.Get(id); ok {
			return p.Order
		}
		return 0
	}
	slices.SortFunc(out, func(a, b FormCell) int {
		return cmp.Or(cmp.Compare(order(a.Provision), order(b.Provision)), cmp.Compare(a.Form, b.Form))
	})
	return out
}
