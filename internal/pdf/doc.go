// Package pdf takes the text out of PDF files, with the place of every run of letters on
// its page. It reads what ISO 32000 calls text; it draws nothing and runs nothing.
//
// The file is read by its objects, wherever they stand: the cross-reference table, which is
// damaged in many files and a favourite of hostile ones, is not used. Streams are
// unpacked within a budget, objects nest to a bounded depth, forms call forms to a bounded
// depth, pages and letters are counted: what passes a limit is refused. Files that are
// encrypted with an empty password, as most "protected" laws are, can be read.
//
// What is not done: no letters are recognised in pictures; a font without a way back to
// Unicode gives none (counted in [Page.Unknown]); right-to-left lines are given in reading
// order as far as the places of the letters tell it.
//
// Source: ISO 32000-1:2008, sections 7 (syntax, filters, encryption) and 9 (text).
package pdf
