package store

import (
	"context"
	"slices"
	"strings"

	"merida/assistance"
	"merida/audit"
	"merida/identity"
)

const activityColumns = `a.id, a.source, a.iati_identifier, a.organisation, a.party, a.class, a.rev, a.day_from, a.day_to, a.content, a.provisions, a.forms, a.created_at, a.changed_at, a.last_updated, a.published_at`

func scanActivity(s Scanner) (a assistance.Activity, err error) {
	return a, s.Scan(&a.ID, &a.Source, &a.IATIIdentifier, &a.Organisation, &a.Party, &a.Class, &a.Rev, &a.From, &a.To, FromJSON(&a.Content), FromJSON(&a.Provisions), FromJSON(&a.Forms),
		InTime(&a.CreatedAt), InTime(&a.ChangedAt), InTime(&a.LastUpdated), InTime(&a.PublishedAt))
}

// light leaves out what lists do not show.
func light(a assistance.Activity) assistance.Activity {
	a.Budgets, a.Planned, a.Transactions, a.Places, a.Documents, a.Related, a.Contacts, a.Results = nil, nil, nil, nil, nil, nil, nil, nil
	return a
}

// keys are by what an activity is found.
func keys(a assistance.Activity) (out [][2]string) {
	add := func(kind, value string) {
		if k := [2]string{kind, value}; value != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	for _, r := range a.Recipients {
		add("recipient", string(r.Party))
	}
	for _, m := range a.Provisions {
		if m.Status != assistance.Rejected {
			add("provision", string(m.Provision))
		}
	}
	for _, m := range a.Forms {
		if m.Status != assistance.Rejected {
			add("form", m.Form)
		}
	}
	add("organisation", a.Organisation)
	add("organisation", a.Reporter.Key())
	for _, o := range a.Orgs {
		add("organisation", o.Key())
	}
	return out
}

func folded(a assistance.Activity) string {
	var b strings.Builder
	for _, t := range a.Titles.Tags() {
		b.WriteString(Fold(a.Titles[t].S) + "\n")
	}
	b.WriteString(Fold(a.IATIIdentifier))
	for _, o := range a.Content.Providers() {
		b.WriteString("\n" + Fold(o.Name.Pick("en")))
	}
	return b.String()
}

func putActivity(ctx context.Context, tx Tx, a assistance.Activity, hash, batch string) error {
	if _, err := tx.Exec(ctx, `INSERT INTO activity (id, source, iati_identifier, reporter, secondary, organisation, party, class, class_rank, rev, status, day_from, day_to, folded, content, provisions, forms,
hash, batch, created_at, changed_at, last_updated, published_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
ON CONFLICT (id) DO UPDATE SET source = excluded.source, iati_identifier = excluded.iati_identifier, reporter = excluded.reporter, secondary = excluded.secondary, class = excluded.class,
class_rank = excluded.class_rank, rev = excluded.rev, status = excluded.status, day_from = excluded.day_from, day_to = excluded.day_to, folded = excluded.folded, content = excluded.content,
provisions = excluded.provisions, forms = excluded.forms, hash = CASE WHEN excluded.hash = '' THEN activity.hash ELSE excluded.hash END,
batch = CASE WHEN excluded.batch = '' THEN activity.batch ELSE excluded.batch END, changed_at = excluded.changed_at, last_updated = excluded.last_updated, published_at = excluded.published_at`,
		string(a.ID), string(a.Source), a.IATIIdentifier, a.Reporter.Ref, a.Secondary, a.Organisation, string(a.Party), string(a.Class), a.Class.Rank(), a.Rev, a.Status, string(a.From), string(a.To), folded(a),
		JSON(a.Content), JSON(a.Provisions), JSON(a.Forms), hash, batch, Micros(a.CreatedAt), Micros(a.ChangedAt), Micros(a.LastUpdated), Micros(a.PublishedAt)); err != nil {
		return err
	}
	if a.Rev > 1 || hash == "" {
		if _, err := tx.Exec(ctx, `DELETE FROM activity_key WHERE activity = $1`, string(a.ID)); err != nil {
			return err
		}
	}
	for _, k := range keys(a) {
		if _, err := tx.Exec(ctx, `INSERT INTO activity_key (activity, kind, value) VALUES ($1, $2, $3)`, string(a.ID), k[0], k[1]); err != nil {
			return err
		}
	}
	return tx.Touch(ctx, "activity", string(a.ID))
}

// AddActivity saves a new record.
func (st Assistance) AddActivity(ctx context.Context, a assistance.Activity, trace audit.Trace) (assistance.ActivityID, error) {
	result, repeated, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error { return putActivity(ctx, tx, a, "", "") })
	if repeated {
		return assistance.ActivityID(result), err
	}
	return a.ID, err
}

const statementColumns = `s.id, s.activity, s.side, s.kind, s.words, s.party, s.organisation, s.class, s.by_account, s.by_name, s.at, s.rev`

