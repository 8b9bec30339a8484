// Package httpx is the plumbing between net/http and the doors: request ids, one
// log line per request, recovery, security headers, compression, limits on
// slow and large bodies, and limits on how often somebody may come. It knows no word of the product.
package httpx

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"merida/internal/id"
)

// Middleware wraps a handler.
type Middleware func(http.Handler) http.Handler

// Chain applies middlewares so that the first is outermost.
func Chain(h http.Handler, ms ...Middleware) http.Handler {
	for i := len(ms) - 1; i >= 0; i-- {
		h = ms[i](h)
	}
	return h
}

type contextKey int

const requestIDKey contextKey = iota

// RequestID is the id of the request in progress, "" outside one.
func RequestID(ctx context.Context) string {
	s, _ := ctx.Value(requestIDKey).(string)
	return s
}

// WithRequestID gives each request an id of our own and shows it in the answer.
func WithRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rid := id.New(time.Now())
		w.Header().Set("X-Request-Id", rid)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey, rid)))
	})
}

// Recorder is a ResponseWriter that knows what was sent.
type Recorder struct {
	http.ResponseWriter
	Status int
	Bytes  int64
}

// WriteHeader notes the status.
func (r *Recorder) WriteHeader(code int) {
	if r.Status == 0 {
		r.Status = code
	}
	r.ResponseWriter.WriteHeader(code)
}

// Write counts the bytes.
func (r *Recorder) Write(b []byte) (int, error) {
	if r.Status == 0 {
		r.Status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.Bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach what lies below.
func (r *Recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Metrics counts requests by route class, status class and time.
type Metrics struct {
	mu     sync.Mutex
	counts map[string]*series
}

type series struct {
	n       int64
	seconds float64
	buckets [len(bounds)]int64
}

var bounds = [...]float64{0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5}

func (m *Metrics) observe(route string, status int, d time.Duration) {
	key := fmt.Sprintf(`route=%q,status="%dxx"`, route, status/100)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts == nil {
		m.counts = map[string]*series{}
	}
	s := m.counts[key]
	if s == nil {
		s = &series{}
		m.counts[key] = s
	}
	s.n++
	s.seconds += d.Seconds()
	for i, b := range bounds {
		if d.Seconds() <= b {
			s.buckets[i]++
		}
	}
}

// Write prints the counts in the text form of Prometheus.
func (m *Metrics) Write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintln(w, "# TYPE merida_http_request_seconds histogram")
	for key, s := range m.counts {
		for i, b := range bounds {
			fmt.Fprintf(w, "merida_http_request_seconds_bucket{%s,le=\"%g\"} %d\n", key, b, s.buckets[i])
		}
		fmt.Fprintf(w, "merida_http_request_seconds_bucket{%s,le=\"+Inf\"} %d\n", key, s.n)
		fmt.Fprintf(w, "merida_http_request_seconds_sum{%s} %g\nmerida_http_request_seconds_count{%s} %d\n", key, s.seconds, key, s.n)
	}
}

// Log writes one line per request, with ids and never with content, counts it,
// and turns a panic into an answer of status 500.
func Log(log *slog.Logger, m *Metrics, route func(*http.Request) string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			began := time.Now()
			rec := &Recorder{ResponseWriter: w}
			defer func() {
				if p := recover(); p != nil {
					if p == http.ErrAbortHandler {
						panic(p)
					}
					log.Error("panic", "request", RequestID(r.Context()), "route", route(r), "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
					if rec.Status == 0 {
						http.Error(rec, "500 "+RequestID(r.Context()), http.StatusInternalServerError)
					}
				}
				d := time.Since(began)
				m.observe(route(r), max(rec.Status, 200), d)
				log.Info("request", "request", RequestID(r.Context()), "method", r.Method, "route", route(r), "status", max(rec.Status, 200), "bytes", rec.Bytes, "ms", d.Milliseconds())
			}()
			next.ServeHTTP(rec, r)
		})
	}
}

// Headers sets what every answer carries. tls says that the site is reached over TLS.
func Headers(tls bool) Middleware {
	const csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types default merida"
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Content-Security-Policy", csp)
			h.Set("X-Content-Type-Options", "nosniff")
			h.Set("Referrer-Policy", "same-origin")
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
			h.Set("Cross-Origin-Resource-Policy", "same-origin")
			h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self), publickey-credentials-get=(self), publickey-credentials-create=(self)")
			h.Set("Cache-Control", "no-store")
			if tls {
				h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
			}
			next.ServeHTTP(w, r)
		})
	}
}

// HostIs refuses requests for other hosts than the base address, so that no link or cookie is made for them.
func HostIs(host string) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.EqualFold(r.Host, host) {
				http.Error(w, "This server answers as "+host+" only. Start it with --base-url to give it another name.", http.StatusMisdirectedRequest)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

var gzips = sync.Pool{New: func() any { w, _ := gzip.NewWriterLevel(nil, 5); return w }}

type gzipWriter struct {
	http.ResponseWriter
	z     *gzip.Writer
	began bool
}

func (g *gzipWriter) begin(code int) {
	if g.began {
		return
	}
	g.began = true
	h := g.Header()
	ct := h.Get("Content-Type")
	text := strings.HasPrefix(ct, "text/") || strings.Contains(ct, "json") || strings.Contains(ct, "xml") || strings.Contains(ct, "javascript")
	if !text || h.Get("Content-Encoding") != "" || code == http.StatusNoContent || code == http.StatusNotModified {
		return
	}
	h.Del("Content-Length")
	h.Set("Content-Encoding", "gzip")
	g.z = gzips.Get().(*gzip.Writer)
	g.z.Reset(g.ResponseWriter)
}

func (g *gzipWriter) WriteHeader(code int) {
	g.begin(code)
	g.ResponseWriter.WriteHeader(code)
}

func (g *gzipWriter) Write(b []byte) (int, error) {
	if !g.began {
		if g.Header().Get("Content-Type") == "" {
			g.Header().Set("Content-Type", http.DetectContentType(b))
		}
		g.begin(http.StatusOK)
	}
	if g.z == nil {
		return g.ResponseWriter.Write(b)
	}
	return g.z.Write(b)
}

func (g *gzipWriter) Unwrap() http.ResponseWriter { return g.ResponseWriter }

// Compress answers text with gzip where the reader takes it.
func Compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Method == http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		g := &gzipWriter{ResponseWriter: w}
		defer func() {
			if g.z != nil {
				g.z.Close()
				gzips.Put(g.z)
			}
		}()
		next.ServeHTTP(g, r)
	})
}

