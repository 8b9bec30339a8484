package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"merida/assessment"
	"merida/fault"
	"merida/identity"
	"merida/locale"
	"merida/party"
	"merida/questionnaire"
)

// migrationRoutes take the answers of a round along into a new edition, and back.
var migrationRoutes = []route{
	{get, "/rounds/{id}/migrate", (*visit).migratePage, true, true},
	{post, "/rounds/{id}/migrate", (*visit).migrate, true, false},
	{get, "/rounds/{id}/migration", (*visit).migrationPage, true, true},
	{post, "/rounds/{id}/undo", (*visit).undoMigration, true, false},
}

type migratePage struct {
	Base
	Round    assessment.Round
	Editions []questionnaire.Edition // that it may go to
	To       questionnaire.Edition   // zero where there is none
	Counts   []fateCount
	Changes  []editionChange // all but what was kept
	Splits   []splitLine
	States   []fateLine
	Answers  int // that go along or stay behind, of all States
	Movable  int // States that may move
	Fates    []fateCount
	Titles   []titleField
	Steps    []assessment.Step
	Today    string
	Form     url.Values
	Conflict string
}

// splitLine is a question that was split, with the new ones its text may go to.
type splitLine struct {
	questionLine
	To      []questionLine
	Default string
}

// fateLine is one State in a migration: how many of its answers meet which fate, in the order of questionnaire.Fates.
type fateLine struct {
	Party   party.ID
	State   string
	Mark    workMark
	Moves   bool
	Answers int
	N       []int
}

// answerFates are the fates that an answer can meet: a question that was added has none.
func answerFates() []questionnaire.Fate {
	return slices.DeleteFunc(slices.Clone(questionnaire.Fates), func(f questionnaire.Fate) bool { return f == questionnaire.Added })
}

// migration works out what becomes of a round's answers in another edition.
func (v *visit) migration() (p migratePage, err error) {
	if err := v.actor.Must(identity.MigrateRound, identity.Scope{}); err != nil {
		return p, err
	}
	r, err := v.round()
	if err != nil {
		return p, err
	}
	p = migratePage{Base: v.base("tasks", v.p.T("migration.title", nil)), Round: r, Form: v.r.PostForm, Steps: assessment.Steps, Today: v.today()}
	p.Band = v.ownBand("rounds")
	p.Band.What = r.Titles.Pick(v.lang)
	p.Crumbs = []Crumb{{v.p.T("work.rounds", nil), v.href("/rounds")}, {r.Titles.Pick(v.lang), v.href("/rounds/%s", r.ID)}}
	old, err := v.site.Questionnaires.Store.Edition(v.r.Context(), questionnaire.EditionID(r.Edition))
	if err != nil {
		return p, err
	}
	all, err := v.site.Questionnaires.Store.Editions(v.r.Context())
	if err != nil {
		return p, err
	}
	wish := v.query("to")
	if v.r.Method == http.MethodPost {
		wish = v.form("edition")
	}
	for _, e := range all {
		if e.State != questionnaire.Approved || e.ID == old.ID || e.Content.Convention != old.Content.Convention {
			continue
		}
		p.Editions = append(p.Editions, e)
		newer := e.Content.Questionnaire == old.Content.Questionnaire && e.Content.Edition > old.Content.Edition
		if string(e.ID) == wish || wish == "" && (p.To.ID == "" || newer) {
			p.To = e
		}
	}
	if wish != "" && string(p.To.ID) != wish {
		return p, fault.Of(fault.NotFound)
	}
	if p.To.ID == "" {
		return p, nil
	}
	p.Titles = v.sixTitles()
	fates := v.fates(&p, &old.Content, &p.To.Content)
	return p, v.fateLines(&p, fates)
}

// fates fills in what becomes of the questions; by the old question's id.
func (v *visit) fates(p *migratePage, old, to *questionnaire.Content) map[string]questionnaire.Fate {
	out, n := map[string]questionnaire.Fate{}, map[questionnaire.Fate]int{}
	ways, _ := questionnaire.Ways(old, to, nil)
	target := map[string]string{}
	for _, w := range ways {
		for _, id := range w.Takes {
			target[id] = w.Question.ID
		}
	}
	for _, c := range questionnaire.Compare(old, to) {
		n[c.Fate]++
		for _, q := range c.Old {
			out[q.ID] = c.Fate
			if c.Fate == questionnaire.Split {
				p.Splits = append(p.Splits, splitLine{v.questionLines([]questionnaire.Question{q})[0], v.questionLines(c.New), target[q.ID]})
			}
		}
		if c.Fate != questionnaire.Kept {
			p.Changes = append(p.Changes, editionChange{c.Fate, v.p.T("editions.fate."+string(c.Fate), nil), v.questionLines(c.Old), v.questionLines(c.New)})
		}
	}
	for _, f := range questionnaire.Fates {
		p.Counts = append(p.Counts, fateCount{f, v.p.T("editions.fate."+string(f), nil), n[f]})
	}
	return out
}

