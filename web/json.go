package web

import (
	"encoding/json"
	"net/http"
	"strings"
)

// wantsJSON reports whether a script of ours asks: it gets the same faults as words and fields.
func (v *visit) wantsJSON() bool {
	return strings.HasPrefix(v.r.Header.Get("Accept"), "application/json")
}

func (v *visit) json(status int, body any) error {
	v.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	v.w.WriteHeader(status)
	return json.NewEncoder(v.w).Encode(body)
}

// problem is what a script is told of a fault.
func (v *visit) problem(status int, p errorPage) {
	fields := map[string]string{}
	for _, e := range p.Errors {
		fields[e.Field] = e.Text
	}
	if err := v.json(status, map[string]any{"title": p.Title, "status": status, "kind": p.Kind, "detail": p.Message, "fields": fields, "request_id": p.Reference}); err != nil {
		http.Error(v.w, p.Kind, http.StatusInternalServerError)
	}
}

// shown notes which templates a test run has executed.
var shown func(name string)

func note(name string) {
	if shown != nil {
		shown(name)
	}
}
