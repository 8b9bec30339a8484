package web

import (
	"fmt"
	"slices"
	"strings"

	"merida/assistance"
	"merida/convention"
	"merida/directory"
	"merida/fault"
	"merida/lang"
	"merida/locale"
	"merida/party"
	"merida/publication"
)

var assistanceRoutes = []route{
	{get, "/coordination", (*visit).coordinationPage, false, true},
	{get, "/needs", (*visit).needsPage, false, true},
	{get, "/needs/{id}", (*visit).needPage, false, false},
	{post, "/needs/{id}/publish", (*visit).publishNeed, true, false},
	{post, "/needs/{id}/follow", (*visit).followNeed, true, false},
	{post, "/needs/{id}/link", (*visit).linkNeed, true, false},
	{post, "/needs/{id}/unlink", (*visit).unlinkNeed, true, false},
	{get, "/activities", (*visit).activitiesPage, false, true},
	{get, "/activities/{id}", (*visit).activityPage, false, false},
	{post, "/activities/{id}/map", (*visit).mapActivity, true, false},
	{post, "/activities/{id}/state", (*visit).stateOnActivity, true, false},
	{post, "/activities/{id}/statements/{statement}/publish", (*visit).publishStatement, true, false},
	{get, "/organisations", (*visit).organisationsPage, false, true},
}

// assistanceBlock is what pages of the chain show of needs and activities.
type assistanceBlock struct {
	Needs       []needLine
	Activities  []activityLine
	NNeeds      int
	NActivities int
}

type needLine struct {
	assistance.Need
	State string
	Form  string
	Words Words
}

func (v *visit) needLine(n assistance.Need) needLine {
	return needLine{n, v.partyName(string(n.Party)), v.formName(n.NeedContent.Form), v.words(n.What)}
}

type activityLine struct {
	assistance.Activity
	Title     Words
	Providers string
	States    string
}

func (v *visit) activityLine(a assistance.Activity) activityLine {
	l := activityLine{Activity: a, Title: v.words(a.Titles)}
	var names []string
	for _, o := range a.Content.Providers() {
		if n := o.Name.Pick(v.lang); n != "" {
			names = append(names, n)
		} else {
			names = append(names, o.Ref)
		}
	}
	l.Providers = v.list(names)
	names = nil
	for _, r := range a.Recipients {
		names = append(names, v.partyName(string(r.Party)))
	}
	l.States = v.list(names)
	return l
}

// list joins names as the language does.
func (v *visit) list(names []string) string {
	sep := ", "
	switch v.lang {
	case "ar":
		sep = "\u060c "
	case "zh":
		sep = "\u3001"
	}
	return strings.Join(names, sep)
}

const blockLimit = 10 // records of each kind on a page of the chain

