package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"merida/internal/httpx"
	"merida/lang"
	"merida/web"
)

// serveOptions are the settings of a server; docs/settings.md lists them.
type serveOptions struct {
	addr, data, database, baseURL, opsAddr string
	verbose                                bool // a demonstration logs each request
	proxies                                []netip.Prefix
	mail                                   mailOptions
	hooks                                  hookOptions
}

// Limits of the server: generous for a weak line, narrow for whoever holds connections open.
const (
	maxBody        = 1 << 20 // bytes of a form
	maxConnections = 1000    // of one address
	headerTimeout  = 5 * time.Second
	idleTimeout    = time.Minute
	writeTimeout   = 5 * time.Minute
	stopTimeout    = 20 * time.Second
	forgetEvery    = time.Hour
	keepOnce       = 48 * time.Hour
)

func serveFlags(e *env, name string, o *serveOptions, data string) (read func(args []string) error) {
	f := flags(e, name)
	f.StringVar(&o.addr, "addr", "localhost:8080", "address to listen on")
	f.StringVar(&o.data, "data", data, "folder that holds everything")
	f.StringVar(&o.database, "database", "", "postgres://… to use a PostgreSQL server instead of the embedded store")
	f.StringVar(&o.baseURL, "base-url", "", "address under which people reach the site (default http:// and the listening address)")
	f.StringVar(&o.opsAddr, "ops-addr", "localhost:0", "loopback address for /metrics and details of readiness; empty for none")
	if name == "demo" {
		f.BoolVar(&o.verbose, "verbose", false, "log each request")
	}
	mailed, hooked := mailFlags(f, &o.mail), hookFlags(f, &o.hooks)
	trusted := f.String("trusted-proxy", "", "networks of proxies whose X-Forwarded-For is believed, with commas")
	return func(args []string) error {
		rest, err := parse(f, args)
		if err != nil {
			return err
		}
		if len(rest) > 0 {
			return usage("%q is not expected", rest[0])
		}
		for s := range strings.SplitSeq(*trusted, ",") {
			if s = strings.TrimSpace(s); s == "" {
				continue
			}
			p, err := netip.ParsePrefix(s)
			if err != nil {
				return usage("--trusted-proxy %q is not a network such as 10.0.0.0/8", s)
			}
			o.proxies = append(o.proxies, p)
		}
		if err := checkAddr(o.addr); err != nil {
			return err
		}
		return errors.Join(mailed(), hooked())
	}
}

// checkAddr refuses what cannot be an address to listen on before anything is opened for it.
func checkAddr(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return usage("--addr %q is not an address to listen on such as localhost:8080 or :8080", s)
	}
	return nil
}

func serve(ctx context.Context, e *env, args []string) error {
	var o serveOptions
	read := serveFlags(e, "serve", &o, "./data")
	if err := read(args); err != nil {
		return err
	}
	f, err := openFolder(o.data)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(e.err, nil))
	a, err := openApp(ctx, f, appOptions{database: o.database, log: log})
	if err != nil {
		return err
	}
	defer a.close()
	return a.listen(ctx, e, o, nil, func(base string) error {
		link, err := a.firstAdministrator(ctx, base)
		if err == nil && link != "" {
			fmt.Fprintf(e.out, "First administrator, sign in once within 24 hours:\n  %s\n", link)
		}
		return err
	})
}

