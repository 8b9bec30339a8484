package follow

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"merida/audit"
	"merida/convention"
	"merida/fault"
	"merida/identity"
	"merida/internal/clock"
	"merida/internal/id"
	"merida/mail"
	"merida/party"
)

// HookID identifies a webhook.
type HookID string

// Hook is an address that is told of changes by program. It is told of public records alone.
type Hook struct {
	ID      HookID
	Account string
	URL     string
	// All has every public change told; else what the account follows.
	All    bool
	Salt   string // goes into the secret; another makes another secret
	Cursor int64
	// DisabledAt is when it was given up or switched off; Why says which: "failed", "off", or empty.
	DisabledAt time.Time
	Why        string
	AddedAt    time.Time
}

// Delivery is one message to a hook, with what became of it.
type Delivery struct {
	ID     string
	Hook   HookID
	Lines  []Line // read again when it is sent
	At     time.Time
	NextAt time.Time // not to be tried before
	Tries  int
	Status int    // HTTP status of the last answer, 0 where there was none
	Failed string // "status", "redirect", "address", "host", "network", "withdrawn", or empty
	SentAt time.Time
	// GivenUp is set after MaxTries.
	GivenUp bool
}

// How often a delivery is tried: after one minute, then twice as long each time, four hours at most; half a day in all.
const (
	MaxTries     = 10
	MaxHooks     = 5 // of one account
	hookLines    = 100
	keepDelivery = 90 * 24 * time.Hour
)

func again(now time.Time, tries int) time.Time {
	return now.Add(min(time.Minute<<min(max(tries-1, 0), 8), 4*time.Hour))
}

// HookStore is what webhooks ask of persistence.
type HookStore interface {
	// Hooks lists those of an account; "" means every hook of an open account.
	Hooks(ctx context.Context, account string) ([]Hook, error)
	// AddHook saves a new one; a repeated request gets the id of the first.
	AddHook(ctx context.Context, h Hook, trace audit.Trace) (HookID, error)
	// SetHook saves salt and whether it is off; of one that is on, what was given up is tried again. NotFound: the account has none of this id.
	SetHook(ctx context.Context, h Hook, trace audit.Trace) error
	// DropHook removes it with its deliveries. NotFound as above.
	DropHook(ctx context.Context, account string, id HookID, trace audit.Trace) error
	// TellHook moves a hook's cursor from where it stood and saves what is to be delivered, all of it or nothing.
	// Conflict: the cursor has moved, or the hook is gone or off.
	TellHook(ctx context.Context, h Hook, upto int64, ds []Delivery) error
	// WaitingDeliveries lists deliveries to hooks that are on which may be tried now, oldest first.
	WaitingDeliveries(ctx context.Context, now time.Time, limit int) ([]Delivery, error)
	// ClaimDelivery sets when it may be tried next; ok is false when somebody else took it.
	ClaimDelivery(ctx context.Context, d Delivery, until time.Time) (ok bool, err error)
	// MarkDelivery saves what became of it; off switches its hook off, with the letter of the trace.
	MarkDelivery(ctx context.Context, d Delivery, off time.Time, trace audit.Trace) error
	// Deliveries lists a hook's, newest first, with how many there are.
	Deliveries(ctx context.Context, hook HookID, limit, offset int) ([]Delivery, int, error)
	// ForgetDeliveries drops those made before a moment.
	ForgetDeliveries(ctx context.Context, before time.Time) error
}

// Poster takes a message away. err is nil when an answer came that is no redirect.
type Poster interface {
	// Check reports whether the address may be sent to at all.
	Check(url string) error
	// Post sends; why names the failure in one word where err is not nil.
	Post(ctx context.Context, url string, header map[string]string, body []byte) (status int, why string, err error)
}

// Hooks holds the acts on webhooks. All fields are needed but Post, without which there are none.
type Hooks struct {
	Store   HookStore
	Follow  *Service
	Post    Poster
	Key     []byte // 32 bytes from which the secrets are made
	BaseURL string // without a slash at the end
	Now     clock.Func
}

// On reports whether the operator allows webhooks.
func (s *Hooks) On() bool { return s != nil && s.Post != nil && len(s.Key) >= 32 }

// Secret is what a hook's receiver checks signatures with. It is made of the key and kept nowhere. Source: Standard Webhooks.
func (s *Hooks) Secret(h Hook) string {
	return "whsec_" + base64.StdEncoding.EncodeToString(s.raw(h))
}

