package httpx

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

func serve(t *testing.T, h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func say(s string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) })
}

func TestChainRunsTheFirstOutermost(t *testing.T) {
	var order []string
	mark := func(name string) Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}
	}
	serve(t, Chain(say(""), mark("a"), mark("b")), httptest.NewRequest("GET", "/", nil))
	if strings.Join(order, "") != "ab" {
		t.Errorf("order %v", order)
	}
}

func TestRequestIDIsOursAndInTheAnswer(t *testing.T) {
	var inside string
	h := WithRequestID(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { inside = RequestID(r.Context()) }))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("X-Request-Id", "forged\nline")
	w := serve(t, h, r)
	if got := w.Header().Get("X-Request-Id"); got == "" || got != inside || strings.Contains(got, "forged") {
		t.Errorf("inside %q, in the answer %q", inside, got)
	}
	if RequestID(t.Context()) != "" {
		t.Error("an id outside a request")
	}
}

func TestLogHasOneLineAndNoContent(t *testing.T) {
	var out bytes.Buffer
	m := &Metrics{}
	h := WithRequestID(Log(slog.New(slog.NewJSONHandler(&out, nil)), m, func(*http.Request) string { return "search" })(say("hello")))
	r := httptest.NewRequest("POST", "/en/search?q=secret-word", strings.NewReader("typed-text"))
	r.Header.Set("Cookie", "__Host-s=secret-cookie")
	serve(t, h, r)
	line := out.String()
	if strings.Count(line, "\n") != 1 || !strings.Contains(line, `"status":200`) || !strings.Contains(line, `"bytes":5`) || !strings.Contains(line, `"route":"search"`) {
		t.Errorf("logged %s", line)
	}
	for _, secret := range []string{"secret-word", "typed-text", "secret-cookie"} {
		if strings.Contains(line, secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
	var metrics bytes.Buffer
	m.Write(&metrics)
	for _, want := range []string{`merida_http_request_seconds_count{route="search",status="2xx"} 1`, `le="+Inf"} 1`} {
		if !strings.Contains(metrics.String(), want) {
			t.Errorf("metrics lack %s:\n%s", want, metrics.String())
		}
	}
}

func TestAPanicIsAnAnswer(t *testing.T) {
	var out bytes.Buffer
	h := Log(slog.New(slog.NewTextHandler(&out, nil)), &Metrics{}, func(*http.Request) string { return "x" })(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("private detail") }))
	w := serve(t, h, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "private detail") || !strings.Contains(out.String(), "private detail") {
		t.Errorf("%d %q, log %q", w.Code, w.Body.String(), out.String())
	}
	// The server itself aborts an answer this way; that is no mistake to be turned into 500.
	abort := Log(slog.New(slog.DiscardHandler), &Metrics{}, func(*http.Request) string { return "x" })(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("the abort was swallowed")
		}
	}()
	serve(t, abort, httptest.NewRequest("GET", "/", nil))
}

func TestHeaders(t *testing.T) {
	w := serve(t, Headers(true)(say("x")), httptest.NewRequest("GET", "/", nil))
	csp := w.Header().Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "require-trusted-types-for 'script'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy lacks %s", want)
		}
	}
	for _, never := range []string{"unsafe", "http:", "https:", "*"} {
		if strings.Contains(csp, never) {
			t.Errorf("the policy allows %s", never)
		}
	}
	for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": "no-store"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if w.Header().Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over TLS")
	}
	if w := serve(t, Headers(false)(say("x")), httptest.NewRequest("GET", "/", nil)); w.Header().Get("Strict-Transport-Security") != "" {
		t.Error("HSTS without TLS locks people out")
	}
}

func TestHostIs(t *testing.T) {
	h := HostIs("merida.example.org")(say("x"))
	for host, want := range map[string]int{"merida.example.org": 200, "MERIDA.example.org": 200, "evil.example": 421, "merida.example.org.evil.example": 421, "merida.example.org:8080": 421} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = host
		if w := serve(t, h, r); w.Code != want {
			t.Errorf("%s: %d, should be %d", host, w.Code, want)
		}
	}
}

func TestCompress(t *testing.T) {
	long := strings.Repeat("merida ", 1000)
	handler := func(contentType string, code int) http.Handler {
		return Compress(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if contentType != "" {
				w.Header().Set("Content-Type", contentType)
			}
			w.WriteHeader(code)
			if code != 304 {
				io.WriteString(w, long)
			}
		}))
	}
	ask := func(h http.Handler, method, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/", nil)
		r.Header.Set("Accept-Encoding", accept)
		return serve(t, h, r)
	}
	w := ask(handler("text/html; charset=utf-8", 200), "GET", "gzip, br")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > len(long)/4 {
		t.Fatalf("not compressed: %v, %d bytes", w.Header(), w.Body.Len())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || string(b) != long {
		t.Errorf("%d bytes came back, %v", len(b), err)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{
		"not wished":     ask(handler("text/html", 200), "GET", ""),
		"a picture":      ask(handler("image/png", 200), "GET", "gzip"),
		"only the head":  ask(handler("text/html", 200), "HEAD", "gzip"),
		"nothing is new": ask(handler("text/html", 304), "GET", "gzip"),
	} {
		if w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s and compressed", name)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: Vary %q", name, w.Header().Get("Vary"))
		}
	}
}

