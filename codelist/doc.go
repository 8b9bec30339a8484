// Package codelist holds the closed lists of codes that travel with assistance
// and with texts: those of the IATI standard, the purpose codes of the OECD
// Development Assistance Committee for governance, currencies, languages, the
// geographic regions of the United Nations (M49), and our own list of forms of
// technical assistance.
//
// A [List] has an id and its codes in the order of its publisher. A code has a
// name in each language in which there is one: what the publisher gives is kept
// as it is, what we added is marked "unofficial". Withdrawn codes stay, since
// old files carry them. [Lists] holds all of them, never changes, and may be
// shared between goroutines; what it hands out must not be modified.
//
// Sources and doubts of the data are told in data/README.md.
package codelist