func scanStatement(s Scanner) (x assistance.Statement, err error) {
	return x, s.Scan(&x.ID, &x.Activity, &x.Side, &x.Kind, FromJSON(&x.Text), &x.Party, &x.Organisation, &x.Class, &x.By, &x.ByName, InTime(&x.At), &x.Rev)
}

// ChangeActivity loads a record with its statements, lets fn decide, and saves.
func (st Assistance) ChangeActivity(ctx context.Context, id assistance.ActivityID, once audit.Once, fn func(*assistance.ActivityChange) (audit.Trace, error)) (result string, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		kept, repeated, err := repeatOf(ctx, tx, once)
		if err != nil || repeated {
			result = kept
			return err
		}
		var c assistance.ActivityChange
		if c.Activity, err = One(ctx, tx, scanActivity, `SELECT `+activityColumns+` FROM activity a WHERE a.id = $1`, string(id)); err != nil {
			return Found(err, "")
		}
		if c.Statements, err = All(ctx, tx, scanStatement, `SELECT `+statementColumns+` FROM statement s WHERE s.activity = $1 ORDER BY s.id`, string(id)); err != nil {
			return err
		}
		trace, err := fn(&c)
		if err != nil {
			return err
		}
		result = trace.Result
		if c.Save {
			if err := putActivity(ctx, tx, c.Activity, "", ""); err != nil {
				return err
			}
		}
		if x := c.PutStatement; x != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO statement (id, activity, side, kind, words, party, organisation, class, class_rank, by_account, by_name, at, rev)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO UPDATE SET class = excluded.class, class_rank = excluded.class_rank`,
				string(x.ID), string(x.Activity), string(x.Side), string(x.Kind), JSON(x.Text), string(x.Party), x.Organisation, string(x.Class), x.Class.Rank(), x.By, x.ByName, Micros(x.At), x.Rev); err != nil {
				return err
			}
			if err := tx.Touch(ctx, "statement", string(x.ID)); err != nil {
				return err
			}
		}
		return SaveTrace(ctx, tx, trace)
	})
	return result, err
}

func (st Assistance) activities(ctx context.Context, s identity.Sight, narrow func(w *Where, prefix string), tail func(*Where) string) (out []assistance.Activity, total int, err error) {
	f := Library(st).from(s)
	var w Where
	narrow(&w, f.prefix)
	if f.prefix == "" {
		if s.Assigned != "" {
			s.Party = ""
		}
		w.Sight(s, "a.party", "a.class_rank", "")
	}
	err = f.db(ctx, func(tx Tx) error {
		if tail != nil {
			if total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM `+f.prefix+`activity a`+w.SQL(), w.Args()...); err != nil {
				return err
			}
		}
		q := w
		q.args = slices.Clone(w.args)
		end := ``
		if tail != nil {
			end = tail(&q)
		}
		out, err = All(ctx, tx, scanActivity, `SELECT `+activityColumns+` FROM `+f.prefix+`activity a`+w.SQL()+` ORDER BY a.day_from DESC, a.id`+end, q.Args()...)
		return err
	})
	return out, total, err
}

// Activity reads a record with everything it says.
func (st Assistance) Activity(ctx context.Context, s identity.Sight, id assistance.ActivityID) (assistance.Activity, error) {
	all, _, err := st.activities(ctx, s, func(w *Where, _ string) { w.And("a.id = ?", string(id)) }, nil)
	return first(all, err)
}

// ActivitiesByID reads those of the records that the sight reaches, light, in the order of ids.
func (st Assistance) ActivitiesByID(ctx context.Context, s identity.Sight, ids []assistance.ActivityID) ([]assistance.Activity, error) {
	return inOrder(ids, func(some []assistance.ActivityID) ([]assistance.Activity, error) {
		all, _, err := st.activities(ctx, s, func(w *Where, _ string) { w.And("a.id IN (?)", some) }, nil)
		for i := range all {
			all[i] = light(all[i])
		}
		return all, err
	}, func(a assistance.Activity) assistance.ActivityID { return a.ID })
}

// ActivitiesByIATI finds the records under an IATI identifier, of all reporters.
func (st Assistance) ActivitiesByIATI(ctx context.Context, s identity.Sight, identifier string) ([]assistance.Activity, error) {
	if identifier == "" {
		return nil, nil
	}
	all, _, err := st.activities(ctx, s, func(w *Where, _ string) { w.And("a.iati_identifier = ?", identifier) }, nil)
	return all, err
}

