package web

import (
	"mime"

	"merida/exchange/legaltext"
)

// aknRoutes are the addresses that answer with the suffix .akn: a text as Akoma Ntoso, for programs and other repositories.
var aknRoutes = []route{
	{get, "/measures/{id}", (*visit).measureAKN, false, true},
	{get, "/measures/{id}/versions/{n}", (*visit).measureAKN, false, true},
}

// measureAKN sends the text of a measure, or of one of its versions, as a document of Akoma Ntoso.
// Invalid: the text cannot be brought into that form; the reason says why.
func (v *visit) measureAKN() error {
	w, _, err := v.whole()
	if err != nil {
		return err
	}
	b, err := legaltext.WriteAkomaNtoso(w, v.site.BaseURL+v.href("/measures/%s", w.Measure.ID))
	if err != nil {
		return err
	}
	h := v.w.Header()
	h.Set("Content-Type", legaltext.MediaAKN)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": "measure-" + string(w.Measure.ID) + ".akn"}))
	_, err = v.w.Write(b)
	return err
}
