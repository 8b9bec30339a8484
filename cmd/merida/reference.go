package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"merida/convention"
	"merida/directory"
	"merida/exchange"
	"merida/exchange/treatytext"
	"merida/fault"
	"merida/identity"
	"merida/lang"
	"merida/treaty"
)

// What the operator brings to the reference data: official texts of conventions, further conventions, newer lists of States.
const (
	treatyTextKind = "treaty-text"
	conventionKind = "convention"
	statesKind     = "states"
	statesID       = "states"
)

// readReferences adds what the operator brought to what ships with the program. What can no longer be read is left out
// and told by `merida doctor`, so that one file does not keep an installation from opening.
func (a *app) readReferences(ctx context.Context, extra []directory.Party) error {
	refs, err := a.treaties.Store.References(ctx)
	if err != nil {
		return err
	}
	for _, r := range refs {
		switch r.Kind {
		case treaty.AConvention:
			next, _, err := a.conventions.Add(bytes.NewReader(r.Body))
			if err != nil {
				a.leftOut = append(a.leftOut, "convention "+r.ID+": "+words(err))
				continue
			}
			a.conventions = next
		case treaty.States:
			u, err := directory.ReadUpdate(r.Body)
			if err != nil {
				a.leftOut = append(a.leftOut, "states: "+words(err))
				continue
			}
			a.updates = append(a.updates, u)
		}
	}
	a.treaties.Conventions = a.conventions
	a.parties, err = directory.With(a.updates, extra...)
	return err
}

type referenceArgs struct {
	Kind string      `json:"kind"`
	Path string      `json:"path"` // absolute; empty when something is taken back
	Undo string      `json:"undo"` // what is taken back: "uncac/fr", "untoc", "states"
	Dry  bool        `json:"dry"`
	Text treaty.Text `json:"text"` // what the caller says of a text
}

type referenceResult struct {
	Outcome  treaty.Outcome `json:"outcome"`
	What     string         `json:"what"`  // "uncac/fr", "untoc", "states"
	Count    int            `json:"count"` // passages, provisions or entries
	Findings int            `json:"findings"`
	Restart  bool           `json:"restart"` // it is read when the installation is opened next
}

