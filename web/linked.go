package web

import (
	"cmp"
	"strings"

	"merida/library"
	"merida/publication"
)

// Alternate is another form of a page, named in its head: a feed, JSON or CSV.
type Alternate struct{ Type, Href string }

// legislation describes a measure to search engines in the words of schema.org, as
// Legislation where it is law and as a CreativeWork otherwise. The template writes it
// as JSON into a data block, with < and > escaped; browsers never run such a block, so
// script-src has no say over it. Nil for a record that is not public.
// Source: https://schema.org/Legislation, which follows ELI.
func (v *visit) legislation(w library.Whole, newest bool) map[string]any {
	m := w.Measure
	if m.Visibility != publication.Public {
		return nil
	}
	id := v.site.BaseURL + v.href("/measures/%s", m.ID)
	at := id
	if !newest {
		at = v.site.BaseURL + v.href("/measures/%s/versions/%d", m.ID, w.Version.N)
	}
	title := v.words(m.Titles)
	d := map[string]any{
		"@context": "https://schema.org", "@type": "CreativeWork", "@id": at, "url": at,
		"name": map[string]string{"@language": string(title.Lang), "@value": title.S}, "inLanguage": string(m.Lang),
	}
	if o := m.Titles[m.Lang].S; o != "" && o != title.S {
		d["alternateName"] = map[string]string{"@language": string(m.Lang), "@value": o}
	}
	if s := v.words(m.Summary); s.S != "" {
		d["abstract"] = map[string]string{"@language": string(s.Lang), "@value": s.S}
	}
	if w.Version.N > 0 {
		d["version"] = w.Version.N
	}
	if !newest {
		d["exampleOfWork"] = map[string]string{"@id": id}
	}
	// A licence is a word or an address; schema.org takes both an address and, as a note, a text.
	if strings.HasPrefix(m.Licence, "https://") || strings.HasPrefix(m.Licence, "http://") {
		d["license"] = m.Licence
	} else if m.Licence != "" {
		d["copyrightNotice"] = m.Licence
	}
	if m.SourceURL != "" {
		d["isBasedOn"] = m.SourceURL
	}
	state := map[string]string{"@type": "AdministrativeArea", "identifier": string(m.Country), "name": v.partyName(string(m.Country))}
	switch m.Type {
	case library.Law, library.Regulation, library.Treaty:
	default:
		d["spatialCoverage"] = state
		if m.Date != "" {
			d["dateCreated"] = m.Date
		}
		return d
	}
	d["@type"], d["legislationJurisdiction"] = "Legislation", state
	d["legislationType"] = v.p.T("measure.type."+string(m.Type), nil)
	if m.SourceID != "" {
		d["legislationIdentifier"] = m.SourceID
	}
	life := w.Version.Life
	if life.Adopted != "" {
		d["legislationDate"] = life.Adopted
	} else if m.Date != "" {
		d["legislationDate"] = m.Date
	}
	if life.From != "" {
		d["legislationDateVersion"] = life.From
		d["temporalCoverage"] = life.From + "/" + cmp.Or(life.Until, "..") // an interval of ISO 8601; ".." is open
	}
	if life.Source != "" {
		d["isBasedOn"] = life.Source
	}
	// Legal force is said of the newest text, and of an older one only where its own status says it.
	status := m.Status
	if !newest {
		if status = life.Status; status == library.InForce {
			status = library.Unknown
		}
	}
	switch status {
	case library.InForce:
		d["legislationLegalForce"] = "https://schema.org/InForce"
	case library.Repealed, library.DraftText:
		d["legislationLegalForce"] = "https://schema.org/NotInForce"
	}
	return d
}
