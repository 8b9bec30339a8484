package main

import (
	"context"
	"time"

	"merida/identity"
	"merida/notify"
	"merida/store"
)

// courier writes and sends letters. A demonstration keeps their words in its mailbox.
func (a *app) courier(baseURL string, o mailOptions, demonstration bool) *notify.Courier {
	c := &notify.Courier{Store: a.mailbox, Accounts: a.identity, Rounds: a.assessments.Store, Parties: a.parties, Follow: a.follow, Contacts: a.contacts, Conventions: a.conventions, Locale: a.locale, From: o.from, BaseURL: baseURL,
		Keep: demonstration, Now: a.now, Log: a.log}
	if s := o.sender(); s != nil {
		c.Sender = s
	}
	if c.From == "" {
		c.From = "merida@localhost"
	}
	return c
}

// start begins the work that goes on beside the requests; it ends with ctx.
func (a *app) start(ctx context.Context, letters *notify.Courier) {
	go every(ctx, remindEvery, func() {
		if n, err := a.assessments.Remind(ctx, identity.OperatorActor()); err != nil && ctx.Err() == nil {
			a.log.Error("note reminders", "error", err)
		} else if n > 0 {
			a.log.Info("reminders noted", "occasions", n)
		}
	})
	go every(ctx, enterEvery, func() {
		if err := a.assessments.EnterAll(ctx, 0); err != nil && ctx.Err() == nil {
			a.log.Error("let States into a round", "error", err)
		}
	})
	go every(ctx, remindEvery, func() {
		asked, err := a.contacts.Ask(ctx, identity.OperatorActor())
		if err == nil {
			var states int
			states, err = a.assistance.AskMet(ctx, identity.OperatorActor())
			asked += states
		}
		if err != nil && ctx.Err() == nil {
			a.log.Error("note yearly questions", "error", err)
		} else if asked > 0 {
			a.log.Info("yearly questions noted", "questions", asked)
		}
	})
	go every(ctx, tellEvery, func() {
		if n, err := a.follow.Tell(ctx, identity.OperatorActor()); err != nil && ctx.Err() == nil {
			a.log.Error("note what changed", "error", err)
		} else if n > 0 {
			a.log.Info("letters about changes noted", "letters", n)
		}
	})
	go every(ctx, clockEvery, func() {
		if n, err := a.clearing.Run(ctx, identity.OperatorActor()); err != nil && ctx.Err() == nil {
			a.log.Error("clocks of requests and offers", "error", err)
		} else if n > 0 {
			a.log.Info("requests and offers moved by their clocks", "cases", n)
		}
	})
	go every(ctx, tellEvery, func() {
		if _, err := a.hooks.Tell(ctx, identity.OperatorActor()); err != nil && ctx.Err() == nil {
			a.log.Error("tell webhooks", "error", err)
		}
	})
	go every(ctx, deliverEvery, func() {
		if _, err := letters.Deliver(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("deliver letters", "error", err)
		}
	})
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

// Letters go out within a few seconds; whether a deadline asks for one is looked up by the hour.
const (
	deliverEvery = 5 * time.Second
	enterEvery   = 2 * time.Second // States that wait for a round that was opened
	remindEvery  = time.Hour
	tellEvery    = 30 * time.Second // what people follow
	// A request is circulated within a quarter of an hour after the time to object is over.
	clockEvery = 15 * time.Minute
)

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
