// Package id makes identifiers: 26 characters of lower-case base 32, the first
// ten of which count milliseconds, so that ids sort by the time of their making
// and rows made on different machines merge without collisions.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// Alphabet without i, l, o and u, so that an id read aloud is not mistaken (Crockford's base 32).
var enc = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New makes an id for the given moment.
func New(at time.Time) string {
	var b [16]byte
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(at.UnixMilli()))
	copy(b[:6], ms[2:])
	rand.Read(b[6:])
	return enc.EncodeToString(b[:])
}

// Secret makes 256 random bits as text, for links and sessions. Only its hash is stored.
func Secret() string {
	var b [32]byte
	rand.Read(b[:])
	return enc.EncodeToString(b[:])
}

// Valid reports whether s has the form of an id.
func Valid(s string) bool {
	if len(s) != 26 {
		return false
	}
	_, err := enc.DecodeString(s)
	return err == nil
}
