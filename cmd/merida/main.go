// Merida is the information system of the UN Convention against Corruption:
// one program that serves the site, imports and exports, and keeps the store.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"merida/fault"
	"merida/locale"
)

// version is set by the build ("-X main.version=…").
var version = "development"

// env is everything a command touches outside its arguments, so that tests can run it.
type env struct {
	out io.Writer // results
	err io.Writer // advice, progress, faults
	tty bool      // err is a terminal
}

// command is one plain word after "merida".
type command struct {
	name  string
	args  string // as shown in the usage
	about string
	run   func(ctx context.Context, e *env, args []string) error
}

func commands() []command {
	return []command{
		{"serve", "[--addr localhost:8080] [--data ./data] [--database URL] [--base-url URL]", "serve the site and the API", serve},
		{"user", "add --name NAME --role ROLE [--party CODE] | list | link ID | disable ID | enable ID", "accounts and sign-in links", userCommand},
		{"demo", "[--addr localhost:8080] [--data DIR]", "serve a filled demonstration with a sign-in link for each role", demoCommand},
		{"import", "corpus DIR | iati FILE or DIR… | questionnaire FILE | treaty-text FILE | convention FILE.json | states FILE.json", "take in laws, published activities, an edition as a draft, the official text of a convention, another convention, a newer list of States", importCommand},
		{"export", "corpus DIR | iati FILE | questionnaire ID [FILE] | treaty-text ID/LANG FILE | convention ID FILE | states FILE | site DIR", "write what import reads back", exportCommand},
		{"search", `"words" [--lang --country --provision --json]`, "the same query that the site makes", searchCommand},
		{"eval", "search FILE | mapping [FILE] [--data DIR] [--json]", "measure the search with known answers, and suggestions with mapped sections", evalCommand},
		{"reindex", "", "build the search index anew", reindexCommand},
		{"backup", "FILE", "write a consistent copy of everything", backupCommand},
		{"restore", "FILE", "fill an empty folder from a backup", restoreCommand},
		{"check", "", "look through the store and its files for damage", checkCommand},
		{"doctor", "", "say what this installation holds and lacks", doctorCommand},
		{"version", "", "print the version", versionCommand},
	}
}

func main() {
	if code, ok := enterCage(os.Args); ok {
		os.Exit(code)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, &env{out: os.Stdout, err: os.Stderr, tty: isTerminal(os.Stderr)}, os.Args[1:])
	stop()
	os.Exit(code)
}

func isTerminal(f *os.File) bool {
	i, err := f.Stat()
	return err == nil && i.Mode()&os.ModeCharDevice != 0
}

// usageError is a wrong use of the command line: exit code 2.
type usageError struct{ msg string }

func (u usageError) Error() string { return u.msg }

func usage(format string, a ...any) error { return usageError{fmt.Sprintf(format, a...)} }

// some counts things whose word takes an s where they are many: the terminal speaks English.
func some(n int64, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}

// run executes one command and gives the exit code: 0 when all went well, 1 on failure, 2 on wrong use.
func run(ctx context.Context, e *env, args []string) int {
	all := commands()
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		fmt.Fprintln(e.err, "Merida, the information system of the UN Convention against Corruption.\n\nUsage: merida COMMAND [arguments]\n\nCommands:")
		for _, c := range all {
			fmt.Fprintf(e.err, "  %-8s %s\n", c.name, c.about)
			if c.args != "" {
				fmt.Fprintf(e.err, "           %s\n", c.args)
			}
		}
		fmt.Fprintln(e.err, "\nEach command tells its options with --help.")
		if len(args) == 0 {
			return 2
		}
		return 0
	}
	i := slices.IndexFunc(all, func(c command) bool { return c.name == args[0] })
	if i < 0 {
		fmt.Fprintf(e.err, "merida: there is no command %q; `merida help` lists them\n", args[0])
		return 2
	}
	err := all[i].run(ctx, e, args[1:])
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errReported):
		return 1
	}
	if u, ok := errors.AsType[usageError](err); ok {
		fmt.Fprintf(e.err, "merida %s: %s\nUsage: merida %s %s\n", args[0], u.msg, args[0], all[i].args)
		return 2
	}
	fmt.Fprintf(e.err, "merida %s: %s\n", args[0], words(err))
	return 1
}

// errReported ends a command that has said everything already.
var errReported = errors.New("reported")

// words says a fault in English, with its cause for whoever runs the program; other errors speak for themselves.
func words(err error) string {
	f, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return err.Error()
	}
	l, lerr := locale.Load()
	if lerr != nil {
		return err.Error()
	}
	p := l.Printer("en")
	parts := []string{p.T(f.MessageKey(), f.Args)}
	for _, x := range f.Fields {
		parts = append(parts, x.Name+": "+p.T(x.Key, x.Args))
	}
	if f.Err != nil {
		parts = append(parts, "("+f.Err.Error()+")")
	}
	return strings.Join(parts, " ")
}

// flags makes a flag set whose faults are wrong use.
func flags(e *env, name string) *flag.FlagSet {
	fs := flag.NewFlagSet("merida "+name, flag.ContinueOnError)
	fs.SetOutput(e.err)
	fs.Usage = func() {
		for _, c := range commands() {
			if c.name == name {
				fmt.Fprintf(e.err, "merida %s: %s\n\nUsage: merida %s\n", name, c.about, strings.TrimSpace(name+" "+c.args))
			}
		}
		fmt.Fprintln(e.err, "\nOptions:")
		fs.PrintDefaults()
	}
	return fs
}

// parse reads options that may stand before, between and after the arguments, and gives the arguments.
func parse(fs *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err.Error()}
		}
		args = fs.Args()
		if len(args) == 0 {
			return rest, nil
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}
