package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// filters are the query parameters of each list, besides limit and offset.
var filters = map[string][]string{
	"/search":                       {"q", "lang", "country", "provision", "theme", "region", "type", "status", "kind", "source", "year", "year_from", "year_to", "sort", "across", "as", "limit", "offset", "cursor"},
	"/compare":                      {"provision", "state"},
	"/measures":                     {"q", "country", "type"},
	"/measures/{id}":                {"as-of"},
	"/measures/{id}/sections/{eid}": {"as-of"},
	"/parties":                      {"region", "status"},
	"/answers":                      {"party", "provision"},
	"/assessments":                  {"party"},
	"/contact-points":               {"party", "organisation", "role"},
	"/needs":                        {"party", "provision", "form", "status"},
	"/requests":                     {"party", "provision", "form", "state"},
	"/offers":                       {"party", "organisation", "provision", "form", "state"},
	"/activities":                   {"q", "party", "provision", "form", "organisation", "status"},
	"/coordination":                 {"party", "region", "provision", "theme", "form", "from", "to", "show", "columns", "level", "provider", "provider_type", "cooperation", "proposed"},
	"/who-does-what-where":          {"party", "region", "provision", "theme", "form", "from", "to", "provider", "provider_type", "cooperation", "proposed"},
}

// OpenAPI describes every route in OpenAPI 3.1. It is made from the routes and
// the wire types themselves, so that it cannot tell what the program does not do.
func (a *API) OpenAPI() []byte {
	schemas := map[string]any{}
	paths := map[string]any{}
	problem := map[string]any{"description": "A problem document (RFC 9457).", "content": map[string]any{"application/problem+json": map[string]any{"schema": schemaOf(reflect.TypeFor[Problem](), schemas)}}}
	for _, route := range a.routes() {
		var params []any
		for part := range strings.SplitSeq(route.Pattern, "/") {
			if name, ok := strings.CutPrefix(part, "{"); ok {
				name, _, _ = strings.Cut(name, "}")
				p := map[string]any{"name": name, "in": "path", "required": true, "schema": map[string]any{"type": "string"}}
				if strings.HasPrefix(route.Pattern, "/provisions/") {
					p["description"] = "An id is a path: uncac/art_16/para_1. Its slashes are written as they are."
				}
				params = append(params, p)
			}
		}
		var schema any
		if _, ok := route.answer.(File); !ok {
			schema = schemaOf(reflect.TypeOf(route.answer), schemas)
		}
		if !route.list {
			for _, f := range filters[route.Pattern] {
				params = append(params, map[string]any{"name": f, "in": "query", "schema": map[string]any{"type": "string"}})
			}
		}
		if route.list {
			for _, f := range filters[route.Pattern] {
				params = append(params, map[string]any{"name": f, "in": "query", "schema": map[string]any{"type": "string"}})
			}
			params = append(params,
				map[string]any{"name": "limit", "in": "query", "schema": map[string]any{"type": "integer", "minimum": 1, "maximum": 500}},
				map[string]any{"name": "offset", "in": "query", "schema": map[string]any{"type": "integer", "minimum": 0}})
			schema = map[string]any{"type": "object", "required": []string{"items", "total", "next"}, "properties": map[string]any{
				"items": map[string]any{"type": "array", "items": schema}, "total": map[string]any{"type": "integer"}, "next": map[string]any{"type": []string{"string", "null"}}}}
		}
		media := "application/json"
		if _, ok := route.answer.(File); ok {
			media, schema = "application/akn+xml", map[string]any{"type": "string"}
		}
		op := map[string]any{"summary": route.about, "responses": map[string]any{
			"200":     map[string]any{"description": "What is public.", "content": map[string]any{media: map[string]any{"schema": schema}}},
			"default": problem}}
		if params != nil {
			op["parameters"] = params
		}
		paths[Prefix+route.Pattern] = map[string]any{"get": op}
		if tables[route.Pattern] != nil {
			paths[Prefix+route.Pattern+".{format}"] = map[string]any{"get": asTable(route.about, params, problem)}
		}
	}
	b, err := json.MarshalIndent(map[string]any{
		"openapi": "3.1.0",
		"info": map[string]any{"title": "Merida", "version": "1", "description": "What is public in this installation: the Convention, national measures, published answers, needs and assistance. " +
			"Text in several languages is an object by BCP 47 code."},
		"servers":    []any{map[string]any{"url": a.BaseURL}},
		"paths":      paths,
		"components": map[string]any{"schemas": schemas},
	}, "", " ")
	if err != nil {
		panic("api: the description cannot be written: " + err.Error()) // made of maps and strings only
	}
	return b
}

func schemaOf(t reflect.Type, named map[string]any) any {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case t.Kind() == reflect.Pointer:
		return schemaOf(t.Elem(), named)
	case t.Kind() == reflect.Slice:
		return map[string]any{"type": "array", "items": schemaOf(t.Elem(), named)}
	case t.Kind() == reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schemaOf(t.Elem(), named)}
	case t.Kind() == reflect.String:
		return map[string]any{"type": "string"}
	case t.Kind() == reflect.Bool:
		return map[string]any{"type": "boolean"}
	case t.Kind() == reflect.Float64 || t.Kind() == reflect.Float32:
		return map[string]any{"type": "number"}
	case t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64:
		return map[string]any{"type": "integer"}
	case t.Kind() != reflect.Struct:
		return map[string]any{}
	}
	name := t.Name()
	if t.PkgPath() != reflect.TypeFor[Problem]().PkgPath() {
		name = strings.ReplaceAll(strings.TrimPrefix(t.String(), "*"), ".", "_")
	}
	ref := map[string]any{"$ref": "#/components/schemas/" + name}
	if _, ok := named[name]; ok {
		return ref
	}
	props := map[string]any{}
	named[name] = map[string]any{} // so that a type that holds itself ends
	var required []string
	for i := range t.NumField() {
		f := t.Field(i)
		tag, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		props[tag] = schemaOf(f.Type, named)
		if !strings.Contains(opts, "omitempty") {
			required = append(required, tag)
		}
	}
	s := map[string]any{"type": "object", "properties": props}
	if required != nil {
		s["required"] = required
	}
	named[name] = s
	return ref
}
