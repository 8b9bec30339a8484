package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"merida/assistance"
	"merida/clearing"
	"merida/identity"
)

type schedulePage struct {
	Base
	Lines []scheduleLine
}

type scheduleLine struct {
	Kind   clearing.Kind
	Title  string
	N      int64
	At     time.Time
	Fields []periodField
}

type periodField struct {
	Name, Label string
	Value       string
	ID          string
	Bad         string // what is wrong with it
}

// periods are the fields of a schedule, in the order of the steps.
var periods = []string{"authenticate", "acknowledge", "object", "answer", "follow_up", "remind"}

func period(s *clearing.Schedule, name string) *int {
	return map[string]*int{"authenticate": &s.Authenticate, "acknowledge": &s.Acknowledge, "object": &s.Object, "answer": &s.Answer, "follow_up": &s.FollowUp, "remind": &s.Remind}[name]
}

// schedulePage shows an officer the periods of requests and offers to come.
func (v *visit) schedulePage() error { return v.schedulePageWith(http.StatusOK, "", nil) }

// schedulePageWith shows what was typed for one kind where something in it was wrong.
func (v *visit) schedulePageWith(status int, typed clearing.Kind, bad []FieldError) error {
	if err := v.actor.Must(identity.KeepSchedule, identity.Scope{}); err != nil {
		return err
	}
	p := schedulePage{Base: v.base("assistance", v.p.T("request.schedule", nil))}
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T("request.list", nil), v.href("/requests")})
	p.Band = v.ownBand("requests")
	p.Errors = bad
	for _, k := range []clearing.Kind{clearing.Request, clearing.Offer} {
		s, err := v.clearing().Store.Schedule(v.r.Context(), k)
		if err != nil {
			return err
		}
		l := scheduleLine{Kind: k, Title: v.p.T(kinded(k, "request.list", "offer.list"), nil), N: s.N, At: s.At}
		for _, name := range periods {
			f := periodField{Name: name, Label: v.p.T("request.schedule."+name, nil), Value: itoa(*period(&s, name)), ID: "f-" + string(k) + "-" + name}
			if k == typed { // what is to be corrected is found under the plain name of the field
				f.Value, f.ID, f.Bad = v.form(name), "f-"+name, p.Error(name)
			}
			l.Fields = append(l.Fields, f)
		}
		p.Lines = append(p.Lines, l)
	}
	if v.query("done") != "" {
		p.Done = v.p.T("request.done.schedule", nil)
	}
	return v.showStatus(status, "clearing_schedule", p)
}

func (v *visit) keepSchedule() error {
	s := clearing.Schedule{Kind: clearing.Kind(v.form("kind"))}
	var err error
	if s.N, err = v.formNumber("n"); err != nil {
		return err
	}
	for _, name := range periods {
		n, err := strconv.Atoi(v.form(name))
		if err != nil {
			n = -1 // no number: refused as one that lies outside the bounds
		}
		*period(&s, name) = n
	}
	err = v.clearing().KeepSchedule(v.r.Context(), v.act(), s)
	if bad := v.fieldErrors(err); bad != nil {
		return v.schedulePageWith(http.StatusUnprocessableEntity, s.Kind, bad)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/requests/schedule?done=1"))
}

type calendarPage struct {
	Base
	Of       string
	Rev      int64
	Days     []choice
	Holidays string
}

// calendarPage shows the working days of the visitor's State, or of the secretariat.
func (v *visit) calendarPage() error {
	c, err := v.clearing().Store.Calendar(v.r.Context(), v.actor.Party)
	if err != nil {
		return err
	}
	var lines []string
	for _, h := range c.Holidays {
		lines = append(lines, strings.TrimSpace(string(h.On)+" "+h.Name))
	}
	return v.calendarPageWith(http.StatusOK, c, strings.Join(lines, "\n"), nil)
}

func (v *visit) calendarPageWith(status int, c clearing.Calendar, holidays string, bad []FieldError) error {
	if err := v.actor.Must(identity.KeepCalendar, identity.Scope{Party: v.actor.Party}); err != nil {
		return err
	}
	p := calendarPage{Base: v.base("assistance", v.p.T("request.calendar", nil)), Of: v.p.T("request.secretariat", nil), Rev: c.Rev, Holidays: holidays}
	if v.actor.Party != "" {
		p.Of = v.partyName(string(v.actor.Party))
	}
	p.Crumbs = append(v.assistanceCrumbs(), Crumb{v.p.T("request.list", nil), v.href("/requests")})
	p.Band = v.ownBand("requests")
	p.Errors = bad
	for d := time.Sunday; d <= time.Saturday; d++ {
		on := false
		for _, w := range c.Weekend {
			on = on || w == d
		}
		p.Days = append(p.Days, choice{itoa(int(d)), v.p.T("request.weekday."+itoa(int(d)), nil), on})
	}
	if v.query("done") != "" {
		p.Done = v.p.T("request.done.calendar", nil)
	}
	return v.showStatus(status, "clearing_calendar", p)
}

func (v *visit) keepCalendar() error {
	var c clearing.Calendar
	var err error
	if c.Rev, err = v.formNumber("rev"); err != nil {
		return err
	}
	for _, x := range v.r.PostForm["weekend"] {
		n, err := strconv.Atoi(x)
		if err != nil {
			n = -1
		}
		c.Weekend = append(c.Weekend, time.Weekday(n))
	}
	for line := range strings.Lines(v.form("holidays")) {
		if line = strings.TrimSpace(line); line != "" {
			day, name, _ := strings.Cut(line, " ")
			c.Holidays = append(c.Holidays, clearing.Holiday{On: assistance.Day(day), Name: strings.TrimSpace(name)})
		}
	}
	err = v.clearing().KeepCalendar(v.r.Context(), v.act(), c)
	if bad := v.fieldErrors(err); bad != nil {
		return v.calendarPageWith(http.StatusUnprocessableEntity, c, v.form("holidays"), bad)
	}
	if err != nil {
		return err
	}
	return v.see(v.href("/requests/calendar?done=1"))
}