// fateLines fills in the States with how many of their answers meet which fate.
func (v *visit) fateLines(p *migratePage, fates map[string]questionnaire.Fate) error {
	rows, err := v.site.Assessments.Store.Find(v.r.Context(), assessment.Filter{Round: p.Round.ID})
	if err != nil {
		return err
	}
	spoken, err := v.site.Assessments.Store.Spoken(v.r.Context(), p.Round.ID)
	if err != nil {
		return err
	}
	total := map[questionnaire.Fate]int{}
	for _, row := range rows {
		l := fateLine{Party: row.Party, State: v.partyName(string(row.Party)), Mark: v.assessmentMark(row.Assessment.State), Moves: row.Movable(), Answers: len(spoken[row.Party])}
		n := map[questionnaire.Fate]int{}
		for _, q := range spoken[row.Party] {
			n[fates[q]]++
			total[fates[q]]++
		}
		for _, f := range answerFates() {
			l.N = append(l.N, n[f])
		}
		p.Answers += l.Answers
		if l.Moves {
			p.Movable++
		}
		p.States = append(p.States, l)
	}
	for _, f := range answerFates() {
		p.Fates = append(p.Fates, fateCount{f, v.p.T("editions.fate."+string(f), nil), total[f]})
	}
	locale.Sort(v.p, p.States, func(l fateLine) string { return l.State })
	return nil
}

// migratePage shows what becomes of every question and of each State's answers before anything is done.
func (v *visit) migratePage() error {
	p, err := v.migration()
	if err != nil {
		return err
	}
	if !v.downloads() {
		return v.show("work/migrate", p)
	}
	head := []string{v.p.T("column.state", nil), "iso", v.p.T("column.status", nil), v.p.T("migration.answers", nil)}
	for _, f := range p.Fates {
		head = append(head, f.Word)
	}
	out := [][]string{head}
	for _, l := range p.States {
		row := []string{l.State, string(l.Party), l.Mark.Word, itoa(l.Answers)}
		for _, n := range l.N {
			row = append(row, itoa(n))
		}
		out = append(out, row)
	}
	return v.csv("migration", out)
}

// migrate opens the round on the new edition and takes the answers along.
func (v *visit) migrate() error {
	p, err := v.migration()
	if err != nil {
		return err
	}
	if p.To.ID == "" {
		return fault.Of(fault.NotFound)
	}
	old, err := v.site.Questionnaires.Store.Edition(v.r.Context(), questionnaire.EditionID(p.Round.Edition))
	if err != nil {
		return err
	}
	to := map[string]string{}
	for _, s := range p.Splits {
		to[s.ID] = v.form("split-" + s.ID)
	}
	moves := v.form("how") != "beside"
	ways, _ := questionnaire.Ways(&old.Content, &p.To.Content, to)
	var questions []assessment.Question
	for _, w := range ways {
		questions = append(questions, assessment.Question{ID: w.Question.ID, Provision: w.Question.Provision, Fate: assessment.Fate(w.Fate), Of: w.Of, Takes: w.Takes})
	}
	var parties []party.ID
	for _, s := range p.States {
		parties = append(parties, s.Party)
	}
	id, err := v.site.Assessments.Migrate(v.r.Context(), v.act(), p.Round.ID, moves, string(p.To.ID), v.sixTexts("title"), v.deadlinesForm(), questions, parties)
	if kind := fault.KindOf(err); err != nil && !v.wantsJSON() && (kind == fault.Invalid || kind == fault.Conflict) {
		p.Errors = v.fieldErrors(err)
		if kind == fault.Conflict {
			p.Conflict = v.p.T("migration.error.nothing_to_move", nil)
		}
		return v.showStatus(status(kind), "work/migrate", p)
	}
	if err != nil {
		return err
	}
	if _, err := v.site.Assessments.Enter(v.r.Context(), id, enterWithin); err != nil {
		return err
	}
	return v.seeTold(v.href("/rounds/%s/migration", id), "migrated", 0)
}

// enterWithin is how long the form waits for States to enter a round; those that are left enter beside the requests.
const enterWithin = time.Second

type migrationPage struct {
	Base
	Round   assessment.Round
	From    assessment.Round
	M       assessment.Migration
	Came    []cameLine
	Waiting int
	Stay    []cameLine // States in which somebody has written since
	Back    int        // States that an undoing would bring back
}

type cameLine struct {
	assessment.Came
	Party   party.ID
	State   string
	Mark    workMark
	Written []string // ids of the questions
}

