// Package locale holds the words of the interface in the six official languages
// and how each writes plurals, numbers, dates and lists.
//
// A catalogue file, catalog/<concept>.json, holds the six languages of a text
// side by side, so that whoever changes one sees the others: a key, then a text
// per language. A text is a string with {placeholders}, or an object of plural
// forms chosen by the argument n. Keys say place and thing: "search.facet.country".
// A missing text shows English; a missing key shows itself in brackets and fails the tests.
//
// The language of the interface is not that of content: texts of the Convention
// and of laws are lang.Text and carry their own status.
package locale
