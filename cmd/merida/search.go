package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"merida/search"
)

type searchArgs struct {
	Words     string   `json:"words"`
	Lang      []string `json:"lang,omitempty"`
	Country   []string `json:"country,omitempty"`
	Provision []string `json:"provision,omitempty"`
	Limit     int      `json:"limit"`
	WordsOnly bool     `json:"words_only,omitempty"`
	After     string   `json:"after,omitempty"`
}

type searchHit struct {
	ID       string `json:"id"`
	SourceID string `json:"source_id,omitempty"`
	Country  string `json:"country"`
	Lang     string `json:"lang"`
	Title    string `json:"title"`
	Date     string `json:"date,omitempty"`
	EID      string `json:"eid,omitempty"`
	Heading  string `json:"heading,omitempty"`
	Snippet  string `json:"snippet,omitempty"`
	In       string `json:"translation,omitempty"` // language of the translation in which the words stand
	Through  string `json:"through,omitempty"`     // the concept by which it was found, where the words did not
	Term     string `json:"term,omitempty"`        // of that concept, as it stands in the text
}

type searchResult struct {
	Total   int         `json:"total"`
	TookMS  float64     `json:"took_ms"`
	Relaxed bool        `json:"relaxed,omitempty"`
	Read    string      `json:"read_as,omitempty"` // the provision of a convention that the words named
	Missing []string    `json:"missing,omitempty"`
	ByWords int         `json:"by_words"`
	Next    string      `json:"next,omitempty"` // for --after
	Hits    []searchHit `json:"hits"`
}

func searchOperation(ctx context.Context, a *app, raw json.RawMessage, _ func(progress)) (any, error) {
	var args searchArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	read := ""
	if id, ok := a.conventions.Asks(args.Words); ok && len(args.Provision) == 0 && !args.WordsOnly { // as the site does
		read, args.Words, args.Provision = string(id), "", []string{string(id)}
	}
	found, err := a.finder.Search(ctx, search.Query{Words: args.Words, Limit: args.Limit, WordsOnly: args.WordsOnly, After: args.After, Filter: map[string][]string{"lang": args.Lang, "country": args.Country, "provision": args.Provision}})
	if err != nil {
		return nil, err
	}
	out := searchResult{Read: read, Total: found.Total, TookMS: float64(found.Took.Microseconds()) / 1000, Relaxed: found.Relaxed, Missing: found.Missing, ByWords: found.ByWords, Next: found.Next, Hits: []searchHit{}}
	for _, l := range found.Lines {
		m := l.Measure
		h := searchHit{ID: string(m.ID), SourceID: m.SourceID, Country: string(m.Country), Lang: string(m.Lang), Title: m.Titles.Pick(m.Lang), Date: m.Date, EID: l.EID, Heading: l.Heading}
		if l.Translation {
			h.In = string(l.Hit.Lang)
		}
		if l.Also != nil {
			h.Term = l.Also.Words
			if c, ok := a.finder.Thesaurus.Get(l.Also.Key); ok {
				h.Through = c.Name("en")
			}
		}
		for _, f := range l.Snippet {
			h.Snippet += f.Text
		}
		out.Hits = append(out.Hits, h)
	}
	return out, nil
}

func searchCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "search")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	lang := fs.String("lang", "", "languages of the text, with commas")
	country := fs.String("country", "", "States by ISO 3166-1 code, with commas")
	provision := fs.String("provision", "", `provisions, with commas: uncac/art_16 or "Article 16"`)
	own := fs.Bool("words-only", false, "leave out what only other words or languages for the same concept find")
	after := fs.String("after", "", "go on behind an earlier result: its next")
	limit := fs.Int("limit", 20, "how many to print")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) == 0 && *lang == "" && *country == "" && *provision == "" {
		return usage("give the words to look for, or a filter")
	}
	in := searchArgs{Words: strings.Join(rest, " "), Lang: commas(*lang), Country: commas(*country), Provision: commas(*provision), Limit: min(max(*limit, 1), 500), WordsOnly: *own, After: *after}
	var out searchResult
	if err := operate(ctx, e, *data, *database, "search", in, &out); err != nil {
		return err
	}
	if *asJSON {
		return json.NewEncoder(e.out).Encode(out)
	}
	fmt.Fprintf(e.out, "%d measures (%.1f ms)\n", out.Total, out.TookMS)
	if out.Read != "" {
		fmt.Fprintf(e.out, "read as the provision %s; --words-only looks for the words\n", out.Read)
	} else if n := out.Total - out.ByWords; n > 0 {
		fmt.Fprintf(e.out, "%d of them in other words or languages; --words-only leaves them out\n", n)
	}
	for _, h := range out.Hits {
		fmt.Fprintf(e.out, "\n%s  %s  %s  %s\n", h.Country, h.Date, h.Lang, h.Title)
		if h.Heading != "" {
			fmt.Fprintf(e.out, "  %s\n", h.Heading)
		}
		if h.Snippet != "" {
			fmt.Fprintf(e.out, "  %s\n", h.Snippet)
		}
		if h.In != "" {
			fmt.Fprintf(e.out, "  in the translation: %s\n", h.In)
		}
		if h.Through != "" {
			fmt.Fprintf(e.out, "  found through: %s (%s)\n", h.Through, h.Term)
		}
		fmt.Fprintf(e.out, "  %s\n", h.ID)
	}
	if out.Next != "" {
		fmt.Fprintf(e.out, "\nmore with --after %s\n", out.Next)
	}
	return nil
}

func commas(s string) (out []string) {
	for x := range strings.SplitSeq(s, ",") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

type reindexResult struct {
	Measures int `json:"measures"`
}

func reindexOperation(ctx context.Context, a *app, _ json.RawMessage, tell func(progress)) (any, error) {
	err := a.finder.Reindex(ctx, func(done, total int) { tell(progress{Stage: "measures", Done: int64(done), Total: int64(total)}) })
	return reindexResult{a.finder.Index.Len()}, err
}

func reindexCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "reindex")
	data, database := storeFlags(fs)
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 {
		return usage("%q is not expected", rest[0])
	}
	var out reindexResult
	if err := operate(ctx, e, *data, *database, "reindex", struct{}{}, &out); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d measures are in the index.\n", out.Measures)
	return nil
}
