package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"merida/demo"
	"merida/exchange"
	"merida/identity"
	"merida/web"
)

// demoLink is how long a demonstration's sign-in links live; they may be used again.
const demoLink = 365 * 24 * time.Hour

// errNotDemo keeps the demonstration, whose links anybody on this machine may use, out of a real store.
var errNotDemo = errors.New("the folder holds a store that no demonstration made; name another folder with --data")

func demoCommand(ctx context.Context, e *env, args []string) error {
	var o serveOptions
	read := serveFlags(e, "demo", &o, "")
	if err := read(args); err != nil {
		return err
	}
	if o.database != "" {
		return usage("a demonstration lives in a folder of its own, not on a database server")
	}
	if host, _, err := net.SplitHostPort(o.addr); err != nil || host != "localhost" && !net.ParseIP(host).IsLoopback() {
		return usage("a demonstration signs in whoever comes, so it listens on this machine only: --addr localhost:8080")
	}
	if o.data == "" {
		dir, err := os.MkdirTemp("", "merida-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		o.data = dir
	}
	f, err := openFolder(o.data)
	if err != nil {
		return err
	}
	if err := claimForDemo(f); err != nil {
		f.close()
		return err
	}
	log := slog.New(slog.NewTextHandler(e.err, &slog.HandlerOptions{Level: slog.LevelError})) // a page that failed names its request here
	if o.verbose {
		log = slog.New(slog.NewTextHandler(e.err, nil))
	}
	a, err := openApp(ctx, f, appOptions{demo: true, log: log})
	if err != nil {
		return err
	}
	defer a.close()
	people, err := a.people(ctx, e)
	if err != nil {
		return err
	}
	return a.listen(ctx, e, o, people, func(base string) error {
		fmt.Fprintln(e.out, "\nSign in as (each link may be used again, on this machine only):")
		seen := map[identity.Role]bool{}
		for _, p := range people {
			if seen[p.Account.Role] {
				continue
			}
			seen[p.Account.Role] = true
			fmt.Fprintf(e.out, "  %-14s %s/en/sign-in/%s\n", strings.ReplaceAll(string(p.Account.Role), "_", " "), base, p.Secret)
		}
		fmt.Fprintf(e.out, "All of them, and the others: %s/en/sign-in\n\n", base)
		return nil
	})
}

// claimForDemo marks an empty folder as a demonstration's, and refuses one that holds something else.
func claimForDemo(f *folder) error {
	_, err := os.Stat(f.path(demoName))
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	empty, err := f.empty()
	if err != nil {
		return err
	}
	if !empty {
		return errNotDemo
	}
	return os.WriteFile(f.path(demoName), []byte("This folder was made by `merida demo`. Whoever is on this machine may sign in to it.\n"), 0o600)
}

// people fills the store with the demonstration, which changes nothing where it was told before, and
// makes a link for each of its people. Conflict: an earlier filling was broken off.
func (a *app) people(ctx context.Context, e *env) ([]web.DemoPerson, error) {
	before, err := a.identity.Store.Accounts(ctx, identity.AccountFilter{})
	if err != nil {
		return nil, err
	}
	if len(before) == 0 {
		fmt.Fprintln(e.err, "Filling the demonstration…")
	}
	began := time.Now()
	if _, err := demo.Fill(ctx, demo.Services{Identity: a.identity, Library: a.library, Collections: a.collections, Questionnaires: a.questionnaires, Assessments: a.assessments,
		Assistance: a.assistance, Contacts: a.contacts, Mechanisms: a.mechanisms, Clearing: a.clearing,
		Import: func(ctx context.Context, actor identity.Actor, name string, r io.Reader, _ int64) error {
			_, err := a.iatiImporter().Import(ctx, actor, name, r, func(int64) {}, func(exchange.Line) {})
			return err
		}}, a.now()); err != nil {
		return nil, fmt.Errorf("fill the demonstration: %w", err)
	}
	if len(before) == 0 {
		fmt.Fprintf(e.err, "Filled in %s.\n", time.Since(began).Round(time.Millisecond))
	}
	accounts, err := a.identity.Store.Accounts(ctx, identity.AccountFilter{}) // also who came since
	if err != nil {
		return nil, err
	}
	var out []web.DemoPerson
	for _, x := range accounts {
		secret, err := a.identity.NewLink(ctx, identity.OperatorActor(), x, demoLink, true)
		if err != nil {
			return nil, err
		}
		out = append(out, web.DemoPerson{Account: x, Secret: secret})
	}
	return out, nil
}
