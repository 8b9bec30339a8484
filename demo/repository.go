package demo

import (
	"context"
	"fmt"

	"merida/lang"
	"merida/library"
)

// renderings are the texts of the fictional law that shows what a measure can hold besides one text:
// two versions with their time in force, translations of different authority, one of them stale.
type renderings struct {
	SourceID string    `json:"source_id"`
	Titles   lang.Text `json:"titles"`
	Summary  lang.Text `json:"summary"`
	Versions []struct {
		Adopted, From, Until string
		Status               library.Status
		Sections             []section
		Translations         []struct {
			Lang     lang.Tag
			Status   lang.Status
			Title    string
			Maker    string
			Sections []section
		}
	} `json:"versions"`
}

func plain(ss []section) (out []library.Section) {
	for _, s := range ss {
		out = append(out, library.Section{EID: s.EID, Level: 1, Kind: "article", Num: s.Num, Heading: s.Heading, Text: s.Text})
	}
	return out
}

// repository lets the officer record a law of QM with its history and translations, and QM validate the record.
func (t *tale) repository(ctx context.Context) error {
	var r renderings
	if err := read("versions.json", &r); err != nil {
		return err
	}
	for _, v := range r.Versions {
		known, err := t.library.Store.BySource(ctx, []string{r.SourceID})
		if err != nil {
			return err
		}
		w := library.Whole{Measure: library.Measure{SourceID: r.SourceID, Country: Quamara, Type: library.Law, Status: v.Status, Lang: "ar", Titles: r.Titles, Summary: r.Summary,
			Date: v.Adopted, Source: library.FromOrg, Licence: "CC0-1.0"},
			Version: library.Version{Format: "typed", Life: library.Life{Adopted: v.Adopted, From: v.From, Until: v.Until, Status: v.Status}}, Sections: plain(v.Sections)}
		for _, s := range v.Sections {
			for _, p := range s.Provisions {
				w.Mappings = append(w.Mappings, library.Mapping{EID: s.EID, Provision: p, Status: library.Editorial, Note: s.Note})
			}
		}
		id, _, err := t.library.Intake(ctx, t.as("officer"), known[r.SourceID], w)
		if err != nil {
			return fmt.Errorf("demo: %s: %w", r.SourceID, err)
		}
		for _, x := range v.Translations {
			if _, err := t.library.Translate(ctx, t.as("officer"), library.Translated{
				Translation: library.Translation{Measure: id, Lang: x.Lang, Status: x.Status, Title: x.Title, Maker: x.Maker, Format: "typed"}, Sections: plain(x.Sections)}); err != nil {
				return fmt.Errorf("demo: %s in %s: %w", r.SourceID, x.Lang, err)
			}
		}
	}
	known, err := t.library.Store.BySource(ctx, []string{r.SourceID})
	if err != nil {
		return err
	}
	m := known[r.SourceID]
	return t.library.Validate(ctx, t.as("QM.approver"), m.ID, m.Rev)
}
