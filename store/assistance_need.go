package store

import (
	"context"
	"errors"
	"slices"

	"merida/assistance"
	"merida/audit"
	"merida/fault"
	"merida/identity"
	"merida/publication"
)

// Assistance keeps needs, activities, what each side says, and what links them.
type Assistance struct{ DB DB }

var _ assistance.Store = Assistance{}

// public reports whether a sight sees no more than everyone, and is answered through the public pool.
func public(s identity.Sight) bool {
	return s == (identity.Sight{}) || s == (identity.Actor{}).Sight()
}

// needInside reports whether the sight reads a need's newest version rather than the shown one:
// the party does, and who sees only what is assigned does where they drafted the need themselves.
func needInside(s identity.Sight, n assistance.Need) bool {
	return s.Party != "" && s.Party == n.Party && (s.Assigned == "" || s.Assigned == n.Author)
}

// needDrafted is the condition that an account drafted a need.
const needDrafted = `EXISTS (SELECT 1 FROM need_version f WHERE f.need = n.id AND f.n = 1 AND f.by_account = `

const needColumns = `n.id, n.party, n.class, n.rev, n.shown, n.answer, n.answer_version, n.answer_line, n.created_at, n.changed_at, n.last_editor,
(SELECT f.by_account FROM need_version f WHERE f.need = n.id AND f.n = 1), n.published_at, n.withdrawn_at, v.content, v.hash`

func needDest(n *assistance.Need) []any {
	return []any{&n.ID, &n.Party, &n.Class, &n.Rev, &n.Shown, &n.Origin.Answer, &n.Origin.Version, &n.Origin.Line, InTime(&n.CreatedAt), InTime(&n.ChangedAt), &n.LastEditor, &n.Author,
		InTime(&n.PublishedAt), InTime(&n.WithdrawnAt), FromJSON(&n.NeedContent), &n.Hash}
}

func scanNeed(s Scanner) (n assistance.Need, err error) { return n, s.Scan(needDest(&n)...) }

// needs is the source of a reader's needs: alias n for the record, v for the version that it sees.
type needs struct {
	db      func(context.Context, func(Tx) error) error
	columns string
	tables  string
	where   Where
	public  bool
}

func (st Assistance) needs(s identity.Sight) needs {
	if public(s) {
		return needs{db: st.DB.Public, public: true,
			columns: `n.id, n.party, 'public', n.n, n.n, n.answer, n.answer_version, n.answer_line, n.created_at, n.changed_at, '', '', n.published_at, n.withdrawn_at, n.content, n.hash`,
			tables:  `pub_need n`}
	}
	q := needs{db: st.DB.Read, columns: needColumns}
	inside := `n.party = ` + q.where.Arg(string(s.Party))
	if s.Assigned != "" {
		inside += ` AND ` + needDrafted + q.where.Arg(s.Assigned) + `)`
	}
	q.tables = `need n JOIN need_version v ON v.need = n.id AND v.n = CASE WHEN ` + inside + ` THEN n.rev ELSE n.shown END`
	q.where.Sight(s, "n.party", "n.class_rank", needDrafted+`?)`)
	return q
}

// seen hides from readers outside the party what only the party knows of a need.
func seen(s identity.Sight, n assistance.Need) assistance.Need {
	if !needInside(s, n) {
		n.LastEditor, n.Author, n.Rev, n.CreatedAt, n.ChangedAt = "", "", n.Shown, n.PublishedAt, n.PublishedAt
	}
	return n
}

func (st Assistance) findNeeds(ctx context.Context, s identity.Sight, narrow func(q *needs), tail func(w *Where) string) (out []assistance.Need, err error) {
	q := st.needs(s)
	narrow(&q)
	end := ` ORDER BY n.party, n.id`
	if tail != nil {
		end += tail(&q.where)
	}
	err = q.db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanNeed, `SELECT `+q.columns+` FROM `+q.tables+q.where.SQL()+end, q.where.Args()...)
		return err
	})
	for i := range out {
		out[i] = seen(s, out[i])
	}
	return out, err
}