// assistanceOn reads what the visitor sees of needs and activities of a party, on provisions, or both.
func (v *visit) assistanceOn(p party.ID, provisions []convention.ID) (*assistanceBlock, error) {
	if v.site.Assistance == nil {
		return nil, nil
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	var b assistanceBlock
	needs, n, err := v.site.Assistance.Store.FindNeeds(ctx, sight, assistance.NeedFilter{Party: p, Provisions: provisions, Limit: blockLimit})
	if err != nil {
		return nil, err
	}
	b.NNeeds = n
	for _, x := range needs {
		b.Needs = append(b.Needs, v.needLine(x))
	}
	activities, n, err := v.site.Assistance.Store.FindActivities(ctx, sight, assistance.ActivityFilter{Recipient: p, Provisions: provisions, Limit: blockLimit})
	if err != nil {
		return nil, err
	}
	b.NActivities = n
	for _, x := range activities {
		b.Activities = append(b.Activities, v.activityLine(x))
	}
	return &b, nil
}

type coordinationPage struct {
	Base
	Filter   assistance.Filter
	Columns  []string // kinds of columns that one can choose
	Matrix   assistance.Matrix
	Heads    []columnHead
	Groups   []matrixGroup
	Total    assistance.Cell
	Forms    []choice
	Themes   []choice
	Shows    []choice
	Party    string
	PartyID  party.ID
	Cells    []formCell
	Filtered bool
}

type choice struct {
	Code, Name string
	On         bool
}

type columnHead struct {
	Name, Code string
	key, value string // of a cell's address
}

// Cell is the address of a cell's records, with the filters of this page.
func (p coordinationPage) Cell(of any, h columnHead) string {
	q := p.v.r.URL.Query()
	q.Set("party", fmt.Sprint(of))
	q.Set(h.key, h.value)
	return p.Href("/coordination?%s#records", q.Encode())
}

// CSV is the address of what the page shows, as a file.
func (p coordinationPage) CSV() string {
	if q := p.v.r.URL.Query().Encode(); q != "" {
		return p.Href("/coordination.csv?%s", q)
	}
	return p.Href("/coordination.csv")
}

type matrixGroup struct {
	Name string
	Rows []matrixRow
}

type matrixRow struct {
	assistance.Row
	Name string
}

type formCell struct {
	assistance.FormCell
	Name       string
	Heading    Words
	FormName   string
	Needs      []needLine
	Activities []activityLine
	NOverlaps  int
}

func (v *visit) coordinationFilter() (assistance.Filter, error) {
	f := assistance.Filter{Provision: convention.ID(v.query("provision")), Theme: v.query("theme"), Forms: v.values("form"), From: assistance.Day(v.query("from")), To: assistance.Day(v.query("to")),
		Show: assistance.Show(v.query("show")), Columns: assistance.Columns(v.query("columns")), Proposed: v.query("proposed") == "1"}
	for _, p := range v.values("party") {
		f.Parties = append(f.Parties, party.ID(strings.ToUpper(p)))
	}
	var bad fault.List
	if !f.From.Valid() {
		bad.Add("from", "fault.not_a_date", nil)
	}
	if !f.To.Valid() {
		bad.Add("to", "fault.not_a_date", nil)
	}
	if f.Provision != "" && !v.site.Conventions.Known(f.Provision) {
		bad.Add("provision", "need.error.provision", fault.Args{"id": string(f.Provision)})
	}
	if !slices.Contains([]assistance.Columns{"", assistance.ByTheme, assistance.ByChapter, assistance.ByArticle, assistance.ByForm}, f.Columns) {
		bad.Add("columns", "fault.unknown_choice", nil)
	}
	if f.Columns == "" {
		f.Columns = assistance.ByTheme
	}
	if f.Theme != "" {
		if _, ok := v.site.Conventions.Theme(f.Theme); !ok {
			bad.Add("theme", "fault.unknown_choice", nil)
		}
	}
	if v.query("all") == "1" {
		for _, p := range v.site.Parties.StatesParties(v.lang) {
			f.All = append(f.All, p.ID)
		}
	}
	return f, bad.Err()
}

// coordinationPage sets what States need beside what is given: a matrix of States, or one State record by record.
func (v *visit) coordinationPage() error {
	f, err := v.coordinationFilter()
	if err != nil {
		return err
	}
	p := coordinationPage{Base: v.base("assistance", v.p.T("coordination.title", nil)), Filter: f}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}}
	ctx, sight := v.r.Context(), v.actor.Sight()
	if len(f.Parties) == 1 {
		one, ok := v.site.Parties.Get(f.Parties[0])
		if !ok {
			return fault.Of(fault.NotFound)
		}
		p.Party, p.PartyID = one.Name(v.lang), one.ID
		p.Title = p.Party + " · " + p.Title
		p.Crumbs = append(p.Crumbs, Crumb{v.p.T("coordination.title", nil), v.href("/coordination")})
	}
	m, err := v.site.Assistance.Board.Matrix(ctx, sight, f)
	if err != nil {
		return err
	}
	p.Matrix, p.Total = m, m.Total
	for _, c := range m.Columns {
		p.Heads = append(p.Heads, v.columnHead(c))
	}
	rows := make([]matrixRow, 0, len(m.Rows))
	for _, r := range m.Rows {
		rows = append(rows, matrixRow{r, v.partyName(string(r.Party))})
	}
	locale.Sort(v.p, rows, func(r matrixRow) string { return r.Name })
	for _, g := range append(v.site.Parties.Groups(), directory.Term{}) {
		group := matrixGroup{Name: g.Name.Pick(v.lang)}
		if g.Code == "" {
			group.Name = v.p.T("parties.no_group", nil)
		}
		for _, r := range rows {
			x, _ := v.site.Parties.Get(r.Party)
			if code := ""; x != nil && string(x.Group) == g.Code || x == nil && g.Code == code {
				group.Rows = append(group.Rows, r)
			}
		}
		if len(group.Rows) > 0 {
			p.Groups = append(p.Groups, group)
		}
	}
	if v.suffix == "csv" {
		return v.coordinationCSV(p, rows)
	}
	if p.PartyID != "" {
		cells, err := v.site.Assistance.Board.Detail(ctx, sight, f)
		if err != nil {
			return err
		}
		if p.Cells, err = v.formCells(cells); err != nil {
			return err
		}
	}
	forms, _ := v.site.Codes.List("ta-form")
	for _, c := range forms.Active() {
		p.Forms = append(p.Forms, choice{c.Code, c.Name.Pick(v.lang), slices.Contains(f.Forms, c.Code)})
	}
	for _, t := range v.site.Conventions.Themes() {
		p.Themes = append(p.Themes, choice{t.Code, t.Name.Pick(v.lang), t.Code == f.Theme})
	}
	for _, s := range []assistance.Show{assistance.ShowAll, assistance.ShowGaps, assistance.ShowOverlaps, assistance.ShowUnasked} {
		key := string(s)
		if key == "" {
			key = "all"
		}
		p.Shows = append(p.Shows, choice{string(s), v.p.T("coordination.show."+key, nil), s == f.Show})
	}
	p.Columns = []string{"theme", "chapter", "article", "form"}
	return v.show("coordination", p)
}

