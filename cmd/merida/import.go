package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"merida/exchange"
	"merida/exchange/corpus"
	"merida/exchange/iati"
	"merida/identity"
	"merida/locale"
)

type importArgs struct {
	Kind  string   `json:"kind"`  // corpus, iati
	Paths []string `json:"paths"` // absolute
	Every bool     `json:"every"` // tell of each record, not of the refused alone
	Dry   bool     `json:"dry"`   // say what would happen and change nothing; corpus alone
}

type importResult struct {
	Files   int                      `json:"files"`
	Records int                      `json:"records"`
	Count   map[exchange.Outcome]int `json:"count"`
	Failed  []string                 `json:"failed"` // files that could not be read at all
}

func (a *app) corpusImporter() *corpus.Importer {
	return &corpus.Importer{Library: a.library, Files: a.files}
}

// lineText says what became of a record, in English, for the terminal and for scripts.
func lineText(p *locale.Printer, l exchange.Line) string {
	var b strings.Builder
	b.WriteString(string(l.Outcome) + "  " + l.File)
	if l.N > 0 {
		fmt.Fprintf(&b, ":%d", l.N)
	}
	if l.Record != "" {
		b.WriteString("  " + l.Record)
	}
	if l.Reason.Key != "" {
		b.WriteString("  ")
		if l.Field != "" {
			b.WriteString(l.Field + ": ")
		}
		b.WriteString(p.T(l.Reason.Key, l.Reason.Args))
	}
	for _, x := range l.Remarks {
		b.WriteString("  " + p.T(x.Key, x.Args))
	}
	return b.String()
}

func importOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args importArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	actor := identity.OperatorActor()
	out := importResult{Count: map[exchange.Outcome]int{}, Failed: []string{}}
	p := a.locale.Printer("en")
	each := func(l exchange.Line) {
		if args.Every || l.Outcome == exchange.Refused {
			tell(progress{Line: lineText(p, l)})
		}
	}
	add := func(rep exchange.Report) {
		out.Records += rep.Records
		for k, n := range rep.Count {
			out.Count[k] += n
		}
	}
	for _, path := range args.Paths {
		out.Files++
		switch args.Kind {
		case "corpus":
			im := a.corpusImporter()
			im.DryRun = args.Dry
			rep, err := im.ImportDir(ctx, actor, path, func(done, total int) { tell(progress{Stage: "laws", Done: int64(done), Total: int64(total)}) }, each)
			add(rep)
			if err != nil {
				return nil, err
			}
		case "iati":
			rep, err := a.importIATI(ctx, actor, path, tell, each)
			add(rep)
			if err != nil { // a file that is none of ours does not stop the others
				if ctx.Err() != nil {
					return nil, err
				}
				line := path + ": " + words(err)
				out.Failed = append(out.Failed, line)
				tell(progress{Line: "refused  " + line})
			}
		default:
			return nil, fmt.Errorf("there is no import of %q", args.Kind)
		}
	}
	return out, nil
}

func (a *app) importIATI(ctx context.Context, actor identity.Actor, path string, tell func(progress), each func(exchange.Line)) (exchange.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return exchange.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return exchange.Report{}, err
	}
	return a.iatiImporter().Import(ctx, actor, filepath.Base(path), f, func(done int64) {
		tell(progress{Stage: filepath.Base(path), Done: done, Total: info.Size()})
	}, each)
}

func (a *app) iatiImporter() *iati.Importer {
	return &iati.Importer{Store: a.assistance.Store, Parties: a.parties, Lists: a.codes, Conventions: a.conventions, Now: a.now}
}

func importCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "import")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	every := fs.Bool("every", false, "say what became of each record, not of the refused alone")
	dry := fs.Bool("dry-run", false, "corpus: say what would become of each record and change nothing")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) < 2 {
		return usage("say what to import and from where: corpus DIR, or iati FILE…")
	}
	in := importArgs{Kind: rest[0], Every: *every || *dry, Dry: *dry}
	if in.Kind != "corpus" && in.Kind != "iati" {
		return usage("there is no import of %q; corpus DIR and iati FILE… exist", in.Kind)
	}
	if in.Dry && in.Kind != "corpus" {
		return usage("--dry-run is for import corpus alone")
	}
	for _, path := range rest[1:] {
		abs, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		info, err := os.Stat(abs)
		if err != nil {
			return err
		}
		switch {
		case in.Kind == "corpus" && !info.IsDir():
			return usage("%s is not a folder; a corpus is a folder with an index.jsonl", path)
		case in.Kind == "iati" && info.IsDir():
			files, err := filepath.Glob(filepath.Join(abs, "*.xml"))
			if err != nil {
				return err
			}
			in.Paths = append(in.Paths, files...)
		default:
			in.Paths = append(in.Paths, abs)
		}
	}
	if len(in.Paths) == 0 {
		return usage("there is no XML file in %s", strings.Join(rest[1:], ", "))
	}
	var out importResult
	if err := operate(ctx, e, *data, *database, "import", in, &out); err != nil {
		return err
	}
	if *asJSON {
		if err := json.NewEncoder(e.out).Encode(out); err != nil {
			return err
		}
	} else {
		if in.Dry {
			fmt.Fprint(e.out, "Nothing was changed. Of ")
		}
		fmt.Fprintf(e.out, "%d records:", out.Records)
		for i, o := range exchange.Outcomes {
			if i > 0 {
				fmt.Fprint(e.out, ",")
			}
			fmt.Fprintf(e.out, " %d %s", out.Count[o], o)
		}
		fmt.Fprintln(e.out, ".")
	}
	if len(out.Failed) > 0 {
		return errReported
	}
	return nil
}

type exportArgs struct {
	Dir string `json:"dir"`
	AKN bool   `json:"akn"`
}

type exportResult struct {
	Measures int `json:"measures"`
}

func exportOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args exportArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	var done int64
	im := a.corpusImporter()
	im.AsAkomaNtoso = args.AKN
	n, err := im.Export(ctx, args.Dir, func(string) {
		done++
		tell(progress{Stage: "laws", Done: done})
	})
	return exportResult{n}, err
}

func exportCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "export")
	data, database := storeFlags(fs)
	akn := fs.Bool("akn", false, "write each text as Akoma Ntoso, built from its sections, instead of its original file")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 || rest[0] != "corpus" {
		return usage("say what to export and where to: corpus DIR")
	}
	dir, err := filepath.Abs(rest[1])
	if err != nil {
		return err
	}
	var out exportResult
	if err := operate(ctx, e, *data, *database, "export", exportArgs{dir, *akn}, &out); err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d measures written to %s.\n", out.Measures, rest[1])
	return nil
}
