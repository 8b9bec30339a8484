// Package id makes identifiers: 26 characters of lower-case base 32 that begin
// with the millisecond of their making, then count within it, then are random.
// So ids of one process sort in the order in which they were made, and rows made
// on different machines merge without collisions.
package id

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"sync"
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
	binary.BigEndian.PutUint16(b[6:8], within.next(at.UnixMilli()))
	rand.Read(b[8:])
	return enc.EncodeToString(b[:])
}

// within numbers the ids of a millisecond, so that two entries of one act, or two
// acts of one moment, keep their order.
var within counter

type counter struct {
	mu sync.Mutex
	ms int64
	n  uint16
}

func (c *counter) next(ms int64) uint16 {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ms != c.ms {
		c.ms, c.n = ms, 0
	} else {
		c.n++ // more than 65,536 in a millisecond would begin anew: only their order suffers
	}
	return c.n
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
