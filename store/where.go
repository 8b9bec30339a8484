package store

import (
	"fmt"
	"reflect"
	"strings"

	"merida/identity"
)

// Where collects the conditions of a query and numbers their parameters, so
// that one text serves both engines. The zero value has no condition.
type Where struct {
	conds []string
	args  []any
}

// And adds a condition in which each ? stands for the next argument; a slice
// argument stands for a list ("x IN (?)"), and an empty slice makes the condition false.
func (w *Where) And(cond string, args ...any) {
	var b strings.Builder
	next := 0
	for _, r := range cond {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		b.WriteString(w.list(args[next]))
		next++
	}
	w.conds = append(w.conds, "("+b.String()+")")
}

// Arg adds an argument alone and gives its place, for use in the rest of the statement.
func (w *Where) Arg(v any) string {
	w.args = append(w.args, v)
	return fmt.Sprintf("$%d", len(w.args))
}

func (w *Where) list(v any) string {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice || rv.Type().Elem().Kind() == reflect.Uint8 {
		return w.Arg(v)
	}
	if rv.Len() == 0 {
		return "NULL"
	}
	places := make([]string, rv.Len())
	for i := range places {
		e := rv.Index(i)
		if e.Kind() == reflect.String { // named string types are not known to drivers
			places[i] = w.Arg(e.String())
		} else {
			places[i] = w.Arg(e.Interface())
		}
	}
	return strings.Join(places, ", ")
}

// Sight adds the condition that a reader sees the row. party and rank are the
// columns that hold the owning party and the rank of the visibility class;
// assigned is a condition with at most one ? for the account, used where the sight
// is narrowed to what is assigned ("" means that such readers see only by class).
// This is the only place where a Sight becomes SQL.
func (w *Where) Sight(s identity.Sight, party, rank, assigned string) {
	byClass := rank + " >= ?"
	switch {
	case s.Party == "":
		w.And(byClass, s.MinRank())
	case s.Assigned == "":
		w.And(byClass+" OR "+party+" = ?", s.MinRank(), string(s.Party))
	case assigned == "":
		w.And(byClass, s.MinRank())
	default:
		args := []any{s.MinRank(), string(s.Party)}
		if strings.Contains(assigned, "?") {
			args = append(args, s.Assigned)
		}
		w.And(byClass+" OR "+party+" = ? AND "+assigned, args...)
	}
}

// SQL is the text " WHERE …", or nothing when there is no condition.
func (w *Where) SQL() string {
	if len(w.conds) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conds, " AND ")
}

// Args are the arguments in the order of their numbers.
func (w *Where) Args() []any { return w.args }
