package api

import (
	"strconv"
	"time"

	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/library"
)

// Version is one state of a text, without it. Dates are a year, a month or a day; absent where the source gives none.
type Version struct {
	N       int            `json:"n"`
	Date    string         `json:"date,omitempty"`
	Adopted string         `json:"adopted,omitempty"`
	From    string         `json:"in_force_from,omitempty"`
	Until   string         `json:"in_force_until,omitempty"`
	Status  library.Status `json:"status"`
	Source  string         `json:"source_url,omitempty"`
	Lang    lang.Tag       `json:"lang"`
	Hash    string         `json:"hash"`
	Format  string         `json:"format"`
	At      time.Time      `json:"recorded_at"`
	URL     string         `json:"url"`
}

// AsOf says which version a call with as-of was answered with. Doubt is absent when the dates leave none; "start"
// or "end" when the source gives the month or year alone, or not since when a repealed text is without force.
type AsOf struct {
	Day     string        `json:"day"`
	Version int           `json:"version"`
	Doubt   library.Doubt `json:"doubt,omitempty"`
	Undated int           `json:"versions_without_dates"`
}

func (r *request) wireVersion(v library.Version) Version {
	return Version{N: v.N, Date: v.Date, Adopted: v.Life.Adopted, From: v.Life.From, Until: v.Life.Until, Status: v.Life.Status, Source: v.Life.Source, Lang: v.Lang,
		Hash: v.Hash, Format: v.Format, At: v.RecordedAt, URL: r.pageURL("/measures/" + string(v.Measure) + "/versions/" + strconv.Itoa(v.N))}
}

func (r *request) versions() (any, error) {
	id, err := r.measureID()
	if err != nil {
		return nil, err
	}
	vs, err := r.api.Library.Versions(r.Context(), identity.Sight{}, id)
	if err != nil {
		return nil, err
	}
	var out []Version
	for _, v := range vs {
		out = append(out, r.wireVersion(v))
	}
	return cut(r, out)
}

// wholeNow reads the newest text, or with as-of the one in force on a day.
// Invalid: as-of is no day. NotFound: no version is known to have been in force that day.
func (r *request) wholeNow() (library.Whole, *AsOf, error) {
	day := r.URL.Query().Get("as-of")
	if day == "" {
		w, err := r.whole(0)
		return w, nil, err
	}
	id, err := r.measureID()
	if err != nil {
		return library.Whole{}, nil, err
	}
	w, a, err := library.ReadAsOf(r.Context(), r.api.Library, identity.Sight{}, id, day)
	switch {
	case err != nil:
		return w, nil, err
	case a.N == 0 && a.Dated == 0:
		return w, nil, fault.New(fault.NotFound, "measure.error.no_dates", nil)
	case a.N == 0:
		return w, nil, fault.New(fault.NotFound, "measure.error.not_in_force", fault.Args{"date": day})
	}
	return w, &AsOf{a.Day, a.N, a.Doubt, a.Undated}, nil
}
