// Package table writes the tables that leave the house: CSV (RFC 4180), XLSX
// (ISO/IEC 29500) and JSON Lines, row by row, so that a list of any length
// needs the memory of one row.
//
// A Table says what its columns are called, for people (Label, in the reader's
// language) and for programs (Key, never translated); codes stand in columns of
// their own beside their names. A multilingual text becomes one column for each
// official language in a sheet and an object by language in JSON Lines. What
// the rows of measures, needs, activities and the other lists hold is said
// here once, for pages and API alike.
//
// Nobody's words can become a formula: a CSV cell that a spreadsheet could take
// for one gets an apostrophe before it, an XLSX cell says that it is text.
package table