func (s *Hooks) raw(h Hook) []byte {
	m := hmac.New(sha256.New, s.Key)
	m.Write([]byte("merida webhook v1\n" + string(h.ID) + "\n" + h.Salt))
	return m.Sum(nil)
}

// Sign is the signature of a message: HMAC-SHA-256 over id, time in seconds and body. Source: Standard Webhooks, v1.
func Sign(secret []byte, id string, at time.Time, body []byte) string {
	m := hmac.New(sha256.New, secret)
	fmt.Fprintf(m, "%s.%d.", id, at.Unix())
	m.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func salt() string {
	b := make([]byte, 16)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

func (s *Hooks) may(actor identity.Actor) error {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return err
	}
	if !s.On() {
		return fault.New(fault.Unavailable, "hook.error.off", nil)
	}
	return nil
}

// Add makes a webhook of the actor and gives it with its secret, which is not shown again. all needs an administrator.
// Unavailable: the operator allows none. Denied: all is not the actor's to ask. Invalid: the address is none or its host is not allowed, or there are too many.
func (s *Hooks) Add(ctx context.Context, actor identity.Actor, url string, all bool) (h Hook, secret string, err error) {
	if err := s.may(actor); err != nil {
		return h, "", err
	}
	if all {
		if err := actor.Must(identity.ChangeSettings, identity.Scope{}); err != nil {
			return h, "", err
		}
	}
	var bad fault.List
	if url = strings.TrimSpace(url); len(url) > 500 {
		bad.Add("url", "fault.too_long", fault.Args{"length": len(url), "limit": 500})
	} else if err := s.Post.Check(url); err != nil {
		bad.Add("url", "hook.error.url", nil)
	}
	have, err := s.Store.Hooks(ctx, actor.Account)
	if err != nil {
		return h, "", err
	}
	if len(have) >= MaxHooks {
		bad.Add("url", "hook.error.many", fault.Args{"limit": MaxHooks})
	}
	if err := bad.Err(); err != nil {
		return h, "", err
	}
	last, err := s.Follow.Store.Last(ctx)
	if err != nil {
		return h, "", err
	}
	now := s.Now()
	h = Hook{ID: HookID(id.New(now)), Account: actor.Account, URL: url, All: all, Salt: salt(), Cursor: last, AddedAt: now}
	made, err := s.Store.AddHook(ctx, h, actor.Trace(now, identity.FollowChanges, "", "webhook", string(h.ID), map[string]string{"all": strconv.FormatBool(all)}))
	if err != nil {
		return h, "", err
	}
	if h, err = s.Get(ctx, actor, made); err != nil {
		return h, "", err
	}
	return h, s.Secret(h), nil
}

// List gives the actor's webhooks.
func (s *Hooks) List(ctx context.Context, actor identity.Actor) ([]Hook, error) {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return nil, err
	}
	return s.Store.Hooks(ctx, actor.Account)
}

// Get gives one of the actor's webhooks. NotFound: it is not the actor's.
func (s *Hooks) Get(ctx context.Context, actor identity.Actor, hook HookID) (Hook, error) {
	all, err := s.List(ctx, actor)
	if err != nil {
		return Hook{}, err
	}
	i := slices.IndexFunc(all, func(h Hook) bool { return h.ID == hook })
	if i < 0 {
		return Hook{}, fault.Of(fault.NotFound)
	}
	return all[i], nil
}

// Renew gives one of the actor's webhooks another secret; the old one signs nothing any more. NotFound: it is not the actor's.
func (s *Hooks) Renew(ctx context.Context, actor identity.Actor, hook HookID) (h Hook, secret string, err error) {
	if err := s.may(actor); err != nil {
		return h, "", err
	}
	if h, err = s.Get(ctx, actor, hook); err != nil {
		return h, "", err
	}
	h.Salt = salt()
	return h, s.Secret(h), s.Store.SetHook(ctx, h, actor.Trace(s.Now(), identity.FollowChanges, "", "webhook", string(h.ID), map[string]string{"secret": "renewed"}))
}