func (v *visit) columnHead(c assistance.Column) columnHead {
	switch c.Kind {
	case assistance.ByTheme:
		if t, ok := v.site.Conventions.Theme(c.Code); ok {
			return columnHead{t.Name.Pick(v.lang), c.Code, "theme", c.Code}
		}
	case assistance.ByForm:
		return columnHead{v.formName(c.Code), c.Code, "form", c.Code}
	}
	if x, ok := v.site.Conventions.Get(c.Provision); ok {
		name := v.name(x)
		if h := v.words(x.Heading()); h.S != "" && x.Kind == convention.Chapter {
			name += ". " + h.S
		}
		return columnHead{name, string(c.Provision), "provision", string(c.Provision)}
	}
	return columnHead{c.Code, c.Code, "theme", c.Code}
}

func (v *visit) coordinationCSV(p coordinationPage, rows []matrixRow) error {
	head := []string{v.p.T("column.state", nil), "party", v.p.T("coordination.column", nil), "code"}
	for _, k := range []string{"unmet", "being_met", "met", "planned", "under_way", "completed", "overlaps", "unasked"} {
		head = append(head, v.p.T("coordination.count."+k, nil))
	}
	out := [][]string{head}
	for _, r := range rows {
		for i, c := range r.Cells {
			if !c.Empty() {
				out = append(out, []string{r.Name, string(r.Party), p.Heads[i].Name, p.Heads[i].Code, itoa(c.Unmet), itoa(c.BeingMet), itoa(c.Met), itoa(c.Planned), itoa(c.UnderWay), itoa(c.Done), itoa(c.Overlaps), itoa(c.Unasked)})
			}
		}
	}
	return v.csv("coordination", out)
}

