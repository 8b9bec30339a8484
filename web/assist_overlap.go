package web

import (
	"net/http"
	"slices"
	"strings"

	"merida/assistance"
	"merida/exchange/table"
	"merida/fault"
	"merida/identity"
)

// rivalLine is another activity that may do the same.
type rivalLine struct {
	Activity activityLine
	State    string
	Where    string
	Form     string
	From, To string
	Proposed bool
}

// rivals are the activities that overlap with one, as lines.
func (v *visit) rivals(id assistance.ActivityID) ([]rivalLine, error) {
	found, err := v.site.Assistance.Board.Rivals(v.r.Context(), v.actor.Sight(), id)
	if err != nil {
		return nil, err
	}
	return v.rivalLines(found)
}

const rivalsShown = 20

func (v *visit) rivalLines(found []assistance.Rival) (out []rivalLine, err error) {
	if len(found) == 0 {
		return nil, nil
	}
	found = found[:min(len(found), rivalsShown)]
	var ids []assistance.ActivityID
	for _, r := range found {
		ids = append(ids, r.Activity)
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(v.r.Context(), v.actor.Sight(), uniq(ids))
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		for _, a := range as {
			if a.ID == r.Activity {
				out = append(out, rivalLine{v.activityLine(a), v.partyName(string(r.Party)), v.base("", "").ProvisionName(r.Provision), v.formName(r.Form), v.partial(r.From), v.partial(r.To), r.Proposed})
			}
		}
	}
	return out, nil
}

// unseen lists what overlaps with an activity that is about to be recorded and was not shown to whoever records it.
// What the record overlapped with before is known from its page. seen is what the form brings back.
func (v *visit) unseen(id assistance.ActivityID, in assistance.ActivityDraft) (found []assistance.Rival, seen string, err error) {
	ctx, sight := v.r.Context(), v.actor.Sight()
	if found, err = v.site.Assistance.Board.Similar(ctx, sight, id, in); err != nil || len(found) == 0 {
		return nil, "", err
	}
	told := strings.Fields(v.form("seen"))
	if id != "" {
		before, err := v.site.Assistance.Board.Rivals(ctx, sight, id)
		if err != nil {
			return nil, "", err
		}
		for _, r := range before {
			told = append(told, string(r.Activity))
		}
	}
	var all []string
	for _, r := range found {
		all = append(all, string(r.Activity))
	}
	if !slices.ContainsFunc(all, func(x string) bool { return !slices.Contains(told, x) }) {
		return nil, "", nil
	}
	return found, strings.Join(uniq(all), " "), nil
}

// overlapSeen shows the form again with what overlaps, where something does that was not shown yet. Nothing has been
// stored then; the same form sent again is stored.
func (v *visit) overlapSeen(id assistance.ActivityID, rev int64, f activityFields, in assistance.ActivityDraft) (shown bool, err error) {
	found, seen, err := v.unseen(id, in)
	if err != nil || len(found) == 0 {
		return false, err
	}
	p := v.activityForm(id, rev, f)
	p.Seen = seen
	p.NRivals = len(found)
	if p.Rivals, err = v.rivalLines(found); err != nil {
		return false, err
	}
	return true, v.showStatus(http.StatusOK, "activity_form", p)
}

// overlapsPage lists what overlaps with an organisation's activities, or within a State.
type overlapsPage struct {
	Base
	Lines []overlapLine
	Total int
	OfOrg bool
}

type overlapLine struct {
	assistance.Pair
	First, Second       activityLine // the first is the organisation's own where one is
	State, On, FormName string
	From, To            string
}

const overlapsShown = 200

// pairs are the overlaps that concern the visitor: those of its organisation's activities, or within its State.
func (v *visit) pairs() ([]assistance.Pair, error) {
	return v.site.Assistance.Board.Pairs(v.r.Context(), v.actor.Sight(), v.actor.Organisation, v.actor.Party)
}

// mayPairs reports whether overlaps concern the visitor's work.
func (v *visit) mayPairs() bool {
	return v.actor.Organisation != "" && v.actor.May(identity.RecordActivity, identity.Scope{Organisation: v.actor.Organisation}) ||
		v.actor.Party != "" && v.actor.May(identity.StateOnActivity, identity.Scope{Party: v.actor.Party})
}

func (v *visit) overlapsPage() error {
	if !v.mayPairs() {
		return fault.New(fault.Denied, "", fault.Args{"act": string(identity.StateOnActivity)})
	}
	found, err := v.pairs()
	if err != nil {
		return err
	}
	p := overlapsPage{Base: v.base("assistance", v.p.T("overlap.title", nil)), Total: len(found), OfOrg: v.actor.Organisation != ""}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	p.Band = v.ownBand("overlaps")
	limit := overlapsShown
	if v.downloads() {
		limit = table.Limit
	}
	if p.Lines, err = v.overlapLines(found[:min(len(found), limit)]); err != nil {
		return err
	}
	if !v.downloads() {
		return v.show("overlaps", p)
	}
	cols := []table.Column{{Key: "state", Label: v.p.T("column.state", nil)}, {Key: "party"}, {Key: "one", Label: v.p.T("dossier.one", nil), Width: 40}, {Key: "one_id"}, {Key: "one_providers", Label: v.p.T("dossier.providers", nil)},
		{Key: "other", Label: v.p.T("dossier.other", nil), Width: 40}, {Key: "other_id"}, {Key: "other_providers", Label: v.p.T("dossier.providers", nil)}, {Key: "provision_name", Label: v.p.T("column.provision", nil)}, {Key: "provision"},
		{Key: "form_name", Label: v.p.T("need.form", nil)}, {Key: "form"}, {Key: "from", Label: v.p.T("activity.from", nil), Kind: table.Day}, {Key: "to", Label: v.p.T("activity.to", nil), Kind: table.Day}}
	return v.table(v.tables().Plain("overlaps", p.Title, cols...), table.Rows(p.Lines, func(l overlapLine) table.Row {
		return table.Row{l.State, l.Party, l.First.Title.S, l.First.ID, l.First.Providers, l.Second.Title.S, l.Second.ID, l.Second.Providers, l.On, l.Provision, l.FormName, l.Form, string(l.Pair.From), string(l.Pair.To)}
	}))
}

func (v *visit) overlapLines(found []assistance.Pair) (out []overlapLine, err error) {
	var ids []assistance.ActivityID
	for _, x := range found {
		ids = append(ids, x.A, x.B)
	}
	byID := map[assistance.ActivityID]activityLine{}
	for some := range slices.Chunk(uniq(ids), 400) {
		as, err := v.site.Assistance.Store.ActivitiesByID(v.r.Context(), v.actor.Sight(), some)
		if err != nil {
			return nil, err
		}
		for _, a := range as {
			byID[a.ID] = v.activityLine(a)
		}
	}
	b := v.base("", "")
	for _, x := range found {
		first, second := x.A, x.B
		if x.Own == x.B {
			first, second = x.B, x.A
		}
		one, ok := byID[first]
		other, also := byID[second]
		if ok && also {
			out = append(out, overlapLine{x, one, other, v.partyName(string(x.Party)), b.ProvisionName(x.Provision), v.formName(x.Form), v.partial(x.Overlap.From), v.partial(x.Overlap.To)})
		}
	}
	return out, nil
}
