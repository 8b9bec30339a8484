// Package outbound sends to addresses outside that somebody else typed, without
// becoming their tool: to hosts of a list that the operator made, over TLS, to the
// very address that was checked, and never to one that is private, local or a
// disguise of such a one. It follows no redirect. Source: SECURITY of the design, section 7.
package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Why nothing was sent, or what went wrong. Errors of Post wrap one of these or come from the network.
var (
	ErrURL      = errors.New("outbound: not an https address without user, password or fragment")
	ErrHost     = errors.New("outbound: the host is not on the list")
	ErrAddress  = errors.New("outbound: the host's address is not a public one")
	ErrRedirect = errors.New("outbound: the answer is a redirect")
)

// Timeout bounds a request as a whole: names, connection, sending and the answer.
const Timeout = 10 * time.Second

// maxAnswer is how much of an answer is read, in bytes; none of it is kept.
const maxAnswer = 4 << 10

// Client posts. The zero Client sends nowhere.
type Client struct {
	// Hosts are the names that may be sent to, in lower case, as "example.org" (port 443) or "example.org:8443".
	Hosts []string
	// Resolve looks a name up; the system's resolver when nil.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
	// Permit says to which addresses may be sent; Public when nil.
	Permit func(netip.Addr) bool
	// Roots are the authorities that are trusted; the system's when nil.
	Roots *x509.CertPool
}

// Check reports whether an address may be sent to as far as its words tell. ErrURL, ErrHost.
func (c *Client) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" || strings.ContainsAny(address, " \r\n\t") {
		return ErrURL
	}
	host := strings.ToLower(u.Host)
	if name, ok := strings.CutSuffix(host, ":443"); ok {
		host = name
	}
	if !slices.Contains(c.Hosts, host) {
		return ErrHost
	}
	return nil
}

// Post sends a body and gives the status of the answer. The name is looked up for each request, every address that it
// has must be permitted, and the connection is made to one of these and to no other.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body []byte) (status int, err error) {
	if err := c.Check(address); err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, ErrURL
	}
	for k, v := range header {
		r.Header[k] = v
	}
	r.Header.Set("User-Agent", "Merida")
	t := &http.Transport{DialContext: c.dial, Proxy: nil, DisableKeepAlives: true, ForceAttemptHTTP2: false, MaxResponseHeaderBytes: 16 << 10,
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots}}
	defer t.CloseIdleConnections()
	answer, err := (&http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(answer.Body, maxAnswer)); err != nil {
		return answer.StatusCode, err
	}
	if answer.StatusCode >= 300 && answer.StatusCode < 400 {
		return answer.StatusCode, ErrRedirect
	}
	return answer.StatusCode, nil
}

// dial connects to an address that was checked.
func (c *Client) dial(ctx context.Context, network, hostport string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		return nil, err
	}
	var found []netip.Addr
	if a, err := netip.ParseAddr(host); err == nil {
		found = []netip.Addr{a}
	} else {
		resolve := c.Resolve
		if resolve == nil {
			resolve = func(ctx context.Context, host string) ([]netip.Addr, error) {
				return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
			}
		}
		if found, err = resolve(ctx, host); err != nil {
			return nil, err
		}
	}
	permit := c.Permit
	if permit == nil {
		permit = Public
	}
	if len(found) == 0 {
		return nil, ErrAddress
	}
	for _, a := range found { // one bad address among good ones is no accident
		if !permit(a.Unmap()) {
			return nil, fmt.Errorf("%w: %s", ErrAddress, a)
		}
	}
	var last error
	for _, a := range found {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(a.Unmap().String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, last
}

// special are ranges that belong to no host of the public internet. Sources: the special-purpose address registries of
// IANA (RFC 6890), RFC 6052 and RFC 8215 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 3879 (site-local).
var special = func() (out []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		"::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16",
		"fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// Public reports whether an address is one of the public internet: not private, loopback, link-local, multicast,
// reserved, documentation, mapped or translated, and without a zone.
func Public(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
