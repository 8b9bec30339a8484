package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"merida/fault"
)

// An operation is what a command does to a store. It runs in this process when
// no server owns the folder, else in the server, which the command reaches
// through a socket in the folder that only its owner can open. Either way the
// command sees the same progress, result and fault.
type operation func(ctx context.Context, a *app, args json.RawMessage, tell func(progress)) (any, error)

// progress is one step of long work.
type progress struct {
	Stage string `json:"stage"` // what is being done, in plain words
	Done  int64  `json:"done"`
	Total int64  `json:"total,omitempty"` // 0 when unknown
	Line  string `json:"line,omitempty"`  // a line of the report, such as a refused record
}

// message is a line of the control protocol.
type message struct {
	Progress *progress       `json:"progress,omitempty"`
	Result   json.RawMessage `json:"result,omitempty"`
	Error    string          `json:"error,omitempty"`
}

const controlName = "control.sock"

// serveControl answers operations on the folder's socket until ctx ends.
func serveControl(ctx context.Context, a *app, log *slog.Logger) (stop func(), err error) {
	path := a.folder.path(controlName)
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{operation}", func(w http.ResponseWriter, r *http.Request) {
		op, ok := operations[r.PathValue("operation")]
		if !ok {
			http.Error(w, "this version of the running server does not know the operation", http.StatusNotFound)
			return
		}
		args, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/jsonl")
		out := json.NewEncoder(w)
		flush := http.NewResponseController(w)
		var last time.Time
		result, err := op(r.Context(), a, args, func(p progress) {
			if p.Line == "" && time.Since(last) < 50*time.Millisecond {
				return
			}
			last = time.Now()
			out.Encode(message{Progress: &p})
			flush.Flush()
		})
		if err != nil {
			log.Error("operation failed", "operation", r.PathValue("operation"), "error", err)
			out.Encode(message{Error: words(err)})
			return
		}
		b, err := json.Marshal(result)
		if err != nil {
			out.Encode(message{Error: err.Error()})
			return
		}
		out.Encode(message{Result: b})
	})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx }}
	go srv.Serve(l)
	return func() { srv.Close(); os.Remove(path) }, nil
}

// storeFlags are the options by which a command finds the store.
func storeFlags(fs *flag.FlagSet) (data, database *string) {
	return fs.String("data", "./data", "folder that holds everything"), fs.String("database", "", "PostgreSQL server instead of the embedded store")
}

// nothingHere answers a mistyped folder: made in silence, it would be found whole,
// and backed up empty, for years.
func nothingHere(data string) error {
	return fmt.Errorf("%s holds no Merida: name its folder with --data, or its server with --database", data)
}

// operate runs an operation where the store is: in the running server, or here.
// result is filled from the operation's result.
func operate(ctx context.Context, e *env, data, database, name string, args, result any) error {
	raw, err := json.Marshal(args)
	if err != nil {
		return err
	}
	bar := newBar(e)
	defer bar.end()
	begins := name == "import" || name == "user" // these may be the first to open a folder
	if _, err := os.Stat(data); !begins && errors.Is(err, fs.ErrNotExist) {
		return nothingHere(data)
	}
	f, err := openFolder(data)
	if errors.Is(err, errLocked) {
		err := remote(ctx, data, name, raw, result, bar.show)
		bar.end()
		return err
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(f.path(databaseName)); !begins && database == "" && errors.Is(err, fs.ErrNotExist) {
		f.close()
		return nothingHere(data)
	}
	a, err := openApp(ctx, f, appOptions{database: database, log: quiet()})
	if err != nil {
		f.close()
		return err
	}
	defer a.close()
	out, err := operations[name](ctx, a, raw, bar.show)
	if err != nil {
		return err
	}
	bar.end()
	b, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, result)
}

func remote(ctx context.Context, data, name string, args []byte, result any, tell func(progress)) error {
	f := folder{dir: data}
	client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", f.path(controlName))
	}}}
	req, err := http.NewRequestWithContext(ctx, "POST", "http://folder/"+name, bytes.NewReader(args))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("%s is in use by another process that does not answer on %s; stop it, or wait until it has started: %w", data, controlName, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(resp.Body, 4096))
		return errors.New(string(b))
	}
	lines := bufio.NewReader(resp.Body)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return fault.Wrap(fault.Unavailable, "fault.stopping", err)
		}
		var m message
		if err := json.Unmarshal(line, &m); err != nil {
			return err
		}
		switch {
		case m.Progress != nil:
			tell(*m.Progress)
		case m.Error != "":
			return errors.New(m.Error)
		default:
			return json.Unmarshal(m.Result, result)
		}
	}
}
