// Package sheet reads tables that people made: CSV in the shapes that spreadsheets write, and XLSX
// (ISO/IEC 29500), and turns their rows into needs and activities.
//
// A column is known by its key, which is never translated, or by its label in any of the six languages, so that
// what we export we import. Rows are planned first and applied after a person has seen the plan: each is new,
// changes a record, changes nothing, or is refused with the field and the reason. A blank cell says nothing and
// never erases. A row is the record that its id or identifier names; without either, the record of the same
// State (or organisation) with the same words, so that the same table again changes nothing.
//
// The files come from outside: their size, the number of rows and columns, and the size of what a compressed
// file unpacks to are bounded, formulas are not computed, and nothing outside the file is read.
package sheet
