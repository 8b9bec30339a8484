package web

import (
	"merida/fault"
	"merida/library"
)

var validateRoutes = []route{
	{get, "/measures/{id}/validate", (*visit).validatePage, true, false},
	{post, "/measures/{id}/validate", (*visit).validate, true, false},
}

type validatePage struct {
	Base
	Line    measureLine
	Summary Words
	Version library.Version
}

// validatePage shows an approver what the record says before they say for their State that it is right.
func (v *visit) validatePage() error {
	w, _, err := v.whole()
	if err != nil {
		return err
	}
	if !library.MayValidate(v.actor, w.Measure) {
		return fault.Of(fault.NotFound)
	}
	p := validatePage{Base: v.measureBase(w), Line: v.measureLine(w.Measure), Summary: v.words(w.Measure.Summary), Version: w.Version}
	p.Title = v.p.T("validate.title", nil) + " · " + p.Title
	p.Crumbs = append(p.Crumbs, Crumb{p.Line.Title.S, v.href("/measures/%s", w.Measure.ID)})
	return v.show("validate", p)
}

// validate takes what the State says of the record: that it is right, or that it no longer says so.
func (v *visit) validate() error {
	w, _, err := v.whole()
	if err != nil {
		return err
	}
	rev, err := v.formNumber("rev")
	if err != nil {
		return err
	}
	act, done := v.site.Library.Validate, "validated"
	switch v.form("said") {
	case "right":
	case "withdrawn":
		act, done = v.site.Library.WithdrawValidation, "withdrawn"
	default:
		var bad fault.List
		bad.Add("said", "fault.unknown_choice", nil)
		return bad.Err()
	}
	if err := act(v.r.Context(), v.act(), w.Measure.ID, rev); err != nil {
		return err
	}
	return v.see(v.href("/measures/%s?done=%s", w.Measure.ID, done))
}
