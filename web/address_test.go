package web

import (
	"net/http"
	"testing"
)

// An address says what is wrong with a filter that cannot be read, and corrects where a list begins and how it is ordered.
func TestAddressesAreTakenAtTheirWord(t *testing.T) {
	s := searching(t)
	for path, want := range map[string]struct {
		status int
		words  string
	}{
		"/en/search?year_from=abc":                                    {http.StatusUnprocessableEntity, "from 1 to 9999"},
		"/fr/search?year_to=0":                                        {http.StatusUnprocessableEntity, "de 1 à 9999"},
		"/en/search/feed?year_from=-3":                                {http.StatusUnprocessableEntity, "from 1 to 9999"},
		"/en/search.csv?year_from=x":                                  {http.StatusUnprocessableEntity, "from 1 to 9999"},
		"/en/search?q=%ff":                                            {http.StatusUnprocessableEntity, "UTF-8"},
		"/en/coordination?from=2030-01-01&to=2020-01-01":              {http.StatusUnprocessableEntity, "before"},
		"/en/coordination?from=31.12.2026":                            {http.StatusUnprocessableEntity, "not a date"},
		"/en/search?offset=abc&sort=nope&limit=-1&q=law&unheard_of=1": {http.StatusOK, ""},
		"/en/measures?offset=-7":                                      {http.StatusOK, ""},
		"/de/search":                                                  {http.StatusNotFound, ""},
		"/sea":                                                        {http.StatusNotFound, ""},
		"/search?q=law":                                               {http.StatusFound, ""},
		"/":                                                           {http.StatusFound, ""},
	} {
		t.Run(path, func(t *testing.T) { mustHave(t, s.public().get(path), want.status, want.words) })
	}
}
