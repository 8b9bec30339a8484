package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"

	"merida/api"
	"merida/assessment"
	"merida/assistance"
	"merida/clearing"
	"merida/codelist"
	"merida/convention"
	"merida/directory"
	"merida/exchange/legaltext"
	"merida/fault"
	"merida/files"
	"merida/follow"
	"merida/identity"
	"merida/internal/clock"
	"merida/library"
	"merida/locale"
	"merida/mail"
	"merida/mechanism"
	"merida/party"
	"merida/questionnaire"
	"merida/search/inverted"
	"merida/store"
	"merida/store/postgres"
	"merida/store/sqlite"
	"merida/thesaurus"
	"merida/treaty"
	"merida/web"
)

// app is an open installation: the store with every service on it. All doors are made of it.
type app struct {
	folder *folder
	db     store.DB
	log    *slog.Logger
	now    clock.Func

	conventions *convention.Catalogue
	parties     *directory.Parties
	codes       *codelist.Lists
	locale      *locale.Catalogue
	files       *files.Dir
	reader      legaltext.Parser

	identity       *identity.Service
	library        *library.Service
	index          *inverted.Index
	finder         *library.Finder
	searches       *library.Searches
	follow         *follow.Service
	hooks          *follow.Hooks
	collections    *library.Collections
	questionnaires *questionnaire.Service
	assessments    *assessment.Service
	assistance     *assistance.Service
	contacts       *directory.Register
	mailbox        mail.Store
	mechanisms     *mechanism.Service
	clearing       *clearing.Service
	treaties       *treaty.Service
	treatyIndex    *inverted.Index
	treatyFinder   *treaty.Finder

	updates []*directory.Update // of the list of States, by the operator
	leftOut []string            // reference files that could not be read
}

// appOptions says how an installation is opened.
type appOptions struct {
	database string // PostgreSQL URL; empty means the embedded engine in the folder
	demo     bool   // the demonstration parties exist
	log      *slog.Logger
}

const (
	databaseName = "merida.db"
	filesName    = "files"
	indexName    = "search"
	treatyName   = "search-treaty" // index of the official texts, apart from measures
	demoName     = "demonstration" // marks a folder that a demonstration made
)

// openApp opens what a folder holds, or makes it. It closes the folder when it fails.
func openApp(ctx context.Context, f *folder, o appOptions) (a *app, err error) {
	a = &app{folder: f, log: o.log, now: clock.System}
	defer func() {
		if err != nil {
			a.close()
		}
	}()
	if o.database == "" {
		db, err := sqlite.Open(ctx, f.path(databaseName))
		if err != nil {
			return a, err // not kept: a nil engine in the interface would be closed
		}
		a.db = db
	} else {
		db, err := postgres.Open(ctx, o.database)
		if err != nil {
			return a, err
		}
		a.db = db
	}
	if a.reader, err = newReader(); err != nil {
		return a, err
	}
	if a.files, err = files.Open(f.path(filesName)); err != nil {
		return a, err
	}
	if a.conventions, err = convention.Load(); err != nil {
		return a, err
	}
	var extra []directory.Party
	if _, err := os.Stat(f.path(demoName)); err == nil || o.demo {
		extra = directory.Demonstration()
	}
	a.treaties = &treaty.Service{Store: store.Treaties{DB: a.db}, Now: a.now}
	if err := a.readReferences(ctx, extra); err != nil {
		return a, err
	}
	if a.codes, err = codelist.Load(); err != nil {
		return a, err
	}
	if a.locale, err = locale.Load(); err != nil {
		return a, err
	}
	a.identity = &identity.Service{Store: store.Identity{DB: a.db}, Now: a.now}
	a.library = &library.Service{Store: store.Library{DB: a.db}, Now: a.now, Known: a.conventions.Known}
	for _, old := range []string{"search.db", "search.db-wal", "search.db-shm"} { // the index of earlier versions
		if err := os.Remove(f.path(old)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return a, err
		}
	}
	if a.index, err = inverted.Open(ctx, f.path(indexName)); err != nil {
		return a, err
	}
	if a.treatyIndex, err = inverted.Open(ctx, f.path(treatyName)); err != nil {
		return a, err
	}
	a.treatyFinder = &treaty.Finder{Index: a.treatyIndex, Store: a.treaties.Store, Conventions: a.conventions}
	terms, err := thesaurus.Load()
	if err != nil {
		return a, err
	}
	if err := a.suggester(terms); err != nil {
		return a, err
	}
	a.finder = &library.Finder{Index: a.index, Store: a.library.Store, Parties: a.parties, Conventions: a.conventions, Thesaurus: terms}
	a.searches = &library.Searches{Store: store.SavedSearches{DB: a.db}, Now: a.now}
	a.collections = &library.Collections{Store: store.Collections{DB: a.db}, Library: a.library.Store, Known: a.conventions.Known, Now: a.now}
	a.questionnaires = &questionnaire.Service{Store: store.Questionnaires{DB: a.db, Cache: &sync.Map{}}, Now: a.now}
	a.assessments = &assessment.Service{Store: store.Assessments{DB: a.db}, Now: a.now}
	needs := store.Assistance{DB: a.db}
	a.assistance = &assistance.Service{Store: needs, Board: &assistance.Board{Store: needs, Conventions: a.conventions, Now: a.now},
		Terms: assistance.Terms{Conventions: a.conventions, Lists: a.codes}, Now: a.now}
	a.contacts = &directory.Register{Store: store.Contacts{DB: a.db}, Now: a.now}
	a.follow = &follow.Service{Store: store.NewFollows(a.db), Conventions: a.conventions, Searches: a.searches.Store, Finder: a.finder, Mechanisms: store.Mechanisms{DB: a.db},
		Known: func(p party.ID) bool { _, ok := a.parties.Get(p); return ok }, Now: a.now}
	a.hooks = &follow.Hooks{Store: store.Hooks{DB: a.db}, Follow: a.follow, Now: a.now} // none until serve allows them
	a.mailbox = store.Mail{DB: a.db}
	a.mechanisms = &mechanism.Service{Store: store.Mechanisms{DB: a.db}, Now: a.now, Known: func(p party.ID) bool { x, ok := a.parties.Get(p); return ok && x.IsParty() }}
	a.clearing = &clearing.Service{Store: store.Clearing{DB: a.db}, Mechanisms: a.mechanisms.Store, Needs: needs, Board: a.assistance.Board, Terms: a.assistance.Terms, Now: a.now, Known: a.mechanisms.Known}
	return a, nil
}