func TestBodyIsLimited(t *testing.T) {
	var read error
	h := Body(10)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, read = io.ReadAll(r.Body) }))
	serve(t, h, httptest.NewRequest("POST", "/", strings.NewReader("0123456789")))
	if read != nil {
		t.Errorf("ten bytes of ten: %v", read)
	}
	serve(t, h, httptest.NewRequest("POST", "/", strings.NewReader("01234567890")))
	if _, ok := errors.AsType[*http.MaxBytesError](read); !ok {
		t.Errorf("eleven bytes of ten: %v", read)
	}
}

// Whoever sends far too much, and all of it before reading, is told so.
func TestWhoSendsTooMuchReadsTheRefusal(t *testing.T) {
	s := httptest.NewServer(Body(1 << 10)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			t.Error("all of it was read")
		}
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		io.WriteString(w, strings.Repeat("Too large. ", 1000))
	})))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const size = 12 << 20
	fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", size)
	if _, err := conn.Write(make([]byte, size)); err != nil {
		t.Fatalf("the connection broke while sending: %v", err)
	}
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if b, err := io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusRequestEntityTooLarge || len(b) != 11000 {
		t.Errorf("%d and %d bytes: %v", r.StatusCode, len(b), err)
	}
}

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	l := &Limiter{Rate: 1, Burst: 3, Now: func() time.Time { return now }}
	for i := range 3 {
		if ok, _ := l.Allow("a"); !ok {
			t.Fatalf("call %d of 3 refused", i+1)
		}
	}
	ok, wait := l.Allow("a")
	if ok || wait <= 0 || wait > time.Second {
		t.Fatalf("the fourth call: %v, wait %v", ok, wait)
	}
	if ok, _ := l.Allow("b"); !ok {
		t.Error("one key empties the bucket of another")
	}
	now = now.Add(wait)
	if ok, _ := l.Allow("a"); !ok {
		t.Error("refused after the wait that was told")
	}
	now = now.Add(-time.Hour) // the clock was set back
	if ok, _ := l.Allow("a"); ok {
		t.Error("a clock that was set back fills the bucket")
	}
}

func TestLimiterForgetsTheRested(t *testing.T) {
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	l := &Limiter{Rate: 1, Burst: 1, Now: func() time.Time { return now }}
	for i := range 50_001 {
		l.Allow(string(rune(i)) + "x")
	}
	now = now.Add(time.Minute)
	l.Allow("next")
	if n := len(l.keys); n > 10 {
		t.Errorf("%d keys are remembered though all have rested", n)
	}
}

func TestClientBelievesListedProxiesOnly(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.7:5000", "", "203.0.113.7"},
		{"203.0.113.7:5000", "198.51.100.1", "203.0.113.7"}, // a stranger's word
		{"10.0.0.1:5000", "198.51.100.1", "198.51.100.1"},
		{"10.0.0.1:5000", "1.1.1.1, 198.51.100.1", "198.51.100.1"}, // what the client put before counts nothing
		{"10.0.0.1:5000", "198.51.100.1, 10.9.9.9", "198.51.100.1"},
		{"10.0.0.1:5000", "", "10.0.0.1"},
		{"10.0.0.1:5000", "no address", "10.0.0.1"},
		{"[::1]:5000", "2001:db8::5", "2001:db8::5"},
		{"[::ffff:10.0.0.1]:5000", "198.51.100.1", "198.51.100.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := Client(r, proxies); got != c.want {
			t.Errorf("from %s for %q: %s, should be %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestPerAddressBoundsOpenConnections(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	bounded := PerAddress(l, 2)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer l.Close()
	accepted := make(chan net.Conn, 10)
	wg.Go(func() {
		for {
			c, err := bounded.Accept()
			if err != nil {
				return
			}
			accepted <- c
		}
	})
	dial := func() net.Conn {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	next := func() net.Conn {
		select {
		case c := <-accepted:
			return c
		case <-time.After(5 * time.Second):
			t.Fatal("no connection was accepted")
			return nil
		}
	}
	a, b := dial(), dial()
	defer a.Close()
	defer b.Close()
	first, second := next(), next()
	defer second.Close()
	third := dial()
	defer third.Close()
	third.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := third.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("the third connection stays open: %v", err)
	}
	first.Close()
	first.Close() // closing twice gives back one place, not two
	fourth := dial()
	defer fourth.Close()
	next().Close()
	select {
	case c := <-accepted:
		t.Errorf("another connection was accepted: %v", c.RemoteAddr())
	default:
	}
}
