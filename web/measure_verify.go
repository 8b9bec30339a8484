package web

import (
	"merida/exchange/legaltext"
	"merida/library"
)

// Unsure reports that the text is to be verified against its original.
func (p measurePage) Unsure() bool {
	return legaltext.Unsure(p.Version.Format, string(p.Version.Lang.Base()))
}

// Unsure reports that the text is to be verified against its original.
func (p sectionPage) Unsure() bool {
	return legaltext.Unsure(p.Version.Format, string(p.Version.Lang.Base()))
}

// MayRevise reports whether the reader may give a new version of the text.
func (p measurePage) MayRevise() bool { return library.MayKeep(p.v.actor, p.Line.Measure) }
