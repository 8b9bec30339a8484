// Package web is the program for people: HTML under /{lang}/…, in six languages.
//
// Addresses stand in routes.go, and those of a matter at the head of its file (searchRoutes in
// search.go); routes.go names every such list. A handler is a method of a visit (one
// request with who came, in which language): it reads the request, calls one
// Service, and shows a page or redirects; it decides nothing, holds no SQL and
// formats nothing that the printer can. A handler returns its error; answer.go
// turns every fault into a page in the reader's language.
//
// What an address asks for is taken at its word: a filter of the wrong form (a date, a year, a provision, a
// choice that does not exist) is refused and says what to write. Where a list begins and how it is
// ordered are corrected silently (offset, limit, sort), since such addresses are shared, cut and grow old.
// Of a name that is given twice and stands for one value, the first counts; names that a page does not know are ignored.
//
// A page is a typed struct that embeds Base; its template stands in
// templates/ under the name of the page. Every page works without script: forms
// post and redirect, scripts only make it better. Nothing is inline, so that
// the content security policy can forbid it.
package web
