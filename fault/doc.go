// Package fault names the ways in which an act can fail, so that every door
// (page, API, command) answers the same failure in the same way.
//
// A fault carries a catalogue key and arguments, never a sentence: the door
// turns it into words in the reader's language. Everything that is not a fault
// is internal: logged in full, shown as a reference number.
package fault
