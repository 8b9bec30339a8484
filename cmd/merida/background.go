package main

import (
	"context"
	"time"

	"merida/store"
)

// start begins the work that goes on beside the requests; it ends with ctx.
func (a *app) start(ctx context.Context) {
	go every(ctx, forgetEvery, func() {
		if err := store.ForgetOnce(ctx, a.db, a.now().Add(-keepOnce)); err != nil && ctx.Err() == nil {
			a.log.Error("forget request keys", "error", err)
		}
	})
}

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
