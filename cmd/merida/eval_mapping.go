package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"merida/convention"
	"merida/demo"
	"merida/exchange/corpus"
	"merida/library"
	"merida/suggest"
	"merida/thesaurus"
)

// mappingResult is a measurement with where its mapped sections came from.
type mappingResult struct {
	suggest.Report
	From    string   `json:"from"`
	Missing []string `json:"missing"` // mapped sections that the texts do not have
}

// evalMappingOperation measures the suggestions on what people mapped in a store.
func evalMappingOperation(ctx context.Context, a *app, _ json.RawMessage, tell func(progress)) (any, error) {
	g := newGold("the mapped sections of the store")
	err := a.library.Store.Each(ctx, func(w library.Whole) error {
		g.add(w)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return g.measure(tell)
}

// gold is mapped sections against which suggestions are measured.
type gold struct {
	from     string
	laws     []suggest.Law
	examples []suggest.Example
	missing  []string
}

func newGold(from string) *gold { return &gold{from: from, missing: []string{}} }

// add takes the mapped sections of a measure in; one without mappings is passed over.
func (g *gold) add(w library.Whole) {
	if w.Measure.ID == "" {
		w.Measure.ID = library.ID(w.Measure.SourceID)
	}
	ex := library.Examples(w)
	if !slices.ContainsFunc(ex, func(e suggest.Example) bool { return !e.Note }) {
		g.examples = append(g.examples, ex...)
		return
	}
	for _, m := range w.Mappings {
		if _, ok := w.Section(m.EID); m.EID != "" && !ok {
			g.missing = append(g.missing, w.Measure.SourceID+" "+m.EID)
		}
	}
	g.examples = append(g.examples, ex...)
	g.laws = append(g.laws, library.LawOf(w))
}

func (g *gold) measure(tell func(progress)) (mappingResult, error) {
	th, err := thesaurus.Load()
	if err != nil {
		return mappingResult{}, err
	}
	c, err := convention.Load()
	if err != nil {
		return mappingResult{}, err
	}
	rep := suggest.NewReference(th, c).Measure(g.laws, g.examples, func(done, total int) {
		tell(progress{Stage: "laws", Done: int64(done), Total: int64(total)})
	})
	return mappingResult{rep, g.from, g.missing}, nil
}

// shippedMappings gives, by source id, what the program itself knows of mapped sections: the demonstration's facts.
func shippedMappings() (map[string]library.Whole, error) {
	ws, err := demo.Measures()
	if err != nil {
		return nil, err
	}
	out := make(map[string]library.Whole, len(ws))
	for _, w := range ws {
		out[w.Measure.SourceID] = w
	}
	return out, nil
}

// suggester gives the library its suggestions: learnt from what is mapped in the store, and from what the program ships.
func (a *app) suggester(terms *thesaurus.Thesaurus) error {
	ws, err := demo.Measures()
	if err != nil {
		return err
	}
	g := &library.Suggester{Reference: suggest.NewReference(terms, a.conventions), Store: a.library.Store}
	for _, w := range ws {
		w.Measure.ID = library.ID(w.Measure.SourceID)
		g.Shipped = append(g.Shipped, library.Examples(w)...)
	}
	a.library.Suggester = g
	return nil
}

// folderGold reads the mapped sections of a corpus folder: those that its index names, and those that
// the program ships for laws of the same source id.
func folderGold(dir string, tell func(progress)) (*gold, error) {
	shipped, err := shippedMappings()
	if err != nil {
		return nil, err
	}
	g := newGold(dir)
	want := func(w library.Whole) bool {
		_, known := shipped[w.Measure.SourceID]
		return known || len(w.Mappings) > 0
	}
	refused, err := corpus.Walk(dir, want, func(w library.Whole, done, total int) error {
		tell(progress{Stage: "read", Done: int64(done), Total: int64(total)})
		w.Mappings = append(w.Mappings, shipped[w.Measure.SourceID].Mappings...)
		g.add(w)
		return nil
	})
	if refused > 0 {
		tell(progress{Line: fmt.Sprintf("%d records of %s could not be read", refused, dir)})
	}
	return g, err
}

// passage is a question whose answer is known to the passage: the articles that it implements, and words that stand in it.
type passage struct {
	ID       string   `json:"qid"`
	Articles []string `json:"uncac"`
	Evidence []struct {
		Law   string `json:"doc"`
		Quote string `json:"quote"`
	} `json:"evidence"`
}

// passagesGold reads a file of questions beside a corpus index. What the passages implement is measured; what the
// program ships is learnt from, as far as it is of other States.
func passagesGold(path string, tell func(progress)) (*gold, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	byLaw := map[string][]passage{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var p passage
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", path, n, err)
		}
		for _, e := range p.Evidence {
			byLaw[e.Law] = append(byLaw[e.Law], p)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	shipped, err := shippedMappings()
	if err != nil {
		return nil, err
	}
	g := newGold(path)
	want := func(w library.Whole) bool {
		_, known := shipped[w.Measure.SourceID]
		return known || byLaw[w.Measure.SourceID] != nil
	}
	found := map[string]bool{}
	refused, err := corpus.Walk(filepath.Dir(path), want, func(w library.Whole, done, total int) error {
		tell(progress{Stage: "read", Done: int64(done), Total: int64(total)})
		id := w.Measure.SourceID
		if s, ok := shipped[id]; ok {
			w.Measure.ID = library.ID(id)
			w.Mappings = s.Mappings
			for _, e := range library.Examples(w) {
				e.Law = "learnt " + e.Law // apart from what is measured
				g.examples = append(g.examples, e)
			}
		}
		w.Mappings = nil
		for _, p := range byLaw[id] {
			for _, e := range p.Evidence {
				eid, ok := quoted(w.Sections, e.Quote)
				if e.Law != id || !ok {
					continue
				}
				found[p.ID+id] = true
				for _, a := range p.Articles {
					w.Mappings = append(w.Mappings, library.Mapping{EID: eid, Provision: convention.UNCAC + "/art_" + convention.ID(a)})
				}
			}
		}
		if w.Mappings != nil {
			g.add(w)
		}
		return nil
	})
	for law, ps := range byLaw {
		for _, p := range ps {
			if !found[p.ID+law] {
				g.missing = append(g.missing, p.ID+" "+law)
			}
		}
	}
	slices.Sort(g.missing)
	if refused > 0 {
		tell(progress{Line: fmt.Sprintf("%d records could not be read", refused)})
	}
	return g, err
}

// quoted finds the section in which words stand, whatever the white space and marks.
func quoted(ss []library.Section, quote string) (eid string, ok bool) {
	plain := func(s string) string {
		return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if strings.ContainsRune("*_#", r) {
				return -1
			}
			return r
		}, s)), "")
	}
	quote = plain(quote)
	for _, s := range ss {
		if strings.Contains(plain(s.Num+s.Heading+s.Text), quote) {
			return s.EID, true
		}
	}
	return "", false
}

