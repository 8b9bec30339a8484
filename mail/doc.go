// Package mail is what the program writes to people.
//
// An act that concerns somebody notes it (Note) in its own transaction: no act
// waits for a mail server, none is undone because a letter could not be sent, and
// a letter goes out only for what really happened. The note names a kind and ids,
// never content: the words are made in the reader's language when the letter
// (Letter) is composed, which package notify does. A note with a Ref is kept once
// for each reader, so that a job which runs every hour reminds once.
//
// A Sender takes letters away; SMTP is the only one. Where none is set, the notes
// wait and the mailbox page says so.
package mail
