package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"merida/assistance"
	"merida/follow"
	"merida/lang"
	"merida/party"
)

// News lists what changed.
type News struct{ DB DB }

var _ follow.News = News{}

const newsLimit = 500

// source is how changes of a kind are read: from the public pool, with x for the record.
type newsSource struct {
	columns, from, id, at string
	party                 string // condition with one ? or two for the State
	provisions            string // condition with one ? for the list; empty where there are none
	organisation          string // the same for who gives
	scan                  func(Scanner) (follow.Change, error)
}

var newsSources = map[follow.Kind]newsSource{
	follow.Measure: {`x.id, x.country, x.titles, x.rev, x.changed_at`, `pub_measure x`, `x.id`, `x.changed_at`,
		`x.country = ?`, `EXISTS (SELECT 1 FROM pub_mapping k WHERE k.measure = x.id AND k.provision IN (?))`, ``,
		func(s Scanner) (c follow.Change, err error) {
			var rev int64
			err = s.Scan(&c.ID, &c.Party, FromJSON(&c.Title), &rev, InTime(&c.At))
			c.Event = added(rev)
			return c, err
		}},
	follow.Answer: {`x.answer, x.party, x.provision, CASE WHEN x.withdrawn_at > 0 THEN 1 ELSE 0 END, CASE WHEN x.withdrawn_at > 0 THEN x.withdrawn_at ELSE x.published_at END`, `pub_answer x`, `x.answer`,
		`CASE WHEN x.withdrawn_at > 0 THEN x.withdrawn_at ELSE x.published_at END`, `x.party = ?`, `x.provision IN (?)`, ``,
		func(s Scanner) (c follow.Change, err error) {
			var gone int
			err = s.Scan(&c.ID, &c.Party, &c.Provision, &gone, InTime(&c.At))
			c.Event = shown(gone)
			return c, err
		}},
	follow.Need: {`x.id, x.party, x.content, CASE WHEN x.withdrawn_at > 0 THEN 1 ELSE 0 END, CASE WHEN x.withdrawn_at > 0 THEN x.withdrawn_at ELSE x.published_at END`, `pub_need x`, `x.id`,
		`CASE WHEN x.withdrawn_at > 0 THEN x.withdrawn_at ELSE x.published_at END`, `x.party = ?`, `EXISTS (SELECT 1 FROM pub_need_provision k WHERE k.need = x.id AND k.provision IN (?))`, ``,
		func(s Scanner) (c follow.Change, err error) {
			var gone int
			var n assistance.NeedContent
			err = s.Scan(&c.ID, &c.Party, FromJSON(&n), &gone, InTime(&c.At))
			c.Event, c.Title = shown(gone), n.What
			return c, err
		}},
	follow.Activity: {`x.id, x.content, x.rev, x.changed_at`, `pub_activity x`, `x.id`, `x.changed_at`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.id AND k.kind = 'recipient' AND k.value = ?) OR x.party = ?`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.id AND k.kind = 'provision' AND k.value IN (?))`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.id AND k.kind = 'organisation' AND k.value IN (?))`,
		func(s Scanner) (c follow.Change, err error) {
			var a assistance.Content
			var rev int64
			err = s.Scan(&c.ID, FromJSON(&a), &rev, InTime(&c.At))
			c.Event, c.Title, c.Parties = added(rev), a.Titles, receiving(a)
			return c, err
		}},
	follow.Statement: {`x.id, x.activity, x.kind, x.party, a.content, x.at`, `pub_statement x JOIN pub_activity a ON a.id = x.activity`, `x.id`, `x.at`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.activity AND k.kind = 'recipient' AND k.value = ?) OR x.party = ?`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.activity AND k.kind = 'provision' AND k.value IN (?))`,
		`EXISTS (SELECT 1 FROM pub_activity_key k WHERE k.activity = x.activity AND k.kind = 'organisation' AND k.value IN (?))`,
		func(s Scanner) (c follow.Change, err error) {
			var a assistance.Content
			err = s.Scan(&c.ID, &c.Under, &c.Word, &c.Party, FromJSON(&a), InTime(&c.At))
			c.Event, c.Title, c.Parties = follow.Added, a.Titles, receiving(a)
			return c, err
		}},
	follow.Contact: {`x.id, x.party, x.role, x.office, x.rev, x.changed_at`, `pub_contact_point x`, `x.id`, `x.changed_at`,
		`x.party = ?`, ``, `x.organisation IN (?)`,
		func(s Scanner) (c follow.Change, err error) {
			var rev int64
			err = s.Scan(&c.ID, &c.Party, &c.Word, FromJSON(&c.Title), &rev, InTime(&c.At))
			c.Event = added(rev)
			return c, err
		}},
}

func added(rev int64) follow.Event {
	if rev <= 1 {
		return follow.Added
	}
	return follow.Changed
}

func shown(gone int) follow.Event {
	if gone != 0 {
		return follow.Withdrawn
	}
	return follow.Published
}

func receiving(a assistance.Content) (out []party.ID) {
	for _, r := range a.Recipients {
		if r.Party != "" && !slices.Contains(out, r.Party) {
			out = append(out, r.Party)
		}
	}
	return out
}

// query makes the statement for a kind; ok is false where the filter can find nothing of it.
func (n newsSource) query(k follow.Kind, f follow.Filter) (query string, args []any, ok bool) {
	var w Where
	if f.Party != "" {
		who := string(f.Party)
		w.And(n.party, []any{who, who}[:strings.Count(n.party, "?")]...)
	}
	if f.Provisions != nil {
		if n.provisions == "" {
			return "", nil, false
		}
		w.And(n.provisions, f.Provisions)
	}
	if f.Organisation != "" {
		if n.organisation == "" {
			return "", nil, false
		}
		w.And(n.organisation, []string{f.Organisation})
	}
	if f.IDs != nil {
		w.And(n.id+` IN (?)`, f.IDs)
	}
	if f.Upto > 0 {
		w.And(n.id+` IN (SELECT o.object FROM pub_touched_`+string(k)+` o WHERE o.seq > ? AND o.seq <= ?)`, f.After, f.Upto)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = newsLimit
	}
	query = `SELECT ` + n.columns + ` FROM ` + n.from + w.SQL() + ` ORDER BY ` + n.at + ` DESC, ` + n.id + ` LIMIT ` + w.Arg(limit)
	return query, w.Args(), true
}

// Changes lists changes of what is public.
func (st News) Changes(ctx context.Context, f follow.Filter) (out []follow.Change, err error) {
	kinds := f.Kinds
	if kinds == nil {
		kinds = follow.Kinds
	}
	err = st.DB.Public(ctx, func(tx Tx) error {
		out = nil
		for _, k := range kinds {
			source, known := newsSources[k]
			if !known {
				continue
			}
			query, args, ok := source.query(k, f)
			if !ok {
				continue
			}
			got, err := All(ctx, tx, source.scan, query, args...)
			if err != nil {
				return err
			}
			for _, c := range got {
				c.Kind = k
				out = append(out, c)
			}
		}
		return nil
	})
	newestFirst(out)
	return out, err
}

func newestFirst(cs []follow.Change) {
	slices.SortStableFunc(cs, func(a, b follow.Change) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Key(), b.Key())) })
}

// MemberChanges lists changed meetings and actions of the account's mechanisms.
func (st News) MemberChanges(ctx context.Context, account, mechanism string, f follow.Filter) (out []follow.Change, err error) {
	read := func(tx Tx, k follow.Kind, title string) error {
		if f.Kinds != nil && !slices.Contains(f.Kinds, k) {
			return nil
		}
		var w Where
		w.And(`x.mechanism IN (SELECT s.mechanism FROM mechanism_member s WHERE s.account = ?)`, account)
		if mechanism != "" {
			w.And(`x.mechanism = ?`, mechanism)
		}
		if f.IDs != nil {
			w.And(`x.id IN (?)`, f.IDs)
		}
		if f.Upto > 0 {
			w.And(`x.id IN (SELECT o.object FROM outbox o WHERE o.kind = '`+string(k)+`' AND o.seq > ? AND o.seq <= ?)`, f.After, f.Upto)
		}
		limit := f.Limit
		if limit <= 0 {
			limit = newsLimit
		}
		got, err := All(ctx, tx, func(s Scanner) (c follow.Change, err error) {
			var rev int64
			c.Title = lang.Text{}
			err = s.Scan(&c.ID, &c.Under, FromJSON(&c.Title), &rev, InTime(&c.At))
			c.Kind, c.Event = k, added(rev)
			return c, err
		}, `SELECT x.id, x.mechanism, `+title+`, x.rev, x.changed_at FROM `+string(k)+` x`+w.SQL()+` ORDER BY x.changed_at DESC, x.id LIMIT `+w.Arg(limit), w.Args()...)
		out = append(out, got...)
		return err
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out = nil
		if err := read(tx, follow.Meeting, `x.title`); err != nil {
			return err
		}
		return read(tx, follow.Action, `x.what`)
	})
	newestFirst(out)
	return out, err
}

// Last is the newest number of the outbox.
func (st News) Last(ctx context.Context) (seq int64, err error) {
	err = st.DB.Public(ctx, func(tx Tx) error {
		seq, err = One(ctx, tx, Value[int64], `SELECT seq FROM pub_last_change`)
		return err
	})
	return seq, err
}