func evalMapping(ctx context.Context, e *env, data, database, path string, asJSON bool) error {
	var out mappingResult
	if path == "" {
		if err := operate(ctx, e, data, database, "eval mapping", struct{}{}, &out); err != nil {
			return err
		}
	} else {
		bar := newBar(e)
		defer bar.end()
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		var g *gold
		switch {
		case info.IsDir():
			g, err = folderGold(path, bar.show)
		case filepath.Base(path) == corpus.IndexName:
			g, err = folderGold(filepath.Dir(path), bar.show)
		default:
			g, err = passagesGold(path, bar.show)
		}
		if err != nil {
			return err
		}
		if out, err = g.measure(bar.show); err != nil {
			return err
		}
		bar.end()
	}
	if asJSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	return printMapping(e.out, e.err, out)
}

func printMapping(to, errs io.Writer, out mappingResult) error {
	fmt.Fprintf(to, "%d mapped sections of %d laws of %d States, mapped to %d articles in all (%s).\nEach State was held aside in turn: nothing of its laws was learnt from.\n\n",
		out.Sections, out.Laws, out.States, out.Mappings, out.From)
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "method\tlanguage\tn\tprecision@1\tprecision@3\tright one in 3\trecall@3\trecall@5")
	for _, r := range out.Rows {
		if r.Article == "" {
			fmt.Fprintf(w, "%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\t%.3f\n", r.Method, orAll(r.Lang), r.N, r.P1, r.P3, r.Hit3, r.Recall3, r.Recall5)
		}
	}
	fmt.Fprintln(w, "\narticle\t\tn\tprecision@1\t\t\trecall@3\trecall@5")
	for _, r := range out.Rows {
		if r.Article != "" && r.Method == suggest.Full {
			fmt.Fprintf(w, "%s\t\t%d\t%.3f\t\t\t%.3f\t%.3f\n", strings.TrimPrefix(string(r.Article), "uncac/art_"), r.N, r.P1, r.Recall3, r.Recall5)
		}
	}
	fmt.Fprintln(w, "\nstrength\t\tn\tright article\tright place\tother sections with one")
	for _, g := range out.Grades {
		fmt.Fprintf(w, "%s\t\t%d\t%.3f\t%.3f\t%.3f of %d\n", g.Strength, g.N, g.Right, g.Inside, g.Others, out.Others)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, m := range out.Missing {
		fmt.Fprintf(errs, "mapped, but not in the text: %s\n", m)
	}
	return nil
}
