package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"text/tabwriter"

	"merida/fault"
	"merida/search"
	"merida/search/eval"
)

type evalArgs struct {
	Path string `json:"path"` // absolute
}

type evalMiss struct {
	ID    string    `json:"qid"`
	Kind  eval.Kind `json:"kind"`
	Words string    `json:"query"`
	Rank  int       `json:"rank"` // of the first expected record; 0 when it was not found
}

type evalResult struct {
	Measures int        `json:"measures"` // in the index
	Rows     []eval.Row `json:"rows"`
	Unknown  []string   `json:"unknown"` // expected records that the repository does not show
	Missed   []evalMiss `json:"missed"`  // questions of the seen half whose first expected record is not first
}

// evalOperation asks every question of a file in the way in which the site asks.
func evalOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args evalArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	f, err := os.Open(args.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	questions, err := eval.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", args.Path, err)
	}
	out := evalResult{Unknown: []string{}, Missed: []evalMiss{}}
	known, err := a.sourceIDs(ctx)
	if err != nil {
		return nil, err
	}
	asked := map[string]bool{}
	answers := make([]eval.Answer, 0, len(questions))
	for i, q := range questions {
		for _, id := range q.Relevant {
			if !known[id] && !asked[id] {
				out.Unknown = append(out.Unknown, id)
				asked[id] = true
			}
		}
		query := search.Query{Words: q.Words, Limit: eval.Depth}
		if q.Country != "" {
			query.Filter = map[string][]string{"country": {q.Country}}
		}
		found, err := a.finder.Search(ctx, query)
		if err != nil && !fault.Is(err, fault.Invalid) {
			return nil, err
		}
		answer := eval.Answer{Question: q}
		for _, l := range found.Lines {
			answer.Found = append(answer.Found, l.Measure.SourceID)
		}
		answers = append(answers, answer)
		if s := eval.Of(answer.Found, q.Relevant); s.MRR < 1 && !q.Aside() {
			m := evalMiss{ID: q.ID, Kind: q.Kind(), Words: q.Words}
			if s.MRR > 0 {
				m.Rank = int(1/s.MRR + 0.5)
			}
			out.Missed = append(out.Missed, m)
		}
		tell(progress{Stage: "questions", Done: int64(i + 1), Total: int64(len(questions))})
	}
	out.Measures = a.finder.Index.Len()
	out.Rows = eval.Table(answers)
	return out, nil
}

// sourceIDs lists what the index holds, by the ids of the source.
func (a *app) sourceIDs(ctx context.Context) (map[string]bool, error) {
	if err := a.finder.Follow(ctx, nil); err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for offset := 0; ; offset += 500 {
		r, err := a.finder.Index.Search(ctx, search.Query{Sort: search.ByTitle, Limit: 500, Offset: offset})
		if err != nil || len(r.Hits) == 0 {
			return out, err
		}
		for _, h := range r.Hits {
			out[h.SourceID] = true
		}
	}
}

func evalCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "eval")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 && rest[0] == "mapping" && len(rest) <= 2 {
		path := ""
		if len(rest) == 2 {
			path = rest[1]
		}
		return evalMapping(ctx, e, *data, *database, path, *asJSON)
	}
	if len(rest) != 2 || rest[0] != "search" {
		return usage("say what to measure: search FILE, or mapping [FILE]")
	}
	path, err := filepath.Abs(rest[1])
	if err != nil {
		return err
	}
	var out evalResult
	if err := operate(ctx, e, *data, *database, "eval", evalArgs{path}, &out); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	fmt.Fprintf(e.out, "%d measures are in the index.\n\n", out.Measures)
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kind\tlanguage\thalf\tn\tnDCG@10\trecall@10\trecall@3\tMRR")
	for _, r := range out.Rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.3f\t%.3f\t%.3f\t%.3f\n", orAll(string(r.Kind)), orAll(r.Lang), orAll(r.Half), r.N, r.NDCG10, r.Recall10, r.Recall3, r.MRR)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(out.Missed) > 0 {
		fmt.Fprintln(e.out, "\nNot first, of the half that is looked at (rank 0: not found):")
	}
	for _, m := range out.Missed {
		fmt.Fprintf(e.out, "  %s  %-10s  %3d  %s\n", m.ID, m.Kind, m.Rank, m.Words)
	}
	for _, id := range out.Unknown {
		fmt.Fprintf(e.err, "expected, but not in the repository: %s\n", id)
	}
	return nil
}

func orAll(s string) string {
	if s == "" {
		return "all"
	}
	return s
}
