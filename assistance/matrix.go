package assistance

import (
	"cmp"
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/party"
)

// Matrix computes the coordination view as the sight sees it.
func (b *Board) Matrix(ctx context.Context, sight identity.Sight, f Filter) (m Matrix, err error) {
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, at time.Time) error {
		m = b.matrix(f, needs, activities)
		m.AsOf = at
		return nil
	})
	return m, err
}

func (b *Board) matrix(f Filter, needs []*NeedRow, activities []*ActivityRow) (m Matrix) {
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
	add := func(r Row) {
		if f.Show != ShowAll && r.Total.Empty() {
			return
		}
		m.Rows = append(m.Rows, r)
	}
	if f.Groups == nil {
		each := make([][]*state, len(ids))
		for i, p := range ids {
			each[i] = []*state{rows[p]}
		}
		for i, r := range s.count(each) {
			r.Party = ids[i]
			add(r)
		}
		for _, r := range m.Rows {
			for i, c := range r.Cells {
				m.Totals[i] = m.Totals[i].plus(c)
			}
			m.Total = m.Total.plus(r.Total)
		}
		return m
	}
	// Groupings may have States in common, so that what is counted over all is not their sum: all of them are a row too.
	each := make([][]*state, len(f.Groups)+1)
	for _, p := range ids {
		for i, g := range f.Groups {
			if p == NoState && g.NoState || p != NoState && (g.Parties == nil || slices.Contains(g.Parties, p)) {
				each[i] = append(each[i], rows[p])
			}
		}
		each[len(f.Groups)] = append(each[len(f.Groups)], rows[p])
	}
	counted := s.count(each)
	for i, g := range f.Groups {
		counted[i].Group = g.Code
		add(counted[i])
	}
	all := counted[len(f.Groups)]
	m.Totals, m.Total = all.Cells, all.Total
	return m
}

// count makes the rows on as many processors as there are. The columns are fixed by then.
func (s *scope) count(each [][]*state) []Row {
	out := make([]Row, len(each))
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(each)) {
		own := *s // what is remembered while counting is each worker's own
		own.at, own.memo, own.form = map[convention.ID][]int{}, map[convention.ID]bool{}, maps.Clone(s.form)
		wg.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(each); i = next.Add(1) - 1 {
				// The last is often the largest: rows are taken from the end.
				at := len(each) - 1 - int(i)
				out[at] = own.row(each[at]...)
			}
		})
	}
	wg.Wait()
	return out
}

// row counts the records of one State, or of several together. A record stands once in each of its columns, and once in the total.
func (s *scope) row(states ...*state) Row {
	out := Row{Cells: make([]Cell, len(s.cols))}
	count := func(at []int, fn func(*Cell)) {
		for _, i := range at {
			fn(&out.Cells[i])
		}
		fn(&out.Total)
	}
	type giver struct {
		at  int // column; -1 for the total
		who string
	}
	type pair struct {
		at   int
		a, b ActivityID
	}
	givers, pairs := map[giver]struct{}{}, map[pair]struct{}{}
	seen, called := map[ActivityID]bool{}, map[ActivityID]bool{} // counted, and counted as unasked
	several := len(states) > 1
	for _, r := range states {
		for _, n := range r.needs {
			count(s.where(n.on, n.Form), func(c *Cell) {
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
			at := s.where(a.on, a.forms...)
			if !called[a.ID] && s.unasked(a, wanted, serving) {
				count(at, func(c *Cell) { c.Unasked++ })
				if several {
					called[a.ID] = true
				}
			}
			if seen[a.ID] {
				continue
			}
			if several {
				seen[a.ID] = true
			}
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
			})
			if a.running() {
				for _, o := range a.Providers {
					for _, i := range at {
						givers[giver{i, o.Ref}] = struct{}{}
					}
					givers[giver{-1, o.Ref}] = struct{}{}
				}
			}
		}
		for _, o := range s.overlaps(r.activities) {
			pairs[pair{-1, o.A, o.B}] = struct{}{}
			for _, i := range s.where([]convention.ID{o.Provision}, o.Form) {
				pairs[pair{i, o.A, o.B}] = struct{}{}
			}
		}
	}
	cell := func(at int) *Cell {
		if at < 0 {
			return &out.Total
		}
		return &out.Cells[at]
	}
	for g := range givers {
		cell(g.at).Providers++
	}
	for p := range pairs {
		cell(p.at).Overlaps++
	}
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

// where lists the columns of a record, each once. The list may be one that others use too.
func (s *scope) where(on []convention.ID, forms ...string) []int {
	if s.f.Columns != ByForm && len(on) == 1 {
		return s.columns(on[0])
	}
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
	err = b.look(ctx, sight, func(needs []*NeedRow, activities []*ActivityRow, _ time.Time) error {
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
