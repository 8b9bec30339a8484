// Package cage runs the reading of files that strangers made in a process of its own: the same
// binary once more, bytes in on standard input, result out on standard output. The
// process holds itself to a memory limit, to seconds of the processor and to no files
// before it reads the first byte; it is killed at the deadline, and few run at once. What a
// hostile file can end is that process, never the server.
//
// Where a system has no such limits (Windows), the memory limit of the Go runtime and the
// deadline stand in.
package cage
