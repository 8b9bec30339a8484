// Package api is the program for programs: JSON under /api/v1, read only, of
// what is public. Lists answer {"items", "total", "next"} and page with limit
// and offset; errors are problem documents (RFC 9457). Text in several languages
// is an object by BCP 47 code. openapi.yaml describes it and a test holds the
// two together.
//
// The same services and the same zero Sight feed the pages of package web, so
// that no door shows what another hides.
package api
