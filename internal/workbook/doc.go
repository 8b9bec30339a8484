// Package workbook writes and reads XLSX files (ISO/IEC 29500, the part that
// spreadsheets need): sheets of words, numbers and days, with drop-down lists, column widths
// and reading direction. It knows no word of the field, and it is the only place that knows the format.
//
// No cell is ever written as a formula, so nothing that a person
// typed can be run by the program that opens the file. Reading is bounded before
// anything is unpacked: a file of a few kilobytes can claim to hold gigabytes.
package workbook
