// Package answers puts the answers of an assessment on a sheet, one row a question,
// and reads such a sheet back.
//
// The sheet carries labels in the reader's language and, in its headings, the name
// of each field in brackets; by these the columns are found again, in whatever
// order and language. Each row carries the answer's id and the version it shows.
// Reading gives rows for [assessment.Service.ForeseeSheet]; it decides nothing.
package answers
