package thesaurus

import (
	"slices"
	"strings"
	"testing"
)

// A question is read by the stems of its words in any order, so two concepts whose terms come down to the same
// stems in one language would be one concept to a reader's question, whatever the terms' spelling.
func TestNoTermsOfTwoConceptsReadAlike(t *testing.T) {
	th, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	meaning := map[string]entry{}
	for _, e := range th.entries {
		words := slices.Clone(e.words)
		slices.Sort(words)
		key := string(e.lang) + " " + strings.Join(words, " ")
		if other, ok := meaning[key]; ok && other.concept != e.concept {
			t.Errorf("%s: %q (%s) reads like %q (%s)", e.lang, e.term, e.concept.ID, other.term, other.concept.ID)
		}
		meaning[key] = e
	}
}

// A preferred term names its own concept before any other in each language.
func TestEveryPreferredTermFindsItsConcept(t *testing.T) {
	th, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range th.concepts {
		for tag, terms := range c.Terms {
			if !slices.ContainsFunc(th.Find(terms[0]), func(m Match) bool { return m.Concept == c }) {
				t.Errorf("%s: %q does not find %s", tag, terms[0], c.ID)
			}
		}
	}
}
