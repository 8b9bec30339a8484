package main

import (
	"context"
	"time"

	"merida/store"
)

// start begins the work that goes on beside the requests; it ends with ctx.
func (a *app) start(ctx context.Context) {
	go every(ctx, followEvery, func() {
		if err := a.finder.Follow(ctx, nil); err != nil && ctx.Err() == nil {
			a.log.Error("follow the store with the search index", "error", err)
		}
	})
	go every(ctx, forgetEvery, func() {
		if err := store.ForgetOnce(ctx, a.db, a.now().Add(-keepOnce)); err != nil && ctx.Err() == nil {
			a.log.Error("forget request keys", "error", err)
		}
	})
}

// followEvery is how soon the index follows a change that nobody searches for before; a search follows at once.
const followEvery = 500 * time.Millisecond

func every(ctx context.Context, d time.Duration, do func()) {
	t := time.NewTicker(d)
	defer t.Stop()
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}
