package store

import (
	"context"
	"errors"

	"merida/assistance"
	"merida/audit"
	"merida/identity"
	"merida/party"
)

// Current finds which of the hashes are those of records as they stand now.
func (st Assistance) Current(ctx context.Context, hashes []string) (map[string]assistance.ActivityID, error) {
	out := make(map[string]assistance.ActivityID, len(hashes))
	for len(hashes) > 0 {
		some := hashes[:min(len(hashes), idsPerQuery)]
		hashes = hashes[len(some):]
		var w Where
		w.And("hash <> ''") // so that the partial index serves
		w.And("hash IN (?)", some)
		if err := st.DB.Read(ctx, func(tx Tx) error {
			rows, err := All(ctx, tx, func(r Scanner) (x [2]string, err error) { return x, r.Scan(&x[0], &x[1]) }, `SELECT hash, id FROM activity`+w.SQL(), w.Args()...)
			for _, x := range rows {
				out[x[0]] = assistance.ActivityID(x[1])
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Apply takes records of one batch in, in order, as one change that gives way to people's saves.
func (st Assistance) Apply(ctx context.Context, batch string, in []assistance.Incoming, decide func(*assistance.Present, assistance.Incoming) (assistance.Decision, error), trace func([]assistance.Decision) audit.Trace) ([]assistance.Decision, error) {
	var out []assistance.Decision
	err := st.DB.Bulk(ctx, func(tx Tx) error {
		out = make([]assistance.Decision, 0, len(in))
		for _, x := range in {
			present, err := presentOf(ctx, tx, x.Key())
			if err != nil {
				return err
			}
			d, err := decide(present, x)
			if err != nil {
				return err
			}
			if d.Outcome == assistance.Accepted || d.Outcome == assistance.Updated {
				if err := putActivity(ctx, tx, d.Activity, x.Original.Hash, batch); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `INSERT INTO activity_original (activity, hash, version, namespaces, xml) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (activity) DO UPDATE SET hash = excluded.hash, version = excluded.version, namespaces = excluded.namespaces, xml = excluded.xml`,
					string(d.Activity.ID), x.Original.Hash, x.Original.Version, x.Original.Namespaces, x.Original.XML); err != nil {
					return err
				}
			}
			out = append(out, d)
		}
		return SaveTrace(ctx, tx, trace(out))
	})
	return out, err
}

func presentOf(ctx context.Context, tx Tx, k assistance.Key) (*assistance.Present, error) {
	p, err := One(ctx, tx, func(r Scanner) (p assistance.Present, err error) {
		return p, r.Scan(&p.ID, &p.Hash, InTime(&p.LastUpdated), &p.Rev, InTime(&p.CreatedAt), FromJSON(&p.Provisions), FromJSON(&p.Forms))
	}, `SELECT id, hash, last_updated, rev, created_at, provisions, forms FROM activity WHERE iati_identifier = $1 AND iati_identifier <> '' AND reporter = $2 AND secondary = $3 AND source = 'iati' ORDER BY id LIMIT 1`,
		k.Identifier, k.Reporter, k.Secondary)
	if errors.Is(err, ErrNoRow) {
		return nil, nil
	}
	return &p, err
}

// Changed lists needs and activities noted in the outbox after a number, and the newest number.
func (st Assistance) Changed(ctx context.Context, after int64, limit int) (needs []assistance.NeedID, activities []assistance.ActivityID, last int64, all bool, err error) {
	last = after
	err = st.DB.Read(ctx, func(tx Tx) error {
		if last, err = One(ctx, tx, Value[int64], `SELECT COALESCE(MAX(seq), 0) FROM outbox`); err != nil {
			return err
		}
		changes, err := All(ctx, tx, func(s Scanner) (c Change, err error) { return c, s.Scan(&c.Seq, &c.Kind, &c.ID) },
			`SELECT seq, kind, object FROM outbox WHERE seq > $1 AND kind IN ('need', 'activity') ORDER BY seq LIMIT $2`, after, limit+1)
		if err != nil {
			return err
		}
		if len(changes) > limit {
			all = true
			return nil
		}
		for _, c := range changes {
			if c.Kind == "need" {
				needs = append(needs, assistance.NeedID(c.ID))
			} else {
				activities = append(activities, assistance.ActivityID(c.ID))
			}
		}
		return nil
	})
	return needs, activities, last, all, err
}

// NeedRows reads what the view needs of needs: one row for the version that the party sees and one for the shown one.
func (st Assistance) NeedRows(ctx context.Context, public bool, ids []assistance.NeedID, fn func(assistance.NeedRow)) error {
	links := map[assistance.NeedID][]assistance.ActivityID{}
	row := func(n assistance.Need) assistance.NeedRow {
		return assistance.NeedRow{ID: n.ID, Party: n.Party, Rank: n.Class.Rank(), Provisions: n.Provisions, Form: n.Form, Status: n.Status, Priority: n.Priority,
			From: n.NeedContent.From, To: n.NeedContent.To, ChangedAt: n.ChangedAt, Served: links[n.ID]}
	}
	each := func(db func(context.Context, func(Tx) error) error, prefix, query string, w Where, got func(assistance.NeedRow)) error {
		return db(ctx, func(tx Tx) error {
			var lw Where
			lw.And("l.undone_at = 0")
			if ids != nil {
				lw.And("l.need IN (?)", ids)
			}
			clear(links)
			ls, err := All(ctx, tx, func(r Scanner) (l assistance.Link, err error) { return l, r.Scan(&l.Need, &l.Activity) }, `SELECT l.need, l.activity FROM `+prefix+`need_link l`+lw.SQL(), lw.Args()...)
			if err != nil {
				return err
			}
			for _, l := range ls {
				links[l.Need] = append(links[l.Need], l.Activity)
			}
			rows, err := tx.Query(ctx, query+w.SQL(), w.Args()...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				n, err := scanNeed(rows)
				if err != nil {
					return err
				}
				got(row(n))
			}
			return rows.Err()
		})
	}
	var w Where
	if ids != nil {
		w.And("n.id IN (?)", ids)
	}
	if public {
		q := st.needs(identity.Sight{})
		return each(st.DB.Public, "pub_", `SELECT `+q.columns+` FROM pub_need n`, w, func(r assistance.NeedRow) {
			r.Shown = true
			fn(r)
		})
	}
	if err := each(st.DB.Read, "", `SELECT `+needColumns+` FROM need n JOIN need_version v ON v.need = n.id AND v.n = n.rev`, w, func(r assistance.NeedRow) {
		r.Newest = true
		fn(r)
	}); err != nil {
		return err
	}
	return each(st.DB.Read, "", `SELECT `+needColumns+` FROM need n JOIN need_version v ON v.need = n.id AND v.n = n.shown`, w, func(r assistance.NeedRow) {
		r.Shown = true
		fn(r)
	})
}

// ActivityRows reads what the view needs of activities.
func (st Assistance) ActivityRows(ctx context.Context, public bool, ids []assistance.ActivityID, fn func(assistance.ActivityRow)) error {
	db, prefix := st.DB.Read, ""
	if public {
		db, prefix = st.DB.Public, "pub_"
	}
	var w Where
	if ids != nil {
		w.And("a.id IN (?)", ids)
	}
	return db(ctx, func(tx Tx) error {
		rows, err := tx.Query(ctx, `SELECT `+activityColumns+` FROM `+prefix+`activity a`+w.SQL(), w.Args()...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			a, err := scanActivity(rows)
			if err != nil {
				return err
			}
			r := assistance.ActivityRow{ID: a.ID, Identifier: a.IATIIdentifier, Party: a.Party, Organisation: a.Organisation, Rank: a.Class.Rank(), Source: a.Source, Phase: a.Phase(), From: a.From, To: a.To, Cooperation: a.Kind(), ChangedAt: a.ChangedAt}
			for _, x := range a.Recipients {
				r.Recipients = appendNew(r.Recipients, x.Party)
			}
			for _, m := range a.Provisions {
				if m.Status != assistance.Rejected {
					r.Provisions = append(r.Provisions, assistance.Mapping{Provision: m.Provision, Status: m.Status})
				}
			}
			for _, m := range a.Forms {
				if m.Status != assistance.Rejected {
					r.Forms = append(r.Forms, assistance.Mapping{Form: m.Form, Status: m.Status})
				}
			}
			for _, o := range a.Content.Providers() {
				r.Providers = append(r.Providers, assistance.Org{Ref: o.Key(), Type: o.Type})
			}
			fn(r)
		}
		return rows.Err()
	})
}

func appendNew(in []party.ID, p party.ID) []party.ID {
	for _, x := range in {
		if x == p {
			return in
		}
	}
	return append(in, p)
}