// Switch turns one of the actor's webhooks on or off. What waits is kept and tried when it is on again; what changed
// while it was off is told too. NotFound: it is not the actor's.
func (s *Hooks) Switch(ctx context.Context, actor identity.Actor, hook HookID, on bool) error {
	if err := s.may(actor); err != nil {
		return err
	}
	h, err := s.Get(ctx, actor, hook)
	if err != nil {
		return err
	}
	now := s.Now()
	h.DisabledAt, h.Why = time.Time{}, ""
	if !on {
		h.DisabledAt, h.Why = now, "off"
	}
	return s.Store.SetHook(ctx, h, actor.Trace(now, identity.FollowChanges, "", "webhook", string(h.ID), map[string]string{"on": strconv.FormatBool(on)}))
}

// Drop removes one of the actor's webhooks. NotFound: it is not the actor's.
func (s *Hooks) Drop(ctx context.Context, actor identity.Actor, hook HookID) error {
	if err := actor.Must(identity.FollowChanges, identity.Scope{}); err != nil {
		return err
	}
	return s.Store.DropHook(ctx, actor.Account, hook, actor.Trace(s.Now(), identity.FollowChanges, "", "webhook", string(hook), map[string]string{"dropped": "yes"}))
}

// Log lists what was sent to one of the actor's webhooks, newest first. NotFound: it is not the actor's.
func (s *Hooks) Log(ctx context.Context, actor identity.Actor, hook HookID, limit, offset int) ([]Delivery, int, error) {
	if _, err := s.Get(ctx, actor, hook); err != nil {
		return nil, 0, err
	}
	return s.Store.Deliveries(ctx, hook, limit, offset)
}

// Tell notes what is to be delivered to every hook and sends what is due. It may be called as often as one likes. It
// tells how many messages were taken. Denied: the actor is not the program itself.
func (s *Hooks) Tell(ctx context.Context, actor identity.Actor) (sent int, err error) {
	if err := actor.Must(identity.SendDigests, identity.Scope{}); err != nil {
		return 0, err
	}
	if !s.On() {
		return 0, nil
	}
	hooks, err := s.Store.Hooks(ctx, "")
	if err != nil {
		return 0, err
	}
	last, err := s.Follow.Store.Last(ctx)
	if err != nil {
		return 0, err
	}
	for _, h := range hooks {
		if !h.DisabledAt.IsZero() || h.Cursor == last {
			continue
		}
		if err := s.note(ctx, h, last); err != nil && !fault.Is(err, fault.Conflict) {
			return 0, err
		}
	}
	if sent, err = s.deliver(ctx, actor); err != nil {
		return sent, err
	}
	return sent, s.Store.ForgetDeliveries(ctx, s.Now().Add(-keepDelivery))
}

// note saves what is to be delivered to one hook.
func (s *Hooks) note(ctx context.Context, h Hook, last int64) error {
	f := Filter{After: h.Cursor, Upto: last}
	if f.After > last { // the outbox began anew after a restore
		f.After = 0
	}
	var found []Change
	var err error
	if h.All {
		found, err = s.Follow.Store.Changes(ctx, f)
	} else {
		found, err = s.followed(ctx, h.Account, f)
	}
	if err != nil {
		return err
	}
	slices.Reverse(found) // a program reads in the order of time
	now := s.Now()
	var ds []Delivery
	for some := range slices.Chunk(found, hookLines) {
		d := Delivery{ID: id.New(now), Hook: h.ID, At: now, NextAt: now}
		for _, c := range some {
			d.Lines = append(d.Lines, Line{Kind: c.Kind, ID: c.ID})
		}
		ds = append(ds, d)
	}
	return s.Store.TellHook(ctx, h, last, ds)
}

// followed lists the public changes of what an account follows, each once. A mechanism's meetings are not public.
func (s *Hooks) followed(ctx context.Context, account string, f Filter) (out []Change, err error) {
	subs, err := s.Follow.Store.Subscriptions(ctx, account)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, x := range subs {
		if x.Kind == Mechanism {
			continue
		}
		found, err := s.Follow.changes(ctx, account, x.Subject, f)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			if !have[c.Key()] {
				have[c.Key()] = true
				out = append(out, c)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Change) int { return b.At.Compare(a.At) })
	return out, nil
}

const hookBatch = 20