// migrationPage says what came along into a round, what was written since, and lets it be undone.
func (v *visit) migrationPage() error {
	r, err := v.round()
	if err != nil {
		return err
	}
	ctx, st := v.r.Context(), v.site.Assessments.Store
	p := migrationPage{Base: v.base("tasks", v.p.T("migration.report", nil)), Round: r}
	p.Band = v.ownBand("rounds")
	p.Band.What = r.Titles.Pick(v.lang)
	p.Crumbs = []Crumb{{v.p.T("work.rounds", nil), v.href("/rounds")}, {r.Titles.Pick(v.lang), v.href("/rounds/%s", r.ID)}}
	if p.M, err = st.Migration(ctx, r.ID); err != nil {
		return err
	}
	rounds, err := st.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, x := range rounds {
		if x.ID == p.M.From {
			p.From = x
		}
	}
	waiting, err := st.Waiting(ctx, r.ID)
	if err != nil {
		return err
	}
	p.Waiting = len(waiting)
	came, err := st.Migrated(ctx, r.ID)
	if err != nil {
		return err
	}
	rows, err := st.Find(ctx, assessment.Filter{Round: r.ID})
	if err != nil {
		return err
	}
	written, err := st.WrittenSince(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		i := slices.IndexFunc(came, func(c assessment.Came) bool { return c.Assessment == row.ID })
		if i < 0 {
			continue
		}
		l := cameLine{Came: came[i], Party: row.Party, State: v.partyName(string(row.Party)), Mark: v.assessmentMark(row.Assessment.State)}
		for _, w := range written {
			if w.Assessment == row.ID {
				l.Written = append(l.Written, w.Question)
			}
		}
		switch {
		case !l.UndoneAt.IsZero():
		case len(l.Written) > 0 || row.Assessment.State != assessment.Draft:
			p.Stay = append(p.Stay, l)
		default:
			p.Back++
		}
		p.Came = append(p.Came, l)
	}
	locale.Sort(v.p, p.Came, func(l cameLine) string { return l.State })
	locale.Sort(v.p, p.Stay, func(l cameLine) string { return l.State })
	if !v.downloads() {
		return v.show("work/migration", p)
	}
	out := [][]string{{v.p.T("column.state", nil), "iso", v.p.T("column.status", nil), v.p.T("migration.written", nil), v.p.T("migration.undone_on", nil)}}
	for _, l := range p.Came {
		out = append(out, []string{l.State, string(l.Party), l.Mark.Word, strings.Join(l.Written, " "), iso(l.UndoneAt)})
	}
	return v.csv("migration", out)
}

// undoMigration brings the States back; where somebody has written, the page says so.
func (v *visit) undoMigration() error {
	r, err := v.round()
	if err != nil {
		return err
	}
	n, _, err := v.site.Assessments.Undo(v.r.Context(), v.act(), r.ID)
	if err != nil {
		return err
	}
	return v.seeTold(v.href("/rounds/%s/migration", r.ID), "migration_undone", n)
}

// passage is a link between an assessment and the one it came from or goes on in.
type passage struct {
	Href  string
	Title string // of the other round
	On    string
	Ahead bool // the other one goes on
	Fates []fateCount
}

// passages say where an assessment's answers came from and where they go on.
func (v *visit) passages(s *workSheet) (out []passage, err error) {
	if v.actor.Sight().Party != s.Assessment.Party {
		return nil, nil
	}
	ctx, st := v.r.Context(), v.site.Assessments.Store
	came, err := st.Passages(ctx, s.Assessment.ID)
	if err != nil || len(came) == 0 {
		return nil, err
	}
	rounds, err := st.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	title := func(id assessment.RoundID) string {
		i := slices.IndexFunc(rounds, func(r assessment.Round) bool { return r.ID == id })
		if i < 0 {
			return ""
		}
		return rounds[i].Titles.Pick(v.lang)
	}
	for _, c := range came {
		x := passage{On: v.p.Date(c.At)}
		switch {
		case c.Origin == "":
			continue
		case !c.UndoneAt.IsZero():
			if c.Assessment != s.Assessment.ID {
				continue // it was taken back: here nothing has happened
			}
			x.Ahead, x.Href, x.Title, x.On = true, v.href("/assessments/%s", c.Origin), title(c.From), v.p.Date(c.UndoneAt)
		case c.Assessment == s.Assessment.ID:
			x.Href, x.Title = v.href("/assessments/%s", c.Origin), title(c.From)
			if x.Fates, err = v.carriedFates(s); err != nil {
				return nil, err
			}
		default:
			x.Ahead, x.Href, x.Title = c.Moved, v.href("/assessments/%s", c.Assessment), title(c.Round)
			if !c.Moved {
				continue // the later round is in the list of tasks
			}
		}
		out = append(out, x)
	}
	return out, nil
}

// carriedFates counts the questions of an assessment by what became of them.
func (v *visit) carriedFates(s *workSheet) (out []fateCount, err error) {
	lines, err := v.site.Assessments.Store.CarriedInto(v.r.Context(), v.actor.Sight(), s.Assessment.ID)
	if err != nil {
		return nil, err
	}
	n := map[assessment.Fate]int{}
	seen := map[assessment.AnswerID]bool{}
	for _, c := range lines {
		if !seen[c.Answer] {
			seen[c.Answer] = true
			n[c.Fate]++
		}
	}
	n[assessment.Fate(questionnaire.Added)] = len(s.Answers) - len(seen)
	for _, f := range questionnaire.Fates {
		if k := n[assessment.Fate(f)]; k > 0 {
			out = append(out, fateCount{f, v.p.T("editions.fate."+string(f), nil), k})
		}
	}
	return out, nil
}
