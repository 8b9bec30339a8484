package web

import (
	"errors"
	"io"
	"strings"

	"merida/assistance"
	"merida/exchange"
	"merida/exchange/sheet"
	"merida/fault"
	"merida/identity"
	"merida/lang"
)

// sheetPage is the way in for tables of needs and activities: a file, then what it would do row by row, then the act.
type sheetPage struct {
	Base
	Noun    string // needs or activities: of the address and of the catalogue
	Lines   []sheetLine
	Counts  []sheetCount
	Unread  []string
	Table   string // what was read, for the act
	Applied bool
	Doing   int // rows that would do something
}

type sheetLine struct {
	sheet.Planned
	Href    string
	Reason  string
	Changes string
	Rivals  []rivalLine // activities of others that overlap with what the row says
}

type sheetCount struct {
	Outcome string
	N       int
}

// sheetRivals is for how many rows the preview looks for overlaps; the list of overlaps tells of all once they are stored.
const sheetRivals = 200

func (v *visit) sheetBase() sheetPage {
	noun := strings.Split(strings.Trim(v.route.pattern, "/"), "/")[0]
	p := sheetPage{Base: v.base("assistance", v.p.T("sheet.title."+noun, nil)), Noun: noun}
	p.Crumbs = []Crumb{{v.p.T("nav.home", nil), v.href("/")}, {v.p.T("nav.assistance", nil), v.href("/coordination")}, {v.p.T("work."+noun, nil), v.href("/%s", noun)}}
	p.Band = v.ownBand(noun)
	return p
}

// mayImport reports why the visitor may bring no table of this kind.
func (v *visit) mayImport(noun string) error {
	if noun == "needs" {
		return v.actor.Must(identity.DraftNeed, assistance.NewNeed(v.actor.Party))
	}
	if v.mayDeclare() {
		return nil
	}
	return v.actor.Must(identity.RecordActivity, identity.Scope{Party: v.actor.Party, Organisation: v.actor.Organisation})
}

func (v *visit) sheetPage() error {
	p := v.sheetBase()
	if err := v.mayImport(p.Noun); err != nil {
		return err
	}
	return v.show("sheet", p)
}

// readSheet plans what a table would do and shows it; with apply it does it.
func (v *visit) readSheet() error {
	p := v.sheetBase()
	if err := v.mayImport(p.Noun); err != nil {
		return err
	}
	t, err := v.sentTable()
	var plan sheet.Plan
	if err == nil {
		plan, err = v.planSheet(p.Noun, t)
	}
	if fault.Is(err, fault.Invalid) || fault.Is(err, fault.TooLarge) {
		f, _ := errors.AsType[*fault.Error](err)
		p.Errors = append(v.fieldErrors(err), FieldError{Field: "file", Text: v.message(f)})
		return v.showStatus(status(f.Kind), "sheet", p)
	}
	if err != nil {
		return err
	}
	p.Table, p.Unread = t.JSON(), plan.Unread
	if v.form("apply") == "1" {
		a := v.act()
		if err := plan.Apply(v.r.Context(), a, a.Request.Key); err != nil {
			return err
		}
		p.Applied = true
	}
	rep := plan.Report()
	for _, o := range exchange.Outcomes {
		p.Counts = append(p.Counts, sheetCount{string(o), rep.Count[o]})
	}
	p.Doing = rep.Count[exchange.Accepted] + rep.Count[exchange.Updated]
	looked := 0
	for _, l := range plan.Lines {
		x := sheetLine{Planned: l}
		if l.ID != "" {
			x.Href = v.href("/%s/%s", p.Noun, l.ID)
		}
		if l.Outcome == exchange.Refused {
			x.Reason = v.p.T(l.Reason.Key, l.Reason.Args)
			if l.Field != "" {
				x.Reason = l.Field + ": " + x.Reason
			}
		}
		var names []string
		for _, c := range l.Changes {
			names = append(names, v.p.T(c, nil))
		}
		x.Changes = v.list(names)
		if l.Stated != nil && !p.Applied && looked < sheetRivals {
			looked++
			found, _, err := v.unseen(assistance.ActivityID(l.ID), *l.Stated)
			if err != nil {
				return err
			}
			if x.Rivals, err = v.rivalLines(found[:min(len(found), 3)]); err != nil {
				return err
			}
		}
		p.Lines = append(p.Lines, x)
	}
	return v.show("sheet", p)
}

// sentTable reads the file that was sent, or what a plan was made from.
func (v *visit) sentTable() (sheet.Table, error) {
	if s := v.form("table"); s != "" {
		return sheet.Read([]byte(s))
	}
	f, _, err := v.r.FormFile("file")
	if err != nil {
		return sheet.Table{}, fault.New(fault.Invalid, "sheet.error.none", nil)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, sheet.MaxBytes+1))
	if err != nil {
		return sheet.Table{}, fault.Wrap(fault.Invalid, "fault.form", err)
	}
	if len(b) > 0 && b[0] == '{' { // our own form between plan and act is no file of people
		return sheet.Table{}, fault.New(fault.Invalid, "sheet.error.format", nil)
	}
	return sheet.Read(b)
}

func (v *visit) planSheet(noun string, t sheet.Table) (sheet.Plan, error) {
	r := sheet.Reader{Service: v.site.Assistance, Conventions: v.site.Conventions, Parties: v.site.Parties, Lists: v.site.Codes, Lang: v.lang, Labels: func(key string) (out []string) {
		for _, l := range lang.Official {
			out = append(out, v.site.Locale.Printer(l).T(key, nil))
		}
		return out
	}}
	if noun == "needs" {
		return r.Needs(v.r.Context(), v.actor, t)
	}
	return r.Activities(v.r.Context(), v.actor, t)
}