func (v *visit) formCells(cells []assistance.FormCell) (out []formCell, err error) {
	ctx, sight := v.r.Context(), v.actor.Sight()
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, c := range cells {
		needs, activities = append(needs, c.Needs...), append(activities, c.Activities...)
	}
	ns, err := v.site.Assistance.Store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	byNeed, byActivity := map[assistance.NeedID]needLine{}, map[assistance.ActivityID]activityLine{}
	for _, n := range ns {
		byNeed[n.ID] = v.needLine(n)
	}
	for _, a := range as {
		byActivity[a.ID] = v.activityLine(a)
	}
	for _, c := range cells {
		x := formCell{FormCell: c, FormName: v.formName(c.Form), NOverlaps: len(c.Overlaps)}
		if c.Form == "" {
			x.FormName = v.p.T("coordination.no_form", nil)
		}
		if p, ok := v.site.Conventions.Get(c.Provision); ok {
			x.Name, x.Heading = v.name(p), v.words(p.Heading())
		}
		for _, id := range c.Needs {
			if n, ok := byNeed[id]; ok {
				x.Needs = append(x.Needs, n)
			}
		}
		for _, id := range c.Activities {
			if a, ok := byActivity[id]; ok {
				x.Activities = append(x.Activities, a)
			}
		}
		out = append(out, x)
	}
	return out, nil
}

func uniq[T ~string](in []T) []T {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

type needsPage struct {
	Base
	Lines    []needLine
	Total    int
	Pager    Pager
	Statuses []choice
}

func (v *visit) below(id string) []convention.ID {
	if id == "" {
		return nil
	}
	x := convention.ID(id)
	return append([]convention.ID{x}, v.site.Conventions.Below(x)...)
}

// needsPage lists the needs that the visitor may see.
func (v *visit) needsPage() error {
	f := assistance.NeedFilter{Party: party.ID(strings.ToUpper(v.query("party"))), Provisions: v.below(v.query("provision")), Forms: v.values("form"), Status: v.needStatuses(), Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.suffix == "csv" {
		f.Limit, f.Offset = 500, 0
	}
	needs, total, err := v.site.Assistance.Store.FindNeeds(v.r.Context(), v.actor.Sight(), f)
	if err != nil {
		return err
	}
	p := needsPage{Base: v.base("assistance", v.p.T("need.list", nil)), Total: total, Pager: v.pager(total, f.Limit, f.Offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	for _, n := range needs {
		p.Lines = append(p.Lines, v.needLine(n))
	}
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("column.state", nil), "party", v.p.T("column.provision", nil), "provision", v.p.T("need.form", nil), "form", v.p.T("need.what", nil), v.p.T("column.status", nil), "status", "id"}}
		for _, n := range p.Lines {
			var names, ids []string
			for _, x := range n.Provisions {
				names, ids = append(names, p.ProvisionName(x)), append(ids, string(x))
			}
			rows = append(rows, []string{n.State, string(n.Party), strings.Join(names, "; "), strings.Join(ids, " "), n.Form, n.NeedContent.Form, n.Words.S, v.p.T("need.status."+string(n.Status), nil), string(n.Status), string(n.ID)})
		}
		return v.csv("needs", rows)
	}
	for _, s := range assistance.NeedStatuses {
		p.Statuses = append(p.Statuses, choice{string(s), v.p.T("need.status."+string(s), nil), slices.Contains(f.Status, s)})
	}
	return v.show("needs", p)
}

func (v *visit) needStatuses() (out []assistance.NeedStatus) {
	for _, s := range v.values("status") {
		out = append(out, assistance.NeedStatus(s))
	}
	return out
}

type needPage struct {
	Base
	Need       needLine
	ForWhom    Words
	When       Words
	Outcome    Words
	Links      []linkLine
	Candidates []activityLine
	Words      string
	MayLink    bool
	MayPublish bool
	MayFollow  bool
	Statuses   []choice
}

type linkLine struct {
	assistance.Link
	Activity   activityLine
	MayUnlink  bool
	NoteText   Words
	StatementN int
}

// needPage shows a need with what serves it; who may, links an activity to it.
func (v *visit) needPage() error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	store := v.site.Assistance.Store
	n, err := store.Need(ctx, sight, assistance.NeedID(v.vars[0]))
	if err != nil {
		return err
	}
	p := needPage{Base: v.base("assistance", v.formName(n.NeedContent.Form)+" · "+v.partyName(string(n.Party))), Need: v.needLine(n), ForWhom: v.words(n.ForWhom), When: v.words(n.When), Outcome: v.words(n.Outcome), Words: v.query("q")}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {p.Need.State, v.href("/coordination?party=%s", n.Party)}}
	links, err := store.Links(ctx, sight, assistance.LinkFilter{Needs: []assistance.NeedID{n.ID}})
	if err != nil {
		return err
	}
	var ids []assistance.ActivityID
	for _, l := range links {
		ids = append(ids, l.Activity)
	}
	linked, err := store.ActivitiesByID(ctx, sight, uniq(ids))
	if err != nil {
		return err
	}
	own := v.actor.Party != "" && v.actor.Party == n.Party
	for _, l := range links {
		for _, a := range linked {
			if a.ID == l.Activity {
				p.Links = append(p.Links, linkLine{Link: l, Activity: v.activityLine(a), NoteText: v.words(l.Note), MayUnlink: v.actor.SignedIn() && (l.By == v.actor.Account || own)})
			}
		}
	}
	switch v.actor.Role {
	case "provider", "officer":
		p.MayLink = true
	case "contact_point", "focal_point", "approver":
		p.MayLink, p.MayFollow = own, own
	}
	p.MayPublish = own && v.actor.Role == "approver" && (n.Class != publication.Public || n.Pending())
	if p.MayLink {
		f := assistance.ActivityFilter{Recipient: n.Party, Words: p.Words, Limit: 20}
		if v.actor.Role == "provider" && p.Words == "" {
			f.Organisation = v.actor.Organisation
		}
		candidates, _, err := store.FindActivities(ctx, sight, f)
		if err != nil {
			return err
		}
		for _, a := range candidates {
			if !slices.Contains(ids, a.ID) {
				p.Candidates = append(p.Candidates, v.activityLine(a))
			}
		}
	}
	for _, s := range assistance.NeedStatuses {
		if s != assistance.Withdrawn {
			p.Statuses = append(p.Statuses, choice{string(s), v.p.T("need.status."+string(s), nil), s == n.Status})
		}
	}
	return v.show("need", p)
}

