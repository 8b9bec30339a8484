package inverted_test

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"merida/search"
	"merida/search/inverted"
	"merida/search/searchtest"
)

// BenchmarkFigures prints the figures of this engine once, whatever the number of rounds. MERIDA_BENCH_SECTIONS
// says how many sections; make bench asks for a million.
func BenchmarkFigures(b *testing.B) {
	n, _ := strconv.Atoi(os.Getenv("MERIDA_BENCH_SECTIONS"))
	if n == 0 {
		n = 5_000
	}
	words, err := searchtest.ReadVocabulary(os.Getenv("MERIDA_CORPORA"), "../..")
	if err != nil {
		b.Fatal(err)
	}
	f := searchtest.Figures{Sections: n, Folder: b.TempDir(), Words: words, PerLine: 3 * time.Second, Out: os.Stdout,
		Open:   func(ctx context.Context, folder string) (search.Index, error) { return inverted.Open(ctx, folder) },
		Settle: func(ctx context.Context, ix search.Index) error { return ix.(*inverted.Index).Settle(ctx) }}
	if err := f.Run(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.SkipNow()
}
