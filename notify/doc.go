// Package notify turns the notes that acts left into letters, in the language of
// each reader, and hands them to a sender. It is a door, as web and api are: it
// shows words to people and decides nothing. What cannot be sent is tried again,
// less and less often, and given up after a week; no act ever waits for it.
package notify