// listen serves until ctx ends, then stops in order: no new requests, the old ones finished, the store closed by the caller.
func (a *app) listen(ctx context.Context, e *env, o serveOptions, people []web.DemoPerson, greet func(base string) error) error {
	l, err := net.Listen("tcp", o.addr)
	if err != nil {
		return fmt.Errorf("%w; choose another address with --addr", err)
	}
	defer l.Close()
	if o.baseURL == "" {
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			return err
		}
		host, _, _ := net.SplitHostPort(o.addr)
		if host == "" || net.ParseIP(host).IsLoopback() || net.ParseIP(host).IsUnspecified() {
			host = "localhost"
		}
		o.baseURL = "http://" + net.JoinHostPort(host, port)
	}
	base, err := checkBase(o.baseURL)
	if err != nil {
		return err
	}
	if err := a.openHooks(base.String(), o.hooks); err != nil {
		return err
	}
	metrics := &httpx.Metrics{}
	handler := httpx.Chain(a.handler(base.String(), people, o.mail.addr != ""),
		httpx.WithRequestID,
		httpx.Log(a.log, metrics, routeClass),
		httpx.Headers(base.Scheme == "https"),
		httpx.HostIs(base.Host),
		limits(a.tooOften(base.String()), o.proxies),
		httpx.BodyBy(func(r *http.Request) int64 { return web.BodyLimit(r, maxBody) }),
		httpx.Compress)
	srv := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, WriteTimeout: writeTimeout, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelWarn)}
	if a.folder != nil {
		stopControl, err := serveControl(ctx, a, a.log)
		if err != nil {
			return err
		}
		defer stopControl()
	}
	if o.opsAddr != "" {
		stopOps, addr, err := a.serveOps(o.opsAddr, metrics)
		if err != nil {
			return err
		}
		defer stopOps()
		a.log.Info("operations", "addr", addr)
	}
	background, stopBackground := context.WithCancel(ctx)
	defer stopBackground()
	a.start(background, a.courier(base.String(), o.mail, people != nil))
	if greet != nil {
		if err := greet(base.String()); err != nil {
			return err
		}
	}
	a.log.Info("serving", "addr", l.Addr().String(), "base_url", base.String(), "store", a.describe(), "version", version)
	fmt.Fprintf(e.out, "Merida is ready at %s\n", base)
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(httpx.PerAddress(l, maxConnections)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	a.log.Info("stopping")
	stop, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := srv.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// serveOps answers /metrics and the details of readiness on an address of its own.
func (a *app) serveOps(addr string, m *httpx.Metrics) (stop func(), at string, err error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, "", err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4")
		fmt.Fprintf(w, "# TYPE merida_build_info gauge\nmerida_build_info{version=%q,engine=%q} 1\n", version, a.db.Engine())
		m.Write(w)
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.db.Ping(r.Context()); err != nil {
			http.Error(w, "store: "+err.Error(), http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintf(w, "ready\nversion %s\n%s\n", version, a.describe())
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: headerTimeout}
	go srv.Serve(l)
	return func() { srv.Close() }, l.Addr().String(), nil
}

// routeClass names a request for log and metrics: the first noun of its path, never an id.
func routeClass(r *http.Request) string {
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	if len(segments) > 0 && lang.IsOfficial(lang.Tag(segments[0])) {
		segments = segments[1:]
	}
	if len(segments) > 2 && segments[0] == "api" {
		segments = segments[2:]
		return "api/" + known(segments[0])
	}
	if len(segments) == 0 || segments[0] == "" {
		return "home"
	}
	return known(segments[0])
}

func known(noun string) string {
	switch noun {
	case "search", "measures", "parties", "provisions", "conventions", "answers", "assessments", "questions", "tasks", "rounds", "timeline", "coordination", "who-does-what-where", "overlaps", "needs",
		"activities", "organisations", "contact-points", "questionnaires", "codelists", "static", "sign-in", "sign-out", "openapi.json", "healthz", "readyz", "robots.txt":
		return noun
	}
	return "other"
}

// limits sends who comes too often, by address, to refuse: each search or page costs one.
func limits(refuse http.Handler, proxies []netip.Prefix) httpx.Middleware {
	pages := &httpx.Limiter{Rate: 50, Burst: 600}
	signIns := &httpx.Limiter{Rate: 5.0 / 60, Burst: 30}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			who := httpx.Client(r, proxies)
			limiter := pages
			if r.Method == http.MethodPost && strings.Contains(r.URL.Path+"/", "/sign-in/") {
				limiter = signIns
			}
			if strings.HasPrefix(r.URL.Path, "/static/") || r.Method == http.MethodPost && limiter == pages || isLoopback(who) {
				next.ServeHTTP(w, r)
				return
			}
			if ok, wait := limiter.Allow(who); !ok {
				w.Header().Set("Retry-After", fmt.Sprint(int(wait/time.Second)+1))
				refuse.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}
