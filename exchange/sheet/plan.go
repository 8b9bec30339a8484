package sheet

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"merida/assistance"
	"merida/codelist"
	"merida/exchange"
	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// Planned is what is to become of a row.
type Planned struct {
	exchange.Line
	ID      string   // of the record that it changes
	Changes []string // keys of the fields that change, in the order of the form
	// Stated is what a row of activities would say, where it would do something; nil otherwise.
	Stated *assistance.ActivityDraft
	apply  func(ctx context.Context, actor identity.Actor) error
}

// Plan is what a table would do.
type Plan struct {
	Lines  []Planned
	Unread []string // heads of columns that nobody knows
}

// Report counts the lines of a plan.
func (p Plan) Report() (rep exchange.Report) {
	for _, l := range p.Lines {
		rep.Add(l.Line)
	}
	return rep
}

// Apply does what the plan says, row by row, each as an act of its own; the lines come back with what became of
// them. once makes a repeated request harmless. Errors are those of the store; a row that is refused is told in its line.
func (p Plan) Apply(ctx context.Context, actor identity.Actor, once string) error {
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.apply == nil {
			continue
		}
		a := actor
		if once != "" {
			a.Request.Key = fmt.Sprintf("%s-%d", once, l.N)
		}
		if err := l.apply(ctx, a); err != nil && !l.Refuse(err) {
			return err
		}
	}
	return nil
}

var needFields = []field{{"id", nil, false}, {"what", []string{"need.what"}, true}, {"for_whom", []string{"need.for_whom"}, true}, {"when", []string{"need.when"}, true},
	{"form", nil, false}, {"form_name", []string{"need.form"}, false}, {"provisions", nil, false}, {"provision", nil, false}, {"provision_names", []string{"need.provisions", "column.provision"}, false},
	{"from", []string{"activity.from"}, false}, {"to", []string{"activity.to"}, false}, {"language", []string{"need.language"}, false}, {"modality", []string{"need.modality"}, false}, {"priority", []string{"need.priority"}, false}}

// Needs plans a table of needs of the actor's State. Denied: the actor writes no needs. Invalid: no column says what is needed.
func (r *Reader) Needs(ctx context.Context, actor identity.Actor, t Table) (p Plan, err error) {
	if err := actor.Must(identity.DraftNeed, assistance.NewNeed(actor.Party)); err != nil {
		return p, err
	}
	f := r.columns(t.Head, needFields)
	if len(f.texts["what"]) == 0 {
		return p, fault.New(fault.Invalid, "sheet.error.what", nil)
	}
	p.Unread = f.unread(t.Head)
	var have []assistance.Need
	for {
		more, total, err := r.Service.Store.FindNeeds(ctx, actor.Sight(), assistance.NeedFilter{Party: actor.Party, Limit: 500, Offset: len(have)})
		if err != nil {
			return p, err
		}
		if have = append(have, more...); len(more) == 0 || len(have) >= total || len(have) >= 20_000 {
			break
		}
	}
	taken := map[assistance.NeedID]bool{}
	for _, row := range t.Rows {
		p.Lines = append(p.Lines, r.need(actor, f, row, have, taken))
	}
	return p, nil
}