// deliver sends what is due, one after the other.
func (s *Hooks) deliver(ctx context.Context, actor identity.Actor) (sent int, err error) {
	waiting, err := s.Store.WaitingDeliveries(ctx, s.Now(), hookBatch)
	if err != nil {
		return 0, err
	}
	hooks, err := s.Store.Hooks(ctx, "")
	if err != nil {
		return 0, err
	}
	for _, d := range waiting {
		i := slices.IndexFunc(hooks, func(h Hook) bool { return h.ID == d.Hook })
		if i < 0 || ctx.Err() != nil {
			continue
		}
		until := s.Now().Add(time.Minute)
		if ok, err := s.Store.ClaimDelivery(ctx, d, until); err != nil || !ok {
			if err != nil {
				return sent, err
			}
			continue
		}
		d.NextAt = until
		if err := s.send(ctx, hooks[i], &d); err != nil {
			return sent, err
		}
		now := s.Now()
		var off time.Time
		var t audit.Trace
		if d.GivenUp {
			off = now
			t = actor.Trace(now, identity.SendDigests, "", "webhook", string(d.Hook), map[string]string{"off": d.Failed})
			t.Mail = []mail.Note{{Kind: mail.HookOff, Account: hooks[i].Account, Ref: "hook:" + d.ID, Args: map[string]string{"path": "/webhooks/" + string(d.Hook)}}}
		}
		if err := s.Store.MarkDelivery(ctx, d, off, t); err != nil {
			return sent, err
		}
		if !d.SentAt.IsZero() && d.Failed == "" {
			sent++
		}
	}
	return sent, nil
}

// message is the body of a delivery. Source: Standard Webhooks for type, timestamp and data.
type message struct {
	Type      string      `json:"type"`
	Timestamp time.Time   `json:"timestamp"`
	Data      messageData `json:"data"`
}

type messageData struct {
	Changes []messageChange `json:"changes"`
}

type messageChange struct {
	Kind      Kind              `json:"kind"`
	ID        string            `json:"id"`
	Event     Event             `json:"event"`
	At        time.Time         `json:"at"`
	Party     party.ID          `json:"party,omitempty"`
	Parties   []party.ID        `json:"parties,omitempty"`
	Provision convention.ID     `json:"provision,omitempty"`
	Titles    map[string]string `json:"titles,omitempty"`
	URL       string            `json:"url"` // leads to the page in the reader's language
}

// send reads the records again, signs and posts, and notes in d what became of it. An error is one of the store's.
func (s *Hooks) send(ctx context.Context, h Hook, d *Delivery) error {
	now := s.Now()
	d.Tries++
	m := message{Type: "changes", Timestamp: now.UTC().Truncate(time.Second)}
	byKind := map[Kind][]string{}
	for _, l := range d.Lines {
		byKind[l.Kind] = append(byKind[l.Kind], l.ID)
	}
	got := map[string]Change{}
	for k, ids := range byKind {
		found, err := s.Follow.Store.Changes(ctx, Filter{Kinds: []Kind{k}, IDs: ids})
		if err != nil {
			return err
		}
		for _, c := range found {
			got[c.Key()] = c
		}
	}
	for _, l := range d.Lines {
		c, ok := got[Change{Kind: l.Kind, ID: l.ID}.Key()]
		if !ok {
			continue // it is no longer public
		}
		x := messageChange{Kind: c.Kind, ID: c.ID, Event: c.Event, At: c.At, Party: c.Party, Parties: c.Parties, Provision: c.Provision, URL: s.BaseURL + c.Path(), Titles: map[string]string{}}
		for tag, v := range c.Title {
			x.Titles[string(tag)] = v.S
		}
		m.Data.Changes = append(m.Data.Changes, x)
	}
	if len(m.Data.Changes) == 0 {
		d.SentAt, d.Failed = now, "withdrawn"
		return nil
	}
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	header := map[string]string{"Content-Type": "application/json", "Webhook-Id": d.ID, "Webhook-Timestamp": strconv.FormatInt(now.Unix(), 10), "Webhook-Signature": Sign(s.raw(h), d.ID, now, body)}
	status, why, err := s.Post.Post(ctx, h.URL, header, body)
	d.Status = status
	switch {
	case err == nil && status >= 200 && status < 300:
		d.SentAt, d.Failed = now, ""
		return nil
	case err == nil:
		why = "status"
	}
	d.Failed, d.NextAt = why, again(now, d.Tries)
	d.GivenUp = d.Tries >= MaxTries || status == 410 // 410 Gone asks to be told no more
	return nil
}
