package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/smtp"
	"time"
)

// TLS says how the connection to the mail server is kept from being read.
type TLS string

const (
	StartTLS TLS = "starttls" // plain first, then encrypted before anything is said; refused where the server cannot
	Implicit TLS = "tls"      // encrypted from the first byte (port 465)
	NoTLS    TLS = "none"     // for a server on the same machine
)

// SMTP sends through a mail server (RFC 5321).
type SMTP struct {
	Addr     string // host:port
	TLS      TLS
	User     string // empty: the server asks for no name
	Password string
	Timeout  time.Duration // for one letter; 30 seconds when zero
	roots    *tls.Config   // of tests
}

// errNoTLS keeps letters with links from travelling in the clear.
var errNoTLS = errors.New("mail: the server offers no STARTTLS")

// Send hands one letter over. Each letter has a connection of its own: there are few of them, and one that fails harms no other.
func (s *SMTP) Send(ctx context.Context, l Letter) (err error) {
	text, err := l.Bytes()
	if err != nil {
		return err
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 30 * time.Second
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if s.roots != nil {
		config = s.roots
	}
	var conn net.Conn
	if s.TLS == Implicit {
		conn, err = (&tls.Dialer{Config: config}).DialContext(ctx, "tcp", s.Addr)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", s.Addr)
	}
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	defer conn.Close()
	if until, ok := ctx.Deadline(); ok {
		conn.SetDeadline(until)
	}
	c, err := smtp.NewClient(conn, host)
	if err != nil {
		return fmt.Errorf("mail: greeting: %w", err)
	}
	defer c.Close()
	if s.TLS == StartTLS || s.TLS == "" {
		if ok, _ := c.Extension("STARTTLS"); !ok {
			return errNoTLS
		}
		if err := c.StartTLS(config); err != nil {
			return fmt.Errorf("mail: STARTTLS: %w", err)
		}
	}
	if s.User != "" {
		if err := c.Auth(smtp.PlainAuth("", s.User, s.Password, host)); err != nil {
			return fmt.Errorf("mail: sign in to the server: %w", err)
		}
	}
	if err := c.Mail(l.From); err != nil {
		return fmt.Errorf("mail: sender: %w", err)
	}
	if err := c.Rcpt(l.To); err != nil {
		return fmt.Errorf("mail: recipient: %w", err)
	}
	w, err := c.Data()
	if err != nil {
		return fmt.Errorf("mail: data: %w", err)
	}
	if _, err := w.Write(text); err != nil {
		return fmt.Errorf("mail: data: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("mail: data: %w", err)
	}
	return c.Quit()
}
