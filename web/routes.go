package web

import (
	"net/http"
	"strings"
)

// route is one address after the language. {x} stands for one segment, {x...} for the rest of the path.
type route struct {
	method   string
	pattern  string
	handle   func(*visit) error
	signedIn bool // nobody else is let in
	download bool // also answers with a suffix: .csv, .xlsx, .jsonl
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routes lists every page. Filled in init, since handlers name routes in turn.
var routes []route

func init() {
	routes = []route{
		{get, "/", (*visit).home, false, false},
		{get, "/sign-in", (*visit).signInPage, false, false},
		{post, "/sign-in", (*visit).askLink, false, false},
		{get, "/sign-in/{secret}", (*visit).linkPage, false, false},
		{post, "/sign-in/{secret}", (*visit).signIn, false, false},
		{post, "/sign-out", (*visit).signOut, false, false},

		{get, "/conventions/{id}", (*visit).conventionPage, false, false},
		{get, "/provisions/{id...}", (*visit).provisionPage, false, true},
		{get, "/measures", (*visit).measuresPage, false, true},
		{get, "/search/feed", (*visit).searchFeed, false, false},
		{get, "/measures/feed", (*visit).measuresFeed, false, false},
		{get, "/measures/{id}", (*visit).measurePage, false, false},
		{get, "/measures/{id}/versions/{n}", (*visit).measurePage, false, false},
		{get, "/measures/{id}/versions/{n}/changes", (*visit).measureChanges, false, false},
		{get, "/measures/{id}/sections/{eid}", (*visit).sectionPage, false, false},
		{get, "/measures/{id}/versions/{n}/sections/{eid}", (*visit).sectionPage, false, false},
		{get, "/parties", (*visit).partiesPage, false, true},
		{get, "/parties/{iso}", (*visit).partyPage, false, true},
		{get, "/timeline", (*visit).timelinePage, false, true},
		{get, "/answers/{id}", (*visit).answerPage, false, false},
	}
	routes = append(routes, versionRoutes...)
	routes = append(routes, translationRoutes...)
	routes = append(routes, validateRoutes...)
	routes = append(routes, compareRoutes...)
	routes = append(routes, newsRoutes...)
	routes = append(routes, mappingRoutes...)
	routes = append(routes, intakeRoutes...)
	routes = append(routes, searchRoutes...)
	routes = append(routes, collectionRoutes...)
	routes = append(routes, savedRoutes...)
	routes = append(routes, followRoutes...)
	routes = append(routes, stillRoutes...)
	routes = append(routes, hookRoutes...)
	routes = append(routes, contactRoutes...)
	routes = append(routes, questionRoutes...)
	routes = append(routes, assistanceRoutes...)
	routes = append(routes, mechanismRoutes...)
	routes = append(routes, clearingRoutes...)
	routes = append(routes, workRoutes...)
	routes = append(routes, migrationRoutes...)
	routes = append(routes, teamRoutes...)
	routes = append(routes, reviewRoutes...)
	routes = append(routes, reuseRoutes...)
	routes = append(routes, printRoutes...)
	routes = append(routes, editionImportRoutes...)
	routes = append(routes, editionRoutes...)
	routes = append(routes, answerSheetRoutes...)
}

func (rt route) match(segments []string) (vars []string, ok bool) {
	parts := split(rt.pattern)
	for i, p := range parts {
		if strings.HasSuffix(p, "...}") {
			if len(segments) <= i {
				return nil, false
			}
			return append(vars, strings.Join(segments[i:], "/")), true
		}
		if i >= len(segments) {
			return nil, false
		}
		if strings.HasPrefix(p, "{") {
			vars = append(vars, segments[i])
		} else if p != segments[i] {
			return nil, false
		}
	}
	return vars, len(parts) == len(segments)
}
