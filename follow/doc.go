// Package follow keeps people informed of what changes: a list of what is new, what
// each person follows (a State, a provision, a provider, a saved search, a mechanism),
// and letters that tell of it, at once, by the day or by the week.
//
// A change is a line of the store's outbox about a record that is public, or about a
// meeting or an action of a mechanism, which its members alone may know of. The
// numbers of the outbox stand in the order of commits, so that a cursor misses nothing
// and tells nothing twice; it moves in the transaction that notes the letter.
//
// A letter is noted with kinds and ids. What they say is read again when it is
// written, with the rights that its reader has then: what was withdrawn meanwhile, or
// is no longer the reader's to know, is left out.
package follow
