package web

import (
	"encoding/json"
	"net/http"

	"merida/exchange/table"
	"merida/fault"
	"merida/lang"
)

// dcatPath is the address of the catalogue of data, which has no language: it names everything in all of them.
const dcatPath = "/catalog.jsonld"

// dcatSets are the lists that can be had whole, each with the key of its title.
var dcatSets = []struct{ path, title string }{
	{"measures", "measures.title"}, {"answers", "answers.table"}, {"needs", "need.list"}, {"activities", "activity.list"}, {"organisations", "organisation.list"},
	{"contact-points", "contact.title"}, {"parties", "parties.title"}, {"coordination", "coordination.title"},
}

// dcat answers the catalogue of what can be downloaded, for those who gather open data. Source: W3C, Data Catalog Vocabulary (DCAT) version 3, as JSON-LD.
func (s *Site) dcat(v *visit) error {
	if v.r.Method != http.MethodGet && v.r.Method != http.MethodHead {
		return fault.Of(fault.NotFound)
	}
	words := func(key string) (out []map[string]string) {
		for _, t := range lang.Official {
			out = append(out, map[string]string{"@language": string(t), "@value": s.Locale.Printer(t).T(key, nil)})
		}
		return out
	}
	var sets []any
	for _, d := range dcatSets {
		var files []any
		for _, f := range table.Formats {
			files = append(files, map[string]any{"@type": "dcat:Distribution", "dcat:downloadURL": map[string]string{"@id": s.BaseURL + "/api/v1/" + d.path + "." + string(f)}, "dcat:mediaType": f.ContentType(),
				"dcat:accessURL": map[string]string{"@id": s.BaseURL + "/api/v1/" + d.path}})
		}
		sets = append(sets, map[string]any{"@id": s.BaseURL + dcatPath + "#" + d.path, "@type": "dcat:Dataset", "dct:title": words(d.title), "dct:identifier": d.path, "dct:language": lang.Official,
			"dct:rights": words("table.licence"), "dcat:distribution": files})
	}
	out := map[string]any{
		"@context": map[string]string{"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/"},
		"@id":      s.BaseURL + dcatPath, "@type": "dcat:Catalog", "dct:title": words("site.name"), "foaf:homepage": map[string]string{"@id": s.BaseURL + "/"},
		"dcat:service": []any{map[string]any{"@type": "dcat:DataService", "dct:title": words("foot.api"), "dcat:endpointURL": map[string]string{"@id": s.BaseURL + "/api/v1"}, "dcat:endpointDescription": map[string]string{"@id": s.BaseURL + "/openapi.json"}}},
		"dcat:dataset": sets,
	}
	v.w.Header().Set("Content-Type", "application/ld+json")
	v.w.Header().Set("Cache-Control", "public, max-age=3600")
	e := json.NewEncoder(v.w)
	e.SetEscapeHTML(false)
	return e.Encode(out)
}