func (a *app) close() {
	if a.db != nil {
		if err := a.db.Close(); err != nil {
			a.log.Error("close the store", "error", err)
		}
	}
	if a.index != nil {
		if err := a.index.Close(); err != nil {
			a.log.Error("close the index", "error", err)
		}
	}
	if a.treatyIndex != nil {
		if err := a.treatyIndex.Close(); err != nil {
			a.log.Error("close the index of treaties", "error", err)
		}
	}
	if a.files != nil {
		a.files.Close()
	}
	a.folder.close()
}

// quiet is the log of commands, which speak for themselves.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// site is the door for people.
func (a *app) site(baseURL string, people []web.DemoPerson, mailed bool) *web.Site {
	return &web.Site{Conventions: a.conventions, Parties: a.parties, Codes: a.codes, Locale: a.locale, Identity: a.identity, Library: a.library, Files: a.files, Reader: a.reader, Finder: a.finder, Searches: a.searches, Follow: a.follow, Hooks: a.hooks, Collections: a.collections,
		Questionnaires: a.questionnaires, Assessments: a.assessments, Assistance: a.assistance, Contacts: a.contacts, Mechanisms: a.mechanisms, Treaties: a.treaties, TreatyFinder: a.treatyFinder, Dossiers: a.dossiers(), Clearing: a.clearing, Audit: a.trail(), Now: a.now, Log: a.log, BaseURL: baseURL, Demo: people, Mail: a.mailbox, Mailed: mailed || people != nil}
}

// dossiers are what the members of a mechanism read before a meeting.
func (a *app) dossiers() mechanism.Sources {
	return mechanism.Sources{Mechanisms: a.mechanisms.Store, Assessments: a.assessments.Store, Assistance: a.assistance.Store, Board: a.assistance.Board, Contacts: a.contacts.Store, Now: a.now}
}

// machines is the door for programs.
func (a *app) machines(baseURL string) *api.API {
	return &api.API{Conventions: a.conventions, Parties: a.parties, Codes: a.codes, Library: a.library.Store, Finder: a.finder, Questionnaires: a.questionnaires.Store,
		Assessments: a.assessments.Store, Contacts: a.contacts.Store, Assistance: a.assistance.Store, Board: a.assistance.Board, Clearing: a.clearing.Store, Locale: a.locale, Now: a.now, BaseURL: baseURL, Log: a.log}
}

// handler joins the doors: one first segment for each.
func (a *app) handler(baseURL string, people []web.DemoPerson, mailed bool) http.Handler {
	site, machines := a.site(baseURL, people, mailed), a.machines(baseURL)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			switch path {
			case "/healthz", "/readyz", "/robots.txt", "/openapi.json":
				w.Header().Set("Allow", "GET, HEAD")
				http.Error(w, "This address can only be read.", http.StatusMethodNotAllowed)
				return
			}
		}
		switch {
		case path == "/openapi.json", strings.HasPrefix(path, api.Prefix+"/"), path == api.Prefix:
			machines.ServeHTTP(w, r)
		case path == "/healthz":
			w.Write([]byte("alive\n"))
		case path == "/readyz":
			if err := a.db.Ping(r.Context()); err != nil {
				a.log.Error("not ready", "error", err)
				http.Error(w, "not ready", http.StatusServiceUnavailable)
				return
			}
			w.Write([]byte("ready\n"))
		case path == "/robots.txt":
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprintf(w, "User-agent: *\nDisallow: /*/tasks\nDisallow: /*/sign-in\nSitemap: %s/sitemap.xml\n", baseURL)
		default:
			site.ServeHTTP(w, r)
		}
	})
}

// tooOften tells readers, in their language, and programs, in theirs, that they came too often. It asks no store.
func (a *app) tooOften(baseURL string) http.Handler {
	site, machines, why := a.site(baseURL, nil, false), a.machines(baseURL), fault.Of(fault.RateLimited)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, api.Prefix+"/") || r.URL.Path == "/openapi.json" {
			machines.Refuse(w, r, why)
			return
		}
		site.Refuse(w, r, why)
	})
}

// checkBase reads the base address: scheme and host, nothing after it.
func checkBase(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, usage("--base-url %q is not an address such as https://merida.example.org", s)
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// firstAdministrator makes a link for the first administrator of an empty store, "" when there are accounts already.
func (a *app) firstAdministrator(ctx context.Context, baseURL string) (string, error) {
	accounts, err := a.identity.Store.Accounts(ctx, identity.AccountFilter{Role: identity.Administrator})
	if err != nil || len(accounts) > 0 {
		return "", err
	}
	operator := identity.OperatorActor()
	account, err := a.identity.Add(ctx, operator, identity.Account{Name: "Administrator", Role: identity.Administrator})
	if err != nil {
		return "", err
	}
	return a.linkFor(ctx, baseURL, account, identity.FirstLink)
}

func (a *app) describe() string {
	return fmt.Sprintf("%s store in %s", a.db.Engine(), a.folder.dir)
}
