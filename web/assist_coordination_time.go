package web

import (
	"fmt"
	"slices"
	"strings"

	"merida/assistance"
	"merida/exchange/table"
	"merida/locale"
)

// timelineView is the coordination view by month. Time runs from left to right in every language, as in any chart
// of time; the words around it follow the language.
type timelineView struct {
	assistance.Timeline
	Years  []timeMark
	Bars   []timeBar // of all States together, one pair for each month
	Top    int       // what the highest bar stands for
	Rows   []timelineRow
	Lanes  []lane
	Width  int // of the drawing, in its own units
	Period string
	Today  int // where today stands, in the units of the drawing; -1 outside
}

type timeMark struct {
	Year string
	X    int
}

// timeBar is a month of the figure. The drawing is 100 units high.
type timeBar struct {
	Name              string
	X                 int
	Needs, Activities int
	NeedY, NeedH      int
	ActY, ActH        int
}

// timelineRow is one State: its months as a line of bars in a drawing 20 units high, and its highest months in words.
type timelineRow struct {
	assistance.TimelineRow
	groupRow
	Bars         []timeBar
	MostN, MostA int
}

// AsRow is the row as one of a matrix, for its address.
func (r timelineRow) AsRow() matrixRow {
	return matrixRow{assistance.Row{Party: r.Party}, r.groupRow}
}

// lane is a record as a bar in time.
type lane struct {
	Name               Words
	Href               string
	Kind, State        string // words
	Class              string
	Period             string
	X, W               int // in thousandths of the period
	OpenStart, OpenEnd bool
	Outside            bool // no day of it lies in the period
}

const monthWidth = 20 // units of the drawing

func (v *visit) coordinationTimeline(p coordinationPage) error {
	ctx, sight := v.r.Context(), v.actor.Sight()
	t, err := v.site.Assistance.Board.Timeline(ctx, sight, p.viewAsked.Filter)
	if err != nil {
		return err
	}
	if v.downloads() {
		lines := table.Months(t)
		tab, row := v.tables().Timeline(len(lines))
		return v.table(tab, table.Rows(lines, row))
	}
	p.Matrix.AsOf = t.AsOf
	w := &timelineView{Timeline: t, Width: len(t.Months) * monthWidth, Today: -1}
	if n := len(t.Months); n > 0 {
		w.Period = v.p.T("coordination.time.months", pairs([]any{"from", v.p.Month(string(t.Months[0])), "to", v.p.Month(string(t.Months[n-1]))}))
	}
	today := assistance.Day(v.site.Now().UTC().Format("2006-01"))
	for i, m := range t.Months {
		if i == 0 || strings.HasSuffix(string(m), "-01") {
			w.Years = append(w.Years, timeMark{string(m[:4]), i * monthWidth})
		}
		if m == today {
			w.Today = i*monthWidth + monthWidth/2
		}
	}
	if len(w.Years) > 1 && w.Years[1].X < 3*monthWidth { // two years beside each other would stand on each other
		w.Years = w.Years[1:]
	}
	w.Top = max(1, slices.Max(append(slices.Clone(t.Total.Needs), 0)), slices.Max(append(slices.Clone(t.Total.Activities), 0)))
	w.Bars = v.timeBars(t, t.Total, w.Top, 100)
	most := 1
	for _, r := range t.Rows {
		most = max(most, slices.Max(r.Needs), slices.Max(r.Activities))
	}
	for _, r := range t.Rows {
		w.Rows = append(w.Rows, timelineRow{r, v.stateRow(r.Party), v.timeBars(t, r, most, 20), slices.Max(r.Needs), slices.Max(r.Activities)})
	}
	locale.Sort(v.p, w.Rows, func(r timelineRow) string { return r.Name })
	if w.Lanes, err = v.lanes(t); err != nil {
		return err
	}
	p.Time = w
	return v.showCoordination(p)
}

func (v *visit) timeBars(t assistance.Timeline, r assistance.TimelineRow, top, height int) (out []timeBar) {
	for i, m := range t.Months {
		n, a := r.Needs[i], r.Activities[i]
		b := timeBar{Name: v.p.Month(string(m)), X: i * monthWidth, Needs: n, Activities: a, NeedH: n * height / top, ActH: a * height / top}
		// What is there at all is seen.
		if n > 0 {
			b.NeedH = max(b.NeedH, 2)
		}
		if a > 0 {
			b.ActH = max(b.ActH, 2)
		}
		b.NeedY, b.ActY = height-b.NeedH, height-b.ActH
		out = append(out, b)
	}
	return out
}

// lanes are the records of one State, each as a bar with its words.
func (v *visit) lanes(t assistance.Timeline) (out []lane, err error) {
	if len(t.Bars) == 0 || len(t.Months) == 0 {
		return nil, nil
	}
	ctx, sight := v.r.Context(), v.actor.Sight()
	var needs []assistance.NeedID
	var activities []assistance.ActivityID
	for _, b := range t.Bars {
		if b.Need != "" {
			needs = append(needs, b.Need)
		} else {
			activities = append(activities, b.Activity)
		}
	}
	ns, err := v.site.Assistance.Store.NeedsByID(ctx, sight, uniq(needs))
	if err != nil {
		return nil, err
	}
	as, err := v.site.Assistance.Store.ActivitiesByID(ctx, sight, uniq(activities))
	if err != nil {
		return nil, err
	}
	names := map[string]Words{}
	for _, n := range ns {
		names["n"+string(n.ID)] = v.words(n.What)
	}
	for _, a := range as {
		names["a"+string(a.ID)] = v.words(a.Titles)
	}
	for _, b := range t.Bars {
		l := lane{OpenStart: b.From == "", OpenEnd: b.To == ""}
		if b.Need != "" {
			l.Name, l.Href, l.Kind, l.State, l.Class = names["n"+string(b.Need)], v.href("/needs/%s", b.Need), v.p.T("need.list", nil), v.p.T("need.status."+string(b.Status), nil), "need"
		} else {
			l.Name, l.Href, l.Kind, l.State, l.Class = names["a"+string(b.Activity)], v.href("/activities/%s", b.Activity), v.p.T("activity.list", nil), v.p.T("activity.phase."+string(b.Phase), nil), string(b.Phase)
		}
		l.Period = v.period(b.From, b.To)
		l.X, l.W, l.Outside = placed(t.Months, b.From, b.To)
		out = append(out, l)
	}
	return out, nil
}

// period says when something is, also where an end is not stated.
func (v *visit) period(from, to assistance.Day) string {
	switch {
	case from == "" && to == "":
		return v.p.T("coordination.time.no_days", nil)
	case to == "":
		return v.p.T("coordination.time.from", pairs([]any{"from", v.partial(from)}))
	case from == "":
		return v.p.T("coordination.time.until", pairs([]any{"to", v.partial(to)}))
	}
	return v.span(from, to)
}

// placed gives where a bar lies, in thousandths of the months shown.
func placed(months []assistance.Day, from, to assistance.Day) (x, w int, outside bool) {
	n := len(months)
	first, last := 0, n
	if from != "" {
		first, _ = slices.BinarySearch(months, from[:min(7, len(from))])
	}
	if to != "" {
		at, found := slices.BinarySearch(months, to[:min(7, len(to))])
		if last = at; found {
			last++
		}
	}
	if first >= last || from == "" && to == "" {
		return 0, 0, true
	}
	return first * 1000 / n, (last - first) * 1000 / n, false
}

// ViewBox is that of the figure: room for the years below.
func (t timelineView) ViewBox() string { return fmt.Sprintf("0 -4 %d 122", max(t.Width, monthWidth)) }
