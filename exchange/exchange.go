package exchange

import (
	"errors"

	"merida/fault"
)

// Outcome is what became of one record.
type Outcome string

const (
	Accepted  Outcome = "accepted"  // it is new
	Updated   Outcome = "updated"   // it was known and differs now
	Unchanged Outcome = "unchanged" // it was known and is the same
	Refused   Outcome = "refused"   // it was not taken in; Key says why
)

// Outcomes lists the outcomes in the order in which summaries show them.
var Outcomes = []Outcome{Accepted, Updated, Unchanged, Refused}

// Note is a reason or a remark, as a key of the catalogue with its arguments.
type Note struct {
	Key  string     `json:"key"`
	Args fault.Args `json:"args,omitempty"`
}

// Line tells what became of one record.
type Line struct {
	File    string  `json:"file"`             // as the source names it
	N       int     `json:"n,omitempty"`      // line or position in the file, from 1; 0 when it has none
	Record  string  `json:"record,omitempty"` // the source's id, empty when there is none to be read
	Title   string  `json:"title,omitempty"`
	Outcome Outcome `json:"outcome"`
	Reason  Note    `json:"reason,omitzero"`   // of a refused record
	Field   string  `json:"field,omitempty"`   // the field that the reason is about, when there is one
	Remarks []Note  `json:"remarks,omitempty"` // what a person may want to look at; the record was taken in all the same
}

// Report counts what became of the records of an import.
type Report struct {
	Records int             `json:"records"`
	Count   map[Outcome]int `json:"count"`
}

// Add counts a line.
func (r *Report) Add(l Line) {
	if r.Count == nil {
		r.Count = make(map[Outcome]int, len(Outcomes))
	}
	r.Records++
	r.Count[l.Outcome]++
}

// Refuse turns an error into the reason of a refused record. ok is false for what is no
// fault of the record (the store does not answer, no room, no right, a bug): such an
// error ends the import.
func (l *Line) Refuse(err error) (ok bool) {
	var f *fault.Error
	if !errors.As(err, &f) {
		return false
	}
	switch f.Kind {
	case fault.Invalid, fault.TooLarge, fault.Conflict, fault.NotFound:
	default:
		return false
	}
	l.Outcome, l.Reason = Refused, Note{f.MessageKey(), f.Args}
	if len(f.Fields) > 0 {
		l.Field, l.Reason = f.Fields[0].Name, Note{f.Fields[0].Key, f.Fields[0].Args}
	}
	return true
}
