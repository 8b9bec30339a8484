// Package searchtest says what every engine of search must do, and measures it:
// the same figures for each, over documents made of the words of real laws.
package searchtest
