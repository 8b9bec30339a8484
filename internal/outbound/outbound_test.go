package outbound

import (
	"context"
	"crypto/x509"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync/atomic"
	"testing"
)

func TestPublic(t *testing.T) {
	for _, s := range []string{"8.8.8.8", "193.0.6.139", "2001:67c:2e8:22::c100:68b", "2a00:1450::1"} {
		if !Public(netip.MustParseAddr(s)) {
			t.Errorf("%s is refused", s)
		}
	}
	for _, s := range []string{"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.1.2.3", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1",
		"203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
		"2002:7f00:1::", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "2a00:1450::1%eth0", "fec0::1", "ff02::1"} {
		if Public(netip.MustParseAddr(s)) {
			t.Errorf("%s counts as public", s)
		}
	}
	if Public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func TestCheck(t *testing.T) {
	c := &Client{Hosts: []string{"hooks.example.org", "other.example.org:8443"}}
	for _, s := range []string{"https://hooks.example.org/in", "https://HOOKS.example.org:443/in?x=1", "https://other.example.org:8443/"} {
		if err := c.Check(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for s, want := range map[string]error{"http://hooks.example.org/": ErrURL, "ftp://hooks.example.org/": ErrURL, "https://u:p@hooks.example.org/": ErrURL, "https://hooks.example.org/#x": ErrURL, "//hooks.example.org/": ErrURL, "": ErrURL,
		"https://hooks.example.org:8443/": ErrHost, "https://other.example.org/": ErrHost, "https://evil.example/": ErrHost, "https://hooks.example.org.evil.example/": ErrHost, "https://127.0.0.1/": ErrHost, "https://hooks.example.org\\@evil.example/": ErrURL} {
		if err := c.Check(s); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
	if err := (&Client{}).Check("https://hooks.example.org/"); !errors.Is(err, ErrHost) {
		t.Errorf("the zero client sends: %v", err)
	}
}

// TestPost holds the address checks against names that lie: the server counts what reaches it.
func TestPost(t *testing.T) {
	var reached atomic.Int32
	var answer atomic.Pointer[http.HandlerFunc]
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		reached.Add(1)
		(*answer.Load())(w, r)
	}))
	defer srv.Close()
	say := func(f http.HandlerFunc) { answer.Store(&f) }
	say(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if string(b) != "body" || r.Header.Get("Webhook-Id") != "1" {
			t.Errorf("%s %v", b, r.Header)
		}
		w.WriteHeader(http.StatusNoContent)
	})
	u, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	host := "example.com:" + u.Port() // the name in the certificate of httptest
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	loopback := netip.MustParseAddr("127.0.0.1")
	answers := func(as ...netip.Addr) func(context.Context, string) ([]netip.Addr, error) {
		return func(context.Context, string) ([]netip.Addr, error) { return as, nil }
	}
	c := &Client{Hosts: []string{host}, Roots: roots, Resolve: answers(loopback), Permit: func(a netip.Addr) bool { return a == loopback }}
	post := func() (int, error) {
		return c.Post(t.Context(), "https://"+host+"/in", http.Header{"Webhook-Id": {"1"}}, []byte("body"))
	}
	if status, err := post(); err != nil || status != http.StatusNoContent || reached.Load() != 1 {
		t.Fatal(status, err, reached.Load())
	}
	// The same with the check of the program: each of these leads to the server on this machine, none may reach it.
	good := netip.MustParseAddr("8.8.8.8")
	c.Permit = nil
	for name, as := range map[string][]netip.Addr{"loopback": {loopback}, "mapped": {netip.MustParseAddr("::ffff:127.0.0.1")}, "one among good ones": {good, loopback}, "NAT64": {netip.MustParseAddr("64:ff9b::7f00:1")},
		"link-local": {netip.MustParseAddr("169.254.169.254")}, "ipv6 loopback": {netip.IPv6LinkLocalAllNodes(), netip.MustParseAddr("::1")}, "none": {}} {
		c.Resolve = answers(as...)
		if _, err := post(); !errors.Is(err, ErrAddress) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A name whose answer changes is looked up once: what was checked is dialed. The second answer would be permitted.
	n := 0
	c.Permit = func(a netip.Addr) bool { return a == loopback }
	c.Resolve = func(context.Context, string) ([]netip.Addr, error) {
		if n++; n > 1 {
			t.Error("the name is looked up again after the check")
		}
		return []netip.Addr{loopback}, nil
	}
	if _, err := post(); err != nil {
		t.Error(err)
	}
	c.Resolve = answers(loopback)
	before := reached.Load()
	for _, to := range []string{"https://example.com/elsewhere", "http://169.254.169.254/latest", "https://" + host + "/again"} {
		say(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusTemporaryRedirect) })
		if _, err := post(); !errors.Is(err, ErrRedirect) {
			t.Errorf("redirect to %s: %v", to, err)
		}
	}
	if got := reached.Load() - before; got != 3 {
		t.Errorf("%d requests for three redirects", got)
	}
	say(func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, 1<<16)
		for range 1000 {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
		t.Error("64 MB of an answer were read")
	})
	if status, err := post(); err != nil || status != http.StatusOK {
		t.Error(status, err)
	}
	c.Roots = nil
	if _, err := post(); err == nil {
		t.Error("a certificate of nobody is trusted")
	}
}