// FindActivities lists activities, latest begun first.
func (st Assistance) FindActivities(ctx context.Context, s identity.Sight, f assistance.ActivityFilter) ([]assistance.Activity, int, error) {
	all, total, err := st.activities(ctx, s, func(w *Where, prefix string) {
		key := func(kind string, values any) {
			w.And("EXISTS (SELECT 1 FROM "+prefix+"activity_key k WHERE k.activity = a.id AND k.kind = '"+kind+"' AND k.value IN (?))", values)
		}
		for _, word := range strings.Fields(Fold(f.Words)) {
			w.And(`a.folded LIKE ? ESCAPE '\'`, "%"+strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(word)+"%")
		}
		if f.Recipient != "" {
			key("recipient", []string{string(f.Recipient)})
		}
		if f.Party != "" {
			w.And("a.party = ?", string(f.Party))
		}
		if f.AwaitsWord != "" {
			key("recipient", []string{string(f.AwaitsWord)})
			w.And("a.party <> ?", string(f.AwaitsWord))
			w.And("NOT EXISTS (SELECT 1 FROM "+prefix+"statement s WHERE s.activity = a.id AND s.party = ? AND s.rev >= a.rev)", string(f.AwaitsWord))
		}
		if f.AwaitsPublication != "" {
			w.And("EXISTS (SELECT 1 FROM "+prefix+"statement s WHERE s.activity = a.id AND s.party = ? AND s.class = 'own')", string(f.AwaitsPublication))
		}
		if f.Others != "" {
			w.And("a.party <> ?", string(f.Others))
		}
		if f.Source != "" {
			w.And("a.source = ?", string(f.Source))
		}
		if f.Provisions != nil {
			key("provision", f.Provisions)
		}
		if f.Forms != nil {
			key("form", f.Forms)
		}
		if f.Organisation != "" {
			key("organisation", []string{f.Organisation})
		}
		if f.IATIIdentifier != "" {
			w.And("a.iati_identifier = ?", f.IATIIdentifier)
		}
		if f.Phase != "" {
			w.And("a.status IN (?)", f.Phase.Statuses())
		}
	}, page(f.Limit, f.Offset))
	for i := range all {
		all[i] = light(all[i])
	}
	return all, total, err
}

// Original reads the bytes from which the newest version of a record was imported.
func (st Assistance) Original(ctx context.Context, s identity.Sight, id assistance.ActivityID) (o assistance.Original, err error) {
	if _, err := st.Activity(ctx, s, id); err != nil {
		return o, err
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		o, err = One(ctx, tx, func(r Scanner) (o assistance.Original, err error) {
			return o, r.Scan(&o.Hash, &o.Version, &o.Namespaces, &o.XML)
		},
			`SELECT hash, version, namespaces, xml FROM activity_original WHERE activity = $1`, string(id))
		return Found(err, "")
	})
	return o, err
}

// Statements lists what each side said, oldest first.
func (st Assistance) Statements(ctx context.Context, s identity.Sight, id assistance.ActivityID) (out []assistance.Statement, err error) {
	if _, err := st.Activity(ctx, s, id); err != nil {
		return nil, err
	}
	f := Library(st).from(s)
	var w Where
	w.And("s.activity = ?", string(id))
	if f.prefix == "" {
		w.Sight(s, "s.party", "s.class_rank", "")
	}
	err = f.db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanStatement, `SELECT `+statementColumns+` FROM `+f.prefix+`statement s`+w.SQL()+` ORDER BY s.id`, w.Args()...)
		return err
	})
	return out, err
}

// Organisations lists the organisations that activities name, by reference, with how many name them.
func (st Assistance) Organisations(ctx context.Context, s identity.Sight, limit, offset int) (out []assistance.Organisation, total int, err error) {
	f := Library(st).from(s)
	var w Where
	w.And("k.kind = 'organisation'")
	if f.prefix == "" {
		w.Sight(s, "a.party", "a.class_rank", "")
	}
	from := ` FROM ` + f.prefix + `activity_key k JOIN ` + f.prefix + `activity a ON a.id = k.activity` + w.SQL()
	type row struct {
		key, sample string
		n           int
	}
	var rows []row
	if err = f.db(ctx, func(tx Tx) error {
		if total, err = One(ctx, tx, Value[int], `SELECT COUNT(DISTINCT k.value)`+from, w.Args()...); err != nil {
			return err
		}
		q := w
		q.args = slices.Clone(w.args)
		rows, err = All(ctx, tx, func(r Scanner) (x row, err error) { return x, r.Scan(&x.key, &x.n, &x.sample) },
			`SELECT k.value, COUNT(*), MIN(a.id)`+from+` GROUP BY k.value ORDER BY k.value`+page(limit, offset)(&q), q.Args()...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	var ids []assistance.ActivityID
	for _, r := range rows {
		ids = append(ids, assistance.ActivityID(r.sample))
	}
	samples, err := st.ActivitiesByID(ctx, s, ids)
	if err != nil {
		return nil, 0, err
	}
	byID := map[string]assistance.Activity{}
	for _, a := range samples {
		byID[string(a.ID)] = a
	}
	for _, r := range rows {
		l := assistance.Organisation{Key: r.key, Activities: r.n}
		for _, o := range append([]assistance.Org{byID[r.sample].Reporter}, byID[r.sample].Orgs...) {
			if o.Key() == r.key && (l.Ref == "" && l.Name.Empty() || !o.Name.Empty()) {
				l.Ref, l.Type, l.Name = o.Ref, o.Type, o.Name
			}
		}
		out = append(out, l)
	}
	return out, total, nil
}
