// Package files keeps bytes by their SHA-256: the originals of laws and of
// imported files. What was put under a hash never changes; the same bytes put
// twice are kept once. The package knows no word: who may read a file is decided
// by the record that names its hash.
//
// [Store] is the contract; [Dir] fulfils it in one folder, which may be shared by
// several processes. A file stands at its hash only after all of it is on disk,
// so that a crash leaves at most temporary files, which the next Open sweeps.
package files