func (v *visit) needPath() string { return v.href("/needs/%s", v.vars[0]) }

func (v *visit) publishNeed() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.PublishNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), rev, publication.Public); err != nil {
		return err
	}
	return v.see(v.needPath())
}

func (v *visit) followNeed() error {
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	if err := v.site.Assistance.FollowNeed(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), rev, assistance.NeedStatus(v.form("status")), lang.T(v.lang, v.form("outcome"))); err != nil {
		return err
	}
	return v.see(v.needPath())
}

func (v *visit) linkNeed() error {
	if _, err := v.site.Assistance.Link(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), assistance.ActivityID(v.form("activity")), lang.T(v.lang, v.form("note"))); err != nil {
		return err
	}
	return v.see(v.needPath())
}

func (v *visit) unlinkNeed() error {
	if err := v.site.Assistance.Unlink(v.r.Context(), v.act(), assistance.NeedID(v.vars[0]), assistance.LinkID(v.form("link"))); err != nil {
		return err
	}
	return v.see(v.needPath())
}

type activitiesPage struct {
	Base
	Lines []activityLine
	Total int
	Words string
	Pager Pager
}

// activitiesPage lists activities that the visitor may see.
func (v *visit) activitiesPage() error {
	f := assistance.ActivityFilter{Words: v.query("q"), Recipient: party.ID(strings.ToUpper(v.query("party"))), Provisions: v.below(v.query("provision")), Forms: v.values("form"), Organisation: v.query("organisation"), Limit: 25, Offset: v.number("offset", 0, 0, 1_000_000)}
	if v.suffix == "csv" {
		f.Limit, f.Offset = 500, 0
	}
	p := activitiesPage{Base: v.base("assistance", v.p.T("activity.list", nil)), Words: f.Words}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	for {
		as, total, err := v.site.Assistance.Store.FindActivities(v.r.Context(), v.actor.Sight(), f)
		if err != nil {
			return err
		}
		p.Total = total
		for _, a := range as {
			p.Lines = append(p.Lines, v.activityLine(a))
		}
		if v.suffix == "" || len(as) == 0 || len(p.Lines) >= total || len(p.Lines) >= maxDownload {
			break
		}
		f.Offset += len(as)
	}
	p.Pager = v.pager(p.Total, f.Limit, f.Offset)
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("column.title", nil), v.p.T("activity.providers", nil), v.p.T("activity.recipients", nil), v.p.T("activity.phase", nil), v.p.T("activity.from", nil), v.p.T("activity.to", nil), "iati_identifier", "id", v.p.T("column.source", nil)}}
		for _, a := range p.Lines {
			rows = append(rows, []string{a.Title.S, a.Providers, a.States, v.p.T("activity.phase."+string(a.Phase()), nil), string(a.From), string(a.To), a.IATIIdentifier, string(a.ID), v.p.T("activity.source."+string(a.Source), nil)})
		}
		return v.csv("activities", rows)
	}
	return v.show("activities", p)
}

