package api

import (
	"merida/exchange/legaltext"
)

// File is an answer that is a document of its own form, not JSON.
type File struct {
	media string
	body  []byte
}

func (r *request) measureAKN() (any, error) { return r.akn(0) }

func (r *request) versionAKN() (any, error) {
	n, err := r.number()
	if err != nil {
		return nil, err
	}
	return r.akn(n)
}

// akn is a text as Akoma Ntoso; n = 0 means the newest.
func (r *request) akn(n int) (any, error) {
	w, err := r.whole(n)
	if err != nil {
		return nil, err
	}
	b, err := legaltext.WriteAkomaNtoso(w, r.pageURL("/measures/"+string(w.Measure.ID)))
	if err != nil {
		return nil, err
	}
	return File{legaltext.MediaAKN, b}, nil
}
