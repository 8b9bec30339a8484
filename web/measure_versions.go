package web

import (
	"net/http"
	"strconv"

	"merida/fault"
	"merida/library"
)

var versionRoutes = []route{
	{get, "/measures/{id}/versions", (*visit).versionsPage, false, true},
	{get, "/measures/{id}/versions/{n}/dates", (*visit).lifePage, true, false},
	{post, "/measures/{id}/versions/{n}/dates", (*visit).setLife, true, false},
}

// versionLine is a version as the table of versions shows it.
type versionLine struct {
	library.Version
	ReplacedBy int  // a newer text stands where this one's status says nothing of its end; else 0
	Current    bool // the version that the page shows
}

func versionLines(vs []library.Version, shown int) (out []versionLine) {
	for i, v := range vs { // newest first
		l := versionLine{Version: v, Current: v.N == shown}
		if i > 0 && (v.Life.Status == library.Unknown || v.Life.Status == library.InForce) {
			l.ReplacedBy = vs[i-1].N
		}
		out = append(out, l)
	}
	return out
}

// versionTable is the table of versions with what leads to it.
type versionTable struct {
	Line  measureLine
	Rows  []versionLine
	Edits bool // the reader may say when a version was in force
}

func (v *visit) versionTable(m library.Measure, vs []library.Version, shown int) versionTable {
	return versionTable{Line: v.measureLine(m), Rows: versionLines(vs, shown), Edits: library.MayKeep(v.actor, m)}
}

// asOf is the answer to ?as-of= in words.
type asOf struct {
	library.AsOf
	Said []string // sentences, the first says which version it is or that there is none
}

func (v *visit) asOf(a library.AsOf, shown library.Version) *asOf {
	out := &asOf{AsOf: a}
	say := func(key string, args fault.Args) { out.Said = append(out.Said, v.p.T(key, args)) }
	day := v.p.Partial(a.Day)
	switch {
	case a.N > 0 && shown.Life.Until != "":
		say("asof.held_until", fault.Args{"date": day, "number": a.N, "from": v.p.Partial(shown.Life.From), "until": v.p.Partial(shown.Life.Until)})
	case a.N > 0:
		say("asof.held", fault.Args{"date": day, "number": a.N, "from": v.p.Partial(shown.Life.From)})
	case a.Dated == 0:
		say("asof.no_dates", fault.Args{"date": day})
		return out
	default:
		say("asof.none", fault.Args{"date": day})
	}
	if a.Doubt != library.NoDoubt {
		say("asof.doubt."+string(a.Doubt), nil)
	}
	if p := a.Previous; p.N > 0 {
		say("asof.previous", fault.Args{"number": p.N, "until": v.p.Partial(p.Life.Until)})
	}
	if n := a.Next; n.N > 0 {
		say("asof.next", fault.Args{"number": n.N, "from": v.p.Partial(n.Life.From)})
	}
	if a.Undated > 0 {
		say("asof.undated", fault.Args{"n": a.Undated})
	}
	return out
}

// wholeAsOf reads the measure of the path as it stood on the day of ?as-of=.
func (v *visit) wholeAsOf(id library.ID) (library.Whole, library.AsOf, error) {
	return library.ReadAsOf(v.r.Context(), v.site.Library.Store, v.actor.Sight(), id, v.query("as-of"))
}

type versionsPage struct {
	Base
	Table versionTable
}

// versionsPage lists the versions of a text with their dates, as a page and as CSV.
func (v *visit) versionsPage() error {
	w, _, err := v.whole()
	if err != nil {
		return err
	}
	vs, err := v.site.Library.Store.Versions(v.r.Context(), v.actor.Sight(), w.Measure.ID)
	if err != nil {
		return err
	}
	p := versionsPage{Base: v.measureBase(w), Table: v.versionTable(w.Measure, vs, 0)}
	p.Title = v.p.T("measure.versions", nil) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Table.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	if v.downloads() {
		return v.versionsCSV(p.Table)
	}
	if v.query("done") == "dates" {
		p.Done = v.p.T("version.saved", nil)
	}
	return v.show("versions", p)
}

func (v *visit) versionsCSV(t versionTable) error {
	rows := [][]string{{v.p.T("column.title", nil), "id", "source_id", "version", v.p.T("version.adopted", nil), v.p.T("version.from", nil), v.p.T("version.until", nil),
		v.p.T("column.status", nil), "status", "replaced_by", v.p.T("column.source", nil), v.p.T("measure.recorded", nil), "lang", "sha256"}}
	for _, r := range t.Rows {
		replaced, source := "", r.Life.Source
		if r.ReplacedBy > 0 {
			replaced = strconv.Itoa(r.ReplacedBy)
		}
		if source == "" {
			source = t.Line.SourceURL
		}
		rows = append(rows, []string{t.Line.Title.S, string(t.Line.ID), t.Line.SourceID, strconv.Itoa(r.N), r.Life.Adopted, r.Life.From, r.Life.Until,
			v.p.T("measure.status."+string(r.Life.Status), nil), string(r.Life.Status), replaced, source, r.RecordedAt.UTC().Format("2006-01-02"), string(r.Lang), r.Hash})
	}
	return v.csv("versions-"+string(t.Line.ID), rows)
}

type lifePage struct {
	Base
	Line     measureLine
	Version  library.Version
	Typed    library.Life
	Statuses []library.Status
	Rev      int64
}

func (v *visit) lifeBase() (p lifePage, err error) {
	w, n, err := v.whole()
	if err != nil {
		return p, err
	}
	if !library.MayKeep(v.actor, w.Measure) {
		return p, fault.Of(fault.NotFound)
	}
	p = lifePage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), Version: w.Version, Typed: w.Version.Life, Statuses: library.Statuses, Rev: w.Measure.Rev}
	p.Title = v.p.T("version.dates_title", fault.Args{"number": n}) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)}, Crumb{v.p.T("measure.versions", nil), v.href("/measures/%s/versions", w.Measure.ID)})
	return p, nil
}

// lifePage is the form in which those who keep a record say when a version of its text was in force.
func (v *visit) lifePage() error {
	p, err := v.lifeBase()
	if err != nil {
		return err
	}
	return v.show("version_dates", p)
}

func (v *visit) setLife() error {
	p, err := v.lifeBase()
	if err != nil {
		return err
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	p.Typed = library.Life{Adopted: v.form("adopted"), From: v.form("from"), Until: v.form("until"), Status: library.Status(v.form("status")), Source: v.form("source_url")}
	err = v.site.Library.SetLife(v.r.Context(), v.act(), p.Line.ID, p.Version.N, p.Typed, rev)
	if bad := v.fieldErrors(err); bad != nil {
		p.Errors = bad
		return v.showStatus(http.StatusUnprocessableEntity, "version_dates", p)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/measures/%s/versions?done=dates", p.Line.ID))
}