// Body limits the size of what is sent, and how slowly: at least 1 KB a second
// with a minute to begin with, so that a weak line passes and a stalled one ends.
func Body(limit int64) Middleware { return BodyBy(func(*http.Request) int64 { return limit }) }

// BodyBy is Body with a limit that depends on the request, where one form takes files.
func BodyBy(limitOf func(*http.Request) int64) Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Body != nil && r.Method != http.MethodGet && r.Method != http.MethodHead {
				limit := limitOf(r)
				size := limit
				if r.ContentLength >= 0 && r.ContentLength < size {
					size = r.ContentLength
				}
				c := http.NewResponseController(w)
				c.SetReadDeadline(time.Now().Add(time.Minute + time.Duration(size/1024)*time.Second))
				r.Body = &bounded{http.MaxBytesReader(w, r.Body, limit), r.Body, c}
			}
			next.ServeHTTP(w, r)
		})
	}
}

// bounded is a body of which no more than its limit is given to the handler. What comes beyond is thrown away
// as it comes, so that whoever sends too much is still there to read the refusal: browsers send all before
// they read, and show a broken connection where the server closes in the middle.
type bounded struct {
	io.ReadCloser
	raw io.Reader
	c   *http.ResponseController
}

// thrownAway is how much beyond the limit is taken in for that, in bytes, and within a minute.
const thrownAway = 256 << 20

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if _, large := errors.AsType[*http.MaxBytesError](err); large && b.raw != nil {
		b.c.SetReadDeadline(time.Now().Add(time.Minute))
		io.CopyN(io.Discard, b.raw, thrownAway) // whatever ends it, the refusal is next
		b.raw = nil
	}
	return n, err
}

// Limiter counts how often a key comes: a bucket that fills evenly.
type Limiter struct {
	Rate  float64 // per second
	Burst float64
	Now   func() time.Time
	mu    sync.Mutex
	keys  map[string]bucket
}

type bucket struct {
	level float64
	at    time.Time
}

// Allow takes one from the key's bucket; wait tells how long until there is one again.
func (l *Limiter) Allow(key string) (ok bool, wait time.Duration) {
	now := time.Now()
	if l.Now != nil {
		now = l.Now()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.keys == nil {
		l.keys = map[string]bucket{}
	}
	if len(l.keys) > 50_000 { // those whose bucket is full again need not be remembered
		for k, b := range l.keys {
			if b.level+now.Sub(b.at).Seconds()*l.Rate >= l.Burst {
				delete(l.keys, k)
			}
		}
	}
	b, seen := l.keys[key]
	if !seen {
		b = bucket{l.Burst, now}
	}
	b.level = min(l.Burst, b.level+max(0, now.Sub(b.at).Seconds())*l.Rate)
	b.at = now
	if b.level >= 1 {
		b.level--
		ok = true
	} else {
		wait = time.Duration((1 - b.level) / l.Rate * float64(time.Second))
	}
	l.keys[key] = b
	return ok, wait
}

// Client is the address that a request came from. Forwarded addresses are read
// only from the listed proxies; the address is that of the last hop that is none of them.
func Client(r *http.Request, proxies []netip.Prefix) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	trusted := func(s string) bool {
		a, err := netip.ParseAddr(strings.TrimSpace(s))
		if err != nil {
			return false
		}
		for _, p := range proxies {
			if p.Contains(a.Unmap()) {
				return true
			}
		}
		return false
	}
	hops := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(hops) - 1; i >= 0 && trusted(host); i-- {
		h := strings.TrimSpace(hops[i])
		if _, err := netip.ParseAddr(h); err != nil {
			break
		}
		host = h
	}
	return host
}

// PerAddress bounds how many connections one address may hold open at once.
func PerAddress(l net.Listener, limit int) net.Listener {
	return &limited{Listener: l, limit: limit, open: map[string]int{}}
}

type limited struct {
	net.Listener
	limit int
	mu    sync.Mutex
	open  map[string]int
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
		l.mu.Lock()
		full := l.open[host] >= l.limit
		if !full {
			l.open[host]++
		}
		l.mu.Unlock()
		if full {
			c.Close()
			continue
		}
		return &limitedConn{Conn: c, done: func() {
			l.mu.Lock()
			if l.open[host]--; l.open[host] <= 0 {
				delete(l.open, host)
			}
			l.mu.Unlock()
		}}, nil
	}
}

type limitedConn struct {
	net.Conn
	once sync.Once
	done func()
}

func (c *limitedConn) Close() error {
	c.once.Do(c.done)
	return c.Conn.Close()
}
