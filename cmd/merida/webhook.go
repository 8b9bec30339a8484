package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"

	"merida/internal/outbound"
)

// hookOptions say to whom changes may be sent by program; docs/settings.md lists them.
type hookOptions struct {
	hosts   []string
	keyFile string
}

func hookFlags(f *flag.FlagSet, o *hookOptions) (check func() error) {
	hosts := f.String("webhook-hosts", "", "hosts to which webhooks may send, with commas; none by default")
	f.StringVar(&o.keyFile, "webhook-key-file", "", "file with the key of webhook secrets (default webhook.key in the data folder)")
	return func() error {
		for s := range strings.SplitSeq(*hosts, ",") {
			if s = strings.ToLower(strings.TrimSpace(s)); s == "" {
				continue
			}
			name := s
			if h, port, err := net.SplitHostPort(s); err == nil {
				if name = h; port == "443" {
					s = h
				}
			}
			if strings.ContainsAny(name, "/:@*? ") || !strings.Contains(name, ".") {
				return usage("--webhook-hosts %q is not a host such as hooks.example.org", s)
			}
			o.hosts = append(o.hosts, s)
		}
		return nil
	}
}

const hookKeyName = "webhook.key"

// hookKey reads the key from which the secrets of webhooks are made, or makes it.
func hookKey(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		key := make([]byte, 32)
		rand.Read(key)
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, fmt.Errorf("make the key of webhooks: %w", err)
		}
		_, err = f.WriteString(hex.EncodeToString(key) + "\n")
		return key, errors.Join(err, f.Sync(), f.Close())
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of webhooks: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) < 32 {
		return nil, usage("%s holds no key: 64 hexadecimal digits or more are wanted", file)
	}
	return key, nil
}

// openHooks allows webhooks where the operator named hosts.
func (a *app) openHooks(base string, o hookOptions) error {
	a.hooks.BaseURL = base
	if len(o.hosts) == 0 {
		return nil
	}
	file := o.keyFile
	if file == "" {
		file = a.folder.path(hookKeyName)
	}
	key, err := hookKey(file)
	if err != nil {
		return err
	}
	a.hooks.Key, a.hooks.Post = key, poster{&outbound.Client{Hosts: o.hosts}}
	return nil
}

// poster sends webhooks over the client that checks addresses.
type poster struct{ client *outbound.Client }

// Check reports whether an address may be sent to.
func (p poster) Check(url string) error { return p.client.Check(url) }

// Post sends a message.
func (p poster) Post(ctx context.Context, url string, header map[string]string, body []byte) (status int, why string, err error) {
	h := http.Header{}
	for k, v := range header {
		h.Set(k, v)
	}
	status, err = p.client.Post(ctx, url, h, body)
	switch {
	case err == nil:
	case errors.Is(err, outbound.ErrURL), errors.Is(err, outbound.ErrHost):
		why = "host"
	case errors.Is(err, outbound.ErrAddress):
		why = "address"
	case errors.Is(err, outbound.ErrRedirect):
		why = "redirect"
	default:
		why = "network"
	}
	return status, why, err
}