func (r *Reader) need(actor identity.Actor, f found, row Row, have []assistance.Need, taken map[assistance.NeedID]bool) (l Planned) {
	l.N = row.Line
	var bad fault.List
	texts := func(key string) lang.Text {
		out := lang.Text{}
		for tag, i := range f.texts[key] {
			if s := row.Cell(i); s != "" {
				out[tag] = lang.Value{S: assistance.CleanString(s)}
			}
		}
		return out
	}
	what := texts("what")
	l.Title = what.Pick(r.Lang)
	form := r.cell(&bad, "ta-form", "form", f.cell(row, "form", "form_name"))
	i := slices.IndexFunc(have, func(n assistance.Need) bool {
		if id := f.cell(row, "id"); id != "" {
			return string(n.ID) == id
		}
		return !taken[n.ID] && n.Status != assistance.Withdrawn && sameWords(n.What, what) && (form == "" || n.NeedContent.Form == "" || n.NeedContent.Form == form)
	})
	var c assistance.NeedContent
	if i >= 0 {
		c, l.ID = have[i].NeedContent, string(have[i].ID)
		taken[have[i].ID] = true
	} else if id := f.cell(row, "id"); id != "" {
		bad.Add("id", "sheet.error.id", fault.Args{"id": id})
	}
	note := func(changed bool, key string) {
		if changed {
			l.Changes = append(l.Changes, key)
		}
	}
	lay := func(have lang.Text, over lang.Text, key string) lang.Text {
		out, changed := laid(have, over)
		note(changed, key)
		return out
	}
	c.What, c.ForWhom, c.When = lay(c.What, what, "need.what"), lay(c.ForWhom, texts("for_whom"), "need.for_whom"), lay(c.When, texts("when"), "need.when")
	if form != "" {
		note(form != c.Form, "need.form")
		c.Form = form
	}
	if ps := r.provisions(&bad, f.cell(row, "provisions", "provision", "provision_names")); len(ps) > 0 {
		slices.Sort(ps)
		ps = slices.Compact(ps)
		note(!slices.Equal(ps, c.Provisions), "need.provisions")
		c.Provisions = ps
	}
	for key, to := range map[string]*assistance.Day{"from": &c.From, "to": &c.To} {
		if s := f.cell(row, key); s != "" {
			d, ok := day(s)
			if !ok {
				bad.Add(key, "fault.not_a_date", nil)
			}
			note(d != *to, "activity."+key)
			*to = d
		}
	}
	if s := f.cell(row, "language"); s != "" {
		tag, ok := r.language(s)
		if !ok {
			bad.Add("language", "fault.unknown_choice", nil)
		}
		note(tag != c.Language, "need.language")
		c.Language = tag
	}
	if s := f.cell(row, "modality"); s != "" {
		m, ok := word(r, "need.modality.", assistance.Modalities, s)
		if !ok {
			bad.Add("modality", "fault.unknown_choice", nil)
		}
		note(m != c.Modality, "need.modality")
		c.Modality = m
	}
	if s := f.cell(row, "priority"); s != "" {
		m, ok := word(r, "need.priority.", assistance.Priorities, s)
		if !ok {
			bad.Add("priority", "fault.unknown_choice", nil)
		}
		note(m != c.Priority, "need.priority")
		c.Priority = m
	}
	err := bad.Err()
	if err == nil {
		c, err = r.Service.Terms.Draft(c)
	}
	switch {
	case err != nil:
		l.Refuse(err)
	case i < 0:
		l.Outcome = exchange.Accepted
		l.apply = func(ctx context.Context, a identity.Actor) error {
			_, err := r.Service.DraftNeed(ctx, a, actor.Party, c, assistance.Origin{})
			return err
		}
	case c.Equal(have[i].NeedContent):
		l.Outcome, l.Changes = exchange.Unchanged, nil
	default:
		n := have[i]
		l.Outcome = exchange.Updated
		l.apply = func(ctx context.Context, a identity.Actor) error { return r.Service.EditNeed(ctx, a, n.ID, n.Rev, c) }
	}
	return l
}

var activityFields = []field{{"id", nil, false}, {"iati_identifier", []string{"activity.identifier"}, false}, {"title", []string{"activity.title", "column.title"}, false}, {"description", []string{"activity.what"}, false},
	{"providers", []string{"activity.provider", "activity.providers"}, false}, {"provider_refs", []string{"activity.ref"}, false}, {"type", []string{"organisation.type"}, false}, {"parties", nil, false},
	{"recipients", []string{"activity.recipient", "activity.recipients"}, false}, {"forms", nil, false}, {"form_names", []string{"need.form"}, false}, {"provisions", nil, false},
	{"provision_names", []string{"need.provisions", "column.provision"}, false}, {"phase", nil, false}, {"phase_name", []string{"activity.phase", "column.status"}, false}, {"from", []string{"activity.from"}, false}, {"to", []string{"activity.to"}, false},
	{"place", []string{"activity.place"}, false}, {"value", []string{"activity.amount"}, false}, {"currency", []string{"activity.currency"}, false}, {"partners", []string{"activity.partners"}, false},
	{"contact", []string{"activity.contact"}, false}, {"email", []string{"contact.email"}, false}, {"cooperation", []string{"activity.cooperation"}, false}}

