package searchtest

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"merida/search"
	"merida/search/analysis"
)

// Figures builds an index of so many sections in a folder and prints what docs/figures.md asks for.
// settle, where the engine has one, waits until its work beside the searches is done.
type Figures struct {
	Open     func(ctx context.Context, folder string) (search.Index, error)
	Settle   func(ctx context.Context, ix search.Index) error
	Sections int
	Folder   string
	Words    *Vocabulary
	PerLine  time.Duration // how long each line is measured
	Out      io.Writer
}

var five = []string{"country", "type", "provision", "status", "lang"}

// Run does it.
func (f Figures) Run(ctx context.Context) error {
	ix, err := f.Open(ctx, f.Folder)
	if err != nil {
		return err
	}
	defer ix.Close()
	var sections, docs, text int
	var making time.Duration
	began := time.Now()
	for sections < f.Sections {
		var put []search.Document
		made := time.Now()
		for len(put) < 50 && sections < f.Sections {
			d := f.Words.Document(docs)
			docs++
			sections += len(d.Sections)
			for _, s := range d.Sections {
				text += len(s.Text) + len(s.Heading)
			}
			put = append(put, d)
		}
		making += time.Since(made)
		if err := ix.Apply(ctx, put, nil, 0); err != nil {
			return err
		}
	}
	if err := ix.Apply(ctx, nil, nil, 1); err != nil {
		return err
	}
	if f.Settle != nil {
		if err := f.Settle(ctx, ix); err != nil {
			return err
		}
	}
	built := time.Since(began) - making
	fmt.Fprintf(f.Out, "%d sections of %d documents, %d MB of text\nindexed in %.1f s: %.0f sections/s, %.1f MB/s\n", sections, docs, text>>20, built.Seconds(), float64(sections)/built.Seconds(), float64(text)/built.Seconds()/(1<<20))
	fmt.Fprintf(f.Out, "on disk %d MB\n", size(f.Folder)>>20)
	began = time.Now()
	if err := ix.Close(); err != nil {
		return err
	}
	if ix, err = f.Open(ctx, f.Folder); err != nil {
		return err
	}
	if ix.Len() != docs {
		return fmt.Errorf("searchtest: %d documents after opening again, want %d", ix.Len(), docs)
	}
	fmt.Fprintf(f.Out, "opened again in %.2f s\n", time.Since(began).Seconds())
	defer ix.Close()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Fprintf(f.Out, "memory after opening: heap %d MB, %s\n", m.HeapInuse>>20, resident())
	w := tabwriter.NewWriter(f.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "query\tclients\thits (median)\tleast ms\tp50 ms\tp95 ms\tp99 ms\tprocessor ms\tqueries/s")
	for _, k := range f.kinds() {
		for _, clients := range []int{1, 16} {
			before := processor()
			took, hits, err := f.ask(ctx, ix, k.queries, clients)
			if err != nil {
				return fmt.Errorf("%s: %w", k.name, err)
			}
			ms := func(p float64) float64 { return float64(took[int(p*float64(len(took)-1))].Microseconds()) / 1000 }
			var sum time.Duration
			for _, t := range took {
				sum += t
			}
			fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t%.0f\n", k.name, clients, hits, ms(0), ms(.50), ms(.95), ms(.99), (processor()-before).Seconds()*1000/float64(len(took)+5), float64(len(took))*float64(clients)/sum.Seconds())
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	runtime.ReadMemStats(&m)
	fmt.Fprintf(f.Out, "memory after the queries: heap %d MB, %s\n", m.HeapInuse>>20, resident())
	var waits []time.Duration
	for i := range 30 {
		d := f.Words.Document(docs + i)
		word := fmt.Sprintf("unheard%dof", i)
		d.Sections[0].Text += " " + word
		began := time.Now()
		if err := ix.Apply(ctx, []search.Document{d}, nil, int64(i+2)); err != nil {
			return err
		}
		r, err := ix.Search(ctx, search.Query{Words: word})
		if err != nil || r.Total != 1 {
			return fmt.Errorf("searchtest: a new document is not found: %d, %w", r.Total, err)
		}
		waits = append(waits, time.Since(began))
	}
	slices.Sort(waits)
	fmt.Fprintf(f.Out, "a new document is found after: median %.1f ms, at most %.1f ms\n", float64(waits[len(waits)/2].Microseconds())/1000, float64(waits[len(waits)-1].Microseconds())/1000)
	return nil
}

// processor is the time that this process has had of the processors: what a query costs however busy the machine is.
// Nothing where the system does not say.
func processor() time.Duration {
	b, err := os.ReadFile("/proc/self/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	parts := strings.Fields(rest)
	if len(parts) < 13 {
		return 0
	}
	var user, system int
	fmt.Sscan(parts[11], &user)
	fmt.Sscan(parts[12], &system)
	return time.Duration(user+system) * 10 * time.Millisecond
}

type kind struct {
	name    string
	queries []search.Query
}

// kinds makes 60 queries of each kind.
func (f Figures) kinds() (out []kind) {
	r := rand.New(rand.NewPCG(3, 5))
	usual := f.Words.between(0.004, 0.04)
	if len(usual) < 10 {
		usual = f.Words.between(0.001, 0.2)
	}
	two := func() string { return usual[r.IntN(len(usual))] + " " + usual[r.IntN(len(usual))] }
	make60 := func(name string, q func() search.Query) {
		k := kind{name: name}
		for range 60 {
			x := q()
			x.Limit = 20
			k.queries = append(k.queries, x)
		}
		out = append(out, k)
	}
	make60("two words", func() search.Query { return search.Query{Words: two()} })
	make60("phrase", func() search.Query {
		for {
			d := f.Words.Document(r.IntN(f.Sections/50 + 1))
			if d.Lang != "en" {
				continue
			}
			ws := strings.Fields(d.Sections[r.IntN(len(d.Sections))].Text)
			i := r.IntN(len(ws) - 1)
			if len(ws[i]) > 3 && len(ws[i+1]) > 3 && !analysis.Light(analysis.Fold(ws[i])) && !analysis.Light(analysis.Fold(ws[i+1])) {
				return search.Query{Words: `"` + ws[i] + " " + ws[i+1] + `"`}
			}
		}
	})
	make60("two words, 3 filters, 5 facets", func() search.Query {
		return search.Query{Words: two(), Facets: five, Filter: map[string][]string{"type": {"T1", "T2", "T3"}, "region": {"G0", "G1", "G2"}, "lang": {"en", "fr"}}}
	})
	make60("two very common words, 3 filters, 5 facets", func() search.Query {
		return search.Query{Words: common[0] + " " + common[1], Facets: five, Filter: map[string][]string{"type": {"T1", "T2", "T3"}, "region": {"G0", "G1", "G2"}, "lang": {"en", "fr"}}}
	})
	make60("two very common words, 5 facets", func() search.Query {
		return search.Query{Words: common[0] + " " + common[1], Facets: five}
	})
	make60("prefix of 3 to 5 letters", func() search.Query {
		w := usual[r.IntN(len(usual))]
		return search.Query{Words: w[:min(len(w), 3+r.IntN(3))] + "*"}
	})
	make60("word and prefix", func() search.Query {
		w := usual[r.IntN(len(usual))]
		return search.Query{Words: usual[r.IntN(len(usual))] + " " + w[:min(len(w), 2+r.IntN(3))] + "*"}
	})
	make60("fuzzy", func() search.Query {
		w := []byte(usual[r.IntN(len(usual))])
		i := 1 + r.IntN(len(w)-2)
		w[i], w[i+1] = w[i+1], w[i]
		return search.Query{Words: string(w) + "~"}
	})
	return out
}

// ask puts queries for the time of a line and gives the times in order and the median of the hits.
func (f Figures) ask(ctx context.Context, ix search.Index, qs []search.Query, clients int) (took []time.Duration, hits int, err error) {
	for _, q := range qs[:5] {
		if _, err := ix.Search(ctx, q); err != nil {
			return nil, 0, err
		}
	}
	var mu sync.Mutex
	var totals []int
	var wg sync.WaitGroup
	until := time.Now().Add(f.PerLine)
	for c := range clients {
		wg.Go(func() {
			for n := c * 7; n < c*7+4 || time.Now().Before(until); n++ {
				began := time.Now()
				r, e := ix.Search(ctx, qs[n%len(qs)])
				d := time.Since(began)
				mu.Lock()
				took, totals = append(took, d), append(totals, r.Total)
				if e != nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	slices.Sort(totals)
	return took, totals[len(totals)/2], err
}

func size(folder string) (n int64) {
	filepath.WalkDir(folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if i, err := d.Info(); err == nil {
				n += i.Size()
			}
		}
		return nil
	})
	return n
}

// resident is what the system says that the process holds, where it says so.
func resident() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "resident not known"
	}
	var parts []string
	for line := range strings.Lines(string(b)) {
		for name, as := range map[string]string{"VmRSS:": "resident", "RssFile:": "of it pages of files"} {
			if v, ok := strings.CutPrefix(line, name); ok {
				var kb int
				fmt.Sscan(v, &kb)
				parts = append(parts, fmt.Sprintf("%s %d MB", as, kb>>10))
			}
		}
	}
	return strings.Join(parts, ", ")
}
