package assistance

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"merida/convention"
	"merida/identity"
	"merida/internal/clock"
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
	newest     map[NeedID]*NeedRow // what the party itself sees
	shown      map[NeedID]*NeedRow // what readers from the row's rank on see
	activities map[ActivityID]*ActivityRow
	all        []*ActivityRow // the same, to walk along
	// A row is never changed once it is in a picture: questions hold it after the picture has gone on.
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
		p.newest, p.shown, p.activities = map[NeedID]*NeedRow{}, map[NeedID]*NeedRow{}, map[ActivityID]*ActivityRow{}
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
					p.newest[r.ID] = &r
				}
				if r.Shown {
					p.shown[r.ID] = &r
				}
			})
		}); err != nil {
			return err
		}
	}
	if activities != nil || needs == nil {
		if err := inGroups(activities, func(ids []ActivityID) error {
			return b.Store.ActivityRows(ctx, public, ids, func(r ActivityRow) {
				r.settle()
				p.activities[r.ID] = &r
			})
		}); err != nil {
			return err
		}
	}
	p.all = slices.Collect(maps.Values(p.activities))
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
func (b *Board) look(ctx context.Context, s identity.Sight, fn func(needs []*NeedRow, activities []*ActivityRow, at time.Time) error) error {
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
	reached := func(r *ActivityRow) bool {
		return r.Rank >= s.MinRank() || own != "" && r.Party == own || public && r.Rank >= publication.Public.Rank()
	}
	activities := make([]*ActivityRow, 0, len(p.activities))
	for _, r := range p.all {
		if reached(r) {
			activities = append(activities, r)
		}
	}
	needs := make([]*NeedRow, 0, len(p.shown))
	// What serves a need is told as far as it is seen itself: not even a count may give an activity away.
	unseen := func(id ActivityID) bool {
		r, ok := p.activities[id]
		return !ok || !reached(r)
	}
	add := func(n *NeedRow) {
		if slices.ContainsFunc(n.Served, unseen) {
			told := *n
			told.Served = slices.DeleteFunc(slices.Clone(n.Served), unseen)
			n = &told
		}
		needs = append(needs, n)
	}
	for _, r := range p.shown {
		// The party sees its newest version instead.
		if r.Rank >= s.MinRank() && (own == "" || r.Party != own) {
			add(r)
		}
	}
	if own != "" {
		for _, r := range p.newest {
			if r.Party == own {
				add(r)
			}
		}
	}
	return fn(needs, activities, p.at)
}
