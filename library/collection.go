package library

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/lang"
)

// CollectionID identifies a collection.
type CollectionID string

// Collection is what an editor gathers on one theme: provisions and measures in an order, with an introduction.
// It is editorial and says nothing for a State; what it names keeps its own source, status and licence.
type Collection struct {
	ID        CollectionID
	Titles    lang.Text
	Intro     lang.Text // paragraphs parted by a blank line
	Items     []CollectionItem
	Public    bool // else those see it who edit collections
	Rev       int64
	AddedAt   time.Time
	ChangedAt time.Time
	By        string // account that changed it last; empty for the public
}

// CollectionItem is a provision, a measure, or a section of a measure.
type CollectionItem struct {
	Provision convention.ID `json:"provision,omitempty"`
	Measure   ID            `json:"measure,omitempty"`
	EID       string        `json:"eid,omitempty"`
	Note      lang.Text     `json:"note,omitempty"` // why it stands here, in the editor's words
}

// Key names what an item points to, whatever its note.
func (x CollectionItem) Key() string {
	if x.Provision != "" {
		return string(x.Provision)
	}
	return string(x.Measure) + " " + x.EID
}

// CollectionStore is what collections ask of persistence. public reads through the public pool.
type CollectionStore interface {
	// Collections lists collections without their introductions, those changed last first.
	Collections(ctx context.Context, public bool) ([]Collection, error)
	// Collection reads one. NotFound: there is none, or it is not public.
	Collection(ctx context.Context, public bool, id CollectionID) (Collection, error)
	// PutCollection adds a collection of revision 0 and replaces one that still has the revision. Conflict: it has changed since.
	// A repeated request gets the id of the first.
	PutCollection(ctx context.Context, c Collection, trace audit.Trace) (CollectionID, error)
	// DropCollection removes it. Conflict: it has changed since.
	DropCollection(ctx context.Context, c Collection, trace audit.Trace) error
}

// Collections holds the acts on collections.
type Collections struct {
	Store   CollectionStore
	Library Store
	Known   func(convention.ID) bool // whether a provision exists
	Now     clock.Func
}

// Limits of a collection.
const (
	MaxItems  = 500
	maxIntro  = 20_000 // bytes in one language
	maxNote   = 2_000
	maxTitles = 300
)

// MayEdit reports whether an actor edits collections: whoever keeps editorial records does.
func (s *Collections) MayEdit(actor identity.Actor) bool {
	return actor.May(identity.AddEditorial, identity.Scope{})
}

// Find lists the collections that the actor may read.
func (s *Collections) Find(ctx context.Context, actor identity.Actor) ([]Collection, error) {
	return s.Store.Collections(ctx, !s.MayEdit(actor))
}

// Get reads one. NotFound: there is none that the actor may read.
func (s *Collections) Get(ctx context.Context, actor identity.Actor, id CollectionID) (Collection, error) {
	return s.Store.Collection(ctx, !s.MayEdit(actor), id)
}

// Keep adds a collection (without an id) or changes one that still has the revision c.Rev. Denied: the actor does not edit collections.
// Invalid: no title, a limit passed, an item that is not there or not public, or that stands twice; the field "items" names its place.
// Conflict: it has changed since.
func (s *Collections) Keep(ctx context.Context, actor identity.Actor, c Collection) (CollectionID, error) {
	if err := actor.Must(identity.AddEditorial, identity.Scope{}); err != nil {
		return "", err
	}
	if err := s.check(ctx, &c); err != nil {
		return "", err
	}
	now := s.Now()
	c.ChangedAt, c.By = now, actor.Account
	if c.ID == "" {
		c.ID, c.AddedAt, c.Rev = CollectionID(id.New(now)), now, 0
	}
	return s.Store.PutCollection(ctx, c, actor.Trace(now, identity.AddEditorial, "", "collection", string(c.ID), nil))
}

// Drop removes a collection that still has the revision. Denied and Conflict: as for Keep.
func (s *Collections) Drop(ctx context.Context, actor identity.Actor, id CollectionID, rev int64) error {
	if err := actor.Must(identity.AddEditorial, identity.Scope{}); err != nil {
		return err
	}
	c := Collection{ID: id, Rev: rev}
	return s.Store.DropCollection(ctx, c, actor.Trace(s.Now(), identity.AddEditorial, "", "collection", string(id), map[string]string{"removed": "true"}))
}

func (s *Collections) check(ctx context.Context, c *Collection) error {
	var bad fault.List
	trim := func(t lang.Text, field string, limit int) lang.Text {
		out := lang.Text{}
		for tag, v := range t {
			if v.S = strings.TrimSpace(strings.ReplaceAll(v.S, "\r\n", "\n")); v.S == "" {
				continue
			}
			if len(v.S) > limit || !utf8.ValidString(v.S) {
				bad.Add(field+"_"+string(tag), "fault.too_long", fault.Args{"limit": limit, "length": len(v.S)})
			}
			out[tag] = v
		}
		return out
	}
	c.Titles, c.Intro = trim(c.Titles, "title", maxTitles), trim(c.Intro, "intro", maxIntro)
	if c.Titles.Empty() {
		bad.Add("title", "fault.required", nil)
	}
	if len(c.Items) > MaxItems {
		bad.Add("items", "fault.too_many", fault.Args{"limit": MaxItems})
		return bad.Err()
	}
	var seen []string
	for i := range c.Items {
		x := &c.Items[i]
		x.Note = trim(x.Note, "items", maxNote)
		wrong := func(key string) { bad.Add("items", key, fault.Args{"line": i + 1}) }
		switch {
		case slices.Contains(seen, x.Key()):
			wrong("collection.error.twice")
		case x.Provision != "":
			if !s.Known(x.Provision) {
				wrong("collection.error.item")
			}
		default:
			w, err := s.Library.Measure(ctx, identity.Sight{}, x.Measure)
			if err == nil && x.EID != "" {
				var got []CitedSection
				got, err = s.Library.Cited(ctx, identity.Sight{}, []Citation{{Measure: x.Measure, Version: w.Version, EID: x.EID}})
				if err == nil && (len(got) == 0 || got[0].Section.EID == "") {
					err = fault.Of(fault.NotFound)
				}
			}
			if fault.Is(err, fault.NotFound) {
				wrong("collection.error.item")
			} else if err != nil {
				return err
			}
		}
		seen = append(seen, x.Key())
	}
	return bad.Err()
}
