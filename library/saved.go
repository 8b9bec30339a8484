package library

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
)

// SavedID is the id of a saved search.
type SavedID string

// Saved is a search that a person keeps, to see what is new in it. It is that person's alone.
type Saved struct {
	ID      SavedID
	Account string
	Name    string
	// Query is the address of the search after its question mark: q, the filters, sort, across.
	Query    string
	AddedAt  time.Time
	LookedAt time.Time // what changed later is new
}

// SavedStore is what saved searches ask of persistence.
type SavedStore interface {
	// SavedSearches lists those of an account, by name.
	SavedSearches(ctx context.Context, account string) ([]Saved, error)
	// AddSaved saves a new one. A repeated request gets the id of the first.
	AddSaved(ctx context.Context, s Saved, trace audit.Trace) (SavedID, error)
	// LookSaved sets when an account's search was last looked at. NotFound: the account has none of this id.
	LookSaved(ctx context.Context, account string, id SavedID, at time.Time, trace audit.Trace) error
	// DropSaved removes it. NotFound as above.
	DropSaved(ctx context.Context, account string, id SavedID, trace audit.Trace) error
}

// Searches holds the acts on saved searches.
type Searches struct {
	Store SavedStore
	Now   clock.Func
}

// Limits of saved searches.
const (
	MaxSaved      = 50
	maxSavedName  = 200
	maxSavedQuery = 2000
)

// Keep saves a search under a name. Denied: nobody is signed in. Invalid: no name, a name or a search that is too long, or too many of them.
func (s *Searches) Keep(ctx context.Context, actor identity.Actor, name, query string) (SavedID, error) {
	if err := actor.Must(identity.SaveSearch, identity.Scope{}); err != nil {
		return "", err
	}
	var bad fault.List
	name = strings.TrimSpace(name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		bad.Add("name", "fault.required", nil)
	case n > maxSavedName:
		bad.Add("name", "fault.too_long", fault.Args{"length": n, "limit": maxSavedName})
	}
	if len(query) > maxSavedQuery {
		bad.Add("query", "fault.too_long", fault.Args{"length": len(query), "limit": maxSavedQuery})
	}
	if err := bad.Err(); err != nil {
		return "", err
	}
	have, err := s.Store.SavedSearches(ctx, actor.Account)
	if err != nil {
		return "", err
	}
	if len(have) >= MaxSaved {
		bad.Add("name", "saved.error.many", fault.Args{"limit": MaxSaved})
		return "", bad.Err()
	}
	now := s.Now()
	x := Saved{ID: SavedID(id.New(now)), Account: actor.Account, Name: name, Query: query, AddedAt: now, LookedAt: now}
	return s.Store.AddSaved(ctx, x, actor.Trace(now, identity.SaveSearch, "", "saved_search", string(x.ID), nil))
}

// List gives the actor's saved searches by name. Denied: nobody is signed in.
func (s *Searches) List(ctx context.Context, actor identity.Actor) ([]Saved, error) {
	if err := actor.Must(identity.SaveSearch, identity.Scope{}); err != nil {
		return nil, err
	}
	return s.Store.SavedSearches(ctx, actor.Account)
}

// Look gives one of the actor's saved searches as it was and notes that it is looked at now. NotFound: it is not the actor's.
func (s *Searches) Look(ctx context.Context, actor identity.Actor, saved SavedID) (Saved, error) {
	all, err := s.List(ctx, actor)
	if err != nil {
		return Saved{}, err
	}
	i := slices.IndexFunc(all, func(x Saved) bool { return x.ID == saved })
	if i < 0 {
		return Saved{}, fault.Of(fault.NotFound)
	}
	now := s.Now()
	return all[i], s.Store.LookSaved(ctx, actor.Account, saved, now, actor.Trace(now, identity.SaveSearch, "", "saved_search", string(saved), map[string]string{"looked": "yes"}))
}

// Drop removes one of the actor's saved searches. NotFound: it is not the actor's.
func (s *Searches) Drop(ctx context.Context, actor identity.Actor, saved SavedID) error {
	if err := actor.Must(identity.SaveSearch, identity.Scope{}); err != nil {
		return err
	}
	return s.Store.DropSaved(ctx, actor.Account, saved, actor.Trace(s.Now(), identity.SaveSearch, "", "saved_search", string(saved), map[string]string{"dropped": "yes"}))
}
