package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"merida/convention"
	"merida/fault"
	"merida/library"
)

// changeMapping does what a button of the editor asks, and leads back to it.
func (v *visit) changeMapping() error {
	w, work, err := v.mappingWork()
	if err != nil {
		return err
	}
	ctx, id, lib := v.r.Context(), w.Measure.ID, v.site.Library
	eid := v.form("eid")
	at := eid
	if eid == wholeLaw {
		eid = ""
	}
	var keys []library.MappingKey
	for _, p := range v.r.PostForm["provision"] {
		keys = append(keys, library.MappingKey{EID: eid, Provision: convention.ID(strings.TrimSpace(p))})
	}
	do, n := v.form("do"), len(keys)
	one := func() (library.MappingKey, error) {
		if len(keys) != 1 {
			var bad fault.List
			bad.Add("provision", "fault.required", nil)
			return library.MappingKey{}, bad.Err()
		}
		return keys[0], nil
	}
	switch do {
	case "map":
		if keys, err = v.cited(keys, eid); err != nil {
			return err
		}
		ms := make([]library.Mapping, len(keys))
		for i, k := range keys {
			ms[i] = library.Mapping{Measure: id, EID: k.EID, Provision: k.Provision}
		}
		n, err = len(keys), lib.MapAll(ctx, v.act(), id, ms)
	case "accept":
		keys, err = lib.Accept(ctx, v.act(), id, keys)
		n = len(keys)
	case "accept_strong":
		keys = nil
		for _, s := range work.Suggestions {
			if s.State == library.Open && s.Strength == "strong" {
				keys = append(keys, s.Key())
			}
		}
		keys, err = lib.Accept(ctx, v.act(), id, keys[:min(len(keys), library.MostAccepted)])
		n = len(keys)
	case "refuse", "validate", "withdraw":
		var k library.MappingKey
		if k, err = one(); err != nil {
			return err
		}
		if do == "refuse" {
			err = lib.Refuse(ctx, v.act(), id, k)
		} else {
			err = lib.ValidateMapping(ctx, v.act(), id, k, do == "validate")
		}
	case "remove", "reopen":
		err = lib.Remove(ctx, v.act(), id, keys, do == "reopen")
	case "nothing", "look_again":
		err = lib.LookedAt(ctx, v.act(), id, []string{eid}, do == "nothing")
	case "again":
		err = lib.ProposeAgain(ctx, v.act(), id)
	case "undo":
		keys = v.doneAt(w, work, v.form("stamp"))
		n, err = len(keys), lib.Remove(ctx, v.act(), id, keys, true)
	default:
		var bad fault.List
		bad.Add("do", "fault.unknown_choice", nil)
		err = bad.Err()
	}
	if err != nil {
		return err
	}
	q := url.Values{"did": {do}, "n": {strconv.Itoa(n)}}
	if show := v.form("show"); show != "" {
		q.Set("show", show)
	}
	if err := v.afterMapping(q, id, keys, do, at); err != nil {
		return err
	}
	return v.see(v.href("/measures/%s/mapping?%s#at", id, q.Encode()))
}

// cited adds the provisions that a person typed as they are cited: "15(a); 16(1)".
func (v *visit) cited(keys []library.MappingKey, eid string) ([]library.MappingKey, error) {
	var bad fault.List
	for _, s := range strings.FieldsFunc(v.form("cite"), func(r rune) bool { return strings.ContainsRune(";\u061b\uff1b", r) }) { // the semicolons of the scripts
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if p, ok := v.site.Conventions.Parse(s); ok {
			keys = append(keys, library.MappingKey{EID: eid, Provision: p})
		} else {
			bad.Add("provision", "search.error.provision", fault.Args{"id": s})
		}
	}
	if len(keys) == 0 && bad.Err() == nil {
		bad.Add("provision", "mapping.error.none", nil)
	}
	return keys, bad.Err()
}

// afterMapping decides which section is shown next, and by what the act can be undone.
func (v *visit) afterMapping(q url.Values, id library.ID, keys []library.MappingKey, do, at string) error {
	w, work, err := v.site.Library.Work(v.r.Context(), v.actor, id)
	if err != nil {
		return err
	}
	switch do {
	case "map", "accept", "accept_strong", "refuse":
		var last int64
		for _, m := range w.Mappings {
			if slices.Contains(keys, m.Key()) && m.By == v.actor.Account {
				last = max(last, m.At.UnixMicro())
			}
		}
		for _, s := range work.Suggestions {
			if do == "refuse" && slices.Contains(keys, s.Key()) && s.DecidedBy == v.actor.Account {
				last = max(last, s.DecidedAt.UnixMicro())
			}
		}
		if last > 0 {
			q.Set("stamp", strconv.FormatInt(last, 10))
		}
	}
	if at == "" {
		return nil
	}
	q.Set("at", at)
	if do == "nothing" || (do == "accept" || do == "refuse") && len(work.Open(strings.TrimPrefix(at, wholeLaw))) == 0 {
		units, err := v.mapUnits(w, work)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(units, func(u mapUnit) bool { return u.EID == at })
		for _, u := range units[i+1:] {
			if !u.Seen || len(u.Open) > 0 {
				q.Set("at", u.EID)
				return nil
			}
		}
	}
	return nil
}

// doneAt lists what the actor mapped or refused in one act.
func (v *visit) doneAt(w library.Whole, work library.MappingWork, stamp string) (keys []library.MappingKey) {
	t, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return nil
	}
	for _, m := range w.Mappings {
		if m.By == v.actor.Account && m.At.UnixMicro() == t {
			keys = append(keys, m.Key())
		}
	}
	for _, s := range work.Suggestions {
		if s.State == library.Refused && s.DecidedBy == v.actor.Account && s.DecidedAt.UnixMicro() == t {
			keys = append(keys, s.Key())
		}
	}
	return keys
}

// said puts into words what was just done.
func (p *mappingPage) said(v *visit) {
	did := v.query("did")
	switch did {
	case "map", "accept", "accept_strong", "refuse", "remove", "reopen", "undo", "validate", "withdraw", "nothing", "look_again", "again":
		p.Said = v.p.T("mapping.did."+did, fault.Args{"n": v.number("n", 0, 0, library.MostAccepted)})
	}
	if _, err := strconv.ParseInt(v.query("stamp"), 10, 64); err == nil && p.MayMap {
		p.Stamp = v.query("stamp")
	}
}
