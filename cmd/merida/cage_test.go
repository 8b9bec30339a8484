package main

import (
	"context"
	"errors"
	"net"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"merida/exchange/legaltext"
	"merida/fault"
	"merida/internal/cage"
	"merida/internal/testkit"
	"merida/library"
)

// The test binary is the program as well: files are read in processes of it.
func TestMain(m *testing.M) {
	if code, ok := enterCage(os.Args); ok {
		os.Exit(code)
	}
	if len(os.Args) == 3 && os.Args[1] == "try-in-cage" {
		os.Exit(tryInCage(os.Args[2]))
	}
	os.Exit(m.Run())
}

// Files of others are read in a process of their own, and what that process says comes through whole.
func TestReadingInTheCage(t *testing.T) {
	read, err := newReader()
	if err != nil {
		t.Fatal(err)
	}
	page := `<html><body><h2>Article 1. Scope</h2><p>Nobody gives.</p><h2>Article 2. Force</h2><p>Now.</p></body></html>`
	got, notes, err := read(t.Context(), legaltext.HTML, "en", []byte(page))
	want, wantNotes, werr := legaltext.Parse(legaltext.HTML, "en", []byte(page))
	if err != nil || werr != nil || library.HashSections(got) != library.HashSections(want) || len(got) != 2 || len(notes) != len(wantNotes) {
		t.Errorf("%+v %v %v", got, notes, err)
	}
	_, _, err = read(t.Context(), legaltext.AkomaNtoso, "en", []byte("<!DOCTYPE x><akomaNtoso/>"))
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != "legaltext.error.doctype" || f.Kind != fault.Invalid {
		t.Errorf("a refusal comes as %v", err)
	}
	_, _, err = read(t.Context(), legaltext.PDF, "en", testkit.PDF(nil, nil))
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Key != "legaltext.error.pdf_scan" || f.Args["n"] != 2 {
		t.Errorf("arguments come as %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := read(ctx, legaltext.HTML, "en", []byte(page)); !errors.Is(err, context.Canceled) {
		t.Errorf("a call that was given up: %v", err)
	}
}

// The process can neither open a file nor take more memory than it may, and ends at its deadline.
func TestTheCageHolds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the limits are those of Linux here")
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		try  string
		want error
	}{{"files", nil}, {"memory", cage.ErrDied}, {"time", cage.ErrTime}, {"output", cage.ErrDied}} {
		limit := 2 * time.Minute // a busy machine takes its time to fill the memory
		if c.try == "time" {
			limit = 2 * time.Second
		}
		began := time.Now()
		box := cage.New([]string{exe, "try-in-cage"}, 1, limit)
		box.Output = 4 << 20
		out, err := box.Run(t.Context(), nil, c.try)
		if c.want == nil && (err != nil || string(out) != "held") || c.want != nil && !errors.Is(err, c.want) || c.try == "time" && time.Since(began) > time.Minute {
			t.Errorf("%s: %q, %v after %v", c.try, out, err, time.Since(began))
		}
	}
}

// tryInCage does what a reader that was turned against us would do.
func tryInCage(what string) int {
	if err := cage.Enter(time.Minute); err != nil {
		return 1
	}
	switch what {
	case "files":
		if f, err := os.Open("/etc/hostname"); err == nil {
			f.Close()
			return 2
		}
		if c, err := net.Dial("udp", "127.0.0.1:9"); err == nil {
			c.Close()
			return 3
		}
		os.Stdout.WriteString("held")
	case "memory":
		var kept [][]byte
		for range 64 {
			b := make([]byte, 64<<20)
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			kept = append(kept, b)
		}
		os.Stdout.WriteString(strconv.Itoa(len(kept)))
	case "time":
		time.Sleep(time.Minute)
	case "output":
		b := make([]byte, 1<<20)
		for range 4096 {
			if _, err := os.Stdout.Write(b); err != nil {
				return 4
			}
		}
	}
	return 0
}
