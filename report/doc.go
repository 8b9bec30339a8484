// Package report puts together what is public: the overview of a State, one
// provision over many States. It only reads, through the contracts of the words and
// as the public does, and decides nothing; pages, API and tables show the same
// result. Nothing here counts States against each other: the order of States is
// that of their names, which the door gives.
package report
