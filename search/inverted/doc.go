// Package inverted is the embedded search engine: for each word the sections that have it,
// with how often and where, in files that never change once they are written.
//
// A batch of documents becomes a segment: a file with the texts, a sorted dictionary of
// terms and a list of sections for each term, read through the system's page cache.
// Segments of similar size are merged in the background. The facets of every document
// stand in memory, so that counts are exact and cheap. A document that is replaced
// or removed is marked as dead; the next merge leaves it out. The manifest names the segments, the dead
// and the cursor; it is written beside and put in place by a rename, so that a crash leaves the old
// state or the new one.
//
// A search reads every section that has one of its words; there is no early end, because totals and
// counts are exact. One pass over the lists adds up scores and notes which parts of the query a section has,
// a bit for each; all that follows (whole answers, partial ones, AND, OR, NOT) is asked of these bits.
//
// The folder is a second copy: one of another version, or a damaged one, is thrown away and
// reports cursor 0, so that whoever follows the store fills it again. What this package does
// not do: take words apart (package analysis), know a concept (package thesaurus), decide who may see what.
package inverted