func referenceOperation(ctx context.Context, a *app, raw json.RawMessage, tell func(progress)) (any, error) {
	var args referenceArgs
	if err := json.Unmarshal(raw, &args); err != nil {
		return nil, err
	}
	if args.Undo != "" {
		return a.takeBack(ctx, args)
	}
	f, err := os.Open(args.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if args.Kind == treatyTextKind {
		return a.importTreatyText(ctx, args, f, tell)
	}
	b, err := os.ReadFile(args.Path)
	if err != nil {
		return nil, err
	}
	out := referenceResult{Restart: true}
	line := func(outcome exchange.Outcome, record string) {
		tell(progress{Line: string(outcome) + "  " + record})
	}
	kind := treaty.AConvention
	switch args.Kind {
	case conventionKind:
		_, d, err := a.conventions.Add(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		out.What, out.Count = string(d.Convention), d.Provisions
		for _, id := range d.Added {
			line(exchange.Accepted, string(id))
		}
		for _, id := range d.Changed {
			line(exchange.Updated, string(id))
		}
	case statesKind:
		u, err := directory.ReadUpdate(b)
		if err != nil {
			return nil, err
		}
		added, changed, err := u.Changes(a.updates)
		if err != nil {
			return nil, err
		}
		kind, out.What, out.Count = treaty.States, statesID, len(added)+len(changed)
		for _, id := range added {
			line(exchange.Accepted, string(id))
		}
		for _, id := range changed {
			line(exchange.Updated, string(id))
		}
	default:
		return nil, fmt.Errorf("there is no import of %q", args.Kind)
	}
	out.Outcome, err = a.treaties.Refer(ctx, identity.OperatorActor(), kind, out.What, b, args.Dry)
	return out, err
}

func (a *app) importTreatyText(ctx context.Context, args referenceArgs, f *os.File, tell func(progress)) (any, error) {
	p := a.locale.Printer("en")
	text, found, err := treatytext.Read(a.conventions, f.Name(), f, args.Text)
	if err != nil {
		return nil, err
	}
	out := referenceResult{Outcome: treaty.Refused, What: string(text.Convention) + "/" + string(text.Lang), Count: len(text.Passages)}
	if len(found) == 0 {
		if out.Outcome, found, err = a.treaties.Load(ctx, identity.OperatorActor(), text, args.Dry); err != nil {
			return nil, err
		}
	}
	out.Findings = len(found)
	for _, x := range found {
		var b strings.Builder
		if x.Fatal {
			b.WriteString("refused  ")
		} else {
			b.WriteString("missing  ")
		}
		b.WriteString(filepath.Base(f.Name()))
		if x.Line > 0 {
			fmt.Fprintf(&b, ":%d", x.Line)
		}
		b.WriteString("  " + string(x.Provision) + "  " + p.T(x.Key, x.Args))
		tell(progress{Line: b.String()})
	}
	return out, nil
}

func (a *app) takeBack(ctx context.Context, args referenceArgs) (any, error) {
	operator := identity.OperatorActor()
	out := referenceResult{Outcome: "taken back", What: args.Undo}
	switch args.Kind {
	case treatyTextKind:
		c, tag, _ := strings.Cut(args.Undo, "/")
		_, err := a.treaties.TakeBack(ctx, operator, convention.ID(c), lang.Tag(tag))
		return out, err
	case conventionKind:
		out.Restart = true
		return out, a.treaties.Withdraw(ctx, operator, treaty.AConvention, args.Undo)
	}
	out.Restart = true
	return out, a.treaties.Withdraw(ctx, operator, treaty.States, statesID)
}

// importReference runs `merida import treaty-text|convention|states`.
func importReference(ctx context.Context, e *env, data, database string, in referenceArgs, asJSON bool) error {
	if in.Undo != "" && in.Path != "" || in.Undo == "" && in.Path == "" {
		return usage("name one file, or what to take back with --undo")
	}
	if in.Path != "" {
		abs, err := filepath.Abs(in.Path)
		if err != nil {
			return err
		}
		in.Path = abs
	}
	var out referenceResult
	if err := operate(ctx, e, data, database, "import reference", in, &out); err != nil {
		return err
	}
	if asJSON {
		if err := json.NewEncoder(e.out).Encode(out); err != nil {
			return err
		}
	} else {
		what := map[string]string{treatyTextKind: "passages", conventionKind: "provisions", statesKind: "entries that differ"}[in.Kind]
		switch {
		case out.Outcome == treaty.Refused:
			fmt.Fprintf(e.out, "%s was refused: %d places do not fit the convention. What stood before goes on standing.\n", out.What, out.Findings)
		case in.Undo != "":
			fmt.Fprintf(e.out, "%s was taken back; what stood before stands again.\n", out.What)
		default:
			if in.Dry {
				fmt.Fprint(e.out, "Nothing was changed. ")
			}
			fmt.Fprintf(e.out, "%s: %s, %d %s", out.What, out.Outcome, out.Count, what)
			if out.Findings > 0 {
				fmt.Fprintf(e.out, ", %d provisions without words", out.Findings)
			}
			fmt.Fprintln(e.out, ".")
		}
		if out.Restart && !in.Dry && out.Outcome != treaty.Unchanged {
			fmt.Fprintln(e.out, "A running server reads it when it is started next.")
		}
	}
	if out.Outcome == treaty.Refused {
		return errReported
	}
	return nil
}

// exportReference writes `merida export convention|states|treaty-text` to the file named in args.Dir.
func (a *app) exportReference(ctx context.Context, kind, what, path string) (int, error) {
	var b []byte
	n := 0
	switch kind {
	case conventionKind:
		refs, err := a.treaties.Store.References(ctx)
		if err != nil {
			return 0, err
		}
		for _, r := range refs {
			if r.Kind == treaty.AConvention && r.ID == what {
				b = r.Body
			}
		}
		if b == nil {
			if b, err = convention.File(convention.ID(what)); err != nil {
				return 0, fault.New(fault.NotFound, "treaty.error.convention", fault.Args{"id": what})
			}
		}
		n = len(a.conventions.Below(convention.ID(what)))
	case statesKind:
		var err error
		if b, err = directory.File(a.updates); err != nil {
			return 0, err
		}
		n = len(a.parties.All("en"))
	case treatyTextKind:
		c, tag, _ := strings.Cut(what, "/")
		texts, err := a.treaties.Store.Texts(ctx)
		if err != nil {
			return 0, err
		}
		err = fault.New(fault.NotFound, "treaty.error.none", fault.Args{"id": c, "lang": tag})
		for _, t := range texts {
			if string(t.Convention) != c || string(t.Lang) != tag {
				continue
			}
			if t.Passages, err = a.treaties.Store.Passages(ctx, t.Convention, t.Lang, nil); err != nil {
				return 0, err
			}
			var out bytes.Buffer
			err = treatytext.Write(&out, t)
			b, n = out.Bytes(), len(t.Passages)
		}
		if err != nil {
			return 0, err
		}
	}
	return n, writeWhole(path, b)
}

// writeWhole writes a file beside its place and moves it there when it is whole.
func writeWhole(path string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".merida-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// referenceLines says for `merida doctor` which official languages of which convention have no text, and what could not be read.
func (a *app) referenceLines(ctx context.Context) (out []string, err error) {
	for _, c := range a.conventions.Conventions() {
		has, lacks, err := a.treaties.Languages(ctx, c.ID)
		if err != nil {
			return nil, err
		}
		join := func(tags []lang.Tag) string {
			s := make([]string, len(tags))
			for i, t := range tags {
				s[i] = string(t)
			}
			return strings.Join(s, ", ")
		}
		if len(has) > 0 {
			out = append(out, fmt.Sprintf("holds    the text of %s in %s", c.ID, join(has)))
		}
		if len(lacks) > 0 {
			out = append(out, fmt.Sprintf("lacks    the text of %s in %s: `merida import treaty-text FILE` takes it in", c.ID, join(lacks)))
		}
	}
	for _, s := range a.leftOut {
		out = append(out, "left out "+s)
	}
	return out, nil
}