// Activities plans a table of activities that the actor keeps: of the organisation, of the State, or of the secretariat.
// Denied: the actor records none. Invalid: no column holds a title.
func (r *Reader) Activities(ctx context.Context, actor identity.Actor, t Table) (p Plan, err error) {
	if actor.Must(identity.EditActivity, identity.Scope{}) != nil {
		if err := actor.Must(identity.RecordActivity, identity.Scope{Party: actor.Party, Organisation: actor.Organisation}); err != nil {
			return p, err
		}
	}
	f := r.columns(t.Head, activityFields)
	if _, ok := f.at["title"]; !ok {
		return p, fault.New(fault.Invalid, "sheet.error.title", nil)
	}
	p.Unread = f.unread(t.Head)
	source, filter := assistance.FromSecretariat, assistance.ActivityFilter{Source: assistance.FromSecretariat}
	if actor.Organisation != "" {
		source, filter = assistance.FromProvider, assistance.ActivityFilter{Source: assistance.FromProvider, Organisation: actor.Organisation}
	} else if actor.Party != "" {
		source, filter = assistance.FromParty, assistance.ActivityFilter{Source: assistance.FromParty, Party: actor.Party}
	}
	var have []assistance.Activity
	filter.Limit = 500
	for {
		filter.Offset = len(have)
		more, total, err := r.Service.Store.FindActivities(ctx, actor.Sight(), filter)
		if err != nil {
			return p, err
		}
		for _, a := range more {
			if a.Source == source && a.MayEdit(actor) == nil {
				if a, err = r.Service.Store.Activity(ctx, actor.Sight(), a.ID); err != nil { // lists leave money and contacts away
					return p, err
				}
			}
			have = append(have, a)
		}
		if len(more) == 0 || len(have) >= total || len(have) >= 5_000 {
			break
		}
	}
	have = slices.DeleteFunc(have, func(a assistance.Activity) bool { return a.Source != source || a.MayEdit(actor) != nil })
	taken := map[assistance.ActivityID]bool{}
	for _, row := range t.Rows {
		p.Lines = append(p.Lines, r.activity(actor, source, f, row, have, taken))
	}
	return p, nil
}

func (r *Reader) activity(actor identity.Actor, source assistance.Source, f found, row Row, have []assistance.Activity, taken map[assistance.ActivityID]bool) (l Planned) {
	l.N, l.Title = row.Line, f.cell(row, "title")
	var bad fault.List
	parties := r.parties(&bad, f.cell(row, "parties", "recipients"))
	id, identifier := f.cell(row, "id"), f.cell(row, "iati_identifier")
	i := slices.IndexFunc(have, func(a assistance.Activity) bool {
		switch {
		case taken[a.ID]:
			return false
		case id != "":
			return string(a.ID) == id
		case identifier != "" && a.IATIIdentifier != "":
			return a.IATIIdentifier == identifier
		}
		return sameWords(a.Titles, lang.T(r.Lang, l.Title)) && (len(parties) == 0 || slices.ContainsFunc(parties, a.Receives))
	})
	var was assistance.Activity
	var d assistance.Declared
	var stated assistance.ActivityDraft
	if i >= 0 {
		was = have[i]
		l.ID, d, stated = string(was.ID), assistance.DeclaredOf(was, r.Lang), was.Confirmed()
		taken[was.ID] = true
	} else if id != "" {
		bad.Add("id", "sheet.error.id", fault.Args{"id": id})
	}
	set := func(to *string, label, value string) {
		if value != "" {
			if *to != value {
				l.Changes = append(l.Changes, label)
			}
			*to = value
		}
	}
	set(&d.Title, "activity.title", f.cell(row, "title"))
	set(&d.What, "activity.what", f.cell(row, "description"))
	set(&d.Provider, "activity.provider", f.cell(row, "providers"))
	set(&d.Ref, "activity.ref", f.cell(row, "provider_refs"))
	set(&d.Type, "organisation.type", r.cell(&bad, "organisation-type", "type", f.cell(row, "type")))
	set(&d.Place, "activity.place", f.cell(row, "place"))
	set(&d.Amount, "activity.amount", f.cell(row, "value"))
	set(&d.Currency, "activity.currency", r.cell(&bad, "currency", "currency", f.cell(row, "currency")))
	set(&d.Contact, "activity.contact", f.cell(row, "contact"))
	set(&d.Email, "contact.email", f.cell(row, "email"))
	set(&d.Identifier, "activity.identifier", identifier)
	if actor.Organisation != "" {
		d.Ref = actor.Organisation
	}
	if len(parties) > 0 {
		if !slices.Equal(parties, d.Recipients) {
			l.Changes = append(l.Changes, "activity.recipients")
		}
		d.Recipients = parties
	}
	if s := f.cell(row, "phase", "phase_name"); s != "" {
		ph, ok := word(r, "activity.phase.", []assistance.Phase{assistance.Planned, assistance.UnderWay, assistance.Completed, assistance.Stopped}, s)
		switch {
		case ok && ph != (assistance.Content{Status: d.Status}).Phase():
			status := ph.Statuses()
			set(&d.Status, "activity.phase", status[len(status)-1])
			if ph == assistance.Stopped {
				d.Status = status[0]
			}
		case !ok:
			set(&d.Status, "activity.phase", r.cell(&bad, "activity-status", "phase", s))
		}
	}
	for key, to := range map[string]*assistance.Day{"from": &d.From, "to": &d.To} {
		if s := f.cell(row, key); s != "" {
			x, ok := day(s)
			if !ok {
				bad.Add(key, "fault.not_a_date", nil)
			}
			text := string(*to)
			set(&text, "activity."+key, string(x))
			*to = assistance.Day(text)
		}
	}
	if s := f.cell(row, "partners"); s != "" {
		if list := assistance.Listed(s); !slices.Equal(list, d.Partners) {
			d.Partners = list
			l.Changes = append(l.Changes, "activity.partners")
		}
	}
	if s := f.cell(row, "cooperation"); s != "" {
		x, ok := word(r, "activity.cooperation.", assistance.Cooperations, s)
		if !ok {
			bad.Add("cooperation", "fault.unknown_choice", nil)
		}
		text := string(d.Cooperation)
		set(&text, "activity.cooperation", string(x))
		d.Cooperation = assistance.Cooperation(text)
	}
	if ps := r.provisions(&bad, f.cell(row, "provisions", "provision_names")); len(ps) > 0 {
		if !sameSet(ps, stated.Provisions) {
			l.Changes = append(l.Changes, "need.provisions")
		}
		stated.Provisions = ps
	}
	if forms := r.forms(&bad, f.cell(row, "forms", "form_names")); len(forms) > 0 {
		if !sameSet(forms, stated.Forms) {
			l.Changes = append(l.Changes, "need.form")
		}
		stated.Forms = forms
	}
	if d.Title == "" {
		bad.Add("title", "fault.required", nil)
	}
	if d.Provider == "" {
		bad.Add("providers", "fault.required", nil)
	}
	if len(d.Recipients) == 0 {
		bad.Add("parties", "fault.required", nil)
	}
	stated.IATIIdentifier = d.Identifier
	stated.Content = d.Over(was.Content, r.Lang, actor.Organisation != "")
	err := bad.Err()
	if err == nil && (i < 0 || len(l.Changes) > 0) {
		err = r.Service.CheckActivity(source, actor.Party, stated)
	}
	switch {
	case err != nil:
		l.Refuse(err)
	case i < 0:
		l.Outcome, l.Stated = exchange.Accepted, &stated
		l.apply = func(ctx context.Context, a identity.Actor) error {
			_, err := r.Service.RecordActivity(ctx, a, stated)
			return err
		}
	case len(l.Changes) == 0:
		l.Outcome = exchange.Unchanged
	default:
		l.Outcome, l.Stated = exchange.Updated, &stated
		l.apply = func(ctx context.Context, a identity.Actor) error {
			return r.Service.EditActivity(ctx, a, was.ID, was.Rev, stated)
		}
	}
	return l
}

