package web

import (
	"net/http"
	"slices"
	"time"

	"merida/fault"
	"merida/follow"
	"merida/identity"
)

var hookRoutes = []route{
	{get, "/webhooks", (*visit).hooksPage, true, true},
	{post, "/webhooks", (*visit).addHook, true, false},
	{get, "/webhooks/{id}", (*visit).hookPage, true, true},
	{post, "/webhooks/{id}/secret", (*visit).renewHook, true, false},
	{post, "/webhooks/{id}/switch", (*visit).switchHook, true, false},
	{post, "/webhooks/{id}/drop", (*visit).dropHook, true, false},
}

type hooksPage struct {
	Base
	On     bool // the operator allows webhooks
	Hooks  []follow.Hook
	Typed  string
	All    bool
	MayAll bool
}

// hooksPage lists the reader's webhooks and takes a new one.
func (v *visit) hooksPage() error {
	p, err := v.hooks()
	if err != nil {
		return err
	}
	if v.suffix == "csv" {
		rows := [][]string{{"id", v.p.T("hook.url", nil), v.p.T("hook.what", nil), v.p.T("column.status", nil), v.p.T("subscription.since", nil)}}
		for _, h := range p.Hooks {
			rows = append(rows, []string{string(h.ID), h.URL, v.hookWhat(h), v.hookState(h), iso(h.AddedAt)})
		}
		return v.csv("webhooks", rows)
	}
	if v.suffix != "" {
		return fault.Of(fault.NotFound)
	}
	return v.show("webhooks", p)
}

func (v *visit) hooks() (p hooksPage, err error) {
	p = hooksPage{Base: v.base("tasks", v.p.T("hook.title", nil)), On: v.site.Hooks.On(), MayAll: v.actor.May(identity.ChangeSettings, identity.Scope{})}
	p.Crumbs = []Crumb{{v.p.T("subscription.title", nil), v.href("/subscriptions")}}
	p.Band = v.ownBand("subscriptions")
	p.Hooks, err = v.site.Hooks.List(v.r.Context(), v.actor)
	return p, err
}

func (v *visit) hookWhat(h follow.Hook) string {
	if h.All {
		return v.p.T("hook.all", nil)
	}
	return v.p.T("hook.followed", nil)
}

func (v *visit) hookState(h follow.Hook) string {
	if h.DisabledAt.IsZero() {
		return v.p.T("hook.state.on", nil)
	}
	return v.p.T("hook.state."+h.Why, nil)
}

// What and State say what a webhook is told and how it stands.
func (p hooksPage) What(h follow.Hook) string  { return p.v.hookWhat(h) }
func (p hooksPage) State(h follow.Hook) string { return p.v.hookState(h) }

func (v *visit) addHook() error {
	h, secret, err := v.site.Hooks.Add(v.r.Context(), v.act(), v.form("url"), v.form("all") == "1")
	if err != nil {
		bad := v.fieldErrors(err)
		if bad == nil {
			return err
		}
		p, lerr := v.hooks()
		if lerr != nil {
			return lerr
		}
		p.Errors, p.Typed, p.All = bad, v.form("url"), v.form("all") == "1"
		return v.showStatus(http.StatusUnprocessableEntity, "webhooks", p)
	}
	return v.showHook(h, secret)
}

type hookPage struct {
	Base
	H      follow.Hook
	What   string
	State  string
	Secret string // shown once
	Lines  []deliveryLine
	Total  int
	Pager  Pager
}

type deliveryLine struct {
	follow.Delivery
	Mark workMark
	Why  string
}

const deliveriesShown = 50

// hookPage is one webhook with what was sent to it.
func (v *visit) hookPage() error {
	h, err := v.site.Hooks.Get(v.r.Context(), v.actor, follow.HookID(v.vars[0]))
	if err != nil {
		return err
	}
	return v.showHook(h, "")
}

func (v *visit) showHook(h follow.Hook, secret string) error {
	limit, offset := deliveriesShown, v.number("offset", 0, 0, 1_000_000)
	if v.downloads() {
		limit, offset = 10000, 0
	}
	ds, total, err := v.site.Hooks.Log(v.r.Context(), v.actor, h.ID, limit, offset)
	if err != nil {
		return err
	}
	p := hookPage{Base: v.base("tasks", v.p.T("hook.one", nil)), H: h, What: v.hookWhat(h), State: v.hookState(h), Secret: secret, Total: total, Pager: v.pager(total, deliveriesShown, offset)}
	p.Crumbs = []Crumb{{v.p.T("subscription.title", nil), v.href("/subscriptions")}, {v.p.T("hook.title", nil), v.href("/webhooks")}}
	p.Band = v.ownBand("subscriptions")
	for _, d := range ds {
		l := deliveryLine{Delivery: d, Mark: workMark{"clock", "", v.p.T("mailbox.waiting", nil)}}
		switch {
		case !d.SentAt.IsZero():
			l.Mark = workMark{"check", "ok", v.p.T("mailbox.sent", nil)}
		case d.GivenUp:
			l.Mark = workMark{"warn", "bad", v.p.T("mailbox.given_up", nil)}
		}
		if d.Failed != "" {
			l.Why = v.p.T("hook.failed."+d.Failed, nil)
		}
		p.Lines = append(p.Lines, l)
	}
	if v.suffix == "csv" {
		rows := [][]string{{"id", v.p.T("mailbox.noted", nil), v.p.T("hook.changes", nil), v.p.T("column.status", nil), "http", v.p.T("mailbox.tries", nil), v.p.T("mailbox.sent", nil), v.p.T("hook.why", nil)}}
		for _, l := range p.Lines {
			sent := ""
			if !l.SentAt.IsZero() {
				sent = l.SentAt.UTC().Format(time.RFC3339)
			}
			rows = append(rows, []string{l.ID, l.At.UTC().Format(time.RFC3339), itoa(len(l.Delivery.Lines)), l.Mark.Word, itoa(l.Status), itoa(l.Tries), sent, l.Why})
		}
		return v.csv("deliveries", rows)
	}
	if v.suffix != "" {
		return fault.Of(fault.NotFound)
	}
	return v.show("webhook", p)
}

func (v *visit) renewHook() error {
	h, secret, err := v.site.Hooks.Renew(v.r.Context(), v.act(), follow.HookID(v.vars[0]))
	if err != nil {
		return err
	}
	return v.showHook(h, secret)
}

func (v *visit) switchHook() error {
	to := v.form("on")
	if !slices.Contains([]string{"0", "1"}, to) {
		var bad fault.List
		bad.Add("on", "fault.unknown_choice", nil)
		return bad.Err()
	}
	if err := v.site.Hooks.Switch(v.r.Context(), v.act(), follow.HookID(v.vars[0]), to == "1"); err != nil {
		return err
	}
	return v.seeTold(v.href("/webhooks/%s", v.vars[0]), "pace_set", 0)
}

func (v *visit) dropHook() error {
	if err := v.site.Hooks.Drop(v.r.Context(), v.act(), follow.HookID(v.vars[0])); err != nil {
		return err
	}
	return v.seeTold(v.href("/webhooks"), "hook_dropped", 0)
}
