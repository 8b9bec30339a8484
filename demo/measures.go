package demo

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strings"

	"merida/convention"
	"merida/identity"
	"merida/lang"
	"merida/library"
	"merida/party"
)

//go:embed data/*.json
var data embed.FS

// read decodes a data file; members that the type does not know are an error.
func read(name string, into any) error {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("demo: %s: %w", name, err)
	}
	return nil
}

// record is a measure as the data files hold it.
type record struct {
	SourceID  string                                `json:"source_id"`
	Key       string                                `json:"key"` // of a fictional law, for the answers that cite it
	Country   party.ID                              `json:"country"`
	Party     party.ID                              `json:"party"` // of a fictional law
	Lang      lang.Tag                              `json:"lang"`
	Type      library.Type                          `json:"type"`
	Status    library.Status                        `json:"status"`
	Titles    lang.Text                             `json:"titles"`
	Summary   lang.Text                             `json:"summary"`
	Date      string                                `json:"date"`
	Life      struct{ Adopted, From, Until string } `json:"life"` // of the text, where it says so itself
	SourceURL string                                `json:"source_url"`
	Licence   string                                `json:"licence"`
	Sections  []section                             `json:"sections"`
}

// section is an article: of a real law its number and what it provides, in our
// words; of a fictional one its text.
type section struct {
	EID        string          `json:"eid"`
	Num        string          `json:"num"`
	Heading    string          `json:"heading"` // only where the law prints one
	Text       string          `json:"text"`    // only of fictional laws
	Note       lang.Text       `json:"note"`
	Provisions []convention.ID `json:"provisions"`
}

// Measures gives the measures of real States, as the library takes them in.
// Sections carry no text; what they provide stands in the notes of the mappings.
func Measures() ([]library.Whole, error) {
	var out []library.Whole
	for _, name := range []string{"measures.json", "measures-more.json"} {
		var rs []record
		if err := read(name, &rs); err != nil {
			return nil, err
		}
		for _, r := range rs {
			out = append(out, r.whole())
		}
	}
	return out, nil
}

func (r record) whole() library.Whole {
	w := library.Whole{Measure: library.Measure{SourceID: r.SourceID, Country: r.Country, Type: r.Type, Status: r.Status, Lang: r.Lang, Titles: r.Titles,
		Summary: r.Summary, Date: r.Date, Source: library.FromResearch, SourceURL: r.SourceURL, Licence: r.Licence}}
	w.Version.Life = library.Life{Adopted: r.Life.Adopted, From: r.Life.From, Until: r.Life.Until}
	for _, s := range r.Sections {
		kind := "article"
		if strings.HasPrefix(s.EID, "sec_") {
			kind = "section"
		}
		w.Sections = append(w.Sections, library.Section{EID: s.EID, Level: 1, Kind: kind, Num: s.Num, Heading: s.Heading, Text: s.Text})
		for _, p := range s.Provisions {
			w.Mappings = append(w.Mappings, library.Mapping{EID: s.EID, Provision: p, Status: library.Editorial, Note: s.Note})
		}
	}
	return w
}

// measures takes the real measures in. What is there already changes nothing, so that
// a folder into which the laws were imported first keeps their texts.
func (t *tale) measures(ctx context.Context, actor identity.Actor) error {
	ws, err := Measures()
	if err != nil {
		return err
	}
	ids := make([]string, len(ws))
	for i, w := range ws {
		ids[i] = w.Measure.SourceID
	}
	known, err := t.library.Store.BySource(ctx, ids)
	if err != nil {
		return err
	}
	for _, w := range ws {
		if _, ok := known[w.Measure.SourceID]; ok {
			continue
		}
		t.pass(tick)
		if _, _, err := t.library.Intake(ctx, actor, library.Measure{}, w); err != nil {
			return fmt.Errorf("demo: measure %s: %w", w.Measure.SourceID, err)
		}
	}
	return nil
}
