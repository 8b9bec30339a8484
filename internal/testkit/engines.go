package testkit

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Asked reports whether MERIDA_ENGINES names the engine.
func Asked(engine string) bool {
	return slices.ContainsFunc(strings.Split(os.Getenv("MERIDA_ENGINES"), ","), func(s string) bool { return strings.TrimSpace(s) == engine })
}

// Need skips the test, saying why, when the engine is not asked for.
func Need(t testing.TB, engine string) {
	t.Helper()
	if !Asked(engine) {
		t.Skipf("%s is not asked for: set MERIDA_ENGINES=%s, as `make test` does", engine, engine)
	}
}
