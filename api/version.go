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

// Translation renders one version of a text in another language. Stale: the original has a newer version.
type Translation struct {
	Version   int         `json:"version"`
	Lang      lang.Tag    `json:"lang"`
	Edition   int         `json:"edition"`
	Status    lang.Status `json:"status"` // authentic, official, courtesy, machine
	Stale     bool        `json:"stale"`
	Title     string      `json:"title,omitempty"`
	Maker     string      `json:"maker,omitempty"`
	SourceURL string      `json:"source_url,omitempty"`
	Hash      string      `json:"hash"`
	At        time.Time   `json:"recorded_at"`
	URL       string      `json:"url"`
	// Sections are there where one translation is asked for; each has the eId of the section that it renders.
	Sections []TranslatedSection `json:"sections,omitempty"`
}

// TranslatedSection is a section of a translation. Of is absent where nothing of the original answers it.
type TranslatedSection struct {
	EID     string `json:"eid"`
	Of      string `json:"of,omitempty"` // eId of the section of the original
	Num     string `json:"num,omitempty"`
	Heading string `json:"heading,omitempty"`
	Text    string `json:"text,omitempty"`
}

func (r *request) wireTranslation(m library.Measure, t library.Translation) Translation {
	return Translation{Version: t.N, Lang: t.Lang, Edition: t.Edition, Status: t.Status, Stale: t.Stale(m), Title: t.Title, Maker: t.Maker, SourceURL: t.SourceURL, Hash: t.Hash, At: t.RecordedAt,
		URL: r.pageURL("/measures/" + string(t.Measure) + "/versions/" + strconv.Itoa(t.N) + "/translations/" + string(t.Lang))}
}

func (r *request) translations() (any, error) {
	id, err := r.measureID()
	if err != nil {
		return nil, err
	}
	m, err := r.api.Library.Measure(r.Context(), identity.Sight{}, id)
	if err != nil {
		return nil, err
	}
	ts, err := r.api.Library.Translations(r.Context(), identity.Sight{}, id)
	if err != nil {
		return nil, err
	}
	var out []Translation
	for _, t := range ts {
		out = append(out, r.wireTranslation(m, t))
	}
	return cut(r, out)
}

func (r *request) translation() (any, error) {
	n, err := r.number()
	if err != nil {
		return nil, err
	}
	w, err := r.whole(n)
	if err != nil {
		return nil, err
	}
	t, err := r.api.Library.Translated(r.Context(), identity.Sight{}, w.Measure.ID, n, lang.Tag(r.path[2]))
	if err != nil {
		return nil, err
	}
	out := r.wireTranslation(w.Measure, t.Translation)
	for _, p := range library.SideBySide(w.Sections, t.Sections) {
		if s := p.Translation; s.EID != "" {
			out.Sections = append(out.Sections, TranslatedSection{s.EID, p.Original.EID, s.Num, s.Heading, s.Text})
		}
	}
	return out, nil
}
