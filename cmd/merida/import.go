package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"merida/assistance"
	"merida/exchange"
	"merida/exchange/corpus"
	"merida/exchange/iati"
	"merida/identity"
	"merida/locale"
	"merida/questionnaire"
	"merida/treaty"
)

type importArgs struct {
	Kind  string   `json:"kind"`  // corpus, iati, questionnaire
	Paths []string `json:"paths"` // absolute
	Every bool     `json:"every"` // tell of each record, not of the refused alone
	Dry   bool     `json:"dry"`   // say what would happen and change nothing; not for iati
}

type importResult struct {
	Files   int                      `json:"files"`
	Records int                      `json:"records"`
	Count   map[exchange.Outcome]int `json:"count"`
	Failed  []string                 `json:"failed"` // files that could not be read at all
	Edition *editionResult           `json:"edition,omitempty"`
}

func (a *app) corpusImporter() *corpus.Importer {
	return &corpus.Importer{Library: a.library, Files: a.files, Parse: a.reader}
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
	// Records pass through and few stay: collecting twice as often costs little time and keeps the process small.
	defer debug.SetGCPercent(debug.SetGCPercent(50))
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
	set := &iati.Set{}
	if args.Kind == "iati" && len(args.Paths) > 1 {
		args.Paths = newestFirst(args.Paths)
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
			rep, err := a.importIATI(ctx, actor, set, path, tell, each)
			add(rep)
			if err != nil { // a file that is none of ours does not stop the others
				if ctx.Err() != nil {
					return nil, err
				}
				line := path + ": " + words(err)
				out.Failed = append(out.Failed, line)
				tell(progress{Line: "refused  " + line})
			}
		case "questionnaire":
			r, err := a.importQuestionnaire(ctx, path, args.Dry, tell)
			if err != nil {
				return nil, err
			}
			out.Edition = &r
		default:
			return nil, fmt.Errorf("there is no import of %q", args.Kind)
		}
	}
	return out, nil
}

func (a *app) importIATI(ctx context.Context, actor identity.Actor, set *iati.Set, path string, tell func(progress), each func(exchange.Line)) (exchange.Report, error) {
	f, err := os.Open(path)
	if err != nil {
		return exchange.Report{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return exchange.Report{}, err
	}
	return a.iatiImporter().ImportOf(ctx, actor, set, filepath.Base(path), f, func(done int64) {
		tell(progress{Stage: filepath.Base(path), Done: done, Total: info.Size()})
	}, each)
}

// newestFirst puts files in the order in which they say that they were written, the newest first; those that do
// not say come last, by name.
func newestFirst(paths []string) []string {
	written := map[string]time.Time{}
	for _, p := range paths {
		if f, err := os.Open(p); err == nil {
			written[p] = iati.Generated(f)
			f.Close()
		}
	}
	out := slices.Clone(paths)
	slices.SortFunc(out, func(a, b string) int {
		return cmp.Or(written[b].Compare(written[a]), cmp.Compare(a, b))
	})
	return out
}

// xmlFiles lists the XML files of a folder and of the folders in it, by name.
func xmlFiles(dir string) (out []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && strings.EqualFold(filepath.Ext(path), ".xml") {
			out = append(out, path)
		}
		return err
	})
	return out, err
}

func (a *app) iatiImporter() *iati.Importer {
	return &iati.Importer{Store: a.assistance.Store, Parties: a.parties, Lists: a.codes, Conventions: a.conventions, Now: a.now}
}

func importCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "import")
	data, database := storeFlags(fs)
	asJSON := fs.Bool("json", false, "print JSON")
	every := fs.Bool("every", false, "say what became of each record, not of the refused alone")
	dry := fs.Bool("dry-run", false, "all but iati: say what would become of each record and change nothing")
	undo := fs.String("undo", "", "take back what was imported last, so that what was there before stands again: treaty-text --undo uncac/fr, convention --undo ID, states --undo states")
	var text treaty.Text
	fs.StringVar((*string)(&text.Convention), "convention", "", "treaty-text: id of the convention, such as uncac, where the file does not say")
	fs.StringVar((*string)(&text.Lang), "lang", "", "treaty-text: language of the text, where the file does not say")
	fs.StringVar((*string)(&text.Status), "status", "", "treaty-text: authentic, official, courtesy, machine or unofficial, where the file does not say")
	fs.StringVar(&text.Source, "source", "", "treaty-text: who published the text, where the file does not say")
	fs.StringVar(&text.SourceURL, "source-url", "", "treaty-text: address of the source")
	fs.StringVar(&text.Licence, "licence", "", "treaty-text: terms under which the text may be used")
	fs.StringVar(&text.Date, "date", "", "treaty-text: date of the edition, such as 2003-10-31")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) > 0 && slices.Contains([]string{treatyTextKind, conventionKind, statesKind}, rest[0]) && len(rest) <= 2 {
		return importReference(ctx, e, *data, *database, referenceArgs{Kind: rest[0], Path: strings.Join(rest[1:], ""), Undo: *undo, Dry: *dry, Text: text}, *asJSON)
	}
	if len(rest) < 2 || *undo != "" {
		return usage("say what to import and from where: corpus DIR, iati FILE…, questionnaire FILE, treaty-text FILE, convention FILE.json or states FILE.json")
	}
	in := importArgs{Kind: rest[0], Every: *every || *dry, Dry: *dry}
	if in.Kind != "corpus" && in.Kind != "iati" && in.Kind != "questionnaire" {
		return usage("there is no import of %q; corpus DIR, iati FILE…, questionnaire FILE, treaty-text FILE, convention FILE.json and states FILE.json exist", in.Kind)
	}
	if in.Dry && in.Kind == "iati" {
		return usage("--dry-run is not for import iati")
	}
	if in.Kind == "questionnaire" && len(rest) != 2 {
		return usage("a questionnaire is one file")
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
		case in.Kind == "questionnaire" && info.IsDir():
			return usage("%s is a folder; a questionnaire is a file, JSON or XLSX", path)
		case in.Kind == "iati" && info.IsDir():
			files, err := xmlFiles(abs)
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
	} else if out.Edition != nil {
		fmt.Fprintln(e.out, out.Edition.said(in.Dry))
	} else {
		if in.Dry {
			fmt.Fprint(e.out, "Nothing was changed. Of ")
		}
		fmt.Fprintf(e.out, "%s:", some(int64(out.Records), "record"))
		for i, o := range exchange.Outcomes {
			if i > 0 {
				fmt.Fprint(e.out, ",")
			}
			fmt.Fprintf(e.out, " %d %s", out.Count[o], o)
		}
		fmt.Fprintln(e.out, ".")
	}
	if in.Kind == "corpus" && out.Records > 0 && out.Count[exchange.Refused] == out.Records {
		fmt.Fprintln(e.err, "merida import: every record was refused; the lines above say why. docs/corpus.md tells the form of a corpus folder.")
		return errReported
	}
	if len(out.Failed) > 0 || out.Edition != nil && out.Edition.Faults > 0 {
		return errReported
	}
	return nil
}

type exportArgs struct {
	Kind    string `json:"kind"` // corpus, iati, questionnaire, convention, states, treaty-text
	What    string `json:"what"` // of a kind: "uncac", "uncac/fr", "self-assessment-1"
	Dir     string `json:"dir"`  // a folder, or the file
	AKN     bool   `json:"akn"`
	BaseURL string `json:"base_url"` // below which our vocabularies are listed
	Format  string `json:"format"`   // of a questionnaire: json, xlsform
}

type exportResult struct {
	Measures int            `json:"measures"`
	Count    int            `json:"count"` // provisions, States or passages
	IATI     *iati.Written  `json:"iati,omitempty"`
	Edition  *editionResult `json:"edition,omitempty"`
}

func exportOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args exportArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	var done int64
	if args.Kind == "questionnaire" {
		r, err := a.exportQuestionnaire(ctx, questionnaire.EditionID(args.What), args.Format, args.Dir)
		return exportResult{Edition: &r}, err
	}
	if args.Kind == "iati" {
		w, err := a.exportIATI(ctx, args, tell)
		return exportResult{IATI: &w}, err
	}
	switch args.Kind {
	case "site":
		n, err := a.exportSite(ctx, args.Dir, args.BaseURL, tell)
		return exportResult{Count: n}, err
	case conventionKind, statesKind, treatyTextKind:
		n, err := a.exportReference(ctx, args.Kind, args.What, args.Dir)
		return exportResult{Count: n}, err
	}
	im := a.corpusImporter()
	im.AsAkomaNtoso = args.AKN
	n, err := im.Export(ctx, args.Dir, func(string) {
		done++
		tell(progress{Stage: "laws", Done: done})
	})
	return exportResult{Measures: n}, err
}

// exportIATI writes public activities beside the named file and puts them in its place when they are whole.
func (a *app) exportIATI(ctx context.Context, args exportArgs, tell func(progress)) (w iati.Written, err error) {
	f, err := os.CreateTemp(filepath.Dir(args.Dir), ".merida-*.xml")
	if err != nil {
		return w, err
	}
	defer os.Remove(f.Name())
	p := a.locale.Printer("en")
	w, err = (&iati.Exporter{Store: a.assistance.Store, Parties: a.parties, BaseURL: args.BaseURL, Now: a.now}).Export(ctx, f, assistance.ActivityFilter{}, 0, func(l iati.LeftOut) {
		tell(progress{Line: "left out  " + l.Record + "  " + l.Path + "  " + p.T(l.Reason.Key, l.Reason.Args)})
	})
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return w, err
	}
	return w, os.Rename(f.Name(), args.Dir)
}

func exportCommand(ctx context.Context, e *env, args []string) error {
	fs := flags(e, "export")
	data, database := storeFlags(fs)
	base := fs.String("base-url", "http://localhost:8080", "iati, site: address of the site, below which provisions and forms of assistance are listed")
	akn := fs.Bool("akn", false, "write each text as Akoma Ntoso, built from its sections, instead of its original file")
	format := fs.String("format", "json", "questionnaire: json, or xlsform for KoboToolbox and ODK")
	rest, err := parse(fs, args)
	if err != nil {
		return err
	}
	to := exportArgs{AKN: *akn, BaseURL: strings.TrimSuffix(*base, "/"), Format: *format}
	file := rest[max(len(rest)-1, 0):]
	switch {
	case (len(rest) == 2 || len(rest) == 3) && rest[0] == "questionnaire":
		endings := map[string]string{"json": ".json", "xlsform": ".xlsx"}
		if endings[*format] == "" {
			return usage("there is no format %q; json and xlsform exist", *format)
		}
		if to.Kind, to.What = rest[0], rest[1]; len(rest) == 2 {
			file = []string{filepath.Base(rest[1]) + endings[*format]}
		}
	case len(rest) == 2 && slices.Contains([]string{"corpus", "iati", statesKind, "site"}, rest[0]):
		to.Kind = rest[0]
	case len(rest) == 3 && slices.Contains([]string{conventionKind, treatyTextKind}, rest[0]):
		to.Kind, to.What = rest[0], rest[1]
	default:
		return usage("say what to export and where to: corpus DIR, iati FILE, questionnaire ID [FILE], convention ID FILE, treaty-text ID/LANG FILE, states FILE or site DIR")
	}
	if to.Dir, err = filepath.Abs(file[0]); err != nil {
		return err
	}
	var out exportResult
	if err := operate(ctx, e, *data, *database, "export", to, &out); err != nil {
		return err
	}
	if out.Edition != nil {
		fmt.Fprintf(e.out, "%s with %d questions written to %s.\n", out.Edition.Edition, out.Edition.Questions, file[0])
		return nil
	}
	if out.Count > 0 {
		fmt.Fprintf(e.out, "%d written to %s.\n", out.Count, file[0])
		return nil
	}
	if out.IATI != nil {
		fmt.Fprintf(e.out, "%d activities written to %s; %d could not be made valid and were left out.\n", out.IATI.Records, file[0], out.IATI.Left)
		return nil
	}
	fmt.Fprintf(e.out, "%d measures written to %s.\n", out.Measures, file[0])
	return nil
}