type activityPage struct {
	Base
	Activity     activityLine
	Descriptions []Words
	Mappings     []activityMapping
	Statements   []statementLine
	Links        []linkedNeed
	Money        []moneyLine
	MoneyMore    int
	Same         []activityLine
	MayMap       bool
	Speaks       string // "provider", "beneficiary" or empty
	Forms        []choice
	Reporter     string
}

type activityMapping struct {
	assistance.Mapping
	Name    string
	Reasons []string
}

type statementLine struct {
	assistance.Statement
	Words      Words
	Who        string
	MayPublish bool
}

type linkedNeed struct {
	Need     needLine
	NoteText Words
}

type moneyLine struct {
	Kind, Value, Currency, On string
}

const moneyShown = 20

// activityPage shows a record of assistance with what each side says of it.
func (v *visit) activityPage() error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	store := v.site.Assistance.Store
	a, err := store.Activity(ctx, sight, assistance.ActivityID(v.vars[0]))
	if err != nil {
		return err
	}
	p := activityPage{Base: v.base("assistance", v.words(a.Titles).S), Activity: v.activityLine(a)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("activity.list", nil), v.href("/activities")}}
	if p.Reporter = a.Reporter.Name.Pick(v.lang); p.Reporter == "" {
		p.Reporter = a.Reporter.Ref
	}
	for _, d := range a.Descriptions {
		p.Descriptions = append(p.Descriptions, v.words(d.Text))
	}
	for _, m := range slices.Concat(a.Provisions, a.Forms) {
		x := activityMapping{Mapping: m, Name: v.formName(m.Form)}
		if m.Provision != "" {
			x.Name = p.ProvisionName(m.Provision) + " " + p.ProvisionHeading(m.Provision).S
		}
		for _, r := range m.Reasons {
			x.Reasons = append(x.Reasons, v.p.T(r.Key, r.Args))
		}
		p.Mappings = append(p.Mappings, x)
	}
	statements, err := store.Statements(ctx, sight, a.ID)
	if err != nil {
		return err
	}
	for _, s := range statements {
		l := statementLine{Statement: s, Words: v.words(s.Text), Who: s.Organisation}
		if s.Party != "" {
			l.Who = v.partyName(string(s.Party))
		}
		l.MayPublish = s.Party != "" && s.Party == v.actor.Party && v.actor.Role == "approver" && s.Class != publication.Public
		p.Statements = append(p.Statements, l)
	}
	links, err := store.Links(ctx, sight, assistance.LinkFilter{Activities: []assistance.ActivityID{a.ID}})
	if err != nil {
		return err
	}
	var ids []assistance.NeedID
	for _, l := range links {
		ids = append(ids, l.Need)
	}
	needs, err := store.NeedsByID(ctx, sight, uniq(ids))
	if err != nil {
		return err
	}
	for _, l := range links {
		for _, n := range needs {
			if n.ID == l.Need {
				p.Links = append(p.Links, linkedNeed{v.needLine(n), v.words(l.Note)})
			}
		}
	}
	for _, b := range a.Budgets {
		p.Money = append(p.Money, moneyLine{v.p.T("activity.budget", nil), b.Money.Value, b.Money.Currency, string(b.From)})
	}
	for _, t := range a.Transactions {
		p.Money = append(p.Money, moneyLine{v.site.Codes.Name("transaction-type", t.Type, v.lang), t.Money.Value, t.Money.Currency, string(t.On)})
	}
	if len(p.Money) > moneyShown {
		p.MoneyMore = len(p.Money) - moneyShown
		p.Money = p.Money[:moneyShown]
	}
	if a.IATIIdentifier != "" {
		same, err := store.ActivitiesByIATI(ctx, sight, a.IATIIdentifier)
		if err != nil {
			return err
		}
		for _, x := range same {
			if x.ID != a.ID {
				p.Same = append(p.Same, v.activityLine(x))
			}
		}
	}
	org := v.actor.Organisation
	switch {
	case v.actor.Role == "officer", org != "" && (a.Organisation == org || a.Reporter.Ref == org):
		p.MayMap = true
	}
	switch {
	case v.actor.Party != "" && a.Receives(v.actor.Party) && (v.actor.Role == "contact_point" || v.actor.Role == "approver" || v.actor.Role == "focal_point"):
		p.Speaks = "beneficiary"
	case org != "" && (a.Organisation == org || a.Reporter.Ref == org || slices.ContainsFunc(a.Orgs, func(o assistance.Org) bool { return o.Ref == org })):
		p.Speaks, p.MayMap = "provider", true
	}
	if p.MayMap {
		forms, _ := v.site.Codes.List("ta-form")
		for _, c := range forms.Active() {
			p.Forms = append(p.Forms, choice{Code: c.Code, Name: c.Name.Pick(v.lang)})
		}
	}
	return v.show("activity", p)
}