// AddNeed saves a new need with its first version.
func (st Assistance) AddNeed(ctx context.Context, n assistance.Need, v assistance.NeedVersion, trace audit.Trace) (assistance.NeedID, error) {
	result, repeated, err := Act(ctx, st.DB, func() audit.Trace { return trace }, func(tx Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO need (id, party, class, class_rank, rev, shown, answer, answer_version, answer_line, created_at, changed_at, last_editor, published_at, withdrawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`, string(n.ID), string(n.Party), string(n.Class), n.Class.Rank(), n.Rev, n.Shown, n.Origin.Answer, n.Origin.Version, n.Origin.Line,
			Micros(n.CreatedAt), Micros(n.ChangedAt), n.LastEditor, Micros(n.PublishedAt), Micros(n.WithdrawnAt))
		if errors.Is(err, ErrUnique) {
			return fault.New(fault.Conflict, "need.error.exists", nil)
		}
		if err != nil {
			return err
		}
		if err := addNeedVersion(ctx, tx, n.ID, v); err != nil {
			return err
		}
		return tx.Touch(ctx, "need", string(n.ID))
	})
	if repeated {
		return assistance.NeedID(result), err
	}
	return n.ID, err
}

func addNeedVersion(ctx context.Context, tx Tx, id assistance.NeedID, v assistance.NeedVersion) error {
	if _, err := tx.Exec(ctx, `INSERT INTO need_version (need, n, content, hash, form, status, at, by_account, by_name) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		string(id), v.N, JSON(v.Content), v.Hash, v.Content.Form, string(v.Content.Status), Micros(v.At), v.By, v.ByName); err != nil {
		return err
	}
	for _, p := range v.Content.Provisions {
		if _, err := tx.Exec(ctx, `INSERT INTO need_provision (need, n, provision) VALUES ($1, $2, $3)`, string(id), v.N, string(p)); err != nil {
			return err
		}
	}
	return nil
}

const linkColumns = `l.id, l.need, l.activity, l.note, l.by_account, l.role, l.party, l.organisation, l.at, l.undone_by, l.undone_at`

func scanLink(s Scanner) (l assistance.Link, err error) {
	return l, s.Scan(&l.ID, &l.Need, &l.Activity, FromJSON(&l.Note), &l.By, &l.Role, &l.Party, &l.Organisation, InTime(&l.At), &l.UndoneBy, InTime(&l.UndoneAt))
}

// ChangeNeed loads a need with its links, lets fn decide, and saves.
func (st Assistance) ChangeNeed(ctx context.Context, id assistance.NeedID, once audit.Once, fn func(*assistance.NeedChange) (audit.Trace, error)) (result string, err error) {
	err = st.DB.Write(ctx, func(tx Tx) error {
		kept, repeated, err := repeatOf(ctx, tx, once)
		if err != nil || repeated {
			result = kept
			return err
		}
		var c assistance.NeedChange
		if c.Need, err = One(ctx, tx, scanNeed, `SELECT `+needColumns+` FROM need n JOIN need_version v ON v.need = n.id AND v.n = n.rev WHERE n.id = $1`, string(id)); err != nil {
			return Found(err, "")
		}
		if c.Links, err = All(ctx, tx, scanLink, `SELECT `+linkColumns+` FROM need_link l WHERE l.need = $1 ORDER BY l.id`, string(id)); err != nil {
			return err
		}
		trace, err := fn(&c)
		if err != nil {
			return err
		}
		result = trace.Result
		if c.NewVersion != nil {
			if err := addNeedVersion(ctx, tx, id, *c.NewVersion); err != nil {
				return err
			}
		}
		n := c.Need
		if _, err := tx.Exec(ctx, `UPDATE need SET class = $1, class_rank = $2, rev = $3, shown = $4, changed_at = $5, last_editor = $6, published_at = $7, withdrawn_at = $8 WHERE id = $9`,
			string(n.Class), n.Class.Rank(), n.Rev, n.Shown, Micros(n.ChangedAt), n.LastEditor, Micros(n.PublishedAt), Micros(n.WithdrawnAt), string(id)); err != nil {
			return err
		}
		if c.Show && n.Class == publication.Public {
			if err := publishNeed(ctx, tx, n); err != nil {
				return err
			}
		}
		if l := c.PutLink; l != nil {
			if _, err := tx.Exec(ctx, `INSERT INTO need_link (id, need, activity, note, by_account, role, party, organisation, at, undone_by, undone_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO UPDATE SET undone_by = excluded.undone_by, undone_at = excluded.undone_at`,
				string(l.ID), string(l.Need), string(l.Activity), JSON(l.Note), l.By, l.Role, string(l.Party), l.Organisation, Micros(l.At), l.UndoneBy, Micros(l.UndoneAt)); err != nil {
				return err
			}
		}
		if err := tx.Touch(ctx, "need", string(id)); err != nil {
			return err
		}
		return SaveTrace(ctx, tx, trace)
	})
	return result, err
}

func publishNeed(ctx context.Context, tx Tx, n assistance.Need) error {
	if _, err := tx.Exec(ctx, `INSERT INTO pub_need (id, party, n, content, hash, form, status, answer, answer_version, answer_line, created_at, changed_at, published_at, withdrawn_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET n = excluded.n, content = excluded.content, hash = excluded.hash, form = excluded.form, status = excluded.status, changed_at = excluded.changed_at,
published_at = excluded.published_at, withdrawn_at = excluded.withdrawn_at`, string(n.ID), string(n.Party), n.Shown, JSON(n.NeedContent), n.Hash, n.Form, string(n.Status), n.Origin.Answer, n.Origin.Version, n.Origin.Line,
		Micros(n.CreatedAt), Micros(n.ChangedAt), Micros(n.PublishedAt), Micros(n.WithdrawnAt)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM pub_need_provision WHERE need = $1`, string(n.ID)); err != nil {
		return err
	}
	for _, p := range n.Provisions {
		if _, err := tx.Exec(ctx, `INSERT INTO pub_need_provision (need, provision) VALUES ($1, $2)`, string(n.ID), string(p)); err != nil {
			return err
		}
	}
	return tx.Touch(ctx, "need_shown", string(n.ID))
}

// Need reads a need as the sight sees it.
func (st Assistance) Need(ctx context.Context, s identity.Sight, id assistance.NeedID) (assistance.Need, error) {
	return first(st.findNeeds(ctx, s, func(q *needs) { q.where.And("n.id = ?", string(id)) }, nil))
}

func first[T any](all []T, err error) (T, error) {
	if err == nil && len(all) > 0 {
		return all[0], nil
	}
	var zero T
	if err == nil {
		err = fault.Of(fault.NotFound)
	}
	return zero, err
}

// NeedsByID reads those of the needs that the sight reaches, in the order of ids.
func (st Assistance) NeedsByID(ctx context.Context, s identity.Sight, ids []assistance.NeedID) ([]assistance.Need, error) {
	return inOrder(ids, func(some []assistance.NeedID) ([]assistance.Need, error) {
		return st.findNeeds(ctx, s, func(q *needs) { q.where.And("n.id IN (?)", some) }, nil)
	}, func(n assistance.Need) assistance.NeedID { return n.ID })
}

const idsPerQuery = 400

// inOrder reads records by id in groups and gives them in the order of ids.
func inOrder[K comparable, T any](ids []K, read func([]K) ([]T, error), id func(T) K) (out []T, err error) {
	byID := make(map[K]T, len(ids))
	for some := range slices.Chunk(ids, idsPerQuery) {
		got, err := read(some)
		if err != nil {
			return nil, err
		}
		for _, x := range got {
			byID[id(x)] = x
		}
	}
	for _, k := range ids {
		if x, ok := byID[k]; ok {
			out = append(out, x)
		}
	}
	return out, nil
}

// NeedOf finds the need that was drafted from a line of an answer.
func (st Assistance) NeedOf(ctx context.Context, s identity.Sight, answer string, line int) (assistance.Need, error) {
	return first(st.findNeeds(ctx, s, func(q *needs) { q.where.And("n.answer = ? AND n.answer_line = ?", answer, line) }, nil))
}

// FindNeeds lists needs by party.
func (st Assistance) FindNeeds(ctx context.Context, s identity.Sight, f assistance.NeedFilter) (out []assistance.Need, total int, err error) {
	narrow := func(q *needs) {
		version, provision := "v", "EXISTS (SELECT 1 FROM need_provision x WHERE x.need = n.id AND x.n = v.n AND x.provision IN (?))"
		if q.public {
			version, provision = "n", "EXISTS (SELECT 1 FROM pub_need_provision x WHERE x.need = n.id AND x.provision IN (?))"
		}
		if f.Party != "" {
			q.where.And("n.party = ?", string(f.Party))
		}
		if f.Forms != nil {
			q.where.And(version+".form IN (?)", f.Forms)
		}
		if f.Status != nil {
			q.where.And(version+".status IN (?)", f.Status)
		}
		if f.Answer != "" {
			q.where.And("n.answer = ?", f.Answer)
		}
		if f.Provisions != nil {
			q.where.And(provision, f.Provisions)
		}
	}
	q := st.needs(s)
	narrow(&q)
	if err = q.db(ctx, func(tx Tx) error {
		total, err = One(ctx, tx, Value[int], `SELECT COUNT(*) FROM `+q.tables+q.where.SQL(), q.where.Args()...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	out, err = st.findNeeds(ctx, s, narrow, page(f.Limit, f.Offset))
	return out, total, err
}

func page(limit, offset int) func(*Where) string {
	if limit <= 0 {
		limit = 100
	}
	return func(w *Where) string { return ` LIMIT ` + w.Arg(min(limit, 500)) + ` OFFSET ` + w.Arg(offset) }
}

// NeedVersions lists a need's versions, newest first.
func (st Assistance) NeedVersions(ctx context.Context, s identity.Sight, id assistance.NeedID) (out []assistance.NeedVersion, err error) {
	n, err := st.Need(ctx, s, id)
	if err != nil {
		return nil, err
	}
	if !needInside(s, n) {
		return []assistance.NeedVersion{{N: n.Rev, Content: n.NeedContent, Hash: n.Hash, At: n.PublishedAt}}, nil
	}
	err = st.DB.Read(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, func(r Scanner) (v assistance.NeedVersion, err error) {
			return v, r.Scan(&v.N, FromJSON(&v.Content), &v.Hash, InTime(&v.At), &v.By, &v.ByName)
		}, `SELECT n, content, hash, at, by_account, by_name FROM need_version WHERE need = $1 ORDER BY n DESC`, string(id))
		return err
	})
	return out, err
}

// Links lists standing links between needs and activities that the sight both reaches.
func (st Assistance) Links(ctx context.Context, s identity.Sight, f assistance.LinkFilter) (out []assistance.Link, err error) {
	db, prefix := st.DB.Read, ""
	if public(s) {
		db, prefix = st.DB.Public, "pub_"
	}
	var w Where
	w.And("l.undone_at = 0")
	if f.Needs != nil {
		w.And("l.need IN (?)", f.Needs)
	}
	if f.Activities != nil {
		w.And("l.activity IN (?)", f.Activities)
	}
	if prefix == "" {
		if s.Assigned != "" {
			s.Party = ""
		}
		w.Sight(s, "n.party", "n.class_rank", "")
		w.Sight(s, "a.party", "a.class_rank", "")
	}
	from := prefix + `need_link l`
	if prefix == "" {
		from += ` JOIN need n ON n.id = l.need JOIN activity a ON a.id = l.activity`
	}
	err = db(ctx, func(tx Tx) error {
		out, err = All(ctx, tx, scanLink, `SELECT `+linkColumns+` FROM `+from+w.SQL()+` ORDER BY l.id`, w.Args()...)
		return err
	})
	return out, err
}