func sameSet[T ~string](a, b []T) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}

// sameWords reports whether two texts say the same in a language that both have.
func sameWords(a, b lang.Text) bool {
	for tag, v := range b {
		if x, ok := a[tag]; ok && fold(x.S) == fold(v.S) {
			return true
		}
	}
	return false
}

// laid lays words over those that are there, language by language.
func laid(have, over lang.Text) (lang.Text, bool) {
	out, changed := lang.Text{}, false
	for tag, v := range have {
		out[tag] = v
	}
	for tag, v := range over {
		if out[tag].S != v.S {
			out[tag], changed = lang.Value{S: v.S}, true
		}
	}
	return out, changed
}

// cell is the first cell of the columns that is not blank.
func (f found) cell(row Row, keys ...string) string {
	for _, k := range keys {
		if i, ok := f.at[k]; ok {
			if s := row.Cell(i); s != "" {
				return s
			}
		}
	}
	return ""
}

// unread are the heads that no field took.
func (f found) unread(head []string) (out []string) {
	used := map[int]bool{}
	for _, i := range f.at {
		used[i] = true
	}
	for _, m := range f.texts {
		for _, i := range m {
			used[i] = true
		}
	}
	for i, h := range head {
		if h != "" && !used[i] {
			out = append(out, h)
		}
	}
	return out
}

// cell reads a code of a list; blank says nothing.
func (r *Reader) cell(bad *fault.List, list codelist.ID, name, s string) string {
	if s == "" {
		return ""
	}
	c, ok := r.code(list, s)
	if !ok {
		bad.Add(name, "sheet.error.choice", fault.Args{"value": s})
	}
	return c
}

// forms reads forms of assistance: codes parted by spaces, or names parted by semicolons.
func (r *Reader) forms(bad *fault.List, s string) (out []string) {
	for _, x := range assistance.Listed(s) {
		if c, ok := r.code("ta-form", x); ok {
			out = append(out, c)
			continue
		}
		for _, w := range strings.Fields(strings.ReplaceAll(x, ",", " ")) {
			if c := r.cell(bad, "ta-form", "forms", w); c != "" {
				out = append(out, c)
			}
		}
	}
	return out
}