func (v *visit) activityPath() string { return v.href("/activities/%s", v.vars[0]) }

func (v *visit) mapActivity() error {
	provision := convention.ID(v.form("provision"))
	if s := v.form("cite"); s != "" { // typed as people cite: "Article 9(1)"
		id, ok := v.site.Conventions.Parse(s)
		if !ok {
			var bad fault.List
			bad.Add("cite", "need.error.provision", fault.Args{"id": s})
			return bad.Err()
		}
		provision = id
	}
	status := assistance.Confirmed
	if v.form("status") == "rejected" {
		status = assistance.Rejected
	}
	if err := v.site.Assistance.Map(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), provision, v.form("form"), status); err != nil {
		return err
	}
	return v.see(v.activityPath())
}

func (v *visit) stateOnActivity() error {
	if _, err := v.site.Assistance.State(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), assistance.StatementKind(v.form("kind")), lang.T(v.lang, v.form("text"))); err != nil {
		return err
	}
	return v.see(v.activityPath())
}

func (v *visit) publishStatement() error {
	if err := v.site.Assistance.PublishStatement(v.r.Context(), v.act(), assistance.ActivityID(v.vars[0]), assistance.StatementID(v.vars[1])); err != nil {
		return err
	}
	return v.see(v.activityPath())
}

type organisationsPage struct {
	Base
	Lines []assistance.Organisation
	Total int
	Pager Pager
}

// organisationsPage lists who gives, as public records name them.
func (v *visit) organisationsPage() error {
	limit, offset := 50, v.number("offset", 0, 0, 1_000_000)
	if v.suffix == "csv" {
		limit, offset = 500, 0
	}
	lines, total, err := v.site.Assistance.Store.Organisations(v.r.Context(), v.actor.Sight(), limit, offset)
	if err != nil {
		return err
	}
	if v.suffix == "csv" {
		rows := [][]string{{v.p.T("organisation.name", nil), "ref", v.p.T("organisation.type", nil), v.p.T("organisation.activities", nil)}}
		for _, l := range lines {
			rows = append(rows, []string{l.Name.Pick(v.lang), l.Ref, v.site.Codes.Name("organisation-type", l.Type, v.lang), itoa(l.Activities)})
		}
		return v.csv("organisations", rows)
	}
	p := organisationsPage{Base: v.base("assistance", v.p.T("organisation.list", nil)), Lines: lines, Total: total, Pager: v.pager(total, limit, offset)}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}}
	return v.show("organisations", p)
}
