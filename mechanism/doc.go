// Package mechanism holds the bodies in which donors and beneficiaries coordinate:
// a national donor table, a regional network, an international group. A mechanism
// covers States, has members, meets, agrees on actions, and reads a dossier before
// each meeting.
//
// Who sees what: a mechanism's members and the secretariat see all of it. The people of
// a State that it covers see that it exists and who is in it, since they decide what
// their State releases to it. A release is a frozen copy of an answer that the State
// has submitted; it is for the members alone and says nothing to the public.
//
// A dossier is made of what everybody sees and of what was released to the mechanism,
// whoever asks for it: two members at one table hold the same paper.
//
// Source: UN Convention against Corruption, articles 60(2) to 60(5) and 62(2); the open-ended
// working group on technical assistance asked in 2007 that existing coordination groups be used.
package mechanism
