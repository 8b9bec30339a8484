package main

import (
	"flag"
	"net"
	netmail "net/mail"
	"os"
	"strings"

	"merida/mail"
)

// mailOptions say how letters leave the house; docs/settings.md lists them.
type mailOptions struct {
	addr, from, user, password string
	tls                        mail.TLS
}

func mailFlags(f *flag.FlagSet, o *mailOptions) (check func() error) {
	f.StringVar(&o.addr, "smtp", "", "mail server, host:port; without one letters wait")
	f.StringVar(&o.from, "smtp-from", "", "address from which letters are sent")
	f.StringVar(&o.user, "smtp-user", "", "name at the mail server, if it asks for one")
	file := f.String("smtp-password-file", "", "file that holds the password at the mail server")
	how := f.String("smtp-tls", string(mail.StartTLS), "starttls, tls (encrypted from the first byte) or none (a server on this machine)")
	return func() error {
		if o.addr == "" {
			return nil
		}
		host, _, err := net.SplitHostPort(o.addr)
		if err != nil || host == "" {
			return usage("--smtp %q is not a host and port such as mail.example.org:587", o.addr)
		}
		if a, err := netmail.ParseAddress(o.from); err != nil || a.Address != o.from {
			return usage("--smtp needs --smtp-from, an address such as merida@example.org")
		}
		switch o.tls = mail.TLS(*how); o.tls {
		case mail.StartTLS, mail.Implicit:
		case mail.NoTLS:
			if host != "localhost" && !isLoopback(host) {
				return usage("--smtp-tls none is for a mail server on this machine: letters can carry links to sign in")
			}
		default:
			return usage("--smtp-tls is starttls, tls or none, not %q", *how)
		}
		if *file != "" {
			b, err := os.ReadFile(*file)
			if err != nil {
				return err
			}
			o.password = strings.TrimRight(string(b), "\r\n")
		}
		return nil
	}
}

// sender is the mail server, nil where none is set.
func (o mailOptions) sender() mail.Sender {
	if o.addr == "" {
		return nil
	}
	return &mail.SMTP{Addr: o.addr, TLS: o.tls, User: o.user, Password: o.password}
}
