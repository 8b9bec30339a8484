package storetest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"merida/assistance"
	"merida/fault"
	"merida/follow"
	"merida/identity"
	"merida/lang"
	"merida/mechanism"
	"merida/store"
)

func init() {
	cases = append(cases, testCase{"a webhook is told of what is public, signed, again after failures, and then no more", hooks})
}

// receiver is the other end of a webhook.
type receiver struct {
	status int
	down   bool
	got    []map[string]string // headers, with the body under "body"
}

func (r *receiver) Check(url string) error {
	if !strings.HasPrefix(url, "https://hooks.example.org/") {
		return errors.New("not on the list")
	}
	return nil
}

func (r *receiver) Post(_ context.Context, _ string, header map[string]string, body []byte) (int, string, error) {
	if r.down {
		return 0, "network", errors.New("connection refused")
	}
	header["body"] = string(body)
	r.got = append(r.got, header)
	return r.status, "", nil
}

func hooks(t *testing.T, db store.DB) {
	w := newWorld(t, db)
	ctx, aid, f := t.Context(), w.aid(), w.follows()
	r := &receiver{status: 204}
	h := &follow.Hooks{Store: store.Hooks{DB: db}, Follow: f, BaseURL: "https://merida.example.org", Now: w.ass.Now}
	w.reader("reader", "reader@example.org", identity.Provider, "", "XM-DEMO-2")
	_, _, err := h.Add(ctx, w.as("reader"), "https://hooks.example.org/in", false)
	w.fails(err, fault.Unavailable)
	h.Post, h.Key = r, []byte("0123456789abcdef0123456789abcdef")
	_, _, err = h.Add(ctx, identity.Actor{}, "https://hooks.example.org/in", false)
	w.fails(err, fault.Unauthenticated)
	_, _, err = h.Add(ctx, w.as("reader"), "https://evil.example/", false)
	w.fails(err, fault.Invalid)
	_, _, err = h.Add(ctx, w.as("reader"), "https://hooks.example.org/all", true)
	w.fails(err, fault.Denied)
	once := w.as("reader")
	hook, secret, err := h.Add(ctx, once, "https://hooks.example.org/in", false)
	w.ok(err)
	again, same, err := h.Add(ctx, once, "https://hooks.example.org/in", false)
	w.ok(err)
	if again.ID != hook.ID || same != secret || !strings.HasPrefix(secret, "whsec_") {
		t.Fatalf("%s %s, %s %s", hook.ID, secret, again.ID, same)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM webhook WHERE salt = $1 OR url = $1`, secret); n != 0 {
		t.Error("the secret is kept")
	}
	all, _, err := h.Add(ctx, w.as("administrator"), "https://hooks.example.org/all", true)
	w.ok(err)
	w.ok(h.Switch(ctx, w.as("administrator"), all.ID, false))
	_, err = f.Follow(ctx, w.as("reader"), follow.Subject{Kind: follow.State, Value: "QM"}, "", follow.Quiet)
	w.ok(err)
	// A mechanism's meetings are followed by letter, and never told to a program.
	s, body := table(w)
	w.ok(s.Seat(ctx, w.as("officer"), body, w.who["reader"].Account, false))
	_, err = f.Follow(ctx, w.as("reader"), follow.Subject{Kind: follow.Mechanism, Value: string(body)}, "", follow.Quiet)
	w.ok(err)
	begins := w.now.Add(240 * time.Hour)
	_, err = s.Meet(ctx, w.as("contact point"), mechanism.Meeting{Mechanism: body, Title: lang.T("en", "canary"), Begins: begins, Ends: begins.Add(time.Hour)})
	w.ok(err)
	tell := func(want int) {
		t.Helper()
		n, err := h.Tell(ctx, identity.OperatorActor())
		w.ok(err)
		if n != want {
			t.Errorf("%d messages taken, want %d", n, want)
		}
	}
	_, err = h.Tell(ctx, w.as("administrator"))
	w.fails(err, fault.Denied)
	tell(0)
	_, err = aid.DraftNeed(ctx, w.as("focal"), "QM", wish("canary"), assistance.Origin{})
	w.ok(err)
	need := w.shownNeed(aid, "Drafting")
	tell(1)
	tell(0)
	if len(r.got) != 1 {
		t.Fatalf("%d messages", len(r.got))
	}
	got := r.got[0]
	var m struct {
		Type string
		Data struct {
			Changes []struct {
				Kind, ID, Event, Party, URL string
				Titles                      map[string]string
			}
		}
	}
	w.ok(json.Unmarshal([]byte(got["body"]), &m))
	if m.Type != "changes" || len(m.Data.Changes) != 1 || m.Data.Changes[0].ID != string(need.ID) || m.Data.Changes[0].Titles["en"] != "Drafting" || m.Data.Changes[0].URL != "https://merida.example.org/needs/"+string(need.ID) || strings.Contains(got["body"], "canary") {
		t.Errorf("%s", got["body"])
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	w.ok(err)
	if got["Webhook-Timestamp"] != strconv.FormatInt(w.now.Unix(), 10) || got["Webhook-Signature"] != follow.Sign(raw, got["Webhook-Id"], w.now, []byte(got["body"])) {
		t.Errorf("%v", got)
	}
	// The owner alone sees it, and can have another secret.
	_, err = h.Get(ctx, w.as("provider"), hook.ID)
	w.fails(err, fault.NotFound)
	_, _, err = h.Log(ctx, w.as("administrator"), hook.ID, 10, 0)
	w.fails(err, fault.NotFound)
	w.fails(h.Switch(ctx, w.as("provider"), hook.ID, false), fault.NotFound)
	w.fails(h.Drop(ctx, w.as("provider"), hook.ID), fault.NotFound)
	_, fresh, err := h.Renew(ctx, w.as("reader"), hook.ID)
	w.ok(err)
	if fresh == secret {
		t.Error("the secret is the same")
	}
	// A receiver that is down is tried again with growing pauses, then given up, and its owner is told once.
	r.down = true
	w.shownNeed(aid, "While down")
	start, tries := w.now, 0
	for range 24 * 60 {
		tell(0)
		ds, _, err := h.Log(ctx, w.as("reader"), hook.ID, 1, 0)
		w.ok(err)
		if ds[0].Tries != tries {
			tries = ds[0].Tries
			if pause := ds[0].NextAt.Sub(w.now); !ds[0].GivenUp && (pause < time.Minute || pause > 4*time.Hour) {
				t.Errorf("try %d waits %s", tries, pause)
			}
		}
		if ds[0].GivenUp {
			break
		}
		w.now = w.now.Add(time.Minute)
	}
	off, err := h.Get(ctx, w.as("reader"), hook.ID)
	w.ok(err)
	if tries != follow.MaxTries || off.Why != "failed" || w.now.Sub(start) < 8*time.Hour {
		t.Errorf("given up after %d tries in %s: %+v", tries, w.now.Sub(start), off)
	}
	if n := count(t, db, `SELECT COUNT(*) FROM mail WHERE kind = 'hook_off'`); n != 1 {
		t.Errorf("%d letters", n)
	}
	w.shownNeed(aid, "While off")
	r.down, r.got = false, nil
	w.now = w.now.Add(24 * time.Hour)
	tell(0)
	w.ok(h.Switch(ctx, w.as("reader"), hook.ID, true))
	tell(2)
	if len(r.got) != 2 || !strings.Contains(r.got[0]["body"], "While down") || !strings.Contains(r.got[1]["body"], "While off") {
		t.Errorf("%v", r.got)
	}
	// Withdrawn before it is sent: nothing is. An error of the receiver is a failure; 410 asks to be told no more.
	r.status, r.got = 500, nil
	gone := w.shownNeed(aid, "Short")
	tell(0)
	w.ok(aid.WithdrawNeed(ctx, w.as("approver"), gone.ID, 1, lang.T("en", "No.")))
	w.now = w.now.Add(time.Hour)
	r.status, r.got = 204, nil
	tell(2)
	for _, x := range r.got {
		if strings.Contains(x["body"], "Short") {
			t.Errorf("what was withdrawn is told: %s", x["body"])
		}
	}
	r.status = 410
	w.shownNeed(aid, "Last")
	tell(0)
	off, err = h.Get(ctx, w.as("reader"), hook.ID)
	w.ok(err)
	if off.DisabledAt.IsZero() {
		t.Error("410 Gone is tried again")
	}
	w.ok(h.Drop(ctx, w.as("reader"), hook.ID))
	if n := count(t, db, `SELECT COUNT(*) FROM webhook_delivery WHERE hook = $1`, string(hook.ID)); n != 0 {
		t.Errorf("%d deliveries of nothing", n)
	}
	w.now = w.now.Add(91 * 24 * time.Hour)
	tell(0)
}
