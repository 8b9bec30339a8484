package files

import (
	"context"
	"encoding/hex"
	"io"
)

// Hash is the SHA-256 of some bytes in lower-case hex.
type Hash string

// Valid reports whether h has the form of a hash; only then may it become a path.
func (h Hash) Valid() bool {
	if len(h) != 64 {
		return false
	}
	for i := 0; i < len(h); i++ {
		if c := h[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func hashOf(sum []byte) Hash { return Hash(hex.EncodeToString(sum)) }

// Stored is a file as Walk and Verify tell of it.
type Stored struct {
	Hash Hash
	Size int64 // bytes
}

// Store is what keeps bytes by hash. Its methods may be called at once from several goroutines.
type Store interface {
	// Put reads r to its end and keeps the bytes; when it returns, they survive a crash.
	// Bytes that are there already are not written again. TooLarge: a limit of the store was
	// passed. StorageFull: there is no room. An error of r comes back as it is, and nothing is kept.
	Put(ctx context.Context, r io.Reader) (Hash, int64, error)
	// Open gives the bytes of a hash. NotFound: there are none, or h is no hash.
	Open(ctx context.Context, h Hash) (io.ReadSeekCloser, error)
	// Has reports whether the bytes of a hash are there.
	Has(ctx context.Context, h Hash) (bool, error)
	// Walk tells of every file in the order of the hashes; an error of fn ends the walk and comes back.
	Walk(ctx context.Context, fn func(Stored) error) error
	// Verify computes every hash anew and tells of each file whose bytes are not those of
	// its name; it returns how many files it read.
	Verify(ctx context.Context, bad func(Stored) error) (int, error)
}
